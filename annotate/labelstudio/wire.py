"""Requests to a Label Studio server: sent, repeated where that can do no harm, and judged."""

from __future__ import annotations

import random
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import orjson

from annotate.labelstudio.problems import MayHaveArrived, ServerProblem
from annotate.labelstudio.token import Token

CONNECT_LIMIT_S = 10.0
ATTEMPTS = 6
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 20.0
LONGEST_ANSWER = 300
# Servers close idle connections after a while; a write on one just closed could not be repeated.
IDLE_LIMIT_S = 1.0
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
# With these the server did not begin.
_NOT_BEGUN = frozenset({429, 503})
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)


class Wire:
    """A connection to one server, with an account's token.

    Args:
        root: The server's address, without a final slash.
        token: The account's.
        timeout_s: How long an answer may take, in seconds.
        attempts: How often a request is sent at most.
        pause_s: The first pause between two attempts, in seconds; each further one doubles.
    """

    TAKEN: Final = object()

    def __init__(
        self,
        root: str,
        token: Token,
        *,
        timeout_s: float,
        attempts: int = ATTEMPTS,
        pause_s: float = FIRST_PAUSE_S,
    ) -> None:
        self.root = root
        self.attempts = attempts
        self.pause_s = pause_s
        self._token = token
        host = urlsplit(root).hostname or ""
        loopback = _loopback(host)
        self._client = httpx.Client(
            timeout=httpx.Timeout(timeout_s, connect=min(CONNECT_LIMIT_S, timeout_s)),
            limits=httpx.Limits(max_connections=8, keepalive_expiry=IDLE_LIMIT_S),
            # A proxy of the environment cannot reach this machine's own loopback address, and
            # packing what never leaves the machine is wasted work.
            trust_env=not loopback,
            # Loading the certificates takes longer than a request, and here none is looked at.
            verify=not loopback or root.startswith("https:"),
            headers={"Accept-Encoding": "identity"} if loopback else {},
        )

    def __repr__(self) -> str:
        return f"Wire({self.root!r})"

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def get(self, path: str, **query: str | int) -> Any:
        """What is at a path; None if it is not there (404)."""
        return self.send("GET", path, query=query, repeatable=True)

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, str | int] | None = None,
        repeatable: bool,
        taken: int = 0,
    ) -> Any:
        """Send a request and read the JSON of its answer; None of a 404 or an empty answer.

        Args:
            method: Of HTTP.
            path: Under the server's root, with its first slash.
            body: Sent as JSON.
            query: Parameters of the address.
            repeatable: Whether sending it twice is as good as once. Otherwise it is repeated only
                where the server certainly did not begin with it.
            taken: The answer, if any, which says that this was done before: `Wire.TAKEN` is
                returned for it.

        Raises:
            ServerProblem: if it cannot be done.
            MayHaveArrived: if it is not repeatable and may have been done.
        """
        for left in reversed(range(self.attempts)):
            wait = self._pause(left)
            try:
                answer = self._once(method, path, body, query or {})
            except httpx.TransportError as failure:
                problem = self._unreached(failure)
                begun = not isinstance(failure, _NOT_SENT)
                hopeless = problem.reason == "tls"
            else:
                if answer.status_code == taken:
                    return self.TAKEN
                if answer.status_code not in _AGAIN:
                    return self._read(answer)
                problem = self._failed(answer)
                begun = answer.status_code not in _NOT_BEGUN
                hopeless = False
                wait = max(wait, _asked_for(answer))
            if begun and not repeatable:
                raise MayHaveArrived(
                    "Label Studio at {url} did not say whether it has done what was asked of it",
                    "Synchronise again: what has arrived is found there",
                    url=self.root,
                )
            if hopeless or not left:
                raise problem
            time.sleep(wait)
        raise AssertionError("a request is sent once at least")

    def _pause(self, left: int) -> float:
        """How long to wait after a failure, in seconds, when so many attempts are left."""
        pause = self.pause_s * 2 ** (self.attempts - 1 - left)
        return float(min(LONGEST_PAUSE_S, pause)) * random.uniform(0.5, 1.5)

    def _once(
        self, method: str, path: str, body: object, query: Mapping[str, str | int]
    ) -> httpx.Response:
        answer = self._ask(method, path, body, query)
        if answer.status_code == 401 and self._token.personal:
            # The server may have forgotten the access token, as after a restore.
            self._token.forget()
            answer = self._ask(method, path, body, query)
        return answer

    def _ask(
        self, method: str, path: str, body: object, query: Mapping[str, str | int]
    ) -> httpx.Response:
        headers = {"Authorization": self._token.header(self._exchange)}
        if body is not None:
            headers["Content-Type"] = "application/json"
        return self._client.request(
            method,
            self.root + path,
            params=dict(query),
            content=None if body is None else orjson.dumps(body),
            headers=headers,
        )

    def _exchange(self, personal: str) -> str:
        try:
            answer = self._client.post(
                f"{self.root}/api/token/refresh/", json={"refresh": personal}
            )
        except httpx.TransportError as failure:
            raise httpx.ConnectError("before the request itself was sent") from failure
        if answer.status_code in _AGAIN:
            raise httpx.ConnectError("before the request itself was sent")
        access = _json(answer).get("access") if answer.status_code == 200 else None
        if not isinstance(access, str):
            raise _bad_token()
        return access

    def _read(self, answer: httpx.Response) -> Any:
        status = answer.status_code
        if status in (404, 410):
            return None
        if status == 401:
            raise _bad_token(_detail(answer))
        if status == 403:
            raise ServerProblem(
                "permission",
                "The account may not do this in Label Studio at {url}",
                "Use the token of an administrator or a manager there",
                url=self.root,
            )
        if 300 <= status < 400:
            raise _moved(self.root, answer)
        if status >= 400:
            raise ServerProblem(
                "refused",
                "Label Studio at {url} refuses this: {answer}",
                "",
                url=self.root,
                answer=self._token.hidden(_detail(answer)),
            )
        return _json(answer) if answer.content else None

    def _failed(self, answer: httpx.Response) -> ServerProblem:
        return ServerProblem(
            "failing",
            "Label Studio at {url} fails again and again (answer {status})",
            "Try again later; if it stays so, look at that server's log",
            url=self.root,
            status=answer.status_code,
        )

    def _unreached(self, failure: httpx.TransportError) -> ServerProblem:
        if not isinstance(failure, _NOT_SENT):
            return ServerProblem(
                "unreachable",
                "The connection to {url} breaks off or takes too long",
                "Try again later; if it stays so, look at that server's log",
                url=self.root,
            )
        host = urlsplit(self.root).hostname or ""
        for cause in _causes(failure):
            if isinstance(cause, socket.gaierror):
                return ServerProblem(
                    "name",
                    "The name {host} is not known",
                    "Look for a slip in the address; names inside a company need its network",
                    host=host,
                )
            if isinstance(cause, ssl.SSLError):
                return _untrusted(host, cause)
        return ServerProblem(
            "unreachable",
            "Nothing answers at {url}",
            "See that Label Studio runs there, and that no firewall is in between",
            url=self.root,
        )


