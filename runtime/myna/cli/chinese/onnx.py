"""What the engine for text models in ONNX says, and what `myna doctor` says of ONNX Runtime."""

from __future__ import annotations

ONNX: dict[str, str] = {
    "{file} is no language model that can be run here: {problem}": "{file} 不是可以在这里运行的语言模型：{problem}",
    "convert it with its KV cache (optimum's text-generation-with-past), or take a GGUF file of it": (
        "请连同 KV 缓存一起转换（optimum 的 text-generation-with-past），或使用它的 GGUF 文件"
    ),
    "{name} has no tokenizer: {file} is not beside the model": "{name} 没有分词器：模型旁边没有 {file}",
    "convert the model again, or copy its tokenizer.json there": "请重新转换模型，或把它的 tokenizer.json 复制到那里",
    "{file} is no tokenizer: {problem}": "{file} 不是分词器：{problem}",
    "{file} is a tokenizer without a vocabulary": "{file} 是没有词表的分词器",
    "{file} is another model's: it has {words} tokens, and the model knows {known}": (
        "{file} 属于另一个模型：它有 {words} 个 token，而模型有 {known} 个"
    ),
    "{file} gives {logits} logits, and its configuration says that it knows {known} tokens: the files are of different "
    "models": "{file} 输出 {logits} 个 logit，而它的配置写着 {known} 个 token：这些文件属于不同的模型",
    "{file} cannot be used: {problem}": "{file} 无法使用：{problem}",
    "{file} cannot be read: {problem}": "{file} 无法读取：{problem}",
    "{file} has more than {size} MB": "{file} 超过 {size} MB",
    "there is no model file {path}": "没有模型文件 {path}",
    "the model needs {need} GB of memory with a context of {context} tokens, and {may} GB of {free} GB may be used": (
        "模型在 {context} token 的上下文下需要 {need} GB 内存，而 {free} GB 中可以使用 {may} GB"
    ),
    "there is not enough memory for {file}: {problem}": "内存不足以加载 {file}：{problem}",
    "ONNX Runtime cannot load {file}: {problem}": "ONNX Runtime 无法加载 {file}：{problem}",
    "ONNX Runtime cannot be loaded: {problem}": "无法加载 ONNX Runtime：{problem}",
    "ONNX Runtime could not compute a step: {problem}": "ONNX Runtime 计算失败：{problem}",
    "ONNX Runtime could not move keys and values: {problem}": "ONNX Runtime 无法移动键值缓存：{problem}",
    "no memory for keys and values": "没有存放键值缓存的内存",
    "no memory for keys and values on {device}: {problem}": "{device} 上没有存放键值缓存的内存：{problem}",
    "ONNX Runtime offers {names}": "ONNX Runtime 可用的计算设备：{names}",
    "LoRA adapters can be used with GGUF models alone": "LoRA 适配器只能用于 GGUF 模型",
    "the DRY sampler needs a GGUF model": "DRY 采样器需要 GGUF 模型",
    "the package tokenizers is not installed": "未安装软件包 tokenizers",
    "JSON schemas and grammars with ONNX models need the package llguidance": (
        "ONNX 模型使用 JSON schema 和语法时需要软件包 llguidance"
    ),
    "the grammar is not valid GBNF with a rule named root: {problem}": "语法不是含有 root 规则的有效 GBNF：{problem}",
    "{what} cannot be used: {problem}": "{what} 无法使用：{problem}",
    "the JSON schema cannot be used: {problem}": "无法使用该 JSON schema：{problem}",
    "the {engine} engine has no operation {operation}": "{engine} 引擎没有操作 {operation}",
    "Text models in ONNX, in 8 bits and whole, beside llama.cpp": "ONNX 文本模型：8 位与全精度，与 llama.cpp 对比",
}
