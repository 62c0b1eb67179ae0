"""What the ledger remembers of people's changes while they, and deployments, write an asset in turn: no server."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from superset_gitops.core.drift import edit_digest
from superset_gitops.core.runtime_branch.note import note
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.runtime_branch import Change
from superset_gitops.model.runtime_edit import EditState, RuntimeEdit, Sighting

ASSET = AssetId(Kind.CHART, "33333333-3333-4333-8333-333333333333")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
values = st.integers(0, 3)


def sighting(base: Document, live: Document | None) -> Sighting:
    change = Change.DELETED if live is None else Change.CHANGED
    return Sighting(ASSET, change, "A chart", base, live, live, edit_digest(ASSET, live))


@dataclass
class Ledger:
    """The ledger's rows of one asset, as they are after each look."""

    edits: list[RuntimeEdit] = field(default_factory=list)

    def look(self, seen: Sighting | None, overwriting: int | None = None) -> None:
        kept = [edit for edit in self.edits if edit.state in (EditState.OPEN, EditState.REFUSED)]
        noted = note(kept, [seen] if seen else [])
        for number, again in noted.again:
            self._put(number, seen=again, overwritten_by=overwriting)
        for number in noted.undone:
            self._put(number, state=EditState.UNDONE)
        for new in noted.new:
            self.edits.append(RuntimeEdit(len(self.edits) + 1, new, NOW, NOW, overwritten_by=overwriting))

    def refuse(self) -> None:
        for edit in self.edits:
            if edit.is_open:
                self._put(edit.number, state=EditState.REFUSED)

    def _put(self, number: int, **changes: object) -> None:
        self.edits[number - 1] = replace(self.edits[number - 1], **changes)  # type: ignore[arg-type]


class OneAsset(RuleBasedStateMachine):
    """People save an asset, undo it, delete it; deployments note it, overwrite it, or die before they do."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger()
        self.base: Document = {"title": 0, "limit": 0}
        self.live: Document | None = dict(self.base)
        self.deployments = 0
        # What each deployment overwrote, and nobody decided on.
        self.overwritten: list[Document | None] = []
        self.refused: list[Document | None] = []

    @rule(title=values, limit=values)
    def somebody_saves(self, title: int, limit: int) -> None:
        self.live = {"title": title, "limit": limit}

    @rule()
    def somebody_deletes(self) -> None:
        self.live = None

    @rule()
    def somebody_undoes(self) -> None:
        self.live = dict(self.base)

    @rule()
    def it_is_looked_at(self) -> None:
        self.ledger.look(self._seen())
        # Superset shows that very edit (again): from now on it says what becomes of it.
        self.overwritten = [live for live in self.overwritten if live != self.live]

    @rule(value=values, dies=st.booleans())
    def git_wins(self, value: int, *, dies: bool) -> None:
        """Noted, then overwritten with what Git has by now; or the deployment dies between both."""
        self.deployments += 1
        seen = self._seen()
        self.ledger.look(seen, self.deployments)
        if seen is not None and self.live not in (*self.overwritten, *self.refused):
            self.overwritten.append(self.live)
        if not dies:
            self.base = {"title": value, "limit": value}
            self.live = dict(self.base)

    @rule()
    def it_is_refused(self) -> None:
        self.it_is_looked_at()
        self.ledger.refuse()
        self.refused += [each.seen.live for each in self.ledger.edits if each.state is EditState.REFUSED]
        self.overwritten = []

    @invariant()
    def what_git_overwrote_stays_until_somebody_decides(self) -> None:
        kept = [edit.seen.live for edit in self.ledger.edits if edit.is_open]
        assert all(live in kept for live in self.overwritten)

    @invariant()
    def what_was_put_back_is_undone(self) -> None:
        shown = [edit for edit in self.ledger.edits if edit.is_open and edit.overwritten_by is None]
        assert len(shown) <= 1

    @invariant()
    def nothing_is_open_twice(self) -> None:
        digests = [edit.seen.digest for edit in self.ledger.edits if edit.state is EditState.OPEN]
        assert len(digests) == len(set(digests))

    @invariant()
    def what_was_refused_is_not_open(self) -> None:
        refused = {edit.seen.digest for edit in self.ledger.edits if edit.state is EditState.REFUSED}
        assert not [e for e in self.ledger.edits if e.state is EditState.OPEN and e.seen.digest in refused]

    def _seen(self) -> Sighting | None:
        return None if self.live == self.base else sighting(self.base, self.live)


TestOneAsset = OneAsset.TestCase
TestOneAsset.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)


def edit(number: int, seen: Sighting, **changes: object) -> RuntimeEdit:
    return replace(RuntimeEdit(number, seen, NOW, NOW), **changes)  # type: ignore[arg-type]


BASE: Document = {"title": "A", "limit": 1}
ONE = sighting(BASE, {"title": "B", "limit": 1})
TWO = sighting(BASE, {"title": "B", "limit": 2})


def test_while_nobody_overwrites_it_all_that_people_do_is_one_edit() -> None:
    assert note([], [ONE]).new == (ONE,)
    assert note([edit(1, ONE)], [TWO]).again == ((1, TWO),)
    assert note([edit(1, TWO)], []).undone == (1,)
    assert note([edit(1, TWO)], [], about=()).undone == ()


def test_what_git_is_about_to_overwrite_is_nobody_s_to_undo_in_superset() -> None:
    overwritten = edit(1, ONE, overwritten_by=7)
    assert note([overwritten], []).undone == ()
    assert note([overwritten], [TWO]).new == (TWO,)
    assert note([overwritten], [ONE]).again == ((1, ONE),)


def test_exactly_what_was_refused_stays_refused_and_more_is_another_edit() -> None:
    refused = edit(1, ONE, state=EditState.REFUSED)
    assert note([refused], [ONE]).again == ((1, ONE),)
    assert note([refused], [TWO]).new == (TWO,)
    assert note([refused], []).undone == ()
    back = note([refused, edit(2, TWO)], [ONE])
    assert (back.again, back.undone) == (((1, ONE),), (2,))
