"""What `myna doctor` says of the machine."""

from __future__ import annotations

MACHINE: dict[str, str] = {
    "processor": "处理器",
    "memory": "内存",
    "disk": "磁盘",
    "gpu": "显卡",
    "python": "Python",
    "engines": "引擎",
    "audio": "音频",
    "settings": "设置",
    "models": "模型",
    "plugins": "插件",
    "conversations": "对话",
    "audit": "审计",
    "{mode}, in {folder}": "{mode}，位于 {folder}",
    "{count} records; it can be written": "{count} 条记录；可以写入",
    "{count} records could not be written since {time} ({code})": "自 {time} 起有 {count} 条记录未能写入（{code}）",
    "1 problem.": "1 个问题。",
    "No problems.": "没有问题。",
    "{count} problems.": "{count} 个问题。",
    "{name}, {logical} processors on {physical} cores": "{name}，{physical} 个核心，{logical} 个处理器",
    "there is no AVX2, so models run slowly": "没有 AVX2，模型运行会很慢",
    "choose a model below 0.5B": "请选择 0.5B 以下的模型",
    "{free} free of {total}": "可用 {free}，共 {total}",
    "{free} free for {path}": "{path} 可用空间 {free}",
    "end other programs, or choose a smaller model: myna models fit": (
        "请关闭其他程序，或选择更小的模型：myna models fit"
    ),
    "{path} cannot be written": "{path} 不可写",
    "none was found; models run on the processor": "没有找到；模型在处理器上运行",
    "{vendor} graphics ({card})": "{vendor} 显卡（{card}）",
    "llama.cpp's libraries are not where its bindings have them: {reason}": (
        "llama.cpp 的库不在其绑定所在的位置：{reason}"
    ),
    "Apple graphics": "Apple 显卡",
    "llama.cpp computes on {device}: {name}, {free} free of {total}": (
        "llama.cpp 在 {device} 上计算：{name}，可用 {free}，共 {total}"
    ),
    "llama.cpp finds no GPU that it can use; look at the driver of the card": (
        "llama.cpp 找不到可用的显卡，请检查显卡驱动"
    ),
    "llama.cpp is built without {backend}: GGUF models run on the processor": (
        "llama.cpp 编译时未启用 {backend}：GGUF 模型在处理器上运行"
    ),
    "llama.cpp's library gave no answer": "llama.cpp 的库没有回应",
    "ONNX Runtime gave no answer": "ONNX Runtime 没有回应",
    "ONNX Runtime computes on {providers}": "ONNX Runtime 在 {providers} 上计算",
    "ONNX Runtime falls back to {name}: {reason}": "ONNX Runtime 退而使用 {name}：{reason}",
    "ONNX Runtime uses no GPU: ONNX models run on the processor": "ONNX Runtime 未使用显卡：ONNX 模型在处理器上运行",
    "ONNX Runtime cannot be loaded: {reason}": "无法载入 ONNX Runtime：{reason}",
    "{model} would take {size} GB with a context of {context} tokens: the processor computes": (
        "{model} 以 {context} 个词元的上下文约需 {size} GB：由处理器计算"
    ),
    "{model} would take {size} GB with a context of {context} tokens: ONNX Runtime computes on {provider}": (
        "{model} 以 {context} 个词元的上下文约需 {size} GB：ONNX Runtime 在 {provider} 上计算"
    ),
    "{model} would take {size} GB with a context of {context} tokens: {offload}": (
        "{model} 以 {context} 个词元的上下文约需 {size} GB：{offload}"
    ),
    "{draft} writes ahead for {model}": "{draft} 为 {model} 先写草稿",
    "{draft} has other words than {model}, so it cannot guess for it": "{draft} 的词表与 {model} 不同，无法为它先写",
    "{draft} does not fit beside {model}": "内存放不下 {model} 与 {draft} 两个模型",
    "{draft} does not fit beside the model that answers": "内存放不下回答问题的模型与 {draft} 两个模型",
    "{draft} is larger than {model}, so it cannot write ahead of it": "{draft} 比 {model} 大，无法为它先写",
    "{draft} cannot take back what was guessed wrong": "{draft} 无法撤回猜错的词元",
    "it cannot take back what was guessed wrong": "它无法撤回猜错的词元",
    "{draft} is no GGUF model and cannot write ahead": "{draft} 不是 GGUF 模型，无法先写",
    "its token {number} is another word than that of the model that answers": (
        "它的第 {number} 个词元与回答问题的模型不同"
    ),
    "the package {package} is not installed": "未安装软件包 {package}",
    "the extra {extra} is not installed ({packages})": "未安装扩展 {extra}（{packages}）",
    "onnxruntime and onnxruntime-gpu are both installed, and one overwrote files of the other": (
        "onnxruntime 和 onnxruntime-gpu 同时安装，文件互相覆盖"
    ),
    "PortAudio is installed": "已安装 PortAudio",
    "PortAudio is not installed": "未安装 PortAudio",
    "sound cards: {cards}": "声卡：{cards}",
    "a sound server is running": "声音服务正在运行",
    "there is no sound card and no sound server": "没有声卡，也没有声音服务",
    "the chat model is {model}": "聊天模型是 {model}",
    "{count} loaded: {names}": "已加载 {count} 个：{names}",
}
