"""Sign-in state of a request: the current actor, and the two marks every view carries.

A view is `@requires(Permission.X)` or `@public`; a house test walks the URL map for views that are neither.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, flash, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from lms.accounts.queries.identity import actor_by_token, hash_token
from lms.accounts.queries.signin import Credential, credential_of
from lms.accounts.rules.actor import Actor
from lms.accounts.rules.permissions import Permission, allowed
from lms.accounts.service.record_views import is_fresh_look, note_look
from lms.infra.clock import now
from lms.infra.i18n import _
from lms.infra.transactions import run_in_write_transaction
from lms.shared.errors import Refused

P = ParamSpec("P")
T = TypeVar("T")
# Between the password and the code: long enough to find the phone.
HELD = timedelta(minutes=10)


class SignedIn(UserMixin):  # type: ignore[misc]
    """Flask-Login's user: an actor and the token of the session it came with.

    The remembered id is the rotating session token, never the person's id.
    """

    def __init__(self, actor: Actor, token: str) -> None:
        """Keep both."""
        self.actor = actor
        self.token = token

    def get_id(self) -> str:
        """Return the session token."""
        return self.token


def init_login(app: Flask) -> None:
    """Load the actor from the session cookie and choose language and zone from their profile."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_load)
    app.before_request(_apply_preferences)
    app.context_processor(lambda: {"actor": shown_actor()})


def _load(token: str) -> SignedIn | None:
    actor = actor_by_token(token, now())
    return None if actor is None else SignedIn(actor, token)


def _apply_preferences() -> None:
    if request.endpoint == "static" or "_user_id" not in session:
        return
    actor = actor_or_none()
    if actor is not None:
        g.language, g.zone = actor.language, actor.zone


def actor_or_none() -> Actor | None:
    """Return who is asking, or None where nobody is signed in."""
    return current_user.actor if isinstance(getattr(current_user, "actor", None), Actor) else None


def shown_actor() -> Actor | None:
    """Return who is asking for the frame of a page; nobody where the database does not answer."""
    try:
        return actor_or_none()
    except SQLAlchemyError:
        return None


def current_actor() -> Actor:
    """Return who is asking.

    Raises:
        Refused: nobody is signed in.
    """
    actor = actor_or_none()
    if actor is None:
        raise Refused(_("You are not signed in."))
    return actor


def remember(actor: Actor, token: str) -> None:
    """Put a fresh session's token into a fresh cookie: nothing from before sign-in survives."""
    session.clear()
    session.permanent = not actor.kiosk
    login_user(SignedIn(actor, token))
    g.language, g.zone = actor.language, actor.zone


def forget() -> None:
    """Empty the cookie."""
    logout_user()
    session.clear()


def hold(credential: Credential, target: str) -> None:
    """Remember in a fresh cookie that a password was right, until the code is typed.

    The cookie is signed, not secret: it carries a fingerprint of the stored hash, never the hash.
    """
    session.clear()
    session["held"] = {
        "method": credential.method_id.hex,
        "fingerprint": hash_token(credential.secret),
        "at": now().timestamp(),
        "next": target,
    }


def held() -> tuple[Credential, str] | None:
    """Return whose second factor is awaited in this browser and where they want to go; None where nobody's is."""
    kept = session.get("held")
    if not kept or now().timestamp() - kept["at"] > HELD.total_seconds():
        return None
    credential = credential_of(uuid.UUID(kept["method"]))
    if credential is None or hash_token(credential.secret) != kept["fingerprint"]:
        return None
    return credential, kept["next"]


def safe_target(text: str | None) -> str:
    """Return where to go after sign-in: a path of ours, else the start page. Never another site."""
    path = text or "/"
    parts = urlsplit(path)
    ours = path.startswith("/") and not path.startswith("//") and not (parts.scheme or parts.netloc)
    return path if ours and path.isprintable() and "\\" not in path else "/"


def record_view(actor: Actor, person_id: uuid.UUID, page: str) -> None:
    """Write down that the actor looks at somebody else's record on `page`; that person sees it in their settings.

    Call it in a GET view, after the scope was checked and before anything else is read: it uses a short write
    transaction of its own.
    """
    if is_fresh_look(actor, person_id, page, now()):
        run_in_write_transaction(lambda: note_look(actor, person_id, page))


def requires(permission: Permission) -> Callable[[Callable[P, T]], Callable[P, T | Response]]:
    """Let only signed-in people with `permission` in; others go to sign-in, or are refused in words."""

    def decorate(view: Callable[P, T]) -> Callable[P, T | Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T | Response:
            actor = actor_or_none()
            if actor is None:
                return _to_sign_in()
            if not allowed(actor, permission):
                raise Refused(_("This page is not for your role. If you think it should be, ask a coordinator."))
            return view(*args, **kwargs)

        mark: Any = guarded
        mark.permission = permission
        return guarded

    return decorate


def public(view: Callable[P, T]) -> Callable[P, T]:
    """Let everybody in, signed in or not."""
    mark: Any = view
    mark.is_public = True
    return view


def _to_sign_in() -> Response:
    if request.method == "GET":
        flash(_("Sign in to go on."), "info")
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    raise Refused(_("You are signed out, so this was not saved. Sign in again in another tab, then send it once more."))
