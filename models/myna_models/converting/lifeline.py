"""`python lifeline.py COMMAND...`: runs a command that ends when whoever started it does, however that ends.

Its standard input is a pipe that nobody writes to: the end of it is the end of the other side.
"""

import os
import signal
import subprocess
import sys
import threading


def _end_with_the_other_side(process: "subprocess.Popen[bytes]") -> None:
    while os.read(0, 4096):
        pass
    if sys.platform == "win32":
        process.kill()
        os._exit(1)
    # The whole group, which begins with this process: pip and compilers start others.
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    if hasattr(os, "nice"):
        # What a person waits for elsewhere goes first; 10 is nice's own default.
        os.nice(10)
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    threading.Thread(target=_end_with_the_other_side, args=(child,), daemon=True).start()
    status = child.wait()
    os._exit(status if status >= 0 else 128 - status)
