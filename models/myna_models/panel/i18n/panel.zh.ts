<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>DefaultModels</name>
    <message>
        <source>What is used for what</source>
        <translation>各项任务所用的模型</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
</context>
<context>
    <name>Fitting</name>
    <message>
        <source>the file as it is</source>
        <translation>原文件</translation>
    </message>
    <message>
        <source>Writing %1 …</source>
        <translation>正在写入 %1……</translation>
    </message>
    <message>
        <source>Measuring the speed of %1 …</source>
        <translation>正在测量 %1 的速度……</translation>
    </message>
    <message>
        <source>Measuring the quality of %1 …</source>
        <translation>正在测量 %1 的质量……</translation>
    </message>
    <message>
        <source>Loading …</source>
        <translation>正在载入……</translation>
    </message>
    <message>
        <source>Not fitted to this machine yet. Measuring takes a few minutes and gives way to other programs.</source>
        <translation>尚未针对这台机器调优。测量需要几分钟，会给其他程序让路。</translation>
    </message>
    <message>
        <source>Fitting it to this machine was paused; what was measured is kept.</source>
        <translation>调优已暂停，测得的结果会保留。</translation>
    </message>
    <message>
        <source>Measured: nothing is better on this machine than the model as it is.</source>
        <translation>已测量：在这台机器上，模型原样运行就是最好的。</translation>
    </message>
    <message>
        <source>The machine or the model has changed, so the model runs as it was fetched.</source>
        <translation>机器或模型有变化，因此模型按获取时的原样运行。</translation>
    </message>
    <message>
        <source>Fitted to this machine: reads %1 times and writes %2 times as fast.</source>
        <translation>已针对这台机器调优：读取速度为 %1 倍，书写速度为 %2 倍。</translation>
    </message>
    <message>
        <source>Fitting %1 to this machine</source>
        <translation>正在针对这台机器调优 %1</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Go on measuring</source>
        <translation>继续测量</translation>
    </message>
    <message>
        <source>Measure again</source>
        <translation>重新测量</translation>
    </message>
    <message>
        <source>Fit to this machine</source>
        <translation>针对这台机器调优</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Use it as it was fetched</source>
        <translation>恢复为获取时的原样</translation>
    </message>
</context>
<context>
    <name>ModelDetails</name>
    <message>
        <source>Fit</source>
        <translation>适配</translation>
    </message>
    <message>
        <source>Needs %1 of memory, more than is free.</source>
        <translation>需要 %1 内存，超过可用内存。</translation>
    </message>
    <message>
        <source>About %1 tokens a second and %2 of memory; the longest conversation that fits has %3 tokens.</source>
        <translation>每秒约 %1 个词元，占用内存 %2；最长可容纳 %3 个词元的对话。</translation>
    </message>
    <message>
        <source>Takes about %1 of memory.</source>
        <translation>约占用 %1 内存。</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 个词元</translation>
    </message>
    <message>
        <source>Task</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>not stated</source>
        <translation>未注明</translation>
    </message>
    <message>
        <source>free for any use</source>
        <translation>可自由使用</translation>
    </message>
    <message>
        <source>read its conditions before you use it</source>
        <translation>使用前请阅读其条款</translation>
    </message>
    <message>
        <source>the package index</source>
        <translation>软件包索引</translation>
    </message>
    <message>
        <source>a model hub</source>
        <translation>模型仓库</translation>
    </message>
    <message>
        <source>the web</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>a file</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Comes from</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>this machine alone</source>
        <translation>仅在这台机器上</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Checking %1</source>
        <translation>正在检查 %1</translation>
    </message>
    <message>
        <source>All files are as they should be</source>
        <translation>所有文件均完好</translation>
    </message>
    <message>
        <source>Use for conversations</source>
        <translation>用于对话</translation>
    </message>
    <message>
        <source>Use this one</source>
        <translation>使用此模型</translation>
    </message>
    <message>
        <source>Chosen for its task</source>
        <translation>已选用</translation>
    </message>
    <message>
        <source>Check its files</source>
        <translation>检查文件</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Remove this copy, %1? Your own file stays.</source>
        <translation>删除这份副本（%1）？您自己的文件不受影响。</translation>
    </message>
    <message>
        <source>Remove %1? It can be downloaded again.</source>
        <translation>删除（%1）？之后可以重新下载。</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
</context>
<context>
    <name>ModelFilters</name>
    <message>
        <source>Search models</source>
        <translation>搜索模型</translation>
    </message>
    <message>
        <source>Which models</source>
        <translation>显示哪些模型</translation>
    </message>
    <message>
        <source>All models</source>
        <translation>所有模型</translation>
    </message>
    <message>
        <source>Installed</source>
        <translation>已安装</translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation>下载中</translation>
    </message>
    <message>
        <source>Task</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Any task</source>
        <translation>任何任务</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Any language</source>
        <translation>任何语言</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Any licence</source>
        <translation>任何许可证</translation>
    </message>
    <message>
        <source>Open licences</source>
        <translation>开放许可证</translation>
    </message>
    <message>
        <source>Own conditions</source>
        <translation>自有条款</translation>
    </message>
</context>
<context>
    <name>ModelRow</name>
    <message>
        <source>about %1</source>
        <translation>约 %1</translation>
    </message>
    <message>
        <source>%1 parameters</source>
        <translation>%1 参数</translation>
    </message>
    <message>
        <source>licence not stated</source>
        <translation>许可证未注明</translation>
    </message>
    <message>
        <source>From a file of yours</source>
        <translation>来自您的文件</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Download %1</source>
        <translation>下载 %1</translation>
    </message>
    <message>
        <source>Less of %1</source>
        <translation>收起 %1</translation>
    </message>
    <message>
        <source>More of %1</source>
        <translation>展开 %1</translation>
    </message>
    <message>
        <source>Installed</source>
        <translation>已安装</translation>
    </message>
    <message>
        <source>Recommended</source>
        <translation>推荐</translation>
    </message>
    <message>
        <source>%1: own terms</source>
        <translation>%1：自有条款</translation>
    </message>
    <message>
        <source>Allow the network</source>
        <translation>允许联网</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>%1 of memory are free for a model on this machine.</source>
        <translation>这台机器上有 %1 内存可供模型使用。</translation>
    </message>
    <message>
        <source>Add a file</source>
        <translation>添加文件</translation>
    </message>
    <message>
        <source>Add a model file</source>
        <translation>添加模型文件</translation>
    </message>
    <message>
        <source>Looking at the file …</source>
        <translation>正在查看文件……</translation>
    </message>
    <message>
        <source>Looking at what fits this machine …</source>
        <translation>正在查看哪些模型适合这台机器……</translation>
    </message>
    <message>
        <source>Under way</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>No model is like that</source>
        <translation>没有符合条件的模型</translation>
    </message>
    <message>
        <source>A model file (GGUF) or a folder with an ONNX model can be dropped here, too.</source>
        <translation>也可以把模型文件（GGUF）或含有 ONNX 模型的文件夹拖到这里。</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>显示全部</translation>
    </message>
    <message>
        <source>Drop a model (GGUF or ONNX) here</source>
        <translation>把模型（GGUF 或 ONNX）拖到这里</translation>
    </message>
    <message>
        <source>A model file</source>
        <translation>模型文件</translation>
    </message>
    <message>
        <source>Models (*.gguf *.onnx)</source>
        <translation>模型 (*.gguf *.onnx)</translation>
    </message>
</context>
</TS>
