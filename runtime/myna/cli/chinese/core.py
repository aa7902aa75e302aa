"""Errors and hints of engines, workers, settings and the store, which reach people through the command line."""

from __future__ import annotations

FILES: dict[str, str] = {
    # Embedding models.
    "a model of the type {kind} with {activation} is not known here": "不支持激活函数为 {activation} 的 {kind} 模型",
    "the model has no tensor {name}": "模型没有张量 {name}",
    "{name} lacks its file {file}": "{name} 缺少文件 {file}",
    "{name} is no safetensors file or is truncated": "{name} 不是 safetensors 文件，或不完整",
    "{name} is no safetensors file: {problem}": "{name} 不是 safetensors 文件：{problem}",
    "{name}: the tensor {tensor} does not lie in the file": "{name}：张量 {tensor} 不在文件范围内",
    "{name} gives no vectors: it is no sentence encoder": "{name} 不输出向量：它不是句子编码器",
    "{file} is not a file": "{file} 不是文件",
    "{file} cannot be read: {problem}": "无法读取 {file}：{problem}",
    "{file} is empty": "{file} 是空文件",
    "{file} is a text file, not a GGUF model": "{file} 是文本文件，不是 GGUF 模型",
    "{file} is not a GGUF model: it begins with {found} instead of {wanted}": (
        "{file} 不是 GGUF 模型：开头是 {found}，而不是 {wanted}"
    ),
    "{file} has GGUF version {found}; versions 2 and 3 are understood": (
        "{file} 的 GGUF 版本是 {found}；只支持版本 2 和 3"
    ),
    "{file} is truncated: its header needs at least {needed} bytes, but the file has {size}": (
        "{file} 不完整：文件头至少需要 {needed} 字节，而文件只有 {size} 字节"
    ),
    "{file} is truncated: its tensors need {needed} bytes, but the file has {size}": (
        "{file} 不完整：张量需要 {needed} 字节，而文件只有 {size} 字节"
    ),
    "{file} claims {count} tensors, more than the {limit} that are allowed": (
        "{file} 声称有 {count} 个张量，超过允许的 {limit} 个"
    ),
    "{file} claims {count} metadata keys, more than the {limit} that are allowed": (
        "{file} 声称有 {count} 个元数据键，超过允许的 {limit} 个"
    ),
    "{file} claims {count} elements for {key}, more than the {limit} that are allowed": (
        "{file} 声称 {key} 有 {count} 个元素，超过允许的 {limit} 个"
    ),
    "{file} has a {what} of {length} bytes, more than the {limit} that are allowed": (
        "{file} 的 {what} 有 {length} 字节，超过允许的 {limit} 字节"
    ),
    "{file} has a {what} that is not UTF-8": "{file} 的 {what} 不是 UTF-8",
    "{file} has a header of more than {limit} MB": "{file} 的文件头超过 {limit} MB",
    "{file} has a value of the unknown type {kind} for {key}": "{file} 中 {key} 的值类型 {kind} 未知",
    "{file} became shorter while it was read": "{file} 在读取过程中变短了",
    "{file} is part {number} of {count}, so its name should end with {end}": (
        "{file} 是 {count} 个部分中的第 {number} 个，所以文件名应以 {end} 结尾"
    ),
    "{file} is part {number} of {count}, but {other} is not beside it": (
        "{file} 是 {count} 个部分中的第 {number} 个，但旁边没有 {other}"
    ),
    "there is no model file {file}": "没有模型文件 {file}",
    "{file} is a {kind} and no model that can answer": "{file} 是 {kind}，不是能回答问题的模型",
    "{file} is no LoRA adapter": "{file} 不是 LoRA 适配器",
    "the LoRA adapter {file} does not fit this model: {problem}": "LoRA 适配器 {file} 与此模型不匹配：{problem}",
    "more than {limit} LoRA adapters at once": "同时使用的 LoRA 适配器超过 {limit} 个",
    "the scale of a LoRA adapter must be a finite number": "LoRA 适配器的系数必须是有限的数",
    "llama.cpp cannot load {file}: {problem}": "llama.cpp 无法加载 {file}：{problem}",
    "llama.cpp cannot use {file}: {problem}": "llama.cpp 无法使用 {file}：{problem}",
    "the chat template has {length} characters; the limit is {limit}": "聊天模板有 {length} 个字符，上限是 {limit}",
    "the chat template did not finish within {limit} s": "聊天模板在 {limit} 秒内没有完成",
    "the chat template failed: {problem}": "聊天模板出错：{problem}",
    "the chat template exceeds its limits: {problem}": "聊天模板超出限制：{problem}",
}

