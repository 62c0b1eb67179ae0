"""Owns masking what Superset exports of a database in clear text, before anybody keeps or writes it.

Measured on 6.1.0: the arguments of an address are exported as they are, passwords among them; of `encrypted_extra` only
what the engine calls sensitive is masked, of PostgreSQL's two keys.
"""

from __future__ import annotations

import json

from superset_gitops.core.connection_secrets import ENCRYPTED
from superset_gitops.core.normal_form.database import masked_leaves
from superset_gitops.core.normal_form.uri import MASK, shown_uri
from superset_gitops.model.asset import Document


def mask_exported(document: Document) -> Document:
    """An exported database without secrets, the same object where it has none.

    `encrypted_extra` comes with every text in it masked, as `masked_encrypted_extra`.
    """
    masked: Document = {}
    uri = document.get("sqlalchemy_uri")
    if isinstance(uri, str) and "?" in uri and MASK in (shown := shown_uri(uri)).partition("?")[2]:
        masked["sqlalchemy_uri"] = shown
    text = next((document[name] for name in ENCRYPTED if document.get(name)), None)
    # Superset keeps {} for a database that somebody made in its pages, and refuses it under the masked name.
    if text is not None and MASK in (hidden := _masked(text)):
        masked["masked_encrypted_extra"] = hidden
    if not masked:
        return document
    hidden_names = ENCRYPTED if "masked_encrypted_extra" in masked else ()
    return {name: value for name, value in document.items() if name not in hidden_names} | masked


def _masked(text: object) -> str:
    try:
        return json.dumps(masked_leaves(json.loads(str(text))))
    except ValueError:
        return json.dumps({MASK: MASK})  # it is no JSON, and may hold anything
