"""What I chose, where I am signed in, and how I prove who I am."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.forms.settings import PreferencesForm
from lms.accounts.forms.signin import CodeForm, OwnPasswordForm
from lms.accounts.login import current_actor, remember, requires, safe_target
from lms.accounts.queries.identity import actor_by_token
from lms.accounts.queries.person import profile_of
from lms.accounts.queries.signin import live_sessions, own_password, sign_in_state
from lms.accounts.rules.actor import PRIVILEGED
from lms.accounts.rules.links import Secret
from lms.accounts.rules.permissions import Permission
from lms.accounts.rules.throttle import ACCOUNT
from lms.accounts.service.preferences import TextSize, Theme, change_preferences
from lms.accounts.service.second_factor import begin_enrolment, confirm_enrolment
from lms.accounts.service.secrets import checked_hash, is_right, set_secret
from lms.accounts.service.sessions import end_sessions, start_session
from lms.accounts.service.throttle import admit, forgive
from lms.accounts.views.enrolment import enrolment_page
from lms.accounts.views.sign_in import describe_browser
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.i18n import LANGUAGE_COOKIE, _, languages
from lms.infra.transactions import own_transaction, run_in_write_transaction
from lms.shared.errors import Conflict, Invalid, NotFound, TooMany

blueprint = Blueprint("settings", __name__)


@blueprint.get("/settings")
@requires(Permission.CHANGE_OWN_SETTINGS)
def own() -> str:
    """Show everything a person chooses for themselves."""
    profile = profile_of(current_actor().id)
    form = PreferencesForm(
        formdata=None,
        language=profile.language if profile.language in languages() else languages()[0],
        text_size=profile.text_size,
        theme=profile.theme,
        shortcuts=profile.shortcuts,
    )
    return _page(form)


@blueprint.post("/settings")
@requires(Permission.CHANGE_OWN_SETTINGS)
def save() -> Response | tuple[str, int]:
    """Store preferences; the next page already has them."""
    form = PreferencesForm()
    if not form.validate():
        return _page(form), 422
    change_preferences(
        current_actor(),
        language=str(form.language.data),
        offered=languages(),
        text_size=TextSize(form.text_size.data),
        theme=Theme(form.theme.data),
        shortcuts=bool(form.shortcuts.data),
    )
    flash(_("Your settings are saved."), "success")
    response = redirect(url_for(".own"))
    # A shared browser's sign-in page would otherwise go on in a language that nobody chose there.
    response.delete_cookie(LANGUAGE_COOKIE)
    return response


@blueprint.get("/settings/password")
@requires(Permission.CHANGE_OWN_SETTINGS)
def ask_password() -> str:
    """Ask for the present password and a new one."""
    return render_template("accounts/password.html", form=OwnPasswordForm(formdata=None))


@blueprint.post("/settings/password")
@requires(Permission.CHANGE_OWN_SETTINGS)
@own_transaction
def change_password() -> Response | tuple[str, int]:
    """Store a new password; every other session ends, this one goes on under a new token."""
    actor = current_actor()
    form = OwnPasswordForm()
    if form.validate():
        bucket = {f"present:{actor.id.hex}": ACCOUNT}
        try:
            run_in_write_transaction(lambda: admit(bucket, now()))
            was = _present_hash(str(form.present.data))
            run_in_write_transaction(lambda: forgive(bucket))
            profile = profile_of(actor.id)
            about = (profile.name, profile.employee_number, profile.email or "")
            hashed = checked_hash(Secret.PASSWORD, str(form.secret.data), str(form.repeated.data), about)
            token = run_in_write_transaction(lambda: _store_password(hashed, was))
        except Invalid as error:
            form.refuse(error)
        except (TooMany, Conflict) as error:
            form.form_errors.append(error.message or _("Your password was changed somewhere else meanwhile."))
        else:
            fresh = actor_by_token(token, now())
            if fresh is not None:
                remember(fresh, token)
            flash(_("Your password is changed. You are signed out everywhere else."), "success")
            return redirect(url_for(".own"))
    return render_template("accounts/password.html", form=form), 422


@blueprint.post("/settings/sessions/end-others")
@requires(Permission.CHANGE_OWN_SETTINGS)
def end_other_sessions() -> Response:
    """Sign out everywhere but here."""
    actor = current_actor()
    count = end_sessions(actor.id, now(), keep=actor.session_id)
    audit.record("session.others-ended", actor=actor.id, subject=actor.id, sessions=count)
    flash(_("You are signed out everywhere else."), "success")
    return redirect(url_for(".own"))


@blueprint.get("/settings/second-factor")
@requires(Permission.CHANGE_OWN_SETTINGS)
def second_factor() -> Response | str:
    """Set up an authenticator; once one is on there is nothing to do here."""
    actor = current_actor()
    target = safe_target(request.args.get("next"))
    if sign_in_state(actor.id).second_factor:
        return redirect(url_for(".own"))
    return enrolment_page(actor.id, CodeForm(formdata=None), held=False, target=target)


@blueprint.post("/settings/second-factor/begin")
@requires(Permission.CHANGE_OWN_SETTINGS)
def begin() -> Response:
    """Make a seed."""
    begin_enrolment(current_actor().id, now())
    return redirect(url_for(".second_factor", next=safe_target(request.form.get("next"))))


@blueprint.post("/settings/second-factor")
@requires(Permission.CHANGE_OWN_SETTINGS)
@own_transaction
def confirm() -> Response | tuple[str, int]:
    """Turn the second factor on with its first code."""
    actor = current_actor()
    target = safe_target(request.form.get("next"))
    form = CodeForm()
    if form.validate():
        try:
            run_in_write_transaction(lambda: confirm_enrolment(actor.id, str(form.code.data), now()))
        except Invalid as error:
            form.refuse(error)
        except NotFound:
            return redirect(url_for(".second_factor"))
        else:
            flash(_("Your second factor is on. You will be asked for a code each time you sign in."), "success")
            return redirect(url_for(".own") if target == "/" else target)
    return enrolment_page(actor.id, form, held=False, target=target), 422


def _page(form: PreferencesForm) -> str:
    actor = current_actor()
    return render_template(
        "accounts/settings.html",
        form=form,
        profile=profile_of(actor.id),
        state=sign_in_state(actor.id),
        sessions=live_sessions(actor.id, now()),
        offers_second_factor=not PRIVILEGED.isdisjoint(actor.roles),
    )


def _present_hash(typed: str) -> str:
    credential = own_password(current_actor().id)
    if not is_right(credential, typed) or credential is None:
        raise Invalid(fields={"present": _("This is not your present password.")})
    return credential.secret


def _store_password(hashed: str, was: str) -> str:
    actor = current_actor()
    set_secret(actor.id, Secret.PASSWORD, hashed, now(), by=actor.id, was=was)
    return start_session(actor.id, now(), description=describe_browser(request.user_agent.string))
