<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>EditView</name>
    <message>
        <source>This template comes with Myna, so it stays as it is.</source>
        <translation>这是 Myna 自带的模板，不能修改。</translation>
    </message>
    <message>
        <source>Duplicate it, and change yours.</source>
        <translation>可以复制一份，再修改自己的副本。</translation>
    </message>
    <message>
        <source>Your changes from last time are here. They are not saved yet.</source>
        <translation>这里是你上次的修改，还没有保存。</translation>
    </message>
    <message>
        <source>This file is too large to be shown here as a whole.</source>
        <translation>文件太大，无法在这里完整显示。</translation>
    </message>
    <message>
        <source>%L1 characters are too many for a template; nothing was pasted.</source>
        <translation>%L1 个字符对模板来说太长，没有粘贴。</translation>
    </message>
    <message>
        <source>Text of the template, in TOML</source>
        <translation>模板的文本（TOML）</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>已保存</translation>
    </message>
    <message>
        <source>Can be used, and is not saved yet</source>
        <translation>可以使用，尚未保存</translation>
    </message>
    <message>
        <source>Cannot be used like this; what you wrote is kept</source>
        <translation>现在还不能使用；你写的内容会保留</translation>
    </message>
    <message>
        <source>Being checked …</source>
        <translation>正在检查…</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Save as a new version</source>
        <translation>存为新版本</translation>
    </message>
    <message>
        <source>Discard changes</source>
        <translation>放弃修改</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Delete this template for good?</source>
        <translation>要永久删除这个模板吗？</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Name of your copy</source>
        <translation>副本的名称</translation>
    </message>
</context>
<context>
    <name>MeasureView</name>
    <message>
        <source>No cases yet</source>
        <translation>还没有用例</translation>
    </message>
    <message>
        <source>A case is a question with what a good answer holds. Write some into the text, under [[cases]], and see here how good the answers are.</source>
        <translation>用例是一个问题，加上好的回答应包含的内容。在文本的 [[cases]] 下写几个，就能在这里看到回答有多好。</translation>
    </message>
    <message>
        <source>Ask a model all cases, and judge its answers</source>
        <translation>用所有用例提问模型，并评判回答</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Default: %1</source>
        <translation>默认：%1</translation>
    </message>
    <message>
        <source>Default model</source>
        <translation>默认模型</translation>
    </message>
    <message>
        <source>Answers to each case</source>
        <translation>每个用例的回答数</translation>
    </message>
    <message>
        <source>Answers to each case: %1</source>
        <translation>每个用例的回答数：%1</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Another template is being measured.</source>
        <translation>正在评测另一个模板。</translation>
    </message>
    <message>
        <source>%1 of %2 answers</source>
        <translation>第 %1 个回答，共 %2 个</translation>
    </message>
    <message>
        <source>The model is being loaded …</source>
        <translation>正在加载模型…</translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation>评测</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>MeasuredView</name>
    <message>
        <source>better</source>
        <translation>变好</translation>
    </message>
    <message>
        <source>worse</source>
        <translation>变差</translation>
    </message>
    <message>
        <source>as before</source>
        <translation>不变</translation>
    </message>
    <message>
        <source>Version %1 on %2</source>
        <translation>版本 %1，模型 %2</translation>
    </message>
    <message>
        <source>%1 of %2 answers pass</source>
        <translation>%2 个回答中有 %1 个通过</translation>
    </message>
    <message>
        <source>%1 of the cases; with 95 % certainty between %2 and %3</source>
        <translation>用例通过率 %1；95% 置信区间为 %2 到 %3</translation>
    </message>
    <message>
        <source>Since the run before: version %1 on %2</source>
        <translation>与上次相比：版本 %1，模型 %2</translation>
    </message>
    <message>
        <source>Worse</source>
        <translation>变差了</translation>
    </message>
    <message>
        <source>Not worse</source>
        <translation>没有变差</translation>
    </message>
    <message>
        <source>Passing more often: %1</source>
        <translation>通过得更多：%1</translation>
    </message>
    <message>
        <source>Failing more often: %1</source>
        <translation>失败得更多：%1</translation>
    </message>
    <message>
        <source>Cases</source>
        <translation>用例</translation>
    </message>
    <message>
        <source>similarity %1</source>
        <translation>相似度 %1</translation>
    </message>
    <message>
        <source>%1 of %2 passed</source>
        <translation>通过 %1/%2</translation>
    </message>
    <message>
        <source>Figures, with intervals of 95 %</source>
        <translation>各项指标及 95% 区间</translation>
    </message>
    <message>
        <source>Similarity is by shared words: no embedding model for this language is installed.</source>
        <translation>相似度按共有的词和字计算：没有安装适合这种语言的嵌入模型。</translation>
    </message>
