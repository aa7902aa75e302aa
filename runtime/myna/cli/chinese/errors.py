"""Errors of the core: a name for each kind, and the messages and hints that are known word for word."""

from __future__ import annotations

ERRORS: dict[str, str] = {
    "error: internal": "程序错误",
    "error: usage": "用法错误",
    "error: missing": "缺少组件",
    "error: model-missing": "缺少模型",
    "error: conversation-missing": "没有这段对话",
    "error: message-missing": "没有这条消息",
    "error: attachment-missing": "缺少附件",
    "error: extra-missing": "缺少扩展",
    "error: device-missing": "缺少设备",
    "error: plugin-missing": "缺少插件",
    "error: prompt-missing": "没有这个提示模板",
    "error: source-unavailable": "模型来源不可用",
    "error: disk-full": "磁盘已满",
    "error: blocked": "已被策略拦截",
    "error: ask-again": "需要重新回答",
    "error: engine": "引擎出错",
    "error: engine-crashed": "引擎崩溃",
    "error: engine-hung": "引擎没有响应",
    "error: engine-unloaded": "引擎已卸载",
    "error: engine-unavailable": "模型暂时无法访问",
    "error: model-quarantined": "模型已被隔离",
    "error: model-load-failed": "模型加载失败",
    "error: out-of-memory": "内存不足",
    "error: store-failed": "数据库出错",
    "error: audit-failed": "审计记录出错",
    "error: audit-broken": "审计记录已被改动",
    "error: plugin-failed": "插件出错",
    "error: bad-input": "输入无效",
    "error: bad-model-file": "模型文件无效",
    "error: bad-template": "模板无效",
    "error: bad-grammar": "语法无效",
    "error: bad-config": "配置无效",
    "error: bad-policy": "策略无效",
    "error: bad-prompt": "提示模板无效",
    "error: hash-mismatch": "校验和不符",
    "error: prompt-too-long": "提示过长",
    "error: regression": "结果变差",
    "error: cancelled": "已取消",
    "interrupted": "已中断",
    "this is a bug in Myna ({kind})": "这是 Myna 的程序错误（{kind}）",
    "the traceback is in {path}": "错误堆栈在 {path}",
    "see the traceback with --verbose": "用 --verbose 查看错误堆栈",
    # Hints that errors have by default.
    "free some space, or choose another folder with --home": "请腾出空间，或用 --home 选择别的文件夹",
    "ask again: the model is loaded on demand": "请再问一次：模型会按需加载",
    "choose a smaller model (myna models fit) or a shorter context (engine.context)": (
        "请选择更小的模型（myna models fit）或更短的上下文（engine.context）"
    ),
    "pull it again; if it happens twice, the source is not to be trusted": "请重新下载；若再次发生，则该来源不可信",
    "shorten the message, or raise engine.context": "请缩短消息，或调大 engine.context",
    "check the address and the connection, and pull again: what has arrived is kept": (
        "请检查地址和网络连接，然后重新获取：已下载的部分会保留"
    ),
    "choose another file, or a model of the catalog: myna models list": (
        "请选择别的文件，或目录中的模型：myna models list"
    ),
    "choose another model: myna models list": "请选择别的模型：myna models list",
    "prompt templates come with the plugin prompts, which is not active": "提示模板由插件 prompts 提供，而它没有启用",
    "see docs/prompts.md": "参见 docs/prompts.md",
    "correct the schema or the grammar": "请修正 Schema 或语法",
    "check the path and who may read it": "请检查路径和读取权限",
    "convert it to UTF-8 first, for example with iconv": "请先转换为 UTF-8，例如用 iconv",
    "give the text on the command line, or through a pipe": "请在命令行上或通过管道给出文本",
    "choose a picture, for example a PNG or a JPEG file": "请选择图片，例如 PNG 或 JPEG 文件",
    "this is not a picture ({found})": "这不是图片（{found}）",
    "unknown content": "内容未知",
    "{path} cannot be used: {problem}": "无法使用 {path}：{problem}",
    "Read-only file system": "文件系统只读",
    "Not a directory": "不是目录",
    "check the owner and the permissions of the file and of its folder, or choose another with --home": (
        "请检查文件及其文件夹的所有者和权限，或用 --home 选择别的文件夹"
    ),
    "check the owner and the permissions of the folder, or choose another with --home": (
        "请检查文件夹的所有者和权限，或用 --home 选择别的文件夹"
    ),
    # Plugins and commands.
    "{command} comes with the plugin {plugin}, which is not installed": (
        "命令 {command} 属于插件 {plugin}，该插件未安装"
    ),
    "{command} comes with the plugin {plugin}, which failed: {problem}": (
        "命令 {command} 属于插件 {plugin}，该插件加载失败：{problem}"
    ),
    "{command} comes with the plugin {plugin}, which is switched off": "命令 {command} 属于插件 {plugin}，该插件已停用",
    "{command} comes with the plugin {plugin}, but not with the version that is installed": (
        "命令 {command} 属于插件 {plugin}，但已安装的版本中没有它"
    ),
    "the command {name} cannot be loaded: {problem}": "无法加载命令 {name}：{problem}",
    "the baseline {path} cannot be read: {problem}": "无法读取基线 {path}：{problem}",
    "there is no command /{name}": "没有命令 /{name}",
    "the command {name} cannot be loaded: {target} is not a click command": (
        "无法加载命令 {name}：{target} 不是 click 命令"
    ),
    "{target} is not a click command": "{target} 不是 click 命令",
    "there is no room left to write": "没有空间可写",
    "there is no room left to write {path}": "没有空间写入 {path}",
    "there is not enough memory": "内存不足",
    # What commands are given.
    "nothing here reads texts aloud": "这里没有能朗读文字的组件",
    "this conversation has begun already": "这个对话已经开始",
    "nothing here talks by voice": "这里没有能语音对话的组件",
    "nothing here encodes sound": "这里没有能编码声音的组件",
    "nothing here looks at pictures": "这里没有能看图片的组件",
    "the question is empty": "问题为空",
    "the question": "问题",
    "the system prompt": "系统提示",
    "{source} is not valid UTF-8": "{source}不是有效的 UTF-8",
    "standard input is closed": "标准输入已关闭",
    "standard input is empty": "标准输入为空",
    "standard input is not valid UTF-8 (byte {place})": "标准输入不是有效的 UTF-8（第 {place} 字节）",
    "the file {path} is not valid UTF-8 (byte {place})": "文件 {path} 不是有效的 UTF-8（第 {place} 字节）",
    "--var takes NAME=VALUE, and {pair} is not of that form": "--var 的形式是 NAME=VALUE，而 {pair} 不是",
    "--prompt and --system both bring a system prompt; give one of them": (
        "--prompt 和 --system 都会给出系统提示；请只用一个"
    ),
    "only an answer can be rated": "只能给回答评分",
    "there is no message {message}": "没有消息 {message}",
    "--var gives {name} two values": "--var 给了 {name} 两个值",
    "line {number} is not valid UTF-8 (byte {place})": "第 {number} 行不是有效的 UTF-8（第 {place} 字节）",
    "--var gives values to a template, and there is no --prompt": "--var 为模板提供值，但没有给出 --prompt",
    "the schema {path} is nested too deeply": "Schema {path} 嵌套过深",
    "the schema {path} is not JSON: {problem} in line {line}": "Schema {path} 不是 JSON：第 {line} 行 {problem}",
    "the schema {path} is not valid UTF-8": "Schema {path} 不是有效的 UTF-8",
    "the schema {path} must be a JSON object": "Schema {path} 必须是 JSON 对象",
    "the {kind} {path} cannot be read: that is no file name": "无法读取{kind} {path}：这不是文件名",
    "the {kind} {path} cannot be read: {problem}": "无法读取{kind} {path}：{problem}",
    "the {kind} {path} is empty": "{kind} {path} 为空",
    "the {kind} {path} is larger than {limit} MB": "{kind} {path} 超过 {limit} MB",
    "schema": "Schema",
    "picture": "图片",
    "baseline": "基线",
    "No such file or directory": "没有那个文件或目录",
    "Permission denied": "权限不够",
    "Is a directory": "是一个目录",
    "there is no adapter {path}": "没有适配器 {path}",
    "the scale of the adapter {path} is not a number: {scale}": "适配器 {path} 的系数不是数字：{scale}",
    "the model {model} cannot look at pictures": "模型 {model} 不能看图片",
    "{value} is not a finite number": "{value} 不是有限的数",
    # Turns.
    "a policy blocked this turn": "策略拦截了这一轮",
    "the engine gave no reason": "引擎没有说明原因",
    "the turn ended without a result": "这一轮没有结果就结束了",
    # Chat and conversations.
    "there is nothing to search for": "没有要搜索的内容",
    "give the ids of conversations, or --all": "请给出对话的编号，或使用 --all",
    "deleting all conversations must be confirmed": "删除所有对话需要确认",
    "add --yes": "请加上 --yes",
    "nothing was asked yet": "还没有提过问题",
    "the new text of the question is missing": "缺少问题的新内容",
    "the path of a picture is missing": "缺少图片的路径",
    "there are no branches yet": "还没有分支",
    "there is no branch {number}": "没有分支 {number}",
    "/edit and /regenerate make them": "/edit 和 /regenerate 会产生分支",
    "this conversation is not kept": "这段对话不会保存",
    "there is no conversation {id}": "没有对话 {id}",
    "{path} is there already": "{path} 已存在",
    "choose another name": "请换一个名称",
    "{path} cannot be written: {problem}": "无法写入 {path}：{problem}",
    "{path} does not say what kind of file it is": "无法从 {path} 判断文件格式",
    "end the name in .md, .json or .txt": "文件名请以 .md、.json 或 .txt 结尾",
    # Audit.
    "there is no folder {folder}": "没有文件夹 {folder}",
    "{text} is not a record's number and hash": "{text} 不是记录的编号和哈希",
    "give what myna audit verify printed": "请给出 myna audit verify 输出的内容",
    "there are no records of the kind {kind}": "没有 {kind} 类型的记录",
    "{text} is not a date": "{text} 不是日期",
    "for example 2026-03-01 or 2026-03-01T12:00": "例如 2026-03-01 或 2026-03-01T12:00",
    # Bench.
    "the baseline {path} is not what myna bench --json prints: {problem}": (
        "基线 {path} 不是 myna bench --json 的输出：{problem}"
    ),
    "there is no benchmark {name}": "没有测量项目 {name}",
    "the benchmark {name} failed: {problem}": "测量 {name} 失败：{problem}",
    # The core.
    "there is no setting {key}": "没有设置 {key}",
    "the route {name} leads to the route {other}": "路由 {name} 指向了路由 {other}",
    "there is no model called {name}": "没有名为 {name} 的模型",
    "no model for the task {task} is installed": "没有安装用于 {task} 的模型",
    "the text has {count} characters; {longest} can be classified": "文字有 {count} 个字符；最多可以判断 {longest} 个",
}
