"""Looking at pictures: files, picture encoders, and prompts that hold pictures."""

from __future__ import annotations

PICTURES: dict[str, str] = {
    "Pillow, which decodes pictures, is not installed": "未安装解码图片所需的 Pillow",
    "pictures of this kind need one more library (HEIC)": "此类图片还需要一个库（HEIC）",
    "the picture has more than the {limit} pixels that are looked at": "图片超过可查看的 {limit} 像素",
    "the picture has {size} bytes, more than the {limit} that are looked at": (
        "图片有 {size} 字节，超过可查看的 {limit} 字节"
    ),
    "the picture is damaged ({format})": "图片已损坏（{format}）",
    "the pictures have {size} bytes together, more than the {limit} that can be looked at at once": (
        "图片合计 {size} 字节，超过一次可查看的 {limit} 字节"
    ),
    "ask about fewer pictures at a time, or make them smaller": "请每次少问几张图片，或先把它们缩小",
    "ask about fewer pictures at a time, or raise engine.context": "请每次少问几张图片，或调大 engine.context",
    "the prompt has {count} tokens, {pictures} of them for pictures; the context holds {limit}": (
        "提示有 {count} 个词元，其中图片占 {pictures} 个；上下文只能容纳 {limit} 个"
    ),
    "the prompt holds a picture, and this model cannot see": "提示中有图片，而此模型看不了图片",
    "the content of a picture is missing from the request": "请求中缺少图片的内容",
    "a picture is not the one that its hash says": "图片与其哈希值不符",
    "this model reads text only; a picture needs a model that can see": "此模型只能读文本；图片需要能看图的模型",
    "this model hears nothing; a sound needs a model that can use it": "此模型听不了声音；声音需要支持它的模型",
    "the picture encoder ended; its log says why": "图片编码器已结束，原因见其日志",
    "there is not enough memory to look at the picture": "内存不足，无法查看图片",
    "llama.cpp could not encode the picture: {problem}": "llama.cpp 无法编码图片：{problem}",
    "llama.cpp's library for pictures cannot be loaded: {problem}": "无法加载 llama.cpp 的图片库：{problem}",
    "the picture is not as large as the header of its file says": "图片的大小与文件头所说的不符",
    "the picture is too narrow to be looked at": "图片太窄，无法查看",
    "cut out a part of it": "请截取其中一部分",
    "the picture takes {count} tokens that must be computed at once, and {limit} may be": (
        "图片需要一次计算 {count} 个词元，而最多只能计算 {limit} 个"
    ),
    "there is no projector file {path}": "没有投影文件 {path}",
    "{file} is a {kind} and no picture encoder": "{file} 是 {kind}，不是图片编码器",
    "{file} is not whole: it lacks the tensor v.patch_embd.weight": "{file} 不完整：缺少张量 v.patch_embd.weight",
    "{file} encodes no pictures": "{file} 不编码图片",
    "{file} does not belong to {model}: it makes vectors of {width} numbers, and the model takes {wanted}": (
        "{file} 不属于 {model}：它产生 {width} 维向量，而模型需要 {wanted} 维"
    ),
    "the projector does not belong to this model: tokens that it puts around a picture are not in the vocabulary": (
        "投影文件不属于此模型：它放在图片前后的词元不在词表中"
    ),
    "use the projector file (mmproj) that was published with this model, or take this one away from beside it": (
        "请使用与此模型一同发布的投影文件（mmproj），或把旁边的这个文件移走"
    ),
}