REQUESTS: dict[str, str] = {
    "{model} needs {needed} of memory with a context of {context} tokens, and {allowed} of {free} may be used": (
        "{model} 在上下文为 {context} 个词元时需要 {needed} 内存，而 {free} 中只有 {allowed} 可用"
    ),
    "there is not enough memory for {what}": "内存不足，无法容纳 {what}",
    "there is not enough memory for {what}: {problem}": "内存不足，无法容纳 {what}：{problem}",
    "there is not enough memory for embeddings": "内存不足，无法计算向量",
    "there is not enough memory for a KV cache of {count} tokens": "内存不足，无法容纳 {count} 个词元的 KV 缓存",
    "there is no memory for a prompt of {count} tokens": "内存不足，无法处理 {count} 个词元的提示",
    "a text has {count} characters; an embedding takes {limit} tokens": (
        "文本有 {count} 个字符；计算向量最多 {limit} 个词元"
    ),
    "a text has {count} tokens; an embedding takes {limit}": "文本有 {count} 个词元；计算向量最多 {limit} 个",
    "this model gives no embeddings": "此模型不提供向量",
    "llama.cpp could not compute embeddings (status {status})": "llama.cpp 无法计算向量（状态 {status}）",
    "llama.cpp could not compute a step (status {status})": "llama.cpp 无法完成一步计算（状态 {status}）",
    "llama.cpp could not move the KV cache": "llama.cpp 无法移动 KV 缓存",
    "llama.cpp could not apply the LoRA adapters": "llama.cpp 无法应用 LoRA 适配器",
    "llama-cpp-python is not installed": "未安装 llama-cpp-python",
    "llama.cpp's library cannot be loaded: {problem}": "无法加载 llama.cpp 的库：{problem}",
    "the model's weights, or a LoRA adapter's, make numbers that overflow": (
        "模型或 LoRA 适配器的权重产生了溢出的数值"
    ),
    "the llama.cpp engine has no operation {name}": "llama.cpp 引擎没有操作 {name}",
    "no operation {name} here; there are {names}": "没有操作 {name}；可用的有 {names}",
    "the engine was closed": "引擎已关闭",
    "the engine options are not valid: {problem}": "引擎选项无效：{problem}",
    "the request is not valid: {problem}": "请求无效：{problem}",
    "give exactly one of messages, prompt and tokens": "请只给出 messages、prompt 和 tokens 之一",
    "give a schema or a grammar, not both": "请给出 Schema 或语法，不要同时给出",
    "the grammar has {count} characters; the limit is {limit}": "语法有 {count} 个字符，上限是 {limit}",
    "the grammar holds a NUL character": "语法中有 NUL 字符",
    "the grammar has more than {limit} rules": "语法规则超过 {limit} 条",
    "the grammar nests more than {limit} parentheses": "语法的括号嵌套超过 {limit} 层",
    "the grammar is not valid GBNF with a rule named root": "语法不是含有 root 规则的有效 GBNF",
    "the schema has {count} characters; the limit is {limit}": "Schema 有 {count} 个字符，上限是 {limit}",
    "{what} are no JSON object": "{what} 不是 JSON 对象",
    "the parameters of a tool are no JSON object": "工具的参数不是 JSON 对象",
    "an answer that must be a call of a tool fits no other schema or grammar": (
        "必须调用工具的回答不能再符合其他 Schema 或语法"
    ),
    "items that are nothing cannot be enforced without prefixItems": "没有 prefixItems 时无法保证 items 为空",
    "{name} is required and not allowed, so nothing fits": "{name} 必需却不被允许，没有值能符合",
    "a JSON schema is an object": "JSON Schema 必须是对象",
    "the JSON schema cannot be used: {problem}": "无法使用此 JSON Schema：{problem}",
    "{word} cannot be enforced": "无法保证 {word}",
    "{word} cannot be enforced beside {other}": "{word} 与 {other} 并列时无法保证",
    "minLength and maxLength cannot be enforced beside a pattern or a format": (
        "minLength 和 maxLength 与 pattern 或 format 并列时无法保证"
    ),
    "bounds cannot be enforced without a type": "没有给出类型，无法保证上下限",
    "a bound with more than {places} digits after the point cannot be enforced": (
        "小数点后超过 {places} 位的界限无法保证"
    ),
    "bounds must be numbers": "上下限必须是数字",
    "the bounds exclude one another, so nothing fits": "上下限互相矛盾，没有值能符合",
    "{least} is more than {most}, so nothing fits": "{least} 大于 {most}，没有值能符合",
    "enum is empty, so nothing fits": "enum 为空，没有值能符合",
    "allOf can be enforced for objects with properties only": "allOf 只能用于带有 properties 的对象",
    "{schema} is no schema that an answer can fit": "{schema} 不是回答能够符合的 Schema",
    "the JSON schema is nested too deeply": "JSON Schema 嵌套过深",
    "the prompt is empty": "提示为空",
    "the prompt has {count} tokens; the context holds {limit}": "提示有 {count} 个词元，上下文只能容纳 {limit} 个",
    "the prompt has {count} characters; the context holds {tokens} tokens, "
    "which is never more than {limit} characters of text": (
        "提示有 {count} 个字符；上下文容纳 {tokens} 个词元，最多相当于 {limit} 个字符"
    ),
    "the prompt holds a token that the model does not have": "提示中有模型没有的词元",
    "template_options cannot set {name}": "template_options 不能设置 {name}",
    "{name} must not be negative": "{name} 不能为负数",
    "max_tokens must not be negative": "max_tokens 不能为负数",
    "logprobs must not be negative": "logprobs 不能为负数",
    "repeat_penalty must be above 0": "repeat_penalty 必须大于 0",
    "logit_bias must be numbers": "logit_bias 必须是数字",
    "{name} must be a finite number": "{name} 必须是有限的数",
    "{name} must be less than {limit}": "{name} 必须小于 {limit}",
    "{count} requests are waiting already": "已有 {count} 个请求在等待",
    "ask again a little later": "请稍后再问",
    "memory ran out during {operation}": "{operation} 过程中内存耗尽",
    "{operation} failed: {problem}": "{operation} 失败：{problem}",
    "{model} gave no transcript": "{model} 没有给出转写结果",
    "no engine opens {format} files for the task {task}": "没有引擎能为任务 {task} 打开 {format} 文件",
    "only a question can be edited": "只能修改问题",
    "there is no question to answer": "没有可以回答的问题",
    "this conversation has no message {id}": "这段对话没有消息 {id}",
    "the turn was iterated over already": "这一轮已经被读取过",
}

