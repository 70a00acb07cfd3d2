"""Who am I? Password, then the second factor where there is one; signing out; the language of the page.

Argon2 takes a fifth of a second, so these views open short write transactions themselves: one to count the try before
it is judged, one to start the session.
"""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.adapters.hashing import hash_secret, is_outdated
from lms.accounts.forms.signin import CodeForm, SignInForm
from lms.accounts.login import actor_or_none, forget, held, hold, public, remember, safe_target
from lms.accounts.queries.identity import actor_by_token
from lms.accounts.queries.signin import Credential, password_of
from lms.accounts.rules.second_factor import NextStep
from lms.accounts.rules.throttle import ACCOUNT
from lms.accounts.service.second_factor import (
    accept_code,
    begin_enrolment,
    confirm_enrolment,
)
from lms.accounts.service.secrets import is_right
from lms.accounts.service.sessions import end_session
from lms.accounts.service.signin import open_session, step_after_password, wrong_secret
from lms.accounts.service.throttle import account_buckets, admit, forgive
from lms.accounts.views.enrolment import enrolment_page
from lms.infra.clock import now
from lms.infra.i18n import LANGUAGE_COOKIE, _, languages
from lms.infra.transactions import own_transaction, run_in_write_transaction
from lms.shared.errors import Invalid, NotFound, TooMany

blueprint = Blueprint("accounts", __name__)
YEAR = 365 * 24 * 3600


@blueprint.get("/login")
@public
def sign_in() -> Response | str:
    """Ask who it is; somebody signed in goes on."""
    target = safe_target(request.args.get("next"))
    if actor_or_none() is not None:
        return redirect(target)
    return _sign_in_page(SignInForm(formdata=None, next=target))


@blueprint.post("/login")
@public
@own_transaction
def try_password() -> Response | str | tuple[str, int]:
    """Judge a password; the same answer for an unknown person and a wrong secret."""
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form), 422
    identifier, password = str(form.identifier.data), str(form.password.data)
    buckets = account_buckets(identifier, request.remote_addr or "")
    try:
        run_in_write_transaction(lambda: admit(buckets, now()))
        credential = _proven(identifier, password)
        run_in_write_transaction(lambda: forgive(buckets))
        return _after_password(credential, password, safe_target(form.next.data))
    except Invalid as error:
        form.refuse(error)
        return _sign_in_page(form), 422
    except TooMany as error:
        form.form_errors.append(error.message)
        return make_response(_sign_in_page(form), 429, {"Retry-After": str(error.retry_after)})


@blueprint.get("/login/code")
@public
def ask_code() -> Response | str:
    """Ask for the second factor's code."""
    return _to_sign_in() if held() is None else _code_page(CodeForm(formdata=None))


@blueprint.post("/login/code")
@public
@own_transaction
def try_code() -> Response | str | tuple[str, int]:
    """Judge a code."""
    waiting = held()
    if waiting is None:
        return _to_sign_in()
    credential, target = waiting
    form = CodeForm()
    buckets = {f"code:{credential.person_id.hex}": ACCOUNT}
    if form.validate():
        try:
            run_in_write_transaction(lambda: admit(buckets, now()))
            run_in_write_transaction(lambda: accept_code(credential.person_id, str(form.code.data), now()))
            run_in_write_transaction(lambda: forgive(buckets))
            return _enter(credential, target)
        except Invalid as error:
            form.refuse(error)
        except TooMany as error:
            form.form_errors.append(error.message)
    return _code_page(form), 422


@blueprint.get("/login/second-factor")
@public
def ask_enrolment() -> Response | str:
    """Show the authenticator's QR code to somebody who must enrol before going on."""
    waiting = held()
    if waiting is None:
        return _to_sign_in()
    return enrolment_page(waiting[0].person_id, CodeForm(formdata=None), held=True)


@blueprint.post("/login/second-factor/begin")
@public
def begin_held_enrolment() -> Response:
    """Make a seed for somebody who must enrol before going on."""
    waiting = held()
    if waiting is None:
        return _to_sign_in()
    begin_enrolment(waiting[0].person_id, now())
    return redirect(url_for(".ask_enrolment"))


@blueprint.post("/login/second-factor")
@public
@own_transaction
def confirm_held_enrolment() -> Response | str | tuple[str, int]:
    """Turn the second factor on and sign in."""
    waiting = held()
    if waiting is None:
        return _to_sign_in()
    credential, target = waiting
    form = CodeForm()
    if form.validate():
        try:
            run_in_write_transaction(lambda: confirm_enrolment(credential.person_id, str(form.code.data), now()))
            flash(_("Your second factor is on. You will be asked for a code each time you sign in."), "success")
            return _enter(credential, target)
        except Invalid as error:
            form.refuse(error)
        except NotFound:
            return redirect(url_for(".ask_enrolment"))
    return enrolment_page(credential.person_id, form, held=True), 422


@blueprint.post("/logout")
@public
def sign_out() -> Response:
    """End this session; a shared device also forgets what pages kept on it."""
    actor = actor_or_none()
    if actor is not None and actor.session_id is not None:
        end_session(actor.session_id, now())
    kiosk = actor is not None and actor.kiosk
    forget()
    flash(_("You are signed out."), "success")
    response = redirect(url_for("kiosk.sign_in") if kiosk else url_for(".sign_in"))
    if kiosk:
        response.headers["Clear-Site-Data"] = '"storage"'
    return response


@blueprint.post("/language")
@public
def choose_language() -> Response:
    """Remember the language of this browser, for pages before sign-in."""
    response = redirect(safe_target(request.form.get("next")))
    chosen = request.form.get("language", "")
    if chosen in languages():
        response.set_cookie(
            LANGUAGE_COOKIE, chosen, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure
        )
    return response


def _proven(identifier: str, password: str) -> Credential:
    credential = password_of(identifier, now().date())
    if not is_right(credential, password) or credential is None:
        raise wrong_secret()
    return credential


def _after_password(credential: Credential, password: str, target: str) -> Response:
    step = step_after_password(credential, now())
    if step in {NextStep.CODE, NextStep.ENROL}:
        hold(credential, target)
        return redirect(url_for(".ask_code") if step is NextStep.CODE else url_for(".ask_enrolment"))
    rehashed = hash_secret(password) if is_outdated(credential.secret) else None
    response = _enter(credential, target, rehashed)
    if step is NextStep.OFFER:
        return redirect(url_for("settings.second_factor", next=target))
    return response


def _enter(credential: Credential, target: str, rehashed: str | None = None) -> Response:
    description = describe_browser(request.user_agent.string)
    token = run_in_write_transaction(
        lambda: open_session(credential, now(), description=description, rehashed=rehashed)
    )
    actor = actor_by_token(token, now())
    if actor is None:
        raise wrong_secret()
    remember(actor, token)
    return redirect(target)


def describe_browser(agent: str) -> str:
    """Return what a person recognises a session by: "Firefox, Windows"."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return ", ".join(part for part in (browser, system) if part)


_BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def _to_sign_in() -> Response:
    flash(_("That took too long. Sign in again."), "info")
    return redirect(url_for(".sign_in"))


def _sign_in_page(form: SignInForm) -> str:
    return render_template("accounts/sign_in.html", form=form, target=safe_target(form.next.data))


def _code_page(form: CodeForm) -> str:
    return render_template("accounts/code.html", form=form)
