"""Owns the installers: uv where it is, venv and pip otherwise; every package is checked against its pinned hash."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from superset_gitops.bootstrap.failure import BootstrapFailed, installation_cause

# Where the user's settings would send packages elsewhere than into the environment, or without bytecode.
_UNWANTED = frozenset(
    {"PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX"}
    | {"PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_DRY_RUN", "PIP_NO_COMPILE"}
    | {"UV_PYTHON", "UV_SYSTEM_PYTHON", "UV_TARGET", "UV_PREFIX", "UV_PROJECT_ENVIRONMENT", "UV_NO_VERIFY_HASHES"}
)
_STILL_THERE_SECONDS = 20.0


def install(python: str, folder: Path, requirements: Path, log: Path, progress: Callable[[str], None]) -> None:
    """Make a virtual environment with exactly these packages.

    Raises:
        BootstrapFailed: neither installer could; the message names the log and the likely cause, or what to install.
    """
    log.write_text("", encoding="utf-8")
    commands = []
    if uv := shutil.which("uv"):
        commands.append(_uv_commands(uv, python, folder, requirements))
    # pip has a try of its own after uv: a mirror may be configured for only one of them.
    commands.append(_pip_commands(python, folder, requirements))
    for attempt in commands:
        shutil.rmtree(folder, ignore_errors=True)
        if all(_run(command, log, progress) for command in attempt):
            return
    raise _failure(python, log)


def _uv_commands(uv: str, python: str, folder: Path, requirements: Path) -> list[list[str]]:
    into = ["--python", str(folder / "bin" / "python")]
    options = ["--no-deps", "--require-hashes", "--compile-bytecode", "--no-progress"]
    return [
        [uv, "venv", "--no-project", "--python", python, str(folder)],
        [uv, "pip", "install", *into, *options, "--requirement", str(requirements)],
    ]


def _pip_commands(python: str, folder: Path, requirements: Path) -> list[list[str]]:
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    options = ["--no-deps", "--require-hashes", "--progress-bar=off"]
    return [
        [python, "-m", "venv", str(folder)],
        [*pip, "install", *options, "--requirement", str(requirements)],
    ]


def _run(command: list[str], log: Path, progress: Callable[[str], None]) -> bool:
    """Run one step with its output in the log; say now and then that it still runs."""
    variables = {name: value for name, value in os.environ.items() if name not in _UNWANTED}
    variables["PIP_USER"] = "0"
    started = time.monotonic()
    with log.open("a", encoding="utf-8") as output:
        output.write(f"$ {' '.join(command)}\n")
        output.flush()
        # The cache's folder: a configuration file of whatever project the caller stands in is not for us.
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=variables, cwd=log.parent, umask=0o022
        ) as process:
            while True:
                try:
                    return process.wait(_STILL_THERE_SECONDS) == 0
                except subprocess.TimeoutExpired:
                    progress(f"  … still installing ({time.monotonic() - started:.0f} s)")


def _failure(python: str, log: Path) -> BootstrapFailed:
    text = log.read_text(encoding="utf-8", errors="replace")
    if not shutil.which("uv") and re.search(
        r"ensurepip\s+is\s+not\s+available|No module named '?(?:venv|ensurepip)", text
    ):
        return _no_installer(python)
    cause, remedy = installation_cause(text[-20_000:])
    return BootstrapFailed(f"{cause} (log: {log})", remedy)


def _no_installer(python: str) -> BootstrapFailed:
    """Debian and its like ship Python without the module that makes environments."""
    ask = [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    version = subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip() or "3"
    remedy = "install uv, or a Python that has venv"
    if sys.platform == "linux" and Path("/etc/debian_version").exists():
        remedy = f"apt install python{version}-venv   (or install uv)"
    return BootstrapFailed(f"{python} cannot make virtual environments and uv is not on PATH", remedy, exit_code=2)