WORKERS: dict[str, str] = {
    "its log is {path}": "其日志在 {path}",
    "the worker of {model} {fate}": "{model} 的工作进程{fate}",
    "the worker of {model} {fate}; its last words: {words}": "{model} 的工作进程{fate}；最后的输出：{words}",
    "was killed (SIGKILL), by somebody or by the system because memory ran out": (
        "被终止（SIGKILL）：由某人，或因内存耗尽由系统"
    ),
    "could not be started: {problem}": "无法启动：{problem}",
    "ended with exit status {status}": "以退出状态 {status} 结束",
    "was ended by {signal}": "因 {signal} 结束",
    "has not answered for {seconds} s": "已有 {seconds} 秒没有响应",
    "was not ready within {seconds} s (workers.load_timeout_s)": (
        "在 {seconds} 秒内没有就绪（workers.load_timeout_s）"
    ),
    "{model} needs {module}, which is not installed": "{model} 需要 {module}，但未安装",
    "{model} ran out of memory while {doing}": "{model} 在{doing}时内存耗尽",
    "loading": "加载",
    "working": "工作",
    "{model} cannot be loaded: {problem}": "无法加载 {model}：{problem}",
    "{model} failed while working: {problem}": "{model} 工作时出错：{problem}",
    "{model} cannot serve the request: {problem}": "{model} 无法处理请求：{problem}",
    "{model}: there is no engine {engine}: {problem}": "{model}：没有引擎 {engine}：{problem}",
    "{model}: there is no {name} in {module}": "{model}：{module} 中没有 {name}",
    "{model}: {engine} is not of the form 'package.module:Class'": (
        "{model}：{engine} 不是 'package.module:Class' 的形式"
    ),
    "the answer is too large: {problem}": "回答过大：{problem}",
    "the request is too large: {problem}": "请求过大：{problem}",
    "a frame of {size} bytes; at most {limit} are allowed": "一帧 {size} 字节，上限为 {limit}",
    "ask about less at a time": "请分几次提问",
    "{model} gave {count} answers to {operation}; one was expected": (
        "{model} 对 {operation} 给出了 {count} 个回答，应为一个"
    ),
    "{model} answered {operation} with something else: {problem}": "{model} 对 {operation} 的回答不符：{problem}",
    "no model called {name} is in use here": "没有正在使用的模型 {name}",
    "Myna is closing": "Myna 正在关闭",
    "no worker can be started for {model}: {problem}": "无法为 {model} 启动工作进程：{problem}",
    "{model} was unloaded: its event loop is ending": "{model} 已卸载：事件循环正在结束",
    "{model} was unloaded: {reason}": "{model} 已卸载：{reason}",
    "{model} was unloaded while it was being loaded": "{model} 在加载过程中被卸载",
    "{model} is not started any more: it crashed {count} times within {seconds} s{last}": (
        "{model} 不再启动：它在 {seconds} 秒内崩溃了 {count} 次{last}"
    ),
}

