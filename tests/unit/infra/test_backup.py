"""Backups: whole, verified before anything is touched, and a way back on both databases."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import stat
import tarfile
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.infra import audit
from lms.infra.backup import (
    MANIFEST,
    back_up,
    back_up_before,
    backup_age,
    make_nightly_backup,
    restore,
    verify,
)
from lms.infra.clock import use_clock
from lms.infra.db import db
from lms.infra.jobs import Job, enqueue
from lms.infra.settings import Settings
from lms.infra.storage import storage
from lms.infra.transactions import write_transaction
from lms.shared.clock import MovableClock
from lms.shared.errors import Conflict, Invalid, Unavailable
from tests.conftest import NOW

pytestmark = pytest.mark.real_commits


@pytest.fixture
def instance(real_app: Flask) -> Path:
    """An instance with rows, an asset and a key."""
    settings: Settings = real_app.extensions["groundschool.settings"]
    with write_transaction():
        enqueue("before", {"text": "Ünïcödé, 2 lines\nand \\N a tab\t"})
        audit.record("something", actor=None)
        audit.seal()
    storage().put(b"a picture")
    keys = settings.instance / "keys"
    keys.mkdir()
    (keys / "ed25519.pem").write_text("a private key")
    return settings.instance


def kinds() -> list[str]:
    db.session.remove()
    return sorted(db.session.scalars(sa.select(Job.kind)))


def test_a_restore_brings_back_rows_assets_and_keys(instance: Path, tmp_path: Path) -> None:
    made = back_up(tmp_path / "b.tar.gz")
    with write_transaction():
        enqueue("after")
        db.session.execute(sa.delete(Job).where(Job.kind == "before"))
    (instance / "keys" / "ed25519.pem").write_text("another key")
    (instance / "keys" / "stray.pem").write_text("made after the backup")
    for asset in (instance / "assets").glob("*/*"):
        asset.unlink()

    manifest = restore(tmp_path / "b.tar.gz", force=True)

    assert manifest == made
    assert kinds() == ["before"]
    assert db.session.scalar(sa.select(Job.payload)) == {"text": "Ünïcödé, 2 lines\nand \\N a tab\t"}
    assert audit.verify_chain().fault is None
    assert (instance / "keys" / "ed25519.pem").read_text() == "a private key"
    assert not (instance / "keys" / "stray.pem").exists()
    assert storage().get(hashlib.sha256(b"a picture").hexdigest()) == b"a picture"


def test_data_that_is_there_is_not_replaced_unasked(instance: Path, tmp_path: Path) -> None:
    back_up(tmp_path / "b.tar.gz")
    with write_transaction():
        enqueue("after")
    with pytest.raises(Conflict, match="--force"):
        restore(tmp_path / "b.tar.gz")
    assert kinds() == ["after", "before"]


def test_a_forced_restore_keeps_a_backup_of_what_it_replaces(instance: Path, tmp_path: Path) -> None:
    back_up(tmp_path / "b.tar.gz")
    with write_transaction():
        enqueue("after")
    restore(tmp_path / "b.tar.gz", force=True)
    saved = next((instance / "backups").glob("before-restore-*.tar.gz"))
    restore(saved, force=True)
    assert kinds() == ["after", "before"]


def test_a_backup_is_for_its_owner_only_and_holds_no_locks_or_backups(instance: Path, tmp_path: Path) -> None:
    make_nightly_backup()
    manifest = back_up(tmp_path / "b.tar.gz")
    assert stat.S_IMODE((tmp_path / "b.tar.gz").stat().st_mode) == 0o600
    assert "instance/keys/ed25519.pem" in manifest.files
    assert not [name for name in manifest.files if "backups" in name or name.endswith((".lock", ".turnstile", "-wal"))]
    assert list(tmp_path.glob(".*")) == []


def rewritten(source: Path, target: Path, change) -> Path:
    """Copy a backup, passing each member's name and content through `change`; None leaves it out."""
    with tarfile.open(source) as reading, tarfile.open(target, "w:gz") as writing:
        for member in reading:
            for name, content in change(member.name, reading.extractfile(member).read()):
                copy = tarfile.TarInfo(name)
                copy.size = len(content)
                writing.addfile(copy, io.BytesIO(content))
    return target