</context>
<context>
    <name>NameForm</name>
    <message>
        <source>Small letters, digits and hyphens, for example my-summary.</source>
        <translation>用小写字母、数字和连字符，例如 my-summary。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>PreviewView</name>
    <message>
        <source>Instructions</source>
        <translation>指令</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>What is sent</source>
        <translation>发送的内容</translation>
    </message>
    <message>
        <source>Correct what is marked, and it is shown here.</source>
        <translation>改正标出的栏目后，这里会显示发送的内容。</translation>
    </message>
    <message>
        <source>Fill in what is required, and it is shown here.</source>
        <translation>填好必填栏目后，这里会显示发送的内容。</translation>
    </message>
    <message>
        <source>… and %L1 more characters</source>
        <translation>……还有 %L1 个字符</translation>
    </message>
    <message>
        <source>… and %L1 more messages</source>
        <translation>……还有 %L1 条消息</translation>
    </message>
    <message>
        <source>Of %1 examples, the %2 that are closest to the question are sent.</source>
        <translation>共有 %1 个示例，只发送与问题最接近的 %2 个。</translation>
    </message>
</context>
<context>
    <name>PromptsPage</name>
    <message>
        <source>Prompts</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Templates say the same thing well every time. Fill one in, see what is sent, and use it.</source>
        <translation>模板让同样的要求每次都说得清楚。填好内容，看看会发送什么，然后使用。</translation>
    </message>
    <message>
        <source>New template</source>
        <translation>新建模板</translation>
    </message>
    <message>
        <source>All templates</source>
        <translation>全部模板</translation>
    </message>
    <message>
        <source>Name of the new template</source>
        <translation>新模板的名称</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>创建</translation>
    </message>
</context>
<context>
    <name>SplitView</name>
    <message>
        <source>Versions side by side</source>
        <translation>并行使用多个版本</translation>
    </message>
    <message>
        <source>A conversation keeps the version that it began with. Weights say how many conversations each gets; 0 is none.</source>
        <translation>一个对话始终使用它开始时的版本。权重决定每个版本分到多少对话，0 表示不分配。</translation>
    </message>
    <message>
        <source>There is one version of this template. Save a second one to compare the two.</source>
        <translation>此模板只有一个版本。再保存一个版本即可比较。</translation>
    </message>
    <message>
        <source>Version %1</source>
        <translation>版本 %1</translation>
    </message>
    <message>
        <source>Weight of version %1</source>
        <translation>版本 %1 的权重</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1%</translation>
    </message>
    <message>
        <source>Change the weights</source>
        <translation>更改权重</translation>
    </message>
    <message>
        <source>Serve side by side</source>
        <translation>并行使用</translation>
    </message>
    <message>
        <source>The newest alone</source>
        <translation>只用最新版本</translation>
    </message>
