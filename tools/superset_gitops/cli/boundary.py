"""Owns the one error boundary: every exception becomes a message on stderr and a fixed exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable

from superset_gitops.cli.annotate import annotate
from superset_gitops.errors import EXIT_BUG, EXIT_DONE, EXIT_INTERRUPTED, HybridError, SourceProblems

_INTERRUPTED = "interrupted; a re-run converges"
_NOT_CONFIRMED = "not confirmed: nothing was done (--yes answers in advance, where there is nobody to ask)"


def run_guarded(main: Callable[[], int | None]) -> int:
    """Run a command and return its exit code; problems go to stdout as results, all else to stderr."""
    import click

    try:
        return main() or EXIT_DONE
    except SourceProblems as error:
        for problem in error.problems:
            click.echo(str(problem))
        _complain(str(error))
        annotate(error)
        return error.exit_code
    except HybridError as error:
        _complain(str(error))
        annotate(error)
        return error.exit_code
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code  # 2 for every misuse
    except click.exceptions.Abort as abort:
        # click makes one out of every KeyboardInterrupt; at its own prompt it leaves no cause.
        _complain(_INTERRUPTED if isinstance(abort.__cause__, KeyboardInterrupt) else _NOT_CONFIRMED)
        return EXIT_INTERRUPTED
    except KeyboardInterrupt:
        _complain(_INTERRUPTED)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output (head, less) went away: nothing is wrong and nobody is left to tell.
        sys.stderr.close()
        return EXIT_DONE
    except Exception:  # noqa: BLE001 - the last resort: a bug of ours must still end with its own exit code
        traceback.print_exc()
        _complain("this is a bug in the tool, not in your files; please report it with the lines above")
        return EXIT_BUG


def _complain(text: str) -> None:
    import click

    from superset_gitops.cli.colour import wanted_colour

    # Outside every command's context: only the environment says anything about colour here.
    click.echo(click.style("error: ", fg="red", bold=True) + text, err=True, color=wanted_colour(os.environ))
