"""The client's rules one by one: queue, batches, repetition, refusals, time limits, secrets, TLS, spool, settings."""

from __future__ import annotations

import collections
import io
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from email.utils import formatdate
from typing import Callable
from unittest import mock

import loki_logger
from fake_loki import Answer, FakeLoki
from loki_logger import LokiLogger, Settings, context, self_test
from programs import LONG, fastest, run

QUICK = {"console": False, "batch_age": 0.05, "retry_first": 0.02, "retry_most": 0.1, "close_within": 1.0,
         "connect_timeout": 30.0, "request_timeout": 60.0}


class Stall:
    """A port that accepts connections and says nothing."""

    def __init__(self) -> None:
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(16)
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def close(self) -> None:
        self.socket.close()


class ClientTest(unittest.TestCase):
    def setUp(self) -> None:
        self.loki = FakeLoki()
        self.addCleanup(self.loki.stop)
        self.diagnostics = io.StringIO()
        diagnostics = mock.patch.object(sys, "__stderr__", self.diagnostics)
        diagnostics.start()
        self.addCleanup(diagnostics.stop)

    def logger(self, url: str = "", **settings: object) -> LokiLogger:
        logger = LokiLogger(url or self.loki.url, "shop", **{**QUICK, **settings})
        self.addCleanup(logger.close, 0.1)
        return logger

    def stalled(self) -> str:
        stall = Stall()
        self.addCleanup(stall.close)
        return stall.url

    def balanced(self, logger: LokiLogger) -> dict:
        stats = logger.stats()
        self.assertEqual(stats["enqueued"], stats["sent"] + sum(stats["dropped"].values()) + stats["queued"], stats)
        return stats

    def eventually(self, condition: Callable[[], bool], timeout: float = 60) -> None:
        never = threading.Event()
        deadline = time.monotonic() + timeout
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            never.wait(0.01)

    # ---- the queue

    def test_bounded_by_count_and_newest_dropped(self) -> None:
        logger = self.logger(self.stalled(), queue_events=100)
        for i in range(150):
            logger.info(f"line {i}")
        stats = self.balanced(logger)
        self.assertEqual((100, {"overflow": 50}), (stats["queued"], stats["dropped"]))

    def test_bounded_by_bytes(self) -> None:
        logger = self.logger(self.stalled(), queue_bytes=100_000)
        for _ in range(1000):
            logger.info("x" * 1000)
        stats = self.balanced(logger)
        self.assertLessEqual(stats["queued_bytes"], 100_000)
        self.assertGreater(stats["queued"], 70)

    def test_higher_levels_push_lower_ones_out(self) -> None:
        self.loki.behaviour = lambda loki, push: Answer(503)
        logger = self.logger(queue_events=100, batch_age=60)
        for i in range(60):
            logger.debug(f"debug {i}")
        for i in range(40):
            logger.info(f"info {i}")
        for i in range(70):
            logger.error(f"error {i}")
        self.assertEqual({"evicted": 70}, self.balanced(logger)["dropped"])
        self.loki.behaviour = lambda loki, push: Answer()
        logger.flush(60)
        levels = collections.Counter(line.labels["level"] for line in self.loki.lines)
        self.assertEqual((70, 30, 0), (levels["ERROR"], levels["INFO"], levels["DEBUG"]))
        self.assertEqual([f"info {i}" for i in range(30)],
                         [line.message for line in self.loki.lines if line.labels["level"] == "INFO"])

    def test_drop_oldest(self) -> None:
        logger = self.logger(queue_events=10, overflow="drop-oldest", batch_age=60)
        for i in range(25):
            logger.info(f"line {i}")
        self.assertEqual({"evicted": 15}, self.balanced(logger)["dropped"])
        logger.flush(60)
        self.assertEqual([f"line {i}" for i in range(15, 25)], self.loki.messages())

    def test_block_waits_for_room_and_not_longer_than_told(self) -> None:
        logger = self.logger(queue_events=10, overflow="block", block=5.0)
        for i in range(100):
            logger.info(f"line {i}")
        logger.flush(60)
        self.assertEqual({}, self.balanced(logger)["dropped"])
        stuck = self.logger(self.stalled(), queue_events=1, overflow="block", block=0.2)
        stuck.info("fits")
        began = time.monotonic()
        stuck.info("waits")
        self.assertGreaterEqual(time.monotonic() - began, 0.19)
        self.assertEqual({"overflow": 1}, self.balanced(stuck)["dropped"])

    def test_counters_balance_at_every_instant(self) -> None:
        self.loki.behaviour = lambda loki, push: Answer((204, 503, 429, 204, 400)[len(loki.pushes) % 5])
        logger = self.logger(queue_events=500, batch_events=50, batch_age=0.01)
        enough = threading.Event()

        def log() -> None:
            number = 0
            while not enough.is_set():
                logger.info("line", number=number)
                number += 1
                if number % 200 == 0:
                    enough.wait(0.002)  # lets the sender have the interpreter

        callers = [threading.Thread(target=log) for _ in range(4)]
        for thread in callers:
            thread.start()
        checks = 0
        while checks < 200:
            self.balanced(logger)
            enough.wait(0.001)
            checks += 1
        enough.set()
        for thread in callers:
            thread.join(10)
        self.loki.behaviour = lambda _loki, _push: Answer()
        self.assertEqual(0, logger.flush(60))
        self.assertGreater(self.balanced(logger)["sent"], 0)
        self.assertGreater(sum(logger.stats()["dropped"].values()), 0)

    def test_drops_are_told_to_the_server_and_on_standard_error(self) -> None:
        logger = self.logger(queue_events=10, batch_age=60)
        for i in range(15):
            logger.info(f"line {i}")
        logger.client._told_at -= loki_logger.NOTICE
        logger.flush(60)
        logger.flush(60)  # the notice, which is queued once the lines are gone
        self.assertTrue(self.loki.wait_for_lines(11))
        notice = self.loki.lines[-1]
        self.assertEqual("WARNING", notice.labels["level"])
        self.assertEqual(("5 lines were dropped by the logger", {"overflow": 5}),
                         (notice.message, notice.content["dropped"]))
        self.assertIn("dropped 5 lines of shop, 5 in all (overflow 5)", self.diagnostics.getvalue())

    def test_rate_limit_by_level(self) -> None:
        logger = self.logger(rate_limit=50)
        with mock.patch.object(time, "monotonic", lambda: 1000.0):
            for _ in range(200):
                logger.client.put(loki_logger.INFO, "INFO", None, "storm", None, "noisy")
            for _ in range(10):
                logger.client.put(loki_logger.ERROR, "ERROR", None, "matters", None, "noisy")
            self.assertEqual({"rate_limited": 150}, self.balanced(logger)["dropped"])
            self.assertEqual(0, logger.close(60))
        counts = collections.Counter((line.labels["level"], line.message) for line in self.loki.lines
                                     if "dropped by the logger" not in line.text)
        self.assertEqual({("INFO", "storm"): 50, ("INFO", "suppressed 150 similar lines"): 1, ("ERROR", "matters"): 10}, counts)
        self.balanced(logger)

    def test_what_a_rate_limit_kept_back_is_told_with_the_next_line(self) -> None:
        now = [1000.0]
        logger = self.logger(rate_limit=10)
        with mock.patch.object(time, "monotonic", lambda: now[0]):
            for _ in range(1244):
                logger.client.put(loki_logger.INFO, "INFO", None, "storm", {"logger": "noisy"}, "noisy")
            now[0] += 1
            logger.client.put(loki_logger.INFO, "INFO", None, "calm", {"logger": "noisy"}, "noisy")
        self.assertEqual(0, logger.flush(60))
        told = [line for line in self.loki.lines if line.message.startswith("suppressed")]
        self.assertEqual([("suppressed 1,234 similar lines", "noisy")], [(line.message, line.content["logger"]) for line in told])
        self.assertEqual(["suppressed 1,234 similar lines", "calm"],
                         [line.message for line in sorted(self.loki.lines, key=lambda line: line.time)
                          if "dropped by the logger" not in line.text][10:12])

    def test_signal_handler_inside_a_call(self) -> None:
        result = run("""
            logger = LokiLogger(url, "shop", console=False)
            signals = []  # a handler is interrupted by the next signal, so a counter would miss some
            def handler(*_):
                signals.append(None)
                logger.warning(f"signal {len(signals)} {time.perf_counter_ns()}")
                if len(signals) % 50 == 0:
                    logger.flush(0.01)
            signal.signal(signal.SIGALRM, handler)
            signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
            for i in range(20000):
                logger.info(f"line {i}")
            signal.setitimer(signal.ITIMER_REAL, 0)
            assert logger.flush(60) == 0
            stats = logger.stats()
            assert stats["enqueued"] == stats["sent"] == 20000 + len(signals), (stats, len(signals))
            print(len(signals))
            """, self.loki.url)
        self.assertEqual((0, ""), (result.status, result.err))
        self.assertGreater(int(result.out), 10)
        self.assertEqual(20000 + int(result.out), len(set(self.loki.messages())))

    def test_finalizer_inside_the_lock(self) -> None:
        logger = self.logger()

        class Logs:
            def __del__(self) -> None:
                logger.info("from a finalizer")

        with logger.client._section:
            Logs()
        logger.info("after")
        self.assertEqual(0, logger.flush(60))
        self.assertEqual(["after", "from a finalizer"], sorted(self.loki.messages()))

    # ---- batches

    def test_age(self) -> None:
        logger = self.logger(batch_age=0.3)

        def age() -> float:
            lines = len(self.loki.lines)
            began = time.monotonic()
            logger.info("line")
            self.assertTrue(self.loki.wait_for_lines(lines + 1))
            waited = time.monotonic() - began
            self.assertGreater(waited, 0.295)
            return waited

        self.assertLess(fastest(0.33, age), 0.55)

    def test_count_and_bytes(self) -> None:
        logger = self.logger(batch_events=100, batch_bytes=20_000, batch_age=60)
        for i in range(500):
            logger.info(f"line {i}")
        for i in range(50):
            logger.info("y" * 5000)
        self.assertEqual(0, logger.flush(60))
        self.assertEqual(550, len(self.loki.lines))
        self.assertLessEqual(max(len(push.lines) for push in self.loki.pushes), 100)
        self.assertLessEqual(max(push.unpacked for push in self.loki.pushes), 20_000)

    def test_one_connection_gzip_and_order(self) -> None:
        logger = self.logger()
        for i in range(5000):
            logger.info("the same words in every line make it small", number=i)
        self.assertEqual(0, logger.flush(60))
        self.assertEqual(1, len({push.client for push in self.loki.pushes}))
        self.assertGreater(sum(push.unpacked for push in self.loki.pushes), 10 * sum(push.size for push in self.loki.pushes))
        self.assertEqual(list(range(5000)), [line.content["number"] for line in self.loki.lines])
        times = [line.time for line in self.loki.lines]
        self.assertEqual(sorted(set(times)), times)

    def test_new_connection_after_the_server_closed_an_idle_one(self) -> None:
        logger = self.logger()
        logger.info("first")
        logger.flush(60)
        for connection in list(self.loki._connections):
            connection.shutdown(socket.SHUT_RDWR)
        logger.info("second")
        self.assertEqual(0, logger.flush(60))
        self.assertEqual((2, 0), (len(self.loki.lines), logger.stats()["retried"]))

    # ---- answers

    def test_status_table(self) -> None:
        for status in (408, 429, 500, 502, 503, 504):
            with self.subTest(status), FakeLoki(lambda loki, _p: Answer(status if len(loki.pushes) < 2 else 204)) as loki:
                logger = self.logger(loki.url)
                logger.info("line")
                self.assertEqual(0, logger.flush(60))
                self.assertEqual((3, 1), (len(loki.pushes), len({push.batch_id for push in loki.pushes})))
                self.assertEqual((1, 2), (logger.stats()["sent"], logger.stats()["retried"]))
        for status, reason in ((400, "rejected"), (401, "unauthorized"), (403, "unauthorized"), (404, "rejected"),
                               (405, "rejected"), (413, "too_large"), (422, "rejected"), (301, "rejected"), (260, "rejected")):
            with self.subTest(status), FakeLoki(lambda loki, _push: Answer(status, keep=False)) as loki:
                logger = self.logger(loki.url)
                logger.info("line")
                self.assertEqual(0, logger.flush(60))
                self.assertEqual(1, len(loki.pushes))
                self.assertEqual({reason: 1}, self.balanced(logger)["dropped"])

    def test_retry_after_as_a_date_and_backoff(self) -> None:
        client = self.logger(retry_first=0.5, retry_most=30.0).client
        none = loki_logger._Reply(503, "")
        for attempt, longest in ((1, 0.5), (2, 1), (3, 2), (7, 30), (500, 30)):
            pauses = [client._backoff(attempt, none) for _ in range(100)]
            self.assertGreaterEqual(min(pauses), longest / 2)
            self.assertLessEqual(max(pauses), longest)
        answer = mock.Mock(getheader=lambda *_: time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 7)))
        self.assertAlmostEqual(7, loki_logger._retry_after(answer), delta=1.5)

    def test_the_thread_rests_between_attempts(self) -> None:
        for status, lines in ((503, 1), (401, 7)):
            times: list[float] = []

            def answer(_loki: FakeLoki, _push: object) -> Answer:
                times.append(time.monotonic())
                return Answer(status if len(times) < 7 else 204)
            with self.subTest(status), FakeLoki(answer) as loki:
                logger = self.logger(loki.url, retry_first=0.02, retry_most=0.08, batch_events=1)
                for i in range(lines):
                    logger.info(f"line {i}")
                self.assertTrue(loki.wait_for(lambda: len(times) >= 7))  # whoever flushes cuts a pause short
                for attempt, (one, following) in enumerate(zip(times[:6], times[1:])):
                    self.assertGreaterEqual(following - one, min(0.04, 0.01 * 2 ** attempt))

    def test_too_large_is_halved(self) -> None:
        self.loki.behaviour = lambda _loki, push: Answer(413) if len(push.lines) > 3 or "huge" in push.lines[0].text else Answer()
        logger = self.logger()
        for i in range(20):
            logger.info("huge" if i == 7 else f"line {i}")
        logger.flush(60)
        self.assertEqual({f"line {i}" for i in range(20) if i != 7}, set(self.loki.messages()))
        self.assertEqual({"too_large": 1}, self.balanced(logger)["dropped"])

    def test_refused_lines_are_counted_from_lokis_words(self) -> None:
        for text, lines in (
            ("entry for stream '{a=\"b\"}' has timestamp too old: 2020-01-01T00:00:00Z, oldest acceptable timestamp is: x", 1),
            ("max entry size '262144' bytes exceeded for stream '{}' while adding an entry with length '262145' bytes", 1),
            ("2 errors like: entry for stream '{}' has timestamp too new: x; 1 errors like: max entry size '1'", 3),
            ("entry with timestamp x ignored, reason: 'y',\nuser 'x', total ignored: 7 out of 30 for stream: {app=\"x\"}", 7),
            ("stream '{..}' has label name too long: 'aaa..'", None),
            ("loghttp.PushRequest.Streams: unexpected character", None),
        ):
            self.assertEqual(lines, loki_logger._refused_lines(text), text)

    def test_everything_refused_costs_little(self) -> None:
        self.loki.behaviour = lambda _loki, _push: Answer(400, "no")
        logger = self.logger(batch_events=1000)
        for i in range(5000):
            logger.info(f"line {i}")
        self.assertEqual(0, logger.flush(60))
        self.assertLess(len(self.loki.pushes), 200)
        self.assertEqual({"rejected": 5000}, self.balanced(logger)["dropped"])

    def test_repetition_after_a_lost_answer_stores_once(self) -> None:
        self.loki.behaviour = lambda loki, _push: (
            (Answer(502, keep=True), Answer(cut=True, keep=True), Answer())[min(len(loki.pushes), 2)])
        logger = self.logger()
        for i in range(100):
            logger.info(f"line {i}")
        self.assertEqual(0, logger.flush(60))
        self.assertEqual((100, 2), (len(self.loki.lines), self.loki.repeated))

    # ---- time limits

    def test_every_kind_of_silence_ends(self) -> None:
        endless = FakeLoki(lambda _loki, _push: Answer(drip=True))
        self.addCleanup(endless.stop)
        never = threading.Event()
        self.addCleanup(never.set)

        def black_hole(*args: object, **kwargs: object) -> list:
            never.wait(60)
            raise socket.gaierror("late")

        full = socket.socket()
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        self.addCleanup(full.close)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
            self.addCleanup(filler.close)
        cases = {
            "no answer": self.stalled(),
            "endless headers": endless.url,
            "full backlog": f"http://127.0.0.1:{full.getsockname()[1]}",
            "name that is never resolved": "http://nowhere.invalid:3100",
        }
        for name, url in cases.items():
            with self.subTest(name), mock.patch.object(socket, "getaddrinfo", black_hole if "name" in name else socket.getaddrinfo):
                client = self.logger(url, connect_timeout=0.3, request_timeout=0.5).client
                began = time.monotonic()
                reply = client._attempt("id", b"{}", False)
                self.assertEqual(0, reply.status)
                self.assertLess(time.monotonic() - began, 20)

    def test_calls_while_nothing_answers(self) -> None:
        logger = self.logger(self.stalled())

        def p99() -> float:
            times = []
            for i in range(20_000):
                began = time.perf_counter()
                logger.info("a line", number=i)
                times.append(time.perf_counter() - began)
            return sorted(times)[len(times) * 99 // 100]

        self.assertLess(fastest(50e-6, p99), 200e-6)  # the benchmark measures 50 us on a quiet machine

    def test_close_is_bounded_in_every_state_of_the_server(self) -> None:
        never = threading.Event()
        self.addCleanup(never.set)
        states = [Answer(), Answer(503), Answer(400), Answer(401), Answer(cut=True), Answer(wait=never),
                  Answer(429, headers={"Retry-After": "60"})]
        for number in range(1000 if LONG else 35):
            self.loki.behaviour = lambda _loki, _push: states[number % len(states)]
            logger = self.logger(batch_age=0.001)
            for i in range(number % 50):
                logger.info("line", number=i)
            began = time.monotonic()
            lost = logger.close(0.1)
            self.assertLess(time.monotonic() - began, 8, states[number % len(states)])
            self.assertEqual(0, logger.close(0.1))
            stats = self.balanced(logger)
            self.assertEqual((0, lost), (stats["queued"], stats["dropped"].get("shutdown", 0)))
            logger.info("late")
            self.assertEqual(1, logger.stats()["dropped"]["closed"])

    def test_idle_thread_ends_and_comes_back(self) -> None:
        with mock.patch.object(loki_logger, "IDLE", 0.05):
            logger = self.logger()
            for i in range(3):
                logger.info(f"line {i}")
                logger.flush(60)
                worker = logger.client._worker
                if worker is not None:
                    worker.join(60)
                self.assertIsNone(logger.client._worker)
        self.assertEqual(3, len(self.loki.lines))

    # ---- secrets, headers, TLS, proxy

    def test_credentials_and_headers(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "secret"
            path.write_text("from a file\n")
            for settings, expected in (
                ({"token": "abc"}, "Bearer abc"),
                ({"username": "user", "password": "pass"}, "Basic dXNlcjpwYXNz"),
                ({"token_file": str(path)}, "Bearer from a file"),
                ({"username": "user", "password_file": str(path)}, "Basic dXNlcjpmcm9tIGEgZmlsZQ=="),
            ):
                logger = self.logger(tenant="team-a", headers={"X-Team": "a"}, **settings)
                logger.info("line")
                logger.flush(60)
                headers = self.loki.pushes[-1].headers
                self.assertEqual((expected, "team-a", "a"),
                                 (headers["Authorization"], headers["X-Scope-OrgID"], headers["X-Team"]))
        logger = self.logger(self.loki.url.replace("//", "//u:p%40@"))
        logger.info("line")
        logger.flush(60)
        self.assertEqual("Basic dTpwQA==", self.loki.pushes[-1].headers["Authorization"])
        secret = {"url": "http://u:s3cret@loki", "password": "s3cret", "token": "s3cret", "headers": {"a": "s3cret"}}
        self.assertNotIn("s3cret", repr(Settings(**secret)))
        Settings.from_environment({"LOKI_URL": "http://u:s3cret@loki:99999", "LOKI_HEADERS": "s3cret"})
        said = self.diagnostics.getvalue()
        self.assertIn("LOKI_URL=http://***@loki:99999 is ignored", said)
        self.assertNotIn("s3cret", said)
        with self.assertRaises(ValueError) as failed:
            Settings(url="ftp://u:s3cret@loki")
        self.assertNotIn("s3cret", str(failed.exception))
        for url in (self.loki.url, "http://127.0.0.1:9"):
            self.assertNotIn("s3cret", self_test(Settings(url=url.replace("//", "//u:s3cret@")))[1])

    def test_rotated_token_loses_nothing(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "token"
            path.write_text("old")
            accepted = ["old"]
            self.loki.behaviour = lambda _loki, push: (
                Answer() if push.headers["Authorization"] == "Bearer " + accepted[0] else Answer(401))
            logger = self.logger(token_file=str(path))
            for i in range(10):
                logger.info(f"before {i}")
            logger.flush(60)
            accepted[0] = "new"  # the server first, the file later
            for i in range(10):
                logger.info(f"during {i}")
            self.assertTrue(self.loki.wait_for(lambda: any(p.headers["Authorization"] == "Bearer old"
                                                           and "during" in p.lines[0].text for p in self.loki.pushes)))
            path.write_text("new")
            logger.info("after")
            self.assertEqual(0, logger.flush(60))
        self.assertEqual(21, len(self.loki.lines))
        self.assertEqual(1, self.diagnostics.getvalue().count("does not accept the credentials"))

    def test_tls_with_client_certificate(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            certificate, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                            "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost", "-addext",
                            "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            context.load_verify_locations(certificate)
            context.verify_mode = ssl.CERT_REQUIRED
            self.loki._server.socket = context.wrap_socket(self.loki._server.socket, server_side=True)
            url = f"https://127.0.0.1:{self.loki.port}"
            logger = self.logger(url, ca_file=certificate, cert_file=certificate, key_file=key)
            logger.info("encrypted")
            self.assertEqual(0, logger.flush(60))
            self.assertEqual(["encrypted"], self.loki.messages())
            worked, text = self_test(Settings(url=url))
            self.assertFalse(worked)
            self.assertIn("is not trusted", text)

    def test_proxy(self) -> None:
        logger = self.logger("http://loki.invalid:3100", proxy=f"127.0.0.1:{self.loki.port}")
        seen = []
        handler = self.loki._server.RequestHandlerClass
        with mock.patch.object(handler, "do_POST", lambda request: (seen.append(request.path), self.loki._post(request))):
            logger.info("by proxy")
            self.assertEqual(0, logger.flush(60))
        self.assertEqual(["http://loki.invalid:3100/loki/api/v1/push"], seen)

    # ---- labels and fields

    def test_stream_count_does_not_grow_with_fields(self) -> None:
        logger = self.logger(env="prod", labels={"team": "a", "not-a-name": "b"})
        for i in range(2000):
            logger.info("line", request_id=f"id {i}", trace_id=str(i))
        logger.flush(60)
        streams = {tuple(sorted(line.labels.items())) for line in self.loki.lines}
        self.assertEqual(1, len(streams))
        self.assertEqual({"service", "level", "hostname", "env", "team", "not_a_name"}, set(self.loki.lines[0].labels))

    def test_extra_labels(self) -> None:
        logger = self.logger(extra_labels=True)
        logger.info("line", model_id="m", step="load", error_code=500, **{"bad name": "x" * 5000, "service": "no"})
        logger.info("many", **{f"f{i}": i for i in range(40)})
        logger.flush(60)
        labels = self.loki.lines[0].labels
        self.assertEqual(("load", "500", "m", "shop"),
                         (labels["step"], labels["error_code"], labels["model_id"], labels["service"]))
        self.assertEqual(2048, len(labels["bad_name"]))
        self.assertLessEqual(len(self.loki.lines[1].labels), 15)

    def test_structured_metadata_and_its_refusal(self) -> None:
        logger = self.logger(structured_metadata=True)
        logger.info("line", request_id="r1", n=5)
        logger.flush(60)
        self.assertEqual({"request_id": "r1", "n": "5"}, self.loki.lines[0].metadata)
        self.assertNotIn("request_id", self.loki.lines[0].content)

    def test_anything_can_be_logged(self) -> None:
        cycle: list = []
        cycle.append(cycle)

        class Bad:
            def __str__(self) -> str:
                raise RuntimeError("no")

        class Gone:
            pass

        import weakref

        gone = Gone()
        reference = weakref.ref(gone)
        values = {"cycle": cycle, "bad": Bad(), "nan": float("nan"), "inf": [float("inf")], "bytes": b"\xff\x00a",
                  "surrogate": "\ud800", "huge": 10 ** 6000, "set": {1}, "none": None, "exception": ValueError("v"),
                  "keys": {1: 2, None: 3, (4, 5): 6}, "path": pathlib.Path("/tmp"), "gone": gone, "big": "x" * 100_000,
                  "deep": [[[[[[[[[[]]]]]]]]]], "message_": 1, "timestamp": "mine", "self": 1}
        logger = self.logger()
        logger.info(Bad(), **values)
        del gone, values
        self.assertIsNone(reference())
        logger.info(None)
        logger.error(b"bytes")
        for value in (object(), 10 ** 6000, float("-inf"), [cycle] * 3):
            logger.warning(value, model_id=value, value=value)
        self.assertEqual(0, logger.flush(60))
        self.assertEqual(7, len(self.loki.lines))
        content = self.loki.lines[0].content
        self.assertEqual("<unprintable Bad>", content["message"])
        self.assertEqual(("nan", ["inf"], "\\xff\x00a", "?", "ValueError('v')", "/tmp", "mine"),
                         tuple(content[name] for name in ("nan", "inf", "bytes", "surrogate", "exception", "path", "extra_timestamp")))
        self.assertEqual({}, self.balanced(logger)["dropped"])

    def test_mutable_values_are_copied_at_the_call(self) -> None:
        logger = self.logger()
        steps = ["a"]
        logger.info("line", steps=steps)
        steps.append("b")
        logger.flush(60)
        self.assertEqual(["a"], self.loki.lines[0].content["steps"])

    def test_context(self) -> None:
        logger = self.logger()
        with context(request_id="r1"):
            with context(user="u"):
                logger.info("inside", user="mine")
            logger.info("between")
        logger.info("outside")
        logger.flush(60)
        with context(model_id=7, a=1):
            logger.info("model", model_id="mine")
            logger.info("model of the context")
        logger.flush(60)
        self.assertEqual(["mine", "7"], [line.labels["model_id"] for line in self.loki.lines[3:]])
        inside, between, outside = (line.content for line in self.loki.lines[:3])
        self.assertEqual(("r1", "mine", "r1"), (inside["request_id"], inside["user"], between["request_id"]))
        self.assertNotIn("user", between)
        self.assertNotIn("request_id", outside)

    # ---- clocks

    def test_a_far_clock_that_is_set_right_is_followed(self) -> None:
        real = time.time_ns
        logger = self.logger()
        with mock.patch.object(time, "time_ns", lambda: real() + 7200 * 10 ** 9):
            logger.info("two hours ahead")
            logger.flush(60)
        logger.info("set right")
        logger.flush(60)
        self.assertLess(abs(self.loki.lines[1].time - real()), 60 * 10 ** 9)

    def test_skew_is_told_once(self) -> None:
        logger = self.logger()
        behind = lambda _request: formatdate(time.time() - 100, usegmt=True)
        with mock.patch.object(self.loki._server.RequestHandlerClass, "date_time_string", behind):
            for _ in range(3):
                logger.info("line")
                logger.flush(60)
        self.assertEqual(1, self.diagnostics.getvalue().count("ahead of"))

    # ---- spool

    def test_spool_survives_a_kill(self) -> None:
        self.loki.behaviour = lambda _loki, _push: Answer(503)
        program = """
            logger = LokiLogger(url, "shop", console=False, batch_age=0.02, retry_first=0.02, spool_dir=sys.argv[2])
            for i in range(300):
                logger.info(f"{sys.argv[3]} {i}")
            assert logger.flush(60) == 0
            stats = logger.stats()
            assert stats["enqueued"] == stats["sent"] + stats["queued"] and stats["spooled"] >= 300, stats
            os.kill(os.getpid(), signal.SIGKILL)
            """
        with tempfile.TemporaryDirectory() as folder:
            for name in ("first", "second"):
                result = run(program, self.loki.url, folder, name)
                self.assertEqual(-signal.SIGKILL, result.status, result.err)
            self.assertEqual([], self.loki.lines)
            self.loki.behaviour = lambda _loki, _push: Answer()
            logger = self.logger(spool_dir=folder, close_within=60)
            logger.info("third")
            self.assertTrue(self.loki.wait_for(lambda: len(set(self.loki.messages())) >= 601), len(self.loki.lines))
            logger.close()
            self.assertEqual(601, len(self.loki.messages()))
            stats = self.balanced(logger)
            self.assertEqual((0, 0), (stats["spooled"], stats["queued"]))
            self.assertEqual([], os.listdir(folder))

    def test_close_waits_for_the_last_batch_of_the_spool(self) -> None:
        closing = threading.Event()
        self.loki.behaviour = lambda loki, _push: Answer(503) if len(loki.pushes) < 1 else Answer()
        with tempfile.TemporaryDirectory() as folder:
            logger = self.logger(spool_dir=folder, close_within=60)
            reply = self.loki._reply

            def hold(request: object, answer: Answer) -> None:
                if answer.status == 204:  # stored already, and the logger does not know it yet
                    closing.wait(60)
                reply(request, answer)

            with mock.patch.object(self.loki, "_reply", hold):
                logger.info("spooled")
                self.assertTrue(self.loki.wait_for_lines(1))
                thread = threading.Thread(target=logger.close)
                thread.start()
                self.eventually(lambda: logger.client._closed)
                closing.set()
                thread.join(60)
            self.assertEqual([], os.listdir(folder))
            stats = self.balanced(logger)
            self.assertEqual((1, 0, 0), (stats["sent"], stats["spooled"], stats["queued"]))

    def test_the_notice_of_drops_takes_no_room_from_the_program(self) -> None:
        logger = self.logger(queue_events=10, batch_age=60)
        for i in range(15):
            logger.debug(f"line {i}")
        with logger.client._section:
            logger.client._tell_server()  # the server answers while the queue is full again
        self.assertEqual({"overflow": 5}, self.balanced(logger)["dropped"])
        self.assertEqual(15, logger.stats()["enqueued"])
        self.assertEqual(0, logger.flush(60))
        self.assertTrue(self.loki.wait_for_lines(11))
        self.assertEqual("5 lines were dropped by the logger", self.loki.lines[-1].message)

    def test_spool_is_capped_and_damage_is_counted(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.loki.behaviour = lambda _loki, _push: Answer(503)
            logger = self.logger(spool_dir=folder, spool_bytes=3000, batch_events=10, retry_first=0.2, retry_most=0.3)
            for i in range(400):
                logger.info(os.urandom(40).hex())
            logger.flush(60)
            stats = self.balanced(logger)
            self.assertGreater(stats["dropped"]["spool"], 200)
            files = sorted(pathlib.Path(folder).glob("*/*.batch"))
            self.assertLessEqual(sum(file.stat().st_size for file in files), 3000)
            files[0].write_bytes(files[0].read_bytes()[:-5])
            self.loki.behaviour = lambda _loki, _push: Answer()
            self.eventually(lambda: logger.stats()["spooled"] == 0)
            self.balanced(logger)
            logger.close()

    # ---- settings and self test

    def test_environment(self) -> None:
        variables = {"LOKI_URL": "http://h:1/p", "SERVICE_NAME": "s", "OTEL_SERVICE_NAME": "o", "LOKI_LABELS": "a=b, c=d=e",
                     "LOKI_QUEUE_BYTES": "1MiB", "LOKI_QUEUE_EVENTS": "10k", "LOKI_BATCH_AGE": "250ms", "LOKI_BLOCK": "2s",
                     "LOKI_CONSOLE": "off", "LOKI_OVERFLOW": "sideways", "LOKI_PASSWORD": "x", "LOKI_RETRY_MOST": "soon",
                     "LOKI_TOKEN": "", "LOKI_CERT_FILE": "c", "LOKI_KEY_FILE": "k"}
        settings = Settings.from_environment(variables, tenant="t", token=None)
        self.assertEqual(("http://h:1/p", "s", {"a": "b", "c": "d=e"}, 1 << 20, 10 << 10, 0.25, 2.0, False, "t", "c"),
                         (settings.url, settings.service, settings.labels, settings.queue_bytes, settings.queue_events,
                          settings.batch_age, settings.block, settings.console, settings.tenant, settings.cert_file))
        self.assertEqual("drop-newest", settings.overflow)
        self.assertIn("LOKI_OVERFLOW=sideways is ignored: overflow is drop-newest, drop-oldest or block", self.diagnostics.getvalue())
        self.assertIn("LOKI_RETRY_MOST=soon is ignored", self.diagnostics.getvalue())
        self.assertEqual("http://loki:3100", Settings.from_environment({}).url)

    def test_wrong_settings_in_code(self) -> None:
        for wrong in ({"url": "loki:3100"}, {"url": "ftp://loki"}, {"service": " "}, {"level": "LOUD"}, {"queue_events": 0},
                      {"batch_age": 0.0}, {"cert_file": "c"}, {"headers": {"a": "b\r\nc: d"}}, {"proxy": "nowhere"}):
            with self.subTest(wrong), self.assertRaises(ValueError):
                Settings(**wrong)

    def test_self_test_names_each_fault(self) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            closed = f"http://127.0.0.1:{unused.getsockname()[1]}"
        self.assertEqual((True, f"a line was sent to {self.loki.url} and read back"), self_test(Settings(url=self.loki.url)))

        def unknown(*_: object, **__: object) -> None:
            raise socket.gaierror(-2, "Name or service not known")

        with mock.patch.object(socket, "getaddrinfo", unknown):
            self.assertIn("is unknown here", self_test(Settings(url="http://loki:3100"))[1])
        self.assertIn("nothing listens", self_test(Settings(url=closed))[1])
        self.assertIn("does not answer", self_test(Settings(url=self.stalled()), timeout=0.3)[1])
        for status, words in ((401, "credentials"), (404, "Loki's address"), (429, "rate"), (400, "refused a line"), (204, "cannot be found")):
            self.loki.behaviour = lambda _loki, _push: Answer(status, keep=False)
            worked, text = self_test(Settings(url=self.loki.url), timeout=0.5 if status == 204 else 60)
            self.assertFalse(worked)
            self.assertIn(words, text)


if __name__ == "__main__":
    unittest.main()
