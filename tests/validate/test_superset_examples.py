"""Superset's own example assets, which nobody here wrote, raise no false alarm.

Read from an installed apache-superset, never committed: `SUPERSET_EXAMPLES_DIR`, or the sandbox's cache.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from superset_gitops.bootstrap import locate
from superset_gitops.core.compile.compile_bundle import compile_bundle
from superset_gitops.core.documents.write_yaml import write_yaml
from superset_gitops.core.validate import validate
from superset_gitops.model.asset import Document, Kind
from superset_gitops.model.sources import Sources

TITLES = {kind.title_field: kind for kind in Kind}
DATABASE_UUID = "a2dc77af-e654-49bb-b321-40f6b559a1ee"  # what the examples say their database's is


def examples_folder() -> Path:
    named = os.environ.get("SUPERSET_EXAMPLES_DIR")
    installed = Path(locate.cache_dir()).glob("environments/superset-*/lib*/python*/site-packages/superset/examples")
    found = next(iter([Path(named)] if named else sorted(installed, reverse=True)), None)
    if found is None or not found.is_dir():
        pytest.skip("no installed apache-superset: set SUPERSET_EXAMPLES_DIR to its superset/examples")
    return found


def documents(folder: Path) -> Iterator[tuple[str, Kind, Document]]:
    seen: set[object] = set()
    for path in sorted(folder.rglob("*.yaml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        kind = next((kind for field, kind in TITLES.items() if field in document), None)
        if kind is None or document["uuid"] in seen or kind is Kind.DATABASE:
            continue  # two examples share one dataset
        seen.add(document["uuid"])
        yield path.relative_to(folder).with_suffix("").as_posix().replace("/", "-"), kind, document


def without_what_is_refused_rightly(document: Document) -> Document:
    """Nulls in columns that have a default, JSON as text, and what only the loader of examples reads."""
    clean = {key: value for key, value in document.items() if key not in ("data_file", "source_db_engine", "data")}
    for part in ("columns", "metrics"):
        for entry in clean.get(part, []):
            for flag in ("is_active", "is_dttm", "groupby", "filterable"):
                if entry.get(flag, True) is None:
                    del entry[flag]
            if isinstance(entry.get("extra"), str):
                entry["extra"] = json.loads(entry["extra"])
    return clean


def project(folder: Path, *, cleaned: bool) -> Sources:
    texts = {
        "superset_assets/environments/dev.yaml": "",
        "superset_assets/templates/databases/examples.yaml.j2": (
            f"database_name: examples\nuuid: {DATABASE_UUID}\nsqlalchemy_uri: ${{SUPERSET_DATA_URL}}\n"
        ),
    }
    for name, kind, document in documents(folder):
        text = write_yaml(without_what_is_refused_rightly(document) if cleaned else document)
        texts[f"superset_assets/templates/{kind.folder}/{name.lstrip('_')}.yaml.j2"] = (
            f"{{% raw %}}{text}{{% endraw %}}"
        )
    return Sources(texts)


def test_the_examples_validate_without_a_false_alarm() -> None:
    sources = project(examples_folder(), cleaned=True)
    result = compile_bundle(sources, "dev")
    found = validate({"dev": result}, sources)
    # One has a type that Superset rewrites on import, as the rule says.
    assert [("'bubble'" in p.message, p.rule) for p in found] == [(True, "viz-type")], "\n".join(map(str, found))
    assert len(result.bundle.assets) > 130


def test_what_the_examples_are_refused_for_is_what_superset_reads_otherwise() -> None:
    sources = project(examples_folder(), cleaned=False)
    messages = {problem.message for problem in compile_bundle(sources, "dev").problems}
    kinds = ("expected true or false, got null", "expected a mapping or null, got", "not allowed: only Superset's own")
    assert {next((kind for kind in kinds if kind in message), message) for message in messages} == set(kinds)
