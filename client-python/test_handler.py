"""The handler of `logging`, as programs configure it."""

from __future__ import annotations

import asyncio
import io
import logging
import logging.config
import logging.handlers
import queue
import sys
import threading
import time
import types
import unittest
from unittest import mock

from fake_loki import FakeLoki
from loki_logger import LokiHandler, LokiLogger, context
from programs import fastest, run


class HandlerTest(unittest.TestCase):
    def setUp(self) -> None:
        self.loki = FakeLoki()
        self.addCleanup(self.loki.stop)
        self.handler = LokiHandler(self.loki.url, "shop", batch_age=0.05, retry_first=0.02)
        self.addCleanup(self.handler.close)
        self.log = logging.getLogger(self.id())
        self.log.setLevel(logging.DEBUG)
        self.log.propagate = False
        self.log.addHandler(self.handler)
        self.addCleanup(self.log.removeHandler, self.handler)

    def sent(self) -> list:
        self.handler.flush(60)
        return self.loki.lines

    def test_levels(self) -> None:
        logging.addLevelName(25, "NOTICE")
        for level in (1, logging.DEBUG, logging.INFO, 25, logging.WARNING, logging.ERROR, logging.CRITICAL):
            self.log.log(level, "line")
        levels = sorted((line.labels["level"], line.content["level"]) for line in self.sent())
        self.assertEqual([("DEBUG", "DEBUG"), ("ERROR", "CRITICAL"), ("ERROR", "ERROR"), ("INFO", "INFO"), ("INFO", "NOTICE"),
                          ("WARNING", "WARNING")], levels)

    def test_extra_adapter_and_context_become_fields(self) -> None:
        adapter = logging.LoggerAdapter(self.log, {"task_id": "t1"})
        with context(request_id="r1"):
            self.log.info("stock of %s is %d", "tea", 5, extra={"model_id": 7, "warehouse": "north", "hostname": "mine"})
            adapter.warning("low")
        first, second = self.sent()
        self.assertEqual("stock of tea is 5", first.message)
        self.assertEqual(("7", "north", "r1", "mine", self.id()),
                         (first.labels["model_id"], first.content["warehouse"], first.content["request_id"],
                          first.content["extra_hostname"], first.content["logger"]))
        self.assertEqual(("t1", "r1"), (second.content["task_id"], second.content["request_id"]))
        self.assertEqual({"timestamp", "level", "message", "hostname", "service", "logger", "task_id", "request_id"},
                         set(second.content))

    def test_lines_of_a_celery_task_have_its_id_and_name(self) -> None:
        running = types.SimpleNamespace(name="shop.send_mail", request=types.SimpleNamespace(id="t-1"))
        current = [None, running, types.SimpleNamespace(name="shop.send_mail", request=None)]
        celery = types.ModuleType("celery._state")
        celery.get_current_task = lambda: current[0]  # type: ignore[attr-defined]
        with mock.patch.dict(sys.modules, {"celery._state": celery}):
            while current:
                self.log.info("line %d", len(current), extra={"task": "mine"} if len(current) == 1 else {})
                current.pop(0)
        outside, inside, broken = (line.content for line in self.sent())
        self.assertNotIn("task_id", outside)
        self.assertEqual(("t-1", "shop.send_mail"), (inside["task_id"], inside["task"]))
        self.assertEqual("mine", broken["task"])

    def test_requests_of_the_logger_are_not_traced(self) -> None:
        attached: list = []
        tracing = types.ModuleType("opentelemetry.context")
        tracing.set_value = lambda key, value: (key, value, threading.current_thread().name)  # type: ignore[attr-defined]
        tracing.attach = attached.append  # type: ignore[attr-defined]
        with mock.patch.dict(sys.modules, {"opentelemetry.context": tracing}):
            self.log.info("line")
            self.sent()
        self.assertEqual([("suppress_instrumentation", True, "loki-logger")], attached)

    def test_exceptions_and_stacks(self) -> None:
        try:
            raise KeyError("missing")
        except KeyError:
            self.log.exception("failed")
        self.log.info("where", stack_info=True)
        failed, where = sorted(self.sent(), key=lambda line: line.time)
        self.assertRegex(failed.content["exception"], r"(?s)^Traceback .*KeyError: 'missing'$")
        self.assertIn("test_exceptions_and_stacks", where.content["stack"])

    def test_formatter(self) -> None:
        self.handler.setFormatter(logging.Formatter("%(levelname)s - %(message)s"))
        self.log.info("line")
        self.assertEqual("INFO - line", self.sent()[0].message)

    def test_arguments_that_do_not_fit(self) -> None:
        with mock.patch.object(sys, "stderr", io.StringIO()) as err:
            self.log.info("%d things", "many")
        self.assertEqual("", err.getvalue())
        self.assertIn("%d things % ('many',) [TypeError", self.sent()[0].message)

    def test_a_value_that_logs_itself(self) -> None:
        log = self.log

        class Chatty:
            def __str__(self) -> str:
                log.info("inside %s", self)
                return "chatty"

        log.info("outside %s", Chatty())
        self.assertLess(len(self.sent()), 10)
        self.assertIn("outside chatty", self.loki.messages())

    def test_handle_error_follows_raise_exceptions(self) -> None:
        with mock.patch.object(self.handler.client, "put", side_effect=RuntimeError("broken")):
            for raises in (True, False):
                with mock.patch.object(logging, "raiseExceptions", raises), mock.patch.object(sys, "stderr", io.StringIO()) as err:
                    self.log.info("line")
                self.assertEqual(raises, "broken" in err.getvalue())

    def test_behind_a_queue_handler(self) -> None:
        records: queue.Queue[logging.LogRecord] = queue.Queue()
        listener = logging.handlers.QueueListener(records, self.handler)
        log = logging.getLogger(self.id() + ".queued")
        log.propagate = False
        log.setLevel(logging.INFO)
        log.addHandler(logging.handlers.QueueHandler(records))
        listener.start()
        log.info("line %d", 1, extra={"a": 1})
        listener.stop()
        self.assertEqual(("line 1", 1), (self.sent()[0].message, self.loki.lines[0].content["a"]))

    def test_ten_thousand_lines_in_one_tick_of_a_loop(self) -> None:
        logger = LokiLogger(self.loki.url, "shop", console=False)
        self.addCleanup(logger.close)

        async def tick() -> float:
            loop = asyncio.get_running_loop()
            began = time.thread_time()
            for i in range(10_000):
                logger.info("line", number=i)
            spent = time.thread_time() - began
            self.assertIs(loop, asyncio.get_running_loop())
            return spent

        self.assertLess(fastest(0.05, lambda: asyncio.run(tick())), 0.25)  # the benchmark shows 50 ms on a quiet machine
        self.assertEqual(0, logger.flush(60))
        self.assertEqual(logger.stats()["enqueued"], len(self.loki.lines))

    def test_dict_config_in_a_program_that_just_ends(self) -> None:
        result = run("""
            import logging, logging.config
            logging.config.dictConfig({
                "version": 1,
                "handlers": {"loki": {"class": "loki_logger.LokiHandler", "loki_url": url, "service_name": "shop",
                                      "level": "INFO"}},
                "root": {"handlers": ["loki"], "level": "DEBUG"},
            })
            logging.debug("no")
            logging.info("yes")
            """, self.loki.url)
        self.assertEqual((0, ""), (result.status, result.err))
        self.assertEqual(["yes"], self.loki.messages())


if __name__ == "__main__":
    unittest.main()
