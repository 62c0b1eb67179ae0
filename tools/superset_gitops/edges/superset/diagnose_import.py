"""Owns finding out why an import failed, without writing anything.

The import of all kinds answers every failure by a 500 without a reason. The import of dashboards validates files of all
four kinds before it writes, and answers 422 with every file's errors as soon as one is invalid; so one that must be
invalid is added. Measured on 6.1.0: no row, no permission and no renaming is left behind by it, new databases included.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from superset_gitops.edges.superset.answers import json_of, message_of
from superset_gitops.edges.superset.bundle_document import title_of
from superset_gitops.edges.superset.find_collisions import find_collisions
from superset_gitops.edges.superset.find_drivers import missing_drivers
from superset_gitops.edges.superset.find_unchecked import find_unchecked
from superset_gitops.edges.superset.rejection import ImportProblem, flatten
from superset_gitops.edges.superset.secrets import ConnectionSecrets
from superset_gitops.edges.superset.send_bundle import Files, send_kind
from superset_gitops.edges.superset.session import Session
from superset_gitops.model.asset import Document, Kind

PROBE = "charts/hybrid-invalid-on-purpose.yaml"
Diagnosis = tuple[tuple[ImportProblem, ...], tuple[str, ...]]


def diagnose_import(
    session: Session, files: Files, secrets: ConnectionSecrets, documents: Mapping[str, Document]
) -> Diagnosis:
    """The problems found, and what was tried, in order.

    Raises:
        Unavailable: the server cannot be asked any more.
    """
    tried: list[str] = []
    problems = _schema_problems(session, files, secrets, tried)
    if not problems:
        problems = find_unchecked(documents)
        tried.append(f"looked for what the importer needs but does not check: {len(problems)} found")
    if not problems:
        problems = find_collisions(session, documents)
        tried.append(f"looked for the same name under another uuid: {len(problems)} found")
    if not problems:
        problems = missing_drivers(session, documents)
        tried.append(f"looked for database drivers that the server lacks: {len(problems)} found")
    named = (
        ImportProblem(one.path, one.field, one.message, title_of(one.path, documents.get(one.path, {})))
        for one in problems
    )
    return tuple(sorted(set(named))), tuple(tried)


def problems_in(session_answer_body: object) -> list[ImportProblem]:
    """The problems that an answer's `errors[].extra` has, by file; the files' order is the server's."""
    if not isinstance(session_answer_body, Mapping):
        return []
    return [
        ImportProblem(path, field, message)
        for error in session_answer_body.get("errors") or []
        for path, errors in (error.get("extra") or {}).items()
        if path not in {"issue_codes", PROBE}
        for field, message in flatten(errors)
    ]


def _schema_problems(
    session: Session, files: Files, secrets: ConnectionSecrets, tried: list[str]
) -> list[ImportProblem]:
    answer = send_kind(session, Kind.DASHBOARD, {**files, PROBE: b"{}\n"}, secrets)
    problems = problems_in(json_of(answer))
    tried.append(f"asked for each file's schema errors: {answer.status_code}, {len(problems)} found")
    if answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY or len(files) == 1:
        return problems
    # The validation itself broke on some file: one by one they tell which.
    for path, data in sorted(files.items()):
        answer = send_kind(session, Kind.DASHBOARD, {path: data, PROBE: b"{}\n"}, secrets)
        if answer.status_code != HTTPStatus.UNPROCESSABLE_ENTITY:
            problems.append(ImportProblem(path, "", f"the server cannot validate it: {message_of(answer)}"))
    tried.append(f"asked file by file: {len(problems)} found")
    return problems
