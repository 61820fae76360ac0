"""Who is asking: the session cookie, looked up anew at every request and every page run."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

import streamlit as st
from starlette.requests import HTTPConnection

from annotate import accounts
from annotate.model import Person
from annotate.ui.database import store

COOKIE = "claimdesk_session"
_STATE = "claimdesk_visitor"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody signed in, and the token that their pages must send along with a change."""

    person: Person
    csrf: str

    def vouches(self, token: str) -> bool:
        """Whether a change comes from one of this session's own pages.

        Args:
            token: What came along with the change.
        """
        return hmac.compare_digest(token.encode(), self.csrf.encode())


def of_token(token: str | None) -> Visitor | None:
    """Who is signed in with this session token; None if nobody (any more)."""
    person = accounts.session_person(store(), token)
    return Visitor(person, accounts.csrf_token(token)) if person and token else None


def of_page() -> Visitor | None:
    """Who looks at the Streamlit page that is being run."""
    return of_token(page_token())


def page_token() -> str | None:
    """The session token that the page's WebSocket was opened with."""
    token = st.context.cookies.get(COOKIE)
    return token if isinstance(token, str) else None


def remember(connection: HTTPConnection, visitor: Visitor) -> None:
    """Keep the visitor for the rest of one request."""
    setattr(connection.state, _STATE, visitor)


def of_request(connection: HTTPConnection) -> Visitor | None:
    """The visitor of a request that has passed the gate."""
    visitor: Visitor | None = getattr(connection.state, _STATE, None)
    return visitor
