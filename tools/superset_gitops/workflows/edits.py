"""Owns what people ask about changes made in Superset: which are open, refusing some, taking a refusal back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from superset_gitops.core.choose_asset import choose_asset
from superset_gitops.edges.who import actor
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.runtime_edit import EditState, RuntimeEdit
from superset_gitops.workflows.runtime import Runtime

_HEX = frozenset("0123456789abcdef")
_LENGTH = 12


def list_edits(runtime: Runtime) -> tuple[RuntimeEdit, ...]:
    """The environment's open and refused edits, oldest first.

    Raises:
        Unavailable: the ledger cannot be read.
    """
    with runtime.ledger() as ledger:
        return ledger.edits.kept()


def refuse_edits(runtime: Runtime, named: Sequence[str], lease_wait: float | None) -> tuple[RuntimeEdit, ...]:
    """Refuse open edits, named by digest or asset; returns them as they are now.

    Raises:
        ConfigurationError: one of them names no open edit; nothing was refused.
        Unavailable: the ledger cannot be written, or somebody deploys.
    """
    return _change(runtime, named, lease_wait, EditState.OPEN)


def reopen_edits(runtime: Runtime, named: Sequence[str], lease_wait: float | None) -> tuple[RuntimeEdit, ...]:
    """Take refusals back, named by digest or asset; returns the edits as they are now.

    Raises:
        ConfigurationError: one of them names no refused edit; nothing was reopened.
        Unavailable: the ledger cannot be written, or somebody deploys.
    """
    return _change(runtime, named, lease_wait, EditState.REFUSED)


def _change(
    runtime: Runtime, named: Sequence[str], lease_wait: float | None, state: EditState
) -> tuple[RuntimeEdit, ...]:
    with runtime.lease(lease_wait) as lease, runtime.ledger(lease) as ledger:
        edits = tuple(edit for edit in ledger.edits.kept() if edit.state is state)
        chosen = {edit.number for text in named for edit in _chosen(text, edits, runtime.environment, state)}
        if state is EditState.OPEN:
            who = actor(runtime.target.variables)
            ledger.edits.close(chosen, EditState.REFUSED, who, f"hybrid edits refuse --env {runtime.environment}")
        else:
            ledger.edits.reopen(chosen)
        return tuple(edit for edit in ledger.edits.kept() if edit.number in chosen)


def _chosen(text: str, edits: Iterable[RuntimeEdit], environment: str, state: EditState) -> Collection[RuntimeEdit]:
    found = tuple(_matching(text, tuple(edits)))
    if not found:
        raise ConfigurationError(
            f"{environment} has no {state} edit {text!r}",
            remedy=f"take a digest, or KIND:NAME, from: tools/hybrid edits list --env {environment}",
        )
    return found


def _matching(text: str, edits: tuple[RuntimeEdit, ...]) -> Iterator[RuntimeEdit]:
    """By digest: that edit, and those that are in one commit with it. By asset: all of its."""
    if len(text) == _LENGTH and _HEX.issuperset(text.lower()):
        of_digest = [edit for edit in edits if edit.seen.digest == text.lower()]
        commits = {edit.placed.commit for edit in of_digest if edit.placed.commit}
        yield from (edit for edit in edits if edit in of_digest or edit.placed.commit in commits)
        return
    choice = choose_asset(text)
    yield from (edit for edit in edits if choice.matches(edit.asset, edit.seen.name))
