"""Owns an export that is a zip, as Superset's own pages download it: unpacked for as long as it is read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from superset_gitops.edges.superset.archive import unpack
from superset_gitops.errors import ConfigurationError, Unavailable


@contextmanager
def unpacked(source: Path) -> Iterator[Path]:
    """A folder with what an export holds: the folder itself, or a zip's files in one that goes away afterwards.

    Raises:
        ConfigurationError: it is neither a folder nor a zip that Superset could have exported.
    """
    if source.is_dir():
        yield source
        return
    try:
        files = unpack(source.read_bytes(), where=str(source))
    except (OSError, Unavailable) as error:
        why = error.what if isinstance(error, Unavailable) else f"cannot be read: {error.strerror}"
        remedy = "name a folder that `hybrid export` or superset-cli wrote, or a zip that Superset exported"
        raise ConfigurationError(why, where=str(source), remedy=remedy) from error
    with tempfile.TemporaryDirectory(prefix="hybrid-export-") as folder:
        for path, text in files.items():
            target = Path(folder) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="")
        yield Path(folder)
