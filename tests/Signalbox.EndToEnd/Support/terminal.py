"""Runs a command in a terminal of its own, in which it is the foreground process group. SIGINT here types Ctrl-C there. Ends with the command's exit code."""

import os
import pty
import signal
import sys

child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])

signal.signal(signal.SIGINT, lambda *_: os.write(terminal, b"\x03"))
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:
        # EIO: nobody has the other side open any more.
        break
    if not data:
        break
    sys.stdout.buffer.write(data)
    sys.stdout.flush()

_, status = os.waitpid(child, 0)
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)
