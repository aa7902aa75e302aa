"""Text in pictures: found, turned upright, read and put in reading order, with the models of PP-OCR.

reader.py          the way from a picture to its lines
detection.py       where text is: a probability for each pixel
regions.py         from these probabilities to rectangles
recognition.py     what a line says
directions.py      which way up a line is
reading_order.py   which line comes after which
"""