</context>
<context>
    <name>TemplateList</name>
    <message>
        <source>Search templates</source>
        <translation>搜索模板</translation>
    </message>
    <message>
        <source>Language of the templates</source>
        <translation>模板的语言</translation>
    </message>
    <message>
        <source>All languages</source>
        <translation>所有语言</translation>
    </message>
    <message>
        <source>Templates are being read</source>
        <translation>正在读取模板</translation>
    </message>
    <message>
        <source>No template is like that</source>
        <translation>没有这样的模板</translation>
    </message>
    <message>
        <source>Search for something else, or look at all languages.</source>
        <translation>换个词搜索，或查看所有语言的模板。</translation>
    </message>
    <message>
        <source>Yours</source>
        <translation>我的</translation>
    </message>
    <message>
        <source>Shipped</source>
        <translation>自带</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>未保存</translation>
    </message>
    <message>
        <source>Cannot be used</source>
        <translation>无法使用</translation>
    </message>
</context>
<context>
    <name>TemplateView</name>
    <message>
        <source>Yours</source>
        <translation>我的</translation>
    </message>
    <message>
        <source>Shipped</source>
        <translation>自带</translation>
    </message>
    <message>
        <source>Version %1</source>
        <translation>版本 %1</translation>
    </message>
    <message>
        <source>Cases: %1</source>
        <translation>用例：%1</translation>
    </message>
    <message>
        <source>Views of the template</source>
        <translation>模板的各个视图</translation>
    </message>
    <message>
        <source>Try</source>
        <translation>试用</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation>评测</translation>
    </message>
    <message>
        <source>Votes</source>
        <translation>评价</translation>
    </message>
</context>
<context>
    <name>TryView</name>
    <message>
        <source>Fill in</source>
        <translation>填写</translation>
    </message>
    <message>
        <source>Take an example</source>
        <translation>填入示例</translation>
    </message>
    <message>
        <source>Use in the conversation</source>
        <translation>在对话中使用</translation>
    </message>
    <message>
        <source>An answer is under way in the conversation.</source>
        <translation>对话中正在回答。</translation>
    </message>
</context>
<context>
    <name>VariableField</name>
    <message>
        <source>Your text</source>
        <translation>你的文字</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 到 %2</translation>
    </message>
    <message>
        <source>at least %1</source>
        <translation>至少 %1</translation>
    </message>
    <message>
        <source>at most %1</source>
        <translation>最多 %1</translation>
    </message>
    <message>
        <source>one on each line</source>
        <translation>每行一项</translation>
    </message>
    <message>
        <source>lines: at most %L1</source>
        <translation>最多 %L1 行</translation>
    </message>
    <message>
        <source>characters: at most %L1</source>
        <translation>最多 %L1 个字符</translation>
    </message>
    <message>
        <source>This is needed.</source>
        <translation>这一项必须填写。</translation>
    </message>
    <message>
        <source>required</source>
        <translation>必填</translation>
    </message>
</context>
<context>
    <name>VotesView</name>
    <message>
        <source>No answer yet</source>
        <translation>还没有回答</translation>
    </message>
    <message>
        <source>Use the template in the conversation. The thumbs that its answers get are counted here, by version.</source>
        <translation>在对话中使用这个模板后，它的回答得到的好评和差评会按版本统计在这里。</translation>
    </message>
    <message>
        <source>Version %1</source>
        <translation>版本 %1</translation>
    </message>
    <message>
        <source>Answers: %1</source>
        <translation>回答：%1</translation>
    </message>
    <message>
        <source>%1 thumbs up</source>
        <translation>%1 个好评</translation>
    </message>
    <message>
        <source>%1 thumbs down</source>
        <translation>%1 个差评</translation>
    </message>
    <message>
        <source>%1 % good; with 95 % certainty between %2 % and %3 %</source>
        <translation>好评率 %1%；95% 置信区间为 %2% 到 %3%</translation>
    </message>
    <message>
        <source>Nobody has voted yet.</source>
        <translation>还没有人评价。</translation>
    </message>
    <message>
        <source>Text %1</source>
        <translation>文本 %1</translation>
    </message>
</context>
</TS>
