"""The shared device: badge and PIN, both; sessions of an hour; sign-out in sight."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.forms.signin import KioskForm
from lms.accounts.login import actor_or_none, public, remember
from lms.accounts.queries.identity import actor_by_token
from lms.accounts.queries.signin import Credential, pin_of_badge
from lms.accounts.service.secrets import is_right
from lms.accounts.service.signin import open_session
from lms.accounts.service.throttle import account_buckets, admit, forgive
from lms.infra.clock import now
from lms.infra.i18n import _
from lms.infra.transactions import own_transaction, run_in_write_transaction
from lms.shared.errors import Invalid, TooMany

blueprint = Blueprint("kiosk", __name__)


@blueprint.get("/kiosk")
@public
def sign_in() -> Response | str:
    """Ask for badge and PIN."""
    if actor_or_none() is not None:
        return redirect(url_for("home.home"))
    return _page(KioskForm(formdata=None))


@blueprint.post("/kiosk")
@public
@own_transaction
def try_badge() -> Response | str | tuple[str, int]:
    """Judge badge and PIN together: the answer never says which of the two was wrong."""
    form = KioskForm()
    if not form.validate():
        return _page(form), 422
    badge, pin = str(form.badge.data), str(form.pin.data)
    buckets = account_buckets(f"badge {badge}", request.remote_addr or "")
    try:
        run_in_write_transaction(lambda: admit(buckets, now()))
        credential = _proven(badge, pin)
        run_in_write_transaction(lambda: forgive(buckets))
        token = run_in_write_transaction(
            lambda: open_session(credential, now(), kiosk=True, description=_("Shared device"))
        )
    except Invalid as error:
        form.refuse(error)
        return _page(form), 422
    except TooMany as error:
        form.form_errors.append(error.message)
        return make_response(_page(form), 429, {"Retry-After": str(error.retry_after)})
    actor = actor_by_token(token, now())
    if actor is not None:
        remember(actor, token)
    return redirect(url_for("home.home"))


def _proven(badge: str, pin: str) -> Credential:
    credential = pin_of_badge(badge, now().date())
    if not is_right(credential, pin) or credential is None:
        raise Invalid(_("Badge and PIN do not match. Scan your badge again, then type your PIN."))
    return credential


def _page(form: KioskForm) -> str:
    return render_template("accounts/kiosk.html", form=form)
