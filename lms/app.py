"""The composition root: reads like a table of contents. Order matters only where a comment says so."""

from __future__ import annotations

from flask import Flask

from lms.accounts import tasks as account_tasks
from lms.accounts.events import (
    AbsenceChanged,
    ApproverChanged,
    LinkIssued,
    PersonJoined,
    PersonLeft,
    PersonWithdrawn,
    PlacementChanged,
    SecretChanged,
)
from lms.accounts.login import init_login
from lms.accounts.queries.scope import init_scopes, register_scope
from lms.accounts.rules.permissions import Relation
from lms.accounts.views import kiosk as kiosk_pages
from lms.accounts.views import links as link_pages
from lms.accounts.views import people as people_pages
from lms.accounts.views import person as person_pages
from lms.accounts.views import places as place_pages
from lms.accounts.views import settings as settings_pages
from lms.accounts.views import sign_in as sign_in_pages
from lms.accounts.views import who_sees_what
from lms.assessment import handlers as assessment_handlers
from lms.assessment.handlers import CardsKind, LessonKind, QuizKind, SurveyKind, VideoKind
from lms.assessment.service.submit import submit_overdue
from lms.assessment.views import cards as card_pages
from lms.assessment.views import marking as marking_pages
from lms.assessment.views import questions as question_pages
from lms.assessment.views import quizzes as quiz_pages
from lms.catalog import handlers as catalog_handlers
from lms.catalog import tasks as catalog_tasks
from lms.catalog.events import CoursePublished
from lms.catalog.rules.content import text_in
from lms.catalog.rules.items import stem_parts
from lms.catalog.service import CHECK_JOB, PUBLISH_JOB
from lms.catalog.views import content as content_pages
from lms.catalog.views import files as course_files
from lms.certification import tasks as certification_tasks
from lms.certification.handlers.appointments import award_approver, begin_course
from lms.certification.handlers.evidence import (
    award_on_evidence,
    award_on_module,
    open_parts_on_refresher,
)
from lms.certification.service.award import RENDER_JOB
from lms.certification.service.documents import TRANSCRIPT_JOB
from lms.certification.service.issuing import ISSUE_JOB
from lms.certification.views import authority as authority_pages
from lms.certification.views import issuing as issuing_pages
from lms.certification.views import overview as certified_pages
from lms.certification.views import own as own_certificate_pages
from lms.certification.views import public as verification_pages
from lms.certification.views import published as published_documents
from lms.certification.views import reviews as review_pages
from lms.certification.views import rules as rule_pages
from lms.cohorts import handlers as cohort_handlers
from lms.cohorts.events import ChampionAppointed, CohortJoined, CohortLeft, DueDateChanged
from lms.cohorts.queries.scope import colleagues_of
from lms.cohorts.views import champions as champion_pages
from lms.cohorts.views import cohorts as cohort_pages
from lms.cohorts.views import plan as plan_pages
from lms.demo import tasks as demo_tasks
from lms.formats import course_formats
from lms.home import handlers as home_handlers
from lms.home import tasks as home_tasks
from lms.home.service.erasure import FORGET_FILES_JOB
from lms.home.views import (
    administration,
    keeping,
    on_track,
    own_content,
    own_record,
    people_import,
    policies,
    pulse,
    roles,
    team,
)
from lms.home.views import help as help_pages
from lms.home.views import home as home_page
from lms.home.views.navigation import nav_items
from lms.infra import audit
from lms.infra.backup import make_nightly_backup
from lms.infra.clock import init_clock
from lms.infra.db import db, init_db
from lms.infra.events import init_events, subscribe
from lms.infra.fairlock import FairLock
from lms.infra.i18n import init_i18n, language
from lms.infra.jobs import daily, every_seconds, forget_done, hourly, init_jobs, register_job, schedule_job
from lms.infra.logs import configure_logs
from lms.infra.paths import asset_dir
from lms.infra.settings import Settings, read_settings
from lms.infra.startup import start_step
from lms.infra.storage import init_storage
from lms.infra.transactions import init_transactions
from lms.infra.web import health, metrics, openapi
from lms.infra.web.errors import init_errors
from lms.infra.web.requests import default_to_writes, init_requests
from lms.infra.web.security import init_security
from lms.infra.web.templating import compile_first_met, init_templating
from lms.learning import handlers as learning_handlers
from lms.learning import tasks as learning_tasks
from lms.learning import views as learning_pages
from lms.learning.events import EvidenceRecorded, ModuleCompleted
from lms.learning.kinds import init_kinds, register_kind
from lms.learning.service.deltas import DELTAS_JOB, ask_for_deltas
from lms.messaging import handlers as messaging_handlers
from lms.messaging import tasks as messaging_tasks
from lms.messaging import views as messaging_pages
from lms.messaging.service import SEND_JOB
from lms.readiness.views import gates as gate_pages
from lms.readiness.views import waves as readiness_pages
from lms.reporting.views import agreement as agreement_pages
from lms.reporting.views import completion as completion_pages
from lms.reporting.views import matrix as matrix_pages
from lms.reporting.views import surveys as survey_pages
from lms.sandbox import handlers as sandbox_handlers
from lms.sandbox import tasks as sandbox_tasks
from lms.sandbox.events import CoachingAsked
from lms.sandbox.handlers import SandboxKind
from lms.sandbox.views import debrief as debrief_pages
from lms.sandbox.views import labs as lab_pages
from lms.sandbox.views import runs as run_pages
from lms.sandbox.views import scenarios as scenario_pages
from lms.sandbox.views import tries as try_pages
from lms.workshops import handlers as workshop_handlers
from lms.workshops.events import BookingChanged, SessionChanged
from lms.workshops.handlers import ObservationKind, WorkshopKind
from lms.workshops.views import desk as session_desk_pages
from lms.workshops.views import equivalents as equivalent_pages
from lms.workshops.views import second_looks as second_look_pages
from lms.workshops.views import sessions as session_pages
from lms.workshops.views import shadowing as shadowing_pages
from lms.workshops.views import signoffs as signoff_pages


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from `settings`, by default those in the environment.

    Raises:
        SettingsError: the environment cannot be used.
    """
    settings = settings or read_settings()
    app = Flask("lms", template_folder=str(asset_dir("templates")), static_folder=str(asset_dir("static")))
    app.extensions["groundschool.settings"] = settings
    configure_logs(settings)
    configure_infra(app, settings)
    configure_people(app)
    configure_pages(app)
    configure_course_pages(app)
    configure_step_kinds(app)
    configure_events(app)
    configure_jobs(app)
    configure_start(app)
    # Last: it looks at every view that has been registered.
    default_to_writes(app)
    return app


def compile_templates(settings: Settings | None = None) -> None:
    """Compile what people meet first, before the service forks: no database is opened, and no page is served."""
    app = Flask("lms", template_folder=str(asset_dir("templates")))
    init_i18n(app, settings or read_settings())
    init_templating(app)
    configure_filters(app)
    compile_first_met(app)


def configure_infra(app: Flask, settings: Settings) -> None:
    """Database, clock, events, jobs, storage and the web shell."""
    init_clock(app)
    init_db(app, settings)
    lock = FairLock(settings.instance / "write") if settings.is_sqlite else None
    init_transactions(app, db.session, lock)
    init_events(app)
    init_jobs(app)
    init_storage(app, settings)
    init_i18n(app, settings)
    # Before anything that may refuse a request, so that refusals have ids and headers too.
    init_requests(app, settings)
    init_security(app, settings)
    init_templating(app)
    init_errors(app)


def configure_people(app: Flask) -> None:
    """Who is asking, and whose rows they may see."""
    init_login(app)
    init_scopes(app)
    register_scope(app, Relation.COLLEAGUE, colleagues_of)


def configure_pages(app: Flask) -> None:
    """Every room's pages."""
    app.register_blueprint(health.blueprint)
    app.register_blueprint(metrics.blueprint)
    app.register_blueprint(openapi.blueprint)
    for pages in (sign_in_pages, kiosk_pages, link_pages, settings_pages, who_sees_what):
        app.register_blueprint(pages.blueprint)
    for pages in (people_pages, person_pages, place_pages, messaging_pages):
        app.register_blueprint(pages.blueprint)
    app.register_blueprint(plan_pages.blueprint)
    app.register_blueprint(cohort_pages.blueprint)
    app.register_blueprint(champion_pages.blueprint)
    for pages in (session_pages, session_desk_pages, shadowing_pages, signoff_pages, second_look_pages):
        app.register_blueprint(pages.blueprint)
    app.register_blueprint(equivalent_pages.blueprint)
    app.register_blueprint(learning_pages.blueprint)
    for pages in (run_pages, debrief_pages, lab_pages, try_pages, scenario_pages):
        app.register_blueprint(pages.blueprint)
    for pages in (own_certificate_pages, issuing_pages, certified_pages, rule_pages, review_pages):
        app.register_blueprint(pages.blueprint)
    for pages in (verification_pages, published_documents, authority_pages):
        app.register_blueprint(pages.blueprint)
    for report_pages in (readiness_pages, gate_pages, completion_pages, matrix_pages, survey_pages, agreement_pages):
        app.register_blueprint(report_pages.blueprint)
    for room_page in (home_page, help_pages, policies, pulse, team, on_track, own_record):
        app.register_blueprint(room_page.blueprint)
    for room_page in (people_import, administration, own_content, keeping, roles):
        app.register_blueprint(room_page.blueprint)
    app.context_processor(lambda: {"nav_items": nav_items(app.view_functions)})
    app.jinja_env.globals["step_address"] = learning_pages.step_address
    configure_filters(app)


