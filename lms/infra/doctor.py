"""What is wrong with this deployment, in words, and what to do about each thing."""

from __future__ import annotations

import enum
import json
import os
import shutil
import smtplib
import stat
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from flask import current_app

from lms.infra import schema
from lms.infra.backup import backup_age
from lms.infra.clock import now
from lms.infra.db import SAFE_SQLITE, db, sqlite_driver, sqlite_is_safe
from lms.infra.jobs import Job, JobState
from lms.infra.paths import asset_dir
from lms.infra.settings import Settings

MEGABYTE = 1_000_000
LITTLE_SPACE, NO_SPACE = 2_000 * MEGABYTE, 300 * MEGABYTE
CLOCK_TOLERANCE = timedelta(seconds=5)
WORKER_SILENCE = timedelta(minutes=5)
BACKUP_SILENCE = timedelta(hours=50)
TIMEOUT_SECONDS = 5
OLDEST_POSTGRESQL = 15
SHORTEST_KEY = 32
NETWORK_FILESYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "glusterfs", "fuse.sshfs", "lustre"})
# A language of each script that names on certificates are written in.
SCRIPTS = {"Latin": "pl", "Cyrillic": "uk", "Greek": "el", "Arabic": "ar", "Hebrew": "he", "Chinese": "zh-cn"}


class Health(enum.StrEnum):
    """How a thing is: `note` asks for nothing, `weak` for attention, `broken` for repair."""

    GOOD = "good"
    NOTE = "note"
    WEAK = "weak"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: how it is, what was seen, and what to do where something is wrong."""

    topic: str
    health: Health
    seen: str
    todo: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything, one thing after another; a check that fails itself is a finding too."""
    checks: list[tuple[str, Callable[[Settings], Iterator[Finding]]]] = [
        ("database", check_database),
        ("disk", check_disk),
        ("keys", check_keys),
        ("clock", check_clock),
        ("worker", check_worker),
        ("backups", check_backups),
        ("mail", check_mail),
        ("fonts", check_fonts),
        ("front end", check_vendor),
        ("public URL", check_public_url),
    ]
    for topic, check in checks:
        try:
            yield from check(settings)
        except Exception as error:  # noqa: BLE001 - the doctor reports, whatever it meets
            yield Finding(topic, Health.BROKEN, f"could not be looked at: {error!r}", "Mend what the message names.")


def check_database(settings: Settings) -> Iterator[Finding]:
    """Does it answer, is it safe to write to, and is its schema the one this version expects?"""
    try:
        with db.engine.connect() as connection:
            version = connection.scalar(
                sa.text("SELECT sqlite_version()" if settings.is_sqlite else "SHOW server_version")
            )
    except sa.exc.SQLAlchemyError as error:
        cause = str(getattr(error, "orig", error)).strip().splitlines()[0]
        yield Finding("database", Health.BROKEN, f"no answer: {cause}", "Start it, or mend LMS_DATABASE_URL.")
        return
    if settings.is_sqlite:
        yield _sqlite_library(str(version))
        yield _sqlite_place(settings)
    else:
        enough = int(str(version).split(".", maxsplit=1)[0]) >= OLDEST_POSTGRESQL
        yield Finding(
            "database",
            Health.GOOD if enough else Health.BROKEN,
            f"PostgreSQL {version}",
            "" if enough else f"Use PostgreSQL {OLDEST_POSTGRESQL} or newer.",
        )
    present, newest = schema.current_revision(), schema.newest_revision()
    current = present == newest
    yield Finding(
        "schema",
        Health.GOOD if current else Health.WEAK,
        f"revision {present or 'none'}" + ("" if current else f", this version expects {newest}"),
        "" if current else "Run `lms db upgrade`, or start `lms serve`, which does it.",
    )


def _sqlite_library(version: str) -> Finding:
    if sqlite_is_safe(sqlite_driver().sqlite_version_info):
        return Finding("database", Health.GOOD, f"SQLite {version}, write-ahead log")
    fixed = " / ".join(".".join(map(str, build)) for build in SAFE_SQLITE)
    return Finding(
        "database",
        Health.WEAK,
        f"SQLite {version} can lose commits with a write-ahead log, which is therefore off: writing is slower",
        f"Install SQLite {fixed} or newer, or the pysqlite3 wheel.",
    )