def foreign(url: str) -> ServerProblem:
    """What to say of an address at which something else answers."""
    return ServerProblem(
        "foreign",
        "What answers at {url} is not Label Studio",
        "Enter the address that your browser shows when Label Studio is open",
        url=url,
    )


def _causes(failure: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = failure
    while one is not None:
        yield one
        one = one.__cause__ or one.__context__


def _untrusted(host: str, error: ssl.SSLError) -> ServerProblem:
    if isinstance(error, ssl.SSLCertVerificationError):
        return ServerProblem(
            "tls",
            "The certificate of {host} is not trusted: {reason}",
            "A certificate of the company's own must be among those this machine trusts",
            host=host,
            reason=error.verify_message,
        )
    return ServerProblem(
        "tls",
        "There is no encrypted connection with {host}",
        "If the server does not encrypt, its address begins with http://",
        host=host,
    )


def _bad_token(detail: str = "") -> ServerProblem:
    if "disabled" in detail:
        return ServerProblem(
            "token",
            "Legacy tokens are switched off in that Label Studio",
            "Make a personal access token at Account & Settings there and enter that",
        )
    return ServerProblem(
        "token",
        "Label Studio does not accept the access token",
        "Copy it again from Account & Settings there; a new one makes the old one invalid",
    )


def _moved(root: str, answer: httpx.Response) -> ServerProblem:
    there = urlsplit(answer.headers.get("location", ""))
    return ServerProblem(
        "foreign",
        "{url} sends us on to {place}",
        "Enter the address that your browser shows when Label Studio is open",
        url=root,
        place=f"{there.scheme}://{there.netloc}" if there.netloc else there.path,
    )


def _asked_for(answer: httpx.Response) -> float:
    """How long the server asks to be left alone, in seconds."""
    text = answer.headers.get("retry-after", "")
    try:
        wait = float(text)
    except ValueError:
        try:
            wait = (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return 0.0
    return min(max(wait, 0.0), LONGEST_PAUSE_S)


def _json(answer: httpx.Response) -> Any:
    try:
        return orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        raise foreign(f"{answer.url.scheme}://{answer.url.netloc.decode()}") from None


def _detail(answer: httpx.Response) -> str:
    """What the server says about a refusal, cut: it may hold everything that was sent."""
    try:
        content = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        return str(answer.status_code)
    if isinstance(content, dict):
        content = content.get("validation_errors") or content.get("detail") or content
    text = content if isinstance(content, str) else orjson.dumps(content).decode()
    return text if len(text) <= LONGEST_ANSWER else text[: LONGEST_ANSWER - 1] + "…"


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
