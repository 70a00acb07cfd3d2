"""What reports say, in sentences: for pages and for files alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from babel.lists import format_list
from flask_babel import format_decimal
from markupsafe import Markup, escape

from lms.infra.i18n import _, format_percent, language, lazy, ngettext
from lms.reporting.rules.completion import NONE, Cut, Finding, Headline, Measure, Part, Selection
from lms.reporting.rules.surveys import Element, Help
from lms.shared.agreement import LEAST, Agreement, Verdict

MEASURES = {
    Measure.FINISHED: lazy("People who finished all modules"),
    Measure.MODULES: lazy("Modules done"),
    Measure.TRAINED: lazy("People with all modules and the certificate"),
}
CUTS = {
    Cut.COHORT: lazy("Cohort"),
    Cut.CHAMPION: lazy("Champion"),
    Cut.FUNCTION: lazy("Function"),
    Cut.SITE: lazy("Site"),
    Cut.SHIFT: lazy("Shift"),
    Cut.MODULE: lazy("Module"),
}
# What a part without a key is called: people who belong to none.
NOBODYS = {
    Cut.COHORT: lazy("No cohort"),
    Cut.CHAMPION: lazy("No champion"),
    Cut.FUNCTION: lazy("No function"),
    Cut.SITE: lazy("No site"),
    Cut.SHIFT: lazy("No shift"),
    Cut.MODULE: lazy("No module"),
}
PARAMETERS = {
    "measure": lazy("Measure"),
    "by": lazy("Divided by"),
    "target": lazy("Target"),
    "compare": lazy("Compared with"),
}
_REACHED = {
    Cut.COHORT: lazy("Every cohort has reached the target of %(target)s."),
    Cut.CHAMPION: lazy("Every champion's people have reached the target of %(target)s."),
    Cut.FUNCTION: lazy("Every function has reached the target of %(target)s."),
    Cut.SITE: lazy("Every site has reached the target of %(target)s."),
    Cut.SHIFT: lazy("Every shift has reached the target of %(target)s."),
    Cut.MODULE: lazy("Every module has reached the target of %(target)s."),
}
# Several parts where nobody has come to the end, by what the report is divided.
_WHERE = {
    Cut.COHORT: lazy("in %(num)s cohorts"),
    Cut.CHAMPION: lazy("with %(num)s champions"),
    Cut.FUNCTION: lazy("in %(num)s functions"),
    Cut.SITE: lazy("at %(num)s sites"),
    Cut.SHIFT: lazy("on %(num)s shifts"),
}
_NONE_DONE = {
    Measure.FINISHED: lazy("Nobody has finished all modules yet %(where)s: %(parts)s."),
    Measure.MODULES: lazy("No module is done yet %(where)s: %(parts)s."),
    Measure.TRAINED: lazy("Nobody has all modules and the certificate yet %(where)s: %(parts)s."),
}
# More names than these make no sentence; the table has them all.
MOST_NAMED = 6
ELEMENTS = {
    Element.AWARENESS: lazy("Awareness"),
    Element.DESIRE: lazy("Desire"),
    Element.KNOWLEDGE: lazy("Knowledge"),
    Element.ABILITY: lazy("Ability"),
    Element.REINFORCEMENT: lazy("Reinforcement"),
}
HELPS = {
    Help.EXPLAIN: lazy("Repeat “Why AI” with the manager, and answer the questions about jobs."),
    Help.TALK: lazy("Talk about how roles grow, pair each person with a champion, and offer credits."),
    Help.TEACH: lazy("Give the lessons and cards again."),
    Help.PRACTISE: lazy("Book a guided set and a shadowing."),
    Help.RECOGNISE: lazy("Recognise good work, and book the next refresher."),
}

VERDICTS = {
    Verdict.TOO_FEW: lazy("Too few to say"),
    Verdict.UNDEFINED: lazy("Not defined"),
    Verdict.GOOD: lazy("Good"),
    Verdict.FAIR: lazy("Fair"),
    Verdict.POOR: lazy("Poor"),
}
VERDICT_KINDS = {
    Verdict.TOO_FEW: "plain",
    Verdict.UNDEFINED: "plain",
    Verdict.GOOD: "ok",
    Verdict.FAIR: "warn",
    Verdict.POOR: "bad",
}
_AGREEMENT = {
    Verdict.UNDEFINED: lazy("Both champions always chose the same level, so κ says nothing."),
    Verdict.GOOD: lazy("Agreement is good: κ is %(kappa)s over %(n)s pairs of sheets."),
    Verdict.FAIR: lazy("Agreement is fair: κ is %(kappa)s over %(n)s pairs of sheets. Rate a reference case together."),
    Verdict.POOR: lazy(
        "Agreement is poor: κ is %(kappa)s over %(n)s pairs of sheets. Champions mean different things by a level."
    ),
}


def agreement_sentence(one: Agreement) -> str:
    """Return the sentence the report on observers begins with."""
    if one.verdict is Verdict.TOO_FEW:
        return ngettext(
            "%(num)s pair of sheets: too few to judge agreement. It takes %(least)s.",
            "%(num)s pairs of sheets: too few to judge agreement. It takes %(least)s.",
            one.sheets,
            least=LEAST,
        )
    kappa = "" if one.kappa is None else mean(one.kappa)
    return str(_AGREEMENT[one.verdict]) % {"kappa": kappa, "n": one.sheets}


def headline(finding: Finding, selection: Selection, url: Callable[[Part], str | None]) -> Markup:
    """Return the sentence a report begins with: "Warehouse is 24 points below the target of 80%".

    `url` leads from a part to its people; None where the reader may not see them.
    """
    target = format_percent(selection.target / 100)
    if finding.headline is Headline.NOBODY:
        return escape(_("Nobody is assigned here yet, so there is nothing to count."))
    if finding.headline is Headline.REACHED:
        return escape(str(_REACHED[selection.by]) % {"target": target})
    named = finding.parts[:MOST_NAMED]
    # The sentence is made with places for the names, which are links.
    places = [f"{{{number}}}" for number in range(len(named))]
    if rest := len(finding.parts) - len(named):
        places.append(ngettext("%(num)s more", "%(num)s more", rest))
    parts = str(format_list(places, locale=language().replace("-", "_")))
    untouched = finding.headline is Headline.NONE_DONE
    sentence = _none_done(finding, selection, parts) if untouched else _below(finding, parts, target)
    return escape(sentence).format(*(_linked(part, url(part)) for part in named))


def _below(finding: Finding, parts: str, target: str) -> str:
    if len(finding.parts) > 1:
        return ngettext(
            "%(parts)s are %(num)s point below the target of %(target)s.",
            "%(parts)s are %(num)s points below the target of %(target)s.",
            finding.points,
            parts=parts,
            target=target,
        )
    if finding.parts[0].key == NONE:
        return ngettext(
            "%(part)s: %(num)s point below the target of %(target)s.",
            "%(part)s: %(num)s points below the target of %(target)s.",
            finding.points,
            part=parts,
            target=target,
        )
    return ngettext(
        "%(part)s is %(num)s point below the target of %(target)s.",
        "%(part)s is %(num)s points below the target of %(target)s.",
        finding.points,
        part=parts,
        target=target,
    )


def _none_done(finding: Finding, selection: Selection, parts: str) -> str:
    number = len(finding.parts)
    if selection.by is Cut.MODULE:
        return _("%(num)s modules have not been finished by anybody: %(parts)s.", num=number, parts=parts)
    where = str(_WHERE[selection.by]) % {"num": number}
    return str(_NONE_DONE[selection.measure]) % {"where": where, "parts": parts}


def _linked(part: Part, url: str | None) -> Markup:
    return Markup('<a href="{}">{}</a>').format(url, part.label) if url else escape(part.label)


def amount(part: Part) -> str:
    """Return "38 of 41, 93%", or that there is nobody."""
    if part.percent is None:
        return _("nobody")
    return _("%(done)s of %(of)s, %(percent)s", done=part.done, of=part.of, percent=format_percent(part.percent / 100))


def change(part: Part) -> str:
    """Return "up 12 points", "down 3 points" or "no change"; empty where nothing is compared."""
    if part.change is None:
        return ""
    if part.change > 0:
        return ngettext("up %(num)s point", "up %(num)s points", part.change)
    if part.change < 0:
        return ngettext("down %(num)s point", "down %(num)s points", -part.change)
    return _("no change")


def period(days: int) -> str:
    """Return what a report is compared with."""
    if not days:
        return _("nothing")
    return ngettext("%(num)s week ago", "%(num)s weeks ago", days // 7)


def label(cut: Cut, key: str, labels: Mapping[str, str]) -> str:
    """Return what a part is called."""
    return str(NOBODYS[cut]) if key == NONE else labels.get(key, key)


def mean(value: Fraction) -> str:
    """Return a mean as the reader's language writes it: "3.02"."""
    return str(format_decimal(round(float(value), 2), format="0.00"))


def cut(name: str) -> str:
    """Return what a filter is called."""
    return str(CUTS[Cut(name)])


def parameters(names: Iterable[str]) -> str:
    """Return what the parameters of an address are called, as a list."""
    return ", ".join(str(PARAMETERS[name]) for name in names)
