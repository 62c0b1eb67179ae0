"""Owns turning an import's refusal into an error that names assets and fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus

import requests

from superset_gitops.edges.superset.answers import json_of, message_of
from superset_gitops.edges.superset.bundle_document import documents_of, title_of
from superset_gitops.edges.superset.diagnose_import import diagnose_import, problems_in
from superset_gitops.edges.superset.rejection import ImportHalfDone, ImportProblem, ImportRejected
from superset_gitops.edges.superset.secrets import ConnectionSecrets
from superset_gitops.edges.superset.send_bundle import Files
from superset_gitops.edges.superset.session import Session
from superset_gitops.errors import HybridError
from superset_gitops.model.asset import Document

_ABOUT_THE_FILES = frozenset({HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.UNPROCESSABLE_ENTITY})


def explain_refusal(
    session: Session,
    answer: requests.Response,
    files: Files,
    secrets: ConnectionSecrets,
    kept_databases: Callable[[], bool],
) -> HybridError:
    """The error for an import's answer that is not 200.

    Args:
        session: the conversation with the server.
        answer: what the server said.
        files: what was sent.
        secrets: what was sent beside them.
        kept_databases: asks whether the server kept the databases all the same.

    Raises:
        Unavailable: the server cannot be asked any more.
    """
    if answer.status_code not in _ABOUT_THE_FILES:
        return session.unexpected(answer, "import")
    documents = documents_of(files)
    told = [_named(problem, documents) for problem in problems_in(json_of(answer))]
    first = f"sent {len(files)} file{'' if len(files) == 1 else 's'}: {message_of(answer)}"
    problems, tried = (tuple(told), ()) if told else diagnose_import(session, files, secrets, documents)
    kept = kept_databases()
    return (ImportHalfDone if kept else ImportRejected)(
        f"Superset refused the import; {'it kept the databases' if kept else 'nothing was written'}",
        problems,
        tried=() if told else (first, *tried),
        where=session.address.root,
        remedy=_remedy(problems),
    )


def _named(problem: ImportProblem, documents: Mapping[str, Document]) -> ImportProblem:
    document = documents.get(problem.path)
    title = title_of(problem.path, document) if document else ""
    return ImportProblem(problem.path, problem.field, problem.message, title)


def _remedy(problems: tuple[ImportProblem, ...]) -> str:
    if problems:
        return "mend what is listed, then run the same command again"
    return "look into Superset's log for 'ImportFailedError'; the user must own or be Admin of what it overwrites"
