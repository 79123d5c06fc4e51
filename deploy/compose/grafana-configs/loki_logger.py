"""Logs to Loki without getting in the way: one file, standard library only, Python 3.9 and newer.

    from loki_logger import LokiLogger

    logger = LokiLogger(service_name="model-deployment-orchestrator")
    logger.info("Starting deployment", model_id="model123", current_env="testing")

The same as a handler of `logging`, also for `dictConfig` (`"class": "loki_logger.LokiHandler"`):

    logging.getLogger().addHandler(LokiHandler("http://loki:3100", "shop"))

A call takes a few microseconds: it copies what it was given, puts it into a bounded queue and returns. It never waits for
the network and never raises. One daemon thread per client, started by the first line, sends batches and repeats them only
where that can help. What cannot be kept is dropped lowest level first, counted and reported: at every instant
`enqueued == sent + dropped + queued` in `stats()`. A normal exit sends the rest of the queue, for three seconds at most.

Every setting is a field of `Settings`, a keyword of `LokiLogger` and `LokiHandler`, and an environment variable `LOKI_...`.
`python3 loki_logger.py --url http://loki:3100` sends a line, reads it back and explains what is wrong if that fails.
"""

from __future__ import annotations

import _socket
import argparse
import atexit
import base64
import contextlib
import contextvars
import dataclasses
import email.utils
import http.client
import io
import itertools
import json
import json.encoder
import logging
import math
import os
import queue
import random
import re
import socket
import sys
import threading
import time
import urllib.parse
import weakref
import zlib
from collections import deque
from typing import Any, Callable, Deque, Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple

__all__ = ["LokiClient", "LokiHandler", "LokiLogger", "Settings", "context", "self_test"]

PUSH_PATH = "/loki/api/v1/push"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
DEBUG, INFO, WARNING, ERROR = range(4)

MAX_LINE = 256 * 1024  # bytes; Loki refuses longer lines
MAX_TEXT = 240 * 1024  # characters of a message
MAX_FIELD = 32 * 1024  # characters of a text in a field
MAX_OBJECT = 4096  # characters of any other object's text
MAX_LABEL = 2048  # bytes
MAX_LABELS = 15
MAX_REPLY = 64 * 1024  # bytes of an answer worth reading
LINE_OVERHEAD = 220  # bytes a queued line takes beside its message and fields
SLICE = 64  # lines moved while the queue's lock is held: a few microseconds
CHUNK = 32  # lines turned into JSON before other threads get a turn: a quarter of a millisecond
TURN = 1e-6  # seconds; the shortest pause that is one
IDLE = 30.0  # seconds after which an idle thread ends and its connection closes
NOTICE = 10.0  # seconds between two notices about dropped lines
COMPLAINT = 60.0  # seconds between two complaints of one kind
LONGEST_RETRY_AFTER = 600.0  # seconds
ISOLATE = 64  # requests spent on finding the refused lines of one batch
GZIP_FROM = 1024  # bytes
FOREVER = 1 << 62

RETRYABLE = frozenset((0, 408, 429, 500, 502, 503, 504))  # 0: no answer
UNAUTHORIZED = frozenset((401, 403))

Fields = Dict[str, Any]


# ---------------------------------------------------------------------------------------------------------- settings


