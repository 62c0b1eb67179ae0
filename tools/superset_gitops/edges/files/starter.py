"""Owns reading the texts that `hybrid init` starts a repository with, and writing files that were not there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from superset_gitops.errors import ConfigurationError

_FOLDER = Path(__file__).parents[2] / "starter"


def read_starter_texts() -> dict[str, str]:
    """Every text by its path below starter/."""
    return {path.relative_to(_FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in _FOLDER.rglob("*.j2")}


def write_new_files(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Write those that are not there yet, and return their paths; what is there stays as it is.

    Raises:
        ConfigurationError: the folder cannot be written.
    """
    made = []
    for path, text in files.items():
        target = folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except FileExistsError:
            continue
        except OSError as error:
            raise ConfigurationError(
                f"cannot be written: {error.strerror}",
                where=str(target),
                remedy="choose a folder that you may write, and run it again: what was made stays",
            ) from error
        made.append(path)
    return made
