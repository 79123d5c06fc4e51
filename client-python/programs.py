"""Small programs that tests run as processes of their own, and how often tests repeat themselves."""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import sys
import textwrap
import time
from typing import Callable, Iterator, NamedTuple

HERE = pathlib.Path(__file__).resolve().parent

#: The long form: LOKI_LOGGER_ROUNDS=100 python3 -W error -m unittest test_acceptance
ROUNDS = int(os.environ.get("LOKI_LOGGER_ROUNDS", "1"))
LONG = ROUNDS > 1 or "LOKI_LOGGER_LONG" in os.environ

PRELUDE = """
import multiprocessing, os, signal, sys, threading, time
from loki_logger import LokiHandler, LokiLogger
url = sys.argv[1]
"""


def fastest(enough: float, measure: Callable[[], float]) -> float:
    """A busy machine makes a measured time longer, never shorter: of up to ten tries the first that is short enough, else
    the shortest. Tests stop at the time a quiet machine needs and assert one that only a fault can reach."""
    best = measure()
    for _ in range(9):
        if best <= enough:
            break
        best = min(best, measure())
    return best


@contextlib.contextmanager
def reserved_port() -> Iterator[int]:
    """A port that refuses connections and that nobody else is given, until a server of this process listens on it."""
    with socket.socket() as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


class Finished(NamedTuple):
    status: int
    out: str
    err: str
    seconds: float


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    """Starts a program given as text, which finds the server's URL in `url`."""
    return spawn("-c", PRELUDE + textwrap.dedent(program), *arguments)


def run(program: str, *arguments: str, timeout: float = 240) -> Finished:
    """Runs a program given as text to its end."""
    return finish(start(program, *arguments), timeout)


def run_file(script: pathlib.Path, *arguments: str, timeout: float = 240, **environment: str) -> Finished:
    """Runs a program in a file to its end."""
    return finish(spawn(str(script), *arguments, **environment), timeout)


def spawn(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Starts Python. On a busy machine three seconds may not be enough for the end of a program; tests about that time
    set it themselves."""
    environment.setdefault("LOKI_CLOSE_WITHIN", "60s")
    return subprocess.Popen([sys.executable, "-W", "error", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env={**os.environ, "PYTHONPATH": str(HERE), **environment}, text=True, start_new_session=True)


def finish(process: subprocess.Popen[str], timeout: float) -> Finished:
    """Waits for a program; one that hangs is killed with all its children, and the TimeoutError has what it said."""
    began = time.monotonic()
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        raise TimeoutError(f"the program did not end in {timeout} s:\n{out}\n{err}") from None
    return Finished(process.returncode, out, err, time.monotonic() - began)
