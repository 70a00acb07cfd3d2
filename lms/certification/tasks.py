"""Jobs: drawing files outside any transaction, issuing for a cohort, and what the calendar brings."""

from __future__ import annotations

import uuid
from functools import partial
from itertools import islice

import structlog

from lms.certification.handlers.documents import draw_document, draw_documents
from lms.certification.handlers.transcripts import draw_transcript
from lms.certification.queries.awards import awaits_name, award_by_id
from lms.certification.queries.issuing import run_view, undrawn_awards
from lms.certification.service.acting import move_course_ends, remind_of_acting
from lms.certification.service.advancing import open_level_parts
from lms.certification.service.appointments import open_appointed_courses
from lms.certification.service.documents import draw_named, keep_document, keep_transcript
from lms.certification.service.extensions import record_extensions
from lms.certification.service.issuing import BATCH, close_run, issue_next, keep_documents, note_problem
from lms.certification.service.renewals import open_renewals
from lms.certification.service.reviews import remind_of_reviews
from lms.certification.service.waiting import issue_waiting_levels, offer_turns, send_reminders, warn_of_cliffs
from lms.infra.clock import now
from lms.infra.deployment import settings
from lms.infra.jobs import JobRun, report_progress
from lms.infra.storage import storage
from lms.infra.transactions import run_in_write_transaction
from lms.shared.days import local_date

log = structlog.get_logger(__name__)


def render_job(run: JobRun) -> None:
    """Draw and keep the file of one award; running twice keeps the first. Without a company's own name it waits.

    Raises:
        ValueError: no font can draw the name; the job is tried again once there is one.
    """
    award_id = uuid.UUID(run.payload["award"])
    award = award_by_id(award_id, now().date())
    if award is None or award.document_sha256 is not None or awaits_name(award.snapshot):
        return
    drawn = draw_document(award)
    if drawn.problem:
        message = f"No font on this machine can write: {drawn.problem}"
        raise ValueError(message)
    digest = storage().put(drawn.pdf)
    run_in_write_transaction(lambda: keep_document(award_id, digest, len(drawn.pdf)))


def issue_job(run: JobRun) -> None:
    """Issue for everybody of a run, then draw what has no file yet; killed anywhere it goes on where it was."""
    run_id = uuid.UUID(run.payload["run"])
    total = 2 * len(run_view(run_id).lines)
    done = 0
    while count := run_in_write_transaction(lambda: issue_next(run_id)):
        done += count
        run_in_write_transaction(partial(report_progress, run.id, done, total))
    waiting = undrawn_awards(run_id, now().date())
    drawing = draw_documents(waiting) if waiting else iter(())
    while some := list(islice(drawing, BATCH)):
        files = {uuid.UUID(each.key): (storage().put(each.pdf), len(each.pdf)) for each in some if each.pdf}
        problems = {uuid.UUID(each.key): each.problem for each in some if each.problem}
        done = min(total, done + len(some))
        run_in_write_transaction(partial(_keep, run_id, files, problems))
        run_in_write_transaction(partial(report_progress, run.id, done, total))
    run_in_write_transaction(lambda: close_run(run_id))


def transcript_job(run: JobRun) -> None:
    """Draw and keep a transcript; it says what was true when it was drawn."""
    transcript_id = uuid.UUID(run.payload["transcript"])
    pdf = draw_transcript(transcript_id)
    if pdf is not None:
        digest = storage().put(pdf)
        run_in_write_transaction(lambda: keep_transcript(transcript_id, digest))


def calendar_job(_run: JobRun) -> None:
    """Issue what had to wait, send reminders, warn of cliffs and of reviews that are late."""
    today = local_date(now(), settings().timezone)
    counts = {
        # First: what moves an end decides what the others do.
        "extensions": record_extensions(today),
        "issued": issue_waiting_levels(today),
        "named": draw_named(),
        "appointed": open_appointed_courses(today),
        "moved": move_course_ends(today),
        "renewals": open_renewals(today),
        "parts": open_level_parts(today),
        "reminders": send_reminders(today),
        "acting": remind_of_acting(today),
        "turns": offer_turns(today),
        "cliffs": warn_of_cliffs(today),
        "reviews": remind_of_reviews(now()),
    }
    log.info("certificates.calendar", **counts)


def _keep(run_id: uuid.UUID, files: dict[uuid.UUID, tuple[str, int]], problems: dict[uuid.UUID, str]) -> None:
    keep_documents(files)
    for award_id, problem in problems.items():
        note_problem(run_id, award_id, problem)
