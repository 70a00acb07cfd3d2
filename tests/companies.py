"""The demo company at its smallest, made once for everybody who looks at it and made anew when its recipe changes."""

from __future__ import annotations

import dataclasses
import fcntl
import hashlib
import json
import shutil
from pathlib import Path

from lms.app import create_app
from lms.catalog.tasks import check_on_request
from lms.demo.handlers import make_company
from lms.demo.service.signing_in import SignIn
from lms.formats import course_formats
from lms.infra.backup import safe_upgrade
from lms.infra.db import db
from lms.infra.jobs import JobRun
from lms.infra.settings import Settings
from lms.shared.clock import MovableClock
from lms.shared.ids import new_id
from tests.conftest import NOW, TEST_KEY

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "build" / "companies"
RECIPE = ("lms", "courses", "templates", "tests/companies.py")
PEOPLE = 50
TOLD = "told.json"


@dataclasses.dataclass(frozen=True)
class Making:
    """What making the company told: whom one may sign in as, and its progress."""

    sign_ins: list[SignIn]
    progress: list[str]


def company_settings(instance: Path, database_url: str = "") -> Settings:
    """The settings of a company in `instance`; without an address its database is there too."""
    where = {"database_url": database_url} if database_url else {}
    return Settings(instance=instance, secret_key=TEST_KEY, log_level="ERROR", **where)


def make(settings: Settings) -> Making:
    """Make the company as of NOW."""
    progress: list[str] = []
    with create_app(settings).app_context():
        safe_upgrade(lambda _text: None)
        sign_ins = make_company(course_formats(), MovableClock(NOW), progress.append, PEOPLE)
        check_on_request(JobRun(new_id(), {}, 1), course_formats())
        db.session.remove()
        db.engine.dispose()
    return Making(sign_ins, progress)


def copy_company(target: Path) -> Making:
    """Put an instance with the company, on SQLite, where nothing is yet."""
    shutil.copytree(_kept(), target)
    told = json.loads((target / TOLD).read_text(encoding="utf-8"))
    return Making([SignIn(**each) for each in told["sign_ins"]], told["progress"])


def _kept() -> Path:
    """The folder of the company; whoever comes while it is being made waits."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = KEPT / _recipe()
        if not folder.is_dir():
            for old in KEPT.iterdir():
                if old.is_dir():
                    shutil.rmtree(old)
            making = KEPT / "making"
            made = make(company_settings(making))
            (making / TOLD).write_text(json.dumps(dataclasses.asdict(made)), encoding="utf-8")
            making.rename(folder)
    return folder


def _recipe() -> str:
    """A digest of everything that the company is made from."""
    digest = hashlib.sha256()
    for name in RECIPE:
        top = ROOT / name
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(f"{path.relative_to(ROOT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
