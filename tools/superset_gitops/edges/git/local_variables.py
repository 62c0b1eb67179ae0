"""Owns keeping a hook's `GIT_*` variables out of our own git calls."""

from __future__ import annotations

import os

# What `git rev-parse --local-env-vars` lists: each ties git to one repository. Git sets them for hooks, and GitPython
# on another repository would then write into the committing one's index (measured). Credentials and ssh stay.
LOCAL_VARIABLES = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT",
    "GIT_OBJECT_DIRECTORY", "GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE", "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE", "GIT_PREFIX", "GIT_SHALLOW_FILE",
    "GIT_COMMON_DIR", "GIT_INTERNAL_SUPER_PREFIX",
)  # fmt: skip


def forget_local_variables() -> None:
    """Remove them from this process's environment; what runs afterwards sees only the folder it is in."""
    for name in LOCAL_VARIABLES:
        os.environ.pop(name, None)
