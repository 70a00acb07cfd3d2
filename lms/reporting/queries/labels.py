"""What the parts of a report are called, and what its filters offer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from lms.accounts.models.people import PlaceKind, Profile
from lms.accounts.queries.periods import valid_on
from lms.accounts.queries.places import place_labels
from lms.catalog.queries import current_releases
from lms.catalog.rules.content import text_in
from lms.cohorts.models import ChampionAppointment, Cohort
from lms.cohorts.queries.places import function_titles, programme_titles, sites
from lms.cohorts.queries.plan import waves
from lms.infra.db import db
from lms.readiness.queries.trained import modules_by_programme
from lms.reporting.rules.completion import Cut


def labels_of(cut: Cut, language: str, day: date) -> Mapping[str, str]:
    """Return the label of every part there can be, by key, in the order in which a list offers them."""
    if cut is Cut.COHORT:
        rows = db.session.execute(sa.select(Cohort.id, Cohort.title).order_by(Cohort.title, Cohort.id))
        return {key: title for key, title in rows}  # noqa: C416 - rows are not tuples to a type checker
    if cut is Cut.CHAMPION:
        return _champions(day)
    if cut is Cut.FUNCTION:
        return function_titles(language)
    if cut is Cut.SITE:
        return {site: site for site in sites()} | place_labels(PlaceKind.SITE)
    if cut is Cut.SHIFT:
        return place_labels(PlaceKind.SHIFT)
    return module_titles(language)


def wave_titles() -> Mapping[str, str]:
    """Return every wave's title, the one that goes live first before the others."""
    return {wave.id: wave.title for wave in waves()}


def module_titles(language: str) -> Mapping[str, str]:
    """Return the title of every module that a role's initial training asks for, in order of study."""
    titles = {
        module.id: text_in(module.title, language)
        for release in current_releases()
        for module in release.course.modules
    }
    asked = dict.fromkeys(module for modules in modules_by_programme().values() for module in modules)
    return {module: titles[module] for module in asked if module in titles}


def matrix_programmes(language: str) -> Mapping[str, str]:
    """Return the programmes that a matrix can be about."""
    titles = programme_titles(language)
    return {programme: titles[programme] for programme, modules in modules_by_programme().items() if modules}


def _champions(day: date) -> dict[str, str]:
    rows = db.session.execute(
        sa.select(ChampionAppointment.person_id, Profile.name)
        .join(Profile, Profile.person_id == ChampionAppointment.person_id)
        .where(valid_on(ChampionAppointment, day))
        .distinct()
        .order_by(Profile.name)
    )
    return {str(person_id): name for person_id, name in rows}
