"""The measurements of speech, for `myna bench speech`: each beside a peer that runs the same model files.

voices    sentences and answers spoken beside piper's own `PiperVoice.synthesize`
"""
