<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AdminPad</name>
    <message>
        <source>Administration</source>
        <translation>管理</translation>
    </message>
    <message>
        <source>What shall happen?</source>
        <translation>请选择操作</translation>
    </message>
    <message>
        <source>No PIN is set. A technician sets one with: myna desktop --kiosk --set-pin</source>
        <translation>尚未设置 PIN 码。请技术人员运行：myna desktop --kiosk --set-pin</translation>
    </message>
    <message>
        <source>Checking …</source>
        <translation>正在核对……</translation>
    </message>
    <message>
        <source>This PIN is wrong.</source>
        <translation>PIN 码不正确。</translation>
    </message>
    <message>
        <source>Enter the PIN</source>
        <translation>请输入 PIN 码</translation>
    </message>
    <message>
        <source>Too many wrong attempts. Seconds to wait: %1</source>
        <translation>错误次数过多，请等待 %1 秒。</translation>
    </message>
    <message>
        <source>Digits: %1</source>
        <translation>已输入 %1 位</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>End the visit</source>
        <translation>结束本次使用</translation>
    </message>
    <message>
        <source>Start the kiosk again</source>
        <translation>重新启动本机</translation>
    </message>
    <message>
        <source>Leave the kiosk</source>
        <translation>退出自助模式</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
</context>
<context>
    <name>AttractScreen</name>
    <message>
        <source>Welcome</source>
        <translation>欢迎</translation>
    </message>
    <message>
        <source>Ask me something. I answer on this machine alone, and forget your visit when it ends.</source>
        <translation>有问题就问我吧。回答只在本机上生成，您离开后我会忘记一切。</translation>
    </message>
    <message>
        <source>Touch to begin</source>
        <translation>轻触开始</translation>
    </message>
</context>
<context>
    <name>CameraCard</name>
    <message>
        <source>Show something to the camera</source>
        <translation>把东西放到摄像头前</translation>
    </message>
    <message>
        <source>The camera cannot be used</source>
        <translation>摄像头无法使用</translation>
    </message>
    <message>
        <source>What the camera sees</source>
        <translation>摄像头画面</translation>
    </message>
    <message>
        <source>You can ask without a picture.</source>
        <translation>您可以不用图片直接提问。</translation>
    </message>
    <message>
        <source>The camera is being opened …</source>
        <translation>正在打开摄像头……</translation>
    </message>
    <message>
        <source>Take the picture</source>
        <translation>拍照</translation>
    </message>
    <message>
        <source>Go on without a picture</source>
        <translation>不用图片，继续</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>ConsentCard</name>
    <message>
        <source>No, thank you</source>
        <translation>不用，谢谢</translation>
    </message>
</context>
<context>
    <name>CountdownCard</name>
    <message>
        <source>Are you still there?</source>
        <translation>您还在吗？</translation>
    </message>
    <message>
        <source>Seconds left: %1</source>
        <translation>还剩 %1 秒</translation>
    </message>
    <message>
        <source>Then this visit ends, and what was said here is deleted.</source>
        <translation>时间一到，本次使用就会结束，这里的对话将被删除。</translation>
    </message>
    <message>
        <source>I am still here</source>
        <translation>我还在</translation>
    </message>
    <message>
        <source>I am finished</source>
        <translation>我用完了</translation>
    </message>
</context>
<context>
    <name>EndingScreen</name>
    <message>
        <source>Thank you for your visit</source>
        <translation>谢谢您的使用</translation>
    </message>
    <message>
        <source>What was said here is being deleted.</source>
        <translation>正在删除这里的对话。</translation>
    </message>
</context>
<context>
    <name>Keyboard</name>
    <message>
        <source>Keyboard</source>
        <translation>键盘</translation>
    </message>
    <message>
        <source>This keyboard types English. To ask in Chinese, touch the microphone and speak.</source>
        <translation>此键盘只能输入英文。用中文提问，请轻触麦克风后说话。</translation>
    </message>
    <message>
        <source>This keyboard types English. Questions in Chinese can be touched above.</source>
        <translation>此键盘只能输入英文。中文问题请轻触上方的按钮。</translation>
    </message>
    <message>
        <source>Capital letter</source>
        <translation>大写字母</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Letters</source>
        <translation>字母</translation>
    </message>
    <message>
        <source>Numbers and signs</source>
        <translation>数字和符号</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>空格</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
