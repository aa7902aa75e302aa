"""Simplified Chinese for what the guard says."""

from __future__ import annotations

CHINESE: dict[str, str] = {
    "A filter masks what is personal": "过滤器遮盖个人信息",
    "check": "检查",
    "Safety": "安全",
    "a help line has at most {count} characters": "求助电话最多 {count} 个字符",
    "the text has more than {count} characters": "文字超过 {count} 个字符",
    "no text comes from {origin}": "没有来自 {origin} 的文字",
    "Try what the active policy does, and see why": "试试当前策略的效果，并查看原因",
    "Try what the active policy does, and see why.": "试试当前策略的效果，并查看原因。",
    "Say what the policy makes of a text. TEXT may be - for standard input.": (
        "说明策略如何处理一段文字。TEXT 可以是 -，表示标准输入。"
    ),
    "Say which rules count, where they come from, and whether the policies pass their own tests.": (
        "列出生效的规则及其来源，并说明策略是否通过自带的测试。"
    ),
    "Example: myna guard check 'my card is 4111 1111 1111 1111' --policy workplace": (
        "示例：myna guard check '我的卡号是 4111 1111 1111 1111' --policy workplace"
    ),
    "Where the text comes from.": "文字的来源。",
    "Another policy than the active one.": "使用别的策略，而不是当前策略。",
    "Evasions caught, harmless text let pass, cost a token": "识破的规避写法、放行的无害文字、每个词元的开销",
    "the text could not be checked, and the policy says that it is blocked then": (
        "这段文字无法检查，而策略规定此时要拦截"
    ),
    "Active: {names} (guard.policies, {where})": "生效：{names}（guard.policies，{where}）",
    "Available: {names}": "可用：{names}",
    "What cannot be checked is blocked.": "无法检查的内容会被拦截。",
    "What cannot be checked goes on.": "无法检查的内容会放行。",
    "{rule} was removed by {policy}.": "{rule} 已被 {policy} 去掉。",
    "{passed} of {count} tests of the policies pass.": "策略自带的 {count} 个测试中有 {passed} 个通过。",
    "Expected `{wanted}`, got `{given}` - at `{place}`": "{place} 应为 {wanted}，却是 {given}",
    "Expected `{wanted}` {bound} - at `{place}`": "{place} 应为 {wanted}，且 {bound}",
    "Expected `{wanted}` matching regex {regex} - at `{place}`": "{place} 应为符合 {regex} 的 {wanted}",
    "Invalid enum value {value} - at `{place}`": "{place} 不能是 {value}",
    "Object missing required field `{field}` - at `{place}`": "{place} 缺少 {field}",
    "Object missing required field `{field}`": "缺少 {field}",
    "Object contains unknown field `{field}` - at `{place}`": "{place} 有未知的键 {field}",
    "Object contains unknown field `{field}`": "有未知的键 {field}",
    "{count} more need a classifier that is not installed.": "还有 {count} 个测试需要的分类器没有安装。",
    "{count} tests of the policies fail": "策略自带的测试有 {count} 个没有通过",
    "The classifier {name} is not installed, so it judges nothing: {pull}": (
        "分类器 {name} 没有安装，因此不作判断：{pull}"
    ),
    "{count} words": "{count} 个词",
    "No rule finds anything.": "没有规则发现任何内容。",
    "The rule {rule} ran out of time.": "规则 {rule} 超时。",
    "{count} rules of the policy {named}": "策略 {named} 的 {count} 条规则",
    "questions with pictures are not answered: the policy judges pictures, and {model} is not installed": (
        "带图片的问题不予回答：策略要检查图片，而 {model} 没有安装"
    ),
    "pictures are not judged: {model} is not installed": "图片没有检查：{model} 没有安装",
    "{path}: rule {rule} judges pictures, so it can only block or log, and only on picture": (
        "{path}：规则 {rule} 检查图片，因此只能用 block 或 log，且只能针对 picture"
    ),
    "The classifier {name} could not judge.": "分类器 {name} 没能作出判断。",
    "nothing is answered: the policy asks what is not installed: {names}": (
        "什么都不回答：策略要询问没有安装的 {names}"
    ),
    "texts are not judged by {names}: not installed": "文字没有经过 {names} 判断：没有安装",
    "{names} cannot judge without ONNX Runtime": "没有 ONNX Runtime，{names} 无法判断",
    "{name} took longer than {limit} s": "{name} 用时超过 {limit} 秒",
    "{path}: rule {rule} names a classifier and no label": "{path}：规则 {rule} 指定了分类器却没有标签",
    "the model has no label {label}; there are {labels}": "模型没有标签 {label}；现有 {labels}",
    "the model gave {score}, which is no probability": "模型给出 {score}，这不是概率",
    "the model gave {count} scores for {labels} labels": "模型为 {labels} 个标签给出了 {count} 个分数",
    "{name}: {error}": "{name}：{error}",
    "{name} cannot be read: {error}": "无法读取 {name}：{error}",
    "{name} is no n-gram model: {error}": "{name} 不是 n-gram 模型：{error}",
    "{name} contradicts itself: {fault}": "{name} 自相矛盾：{fault}",
    "{name} has more than {size} MB": "{name} 超过 {size} MB",
    "{name} is unpacked to more than {size} MB": "{name} 解压后超过 {size} MB",
    "{name} is truncated": "{name} 不完整",
    "{name} does not take texts alone; a transformer needs its tokenizer.json": (
        "{name} 不是只接受文字的模型；transformer 需要它的 tokenizer.json"
    ),
    "{name} does not give one row of scores": "{name} 没有给出一行分数",
    "{name} gives {count} scores, and its manifest names {labels}": (
        "{name} 给出 {count} 个分数，清单中却有 {labels} 个"
    ),
    "{name} takes {inputs}, not {known}": "{name} 需要的输入是 {inputs}，而不是 {known}",
    "{name} does not give one row of scores for a text": "{name} 没有为一段文字给出一行分数",
    "{name} gives {count} scores for {labels} labels": "{name} 为 {labels} 个标签给出 {count} 个分数",
    "config.json cannot be used: {error}": "无法使用 config.json：{error}",
    "config.json numbers its labels wrongly: {error}": "config.json 的标签编号有误：{error}",
    "config.json does not name the labels one after the other": "config.json 没有依次列出标签",
    "a window of {count} tokens is too short": "{count} 个词元的窗口太短",
    "{name} is no tokenizer: {error}": "{name} 不是分词器：{error}",
    "SCORE": "分数",
    "default": "默认",
    "file": "文件",
    "environment": "环境变量",
    "RULE": "规则",
    "POLICY": "策略",
    "ON": "针对",
    "ACTION": "处理",
    "FINDS": "查找",
    "IN PLACE OF": "取代",
    "LEVEL": "级别",
    "SPAN": "位置",
    "TEXT": "文字",
    "TIME": "用时",
    "save it as UTF-8": "请存为 UTF-8",
    "{path}: it has {size} bytes; {largest} are allowed": "{path}：有 {size} 字节；最多 {largest} 字节",
    "{path}: {reason}": "{path}：{reason}",
    "{path}: it is in UTF-16": "{path}：编码是 UTF-16",
    "{path}: it is not UTF-8, at byte {place}": "{path}：不是 UTF-8，位于第 {place} 字节",
    "{path}: it is no text file": "{path}：不是文本文件",
    "{path}: it is not TOML: {error}": "{path}：不是 TOML：{error}",
    "{path}: unknown key {key}": "{path}：未知的键 {key}",
    "{path}: rule {number} has an unknown key {key}": "{path}：第 {number} 条规则有未知的键 {key}",
    "{path}: it is called {name}, and its file {stem}": "{path}：名称是 {name}，文件名却是 {stem}",
    "{path}: there are two rules {rule}": "{path}：有两条名为 {rule} 的规则",
    "{path}: rule {rule} is given and removed": "{path}：规则 {rule} 既被给出又被去掉",
    "{path}: rule {rule} needs one of words or lists, pattern, personal and label": (
        "{path}：规则 {rule} 需要 words 或 lists、pattern、personal、label 之中的一种"
    ),
    "{path}: rule {rule} is on nothing": "{path}：规则 {rule} 没有针对的内容",
    "{path}: rule {rule} has a word without letters: {word}": "{path}：规则 {rule} 有一个不含字母的词：{word}",
    "{path}: rule {rule} has a wrong pattern: {error}": "{path}：规则 {rule} 的 pattern 有误：{error}",
    "{path}: rule {rule} has a pattern that matches nothing at all, and so everything": (
        "{path}：规则 {rule} 的 pattern 能匹配空文字，因此会匹配一切"
    ),
    "{path}: rule {rule} allows what is no word": "{path}：规则 {rule} 只能放行词语",
    "{path}: rule {rule} asks again, so it can only be on the answer": (
        "{path}：规则 {rule} 要求重新回答，因此只能针对 answer"
    ),
    "{path}: rule {rule} masks by a label, which has no place in the text": (
        "{path}：规则 {rule} 按标签遮盖，而标签在文字中没有位置"
    ),
    "{path}: in a notice nothing but help_line may stand in braces: {text}": (
        "{path}：提示的花括号中只能是 help_line：{text}"
    ),
    "{path}: {word} leads to {first} by rule {one} and to {second} by rule {other}": (
        "{path}：{word} 按规则 {one} 导致 {first}，按规则 {other} 却导致 {second}"
    ),
    "rule {rule}: the list {name} must lie beside the policy": "规则 {rule}：列表 {name} 必须放在策略旁边",
    "there is no policy {name}": "没有策略 {name}",
    "{path}: it removes the rule {rule}, which no policy below it has": (
        "{path}：它去掉了规则 {rule}，而下层策略都没有这条规则"
    ),
    "policies extend one another in a circle: {names}": "策略互相扩展成了环：{names}",
    "rule {rule} of {policy} names the notice {notice}, which there is not": (
        "{policy} 的规则 {rule} 用到了不存在的提示 {notice}"
    ),
}