def configure_filters(app: Flask) -> None:
    """What templates may do with a text of a course."""
    app.jinja_env.filters["stem_parts"] = stem_parts
    app.jinja_env.filters["text_of"] = lambda texts: text_in(texts, language())


def configure_course_pages(app: Flask) -> None:
    """Courses as files and releases, and the questions in them."""
    catalog_handlers.init_formats(app, course_formats)
    for pages in (course_files, content_pages, quiz_pages, card_pages, marking_pages, question_pages):
        app.register_blueprint(pages.blueprint)


def configure_step_kinds(app: Flask) -> None:
    """What a step can be."""
    init_kinds(app)
    for reading in (LessonKind(), VideoKind(), QuizKind(), CardsKind(), SurveyKind()):
        register_kind(app, reading)
    for doing in (WorkshopKind(), ObservationKind(), SandboxKind()):
        register_kind(app, doing)


def configure_events(app: Flask) -> None:
    """Who listens to what."""
    subscribe(app, LinkIssued, messaging_handlers.deliver_link)
    subscribe(app, SecretChanged, messaging_handlers.announce_new_secret)
    subscribe(app, PersonWithdrawn, messaging_handlers.withdraw)
    subscribe(app, PersonJoined, cohort_handlers.place_joiner)
    subscribe(app, PlacementChanged, cohort_handlers.place_mover)
    subscribe(app, AbsenceChanged, cohort_handlers.announce_pause)
    subscribe(app, PersonLeft, cohort_handlers.release)
    subscribe(app, PersonLeft, workshop_handlers.give_places_back)
    subscribe(app, BookingChanged, workshop_handlers.tell_moved_up)
    subscribe(app, SessionChanged, workshop_handlers.tell_changed)
    subscribe(app, CoursePublished, ask_for_deltas)
    subscribe(app, CohortJoined, learning_handlers.assign_on_joining)
    subscribe(app, CohortLeft, learning_handlers.leave_cohort)
    subscribe(app, DueDateChanged, learning_handlers.change_due_date)
    subscribe(app, DueDateChanged, learning_handlers.change_refresher_days)
    subscribe(app, PersonLeft, learning_handlers.close_leaver)
    # Before the cycles go that attempts and runs point at.
    subscribe(app, PersonWithdrawn, assessment_handlers.withdraw)
    subscribe(app, PersonWithdrawn, sandbox_handlers.withdraw)
    subscribe(app, PersonWithdrawn, learning_handlers.withdraw)
    subscribe(app, CoachingAsked, home_handlers.tell_champions)
    subscribe(app, EvidenceRecorded, award_on_evidence)
    subscribe(app, ModuleCompleted, award_on_module)
    subscribe(app, ModuleCompleted, open_parts_on_refresher)
    subscribe(app, ChampionAppointed, begin_course)
    subscribe(app, ApproverChanged, award_approver)
    subscribe(app, PersonWithdrawn, cohort_handlers.withdraw)
    subscribe(app, PersonWithdrawn, workshop_handlers.withdraw)


