"""Owns a dataset's cache timeout where it only repeats its database's.

Measured: for a dataset that has none of its own, 6.1.0 exports its database's (its API says the same), so the two
cannot be told apart; earlier releases export what is stored. Either way Superset caches alike, so a value that repeats
the database's counts as none, unless Git declares it.
"""

from __future__ import annotations

from superset_gitops.core.same import same
from superset_gitops.model.asset import Document

_FIELD = "cache_timeout"


def without_inherited(dataset: Document, database: Document | None) -> Document:
    """A live dataset's normal form without a timeout that its live database has too."""
    value = dataset.get(_FIELD)
    repeats = value is not None and database is not None and same(value, database.get(_FIELD))
    return {**dataset, _FIELD: None} if repeats else dataset


def with_inherited(dataset: Document, desired: Document, database: Document | None) -> Document:
    """A dataset's normal form with its database's timeout in the place of none, where Git declares just that one."""
    declared = desired.get(_FIELD)
    if database is None or declared is None or dataset.get(_FIELD) is not None:
        return dataset
    return {**dataset, _FIELD: declared} if same(declared, database.get(_FIELD)) else dataset
