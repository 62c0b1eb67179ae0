"""How random edits come back of assets that nobody here wrote: Superset's own examples, adopted as templates.

    python benchmarks/corpus.py [--rounds N] [--seed N]

In each round every asset is changed at one random place, all of them are translated at once, and the result is checked
by compiling every environment before and after. `fields` gives one visible field another value; `documents` adds,
removes, reorders or changes anything in a document. Prints a table; exits with 1 when an edit is wrong or lost.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests"), str(ROOT / "tests" / "translate")]

from adopted_examples import adopted_examples  # noqa: E402 - the path is set above
from rounds import Tally, changed_documents, changed_fields, compiled, try_round  # noqa: E402

from fixtures.examples import examples_folder  # noqa: E402
from superset_gitops.model.asset import AssetId, Document  # noqa: E402
from superset_gitops.model.translation import Scope, Way  # noqa: E402

_WHERE = (("dev", Scope.PROMOTE), ("prod", Scope.ONLY_HERE))
_WAYS = (Way.LITERAL, Way.VARIABLE, Way.CONSTANT, Way.PARAMETER, Way.OVERRIDE, Way.TOGETHER, Way.DROPPED, Way.GUARD,
         Way.OVERLAY)  # fmt: skip
_Rounds = Iterator[dict[AssetId, Document]]


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.process_time()
    sources = adopted_examples(examples_folder())
    adopting = time.process_time() - began
    began = time.process_time()
    for name in sources.environments:
        result, forms = compiled(sources, name)
    compiling = time.process_time() - began
    columns: dict[str, Tally] = {}
    for environment, scope in _WHERE:
        result, forms = compiled(sources, environment)
        chance = random.Random(options.seed)
        makers: dict[str, Callable[[], _Rounds]] = {
            "fields": lambda forms=forms, chance=chance: changed_fields(forms, chance),
            "documents": lambda result=result, chance=chance: changed_documents(result, chance),
        }
        for what, rounds in makers.items():
            tally = columns[f"{what}, {scope}"] = Tally()
            for lives in itertools.islice(rounds(), options.rounds):
                try_round(sources, result, lives, scope, tally)
    print(f"{len(forms)} assets, {options.rounds} rounds, seed {options.seed}\n")
    _print_table(columns)
    print(f"\nadopting all: {adopting:.1f} s of processor time; compiling all environments: {compiling:.1f} s")
    told = [each for tally in columns.values() for each in (*tally.wrong, *tally.lost)]
    for each in told:
        print(each, file=sys.stderr)
    return 1 if told else 0


def _print_table(columns: dict[str, Tally]) -> None:
    print(f"| how | {' | '.join(columns)} |\n|---|{'---:|' * len(columns)}")
    _row("edits", [str(tally.edits) for tally in columns.values()])
    for way in _WAYS:
        _row(way, [f"{tally.ways[way] / max(tally.edits, 1):.1%}" for tally in columns.values()])
    _row("lost", [str(len(tally.lost)) for tally in columns.values()])
    _row("wrong", [str(len(tally.wrong)) for tally in columns.values()])
    per_hundred = [f"{tally.seconds / max(tally.assets, 1) * 100:.1f} s" for tally in columns.values()]
    _row("100 drifted assets, processor time", per_hundred)


def _row(name: str, cells: list[str]) -> None:
    print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    sys.exit(main())
