"""Owns the secrets of a database's connection: which ones a template names, and when an apply sends them.

What is stored in Superset stays, unless the connection is new, is another one than Superset shows, or somebody asks for
a rotation. A stored secret cannot be read, so whether it is still the environment's is nothing that a comparison sees;
and a password never goes along to another host by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from superset_gitops.model.asset import Document

# Either spelling; a file has one of them.
ENCRYPTED = ("encrypted_extra", "masked_encrypted_extra")


class Part(StrEnum):
    """What of a connection is secret; in words, as a message names it."""

    PASSWORD = "password"  # noqa: S105 - a name, not a password
    TUNNEL = "SSH tunnel"
    ENCRYPTED = "encrypted extra"


# The field of a normal form that shows to whom a secret would go.
_SHOWN = {Part.PASSWORD: "sqlalchemy_uri", Part.TUNNEL: "ssh_tunnel", Part.ENCRYPTED: "encrypted_extra"}


@dataclass(frozen=True, slots=True)
class DatabaseSecrets:
    """The secrets that a database's template names, resolved, apart from its document.

    Attributes:
        password: of the connection; raw.
        tunnel: by the tunnel's field.
        encrypted: the whole field in clear text, by its spelling.
        missing: the variables that are not set, by the part that is unknown without them.
        in_address: the address has a secret among its arguments; it goes wherever the address goes.
    """

    password: str | None = field(default=None, repr=False)
    tunnel: Mapping[str, str] = field(default_factory=dict, repr=False)
    encrypted: Mapping[str, str] = field(default_factory=dict, repr=False)
    missing: Mapping[Part, tuple[str, ...]] = field(default_factory=dict)
    in_address: bool = False

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of which the template names a secret, whether or not it is known."""
        known = {
            Part.PASSWORD: self.password or self.in_address,
            Part.TUNNEL: self.tunnel,
            Part.ENCRYPTED: self.encrypted,
        }
        return tuple(part for part in Part if known[part] or part in self.missing)

    def only(self, parts: Collection[Part]) -> DatabaseSecrets:
        """Those of some parts."""
        return DatabaseSecrets(
            password=self.password if Part.PASSWORD in parts else None,
            tunnel=self.tunnel if Part.TUNNEL in parts else {},
            encrypted=self.encrypted if Part.ENCRYPTED in parts else {},
            missing={part: names for part, names in self.missing.items() if part in parts},
            in_address=self.in_address and Part.PASSWORD in parts,
        )

    def due(self, wanted: Document, live: Document | None, *, rotate: bool) -> DatabaseSecrets:
        """Those to send over what is live.

        Args:
            wanted: normal form of what is sent.
            live: normal form of what is there; None where nothing is.
            rotate: somebody asked for all of them.
        """
        if rotate or live is None:
            return self
        return self.only([part for part in self.parts if wanted.get(_SHOWN[part]) != live.get(_SHOWN[part])])


def without_kept(document: Document, secrets: DatabaseSecrets) -> Document:
    """A database's document to send beside these secrets.

    Of what it leaves out or masks, the importer keeps what is stored (measured on 6.1.0).
    """
    return {name: value for name, value in document.items() if name not in ENCRYPTED} | dict(secrets.encrypted)
