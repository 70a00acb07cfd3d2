"""The company's seal as files: ``seal/key.pem``, encrypted, and ``seal/chain.pem`` in the instance folder."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

KEY, CHAIN = "key.pem", "chain.pem"


@dataclass(frozen=True, slots=True)
class SealFiles:
    """A signing key and its certificates, the key's own first, as PEM; `key` is not encrypted and stays in memory."""

    key: bytes = field(repr=False)
    chain: bytes

    def load(self) -> tuple[ec.EllipticCurvePrivateKey, list[x509.Certificate]]:
        """Return key and certificates.

        Raises:
            ValueError: one of them is something else.
        """
        key = serialization.load_pem_private_key(self.key, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            message = "The seal needs an elliptic curve key (P-256)."
            raise ValueError(message)  # noqa: TRY004 - what was read, not what was passed
        return key, x509.load_pem_x509_certificates(self.chain)


def read_pair(key: bytes, chain: bytes, password: str | None) -> SealFiles:
    """Return a key and its certificates as they come from a certificate authority.

    Raises:
        ValueError: the password is wrong or missing, or these are not a key and its certificate.
    """
    try:
        private = serialization.load_pem_private_key(key, password.encode() if password else None)
    except (TypeError, UnsupportedAlgorithm) as error:
        raise ValueError(str(error)) from error
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    found = SealFiles(pem, chain)
    found.load()
    return found


def keep_seal(folder: Path, seal: SealFiles, passphrase: str) -> None:
    """Write the seal, its key encrypted, readable by its owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    private = serialization.load_pem_private_key(seal.key, None)
    locked = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )
    for name, data in ((CHAIN, seal.chain), (KEY, locked)):
        handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)


def load_seal(folder: Path, passphrase: str) -> SealFiles | None:
    """Return the kept seal, or None where there is none.

    Raises:
        ValueError: it cannot be opened with this passphrase.
    """
    if not (folder / KEY).is_file():
        return None
    return read_pair((folder / KEY).read_bytes(), (folder / CHAIN).read_bytes(), passphrase)
