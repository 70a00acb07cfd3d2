"""Single-use links: invitations, resets, slips. Opening one changes nothing, so mail scanners cannot use it up."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.forms.signin import ForgottenForm, NewPasswordForm, NewPinForm, SlipForm
from lms.accounts.login import forget, public
from lms.accounts.queries.signin import OpenLink, open_link
from lms.accounts.rules.links import Secret
from lms.accounts.rules.throttle import Limit
from lms.accounts.service.links import request_reset, use_link
from lms.accounts.service.secrets import checked_hash
from lms.accounts.service.throttle import account_bucket, admit, lookup_buckets
from lms.infra.clock import now
from lms.infra.i18n import _
from lms.infra.transactions import own_transaction, run_in_write_transaction
from lms.shared.errors import Invalid, NotFound, TooMany
from lms.shared.ids import read_code

blueprint = Blueprint("links", __name__)
# Three mails an hour are enough for anybody, and no use to whoever wants to fill a mailbox.
RESETS = Limit(tries=4)


@blueprint.get("/start")
@public
def ask_slip() -> str:
    """Ask for the code on a slip."""
    return render_template("accounts/slip_code.html", form=SlipForm(formdata=None))


@blueprint.post("/start")
@public
@own_transaction
def open_slip() -> Response | str | tuple[str, int]:
    """Go to the slip's page."""
    form = SlipForm()
    if form.validate():
        try:
            run_in_write_transaction(lambda: admit(lookup_buckets(request.remote_addr or ""), now()))
            return redirect(url_for(".start", token=_working_code(str(form.code.data))))
        except Invalid as error:
            form.refuse(error)
        except TooMany as error:
            form.form_errors.append(error.message)
    return render_template("accounts/slip_code.html", form=form), 422


@blueprint.get("/start/<token>")
@public
def start(token: str) -> Response | str:
    """Ask for a new password or PIN."""
    link = open_link(token, now())
    return _spent() if link is None else _page(link, token, _form_for(link, fresh=True))


@blueprint.post("/start/<token>")
@public
@own_transaction
def choose_secret(token: str) -> Response | str | tuple[str, int]:
    """Store the secret chosen, end the link and old sessions, and go to sign-in."""
    link = open_link(token, now())
    if link is None:
        return _spent()
    form = _form_for(link)
    if form.validate():
        try:
            about = (link.name, link.employee_number, link.email or "")
            hashed = checked_hash(link.sets, str(form.secret.data), str(form.repeated.data), about)
            run_in_write_transaction(lambda: use_link(token, hashed, now()))
        except Invalid as error:
            form.refuse(error)
        except NotFound:
            return _spent()
        else:
            return _done(link)
    return _page(link, token, form), 422


@blueprint.get("/forgotten")
@public
def ask_reset() -> str:
    """Ask whose password was forgotten."""
    return render_template("accounts/forgotten.html", form=ForgottenForm(formdata=None), sent=False)


@blueprint.post("/forgotten")
@public
@own_transaction
def send_reset() -> Response | str | tuple[str, int]:
    """Send a link where there is somebody to send it to; the page is the same where there is not."""
    form = ForgottenForm()
    if not form.validate():
        return render_template("accounts/forgotten.html", form=form, sent=False), 422
    identifier = str(form.identifier.data)
    buckets = {**lookup_buckets(request.remote_addr or ""), f"reset-{account_bucket(identifier)}": RESETS}
    try:
        run_in_write_transaction(lambda: admit(buckets, now()))
        run_in_write_transaction(lambda: request_reset(identifier, now()))
    except TooMany as error:
        form.form_errors.append(error.message)
        page = render_template("accounts/forgotten.html", form=form, sent=False)
        return make_response(page, 429, {"Retry-After": str(error.retry_after)})
    return render_template("accounts/forgotten.html", form=form, sent=True)


def _working_code(typed: str) -> str:
    code = read_code(typed)
    if code is None or open_link(code, now()) is None:
        message = _("No slip that still works has this code. Codes never contain 0, O, 1 or I.")
        raise Invalid(fields={"code": message})
    return code


def _form_for(link: OpenLink, *, fresh: bool = False) -> NewPasswordForm | NewPinForm:
    kind = NewPasswordForm if link.sets is Secret.PASSWORD else NewPinForm
    return kind(formdata=None) if fresh else kind()


def _page(link: OpenLink, token: str, form: NewPasswordForm | NewPinForm) -> str:
    return render_template("accounts/start.html", link=link, token=token, form=form, is_pin=link.sets is Secret.PIN)


def _done(link: OpenLink) -> Response:
    forget()
    if link.sets is Secret.PIN:
        flash(_("Your PIN is set. Scan your badge and type it to sign in."), "success")
        return redirect(url_for("kiosk.sign_in"))
    flash(_("Your password is set. Sign in with it now, as number %(number)s.", number=link.employee_number), "success")
    return redirect(url_for("accounts.sign_in"))


def _spent() -> Response:
    return make_response(render_template("accounts/spent.html"), 404)