STORE: dict[str, str] = {
    "this is not sound ({found})": "这不是声音（{found}）",
    "that is not the SHA-256 of an attachment": "这不是附件的 SHA-256",
    "the attachment is empty": "附件为空",
    "the attachment has {size} bytes, more than the {limit} that are kept": "附件有 {size} 字节，超过上限 {limit}",
    "make it smaller first": "请先缩小它",
    "the attachment {id} is damaged": "附件 {id} 已损坏",
    "the attachment {id} is not on this machine": "附件 {id} 不在这台机器上",
    "the attachment {id} is not in the database": "附件 {id} 不在数据库中",
    "send the picture or the sound again": "请重新发送图片或声音",
    "{path} is being read by another process: deleted words stay in its log until that ends": (
        "{path} 正被另一个进程读取：在它结束之前，已删除的内容仍留在日志中"
    ),
    "close the other program that uses it, then delete again": "请关闭使用它的其他程序，然后再次删除",
    "close the other program that uses it, then try again": "请关闭使用它的其他程序，然后重试",
    "{setting} is not a database URL": "{setting} 不是数据库地址",
    "for example postgresql://user@host/myna": "例如 postgresql://user@host/myna",
    "{setting}: no such kind of database: {kind}": "{setting}：没有这种数据库：{kind}",
    "the driver for {kind} is not installed ({module})": "未安装 {kind} 的驱动（{module}）",
    "the disk is full: {path} could not be written": "磁盘已满：无法写入 {path}",
    "the disk is full: {path} could not be written, nothing of this change was kept": (
        "磁盘已满：无法写入 {path}，这次修改没有保存"
    ),
    "{path} is damaged or not a database of Myna ({problem})": "{path} 已损坏，或不是 Myna 的数据库（{problem}）",
    "nothing was changed: keep a copy, try `sqlite3 '{path}' .recover`, or move the file away to begin an empty one": (
        "没有改动任何内容：请保留副本，尝试 `sqlite3 '{path}' .recover`，或移走该文件以重新开始"
    ),
    "{path} is kept busy by another process": "{path} 正被另一个进程占用",
    "{path} cannot be opened for writing ({problem})": "无法以写入方式打开 {path}（{problem}）",
    "there is no message {id} in the conversation {conversation}": "对话 {conversation} 中没有消息 {id}",
    "more than one conversation begins with {digits}": "不止一段对话以 {digits} 开头",
    "give more digits of the id": "请给出编号的更多位",
    "{path} was written by a newer version of Myna (schema {found}, this one knows {known})": (
        "{path} 由更新版本的 Myna 写入（结构 {found}，当前版本支持 {known}）"
    ),
    "update Myna, or choose another folder with --home": "请更新 Myna，或用 --home 选择别的文件夹",
    "{path} is a database of another program": "{path} 是其他程序的数据库",
    "choose another file with store.url": "请用 store.url 选择别的文件",
    "the conversation store is closed": "对话库已关闭",
}

SETTINGS: dict[str, str] = {
    "{where}: {key} is {value}; it must be {allowed}": "{where}：{key} 是 {value}；必须是{allowed}",
    "{key} is {value}; it must be {allowed}": "{key} 是 {value}；必须是{allowed}",
    "true or false": " true 或 false",
    "one of {values}": "以下之一：{values}",
    "a text": "文本",
    "a list of texts": "文本列表",
    "a table": "表",
    "a whole number": "整数",
    "a number": "数字",
    "a whole number of at least {least}": "不小于 {least} 的整数",
    "a number of at least {least}": "不小于 {least} 的数",
    "a whole number from {least} to {most}": " {least} 到 {most} 的整数",
    "a number from {least} to {most}": " {least} 到 {most} 的数",
    "at most {most}": "不大于 {most} 的数",
    "{where}: there is no setting {key}": "{where}：没有设置 {key}",
    "environment variable {name}: there is no such setting": "环境变量 {name}：没有这项设置",
    "environment variable {name}": "环境变量 {name}",
    "correct {where}": "请修正 {where}",
    "{file}: {key} is {value}; it must be a table": "{file}：{key} 是 {value}；必须是表",
    "{file}: {section} must be a table": "{file}：{section} 必须是表",
    "{file}: it is nested too deeply": "{file}：嵌套过深",
    "{file}: it cannot be written: {problem}": "{file}：无法写入：{problem}",
    "{file}: it cannot be read: {problem}": "{file}：无法读取：{problem}",
    "{file}: it is not UTF-8 at byte {place}": "{file}：第 {place} 字节不是 UTF-8",
    "{file}: there is no room to write it": "{file}：没有空间可写",
}

