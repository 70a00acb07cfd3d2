from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.workshops.rules.log import LogField, LogForm, log_of
from lms.workshops.rules.observation import (
    Gap,
    Line,
    Mark,
    Observed,
    Sheet,
    from_json,
    gaps,
    is_enough,
    read_sheet,
    sheet_of,
    to_json,
)

LIST = Sheet(lines=(Line("evidence"), Line("queue", critical=True)))
BOTH = Sheet(lines=LIST.lines, rows=("checks", "acts"), level=3, counting=("checks",))
SEEN = {"evidence": Mark.SEEN, "queue": Mark.SEEN}
MARKS = st.dictionaries(st.sampled_from(["evidence", "queue"]), st.sampled_from(list(Mark)))
LEVELS = st.dictionaries(st.sampled_from(["checks", "acts"]), st.integers(0, 4))
OBSERVED = st.builds(Observed, MARKS, st.dictionaries(st.sampled_from(["evidence", "queue"]), st.text()), LEVELS)


@pytest.mark.parametrize(
    ("observed", "missing"),
    [
        (Observed(), {"evidence": Gap.UNMARKED, "queue": Gap.UNMARKED}),
        (Observed({"evidence": Mark.NOT_YET, "queue": Mark.SEEN}), {"evidence": Gap.COMMENT_MISSING}),
        (
            Observed({"evidence": Mark.NOT_YET, "queue": Mark.SEEN}, {"evidence": "  "}),
            {"evidence": Gap.COMMENT_MISSING},
        ),
        (Observed({"evidence": Mark.NOT_YET, "queue": Mark.SEEN}, {"evidence": "Looked at one pane."}), {}),
        (Observed({**SEEN, "queue": Mark.NOT_APPLICABLE}), {"queue": Gap.CRITICAL_SKIPPED}),
        (Observed(SEEN), {}),
    ],
)
def test_a_sheet_names_what_is_missing(observed, missing):
    assert gaps(LIST, observed) == missing


def test_every_row_of_a_rubric_is_rated_though_not_every_row_counts():
    assert gaps(BOTH, Observed(SEEN, levels={"checks": 3})) == {"acts": Gap.UNRATED}


@pytest.mark.parametrize(
    ("observed", "enough"),
    [
        (Observed(SEEN), True),
        (Observed({**SEEN, "evidence": Mark.NOT_APPLICABLE}), True),
        (Observed({**SEEN, "evidence": Mark.NOT_YET}), False),
        (Observed({**SEEN, "queue": Mark.NOT_YET}), False),
    ],
)
def test_without_a_rubric_no_line_may_be_not_yet(observed, enough):
    assert is_enough(LIST, observed) is enough


@pytest.mark.parametrize(
    ("marks", "levels", "enough"),
    [
        (SEEN, {"checks": 3, "acts": 0}, True),
        (SEEN, {"checks": 2, "acts": 4}, False),
        ({**SEEN, "evidence": Mark.NOT_YET}, {"checks": 4, "acts": 4}, True),
        ({**SEEN, "queue": Mark.NOT_YET}, {"checks": 4, "acts": 4}, False),
    ],
)
def test_with_a_rubric_its_counting_rows_and_the_critical_lines_decide(marks, levels, enough):
    assert is_enough(BOTH, Observed(marks, levels=levels)) is enough


@given(OBSERVED)
def test_a_sheet_survives_storage(observed):
    stored = from_json(to_json(observed))
    assert (stored.marks, stored.levels) == (observed.marks, observed.levels)
    assert {key: text for key, text in observed.comments.items() if text} == stored.comments


def test_a_form_sets_only_what_the_sheet_has():
    form = {
        "p.mark.evidence": "seen",
        "p.mark.queue": "excellent",
        "p.mark.invented": "seen",
        "p.level.checks": "4",
        "p.level.acts": "5",
        "p.comment.evidence": " Both panes. ",
        "q.mark.queue": "seen",
    }
    observed = read_sheet(BOTH, "p", form)
    assert observed == Observed({"evidence": Mark.SEEN}, {"evidence": "Both panes."}, {"checks": 4}, "")


def test_a_step_says_what_its_sheet_and_log_ask_for():
    settings = {
        "log": {"entries": 2, "fields": [{"id": "case", "choices": []}, {"id": "mine", "choices": ["a", "b"]}]},
        "checklist": [{"id": "evidence", "critical": False}, {"id": "queue", "critical": True}],
        "rubric": ["checks", "acts"],
        "pass": {"level": 3, "rows": ["checks"]},
    }
    assert sheet_of(settings) == BOTH
    assert log_of(settings) == LogForm(2, (LogField("case"), LogField("mine", ("a", "b"))))
    assert log_of({"log": None}) is None


def test_a_log_counts_only_whole_entries_and_takes_only_known_choices():
    log = LogForm(2, (LogField("case"), LogField("mine", ("a", "b"))))
    assert log.read(1, {"1.case": " 4711 ", "1.mine": "c", "2.case": "x"}) == {"case": "4711"}
    whole = {"case": "4711", "mine": "a"}
    assert log.count([whole, {"case": "4712"}]) == 1
    assert log.count([whole] * 5) == 2
