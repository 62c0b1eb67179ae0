"""Superset's own examples as one environment: compiled, written to a real Superset, read back and compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from fixtures.examples import Example, as_sources, examples
from fixtures.superset import RunningSuperset
from superset_gitops.core.compile.compile_bundle import compile_bundle
from superset_gitops.core.documents.write_yaml import write_yaml
from superset_gitops.core.drift import Named, make_plan
from superset_gitops.core.validate import validate
from superset_gitops.edges.superset import SupersetClient
from superset_gitops.edges.superset.live import LiveState
from superset_gitops.edges.superset.secrets import ConnectionSecrets
from superset_gitops.model.asset import AssetId, Document
from superset_gitops.model.plan import PlanItem, State
from superset_gitops.workflows.survey import live_normal
from superset_gitops.workflows.wanted import Wanted, resolve_bundle


@dataclass(frozen=True)
class Corpus:
    """The examples.

    Attributes:
        files: as they are bundled.
        wanted: as Git would say them, with the database at this Superset's data.
        announced: what `validate` says Superset will make something else of.
    """

    client: SupersetClient
    files: tuple[Example, ...] = field(repr=False)
    wanted: Mapping[AssetId, Wanted] = field(repr=False)
    announced: frozenset[AssetId]

    @classmethod
    def of(cls, superset: RunningSuperset, client: SupersetClient) -> Corpus:
        """Compile and validate them."""
        files = tuple(examples(superset.package / "examples"))
        sources = as_sources(iter(files), cleaned=True)
        result = compile_bundle(sources, "dev")
        assert not result.problems
        told = {problem.path for problem in validate({"dev": result}, sources)}
        announced = {key for key, asset in result.bundle.assets.items() if asset.template in told}
        wanted = resolve_bundle(result.bundle, superset.variables.get)
        return cls(client, files, wanted, frozenset(announced))

    def send(self, documents: Mapping[AssetId, Document], *, backwards: bool = False) -> None:
        """Import them all; the order of the names is the order in which Superset makes them."""
        keys = sorted(documents, key=str, reverse=backwards)
        paths = {key: f"{key.kind.folder}/{number:04}.yaml" for number, key in enumerate(keys)}
        files = {path: write_yaml(documents[key]).encode() for key, path in paths.items()}
        passwords = {paths[key]: want.secrets.password for key, want in self.wanted.items() if want.secrets.password}
        self.client.import_assets(files, ConnectionSecrets(passwords=passwords))

    def drift(self, live: LiveState) -> list[PlanItem]:
        """What a plan shows of a live state, with Git's as what was last applied."""
        git = {key: Named(want.normal, want.asset.name) for key, want in self.wanted.items()}
        items = make_plan(git, git, named(live, self.wanted), {})
        return [item for item in items if item.state is not State.IN_SYNC]

    def numbers(self) -> dict[AssetId, int]:
        """Numeric ids on the server."""
        return {key: change.id for key, change in self.client.changes().items()}


def named(live: LiveState, keys: Iterable[AssetId]) -> dict[AssetId, Named]:
    """The live side of a plan."""
    return {key: Named(live_normal(live, key), live.assets[key].name) for key in keys if key in live.assets}


def told(items: Iterable[PlanItem]) -> Iterator[str]:
    """What differs, for people."""
    for item in items:
        yield f"{item.id.kind} {item.name!r} is {item.state.value}"
        yield from (f"  {change.dotted}: {change.desired!r} → {change.live!r}" for change in item.fields)
