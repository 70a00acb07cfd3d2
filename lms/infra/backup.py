"""Backups: database, assets, keys and secrets of one deployment in one file, and the way back.

A backup is a gzipped tar: `database/` (see `lms.infra.dump`), `instance/` (the instance folder without database, locks
and backups), `assets/` where assets live elsewhere, and `manifest.json`, last, with the SHA-256 and size of every file.
A restore reads and compares all of it before it touches anything.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import importlib.metadata
import io
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import IO, Any

import structlog
from flask import current_app
from pydantic import BaseModel, ValidationError

from lms.infra import schema
from lms.infra.clock import now
from lms.infra.dump import check_dump, database_kind, dump_database, load_database, sqlite_path, sync
from lms.infra.settings import Settings
from lms.infra.storage import storage
from lms.shared.errors import Conflict, Invalid, Unavailable

FORMAT = 1
MANIFEST = "manifest.json"
BEFORE_KEPT = 5
_CHUNK = 1 << 20
log = structlog.get_logger(__name__)


class FileEntry(BaseModel):
    """One file of a backup: bytes and SHA-256 in hex."""

    size: int
    sha256: str


class Manifest(BaseModel):
    """What a backup holds and where it comes from."""

    product: str
    format: int
    version: str
    created_at: datetime
    database: str
    revision: str
    secret_key: str
    files: dict[str, FileEntry]


@dataclass(frozen=True, slots=True)
class NewestBackup:
    """The newest backup in the instance folder: the name of its file, and when it was made (UTC)."""

    name: str
    made_at: datetime


def back_up(target: Path) -> Manifest:
    """Write a backup of this deployment to `target`, readable by its owner only; writers are not stopped.

    Raises:
        Conflict: there is no database yet.
        Unavailable: the file cannot be written (a full disk, a missing folder).
    """
    revision = schema.current_revision()
    if revision is None:
        message = "There is no database to back up yet."
        raise Conflict(message)
    partial = target.with_name(f".{target.name}.partial")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".dump-") as scratch:
            dump_database(Path(scratch))
            manifest = _write(partial, Path(scratch), revision)
        sync(partial)
        partial.replace(target)
        sync(target.parent)
    except OSError as error:
        partial.unlink(missing_ok=True)
        message = f"The backup {target} could not be written: {error.strerror or error}. Nothing was left behind."
        raise Unavailable(message) from error
    log.info("backup.made", file=str(target), files=len(manifest.files))
    return manifest


def restore(source: Path, *, force: bool = False) -> Manifest:
    """Replace this deployment's data with the backup's; with `force` also where there is some, after a backup of it.

    Call it with the instance stopped (`lms.infra.instance.stopped`).

    Raises:
        Invalid: the file is no backup, is damaged, or does not fit this deployment.
        Conflict: there is data already, and no `force`.
    """
    settings = _settings()
    with tempfile.TemporaryDirectory(dir=settings.instance, prefix=".restore-") as scratch:
        staged = Path(scratch)
        manifest = _unpack(source, staged)
        _refuse_misfit(manifest, settings)
        check_dump(staged / "database")
        if schema.current_revision() is not None:
            if not force:
                message = f"{settings.instance} has data already. Restore into an empty instance, or use --force."
                raise Conflict(message)
            back_up(_folder() / f"before-restore-{now():%Y%m%dT%H%M%SZ}.tar.gz")
        _replace_files(staged / "instance", settings.instance)
        for path in sorted((staged / "assets").glob("*")):
            storage().put(path.read_bytes())
        load_database(staged / "database", manifest.revision)
    return manifest


def verify(source: Path) -> Manifest:
    """Read a whole backup and compare every file with its manifest.

    Raises:
        Invalid: the file is no backup or is damaged.
    """
    with tempfile.TemporaryDirectory(prefix="groundschool-verify-") as scratch:
        manifest = _unpack(source, Path(scratch))
        check_dump(Path(scratch) / "database")
    return manifest


def safe_upgrade(say: Callable[[str], None]) -> bool:
    """Upgrade the database after a backup of what is there; return whether anything was done."""
    return schema.upgrade(say, before=back_up_before)


def back_up_before(revision: str) -> None:
    """Make the backup that precedes a migration away from `revision`, and drop the oldest of its kind."""
    back_up(_folder() / f"before-{revision}-{now():%Y%m%dT%H%M%SZ}.tar.gz")
    _prune("before-*.tar.gz", BEFORE_KEPT)


def make_nightly_backup() -> None:
    """Make tonight's backup and keep the newest `LMS_BACKUPS_KEEP`."""
    back_up(_folder() / f"nightly-{now():%Y%m%dT%H%M%SZ}.tar.gz")
    _prune("nightly-*.tar.gz", _settings().backups_keep)


def newest_backup() -> NewestBackup | None:
    """Return the newest backup in the instance folder; None where there is none."""
    made = [(path.stat().st_mtime, path.name) for path in (_settings().instance / "backups").glob("*.tar.gz")]
    at, name = max(made, default=(None, ""))
    return NewestBackup(name, datetime.fromtimestamp(at, UTC)) if at is not None else None


def backup_age() -> timedelta | None:
    """Return how old the newest backup in the instance folder is; None where there is none."""
    newest = newest_backup()
    return max(timedelta(), now() - newest.made_at) if newest else None


def _folder() -> Path:
    folder = _settings().instance / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _prune(pattern: str, keep: int) -> None:
    for path in sorted(_folder().glob(pattern), key=lambda found: found.stat().st_mtime)[:-keep]:
        path.unlink()


