"""`myna see`, and the engine behind it."""

from __future__ import annotations

SEE: dict[str, str] = {
    "Answer a question about a picture, or describe it": "回答关于图片的问题，或描述图片",
    "Answer a question about a picture, or describe it where there is no question.": (
        "回答关于图片的问题；没有问题时描述图片。"
    ),
    "Example: myna see receipt.png 'What is the total?'": "示例：myna see receipt.png '合计是多少？'",
    "Tell the model what small programs found out about the picture.": "把小程序对图片的分析告诉模型。",
    "Answer for every picture in a folder.": "对文件夹中的每张图片作答。",
    "The question, for --batch.": "问题，用于 --batch。",
    "Look at one frame of the camera.": "看摄像头的一帧画面。",
    "Which camera, for example /dev/video0; the first if nothing is said.": (
        "哪个摄像头，例如 /dev/video0；不写时用第一个。"
    ),
    "Describe this picture.": "请描述这张图片。",
    "--batch takes its pictures from a folder, and its question from --question": (
        "--batch 的图片来自文件夹，问题来自 --question"
    ),
    "--camera takes the place of a picture": "--camera 代替图片文件",
    "the path of a picture is missing": "缺少图片路径",
    "there are two questions": "给了两个问题",
    "there is no folder {folder}": "没有文件夹 {folder}",
    "{path} is not a folder": "{path} 不是文件夹",
    "the folder has no name": "文件夹名为空",
    "the folder to search is missing": "缺少要搜索的文件夹",
    "there are no pictures in {folder}": "{folder} 中没有图片",
    "none of the pictures could be used": "所有图片都无法使用",
    "a policy blocked every picture": "所有图片都被策略拦截",
    "{number} of {count}: {file}": "{number}/{count}：{file}",
    "Found out by small programs; no model has looked at the picture.": "由小程序分析得出，没有模型看过这张图片。",
    "{model} chose among the lines that are printed in the picture.": "{model} 从图中的文字行里选出。",
    "zxing-cpp, which reads codes, is not installed": "未安装读取条码所需的 zxing-cpp",
    "the model for {stage} in pictures is not installed": "未安装用于图片的 {stage} 模型",
    "there is no camera": "没有摄像头",
    "the camera {name} cannot be used: {problem}": "无法使用摄像头 {name}：{problem}",
    "the camera gave no picture": "摄像头没有给出画面",
    "the camera {name} gave no picture": "摄像头 {name} 没有给出画面",
    "check the cable and who may use the camera (on Linux, the group video)": (
        "请检查连接线，以及谁可以使用摄像头（Linux 上为 video 组）"
    ),
    "PyAV, which reads cameras, is not installed": "未安装读取摄像头所需的 PyAV",
    "A picture is asked about": "就一张图片提问",
}
