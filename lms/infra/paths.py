"""Where the shipped folders live."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def asset_dir(name: str) -> Path:
    """Return templates, static or courses: inside the wheel, else beside lms/."""
    packed = _PACKAGE / name
    return packed if packed.is_dir() else _PACKAGE.parent / name


def is_checkout() -> bool:
    """Return whether the package runs from a source checkout (or an editable install of one)."""
    return (_PACKAGE.parent / "pyproject.toml").is_file()


def checkout_dir() -> Path:
    """Return the folder above the package: the checkout, where there is one."""
    return _PACKAGE.parent
