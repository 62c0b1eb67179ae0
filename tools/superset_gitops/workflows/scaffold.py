"""Owns `hybrid new`: a template that fits into the project, in a file that was not there before."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from superset_gitops.core.compile.asset_templates import is_asset, kind_of, reference_name
from superset_gitops.core.compile.compile_bundle import compile_bundle
from superset_gitops.core.compile.variables import read_variables
from superset_gitops.core.documents.suggest import did_you_mean
from superset_gitops.core.scaffold.new_template import Start, new_template
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import Document, Kind
from superset_gitops.model.sources import TEMPLATE_SUFFIX, Sources
from superset_gitops.workflows.load_project import load_project

_PARENTS = {Kind.DATASET: Kind.DATABASE, Kind.CHART: Kind.DATASET}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to start: `parent` is the database of a dataset or the dataset of a chart, by its reference or its end."""

    kind: Kind
    name: str
    parent: str | None = None
    charts: Sequence[str] = ()


def scaffold(root: Path, wanted: Wanted) -> str:
    """Write a new template and return its path, relative to the root. Nothing is ever overwritten.

    Raises:
        SourceProblems: the policy is wrong.
        ConfigurationError: the name or the parent does not fit, or the file is there already.
    """
    sources = load_project(root).sources
    stem = "_".join(re.findall(r"[a-z0-9]+", wanted.name.lower()))
    if not stem or any(mark in wanted.name for mark in ("{{", "{%", "{#")):
        raise ConfigurationError(f"{wanted.name!r} makes no file name", remedy="use letters and digits")
    parent = _parent(sources, wanted)
    folder = f"datasets/{parent.rsplit('/', 1)[-1]}" if wanted.kind is Kind.DATASET else wanted.kind.folder
    path = sources.template_path(f"{folder}/{stem}{TEMPLATE_SUFFIX}")
    text = new_template(_start(sources, wanted, parent))
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    try:
        with (root / path).open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise ConfigurationError("this template exists already", where=path, remedy="choose another name") from error
    return path


def _start(sources: Sources, wanted: Wanted, parent: str) -> Start:
    # A table is called what the database calls it; everything else gets a title.
    title = wanted.name
    if wanted.kind is not Kind.DATASET and re.fullmatch(r"[a-z0-9_-]+", title):
        title = re.sub(r"[_-]+", " ", title).strip().capitalize()
    charts = [_one_of(_references(sources, Kind.CHART), chart, "--chart") for chart in wanted.charts]
    if wanted.kind is Kind.DASHBOARD and not charts:
        charts = _references(sources, Kind.CHART)[:1]
    return Start(
        kind=wanted.kind,
        title=title,
        uuid=str(uuid.uuid4()),
        parent=parent,
        charts=charts,
        metric=_metric(sources, parent) if wanted.kind is Kind.CHART else "",
        schema=_schema(sources),
        address=_address(sources, wanted.name),
    )


def _parent(sources: Sources, wanted: Wanted) -> str:
    """What `ref()` calls the parent: the one that was named, or the only one there is."""
    kind = _PARENTS.get(wanted.kind)
    if kind is None:
        return ""
    known = _references(sources, kind)
    if not known:
        raise ConfigurationError(f"there is no {kind} yet", remedy=f"start one: tools/hybrid new {kind} NAME")
    if wanted.parent is None and len(known) > 1:
        raise ConfigurationError(f"which {kind}?", remedy=f"name it with --{kind}: {', '.join(known)}")
    return known[0] if wanted.parent is None else _one_of(known, wanted.parent, f"--{kind}")


def _one_of(known: Sequence[str], name: str, option: str) -> str:
    found = [each for each in known if each == name or each.endswith(f"/{name}")]
    if len(found) == 1:
        return found[0]
    what = f"{option} {name!r} could be {' or '.join(found)}" if found else f"there is no {name!r}"
    raise ConfigurationError(
        f"{what}{did_you_mean(name, {*known, *(each.rsplit('/', 1)[-1] for each in known)})}",
        remedy=f"known are: {', '.join(known)}",
    )


def _references(sources: Sources, kind: Kind) -> list[str]:
    return [reference_name(name) for name in sources.templates if is_asset(name) and kind_of(name) is kind]


def _metric(sources: Sources, dataset: str) -> str:
    """A metric that the dataset has in every environment; empty where there is none."""
    common: list[str] | None = None
    path = sources.template_path(dataset + TEMPLATE_SUFFIX)
    for environment in sources.environments:
        assets = compile_bundle(sources, environment).bundle.assets.values()
        metrics: list[Document] = next((asset.document["metrics"] for asset in assets if asset.template == path), [])
        names = [str(metric["metric_name"]) for metric in metrics]
        common = names if common is None else [name for name in common if name in names]
    return common[0] if common else ""


def _schema(sources: Sources) -> str:
    variables = [read_variables(sources, name)[0] for name in sources.environments]
    return "{{ schema }}" if variables and all("schema" in each for each in variables) else "public"


def _address(sources: Sources, name: str) -> str:
    if not _references(sources, Kind.DATABASE):
        return "${SUPERSET_DATA_URL}"
    return "${" + "_".join(re.findall(r"[A-Z0-9]+", name.upper())) + "_URL}"
