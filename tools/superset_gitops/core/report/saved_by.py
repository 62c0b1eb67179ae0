"""Owns who saved an asset in Superset and when, in words."""

from __future__ import annotations

from datetime import datetime

from superset_gitops.core.report.printable import printable
from superset_gitops.model.plan import Edited


def saved_by(edited: Edited) -> str:
    """`saved by Ann Lee at 2026-01-31 09:30 UTC`, as far as it is known."""
    by = f" by {edited.by}" if edited.by else ""
    return printable(f"saved{by}{f' at {_clock(edited.at)}' if edited.at else ''}")


def _clock(moment: str) -> str:
    """An ISO 8601 moment as people write it; what cannot be read stays as it is."""
    try:
        return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M %Z}".strip()
    except ValueError:
        return moment
