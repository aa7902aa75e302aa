"""Simplified Chinese for conversations by voice."""

from __future__ import annotations

SESSION: dict[str, str] = {
    "Talk by voice": "语音对话",
    "Talk by voice. Speak, and interrupt an answer by speaking; Ctrl-C ends.": (
        "语音对话。直接说话即可，回答时也可以插话；按 Ctrl-C 结束。"
    ),
    "Example: myna talk --input question.wav --output answer.wav": (
        "示例：myna talk --input question.wav --output answer.wav"
    ),
    "Listen to a file instead of the microphone.": "听文件而不是麦克风。",
    "Speak into a file instead of the loudspeaker.": "把回答写入文件而不是用扬声器播放。",
    "Always, after the wake phrase, or while Enter was pressed once and not twice.": (
        "一直听、听到唤醒词后听，或按一次回车开始听、再按一次结束。"
    ),
    "The voice that answers.": "回答所用的声音。",
    "Speak and listen": "语音对话",
    "the answer would overwrite the question": "回答会覆盖提问的文件",
    "--output with another file": "用 --output 指定另一个文件",
    "The models are being loaded …": "正在加载模型……",
    "Interrupted.": "已打断。",
    "{name} is gone; waiting for it.": "{name} 已断开，正在等待它恢复。",
    "{name} is there again.": "{name} 已恢复。",
    "Yes?": "我在。",
    "Listening. Ctrl-C ends.": "正在听。按 Ctrl-C 结束。",
    "Back to typing.": "回到打字。",
    "AFTER THE END OF SPEECH": "说完之后",
    "TURNS": "轮次",
    "MEDIAN": "中位数",
    "95 %": "95%",
    "MOST": "最大",
    "end of turn decided": "判定说完",
    "transcript": "转写",
    "first token": "首个 token",
    "first sentence": "第一句",
    "first audio written": "首段声音写出",
    "first audio played": "首段声音播出",
    "voice transcript": "说完到转写",
    "voice first token": "说完到首个 token",
    "voice audio played": "说完到出声",
    "A spoken question, answered aloud": "语音提问，语音回答",
    "the spoken question was not understood": "没有听懂语音提问",
}
