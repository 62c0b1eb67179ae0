"""The Markdown of a plan as GitHub's own parser reads it: names are text and nothing else."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options
from hypothesis import given
from plans import NASTY, plans, unhurried

from superset_gitops.core.drift import Named, make_plan
from superset_gitops.core.report.plan_markdown import LIMIT, plan_markdown
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.plan import Edited, Plan, State

OURS = {"h3", "p", "table", "thead", "tbody", "tr", "th", "td", "strong", "code", "pre", "blockquote"}
OURS |= {"details", "summary"}


class Html(HTMLParser):
    """The tags of a page, the text outside of code, and the cells of each row."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.outside = ""
        self.rows: list[list[str]] = []
        self.code = 0
        self.comments: list[str] = []
        # Without filters of its own, so that what gets through is seen.
        self.feed(cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE))

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        self.code += tag == "code"
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.code -= tag == "code"

    def handle_data(self, data: str) -> None:
        if not self.code:
            self.outside += data
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


@unhurried
@given(plans())
def test_whatever_stands_in_a_plan_stays_text(plan: Plan) -> None:
    page = Html(plan_markdown(plan))
    assert page.tags <= OURS
    assert len(page.comments) == 1
    assert "@" not in page.outside
    assert "://" not in page.outside
    assert all(len(row) == 5 for row in page.rows)


def drifted(name: str, lines: int = 1, number: int = 1) -> Plan:
    keys = [AssetId(Kind.CHART, f"{n:08}-0000-4000-8000-000000000000") for n in range(number)]
    sides = [
        {key: Named({"slice_name": name, "sql": f"{word}\n" * lines}, name, "charts/x.yaml.j2") for key in keys}
        for word in ("old", "old", "new")
    ]
    items = make_plan(*sides, dict.fromkeys(keys, Edited("Ann @team", "2026-01-01T10:00:00+00:00")))
    return Plan("dev", items, based=number)


def test_a_name_is_read_as_it_is() -> None:
    for name in NASTY:
        page = Html(plan_markdown(drifted(name)))
        shown = name.encode("unicode_escape").decode() if "\n" in name or "\x1b" in name or "\u202e" in name else name
        cell = next(cells[0] for cells in page.rows if cells[1].strip() == "drift")
        assert cell.removeprefix("chart ").strip() == shown.strip(), name


def test_the_first_line_names_the_environment_for_whoever_looks_for_the_comment() -> None:
    assert plan_markdown(drifted("A")).splitlines()[0] == "<!-- superset-gitops plan: dev -->"


def test_a_fence_in_a_text_does_not_end_the_block() -> None:
    plan = drifted("A")
    chart = {"slice_name": "A", "sql": "```\n<b>@team</b>\n````\n"}
    (item,) = plan.items
    plan = Plan("dev", make_plan({item.id: Named(chart)}, {}, {item.id: Named({**chart, "x": 1})}, {}))
    page = Html(plan_markdown(plan))
    assert page.tags <= OURS
    assert "@team" not in page.outside


def test_a_long_plan_is_cut_and_says_what_is_missing() -> None:
    text = plan_markdown(drifted("A", lines=20, number=600))
    assert LIMIT - 2_000 < len(text) <= LIMIT
    rows, blocks = text.count("| chart "), text.count("<details>")
    assert 100 < rows < 600
    assert f"… and {600 - rows} more assets: `tools/hybrid drift-plan --env dev -v` shows them" in text
    assert f"… and {600 - blocks} more diffs" in text
    assert text.count("</details>") == blocks > 10


def test_one_long_diff_leaves_room_for_the_others() -> None:
    text = plan_markdown(drifted("A", lines=5_000, number=3))
    assert text.count("<details>") == 3
    assert len(re.findall(r"^… and \d+ more lines$", text, re.MULTILINE)) == 3


def test_what_is_only_created_has_a_row_and_no_diff() -> None:
    key = AssetId(Kind.CHART, "x")
    plan = Plan("dev", make_plan({}, {key: Named({"slice_name": "A"}, "A")}, {}, {}))
    assert [item.state for item in plan.items] == [State.CREATE]
    text = plan_markdown(plan)
    assert "| chart `A` | create |" in text
    assert "<details>" not in text
