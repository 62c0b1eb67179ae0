"""Owns `Release`: one supported release of Superset, and what it can do (each measured on that very release).

Which fields it knows stands in the schemas, beside each field (`x-since`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Release:
    """A release; its patch versions are the same release.

    Attributes:
        version: `major.minor.patch` as it was tried.
        sparse: the import of all kinds looks up what a bundle refers to but does not hold. Without it everything that
            is sent is overwritten, so kinds are imported one by one beside their parents, which that leaves alone.
        replaces_links: importing a dashboard by itself takes away the links to charts that it does not show any more.
        currency_as_text: a metric's currency is JSON in a text.
    """

    version: str
    sparse: bool = True
    replaces_links: bool = True
    currency_as_text: bool = False

    @property
    def minor(self) -> tuple[int, int]:
        """`(6, 1)`."""
        major, minor, _ = self.version.split(".")
        return int(major), int(minor)

    def __str__(self) -> str:
        return self.version


# The oldest first.
RELEASES = (
    Release("4.1.4", sparse=False, replaces_links=False, currency_as_text=True),
    Release("5.0.0", sparse=False, replaces_links=False, currency_as_text=True),
    Release("6.0.0", replaces_links=False),
    Release("6.1.0"),
)
NEWEST = RELEASES[-1]
