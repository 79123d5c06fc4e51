"""The logger as its users see it: what is sent, what is printed, what never happens."""

from __future__ import annotations

import contextlib
import io
import pathlib
import socket
import unittest

from fake_loki import FakeLoki
from loki_logger import LokiLogger

HERE = pathlib.Path(__file__).resolve().parent


class LokiLoggerTest(unittest.TestCase):
    def setUp(self) -> None:
        self.loki = FakeLoki()
        self.addCleanup(self.loki.stop)

    def logger(self, **settings: object) -> LokiLogger:
        logger = LokiLogger(self.loki.url, "orchestrator", **{"console": False, "batch_age": 0.05, **settings})
        self.addCleanup(logger.close)
        return logger

    def test_labels_and_line(self) -> None:
        logger = self.logger()
        logger.info("Starting deployment", model_id="model123", current_env="testing", target_env="production")
        logger.error("Deployment failed", model_id=7, error_code=500, step="model_loading")
        logger.debug("fine")
        logger.warning("hm")
        self.assertEqual(0, logger.flush())
        by_message = {line.message: line for line in self.loki.lines}
        host = socket.gethostname()
        started = by_message["Starting deployment"]
        self.assertEqual({"service": "orchestrator", "level": "INFO", "hostname": host, "model_id": "model123"}, started.labels)
        content = started.content
        self.assertRegex(content.pop("timestamp"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
        self.assertEqual({"level": "INFO", "message": "Starting deployment", "hostname": host, "service": "orchestrator",
                          "model_id": "model123", "current_env": "testing", "target_env": "production"}, content)
        failed = by_message["Deployment failed"]
        self.assertEqual("7", failed.labels["model_id"])
        self.assertEqual((500, "model_loading"), (failed.content["error_code"], failed.content["step"]))
        self.assertEqual({"service": "orchestrator", "level": "DEBUG", "hostname": host}, by_message["fine"].labels)
        self.assertEqual("WARNING", by_message["hm"].labels["level"])

    def test_console(self) -> None:
        logger = self.logger(console=True)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            logger.info("Starting", model_id="m1", step=3)
        self.assertRegex(out.getvalue(), r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d INFO    orchestrator: Starting model_id=m1 step=3\n$")

    def test_the_copy_for_compose_is_the_same_file(self) -> None:
        copy = HERE.parent / "deploy" / "compose" / "grafana-configs" / "loki_logger.py"
        self.assertEqual((HERE / "loki_logger.py").read_bytes(), copy.read_bytes(), f"copy loki_logger.py to {copy}")


if __name__ == "__main__":
    unittest.main()