AUDIT: dict[str, str] = {
    "the disk is full: the audit log {path} could not be written": "磁盘已满：无法写入审计记录 {path}",
    "it is no file": "它不是文件",
    "the audit log {path} cannot be used: {problem}": "无法使用审计记录 {path}：{problem}",
    "the audit log {path} cannot be used; its database says: {quoted}": (
        "无法使用审计记录 {path}；其数据库报告：{quoted}"
    ),
    "the audit log {path} is kept busy by another process": "审计记录 {path} 正被另一个进程占用",
    "the audit log {path} is gone, and its anchor names record {number} as the last": (
        "审计记录 {path} 不见了，而锚点标明最后一条是第 {number} 条"
    ),
    "the audit log {path} lacks record {number}, which the anchor names as the last": (
        "审计记录 {path} 缺少锚点标明的最后一条：第 {number} 条"
    ),
    "after record {number} of the audit log something was added that does not follow it": (
        "审计记录第 {number} 条之后被加入了不衔接的内容"
    ),
    "{path} is no anchor of an audit log": "{path} 不是审计记录的锚点",
    "the audit log was changed: {path}, the anchor of the audit log, is gone": (
        "审计记录已被改动：审计记录的锚点 {path} 不见了"
    ),
    "{path}, the anchor of the audit log, is gone": "审计记录的锚点 {path} 不见了",
    "myna audit verify, then keep a copy of the folder and move it away: a new log begins": (
        "先运行 myna audit verify，再备份并移走该文件夹：会开始新的记录"
    ),
    "the audit log was changed: {problem}": "审计记录已被改动：{problem}",
    "{table}, a table of the audit log {where}, is gone": "审计记录 {where} 的表 {table} 不见了",
    "keep a copy of the tables before anything else; then drop them, and a new log begins": (
        "请先备份这些表；然后删除它们，就会开始新的记录"
    ),
    "{setting}: the audit log can be in PostgreSQL, and not in {kind}": (
        "{setting}：审计记录可以放在 PostgreSQL 中，不能放在 {kind} 中"
    ),
    "update Myna, or choose another database with audit.url": "请更新 Myna，或用 audit.url 选择别的数据库",
    "check that the database of audit.url answers, and that its account may read and write there": (
        "请检查 audit.url 的数据库是否应答，以及其账户能否读写"
    ),
    "keep a copy of the folder before anything else; then move it away, and a new log begins": (
        "请先备份该文件夹；然后移走它，就会开始新的记录"
    ),
    "there is no audit log, and a record was to be in it": "没有审计记录，而其中本应有一条记录",
    "record {number} is not what was written": "第 {number} 条记录与写入时不同",
    "record {number} does not follow record {last}": "第 {number} 条记录不衔接第 {last} 条",
    "record {number} is not the one that the anchor names": "第 {number} 条记录不是锚点所标明的那条",
    "record {number} is not the one that was expected": "第 {number} 条记录不是预期的那条",
    "the log begins with record {number}, and no checkpoint says that those before were cut off": (
        "记录从第 {number} 条开始，而没有检查点说明之前的记录已被清理"
    ),
    "the log ends with record {last}, and record {number} was written": (
        "记录止于第 {last} 条，而第 {number} 条曾经写入"
    ),
    "record {number} was cut off, so that nothing can be said of it": "第 {number} 条记录已被清理，无法核对",
    "the anchor names record {number}, which was cut off": "锚点标明的第 {number} 条记录已被清理",
    "the anchor names record {number}, and the log ends with {last}": "锚点标明第 {number} 条，而记录止于第 {last} 条",
    "a text of record {number} was to be removed and is still there": "第 {number} 条记录的文本本应删除，但仍然存在",
    "a text of record {number} is missing or is not what was recorded": "第 {number} 条记录的文本缺失或与记录时不同",
}

CORE: dict[str, str] = {**FILES, **REQUESTS, **WORKERS, **STORE, **SETTINGS, **AUDIT}
