<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>LanguageScreen</name>
    <message>
        <source>Welcome to Myna</source>
        <translation>欢迎使用 Myna</translation>
    </message>
    <message>
        <source>An assistant that lives on this machine: it reads, listens, looks, answers and speaks.</source>
        <translation>住在这台机器里的助手：能读、能听、能看、能答、能说。</translation>
    </message>
    <message>
        <source>Private: what you say and show stays on this machine. There is no account.</source>
        <translation>私密：您所说、所展示的一切都留在这台机器上，无需账号。</translation>
    </message>
    <message>
        <source>Offline: it works without any network, once a model is here.</source>
        <translation>离线：有了模型之后，无需任何网络即可使用。</translation>
    </message>
    <message>
        <source>Yours: ask by typing, by voice or with a picture, in English and in Chinese.</source>
        <translation>随心：可打字、可说话、可用图片提问，中文英文皆可。</translation>
    </message>
</context>
<context>
    <name>ModelScreen</name>
    <message>
        <source>Which model shall answer?</source>
        <translation>由哪个模型来回答？</translation>
    </message>
    <message>
        <source>A model is a large file that knows how to write. Larger ones know more and answer more slowly.</source>
        <translation>模型是一个会写作的大文件。越大的模型懂得越多，回答也越慢。</translation>
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
        <source>On this machine</source>
        <translation>已在本机</translation>
    </message>
    <message>
        <source>Recommended here</source>
        <translation>推荐用于本机</translation>
    </message>
    <message>
        <source>Knows no English</source>
        <translation>不支持中文</translation>
    </message>
    <message>
        <source>about %1</source>
        <translation>约 %1</translation>
    </message>
    <message>
        <source>Allow the network</source>
        <translation>允许联网</translation>
    </message>
    <message>
        <source>Without a network a model that is on this machine works, and so does a model file, for example from a USB stick: drop it here.</source>
        <translation>没有网络时，可以使用本机已有的模型，也可以使用模型文件（例如 U 盘中的）：把它拖到这里即可。</translation>
    </message>
    <message>
        <source>The plugin for models is switched off, so Myna takes the model that its settings name.</source>
        <translation>模型插件已关闭，Myna 将使用设置中指定的模型。</translation>
    </message>
    <message>
        <source>You have a model (GGUF or ONNX)? Drop it here, or</source>
        <translation>已有模型（GGUF 或 ONNX）？拖到这里，或者</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>选择文件</translation>
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
<context>
    <name>QuestionScreen</name>
    <message>
        <source>Ask your first question</source>
        <translation>提出第一个问题</translation>
    </message>
    <message>
        <source>The answer is made on this machine. The first one takes a little longer, because the model is loaded.</source>
        <translation>回答在这台机器上生成。第一次需要加载模型，会稍慢一些。</translation>
    </message>
    <message>
        <source>No model is here yet, so nothing can answer. Go back to choose one, or look around first: models have a page of their own.</source>
        <translation>这里还没有模型，因此无法回答。请返回选择一个，或先四处看看：模型有单独的页面。</translation>
    </message>
    <message>
        <source>Ask something</source>
        <translation>问点什么</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>提问</translation>
    </message>
    <message>
        <source>Or one of these:</source>
        <translation>或者试试：</translation>
    </message>
    <message>
        <source>What is the capital of France?</source>
        <translation>法国的首都是哪里？</translation>
    </message>
    <message>
        <source>Why is the sky blue? Explain it in two sentences.</source>
        <translation>天空为什么是蓝色的？请用两句话解释。</translation>
    </message>
    <message>
        <source>Write a short poem about the rain.</source>
        <translation>写一首关于雨的短诗。</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>First steps</source>
        <translation>首次使用</translation>
    </message>
    <message>
        <source>Step %1 of %2</source>
        <translation>第 %1 步，共 %2 步</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>以后再说</translation>
    </message>
    <message>
        <source>Skip the first steps</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Drop a model (GGUF or ONNX) here</source>
        <translation>把模型（GGUF 或 ONNX）拖到这里</translation>
    </message>
</context>
</TS>
