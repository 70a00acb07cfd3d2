"""What every template, style sheet and script must be, whoever wrote it."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
COMPONENTS = TEMPLATES / "components"
ALL = sorted(path for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".txt"})
PAGES = [path for path in ALL if path.suffix == ".html"]
# The gallery stands in for people's own words.
SPOKEN = [path for path in PAGES if path.name != "gallery.html"]
ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
PRODUCT = "Groundschool"
GETTEXT = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
SENTENCE = re.compile(r"[A-Z][a-z]+(?: [a-z]|[.!?:…]|$)")
JINJA = re.compile(r"{#.*?#}|{% trans.*?endtrans[^%]*%}|{[{%].*?[%}]}", re.DOTALL)
UNTRANSLATED = re.compile(r"[^\W\d_]{2,}")


def by_name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


class Markup(HTMLParser):
    """Collects what people read and what the security policy forbids, from a template without its Jinja."""

    SPOKEN_ATTRIBUTES = frozenset({"alt", "aria-label", "title", "placeholder"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.forbidden: list[str] = []
        self.quiet = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.quiet += tag in {"style", "kbd", "code"}
        for name, value in attrs:
            if name in self.SPOKEN_ATTRIBUTES and UNTRANSLATED.search(value or ""):
                self.words.append(f"{name}={value!r}")
            if name == "style" or name.startswith(("on", "hx-on")):
                self.forbidden.append(f"<{tag} {name}>")
            if name.startswith("hx-") and "hx-nonce" not in dict(attrs):
                self.forbidden.append(f"<{tag} {name}> without hx-nonce")
        if tag == "script" and not {"src", "nonce"} <= {name for name, _ in attrs}:
            self.forbidden.append("<script> without src and nonce")

    def handle_endtag(self, tag: str) -> None:
        self.quiet -= tag in {"style", "kbd", "code"}

    def handle_data(self, data: str) -> None:
        if not self.quiet and UNTRANSLATED.search(data):
            self.words.append(data.strip())


def constants_outside_gettext(node: nodes.Node) -> Iterator[str]:
    """Strings of a template's expressions that look like sentences and do not go through gettext."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Call) and isinstance(child.node, nodes.Name) and child.node.name in GETTEXT:
            continue
        if isinstance(child, nodes.Const) and isinstance(child.value, str) and SENTENCE.match(child.value):
            yield child.value
        yield from constants_outside_gettext(child)


@pytest.mark.parametrize("path", ALL, ids=by_name)
def test_it_compiles(path: Path) -> None:
    ENVIRONMENT.parse(source(path))


@pytest.mark.parametrize("path", SPOKEN, ids=by_name)
def test_people_read_it_in_their_own_language(path: Path) -> None:
    said = Markup(JINJA.sub(" ", source(path))).words
    said += constants_outside_gettext(ENVIRONMENT.parse(source(path)))
    assert [words for words in said if words != PRODUCT] == []


@pytest.mark.parametrize("path", PAGES, ids=by_name)
def test_nothing_in_it_is_what_the_security_policy_blocks(path: Path) -> None:
    assert Markup(JINJA.sub("x", source(path))).forbidden == []


@pytest.mark.parametrize("path", PAGES, ids=by_name)
def test_every_form_says_where_it_goes_and_posts_carry_their_token(path: Path) -> None:
    forms = re.findall(r"<form\b.*?</form>", source(path), re.DOTALL)
    assert [form[:80] for form in forms if "action=" not in form] == []
    posts = [form for form in forms if re.search(r'method="post"', form, re.IGNORECASE)]
    assert [form[:80] for form in posts if "csrf_field()" not in form] == []


@pytest.mark.parametrize("path", PAGES, ids=by_name)
def test_its_icons_are_in_the_sprite(path: Path) -> None:
    recipe = source(ROOT / "script" / "vendor")
    offered = set(re.search(r'ICONS = """(.*?)"""', recipe, re.DOTALL)[1].split())
    used = re.findall(r"""(?:\bicon\(|icon_name=|icon_end=)["']([a-z0-9-]+)["']""", source(path))
    assert set(used) <= offered


