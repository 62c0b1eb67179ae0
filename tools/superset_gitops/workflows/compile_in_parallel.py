"""Owns compiling many templates with all of the machine's cores: the first commit in a large project."""

from __future__ import annotations

import os
from collections.abc import Mapping

from superset_gitops.core.hooks.compile_units import Compiled, compile_units
from superset_gitops.core.hooks.recompile import CompileAll, Wanted
from superset_gitops.model.sources import Sources

# Fewer renders are done before another process has started.
_WORTH_A_PROCESS = 100


def in_parallel(sources: Sources, oids: Mapping[str, str], lint_config: str | None) -> CompileAll:
    """A function that compiles what it is given, split by template among processes when that is faster."""

    def compile_all(wanted: Wanted) -> Compiled:
        names = list(dict.fromkeys(name for _, each in wanted for name in each))
        workers = min(_cores(), sum(len(each) for _, each in wanted) // _WORTH_A_PROCESS)
        if workers < 2 or not hasattr(os, "fork"):
            return compile_units(sources, oids, wanted, lint_config)
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        # A template's environments stay together: its code is compiled, and its style judged, once.
        shares = [set(names[number::workers]) for number in range(workers)]
        parts = [[(e, [name for name in each if name in share]) for e, each in wanted] for share in shares]
        _WORK.update(enumerate((sources, oids, part, lint_config) for part in parts))
        with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
            done = list(pool.map(_compile_part, range(workers)))
        _WORK.clear()
        units = {name: each for one in done for name, each in one.units.items()}
        failed = frozenset(place for one in done for place in one.failed)
        return Compiled(units, failed, tuple(sorted({problem for one in done for problem in one.problems})))

    return compile_all


# Forked processes find their work here: nothing of it is copied to them.
_WORK: dict[int, tuple[Sources, Mapping[str, str], Wanted, str | None]] = {}


def _compile_part(number: int) -> Compiled:
    return compile_units(*_WORK[number])


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
