"""Words about people: what their roles allow, where they are signed in."""

from __future__ import annotations

from annotate.accounts import Session
from annotate.model import Role
from annotate.ui.i18n import t


def role_meaning(role: Role) -> str:
    """What somebody of a role may do, in one line."""
    return {
        "admin": t("Everything, people included."),
        "editor": t("Projects, codebooks, registries, ingestion, export."),
        "reviewer": t("Tags, and reads what others have submitted."),
        "analyst": t("Tags; sees colleagues' labels where the project allows it."),
        "viewer": t("Reads gold labels, those settled in review, and exports them."),
    }[role]


def place_name(session: Session) -> str:
    """The browser and the system of a session, in words."""
    if session.browser and session.system:
        return t("{browser} on {system}", browser=session.browser, system=session.system)
    return session.browser or session.system or t("Unknown browser")
