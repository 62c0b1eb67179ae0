"""The tools start from bare clones, for anybody, several at once."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from clones import Newcomer, clone_into, old_python


@pytest.fixture(scope="module")
def newcomer() -> Iterator[Newcomer]:
    # Not below pytest's own folder: as root that is closed to others.
    folder = Path(tempfile.mkdtemp(prefix="hybrid newcomer "))
    folder.chmod(0o755)
    somebody = Newcomer.arrive(folder / "at home")
    somebody.settle()
    yield somebody
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def clones(newcomer: Newcomer) -> list[Path]:
    made = [clone_into(newcomer.home / name) for name in ("first clone", "it's another")]
    for clone in made:
        newcomer.own(clone)
    return made


@pytest.fixture(scope="module")
def first_runs(newcomer: Newcomer, clones: list[Path]) -> list[tuple[str, str]]:
    """What two tools of two clones say that are started at the same time on a machine without anything."""
    started = [newcomer.start(clone / "tools" / "hybrid", "--version") for clone in clones]
    return [process.communicate(timeout=300) for process in started]


def test_two_clones_at_once_prepare_one_environment(first_runs: list[tuple[str, str]]) -> None:
    assert [stdout.split()[0] for stdout, _ in first_runs] == ["hybrid,", "hybrid,"], first_runs
    said = "".join(stderr for _, stderr in first_runs)
    assert said.count("preparing runtime") == 1
    assert said.count("another process prepares runtime") == 1


def test_the_next_run_says_nothing(newcomer: Newcomer, clones: list[Path], first_runs: object) -> None:
    stdout, stderr = newcomer.start(clones[0] / "tools" / "db_sync", "--help").communicate(timeout=60)
    assert stdout.startswith("Usage: ")
    assert stderr == ""


def test_nothing_lands_in_the_clone(clones: list[Path], first_runs: object) -> None:
    command = ["git", "-c", "safe.directory=*", "-C", str(clones[0]), "status", "--short", "--ignored"]
    seen = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert [line for line in seen if "__pycache__" not in line] == []


def test_foreign_modules_on_the_path_do_not_matter(newcomer: Newcomer, clones: list[Path], first_runs: object) -> None:
    foreign = newcomer.home / "foreign"
    foreign.mkdir()
    (foreign / "click.py").write_text("raise SystemExit('the wrong click')")
    process = newcomer.start(clones[0] / "tools" / "hybrid", "--version", PYTHONPATH=str(foreign))
    stdout, _ = process.communicate(timeout=60)
    assert stdout.startswith("hybrid,")


def test_an_old_python_says_what_is_needed(newcomer: Newcomer, clones: list[Path]) -> None:
    python = old_python()
    if python is None:
        pytest.skip("no old Python on this machine")
    command = [python, str(clones[0] / "tools" / "deploy"), "dev"]
    done = subprocess.run(command, env={"PATH": "/nowhere"}, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Python 3.11 or newer is needed" in done.stderr
    assert "→" in done.stderr
