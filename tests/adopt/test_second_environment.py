"""A second environment: matched by uuid, by name or by what somebody said; its own values go into its own file."""

from __future__ import annotations

from typing import Any

import pytest
from runtimes import (
    OFFSET,
    Runtime,
    chart,
    dashboard,
    database,
    dataset,
    elsewhere,
    empty_project,
    out_of_sync,
    small_runtime,
    uuid,
)

from superset_gitops.core.adopt.adopt import adopt
from superset_gitops.core.adopt.choose import decide
from superset_gitops.core.adopt.request import Request
from superset_gitops.core.compile.compile_bundle import compile_bundle
from superset_gitops.core.documents.read_yaml import read_yaml
from superset_gitops.core.drift import Named, make_plan
from superset_gitops.core.report.translation_text import asset_lines
from superset_gitops.core.translate.live_normals import live_normals, normal_of
from superset_gitops.core.translate.picture import Picture
from superset_gitops.core.translate.translate import Request as Changes
from superset_gitops.core.translate.translate import translate
from superset_gitops.core.translate.verify_whole import faults_of
from superset_gitops.core.validate import validate
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.adoption import Adoption, Found
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.problem import Level
from superset_gitops.model.sources import Sources
from superset_gitops.model.translation import Scope, Way

HEAD = "superset_assets/templates/"


def first(live: Runtime | None = None, *environments: str) -> Sources:
    """What dev's adoption makes of a runtime."""
    project = empty_project(*(environments or ("dev", "staging")))
    return adopt(project, Request("dev", small_runtime() if live is None else live)).after


def second(sources: Sources, live: Runtime, environment: str = "staging", **more: Any) -> Adoption:
    """That of another environment; dev renders as before, and no error is new."""
    done = adopt(sources, Request(environment, live, scope=Scope.ONLY_HERE, **more))
    before, after = (Picture.of(each).frames["dev"] for each in (sources, done.after))
    assert {n: v.text for n, v in before.views.items()} == {n: after.views[n].text for n in before.views}
    results = {name: compile_bundle(done.after, name) for name in done.after.environments}
    assert [p for p in validate(results, done.after) if p.level is Level.ERROR] == []
    assert out_of_sync(done.after, environment, {each.id: live[each.id] for each in done.adopted}) == []
    assert adopt(done.after, Request(environment, live, scope=Scope.ONLY_HERE, **more)).files == {}
    return done


def variables(done: Adoption) -> Any:
    return read_yaml(done.after.texts[f"superset_assets/environments/{done.environment}.yaml"]).value


def found(done: Adoption) -> dict[str, Found]:
    return {f"{each.id.kind} {each.name}": each.found for each in done.adopted}


def test_the_same_assets_in_both_need_no_edit() -> None:
    done = second(first(), small_runtime())
    assert (done.files, done.adopted, done.managed, done.complete) == ({}, (), 4, True)


def test_one_uuid_and_other_values_give_variables_of_this_environment() -> None:
    live = small_runtime() | dict(
        [dataset(schema="staging_data"), database(sqlalchemy_uri="postgresql://b.example.com/x")]
    )
    done = second(first(), live)
    assert found(done) == {"database Main": Found.SAME_UUID, "dataset births": Found.SAME_UUID}
    assert variables(done) == {
        "main_sqlalchemy_uri": "postgresql://b.example.com/x",
        "births_schema": "staging_data",
    }
    before = "postgresql://reader:${MAIN_PASSWORD}@db.example.com/births"
    address = f'sqlalchemy_uri: {{{{ main_sqlalchemy_uri | default("{before}") }}}}'
    assert f"{address}\n" in done.after.texts[f"{HEAD}databases/main.yaml.j2"]
    assert (
        'schema: {{ births_schema | default("dev_data") }}\n' in done.after.texts[f"{HEAD}datasets/main/births.yaml.j2"]
    )


def test_other_uuids_are_matched_by_name_and_said_in_this_environment_s_file() -> None:
    done = second(first(), elsewhere(small_runtime()))
    assert set(found(done).values()) == {Found.SAME_NAME}
    assert variables(done) == {
        "births_uuid": uuid(3 + OFFSET),
        "overview_uuid": uuid(4 + OFFSET),
        "main_uuid": uuid(1 + OFFSET),
        "births_dataset_uuid": uuid(2 + OFFSET),
    }
    text = done.after.texts[f"{HEAD}charts/births.yaml.j2"]
    assert text.startswith(f'{{# uuid: per environment #}}\nuuid: {{{{ births_uuid | default("{uuid(3)}") }}}}\n')


def test_a_third_environment_says_the_same_variables() -> None:
    two = second(first(None, "dev", "prod", "staging"), elsewhere(small_runtime()))
    three = second(two.after, elsewhere(small_runtime(), 2 * OFFSET), "prod")
    assert list(three.files) == ["superset_assets/environments/prod.yaml"]
    assert variables(three)["births_uuid"] == uuid(3 + 2 * OFFSET)


