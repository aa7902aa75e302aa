"""Simplified Chinese for microphones, loudspeakers and files in their place."""

from __future__ import annotations

DEVICES: dict[str, str] = {
    # choosing one
    "there is no microphone": "没有麦克风",
    "there is no loudspeaker": "没有扬声器",
    "there is no microphone called {name}; there are: {names}": "没有名为 {name} 的麦克风；现有：{names}",
    "there is no loudspeaker called {name}; there are: {names}": "没有名为 {name} 的扬声器；现有：{names}",
    "{name} fits several microphones: {names}": "有多个麦克风符合 {name}：{names}",
    "{name} fits several loudspeakers: {names}": "有多个扬声器符合 {name}：{names}",
    # opening it
    "{name} cannot be opened: {reason}": "无法打开 {name}：{reason}",
    "is it in use, or not allowed? myna doctor": "是否正被占用，或没有权限？myna doctor",
    "sound devices cannot be used: sounddevice is not installed": "无法使用声音设备：没有安装 sounddevice",
    "the library PortAudio is not installed": "没有安装 PortAudio 库",
    "sudo usermod --append --groups audio $USER, then log in again": (
        "sudo usermod --append --groups audio $USER，然后重新登录"
    ),
    "plug one in, or start the sound server": "请接上设备，或启动声音服务",
    # sound itself
    "sound cannot be resampled: soxr is not installed": "无法转换采样率：没有安装 soxr",
    "echo cannot be cancelled: livekit is not installed": "无法消除回声：没有安装 livekit",
    # files
    "cannot read {path}: {reason}": "无法读取 {path}：{reason}",
    "cannot use {path}: {reason}": "无法使用 {path}：{reason}",
    "it is empty": "文件是空的",
    "it is no WAV file": "它不是 WAV 文件",
    "it does not say what its samples are": "它没有说明采样的格式",
    "it holds no samples": "它不含采样",
    "it ends too early": "它过早结束",
    "its format ({kind}, {bits} bits) is not known": "它的格式（{kind}，{bits} 位）未知",
    "it has {count} channels": "它有 {count} 个声道",
    "it has {count} samples a second": "它的采样率是 {count} Hz",
    "a WAV file is needed, with PCM, float, A-law or mu-law samples": "需要 WAV 文件，采样为 PCM、浮点、A 律或 μ 律",
    "{path} cannot be written: {reason}": "无法写入 {path}：{reason}",
    # doctor
    "the microphone is {name} ({rate} Hz)": "麦克风是 {name}（{rate} Hz）",
    "the loudspeaker is {name} ({rate} Hz)": "扬声器是 {name}（{rate} Hz）",
    "other microphones: {names}": "其他麦克风：{names}",
    "other loudspeakers: {names}": "其他扬声器：{names}",
    "Myna may hear itself: speech.echo is off": "Myna 可能会听到自己的声音：speech.echo 已关闭",
    "Myna's own voice is taken out of what it hears": "Myna 会从听到的声音中去掉自己的声音",
    "Myna is deaf while it speaks, and cannot be interrupted": "Myna 说话时听不到，也不能被打断",
}
