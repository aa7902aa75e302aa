"""What the commands say, and their help."""

from __future__ import annotations

COMMANDS: dict[str, str] = {
    "Show, try and measure prompt templates": "查看、试用和评测提示模板",
    "Show, try and measure prompt templates.": "查看、试用和评测提示模板。",
    "List the templates that there are.": "列出所有模板。",
    "Only templates in this language.": "只列出这种语言的模板。",
    "Also those that another file hides.": "也列出被别的文件遮盖的模板。",
    "Show a template: what it asks for, what it says, and its cases. NAME may be NAME:LANGUAGE@VERSION or a file.": (
        "显示一个模板：它需要什么、说什么，以及它的用例。NAME 可以是 名字:语言@版本 或文件。"
    ),
    "Show what a model would be told. TEXT may be - for standard input.": (
        "显示模型会看到的内容。TEXT 为 - 时读取标准输入。"
    ),
    "Fit the prompt to this model, and count its tokens.": "让提示适合这个模型，并计算词元数。",
    "Begin a template of your own. Print the path of its file.": "新建自己的模板，并显示文件路径。",
    "Start from this template.": "以这个模板为起点。",
    "en or zh; by default the language you are spoken to in.": "en 或 zh；默认为界面语言。",
    "Look for a better wording of a template. The original is kept; a winner becomes a new version of yours.": (
        "寻找模板更好的措辞。原模板保留不变；胜出者成为你的新版本。"
    ),
    "Variants to try; 12 by default.": "尝试的变体数；默认 12。",
    "Of them by the model; 4 by default.": "其中由模型提出的个数；默认 4。",
    "The first seed; 0 by default.": "第一个种子；默认 0。",
    "A template whose cases are used too.": "另一个模板，也使用它的用例。",
    "Write every variant and its score, as JSON.": "把每个变体及其得分写成 JSON。",
    "Serve versions of a template side by side, by weight; a conversation keeps its version.": (
        "按权重同时使用模板的多个版本；同一段对话始终使用同一版本。"
    ),
    "Serve the newest version alone again.": "重新只使用最新版本。",
    "Say whether an answer was good. `none` takes it back.": "评价一个回答的好坏。none 撤回评价。",
    "Which answer; by default the last one of all.": "哪个回答；默认是最后一个。",
    "Show what people thought of answers, by version of the template.": "按模板版本显示人们对回答的评价。",
    "Run a template's cases on a model, and say how good the answers are. A regression ends with the status 4.": (
        "在模型上运行模板的用例，说明回答有多好。结果变差时退出状态为 4。"
    ),
    "Answers to each case; 3 by default.": "每个用例的回答数；默认 3。",
    "Measure this version too, and compare with it.": "同时评测这个版本，并与它比较。",
    "A share may be worse by so much; 0.02 by default.": "比例允许变差的幅度；默认 0.02。",
    "Write a report with plots.": "写一份带图的报告。",
    "Put questions into a prompt template": "把问题放进提示模板",
    "Say whether the last answer was good": "评价上一个回答的好坏",
    "A text becomes data, by a template": "用模板把文本变成数据",
    "Rendering templates, and choosing examples": "渲染模板和挑选示例",
    "the answer did not come to its end": "回答没有结束",
    # What they print.
    "LANGUAGE": "语言",
    "DESCRIPTION": "说明",
    "SHARE": "比例",
    "ANSWERS": "回答数",
    "UP": "赞",
    "DOWN": "踩",
    "HASH": "哈希",
    "Variables": "变量",
    "System": "系统提示",
    "User": "用户",
    "Examples": "示例",
    "required": "必填",
    "default {value}": "默认 {value}",
    "{count} tokens": "{count} 个词元",
    "{count} are hidden by templates of the same name and version; --all lists them.": (
        "有 {count} 个被同名同版本的模板遮盖；用 --all 列出。"
    ),
    "Change it in an editor, then try it: myna prompts render {name} TEXT": (
        "请在编辑器中修改，然后试用：myna prompts render {name} TEXT"
    ),
    "{name} cannot be the name of a template": "{name} 不能作为模板的名字",
    "small letters, digits and hyphens, for example my-summary": "小写字母、数字和连字符，例如 my-summary",
    "there is no blank template in the language {language}": "没有语言为 {language} 的空白模板",
    "the template {name} has a file of examples, so it is copied by hand": "模板 {name} 带有示例文件，请手动复制",
    "the file {path} has no line with its name": "文件 {path} 中没有名字那一行",
    "{path} is there already": "{path} 已经存在",
    "choose another name, or change that file": "请换一个名字，或修改那个文件",
    "No template is used.": "没有使用模板。",
    "Questions are put into the template {name} {version} from now on.": "从现在起，问题会放进模板 {name} {version}。",
    "a quote is not closed": "引号没有闭合",
    "say whether the answer was good: up, down or none": "请评价回答的好坏：up、down 或 none",
    "there is no answer to rate": "没有可以评价的回答",
    "Noted.": "已记下。",
    "No answer was asked for with a template yet.": "还没有用模板提过问题。",
    "{template} is not split: the newest version is served.": "{template} 没有分流：使用最新版本。",
    "there is no version {version}": "没有版本 {version}",
    "the weight of {version} is not a number from 0 to 1000000": "{version} 的权重不是 0 到 1000000 的数",
    "all weights are 0": "所有权重都是 0",
}
