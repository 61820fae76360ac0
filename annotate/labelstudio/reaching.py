"""Whether what answers at an address is a Label Studio that will have us."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from annotate.labelstudio.problems import ServerProblem
from annotate.labelstudio.wire import Wire, foreign

OLDEST = (1, 20)
_HOST = re.compile(r"[\w.:%-]+")
_NEEDED = frozenset(
    f"{thing}.{action}"
    for thing in ("tasks", "annotations")
    for action in ("view", "create", "change", "delete")
)


def root_of(url: str) -> str:
    """The root of a server, given the address of any of its pages; without a final slash.

    Raises:
        ServerProblem: if it is no address, or one with a password in it.
    """
    try:
        parts = urlsplit(url.strip())
        name = parts.hostname or ""
        usable = parts.scheme in ("http", "https") and _HOST.fullmatch(name) and parts.port != 0
        # What is no name at all would fail only when it is looked up.
        name.encode("idna")
    except ValueError:
        usable = False
    if not usable:
        raise ServerProblem(
            "address",
            "This is not the address of a server",
            "It begins with http:// or https://, such as https://labels.example.com",
        )
    if parts.username or parts.password:
        raise ServerProblem(
            "address",
            "The address has a name or a password in it",
            "Leave them out; the access token has a field of its own",
        )
    path = re.split(r"/(?:projects|user|api|tasks)(?:/|$)", parts.path, maxsplit=1)[0]
    return f"{parts.scheme}://{parts.netloc}{path.rstrip('/')}"


def version(wire: Wire) -> str:
    """The server's version, such as ``1.23.2``.

    Raises:
        ServerProblem: if it is no Label Studio, one that is too old, or cannot be reached.
    """
    answer = wire.get("/api/version/")
    release = str(answer.get("release")) if isinstance(answer, dict) else ""
    numbers = re.match(r"(\d+)\.(\d+)", release)
    if numbers is None:
        raise foreign(wire.root)
    if (int(numbers[1]), int(numbers[2])) < OLDEST:
        raise ServerProblem(
            "version",
            "Label Studio {version} is too old",
            "Synchronising needs {needed} or newer",
            version=release,
            needed=".".join(map(str, OLDEST)),
        )
    return release


def account(wire: Wire) -> str:
    """The e-mail address of the token's account, in lower case.

    Raises:
        ServerProblem: if the token is not accepted, or its account may not do what a sync does.
    """
    found = wire.get("/api/current-user/whoami")
    address = found.get("email") if isinstance(found, dict) else None
    if not isinstance(address, str):
        raise foreign(wire.root)
    permissions = found.get("permissions")
    if isinstance(permissions, list) and not _NEEDED.issubset(permissions):
        raise ServerProblem(
            "permission",
            "The account {account} may not change tasks and annotations in Label Studio",
            "Use the token of an administrator or a manager there",
            account=address,
        )
    wire.get("/api/projects/", page_size=1, include="id")
    return address.lower()
