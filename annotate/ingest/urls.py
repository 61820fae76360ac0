"""URLs of articles: validity, the canonical form that tells two apart, the source's name."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit, urlunsplit

from annotate.errors import Rejected

MAX_URL = 8000

_TRACKING = re.compile(
    r"utm_\w+|at_(?:medium|campaign|custom\d|platform|creation)|hsa_\w+|pk_\w+|mtm_\w+"
    r"|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|igsh|twclid|ttclid|mc_[ce]id"
    r"|_ga|_gl|_hsenc|_hsmi|mkt_tok|xtor|ref_src|ref_url|cmpid|cmp|spm|ns_\w+|vero_id|wt_mc"
    r"|__twitter_impression|share_from|from_source|smid|sr_share",
    re.I,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_KEPT = "!$&'()*+,;=:@/?%~-._[]"
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f]")
_SOURCES = {
    "rfi.fr": "RFI",
    "chinadigitaltimes.net": "中国数字时代",
    "bbc.com": "BBC",
    "bbc.co.uk": "BBC",
    "dw.com": "DW",
    "rfa.org": "RFA",
    "voachinese.com": "VOA",
    "yna.co.kr": "韩联社",
    # The papers of the sample project, at hosts that are reserved for examples (RFC 2606).
    "haian-dispatch.example": "海岸通讯",
    "capital-evening.example": "首都晚报",
    "sunday-review.example": "周日评论",
    "xicheng-daily.example": "汐城日報",
    "harbour-wire.example": "Harbour Wire",
    "strait-review.example": "Strait Review",
    "ossi.example": "OSSI",
    "chaosheng.example": "潮声网",
    "mfa-beian.example": "北岸外交部",
}


def checked(url: str) -> str:
    """A URL as found, if it can be that of an article.

    Raises:
        Rejected: ``bad_url``: not http or https, without a host, malformed or too long.
    """
    if len(url) > MAX_URL:
        raise Rejected("bad_url", "The URL is longer than {max_url} characters", max_url=MAX_URL)
    parts = _split(url)
    if parts.scheme not in _DEFAULT_PORTS:
        raise Rejected(
            "bad_url",
            "The URL is not an http or https address: {value!r}",
            "Only articles on the web can be taken",
            value=url[:80],
        )
    if not parts.hostname:
        raise Rejected("bad_url", "The URL names no host: {value!r}", value=url[:80])
    return url


def canonical(url: str) -> str:
    """The form under which two spellings of one address are the same.

    Scheme and host in lower case, no default port, user or fragment, no tracking parameters,
    percent escapes in upper case and only where needed; the path is kept.

    Args:
        url: A URL that `checked` let pass.
    """
    parts = _split(url)
    query = "&".join(
        pair for pair in parts.query.split("&") if not _TRACKING.fullmatch(pair.partition("=")[0])
    )
    return urlunsplit(
        (parts.scheme, _host(parts), _escaped(parts.path) or "/", _escaped(query), "")
    )


def source_name(url: str) -> str:
    """The name of the publication behind a URL: a known one, else its host without ``www``."""
    host = (_split(url).hostname or "").removeprefix("www.")
    labels = host.split(".")
    for first in range(len(labels)):
        name = _SOURCES.get(".".join(labels[first:]))
        if name:
            return name
    return host


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(_CONTROL.sub(lambda found: quote(found.group()), url))
        _ = parts.port
    except ValueError as error:
        raise Rejected(
            "bad_url", "The URL is malformed ({error}): {value!r}", error=error, value=url[:80]
        ) from error
    return parts


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    try:
        host = host.encode("idna").decode("ascii")
    except UnicodeError:
        host = quote(host, safe=":")
    if ":" in host:
        host = f"[{host}]"
    default = parts.port in (None, _DEFAULT_PORTS.get(parts.scheme))
    return host if default else f"{host}:{parts.port}"


def _escaped(text: str) -> str:
    text = quote(text, safe=_KEPT)
    return _ESCAPE.sub(_escape, re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text))


def _escape(found: re.Match[str]) -> str:
    return _escaped_byte(found.group())


@cache
def _escaped_byte(escape: str) -> str:
    byte = unquote_to_bytes(escape)
    return byte.decode("ascii") if byte[0] in _UNRESERVED else escape.upper()
