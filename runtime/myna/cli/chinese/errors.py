"""Errors of the core: a name for each kind, and the messages and hints that are known word for word."""

from __future__ import annotations

ERRORS: dict[str, str] = {
    "error: internal": "程序错误",
    "error: usage": "用法错误",
    "error: missing": "缺少组件",
    "error: model-missing": "缺少模型",
    "error: extra-missing": "缺少扩展",
    "error: device-missing": "缺少设备",
    "error: plugin-missing": "缺少插件",
    "error: source-unavailable": "模型来源不可用",
    "error: disk-full": "磁盘已满",
    "error: blocked": "已被策略拦截",
    "error: engine": "引擎出错",
    "error: engine-crashed": "引擎崩溃",
    "error: engine-hung": "引擎没有响应",
    "error: engine-unloaded": "引擎已卸载",
    "error: model-quarantined": "模型已被隔离",
    "error: model-load-failed": "模型加载失败",
    "error: out-of-memory": "内存不足",
    "error: store-failed": "数据库出错",
    "error: plugin-failed": "插件出错",
    "error: bad-input": "输入无效",
    "error: bad-model-file": "模型文件无效",
    "error: bad-template": "模板无效",
    "error: bad-grammar": "语法无效",
    "error: bad-config": "配置无效",
    "error: hash-mismatch": "校验和不符",
    "error: prompt-too-long": "提示过长",
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
    # Plugins and commands.
    "{command} comes with the plugin {plugin}, which is not installed": (
        "命令 {command} 属于插件 {plugin}，该插件未安装"
    ),
    "{command} comes with the plugin {plugin}, which failed: {problem}": (
        "命令 {command} 属于插件 {plugin}，该插件加载失败：{problem}"
    ),
    "{command} comes with the plugin {plugin}, which is switched off": "命令 {command} 属于插件 {plugin}，该插件已停用",
    "the command {name} cannot be loaded: {problem}": "无法加载命令 {name}：{problem}",
    "{target} is not a click command": "{target} 不是 click 命令",
}
