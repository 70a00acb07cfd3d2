from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from lms.readiness.rules.coverage import Coverage, Leader, Member, Shortfall, Team, cover, narrowed
from lms.readiness.rules.person import Answer, Finding, Fix, Lack, Line, Mend

EVENING = Team("north", "evening", "customer-service")
DAY = Team("north", "day", "customer-service")
FLOOR = Team("south", "day", "fulfilment-floor")
HOLDS = (Finding(Line.ROSTER, Answer.YES),)
FAILS = (Finding(Line.CERTIFICATE, Answer.NO, lack=Lack.NO_CERTIFICATE, fix=Fix(Mend.PASS_QUIZ, "q")),)
GATES = {"customer-service": ("fraud",)}
CHAMPION = Leader("champion", "north", "", "customer-service")
APPROVER = Leader("approver", "north", "", gate="fraud")


def people(team: Team, ready: int, others: int = 0, **more) -> list[Member]:
    prefix = f"{team.site}-{team.shift}-{len(more)}"
    return [
        Member(f"{prefix}-{number}", team, "cohort", HOLDS if number < ready else FAILS, rostered=True, **more)
        for number in range(ready + others)
    ]


def covered(members, champions=(CHAMPION,), approvers=(APPROVER,)) -> Coverage:
    return cover(members, champions, approvers, GATES)


def test_a_team_with_everybody_ready_a_champion_and_an_approver_may_go() -> None:
    coverage = covered(people(EVENING, 12))
    assert coverage.go
    assert coverage.teams[0].shortfalls == ()


def test_nine_of_twelve_and_no_approver_is_not_yet() -> None:
    team = covered(people(EVENING, 9, 3), approvers=()).teams[0]
    assert (team.ready, team.rostered, len(team.missing)) == (9, 12, 3)
    assert team.shortfalls == (Shortfall.PEOPLE, Shortfall.APPROVER)
    assert [gate.gate for gate in team.open_gates] == ["fraud"]


def test_an_approver_on_another_shift_or_site_does_not_cover() -> None:
    for elsewhere in (Leader("a", "north", "day", gate="fraud"), Leader("a", "south", "", gate="fraud")):
        assert covered(people(EVENING, 3), approvers=[elsewhere]).teams[0].open_gates


def test_an_approver_of_another_gate_does_not_cover() -> None:
    assert covered(people(EVENING, 3), approvers=[Leader("a", "north", "", gate="price")]).teams[0].open_gates


def test_an_approver_without_evidence_is_named_and_does_not_count() -> None:
    gate = (
        covered(people(EVENING, 3), approvers=[Leader("a", "north", "", gate="fraud", trained=False)]).teams[0].gates[0]
    )
    assert (gate.met, gate.untrained) == (False, ("a",))


def test_twenty_one_people_need_two_champions() -> None:
    assert covered(people(EVENING, 20)).go
    team = covered(people(EVENING, 21)).teams[0]
    assert (team.shortfalls, team.champions.needed, team.champions.target) == ((Shortfall.CHAMPIONS,), 2, 3)


def test_a_champion_of_two_cohorts_is_one_champion() -> None:
    again = Leader("champion", "north", "evening", "customer-service")
    assert covered(people(EVENING, 5), champions=[CHAMPION, again]).teams[0].champions.champions == 1


def test_one_absent_person_blocks_nobody() -> None:
    coverage = covered([*people(EVENING, 5), *people(EVENING, 0, 1, away=True)])
    assert coverage.go
    assert (coverage.rostered, coverage.ready, coverage.away) == (5, 5, 1)


def test_people_who_are_not_rostered_are_beside_the_count() -> None:
    trainee = Member("t", EVENING, "cohort", FAILS, rostered=False)
    team = covered([*people(EVENING, 2), trainee]).teams[0]
    assert (team.rostered, team.unrostered) == (2, (trainee,))
    assert team.go


def test_nobody_on_the_roster_is_no() -> None:
    assert not covered([]).go
    assert not covered([Member("t", EVENING, "cohort", HOLDS, rostered=False)]).go


def test_the_organisation_is_as_ready_as_its_weakest_team() -> None:
    coverage = covered([*people(DAY, 10), *people(EVENING, 9, 3), *people(FLOOR, 1, 1)])
    assert coverage.weakest is not None
    assert coverage.weakest.team == FLOOR
    assert (coverage.ready, coverage.rostered) == (20, 24)
    # The floor has no champion either; the day team has all it needs.
    assert [team.team for team in coverage.not_yet] == [FLOOR, EVENING]


def test_who_lapses_soon_is_ready_and_said() -> None:
    soon = Member("s", EVENING, "cohort", HOLDS, rostered=True, lapses_on=date(2026, 5, 20))
    team = covered([soon]).teams[0]
    assert (team.ready, team.lapsing) == (1, (soon,))


def test_a_narrowed_view_counts_its_own_people_and_keeps_the_teams_leaders() -> None:
    members = people(EVENING, 9, 3)
    mine = frozenset({members[0].key, members[11].key})
    team = narrowed(covered(members), mine).teams[0]
    assert (team.ready, team.rostered, team.champions.members) == (1, 2, 12)
    assert narrowed(covered(members), frozenset()).teams == ()


members = st.builds(
    Member,
    key=st.uuids().map(str),
    team=st.sampled_from([EVENING, DAY, FLOOR]),
    cohort=st.just("c"),
    findings=st.sampled_from([HOLDS, FAILS]),
    rostered=st.booleans(),
    away=st.booleans(),
)


@given(st.lists(members, max_size=40))
def test_everybody_is_in_exactly_one_place(everybody: list[Member]) -> None:
    coverage = covered(everybody)
    placed = [member.key for team in coverage.teams for member in (*team.members, *team.away, *team.unrostered)]
    assert sorted(placed) == sorted(member.key for member in everybody)
    assert coverage.ready <= coverage.rostered
    assert coverage.go <= (coverage.ready == coverage.rostered)


@given(st.lists(members, min_size=1, max_size=20), st.data())
def test_one_more_person_who_is_not_ready_never_turns_no_into_yes(everybody: list[Member], data: st.DataObject) -> None:
    extra = Member("extra", data.draw(st.sampled_from([EVENING, DAY, FLOOR])), "c", FAILS, rostered=True)
    assert covered([*everybody, extra]).go <= covered(everybody).go
