"""What is adopted and what is left out: selections, what is broken in Superset, what other environments say."""

from __future__ import annotations

import pytest
from runtimes import chart, dashboard, database, dataset, empty_project, out_of_sync, small_runtime, uuid

from superset_gitops.core.adopt.adopt import adopt
from superset_gitops.core.adopt.choose import Wanted, choose
from superset_gitops.core.adopt.request import Request
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.adoption import Adoption
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.translation import Scope


def adopted(done: Adoption) -> set[str]:
    return {f"{each.id.kind} {each.name}" for each in done.adopted}


def reasons(done: Adoption) -> dict[str, str]:
    return {f"{each.id.kind} {each.name}": each.reason for each in done.refused}


TWO_BOARDS = small_runtime() | dict(
    [dataset(5, "deaths"), chart(6, "Deaths", 5), chart(7, "Alone"), dashboard(8, "Deaths", (6,), slug="deaths")]
)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(dashboards=("Overview",)), {"dataset births", "chart Births", "dashboard Overview"}),
        (Wanted(dashboards=("deaths",)), {"dataset deaths", "chart Deaths", "dashboard Deaths"}),
        (Wanted(dashboards=(uuid(8),)), {"dataset deaths", "chart Deaths", "dashboard Deaths"}),
        (Wanted(assets=("chart:Deaths",)), {"dataset deaths", "chart Deaths"}),
        (Wanted(assets=("chart:*t*s",)), {"dataset births", "chart Births", "dataset deaths", "chart Deaths"}),
        (Wanted(assets=("dataset:deaths", uuid(7))), {"dataset deaths", "dataset births", "chart Alone"}),
        (Wanted(owned=frozenset([AssetId(Kind.CHART, uuid(7))])), {"dataset births", "chart Alone"}),
        (Wanted(owned=frozenset()), set()),
    ],
)
def test_only_what_was_asked_for_comes_with_all_that_it_needs(wanted: Wanted, names: set[str]) -> None:
    done = adopt(empty_project("dev"), Request("dev", TWO_BOARDS, chosen=choose(TWO_BOARDS, wanted)))
    assert adopted(done) == (names | {"database Main"} if names else set())
    assert done.unmanaged == len(TWO_BOARDS) - len(done.adopted)
    assert done.complete


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (Wanted(dashboards=("Overviw",)), "Superset has no dashboard 'Overviw' (did you mean 'Overview'?)"),
        (Wanted(assets=("chart:Deths",)), "Superset has no chart 'Deths' (did you mean 'Deaths'?)"),
        (Wanted(assets=("chart:x*",)), "Superset has no chart 'x*'"),
        (Wanted(assets=("Deaths",)), "'Deaths' names no asset"),
    ],
)
def test_what_is_not_there_is_told(wanted: Wanted, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        choose(TWO_BOARDS, wanted)
    assert message in str(caught.value)


def test_two_dashboards_of_one_title_have_to_be_told_apart() -> None:
    live = TWO_BOARDS | dict([dashboard(9, "Overview", ())])
    with pytest.raises(ConfigurationError, match=f"could be any of 'Overview' \\({uuid(4)}\\), 'Overview'"):
        choose(live, Wanted(dashboards=("Overview",)))


def test_what_is_broken_in_superset_is_left_out_with_all_that_needs_it() -> None:
    orphan, document = chart(6, "Orphan")
    del document["dataset_uuid"]
    unknown = chart(7, "No such column", params={"viz_type": "table", "groupby": ["nam"]})
    legacy = chart(8, "Old", viz_type="bubble")
    live = small_runtime() | {orphan: document} | dict([unknown, legacy])
    live |= dict([dashboard(9, "Dead", (3, 99)), dashboard(10, "Two", (3, 7)), dashboard(11, "Whole", (3,))])
    done = adopt(empty_project("dev"), Request("dev", live))
    assert {"dashboard Overview", "dashboard Whole", "chart Births"} < adopted(done)
    told = reasons(done)
    assert set(told) == {"chart Orphan", "chart No such column", "chart Old", "dashboard Dead", "dashboard Two"}
    assert told["chart Orphan"].startswith("its dataset was deleted in Superset")
    assert told["dashboard Dead"].startswith(f"it refers to chart {uuid(99)}, which was deleted in Superset")
    assert "has no column 'nam'" in told["chart No such column"]
    assert "'bubble'" in told["chart Old"]
    assert told["dashboard Two"] == "it needs chart 'No such column', which cannot be adopted"
    assert not done.complete
    assert out_of_sync(done.after, "dev", {each.id: live[each.id] for each in done.adopted}) == []
    assert adopt(done.after, Request("dev", live)).files == {}


def test_a_chart_that_is_linked_and_not_laid_out_is_no_reason_to_say_something_else() -> None:
    live = small_runtime()
    done = adopt(empty_project("dev"), Request("dev", live, charts_on={uuid(4): frozenset()}))
    assert reasons(done) == {"dashboard Overview": "no template was proven to say it: charts would differ"}


def test_what_was_applied_and_changed_since_is_left_alone() -> None:
    live = small_runtime()
    first = adopt(empty_project("dev"), Request("dev", live))
    key, document = chart(3, "Births by name")
    later = live | {key: document} | dict([chart(5, "New")])
    done = adopt(first.after, Request("dev", later, applied=frozenset(live)))
    assert adopted(done) == {"chart New"}
    assert done.drifted == (key,)
    assert done.managed == 4
    unapplied = adopt(first.after, Request("dev", later))
    assert adopted(unapplied) == {"chart New", "chart Births by name"}


def test_new_assets_reach_other_environments_only_where_they_are_to() -> None:
    project = empty_project("dev", "staging")
    everywhere = adopt(project, Request("dev", small_runtime()))
    assert {each.elsewhere for each in everywhere.adopted} == {("staging",)}
    here = adopt(project, Request("dev", small_runtime(), scope=Scope.ONLY_HERE))
    assert {each.elsewhere for each in here.adopted} == {()}
    assert all(text and text.startswith('{% if env == "dev" %}\n') for text in here.files.values())
    alone = adopt(empty_project("dev"), Request("dev", small_runtime(), scope=Scope.ONLY_HERE))
    assert not any(text and "{% if" in text for text in alone.files.values())


def test_what_would_break_another_environment_is_made_for_this_one_alone() -> None:
    """Staging has a database of this name already, and Superset would make the two one."""
    staging = dict([database(0x21), dataset(0x22, parent=0x21)])
    project = empty_project("dev", "staging")
    first = adopt(project, Request("staging", staging, scope=Scope.ONLY_HERE))
    done = adopt(first.after, Request("dev", small_runtime()))
    assert len(done.adopted) == 4
    assert {each.elsewhere for each in done.adopted} == {()}
    assert out_of_sync(done.after, "dev", small_runtime()) == []
    assert out_of_sync(done.after, "staging", staging) == []


def test_a_template_that_says_it_in_another_environment_only_is_named() -> None:
    first = adopt(empty_project("dev", "staging"), Request("dev", small_runtime(), scope=Scope.ONLY_HERE))
    done = adopt(first.after, Request("staging", small_runtime(), scope=Scope.ONLY_HERE))
    assert done.files == {}
    assert "charts/births says this asset, but not in staging" in reasons(done)["chart Births"]
