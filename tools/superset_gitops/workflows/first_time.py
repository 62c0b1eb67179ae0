"""Owns the question of a first deployment: is this really an environment of its own?"""

from __future__ import annotations

from superset_gitops.errors import ConfigurationError
from superset_gitops.model.consent import Consent
from superset_gitops.model.ledger import Stamp
from superset_gitops.workflows.survey import Survey

_NAMED = 3


def refuse_anothers(stamp: Stamp | None, found: Survey, base_url: str, consent: Consent) -> None:
    """Stop where this ledger never deployed here, while Superset already has assets of ours.

    The stamp tells environments apart only where they share a ledger. With a database for each environment, a wrong
    BASE_URL would look like a first deployment and overwrite another environment's assets.

    Raises:
        ConfigurationError: the assets' uuids are live, and nobody said that they are to be taken over.
    """
    if stamp is not None or consent.adopt:
        return
    live = [found.live.assets[key] for key in found.wanted if key in found.live.assets]
    if not live:
        return
    names = ", ".join(f"{asset.kind} {asset.name!r}" for asset in live[:_NAMED]) + (" …" if len(live) > _NAMED else "")
    environment = found.plan.environment
    raise ConfigurationError(
        f"{environment} was never deployed with this ledger, but this Superset already has {len(live)} of its assets "
        f"({names}): it looks like another environment's",
        where=base_url,
        remedy=f"check BASE_URL and POSTGRES_URL; if it is {environment}'s own and its ledger was lost, restore that: "
        f"tools/hybrid ledger rebuild --env {environment} --commit SHA, with the commit that was deployed last; "
        "if it never had one, --adopt takes the assets over",
    )
