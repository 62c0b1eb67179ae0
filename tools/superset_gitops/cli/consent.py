"""Owns the options by which a person allows one run of deploy or apply more than policy does, as one `Consent`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

_OPTIONS = (
    click.option(
        "--overwrite-drift",
        metavar="DIGEST",
        multiple=True,
        help="Let Git win over exactly the drift that was shown under this digest, or over the one asset that a commit "
        "of the runtime branch names with it (may be given again); each live version is saved first.",
    ),
    click.option(
        "--confirm",
        metavar="DIGEST",
        default="",
        help="Let exactly the plan that was shown under this digest change or delete more than policy allows unseen.",
    ),
    click.option("--no-prune", is_flag=True, help="Delete nothing this time, whatever policy says."),
    click.option(
        "--adopt", is_flag=True, help="Take over assets that are live under our uuids and were never applied."
    ),
    click.option(
        "--allow-rollback", is_flag=True, help="Deploy a commit that is older than the last deployed one of main."
    ),
)


def consent_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options to a command, which takes them as the one argument `consent`."""

    @functools.wraps(command)
    def with_consent(
        *args: Any,
        overwrite_drift: tuple[str, ...],
        confirm: str,
        no_prune: bool,
        adopt: bool,
        allow_rollback: bool,
        **others: Any,
    ) -> int:
        from superset_gitops.model.consent import Consent

        consent = Consent(
            overwrite_drift=overwrite_drift,
            confirm=confirm,
            adopt=adopt,
            no_prune=no_prune,
            allow_rollback=allow_rollback,
        )
        return command(*args, consent=consent, **others)

    for option in reversed(_OPTIONS):
        with_consent = option(with_consent)
    return with_consent