@pytest.mark.parametrize("line", ['uuid: "UUID"', "uuid: 'UUID'", "uuid: UUID  # the old one", "uuid:   UUID"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_however_the_uuid_is_written_dev_stays_as_it_is(line: str, newline: str) -> None:
    sources = first()
    path = f"{HEAD}charts/births.yaml.j2"
    text = sources.texts[path].replace(f"uuid: {uuid(3)}\n", line.replace("UUID", uuid(3)) + "\n", 1)
    sources = sources.with_texts({path: text.replace("\n", newline)})
    done = second(sources, elsewhere(small_runtime()))
    assert variables(done)["births_uuid"] == uuid(3 + OFFSET)
    assert done.after.texts[path].count(newline) == done.after.texts[path].count("\n")


def test_a_uuid_that_an_expression_makes_is_left_to_people() -> None:
    sources = first()
    path = f"{HEAD}dashboards/overview.yaml.j2"
    head = "{# uuid: per environment #}\nuuid: " + f'{{{{ "{uuid(4)}" if env == "dev" else "{uuid(77)}" }}}}\n'
    sources = sources.with_texts({path: sources.texts[path].replace(f"uuid: {uuid(4)}\n", head)})
    done = second(sources, elsewhere(small_runtime()))
    assert [(each.name, each.reason) for each in done.refused] == [
        ("Overview", f"{path} makes its uuid in a way of its own: say there what it is here")
    ]
    assert len(done.adopted) == 3


def test_two_of_one_name_are_listed_and_nothing_is_guessed() -> None:
    live = elsewhere(small_runtime() | dict([chart(5, "Births")]))
    done = second(first(), live)
    (undecided,) = done.undecided
    assert undecided.what == "chart 'Births' on datasets/main/births"
    assert undecided.templates == ("charts/births",)
    assert [asset.uuid for asset in undecided.live] == [uuid(3 + OFFSET), uuid(5 + OFFSET)]
    assert set(found(done)) == {"database Main", "dataset births"}
    assert [each.reason for each in done.refused] == ["it needs chart 'Births', which waits for a decision"]
    assert not done.complete
    assert f"{HEAD}charts/births.yaml.j2" not in done.lacking  # one of the two is it


@pytest.mark.parametrize("left", ["charts/births", uuid(3)])
def test_a_decision_settles_it(left: str) -> None:
    sources = first()
    live = elsewhere(small_runtime() | dict([chart(5, "Births")]))
    templates = {"charts/births": AssetId(Kind.CHART, uuid(3)), "databases/main": AssetId(Kind.DATABASE, uuid(1))}
    decisions = decide(live, templates, [f"{left}={uuid(5 + OFFSET)}"])
    done = second(sources, live, decisions=decisions)
    assert done.complete
    told = {each.id.uuid: (each.found, each.template) for each in done.adopted if each.id.kind is Kind.CHART}
    assert told == {
        uuid(5 + OFFSET): (Found.DECIDED, f"{HEAD}charts/births.yaml.j2"),
        uuid(3 + OFFSET): (Found.NEW, f"{HEAD}charts/births_01000003.yaml.j2"),
    }
    # The dashboard shows the new one here, and the old one in dev.
    assert "births_01000003" in done.after.texts[f"{HEAD}dashboards/overview.yaml.j2"] or uuid(3 + OFFSET) in str(
        variables(done)
    )


def test_something_may_be_said_to_be_new() -> None:
    live = elsewhere(small_runtime())
    decisions = decide(live, {}, [f"new={uuid(3 + OFFSET)}"])
    done = second(first(), live, decisions=decisions)
    assert found(done)["chart Births"] is Found.NEW
    assert done.lacking == {f"{HEAD}charts/births.yaml.j2": "Births"}


def test_another_name_is_matched_only_when_somebody_says_so() -> None:
    live = elsewhere(small_runtime() | dict([chart(name="Births per name")]))
    done = second(first(), live)
    assert found(done)["chart Births per name"] is Found.NEW
    templates = {"charts/births": AssetId(Kind.CHART, uuid(3))}
    decided = second(first(), live, decisions=decide(live, templates, ["charts/births=chart:Births per name"]))
    assert found(decided)["chart Births per name"] is Found.DECIDED
    assert variables(decided)["births_slice_name"] == "Births per name"


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        ("charts/births", "says nothing"),
        (
            "charts/birth=UUID",
            "there is no template 'charts/birth' in this environment (did you mean 'charts/births'?)",
        ),
        ("databases/main=UUID", "a chart cannot be what databases/main says"),
        ("charts/births=chart:Deaths", "Superset has no chart 'Deaths'"),
    ],
)
def test_a_pair_that_cannot_be_is_refused(pair: str, message: str) -> None:
    templates = {"charts/births": AssetId(Kind.CHART, uuid(3)), "databases/main": AssetId(Kind.DATABASE, uuid(1))}
    with pytest.raises(ConfigurationError) as caught:
        decide(small_runtime(), templates, [pair.replace("UUID", uuid(3))])
    assert message in str(caught.value)


