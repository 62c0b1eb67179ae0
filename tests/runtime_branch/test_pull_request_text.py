"""What a reviewer reads: all of it is there, fits, and nobody's title does anything in it."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import cmarkgfm
import hypothesis.strategies as st
import pytest
from cmarkgfm.cmark import Options
from hypothesis import given, settings
from reviewed import PATH, changed, commits, digest_of, review, translation

from superset_gitops.core.report.markdown_code import cell, length
from superset_gitops.core.report.open_edit_markdown import row
from superset_gitops.core.report.own_part import (
    LONGEST,
    closed_by_us,
    has_own_part,
    own_part,
    room_in,
    title_is_ours,
    with_own_part,
)
from superset_gitops.core.report.pull_request_text import text_of, title_of
from superset_gitops.core.runtime_branch.drafts import NOBODY, author
from superset_gitops.core.runtime_branch.told_edits import told_edits
from superset_gitops.model.plan import Edited
from superset_gitops.model.problem import Level, Problem
from superset_gitops.model.runtime_branch import Person
from superset_gitops.model.translation import Unsettled, Way

HOSTILE = (
    "a | b", "`tick`", "``", "@octocat", "<script>alert(1)</script>", "-->", "</details>", "two\nlines", "\r", "```",
    "<!-- superset-gitops runtime-export ends -->", "[x](javascript:1)", "closes #1", "\\", "&lt;", "![i](http://x)",
)  # fmt: skip
NAMES = st.one_of(st.text(max_size=260), st.sampled_from(HOSTILE), st.lists(st.sampled_from(HOSTILE)).map("".join))


def test_all_that_a_reviewer_must_know_is_there() -> None:
    told = review(changed("All births"))
    assert title_of(told) == "Changed in Superset (dev): chart 'All births'"
    asset = changed("All births").id.uuid
    digest = digest_of(changed("All births"))
    text = text_of(told)
    page = "https://superset.example.com/explore/?slice_id=3"
    told_row = f'| chart [`All births`]({page}) | `slice_name: "All births" → "Births"` | `Ann Lee` '
    told_row += f"| 2026-03-01 10:00 UTC | `{digest}` |"
    for line in (
        told_row,
        f"Commit {'0' * 12} · [in Superset]({page}).",
        'slice_name: "All births" → "Births"',
        f"  in place: {PATH}:3",
        "  prod: the same",
        "<details><summary>1 candidate before that was rejected</summary>",
        "* `slice_name`: variable (`no variable holds it`)",
        f"* chart `All births`: `tools/deploy dev --asset chart:{asset} --overwrite-drift {digest}`",
        "### To accept",
        "### To refuse",
    ):
        assert line in text.splitlines(), line
    assert "For you to decide" not in text


def test_what_no_commit_settles_is_left_to_the_reviewer() -> None:
    both = replace(
        changed("All births"), unsettled=(Unsettled(("description",), "a", "b", "c", "Git changed it as well"),)
    )
    told = replace(review(both), problems=(Problem(PATH, 3, 1, "no such `column`", "columns", Level.ERROR),))
    text = text_of(told)
    assert 'description: "a" → "c"\n    in Git: "b"\n    for the reviewer: Git changed it as well\n' in text
    assert f"\n  let Git's stay: tools/hybrid edits refuse --env dev chart:{both.id.uuid}\n" in text
    assert f"validation finds these errors:\n\n```text\n{told.problems[0]}\n```" in text


def test_what_git_has_overwritten_is_told_so() -> None:
    text = text_of(review(changed("All births"), changed("Names"), kept={0}))
    first, second = text.split("#### ")[1:]
    assert "merged, it comes back" in first
    assert 'slice_name: "All births" → "Births"' in first
    assert "rejected" not in first
    assert "merged, it comes back" not in second


def test_new_deleted_and_unknown_are_told_so() -> None:
    long = changed("Long", "SELECT 1\nFROM b\n")
    edit = replace(long.fields[0], before="SELECT 1\nFROM a\nWHERE 2\n", effects=())
    rows = [
        row(each)
        for each in review(
            changed("New", way=Way.CREATED), changed("Gone", way=Way.DELETED, by="", at="", page=""),
            replace(long, fields=(edit,)),
        ).edits
    ]  # fmt: skip
    assert "| new<br>`slice_name:" in rows[0]
    assert "| chart `Gone` | deleted | `Somebody in Superset` |  |" in rows[1]
    assert "| `slice_name: 1 line more, 2 less` |" in rows[2]


def test_a_person_s_commit_is_told_as_that() -> None:
    (commit,) = commits([changed("All births")])
    mine = replace(commit, message="Mend a | typo\n", author=Person("Bob @lee", "bob@example.com"))
    (edit,) = told_edits([mine], (), translation([]), {})
    assert row(edit) == "| `Mend a \\| typo` | a person's commit | `Bob @lee` | 2026-03-01 10:00 UTC | |"


@pytest.mark.parametrize("page", ["javascript:alert(1)", "https://ann:secret@superset.example.com/", "", "https://[x"])
def test_only_a_web_address_is_a_link(page: str) -> None:
    text = text_of(review(changed("All births", page=page)))
    assert "](" not in text
    assert "secret" not in text.split("```")[0]


def test_an_address_ends_no_link_and_no_cell() -> None:
    (edit,) = review(changed("All births", page="https://superset.example.com/x?a=(b)|c d")).edits
    assert "](https://superset.example.com/x?a=%28b%29%7Cc%20d)" in row(edit)


class Page(HTMLParser):
    """Everything of a text, as GitHub renders it, but what stands in code."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.told: list[str] = []
        self.code = 0
        # Without filters of its own, so that what gets through is seen; what it makes of addresses too.
        self.feed(cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE))

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.told.append(f"{tag} {attrs}")
        self.code += tag == "code"

    def handle_endtag(self, tag: str) -> None:
        self.code -= tag == "code"
        self.told.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if not self.code:
            self.told.append(data)

    def handle_comment(self, data: str) -> None:
        self.told.append(f"<!--{data}")


