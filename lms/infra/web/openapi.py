"""The description of the endpoints for machines (OpenAPI 3.1), made from the code that answers them.

A view says what it takes and gives with `operation`; its bodies are pydantic models, and it answers with them. So the
description cannot promise what the code does not do, and a contract test asks every operation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, TypeVar

from flask import Blueprint, Flask, Response, current_app, jsonify
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

V = TypeVar("V", bound=Callable[..., Any])
DIALECT = "3.1.0"
blueprint = Blueprint("openapi", __name__)


class ErrorReply(BaseModel):
    """What is wrong, in words, and what to do."""

    status: int
    message: str
    problems: list[str] | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """What one endpoint takes and gives.

    `replies` has a model for each status; None where the body is a document of its standard, whose type is
    `media_type`. With `takes_file` a file may be sent as ``multipart/form-data`` in place of the JSON `body`.
    """

    summary: str
    replies: Mapping[int, type[BaseModel] | None]
    body: type[BaseModel] | None = None
    takes_file: bool = False
    needs_token: bool = False
    media_type: str = "application/json"
    errors: frozenset[int] = field(default_factory=frozenset)


def operation(described: Operation) -> Callable[[V], V]:
    """Describe a view. Put it next to the function, under what wraps it."""

    def decorate(view: V) -> V:
        mark: Any = view
        mark.operation = described
        return view

    return decorate


def operations(app: Flask) -> list[tuple[str, str, Operation]]:
    """Return (method, path as OpenAPI writes it, operation) of every described view, by path."""
    found = []
    for rule in app.url_map.iter_rules():
        described = getattr(app.view_functions[rule.endpoint], "operation", None)
        if described is not None:
            path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            found += [(method.lower(), path, described) for method in sorted(methods)]
    return sorted(found, key=lambda each: (each[1], each[0]))


def describe(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI document."""
    listed = operations(app)
    models = {ErrorReply} | {
        model for *_names, each in listed for model in (each.body, *each.replies.values()) if model
    }
    _references, schemas = models_json_schema(
        [(model, "serialization") for model in sorted(models, key=lambda one: one.__name__)],
        ref_template="#/components/schemas/{model}",
    )
    paths: dict[str, dict[str, Any]] = {}
    for method, path, each in listed:
        paths.setdefault(path, {})[method] = _described(method, path, each)
    return {
        "openapi": DIALECT,
        "info": {"title": "Groundschool", "version": version("groundschool")},
        "paths": paths,
        "components": {
            "schemas": schemas.get("$defs", {}),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


@blueprint.get("/api/v1/openapi.json")
def document() -> Response:
    """Send the description."""
    return jsonify(describe(current_app))


document.is_public = True  # type: ignore[attr-defined]


def _described(method: str, path: str, each: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": f"{method}_" + re.sub(r"\W+", "_", path).strip("_"),
        "summary": each.summary,
        "responses": {
            **{str(status): _reply(model, each.media_type) for status, model in each.replies.items()},
            **{str(status): _reply(ErrorReply, "application/json") for status in sorted(each.errors)},
        },
    }
    names = re.findall(r"{(\w+)}", path)
    if names:
        described["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
        ]
    if each.body is not None:
        content: dict[str, Any] = {"application/json": {"schema": _reference(each.body)}}
        if each.takes_file:
            file = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
            content["multipart/form-data"] = {"schema": file}
        described["requestBody"] = {"required": True, "content": content}
    if each.needs_token:
        described["security"] = [{"token": []}]
    return described


def _reply(model: type[BaseModel] | None, media_type: str) -> dict[str, Any]:
    words = (model.__doc__ or "").strip().splitlines()[0] if model else "A document of its standard."
    schema = {"type": "object"} if model is None else _reference(model)
    return {"description": words, "content": {media_type: {"schema": schema}}}


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}
