"""The measurements of vision, for `myna bench vision`: each beside a peer that runs the same model files.

reading    pages drawn in several fonts, sizes and directions, beside rapidocr's own call: time, characters read right
"""