def page_of(name: str, after: str, by: str) -> list[str]:
    """How a pull request about one chart looks; the title that its hidden mark remembers is always the same."""
    told = review(replace(changed(name, after, by=by, rejected=((Way.GUARD, after),)), id=changed("x").id))
    edits = tuple(replace(edit, digest="0123456789ab") for edit in told.edits)
    return Page(with_own_part("", own_part("dev", "T", text_of(replace(told, edits=edits))))).told


@given(NAMES, NAMES, NAMES)
def test_nobody_s_text_is_anything_but_text(name: str, after: str, by: str) -> None:
    somebody = author(Edited(by)).name != NOBODY
    assert page_of(name, after, by) == page_of("All births", "Births", "Ann Lee" if somebody else "")
    told = review(changed(name, after, by=by))
    body = with_own_part("", own_part("dev", title_of(told), text_of(told)))
    assert "\n" not in title_of(told)
    assert with_own_part(body, "X") == "X\n"


@settings(max_examples=25)
@given(st.lists(NAMES, min_size=1, max_size=40), st.integers(0, 3_000), st.integers(6_000, LONGEST))
def test_it_fits_and_names_every_asset(names: list[str], size: int, room: int) -> None:
    assets = [changed(f"{number} {name}", name + "x\n" * size) for number, name in enumerate(names)]
    told = review(*assets)
    text = text_of(told, room)
    assert length([text]) <= room
    for asset in assets:
        assert any(cell(asset.name, width) in text for width in (200, 60, 30))
    assert text == text_of(review(*assets), room)
    if "… and more: each commit's message says it" not in text:
        assert text.count("#### chart") == len(assets)


def test_hundreds_are_all_named_with_their_digests_and_thousands_by_name() -> None:
    some = [changed(f"{number:04} {'a very long name ' * 12}") for number in range(500)]
    text = text_of(review(*some))
    assert length([text]) <= LONGEST
    assert all(f"`{asset.name[:4]} a very" in text and digest_of(asset) in text for asset in some)
    many = [changed(f"{number:04} {'a very long name ' * 12}") for number in range(3000)]
    text = text_of(review(*many))
    assert length([text]) <= LONGEST
    assert all(f"`{asset.name[:4]} a " in text for asset in many)


def test_a_person_s_own_text_stays_around_ours() -> None:
    part, other = own_part("dev", "T", "one"), own_part("dev", "T", "two")
    body = with_own_part("Reviewed by Eve.", part)
    assert body.startswith("Reviewed by Eve.\n\n<!--")
    body += "After.\n"
    assert with_own_part(body, other) == body.replace("one", "two")
    assert has_own_part(body)
    assert not has_own_part("Reviewed by Eve.")
    saved = body.replace("\n", "\r\n")
    assert with_own_part(saved, part) == saved
    quoted = f"> {part.splitlines()[0]}\n\n{body}"
    assert with_own_part(quoted, other) == quoted.replace("one", "two")
    assert room_in(body, 1000) == 1000 - length(["Reviewed by Eve.\n\n\nAfter."]) - 4


def test_whose_title_and_whose_closing_it_is() -> None:
    part = own_part("dev", "Ours", "text")
    assert title_is_ours(part, "Ours")
    assert not title_is_ours(part, "Theirs")
    assert not title_is_ours("", "Ours")
    assert not closed_by_us(part)
    assert closed_by_us(own_part("dev", "Ours", "text", closed=True))


def test_a_title_mentions_nobody_and_closes_nothing() -> None:
    title = title_of(review(changed("@octocat: closes #12, fixes gh-7, https://github.com/o/b/issues/1")))
    assert title.replace("\u2060", "").endswith("'@octocat: closes #12, fixes gh-7, https://github.com/o/b/issues/1'")
    assert [part in title for part in ("@o", "#1", "gh-7", "://")] == [False] * 4


def test_the_longest_title_fits() -> None:
    told = review(changed("x" * 500), changed("y"))
    assert len(title_of(told)) == 100
    assert title_of(told).endswith("…' and 1 more")
