"""The page on which an authenticator is set up, before sign-in and in the settings."""

from __future__ import annotations

import uuid

import segno
from flask import render_template
from markupsafe import Markup

from lms.accounts.forms.signin import CodeForm
from lms.accounts.service.second_factor import open_enrolment


def qr_markup(text: str) -> Markup:
    """Return `text` as an inline SVG QR code."""
    svg = segno.make(text, error="m").svg_inline(border=0, omitsize=True)
    return Markup(svg)  # noqa: S704 - drawn by segno from a matrix; no text of anybody's is in it


def enrolment_page(person_id: uuid.UUID, form: CodeForm, *, held: bool, target: str = "/") -> str:
    """Return the page: begin, or scan and type the first code. `held`: the person is not signed in yet."""
    enrolment = open_enrolment(person_id)
    return render_template(
        "accounts/second_factor.html",
        form=form,
        held=held,
        target=target,
        enrolment=enrolment,
        qr_code=None if enrolment is None else qr_markup(enrolment.uri),
    )
