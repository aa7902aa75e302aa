"""Text to speech."""

from __future__ import annotations

VOICES: dict[str, str] = {
    "Speak a text, aloud or into a WAV file": "朗读文字，直接播放或存成 WAV 文件",
    "Speak a text, aloud or into a WAV file. TEXT may be - for standard input.": (
        "朗读文字，直接播放或存成 WAV 文件。TEXT 可以是 -，表示标准输入。"
    ),
    "Write a WAV file; - is standard output.": "写成 WAV 文件；- 表示标准输出。",
    "A voice of the catalog, the path of one, or espeak-ng.": "目录中的语音、语音文件的路径，或 espeak-ng。",
    "The language of the text where its letters do not tell.": "文字的语言，用于从字符看不出语言的时候。",
    "1 is the voice's own, 2 twice as fast.": "1 是语音本来的语速，2 是两倍速。",
    "1 is the voice's own.": "1 是语音本来的音量。",
    "A speaker of a voice that has several.": "有多个说话人的语音中的一个。",
    "Speaking …": "正在朗读……",
    "A part was left out: {why}": "有一部分没有读出：{why}",
    "Speech to text beside faster-whisper, and voices beside piper": (
        "语音识别，对照 faster-whisper；语音合成，对照 piper"
    ),
    "the text": "文字",
    "the text is empty": "文字为空",
    "give words; emoji and punctuation make no sound": "请给出文字；表情和标点没有声音",
    "give another file, in a folder that may be written": "请换一个文件，所在文件夹须可写入",
    "there is nothing to say in this text": "这段文字里没有可以读出的内容",
    "--json and --output - both write to standard output": "--json 和 --output - 都会写到标准输出",
    "sound is not written to a terminal": "不会把声音写到终端",
    "standard output cannot be written: {problem}": "无法写入标准输出：{problem}",
    "there is no room left to write standard output": "没有空间写入标准输出",
    "a WAV file cannot be longer than 4 GB": "WAV 文件不能超过 4 GB",
    "give the text in parts": "请把文字分成几部分",
    # Voices.
    "error: unsayable": "语音不会读",
    "no voice for {language} is installed": "没有安装{language}的语音",
    "the voice {voice} cannot say {language}": "语音 {voice} 不会读{language}",
    "the voice {voice} has only one speaker": "语音 {voice} 只有一个说话人",
    "the voice {voice} has no speaker {speaker}": "语音 {voice} 没有说话人 {speaker}",
    "there are {speakers}": "有 {speakers}",
    "a speed of {speed} is not between {slowest} and {fastest}": "语速 {speed} 不在 {slowest} 和 {fastest} 之间",
    "a volume of {volume} is not between 0 and {loudest}": "音量 {volume} 不在 0 和 {loudest} 之间",
    "{voice} is no ONNX file": "{voice} 不是 ONNX 文件",
    "{voice} is no Piper voice: it takes {inputs}": "{voice} 不是 Piper 语音：它的输入是 {inputs}",
    "{file}, the configuration of the voice, cannot be read: {problem}": "无法读取语音的配置 {file}：{problem}",
    "a Piper voice is two files: NAME.onnx and NAME.onnx.json": "Piper 语音由两个文件组成：NAME.onnx 和 NAME.onnx.json",
    "{file} is larger than {limit} bytes": "{file} 超过 {limit} 字节",
    "{file} is no configuration of a Piper voice: {problem}": "{file} 不是 Piper 语音的配置：{problem}",
    "{file} asks for the phonemizer {kind}; {known} are supported": "{file} 需要音素转换器 {kind}；支持的是 {known}",
    "{file} numbers a phoneme {number}, and the voice has {count}": (
        "{file} 中有音素编号 {number}，而语音只有 {count} 个"
    ),
    "{file} numbers a speaker {number}, and the voice has {count}": (
        "{file} 中有说话人编号 {number}，而语音只有 {count} 个"
    ),
    "{path} cannot be written: that is no file name": "无法写入 {path}：这不是文件名",
    "{file} lacks the phoneme {phoneme}": "{file} 缺少音素 {phoneme}",
    # espeak-ng.
    "this is no sound of 16-bit samples": "这不是 16 位采样的声音",
    "encoding needs {package}": "编码需要 {package}",
    "the sound could not be encoded: {reason}": "无法编码声音：{reason}",
    "the program espeak-ng is not installed": "没有安装程序 espeak-ng",
    "{program} does not run: {problem}": "{program} 无法运行：{problem}",
    "{program} has no voices": "{program} 没有语音",
    "espeak-ng has no voice for the language {language}": "espeak-ng 没有语言 {language} 的语音",
    "espeak-ng made no sound": "espeak-ng 没有发出声音",
    "espeak-ng has no pipes": "espeak-ng 没有管道",
    # Languages.
    "English": "英语",
    "Chinese": "中文",
    "Japanese": "日语",
    "Korean": "韩语",
    "Russian": "俄语",
    "Greek": "希腊语",
    "Hebrew": "希伯来语",
    "Arabic": "阿拉伯语",
    "Hindi": "印地语",
    "German": "德语",
    "Spanish": "西班牙语",
    "French": "法语",
    "Italian": "意大利语",
}
