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
        <source>Open the models</source>
        <translation>打开模型页面</translation>
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
</TS>
