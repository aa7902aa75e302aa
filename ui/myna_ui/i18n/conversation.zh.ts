<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Edit and ask again</source>
        <translation>修改后重新提问</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>重新回答</translation>
    </message>
    <message>
        <source>Good answer, chosen</source>
        <translation>好回答（已选）</translation>
    </message>
    <message>
        <source>Good answer</source>
        <translation>好回答</translation>
    </message>
    <message>
        <source>Bad answer, chosen</source>
        <translation>差回答（已选）</translation>
    </message>
    <message>
        <source>Bad answer</source>
        <translation>差回答</translation>
    </message>
    <message>
        <source>Links</source>
        <translation>链接</translation>
    </message>
    <message>
        <source>Hide timings</source>
        <translation>隐藏用时</translation>
    </message>
    <message>
        <source>Show timings</source>
        <translation>显示用时</translation>
    </message>
</context>
<context>
    <name>BranchSteps</name>
    <message>
        <source>Branch before</source>
        <translation>上一个分支</translation>
    </message>
    <message>
        <source>Branch %1 of %2</source>
        <translation>第 %1 个分支，共 %2 个</translation>
    </message>
    <message>
        <source>Branch after</source>
        <translation>下一个分支</translation>
    </message>
</context>
<context>
    <name>CodeBlock</name>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation>复制代码</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>&quot;%1&quot; is a folder. Drop the pictures in it instead.</source>
        <translation>“%1”是一个文件夹。请把其中的图片拖进来。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is too large: a picture may have 64 MB.</source>
        <translation>“%1”太大：一张图片最多 64 MB。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a picture that can be sent.</source>
        <translation>“%1”不是可以发送的图片。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot be read.</source>
        <translation>无法读取“%1”。</translation>
    </message>
    <message>
        <source>This desktop lets no program take a picture of the screen. Use its own key for that, then paste the picture here.</source>
        <translation>此桌面不允许程序截取屏幕。请用系统自带的截屏键，然后把图片粘贴到这里。</translation>
    </message>
    <message>
        <source>No more than %1 things go along with a question.</source>
        <translation>一个问题最多附带 %1 项内容。</translation>
    </message>
    <message>
        <source>The pasted text is too long for any model.</source>
        <translation>粘贴的文本太长，任何模型都容纳不下。</translation>
    </message>
    <message>
        <source>Myna is still starting. Try again in a moment.</source>
        <translation>Myna 还在启动，请稍后再试。</translation>
    </message>
    <message>
        <source>Changing a question starts a new branch</source>
        <translation>修改问题会开始一个新的分支</translation>
    </message>
    <message>
        <source>Do not change it</source>
        <translation>不修改</translation>
    </message>
    <message>
        <source>Ask something</source>
        <translation>输入问题</translation>
    </message>
    <message>
        <source>Add pictures</source>
        <translation>添加图片</translation>
    </message>
    <message>
        <source>Add a picture of the screen</source>
        <translation>添加屏幕截图</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
</context>
<context>
    <name>ConversationPage</name>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>What can I do for you?</source>
        <translation>我能帮您做什么？</translation>
    </message>
    <message>
        <source>Everything stays on this machine. Ask, or drop a picture here.</source>
        <translation>一切都留在这台机器上。直接提问，或把图片拖到这里。</translation>
    </message>
    <message>
        <source>To the end</source>
        <translation>回到末尾</translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message>
        <source>Timings</source>
        <translation>用时</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 毫秒</translation>
    </message>
    <message>
        <source>1 token</source>
        <translation>1 个 token</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 个 token</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>提示</translation>
    </message>
    <message>
        <source>%1 tokens, %2 of them known before</source>
        <translation>%1 个 token，其中 %2 个已缓存</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>%1 tokens a second</source>
        <translation>每秒 %1 个 token</translation>
    </message>
    <message>
        <source>First token after</source>
        <translation>首个 token 用时</translation>
    </message>
    <message>
        <source>All of it</source>
        <translation>总用时</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>加载模型</translation>
    </message>
    <message>
        <source>Preparing</source>
        <translation>准备</translation>
    </message>
    <message>
        <source>Checking</source>
        <translation>安全检查</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>排队</translation>
    </message>
    <message>
        <source>Looking at pictures</source>
        <translation>查看图片</translation>
    </message>
    <message>
        <source>Reading the prompt</source>
        <translation>读取提示</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>保存</translation>
    </message>
