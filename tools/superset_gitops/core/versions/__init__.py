"""Which releases of Superset there are here, and what each of them can do."""

from __future__ import annotations

from superset_gitops.core.versions.find_release import find_release
from superset_gitops.core.versions.release import NEWEST, RELEASES, Release

__all__ = ["NEWEST", "RELEASES", "Release", "find_release"]
