"""Owns telling what policy's ignore rules leave to Superset in a plan: nothing is hidden without a word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from superset_gitops.core.report.printable import printable
from superset_gitops.core.report.value_text import shown
from superset_gitops.model.plan import IgnoredField, Plan, PlanItem

_NAMED = 3  # assets of one rule, where not everything is asked for
_FIELDS_NAMED = 4


@dataclass(slots=True)
class _Rule:
    """What one rule leaves to Superset."""

    fields: list[tuple[PlanItem, IgnoredField]] = field(default_factory=list)

    @property
    def items(self) -> list[PlanItem]:
        return list({item.id: item for item, _ in self.fields}.values())


def ignored_lines(plan: Plan, *, every_field: bool = False) -> Iterator[str]:
    """A line a rule that leaves a difference to Superset; with `every_field` its fields with both values below it."""
    for place, rule in _by_rule(plan).items():
        if every_field:
            yield f"  ignored by {place} ({_count(rule)}):"
            for item, each in rule.fields:
                yield f"      {item.id.kind} {item.name!r} {printable(each.change.dotted)}: {_values(each)}"
            continue
        named = [_named(item, place) for item in rule.items[:_NAMED]]
        more = len(rule.items) - len(named)
        told = "; ".join(named) + (f"; and {more} more assets (-v shows them)" if more > 0 else "")
        yield f"  ignored by {place} ({_count(rule)}): {told}"


def ignored_counts(plan: Plan) -> Iterator[tuple[str, str]]:
    """Each rule that leaves a difference to Superset, by its place, with how much: `2 fields of 1 asset`."""
    return ((place, _count(rule)) for place, rule in _by_rule(plan).items())


def ignored_data(plan: Plan) -> list[dict[str, Any]]:
    """The same as plain data: each rule with how much it leaves to Superset; the items list their fields."""
    return [
        {"rule": place, "assets": len(rule.items), "fields": len(rule.fields)} for place, rule in _by_rule(plan).items()
    ]


def _by_rule(plan: Plan) -> dict[str, _Rule]:
    rules: dict[str, _Rule] = {}
    for item in plan.items:
        for each in item.ignored:
            rules.setdefault(each.rule, _Rule()).fields.append((item, each))
    return rules


def _count(rule: _Rule) -> str:
    fields, assets = len(rule.fields), len(rule.items)
    return f"{fields} field{'' if fields == 1 else 's'} of {assets} asset{'' if assets == 1 else 's'}"


def _named(item: PlanItem, place: str) -> str:
    fields = [printable(each.change.dotted) for each in item.ignored if each.rule == place]
    more = f" and {len(fields) - _FIELDS_NAMED} more" if len(fields) > _FIELDS_NAMED else ""
    return f"{item.id.kind} {item.name!r} {', '.join(fields[:_FIELDS_NAMED])}{more}"


def _values(each: IgnoredField) -> str:
    return printable(f"Git has {shown(each.change.desired)}, Superset keeps {shown(each.change.live)}")
