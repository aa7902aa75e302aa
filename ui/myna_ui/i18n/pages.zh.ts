<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>FindingsCard</name>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Change the setting</source>
        <translation>更改设置</translation>
    </message>
    <message>
        <source>Open &quot;%1&quot;</source>
        <translation>打开“%1”</translation>
    </message>
    <message>
        <source>Empty the caches (%1)</source>
        <translation>清空缓存（%1）</translation>
    </message>
    <message>
        <source>Put models to sleep</source>
        <translation>让模型休眠</translation>
    </message>
    <message>
        <source>What was checked</source>
        <translation>检查结果</translation>
    </message>
    <message>
        <source>Copy the command</source>
        <translation>复制命令</translation>
    </message>
</context>
<context>
    <name>HealthPage</name>
    <message>
        <source>Health</source>
        <translation>运行状况</translation>
    </message>
    <message>
        <source>Looking …</source>
        <translation>检查中……</translation>
    </message>
    <message>
        <source>Everything works.</source>
        <translation>一切正常。</translation>
    </message>
    <message>
        <source>1 problem</source>
        <translation>1 个问题</translation>
    </message>
    <message>
        <source>%1 problems</source>
        <translation>%1 个问题</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>重新检查</translation>
    </message>
    <message>
        <source>Memory of Myna</source>
        <translation>Myna 占用的内存</translation>
    </message>
    <message>
        <source>of %1</source>
        <translation>共 %1</translation>
    </message>
    <message>
        <source>Speed of answers</source>
        <translation>回答速度</translation>
    </message>
    <message>
        <source>tokens/s</source>
        <translation>词元/秒</translation>
    </message>
    <message>
        <source>the last answers</source>
        <translation>最近的回答</translation>
    </message>
    <message>
        <source>no answer yet</source>
        <translation>还没有回答</translation>
    </message>
    <message>
        <source>First word after</source>
        <translation>首字用时</translation>
    </message>
    <message>
        <source>Start again</source>
        <translation>重新启动</translation>
    </message>
    <message>
        <source>loading</source>
        <translation>加载中</translation>
    </message>
    <message>
        <source>Models at work</source>
        <translation>正在使用的模型</translation>
    </message>
    <message>
        <source>asleep</source>
        <translation>休眠</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>in quarantine</source>
        <translation>已隔离</translation>
    </message>
</context>
<context>
    <name>HistoryPage</name>
    <message>
        <source>History</source>
        <translation>历史记录</translation>
    </message>
    <message>
        <source>Conversations stay on this machine. What you delete is gone for good.</source>
        <translation>对话只保存在这台机器上。删除后无法恢复。</translation>
    </message>
    <message>
        <source>Export a conversation</source>
        <translation>导出对话</translation>
    </message>
    <message>
        <source>Markdown (*.md)</source>
        <translation>Markdown (*.md)</translation>
    </message>
    <message>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>Text (*.txt)</source>
        <translation>文本 (*.txt)</translation>
    </message>
    <message>
        <source>Search in all conversations</source>
        <translation>搜索所有对话</translation>
    </message>
    <message>
        <source>Written to %1</source>
        <translation>已保存到 %1</translation>
    </message>
    <message>
        <source>Without a title</source>
        <translation>无标题</translation>
    </message>
    <message>
        <source>You</source>
        <translation>您</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Nothing was found</source>
        <translation>没有找到</translation>
    </message>
    <message>
        <source>All words must be in one message. Put a phrase into quotes.</source>
        <translation>所有词语须在同一条消息中。短语请加引号。</translation>
    </message>
    <message>
        <source>1 message</source>
        <translation>1 条消息</translation>
    </message>
    <message>
        <source>%1 messages</source>
        <translation>%1 条消息</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Delete this conversation for good?</source>
        <translation>永久删除此对话？</translation>
    </message>
    <message>
        <source>Deleting …</source>
        <translation>正在删除……</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Older conversations</source>
        <translation>更早的对话</translation>
    </message>
    <message>
        <source>Nothing was said yet</source>
        <translation>还没有对话</translation>
    </message>
    <message>
        <source>Conversations appear here, and can be searched, exported and deleted.</source>
        <translation>对话会显示在这里，可以搜索、导出和删除。</translation>
    </message>
