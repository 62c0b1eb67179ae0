"""Owns `Consent`: what a person allowed this very run to do beyond what policy allows by itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Consent:
    """Options of one run; each names exactly what was shown, so that nothing newer slips through.

    Attributes:
        overwrite_drift: the digests of the drift over which Git may win: of all of it, or of single assets.
        confirm: the digest of a plan that changes or deletes more than policy lets pass unseen; empty for none.
        adopt: take over assets that exist in Superset under our uuids and were never applied by us.
        no_prune: delete nothing this time, whatever policy says.
        allow_rollback: deploy a commit that is older than the last deployed one of main.
    """

    overwrite_drift: tuple[str, ...] = ()
    confirm: str = ""
    adopt: bool = False
    no_prune: bool = False
    allow_rollback: bool = False
