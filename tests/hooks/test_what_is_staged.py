"""What is checked is what is committed, however git was asked to commit it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from repository import MIGRATION, TEMPLATES, Repository, copy_of, make_repository, shared_cache, template

from fixtures.small_project import CHART, DATASET, LOOK, MACROS, OTHER_CHART

GOOD, BAD = "{{ limit }}", "{{ limt }}"
NOT_DEFINED = "by_name.yaml.j2:8:17: [error] 'limt' is not defined"


def test_the_first_commit_of_an_empty_repository(prepared: Repository, tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "new", prepared.cache)
    repository.edit(template(OTHER_CHART), GOOD, BAD)
    repository.git("add", "-A")
    assert NOT_DEFINED in repository.refused()
    repository.edit(template(OTHER_CHART), BAD, GOOD)
    repository.git("add", "-A")
    assert "Failed" not in repository.commit()


def test_unstaged_edits_neither_save_nor_spoil_a_commit(repository: Repository) -> None:
    chart = template(OTHER_CHART)
    repository.edit(chart, GOOD, BAD)
    repository.git("add", "-A")
    repository.edit(chart, BAD, GOOD)
    assert NOT_DEFINED in repository.refused()
    repository.git("add", "-A")
    repository.edit("README.md", "# Births", "# All births")
    repository.git("add", "-A")
    repository.edit(chart, GOOD, BAD)
    repository.commit()
    assert BAD in repository.read(chart), "the edit is still there"


def test_a_commit_of_named_paths_leaves_the_rest_of_the_index_out(repository: Repository) -> None:
    repository.edit(template(OTHER_CHART), GOOD, BAD)
    repository.git("add", "-A")
    repository.edit(template(CHART), "big_number_total", "big_number")
    repository.commit("--", template(CHART))
    assert NOT_DEFINED in repository.refused("--", template(OTHER_CHART))
    assert repository.git("diff", "--cached", "--name-only") == template(OTHER_CHART), "the index is as it was"
    assert NOT_DEFINED in repository.refused("--all")


def test_one_hunk_of_a_file(repository: Repository) -> None:
    chart = template(OTHER_CHART)
    repository.edit(chart, "Births by name", "Births of each name")
    whole = repository.read(chart)
    repository.git("add", chart)
    repository.edit(chart, GOOD, BAD)  # what `git add -p` leaves behind
    repository.commit()
    assert repository.read(chart) == whole.replace(GOOD, BAD)


def test_what_git_does_not_have_yet_is_not_there(repository: Repository) -> None:
    repository.edit(template(CHART), LOOK, "_parts/new.yaml.j2")
    repository.write(f"{TEMPLATES}/_parts/new.yaml.j2", '  subheader: ""\n')
    missing = "charts/total.yaml.j2:7:13: [error] there is no template '_parts/new.yaml.j2'"
    assert missing in repository.refused("--all"), "untracked"
    repository.git("add", "--intent-to-add", f"{TEMPLATES}/_parts/new.yaml.j2")
    repository.git("add", template(CHART))
    assert missing in repository.refused(), "announced only"
    repository.git("add", "-A")
    repository.commit()


def test_amending(repository: Repository) -> None:
    repository.edit(template(OTHER_CHART), GOOD, BAD)
    assert NOT_DEFINED in repository.refused("--all", "--amend")
    repository.edit(template(OTHER_CHART), BAD, GOOD)
    repository.write(MIGRATION.replace("001_schema", "002_more"), "CREATE TABLE births.more (id bigint);\n")
    repository.git("add", "-A")
    repository.commit()
    repository.edit(MIGRATION.replace("001_schema", "002_more"), "more (id", "other (id")
    repository.commit("--all", "--amend")  # main does not have this migration yet


def test_a_merge_is_checked_as_a_whole(repository: Repository) -> None:
    repository.edit(template(DATASET), "  - {column_name: name, type: VARCHAR}\n", "  - {column_name: names}\n")
    repository.edit(template(OTHER_CHART), "[name]", "[names]")
    repository.git("commit", "-aqm", "Rename a column", "--no-verify")
    repository.git("checkout", "-q", "main")
    repository.write(
        f"{TEMPLATES}/charts/new.yaml.j2",
        "uuid: 66666666-6666-4666-8666-666666666666\nslice_name: New\nviz_type: table\n"
        'dataset_uuid: {{ ref("datasets/main/births") }}\nparams: {groupby: [name], metrics: [births]}\n',
    )
    repository.edit(template(OTHER_CHART), "row_limit:", "order_desc: true\n  row_limit:")
    repository.git("add", "-A")
    repository.git("commit", "-qm", "Use the column", "--no-verify")
    repository.git("merge", "-q", "--no-commit", "work", check=False)
    said = repository.git("commit", "-qm", "Merge", check=False)
    assert "charts/new.yaml.j2:5:20: [error] the dataset births has no column 'name' (did you mean 'names'?)" in said, (
        said
    )
    assert Path(repository.path, ".git", "MERGE_HEAD").exists()
    repository.git("checkout", "-q", "work", "--", template(DATASET))
    repository.edit(f"{TEMPLATES}/charts/new.yaml.j2", "[name]", "[names]")
    repository.edit(
        "superset_assets/templates/dashboards/births.yaml.j2", "column: {name: name}", "column: {name: names}"
    )
    repository.git("add", "-A")
    repository.commit()


def test_windows_line_ends(repository: Repository) -> None:
    chart = template(OTHER_CHART)
    repository.write(chart, repository.read(chart).replace("\n", "\r\n"))
    repository.commit("--all")
    repository.edit(chart, GOOD, BAD)
    assert NOT_DEFINED in repository.refused("--all")


def test_a_submodule_and_a_folder_of_a_larger_repository(repository: Repository, tmp_path: Path) -> None:
    other = Repository(tmp_path / "outer", repository.cache)
    other.path.mkdir()
    other.git("init", "-q", "-b", "main")
    other.git("submodule", "--quiet", "add", str(repository.path), "inner")
    inner = Repository(other.path / "inner", repository.cache)
    inner.run(sys.executable, "-m", "pre_commit", "install")
    inner.edit(template(OTHER_CHART), GOOD, BAD)
    assert NOT_DEFINED in inner.refused("--all")
    other.git("rm", "-q", "--cached", "inner", "-f")
    (other.path / ".gitmodules").unlink()
    copied = copy_of(inner, other.path / "teams" / "bi")
    (copied.path / ".git").unlink()
    other.git("add", "teams")
    told = other.hook("template-compile", "--project", "teams/bi")
    assert told.returncode == 1
    assert told.stdout.startswith("teams/bi/superset_assets/templates/charts/by_name.yaml.j2:8:17: [error] 'limt'")
    assert other.hook("template-compile", "--project", "teams/bi").stdout == told.stdout, "read from the verdict"
    nowhere = other.hook("bundle-validate")
    assert (nowhere.returncode, "no policy.yaml is staged" in nowhere.stderr) == (2, True)


def test_two_worktrees_commit_at_once(repository: Repository, tmp_path: Path) -> None:
    repository.git("worktree", "add", "-q", "-b", "second", str(tmp_path / "second"))
    second = Repository(tmp_path / "second", repository.cache)
    repository.edit(template(OTHER_CHART), GOOD, BAD)
    second.edit(template(CHART), "metric: births", "metric: deaths")
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-qam", "Change"]
    for _ in range(2):
        running = [
            subprocess.Popen(command, cwd=each.path, env=each.environ, stderr=subprocess.PIPE, text=True)
            for each in (repository, second)
        ]
        said = [process.communicate(timeout=120)[1] for process in running]
        assert [process.returncode for process in running] == [1, 1]
        assert NOT_DEFINED in said[0]
        assert "total.yaml.j2:6:11: [error] the dataset births has no metric 'deaths'" in said[1]


def test_a_damaged_cache_is_as_good_as_none(repository: Repository, tmp_path: Path) -> None:
    repository.cache = shared_cache(tmp_path / "cache")
    repository.edit(template(OTHER_CHART), GOOD, BAD)
    repository.git("add", "-A")
    first = repository.hook("template-compile")
    kept = [path for path in (repository.cache / "hooks").rglob("*") if path.is_file()]
    assert {path.parent.name for path in kept} == {"memories", "scopes", "verdicts"}
    for damage in (
        lambda raw: raw[: len(raw) // 2],
        lambda raw: b"",
        lambda raw: raw.replace(b"limt", b"limo"),
        bytes.swapcase,
    ):
        for path in kept:
            path.write_bytes(damage(path.read_bytes()))
        again = repository.hook("template-compile")
        assert (again.returncode, again.stdout, again.stderr) == (1, first.stdout, "")
    assert repository.hook("yamllint").returncode == 0
    assert repository.git("status", "--porcelain", "--ignored") == f"M  {template(OTHER_CHART)}"


def test_git_s_variables_of_another_repository_do_not_get_in(repository: Repository, tmp_path: Path) -> None:
    other = copy_of(repository, tmp_path / "other")
    other.edit(template(MACROS), "{{ title }}", "{{ titel }}")
    other.git("add", "-A")
    index = (repository.path / ".git" / "index").read_bytes()
    said = other.refused(GIT_DIR=str(other.path / ".git"), GIT_WORK_TREE=str(other.path))
    assert "_macros/chart.j2:2:16: [error] 'titel' is not defined" in said
    assert (repository.path / ".git" / "index").read_bytes() == index


def test_migrations_that_main_has(repository: Repository) -> None:
    repository.edit(MIGRATION, "births", "deaths")
    said = repository.refused("--all")
    assert f"{MIGRATION}:1:1: [error] main has another text of this migration" in said
    repository.git("checkout", "-q", "HEAD", "--", MIGRATION)
    repository.git("mv", MIGRATION, MIGRATION.replace("001", "002"))
    said = repository.refused()
    assert (
        f"{MIGRATION}:1:1: [error] main has this migration, and may have run it: it was renamed to 002_schema.sql"
        in said
    )
    repository.git("rm", "-qf", MIGRATION.replace("001", "002"))
    assert "it was deleted" in repository.refused()
    repository.git("reset", "-q", "--hard")
    repository.write("db/migrations/000_first.sql", "DROP TABLE births.births;\n")
    repository.write("db/migrations/02_more.sql", "SELECT 1;\n")
    repository.git("add", "-A")
    said = repository.refused()
    assert "000_first.sql:1:1: [error] it sorts before 001_schema.sql, which main has" in said
    assert "000_first.sql:1:1: [error] Dropping a table may break existing clients." in said
    assert "02_more.sql:1:1: [error] names sort as text: write the number with 3 digits" in said


def test_secrets_in_documentation_and_sql(repository: Repository) -> None:
    repository.write(
        "README.md",
        "`postgresql://USER:PASSWORD@HOST/DATABASE`, `postgresql://reader:secret@localhost/births`\n"
        "password: ${NAME}\npassword: your-password\nexport PGPASSWORD=XXXXXXXXXX\n"
        "<!-- allow-secret: made up -->\npostgresql://reader:Tr0ubadour@db.births.org/births\n",
    )
    repository.write("db/seed/001_role.sql", "ALTER ROLE reader PASSWORD 'Tr0ubadour';  -- allow-secret: made up\n")
    repository.git("add", "-A")
    repository.commit()
    repository.write("README.md", "postgresql://reader:Tr0ubadour@db.births.org/births\nDB_PASSWORD=Tr0ubadour\n")
    repository.write("notes.txt", f"token {'ghp_' + 'a1B2c3D4e5F6' * 3}\n")
    repository.write("db/seed/001_role.sql", "ALTER ROLE reader PASSWORD 'Tr0ubadour';\n")
    repository.git("add", "-A")
    said = repository.refused()
    for place in ("README.md:1:1: ", "README.md:2:13: ", "notes.txt:1:7: ", "db/seed/001_role.sql:1:29: "):
        assert f"\n{place}[error] " in said


def test_another_release_of_superset_is_another_look_at_what_did_not_change(repository: Repository) -> None:
    repository.edit(template(DATASET), "main_dttm_col: year", "folders: []\nmain_dttm_col: year")
    repository.commit("--all")
    repository.edit("policy.yaml", "drift_gate: warn", 'drift_gate: warn, superset_version: "5.0.0"')
    told = "births.yaml.j2:5:1: [error] [dev] unknown field: Superset 5.0.0 would refuse 'folders'"
    assert told in repository.refused("--all")
    repository.edit("policy.yaml", '"5.0.0"', '"6.0.0"')
    repository.commit("--all")
