<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Banner</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Navigation</name>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
</context>
<context>
    <name>PanelPage</name>
    <message>
        <source>This page cannot be shown</source>
        <translation>无法显示此页面</translation>
    </message>
    <message>
        <source>Its file has a mistake. The log says which.</source>
        <translation>页面文件有错误，详情见日志。</translation>
    </message>
</context>
<context>
    <name>TextBox</name>
    <message>
        <source>%L1 characters, too many to be shown here. They are used as they are.</source>
        <translation>共 %L1 个字符，太长，无法在这里显示；会按原样使用。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
</context>
</TS>
