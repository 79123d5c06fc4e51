"""A Loki to test against: a real HTTP server on the loopback that keeps what it takes and fails as it is told."""

from __future__ import annotations

import gzip
import http.server
import json
import socket
import socketserver
import threading
import time
from typing import Any, Callable, Dict, List, NamedTuple, Optional


class Line(NamedTuple):
    labels: Dict[str, str]
    time: int
    text: str
    metadata: Dict[str, str]

    @property
    def content(self) -> Dict[str, Any]:
        return json.loads(self.text)

    @property
    def message(self) -> str:
        return self.content["message"]


class Push(NamedTuple):
    """One request as it came: `size` is its body before unpacking."""

    batch_id: str
    lines: List[Line]
    size: int
    unpacked: int
    headers: Dict[str, str]
    client: Any
    at: float


class Answer(NamedTuple):
    """What the server does with a push: keep its lines or not, wait, then answer or cut the connection."""

    status: int = 204
    text: str = ""
    headers: Dict[str, str] = {}
    keep: Optional[bool] = None  # None: when the status is a success
    cut: bool = False  # close without an answer
    drip: bool = False  # answer one byte at a time
    wait: Optional[threading.Event] = None  # answer when it is set


Behaviour = Callable[["FakeLoki", Push], Answer]


class FakeLoki:
    """`behaviour` decides about each push. Lines of a batch id that was kept before are not kept again, like Sigyn."""

    def __init__(self, behaviour: Optional[Behaviour] = None, port: int = 0) -> None:
        self.behaviour: Behaviour = behaviour or (lambda _server, _push: Answer())
        self.pushes: List[Push] = []
        self.lines: List[Line] = []
        self.repeated = 0
        self._kept_ids: set[str] = set()
        self._changed = threading.Condition()
        self._connections: set[socket.socket] = set()
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                super().setup()
                fake._connections.add(self.connection)

            def finish(self) -> None:
                fake._connections.discard(self.connection)
                super().finish()

            def do_POST(self) -> None:
                fake._post(self)

            def do_GET(self) -> None:
                fake._get(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True
            request_queue_size = 128
            allow_reuse_address = True

            def server_bind(self) -> None:
                socketserver.TCPServer.server_bind(self)
                self.server_name, self.server_port = self.server_address[:2]

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass

        self._server = Server(("127.0.0.1", port), Handler)
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def __enter__(self) -> FakeLoki:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        for connection in list(self._connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self._thread.join(5)

    def messages(self) -> List[str]:
        """The messages of the program, without the logger's own notices."""
        with self._changed:
            return [line.message for line in self.lines if line.content.get("logger") != "loki_logger"]

    def wait_for(self, condition: Callable[[], bool], timeout: float = 60.0) -> bool:
        """Waits until a condition on what came in holds."""
        with self._changed:
            return self._changed.wait_for(condition, timeout)

    def wait_for_lines(self, count: int, timeout: float = 60.0) -> bool:
        return self.wait_for(lambda: len(self.lines) >= count, timeout)

    def _post(self, request: Any) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        unpacked = gzip.decompress(body) if request.headers.get("Content-Encoding") == "gzip" else body
        assert request.headers["Content-Type"] == "application/json", request.headers["Content-Type"]
        lines = []
        for stream in json.loads(unpacked)["streams"]:
            for value in stream["values"]:
                lines.append(Line(stream["stream"], int(value[0]), value[1], value[2] if len(value) > 2 else {}))
        push = Push(request.headers.get("X-Sigyn-Batch-Id", ""), lines, len(body), len(unpacked), dict(request.headers),
                    request.client_address, time.monotonic())
        with self._changed:
            answer = self.behaviour(self, push)
            self.pushes.append(push)
            self._changed.notify_all()
        if answer.wait is not None:
            answer.wait.wait(60)
        if answer.keep if answer.keep is not None else 200 <= answer.status < 300:
            self.keep(push.batch_id, lines)
        self._reply(request, answer)

    def keep(self, batch_id: str, lines: List[Line]) -> None:
        with self._changed:
            if batch_id in self._kept_ids:
                self.repeated += 1
            else:
                self._kept_ids.add(batch_id)
                self.lines.extend(lines)
            self._changed.notify_all()

    def _get(self, request: Any) -> None:
        with self._changed:
            values = [[str(line.time), line.text] for line in self.lines]
        result = {"status": "success", "data": {"resultType": "streams", "result": [{"stream": {}, "values": values}]}}
        self._reply(request, Answer(200, json.dumps(result)))

    def _reply(self, request: Any, answer: Answer) -> None:
        if answer.cut:
            request.close_connection = True
            request.connection.shutdown(socket.SHUT_RDWR)
            return
        text = answer.text.encode()
        request.send_response(answer.status)
        for name, value in answer.headers.items():
            request.send_header(name, value)
        if answer.status != 204:
            request.send_header("Content-Length", str(len(text)))
        if answer.drip:
            while True:  # headers without end, until the client goes away
                request.send_header("X-Drip", "drop")
                request.flush_headers()
                if answer.wait is None or not answer.wait.wait(0.05):
                    continue
                break
        request.end_headers()
        request.wfile.write(text)