def _sqlite_place(settings: Settings) -> Finding:
    kind = filesystem_of(settings.instance)
    if kind in NETWORK_FILESYSTEMS:
        return Finding(
            "database",
            Health.BROKEN,
            f"SQLite lies on a network disk ({kind}), where its locks do not hold",
            "Move LMS_INSTANCE to a local disk, or use PostgreSQL (LMS_DATABASE_URL).",
        )
    return Finding("database", Health.GOOD, f"on a local disk ({kind or 'unknown kind'})")


def filesystem_of(folder: Path) -> str:
    """Return the kind of file system a folder lies on, empty where the system does not say."""
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines()]
    except OSError:
        return ""
    path = folder.resolve()
    under = [(where, kind) for where, kind in mounts if path.is_relative_to(where)]
    return max(under, key=lambda mount: len(mount[0]))[1] if under else ""


def check_disk(settings: Settings) -> Iterator[Finding]:
    """Can the instance folder be written to, and is there room?"""
    if not os.access(settings.instance, os.W_OK | os.X_OK):
        yield Finding(
            "disk", Health.BROKEN, f"{settings.instance} cannot be written to", "Give it to the service's user."
        )
        return
    free = shutil.disk_usage(settings.instance).free
    health = Health.BROKEN if free < NO_SPACE else Health.WEAK if free < LITTLE_SPACE else Health.GOOD
    todo = "" if health is Health.GOOD else "Free some, or lower LMS_BACKUPS_KEEP."
    yield Finding("disk", health, f"{free / MEGABYTE / 1000:.1f} GB free for {settings.instance}", todo)


