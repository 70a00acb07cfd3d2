"""The mail server that LMS_SMTP_URL names: smtp://user:password@host:587 (STARTTLS) or smtps://host:465."""

from __future__ import annotations

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid, parseaddr
from urllib.parse import unquote, urlsplit

TIMEOUT = 20.0


def compose(sender: str, address: str, subject: str, text: str, html: str, language: str) -> EmailMessage:
    """Return a multipart mail; a name or address with line breaks is refused by the library."""
    name, sent_from = parseaddr(sender)
    message = EmailMessage()
    message["From"] = Address(name, addr_spec=sent_from)
    message["To"] = Address(addr_spec=address)
    message["Subject"] = subject
    message["Message-ID"] = make_msgid(domain=sent_from.rpartition("@")[2] or None)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    # Last: setting content drops the headers that describe it.
    message["Content-Language"] = language.replace("_", "-")
    return message


def deliver(url: str, message: EmailMessage) -> None:
    """Hand a mail to the server.

    Raises:
        OSError: the server cannot be reached or refuses (smtplib's errors are OSErrors).
    """
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    trust = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=trust)
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT)
    with server:
        if parts.scheme != "smtps" and server.has_extn("starttls"):
            server.starttls(context=trust)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
