"""Simplified Chinese for the texts of conversions."""

from __future__ import annotations

CONVERTING: dict[str, str] = {
    # the commands
    "Make another format of a model": "把模型转换成另一种格式",
    "Make another format of a model: ONNX or GGUF, with smaller weights": (
        "把模型转换成另一种格式：ONNX 或 GGUF，权重更小"
    ),
    "Make another format of a model: ONNX or GGUF, with smaller weights.": (
        "把模型转换成另一种格式：ONNX 或 GGUF，权重更小。"
    ),
    "SOURCE is an installed model, a folder as Hugging Face publishes them, or a GGUF file. What is made is compared "
    "with it, and kept only if its quality holds.": (
        "SOURCE 是已安装的模型、Hugging Face 发布形式的文件夹或 GGUF 文件。转换结果会与它比较，质量达标才保留。"
    ),
    "What conversions run in": "转换所用的环境",
    "Show the Python environments that conversions run in, make or delete them": (
        "显示、创建或删除转换所用的 Python 环境"
    ),
    "Show the Python environments that conversions run in, make or delete them.": (
        "显示、创建或删除转换所用的 Python 环境。"
    ),
    "Sentence vectors of 8 bits beside floats, and many texts at once": (
        "8 位句向量与浮点的对比，以及批量与逐条的对比"
    ),
    "The format to make.": "要生成的格式。",
    "What the model is for, where it does not say.": "模型的用途（模型自己没有说明时）。",
    "How the weights are kept.": "权重的保存方式。",
    "Texts for int8-static, one a line, or JSON lines with text.": (
        "int8-static 用的文本，每行一条，或带 text 字段的 JSON 行。"
    ),
    "What the new model is called.": "新模型的名称。",
    "Write the files to DIR, and install nothing.": "把文件写入 DIR，不安装。",
    "Make one now, so that it is there offline.": "现在就创建一个，离线时可用。",
    "Delete all; the next conversion makes what it needs again.": "全部删除；下次转换会重新创建所需的环境。",
    # progress and results
    "another process is at work on it; waiting for it": "另一个进程正在处理，等待中",
    "reading the weights": "正在读取权重",
    "making the graph": "正在生成计算图",
    "making the weights smaller": "正在压缩权重",
    "comparing it with the original": "正在与原模型比较",
    "checking what was made": "正在检查结果",
    "making the environment {name}, once (some minutes)": "正在创建环境 {name}，只需一次（几分钟）",
    "its weights stay floats": "权重保持浮点",
    "{size} freed": "已释放 {size}",
    "of the original's {size}": "（相对于原模型的 {size}）",
    "Files": "文件",
    "Made from": "来源",
    "Made by": "所用工具",
    "Quality": "质量",
    "Speed": "速度",
    "limit": "限值",
    "perplexity_original": "原困惑度",
    "perplexity": "困惑度",
    "perplexity_rise": "困惑度升幅",
    "agreement": "一致率",
    "tokens": "token 数",
    "texts": "文本数",
    "cosine": "余弦",
    "worst_cosine": "最低余弦",
    "largest_difference": "最大差",
    "mean_difference": "平均差",
    "prefill_tps": "预填充 t/s",
    "prefill_tps_original": "原模型预填充 t/s",
    "decode_tps": "生成 t/s",
    "original_runtime": "原模型运行于",
    "texts_per_second": "每秒文本数",
    "times_as_fast": "速度倍数",
    "SIZE": "大小",
    "FOR": "用于",
    "FOLDER": "文件夹",
    "ready": "就绪",
    "incomplete": "未完成",
    "absent": "没有",
    "encoders, classifiers, pictures and words, Whisper": "编码器、分类器、图文模型、Whisper",
    "models that write, to ONNX and to GGUF": "生成文本的模型，转为 ONNX 或 GGUF",
    "conversion": "转换",
    "the environment {name} is ready ({size})": "环境 {name} 已就绪（{size}）",
    "the environment {name} is half made": "环境 {name} 只创建了一半",
    # what goes wrong
    "line {number} of {file} is no JSON object with text: {why}": (
        "{file} 第 {number} 行不是带 text 的 JSON 对象：{why}"
    ),
    "one text a line, or JSON lines with text": "每行一条文本，或带 text 字段的 JSON 行",
    "{file} holds {count} texts; at least {least} are needed": "{file} 有 {count} 条文本，至少需要 {least} 条",
    "{file} is no text": "{file} 不是文本",
    "{file} is no text in UTF-8": "{file} 不是 UTF-8 文本",
    "{file} is too large for texts to calibrate with ({size} MB at most)": (
        "{file} 太大，不能用来校准（最多 {size} MB）"
    ),
    "the file was made, and cannot be used: {why}": "文件已生成，但不能使用：{why}",
    "the file was made, and llama.cpp computes something else from it: {share} of the likeliest tokens are the same, "
    "the mean difference is {difference}": (
        "文件已生成，但 llama.cpp 的计算结果不同：最可能的 token 有 {share} 相同，平均差为 {difference}"
    ),
    "nothing here opens Whisper as ONNX; its files can be written to a folder": (
        "这里没有能打开 ONNX 版 Whisper 的引擎；可以把文件写到一个文件夹"
    ),
    "the name {name} is taken, or is none that a model may have": "名称 {name} 已被占用，或不能用作模型名",
    "close other programs, or convert it on a larger machine and copy the model's folder": (
        "关闭其他程序，或在更大的机器上转换后复制模型文件夹"
    ),
    "name a folder that is new or empty": "请给出一个新的或空的文件夹",
    "{folder} is there already": "{folder} 已经存在",
    "run it again: it is made anew": "再运行一次：环境会重新创建",
    "run the command again: what has arrived is kept": "再运行一次该命令：已下载的内容会保留",
    "see {log}": "见 {log}",
    "the conversion ended with status {status}: {why}": "转换以状态 {status} 结束：{why}",
    "the conversion made no model": "转换没有生成模型",
    "the conversion takes about {size} of memory, and {free} are free": "转换约需内存 {size}，现有 {free} 可用",
    "the conversion was killed, by somebody or by the system because memory ran out": (
        "转换被终止：有人终止了它，或系统内存用尽"
    ),
    "the environment {name} was damaged: {why}": "环境 {name} 已损坏：{why}",
    "install its module venv (Debian: apt-get install python3-venv)": (
        "请安装它的 venv 模块（Debian：apt-get install python3-venv）"
    ),
    "no space left while the environment {name} was made": "创建环境 {name} 时磁盘空间用尽",
    "the environment {name} is not there, and models.offline forbids to fetch it": (
        "没有环境 {name}，而 models.offline 禁止下载"
    ),
    "the package index cannot be reached for the environment {name}: {why}": (
        "创建环境 {name} 时无法连接软件包索引：{why}"
    ),
    "pip cannot make the environment {name}: {why}": "pip 无法创建环境 {name}：{why}",
    "this Python cannot make environments: {why}": "这个 Python 无法创建环境：{why}",
    "a GGUF file is converted as a model that writes, not for {task}": (
        "GGUF 文件只能按生成文本的模型转换，不能用于 {task}"
    ),
    "only models that write are converted to GGUF": "只有生成文本的模型能转换成 GGUF",
    "other weights of it: myna models optimize {name}": "换一种权重：myna models optimize {name}",
    "put the tokenizer of the model beside its weights": "请把模型的 tokenizer 放在权重旁边",
    "the architecture {kind} cannot be converted to GGUF ({known} can)": (
        "架构 {kind} 不能转换成 GGUF（{known} 可以）"
    ),
    "{name} has the architecture {kind}, which cannot be converted ({known} can)": (
        "{name} 的架构是 {kind}，不能转换（{known} 可以）"
    ),
    "{name} holds no tokenizer.json": "{name} 没有 tokenizer.json",
    "{name} is a GGUF file already": "{name} 已经是 GGUF 文件",
    "--quantize {how} is not for this conversion": "--quantize {how} 不适用于这种转换",
    "--calibration belongs to --quantize int8-static, and it needs one": (
        "--calibration 与 --quantize int8-static 要一起使用"
    ),
    "config.json of {name} cannot be read: {why}": "{name} 的 config.json 无法读取：{why}",
    "convert the original: a folder of Hugging Face, or a GGUF file": "请转换原模型：Hugging Face 文件夹或 GGUF 文件",
    "give an installed model, a folder or a GGUF file": "请给出已安装的模型、文件夹或 GGUF 文件",
    "llama-gguf-split --merge": "llama-gguf-split --merge",
    "other weights are pickles, which are programs; get the model as safetensors": (
        "其他权重是 pickle，也就是程序；请获取 safetensors 形式的模型"
    ),
    "say it with --task": "用 --task 说明",
    "there is no file or folder {name}": "没有文件或文件夹 {name}",
    "{name} does not say what it is for (model_type {kind})": "{name} 没有说明用途（model_type {kind}）",
    "{name} has no file that could be converted": "{name} 没有可转换的文件",
    "{name} holds no config.json, so it is no model of Hugging Face": (
        "{name} 没有 config.json，不是 Hugging Face 模型"
    ),
    "{name} holds no weights as safetensors": "{name} 没有 safetensors 权重",
    "{name} is in the format {form}, which nothing is made from": "{name} 的格式是 {form}，不能由它转换",
    "{name} is neither a GGUF file nor a folder with config.json": (
        "{name} 既不是 GGUF 文件，也不是带 config.json 的文件夹"
    ),
    "{name} is one of several parts; join them first": "{name} 只是其中一部分；请先合并",
    "the quality does not hold: perplexity rises by {rise}, and {limit} is allowed": (
        "质量不达标：困惑度上升 {rise}，允许 {limit}"
    ),
    "the quality does not hold: {share} of the likeliest tokens are the same, and {limit} are asked for": (
        "质量不达标：最可能的 token 有 {share} 相同，要求 {limit}"
    ),
    "the quality does not hold: the mean cosine is {mean} and the worst {worst}, and {limit} "
    "and {least} are asked for": ("质量不达标：平均余弦 {mean}，最低 {worst}，要求 {limit} 和 {least}"),
    "the quality does not hold: {what} is {value}, and {limit} is asked for": (
        "质量不达标：{what} 为 {value}，要求 {limit}"
    ),
    "the extra embed is not installed: {why}": "没有安装附加组件 embed：{why}",
    "the conversion took more memory than there is": "转换所需内存超过现有内存",
    "choose a smaller model": "请选择更小的模型",
    "no space left while the model was converted": "转换模型时磁盘空间用尽",
    "the tokenizer cuts texts in the way {name}, which is not known here ({known} are)": (
        "tokenizer 的切分方式是 {name}，这里不认识（认识的有 {known}）"
    ),
    "the tokenizer cuts texts in a way that is not known here ({kinds})": "tokenizer 的切分方式这里不认识（{kinds}）",
    "{name} holds no tokenizer": "{name} 没有 tokenizer",
    "the model builder failed: {why}": "模型生成器失败：{why}",
    "this architecture cannot be converted: {why}": "这种架构不能转换：{why}",
    "the architecture {kind} cannot be converted for this task: {why}": "架构 {kind} 不能为此用途转换：{why}",
    "the model pools its tokens in a way that is not known here ({how})": "模型合并 token 的方式这里不认识（{how}）",
}
