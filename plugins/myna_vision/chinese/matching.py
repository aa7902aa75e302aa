"""Image-text matching, and search in pictures."""

from __future__ import annotations

MATCHING: dict[str, str] = {
    "Say how well TEXT fits the picture, beside the other texts; may be given several times.": (
        "说明 TEXT 与图片的符合程度，与其他文字相比较；可以多次给出。"
    ),
    "Find the pictures in the folder IMAGE that WORDS fit.": "在文件夹 IMAGE 中寻找符合 WORDS 的图片。",
    "{path} does not say how pictures are prepared: {error}": "{path} 没有说明图片如何处理：{error}",
    "{path} is no tokenizer: {error}": "{path} 不是分词器：{error}",
    "tokenizers, which prepares texts, is not installed": "没有安装处理文字的 tokenizers",
    "a text to compare the picture with is empty": "与图片比较的文字是空的",
    "the text {text} has {count} tokens, and the model takes {limit}": (
        "文字 {text} 有 {count} 个词元，而模型只接受 {limit} 个"
    ),
    "say it in fewer words": "请用更少的词来说",
    "{path} gives no vector for a {tower}: it gives {shapes}": "{path} 没有为 {tower} 给出向量：它给出 {shapes}",
    "{path} gave a vector of no direction": "{path} 给出的向量没有方向",
    "{path} is no tower for a {tower}: it takes {taken}": "{path} 不是 {tower} 的模型：它的输入是 {taken}",
    "{name} has no {roles}": "{name} 缺少 {roles}",
    "see docs/vision-matching.md": "见 docs/vision-matching.md",
    "the options of {name}: {error}": "{name} 的选项：{error}",
    "{name} does not compare pictures and texts: {error}": "{name} 不能比较图片与文字：{error}",
    "there is no text to compare the picture with": "没有与图片比较的文字",
    "{count} texts are more than the {limit} that are compared at once": (
        "{count} 段文字超过了一次可以比较的 {limit} 段"
    ),
    "the towers of {name} do not belong together: {picture} and {text} dimensions": (
        "{name} 的两个模型不属于一起：维数为 {picture} 和 {text}"
    ),
    "no model that compares pictures and words is installed": "没有安装比较图片与文字的模型",
    "no model that compares pictures with words in the language {language} is installed": (
        "没有安装能用 {language} 这种语言与图片比较的模型"
    ),
    "{count} vectors came back for {texts} texts": "{texts} 段文字得到了 {count} 个向量",
    "a vector has {count} dimensions instead of {expected}": "向量有 {count} 维，应为 {expected} 维",
    "there is no word to search for": "没有要搜索的词",
    "nothing that finds words in pictures is installed": "没有安装能在图片中寻找文字的模型",
    "{found} of {count} pictures": "{count} 张图片中找到 {found} 张",
    "--match and --search take no question": "--match 和 --search 不接受问题",
    "--match, --search, --batch and --camera ask for different things": (
        "--match、--search、--batch 和 --camera 要求的是不同的事"
    ),
    "the text": "文字",
    "the words": "搜索的词",
}
