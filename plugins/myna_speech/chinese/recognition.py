"""Speech to text."""

from __future__ import annotations

RECOGNITION: dict[str, str] = {
    "Turn the speech in a sound file into text": "把声音文件里的话转成文字",
    "Turn the speech in a sound file into text. FILE may be - for standard input.": (
        "把声音文件里的话转成文字。FILE 可以是 -，表示标准输入。"
    ),
    "The language that is spoken, for example en or zh.": "说的是什么语言，例如 en 或 zh。",
    "What is printed; text if nothing is said.": "输出的形式；不写时为 text。",
    "Times for single words, in json and vtt.": "给出每个词的时间，用于 json 和 vtt。",
    "A name of the catalog, or the path of a model file.": "目录中的名称，或模型文件的路径。",
    "listening": "正在听",
    "no speech: {reason}": "没有语音：{reason}",
    "there is no sound in it": "里面没有声音",
    "it is silent": "里面是静音",
    "nobody speaks in it": "里面没有人说话",
    "what is in it is hardly speech": "里面的声音不像是说话",
    "nothing in it can be understood": "里面的话无法听懂",
    "--json and --format {form} ask for two things": "--json 和 --format {form} 要求的是两种形式",
    "{form} has no place for the times of words": "{form} 无法写出词的时间",
    "--format json or --format vtt": "--format json 或 --format vtt",
    "there is no file {file}": "没有文件 {file}",
    "{file} is a folder": "{file} 是一个文件夹",
    "the transcript has no end": "转写没有结尾",
    "no model for speech to text is installed": "没有安装语音转文字的模型",
    "no model for speech to text that knows the language {names} is installed": (
        "没有安装懂 {names} 这种语言的语音转文字模型"
    ),
    "the model {name} does not know the language {names}": "模型 {name} 不懂 {names} 这种语言",
    "the model for voice activity is not installed": "没有安装语音活动检测模型",
    "the model for turn end is not installed": "没有安装话轮结束检测模型",
    "{count} bytes are no whole number of 16-bit samples": "{count} 字节不是 16 位采样的整数倍",
    "{name} cannot be read: {reason}": "无法读取 {name}：{reason}",
    "{name} is no file": "{name} 不是文件",
    "WAV, FLAC, MP3, OGG, M4A and most other sound is read": "可读取 WAV、FLAC、MP3、OGG、M4A 及多数其他声音",
    "{name} is empty": "{name} 是空的",
    "{name} is no sound file": "{name} 不是声音文件",
    "{name} holds no sound": "{name} 里没有声音",
    "{name} holds no sound that can be decoded": "{name} 里没有可以解码的声音",
    "{name} has {rate} samples a second": "{name} 每秒有 {rate} 个采样",
    "{name} has {channels} channels": "{name} 有 {channels} 个声道",
    "sound files need {module}, which is not installed": "读取声音文件需要 {module}，但它没有安装",
    "{folder} has no tokenizer.json beside its model": "{folder} 里模型旁边没有 tokenizer.json",
    "{path} is no tokenizer: {reason}": "{path} 不是分词器：{reason}",
    "the tokenizer lacks {token}: it is none of Whisper's": "分词器缺少 {token}：它不是 Whisper 的",
    "{path} is no Silero voice activity model: it takes {inputs}": (
        "{path} 不是 Silero 语音活动检测模型：它的输入是 {inputs}"
    ),
    "{path} is no Smart Turn model: it takes {inputs}": "{path} 不是 Smart Turn 模型：它的输入是 {inputs}",
    "{name} has no model files": "{name} 没有模型文件",
    "Speech to text beside faster-whisper, and voices beside piper": (
        "语音转文字与 faster-whisper 对比，语音合成与 piper 对比"
    ),
    "{name} is no wake-word model: it takes {taken}": "{name} 不是唤醒词模型：它的输入是 {taken}",
    "{name} is a model of openWakeWord, and {file} is not beside it": (
        "{name} 是 openWakeWord 的模型，但它旁边没有 {file}"
    ),
    "myna models pull openwakeword-hey-jarvis brings both of openWakeWord's models for features": (
        "myna models pull openwakeword-hey-jarvis 会带来 openWakeWord 的两个特征模型"
    ),
    "a model of openWakeWord, or of sound at 16 kHz; see docs/speech.md": (
        "应为 openWakeWord 的模型，或以 16 kHz 声音为输入的模型；见 docs/speech.md"
    ),
}
