"""What in an address is somebody's: samples of attempts, certificates, transcripts, reviews; and what is nobody's."""

from __future__ import annotations

import sqlalchemy as sa

from lms.assessment.queries.quizzes import current_quiz
from lms.assessment.service.start import start_attempt
from lms.certification.models import Award
from lms.certification.service.documents import ask_for_transcript
from lms.certification.service.reviews import ask_for_review
from lms.infra.db import db
from lms.learning.models import Cycle, Evidence
from tests.factories.people import as_actor
from tests.factories.training import do_modules
from tests.house.samples import cohort, made, publish_flight_check, sample, wave

# Parts of addresses that name content, a kind of file or a wave.
NOBODYS = {"course", "module", "step", "level", "digest", "suffix", "kind", "token", "wave"}


@sample("attempt", "/attempt/<uuid:attempt>/q/<int:number>")
@sample("attempt", "/attempt/<uuid:attempt>/q/<int:number>/answer")
@sample("attempt", "/attempt/<uuid:attempt>/review")
@sample("attempt", "/attempt/<uuid:attempt>/result")
def attempt(world):
    """An open attempt at the owner's quiz."""
    publish_flight_check()
    made(world, cohort)
    cycle = db.session.scalars(sa.select(Cycle.id).where(Cycle.person_id == world.owner.id)).first()
    return start_attempt(as_actor(world.owner), current_quiz("t1-check"), cycle, "en")


@sample("number", "/attempt/<uuid:attempt>/q/<int:number>")
@sample("number", "/attempt/<uuid:attempt>/q/<int:number>/answer")
def question_number(_world):
    return 1


@sample("award")
def award(world):
    """What the owner was awarded for everything there is to do."""
    publish_flight_check()
    made(world, cohort)
    do_modules(world.owner)
    return db.session.scalars(sa.select(Award.id).where(Award.person_id == world.owner.id)).first()


@sample("transcript")
def transcript(world):
    return ask_for_transcript(world.owner.id)


@sample("reference")
def matter(world):
    """A row of the owner's record that may be asked about."""
    made(world, award)
    decided = Evidence.person_id == world.owner.id, Evidence.kind == "quiz"
    return db.session.scalars(sa.select(Evidence.id).where(*decided)).first()


@sample("review", "/reviews/<uuid:review>")
def review(world):
    return ask_for_review(as_actor(world.owner), made(world, matter), "Please look at the second question again.")


@sample("wave", "/readiness/<wave>/person/<uuid:person>")
def wave_of_somebody(world):
    return made(world, wave)
