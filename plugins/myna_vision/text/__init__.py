"""Text in pictures: found, turned upright, read and put in reading order, with the models of PP-OCR.

reader.py          the way from a picture to its lines
content.py         what part of a picture is worth looking at
detection.py       where text is, with a closer look at fine print (closer.py)
regions.py         from the detector's probabilities to rectangles (components.py, rectangles.py)
sampling.py        lines cut out and laid straight, as tensors.py hands them to the models
directions.py      which way up a line is, and orientation.py: which way the picture is read
recognition.py     what a line says (long_lines.py, ctc.py)
reading_order.py   which line comes after which
"""