def macros() -> dict[str, str]:
    """Every macro of the components with the file it is in."""
    found = {}
    for path in sorted(COMPONENTS.glob("*.html")):
        for macro in ENVIRONMENT.parse(source(path)).find_all(nodes.Macro):
            found[macro.name] = path.name
    return found


def test_every_component_is_described_and_shown_in_the_gallery() -> None:
    # Parts of other components.
    inner = {"icon", "field_error", "described_by", "pager"}
    readme, gallery = source(COMPONENTS / "README.md"), source(COMPONENTS / "gallery.html")
    assert [name for name in macros() if name not in inner and f"`{name}(" not in readme] == []
    assert [name for name in macros() if name not in inner and f"{name}(" not in gallery] == []


def test_components_are_imported_from_where_they_are() -> None:
    where = macros()
    wrong = []
    for path in PAGES:
        for statement in ENVIRONMENT.parse(source(path)).find_all(nodes.FromImport):
            origin = str(getattr(statement.template, "value", ""))
            if origin.startswith("components/"):
                names = [name if isinstance(name, str) else name[0] for name in statement.names]
                wrong += [f"{by_name(path)}: {n}" for n in names if where.get(n) != origin.removeprefix("components/")]
    assert wrong == []


def test_a_date_in_a_table_stays_on_one_line() -> None:
    # A cell is as narrow as its longest word: on a phone a date would stand on four lines. Paper has room.
    cell = re.compile(r"<t([dh])\b(?:(?!</t\1>).)*\|format_date(?:(?!</t\1>).)*</t\1>")
    found = [(by_name(path), one.group()) for path in PAGES for one in cell.finditer(source(path))]
    # Paper, and a sentence too long for one line.
    free = {"templates/certification/transcript.html", "templates/home/people_import.html"}
    assert [(name, text) for name, text in found if "nowrap" not in text and name not in free] == []


def test_files_are_short_enough_to_be_read() -> None:
    own = [*ALL, *(path for kind in ("css", "js") for path in (ROOT / "static" / kind).glob("*"))]
    assert {by_name(path): n for path in own if (n := len(source(path).splitlines())) > 400} == {}


def test_scripts_never_turn_text_into_markup() -> None:
    sinks = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|javascript:")
    assert [by_name(path) for path in (ROOT / "static" / "js").glob("*.js") if sinks.search(source(path))] == []


def packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), mtime=0))


def test_own_scripts_stay_within_their_weight() -> None:
    assert sum(packed(path) for path in (ROOT / "static" / "js").glob("*")) <= 8 * 1024


def test_the_styles_that_any_page_loads_stay_within_their_weight() -> None:
    # Every page loads the first five and at most two more; the sheets for paper are never sent to a browser.
    sheets = {path.stem: packed(path) for path in (ROOT / "static" / "css").glob("*")}
    common = sum(sheets.pop(name) for name in ("tokens", "app", "forms", "parts", "print"))
    extra = sorted((sheets[name] for name in sheets.keys() - {"certificate", "transcript"}), reverse=True)
    assert common + sum(extra[:2]) <= 15 * 1024


def test_a_learners_page_weighs_no_more_than_the_design_allows() -> None:
    vendor = ROOT / "static" / "vendor"
    if not vendor.is_dir():
        pytest.skip("static/vendor is not built: run script/vendor.")
    sheets = [ROOT / "static" / "css" / f"{name}.css" for name in ("tokens", "app", "forms", "parts", "quiz", "print")]
    scripts = [*(ROOT / "static" / "js" / f"{name}.js" for name in ("page", "autosave", "timer")), vendor / "htmx.js"]
    others = [vendor / "fonts.css", vendor / "icons.svg", ROOT / "static" / "img" / "mark.svg"]

    def packed(files: list[Path]) -> int:
        return sum(len(gzip.compress(path.read_bytes(), mtime=0)) for path in files)

    assert packed(scripts) <= 25 * 1024
    document = 8 * 1024
    font = (vendor / "atkinson-latin.woff2").stat().st_size
    assert packed([*sheets, *scripts, *others]) + font + document <= 90 * 1024
