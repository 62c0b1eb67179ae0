"""Several runs at once, and runs that are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg

import superset_gitops

from .project import SqlProject

PROGRAM = """
import sys
from pathlib import Path
sys.path[:0] = [{tests!r}]
from postgres.project import SqlProject
report = SqlProject(Path({root!r}), {url!r}).sync()
print(sum(run.ran for run in report.runs))
"""


def _start(project: SqlProject) -> subprocess.Popen[str]:
    tests = str(Path(__file__).parents[1])
    code = PROGRAM.format(tests=tests, root=str(project.root), url=project.url)
    path = os.pathsep.join(str(folder) for folder in Path(superset_gitops.__file__).parents[1:2])
    environ = {**os.environ, "PYTHONPATH": path}
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environ)


def _wait_for(url: str, query: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(300):
            row = connection.execute(query.encode()).fetchone()
            if row is not None and row[0]:
                return
            time.sleep(0.05)
    raise TimeoutError(query)


ASLEEP = "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"


def test_two_runs_at_once_run_each_file_once(project: SqlProject) -> None:
    for number in range(1, 6):
        project.migration(f"00{number}", f"CREATE TABLE t{number} (a int); SELECT pg_sleep(0.1);")
    project.seed("001", "INSERT INTO t1 VALUES (1);")
    runs = [_start(project) for _ in range(4)]
    ran = [int(run.communicate()[0]) for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0, 0]
    assert sum(ran) == 6
    assert project.rows("SELECT a FROM t1") == [(1,)]


def test_a_run_killed_within_a_file_leaves_nothing_of_it(project: SqlProject) -> None:
    project.migration("001", "CREATE TABLE one (a int);")
    project.migration("002", "CREATE TABLE two (a int); SELECT pg_sleep(2);")
    run = _start(project)
    _wait_for(project.url, ASLEEP)
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert project.states() == {"migrations/001.sql": "applied", "migrations/002.sql": "pending"}
    project.migration("002", "CREATE TABLE two (a int);")
    # The server notices the dead client when its statement ends; until then the new run waits for the row.
    assert [done.path for done in project.sync().runs] == ["db/migrations/002.sql"]


def test_a_run_killed_without_a_transaction_goes_on_behind_what_is_recorded(project: SqlProject) -> None:
    begin = "-- hybrid: no-transaction\nCREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n"
    project.migration("001", begin + "SELECT pg_sleep(600);\nINSERT INTO t VALUES (2);")
    run = _start(project)
    _wait_for(project.url, ASLEEP)
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert project.states() == {"migrations/001.sql": "partial"}
    project.migration("001", begin + "INSERT INTO t VALUES (2);")
    project.sync()
    assert project.rows("SELECT a FROM t ORDER BY a") == [(1,), (2,)]
