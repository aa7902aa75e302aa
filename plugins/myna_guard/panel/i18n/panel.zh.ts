<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ClassifierRow</name>
    <message>
        <source>Asked by: %1</source>
        <translation>用到它的规则：%1</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>Not installed</source>
        <translation>未安装</translation>
    </message>
    <message>
        <source>Cannot run</source>
        <translation>无法运行</translation>
    </message>
    <message>
        <source>Installed</source>
        <translation>已安装</translation>
    </message>
    <message>
        <source>Until it is there, what it should judge is blocked.</source>
        <translation>安装之前，该由它检查的内容一律拦截。</translation>
    </message>
    <message>
        <source>Until it is there, its rules find nothing.</source>
        <translation>安装之前，这些规则不会有任何发现。</translation>
    </message>
    <message>
        <source>To install it: %1</source>
        <translation>安装方法：%1</translation>
    </message>
    <message>
        <source>It needs ONNX Runtime: %1</source>
        <translation>需要 ONNX Runtime：%1</translation>
    </message>
    <message>
        <source>Open the models</source>
        <translation>打开模型页面</translation>
    </message>
</context>
<context>
    <name>FindingsCard</name>
    <message>
        <source>policy %1</source>
        <translation>策略 %1</translation>
    </message>
    <message>
        <source>%1: score %2</source>
        <translation>%1：分数 %2</translation>
    </message>
</context>
<context>
    <name>FindingsView</name>
    <message>
        <source>Nothing was found</source>
        <translation>没有发现任何内容</translation>
    </message>
    <message>
        <source>When a rule finds something in a conversation, it is listed here: by which rule and where, never the text.</source>
        <translation>规则在对话中有所发现时会列在这里：只列出规则和位置，不含文字内容。</translation>
    </message>
    <message>
        <source>Since Myna was opened</source>
        <translation>本次打开 Myna 以来</translation>
    </message>
    <message>
        <source>On the audit record</source>
        <translation>审计记录中</translation>
    </message>
    <message>
        <source>No audit record is kept; the list ends with the program.</source>
        <translation>没有保留审计记录；关闭程序后列表就会清空。</translation>
    </message>
</context>
<context>
    <name>HelpLine</name>
    <message>
        <source>Help line</source>
        <translation>求助电话</translation>
    </message>
    <message>
        <source>Named where somebody may be in danger; empty: %1.</source>
        <translation>有人可能有危险时会告知这个电话；留空则为：%1。</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
</context>
<context>
    <name>PolicyChoice</name>
    <message>
        <source>Yours</source>
        <translation>我的</translation>
    </message>
    <message>
        <source>Cannot be used</source>
        <translation>无法使用</translation>
    </message>
</context>
<context>
    <name>PolicyView</name>
    <message>
        <source>What counted before goes on counting until the file is mended.</source>
        <translation>在文件改好之前，原来的策略继续生效。</translation>
    </message>
    <message>
        <source>Policy</source>
        <translation>策略</translation>
    </message>
    <message>
        <source>It is set by the environment variable MYNA_GUARD_POLICIES, so it cannot be chosen here.</source>
        <translation>策略由环境变量 MYNA_GUARD_POLICIES 指定，无法在这里选择。</translation>
    </message>
    <message>
        <source>Policies of your own are files in %1</source>
        <translation>你自己的策略文件放在 %1</translation>
    </message>
    <message>
        <source>With &quot;off&quot; nothing is judged: no help where somebody may be in danger, and nothing is blocked or masked. Switch it off?</source>
        <translation>选择“off”后不再作任何检查：有人可能有危险时不会给出帮助，也不会拦截或遮盖任何内容。确定关闭吗？</translation>
    </message>
    <message>
        <source>Switch off</source>
        <translation>关闭检查</translation>
    </message>
    <message>
        <source>Keep judging</source>
        <translation>继续检查</translation>
    </message>
    <message>
        <source>Layers, the lowest first</source>
        <translation>策略的层次，从最底层开始</translation>
    </message>
    <message>
        <source>Chosen in the settings</source>
        <translation>在设置中选择</translation>
    </message>
    <message>
        <source>Because %1 is laid over it</source>
        <translation>因为 %1 叠加在它上面</translation>
    </message>
    <message>
        <source>rules that count: %L1</source>
        <translation>生效的规则：%L1 条</translation>
    </message>
    <message>
        <source>What cannot be checked is blocked.</source>
        <translation>无法检查的内容会被拦截。</translation>
    </message>
    <message>
        <source>What cannot be checked goes on.</source>
        <translation>无法检查的内容会放行。</translation>
    </message>
    <message>
        <source>%1 of %2 tests of the policies pass.</source>
        <translation>策略自带的 %2 个测试中有 %1 个通过。</translation>
    </message>
    <message>
        <source>Tests that need a classifier which is not installed: %1</source>
        <translation>需要未安装的分类器、因而没有运行的测试：%1 个</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>%1 was removed by %2.</source>
        <translation>%1 已被 %2 去掉。</translation>
    </message>
    <message>
        <source>Classifiers</source>
        <translation>分类器</translation>
    </message>
</context>
<context>
    <name>RuleView</name>
    <message>
        <source>On: %1</source>
        <translation>针对：%1</translation>
    </message>
    <message>
        <source>From the policy %1, in place of the rule of %2</source>
        <translation>来自策略 %1，取代了 %2 的规则</translation>
    </message>
    <message>
        <source>From the policy %1</source>
        <translation>来自策略 %1</translation>
    </message>
    <message>
        <source>Says: %1</source>
        <translation>提示：%1</translation>
    </message>