</context>
<context>
    <name>KioskMessage</name>
    <message>
        <source>You</source>
        <translation>您</translation>
    </message>
    <message>
        <source>Thinking …</source>
        <translation>正在思考……</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>That did not work. Please ask again.</source>
        <translation>刚才没有成功，请再问一次。</translation>
    </message>
</context>
<context>
    <name>OfferedCard</name>
    <message>
        <source>Choose a picture</source>
        <translation>选一张图片</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>PictureStrip</name>
    <message>
        <source>This picture cannot be used.</source>
        <translation>这张图片无法使用。</translation>
    </message>
    <message>
        <source>Your picture</source>
        <translation>您的图片</translation>
    </message>
    <message>
        <source>This goes along with your question.</source>
        <translation>这张图片会和您的问题一起提交。</translation>
    </message>
    <message>
        <source>One moment …</source>
        <translation>请稍候……</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
</context>
<context>
    <name>StartingScreen</name>
    <message>
        <source>One moment, please</source>
        <translation>请稍候</translation>
    </message>
    <message>
        <source>Starting …</source>
        <translation>正在启动……</translation>
    </message>
    <message>
        <source>Something went wrong here. This screen will be back at once.</source>
        <translation>刚才出了点问题，马上就会恢复。</translation>
    </message>
</context>
<context>
    <name>TroubleScreen</name>
    <message>
        <source>Out of order</source>
        <translation>暂停服务</translation>
    </message>
    <message>
        <source>Please tell the people who work here.</source>
        <translation>请告知这里的工作人员。</translation>
    </message>
</context>
<context>
    <name>VisitBar</name>
    <message>
        <source>I am finished</source>
        <translation>我用完了</translation>
    </message>
</context>
<context>
    <name>VisitScreen</name>
    <message>
        <source>What does it say?</source>
        <translation>上面写了什么？</translation>
    </message>
    <message>
        <source>What is this?</source>
        <translation>这是什么？</translation>
    </message>
    <message>
        <source>This machine is warm, so a smaller model answers for a while.</source>
        <translation>本机温度偏高，暂时由较小的模型回答。</translation>
    </message>
    <message>
        <source>Memory is short, so a smaller model answers for a while.</source>
        <translation>内存紧张，暂时由较小的模型回答。</translation>
    </message>
    <message>
        <source>A smaller model answers for a while.</source>
        <translation>暂时由较小的模型回答。</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>What can I do for you?</source>
        <translation>有什么可以帮您？</translation>
    </message>
    <message>
        <source>Touch here to type a question</source>
        <translation>轻触此处输入问题</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Put the keyboard away</source>
        <translation>收起键盘</translation>
    </message>
    <message>
        <source>May I look?</source>
        <translation>可以看一下吗？</translation>
    </message>
    <message>
        <source>May I listen?</source>
        <translation>可以听您说话吗？</translation>
    </message>
    <message>
        <source>The camera sees you and people near you. One picture is taken, when you touch the button. It is looked at on this machine, goes nowhere else, and is deleted when your visit ends.</source>
        <translation>摄像头会拍到您和您身边的人。只有您点按按钮时才会拍一张照片。照片只在本机上查看，不会传到别处，并在您使用结束后删除。</translation>
    </message>
    <message>
        <source>The microphone hears you and people near you. What it hears becomes text on this machine, goes nowhere else, and is deleted when your visit ends.</source>
        <translation>麦克风会听到您和您身边的人说话。听到的内容只在本机上转成文字，不会传到别处，并在您使用结束后删除。</translation>
    </message>
    <message>
        <source>Yes, look</source>
        <translation>好，请看</translation>
    </message>
    <message>
        <source>Yes, listen</source>
        <translation>可以，请听</translation>
    </message>
</context>
<context>
    <name>VoiceStrip</name>
    <message>
        <source>Speak</source>
        <translation>说话</translation>
    </message>
    <message>
        <source>Stop listening</source>
        <translation>停止聆听</translation>
    </message>
    <message>
        <source>I am listening …</source>
        <translation>我在听……</translation>
    </message>
    <message>
        <source>One moment …</source>
        <translation>请稍候……</translation>
    </message>
</context>
<context>
    <name>Ways</name>
    <message>
        <source>Show</source>
        <translation>出示</translation>
    </message>
    <message>
        <source>Show something to the camera</source>
        <translation>把东西放到摄像头前</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Choose a picture</source>
        <translation>选一张图片</translation>
    </message>
</context>
</TS>
