"""Owns the zip files that Superset exports and imports: one root folder, text files in it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath

from superset_gitops.errors import Unavailable

# Superset's own limits for what it reads are 100 MB a member and a total ratio of 200
# (`check_is_safe_zip`); what it sends us is stored uncompressed.
_LARGEST_MEMBER = 100 * 1024 * 1024
_LARGEST_TOTAL = 1024 * 1024 * 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)


def pack(files: Mapping[str, bytes], *, root: str = "bundle") -> bytes:
    """Zip files under one root folder, which the importer strips blindly; same files, same bytes.

    Args:
        files: paths after the root (`charts/a.yaml`) to contents.
        root: the folder's name.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(files):
            archive.writestr(zipfile.ZipInfo(f"{root}/{path}", _EPOCH), files[path])
    return buffer.getvalue()


def unpack(data: bytes, *, where: str) -> dict[str, str]:
    """The text files of an exported zip, keyed by path after the root.

    Raises:
        Unavailable: not a zip, a damaged one, one that is not text, or one with a member that does not belong in an
            export (absolute, climbing out, without a root folder, oversized).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            if sum(info.file_size for info in members) > _LARGEST_TOTAL:
                raise _unusable("it is larger than 1 GB", where)
            return {_inside(info, where): archive.read(info).decode("utf-8") for info in members}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, UnicodeDecodeError, NotImplementedError, RuntimeError) as error:
        raise _unusable(str(error) or type(error).__name__, where) from error


def _inside(info: zipfile.ZipInfo, where: str) -> str:
    path = PurePosixPath(info.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in info.filename or len(path.parts) < 2:
        raise _unusable(f"it has an unexpected member {info.filename!r}", where)
    if info.file_size > _LARGEST_MEMBER:
        raise _unusable(f"{info.filename!r} is larger than 100 MB", where)
    return str(PurePosixPath(*path.parts[1:]))


def _unusable(why: str, where: str) -> Unavailable:
    return Unavailable(
        f"Superset's export cannot be used: {why}",
        where=where,
        remedy="run it again; if it persists, look at what a proxy in front of Superset does to downloads",
    )
