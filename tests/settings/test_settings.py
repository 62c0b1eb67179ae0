"""Which variable wins, and what a URL becomes for whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from superset_gitops.core import settings
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.policy import ApplyMode, DbMode, DbPolicy, EnvironmentPolicy, Gate, SandboxUse, Tree
from superset_gitops.workflows.target import Target, find_target


def policy(sandbox: SandboxUse, name: str = "prod") -> EnvironmentPolicy:
    db = DbPolicy(DbMode.NONE, "m", "s", Gate.FAIL, Gate.FAIL, Gate.FAIL)
    mode = ApplyMode.STRICT_FAIL_ON_DRIFT
    return EnvironmentPolicy(name, mode, Gate.FAIL, db, sandbox, Tree.ANY, keep_query_context=False)


def test_the_environments_own_variable_wins_and_empty_is_unset() -> None:
    environ = {"BASE_URL": "http://all", "BASE_URL_PROD": "http://prod", "BASE_URL_EU_WEST": ""}
    assert settings.variable(environ, "BASE_URL", "prod") == "http://prod"
    assert settings.variable(environ, "BASE_URL", "dev") == "http://all"
    assert settings.variable(environ, "BASE_URL", "eu-west") == "http://all"
    assert settings.variable({}, "BASE_URL", "dev") is None


def test_a_missing_variable_is_named_in_both_spellings() -> None:
    with pytest.raises(ConfigurationError, match="POSTGRES_URL_PROD \\(or POSTGRES_URL\\)"):
        settings.postgres_url({}, "prod")


@pytest.mark.parametrize(
    ("given", "libpq", "sqlalchemy"),
    [
        ("postgresql://u:p@h/d", "postgresql://u:p@h/d", "postgresql://u:p@h/d"),
        ("postgres://u:p@h/d", "postgresql://u:p@h/d", "postgresql://u:p@h/d"),
        ("postgresql+psycopg2://u:p@h/d", "postgresql://u:p@h/d", "postgresql+psycopg2://u:p@h/d"),
        ("postgresql+psycopg://u:p@h/d", "postgresql://u:p@h/d", "postgresql://u:p@h/d"),
        ("trino://u@h/d", "trino://u@h/d", "trino://u@h/d"),
    ],
)
def test_urls_for_libpq_and_for_superset(given: str, libpq: str, sqlalchemy: str) -> None:
    assert settings.libpq_url(given) == libpq
    assert settings.sqlalchemy_url(given) == sqlalchemy


def test_the_data_url_defaults_to_the_migrations_own() -> None:
    target = Target("dev", sandboxed=False, variables={"POSTGRES_URL": "postgres://u:p@h/d"})
    assert target.placeholders("SUPERSET_DATA_URL") == "postgresql://u:p@h/d"
    assert target.ledger_beside_data
    assert target.placeholders("NOT_SET") is None


def test_a_targets_repr_holds_no_secret() -> None:
    assert "hunter2" not in repr(Target("dev", sandboxed=False, variables={"POSTGRES_URL": "postgres://u:hunter2@h/d"}))


@pytest.mark.parametrize("use", [SandboxUse.NEVER, SandboxUse.IF_UP])
def test_without_urls_and_sandbox_both_variables_are_named(tmp_path: Path, use: SandboxUse) -> None:
    with pytest.raises(ConfigurationError) as stopped:
        find_target(tmp_path, policy(use), {}, print, start=True)
    assert "BASE_URL_PROD and POSTGRES_URL_PROD" in str(stopped.value)
    assert ("tools/sandbox up --env prod" in str(stopped.value)) == (use is SandboxUse.IF_UP)


def test_without_sql_files_only_the_ledger_needs_a_database() -> None:
    target = Target("dev", sandboxed=False, variables={"HYBRID_LEDGER_URL": "postgresql://u:p@h/ledger"})
    target.sql_database(policy(SandboxUse.NEVER).db)
    assert target.ledger_url == "postgresql://u:p@h/ledger"
    assert not target.ledger_beside_data
