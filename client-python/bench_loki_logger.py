"""Measures the logger: python3 bench_loki_logger.py

Bars: a call while nothing answers p99 <= 50 us and at most 1 ms, >= 150,000 calls a second on one thread, >= 60,000 lines
a second delivered to a server that throws them away, an end within 3.2 s while the server is away, and an outage that
stays within the queue's bound + 20 % of memory.
A machine that does other things stops every program now and then. So the calls take turns with a loop that only reads the
clock for as long, without a logger; what it sees is the machine's share. For the longest call Linux tells besides how much of
it the thread was ready and had no processor.
The server is a process of its own, so that it does not share the interpreter's lock.
"""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from typing import Iterator

from loki_logger import LokiLogger

LINE = "Deployed model to the production environment after all checks had passed"


@contextlib.contextmanager
def null_server() -> Iterator[str]:
    """The URL of a server in a child process that answers every request with 204 without looking at it."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    child = os.fork()
    if child:
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.close()
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        return
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = connection.makefile("rb")
        while True:
            length = -1
            for line in iter(stream.readline, b"\r\n"):
                if not line:
                    break
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if length < 0:
                break
            stream.read(length)
            connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")


def black_hole() -> str:
    """The URL of a port that accepts connections and never answers."""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    sock.listen(64)
    holes.append(sock)
    return f"http://127.0.0.1:{sock.getsockname()[1]}"


holes: list = []


def resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


class Watch:
    """Times of one action, and for the long ones how long the thread was kept from a processor meanwhile."""

    LONG = 200_000

    def __init__(self) -> None:
        self.times: list = []
        self.own = 0
        self._waited = self._wait()

    @staticmethod
    def _wait() -> int:
        with open("/proc/thread-self/schedstat") as file:
            return int(file.read().split()[1])

    def add(self, nanos: int) -> None:
        self.times.append(nanos)
        if nanos > self.LONG:
            waited = self._wait()
            self.own = max(self.own, nanos - (waited - self._waited))
            self._waited = waited

    def begin(self) -> None:
        self._waited = self._wait()

    def print(self, name: str) -> None:
        times, count = sorted(self.times), len(self.times)
        own = max(self.own, max(nanos for nanos in times if nanos <= self.LONG))
        print(f"{name}: p50 {times[count // 2] / 1000:.1f} us, p99 {times[count * 99 // 100] / 1000:.1f} us, "
              f"p99.9 {times[count * 999 // 1000] / 1000:.1f} us, max {times[-1] / 1000:.0f} us, "
              f"max without waiting for a processor {own / 1000:.0f} us")


def calls(collecting: bool) -> None:
    """An application logs a hundred lines and does something else for a millisecond, again and again.

    Garbage collection happens on whichever thread allocates, and takes as long as the whole program's objects need: it is
    measured apart.
    """
    called, control = Watch(), Watch()
    first, plain = [], []
    clock = time.perf_counter_ns
    for _ in range(20):
        logger = LokiLogger(black_hole(), "bench", console=False, queue_events=10_000_000, queue_bytes=1 << 32)
        began = clock()
        threading.Thread(target=list, daemon=True).start()
        plain.append(clock() - began)
        began = clock()
        logger.info("the first call starts a thread")
        first.append(clock() - began)
        gc.collect()
        if not collecting:
            gc.disable()
        called.begin()
        for number in range(5_000):
            began = clock()
            logger.info(LINE, model_id="model123", step=number, current_env="testing")
            called.add(clock() - began)
            if number % 100 == 0:
                time.sleep(0.001)
        gc.enable()
        logger.close(0)
        usual = statistics.median_low(called.times[-5_000:])
        control.begin()
        for number in range(5_000):
            began = clock()
            while clock() - began < usual:
                pass
            control.add(clock() - began)
            if number % 100 == 0:
                time.sleep(0.001)
    called.print("call, nothing answers" + (", with garbage collection" if collecting else ""))
    control.print("only the clock, as long")
    print(f"first call of a logger: median {statistics.median(first) / 1000:.0f} us; "
          f"starting an empty thread: {statistics.median(plain) / 1000:.0f} us")


def enqueues() -> None:
    rates, cpu = [], []
    for _ in range(7):
        logger = LokiLogger(black_hole(), "bench", console=False, queue_events=10_000_000, queue_bytes=1 << 32)
        logger.info("first")
        wall, spent = time.perf_counter(), time.thread_time()
        for number in range(50_000):
            logger.info(LINE, model_id="model123", step=number, current_env="testing")
        rates.append(50_000 / (time.perf_counter() - wall))
        cpu.append(50_000 / (time.thread_time() - spent))
        logger.close(0)
    print(f"enqueue, one thread: {statistics.median(rates):,.0f}/s by the clock, {statistics.median(cpu):,.0f}/s by CPU time "
          f"(best {max(rates):,.0f}/s)")


def delivery() -> None:
    rates, cpu = [], []
    with null_server() as url:
        for _ in range(5):
            logger = LokiLogger(url, "bench", console=False)
            wall, spent = time.perf_counter(), time.process_time()
            sent = 0
            while sent < 100_000:  # a thread that is far ahead waits, as one that does other things would
                for number in range(20_000):
                    logger.info(LINE, model_id="model123", step=number, current_env="testing")
                sent += 20_000
                logger.flush(60)
            rates.append(sent / (time.perf_counter() - wall))
            cpu.append(sent / (time.process_time() - spent))
            assert logger.stats()["sent"] == sent, logger.stats()
            logger.close()
    print(f"delivered, from call to answer: {statistics.median(rates):,.0f} lines/s by the clock, "
          f"{statistics.median(cpu):,.0f} lines/s of CPU time (best {max(rates):,.0f} lines/s)")


def outage(lines: int) -> None:
    bound = 32 << 20
    logger = LokiLogger(black_hole(), "bench", console=False)
    logger.info("first")
    before = resident()
    most = 0
    for number in range(lines):
        logger.info(LINE, model_id="model123", step=number, current_env="testing")
        if number % 10_000 == 0:
            most = max(most, resident() - before)
    stats = logger.stats()
    assert stats["enqueued"] == stats["sent"] + sum(stats["dropped"].values()) + stats["queued"] == lines + 1, stats
    print(f"outage of {lines:,} lines: memory grew by {most / 2**20:.1f} MiB, bound {bound / 2**20:.0f} MiB; "
          f"{stats['queued']:,} lines kept, {sum(stats['dropped'].values()):,} dropped")
    logger.close(0)


END = """
import sys, time
from loki_logger import LokiLogger
logger = LokiLogger("http://127.0.0.1:9", "bench", console=False)
for number in range(10_000):
    logger.info("line", number=number)
print(time.time(), flush=True)
"""


def leave() -> None:
    """From the last statement of a program to the end of its process, with 10,000 lines queued and the server away."""
    for _ in range(3):
        ended = subprocess.run([sys.executable, "-c", END], cwd=os.path.dirname(os.path.abspath(__file__)), text=True,
                               capture_output=True)
        print(f"exit, server away: {time.time() - float(ended.stdout):.2f} s; {ended.stderr.splitlines()[-1]}")


if __name__ == "__main__":
    print(f"Python {sys.version.split()[0]}")
    calls(False)
    calls(True)
    enqueues()
    delivery()
    leave()
    outage(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000)