def test_a_pair_is_made_once() -> None:
    templates = {"charts/births": AssetId(Kind.CHART, uuid(3))}
    with pytest.raises(ConfigurationError, match="paired before"):
        decide(small_runtime() | dict([chart(9)]), templates, [f"charts/births={uuid(n)}" for n in (3, 9)])


def test_dashboards_are_matched_by_slug_before_title() -> None:
    dev = small_runtime() | dict(
        [dashboard(slug="births"), dashboard(5, "Plain", ()), dashboard(6, "Two", (), slug="two")]
    )
    there = small_runtime() | dict(
        [dashboard(name="Renamed", slug="births"), dashboard(5, "Plain", ()), dashboard(6, "Two", (), slug="other")]
    )
    done = second(first(dev), elsewhere(there))
    assert found(done)["dashboard Renamed"] is Found.SAME_NAME
    assert found(done)["dashboard Plain"] is Found.SAME_NAME
    assert found(done)["dashboard Two"] is Found.NEW  # two that both have slugs, other ones, are two


def test_datasets_are_told_apart_by_schema_and_database() -> None:
    dev = small_runtime() | dict([dataset(5, schema="archive"), database(6, "Other"), dataset(7, parent=6)])
    done = second(first(dev), elsewhere(dev))
    pairs = {each.id.uuid: each.template for each in done.adopted if each.id.kind is Kind.DATASET}
    path = {view.id: f"{HEAD}{name}" for name, view in Picture.of(first(dev)).frames["dev"].views.items()}
    assert pairs == {uuid(n + OFFSET): path[AssetId(Kind.DATASET, uuid(n))] for n in (2, 5, 7)}


def test_what_only_this_environment_has_is_its_own_and_what_it_lacks_is_told() -> None:
    there = small_runtime() | dict([chart(7, "Only here"), dashboard(charts=(3, 7))])
    dev = small_runtime() | dict([chart(8, "Not there")])
    done = second(first(dev), elsewhere(there))
    assert found(done)["chart Only here"] is Found.NEW
    assert done.after.texts[f"{HEAD}charts/only_here.yaml.j2"].startswith('{% if env == "staging" %}\n')
    assert done.lacking == {f"{HEAD}charts/not_there.yaml.j2": "Not there"}


def test_a_variable_that_all_templates_share_finds_the_datasets() -> None:
    project = empty_project("dev", "staging", schema="ENV_data")
    listed = {"schema": ("schema",)}
    dev = adopt(project, Request("dev", small_runtime(), variables=listed)).after
    there = elsewhere(small_runtime() | dict([dataset(schema="staging_data")]))
    done = second(dev, there, variables=listed)
    assert found(done)["dataset births"] is Found.SAME_NAME
    unlisted = second(first(), there)
    assert found(unlisted)["dataset births"] is Found.NEW


def test_a_variables_file_in_braces_takes_uuids_too() -> None:
    sources = first().with_texts({"superset_assets/environments/staging.yaml": "{other: 1}\n"})
    done = second(sources, elsewhere(small_runtime()))
    assert variables(done)["other"] == 1
    assert variables(done)["births_uuid"] == uuid(3 + OFFSET)


def test_a_later_edit_in_one_environment_reaches_the_other_under_its_own_uuid() -> None:
    both = second(first(), elsewhere(small_runtime())).after
    live = small_runtime() | dict([chart(params={"viz_type": "table", "groupby": ["state"], "metrics": ["count"]})])
    bundle = compile_bundle(both, "dev").bundle.assets
    git = {key: Named(normal_of(key.kind, asset.document), asset.name, asset.template) for key, asset in bundle.items()}
    shown = {key: Named(normal) for key, normal in live_normals(live, live).items()}
    done = translate(both, Changes("dev", make_plan(git, git, shown, {}), live))
    assert faults_of(done) == ()
    (edit,) = done.assets[0].fields
    assert (edit.way, edit.shown) == (Way.LITERAL, ("params", "groupby"))
    assert [effect.environment for effect in edit.effects] == ["staging"]
    assert "  staging: the same" in list(asset_lines(done.assets[0], "dev"))
    staging = compile_bundle(done.after, "staging").bundle.assets[AssetId(Kind.CHART, uuid(3 + OFFSET))]
    assert staging.document["params"]["groupby"] == ["state"]
