"""The peer of recognition: what faster-whisper does by itself, in the fewest lines.

    python bare_whisper.py MODEL_FOLDER CLIPS.npz THREADS

Run as a script of its own; nothing of Myna is imported here, and nothing of Myna imports this. Each line on
standard input, `clips` or the path of a sound file, is answered by a line of JSON: `seconds` that it took, and `texts`.
"""

import json
import sys
import time

import numpy as np
from faster_whisper import WhisperModel

folder, clips, threads = sys.argv[1:]
model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=int(threads))
with np.load(clips) as file:
    sounds = {name: file[name].astype(np.float32) / 32768 for name in file.files}
for line in sys.stdin:
    wanted = line.strip()
    given = sounds if wanted == "clips" else {wanted: wanted}
    # A long file is given what makes it faster: the pauses are cut out.
    options = {"vad_filter": True} if wanted != "clips" else {}
    texts = {}
    start = time.perf_counter()
    for name, sound in given.items():
        segments, _ = model.transcribe(sound, language="en", beam_size=1, **options)
        texts[name] = " ".join(segment.text.strip() for segment in segments)
    print(json.dumps({"seconds": time.perf_counter() - start, "texts": texts}), flush=True)
