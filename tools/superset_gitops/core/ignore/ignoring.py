"""Owns what policy's ignore rules mean for one asset."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from superset_gitops.core.ignore.patterns import Pattern, matches, path_pattern
from superset_gitops.model.asset import AssetId
from superset_gitops.model.plan import FieldPath
from superset_gitops.model.policy import IgnoreRule


@dataclass(frozen=True, slots=True)
class Ignoring:
    """What of one asset Superset decides; false where that is nothing.

    Attributes:
        fields: the patterns of such fields, each with the place of its rule.
        whole: the place of the rule that leaves the whole asset to Superset; empty where none does.
    """

    fields: tuple[tuple[Pattern, str], ...] = ()
    whole: str = ""

    def __bool__(self) -> bool:
        return bool(self.fields or self.whole)

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """The fields' patterns."""
        return tuple(pattern for pattern, _ in self.fields)

    def keeps(self, name: str) -> bool:
        """Whether a field of the first level is kept with all that is below it."""
        return any(pattern == (name,) for pattern in self.patterns)

    def touches(self, *names: str) -> bool:
        """Whether Superset decides something of one of these fields of the first level."""
        return bool(self.whole) or any(pattern[0] in names for pattern in self.patterns)

    def rule_of(self, path: FieldPath) -> str:
        """The place of the first rule that hides a difference at this path.

        What refers to the layout's charts (the dashboard's charts, a setting for one of them) hides with the layout.
        """
        found = [place for pattern, place in self.fields if _meet(pattern, path)]
        found += [place for pattern, place in self.fields if pattern == ("position",)]
        return self.whole or next(iter(found), "")


NOTHING = Ignoring()


def ignoring_of(rules: Iterable[IgnoreRule], asset: AssetId, name: str) -> Ignoring:
    """What these rules say of one asset, which Git calls by this name."""
    found = [rule for rule in rules if is_selected(rule, asset, name)]
    fields = tuple((path_pattern(field), rule.place) for rule in found for field in rule.fields)
    return Ignoring(fields, next((rule.place for rule in found if not rule.fields), ""))


def is_selected(rule: IgnoreRule, asset: AssetId, name: str) -> bool:
    """Whether a rule is about this asset."""
    if rule.kind not in (None, asset.kind) or rule.uuid not in (None, asset.uuid):
        return False
    return rule.name is None or matches(rule.name, name)


def _meet(pattern: Pattern, path: FieldPath) -> bool:
    """Whether one is the beginning of the other, or both are the same."""
    return all(matches(step, name) for step, name in zip(pattern, path, strict=False))
