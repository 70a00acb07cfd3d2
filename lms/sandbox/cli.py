"""`lms simulators`: run a policy through forms or labs, read a case as a learner sees it, justify the pass rules."""

from __future__ import annotations

import json
from typing import Any

import click

from lms.sandbox.rules import calibration
from lms.sandbox.rules.company import CompanyFacts
from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.engine import generate
from lms.sandbox.rules.exercise import CaseKey, Exercise, Mode, Text
from lms.sandbox.rules.lab import CUTS, Lab, digest_of, grade_of, grade_wanted
from lms.sandbox.rules.labs.registry import LABS
from lms.sandbox.rules.policies import Policy, responses
from lms.sandbox.rules.scoring import Result, score
from lms.sandbox.rules.streams import Streams
from lms.sandbox.rules.texts import Grammar, grammar, languages, plain_format
from lms.sandbox.rules.transcript import transcript

SAME = "always-same"
LAB_POLICIES = (Policy.ORACLE.value, Policy.VISIBLE_SOLVER.value, SAME)
MODES = [mode.value for mode in Mode if mode is not Mode.EXTENSION]


@click.group()
def simulators() -> None:
    """Run, show and calibrate the simulated consoles."""


@simulators.command()
@click.argument("console", type=click.Choice([*sorted(CONSOLES), *sorted(LABS)]))
@click.option("--level", type=click.IntRange(1, 3), default=1, show_default=True)
@click.option(
    "--mode", type=click.Choice(MODES), help="Default: foundation, or the only mode there is. Labs have none."
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="The first seed.")
@click.option("--n", type=click.IntRange(min=1), default=1, show_default=True, help="How many seeds.")
@click.option(
    "--policy",
    type=click.Choice([*(policy.value for policy in Policy), SAME]),
    default=Policy.ORACLE.value,
    show_default=True,
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def run(console: str, level: int, mode: str | None, seed: int, n: int, policy: str, form: str) -> None:
    """Answer forms, or fill in a lab's sheets, by a fixed policy and print the scores.

    Labs know the policies oracle, visible-solver and always-same: the best of those that say the same to everything.
    """
    seeds = range(seed, seed + n)
    report = (
        _lab_runs(console, level, mode, seeds, policy)
        if console in LABS
        else _runs(console, level, mode, seeds, policy)
    )
    mean = round(sum(one["score"] for one in report["runs"]) / n, 2)
    if form == "json":
        click.echo(json.dumps({**report, "mean_score": mean}, indent=2))
        return
    for one in report["runs"]:
        more = (
            f"{one['grade'] or 'failed':12}  {one['sheet']}"
            if console in LABS
            else f"d' {one['d_prime']}  critical {one['critical']}"
        )
        click.echo(f"seed {one['seed']:>6}  score {one['score']:>3}  {more}")
    click.echo(f"mean score {mean}")


@simulators.command()
@click.argument("console", type=click.Choice([*sorted(CONSOLES), *sorted(LABS)]))
@click.option("--level", type=click.IntRange(1, 3), default=1, show_default=True)
@click.option("--mode", type=click.Choice(MODES), help="Default: foundation, or the only mode there is.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--case", "number", type=click.IntRange(min=1), help="Only the case of this number.")
@click.option("--language", default="en", show_default=True)
@click.option("--key", is_flag=True, help="Print what is true of each case below it: for authors.")
def show(
    console: str, level: int, mode: str | None, seed: int, number: int | None, language: str, *, key: bool
) -> None:
    """Print cases, or a lab's sheet, as a person would see them."""
    if console in LABS:
        _show_lab(LABS[console], seed, language, key=key)
        return
    made = CONSOLES[console]
    _refuse_unspoken(console, made.package, language)
    form = generate(made, _exercise(console, level, mode), made.version, seed, CompanyFacts())
    words = grammar(made.package, language)
    for place, (case, truth) in enumerate(zip(form.public.cases, form.key.cases, strict=True), 1):
        if number in {None, place}:
            click.echo(transcript(made, form.public, case, words, plain_format))
            if key:
                click.echo(_truth(truth, words))
            click.echo("\n" + "-" * 72)


@simulators.command()
@click.argument("consoles", nargs=-1, type=click.Choice(sorted(CONSOLES)))
@click.option("--people", type=click.IntRange(min=10), default=200, show_default=True, help="Simulated of each kind.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def calibrate(consoles: tuple[str, ...], people: int, form: str) -> None:
    """Take simulated learners through the whole path and print what the pass rules do to them."""
    facts = CompanyFacts()
    rows = (row for name in consoles or sorted(CONSOLES) for row in calibration.table(CONSOLES[name], facts, people))
    if form == "json":
        click.echo(json.dumps([_row(row) for row in rows], indent=2))
        return
    click.echo(
        f"{'console':19}{'level':>5}  {'exam':13}{'learner':24}{'first':>6}{'two':>6}{'ext':>6}{'mean':>6}{'hours':>7}"
    )
    for row in rows:
        click.echo(
            f"{row.console:19}{row.level:>5}  {row.mode:13}{row.learner:24}{row.first:>6.2f}{row.within_two:>6.2f}"
            f"{row.extended:>6.2f}{row.mean_score:>6.1f}{row.hours:>7.2f}{'' if row.met else '  not as wanted'}"
        )


def _show_lab(lab: Lab[Any, Any, Any], seed: int, language: str, *, key: bool) -> None:
    _refuse_unspoken(lab.id, lab.package, language)
    sheet, words = lab.draw(Streams(lab.id, lab.version, seed), CompanyFacts()), grammar(lab.package, language)
    click.echo(f"{words.word(Text('lab.title'), plain_format)}\n{words.word(Text('intro'), plain_format)}")
    for part in lab.told(sheet.public):
        click.echo("\n" + words.word(part.heading, plain_format))
        for line in part.lines:
            click.echo(f"  {words.word(line, plain_format)}")
    if key:
        for one in lab.mark(sheet.public, sheet.key, lab.best(sheet.public, sheet.key)).lines:
            title, best = words.word(one.title, plain_format), words.word(one.best, plain_format)
            click.echo(f"\nKEY: {title} -> {best}\n     {words.word(one.why, plain_format)}")


def _refuse_unspoken(name: str, package: str, language: str) -> None:
    if language not in languages(package):
        offered = ", ".join(languages(package))
        raise click.BadParameter(f"{name} has no texts in {language!r}; it has {offered}.", param_hint="--language")


def _exercise(console: str, level: int, mode: str | None) -> Exercise:
    made = CONSOLES[console]
    chosen = Mode(mode) if mode else Mode.FOUNDATION if Mode.FOUNDATION in made.modes else made.modes[0]
    if level not in made.levels:
        raise click.BadParameter(f"{console} has levels {', '.join(map(str, made.levels))}.", param_hint="--level")
    if chosen not in made.modes:
        raise click.BadParameter(f"{console} has modes {', '.join(made.modes)}.", param_hint="--mode")
    return Exercise(console, (level,), chosen)


def _truth(key: CaseKey, words: Grammar) -> str:
    answer = key.answer
    parts = (answer.action, answer.option, answer.number, answer.queue, "/".join(answer.reasons))
    best = " ".join(str(part) for part in parts if part not in {None, ""})
    rule = words.word(answer.rule, plain_format)
    return (
        f"\nKEY: {key.stratum} {key.kind}: {best}\n     {rule}"
        f"\n     accepting loses {key.accept_loss / 100:.2f}; evidence: {', '.join(answer.evidence) or '-'}"
    )


def _runs(console: str, level: int, mode: str | None, seeds: range, policy: str) -> dict[str, Any]:
    if policy == SAME:
        raise click.BadParameter(f"{console} has policies {', '.join(Policy)}.", param_hint="--policy")
    exercise = _exercise(console, level, mode)
    runs = [_run(exercise, seed, Policy(policy)) for seed in seeds]
    return {"console": console, "mode": exercise.mode.value, "level": level, "policy": policy, "runs": runs}


def _lab_runs(name: str, level: int, mode: str | None, seeds: range, policy: str) -> dict[str, Any]:
    if mode is not None:
        raise click.BadParameter(f"{name} is a lab, which has no modes.", param_hint="--mode")
    if policy not in LAB_POLICIES:
        raise click.BadParameter(f"{name} has policies {', '.join(LAB_POLICIES)}.", param_hint="--policy")
    wanted = grade_wanted(level)
    runs = [_lab_run(LABS[name], seed, policy) for seed in seeds]
    return {
        "lab": name,
        "level": level,
        "policy": policy,
        "wanted": {"grade": wanted.value, "score": CUTS[wanted]},
        "runs": [{**one, "passed": one["score"] >= CUTS[wanted]} for one in runs],
    }


def _lab_run(lab: Lab[Any, Any, Any], seed: int, policy: str) -> dict[str, Any]:
    sheet = lab.draw(Streams(lab.id, lab.version, seed), CompanyFacts())
    works = {policy: lab.best(sheet.public, sheet.key)}
    if policy == Policy.VISIBLE_SOLVER:
        works = {policy: lab.solve(sheet.public)}
    if policy == SAME:
        works = dict(lab.constants(sheet.public))
    marks = {name: lab.mark(sheet.public, sheet.key, work) for name, work in works.items()}
    best = max(marks, key=lambda name: (marks[name].score, name))
    grade = grade_of(marks[best].score)
    return {
        "seed": seed,
        "score": marks[best].score,
        "sheet": best,
        "right": sum(line.right for line in marks[best].lines),
        "of": len(marks[best].lines),
        "grade": grade.value if grade else None,
        "digest": digest_of(lab, sheet),
    }


def _run(exercise: Exercise, seed: int, policy: Policy) -> dict[str, Any]:
    console = CONSOLES[exercise.console]
    form = generate(console, exercise, console.version, seed, CompanyFacts())
    result = score(form.public, form.key, responses(policy, console, form, seed))
    return {
        "seed": seed,
        "score": result.score,
        "components": _components(result),
        "d_prime": result.signal.d_prime if result.signal else None,
        "criterion": result.signal.criterion if result.signal else None,
        "critical": len(result.critical),
        "digest": form.digest,
    }


def _components(result: Result) -> dict[str, float | int]:
    return {
        "decision": result.decision / 10_000,
        "reason": result.reason / 10_000,
        "policy": result.policy / 10_000,
        "hint_cost": result.hint_cost,
    }


def _row(row: calibration.Row) -> dict[str, Any]:
    return {
        "console": row.console,
        "level": row.level,
        "exam": row.mode.value,
        "learner": row.learner,
        "passed_first": row.first,
        "passed_within_two": row.within_two,
        "extended": row.extended,
        "mean_score": row.mean_score,
        "hours": row.hours,
        "as_wanted": row.met,
    }