def check_keys(settings: Settings) -> Iterator[Finding]:
    """Are the signing keys long enough and readable by their owner only?"""
    long_enough = len(settings.resolved_secret_key()) >= SHORTEST_KEY
    yield Finding(
        "keys",
        Health.GOOD if long_enough else Health.BROKEN,
        "the secret key " + ("is long enough" if long_enough else "is too short"),
        "" if long_enough else "Set LMS_SECRET_KEY to a long random text; everybody signs in again.",
    )
    secrets = [settings.instance / "secret.key", *(settings.instance / "keys").glob("**/*")]
    open_ones = [path for path in secrets if path.is_file() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    for path in open_ones:
        yield Finding("keys", Health.BROKEN, f"{path} can be read by others", f"chmod 600 {path}")


def check_clock(settings: Settings) -> Iterator[Finding]:
    """Does the clock agree with the database's, and has it never gone back?"""
    moment = now()
    newest = db.session.scalar(sa.select(sa.func.max(Job.created_at)))
    if newest is not None and newest > moment + CLOCK_TOLERANCE:
        yield Finding(
            "clock",
            Health.BROKEN,
            f"{moment:%Y-%m-%d %H:%M} UTC is before the newest row ({newest:%Y-%m-%d %H:%M})",
            "Set the clock; let the machine keep it (timedatectl set-ntp true).",
        )
        return
    if not settings.is_sqlite:
        theirs = db.session.scalar(sa.select(sa.func.clock_timestamp()))
        if theirs is None or abs(theirs - moment) > CLOCK_TOLERANCE:
            yield Finding(
                "clock",
                Health.BROKEN,
                f"apart from the database's ({theirs})",
                "Let both machines keep their clocks (timedatectl set-ntp true).",
            )
            return
    yield Finding("clock", Health.GOOD, f"{moment:%Y-%m-%d %H:%M:%S} UTC")


def check_worker(_settings: Settings) -> Iterator[Finding]:
    """Has a worker finished anything lately, and have jobs failed for good?"""
    last = db.session.scalar(sa.select(sa.func.max(Job.finished_at)).where(Job.state == JobState.DONE))
    if last is None:
        yield Finding(
            "worker", Health.NOTE, "no job has ever run", "`lms serve` runs a worker; `lms worker` is one alone."
        )
    elif now() - last > WORKER_SILENCE:
        yield Finding(
            "worker",
            Health.BROKEN,
            f"nothing done since {last:%Y-%m-%d %H:%M} UTC",
            "Start `lms serve` or `lms worker`.",
        )
    else:
        yield Finding("worker", Health.GOOD, f"last at work {last:%H:%M:%S} UTC")
    failed = db.session.scalar(sa.select(sa.func.count()).where(Job.state == JobState.FAILED)) or 0
    if failed:
        yield Finding("worker", Health.WEAK, f"{failed} jobs failed for good", "See `lms jobs list --state failed`.")


def check_backups(_settings: Settings) -> Iterator[Finding]:
    """Is there a backup, and is it recent?"""
    age = backup_age()
    if age is None:
        yield Finding(
            "backups", Health.NOTE, "none yet", "The worker makes one each night; `lms backup FILE` makes one now."
        )
    elif age > BACKUP_SILENCE:
        yield Finding(
            "backups", Health.WEAK, f"the newest is {age.days} days old", "See `lms jobs list` for backup.nightly."
        )
    else:
        yield Finding("backups", Health.GOOD, f"the newest is {age.total_seconds() / 3600:.0f} h old")


def check_mail(settings: Settings) -> Iterator[Finding]:
    """Does the mail server answer and take our name and password?"""
    if not settings.smtp_url:
        yield Finding("mail", Health.NOTE, "not sent: it waits on the outbox page", "Set LMS_SMTP_URL to send it.")
        return
    url = urlsplit(settings.smtp_url)
    server = f"{url.hostname}:{url.port or 587}"
    try:
        client = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
        with client(url.hostname or "", url.port or 587, timeout=TIMEOUT_SECONDS) as connection:
            connection.ehlo()
            if url.scheme != "smtps" and connection.has_extn("starttls"):
                connection.starttls()
                connection.ehlo()
            if url.username:
                connection.login(unquote(url.username), unquote(url.password or ""))
    except (OSError, smtplib.SMTPException) as error:
        yield Finding("mail", Health.BROKEN, f"{server}: {error}", "Mend LMS_SMTP_URL, or the server it names.")
        return
    yield Finding("mail", Health.GOOD, f"{server} answers")


def check_fonts(_settings: Settings) -> Iterator[Finding]:
    """Is there a font for every script that names are written in, and can certificates be drawn?"""
    try:
        import weasyprint  # noqa: F401, PLC0415 - it looks for Pango when it is imported
    except OSError as error:
        yield Finding(
            "fonts", Health.BROKEN, f"certificates cannot be drawn: {error}", "Install Pango: docs/operating.md."
        )
        return
    if shutil.which("fc-list") is None:
        yield Finding("fonts", Health.NOTE, "cannot be listed", "Install fontconfig to have them checked.")
        return
    missing = [script for script, language in SCRIPTS.items() if not _has_font(language)]
    if missing:
        yield Finding(
            "fonts",
            Health.WEAK,
            f"none for {', '.join(missing)}",
            "Install fonts-noto-core and fonts-noto-cjk, or equals.",
        )
    else:
        yield Finding("fonts", Health.GOOD, f"for {', '.join(SCRIPTS)}")


def _has_font(language: str) -> bool:
    command = ["fc-list", f":lang={language}", "family"]
    return bool(subprocess.run(command, capture_output=True, check=False, timeout=60).stdout.strip())  # noqa: S603


def check_vendor(_settings: Settings) -> Iterator[Finding]:
    """Are the front-end parts there?"""
    static = asset_dir("static")
    try:
        manifest = json.loads((static / "vendor" / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        yield Finding(
            "front end", Health.BROKEN, "static/vendor was not built", "Run script/bootstrap, or install the wheel."
        )
        return
    lost = [name for name in manifest["files"] if not (static / name).is_file()]
    if lost:
        yield Finding("front end", Health.BROKEN, f"{len(lost)} files are missing, first {lost[0]}", "Install again.")
    else:
        yield Finding("front end", Health.GOOD, f"{len(manifest['files'])} files")


def check_public_url(settings: Settings) -> Iterator[Finding]:
    """Would links and QR codes lead here?"""
    url = urlsplit(settings.public_url)
    local = url.hostname in {"127.0.0.1", "localhost", "::1"}
    if local and settings.host not in {"127.0.0.1", "localhost", "::1"}:
        yield Finding(
            "public URL",
            Health.WEAK,
            f"others can reach this service, but links say {settings.public_url}",
            "Set LMS_PUBLIC_URL to the address people use.",
        )
    if not local and url.scheme != "https":
        yield Finding(
            "public URL",
            Health.BROKEN,
            f"{settings.public_url} sends passwords in the clear",
            "Put a proxy with TLS in front and set LMS_PUBLIC_URL to its https address.",
        )
    try:
        with urllib.request.urlopen(f"{settings.public_url}/healthz", timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
            answered = response.status == 200  # noqa: PLR2004
    except OSError as error:
        yield Finding(
            "public URL", Health.NOTE, f"{settings.public_url} does not answer: {error}", "Is the service started?"
        )
        return
    if answered:
        yield Finding("public URL", Health.GOOD, f"{settings.public_url} answers")


def present_settings() -> Settings:
    """Return the app's settings."""
    found: Settings = current_app.extensions["groundschool.settings"]
    return found