</context>
<context>
    <name>EditMenu</name>
    <message>
        <source>Cut</source>
        <translation>剪切</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>粘贴</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
</context>
<context>
    <name>FitCard</name>
    <message>
        <source>Measuring how %1 runs best here. You can go on; it gives way to you.</source>
        <translation>正在测量 %1 在这台机器上怎样运行最好。您可以继续使用，测量会给您让路。</translation>
    </message>
    <message>
        <source>%1 now reads %2 times and writes %3 times as fast.</source>
        <translation>%1 现在的读取速度为 %2 倍，书写速度为 %3 倍。</translation>
    </message>
    <message>
        <source>%1 runs best here as it is.</source>
        <translation>%1 在这台机器上原样运行就是最好的。</translation>
    </message>
    <message>
        <source>%1 may answer faster once it is fitted to this machine. That takes a few minutes, in the background.</source>
        <translation>针对这台机器调优后，%1 可能回答得更快。调优在后台进行，需要几分钟。</translation>
    </message>
    <message>
        <source>Fitting the model to this machine</source>
        <translation>正在针对这台机器调优模型</translation>
    </message>
    <message>
        <source>Fit it</source>
        <translation>调优</translation>
    </message>
    <message>
        <source>Hide; measuring goes on</source>
        <translation>隐藏（测量会继续）</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>暂不</translation>
    </message>
</context>
<context>
    <name>LinkDialog</name>
    <message>
        <source>Open this address?</source>
        <translation>要打开这个网址吗？</translation>
    </message>
    <message>
        <source>Links</source>
        <translation>链接</translation>
    </message>
    <message>
        <source>It opens in your browser, outside of Myna, and may need a network.</source>
        <translation>它会在浏览器中打开，不在 Myna 之内，可能需要联网。</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>复制网址</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>MessageItem</name>
    <message>
        <source>You</source>
        <translation>您</translation>
    </message>
    <message>
        <source>Show more, %1 characters are left</source>
        <translation>显示更多（还有 %1 个字符）</translation>
    </message>
    <message>
        <source>Blocked by the safety policy</source>
        <translation>已被安全策略拦截</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
</context>
<context>
    <name>MessageMenu</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Copy all as Markdown</source>
        <translation>全部复制为 Markdown</translation>
    </message>
</context>
<context>
    <name>Notes</name>
    <message>
        <source>Part of the question hidden from the model</source>
        <translation>问题中有 1 处内容未交给模型</translation>
    </message>
    <message>
        <source>%1 parts of the question hidden from the model</source>
        <translation>问题中有 %1 处内容未交给模型</translation>
    </message>
    <message>
        <source>Part of the answer masked</source>
        <translation>回答中有 1 处内容被遮盖</translation>
    </message>
    <message>
        <source>%1 parts of the answer masked</source>
        <translation>回答中有 %1 处内容被遮盖</translation>
    </message>
    <message>
        <source>Question changed by a rule</source>
        <translation>问题已按规则修改</translation>
    </message>
    <message>
        <source>Answer changed by a rule</source>
        <translation>回答已按规则修改</translation>
    </message>
    <message>
        <source>Question blocked by a rule: %1</source>
        <translation>问题被规则拦截：%1</translation>
    </message>
    <message>
        <source>Answer blocked by a rule: %1</source>
        <translation>回答被规则拦截：%1</translation>
    </message>
    <message>
        <source>Answer checked and written again</source>
        <translation>回答经检查后已重写</translation>
    </message>
    <message>
        <source>The safety check failed, so nothing is shown</source>
        <translation>安全检查失败，因此不显示内容</translation>
    </message>
    <message>
        <source>A safety check could not run</source>
        <translation>有一项安全检查未能运行</translation>
    </message>
    <message>
        <source>An earlier message summarised for the model</source>
        <translation>1 条较早的消息已概括后交给模型</translation>
    </message>
    <message>
        <source>%1 earlier messages summarised for the model</source>
        <translation>%1 条较早的消息已概括后交给模型</translation>
    </message>
    <message>
        <source>An earlier message no longer seen by the model</source>
        <translation>模型已看不到 1 条较早的消息</translation>
    </message>
    <message>
        <source>%1 earlier messages no longer seen by the model</source>
        <translation>模型已看不到 %1 条较早的消息</translation>
    </message>
    <message>
        <source>Memory is short, so %1 answered</source>
        <translation>内存不足，由 %1 回答</translation>
    </message>
    <message>
        <source>The processor was hot, so %1 answered</source>
        <translation>处理器过热，由 %1 回答</translation>
    </message>
    <message>
        <source>The model did not load, so %1 answered</source>
        <translation>模型未能载入，由 %1 回答</translation>
    </message>
    <message>
        <source>Little memory: the model sees %1 tokens instead of %2</source>
        <translation>内存不足：模型只能看到 %1 个 token，而不是 %2 个</translation>
    </message>
