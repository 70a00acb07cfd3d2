"""Templates are compiled once: before the service forks, for every app of the process, and anew when they change."""

from __future__ import annotations

from jinja2 import DictLoader, Environment

from lms.app import compile_templates
from lms.infra.settings import Settings
from lms.infra.web.templating import MET_FIRST, CompiledOnce


def note_compiled(monkeypatch) -> list[str]:
    names: list[str] = []
    compile_one = Environment.compile

    def noting(self, source, name=None, filename=None, *rest, **options):
        names.append(name)
        return compile_one(self, source, name, filename, *rest, **options)

    monkeypatch.setattr(Environment, "compile", noting)
    return names


def test_what_was_compiled_before_the_fork_is_not_compiled_again(app, monkeypatch):
    compile_templates(Settings(secret_key="a key that signs nothing"))
    names = note_compiled(monkeypatch)
    app.jinja_env.cache.clear()
    for name in ("base.html", "sandbox/case.html", "assessment/question.html"):
        assert name.startswith(MET_FIRST)
        app.jinja_env.get_template(name)
    assert names == []


def test_a_template_that_changed_is_compiled_anew(monkeypatch):
    names, texts = note_compiled(monkeypatch), {"greeting.html": "Good morning"}

    def rendered() -> str:
        environment = Environment(loader=DictLoader(texts), bytecode_cache=CompiledOnce(), autoescape=True)
        return environment.get_template("greeting.html").render()

    assert [rendered(), rendered()] == ["Good morning"] * 2
    texts["greeting.html"] = "Good evening"
    assert rendered() == "Good evening"
    assert names == ["greeting.html"] * 2
