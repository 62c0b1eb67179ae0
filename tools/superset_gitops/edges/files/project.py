"""Owns reading the project's sources from disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from superset_gitops.model.problem import Problem
from superset_gitops.model.sources import Sources

POLICY_FILE = "policy.yaml"
LINT_FILES = (".yamllint", ".yamllint.yaml", ".yamllint.yml")


def read_sources(root: Path, assets_dir: str) -> Sources:
    """All templates, variables, overlays, the policy and the lint configuration of a project.

    A file that is not UTF-8, or a link that leads out of the project, is a problem of the sources. A folder that is
    not there holds nothing.
    """
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for path in _source_files(root, assets_dir):
        name = path.relative_to(root).as_posix()
        if not path.resolve().is_relative_to(root.resolve()):
            problems.append(Problem(name, 1, 1, "a link that leads out of the project is not read", "file"))
            continue
        try:
            # Bytes, because reading as text would change CR LF, which edits of a file must keep.
            texts[name] = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            problems.append(Problem(name, 1, 1, f"not UTF-8 at byte {error.start}", "file"))
        except OSError as error:
            problems.append(Problem(name, 1, 1, f"cannot be read: {error.strerror}", "file"))
    return Sources(texts, assets_dir, tuple(problems))


def read_policy_text(root: Path) -> str:
    """The text of policy.yaml; undecodable bytes become replacement characters, which no key or value has."""
    return (root / POLICY_FILE).read_bytes().decode("utf-8-sig", errors="replace")


def environment_names(root: Path, assets_dir: str) -> tuple[str, ...]:
    """The names of the variables files that exist."""
    return tuple(sorted(path.stem for path in (root / assets_dir / "environments").glob("*.yaml") if path.is_file()))


def _source_files(root: Path, assets_dir: str) -> Iterator[Path]:
    assets = root / assets_dir
    yield from sorted(path for path in (assets / "templates").rglob("*") if path.is_file())
    yield from sorted(path for path in (assets / "environments").glob("*.yaml") if path.is_file())
    yield from sorted(path for path in (assets / "overlays").rglob("*.yaml") if path.is_file())
    yield from (root / name for name in (POLICY_FILE, *LINT_FILES) if (root / name).is_file())
