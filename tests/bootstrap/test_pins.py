"""The pinned requirements are complete, hashed, and name no place."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import superset_gitops

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = Path(superset_gitops.__file__).parent / "requirements"
FILES = sorted(FOLDER.glob("*.txt"))


def pins(file: Path) -> dict[str, set[str]]:
    """Versions by package; a package may have several, for different Pythons."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9.-]+)==([^\s;]+)", file.read_text(), re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_package_has_hashes_and_no_address(file: Path) -> None:
    text = file.read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in entries if not entry.startswith("#"))
    assert "://" not in text
    assert "file:" not in text


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    names = {re.split(r"[^a-z0-9-]", needed.lower())[0] for needed in project["dependencies"]}
    assert names - pins(FOLDER / "runtime.txt").keys() == set()
    names |= {re.split(r"[^a-z0-9-]", needed.lower())[0] for needed in project["optional-dependencies"]["dev"]}
    assert names - pins(FOLDER / "dev.txt").keys() == set()


def test_tests_run_with_the_versions_that_users_get() -> None:
    runtime, dev = pins(FOLDER / "runtime.txt"), pins(FOLDER / "dev.txt")
    assert {name: dev.get(name) for name in runtime} == runtime
