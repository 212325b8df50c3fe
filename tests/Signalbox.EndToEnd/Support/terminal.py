"""
terminal.py [--answer TEXT] COMMAND...

Runs a command in a terminal of its own, in which it is the foreground process group. SIGINT here types Ctrl-C there; with --answer, TEXT and the return key are
typed once the command asks a question, which ends in "] ". Ends with the command's exit code.
"""

import os
import pty
import signal
import sys

command = sys.argv[1:]
answer = None
if command[0] == "--answer":
    answer, command = command[1], command[2:]

child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)

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
    if answer is not None and data.endswith(b"] "):
        os.write(terminal, answer.encode() + b"\n")
        answer = None

_, status = os.waitpid(child, 0)
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)
