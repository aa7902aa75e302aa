"""The peer of reading: what rapidocr does by itself, in the fewest lines.

    python bare_rapidocr.py PICTURES.npz

Run as a script of its own; nothing of Myna is imported here, and nothing of Myna imports this. Its models are those
in its package, its settings are its own. Each line on standard input is answered by a line of JSON: the `seconds` that
all pictures took together, and the `texts` that it read.
"""

import json
import sys
import time

import numpy as np
from rapidocr import RapidOCR

engine = RapidOCR(params={"Global.log_level": "error"})
with np.load(sys.argv[1]) as file:
    # It takes arrays as OpenCV has them: blue first.
    pictures = [np.ascontiguousarray(file[name][:, :, ::-1]) for name in file.files if name != "said"]
for _ in sys.stdin:
    start = time.perf_counter()
    answers = [engine(picture) for picture in pictures]
    seconds = time.perf_counter() - start
    texts = [" ".join(answer.txts or ()) for answer in answers]
    print(json.dumps({"seconds": seconds, "texts": texts}), flush=True)