</context>
<context>
    <name>PictureDialog</name>
    <message>
        <source>Choose pictures</source>
        <translation>选择图片</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>所有文件</translation>
    </message>
</context>
<context>
    <name>Thumbnails</name>
    <message>
        <source>Picture %1 of %2</source>
        <translation>第 %1 张图片，共 %2 张</translation>
    </message>
    <message>
        <source>Cannot be shown</source>
        <translation>无法显示</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>选择模型</translation>
    </message>
</context>
<context>
    <name>TrayStrip</name>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Reading the picture</source>
        <translation>正在读取图片</translation>
    </message>
    <message>
        <source>Pasted text, %1 characters</source>
        <translation>粘贴的文本，%1 个字符</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
</context>
<context>
    <name>VoiceControl</name>
    <message>
        <source>Hold to talk (%1)</source>
        <translation>按住说话（%1）</translation>
    </message>
    <message>
        <source>Hold to talk</source>
        <translation>按住说话</translation>
    </message>
    <message>
        <source>End the voice conversation</source>
        <translation>结束语音对话</translation>
    </message>
    <message>
        <source>Talk (%1)</source>
        <translation>语音对话（%1）</translation>
    </message>
    <message>
        <source>Talk</source>
        <translation>语音对话</translation>
    </message>
</context>
<context>
    <name>VoiceStrip</name>
    <message>
        <source>Nothing was understood.</source>
        <translation>没有听清。</translation>
    </message>
    <message>
        <source>Yes?</source>
        <translation>我在。</translation>
    </message>
    <message>
        <source>Getting ready. You can speak already.</source>
        <translation>正在准备，现在就可以说话。</translation>
    </message>
    <message>
        <source>%1 is gone. Waiting for it.</source>
        <translation>%1 已断开，正在等待它恢复。</translation>
    </message>
    <message>
        <source>Myna is speaking</source>
        <translation>Myna 正在说话</translation>
    </message>
    <message>
        <source>Thinking …</source>
        <translation>正在思考……</translation>
    </message>
    <message>
        <source>The microphone is muted</source>
        <translation>麦克风已静音</translation>
    </message>
    <message>
        <source>Listening to you</source>
        <translation>正在听您说</translation>
    </message>
    <message>
        <source>You are speaking</source>
        <translation>您正在说话</translation>
    </message>
    <message>
        <source>Hold the button or %1, and speak</source>
        <translation>按住按钮或 %1 说话</translation>
    </message>
    <message>
        <source>Hold the button, and speak</source>
        <translation>按住按钮说话</translation>
    </message>
    <message>
        <source>Listening for “%1”</source>
        <translation>等待唤醒词“%1”</translation>
    </message>
    <message>
        <source>Listening</source>
        <translation>正在听</translation>
    </message>
    <message>
        <source>Level of the microphone</source>
        <translation>麦克风音量</translation>
    </message>
    <message>
        <source>Stop speaking</source>
        <translation>停止朗读</translation>
    </message>
    <message>
        <source>Unmute the microphone</source>
        <translation>取消静音</translation>
    </message>
    <message>
        <source>Mute the microphone</source>
        <translation>麦克风静音</translation>
    </message>
    <message>
        <source>End the voice conversation</source>
        <translation>结束语音对话</translation>
    </message>
</context>
<context>
    <name>Waiting</name>
    <message>
        <source>Thinking …</source>
        <translation>正在思考……</translation>
    </message>
</context>
</TS>
