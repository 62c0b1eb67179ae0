"""Owns `hybrid hook`: what git's hooks after a merge and before a push run. It ends with 0, whatever happens."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from superset_gitops.bootstrap.head_moves import (
    POST_COMMIT,
    POST_MERGE,
    POST_REWRITE,
    Event,
    common_folder,
    event_of,
)
from superset_gitops.bootstrap.start_hook import skipped
from superset_gitops.cli.outlets import progress, say
from superset_gitops.cli.project import project_root
from superset_gitops.errors import EXIT_DONE, HybridError

if TYPE_CHECKING:
    from superset_gitops.edges.files.hook_log import HookLog

PRE_PUSH = "pre-push"
_LINES = 3  # what a merge may add to its own output
_PACKAGE_PARENT = Path(__file__).resolve().parents[2]


@click.command("hook")
@click.argument("name", type=click.Choice([POST_MERGE, POST_REWRITE, POST_COMMIT, PRE_PUSH]))
@click.argument("arguments", nargs=-1)
@click.option(
    "--inside", is_flag=True, hidden=True, help="Do the work itself; whoever started this one limits its time."
)
@click.pass_context
def command(ctx: click.Context, name: str, arguments: tuple[str, ...], *, inside: bool) -> int:
    """Do what policy.yaml says for one of git's hooks; ARGUMENTS are what git gives to it.

    post-merge, post-rewrite, post-commit: where a merge, a pull or a rebase changed templates, variables, policy or SQL
    files, deploy to dev's sandbox if it is up (never started here), in at most 60 seconds. pre-push: show dev's drift
    plan, if policy has hooks.pre_push.enabled.

    HYBRID_SKIP=1 switches both off. Exit code: always 0, so that git goes on. The log is in the git folder.
    """
    started = time.monotonic()
    if skipped(os.environ):
        return EXIT_DONE
    event = event_of(name, arguments, os.environ)
    try:
        root = project_root(ctx)
    except HybridError as error:
        _say_all(_failure_lines(event, error))
        return EXIT_DONE
    if inside:
        return _work(root, event)
    # A terminal that is closed, or an IDE that gives up, must not leave the work running without a limit.
    signal.signal(signal.SIGHUP, signal.getsignal(signal.SIGTERM))
    try:
        found = _what_to_do(root, event)
        if found is not None:
            _limited(root, event, *found, started)
    except HybridError as error:
        with _logging(root, event) as log:
            lines = _failure_lines(event, error)
            log.write("\n".join(lines))
            _say_all(lines)
    except KeyboardInterrupt:
        say("interrupted before anything was done")
    except Exception:  # noqa: BLE001 - a bug of ours must not end somebody's rebase half way
        traceback.print_exc()
        say(f"{name}: this is a bug in the tool; please report it with the lines above")
    return EXIT_DONE


def _limited(root: Path, event: Event, environment: str, seconds: float, started: float) -> None:
    """Run the work in a process of its own, for so many seconds, and tell what it did."""
    from superset_gitops.core.report.hook_text import unfinished_lines
    from superset_gitops.edges.bounded_child import run_bounded

    with _logging(root, event) as log:
        code = "from superset_gitops.cli.main import run; run()"
        arguments = ["--project", str(root), "hook", event[0], "--inside", *filter(None, event[1:])]
        ended = run_bounded(
            [sys.executable, "-P", "-c", code, *arguments],
            seconds - (time.monotonic() - started),
            cwd=root,
            environ=os.environ | {"PYTHONPATH": str(_PACKAGE_PARENT), "GIT_TERMINAL_PROMPT": "0"},
            errors=log.file,
        )
        log.write(f"{ended.out.rstrip()}\nexit code {ended.code} after {time.monotonic() - started:.1f} s")
    lines = ended.out.splitlines()
    if ended.code == EXIT_DONE and not ended.stopped:
        _say_all(lines if event[0] == PRE_PUSH else lines[:_LINES])
        return
    way_on = f"tools/hybrid drift-plan --env {environment}" if event[0] == PRE_PUSH else f"tools/deploy {environment}"
    reason = {"timeout": f"stopped after {seconds:g} s", "interrupt": "interrupted"}.get(ended.stopped, "")
    _say_all(unfinished_lines(environment, lines, reason, way_on, _shown(log.path)))


@contextmanager
def _logging(root: Path, event: Event) -> Iterator[HookLog]:
    """The log of a run, which begins with when, what and where."""
    from superset_gitops.edges.files.hook_log import open_hook_log

    log = open_hook_log(common_folder(root), PRE_PUSH if event[0] == PRE_PUSH else POST_MERGE)
    with log.file:
        log.write(f"\n── {time.strftime('%Y-%m-%d %H:%M:%S %z')}  {' '.join(event)}  {root}")
        yield log


def _what_to_do(root: Path, event: Event) -> tuple[str, float] | None:
    """The environment and the seconds; None where there is nothing to do."""
    if event[0] == PRE_PUSH:
        from superset_gitops.workflows.load_project import load_policy_alone

        hooks = load_policy_alone(root).hooks
        return (hooks.environment, hooks.pre_push_timeout) if hooks.pre_push else None
    from superset_gitops.workflows.after_merge import find_merge_work

    merged = find_merge_work(root, event, os.environ)
    return None if merged is None else (merged.environment, merged.post_merge_timeout)


def _work(root: Path, event: Event) -> int:
    """Do it: its lines go to stdout, all else to stderr, which is the log."""
    if event[0] == PRE_PUSH:
        from superset_gitops.workflows.before_push import plan_before_push as work
    else:
        from superset_gitops.workflows.after_merge import deploy_merged as work
    try:
        _say_all(work(root, os.environ, progress))
    except HybridError as error:
        progress(str(error))
        _say_all(_failure_lines(event, error))
        return error.exit_code
    return EXIT_DONE


def _failure_lines(event: Event, error: HybridError) -> list[str]:
    from superset_gitops.core.report.hook_text import stopped_lines

    return stopped_lines("not compared" if event[0] == PRE_PUSH else "not deployed", error)


def _say_all(lines: Sequence[str]) -> None:
    for line in lines:
        say(line)


def _shown(path: Path) -> str:
    """A path as one would type it here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
