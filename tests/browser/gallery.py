"""A small application that shows the component gallery: the real frame, policy and static files, and no database."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from flask import Flask, jsonify, render_template, request
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import (
    BooleanField,
    FileField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from lms.infra.i18n import init_i18n
from lms.infra.paths import asset_dir
from lms.infra.settings import Settings
from lms.infra.web.security import init_security
from lms.infra.web.templating import init_templating

PARTS = (
    *("home", "lesson", "signin", "forms", "tables", "quiz", "feedback"),
    *("console", "debrief", "team", "readiness", "verify"),
)
LEARNER = (("/home", "Home", "house"), ("/path", "My path", "book-open"), ("/sessions", "Sessions", "calendar"))
STAFF = (
    *(*LEARNER, ("/certificates", "Certificates", "award"), ("/team", "My team", "users")),
    *(("/reports", "Reports", "chart-column"), ("/readiness", "Readiness", "shield-check")),
)
MOMENTS = ("2026-11-26T14:00:00Z", "2026-11-26T14:32:00Z", "2026-11-26T13:32:00Z")


@dataclasses.dataclass(frozen=True)
class Visitor:
    """As much of an actor as templates look at."""

    name: str = "Ana Kovač"
    roles: frozenset[str] = frozenset()
    kiosk: bool = False
    text_size: str = "normal"
    theme: str = "auto"


class SessionForm(FlaskForm):
    """One field of every kind."""

    name = StringField("Title", [InputRequired("Give the session a title.")])
    secret = PasswordField("Password", [InputRequired()])
    seats = IntegerField("Seats", [InputRequired("Say how many people fit.")])
    site = SelectField("Site", choices=[SelectChoice("leeds", "Leeds"), SelectChoice("porto", "Porto")])
    kind = RadioField(
        "Where",
        [InputRequired("Choose one.")],
        choices=[SelectChoice("room", "In a room"), SelectChoice("call", "By video call")],
    )
    shifts = SelectMultipleField(
        "For which shifts?",
        choices=[SelectChoice("early", "Early"), SelectChoice("late", "Late"), SelectChoice("night", "Night")],
    )
    notes = TextAreaField("Notes")
    file = FileField("People")
    agreed = BooleanField("Remind me a day before")


def create_gallery(instance: Path) -> Flask:
    """An application whose `/<part>` shows one page of the gallery; `?as=staff|kiosk|nobody` chooses the visitor."""
    app = Flask("lms", root_path=str(instance), static_folder=str(asset_dir("static")), static_url_path="/static")
    app.template_folder = str(asset_dir("templates"))
    settings = Settings(instance=instance, secret_key="a test key of sufficient length")
    init_i18n(app, settings)
    init_templating(app)
    init_security(app, settings)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    received: list[dict[str, str]] = []
    app.extensions["received"] = received

    @app.context_processor
    def visitor():
        kind = request.args.get("as", "learner")
        places = [
            (url, label, icon, index == 0)
            for index, (url, label, icon) in enumerate(STAFF if kind == "staff" else LEARNER)
        ]
        actor = None if kind == "nobody" else Visitor(kiosk=kind == "kiosk")
        return {"actor": actor, "nav_items": places if actor else []}

    @app.get("/<any(" + ",".join(PARTS) + "):part>")
    def show(part: str):
        form = SessionForm(request.args) if "wrong" in request.args else SessionForm(None)
        if "wrong" in request.args:
            form.validate()
            form.form_errors.append("Room 2 is taken at that time.")
        square = Markup(
            '<svg viewBox="0 0 8 8"><path fill="#000" d="M0 0h3v3H0zM5 0h3v3H5zM0 5h3v3H0zM4 4h2v2H4z"/></svg>'
        )
        return render_template("components/gallery.html", part=part, form=form, moments=MOMENTS, square=square)

    @app.get("/error/<int:status>")
    def error(status: int):
        return render_template("errors/error.html", status=status, message="", request_id="r-7K4P"), status

    @app.post("/autosave")
    def autosave():
        received.append(request.form.to_dict())
        return jsonify(saved_at="14:32")

    @app.post("/logout")
    def logout():
        received.append({"signed": "out"})
        return render_template("errors/error.html", status=404, message="", request_id="")

    return app
