"""Owns writing edited sources back: only files that changed, all of them whole or none at all, as they were read."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from superset_gitops.errors import ConfigurationError

_BOM = b"\xef\xbb\xbf"


def write_sources(root: Path, before: Mapping[str, str], files: Mapping[str, str | None]) -> None:
    """Write texts by path relative to the project's root; None removes the file.

    Raises:
        ConfigurationError: a file is not any more what was read from it, or cannot be written; then none is.
    """
    for path in files:
        old = before.get(path)
        now = (root / path).read_bytes().removeprefix(_BOM).decode("utf-8") if (root / path).is_file() else None
        if now != old:
            raise ConfigurationError(
                "this file was changed while its edit was worked out", where=path, remedy="run it again"
            )
    staged: dict[str, Path | None] = {}
    replaced: list[tuple[Path, bytes | None]] = []
    place = ""
    try:
        for place, text in files.items():
            staged[place] = None if text is None else _stage(root / place, text.encode())
        for place, temporary in staged.items():
            target = root / place
            replaced.append((target, target.read_bytes() if target.is_file() else None))
            if temporary is None:
                target.unlink()
            else:
                temporary.replace(target)
    except BaseException as error:
        _undo(staged, replaced)
        if not isinstance(error, OSError):
            raise
        raise ConfigurationError(
            f"cannot write: {error.strerror}",
            where=place,
            remedy="nothing was written; check the permissions and run it again",
        ) from error


def _stage(path: Path, content: bytes) -> Path:
    """The content in a file beside its place, with the mode and the byte-order mark that the file has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = 0o644
    if path.is_file():
        mode = path.stat().st_mode & 0o777
        content = _BOM + content if path.read_bytes().startswith(_BOM) else content
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(temporary).chmod(mode)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return Path(temporary)


def _undo(staged: Mapping[str, Path | None], replaced: list[tuple[Path, bytes | None]]) -> None:
    """Put back what was replaced, and take away what was only prepared; as far as the file system lets us."""
    for path, content in reversed(replaced):
        with suppress(OSError):
            if content is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(content)
    for temporary in filter(None, staged.values()):
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
