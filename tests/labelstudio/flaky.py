"""A proxy in front of a server that misbehaves as told, on real sockets."""

from __future__ import annotations

import http.client
import re
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import urlsplit

# before: the server never hears of it; after: it has done it, and its answer goes missing.
When = Literal["before", "after"]
# drop: the connection is closed; hang: nothing comes any more; cut: half an answer, then closed.
What = Literal["drop", "hang", "cut"]


@dataclass(slots=True)
class Fault:
    """Something that goes wrong with the next requests that match.

    Args:
        what: How the connection fails; a number for an answer with that status.
        when: Before or after the server has done what was asked.
        method: Which requests.
        path: A pattern found in their path.
        left: With how many of them.
        headers: Of the answer.
        content: Of the answer.
    """

    what: What | int
    when: When = "before"
    method: str = ".*"
    path: str = ""
    left: int = 1
    headers: dict[str, str] = field(default_factory=dict)
    content: str = "it fails as it was told to"

    def meets(self, method: str, path: str) -> bool:
        return (
            self.left > 0
            and re.fullmatch(self.method, method) is not None
            and re.search(self.path, path) is not None
        )


class Flaky:
    """The proxy. ``seen`` holds method and path of each request that reached it.

    ``watch`` is called before a request is handed on, ``served`` once the server has answered it.

    Args:
        target: The address of the server behind it.
    """

    def __init__(self, target: str) -> None:
        self.target = urlsplit(target)
        self.faults: list[Fault] = []
        self.seen: list[tuple[str, str]] = []
        self.watch: Callable[[str, str], object] = lambda method, path: None
        self.served: Callable[[str, str], object] = lambda method, path: None
        self._ended = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def fail(
        self,
        what: What | int,
        when: When = "before",
        *,
        method: str = ".*",
        path: str = "",
        times: int = 1,
        **headers: str,
    ) -> None:
        """Let the next requests that match fail; ``retry_after="1"`` is a header of the answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.faults.append(Fault(what, when, method, path, times, named))

    def say(self, content: str, *, path: str, status: int = 200) -> None:
        """Let something else answer the next request for a path."""
        self.faults.append(Fault(status, path=path, content=content))

    def count(self, method: str = ".*", path: str = "") -> int:
        """How many requests have come that match."""
        wanted = Fault(0, method=method, path=path)
        return sum(wanted.meets(*one) for one in self.seen)

    def close(self) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def _next(self, method: str, path: str) -> Fault | None:
        self.seen.append((method, path))
        self.watch(method, path)
        fault = next((one for one in self.faults if one.meets(method, path)), None)
        if fault is not None:
            fault.left -= 1
        return fault

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        flaky = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                fault = flaky._next(self.command, self.path)
                if fault is None:
                    self.answer(*self.forward(body))
                    return
                answer = self.forward(body) if fault.when == "after" else (200, {}, b"{}" * 50)
                if isinstance(fault.what, int):
                    self.answer(fault.what, fault.headers, fault.content.encode())
                elif fault.what == "cut":
                    self.answer(*answer, part=len(answer[2]) // 2)
                    self.drop()
                elif fault.what == "hang":
                    flaky._ended.wait(60)
                    self.drop()
                else:
                    self.drop()

            do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = handle_any  # noqa: N815

            def forward(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
                assert flaky.target.hostname
                server = http.client.HTTPConnection(
                    flaky.target.hostname, flaky.target.port, timeout=120
                )
                kept = {
                    name: value
                    for name, value in self.headers.items()
                    if name.lower() not in ("host", "connection", "accept-encoding")
                }
                server.request(self.command, self.path, body or None, kept)
                answer = server.getresponse()
                content = answer.read()
                server.close()
                flaky.served(self.command, self.path)
                kind = {"Content-Type": answer.headers.get("Content-Type", "")}
                place = answer.headers.get("Location")
                return answer.status, {**kind, "Location": place} if place else kind, content

            def answer(
                self, status: int, headers: dict[str, str], content: bytes, part: int | None = None
            ) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[:part])

            def drop(self) -> None:
                # Closed with what is pending thrown away, so that the other side sees a reset.
                self.wfile.flush()
                self.connection.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                )
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)

            def log_message(self, format: str, *args: object) -> None:
                """The tests say what they need to."""

        return Handler
