"""The peer of `start`, `load` and `memory`: what llama-cpp-python does by itself, in the fewest lines.

    python bare.py MODEL THREADS CONTEXT                     load the model and say so
    python bare.py MODEL THREADS CONTEXT SYSTEM QUESTION N   answer with at most N tokens, greedily

Run as a script of its own; nothing of Myna is imported here, and nothing of Myna imports this.
A NUL byte on standard output says that it is done; then it stays until standard input ends.
"""

import sys

from llama_cpp import Llama

path, threads, context, *rest = sys.argv[1:]
model = Llama(path, n_ctx=int(context), n_threads=int(threads), n_threads_batch=int(threads), verbose=False)
if rest:
    system, question, limit = rest
    stream = model.create_chat_completion(
        [{"role": "system", "content": system}, {"role": "user", "content": question}],
        stream=True,
        temperature=0,
        max_tokens=int(limit),
    )
    for piece in stream:
        print(piece["choices"][0]["delta"].get("content") or "", end="", flush=True)
print("\0", end="", flush=True)
sys.stdin.read()
