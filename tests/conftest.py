"""Fixtures for everybody: an app on a fresh database, a rolled-back transaction a test, a client that reviews pages."""

from __future__ import annotations

import contextlib
import contextvars
import os
import shutil
import smtplib
import socket
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask, has_app_context
from flask.testing import FlaskClient

from lms.accounts.models.people import Person
from lms.accounts.service.sessions import start_session
from lms.app import create_app
from lms.infra import transactions
from lms.infra.backup import safe_upgrade
from lms.infra.clock import now, use_clock
from lms.infra.db import db
from lms.infra.settings import Settings
from lms.shared.clock import MovableClock
from tests.page_review import review

TEST_KEY = "a test key of sufficient length"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LOOPBACK = ("127.", "::1", "localhost")
# On two cores everything takes longer than the ten minutes that anybody waits for.
THOROUGH = bool(os.environ.get("CI") or os.environ.get("GS_FULL"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer `--database`."""
    parser.addoption("--database", action="store_true", help="only tests that use the database, as on another server")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes too long for every day and, with `--database`, what would be the same on any database."""
    if not THOROUGH:
        for item in items:
            mark = item.get_closest_marker("thorough")
            if mark and (config.getoption("--database") or not mark.kwargs.get("only_on_server")):
                item.add_marker(pytest.mark.skip("left to CI and to script/test --full"))
    if not config.getoption("--database"):
        return
    marks = ("postgres", "real_commits")
    using = [item for item in items if "session" in item.fixturenames or any(map(item.get_closest_marker, marks))]
    config.hook.pytest_deselected(items=[item for item in items if item not in using])
    items[:] = using


@contextlib.contextmanager
def fresh_database(folder: Path, like: str | None = None) -> Iterator[str]:
    """A database of one's own: on the server LMS_TEST_DATABASE_URL names, else SQLite in `folder`.

    It is empty, or a copy of the database `like`, which nobody may use meanwhile.
    """
    server = os.environ.get("LMS_TEST_DATABASE_URL")
    if not server:
        if like:
            shutil.copyfile(sa.make_url(like).database, folder / "test.db")
        yield f"sqlite:///{folder / 'test.db'}"
        return
    url = sa.engine.make_url(server)
    name = f"gs_test_{uuid.uuid4().hex[:12]}"
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        template = f" TEMPLATE {sa.make_url(like).database}" if like else ""
        connection.exec_driver_sql(f"CREATE DATABASE {name}{template}")
    yield url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The database most tests share, each in a transaction that is rolled back."""
    with fresh_database(tmp_path_factory.mktemp("db")) as url:
        yield url


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[Flask]:
    """The application on a database made from the models."""
    settings = Settings(
        instance=tmp_path_factory.mktemp("instance"),
        database_url=database_url,
        secret_key=TEST_KEY,
        log_level="ERROR",
    )
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = ReviewingClient
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database made by the migrations, to be copied."""
    folder = tmp_path_factory.mktemp("migrated")
    with fresh_database(folder) as url:
        app = create_app(Settings(instance=folder, database_url=url, secret_key=TEST_KEY, log_level="ERROR"))
        with app.app_context():
            safe_upgrade(lambda _text: None)
            db.engine.dispose()
        yield url


@pytest.fixture
def real_app(tmp_path: Path, migrated_database: str) -> Iterator[Flask]:
    """An application of the test's own on a migrated database, where commits are real. Mark the test `real_commits`."""
    with fresh_database(tmp_path, migrated_database) as url:
        settings = Settings(instance=tmp_path / "instance", database_url=url, secret_key=TEST_KEY, log_level="ERROR")
        app = create_app(settings)
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[sa.orm.scoped_session]:
    """One outer transaction round the test, rolled back at its end; code under test may commit freely."""
    with app.app_context():
        engines = db.engines
        engine = engines[None]
        connection = engine.connect()
        outer = connection.begin()
        engines[None] = connection
        db.session.session_factory.configure(join_transaction_mode="create_savepoint")
        writing = transactions._writing.set(True)
        yield db.session
        transactions._writing.reset(writing)
        db.session.remove()
        outer.rollback()
        connection.close()
        engines[None] = engine


@pytest.fixture(autouse=True)
def clock(app: Flask) -> MovableClock:
    """Monday 2 March 2026, 09:00 UTC, until the test moves it."""
    clock = MovableClock(NOW)
    use_clock(app, clock)
    return clock


@pytest.fixture
def client(app: Flask, session: sa.orm.scoped_session) -> ReviewingClient:
    """A browser with cookies, whose every HTML page is reviewed."""
    return app.test_client()


class ReviewingClient(FlaskClient):
    """Runs each request in a context of its own, as a server would, and reviews each page it gets."""

    def open(self, *args, **kwargs):
        if has_app_context():
            db.session.commit()
            response = contextvars.Context().run(super().open, *args, **kwargs)
            db.session.expire_all()
        else:  # a redirect that is being followed
            response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and response.status_code not in {301, 302, 303, 307, 308}:
            review(response.get_data(as_text=True), f"{response.request.method} {response.request.path}")
        return response

    def sign_in(self, person: Person, *, kiosk: bool = False) -> None:
        """Give this browser a live session of `person`."""
        token = start_session(person.id, now(), kiosk=kiosk)
        with self.session_transaction() as cookie:
            cookie.clear()
            cookie["_user_id"] = token
            cookie["_fresh"] = True


@pytest.fixture(autouse=True)
def stay_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test that sends real mail or leaves this machine."""
    connect = socket.socket.connect

    def guarded(self, address):
        if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
            pytest.fail(f"The test opened a connection to {address}.")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(smtplib.SMTP, "sendmail", lambda *_, **__: pytest.fail("The test sent real mail."))


@pytest.fixture
def root() -> Path:
    """The checkout."""
    return Path(__file__).parents[1]
