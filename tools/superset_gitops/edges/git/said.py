"""Owns what git said when it failed: its first telling line, without anybody's password."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import git

_USER = re.compile(r"(?<=://)[^/\s]*@")  # a token in a remote's address
_HEAD = re.compile(r"^(fatal|error): ")


def git_said(error: git.GitCommandError) -> str:
    """The line that says why; hints and progress are passed over."""
    text = str(error.stderr).strip().removeprefix("stderr:").strip().strip("'")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("fatal: ", "error: ", " ! ", "! "))]
    found = (telling or lines or [f"exit code {error.status}"])[0]
    return _USER.sub("", _HEAD.sub("", found))
