"""JSON schemas of every file, made from the shapes that check them, for completion in editors."""

from __future__ import annotations

import json
from pathlib import Path

from lms.catalog.adapters.formats import Formats
from lms.catalog.adapters.shapes import CardShape, CatalogueShape, CompanyShape, CourseShape, ModuleShape, Shape


def schemas(formats: Formats) -> dict[str, str]:
    """Return every schema as JSON text, by file name."""
    shapes: dict[str, type[Shape]] = {
        "catalogue": CatalogueShape,
        "company": CompanyShape,
        "course": CourseShape,
        "module": ModuleShape,
        "card": CardShape,
        **{step.kind: step.shape for step in formats.steps},
    }
    return {f"{name}.json": _schema(shape) for name, shape in sorted(shapes.items())}


def write_schemas(folder: Path, formats: Formats) -> list[str]:
    """Write every schema into `folder`; return the names of those that changed."""
    folder.mkdir(exist_ok=True)
    changed = []
    for name, text in schemas(formats).items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(name)
    return changed


def _schema(shape: type[Shape]) -> str:
    return json.dumps(shape.model_json_schema(by_alias=True), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
