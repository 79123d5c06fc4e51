"""Fifteen things that go wrong in production, once each; LOKI_LOGGER_ROUNDS=100 repeats each a hundred times, with real
pauses, 50 reloads and 100 tasks in the first round, and 10,000 forks.

After every one: no call raised or blocked, every line is in exactly one place, and what could arrive arrived once.
"""

from __future__ import annotations

import collections
import functools
import io
import logging
import logging.config
import os
import socket
import sys
import tempfile
import threading
import time
import unittest
from typing import Callable
from unittest import mock

from fake_loki import Answer, FakeLoki, Push
from loki_logger import LokiHandler, LokiLogger
from programs import LONG, ROUNDS, finish, reserved_port, run, spawn

#: Programs that share the rounds of a test which mostly waits.
AT_ONCE = 10


def side_by_side(test: Callable[[AcceptanceTest], None]) -> Callable[[AcceptanceTest], None]:
    """Every tenth round of the long form runs ten at once, each in a program of its own."""
    @functools.wraps(test)
    def rounds(self: AcceptanceTest) -> None:
        if ROUNDS == 1:
            test(self)
        elif self.round_number % AT_ONCE == 0:
            name = f"test_acceptance.AcceptanceTest.{test.__name__}"
            programs = [spawn("-m", "unittest", name, LOKI_LOGGER_ROUNDS="1", LOKI_LOGGER_LONG="1")
                        for _ in range(min(AT_ONCE, ROUNDS - self.round_number))]
            for finished in [finish(program, 240) for program in programs]:
                self.assertEqual(0, finished.status, finished.err)
                self.assertIn("Ran 1 test", finished.err)
    return rounds