</context>
<context>
    <name>SafetyPage</name>
    <message>
        <source>Safety</source>
        <translation>安全</translation>
    </message>
    <message>
        <source>A policy says what is not asked, not answered, or masked. All of it is judged on this machine.</source>
        <translation>策略规定哪些问题不回答、哪些内容要拦截或遮盖。所有检查都在这台电脑上完成。</translation>
    </message>
    <message>
        <source>Views of safety</source>
        <translation>安全的各个视图</translation>
    </message>
    <message>
        <source>Policy</source>
        <translation>策略</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>试一试</translation>
    </message>
    <message>
        <source>Recent findings</source>
        <translation>最近的发现</translation>
    </message>
    <message>
        <source>Policies are being read</source>
        <translation>正在读取策略</translation>
    </message>
</context>
<context>
    <name>TriedView</name>
    <message>
        <source>Goes on as it is</source>
        <translation>原样放行</translation>
    </message>
    <message>
        <source>because it could not be checked</source>
        <translation>因为无法检查</translation>
    </message>
    <message>
        <source>by the rule %1</source>
        <translation>按规则 %1</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 毫秒</translation>
    </message>
    <message>
        <source>Could not judge: %1</source>
        <translation>未能判断：%1</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>发现</translation>
    </message>
    <message>
        <source>policy %1</source>
        <translation>策略 %1</translation>
    </message>
    <message>
        <source>characters %L1 to %L2</source>
        <translation>第 %L1 到 %L2 个字符</translation>
    </message>
    <message>
        <source>%1: score %2, counts from %3 on</source>
        <translation>%1：分数 %2，从 %3 起算数</translation>
    </message>
    <message>
        <source>… and %L1 more</source>
        <translation>……还有 %L1 处</translation>
    </message>
    <message>
        <source>What goes on</source>
        <translation>放行的内容</translation>
    </message>
    <message>
        <source>What the person is told</source>
        <translation>用户看到的提示</translation>
    </message>
    <message>
        <source>… and %L1 more characters</source>
        <translation>……还有 %L1 个字符</translation>
    </message>
</context>
<context>
    <name>TryTextView</name>
    <message>
        <source>Text to try</source>
        <translation>要试的文字</translation>
    </message>
    <message>
        <source>Write or paste a text. It is judged and not kept.</source>
        <translation>写一段或粘贴一段文字。只作检查，不会保存。</translation>
    </message>
    <message>
        <source>It is</source>
        <translation>它是</translation>
    </message>
    <message>
        <source>Where the text comes from</source>
        <translation>文字的来源</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Judge it</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>The text is being judged</source>
        <translation>正在检查文字</translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message>
        <source>what is asked</source>
        <translation>提问</translation>
    </message>
    <message>
        <source>the answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>text in a picture</source>
        <translation>图片中的文字</translation>
    </message>
    <message>
        <source>what was looked up</source>
        <translation>查到的资料</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>Blocks</source>
        <translation>拦截</translation>
    </message>
    <message>
        <source>Masks</source>
        <translation>遮盖</translation>
    </message>
    <message>
        <source>Replaces</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Asks again</source>
        <translation>要求重答</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Allows</source>
        <translation>放行</translation>
    </message>
    <message>
        <source>Could not judge, so it was blocked</source>
        <translation>未能判断，已拦截</translation>
    </message>
    <message>
        <source>Could not judge, so it went on</source>
        <translation>未能判断，已放行</translation>
    </message>
    <message>
        <source>level 1, rules</source>
        <translation>第 1 级：规则</translation>
    </message>
    <message>
        <source>level 2, classifier</source>
        <translation>第 2 级：分类器</translation>
    </message>
    <message>
        <source>level 3, review of the answer</source>
        <translation>第 3 级：回答审查</translation>
    </message>
    <message>
        <source>e-mail addresses</source>
        <translation>电子邮箱</translation>
    </message>
    <message>
        <source>phone numbers</source>
        <translation>电话号码</translation>
    </message>
    <message>
        <source>card numbers</source>
        <translation>银行卡号</translation>
    </message>
    <message>
        <source>Chinese identity numbers</source>
        <translation>身份证号码</translation>
    </message>
    <message>
        <source>bank accounts (IBAN)</source>
        <translation>银行账号（IBAN）</translation>
    </message>
    <message>
        <source>Words and phrases: %L1</source>
        <translation>词语：%L1 个</translation>
    </message>
    <message>
        <source>; exceptions: %L1</source>
        <translation>；例外：%L1 个</translation>
    </message>
    <message>
        <source>Personal data: %1</source>
        <translation>个人信息：%1</translation>
    </message>
    <message>
        <source>The pattern %1</source>
        <translation>正则表达式 %1</translation>
    </message>
    <message>
        <source>Unsafe pictures, from a score of %1 on, by %2</source>
        <translation>不安全的图片，分数从 %1 起，由 %2 判断</translation>
    </message>
    <message>
        <source>%1, from a score of %2 on, by %3</source>
        <translation>%1，分数从 %2 起，由 %3 判断</translation>
    </message>
    <message>
        <source>%1, from a score of %2 on</source>
        <translation>%1，分数从 %2 起</translation>
    </message>
</context>
</TS>
