"""How random edits of a project's visible fields come back: in place, in a variable, guarded, overlaid.

    python benchmarks/translate.py [PROJECT] [--env ENV] [--scope promote|only-here] [--seed N]

Each edit is made alone, translated, and checked by compiling every environment before and after. Prints a table; the
last line counts edits that were accepted and are wrong, which must be none.
"""

from __future__ import annotations

import argparse
import collections
import copy
import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests"), str(ROOT / "tests" / "translate")]

from drifted import check, named, normal_forms  # noqa: E402 - the path is set above
from random_edits import is_written, random_edits  # noqa: E402

from superset_gitops.core.compile.compile_bundle import compile_bundle  # noqa: E402
from superset_gitops.core.drift import Named, make_plan  # noqa: E402
from superset_gitops.core.translate.translate import Request, translate  # noqa: E402
from superset_gitops.model.translation import Scope, Way  # noqa: E402
from superset_gitops.workflows.load_project import load_project  # noqa: E402

_GROUPS = {
    "in place": (Way.LITERAL, Way.CONSTANT, Way.PARAMETER),
    "in a variable": (Way.VARIABLE, Way.OVERRIDE),
    "expression replaced by a value": (Way.DROPPED,),
    "guarded": (Way.GUARD,),
    "overlaid": (Way.OVERLAY,),
}


def main() -> int:
    """Run it; exit with 1 when an edit is wrong or lost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("project", nargs="?", type=Path, default=ROOT)
    parser.add_argument("--env", default="dev")
    parser.add_argument("--scope", type=Scope, default=Scope.PROMOTE)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sources = load_project(options.project).sources
    result = compile_bundle(sources, options.env)
    desired, forms = named(sources, result), normal_forms(result)
    counts: collections.Counter[Way | str] = collections.Counter()
    written: collections.Counter[Way] = collections.Counter()
    wrong, began, edits = 0, time.monotonic(), 0
    for asset, path, value in random_edits(forms, random.Random(options.seed)):
        live = copy.deepcopy(forms[asset])
        target = live
        for name in path[:-1]:
            target = target[name]
        target[path[-1]] = value
        side = {**desired, asset: Named(live, desired[asset].name, desired[asset].template)}
        items = make_plan(desired, desired, side, {})
        done = translate(sources, Request(options.env, items, scope=options.scope))
        edits += 1
        counts.update(field.way for each in done.assets for field in each.fields)
        if is_written(result.sources[asset], path):
            written.update(field.way for each in done.assets for field in each.fields)
        counts["lost"] += sum(len(each.unsettled) for each in done.assets)
        try:
            check(done, items)
        except AssertionError as error:
            wrong += 1
            print(f"wrong: {desired[asset].template} {'.'.join(path)}: {error}", file=sys.stderr)
    each_ms = (time.monotonic() - began) / max(edits, 1) * 1000
    print(f"{edits} edits in {options.env}, {options.scope}, {each_ms:.0f} ms each with its check\n")
    print("| how | edits | share |\n|---|---:|---:|")
    for group, ways in _GROUPS.items():
        number = sum(counts[way] for way in ways)
        print(f"| {group} | {number} | {number / edits:.1%} |")
        if len(ways) > 1:
            for way in ways:
                print(f"| – {way} | {counts[way]} | {counts[way] / edits:.1%} |")
    print(f"| lost | {counts['lost']} | {counts['lost'] / edits:.1%} |\n\nwrong: {wrong}")
    here = sum(written[way] for group in ("in place", "in a variable") for way in _GROUPS[group])
    print(
        f"of the {written.total()} that a template has a line for: {here / written.total():.1%} in place or a variable"
    )
    return 1 if wrong or counts["lost"] else 0


if __name__ == "__main__":
    sys.exit(main())
