from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from lms.accounts.adapters import hashing


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    """Argon2 at its weakest: these tests are about who gets in, not about how long a guess takes."""
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(hashing, "_hasher", lambda: weak)
    hashing._nobodys_hash.cache_clear()
    yield
    hashing._nobodys_hash.cache_clear()