</context>
<context>
    <name>PluginsPage</name>
    <message>
        <source>Plugins</source>
        <translation>插件</translation>
    </message>
    <message>
        <source>Everything that Myna can do comes from a plugin. Plugins are programs that you trust.</source>
        <translation>Myna 的所有功能都来自插件。插件是您信任的程序。</translation>
    </message>
    <message>
        <source>network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>microphone</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>camera</source>
        <translation>摄像头</translation>
    </message>
    <message>
        <source>files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Changes count from the next start of Myna.</source>
        <translation>更改在下次启动 Myna 后生效。</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>加载失败</translation>
    </message>
    <message>
        <source>Has failed</source>
        <translation>出现过错误</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>已启用</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>%1 is on</source>
        <translation>启用 %1</translation>
    </message>
    <message>
        <source>May use</source>
        <translation>可以使用</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Kept in %1</source>
        <translation>保存在 %1</translation>
    </message>
    <message>
        <source>Set by %1</source>
        <translation>由 %1 设定</translation>
    </message>
    <message>
        <source>Looks</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>高对比度</translation>
    </message>
    <message>
        <source>Size of text</source>
        <translation>文字大小</translation>
    </message>
    <message>
        <source>Less motion</source>
        <translation>减少动态效果</translation>
    </message>
    <message>
        <source>Nothing slides or fades.</source>
        <translation>不使用滑动和淡入淡出。</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Keep conversations</source>
        <translation>保存对话</translation>
    </message>
    <message>
        <source>Otherwise they are gone when the window is closed.</source>
        <translation>否则关闭窗口后对话即消失。</translation>
    </message>
    <message>
        <source>Summarise what no longer fits</source>
        <translation>概括放不下的内容</translation>
    </message>
    <message>
        <source>A model can hold only so much of a long conversation.</source>
        <translation>对话很长时，模型只能容纳其中一部分。</translation>
    </message>
    <message>
        <source>Creativity</source>
        <translation>创造性</translation>
    </message>
    <message>
        <source>What suits the model</source>
        <translation>适合模型的值</translation>
    </message>
    <message>
        <source>None: the likeliest words</source>
        <translation>无：总用最可能的词</translation>
    </message>
    <message>
        <source>Some</source>
        <translation>适中</translation>
    </message>
    <message>
        <source>Much</source>
        <translation>较高</translation>
    </message>
    <message>
        <source>Privacy and network</source>
        <translation>隐私与网络</translation>
    </message>
    <message>
        <source>Never use the network</source>
        <translation>从不使用网络</translation>
    </message>
    <message>
        <source>Not even when a model is asked for.</source>
        <translation>获取模型时也不使用。</translation>
    </message>
    <message>
        <source>Record of what happens</source>
        <translation>操作记录</translation>
    </message>
    <message>
        <source>A log that cannot be changed unnoticed.</source>
        <translation>无法被悄悄改动的日志。</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Without texts</source>
        <translation>不含文字内容</translation>
    </message>
    <message>
        <source>With masked texts</source>
        <translation>文字经遮盖</translation>
    </message>
    <message>
        <source>With texts</source>
        <translation>含文字内容</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>Stay in the tray when closed</source>
        <translation>关闭后留在系统托盘</translation>
    </message>
    <message>
        <source>Free memory of a model that nobody used for</source>
        <translation>模型闲置多久后释放内存</translation>
    </message>
    <message>
        <source>%1 seconds</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>2 minutes</source>
        <translation>2 分钟</translation>
    </message>
    <message>
        <source>10 minutes</source>
        <translation>10 分钟</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1 小时</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>从不</translation>
    </message>
</context>
<context>
    <name>StagesCard</name>
    <message>
        <source>preparing</source>
        <translation>准备</translation>
    </message>
    <message>
        <source>checking</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>loading</source>
        <translation>加载</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待</translation>
    </message>
    <message>
        <source>looking</source>
        <translation>看图</translation>
    </message>
    <message>
        <source>reading</source>
        <translation>读题</translation>
    </message>
    <message>
        <source>writing</source>
        <translation>书写</translation>
    </message>
    <message>
        <source>keeping</source>
        <translation>保存</translation>
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
        <source>Where answers take their time</source>
        <translation>回答的时间花在哪里</translation>
    </message>
    <message>
        <source>the last answer</source>
        <translation>最近一次回答</translation>
    </message>
    <message>
        <source>the last %1 answers</source>
        <translation>最近 %1 次回答</translation>
    </message>
    <message>
        <source>last</source>
        <translation>最近</translation>
    </message>
    <message>
        <source>usual</source>
        <translation>通常</translation>
    </message>
    <message>
        <source>%1: last %2, usual %3</source>
        <translation>%1：最近 %2，通常 %3</translation>
    </message>
</context>
</TS>
