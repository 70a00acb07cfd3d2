from __future__ import annotations

from lms.catalog.rules.content import Adkar, Change, Course, Module, Part, Step
from lms.learning.rules.path import (
    State,
    fitting_steps,
    following_step,
    lay_path,
    live_steps,
    minutes_needed,
    next_step,
)


def step(identity, minutes=5, kind="lesson", **settings):
    return Step(identity, kind, Part.SELF_PACED, {"en": identity}, minutes, (), settings, {"en": {}})


def module(identity, *steps, requires=()):
    return Module(identity, {}, {}, (), (Adkar.KNOWLEDGE,), 20, 20.0, requires, Change.COSMETIC, True, steps)


def course(*modules):
    return Course("c", "1", "en", ("en",), {}, {}, (), (), modules, (), {})


COURSE = course(
    module("one", step("a", 4), step("b", 9)), module("two", step("c", 5), step("d", 30), requires=("one",))
)


def test_the_first_open_step_is_next():
    assert next_step(lay_path([COURSE], done={"a"})).step.id == "b"


def test_a_step_already_begun_comes_before_one_not_begun():
    free = course(module("one", step("a"), step("b")))
    assert next_step(lay_path([free], done=(), started={"b"})).step.id == "b"


def test_what_needs_a_day_and_others_comes_after_what_can_be_done_now_even_where_it_was_looked_at():
    meeting = step("meeting", kind="workshop")
    free = course(module("one", meeting, step("a")), module("two", step("b")))
    assert next_step(lay_path([free], done=(), started={"meeting"})).step.id == "a"
    assert next_step(lay_path([free], done={"a", "b"})).step.id == "meeting"
    assert [view.step.id for view in live_steps(lay_path([free], done={"a"}))] == ["meeting"]
    assert [view.step.id for view in fitting_steps(lay_path([free], done=()), 60)] == ["a", "b"]


def test_a_module_waits_for_the_one_it_requires():
    path = lay_path([COURSE], done={"a"})
    assert path[1].state is State.BLOCKED
    assert path[1].waits_for == ("one",)
    assert lay_path([COURSE], done={"a", "b"})[1].state is State.NOT_STARTED


def test_a_requirement_outside_the_programme_blocks_nobody():
    lone = course(module("two", step("c"), requires=("elsewhere",)))
    assert lay_path([lone], done=())[0].state is State.NOT_STARTED


def test_what_is_done_stays_done_even_where_the_module_waits():
    path = lay_path([COURSE], done={"c"})
    assert path[1].steps[0].state is State.COMPLETED


def test_a_step_that_cannot_be_done_yet_is_never_next():
    free = course(module("one", step("gym", kind="sandbox"), step("b")))
    path = lay_path([free], done=(), unavailable={"gym"})
    assert next_step(path).step.id == "b"
    assert path[0].state is State.NOT_STARTED


def test_when_all_is_done_nothing_is_next():
    assert next_step(lay_path([COURSE], done={"a", "b", "c", "d"})) is None


def test_only_steps_that_finish_in_the_time_are_offered():
    path = lay_path([COURSE], done=())
    assert [view.step.id for view in fitting_steps(path, 5)] == ["a"]
    assert [view.step.id for view in fitting_steps(path, 13)] == ["a", "b"]
    assert fitting_steps(path, 3) == ()


def test_a_timed_check_needs_its_limit_and_a_fifth():
    assert minutes_needed(step("quiz", 9, "quiz", time={"limit": "PT20M"})) == 24
    assert minutes_needed(step("quiz", 9, "quiz", time=None)) == 9


def test_the_step_after_this_one_skips_what_is_done():
    path = lay_path([COURSE], done={"b"})
    assert following_step(path, "a") is None
    assert following_step(lay_path([COURSE], done={"a", "b"}), "b").step.id == "c"


def test_the_step_after_this_one_needs_no_day_and_no_others_while_there_is_one():
    free = course(module("one", step("a"), step("shadow", kind="observation"), step("b")))
    assert following_step(lay_path([free], done={"a"}), "a").step.id == "b"
    assert following_step(lay_path([free], done={"a", "b"}), "a").step.id == "shadow"