def configure_jobs(app: Flask) -> None:
    """What the worker does, and when."""
    register_job(app, "audit.seal", lambda _run: audit.seal())
    schedule_job(app, "audit.seal", every_seconds("audit.seal", 5))
    register_job(app, SEND_JOB, messaging_tasks.send_mail, own_transaction=True)
    register_job(app, "accounts.tidy", account_tasks.tidy)
    schedule_job(app, "accounts.tidy", hourly("accounts.tidy"))
    register_job(app, "messaging.tidy", messaging_tasks.tidy)
    schedule_job(app, "messaging.tidy", daily("messaging.tidy"))
    register_job(app, RENDER_JOB, certification_tasks.render_job, own_transaction=True)
    register_job(app, ISSUE_JOB, certification_tasks.issue_job, own_transaction=True)
    register_job(app, TRANSCRIPT_JOB, certification_tasks.transcript_job, own_transaction=True)
    register_job(app, "certificates.calendar", certification_tasks.calendar_job)
    schedule_job(app, "certificates.calendar", daily("certificates.calendar"))
    register_job(app, learning_tasks.REFRESHERS_JOB, learning_tasks.refreshers_job, own_transaction=True)
    schedule_job(app, learning_tasks.REFRESHERS_JOB, daily(learning_tasks.REFRESHERS_JOB))
    register_job(app, DELTAS_JOB, learning_tasks.deltas_job, own_transaction=True)
    register_job(app, home_tasks.REMIND_JOB, home_tasks.remind)
    schedule_job(app, home_tasks.REMIND_JOB, daily(home_tasks.REMIND_JOB))
    register_job(app, home_tasks.RETENTION_JOB, home_tasks.keep_no_longer)
    schedule_job(app, home_tasks.RETENTION_JOB, daily(home_tasks.RETENTION_JOB))
    register_job(app, FORGET_FILES_JOB, home_tasks.forget_files)
    register_job(app, "attempts.overdue", lambda _run: submit_overdue())
    schedule_job(app, "attempts.overdue", every_seconds("attempts.overdue", 60))
    register_job(
        app, PUBLISH_JOB, lambda run: catalog_tasks.publish_on_request(run, course_formats()), own_transaction=True
    )
    register_job(
        app, CHECK_JOB, lambda run: catalog_tasks.check_on_request(run, course_formats()), own_transaction=True
    )
    register_job(app, "runs.expire", sandbox_tasks.expire)
    schedule_job(app, "runs.expire", hourly("runs.expire"))
    register_job(app, "backup.nightly", lambda _run: make_nightly_backup(), own_transaction=True)
    schedule_job(app, "backup.nightly", daily("backup.nightly"))
    register_job(app, "jobs.forget", lambda _run: forget_done())
    schedule_job(app, "jobs.forget", hourly("jobs.forget"))


def configure_start(app: Flask) -> None:
    """What `lms serve` does, in this order, before it listens."""
    # First: the demo company publishes the courses as of the day its history begins.
    start_step(app, "Looking for people", lambda options: demo_tasks.make_at_start(options, course_formats()))
    start_step(app, "Publishing the courses", lambda _options: catalog_tasks.publish_at_start(course_formats()))
    start_step(app, "Looking for an administrator", lambda _options: account_tasks.invite_first_administrator())
