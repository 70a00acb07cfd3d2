"""Content-addressed storage: a blob's name is its SHA-256, so it is stored once and cannot be changed."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import Any

import fsspec
from flask import Flask, current_app

from lms.infra.settings import Settings
from lms.shared.errors import NotFound

_KEY = "groundschool.storage"
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Storage:
    """Blobs under a root: a folder on this machine, or any fsspec filesystem."""

    def __init__(self, url: str) -> None:
        """Use the fsspec `url` (a plain path is a local folder) as the root."""
        self._fs: Any
        self._fs, self._root = fsspec.core.url_to_fs(url)

    def put(self, data: bytes) -> str:
        """Store `data` and return its SHA-256 in hex; storing the same bytes again changes nothing."""
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        if not self._fs.exists(path):
            self._fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
            if "file" in self._fs.protocol:
                _write_atomically(Path(path), data)
            else:
                self._fs.pipe_file(path, data)
        return digest

    def get(self, digest: str) -> bytes:
        """Return the blob.

        Raises:
            NotFound: no such blob is stored.
        """
        if not _DIGEST.fullmatch(digest):
            raise NotFound
        try:
            data: bytes = self._fs.cat_file(self._path(digest))
        except FileNotFoundError as error:
            raise NotFound from error
        return data

    def forget(self, digest: str) -> None:
        """Delete the blob; one that is not there is no error. Whoever calls has made sure that nothing cites it."""
        if _DIGEST.fullmatch(digest) and self._fs.exists(self._path(digest)):
            self._fs.rm_file(self._path(digest))

    def digests(self) -> list[str]:
        """Return the names of all blobs, for backups."""
        names = (str(path).rsplit("/", 1)[-1] for path in self._fs.find(self._root))
        return sorted(name for name in names if _DIGEST.fullmatch(name))

    def _path(self, digest: str) -> str:
        return f"{self._root}/{digest[:2]}/{digest}"


def init_storage(app: Flask, settings: Settings) -> None:
    """Keep blobs where `LMS_ASSETS_URL` says, else in the instance folder."""
    app.extensions[_KEY] = Storage(settings.assets_url or str(settings.instance / "assets"))


def storage() -> Storage:
    """Return the app's storage."""
    found: Storage = current_app.extensions[_KEY]
    return found


def _write_atomically(path: Path, data: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
