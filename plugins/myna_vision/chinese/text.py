"""Text in pictures."""

from __future__ import annotations

TEXT: dict[str, str] = {
    "Looking by stage, a second question about a picture, and text beside rapidocr": (
        "看图各阶段的耗时、同一图片的第二个问题，以及与 rapidocr 对比的文字识别"
    ),
    "{path} is another kind of model: it takes {taken}": "{path} 是另一种模型：它的输入是 {taken}",
    "{path}: the run ended without an answer": "{path}：运行结束，但没有结果",
    "{path} is no text recogniser: it has no list of characters": "{path} 不是文字识别模型：其中没有字符表",
    "the text reader has no {names}": "文字识别缺少 {names}",
    "ONNX Runtime, which runs models of pictures, is not installed": "未安装运行图片模型所需的 ONNX Runtime",
}
