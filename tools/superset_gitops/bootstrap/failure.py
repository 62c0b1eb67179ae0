"""Owns `BootstrapFailed`, and what a log of an installation says about the likely cause."""

from __future__ import annotations

import re

# (what the log says, what that means, what to do): the first that matches is told.
_CAUSES = (
    (r"No space left on device|os error 28|Errno 28", "the disk is full", "free some space, then run it again"),
    (
        (
            r"Temporary failure in name resolution|Name or service not known|nodename nor servname|dns error"
            r"|Failed to establish a new connection|Connection refused|Network is unreachable|Could not connect"
            r"|error sending request|Connection timed out|Read timed out|ConnectTimeout|Max retries exceeded"
            r"|from versions: none"
        ),
        "the package index could not be reached",
        "check the network or the proxy, then run it again; behind a mirror, configure it for pip or uv as usual",
    ),
    (
        r"DO NOT MATCH THE HASHES|Hash mismatch",
        "a downloaded package is not the one that was pinned",
        "a mirror or a proxy serves a changed file: use another one; do not switch the check off",
    ),
    (
        r"No matching distribution|has no (?:usable )?wheels?|no matching .*platform",
        "a package has no build for this Python or platform",
        "use CPython 3.11 to 3.13 on Linux or macOS",
    ),
    (r"Permission denied|Read-only file system", "the cache folder cannot be written", "set HYBRID_CACHE_DIR"),
    (r"MemoryError|Killed|signal 9|SIGKILL", "the system ran out of memory", "close something, then run it again"),
)


class BootstrapFailed(Exception):
    """A private environment could not be made: what happened, and what to do next.

    Attributes:
        exit_code: 2 where something must be installed or configured first, 3 where a later try may succeed.
    """

    def __init__(self, what: str, remedy: str, *, exit_code: int = 3) -> None:
        super().__init__(f"{what}\n  → {remedy}")
        self.what = what
        self.remedy = remedy
        self.exit_code = exit_code


def installation_cause(log: str) -> tuple[str, str]:
    """What the end of an installer's log means, and the remedy."""
    for pattern, cause, remedy in _CAUSES:
        if re.search(pattern, log):
            return cause, remedy
    return "the installer failed", "read the log; its last lines say why"
