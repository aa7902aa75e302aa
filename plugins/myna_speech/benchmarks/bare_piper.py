"""The peer of voices: what piper does by itself, in the fewest lines.

    python bare_piper.py MODEL CONFIG THREADS

Run as a script of its own; nothing of Myna is imported here, and nothing of Myna imports this. Each line on standard
input, a list of texts as JSON, is answered by a line of JSON: for each text the seconds until its first sound and
until its last (`first`, `last`), and its seconds of sound (`sound`).
"""

import json
import sys
import time

import onnxruntime
from piper.voice import PiperVoice

model, config, threads = sys.argv[1:]
voice = PiperVoice.load(model, config)
# `load` takes no number of threads.
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = int(threads)
voice.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
for line in sys.stdin:
    answers = []
    for text in json.loads(line):
        start = time.perf_counter()
        first, samples, rate = 0.0, 0, 1
        for chunk in voice.synthesize(text):
            first = first or time.perf_counter() - start
            samples, rate = samples + len(chunk.audio_int16_bytes) // 2, chunk.sample_rate
        answers.append({"first": first, "last": time.perf_counter() - start, "sound": samples / rate})
    print(json.dumps(answers), flush=True)