def _write(path: Path, dumped: Path, revision: str) -> Manifest:
    files: dict[str, FileEntry] = {}
    settings = _settings()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with (
        os.fdopen(handle, "wb") as file,
        gzip.open(file, "wb", compresslevel=6) as packed,
        tarfile.open(fileobj=packed, mode="w|") as archive,
    ):
        for name, content, size in _contents(dumped, settings):
            files[name] = _add(archive, name, content, size)
        manifest = Manifest(
            product="groundschool",
            format=FORMAT,
            version=importlib.metadata.version("groundschool"),
            created_at=now(),
            database=database_kind(),
            revision=revision,
            secret_key=_fingerprint(settings.resolved_secret_key()),
            files=files,
        )
        body = manifest.model_dump_json(indent=1).encode()
        _add(archive, MANIFEST, io.BytesIO(body), len(body))
    return manifest


def _contents(dumped: Path, settings: Settings) -> Iterator[tuple[str, IO[bytes], int]]:
    """Yield name, open file and size of everything to keep; the database first, so that all its assets are there."""
    folders = [("database", dumped, False), ("instance", settings.instance, True)]
    for prefix, folder, skipping in folders:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder)
            if path.is_symlink() or not path.is_file() or (skipping and _is_left_out(name)):
                continue
            with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
                yield f"{prefix}/{name.as_posix()}", file, os.fstat(file.fileno()).st_size
    if settings.assets_url:
        for digest in storage().digests():
            data = storage().get(digest)
            yield f"assets/{digest}", io.BytesIO(data), len(data)


def _is_left_out(name: Path) -> bool:
    """Tell the database, locks, backups and half-written files of the instance folder."""
    return (
        name.parts[0] == "backups"
        or any(part.startswith((".", "tmp")) for part in name.parts)
        or name.name.endswith((".lock", ".turnstile"))
        or (database_kind() == "sqlite" and name.name.startswith(sqlite_path().name))
    )


def _add(archive: tarfile.TarFile, name: str, content: IO[bytes], size: int) -> FileEntry:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(now().timestamp())
    reader = _HashingReader(content)
    archive.addfile(member, reader)
    return FileEntry(size=size, sha256=reader.digest.hexdigest())


class _HashingReader:
    """A file whose digest is known once it has been read."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._content.read(size)
        self.digest.update(data)
        return data


def _unpack(source: Path, folder: Path) -> Manifest:
    """Extract a backup into `folder` and compare it with its manifest."""
    found: dict[str, FileEntry] = {}
    manifest: bytes | None = None
    try:
        with tarfile.open(source, mode="r|gz") as archive:
            for member in archive:
                content = archive.extractfile(member)
                if content is None or not _is_safe(member.name) or member.name in found:
                    _refuse(source, f"it holds {member.name!r}, which no backup of ours does")
                elif member.name == MANIFEST:
                    manifest = content.read(64 * _CHUNK)
                else:
                    found[member.name] = _extract(content, folder / member.name)
    except FileNotFoundError as error:
        message = f"There is no file {source}."
        raise Invalid(message) from error
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, OSError, ValueError) as error:
        _refuse(source, str(error))
    return _checked(source, manifest, found)


def _checked(source: Path, body: bytes | None, found: dict[str, FileEntry]) -> Manifest:
    if body is None:
        _refuse(source, "its end is missing")
    try:
        manifest = Manifest.model_validate_json(body or b"")
    except ValidationError:
        _refuse(source, "its manifest cannot be read")
    if manifest.product != "groundschool" or manifest.format != FORMAT:
        _refuse(source, f"it is of format {manifest.format} of {manifest.product!r}")
    wrong = sorted(name for name in {*found, *manifest.files} if found.get(name) != manifest.files.get(name))
    if wrong:
        _refuse(source, f"{len(wrong)} files are not what its manifest says, first {wrong[0]}")
    return manifest


def _refuse(source: Path, reason: str) -> Any:  # noqa: ANN401 - it never returns
    message = f"{source} is no backup that can be used: {reason}. Nothing was changed. Use another backup."
    raise Invalid(message)


def _is_safe(name: str) -> bool:
    path = PurePosixPath(name)
    top = path.parts[0] if path.parts else ""
    return name == MANIFEST or (top in {"database", "instance", "assets"} and ".." not in path.parts)


def _extract(content: IO[bytes], target: Path) -> FileEntry:
    target.parent.mkdir(parents=True, exist_ok=True)
    reader = _HashingReader(content)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while chunk := reader.read(_CHUNK):
            file.write(chunk)
        return FileEntry(size=file.tell(), sha256=reader.digest.hexdigest())


def _refuse_misfit(manifest: Manifest, settings: Settings) -> None:
    if manifest.database != database_kind():
        message = f"The backup is of a {manifest.database} database and this deployment uses {database_kind()}."
        raise Invalid(message)
    if settings.secret_key and _fingerprint(settings.secret_key) != manifest.secret_key:
        message = (
            "LMS_SECRET_KEY is not the key this backup was made under, so what it encrypts could not be read. "
            "Set that key, or unset LMS_SECRET_KEY where the backup carries its own."
        )
        raise Invalid(message)
    if not settings.secret_key and "instance/secret.key" not in manifest.files:
        message = "The backup was made under an LMS_SECRET_KEY that it does not carry. Set LMS_SECRET_KEY to that key."
        raise Invalid(message)


def _replace_files(staged: Path, instance: Path) -> None:
    with tempfile.TemporaryDirectory(dir=instance, prefix=".replaced-") as replaced:
        for path in sorted(staged.glob("*")):
            present = instance / path.name
            if present.exists():
                shutil.move(present, Path(replaced) / path.name)
            path.replace(present)


def _fingerprint(secret: str) -> str:
    return hashlib.sha256(f"groundschool backup {secret}".encode()).hexdigest()[:16]


def _settings() -> Settings:
    found: Settings = current_app.extensions["groundschool.settings"]
    return found
