"""Owns the command `sandbox`: up, down, status, env, logs, reset."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import click

from superset_gitops.cli.project import project_root
from superset_gitops.edges.sandbox import Condition, Sandbox, SandboxStatus
from superset_gitops.edges.sandbox.folder import environments_of
from superset_gitops.edges.sandbox.superset_release import DEFAULT_VERSION, VERSIONS


def _say(text: str) -> None:
    click.echo(text, err=True)


@click.group(name="sandbox", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def command() -> None:
    """A real local PostgreSQL and Superset for each environment, in the cache folder."""


@command.command()
@click.option("--env", "environment", default="dev", show_default=True, help="The environment.")
@click.option(
    "--superset-version",
    type=click.Choice(VERSIONS),
    help=f"For a new sandbox.  [default: policy's, or {DEFAULT_VERSION}]",
)
@click.pass_context
def up(ctx: click.Context, environment: str, superset_version: str | None) -> None:
    """Start it, or make it first; does nothing where all is up."""
    root = project_root(ctx)
    sandbox = Sandbox(root, environment)
    if not sandbox.exists():
        from superset_gitops.workflows.load_project import load_project
        from superset_gitops.workflows.target import named_version

        policy = load_project(root).environment(environment)  # a misspelt name must not become a server of its own
        superset_version = superset_version or named_version(policy)
    state = sandbox.up(_say, superset_version)
    click.echo(f"{environment}: up, Superset {state.superset_version} at {state.base_url}")
    _say(f"  user and password: tools/sandbox env --env {environment}")


@command.command()
@click.option("--env", "environment", help="The environment.  [default: all that have a sandbox]")
@click.pass_context
def down(ctx: click.Context, environment: str | None) -> None:
    """Stop it; data, ports and passwords stay."""
    root = project_root(ctx)
    for name in _chosen(root, environment):
        Sandbox(root, name).down(_say)
        click.echo(f"{name}: down")


@command.command()
@click.option("--env", "environment", help="The environment.  [default: all that have a sandbox]")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def status(ctx: click.Context, environment: str | None, style: str) -> None:
    """Show what runs, where, and where its logs are."""
    root = project_root(ctx)
    found = [Sandbox(root, name).status() for name in _chosen(root, environment)]
    if style == "json":
        click.echo(json.dumps({"sandboxes": [each.as_document() for each in found]}, indent=2))
        return
    for each in found:
        _print_status(each)
    if not found:
        _say("no sandbox; tools/sandbox up makes one")


@command.command()
@click.option("--env", "environment", default="dev", show_default=True, help="The environment.")
@click.pass_context
def env(ctx: click.Context, environment: str) -> None:
    """Print its variables as export lines: eval "$(tools/sandbox env)"."""
    for name, value in Sandbox(project_root(ctx), environment).variables().items():
        click.echo(f"export {name}={shlex.quote(value)}")


@command.command()
@click.option("--env", "environment", default="dev", show_default=True, help="The environment.")
@click.option(
    "--component", type=click.Choice(["superset", "postgres", "setup"]), default="superset", show_default=True
)
@click.option("--lines", type=click.IntRange(0), default=50, show_default=True, help="How many of the last ones.")
@click.option("--follow", "-f", is_flag=True, help="Go on until interrupted.")
@click.pass_context
def logs(ctx: click.Context, environment: str, component: str, lines: int, *, follow: bool) -> None:
    """Print a component's log."""
    from superset_gitops.edges.sandbox.read_log import follow_log, last_lines

    sandbox = Sandbox(project_root(ctx), environment)
    sandbox.variables()  # without a sandbox there is nothing to follow
    log = sandbox.log_file(component)
    shown, position = last_lines(log, lines)
    click.echo(shown, nl=False)
    for text in follow_log(log, position) if follow else ():
        click.echo(text, nl=False)


@command.command()
@click.option("--env", "environment", default="dev", show_default=True, help="The environment.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def reset(ctx: click.Context, environment: str, *, yes: bool) -> None:
    """Stop it and remove it with all its data."""
    sandbox = Sandbox(project_root(ctx), environment)
    if not sandbox.exists():
        click.echo(f"{environment}: absent")
        return
    if not yes and not sys.stdin.isatty():
        raise click.UsageError("there is nobody to ask: say --yes")
    if not yes:
        click.confirm(f"remove the sandbox {environment} with all its data?", abort=True, err=True)
    sandbox.reset(_say)
    click.echo(f"{environment}: removed")


def _chosen(root: Path, environment: str | None) -> list[str]:
    return [environment] if environment else environments_of(root)


def _print_status(found: SandboxStatus) -> None:
    if found.condition is Condition.ABSENT:
        click.echo(f"{found.environment}: absent")
        return
    click.echo(f"{found.environment}: {found.condition}  Superset {found.superset_version}  {found.base_url}")
    for part in found.components:
        pid = f"pid {part.pid}" if part.pid else "not running"
        click.echo(f"  {part.name:<9} {part.condition:<7} port {part.port}  {pid}  log {part.log}")
