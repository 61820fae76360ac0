"""Days and moments as the reader's language writes them, in the time zone of their browser.

They look as the browser modules' own: ``13 Feb 2024, 18:45``, ``2024年2月13日 18:45``.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from annotate.ui.i18n import t


def moment(at: str) -> str:
    """A moment to the minute, in the reader's own time.

    Args:
        at: UTC, ISO 8601; what is none stays as it is.
    """
    try:
        local = datetime.fromisoformat(at).astimezone(_zone())
    except ValueError:
        return at
    return t("{day}, {time}", day=day(local.date()), time=f"{local:%H:%M}")


def day(when: date) -> str:
    """A day."""
    month = (
        t("Jan"), t("Feb"), t("Mar"), t("Apr"), t("May"), t("Jun"),
        t("Jul"), t("Aug"), t("Sept"), t("Oct"), t("Nov"), t("Dec"),
    )[when.month - 1]  # fmt: skip
    return t("{day} {month} {year}", day=when.day, month=month, year=when.year)


def month(when: date) -> str:
    """A month."""
    name = (
        t("January"), t("February"), t("March"), t("April"), t("May"), t("June"),
        t("July"), t("August"), t("September"), t("October"), t("November"), t("December"),
    )[when.month - 1]  # fmt: skip
    return t("{month} {year}", month=name, year=when.year)


def today() -> date:
    """The present day of the reader."""
    return datetime.now(_zone()).date()


def midnight(when: date) -> str:
    """The UTC time, ISO 8601 with milliseconds, at which a day begins for the reader."""
    begins = datetime.combine(when, time(), _zone()).astimezone(UTC)
    return begins.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _zone() -> tzinfo:
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
