"""Ends and forks of processes: what was logged arrives once, and nothing hangs."""

from __future__ import annotations

import collections
import pathlib
import re
import signal
import socket
import tempfile
import textwrap
import unittest

from fake_loki import Answer, FakeLoki
from programs import run, run_file, start


class ProcessTest(unittest.TestCase):
    def setUp(self) -> None:
        self.loki = FakeLoki()
        self.addCleanup(self.loki.stop)

    def arrived_once(self, expected: int) -> None:
        counts = collections.Counter(self.loki.messages())
        self.assertEqual({}, {message: n for message, n in counts.items() if n > 1})
        self.assertEqual(expected, len(counts))

    def test_exit_with_ten_thousand_lines(self) -> None:
        result = run("""
            logger = LokiLogger(url, "cron", console=False, batch_age=60)
            for i in range(10_000):
                logger.info(f"line {i}")
            """, self.loki.url)
        self.assertEqual((0, "", ""), (result.status, result.out, result.err))
        self.arrived_once(10_000)

    def test_exit_with_the_server_down(self) -> None:
        with socket.socket() as refusing:
            refusing.bind(("127.0.0.1", 0))
            stalled = socket.socket()
            self.addCleanup(stalled.close)
            stalled.bind(("127.0.0.1", 0))
            stalled.listen()
            for name, sock in (("refused", refusing), ("stalled", stalled)):
                with self.subTest(name):
                    result = run("""
                        import atexit
                        logger = LokiLogger(url, "cron", console=False, close_within=3.0)
                        for i in range(10_000):
                            logger.info(f"line {i}")
                        began = time.monotonic()
                        import loki_logger
                        atexit.unregister(loki_logger._finish_all)
                        def leave():
                            loki_logger._finish_all()
                            print(time.monotonic() - began)
                        atexit.register(leave)
                        """, f"http://127.0.0.1:{sock.getsockname()[1]}")
                    self.assertEqual(0, result.status, result.err)
                    self.assertIn("lost 10000 lines of cron", result.err)
                    # A request may take ten seconds, a pause thirty. The benchmark measures 3.2 s on a quiet machine.
                    self.assertGreater(float(result.out), 2.6)
                    self.assertLess(float(result.out), 8)

    def test_exit_by_exception_and_by_sys_exit(self) -> None:
        for ending, status in (("raise RuntimeError('boom')", 1), ("sys.exit(7)", 7)):
            result = run(f"""
                logger = LokiLogger(url, "cron", console=False)
                logger.info({ending!r})
                {ending}
                """, self.loki.url)
            self.assertEqual(status, result.status)
        self.arrived_once(2)

    def test_first_line_logged_while_the_interpreter_ends(self) -> None:
        result = run("""
            import atexit
            logger = LokiLogger(url, "cron", console=False)
            atexit.register(lambda: logger.info("at exit"))
            """, self.loki.url)
        self.assertEqual((0, ""), (result.status, result.err))
        self.arrived_once(1)

    def test_several_clients_share_the_deadline(self) -> None:
        with socket.socket() as refusing:
            refusing.bind(("127.0.0.1", 0))
            result = run("""
                import atexit, loki_logger
                loggers = [LokiLogger(url, f"cron{i}", console=False, close_within=1.0) for i in range(6)]
                for logger in loggers:
                    logger.info("line")
                atexit.unregister(loki_logger._finish_all)
                began = time.monotonic()
                atexit.register(lambda: print(time.monotonic() - began))
                atexit.register(loki_logger._finish_all)
                """, f"http://127.0.0.1:{refusing.getsockname()[1]}")
        self.assertEqual(6, len(re.findall("lost 1 lines of cron", result.err)), result.err)
        self.assertLess(float(result.out), 5)  # one after the other they would take six

    def test_multiprocessing(self) -> None:
        program = textwrap.dedent("""
            import logging, multiprocessing, sys
            from loki_logger import LokiHandler, LokiLogger
            logger = LokiLogger(service_name="workers", console=False)
            log = logging.getLogger("work")
            log.addHandler(LokiHandler(service_name="workers"))
            def work(name):
                for i in range(50):
                    logger.info(f"worker {name} line {i}")
                    log.warning("worker %s record %d", name, i)
            if __name__ == "__main__":
                logger.info("parent before")
                context = multiprocessing.get_context(sys.argv[1])
                workers = [context.Process(target=work, args=(n,)) for n in range(3)]
                for worker in workers:
                    worker.start()
                logger.info("parent during")
                for worker in workers:
                    worker.join()
                    assert worker.exitcode == 0
                with context.Pool(2) as pool:
                    pool.map(work, ["a", "b"])
                    pool.close()
                    pool.join()
            """)
        for method in ("fork", "spawn", "forkserver"):
            with self.subTest(method), FakeLoki() as self.loki, tempfile.TemporaryDirectory() as folder:
                script = pathlib.Path(folder) / "work.py"
                script.write_text(program)
                result = run_file(script, method, LOKI_URL=self.loki.url)
                self.assertEqual((0, ""), (result.status, result.err))
                self.arrived_once(2 + 5 * 100)

    def test_process_pool_executor(self) -> None:
        result = run("""
            from concurrent.futures import ProcessPoolExecutor
            logger = LokiLogger(url, "workers", console=False)
            def work(n):
                logger.info(f"task {n}")
                return n
            with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
                assert sum(pool.map(work, range(40))) == 780
            """, self.loki.url)
        self.assertEqual((0, ""), (result.status, result.err))
        self.arrived_once(40)

    def test_fork_in_the_middle_of_a_request(self) -> None:
        self.loki.behaviour = lambda loki, _push: Answer(503) if len(loki.pushes) < 3 else Answer()
        result = run("""
            logger = LokiLogger(url, "workers", console=False, batch_age=0.01, retry_first=0.02)
            for number in range(20):
                logger.info(f"parent {number}")
                child = os.fork()
                if not child:
                    stats = logger.stats()
                    assert stats["enqueued"] == stats["queued"] == 0, stats
                    logger.info(f"child {number}")
                    os._exit(logger.flush(60))
                assert os.waitpid(child, 0)[1] == 0
            """, self.loki.url)
        self.assertEqual(0, result.status, result.err)
        self.arrived_once(40)
        self.assertGreaterEqual(len({push.batch_id.split("-")[0] for push in self.loki.pushes}), 21)

    def test_termination_with_the_recipe(self) -> None:
        process = start("""
            logger = LokiLogger(url, "service", console=False, batch_age=60)
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
            logger.info("started")
            print("ready", flush=True)
            while True:
                signal.pause()
            """, self.loki.url)
        self.assertEqual("ready\n", process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=240)
        self.assertEqual((0, ""), (process.returncode, err))
        self.arrived_once(1)

    def test_output_nobody_reads(self) -> None:
        result = run("""
            logger = LokiLogger(url, "cron")
            sys.stdout.close()
            logger.info("closed")
            sys.stdout = None
            logger.info("none")
            """, self.loki.url)
        self.assertEqual((0, ""), (result.status, result.err))
        self.arrived_once(2)

    def test_nothing_happens_at_import(self) -> None:
        result = run("""
            assert threading.active_count() == 1
            logger = LokiLogger(url, "cron", console=False)
            assert threading.active_count() == 1
            """, self.loki.url)
        self.assertEqual((0, ""), (result.status, result.err))
        self.assertEqual([], self.loki.pushes)


if __name__ == "__main__":
    unittest.main()
