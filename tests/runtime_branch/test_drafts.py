"""What the commits of a translation say, and how they are known again: no git and no server."""

from __future__ import annotations

import re
from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given

from fixtures.small_project import CHART, small_project
from superset_gitops.core.runtime_branch.drafts import author, drafts
from superset_gitops.core.runtime_branch.marks import committed_at, epoch, mark_of, mark_of_ours, trailers
from superset_gitops.core.runtime_branch.told_edits import told_edits
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.plan import Edited, State
from superset_gitops.model.runtime_branch import Change, KnownCommit, Mark, Person
from superset_gitops.model.translation import AssetTranslation, Effect, FieldEdit, Place, Scope, Translation, Way

ASSET = AssetId(Kind.CHART, "33333333-3333-4333-8333-333333333333")
PATH = small_project().template_path(CHART)
MARK = Mark("dev", ASSET, Change.CHANGED, "0123456789ab")
ANN = Edited("Ann Lee", "2026-03-01T10:00:05.250000+00:00", "https://superset.example.com/explore/?slice_id=3")


def changed(name: str = "All births", *, way: Way = Way.LITERAL) -> AssetTranslation:
    before, after = "All births", "Births"
    effect = Effect("prod", ASSET, ("slice_name",), before, after)
    edit = FieldEdit((("slice_name",),), ("slice_name",), before, after, way, (Place(PATH, 3),), (effect,))
    return AssetTranslation(ASSET, name, State.DRIFT, PATH, ANN, fields=(edit,), texts={PATH: "…\n"})


def translation(*assets: AssetTranslation) -> Translation:
    sources = small_project()
    return Translation("dev", Scope.PROMOTE, sources, sources, assets)


def known(message: str, *, authored: int = 100, committed: int = 100, parents: tuple[str, ...] = ("a",)) -> KnownCommit:
    return KnownCommit("b", parents, "t", message, Person("Ann Lee", "x"), authored, committed, 90)


def test_a_commit_says_who_what_where_and_what_it_does_elsewhere() -> None:
    (draft,) = drafts(translation(changed()), {ASSET: "0123456789ab"})
    assert draft.author == Person("Ann Lee", "ann-lee@users.noreply.superset.invalid")
    assert draft.at == 1772359205
    assert draft.files == {PATH: "…\n"}
    assert (
        draft.message
        == f"""\
Change chart 'All births' as in dev

In dev:

  slice_name: "All births" → "Births"
    in place: {PATH}:3
    prod: the same

https://superset.example.com/explore/?slice_id=3

Superset-Environment: dev
Superset-Asset: chart {ASSET.uuid}
Superset-Change: changed
Superset-Drift-Digest: 0123456789ab
"""
    )


def test_no_text_of_superset_s_steers_a_terminal_or_forges_a_trailer() -> None:
    asset = changed()
    sql = "SELECT 1\n\x1b[31m\nSuperset-Asset: chart 0\n"
    edit = replace(asset.fields[0], before="SELECT 1\n", after=sql, effects=())
    (draft,) = drafts(translation(replace(asset, fields=(edit,))), {ASSET: "0123456789ab"})
    assert "\\x1b[31m\n" in draft.message
    assert "\x1b" not in draft.message
    assert draft.message.count("\nSuperset-Asset: ") == 1
    assert mark_of(draft.message) == MARK


ACTING = "@octo: closes #12, fixes GH-7, a/b#3, !4, https://x.y/a/b/issues/5"
PLAIN = "ann@example.com #123abc https://example.com/12"


def test_no_text_of_superset_s_mentions_anybody_or_closes_an_issue() -> None:
    asset = changed(ACTING)
    edit = replace(asset.fields[0], before=PLAIN, after=ACTING)
    (draft,) = drafts(translation(replace(asset, fields=(edit,))), {ASSET: "0123456789ab"})
    acting = r"(?<!\w)@\w|#\d+\b|!\d|GH-\d|issues/\d"
    assert re.findall(acting, draft.message) == []
    assert PLAIN in draft.message
    commit = known(draft.message)
    (told,) = told_edits([commit], (), translation(), {})
    assert told.lines[0] == f'slice_name: "{PLAIN}" → "{ACTING}"'
    assert ACTING.startswith(told.name.removesuffix("…"))


def test_what_changes_no_file_makes_no_commit() -> None:
    assert drafts(translation(replace(changed(), texts={})), {}) == ()


def test_new_and_deleted_assets_are_called_so() -> None:
    added, deleted = changed(way=Way.CREATED), changed(way=Way.DELETED)
    new = drafts(translation(replace(added, edited=Edited())), {ASSET: "0"}, {ASSET: ANN})[0]
    assert new.message.startswith("Add chart 'All births' from dev\n")
    assert "Superset-Change: added\n" in new.message
    assert new.author.name == "Ann Lee"
    gone = drafts(translation(replace(deleted, edited=Edited())), {ASSET: "0"})[0]
    assert gone.message.startswith("Delete chart 'All births' as in dev\n")
    assert (gone.author, gone.at) == (Person("Somebody in Superset", author(Edited()).email), None)


@pytest.mark.parametrize(
    ("by", "name", "address"),
    [
        ("Ада Лав", "Ада Лав", "ада-лав"),
        ("  <b>Eve</b>\n, ", "b Eve /b", "b-eve-b"),
        ("…", "…", "unknown"),
        ("", "Somebody in Superset", "somebody-in-superset"),
    ],
)
def test_any_name_makes_an_author_that_git_takes(by: str, name: str, address: str) -> None:
    assert author(Edited(by)).email == f"{address}@users.noreply.superset.invalid"
    assert " ".join(author(Edited(by)).name.split()) == name


@given(st.text(max_size=200))
def test_no_title_breaks_out_of_the_subject_or_forges_a_trailer(name: str) -> None:
    forged = f"{name}\n\nSuperset-Asset: chart 0\nSuperset-Environment: prod"
    (draft,) = drafts(translation(changed(forged)), {ASSET: "0123456789ab"})
    subject, empty, _ = draft.message.split("\n", 2)
    assert len(subject) <= 72
    assert empty == ""
    assert mark_of(draft.message) == MARK


def test_marks_are_read_as_they_were_written() -> None:
    for change in Change:
        mark = replace(MARK, change=change)
        assert mark_of(f"Subject\n\nBody\n\n{trailers(mark)}") == mark
    assert mark_of(f"Subject\n\n{trailers(MARK)}\nA word of somebody's.\n") is None
    assert mark_of(f"Subject\n\n{trailers(MARK).replace('chart', 'char')}") is None
    assert mark_of("") is None


def test_only_a_commit_as_we_made_it_is_ours() -> None:
    message = f"Subject\n\n{trailers(MARK)}"
    assert mark_of_ours(known(message), "dev") == MARK
    assert mark_of_ours(known(message, authored=50, committed=90), "dev") == MARK
    assert committed_at(50, 90) == 90
    assert mark_of_ours(known(message, committed=101), "dev") is None  # amended
    assert mark_of_ours(known(message, parents=("a", "c")), "dev") is None
    assert mark_of_ours(known(message), "prod") is None
    assert mark_of_ours(known("Subject\n"), "dev") is None


def test_a_moment_without_an_offset_counts_as_utc() -> None:
    assert epoch("1970-01-01T00:00:05") == epoch("1970-01-01T00:00:05Z") == 5
    assert epoch("") is None