DAMAGES = {
    "a changed file": lambda name, body: [(name, body + b"x" if name.endswith(".pem") else body)],
    "a missing file": lambda name, body: [] if name.endswith(".pem") else [(name, body)],
    "an added file": lambda name, body: [(name, body)] + ([("instance/evil", b"")] if name == MANIFEST else []),
    "a missing manifest": lambda name, body: [] if name == MANIFEST else [(name, body)],
    "a path outside": lambda name, body: [(name, body), ("instance/../../evil", b"evil")],
    "an absolute path": lambda name, body: [(name, body), ("/etc/evil", b"evil")],
    "a file twice": lambda name, body: [(name, body), (name, body)],
    "another product": lambda name, body: [
        (name, body.replace(b'"product": "groundschool"', b'"product": "other"').replace(b'"groundschool"', b'"other"'))
    ],
    "a broken manifest": lambda name, body: [(name, b"{" if name == MANIFEST else body)],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_backup_is_refused_and_changes_nothing(instance: Path, tmp_path: Path, damage: str) -> None:
    whole = tmp_path / "whole.tar.gz"
    back_up(whole)
    verify(whole)
    broken = rewritten(whole, tmp_path / "broken.tar.gz", DAMAGES[damage])
    with write_transaction():
        enqueue("after")
    with pytest.raises(Invalid, match="Nothing was changed"):
        restore(broken, force=True)
    assert kinds() == ["after", "before"]
    assert (instance / "keys" / "ed25519.pem").read_text() == "a private key"
    assert not (tmp_path / "evil").exists()
    assert [path.name for path in instance.glob(".*")] == []


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_backup_that_was_cut_off_is_refused(instance: Path, tmp_path: Path, share: float) -> None:
    whole = tmp_path / "whole.tar.gz"
    back_up(whole)
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * share)])
    with pytest.raises(Invalid):
        verify(cut)


def test_what_is_no_backup_is_refused_in_words(instance: Path, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello")
    (tmp_path / "zeros").write_bytes(gzip.compress(b"\0" * 2048))
    for name in ("text", "zeros", "absent"):
        with pytest.raises(Invalid):
            restore(tmp_path / name, force=True)


def test_a_restore_under_another_secret_key_is_refused(instance: Path, tmp_path: Path) -> None:
    back_up(tmp_path / "b.tar.gz")

    def other_key(name: str, body: bytes) -> list[tuple[str, bytes]]:
        if name != MANIFEST:
            return [(name, body)]
        manifest = json.loads(body)
        manifest["secret_key"] = "0" * 16
        return [(name, json.dumps(manifest).encode())]

    rewritten(tmp_path / "b.tar.gz", tmp_path / "other.tar.gz", other_key)
    with pytest.raises(Invalid, match="LMS_SECRET_KEY"):
        restore(tmp_path / "other.tar.gz", force=True)


def test_nightly_backups_beyond_the_number_kept_are_dropped(real_app: Flask, instance: Path) -> None:
    settings: Settings = real_app.extensions["groundschool.settings"]
    real_app.extensions["groundschool.settings"] = settings.model_copy(update={"backups_keep": 2})
    clock = MovableClock(NOW)
    use_clock(real_app, clock)
    for _night in range(4):
        make_nightly_backup()
        clock.advance(days=1)
    back_up_before("0001")
    names = sorted(path.name for path in (instance / "backups").iterdir())
    assert [name.split("-")[0] for name in names] == ["before", "nightly", "nightly"]


def test_the_age_of_the_newest_backup_is_known(instance: Path) -> None:
    assert backup_age() is None
    make_nightly_backup()
    age = backup_age()
    assert age is not None
    assert age < timedelta(minutes=1)


def test_a_backup_that_cannot_be_written_leaves_nothing(instance: Path, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="could not be written"):
        back_up(tmp_path / "no such folder" / "b.tar.gz")


def test_a_backup_taken_while_others_write_is_consistent(real_app: Flask, instance: Path, tmp_path: Path) -> None:
    """Two rows are always written together: a backup has both or neither."""
    stop = threading.Event()

    def write() -> None:
        with real_app.app_context():
            while not stop.is_set():
                with write_transaction():
                    enqueue("pair")
                    enqueue("pair")
            db.session.remove()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            back_up(tmp_path / f"{number}.tar.gz")
    finally:
        stop.set()
        writer.join()
    for number in range(3):
        restore(tmp_path / f"{number}.tar.gz", force=True)
        assert kinds().count("pair") % 2 == 0
