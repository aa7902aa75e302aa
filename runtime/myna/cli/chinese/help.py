"""Help pages: headings, the shared options and what click adds to them, wrong usage."""

from __future__ import annotations

HELP: dict[str, str] = {
    "Usage": "用法",
    "Options": "选项",
    "Commands": "命令",
    "Arguments": "参数",
    "Show this message and exit.": "显示本帮助并退出。",
    "Print the version.": "显示版本。",
    "Print data as JSON.": "以 JSON 格式输出数据。",
    "No progress and no notes.": "不显示进度和提示。",
    "Say more, and show tracebacks.": "显示更多信息和错误堆栈。",
    "Keep settings, data, models and logs under DIR (also MYNA_HOME).": (
        "把设置、数据、模型和日志都放在 DIR 下（也可用 MYNA_HOME）。"
    ),
    "An assistant that lives on this machine and needs no network.": "住在这台机器上的助手，不需要网络。",
    "Without a command: the desktop where there is a display, else a chat in the terminal, else the demo.": (
        "不带命令时：有显示器则打开桌面，否则在终端聊天，再否则运行演示。"
    ),
    "[default: {value}]": "[默认：{value}]",
    "[required]": "[必填]",
    # Wrong usage, ours and click's.
    "there is no command {name}": "没有命令 {name}",
    "there is no command {name}; did you mean {near}?": "没有命令 {name}；您是不是想用 {near}？",
    "there is no option {name}": "没有选项 {name}",
    "there is no option {name}; did you mean {near}?": "没有选项 {name}；您是不是想用 {near}？",
    "{name} is missing": "缺少 {name}",
    "{name}: {problem}": "{name}：{problem}",
    "the folder has no name": "文件夹名为空",
    "Missing command": "缺少命令",
    "Option {name} requires an argument": "选项 {name} 需要一个值",
    "Option {name} requires {count} arguments": "选项 {name} 需要 {count} 个值",
    "Option {name} does not take a value": "选项 {name} 不接受值",
    "Got unexpected extra argument ({arguments})": "多余的参数（{arguments}）",
    "Got unexpected extra arguments ({arguments})": "多余的参数（{arguments}）",
    "{value} is not a valid integer": "{value} 不是整数",
    "{value} is not a valid float": "{value} 不是数字",
    "{value} is not in the range {range}": "{value} 不在范围 {range} 内",
    "{value} is not one of {choices}": "{value} 不是以下之一：{choices}",
    "File {name} does not exist": "文件 {name} 不存在",
    "File {name} is a directory": "{name} 是文件夹，不是文件",
    "File {name} is not readable": "文件 {name} 不可读",
    "Path {name} does not exist": "路径 {name} 不存在",
    "Directory {name} does not exist": "文件夹 {name} 不存在",
}
