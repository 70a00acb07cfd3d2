"""A new module that passes the check: something to write over, not something to fill in."""

from __future__ import annotations

import io
import re
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from lms.shared.errors import Conflict, Invalid

NAME = re.compile(r"(\d\d+)-([a-z][a-z0-9-]*[a-z0-9])")

_MODULE = """\
id: {id}
title: {title}
summary: One sentence that says what people can do afterwards.
objectives: [{objective}]
adkar: [knowledge]
minutes: 5
"""

_LESSON = """\
---
id: {id}-first
title: {title}
---
Say in one sentence what this page is for. Then show it in the work that people do.

::: example At the desk
Tell one case from this job, with its figures. Name the evidence that decides it.
:::

::: try
Give a second case that looks like the first. What would you do?

- Accept the advice
- Ask somebody first

::: answer
Say which one, and the evidence that decides it.
:::
"""

_QUIZ = """\
---
id: {id}-check
title: Check yourself
draw:
  - {{bank: {name}, n: 2}}
---
Two questions about what you have just read.
"""

_QUESTION = """
## {id}-question-{letter} {{single objective={objective}}}
Tell a case in two sentences and ask for a decision ({letter}).
{choices}"""

_CHOICES = (
    "- (x) The decision that the evidence supports {#supported}\n  > Yes: name the evidence.\n",
    "- ( ) A mistake that people really make {#mistake}\n  > Not quite. Name what it overlooks.\n",
    "- ( ) Another mistake, as tempting as the first {#tempting}\n  > Not quite. Name what it overlooks.\n",
)

_CARD = """\
---
id: {id}-card
title: {title}
---
**First look at** the one thing that decides most cases.

**When in doubt,** ask before you act. Name what you saw.
"""


def new_module(root: Path, course: str, folder: str) -> list[Path]:
    """Write a module into a course and list it in course.yml; return the files written.

    Raises:
        Invalid: the course does not exist or `folder` is not of the form ``11-returns``.
        Conflict: the folder exists already.
    """
    found = NAME.fullmatch(folder)
    outline = root / course / "course.yml"
    if found is None:
        raise Invalid(f"{folder!r} is not a folder for a module. Write a number and a name, such as 11-returns.")
    if not outline.is_file():
        raise Invalid(f"There is no course {course!r} in {root}. Write course.yml first (docs/authoring.md).")
    name, target = found[2], root / course / folder
    bank = root / course / "bank" / f"{name}.q.md"
    if target.exists() or bank.exists():
        raise Conflict(f"{target if target.exists() else bank} exists already. Choose another name.")
    objective = _list_in_outline(outline, name)
    words = {"id": name, "name": name, "title": name.replace("-", " ").capitalize(), "objective": objective}
    questions = "".join(_question(words, place, letter) for place, letter in enumerate("abcd"))
    files = {
        target / "module.yml": _MODULE,
        target / "10-first.md": _LESSON,
        target / "20-check.quiz.md": _QUIZ,
        target / "card.md": _CARD,
    }
    target.mkdir(parents=True)
    bank.parent.mkdir(exist_ok=True)
    for path, text in files.items():
        path.write_text(text.format(**words), encoding="utf-8")
    bank.write_text(questions.lstrip(), encoding="utf-8")
    return [*files, bank, outline]


def _question(words: dict[str, str], place: int, letter: str) -> str:
    turned = _CHOICES[place % 3 :] + _CHOICES[: place % 3]
    return _QUESTION.format(**words, letter=letter, choices="".join(turned))


def _list_in_outline(outline: Path, name: str) -> str:
    """Add the module and an objective of its own to course.yml, keeping comments; return the objective."""
    yaml = YAML()
    yaml.width, yaml.preserve_quotes = 120, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    data = yaml.load(outline.read_text(encoding="utf-8"))
    objectives: CommentedSeq = data["objectives"]
    objective = f"{str(objectives[0]['id']).split('.')[0]}.{name}"
    entry = CommentedMap(id=objective, text=f"Say what people can do after {name.replace('-', ' ')}")
    entry.fa.set_flow_style()
    objectives.append(entry)
    data["modules"].append(name)
    text = io.StringIO()
    yaml.dump(data, text)
    outline.write_text(text.getvalue(), encoding="utf-8")
    return objective
