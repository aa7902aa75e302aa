"""Makes the small vision-language model of the end-to-end tests, from the easy-vqa package's pictures and questions.

It runs in an environment of its own; README.md here says how, and what came out. Myna itself needs none of it.
"""
