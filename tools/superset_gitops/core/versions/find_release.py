"""Owns telling the release from a version, as a server or a policy says it."""

from __future__ import annotations

import re

from superset_gitops.core.versions.release import NEWEST, RELEASES, Release
from superset_gitops.errors import ConfigurationError

_VERSION = re.compile(r"v?(\d+)\.(\d+)(?!\d)")
# What a Superset built from its sources calls itself.
_UNRELEASED = (0, 0)


def find_release(version: str, *, where: str = "") -> tuple[Release, str]:
    """The release that a version belongs to, and a warning, empty where there is nothing to warn of.

    A version that nobody tried is taken for the nearest release before it; one that is not told, for the newest.

    Args:
        version: `6.1.0`, `6.1`, `6.1.0rc1`; may be empty.
        where: for an error's message, who says so.

    Raises:
        ConfigurationError: it is older than every release here.
    """
    told = _VERSION.match(version)
    minor = (int(told[1]), int(told[2])) if told else _UNRELEASED
    if minor == _UNRELEASED:
        said = f"calls itself {version!r}" if version else "does not say its version"
        return NEWEST, f"Superset {said}: it is taken for {NEWEST}"
    earlier = [release for release in RELEASES if release.minor <= minor]
    if not earlier:
        raise ConfigurationError(
            f"Superset {version} is too old: the oldest release that can be deployed to is {RELEASES[0]}",
            where=where,
            remedy=f"upgrade Superset to one of {', '.join(map(str, RELEASES))}",
        )
    if earlier[-1].minor == minor:
        return earlier[-1], ""
    return earlier[-1], f"these tools were not tried with Superset {version}: it is taken for {earlier[-1]}"
