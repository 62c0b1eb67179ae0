"""Owns the question whether a deployment would take main back: an older commit after a newer one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from superset_gitops.edges.git import MainHistory, open_main_history
from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.consent import Consent
from superset_gitops.model.ledger import Deployment
from superset_gitops.model.policy import Tree
from superset_gitops.model.progress import Progress
from superset_gitops.workflows.prepare import Prepared

_SHORT = 12  # hex digits of a commit that people can tell apart
_ON_MAIN = "on_main"
_TAKES_BACK = "takes_back"


@dataclass(frozen=True, slots=True)
class Position:
    """Where the commit to be deployed stands beside what was deployed before.

    Attributes:
        on_main: whether it is on main; None where that cannot be known, or there is no commit.
        takes_back: the last successful deployment of main, where this one would take it back.
        unknown: why that is only possible and not certain; empty where it is certain.
    """

    on_main: bool | None = None
    takes_back: Deployment | None = None
    unknown: str = ""

    @property
    def note(self) -> dict[str, Any]:
        """What the ledger keeps of it with the deployment."""
        if self.takes_back is None or self.unknown:
            return {_ON_MAIN: self.on_main}
        back = {"deployment": self.takes_back.id, "commit": self.takes_back.start.commit}
        return {_ON_MAIN: self.on_main, _TAKES_BACK: back}


def find_position(ready: Prepared, ledger: Ledger) -> Position:
    """Compare HEAD with the last commit of main that was deployed to this environment.

    Commits of other branches do not count: an environment may be deployed from many in turn.
    """
    head, strict = ready.checkout.commit if ready.checkout else None, ready.environment.strict
    history = open_main_history(ready.root, ready.policy.main_branch, head) if head else None
    if history is None:
        return Position()
    with history:
        last = next((entry for entry in ledger.deployed() if _of_main(entry, history, in_doubt=strict)), None)
        ahead = history.ahead_of_head(str(last.start.commit)) if last is not None else False
        # From a tree that must be pushed, only main's commits come this far; a local branch may lag behind.
        on_main = ready.environment.tree is Tree.CLEAN_AND_PUSHED or history.on_main(history.head)
        newest = (ahead is None or on_main is None) and history.head_is_newest()
        # What this clone does not have is hardly ahead of a commit that it knows to be another branch's.
        anothers = on_main is False and not strict
        on_main = newest or on_main
        if ahead is False or (ahead is None and (newest or anothers)):
            return Position(on_main)
        return Position(on_main, last, "" if ahead else _why_unknown(history))


def refuse_rollback(position: Position, ready: Prepared, consent: Consent, progress: Progress) -> None:
    """Stop where the deployment would take main back and nobody said that this is meant.

    Where that cannot be known, a strict environment stops too, and any other one is warned.

    Raises:
        ConfigurationError: what was deployed, when and by whom, and the ways on.
    """
    last = position.takes_back
    if last is None or consent.allow_rollback:
        return
    environment, main = ready.environment.name, ready.policy.main_branch
    commit = (ready.checkout.commit or "" if ready.checkout else "")[:_SHORT]
    newer = (last.start.commit or "")[:_SHORT]
    told = f"deployed {last.started_at:%Y-%m-%d %H:%M %Z} by {last.start.who} (deployment {last.id})"
    if not position.unknown:
        raise ConfigurationError(
            f"commit {commit} would take {environment} back: {newer}, a later commit of {main}, was {told}",
            where=str(ready.root),
            remedy=f"deploy {main} as it is now (git checkout {main}, git pull); or undo a change there with git "
            "revert, and deploy that; or, if going back to this very commit is meant: --allow-rollback. "
            "Nothing was written",
        )
    what = f"whether commit {commit} takes {environment} back cannot be told: {position.unknown} {newer}, {told}"
    if not ready.environment.strict:
        progress(f"warning: {what} (git fetch gets it)")
        return
    raise ConfigurationError(
        what,
        where=str(ready.root),
        remedy="get the history (git fetch --unshallow in a shallow clone, fetch-depth: 0 in a workflow; otherwise "
        "git fetch) and deploy again; or, if going back is meant: --allow-rollback. Nothing was written",
    )


def taken_back(entry: Deployment) -> str:
    """The commit that a deployment went back from, short; empty where it did not."""
    back = entry.start.plan.get(_TAKES_BACK) or {}
    return str(back.get("commit", ""))[:_SHORT]


def _of_main(entry: Deployment, history: MainHistory, *, in_doubt: bool) -> bool:
    """Whether a deployment was of main, by what was seen then, or by what is known now; and not only some assets back.

    After a few assets went back, the others are still where the deployment before left them.
    """
    if entry.start.plan.get("scope") and taken_back(entry):
        return False
    then, now = entry.start.plan.get(_ON_MAIN), history.on_main(str(entry.start.commit))
    return bool(then or now) or (in_doubt and then is None and now is None)


def _why_unknown(history: MainHistory) -> str:
    return "this clone is shallow and does not reach" if history.shallow else "this clone does not have"
