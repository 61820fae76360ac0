"""Account: one's own name, language, password and sessions."""

from __future__ import annotations

import streamlit as st

from annotate import accounts
from annotate.errors import Invalid
from annotate.model import LANGUAGES, Language
from annotate.ui import shell, visitor
from annotate.ui.database import store
from annotate.ui.i18n import t
from annotate.ui.languages import NAMES
from annotate.ui.views import session_list
from annotate.ui.views.notices import said, say, telling
from annotate.ui.words import plain, role_name

_PAGE = "account"
_CHANGED = "account_password_changed"


def draw(desk: shell.Desk) -> None:
    """Draw the page."""
    person = desk.visitor.person
    with st.container(key="office"):
        st.title(t("Your account"), anchor=False)
        about = t(
            "Signed in as {name}. Role: {role}.", name=person.name, role=role_name(person.role)
        )
        st.caption(plain(about))
        said(_PAGE)
        left, right = st.columns([5, 7], gap="large")
        with left:
            _name(desk)
            _password(desk)
        with right:
            st.subheader(t("Where you are signed in"), anchor=False)
            session_list.draw(desk, person, _PAGE)


def _name(desk: shell.Desk) -> None:
    person = desk.visitor.person
    choices: tuple[Language, ...] = ("", *LANGUAGES)
    with st.form("account_name"):
        st.subheader(t("Name and language"), anchor=False)
        name = st.text_input(
            t("Name that others see"), person.display_name, autocomplete="name", key="account_shown"
        )
        email = st.text_input(
            t("E-mail (only administrators see it)"),
            person.email or "",
            autocomplete="email",
            key="account_email",
        )
        language = st.selectbox(
            t("Language of the pages"),
            choices,
            index=choices.index(person.language),
            format_func=lambda tag: NAMES[tag] if tag else t("that of the browser"),
            key="account_language",
        )
        refused = st.container()
        sent = st.form_submit_button(t("Save"), type="primary")
    if sent:
        with telling(refused):
            accounts.describe_person(store(), person, person, display_name=name, email=email)
            accounts.set_language(store(), person, language)
            say(_PAGE, t("Saved"))
            st.rerun()


def _password(desk: shell.Desk) -> None:
    # What was typed stays where it is refused; what was taken is not left in the fields.
    if st.session_state.pop(_CHANGED, False):
        for key in ("account_current", "account_new", "account_again"):
            st.session_state[key] = ""
    with st.form("account_password"):
        st.subheader(t("Password"), anchor=False)
        current = st.text_input(
            t("Current password"),
            type="password",
            autocomplete="current-password",
            key="account_current",
        )
        new = st.text_input(
            t("New password, {n} characters or more", n=accounts.PASSWORD_LENGTH),
            type="password",
            autocomplete="new-password",
            key="account_new",
        )
        again = st.text_input(
            t("New password once more"),
            type="password",
            autocomplete="new-password",
            key="account_again",
        )
        st.caption(t("Everywhere else you will have to sign in anew."))
        # Emptied at once, so that an earlier refusal does not stay while this one is looked at.
        refused = st.empty()
        sent = st.form_submit_button(t("Change password"))
    token = visitor.page_token()
    if sent and token:
        with telling(refused):
            if new != again:
                raise Invalid("The two passwords differ", "Type the same one twice")
            address = st.context.ip_address or ""
            person = desk.visitor.person
            accounts.change_password(store(), person, current, new, address, token)
            st.session_state[_CHANGED] = True
            say(_PAGE, t("Your password is changed"))
            st.rerun()
