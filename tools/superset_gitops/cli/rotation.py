"""Owns the option by which a run sends the connections' secrets again."""

from __future__ import annotations

import click

rotation_option = click.option(
    "--rotate-secrets",
    "rotate",
    is_flag=True,
    help="Send the databases in scope again with the passwords, SSH tunnel secrets and encrypted_extra that the "
    "environment's variables hold now, also where nothing else differs. Without it, what Superset stored is kept.",
)
