"""Differences that policy leaves to Superset: which they are, and what an apply then sends."""

from superset_gitops.core.ignore.ignoring import NOTHING, Ignoring, ignoring_of
from superset_gitops.core.ignore.keep_live import keep_live, keep_secrets, without_dead_charts
from superset_gitops.core.ignore.known_fields import path_fault
from superset_gitops.core.ignore.recorded import recorded, watched
from superset_gitops.core.ignore.unmatched import unmatched_rules

__all__ = [
    "NOTHING", "Ignoring", "ignoring_of", "keep_live", "keep_secrets", "path_fault", "recorded", "unmatched_rules",
    "watched", "without_dead_charts",
]  # fmt: skip
