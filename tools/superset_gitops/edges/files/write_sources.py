"""Owns writing edited sources back: only files that changed, each whole or not at all, as they were read."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from superset_gitops.errors import ConfigurationError

_BOM = b"\xef\xbb\xbf"


def write_sources(root: Path, before: Mapping[str, str], files: Mapping[str, str | None]) -> None:
    """Write texts by path relative to the project's root; None removes the file.

    Raises:
        ConfigurationError: a file is not any more what was read from it, or cannot be written; nothing is written
            where one of them changed meanwhile.
    """
    for path in files:
        old = before.get(path)
        now = (root / path).read_bytes().removeprefix(_BOM).decode("utf-8") if (root / path).is_file() else None
        if now != old:
            raise ConfigurationError(
                "this file was changed while its edit was worked out", where=path, remedy="run it again"
            )
    for path, text in files.items():
        try:
            if text is None:
                (root / path).unlink()
            else:
                _write(root / path, text.encode())
        except OSError as error:
            raise ConfigurationError(
                f"cannot write: {error.strerror}", where=path, remedy="check the file's permissions and run it again"
            ) from error


def _write(path: Path, content: bytes) -> None:
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
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
