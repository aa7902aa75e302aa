"""Simplified Chinese for what is said about fitting models to the machine."""

from __future__ import annotations

FITTING: dict[str, str] = {
    "Measure how a model runs best on this machine, and use that from now on": (
        "测量模型在这台机器上怎样运行最好，并从此采用"
    ),
    "Measure how a model runs best on this machine, and use that from now on.": (
        "测量模型在这台机器上怎样运行最好，并从此采用。"
    ),
    "Ctrl-C pauses: the same command goes on where it was.": "按 Ctrl-C 暂停：再次运行同一命令会接着测量。",
    "Perplexity that may be lost.": "允许损失的困惑度（百分比）。",
    "How long to measure.": "测量多久（分钟）。",
    "Use the model as it was fetched again.": "恢复使用获取时的原样模型。",
    "A model fitted to this machine beside the file as fetched": "针对这台机器调优的模型与获取时的原文件对比",
    "paused; the same command goes on where it was": "已暂停；再次运行同一命令会接着测量",
    "writing {setup}": "正在写入 {setup}",
    "loading {setup}": "正在载入 {setup}",
    "measuring the speed of {setup}": "正在测量 {setup} 的速度",
    "measuring the quality of {setup}": "正在测量 {setup} 的质量",
    "{model} is used as it was fetched ({size} freed)": "{model} 已恢复为获取时的原样（释放 {size}）",
    "{model} runs as {setup} from now on: it reads {prefill} times and writes {decode} times as fast": (
        "{model} 从此以 {setup} 运行：读取速度为 {prefill} 倍，书写速度为 {decode} 倍"
    ),
    "undo it with: myna models optimize {model} --reset": "撤销：myna models optimize {model} --reset",
    "nothing is better than {model} as it is": "没有比 {model} 原样更好的运行方式",
    "no time was left for {what}; with a larger --time the same command goes on": (
        "没有时间尝试 {what}；用更大的 --time 运行同一命令可继续"
    ),
    "the report is in {path}": "报告在 {path}",
    "Setup": "方案",
    "Turn": "一轮",
    "Perplexity": "困惑度",
    "Same token": "相同词元",
    "Load": "载入",
    "Result": "结果",
    "chosen": "选用",
    "original": "原文件",
    "slower": "更慢",
    "costs too much quality": "质量损失过大",
    "Fitted to this machine": "针对本机调优",
    "{setup}: reads {prefill} times and writes {decode} times as fast": (
        "{setup}：读取速度为 {prefill} 倍，书写速度为 {decode} 倍"
    ),
    "optimized": "已调优",
    "stale": "调优已失效",
    "never": "从未",
    "paused": "已暂停",
    "best as it is": "原样最好",
    "the model was fetched anew": "模型已重新获取",
    "this machine has another processor or other cores": "这台机器换了处理器或核心数不同",
    "its file is damaged": "文件已损坏",
    "what was measured for {name} cannot be read: {why}": "{name} 的测量结果无法读取：{why}",
    "{name} is fitted to this machine: nothing is better than it is": "{name} 已针对本机调优：原样最好",
    "{name} is fitted to this machine: {setup}": "{name} 已针对本机调优：{setup}",
    "{name} runs as it was fetched again: {why}": "{name} 恢复为获取时的原样运行：{why}",
    "fitting {name} to this machine is not finished": "{name} 的本机调优尚未完成",
    "{name} was never fitted to this machine": "{name} 从未针对本机调优",
    "only GGUF models for chat can be optimized; {name} is a {format} model for {task}": (
        "只有 GGUF 对话模型可以调优；{name} 是用于 {task} 的 {format} 模型"
    ),
    "another process is optimizing {name} at the moment": "另一个进程正在调优 {name}",
    "wait for it, or stop it with Ctrl-C where it runs": "请等待它完成，或在它运行的地方按 Ctrl-C 停止",
    "{model} was removed while it was optimized": "{model} 在调优期间被删除",
    "{path} was removed in the meantime": "{path} 在此期间被删除",
    "no space left while {format} of {file} was written: less than {reserve} are free in {folder}": (
        "把 {file} 写成 {format} 时磁盘已满：{folder} 剩余不足 {reserve}"
    ),
    "no space left while {format} of {file} was written": "把 {file} 写成 {format} 时磁盘已满",
    "llama.cpp cannot write {file} in {format}: {why}": "llama.cpp 无法把 {file} 写成 {format}：{why}",
    "{name} ({setup}) does not fit into the memory that is free": "{name}（{setup}）装不进可用内存",
    "{name} is not installed, so there is nothing to undo": "{name} 未安装，没有可撤销的内容",
    "{name} was not fitted to this machine, so there is nothing to compare": "{name} 未针对本机调优，没有可比较的内容",
    "the measurement cannot be started: {why}": "无法开始测量：{why}",
    "the measurement ended before it was done: {why}": "测量未完成就结束了：{why}",
}
