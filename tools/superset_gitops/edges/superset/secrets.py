"""Owns the secrets that travel beside a bundle, in form fields of the import and in no file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ConnectionSecrets:
    """Secrets keyed by the database's file, as in the bundle after its root: `databases/examples.yaml`.

    Attributes:
        passwords: of the connection; raw, not URL-quoted.
        ssh_tunnel_passwords: of the tunnel's user.
        ssh_tunnel_private_keys: of the tunnel's user.
        ssh_tunnel_private_key_passwords: of those keys.
        encrypted_extra_secrets: per file, JSONPath to value; since 6.1.
    """

    passwords: Mapping[str, str] = field(default_factory=dict, repr=False)
    ssh_tunnel_passwords: Mapping[str, str] = field(default_factory=dict, repr=False)
    ssh_tunnel_private_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    ssh_tunnel_private_key_passwords: Mapping[str, str] = field(default_factory=dict, repr=False)
    encrypted_extra_secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)

    def form(self) -> dict[str, str]:
        """The form fields of an import; none for what is empty."""
        fields: dict[str, Mapping[str, object]] = {
            "passwords": self.passwords,
            "ssh_tunnel_passwords": self.ssh_tunnel_passwords,
            "ssh_tunnel_private_keys": self.ssh_tunnel_private_keys,
            "ssh_tunnel_private_key_passwords": self.ssh_tunnel_private_key_passwords,
            "encrypted_extra_secrets": self.encrypted_extra_secrets,
        }
        return {name: json.dumps(dict(values)) for name, values in fields.items() if values}
