"""Small programs that tests run as processes of their own, and how often tests repeat themselves."""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import sys
import textwrap
import time
from typing import NamedTuple

HERE = pathlib.Path(__file__).resolve().parent

#: The long form: LOKI_LOGGER_ROUNDS=100 python3 -W error -m unittest test_acceptance
ROUNDS = int(os.environ.get("LOKI_LOGGER_ROUNDS", "1"))
LONG = ROUNDS > 1

PRELUDE = """
import multiprocessing, os, signal, sys, threading, time
from loki_logger import LokiHandler, LokiLogger
url = sys.argv[1]
"""


class Finished(NamedTuple):
    status: int
    out: str
    err: str
    seconds: float


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    """Starts a program given as text, which finds the server's URL in `url`."""
    return spawn("-c", PRELUDE + textwrap.dedent(program), *arguments)


def run(program: str, *arguments: str, timeout: float = 60) -> Finished:
    """Runs a program given as text to its end."""
    return finish(start(program, *arguments), timeout)


def run_file(script: pathlib.Path, *arguments: str, timeout: float = 60, **environment: str) -> Finished:
    """Runs a program in a file to its end."""
    return finish(spawn(str(script), *arguments, **environment), timeout)


def spawn(*arguments: str, **environment: str) -> subprocess.Popen[str]:
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
