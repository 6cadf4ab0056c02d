"""Start one program and print, as JSON, its seconds, peak memory in KiB and exit status.

python -I -S launch.py LIMIT OUT ERR COMMAND...

Linux counts the memory of the process that starts a program into the program's own peak. This one
imports next to nothing, so that it never shows in a figure.
"""

import os
import signal
import sys
import time


def main(limit: int, out: str, err: str, command: list[str]) -> None:
    """Run the command with its output in files; kill it after `limit` whole seconds."""
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        for number, path in ((1, out), (2, err)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        os.execv(command[0], command)  # noqa: S606  # our own programs, with fixed arguments
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(limit)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - started
    print(f'{{"seconds": {seconds}, "kibibytes": {usage.ru_maxrss}, "status": {os.waitstatus_to_exitcode(status)}}}')


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:])
