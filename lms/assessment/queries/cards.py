"""Cards to repeat: which a person may be asked, what they remember of them, and how far the month has come."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lms.assessment.models import Attempt, CardReview
from lms.assessment.queries.attempts import read_served
from lms.assessment.queries.results import Explained
from lms.assessment.rules.attempts import AttemptState, Served, serve
from lms.assessment.rules.cards import Memory, Recall, mixed, next_card, next_due
from lms.assessment.rules.grading import grade
from lms.assessment.rules.parametric import with_values
from lms.assessment.rules.questions import Question, public_question, shown_order
from lms.catalog.queries import current_releases, load_release
from lms.catalog.rules.content import Card, Module, Step
from lms.catalog.rules.items import Item, Wording
from lms.infra.db import db
from lms.learning.kinds import StepContext
from lms.learning.models import StepProgress
from lms.shared.errors import NotFound

_MEMORY = (
    CardReview.phase,
    CardReview.stage,
    CardReview.stability,
    CardReview.difficulty,
    CardReview.due_at,
    CardReview.reviewed_at,
)


@dataclass(frozen=True, slots=True)
class Deck:
    """A person's cards of one step at one moment. `done` of `wanted` cards are answered in this cycle.

    `pool` are the items that may be asked, `upcoming` is the one to ask now; None where nothing is left today.
    """

    context: StepContext
    pool: tuple[str, ...]
    memories: Mapping[str, Memory]
    numbers: Mapping[str, int]
    done: int
    wanted: int
    upcoming: str | None
    due: int
    next_due: datetime | None

    @property
    def is_complete(self) -> bool:
        """Return whether the month's cards are answered."""
        return self.done >= self.wanted


@dataclass(frozen=True, slots=True)
class Asked:
    """A card as this person is shown it for the `number`-th time; `item` and `wording` have their values filled in."""

    item: Item
    wording: Wording
    served: Served
    question: Question
    number: int


@dataclass(frozen=True, slots=True)
class Taught:
    """Where a card was taught: a page to read again, and the module's reference card."""

    course: str
    module: Module
    step: Step
    card: Card | None


def deck_of(context: StepContext) -> Deck:
    """Return the person's cards of a step now. Four statements."""
    person = context.actor.id
    rows = db.session.execute(
        sa.select(CardReview.item, CardReview.number, *_MEMORY)
        .where(CardReview.person_id == person)
        .order_by(CardReview.number)
    ).all()
    memories = {
        row.item: Memory(row.phase, row.stage, row.stability, row.difficulty, row.due_at, row.reviewed_at)
        for row in rows
    }
    numbers = {row.item: row.number for row in rows}
    pool = tuple(mixed(_eligible(context), str(person)))
    done = cards_done(context.cycle_id, context.step.id)
    return Deck(
        context=context,
        pool=pool,
        memories=memories,
        numbers=numbers,
        done=done,
        wanted=int(context.step.settings["cards"]),
        upcoming=next_card(pool, memories, context.now),
        due=sum(1 for item in pool if item in memories and memories[item].due_at <= context.now),
        next_due=next_due(pool, memories),
    )


def cards_done(cycle_id: uuid.UUID, step: str) -> int:
    """Return how many cards of a step were answered in a cycle."""
    count = sa.select(sa.func.count()).where(CardReview.cycle_id == cycle_id, CardReview.step == step)
    return db.session.scalar(count) or 0


def ask(deck: Deck, item_id: str) -> Asked:
    """Return a card as this person is shown it now: the same on every visit until it is answered.

    Raises:
        NotFound: the card is not among those this person may be asked.
    """
    if item_id not in deck.pool:
        raise NotFound
    context, number = deck.context, deck.numbers.get(item_id, 0) + 1
    written = context.course.items[item_id]
    rng = random.Random(f"{context.actor.id}/{item_id}/{number}")  # noqa: S311 - the same order at each visit, no secret
    served = serve(written, shuffle=True, rng=rng)
    item = with_values(written, served.values)
    wording = item.wordings[context.language]
    return Asked(item, wording, served, public_question(item, wording, served), number)


def review_number(deck: Deck, item_id: str, number: int) -> uuid.UUID | None:
    """Return the review a person has already given as the `number`-th of a card, or None."""
    return db.session.scalar(
        sa.select(CardReview.id).where(
            CardReview.person_id == deck.context.actor.id, CardReview.item == item_id, CardReview.number == number
        )
    )


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A card that was answered, with its key."""

    explained: Explained
    item: Item
    recall: Recall
    hinted: bool
    language: str
    due_at: datetime


def own_review(person_id: uuid.UUID, step: str, review_id: uuid.UUID) -> Reviewed:
    """Return a person's own answer to a card with what it teaches.

    Raises:
        NotFound: there is none with this id at this step, or it is somebody else's.
    """
    row = db.session.get(CardReview, review_id)
    if row is None or row.person_id != person_id or row.step != step:
        raise NotFound
    served = read_served(row.served)
    written = load_release(row.release).course.items.get(row.item)
    if written is None:
        raise NotFound
    item = with_values(written, served.values)
    wording = item.wordings[row.language]
    question = public_question(item, wording, served)
    graded = grade(item, row.response, row.language)
    ordered = shown_order(question, row.response)
    explained = Explained(row.number, question, row.response, wording, graded, ordered)
    return Reviewed(explained, item, row.recall, row.hinted, row.language, row.due_at)


def where_taught(item: Item) -> Taught | None:
    """Return the page that teaches what a card asks: the one the question names, else the first of its objective."""
    first: Taught | None = None
    for release in current_releases():
        for module, step in release.course.steps():
            if step.kind not in {"lesson", "video"}:
                continue
            found = Taught(release.course.id, module, step, module.card)
            if step.id == item.revisit:
                return found
            if first is None and item.objective in step.objectives:
                first = found
    return first


def _eligible(context: StepContext) -> list[str]:
    """Return the items a person may be asked: taught by a step they finished, in no graded quiz still before them."""
    person = context.actor.id
    finished = set(db.session.scalars(sa.select(StepProgress.step).where(StepProgress.person_id == person)))
    taught: set[str] = set()
    ahead: set[str] = set()
    for release in current_releases():
        for _module, step in release.course.steps():
            if step.id in finished:
                taught.update(step.objectives)
            elif step.kind == "quiz" and step.settings.get("mode") == "graded":
                ahead.update(step.items)
    ahead.update(_being_asked(person))
    items = (context.course.items[name] for name in context.step.items if name in context.course.items)
    return [
        item.id
        for item in items
        if item.objective in taught and item.id not in ahead and item.wording(context.language)
    ]


def _being_asked(person_id: uuid.UUID) -> set[str]:
    served = db.session.scalars(
        sa.select(Attempt.served).where(Attempt.person_id == person_id, Attempt.state != AttemptState.SUBMITTED)
    )
    return {one["item"] for questions in served for one in questions}
