"""What can be wrong with a template, with values, or with what was asked for."""

from __future__ import annotations

TEMPLATES: dict[str, str] = {
    # Finding one.
    "there is no template called {name}": "没有名为 {name} 的模板",
    "{reference} names no template": "{reference} 不是模板的名字",
    "NAME, NAME:LANGUAGE or NAME@VERSION": "名字、名字:语言 或 名字@版本",
    "the template {name} is not there in the language {language}": "模板 {name} 没有语言 {language} 的版本",
    "it is in: {languages}": "它有这些语言：{languages}",
    "the template {name} has no version {version}": "模板 {name} 没有版本 {version}",
    "its versions: {versions}": "它的版本：{versions}",
    "no version that the template {name} is split into is there": "模板 {name} 分流的各个版本都不存在",
    "{path} cannot be used: {problem}": "{path} 无法使用：{problem}",
    "{path} cannot be written: {problem}": "{path} 无法写入：{problem}",
    # Reading one.
    "the template {path} cannot be read: {problem}": "模板 {path} 无法读取：{problem}",
    "the template {name} has more than {size} KB": "模板 {name} 超过 {size} KB",
    "the template {name} is not valid UTF-8 (byte {place})": "模板 {name} 不是有效的 UTF-8（第 {place} 字节）",
    "the template {name} is not a text file": "模板 {name} 不是文本文件",
    "the template {name} is not TOML: {problem}": "模板 {name} 不是 TOML：{problem}",
    "the template {name} is nested too deeply": "模板 {name} 嵌套太深",
    "the template {name}: a file of examples needs a template that is a file too": (
        "模板 {name}：示例文件只能用于同样存为文件的模板"
    ),
    "save it as UTF-8": "请存为 UTF-8",
    "the template {name}: {problem}": "模板 {name}：{problem}",
    "the template {name}: {entry}: {problem}": "模板 {name}：{entry}：{problem}",
    "the examples {name}: line {number}: {problem}": "示例 {name}：第 {number} 行：{problem}",
    "there is no entry {entry}": "没有条目 {entry}",
    "{place}: there is no entry {entry}": "{place}：没有条目 {entry}",
    # What contradicts itself.
    "the variable input must be of the type text": "变量 input 的类型必须是 text",
    "system and parts exclude one another": "system 和 parts 不能同时使用",
    "parts.context must name a variable of the type list, and {name} is none": (
        "parts.context 必须是类型为 list 的变量名，而 {name} 不是"
    ),
    "schema and answer_after exclude one another": "schema 和 answer_after 不能同时使用",
    "schema holds something that JSON has not, for example a date": "schema 中有 JSON 没有的内容，例如日期",
    "the variable {name} is required, so it needs no default": "变量 {name} 是必填的，不需要默认值",
    "the variable {name}: minimum is more than maximum": "变量 {name}：minimum 大于 maximum",
    "the variable {name}: {value} {problem}": "变量 {name}：{value} {problem}",
    "example {number}: there is no variable {name}": "示例 {number}：没有变量 {name}",
    "example {number}: the variable {name} {problem}": "示例 {number}：变量 {name} {problem}",
    "two cases have the name {name}": "有两个用例都叫 {name}",
    "the case {name}: {problem}": "用例 {name}：{problem}",
    "the case {name}: matches is not a regular expression: {problem}": (
        "用例 {name}：matches 不是正则表达式：{problem}"
    ),
    # Jinja.
    "the template {name} failed: {problem}": "模板 {name} 出错：{problem}",
    "the template {name}: the user part is empty": "模板 {name}：user 部分为空",
    "the template {name}: {entry} has more than {count} characters": "模板 {name}：{entry} 超过 {count} 个字符",
    "the template {name}: {entry} is nested too deeply": "模板 {name}：{entry} 嵌套太深",
    "{thing} is not allowed in a prompt template{where}": "提示模板中不允许使用 {thing}{where}",
    "a recursive loop is not allowed in a prompt template{where}": "提示模板中不允许使用递归循环{where}",
    "a call is not allowed in a prompt template, only range and filters{where}": (
        "提示模板中不允许调用，只能用 range 和过滤器{where}"
    ),
    "the template {name}: {part}: there is no filter {filter} in prompt templates{where}": (
        "模板 {name}：{part}：提示模板中没有过滤器 {filter}{where}"
    ),
    "a text or a list of more than {count} items is not allowed": "不允许超过 {count} 项的文本或列表",
    "there is no filter {name} in prompt templates{where}": "提示模板中没有过滤器 {name}{where}",
    "there is no variable {name}": "没有变量 {name}",
    "there is no variable self{where}": "没有变量 self{where}",
    "{attribute} cannot be read of a {kind}": "不能从{kind}读取 {attribute}",
    "its loops take more than {count} turns": "循环超过 {count} 次",
    "it makes more than {count} characters": "产生的字符超过 {count} 个",
    "it takes longer than {count} s": "用时超过 {count} 秒",
    "it exceeds its limits ({problem})": "超出限制（{problem}）",
    "a number that large is not allowed": "数字过大",
    "round takes at most {count} digits": "round 最多 {count} 位",
    "range gives at most {count} numbers": "range 最多给出 {count} 个数",
    "% is for numbers; use ~ to join texts": "% 只用于数字；连接文本请用 ~",
    "text": "文本",
    "number": "数字",
    "boolean": "布尔值",
    "list": "列表",
    "value": "值",
    # Values.
    "the variable {name} {problem}": "变量 {name} {problem}",
    "the variable {name} has no value": "变量 {name} 没有值",
    "the variable {name} is the question itself": "变量 {name} 就是问题本身",
    "give the text": "请给出文本",
    "the template has no variable {name}": "模板没有变量 {name}",
    "its variables: {names}": "它的变量：{names}",
    "is empty": "为空",
    "is not valid UTF-8": "不是有效的 UTF-8",
    "is longer than {most}: {size}": "超过 {most}：{size}",
    "is longer than {most} characters": "超过 {most} 个字符",
    "is shorter than {least}: {size}": "短于 {least}：{size}",
    "is nested deeper than {count} levels": "嵌套超过 {count} 层",
    "must be {kind}": "必须是{kind}",
    "must be one of: {choices}": "必须是其中之一：{choices}",
    "must be at least {least}": "至少为 {least}",
    "must be at most {most}": "最多为 {most}",
    "must be JSON: {problem} in line {line}": "必须是 JSON：第 {line} 行 {problem}",
    "a text": "文本",
    "a whole number": "整数",
    "a number": "数字",
    "true or false": "true 或 false",
    "a list of texts": "文本列表",
    "What is shown to the model was chosen by its words, not by meaning: "
    "no embedding model for this language is installed.": (
        "展示给模型的内容是按词语而不是按含义挑选的：没有安装适用于这种语言的嵌入模型。"
    ),
}
