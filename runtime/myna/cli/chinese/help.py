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
    # Commands and their options.
    "Show all that works on this machine. Nothing is asked, and nothing is kept.": (
        "展示这台机器上能用的一切。不提问，也不保存任何内容。"
    ),
    "Ask one question and print the answer. TEXT may be - for standard input.": (
        "提一个问题并输出回答。TEXT 为 - 时读取标准输入。"
    ),
    "Example: {command}": "示例：{command}",
    "Example: myna ask 'What is the capital of France?'": "示例：myna ask '法国的首都是哪里？'",
    "Ask about a picture; may be given again.": "就一张图片提问；可多次使用。",
    "A name of the catalog, or the path of a model file.": "目录中的名称，或模型文件的路径。",
    "Use a prompt template.": "使用提示模板。",
    "A value for the template; may be given again.": "模板的一个值；可多次使用。",
    "The system prompt.": "系统提示。",
    "Answer with JSON that fits this JSON schema.": "回答符合此 JSON Schema 的 JSON。",
    "0 always takes the likeliest token.": "0 表示总取最可能的词元。",
    "The longest answer; 0 is no limit.": "回答的最大长度；0 表示不限。",
    "Draw the same answer again.": "重现同样的回答。",
    "Use a LoRA adapter; may be given again.": "使用 LoRA 适配器；可多次使用。",
    "Print the answer as it is made, or all at once.": "边生成边输出，或一次性输出。",
    "Talk in the terminal. /help lists what else can be done there.": "在终端聊天。/help 列出其他功能。",
    "Go on with a conversation.": "继续一段对话。",
    "List, show, search, export and delete what was said.": "列出、查看、搜索、导出和删除对话。",
    "List conversations, the last changed first.": "列出对话，最近修改的在前。",
    "How many.": "数量。",
    "Leave out the newest N.": "略过最新的 N 个。",
    "Print a conversation. The first digits of an ID are enough.": "显示一段对话。ID 只需开头几位。",
    "All branches, not only the active one.": "所有分支，而不只是当前分支。",
    'Find messages that hold every word of QUERY, or "a phrase" in quotes.': (
        "查找包含 QUERY 中每个词的消息；引号内为完整短语。"
    ),
    "The newest first, instead of the best.": "最新的在前，而不是最匹配的在前。",
    "Export a conversation as Markdown, JSON or text.": "将对话导出为 Markdown、JSON 或纯文本。",
    "Write a file instead of standard output.": "写入文件，而不是标准输出。",
    "By default, what FILE ends in says it.": "默认由 FILE 的后缀决定。",
    "Delete conversations, so that nothing of them is left in the files.": "删除对话，文件中不留任何痕迹。",
    "Delete all conversations.": "删除所有对话。",
    "Do not ask.": "不询问。",
    "Check and export the record of what happened.": "检查和导出审计记录。",
    "Check that the record is what was written: nothing edited, removed, moved or cut off.": (
        "检查记录是否与写入时一致：没有被修改、删除、移动或截断。"
    ),
    "FOLDER is a copy from elsewhere; by default it is the log of this machine.": (
        "FOLDER 是来自别处的副本；默认检查这台机器的记录。"
    ),
    "A record that was noted down: it must still be there.": "曾经记下的一条记录：它必须还在。",
    "Export the record as JSON lines or as a table (CSV).": "将审计记录导出为 JSON 行或表格（CSV）。",
    "By default, what FILE ends in says it, else jsonl.": "默认由 FILE 的后缀决定，否则为 jsonl。",
    "Only records of this kind; may be repeated.": "只包含此类记录；可多次使用。",
    "Only records from this day or time on, for example 2026-03-01.": "只包含此日期或时间之后的记录，例如 2026-03-01。",
    "List plugins, what they may use, and what failed.": "列出插件、其权限和失败原因。",
    "List every plugin that was found.": "列出找到的所有插件。",
    "Check this machine, and say how to mend what is wrong.": "检查这台机器，并说明如何修复问题。",
    "Measure, each figure beside its peer. NAME chooses groups of measurements.": (
        "测量性能，每个数字都有参照。NAME 选择测量组。"
    ),
    "Compare with what --json printed earlier.": "与之前 --json 的输出比较。",
    "Counted runs of each measurement.": "每项测量计入的次数。",
    "Measure this model.": "测量此模型。",
    "List what can be measured.": "列出可测量的项目。",
    "Show and change settings.": "查看和修改设置。",
    "Print every setting with its value and where that comes from.": "显示每项设置的值及其来源。",
    "Print the path of the settings file; it need not exist.": "显示设置文件的路径；文件不一定存在。",
    "Print one setting, for example chat.temperature, or a section, for example chat.": (
        "显示一项设置（如 chat.temperature）或一个小节（如 chat）。"
    ),
    "Write one setting into the file. A list is separated by commas.": "将一项设置写入文件。列表用逗号分隔。",
    # Wrong usage, ours and click's.
    "there is no command {name}": "没有命令 {name}",
    "there is no option {name}": "没有选项 {name}",
    "{message}; did you mean {near}?": "{message}；您是不是想用 {near}？",
    "{name} must be given": "必须给出 {name}",
    "wrong value for {name}: {problem}": "{name} 的值有误：{problem}",
    "the folder has no name": "文件夹名为空",
    "{path} is not a folder": "{path} 不是文件夹",
    "one of its commands must be given: {commands}": "必须给出其中一个命令：{commands}",
    "option {name} requires an argument": "选项 {name} 需要一个值",
    "option {name} requires {count} arguments": "选项 {name} 需要 {count} 个值",
    "option {name} does not take a value": "选项 {name} 不接受值",
    "got unexpected extra argument ({arguments})": "多余的参数（{arguments}）",
    "got unexpected extra arguments ({arguments})": "多余的参数（{arguments}）",
    "{value} is not a whole number": "{value} 不是整数",
    "{value} is not a number": "{value} 不是数字",
    "{value} is not in the range {range}": "{value} 不在范围 {range} 内",
    "{value} is more than {limit}": "{value} 大于 {limit}",
    "{value} is not one of {choices}": "{value} 不是以下之一：{choices}",
    "File {name} does not exist": "文件 {name} 不存在",
    "File {name} is a directory": "{name} 是文件夹，不是文件",
    "File {name} is not readable": "文件 {name} 不可读",
    "Path {name} does not exist": "路径 {name} 不存在",
    "Directory {name} does not exist": "文件夹 {name} 不存在",
}
