"""Owns keeping the hooks' memory in the user's cache: whole or not at all, and a damaged one is as good as none."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path

from superset_gitops.bootstrap.locate import cache_dir
from superset_gitops.core.hooks.memory import Memory


def load_memory(name: str) -> Memory:
    """The memory of this name; an empty one where there is none, or where its bytes are not those that were written."""
    try:
        head, _, body = _file(name).read_bytes().partition(b"\n")
    except OSError:
        return Memory()
    if head.decode("ascii", "replace") != hashlib.sha256(body).hexdigest():
        return Memory()
    return Memory.of(json.loads(body))


def save_memory(name: str, memory: Memory) -> None:
    """Keep a memory; of two that are written at once one remains. Nothing happens where the cache cannot be written."""
    body = json.dumps(memory.document(), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    path = _file(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
        with os.fdopen(descriptor, "wb") as file:
            file.write(f"{hashlib.sha256(body).hexdigest()}\n".encode() + body)
        Path(temporary).replace(path)
    except OSError:
        return  # the cache only saves time


def _file(name: str) -> Path:
    return Path(cache_dir()) / "hooks" / "memories" / name
