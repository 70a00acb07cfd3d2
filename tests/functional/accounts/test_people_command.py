from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.cli import ScriptInfo

from lms.accounts.cli import people
from lms.accounts.models.imports import PeopleImport
from lms.accounts.models.people import Profile
from lms.accounts.rules.actor import Role
from lms.messaging.models import Mail
from lms.shared.errors import Invalid
from tests.factories.people import as_actor, make_person

HR = "Employee ID,Name,Function,Site\n1,Ana,Desk,North\n2,,Desk,North\n"


@pytest.fixture
def lms(app, session):
    def run(*arguments):
        runner = app.test_cli_runner()
        result = runner.invoke(people, [str(each) for each in arguments], obj=ScriptInfo(create_app=lambda: app))
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "hr.csv"
    path.write_text(HR)
    return path


def count(session, model):
    return session.scalar(sa.select(sa.func.count()).select_from(model))


def test_a_look_changes_and_keeps_nothing(lms, file, session):
    result = lms("import", file)
    assert "1  Join" in result.output
    assert "No name" in result.output
    session.rollback()
    assert count(session, Profile) == count(session, PeopleImport) == 0


def test_a_fault_stops_everything_unless_valid_rows_are_asked_for(lms, file, session):
    with pytest.raises(Invalid):
        lms("import", file, "--apply")
    assert "Done" in lms("import", file, "--apply", "--valid-only").output
    assert count(session, Profile) == 1


def test_columns_can_be_named(lms, file, tmp_path, session):
    path = tmp_path / "odd.csv"
    path.write_text("A;B;C;D\n7;Gus;Desk;North\n")
    with pytest.raises(Invalid, match="--map"):
        lms("import", path)
    maps = ["--map", "employee_number=A", "--map", "name=B", "--map", "function=C", "--map", "site=D"]
    assert "1  Join" in lms("import", path, *maps).output
    assert "has no column" in lms("import", path, "--map", "name=Z").output
    assert "is not a field" in lms("import", path, "--map", "shoe=A").output


def test_a_person_is_added_with_a_role_and_invited(lms, session):
    lms("add", "A1", "Adam", "--function", "IT", "--site", "North", "--email", "a@x.com", "--role", "administrator")
    profile = session.scalars(sa.select(Profile)).one()
    from lms.accounts.models.people import Person

    assert as_actor(session.get(Person, profile.person_id)).has(Role.ADMINISTRATOR)
    assert "on its way" in lms("invite", "a1").output
    assert session.scalars(sa.select(Mail.kind)).all() == ["invitation"]


def test_the_machine_can_take_a_second_factor_away_only_where_there_is_one(lms, session):
    make_person("Ana", employee_number="1")
    from lms.shared.errors import NotFound

    with pytest.raises(NotFound):
        lms("remove-second-factor", "1")
    with pytest.raises(NotFound, match="Nobody has the number 99"):
        lms("invite", "99")
