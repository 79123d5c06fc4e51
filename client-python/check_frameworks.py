"""Runs the framework snippets of the guide with the real gunicorn, uvicorn, Celery and so on: python3 check_frameworks.py

Needs Debian's python3-gunicorn python3-uvicorn python3-fastapi python3-gevent python3-celery python3-django python3-loguru
python3-structlog. Prints one line for each combination and exits with 1 when a line of any worker is missing or arrived twice.
"""

from __future__ import annotations

import collections
import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import urllib.request
from typing import Callable, Iterator

from fake_loki import FakeLoki
from programs import HERE, run_file
from test_guide import GUIDE, SNIPPET

never = threading.Event()


def write_snippets(folder: str) -> None:
    for page in GUIDE.glob("python-*.md"):
        for _, name, code in SNIPPET.findall(page.read_text()):
            if name:
                (pathlib.Path(folder) / name).write_text(code)


@contextlib.contextmanager
def running(loki: FakeLoki, folder: str, *command: str) -> Iterator[subprocess.Popen]:
    environment = {**os.environ, "LOKI_URL": loki.url, "PYTHONPATH": f"{HERE}:{folder}", "BROKER_URL": "filesystem://",
                   "BROKER_FOLDER": folder + "/broker"}
    with open(folder + "/output", "wb") as output:
        process = subprocess.Popen([sys.executable, "-m", *command], cwd=folder, env=environment, stdout=output, stderr=output,
                                   start_new_session=True)
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        process.wait(40)
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        print(pathlib.Path(folder, "output").read_text()[-3000:])
        raise


def eventually(condition: Callable[[], bool], timeout: float = 20) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("it never happened")
        never.wait(0.05)


def answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/orders/0", timeout=5).read()
        return True
    return False


def gunicorn(worker: str, application: str, reloads: int) -> None:
    with FakeLoki() as loki, tempfile.TemporaryDirectory() as folder, socket.socket() as sock:
        write_snippets(folder)
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
        sock.close()
        asked = 0
        with running(loki, folder, "gunicorn", "--preload", "--workers", "3", "--worker-class", worker, "--bind",
                     f"127.0.0.1:{port}", application) as process:
            eventually(lambda: answers(port))
            for reload in range(reloads):
                for number in range(30):
                    asked += 1
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/orders/{asked}", timeout=10).read()
                process.send_signal(signal.SIGHUP)
                never.wait(1)  # a worker of gunicorn that is told to end before it has started never does
                eventually(lambda: answers(port))
        paths = collections.Counter(line.content.get("path") or line.message.replace("GET ", "") for line in loki.lines
                                    if "/orders/" in line.text)
        wrong = {f"/orders/{number}": paths[f"/orders/{number}"] for number in range(1, asked + 1) if paths[f"/orders/{number}"] != 1}
        report(f"gunicorn --preload, {worker}, {reloads} reloads: {asked} requests", wrong)


def celery(tasks: int) -> None:
    with FakeLoki() as loki, tempfile.TemporaryDirectory() as folder:
        write_snippets(folder)
        os.mkdir(folder + "/broker")
        with running(loki, folder, "celery", "-A", "tasks", "worker", "--concurrency", "3", "--max-tasks-per-child", "1"):
            sender = "import tasks\nfor number in range(%d): tasks.send_mail.delay(number)" % tasks
            subprocess.run([sys.executable, "-c", sender], cwd=folder, check=True, env={
                **os.environ, "PYTHONPATH": f"{HERE}:{folder}", "BROKER_URL": "filesystem://", "BROKER_FOLDER": folder + "/broker"})
            eventually(lambda: sum("mail for order" in line.text for line in loki.lines) >= tasks, 60)
        mails = collections.Counter(line.message for line in loki.lines if "task_id" in line.content)
        wrong = {f"mail for order {n}": mails[f"mail for order {n}"] for n in range(tasks) if mails[f"mail for order {n}"] != 1}
        report(f"celery prefork, one task for each child: {tasks} tasks", wrong)


GEVENT = {
    "patched before the import": """
        from gevent import monkey
        monkey.patch_all()
        from loki_logger import LokiLogger
        logger = LokiLogger(service_name="green", console=False, batch_age=0.05)
        """,
    "patched after the first line": """
        from loki_logger import LokiLogger
        logger = LokiLogger(service_name="green", console=False, batch_age=0.05)
        logger.info("early")
        from gevent import monkey
        monkey.patch_all()
        """,
}
GEVENT_WORK = """
        import gevent, time
        logger.info("early")
        ticks = []
        def tick():
            while True:
                ticks.append(time.monotonic())
                gevent.sleep(0.01)
        ticking = gevent.spawn(tick)
        def work(name):
            for i in range(100):
                logger.info(f"{name} {i}")
                gevent.sleep(0)
        gevent.joinall([gevent.spawn(work, name) for name in range(20)])
        gevent.sleep(0.5)
        assert max(b - a for a, b in zip(ticks, ticks[1:])) < 0.4, "the loop stood still"
        assert logger.flush(10) == 0
        logger.info("late")
        """


def gevent(order: str) -> None:
    with FakeLoki() as loki:
        with tempfile.TemporaryDirectory() as folder:
            script = pathlib.Path(folder) / "green.py"
            script.write_text(textwrap.dedent(GEVENT[order]) + textwrap.dedent(GEVENT_WORK))
            result = run_file(script, LOKI_URL=loki.url, PYTHONWARNINGS="ignore")
        counts = collections.Counter(loki.messages())
        wrong = {message: n for message, n in counts.items() if n != 1 and message != "early"}
        if result.status or len(counts) != 2002:
            wrong["lines"] = len(counts)
            print(result.err)
        report(f"gevent {order}: 20 greenlets", wrong)


def program(name: str) -> None:
    with FakeLoki() as loki, tempfile.TemporaryDirectory() as folder:
        write_snippets(folder)
        result = subprocess.run([sys.executable, name], cwd=folder, capture_output=True, text=True, timeout=60, env={
            **os.environ, "LOKI_URL": loki.url, "PYTHONPATH": f"{HERE}:{folder}"})
        lines = [(line.labels["service"], line.labels["level"], line.message, "c-17" in line.text) for line in loki.lines]
        wrong = {} if lines == [("shop", "INFO", "order 17 accepted", True)] else {"lines": lines, "said": result.stderr}
        report(name, wrong)


failures = []


def report(name: str, wrong: dict) -> None:
    print(f"{name}: {'every line once' if not wrong else wrong}", flush=True)
    if wrong:
        failures.append(name)


if __name__ == "__main__":
    for name in ("with_django.py", "with_loguru.py", "with_structlog.py"):
        program(name)
    for worker in ("sync", "gthread", "gevent"):
        gunicorn(worker, "wsgi:app", 5)
    for order in GEVENT:
        gevent(order)
    gunicorn("uvicorn.workers.UvicornWorker", "app:app", 5)
    celery(30)
    sys.exit(1 if failures else 0)