class AcceptanceTest(unittest.TestCase):
    round_number = 0

    def run(self, result: object = None) -> object:
        for self.round_number in range(ROUNDS - 1):
            failures = len(result.failures) + len(result.errors)  # type: ignore[attr-defined]
            super().run(result)  # type: ignore[arg-type]
            if len(result.failures) + len(result.errors) > failures:  # type: ignore[attr-defined]
                return result
        self.round_number = ROUNDS - 1
        return super().run(result)  # type: ignore[arg-type]

    def setUp(self) -> None:
        self.loki = FakeLoki()
        self.addCleanup(self.loki.stop)
        self.diagnostics = io.StringIO()
        diagnostics = mock.patch.object(sys, "__stderr__", self.diagnostics)
        diagnostics.start()
        self.addCleanup(diagnostics.stop)

    def logger(self, url: str = "", **settings: object) -> LokiLogger:
        quick = {"console": False, "batch_age": 0.05, "retry_first": 0.02, "retry_most": 0.1, "close_within": 1.0,
                 "connect_timeout": 30.0, "request_timeout": 60.0}
        logger = LokiLogger(url or self.loki.url, "shop", **{**quick, **settings})
        self.addCleanup(logger.close)
        return logger

    def balanced(self, logger: LokiLogger) -> dict:
        stats = logger.stats()
        self.assertEqual(stats["enqueued"], stats["sent"] + sum(stats["dropped"].values()) + stats["queued"], stats)
        return stats

    def arrived_once(self, expected: int) -> None:
        counts = collections.Counter(self.loki.messages())
        self.assertEqual({}, {message: n for message, n in counts.items() if n > 1})
        self.assertEqual(expected, len(counts))

    def test_p01_server_down_for_an_hour(self) -> None:
        lines = 500_000 if LONG else 150_000
        with reserved_port() as port:
            result = run(f"""
            import resource
            logger = LokiLogger(url, "shop", console=False, queue_bytes=16 << 20)
            def rss():
                return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()
            logger.info("first")
            before, full = rss(), 0
            for i in range({lines}):
                if i == {lines} // 2:
                    full = rss()
                logger.info("a line of the usual length, three hundred bytes with everything " * 3, model_id="m1", step=i)
                stats = i % 1000 or logger.stats()
                assert stats is not logger and (i % 1000 or stats["enqueued"] ==
                    stats["sent"] + sum(stats["dropped"].values()) + stats["queued"]), stats
            print(rss() - before, rss() - full, logger.stats()["queued_bytes"], logger.stats()["dropped"]["overflow"])
            os._exit(0)
            """, f"http://127.0.0.1:{port}", timeout=600)
        self.assertEqual(0, result.status, result.err)
        grown, grown_while_full, queued, dropped = map(int, result.out.split())
        self.assertLessEqual(queued, 16 << 20)
        self.assertLess(grown, (16 << 20) * 1.2)
        # The queue was full by then: how long it goes on does not matter. The interpreter takes memory by the megabyte and
        # may need one more; 32 bytes kept of each line would be more than two.
        self.assertLess(grown_while_full, 2 << 20)
        self.assertGreater(dropped, lines // 2)

    def test_p02_flapping_server(self) -> None:
        reserved = reserved_port()
        port = reserved.__enter__()
        self.addCleanup(reserved.__exit__, None, None, None)
        logger = self.logger(f"http://127.0.0.1:{port}", close_within=10.0)
        kept = []
        total = 0
        for _ in range(6):
            loki = FakeLoki(port=port)
            loki._kept_ids.update(*(other._kept_ids for other in kept))
            kept.append(loki)
            for i in range(200):
                logger.info(f"line {total + i}")
            total += 200
            self.assertTrue(loki.wait_for(lambda: bool(loki.lines)))
            loki.stop()
            for i in range(50):
                logger.info(f"line {total + i}")
            total += 50
        with FakeLoki(port=port) as loki:
            kept.append(loki)
            self.assertEqual(0, logger.flush(60))
        messages = [message for loki in kept for message in loki.messages()]
        self.assertEqual(sorted(f"line {i}" for i in range(total)), sorted(messages))
        self.assertEqual(total, self.balanced(logger)["sent"])

    @side_by_side
    def test_p03_too_many_requests(self) -> None:
        pause = 5.0 if LONG else 0.4
        self.loki.behaviour = lambda loki, push: (
            Answer(429, "slow down", {"Retry-After": str(pause)}) if len(loki.pushes) < 2 else Answer())
        logger = self.logger()
        for i in range(100):
            logger.info(f"line {i}")
        self.assertTrue(self.loki.wait_for_lines(100))
        times = [push.at for push in self.loki.pushes]
        self.assertGreaterEqual(times[1] - times[0], pause * 0.99)
        self.assertGreaterEqual(times[2] - times[1], pause * 0.99)
        self.assertEqual(1, len({push.batch_id for push in self.loki.pushes[:3]}))
        self.assertEqual(0, logger.flush())
        self.arrived_once(100)
        self.assertEqual(2, self.balanced(logger)["retried"])

    def test_p04_poison_line(self) -> None:
        def loki_answers(loki: FakeLoki, push: Push) -> Answer:
            bad = [line for line in push.lines if "poison" in line.text]
            loki.keep(push.batch_id, [line for line in push.lines if "poison" not in line.text])
            return Answer(400, f"entry for stream '{{}}' has timestamp too old: {len(bad)}", keep=False) if bad else Answer()

        def others_answer(_loki: FakeLoki, push: Push) -> Answer:
            return Answer(400, "no") if any("poison" in line.text for line in push.lines) else Answer()

        for behaviour in (loki_answers, others_answer):
            with self.subTest(behaviour.__name__), FakeLoki(behaviour) as self.loki:
                logger = self.logger()
                for i in range(1000):
                    logger.info("poison" if i == 617 else f"line {i}")
                self.assertEqual(0, logger.flush(60))
                self.arrived_once(999)
                stats = self.balanced(logger)
                self.assertEqual({"rejected": 1}, stats["dropped"])
                self.assertLess(len(self.loki.pushes), 40)

    @side_by_side
    def test_p05_slow_answers(self) -> None:
        logged, never = threading.Event(), threading.Event()
        slow = mock.Mock(wait=lambda _timeout: (logged.wait(30), never.wait(9.9 if LONG else 0.3)))
        self.loki.behaviour = lambda _loki, _push: Answer(wait=slow)
        logger = self.logger(batch_events=500)
        for i in range(1000):
            logger.info(f"line {i}")
        self.assertEqual([], self.loki.lines)  # no call waited for an answer: there was none yet
        logged.set()
        self.assertEqual(0, logger.flush(120))
        self.arrived_once(1000)
        self.assertEqual(0, self.balanced(logger)["retried"])

    def test_p06_killed_after_fork(self) -> None:
        result = run("""
            logger = LokiLogger(url, "shop", console=False, batch_age=0.05)
            logger.info("parent before")
            child = os.fork()
            if not child:
                logger.info("child flushed")
                assert logger.flush() == 0
                for i in range(1000):
                    logger.info("child unsent")
                os.kill(os.getpid(), signal.SIGKILL)
            os.waitpid(child, 0)
            logger.info("parent after")
            """, self.loki.url)
        self.assertEqual((0, ""), (result.status, result.err))
        counts = collections.Counter(self.loki.messages())
        self.assertEqual((1, 1, 1), (counts["parent before"], counts["child flushed"], counts["parent after"]))

    def test_p07_prefork_reload(self) -> None:
        reloads = (50 if self.round_number == 0 else 3) if LONG else 6
        result = run("""
            logger = LokiLogger(url, "shop", console=False)
            logger.info("master")
            def worker(name):
                signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
                for i in range(20):
                    logger.info(f"worker {name} request {i}")
                os.write(ready, b"x")
                assert signal.sigtimedwait({signal.SIGTERM}, 240)
                logger.info(f"worker {name} ends")
                sys.exit(0)
            for reload in range(int(sys.argv[2])):
                waits, ready = os.pipe()
                workers = []
                for number in range(3):
                    logger.info(f"master starts {reload}.{number}")
                    pid = os.fork()
                    if not pid:
                        worker(f"{reload}.{number}")
                    workers.append(pid)
                told = b""
                while len(told) < 3:
                    told += os.read(waits, 3)
                for pid in workers:
                    os.kill(pid, signal.SIGTERM)
                assert all(os.waitpid(pid, 0)[1] == 0 for pid in workers)
                os.close(waits), os.close(ready)
            """, self.loki.url, str(reloads), timeout=1200)
        self.assertEqual((0, ""), (result.status, result.err))
        self.arrived_once(1 + reloads * 3 * 22)

    def test_p08_one_task_for_each_child(self) -> None:
        tasks = 100 if LONG and self.round_number == 0 else 12
        result = run("""
            logger = LokiLogger(url, "shop", console=False)
            def task(number):
                logger.info(f"task {number}")
            with multiprocessing.get_context("fork").Pool(3, maxtasksperchild=1) as pool:
                pool.map(task, range(int(sys.argv[2])), chunksize=1)
                pool.close()
                pool.join()
            """, self.loki.url, str(tasks))
        self.assertEqual((0, ""), (result.status, result.err))
        self.arrived_once(tasks)

    def test_p09_exit_while_threads_log(self) -> None:
        result = run("""
            logger = LokiLogger(url, "shop", console=False)
            started = threading.Barrier(21)
            def log(name):
                for i in range(100):
                    logger.info(f"thread {name} line {i}")
                started.wait()
                while True:
                    logger.debug(f"thread {name} goes on")
                    time.sleep(0.001)
            for name in range(20):
                threading.Thread(target=log, args=(name,), daemon=True).start()
            started.wait()
            """, self.loki.url)
        self.assertEqual(0, result.status, result.err)
        self.assertLess(result.seconds, 60)  # what is logged meanwhile does not put off the end
        before = {line.message for line in self.loki.lines if line.labels["level"] == "INFO"}
        self.assertEqual(2000, len(before))

    def test_p10_no_recursion(self) -> None:
        self.loki.behaviour = lambda loki, _push: Answer(500 if len(loki.pushes) < 5 else 204)
        real = socket.socket.connect

        def chatty(sock: socket.socket, address: object) -> None:
            logging.getLogger("instrumentation").debug("connecting to %s", address)
            real(sock, address)

        handler = LokiHandler(self.loki.url, "shop", batch_age=0.02, retry_first=0.01)
        root = logging.getLogger()
        level = root.level
        root.setLevel(logging.DEBUG)
        root.addHandler(handler)
        try:
            with mock.patch.object(socket.socket, "connect", chatty):
                for i in range(50):
                    root.debug("line %d", i)
                handler.flush(60)
        finally:
            root.removeHandler(handler)
            root.setLevel(level)
            handler.close()
        self.arrived_once(50)
        self.assertEqual(50, handler.stats()["enqueued"])
        self.assertEqual(1, self.diagnostics.getvalue().count("trying again"))

    def test_p11_reconfigured_live(self) -> None:
        config = {
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"loki": {"class": "loki_logger.LokiHandler", "loki_url": self.loki.url, "service_name": "shop",
                                  "batch_age": 0.05}},
            "loggers": {"p11": {"handlers": ["loki"], "level": "INFO", "propagate": False}},
        }
        logger = logging.getLogger("p11")
        for round_number in range(10):
            logging.config.dictConfig(config)
            logger.addHandler(logger.handlers[0])  # a second time
            for i in range(20):
                logger.info("round %d line %d", round_number, i)
        handler = logger.handlers[0]
        logger.removeHandler(handler)
        handler.close()
        handler.close()
        self.arrived_once(200)
        deadline = time.monotonic() + 60
        while threads("loki-logger") and time.monotonic() < deadline:
            for thread in threads("loki-logger"):
                thread.join(0.1)
        self.assertEqual([], threads("loki-logger"))

    def test_p12_clock_goes_back(self) -> None:
        real = time.time_ns
        for back in (2_000_000_000, 3_600_000_000_000):
            with self.subTest(back=back), FakeLoki() as self.loki:
                logger = self.logger()
                logger.info("line 0")
                with mock.patch.object(time, "time_ns", lambda: real() - back):
                    for i in range(1, 100):
                        logger.info(f"line {i}")
                    self.assertEqual(0, logger.flush())
                ordered = sorted(self.loki.lines, key=lambda line: line.time)
                self.assertEqual([f"line {i}" for i in range(100)], [line.message for line in ordered])
                self.assertEqual(100, len({line.time for line in ordered}))

    def test_p13_spool_on_a_full_disk(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.loki.behaviour = lambda loki, _push: Answer(503 if len(loki.pushes) < 4 else 204)
            result = run("""
                import resource
                resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
                logger = LokiLogger(url, "shop", console=False, batch_age=0.05, retry_first=0.02, spool_dir=sys.argv[2])
                for i in range(500):
                    logger.info(f"line {i}")
                assert logger.flush(60) == 0
                stats = logger.stats()
                assert stats["sent"] == 500 and stats["spooled"] == 0, stats
                """, self.loki.url, folder)
        self.assertEqual(0, result.status, result.err)
        self.assertIn("cannot write the spool", result.err)
        self.arrived_once(500)

    def test_p14_ten_megabytes(self) -> None:
        logger = self.logger()
        logger.info("before")
        logger.info("x" * 10_000_000)
        logger.info("é\n\"" * 3_000_000)
        logger.info("after", big="y" * 5_000_000, deep=[["z" * 100_000] * 50] * 50)
        self.assertEqual(0, logger.flush(60))
        self.assertEqual(4, len(self.loki.lines))
        for line in self.loki.lines:
            self.assertLessEqual(len(line.text.encode()), 256 * 1024)
        self.assertIn("[cut, 10000000 characters]", self.loki.lines[1].message)
        self.assertEqual("after", self.loki.lines[3].message)
        self.assertTrue(all(push.unpacked <= 1 << 20 for push in self.loki.pushes))

    def test_p15_forks_while_the_lock_is_held(self) -> None:
        forks = max(10_000 // ROUNDS, 100) if LONG else 200
        result = run("""
            logger = LokiLogger(url, "shop", console=False, queue_events=1000)
            def log():
                while True:
                    logger.debug("busy")
            held = threading.Event()
            def hold():
                while True:
                    with logger.client._lock:
                        held.set()
                        time.sleep(0.0005)
                    time.sleep(0.0001)
            for target in (log, hold):
                threading.Thread(target=target, daemon=True).start()
            running = []
            def ends(pid):
                assert os.waitpid(pid, 0)[1] == 0, pid
            for number in range(int(sys.argv[2])):
                held.clear()
                held.wait(60)
                child = os.fork()
                if not child:
                    signal.alarm(120)
                    logger.info(f"child {number}")
                    left = logger.flush(60) if number % 20 == 0 else 0
                    os._exit(left != 0)
                running.append(child)
                if len(running) == 8:
                    ends(running.pop(0))
            for child in running:
                ends(child)
            os._exit(0)
            """, self.loki.url, str(forks), timeout=240 + forks)
        self.assertEqual(0, result.status, result.err)
        children = collections.Counter(line.message for line in self.loki.lines if line.labels["level"] == "INFO")
        for number in range(0, forks, 20):
            self.assertEqual(1, children[f"child {number}"])


def threads(name: str) -> list:
    return [thread for thread in threading.enumerate() if thread.name == name]


if __name__ == "__main__":
    unittest.main()