@dataclasses.dataclass(frozen=True)
class Settings:
    """Everything about one client. Times are seconds, sizes bytes.

    In the environment a time is `500ms`, `10s`, `2m` or bare milliseconds, a size `64KiB`, `32MiB` or a bare number, and
    a mapping `a=b,c=d`. A variable that cannot be read is reported and the default stays.
    """

    #: may name user and password; a path other than / replaces /loki/api/v1/push
    url: str = dataclasses.field(default="http://loki:3100", repr=False)
    service: str = "unknown_service"  # label; SERVICE_NAME and OTEL_SERVICE_NAME are asked too
    hostname: str = ""  # label; the machine's name when empty
    env: str = ""  # label when not empty
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)  # further constant labels
    level: str = "DEBUG"  # lines below are not taken at all
    tenant: str = ""  # X-Scope-OrgID
    username: str = ""
    password: str = dataclasses.field(default="", repr=False)
    password_file: str = ""  # read again for every request, so it can be rotated
    token: str = dataclasses.field(default="", repr=False)  # bearer; wins over a password
    token_file: str = ""
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)
    ca_file: str = ""  # PEM certificates to trust instead of the system's
    cert_file: str = ""  # PEM client certificate
    key_file: str = ""
    proxy: str = ""  # host:port of an HTTP proxy
    queue_events: int = 100_000
    queue_bytes: int = 32 << 20
    overflow: str = "drop-newest"  # or drop-oldest, block; lower levels make way first
    block: float = 0.1  # longest wait of a caller with overflow="block"
    batch_events: int = 1000
    batch_bytes: int = 1 << 20
    batch_age: float = 1.0
    connect_timeout: float = 2.0  # name resolution and connection
    request_timeout: float = 10.0  # one attempt as a whole
    retry_first: float = 0.5
    retry_most: float = 30.0
    close_within: float = 3.0  # deadline at exit
    spool_dir: str = ""  # keeps batches on disk while the server is away
    spool_bytes: int = 256 << 20
    rate_limit: int = 0  # lines per second of one logger and level; 0: no limit
    structured_metadata: bool = False  # send fields as Loki's structured metadata instead of in the line
    extra_labels: bool = False  # put fields into labels too: many streams, so only for old dashboards
    console: bool = True  # LokiLogger prints each message

    def __post_init__(self) -> None:
        parts = urllib.parse.urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"not an http or https URL: {_shown(self.url)!r}")
        if not 0 < (parts.port or 1) < 65536:
            raise ValueError(f"no such port: {_shown(self.url)!r}")
        if not self.service.strip():
            raise ValueError("the service needs a name")
        if self.overflow not in ("drop-newest", "drop-oldest", "block"):
            raise ValueError(f"overflow is drop-newest, drop-oldest or block, not {self.overflow!r}")
        if self.level.upper() not in LEVELS:
            raise ValueError(f"level is one of {' '.join(LEVELS)}, not {self.level!r}")
        if bool(self.cert_file) != bool(self.key_file):
            raise ValueError("a client certificate and its key go together")
        for name, least in (("queue_events", 1), ("queue_bytes", 1024), ("batch_events", 1), ("batch_bytes", 1024)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be at least {least}, not {getattr(self, name)}")
        for name in ("batch_age", "connect_timeout", "request_timeout", "retry_first", "retry_most"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be positive")
        if self.proxy and not re.fullmatch(r"[^:/]+:\d{1,5}", self.proxy):
            raise ValueError(f"proxy is host:port, not {self.proxy!r}")
        for name, value in self.headers.items():
            if re.search(r"[\r\n]", f"{name}{value}"):
                raise ValueError(f"header {name!r} has a line break")

    @classmethod
    def from_environment(cls, environment: Optional[Mapping[str, str]] = None, **given: Any) -> Settings:
        """Defaults, over them the environment, over that what is given and not None."""
        variables = os.environ if environment is None else environment
        found: Dict[str, Any] = {}
        for name in ("OTEL_SERVICE_NAME", "SERVICE_NAME"):
            if variables.get(name, "").strip():
                found["service"] = variables[name].strip()
        for setting in dataclasses.fields(cls):
            name = "LOKI_" + setting.name.upper()
            text = variables.get(name, "").strip()
            if not text:
                continue
            default = {} if setting.default is dataclasses.MISSING else setting.default
            try:
                value = _parse(text, default)
                cls(**{setting.name: value}, **_PARTNER.get(setting.name, {}))
                found[setting.name] = value
            except ValueError as problem:
                shown = text if setting.repr else _shown(text) if setting.name == "url" else "***"
                _print(f"{name}={shown} is ignored: {problem}")
        found.update((name, value) for name, value in given.items() if value is not None)
        return cls(**found)


_PARTNER: Dict[str, Fields] = {"cert_file": {"key_file": "-"}, "key_file": {"cert_file": "-"}}
_SIZES: Dict[str, float] = {"": 1, "k": 1 << 10, "kb": 1 << 10, "kib": 1 << 10, "m": 1 << 20, "mb": 1 << 20, "mib": 1 << 20,
          "g": 1 << 30, "gb": 1 << 30, "gib": 1 << 30}
_TIMES = {"": 0.001, "ms": 0.001, "s": 1.0, "m": 60.0}


def _shown(url: str) -> str:
    """A URL without the user and the password in it."""
    return re.sub(r"//[^/?#]*@", "//***@", url)


def _parse(text: str, default: Any) -> Any:
    """The value of a variable, of the type of its default."""
    if isinstance(default, bool):
        if text.lower() in ("true", "yes", "on", "1"):
            return True
        if text.lower() in ("false", "no", "off", "0"):
            return False
        raise ValueError("neither true nor false")
    if isinstance(default, (int, float)):
        units = _TIMES if isinstance(default, float) else _SIZES
        number = re.fullmatch(r"(\d+)\s*([a-zA-Z]*)", text)
        if not number or number[2].lower() not in units:
            raise ValueError("not a number with a unit")
        return type(default)(int(number[1]) * units[number[2].lower()])
    if isinstance(default, dict):
        pairs = [pair.partition("=") for pair in text.split(",")]
        if any(not name.strip() or not equals for name, equals, _ in pairs):
            raise ValueError("not a list of name=value")
        return {name.strip(): value.strip() for name, _, value in pairs}
    return text


# ------------------------------------------------------------------------------------------------- fields and their text


_context: contextvars.ContextVar[Mapping[str, Any]] = contextvars.ContextVar("loki_logger_context")
_NOTHING: Mapping[str, Any] = {}
_PLAIN = frozenset((int, float, bool, type(None)))
_sizeof = sys.getsizeof
_RESERVED = frozenset(("timestamp", "level", "message", "hostname", "service"))


@contextlib.contextmanager
def context(**fields: Any) -> Iterator[None]:
    """Adds fields to every line logged inside, in this thread or task and in the tasks it starts."""
    token = _context.set({**_context.get({}), **fields})
    try:
        yield
    finally:
        _context.reset(token)


def _surroundings() -> Mapping[str, Any]:
    """What every line logged here has besides its own fields: values of `context`, and a Celery task's id and name."""
    fields = _context.get(_NOTHING)
    celery = sys.modules.get("celery._state")
    if celery is not None:
        with contextlib.suppress(Exception):
            task = celery.get_current_task()
            if task is not None and task.request.id:
                return {"task_id": task.request.id, "task": task.name, **fields}
    return fields


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}... [cut, {len(text)} characters]"


def _halved(text: str) -> str:
    """The first half of a text; what `_cut` said about its length before is kept."""
    before = re.search(r"\.\.\. \[cut, (\d+) characters\]$", text)
    whole = text[: before.start()] if before else text
    return f"{whole[:len(whole) // 2]}... [cut, {before[1] if before else len(text)} characters]"


def _text(value: Any) -> str:
    """Some text for anything, without ever failing."""
    try:
        if isinstance(value, (bytes, bytearray)):
            return _cut(bytes(value[:MAX_OBJECT + 1]).decode("utf-8", "backslashreplace"), MAX_OBJECT)
        return _cut(repr(value) if isinstance(value, BaseException) else str(value), MAX_OBJECT)
    except Exception:
        return f"<unprintable {type(value).__name__}>"


def _snapshot(value: Any, depth: int, budget: List[int]) -> Any:
    """A copy that JSON can express and that shares nothing mutable with the program."""
    kind = type(value)
    if kind is str:
        if budget[1] > MAX_TEXT:
            return "..."
        value = _cut(value, MAX_FIELD)
        budget[1] += len(value)
        return value
    if kind in _PLAIN:
        return value
    budget[0] -= 1
    budget[1] += 120
    if depth > 5 or budget[0] < 0 or budget[1] > MAX_TEXT:
        return "..."
    try:
        if isinstance(value, dict):
            return {_text(key): _snapshot(item, depth + 1, budget) for key, item in itertools.islice(value.items(), 100)}
        if isinstance(value, (list, tuple, set, frozenset)):
            return [_snapshot(item, depth + 1, budget) for item in itertools.islice(value, 1000)]
    except Exception:
        return f"<unprintable {kind.__name__}>"
    text = _text(value)
    budget[1] += len(text)
    return text


def _own(fields: Fields) -> int:
    """Replaces what is mutable in `fields`, which the caller gives up, by copies; the bytes it all takes."""
    size = _sizeof(fields)
    for name, value in fields.items():
        kind = type(value)
        if kind is str:
            if len(value) > MAX_FIELD:
                value = fields[name] = _cut(value, MAX_FIELD)
            size += _sizeof(value)
        elif kind in _PLAIN:
            size += 32
        else:
            budget = [1000, 0]
            fields[name] = _snapshot(value, 0, budget)
            size += budget[1] * 2
    return size


def _finite(value: Any) -> Any:
    """`value` without what JSON has no words for: NaN, infinities, integers of thousands of digits."""
    if isinstance(value, dict):
        return {name: _finite(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and value.bit_length() > 64:
        return hex(value) if value.bit_length() < 4096 else f"<integer of {value.bit_length()} bits>"
    return value


_quote: Callable[[str], str] = getattr(json.encoder, "c_encode_basestring", None) or json.encoder.py_encode_basestring


def _json_encoder() -> Callable[[Any], str]:
    """Compact JSON that refuses NaN. `JSONEncoder.encode` makes a new C encoder for every object, which takes longer than
    to encode one line, so the C encoder is made once where there is one."""
    encoder = json.JSONEncoder(ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":"), default=_text)
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return encoder.encode
    chunks = make(None, _text, _quote, None, ":", ",", False, False, False)
    return lambda value: "".join(chunks(value, 0))


_to_json = _json_encoder()


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:  # lone surrogates
        return text.encode("utf-8", "replace")


def _json_line(content: Fields) -> str:
    """One line of at most MAX_LINE bytes: the longest texts in it are cut until it fits."""
    try:
        line = _to_json(content)
    except (ValueError, RecursionError):
        line = _to_json(_finite(content))
    while len(line) > MAX_LINE // 4 and len(_utf8(line)) > MAX_LINE:
        longest = max(content, key=lambda name: len(_to_json(_finite(content[name]))))
        text = content[longest] if isinstance(content[longest], str) else _to_json(_finite(content[longest]))
        content[longest] = _halved(text) if len(text) > 64 else ""
        line = _to_json(_finite(content))
    return line


def _label_value(value: Any) -> str:
    text = value if type(value) is str else _text(value)
    if len(text) * 4 <= MAX_LABEL:
        return text
    return _utf8(text)[:MAX_LABEL].decode("utf-8", "ignore")


def _label_name(name: str) -> str:
    name = re.sub(r"[^a-zA-Z0-9_]", "_", name)
    return name if re.match(r"[a-zA-Z_]", name) else "_" + name


# -------------------------------------------------------------------------------------------------------- diagnostics


def _print(text: str) -> None:
    """One line on the process's own standard error, never through `logging` and never failing."""
    with contextlib.suppress(Exception):
        if sys.__stderr__ is not None:
            sys.__stderr__.write(f"loki_logger: {text}\n")
            sys.__stderr__.flush()


# --------------------------------------------------------------------------------------------------- records and batches


# One queued line: its time in nanoseconds, unique and increasing in the client; rank, level, model_id, message, fields; the
# memory it takes. A plain tuple, because the garbage collector forgets one that holds only texts and numbers, and so a long
# queue does not make its pauses longer.
_Record = Tuple[int, int, str, Optional[str], str, Optional[Fields], int]
_TIME, _SIZE = 0, 6


class _Batch:
    """Lines encoded for one request. `id` stays the same over all attempts, so a server can recognise a repetition."""

    __slots__ = ("id", "entries", "lines", "footprint", "generation", "budget", "_body", "has_metadata")

    def __init__(self, batch_id: str, entries: List[Tuple[str, str, int]], generation: int, budget: List[int],
                 has_metadata: bool) -> None:
        self.id = batch_id
        self.entries = entries  # labels, entry, memory of the record; labels and entry as JSON
        self.lines = len(entries)
        self.footprint = sum(entry[2] for entry in entries)
        self.generation = generation
        self.budget = budget
        self.has_metadata = has_metadata
        self._body: Optional[Tuple[bytes, bool]] = None

    def body(self) -> Tuple[bytes, bool]:
        """The request's body and whether it is compressed."""
        if self._body is None:
            streams: Dict[str, List[str]] = {}
            for labels, entry, _ in self.entries:
                streams.setdefault(labels, []).append(entry)
            joined = ",".join(f'{{"stream":{labels},"values":[{",".join(values)}]}}' for labels, values in streams.items())
            raw = _utf8(f'{{"streams":[{joined}]}}')
            if len(raw) >= GZIP_FROM:
                packer = zlib.compressobj(1, zlib.DEFLATED, 31)
                self._body = (packer.compress(raw) + packer.flush(), True)
            else:
                self._body = (raw, False)
        return self._body

    def halves(self) -> Tuple[_Batch, _Batch]:
        middle = self.lines // 2
        return (_Batch(self.id + ".0", self.entries[:middle], self.generation, self.budget, self.has_metadata),
                _Batch(self.id + ".1", self.entries[middle:], self.generation, self.budget, self.has_metadata))


class _Reply(NamedTuple):
    """An answer; `status` 0 is none at all, and `text` then says why."""

    status: int
    text: str
    retry_after: Optional[float] = None
    date: Optional[float] = None
    authorization: str = ""

    @property
    def accepted(self) -> bool:
        """A success; 260 is Loki's way of saying that it blocks this tenant's lines."""
        return 200 <= self.status < 300 and self.status != 260


def _refused_lines(text: str) -> Optional[int]:
    """How many lines a 400 refused while storing the others, when its text tells."""
    ignored = [int(n) for n in re.findall(r"total ignored: (\d+) out of \d+", text)]
    alike = [int(n) for n in re.findall(r"(\d+) errors? like: ", text)]
    if ignored or alike:
        return sum(ignored) + sum(alike)
    one_line = r"entry for stream .* has timestamp too|max entry size|stream .* (has structured metadata too large|has too many structured)"
    return 1 if re.match(one_line, text, re.DOTALL) else None


# ---------------------------------------------------------------------------------------------------------- connection


class _TimedStream(io.RawIOBase):
    """Reads a socket until a deadline, however slowly its bytes drip."""

    def __init__(self, wire: _Wire) -> None:
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._wire.sock.settimeout(self._wire.left())
        return int(self._wire.sock.recv_into(buffer))


class _Wire:
    """What `http.client` sees of a socket. Closing it does nothing: the connection's owner closes the socket."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self.sock = sock
        self.deadline = deadline

    def left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("no complete answer in time")
        return left

    def sendall(self, data: Any) -> None:
        self.sock.settimeout(self.left())
        self.sock.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedStream(self))

    def close(self) -> None:
        pass


class _Connection:
    """One kept-alive HTTP/1.1 connection to the server of `settings`. Used by one thread at a time."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        parts = urllib.parse.urlsplit(settings.url)
        self.secure = parts.scheme == "https"
        self.host = parts.hostname or ""
        self.port = parts.port or (443 if self.secure else 80)
        self.path = parts.path if parts.path not in ("", "/") else PUSH_PATH
        self.base = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self._user = urllib.parse.unquote(parts.username or "")
        self._password = urllib.parse.unquote(parts.password or "")
        self._wire: Optional[_Wire] = None
        self._http: Optional[http.client.HTTPConnection] = None
        self._tls: Any = None
        self._lookup: Optional[queue.SimpleQueue[Any]] = None

    def authorization(self) -> str:
        """The header's value from the secrets as they are now; empty for none."""
        s = self.settings
        token = _secret(s.token_file) if s.token_file else s.token
        if token:
            return "Bearer " + token
        user = s.username or self._user
        if not user:
            return ""
        password = _secret(s.password_file) if s.password_file else s.password or self._password
        return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def post(self, body: bytes, headers: Dict[str, str], deadline: float) -> _Reply:
        headers = {"Content-Type": "application/json", **headers}
        return self.request("POST", self.path, body, headers, deadline)

    def request(self, method: str, path: str, body: Optional[bytes], headers: Dict[str, str], deadline: float) -> _Reply:
        """One exchange, over by `deadline`.

        :raises OSError: when there is no answer
        :raises http.client.HTTPException: when the answer is not HTTP
        """
        authorization = self.authorization()
        sent = {"User-Agent": "sigyn-loki-logger/1", **headers, **self.settings.headers}
        if self.settings.tenant:
            sent["X-Scope-OrgID"] = self.settings.tenant
        if authorization:
            sent["Authorization"] = authorization
        target = self.base + path if self.settings.proxy and not self.secure else path
        while True:
            reused = self._wire is not None
            try:
                connection = self._connected(deadline)
                connection.request(method, target, body, sent)
                response = connection.getresponse()
                text = response.read(MAX_REPLY).decode("utf-8", "replace").strip()
                if response.will_close or not response.isclosed():
                    self.close()
                return _Reply(response.status, text, _retry_after(response), _date(response.getheader("Date", "")), authorization)
            except (ConnectionError, http.client.BadStatusLine):
                self.close()
                if not reused:  # else the server had closed the idle connection: once more on a new one
                    raise
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        wire, self._wire, self._http = self._wire, None, None
        if wire is not None:
            wire.sock.close()

    def forget(self) -> None:
        """Closes this process's copy of a connection that the parent process goes on using."""
        wire, self._wire, self._http, self._lookup = self._wire, None, None, None
        if wire is not None:
            with contextlib.suppress(OSError):
                os.close(wire.sock.detach())

    def _connected(self, deadline: float) -> http.client.HTTPConnection:
        if self._wire is not None and self._http is not None:
            self._wire.deadline = deadline
            return self._http
        until = min(deadline, time.monotonic() + self.settings.connect_timeout)
        proxy_host, _, proxy_port = self.settings.proxy.rpartition(":")
        via = (proxy_host, int(proxy_port)) if self.settings.proxy else (self.host, self.port)
        problem: Optional[OSError] = None
        for family, kind, protocol, _, address in self.resolve(*via, until):
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(max(until - time.monotonic(), 0.001))
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self.secure:
                    sock = self._encrypted(sock, until)
                self._wire = _Wire(sock, deadline)
                self._http = http.client.HTTPConnection(self.host, self.port)
                self._http.auto_open = 0
                self._http.sock = self._wire
                return self._http
            except OSError as failed:
                sock.close()
                problem = failed
        raise problem or OSError(f"{via[0]} has no address")

    def _encrypted(self, sock: socket.socket, until: float) -> socket.socket:
        import ssl

        if self.settings.proxy:
            wire = _Wire(sock, until)
            wire.sendall(f"CONNECT {self.host}:{self.port} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n\r\n".encode())
            reply = http.client.HTTPResponse(wire, method="CONNECT")  # type: ignore[arg-type]
            reply.begin()
            if reply.status != 200:
                raise ConnectionError(f"the proxy answered {reply.status}")
        if self._tls is None:
            self._tls = ssl.create_default_context(cafile=self.settings.ca_file or None)
            if self.settings.cert_file:
                self._tls.load_cert_chain(self.settings.cert_file, self.settings.key_file)
        sock.settimeout(max(until - time.monotonic(), 0.001))
        encrypted: socket.socket = self._tls.wrap_socket(sock, server_hostname=self.host)
        return encrypted

    def resolve(self, host: str, port: int, deadline: float) -> List[Any]:
        """The addresses of a host. The system's resolver has no timeout, so a name is looked up on a thread of its own,
        one at a time: a lookup that hangs is waited for again by the next attempt."""
        for family in (socket.AF_INET, socket.AF_INET6):
            with contextlib.suppress(OSError):
                socket.inet_pton(family, host)
                return [(family, socket.SOCK_STREAM, 0, "", (host, port))]
        if self._lookup is None:
            answers: queue.SimpleQueue[Any] = queue.SimpleQueue()

            def look_up() -> None:
                try:
                    answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
                except RuntimeError:  # gevent's wants a pool of threads, which the interpreter's end does not allow
                    answers.put(_socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
                except Exception as failed:
                    answers.put(failed)

            try:
                threading.Thread(target=look_up, name="loki-logger-dns", daemon=True).start()
            except RuntimeError:  # the interpreter is ending and starts no more threads
                look_up()
            self._lookup = answers
        try:
            answer = self._lookup.get(timeout=max(deadline - time.monotonic(), 0.001))
        except queue.Empty:
            raise TimeoutError(f"looking up {host} took too long") from None
        self._lookup = None
        if isinstance(answer, Exception):
            raise answer
        return list(answer)


def _secret(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read().strip()


def _date(text: str) -> Optional[float]:
    parsed = email.utils.parsedate_tz(text)
    return None if parsed is None else float(email.utils.mktime_tz(parsed))


def _retry_after(response: http.client.HTTPResponse) -> Optional[float]:
    text = response.getheader("Retry-After", "").strip()
    seconds: Optional[float] = None
    if re.fullmatch(r"\d+(\.\d+)?", text):
        seconds = float(text)
    elif text:
        date = _date(text)
        seconds = None if date is None else date - time.time()
    return None if seconds is None else min(max(seconds, 0.0), LONGEST_RETRY_AFTER)


# -------------------------------------------------------------------------------------------------------------- spool


class _Spool:
    """Batches on disk, one file each: a JSON line with id, lines and CRC-32, then the compressed body.

    A process writes into a folder of its own, which it holds a lock on; the lock dies with the process, and whoever
    starts next takes over what is left in the folder. The folder is there while there are batches in it, each time under
    a new name. Past `limit` bytes the oldest batch goes.
    """

    def __init__(self, directory: str, name: str, limit: int) -> None:
        import fcntl  # not on every system

        self._lock_file = fcntl.flock
        self._exclusive, self._at_once = fcntl.LOCK_EX, fcntl.LOCK_EX | fcntl.LOCK_NB
        self.limit = limit
        self._directory, self._name = directory, name
        self._folder = ""
        self._lock = -1
        self._folders, self._sequence = itertools.count(1), itertools.count(1)
        self.mutex = threading.RLock()  # the thread and whoever gives up; taken before the client's lock, never after
        self.waiting: Deque[Tuple[str, int, int]] = deque()  # path, lines, bytes; oldest first
        self.bytes = 0
        self.adopted = 0
        os.makedirs(directory, mode=0o700, exist_ok=True)
        for other in sorted(os.listdir(directory)):
            self._adopt(os.path.join(directory, other))

    def _adopt(self, folder: str) -> None:
        try:
            lock = os.open(os.path.join(folder, "lock"), os.O_RDWR)
        except OSError:
            return
        try:
            self._lock_file(lock, self._at_once)
            for file in sorted(os.listdir(folder)):
                if file.endswith(".batch"):
                    self._take_over(os.path.join(folder, file))
            for file in os.listdir(folder):
                os.remove(os.path.join(folder, file))
            os.rmdir(folder)
        except OSError:
            pass  # its owner lives, or another process was faster
        finally:
            os.close(lock)

    def _take_over(self, left: str) -> None:
        path = os.path.join(self._open(), os.path.basename(left))
        os.rename(left, path)
        try:
            with open(path, "rb") as opened:
                lines = int(json.loads(opened.readline())["lines"])
        except (OSError, ValueError, KeyError, TypeError):  # torn: what it held is not known, so it cannot be counted
            os.remove(path)
            return
        self._note(path, lines, os.path.getsize(path))
        self.adopted += lines

    def _open(self) -> str:
        """This process's folder, made when there is none."""
        while not self._folder:
            folder = os.path.join(self._directory, f"{self._name}-{next(self._folders)}")
            os.makedirs(folder, mode=0o700)
            lock = os.open(os.path.join(folder, "lock"), os.O_CREAT | os.O_RDWR, 0o600)
            self._lock_file(lock, self._exclusive)
            if os.path.exists(os.path.join(folder, "lock")):
                self._folder, self._lock = folder, lock
            else:  # taken for a leftover by another process in the moment before it was locked
                os.close(lock)
        return self._folder

    def _note(self, path: str, lines: int, size: int) -> None:
        self.waiting.append((path, lines, size))
        self.bytes += size

    def keep(self, batch: _Batch) -> int:
        """Writes a batch; the lines of older batches that had to go for it.

        :raises OSError: when it cannot be written, and then nothing of it is left on disk
        """
        body, packed = batch.body()
        head = {"id": batch.id, "lines": batch.lines, "gzip": packed, "crc": zlib.crc32(body)}
        content = _utf8(json.dumps(head)) + b"\n" + body
        path = os.path.join(self._open(), f"{time.time_ns():020d}-{next(self._sequence):06d}.batch")
        try:
            with open(path + ".part", "wb") as file:
                file.write(content)
            os.rename(path + ".part", path)
        except OSError:
            with contextlib.suppress(OSError):
                os.remove(path + ".part")
            self._close_when_empty()
            raise
        self._note(path, batch.lines, len(content))
        lost = 0
        while self.bytes > self.limit and len(self.waiting) > 1:
            lost += self.waiting[0][1]
            self.remove(self.waiting[0][0])
        return lost

    def oldest(self) -> Tuple[str, bytes, bool]:
        """Id, body and compression of the oldest batch.

        :raises ValueError: when the file is damaged
        """
        with open(self.waiting[0][0], "rb") as file:
            head = json.loads(file.readline())
            body = file.read()
        if zlib.crc32(body) != head["crc"]:
            raise ValueError("checksum differs")
        return str(head["id"]), body, bool(head["gzip"])

    def remove(self, path: str) -> bool:
        """Removes the oldest batch, if it still is the one at `path`."""
        if not self.waiting or self.waiting[0][0] != path:
            return False
        self.bytes -= self.waiting.popleft()[2]
        with contextlib.suppress(OSError):
            os.remove(path)
        self._close_when_empty()
        return True

    def _close_when_empty(self) -> None:
        if not self.waiting:
            with contextlib.suppress(OSError):
                os.remove(os.path.join(self._folder, "lock"))
                os.rmdir(self._folder)
            self.close()

    def close(self) -> None:
        """Gives the folder up: what is in it is for the next process."""
        if self._folder:
            self._folder = ""
            with contextlib.suppress(OSError):
                os.close(self._lock)


# -------------------------------------------------------------------------------------------------------------- client


class _Section:
    """The client's lock together with the mark that its state is being changed.

    The lock is re-entrant and the mark tells a signal handler or a finalizer that interrupted the holder, on the holder's
    own thread, to leave the state alone.
    """

    __slots__ = ("client",)

    def __init__(self, client: LokiClient) -> None:
        self.client = client

    def __enter__(self) -> None:
        self.client._lock.acquire()
        self.client._busy = True

    def __exit__(self, *_: object) -> None:
        self.client._busy = False
        self.client._lock.release()


class _Bucket:
    """What one logger may still log at one level, and how much more it wanted to."""

    __slots__ = ("left", "at", "suppressed")

    def __init__(self, left: float, at: float) -> None:
        self.left, self.at, self.suppressed = left, at, 0


class LokiClient:
    """A bounded queue and the thread that empties it. `LokiLogger` and `LokiHandler` are its faces.

    Every line taken is in exactly one place: `enqueued == sent + dropped + queued`. Any thread, signal handlers and
    finalizers may call any method. After a fork the child starts with an empty queue, since the parent still has the lines.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.hostname = settings.hostname or socket.gethostname()
        self._constant_labels = {_label_name(name): value for name, value in settings.labels.items()}
        if settings.env:
            self._constant_labels["env"] = settings.env
        self._min_rank = LEVELS.index(settings.level.upper())
        self._most_lines, self._most_bytes = settings.queue_events, settings.queue_bytes
        self._rate_limit, self._may_block = settings.rate_limit, settings.overflow == "block"
        self._origin = f',"hostname":{_quote(self.hostname)},"service":{_quote(settings.service)}'
        self._connection = _Connection(settings)
        self._section = _Section(self)
        self._isolating = True
        self._metadata_allowed = settings.structured_metadata
        self._closed = False
        self._fresh()
        with _registry_lock:
            _clients.add(self)

    def _fresh(self) -> None:
        """State of a client, and of its copy in a forked child, that has not logged yet."""
        self._lock = threading.RLock()
        self._busy = False
        self._aside: Deque[Tuple[int, str, Optional[str], str, Optional[Fields], int]] = deque()
        self._queues: Tuple[Deque[_Record], ...] = tuple(deque() for _ in LEVELS)
        self._count = 0  # lines queued or being sent
        self._bytes = 0
        self._flying = 0  # time of the oldest line in the thread's hand, 0 when there is none
        self._hand_count = self._hand_bytes = 0
        self._current: Optional[_Batch] = None
        self._last = 0
        self._enqueued = self._sent = self._retried = self._spooled = 0
        self._dropped: Dict[str, int] = {}
        self._told = self._told_server = 0
        self._told_at = self._success = time.monotonic()
        self._complaints: Dict[str, float] = {}
        self._buckets: Dict[Tuple[str, int, str], _Bucket] = {}
        self._generation = 0
        self._denied = 0
        self._skewed = False
        self._leaving: Optional[float] = None
        self._hurry = False
        self._wake: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._nudge_at, self._nudge_bytes = 1, FOREVER
        self._waiters: List[queue.SimpleQueue[None]] = []
        self._worker: Optional[threading.Thread] = None
        self._worker_ident = 0
        self._labels: Dict[Tuple[Any, ...], str] = {}
        self._second = (0, "")
        self._instance = os.urandom(8).hex()
        self._batches = itertools.count(1)
        self._spool: Optional[_Spool] = None
        self._spool_wanted = bool(self.settings.spool_dir)
        self._spool_due = 0.0
        self._spool_failures = 0

    # ---- what callers use

    def put(self, rank: int, level: str, model_id: Optional[str], message: str, fields: Optional[Fields],
            name: str = "") -> bool:
        """Queues one line; `fields` belongs to the client from now on. False when it was dropped at once."""
        if rank < self._min_rank:
            return False
        if len(message) > MAX_TEXT:
            message = _cut(message, MAX_TEXT)
        size = LINE_OVERHEAD + _sizeof(message) + (_own(fields) if fields else 0)
        start = False
        with self._lock:
            if self._busy:
                self._aside.append((rank, level, model_id, message, fields, size))
                self._wake.put(None)
                return True
            self._busy = True
            try:
                if self._aside:
                    self._take_aside()
                if self._rate_limit and not self._within_rate(name, rank, level):
                    self._enqueued += 1
                    self._drop("rate_limited", 1)
                    return False
                taken = self._admit(rank, level, model_id, message, fields, size, self._may_block)
                start = self._worker is None and not self._closed
            finally:
                self._busy = False
        if start:
            self._start()
        return taken if taken is not None else self._wait_for_room(rank, level, model_id, message, fields, size)

    def flush(self, timeout: float = 3.0) -> int:
        """Sends everything logged before this call; 0, or after `timeout` the number of lines still waiting."""
        if threading.get_ident() == self._worker_ident:
            return self._left()
        deadline = time.monotonic() + timeout
        waiter = type(self._wake)()
        if not self._lock.acquire(timeout=max(timeout, 0)):
            return self._left()
        try:
            if self._busy:  # a signal handler inside a call of this very thread: the worker cannot go on before it returns
                return self._left()
            self._busy = True
            self._take_aside()
            mark = self._last
            if self._reached(mark):
                return 0
            self._waiters.append(waiter)
            self._hurry = True
            worker = self._worker
        finally:
            self._busy = False
            self._lock.release()
        self._wake.put(None)
        if worker is None and not self._start():
            self._send_here(deadline)
        while True:
            left = deadline - time.monotonic()
            with self._section:
                reached = self._reached(mark)
                if left <= 0 or reached:
                    self._waiters.remove(waiter)
                    return 0 if reached else self._left()
            with contextlib.suppress(queue.Empty):
                waiter.get(timeout=left)

    def close(self, timeout: Optional[float] = None) -> int:
        """Flushes, gives up what is left, and ends the thread; the number of lines lost. Further lines are dropped."""
        timeout = self.settings.close_within if timeout is None else timeout
        deadline = time.monotonic() + timeout
        lost = self.finish(timeout)
        self._leaving = deadline
        self._closed = True
        if not self.sends_on_this_thread() and not self._interrupted():
            self._wait_for_the_end(deadline)
        return lost

    def _wait_for_the_end(self, deadline: float) -> None:
        """Waits until the thread has put down what it has in hand and the spool is given up."""
        waiter = type(self._wake)()
        with self._section:
            if self._worker is None:
                self._give_up_spool()
                return
            self._waiters.append(waiter)
        self._wake.put(None)
        while self._worker is not None and time.monotonic() < deadline:
            with contextlib.suppress(queue.Empty):
                waiter.get(timeout=max(deadline - time.monotonic(), 0.001))

    def finish(self, timeout: float) -> int:
        """What happens at exit: flushes until the deadline, then gives up, counts and reports what is left."""
        if self._interrupted():
            return 0
        timeout *= 0.9  # the rest is for giving up, the last words and the end of the interpreter
        self._leaving = time.monotonic() + timeout
        with self._section:
            self._tell_all_suppressed(0.0)
        self.flush(timeout)
        if self._left():  # logged meanwhile, perhaps by the logger itself
            self.flush(max(self._leaving - time.monotonic(), 0.0))
        lost = self._abandon() if self._left() else 0
        if lost:
            _print(f"lost {lost} lines of {self.settings.service}: {self._connection.base} did not take them in time")
        self._leaving = None
        return lost

    def stats(self) -> Dict[str, Any]:
        """Counters of lines, consistent with each other: enqueued == sent + sum(dropped) + queued."""
        with self._lock:
            aside = len(self._aside)
            return {
                "enqueued": self._enqueued + aside,
                "sent": self._sent,
                "retried": self._retried,
                "dropped": dict(self._dropped),
                "queued": self._count + self._spooled + aside,
                "queued_bytes": self._bytes,
                "spooled": self._spooled,
                "last_success_age": time.monotonic() - self._success,
            }

    def complain(self, kind: str, text: str) -> None:
        """Says something on standard error, each kind once a minute."""
        now = time.monotonic()
        if now - self._complaints.get(kind, -COMPLAINT) >= COMPLAINT:
            self._complaints[kind] = now
            _print(text)

    def _interrupted(self) -> bool:
        """Whether this call comes from a signal handler or finalizer inside another call, on the same thread."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            return self._busy
        finally:
            self._lock.release()

    def sends_on_this_thread(self) -> bool:
        """Whether the caller is the client's own thread, whose log lines would feed on themselves."""
        return threading.get_ident() == self._worker_ident

    # ---- the queue; callers hold the section

    def _admit(self, rank: int, level: str, model_id: Optional[str], message: str, fields: Optional[Fields], size: int,
               may_wait: bool = False) -> Optional[bool]:
        """Takes a line: whether it is queued now, or None when the caller may wait for room."""
        if self._closed:
            self._enqueued += 1
            self._drop("closed", 1)
            return False
        if self._bytes + size > self._most_bytes or self._count >= self._most_lines:  # not _fits: a call costs too much
            if not self._make_room(rank, size):
                if may_wait:
                    return None
                self._enqueued += 1
                self._drop("overflow", 1)
                return False
        self._enqueued += 1
        now = time.time_ns()
        if now <= self._last:  # two lines in one tick, or the clock went back
            now = self._last + 1
        self._last = now
        self._queues[rank].append((now, rank, level, model_id, message, fields, size))
        self._count += 1
        self._bytes += size
        if self._count >= self._nudge_at or self._bytes >= self._nudge_bytes:
            self._nudge_at = self._nudge_bytes = FOREVER
            self._wake.put(None)
        return True

    def _make_room(self, rank: int, size: int) -> bool:
        """Drops queued lines of lower levels, and with drop-oldest of the same, until a line fits."""
        oldest = self.settings.overflow == "drop-oldest"
        while not self._fits(size):
            for lines in self._queues[: rank + oldest]:
                if lines:
                    victim = lines.popleft() if oldest else lines.pop()
                    self._count -= 1
                    self._bytes -= victim[_SIZE]
                    self._drop("evicted", 1)
                    break
            else:
                return False
        return True

    def _fits(self, size: int) -> bool:
        return self._bytes + size <= self._most_bytes and self._count < self._most_lines

    def _take_aside(self) -> None:
        while self._aside:
            self._admit(*self._aside.popleft())

    def _drop(self, reason: str, lines: int) -> None:
        self._dropped[reason] = self._dropped.get(reason, 0) + lines

    def _within_rate(self, name: str, rank: int, level: str) -> bool:
        now = time.monotonic()
        key = (name, rank, level)
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(float(self._rate_limit), now)
        bucket.left = min(bucket.left + (now - bucket.at) * self._rate_limit, float(self._rate_limit))
        bucket.at = now
        if bucket.left < 1:
            bucket.suppressed += 1
            return False
        bucket.left -= 1
        if bucket.suppressed:
            self._tell_suppressed(key, bucket)
        return True

    def _tell_suppressed(self, key: Tuple[str, int, str], bucket: _Bucket) -> None:
        """Queues a line about what the rate limit kept back, but only into room that is free."""
        name, rank, level = key
        message = f"suppressed {bucket.suppressed:,} similar lines"
        fields: Optional[Fields] = {"logger": name} if name else None
        size = LINE_OVERHEAD + _sizeof(message) + (_own(fields) if fields else 0)
        if self._fits(size) and not self._closed:
            bucket.suppressed = 0
            self._admit(rank, level, None, message, fields, size)

    def _tell_all_suppressed(self, quiet: float) -> None:
        """The same for every logger that has kept quiet for so long, and so may never log again."""
        before = time.monotonic() - quiet
        for key, bucket in self._buckets.items():
            if bucket.suppressed and bucket.at <= before:
                self._tell_suppressed(key, bucket)

    def _reached(self, mark: int) -> bool:
        """Whether every line up to the time `mark` has been sent or dropped."""
        return (not self._aside and not 0 < self._flying <= mark
                and all(not lines or lines[0][_TIME] > mark for lines in self._queues))

    def _left(self) -> int:
        return self._count + len(self._aside)

    def _tell_waiters(self) -> None:
        for waiter in self._waiters:
            waiter.put(None)

    def _wait_for_room(self, rank: int, level: str, model_id: Optional[str], message: str, fields: Optional[Fields],
                       size: int) -> bool:
        """The rest of `put` with overflow="block": waits outside the lock, at most `block` seconds."""
        deadline = time.monotonic() + (0 if self.sends_on_this_thread() else self.settings.block)
        waiter = type(self._wake)()
        with self._section:
            self._waiters.append(waiter)
        taken: Optional[bool] = None
        while taken is None:
            left = deadline - time.monotonic()
            if left > 0:
                with contextlib.suppress(queue.Empty):
                    waiter.get(timeout=left)
            with self._section:
                taken = self._admit(rank, level, model_id, message, fields, size, time.monotonic() < deadline)
        with self._section:
            self._waiters.remove(waiter)
        return taken

    # ---- the thread

    def _start(self) -> bool:
        """Starts the thread if it is not running; False when the interpreter is ending and starts no more threads."""
        with self._lock:
            if self._worker is not None:
                return True
            # made together, because gevent may have replaced both since this process began
            worker, self._wake = threading.Thread(target=self._run, name="loki-logger", daemon=True), queue.SimpleQueue()
            self._worker = worker
        with contextlib.suppress(Exception):
            _hook_process_exit()
        try:
            worker.start()
            return True
        except RuntimeError:
            self._worker = None
            return False

    def _run(self) -> None:
        self._worker_ident = threading.get_ident()
        _suppress_instrumentation()
        worker = threading.current_thread()
        try:
            while self._wait_for_lines():
                self._work()
        finally:
            with self._section:
                if self._worker is worker:  # not when it ended for want of lines: there may be a new one
                    self._worker = None
                    self._worker_ident = 0
                    self._tell_waiters()

    def _work(self) -> None:
        """Sends one batch's worth of lines, and whatever goes wrong stays here."""
        try:
            self._open_spool()
            generation = self._generation
            for batch in self._encode(self._take(), generation):
                self._deliver(batch)
            self._unspool()
        except Exception as problem:
            self.complain("internal", f"failed itself: {problem!r}")
        finally:
            with self._section:
                if self._hand_count:
                    self._drop("internal", self._hand_count)
                    self._put_down(self._hand_count, self._hand_bytes)
                self._flying = 0
                self._tell_waiters()
        self._report_drops()

    def _put_down(self, lines: int, size: int) -> None:
        """Ends the life in memory of lines that were in the thread's hand."""
        self._count -= lines
        self._bytes -= size
        self._hand_count -= lines
        self._hand_bytes -= size

    def _wait_for_lines(self) -> bool:
        """Waits until there is a batch's worth of lines, or the oldest has waited for `batch_age`, or somebody flushes;
        False when the thread should end."""
        due: Optional[float] = None
        while True:
            now = time.monotonic()
            with self._section:
                self._take_aside()
                if self._count:
                    due = due or now + self.settings.batch_age
                    full = self._count >= self.settings.batch_events or self._bytes >= self.settings.batch_bytes
                    if full or now >= due or self._waiters or self._closed:
                        self._nudge_at = self._nudge_bytes = FOREVER
                        return True
                    self._nudge_at, self._nudge_bytes = self.settings.batch_events, self.settings.batch_bytes
                    wait = due - now
                elif self._spooled:
                    if self._closed:
                        return self._end()
                    if now >= self._spool_due:
                        return True
                    self._nudge_at, self._nudge_bytes = 1, FOREVER
                    wait = self._spool_due - now
                elif self._closed:
                    return self._end()
                else:
                    self._nudge_at, self._nudge_bytes = 1, FOREVER
                    wait = IDLE
            try:
                self._wake.get(timeout=wait)
            except queue.Empty:
                with self._section:
                    if not self._count and not self._spooled and not self._aside:
                        return self._end()
            self._report_drops()

    def _end(self) -> bool:
        """Lets the thread go: the next line starts another."""
        self._connection.close()
        self._worker, self._worker_ident = None, 0
        self._nudge_at, self._nudge_bytes = 1, FOREVER
        if self._closed:
            self._give_up_spool()
        self._tell_waiters()
        return False

    def _give_up_spool(self) -> None:
        if self._spool is not None:
            self._spool.close()
            self._spool = None

    def _send_here(self, deadline: float) -> None:
        """Does the thread's work on the caller's: at the interpreter's end no thread can be started any more."""
        before, self._leaving = self._leaving, deadline
        while self._count and time.monotonic() < deadline:
            self._nudge_at = self._nudge_bytes = FOREVER
            self._work()
        self._leaving = before
        self._connection.close()

    def _take(self) -> List[_Record]:
        """Up to one batch of the oldest lines."""
        records: List[_Record] = []
        size = 0
        most_lines, most_bytes = self.settings.batch_events, self.settings.batch_bytes
        while True:
            with self._section:
                filled = [lines for lines in self._queues if lines]
                taken, taken_size = len(records), size
                while filled and len(records) < most_lines and size < most_bytes and len(records) - taken < SLICE:
                    oldest = filled[0] if len(filled) == 1 else min(filled, key=_head)
                    record = oldest.popleft()
                    records.append(record)
                    size += record[_SIZE]
                    if not oldest:
                        filled.remove(oldest)
                self._flying = self._flying or (records[0][_TIME] if records else 0)
                self._hand_count += len(records) - taken
                self._hand_bytes += size - taken_size
                if not filled or len(records) >= most_lines or size >= most_bytes:
                    return records

    def _encode(self, records: List[_Record], generation: int) -> Iterator[_Batch]:
        entries: List[Tuple[str, str, int]] = []
        size = 0
        for done, record in enumerate(records):
            if done % CHUNK == CHUNK - 1:
                time.sleep(TURN)  # a thread that waits for the interpreter has it now; with 0 it would wake up too late
            try:
                labels, entry = self._entry(record)
            except Exception as problem:
                self.complain("internal", f"cannot encode a line: {problem!r}")
                with self._section:
                    if generation == self._generation:
                        self._put_down(1, record[_SIZE])
                        self._drop("internal", 1)
                continue
            length = len(entry) if entry.isascii() else len(_utf8(entry))
            if entries and size + length > self.settings.batch_bytes - 1024:
                yield self._batch(entries, generation)
                entries, size = [], 0
            entries.append((labels, entry, record[_SIZE]))
            size += length + 1 + (0 if len(entries) > 1 and entries[-2][0] is labels else len(labels) + 30)
        if entries:
            yield self._batch(entries, generation)

    def _batch(self, entries: List[Tuple[str, str, int]], generation: int) -> _Batch:
        return _Batch(f"{self._instance}-{next(self._batches)}", entries, generation, [ISOLATE], self._metadata_allowed)

    def _entry(self, record: _Record) -> Tuple[str, str]:
        """A line's labels and its entry, both as JSON."""
        at, rank, level, model_id, message, given, _ = record
        seconds, rest = divmod(at, 1_000_000_000)
        if self._second[0] != seconds:
            self._second = (seconds, time.strftime("%Y-%m-%dT%H:%M:%S.", time.gmtime(seconds)))
        stamp = f"{self._second[1]}{rest // 1000:06d}Z"
        fields = given
        metadata = ""
        if fields and self._metadata_allowed:
            texts = {name: value if type(value) is str else _to_json(_finite(value)) for name, value in fields.items()}
            metadata, fields = "," + _to_json(texts), None
        try:
            # in pieces, because that takes half the time of encoding the whole
            more = "," + _to_json(fields)[1:-1] if fields and _RESERVED.isdisjoint(fields) else ""
            model = f',"model_id":{_quote(model_id)}' if model_id else ""
            line = (f'{{"timestamp":"{stamp}","level":{_quote(level)},"message":{_quote(message)}'
                    f'{self._origin}{model}{more}}}')
            whole = len(line) <= MAX_LINE // 4 and bool(more or not fields)
        except ValueError:  # NaN
            whole = False
        if not whole:
            line = self._careful_line(record, stamp, fields)
        extra = self._extra_labels(given) if self.settings.extra_labels and given else ()
        return self._stream(rank, model_id, extra), f'["{at}",{_quote(line)}{metadata}]'

    def _careful_line(self, record: _Record, stamp: str, fields: Optional[Fields]) -> str:
        """The same line for what is large, has names of ours, or values that JSON has no words for."""
        _, _, level, model_id, message, _, _ = record
        content: Fields = {"timestamp": stamp, "level": level, "message": message, "hostname": self.hostname,
                           "service": self.settings.service}
        if model_id:
            content["model_id"] = model_id
        for name, value in (fields or {}).items():
            content[name if name not in _RESERVED else "extra_" + name] = value
        return _json_line(content)

    def _extra_labels(self, fields: Fields) -> Tuple[Tuple[str, str], ...]:
        room = MAX_LABELS - 4 - len(self._constant_labels)
        return tuple((_label_name(name), _label_value(value)) for name, value in itertools.islice(fields.items(), room))

    def _stream(self, rank: int, model_id: Optional[str], extra: Tuple[Tuple[str, str], ...]) -> str:
        key = (rank, model_id, extra)
        known = self._labels.get(key)
        if known is None:
            labels = {**dict(extra), **self._constant_labels, "service": self.settings.service, "level": LEVELS[rank],
                      "hostname": self.hostname}
            if model_id:
                labels["model_id"] = model_id
            if len(self._labels) >= 1000:
                self._labels.clear()
            known = self._labels[key] = _to_json({name: _label_value(value) for name, value in labels.items()})
        return known

    # ---- sending

    def _deliver(self, batch: _Batch) -> None:
        """Sends one batch until the server has taken or refused it, or the program gives up on it."""
        self._current = batch
        attempts = 0
        while batch.generation == self._generation:
            if self._spooled and time.monotonic() < self._spool_due and self._keep(batch):
                return
            reply = self._attempt(batch.id, *batch.body())
            if batch.generation != self._generation:  # given up meanwhile
                return
            if reply.accepted:
                self._settle(batch, batch.lines)
                self._recovered()
                return
            if reply.status in RETRYABLE:
                attempts += 1
                self._retried += 1
                self.complain("unreachable", f"{self._connection.base} does not take lines, trying again: {_why(reply)}")
                if self._spool is not None:
                    self._spool_failures += 1
                    self._spool_due = time.monotonic() + self._backoff(self._spool_failures, reply)
                    if self._keep(batch):
                        return
                self._pause(self._backoff(attempts, reply), reply.retry_after is not None)
            elif reply.status in UNAUTHORIZED:
                self._denied += 1
                self.complain("denied", f"{self._connection.base} does not accept the credentials: {_why(reply)}")
                if not (self.settings.token_file or self.settings.password_file):
                    self._settle(batch, 0, "unauthorized")
                    self._pause(self._backoff(self._denied, reply), False)
                    return
                self._wait_for_new_secret(batch, reply)
            else:
                self._refused(batch, reply)
                return

    def _attempt(self, batch_id: str, body: bytes, packed: bool) -> _Reply:
        headers = {"X-Sigyn-Batch-Id": batch_id}
        if packed:
            headers["Content-Encoding"] = "gzip"
        now = time.monotonic()
        leaving = self._leaving
        deadline = now + self.settings.request_timeout
        if leaving is not None:
            deadline = max(min(deadline, leaving), now + 0.05)
        try:
            reply = self._connection.post(body, headers, deadline)
        except Exception as problem:
            return _Reply(0, f"{type(problem).__name__}: {problem}")
        if reply.date is not None:
            self._compare_clocks(reply.date)
        return reply

    def _compare_clocks(self, server: float) -> None:
        ahead = time.time() - server
        if abs(ahead) > 5 and not self._skewed:
            self._skewed = True
            _print(f"the clock here is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} that of {self._connection.base}")
        if self._last / 1e9 > max(server, time.time()) + 300:
            self._last = 0  # a clock that was far ahead has been set right: follow it, since no server takes such times

    def _settle(self, batch: _Batch, sent: int, reason: str = "", spooled: bool = False) -> None:
        """Books a batch: `sent` of its lines are delivered, the others dropped for `reason` or on disk."""
        with self._section:
            if batch.generation != self._generation:
                return
            batch.generation = -1
            self._put_down(batch.lines, batch.footprint)
            self._sent += sent
            if spooled:
                self._spooled += batch.lines
            elif sent < batch.lines:
                self._drop(reason, batch.lines - sent)
            self._current = None
            self._tell_waiters()

    def _refused(self, batch: _Batch, reply: _Reply) -> None:
        """Gives up what a server refused for good, and only that."""
        if batch.has_metadata and reply.status == 400 and "structured metadata" in reply.text and "disallowed" in reply.text:
            self._metadata_allowed = False
            self.complain("metadata", f"{self._connection.base} takes no structured metadata: fields go into the line")
        self.complain(f"refused {reply.status}", f"{self._connection.base} refused lines: {_why(reply)}")
        known = _refused_lines(reply.text) if reply.status == 400 else None
        if known is not None:
            self._settle(batch, max(batch.lines - known, 0), "rejected")
        elif batch.lines == 1:
            self._settle(batch, 0, "too_large" if reply.status == 413 else "rejected")
        elif reply.status == 413:
            for half in batch.halves():
                self._deliver(half)
        elif reply.status in (400, 422) and self._isolating and batch.budget[0] > 0:
            whole, sent = batch.budget[0] == ISOLATE, self._sent
            for half in batch.halves():
                batch.budget[0] -= 1
                self._deliver(half)
            if whole and self._sent == sent:
                self._isolating = False  # nothing in it was good: looking again is worth it after the next success
        else:
            self._settle(batch, 0, "rejected")

    def _wait_for_new_secret(self, batch: _Batch, reply: _Reply) -> None:
        """Holds a batch until the file with the secret says something else: it may be rotated."""
        while batch.generation == self._generation:
            self._pause(min(self._backoff(self._denied, reply), 1.0), True)
            with contextlib.suppress(OSError):
                if self._connection.authorization() != reply.authorization:
                    return
            if self._closed:
                return

    def _backoff(self, attempts: int, reply: _Reply) -> float:
        if reply.retry_after is not None:
            return reply.retry_after
        longest = min(self.settings.retry_most, self.settings.retry_first * 2.0 ** min(attempts - 1, 30))
        return longest * (0.5 + random.random() / 2)

    def _pause(self, seconds: float, demanded: bool) -> None:
        """Waits; somebody who flushes cuts it short, unless the server demanded it."""
        until = time.monotonic() + seconds
        generation = self._generation
        while generation == self._generation and not (self._hurry and not demanded):
            leaving = self._leaving
            left = (until if leaving is None else min(until, leaving)) - time.monotonic()
            if left <= 0:
                break
            self._report_drops()
            with contextlib.suppress(queue.Empty):
                self._wake.get(timeout=min(left, NOTICE))
        self._hurry = False

    def _recovered(self) -> None:
        """After a success: what went wrong before is over, and the server hears how much was dropped."""
        self._success = time.monotonic()
        self._denied = 0
        self._isolating = True
        self._hurry = False
        with self._section:
            if self._min_rank <= WARNING:
                self._tell_server()
            self._tell_all_suppressed(1.0)

    def _tell_server(self) -> None:
        """Queues a line about what was dropped, but only into room that is free: it must not make more lines drop."""
        dropped = sum(self._dropped.values())
        if dropped == self._told_server or self._closed:
            return
        message = f"{dropped - self._told_server} lines were dropped by the logger"
        fields: Fields = {"logger": "loki_logger", "dropped": dict(self._dropped)}
        size = LINE_OVERHEAD + _sizeof(message) + _own(fields)
        if self._fits(size):
            self._told_server = dropped
            self._admit(WARNING, "WARNING", None, message, fields, size)

    def _report_drops(self) -> None:
        dropped = sum(self._dropped.values())
        now = time.monotonic()
        if dropped > self._told and now - self._told_at >= NOTICE:
            reasons = ", ".join(f"{reason} {lines}" for reason, lines in sorted(self._dropped.items()))
            _print(f"dropped {dropped - self._told} lines of {self.settings.service}, {dropped} in all ({reasons})")
            self._told, self._told_at = dropped, now

    def _abandon(self) -> int:
        """Gives up every line not yet sent; how many were lost, which is fewer with a spool."""
        with self._section:
            self._take_aside()
            flying, self._current = self._current, None
            records = sorted(record for lines in self._queues for record in lines)
            generation = self._generation
        for batch in itertools.chain([flying] if flying else [], self._encode(records, generation) if self._spool else []):
            self._keep(batch)
        with self._section:
            lost = self._count
            for lines in self._queues:
                lines.clear()
            self._count = self._bytes = self._hand_count = self._hand_bytes = 0
            self._generation += 1
            if lost:
                self._drop("shutdown", lost)
                self._told += lost
            self._tell_waiters()
            return lost

    # ---- the spool

    def _open_spool(self) -> None:
        if not self._spool_wanted:
            return
        self._spool_wanted = False
        try:
            self._spool = _Spool(self.settings.spool_dir, f"{os.getpid()}-{self._instance}", self.settings.spool_bytes)
        except (ImportError, OSError) as problem:
            self.complain("spool", f"cannot use the spool {self.settings.spool_dir}: {problem}")
            return
        with self._section:
            self._enqueued += self._spool.adopted
            self._spooled += self._spool.adopted

    def _keep(self, batch: _Batch) -> bool:
        """Moves a batch from memory to disk, when there is a spool and it can be written."""
        spool = self._spool
        if spool is None:
            return False
        with spool.mutex:
            if batch.generation != self._generation:  # the other one of the two that may do this was faster
                return True
            try:
                lost = spool.keep(batch)
            except OSError as problem:
                self.complain("spool", f"cannot write the spool {self.settings.spool_dir}: {problem}")
                return False
            with self._section:
                self._spooled -= lost
                if lost:
                    self._drop("spool", lost)
            self._settle(batch, 0, spooled=True)
            return True

    def _unspool(self) -> None:
        """Sends what is on disk, oldest first, until it is empty, the server does not take it, or time is over."""
        spool = self._spool
        while spool is not None and time.monotonic() >= self._spool_due and not self._out_of_time():
            with spool.mutex:
                if not spool.waiting:
                    return
                path, lines, _ = spool.waiting[0]
            sent, reason = 0, "spool"
            try:
                reply = self._attempt(*spool.oldest())
                if reply.status in RETRYABLE or reply.status in UNAUTHORIZED:
                    self._retried += 1
                    self._spool_failures += 1
                    self._spool_due = time.monotonic() + self._backoff(self._spool_failures, reply)
                    return
                if reply.accepted:
                    sent = lines
                else:
                    known = _refused_lines(reply.text) if reply.status == 400 else None
                    sent, reason = (0 if known is None else max(lines - known, 0)), "rejected"
            except (OSError, ValueError, KeyError) as problem:
                self.complain("spool", f"cannot read the spool: {problem}")
            self._spool_failures = 0
            with spool.mutex:
                if not spool.remove(path):  # it had to go for newer ones, and was counted then
                    continue
                with self._section:
                    self._spooled -= lines
                    self._sent += sent
                    if sent < lines:
                        self._drop(reason, lines - sent)
            if sent:
                self._success = time.monotonic()

    def _out_of_time(self) -> bool:
        leaving = self._leaving
        return leaving is not None and time.monotonic() >= leaving


def _head(lines: Deque[_Record]) -> int:
    return lines[0][_TIME]


def _why(reply: _Reply) -> str:
    return f"{reply.status} {_cut(reply.text, 200)}" if reply.status else reply.text


def _suppress_instrumentation() -> None:
    """Keeps OpenTelemetry, when the program uses it, from tracing the logger's own requests."""
    opentelemetry = sys.modules.get("opentelemetry.context")
    if opentelemetry is not None:
        with contextlib.suppress(Exception):
            opentelemetry.attach(opentelemetry.set_value("suppress_instrumentation", True))


# ---------------------------------------------------------------------------------------------------- exit and forking


_registry_lock = threading.RLock()
_clients: weakref.WeakSet[LokiClient] = weakref.WeakSet()
_frozen: List[LokiClient] = []
_hooked: List[str] = []


def _finish_all() -> None:
    """At the end of the process: one deadline for all clients."""
    with _registry_lock:
        clients = list(_clients)
    started = time.monotonic()
    for client in clients:
        client._hurry = True
        client._wake.put(None)
    for client in clients:
        client.finish(max(client.settings.close_within - (time.monotonic() - started), 0.0))


def _hook_process_exit() -> None:
    """Children of multiprocessing and of Celery end without `atexit`: the first call finalizers, the second send a signal."""
    if "multiprocessing.util" not in _hooked and "multiprocessing.util" in sys.modules:
        _hooked.append("multiprocessing.util")
        sys.modules["multiprocessing.util"].Finalize(None, _finish_all, exitpriority=-100)
    if "celery.signals" not in _hooked and "celery.signals" in sys.modules:
        _hooked.append("celery.signals")
        ending = sys.modules["celery.signals"].worker_process_shutdown
        ending.connect(lambda **_: _finish_all(), weak=False, dispatch_uid="loki_logger")


def _before_fork() -> None:
    """Holds every lock, so that no state is half changed in the child."""
    _registry_lock.acquire()
    _frozen[:] = list(_clients)
    for client in _frozen:
        client._lock.acquire()


def _after_fork_in_parent() -> None:
    for client in _frozen:
        client._lock.release()
    _frozen.clear()
    _registry_lock.release()


def _after_fork_in_child() -> None:
    global _registry_lock
    _registry_lock = threading.RLock()
    _hooked.clear()
    for client in _frozen:
        client._connection.forget()
        client._give_up_spool()  # the parent's folder stays locked by the parent
        client._fresh()
    _frozen.clear()


atexit.register(_finish_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)


# --------------------------------------------------------------------------------------------------------- the loggers


class LokiLogger:
    """A logger for one service: prints each message and sends it with the labels service, level, hostname and model_id.

    Keyword fields go into the JSON line. Settings come from `Settings`, the environment below them.
    """

    def __init__(self, loki_url: Optional[str] = None, service_name: Optional[str] = None, **settings: Any) -> None:
        self.client = LokiClient(Settings.from_environment(url=loki_url, service=service_name, **settings))
        self._console = self.client.settings.console
        self._clock = (0, "")

    def debug(self, /, message: Any, model_id: Any = None, **fields: Any) -> None:
        self._log(DEBUG, message, model_id, fields)

    def info(self, /, message: Any, model_id: Any = None, **fields: Any) -> None:
        self._log(INFO, message, model_id, fields)

    def warning(self, /, message: Any, model_id: Any = None, **fields: Any) -> None:
        self._log(WARNING, message, model_id, fields)

    def error(self, /, message: Any, model_id: Any = None, **fields: Any) -> None:
        self._log(ERROR, message, model_id, fields)

    def exception(self, /, message: Any, model_id: Any = None, **fields: Any) -> None:
        """An error with the traceback of the exception being handled in the field `exception`."""
        if sys.exc_info()[0] is not None:
            fields.setdefault("exception", _traceback(sys.exc_info()))
        self._log(ERROR, message, model_id, fields)

    def flush(self, timeout: float = 3.0) -> int:
        """Waits until everything logged so far is sent; the number of lines still waiting after `timeout` seconds."""
        return self.client.flush(timeout)

    def close(self, timeout: Optional[float] = None) -> int:
        """Flushes and ends; the number of lines lost. Lines logged later are only printed."""
        return self.client.close(timeout)

    def stats(self) -> Dict[str, Any]:
        """The counters; see `LokiClient.stats`."""
        return self.client.stats()

    def __enter__(self) -> LokiLogger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _log(self, rank: int, message: Any, model_id: Any, fields: Fields) -> None:
        try:
            if type(message) is not str:
                message = _text(message)
            if rank < self.client._min_rank or threading.get_ident() == self.client._worker_ident:
                return
            around = _surroundings()
            if around:
                fields = {**around, **fields}
                around_id = fields.pop("model_id", None)
                model_id = around_id if model_id is None else model_id
            if model_id is not None and type(model_id) is not str:
                model_id = _text(model_id)
            if self._console:
                self._print(rank, message, model_id, fields)
            self.client.put(rank, LEVELS[rank], model_id, message, fields or None)
        except Exception as problem:
            self.client.complain("internal", f"cannot log: {problem!r}")

    def _print(self, rank: int, message: str, model_id: Optional[str], fields: Fields) -> None:
        out = sys.stdout
        if out is None:
            return
        now = int(time.time())
        if self._clock[0] != now:
            self._clock = (now, time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(now)))
        text = f"{self._clock[1]} {LEVELS[rank]:7} {self.client.settings.service}: {message}"
        if model_id:
            text += f" model_id={model_id}"
        for name, value in fields.items():
            text += f" {name}={value if type(value) in (str, int) else _text(value)}"
        try:
            out.write(text + "\n")
            out.flush()
        except UnicodeEncodeError:
            out.write(text.encode("ascii", "backslashreplace").decode() + "\n")
        except (OSError, ValueError):  # a closed pipe, or closed at exit
            pass


_RECORD_NAMES = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_FORMATTER = logging.Formatter()


def _traceback(exc_info: Any) -> str:
    return _FORMATTER.formatException(exc_info)


class LokiHandler(logging.Handler):
    """The client as a handler of `logging`.

    `extra`, values of `context` and a LoggerAdapter's values become fields; the extra `model_id` becomes a label. Levels
    between the four go by the one below, CRITICAL counts as ERROR; the line keeps the level's own name.
    """

    def __init__(self, loki_url: Optional[str] = None, service_name: Optional[str] = None, level: Any = logging.NOTSET,
                 **settings: Any) -> None:
        super().__init__(level)
        self.client = LokiClient(Settings.from_environment(url=loki_url, service=service_name, **settings))
        self._inside = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        if self.client.sends_on_this_thread():
            return
        depth = getattr(self._inside, "depth", 0)
        if depth > 3:  # a value that logs itself while it is turned into text
            return
        self._inside.depth = depth + 1
        try:
            self._take(record)
        except Exception:
            self.handleError(record)
        finally:
            self._inside.depth = depth

    def _take(self, record: logging.LogRecord) -> None:
        number = record.levelno
        rank = ERROR if number >= 40 else WARNING if number >= 30 else INFO if number >= 20 else DEBUG
        fields: Fields = {"logger": record.name}
        fields.update(_surroundings())
        values = record.__dict__
        for name in values.keys() - _RECORD_NAMES:
            fields[name] = values[name]
        model_id = fields.pop("model_id", None)
        try:
            message = self.format(record) if self.formatter else record.getMessage()
        except Exception as problem:
            message = f"{_text(record.msg)} % {_text(record.args)} [{_text(problem)}]"
        if not self.formatter:
            if record.exc_info and record.exc_info[0] is not None:
                fields["exception"] = record.exc_text or _traceback(record.exc_info)
            if record.stack_info:
                fields["stack"] = record.stack_info
        self.client.put(rank, record.levelname, None if model_id is None else _text(model_id), str(message), fields,
                        record.name)

    def flush(self, timeout: float = 3.0) -> None:
        """Waits until everything logged so far is sent, at most `timeout` seconds."""
        self.client.flush(timeout)

    def close(self) -> None:
        self.client.close()
        super().close()

    def stats(self) -> Dict[str, Any]:
        """The counters; see `LokiClient.stats`."""
        return self.client.stats()


# ----------------------------------------------------------------------------------------------------------- self test


def self_test(settings: Settings, timeout: float = 10.0) -> Tuple[bool, str]:
    """Sends one line and reads it back: whether that worked, and in plain words what happened."""
    client = LokiClient(dataclasses.replace(settings, spool_dir=""))
    connection = client._connection
    token = os.urandom(8).hex()
    client._admit(INFO, "INFO", None, f"self test {token}", {"self_test": token}, 0)
    record = client._queues[INFO].popleft()
    client._count = client._bytes = client._enqueued = 0
    batch = client._batch([(*client._entry(record), 0)], 0)
    deadline = time.monotonic() + timeout
    try:
        return _push_and_read(connection, batch, record[_TIME], token, settings, deadline)
    except socket.gaierror:
        return False, f"the name {connection.host} is unknown here: is this process on the same network as the server?"
    except ConnectionRefusedError:
        return False, f"nothing listens on {connection.host}:{connection.port}: is the server running?"
    except (TimeoutError, socket.timeout) as problem:  # two classes before Python 3.10
        return False, f"{connection.host}:{connection.port} does not answer: {problem}"
    except OSError as problem:
        kind = type(problem).__name__
        if "CertVerification" in kind:
            return False, f"the certificate of {connection.host} is not trusted (ca_file names another authority): {problem}"
        if kind.startswith("SSL"):
            return False, f"{connection.host}:{connection.port} does not speak TLS as expected: {problem}"
        return False, f"no connection to {connection.host}:{connection.port}: {problem}"
    except http.client.HTTPException as problem:
        return False, f"{connection.host}:{connection.port} does not speak HTTP: {problem!r}"
    finally:
        connection.close()
        client.close()


def _push_and_read(connection: _Connection, batch: _Batch, at: int, token: str, settings: Settings,
                   deadline: float) -> Tuple[bool, str]:
    body, packed = batch.body()
    headers = {"X-Sigyn-Batch-Id": batch.id, **({"Content-Encoding": "gzip"} if packed else {})}
    reply = connection.post(body, headers, deadline)
    if reply.status in UNAUTHORIZED:
        return False, f"the server does not accept the credentials ({_why(reply)}): check token, password and tenant"
    if reply.status == 404:
        return False, f"the server has no {connection.path}: is {connection.base} Loki's address?"
    if reply.status == 429:
        return False, f"the server limits this client's rate: {_why(reply)}"
    if not reply.accepted:
        return False, f"the server refused a line: {_why(reply)}"
    selector = "{service=" + _quote(settings.service) + "} |= " + _quote(token)
    query = urllib.parse.urlencode({"query": selector, "start": at - 60 * 10**9, "end": at + 60 * 10**9})
    base = connection.path[: -len("/push")] if connection.path.endswith("/push") else PUSH_PATH[: -len("/push")]
    pauses = queue.SimpleQueue()  # type: queue.SimpleQueue[None]
    while time.monotonic() < deadline:
        answer = connection.request("GET", f"{base}/query_range?{query}", None, {}, deadline)
        if answer.status == 200 and token in answer.text:
            return True, f"a line was sent to {connection.base} and read back"
        if answer.status != 200:
            return False, f"the line was accepted, but reading it back failed: {_why(answer)}"
        with contextlib.suppress(queue.Empty):
            pauses.get(timeout=0.2)
    return False, "the line was accepted but cannot be found: does another tenant or an old clock hide it?"


def main() -> int:
    parser = argparse.ArgumentParser(description="Sends a line to Loki, reads it back and explains what is wrong if that fails.")
    parser.add_argument("--url", help="server; default LOKI_URL or http://loki:3100")
    parser.add_argument("--service", help="label service of the line; default LOKI_SERVICE or unknown_service")
    given = parser.parse_args()
    try:
        settings = Settings.from_environment(url=given.url, service=given.service)
    except ValueError as problem:
        parser.error(str(problem))
    worked, text = self_test(settings)
    print(text)
    return 0 if worked else 1


if __name__ == "__main__":
    sys.exit(main())
