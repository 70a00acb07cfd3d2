"""The desk a format works at: one file in one language, with everything it may ask of the catalogue."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from lms.catalog.adapters.documents import Document, read_document
from lms.catalog.adapters.index import Index
from lms.catalog.adapters.markdown import Page, render
from lms.catalog.adapters.sources import IMAGE_LIMIT, MEDIA_LIMIT, MEDIA_TYPES, Source, Tree, join
from lms.catalog.adapters.yamlfile import Path
from lms.catalog.rules.content import Asset
from lms.catalog.rules.facts import CITATION
from lms.catalog.rules.ids import closest
from lms.catalog.rules.problems import Place, Problem

IMAGES = frozenset({".svg", ".png", ".jpg", ".webp"})


@dataclass
class Ledger:
    """What one compilation collects: problems, files cited, assets, and the facts each module cites."""

    tree: Tree
    index: Index
    problems: list[Problem] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    assets: dict[str, Asset] = field(default_factory=dict)
    cited: dict[str, set[str]] = field(default_factory=dict)
    course_assets: dict[str, set[str]] = field(default_factory=dict)


def locale_path(path: str, language: str) -> str:
    """Return where the translation of `path` stands: under locales/<language>/ of its course."""
    course, _slash, rest = path.partition("/")
    return f"{course}/locales/{language}/{rest}"


@dataclass
class Desk:
    """Makes texts and finds files for one document. It satisfies `Resolver`."""

    ledger: Ledger
    document: Document
    language: str
    course: str
    module: str = ""

    @property
    def index(self) -> Index:
        """Return the catalogue."""
        return self.ledger.index

    # Reporting

    def report(self, rule: str, place: Place, message: str, fix: str, *, warning: bool = False) -> None:
        """Report something wrong at a place of this document."""
        self.ledger.problems.append(self.document.problem(rule, place, message, fix, warning=warning))

    def at(self, *path: str | int) -> Place:
        """Return the place of a value of the YAML."""
        return self.document.located.place(path)

    # Texts

    def plain(self, text: str, place: Place | None = None) -> str:
        """Return plain text with its company facts filled in."""

        def fill(name: str, written: str) -> str:
            words = self.fact(name)
            if words is None:
                message, fix = self.unknown_fact(name)
                start = place or self.document.find(written)
                self.report("unknown-fact", self.document.find(written, start.line), message, fix)
            return words or ""

        return CITATION.sub(lambda found: fill(found[1], found[0]), text)

    def page(self, text: str, line: int, *, headings: bool = True, first_heading: int = 2) -> Page:
        """Render Markdown that starts on `line` of this document, reporting what is wrong with it."""
        page = render(text, self, headings=headings, first_heading=first_heading)
        for fault in page.faults:
            place = self.document.find(fault.needle, line + fault.line)
            self.report(fault.rule, place, fault.message, fault.fix, warning=fault.warning)
        return page

    def html(self, text: str, line: int) -> str:
        """Render Markdown without headings; a single paragraph loses its tags, so that it fits inside a label."""
        html = self.page(text, line, headings=False).html
        inner = html.removeprefix("<p>").removesuffix("</p>")
        return inner if html.startswith("<p>") and "<p>" not in inner and "</p>" not in inner else html

    def field(self, text: str, *path: str | int) -> str:
        """Render Markdown that stands in a value of the YAML."""
        return self.page(text, self.at(*path).line, headings=True).html

    def file(self, name: str, *path: str | int) -> Page | None:
        """Render another Markdown file, named in a value of the YAML, in this desk's language where it exists."""
        source = self._text(name, path)
        if source is None:
            return None
        document, problems = read_document(source)
        self.ledger.problems += problems
        desk = Desk(self.ledger, document, self.language, self.course, self.module)
        return desk.own_page()

    def own_page(self) -> Page:
        """Render this document's body. A first line `# Title` is left out: what cites the page names it."""
        body = self.document.body
        untitled = re.sub(r"\A(\s*)# [^\n]*", r"\1", body)
        return self.page(untitled, self.document.body_line)

    # Resolver

    def fact(self, name: str) -> str | None:
        """Return a company fact as this language writes it, noting that the module cites it."""
        found = self.index.facts.get(name)
        if found is None:
            return None
        self.ledger.cited.setdefault(self.module or self.course, set()).add(name)
        return found.words(self.language)

    def target(self, kind: str, name: str) -> tuple[str, str] | None:
        """Return the address and title of a card, step or module."""
        found = self.index.find(kind, name)
        if found:
            return found.address, self.index.title(found, self.language)
        return ("", name) if name in self.index.broken or name in self.index.planned else None

    def image(self, name: str, line: int) -> str | None:
        """Return the address of a picture."""
        place = self.document.find(name, line)
        asset = self.asset(name, place, kinds=IMAGES, limit=IMAGE_LIMIT)
        return asset_address(asset) if asset else None

    def unknown_fact(self, name: str) -> tuple[str, str]:
        """Return what to say about a fact nobody defined."""
        near = closest(name, self.index.facts)
        fix = f"Did you mean {{{{{near}}}}}?" if near else "Add it to company.yml, or cite one that is there."
        return f"{{{{{name}}}}} is not a company fact.", fix

    def unknown_target(self, kind: str, name: str) -> tuple[str, str]:
        """Return what to say about a reference to nothing."""
        near = closest(name, self.index.names(kind))
        fix = f"Did you mean :{kind}[{near}]?" if near else f"Write the id of a {kind} that exists."
        return f"No {kind} has the id {name!r}.", fix

    def unknown_roles(self, names: Sequence[str]) -> Sequence[str]:
        """Return those of `names` that catalogue.yml does not list."""
        return [name for name in names if name not in self.index.roles]

    # Files

    def asset(
        self, name: str, place: Place, *, kinds: frozenset[str] | None = None, limit: int = MEDIA_LIMIT
    ) -> Asset | None:
        """Return a file beside this document, in this desk's language where there is one, reporting what is wrong."""
        path = self._localised(name)
        data = self.ledger.tree.asset(path) if path else None
        if path is None or data is None:
            self.report("file-missing", place, f"There is no file {name!r}.", "Check the path: it starts at this file.")
            return None
        self.ledger.used.add(path)
        suffix = PurePosixPath(path).suffix.lower()
        allowed = kinds or frozenset(MEDIA_TYPES)
        if suffix not in allowed:
            fix = f"Use one of {', '.join(sorted(allowed))}."
            self.report("file-type", place, f"{name!r} is not a kind of file that fits here.", fix)
            return None
        if len(data) > limit:
            message = f"{name!r} has {len(data) // 1000} KB; {limit // 1000} KB is the most."
            self.report("file-too-big", place, message, "Make it smaller: people open this on a phone.")
        if suffix == ".svg" and not _is_plain_svg(data):
            fix = "Export it again without scripts and references to other files."
            self.report("svg-unsafe", place, f"{name!r} is not a plain SVG picture.", fix)
        return self._keep(path, data, MEDIA_TYPES[suffix])

    def mention(self, name: str, place: Place) -> None:
        """Note a file that only authors read, such as a storyboard, reporting one that is not there."""
        path = join(self.original_path, name)
        if path is None or path not in self.ledger.tree.files:
            self.report("file-missing", place, f"There is no file {name!r}.", "Check the path: it starts at this file.")
        else:
            self.ledger.used.add(path)

    def _keep(self, path: str, data: bytes, media_type: str) -> Asset:
        digest = hashlib.sha256(data).hexdigest()
        asset = Asset(digest, media_type, len(data), path)
        self.ledger.assets[digest] = asset
        self.ledger.course_assets.setdefault(self.course, set()).add(digest)
        return asset

    def _localised(self, name: str) -> str | None:
        """Return the path of the file named, preferring a translation's own; paths start at the original."""
        path = join(self.original_path, name)
        if path is None:
            return None
        own = locale_path(path, self.language)
        exists = own in self.ledger.tree.files or own in self.ledger.tree.binaries
        return own if exists else path

    @property
    def original_path(self) -> str:
        """Return this document's path, or its original's where it is a translation."""
        path = self.document.source.path
        return path.replace(f"/locales/{self.language}/", "/", 1)

    def _text(self, name: str, path: Path) -> Source | None:
        found = self._localised(name)
        source = self.ledger.tree.files.get(found) if found else None
        if source is None:
            fix = "Check the path: it starts at this file."
            self.report("file-missing", self.at(*path), f"There is no file {name!r}.", fix)
            return None
        self.ledger.used.add(source.path)
        original = join(self.original_path, name)
        if original:
            self.ledger.used.add(original)
        return source


def asset_address(asset: Asset) -> str:
    """Return the address of an asset: its hash, with a suffix that says what it is."""
    return f"/assets/{asset.sha256}{PurePosixPath(asset.path).suffix.lower()}"


def _is_plain_svg(data: bytes) -> bool:
    try:
        root = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError):
        return False
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag.rsplit("}")[-1].lower() in {"script", "foreignobject"}:
            return False
        for name, value in element.attrib.items():
            local = name.rsplit("}")[-1].lower()
            if local.startswith("on") or (local == "href" and not value.startswith(("#", "data:image/"))):
                return False
    return bool(root.tag.endswith("svg"))
