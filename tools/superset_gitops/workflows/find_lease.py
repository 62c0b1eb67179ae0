"""Owns what people ask about an environment's lease: who holds it, and taking it from a holder that is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from superset_gitops.edges.postgres.held_lease import HeldLease, break_lease, read_lease
from superset_gitops.workflows.runtime import find_runtime


@dataclass(frozen=True, slots=True)
class FoundLease:
    """An environment's lease, if anybody holds it."""

    environment: str
    held: HeldLease | None
    _url: str = field(repr=False)

    def lines(self) -> Iterator[str]:
        """What there is to tell, a line at a time."""
        held = self.held
        if held is None:
            yield f"nobody holds the lease of {self.environment}"
            return
        state = "expired: whoever deploys next takes it" if held.expired else "held"
        yield f"the lease of {self.environment}: {state}"
        yield f"  holder     {held.holder}"
        yield f"  since      {_moment(held.since, held.now)}"
        yield f"  heartbeat  {_moment(held.heartbeat, held.now)}"
        yield f"  expires    {_moment(held.expires, held.now)}"

    def break_it(self) -> bool:
        """Take the lease that was found from its holder; False where it had changed hands or was given back."""
        return self.held is not None and break_lease(self._url, self.environment, self.held)


def find_lease(root: Path, environment: str, environ: Mapping[str, str]) -> FoundLease:
    """Read the lease of one environment; a sandbox is not started.

    Raises:
        HybridError: the environment is not known, or the database cannot be asked.
    """
    url = find_runtime(root, environment, environ, lambda _: None).target.ledger_url
    return FoundLease(environment, read_lease(url, environment), url)


def _moment(moment: datetime, now: datetime) -> str:
    seconds = (moment - now).total_seconds()
    return f"{moment:%Y-%m-%d %H:%M:%S %Z} ({f'{-seconds:.0f} s ago' if seconds <= 0 else f'in {seconds:.0f} s'})"
