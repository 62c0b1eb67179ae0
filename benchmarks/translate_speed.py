"""How long translating takes: 100 drifted charts with four edits each, in a project of 300 charts and 3 environments.

    python benchmarks/translate_speed.py [--charts N]

The reference of the same run is compiling all environments once. Nothing is asserted: compare ratios.
"""

from __future__ import annotations

import argparse
import collections
import copy
import random
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests"), str(ROOT / "tests" / "translate"), str(ROOT / "benchmarks")]

import large_project  # noqa: E402 - the path is set above
from drifted import named  # noqa: E402
from random_edits import changed  # noqa: E402

from superset_gitops.core.compile.compile_bundle import compile_bundle  # noqa: E402
from superset_gitops.core.drift import Named, make_plan  # noqa: E402
from superset_gitops.core.translate.translate import Request, translate  # noqa: E402
from superset_gitops.core.translate.verify_whole import faults_of  # noqa: E402
from superset_gitops.model.asset import Kind  # noqa: E402
from superset_gitops.model.plan import PlanItem  # noqa: E402
from superset_gitops.model.sources import Sources  # noqa: E402
from superset_gitops.model.translation import Scope  # noqa: E402
from superset_gitops.workflows.load_project import load_project  # noqa: E402

# A text beside a variable, a literal, a variable that all read, a literal of a part that all include.
_FIELDS = (("slice_name",), ("description",), ("params", "row_limit"), ("params", "x_axis_time_format"))


def main() -> int:
    """Run it; exit with 1 when a result is not what the edits say."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--charts", type=int, default=100)
    charts = parser.parse_args().charts
    with tempfile.TemporaryDirectory() as folder:
        large_project.write_large_project(Path(folder), datasets=20, charts=300, dashboards=20)
        sources = load_project(Path(folder)).sources
    began = time.process_time()
    for name in sources.environments:
        compile_bundle(sources, name)
    reference = time.process_time() - began
    items = _drifted(sources, charts)
    print(f"{charts} charts, {charts * len(_FIELDS)} edits; compiling all environments: {reference:.1f} s\n")
    print("| scope | translating | its last look | × compiling | edits |\n|---|---:|---:|---:|---|")
    sound = True
    for scope in Scope:
        began = time.process_time()
        done = translate(sources, Request("dev", items, scope=scope))
        translating = time.process_time() - began
        began = time.process_time()
        faults = faults_of(done)
        looking = time.process_time() - began
        ways = collections.Counter(str(field.way) for asset in done.assets for field in asset.fields)
        told = ", ".join(f"{count} {way}" for way, count in ways.most_common())
        ratio = (translating + looking) / reference
        print(f"| {scope} | {translating:.1f} s | {looking:.1f} s | {ratio:.1f} | {told} |")
        sound = sound and not faults and ways.total() == charts * len(_FIELDS)
    return 0 if sound else 1


def _drifted(sources: Sources, charts: int) -> tuple[PlanItem, ...]:
    """The plan after somebody changed four fields of each of the first charts."""
    desired = named(sources, compile_bundle(sources, "dev"))
    live = {key: Named(copy.deepcopy(each.normal), each.name, each.template) for key, each in desired.items()}
    chance = random.Random(1)
    for key in [key for key in sorted(live, key=str) if key.kind is Kind.CHART][:charts]:
        for path in _FIELDS:
            target = live[key].normal
            for name in path[:-1]:
                target = target[name]
            target[path[-1]] = changed(path, target[path[-1]], chance)
    return make_plan(desired, desired, live, {})


if __name__ == "__main__":
    sys.exit(main())
