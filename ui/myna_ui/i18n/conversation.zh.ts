<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>BranchSteps</name>
    <message>
        <source>Branch before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Branch %1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Branch after</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CodeBlock</name>
    <message>
        <source>Code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Choose pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is a folder. Drop the pictures in it instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is too large: a picture may have 64 MB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a picture that can be sent.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This desktop lets no program take a picture of the screen. Use its own key for that, then paste the picture here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No more than %1 things go along with a question.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The pasted text is too long for any model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Myna is still starting. Try again in a moment.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changing a question starts a new branch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Do not change it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask something</source>
        <translation>输入问题</translation>
    </message>
    <message>
        <source>Add pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a picture of the screen</source>
        <translation type="unfinished"></translation>
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
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message>
        <source>Timings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 tokens, %2 of them known before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Speed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 tokens a second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>First token after</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All of it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preparing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking at pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saving</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LinkDialog</name>
    <message>
        <source>Open this address?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It opens in your browser, outside of Myna, and may need a network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
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
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blocked by the safety policy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit and ask again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Good answer, chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Good answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bad answer, chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bad answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hide timings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show timings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
</context>
<context>
    <name>Notes</name>
    <message>
        <source>Part of the question hidden from the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 parts of the question hidden from the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Part of the answer masked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 parts of the answer masked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Question changed by a rule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer changed by a rule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Question blocked by a rule: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer blocked by a rule: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer checked and written again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The safety check failed, so nothing is shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A safety check could not run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An earlier message summarised for the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 earlier messages summarised for the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An earlier message no longer seen by the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 earlier messages no longer seen by the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Little memory: the model sees %1 tokens instead of %2</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Thumbnails</name>
    <message>
        <source>Picture %1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cannot be shown</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>New conversation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TrayStrip</name>
    <message>
        <source>Picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pasted text, %1 characters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Waiting</name>
    <message>
        <source>Thinking …</source>
        <translation type="unfinished">思考中……</translation>
    </message>
</context>
</TS>
