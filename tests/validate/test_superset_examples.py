"""Superset's own example assets, which nobody here wrote, raise no false alarm."""

from __future__ import annotations

from fixtures.examples import as_sources, examples, examples_folder
from superset_gitops.core.compile.compile_bundle import compile_bundle
from superset_gitops.core.validate import validate


def test_the_examples_validate_without_a_false_alarm() -> None:
    sources = as_sources(examples(examples_folder()), cleaned=True)
    result = compile_bundle(sources, "dev")
    found = validate({"dev": result}, sources)
    # One has a type that Superset rewrites on import, as the rule says.
    assert [("'bubble'" in p.message, p.rule) for p in found] == [(True, "viz-type")], "\n".join(map(str, found))
    assert len(result.bundle.assets) > 130


def test_what_the_examples_are_refused_for_is_what_superset_reads_otherwise() -> None:
    sources = as_sources(examples(examples_folder()), cleaned=False)
    messages = {problem.message for problem in compile_bundle(sources, "dev").problems}
    kinds = ("expected true or false, got null", "expected a mapping or null, got", "not allowed: only Superset's own")
    assert {next((kind for kind in kinds if kind in message), message) for message in messages} == set(kinds)
