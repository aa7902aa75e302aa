<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>VoicePage</name>
    <message>
        <source>Voice</source>
        <translation>语音</translation>
    </message>
    <message>
        <source>Talk with Myna, and hear its answers.</source>
        <translation>与 Myna 对话，听它回答。</translation>
    </message>
    <message>
        <source>The system&apos;s choice (%1)</source>
        <translation>系统默认（%1）</translation>
    </message>
    <message>
        <source>The system&apos;s choice (there is none)</source>
        <translation>系统默认（没有可用设备）</translation>
    </message>
    <message>
        <source>%1 (not connected)</source>
        <translation>%1（未连接）</translation>
    </message>
    <message>
        <source>By language (none is installed)</source>
        <translation>按语言选择（尚未安装）</translation>
    </message>
    <message>
        <source>By language</source>
        <translation>按语言选择</translation>
    </message>
    <message>
        <source>%1 (not installed)</source>
        <translation>%1（未安装）</translation>
    </message>
    <message>
        <source>How to talk</source>
        <translation>对话方式</translation>
    </message>
    <message>
        <source>The microphone</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>Opens and closes with the button</source>
        <translation>用按钮打开和关闭</translation>
    </message>
    <message>
        <source>Is open while the button is held</source>
        <translation>按住按钮时打开</translation>
    </message>
    <message>
        <source>Waits for “%1”</source>
        <translation>等待唤醒词“%1”</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Speaking interrupts the answer</source>
        <translation>说话可以打断回答</translation>
    </message>
    <message>
        <source>While Myna speaks it is deaf, so that it does not hear itself: echo is not cancelled here.</source>
        <translation>这台机器无法消除回声，所以 Myna 说话时不会听，以免听到自己。</translation>
    </message>
    <message>
        <source>A voice conversation is open. It is on the conversation page.</source>
        <translation>语音对话正在进行，请见对话页面。</translation>
    </message>
    <message>
        <source>To talk, use the microphone beside the question on the conversation page.</source>
        <translation>要语音对话，请使用对话页面输入框旁的麦克风。</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>Look for devices again</source>
        <translation>重新查找设备</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Record 3 seconds</source>
        <translation>录音 3 秒</translation>
    </message>
    <message>
        <source>Level of the microphone</source>
        <translation>麦克风音量</translation>
    </message>
    <message>
        <source>Say something. %1 s left.</source>
        <translation>请说句话，还剩 %1 秒。</translation>
    </message>
    <message>
        <source>This is how you sound.</source>
        <translation>这是您的声音。</translation>
    </message>
    <message>
        <source>Listening to what you said …</source>
        <translation>正在辨认您说的话……</translation>
    </message>
    <message>
        <source>Understood: “%1”</source>
        <translation>听到的是：“%1”</translation>
    </message>
    <message>
        <source>Nothing was heard. Is the microphone muted, or another one chosen?</source>
        <translation>没有听到声音。麦克风是否已静音，或选错了设备？</translation>
    </message>
    <message>
        <source>Loudspeaker and voice</source>
        <translation>扬声器与声音</translation>
    </message>
    <message>
        <source>Loudspeaker</source>
        <translation>扬声器</translation>
    </message>
    <message>
        <source>Spoken by</source>
        <translation>朗读的声音</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>语速</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>音量</translation>
    </message>
    <message>
        <source>Good morning. This is how I sound.</source>
        <translation>早上好，这就是我的声音。</translation>
    </message>
    <message>
        <source>A sentence to speak</source>
        <translation>要朗读的句子</translation>
    </message>
    <message>
        <source>Speak</source>
        <translation>朗读</translation>
    </message>
    <message>
        <source>No sound is ever recorded to disk. What you say stays in memory until it was understood, and only its text becomes part of the conversation.</source>
        <translation>声音从不写入磁盘。您说的话只在识别完成前留在内存中，只有文字会成为对话的一部分。</translation>
    </message>
</context>
</TS>
