"""What happens to a sandbox on a bad day: kills, a reboot, a foreign program on its port, two users at once."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from driver import kill_up_when_it_says, run_sandbox, sandbox_command

from fixtures.postgres import say
from fixtures.superset import REPOSITORY, RunningSuperset, stop_sandbox
from superset_gitops.edges.sandbox import Condition, Sandbox
from superset_gitops.edges.sandbox.folder import sandbox_folder
from superset_gitops.edges.sandbox.processes import is_running, mark_of, wait_until
from superset_gitops.edges.sandbox.state import ProcessMark, read_state, write_state
from superset_gitops.errors import ConfigurationError, Unavailable


@pytest.fixture
def other(sandboxes_dir: Path) -> Iterator[Sandbox]:
    """A second environment, not made yet."""
    sandbox = Sandbox(REPOSITORY, "prod")
    yield sandbox
    stop_sandbox(sandbox_folder(REPOSITORY, "prod").root)
    sandbox.reset()


def test_up_goes_on_where_it_was_killed(other: Sandbox) -> None:
    """At three different stages, one after the other."""
    ports = set()
    for words in ("creating PostgreSQL", "PostgreSQL is up", "starting Superset"):
        kill_up_when_it_says("prod", words)
        state = read_state(sandbox_folder(REPOSITORY, "prod"))
        assert state is not None
        ports.add(state.base_url)
    assert ports == {other.up(say).base_url}
    assert other.status().condition is Condition.UP


def test_two_ups_at_once_make_one_sandbox(other: Sandbox) -> None:
    command = sandbox_command("up", "--env", "prod")
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=300) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert said[0][0] == said[1][0]
    assert "".join(stderr for _, stderr in said).count("creating PostgreSQL") == 1


def test_remains_without_a_state_are_cleared(other: Sandbox) -> None:
    """Killed before the first word was written down, or the file was lost."""
    root = sandbox_folder(REPOSITORY, "prod").root
    (root / "postgres" / "data").mkdir(parents=True)
    other.up(say)
    assert other.status().condition is Condition.UP


def test_after_a_reboot_every_noted_pid_is_somebody_elses(superset: RunningSuperset) -> None:
    folder = sandbox_folder(REPOSITORY, "dev")
    state = superset.sandbox.up(say)
    for mark in state.processes.values():
        os.kill(mark.pid, signal.SIGKILL)
        assert wait_until(lambda pid=mark.pid: mark_of(pid) is None, 10)
    own = os.getpid()
    write_state(folder, replace(state, processes={name: ProcessMark(own, 1.0) for name in state.processes}))
    pid_file = folder.data / "postmaster.pid"
    pid_file.write_text("\n".join([str(own), *pid_file.read_text().splitlines()[1:]]))
    (folder.superset_home / "gunicorn.pid").write_text(str(own))
    assert superset.sandbox.status().condition is Condition.DOWN
    assert superset.sandbox.up(say).variables() == superset.variables
    assert superset.sandbox.status().condition is Condition.UP


def test_a_foreign_program_on_the_port_is_named(superset: RunningSuperset) -> None:
    superset.sandbox.down()
    with socket.socket() as foreign:
        foreign.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        foreign.bind(("127.0.0.1", superset.state.superset_port))
        foreign.listen()
        with pytest.raises(Unavailable, match=f"taken by .*pid {os.getpid()}") as refused:
            superset.sandbox.up(say)
        assert "tools/sandbox reset --env dev" in refused.value.remedy
        assert superset.sandbox.status().condition is Condition.PARTLY
    superset.sandbox.up(say)


def test_a_killed_worker_comes_back_by_itself(superset: RunningSuperset) -> None:
    mark = superset.sandbox.up(say).processes["superset"]
    [worker] = psutil.Process(mark.pid).children()
    worker.kill()
    worker.wait(10)
    assert wait_until(lambda: superset.sandbox.status().condition is Condition.UP, 120)
    assert is_running(mark)


def test_reset_asks_first(other: Sandbox) -> None:
    folder = sandbox_folder(REPOSITORY, "prod")
    folder.root.mkdir(parents=True)
    folder.state.write_text("{")
    command = sandbox_command("reset", "--env", "prod")
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert (done.returncode, "--yes" in done.stderr) == (2, True)
    assert run_sandbox("reset", "--env", "prod", "--yes") == "prod: removed\n"
    assert run_sandbox("reset", "--env", "prod") == "prod: absent\n"


def test_another_release_is_refused(superset: RunningSuperset) -> None:
    with pytest.raises(ConfigurationError, match=r"is of Superset 6\.1\.0, not 6\.0\.0") as refused:
        superset.sandbox.up(say, "6.0.0")
    assert "reset" in refused.value.remedy


def test_the_printed_variables_are_shell(superset: RunningSuperset) -> None:
    script = (
        'eval "$1"; printf %s "$POSTGRES_URL $BASE_URL $SUPERSET_ADMIN_USER $SUPERSET_ADMIN_PASS $SUPERSET_DATA_URL"'
    )
    exports = run_sandbox("env", "--env", "dev")
    done = subprocess.run(["sh", "-c", script, "sh", exports], capture_output=True, text=True, check=True)
    assert done.stdout.split() == list(superset.variables.values())


def test_status_tells_everything(superset: RunningSuperset) -> None:
    document = json.loads(run_sandbox("status", "--format", "json"))
    [dev] = [each for each in document["sandboxes"] if each["environment"] == "dev"]
    assert dev["condition"] == "up"
    assert dev["base_url"] == superset.base_url
    assert Path(dev["components"]["superset"]["log"]).exists()
    assert superset.state.credentials.admin not in str(document)


def test_the_log_is_shown(superset: RunningSuperset) -> None:
    assert "Listening at" in run_sandbox("logs", "--env", "dev", "--lines", "100000")
    assert "ready to accept connections" in run_sandbox("logs", "--component", "postgres", "--lines", "100000")
