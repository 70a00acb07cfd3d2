"""Settings: read from `LMS_*` once, validated at start, unknown names refused."""

from __future__ import annotations

import difflib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from lms.infra.paths import checkout_dir, is_checkout

PREFIX = "LMS_"
# Read by the tests only; accepted everywhere so that a shell which has it set can still start the service.
IGNORED = frozenset({"LMS_TEST_DATABASE_URL", "LMS_COMMAND"})


class SettingsError(Exception):
    """The environment cannot be used; the message lists every problem and what to do about each."""


def default_instance() -> Path:
    """Return the folder for this deployment's data: beside a checkout, else in the user's data folder."""
    if is_checkout():
        return checkout_dir() / "instance"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "groundschool"


class Settings(BaseModel):
    """Everything a deployment may set. Field `x` is read from `LMS_X`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    instance: Annotated[Path, Field(description="Folder for the database, assets, keys, backups and outbox.")] = Field(
        default_factory=default_instance
    )
    database_url: Annotated[str, Field(description="SQLAlchemy URL; empty means SQLite in the instance folder.")] = ""
    secret_key: Annotated[str, Field(description="Signs sessions; made and kept in the instance folder if empty.")] = ""
    host: Annotated[str, Field(description="Address `lms serve` listens on.")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="Port `lms serve` listens on.")] = 8000
    public_url: Annotated[str, Field(description="Address people use; printed in links and QR codes.")] = Field(
        default_factory=lambda given: f"http://127.0.0.1:{given.get('port', 8000)}"
    )
    web_workers: Annotated[int, Field(ge=1, le=64, description="Web processes of `lms serve`.")] = 2
    web_threads: Annotated[int, Field(ge=1, le=64, description="Threads per web process.")] = 8
    worker: Annotated[bool, Field(description="Whether `lms serve` runs the job worker as its child.")] = True
    courses: Annotated[Path | None, Field(description="Course tree; empty means the shipped one.")] = None
    courses_overlay: Annotated[Path | None, Field(description="Private course overlay outside the repository.")] = None
    smtp_url: Annotated[str, Field(description="smtp://user:password@host:587; empty means the outbox page.")] = ""
    mail_from: Annotated[str, Field(description="Sender of mail.")] = "Groundschool <no-reply@localhost>"
    timezone: Annotated[str, Field(description="IANA zone where nothing closer is known.")] = "UTC"
    languages: Annotated[str, Field(description="Interface languages offered, comma separated.")] = "en,es"
    proxies: Annotated[int, Field(ge=0, le=5, description="Trusted reverse proxies in front (X-Forwarded-*).")] = 0
    log_format: Annotated[str, Field(pattern="^(text|json)$", description="text or json.")] = "text"
    log_level: Annotated[str, Field(pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Log level.")] = "INFO"
    backups_keep: Annotated[int, Field(ge=1, description="Nightly backups kept.")] = 14
    metrics_token: Annotated[str, Field(description="Bearer token of `/metrics`; empty means no such page.")] = ""
    redis_url: Annotated[str, Field(description="Redis for rate limits and job wake-ups on several machines.")] = ""
    assets_url: Annotated[str, Field(description="fsspec URL for assets; empty means the instance folder.")] = ""

    @field_validator("public_url")
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            message = "must begin with http:// or https://"
            raise ValueError(message)
        return value.rstrip("/")

    @property
    def resolved_database_url(self) -> str:
        """Return the database URL, SQLite in the instance folder by default."""
        return self.database_url or f"sqlite:///{self.instance / 'groundschool.db'}"

    @property
    def is_sqlite(self) -> bool:
        """Return whether the embedded database is used."""
        return self.resolved_database_url.startswith("sqlite")

    @property
    def language_list(self) -> tuple[str, ...]:
        """Return the interface languages, the first being the default."""
        return tuple(part.strip() for part in self.languages.split(",") if part.strip())

    def resolved_secret_key(self) -> str:
        """Return the signing key; the first call of a new deployment makes one, readable by its owner only."""
        if self.secret_key:
            return self.secret_key
        path = self.instance / "secret.key"
        self.instance.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
        return path.read_text().strip()


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings that `environ` (default: the process environment) describes.

    Raises:
        SettingsError: a value is unusable or a name is unknown; every problem is listed.
    """
    source = os.environ if environ is None else environ
    given = {name: value for name, value in source.items() if name.startswith(PREFIX) and name not in IGNORED}
    known = {PREFIX + field.upper() for field in Settings.model_fields}
    problems = [_unknown(name, known) for name in sorted(given) if name not in known]
    values = {name.removeprefix(PREFIX).lower(): value for name, value in given.items() if name in known and value}
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        problems += [
            f"{PREFIX}{str(item['loc'][0]).upper()}={item['input']!r}: {item['msg']}."
            for item in error.errors()
            if item["type"] != "default_factory_not_called"  # follows from another problem in the list
        ]
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def _unknown(name: str, known: set[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {close[0]}?" if close else " See docs/operating.md for the list."
    return f"{name} is not a setting.{hint}"
