<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Composer</name>
    <message>
        <source>Ask something</source>
        <translation>输入问题</translation>
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
</context>
<context>
    <name>MessageItem</name>
    <message>
        <source>You</source>
        <translation>您</translation>
    </message>
    <message>
        <source>Thinking …</source>
        <translation>思考中……</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
</context>
</TS>
