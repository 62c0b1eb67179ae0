"""Owns what is remembered from commit to commit: every answer with the hashes of all that it depends on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from superset_gitops.core.hooks.unit import Units


@dataclass(frozen=True, slots=True)
class Memory:
    """What earlier commits found out.

    Attributes:
        units: the units of the templates.
        literal: template → the hash of its text, and the uuid that it declares literally.
        layout: the hash of policy.yaml, and the folders that it names: assets, migrations, seeds.
        clean: a check and what it looked at → the hash of that; it found nothing.
    """

    units: Units = field(default_factory=dict)
    literal: dict[str, list[str]] = field(default_factory=dict)
    layout: list[str] = field(default_factory=list)
    clean: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Memory:
        """The memory that a JSON document holds; an empty one holds none."""
        if not document:
            return cls()
        pool = document["pool"]
        units: Units = {}
        for name, each in document["units"].items():
            units[name] = {
                environment: {
                    "templates": pool[numbers[0]],
                    "variables": pool[numbers[1]],
                    "references": pool[numbers[2]],
                    "facts": pool[numbers[3]],
                    "warnings": pool[numbers[4]],
                }
                for environment, numbers in each.items()
            }
        return cls(units, document["literal"], document["layout"], document["clean"])

    def document(self) -> dict[str, Any]:
        """Its JSON form: what several units share, as they mostly do in all environments, stands once."""
        pool: list[Any] = []
        numbers: dict[int, int] = {}

        def number(part: Any) -> int:
            if id(part) not in numbers:
                numbers[id(part)] = len(pool)
                pool.append(part)
            return numbers[id(part)]

        units = {
            name: {environment: [number(part) for part in unit.values()] for environment, unit in each.items()}
            for name, each in self.units.items()
        }
        return {"pool": pool, "units": units, "literal": self.literal, "layout": self.layout, "clean": self.clean}

    def unclean(self, check: str, hashes: Mapping[str, str]) -> list[str]:
        """The paths that a check has to look at: those whose content it has not found clean."""
        return [path for path, oid in hashes.items() if self.clean.get(f"{check} {path}") != oid]

    def note_clean(self, check: str, hashes: Mapping[str, str], told: Iterable[str]) -> None:
        """Remember that a check found nothing in these, except in those where it told something."""
        but = set(told)
        self.clean.update({f"{check} {path}": oid for path, oid in hashes.items() if path not in but})
