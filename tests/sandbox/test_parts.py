"""The parts of a sandbox that need no server."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from superset_gitops.edges.sandbox import Condition, Sandbox
from superset_gitops.edges.sandbox.causes import likely_cause
from superset_gitops.edges.sandbox.folder import SandboxFolder, environments_of, sandbox_folder
from superset_gitops.edges.sandbox.interpreter import find_interpreter
from superset_gitops.edges.sandbox.ports import choose_ports, is_free
from superset_gitops.edges.sandbox.processes import (
    RunAs,
    find_processes,
    is_running,
    mark_of,
    start_detached,
    stop_process,
    wait_until,
)
from superset_gitops.edges.sandbox.read_log import follow_log, last_lines
from superset_gitops.edges.sandbox.state import Credentials, ProcessMark, SandboxState, read_state, write_state
from superset_gitops.errors import ConfigurationError


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HYBRID_SANDBOX_DIR", str(tmp_path / "sandboxes"))
    return tmp_path / "sandboxes"


@pytest.fixture
def folder(base: Path, tmp_path: Path) -> SandboxFolder:
    made = sandbox_folder(tmp_path, "dev")
    made.root.mkdir(parents=True)
    return made


def new_state(postgres_port: int = 20_001) -> SandboxState:
    marks = {"postgres": ProcessMark(1, 2.5)}
    return SandboxState(
        "dev", "/p", "6.1.0", postgres_port, postgres_port + 1, Credentials.generate(), ("databases",), marks
    )


def test_a_state_is_read_as_written(folder: SandboxFolder) -> None:
    state = new_state()
    write_state(folder, state)
    assert read_state(folder) == state


def test_only_its_owner_can_read_the_passwords(folder: SandboxFolder) -> None:
    write_state(folder, new_state())
    assert folder.state.stat().st_mode & 0o077 == 0
    assert new_state().credentials.admin not in repr(new_state())


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 99}', '{"format": 1, "environment": "dev"}'])
def test_an_unreadable_state_is_an_error_that_names_reset(folder: SandboxFolder, text: str) -> None:
    folder.state.write_text(text)
    with pytest.raises(ConfigurationError) as refused:
        read_state(folder)
    assert "tools/sandbox reset --env dev" in refused.value.remedy


@pytest.mark.parametrize("name", ["../dev", "", "Dev", "a/b", "-x", "dev\n", "x" * 50])
def test_a_name_that_is_no_folder_is_refused(base: Path, name: str) -> None:
    with pytest.raises(ConfigurationError):
        sandbox_folder(Path("/p"), name)


def test_two_clones_of_one_name_have_their_own(base: Path) -> None:
    assert sandbox_folder(Path("/a/shop"), "dev") != sandbox_folder(Path("/b/shop"), "dev")


def test_what_was_never_made_is_absent(base: Path, tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path, "dev")
    assert sandbox.status().condition is Condition.ABSENT
    with pytest.raises(ConfigurationError, match="no sandbox for dev"):
        sandbox.variables()
    sandbox.down()
    sandbox.reset()
    assert environments_of(tmp_path) == []
    assert not base.exists()


def test_a_port_that_a_stopped_sandbox_keeps_is_not_given_away(folder: SandboxFolder) -> None:
    [port] = choose_ports("seed", 1)
    write_state(folder, new_state(port))
    assert not {port, port + 1} & set(choose_ports("seed", 3))


def test_a_port_in_use_is_not_chosen(base: Path) -> None:
    [port] = choose_ports("seed", 1)
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert not is_free(port)
        assert choose_ports("seed", 1) != [port]


def test_a_detached_process_lives_until_it_is_stopped(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(60)"]
    mark = start_detached(command, log=log, cwd=tmp_path, run_as=RunAs())
    assert mark is not None
    assert is_running(mark)
    assert wait_until(lambda: log.read_text() == "here\n", 20)
    assert find_processes(tmp_path, lambda found: found == command) == [mark]
    import signal

    stop_process(mark, ((signal.SIGTERM, 10.0),))
    assert not is_running(mark)


def test_a_recycled_pid_is_somebody_else() -> None:
    import signal

    own = mark_of(os.getpid())
    assert own is not None
    former = ProcessMark(own.pid, own.started - 3600)
    assert not is_running(former)
    stop_process(former, ((signal.SIGKILL, 1.0),))
    assert is_running(own)


def test_a_zombie_does_not_run() -> None:
    child = subprocess.Popen(["true"])
    assert wait_until(lambda: mark_of(child.pid) is None, 10)
    child.wait()


def test_secrets_of_the_shell_do_not_reach_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "of-production")
    log = tmp_path / "log"
    start_detached(["/usr/bin/env"], log=log, cwd=tmp_path, run_as=RunAs())
    assert wait_until(lambda: log.exists() and "PATH=" in log.read_text(), 10)
    assert "of-production" not in log.read_text()


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ('LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', "port"),
        ("[ERROR] connection to ('127.0.0.1', 20001) failed: [Errno 98] Address already in use", "port"),
        ("PANIC:  could not write to file: No space left on device", "disk is full"),
        ("FATAL:  database files are incompatible with server", "another PostgreSQL version"),
        ("[ERROR] Worker (pid:12) was sent SIGKILL! Perhaps out of memory?", "out of memory"),
        ("FATAL:  could not map anonymous shared memory: Cannot allocate memory", "out of memory"),
        ("ModuleNotFoundError: No module named 'cachetools'", "installation"),
        ("PANIC:  could not locate a valid checkpoint record at 0/17A6A18", "damaged"),
        ('FATAL:  password authentication failed for user "superset"', "could not reach its PostgreSQL"),
        ("all is well", ""),
    ],
)
def test_the_log_tells_the_cause(line: str, cause: str) -> None:
    told, remedy = likely_cause(f"starting\n{line}\nbye", "dev")
    assert cause in told
    assert bool(told) == bool(cause)
    assert remedy


def test_a_shim_that_does_not_run_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shim = tmp_path / "python3.8"
    shim.write_text("#!/bin/sh\necho 'python3.8: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    with pytest.raises(ConfigurationError, match=r"Superset 1.0 needs Python 3\.8; none was found") as refused:
        find_interpreter(("3.8",), "Superset 1.0")
    assert "uv python install 3.8" in refused.value.remedy


def test_the_python_that_runs_this_is_the_first_candidate() -> None:
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    found = find_interpreter((version,), "this test")
    said = subprocess.run(
        [found.path, "-c", "import sys; print(sys.prefix == sys.base_prefix)"], capture_output=True, check=True
    )
    assert said.stdout == b"True\n"


def test_a_log_is_followed_across_its_replacement(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("one\ntwo\nthree\n")
    shown, position = last_lines(log, 2)
    assert shown == "two\nthree\n"
    news = follow_log(log, position)
    with log.open("a") as file:
        file.write("four\n")
    assert next(news) == "four\n"
    log.write_text("new\n")
    assert next(news) == "new\n"


def test_the_status_is_one_document(folder: SandboxFolder, tmp_path: Path) -> None:
    write_state(folder, new_state())
    document = json.loads(json.dumps(Sandbox(tmp_path, "dev").status().as_document()))
    assert document["condition"] == "down"
    assert document["components"]["superset"]["port"] == 20_002
