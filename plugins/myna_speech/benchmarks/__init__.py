"""The measurements of speech, for `myna bench speech`: each beside a peer that runs the same model files.

recognition    short clips, their word errors, and a long file, beside faster-whisper's own `transcribe`
voices         sentences and answers spoken beside piper's own `PiperVoice.synthesize`
"""
