"""Owns writing a bundle's files into a folder, whole or not at all for each file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from superset_gitops.core.compile.bundle_files import MANIFEST_FILE, stale_files
from superset_gitops.errors import ConfigurationError


def write_bundle(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a bundle's files; those of an earlier bundle that its manifest names and this one lacks are removed.

    Unchanged files are not touched, and nothing else in the folder is.

    Raises:
        ConfigurationError: the folder cannot be written.
    """
    manifest = folder / MANIFEST_FILE
    try:
        earlier = manifest.read_text(encoding="utf-8") if manifest.is_file() else ""
        for path in sorted(files, key=lambda path: path == MANIFEST_FILE):
            _write(folder / path, files[path])
        for path in stale_files(earlier, files):
            (folder / path).unlink(missing_ok=True)
            with suppress(OSError):  # not empty: it holds other files
                (folder / path).parent.rmdir()
    except OSError as error:
        where = str(error.filename or folder)
        raise ConfigurationError(f"cannot write: {error.strerror}", where=where, remedy="name another --out") from error


def _write(path: Path, content: bytes) -> None:
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
