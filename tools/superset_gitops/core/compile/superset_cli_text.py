"""Owns files that superset-cli's `sync native` reads: it renders each as a Jinja template, and gets what was meant.

Superset's own Jinja stands between `{% raw %}` and `{% endraw %}`. A placeholder `${NAME}` of a connection becomes
`env["NAME"]`, which superset-cli has with `--load-env`. Masked secrets stand in a comment of Jinja, which only we read.
"""

from __future__ import annotations

import json
import re

from superset_gitops.core.compile.superset_cli_limits import withheld
from superset_gitops.core.documents.placeholder import PLACEHOLDER
from superset_gitops.core.documents.write_yaml import write_yaml
from superset_gitops.core.placeholders import names_in
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import Document, Kind

# Only what opens a tag means anything to Jinja.
_OPENERS = re.compile(r"(?:\{[{%#])+")
_RAW = re.compile(r"\{% raw %\}((?:\{[{%#])+)\{% endraw %\}")
_COMMENT = ("{# superset-cli would store these masks over the secrets:\n", "#}\n")
_WITHHELD = re.compile(f"{re.escape(_COMMENT[0])}(.*?){re.escape(_COMMENT[1])}", re.DOTALL)
_ADDRESSES = ("sqlalchemy_uri", "password")
_OTHERS = ("encrypted_extra", "masked_encrypted_extra", "ssh_tunnel")


def superset_cli_text(kind: Kind | None, document: Document) -> str:
    """A document's file, for superset-cli to render.

    Raises:
        ConfigurationError: a placeholder stands where superset-cli cannot be given its value, or a mask where it would
            lose a secret.
    """
    without = withheld(kind, document)
    text = _escaped({name: value for name, value in document.items() if name not in without})
    comment = _escaped(without) if without else ""
    if comment and "#}" not in comment:
        text += comment.join(_COMMENT)
    # Jinja takes the last line end of a template away; a block of text may need it.
    text += "\n"
    if kind is not Kind.DATABASE:
        return text
    for name in _ADDRESSES:
        value = document.get(name)
        if isinstance(value, str) and PLACEHOLDER.search(value):
            line = f"{name}: {{{{ ({_expression(value)}) | tojson }}}}"
            old = next(each for each in text.split("\n") if each.startswith(f"{name}:"))
            text = text.replace(old, line, 1)
    left = sorted({name for field in _OTHERS for name in names_in(document.get(field))})
    if left:
        raise ConfigurationError(
            f"superset-cli can be given an address and a password, not {', '.join(left)}",
            where=f"database {document.get('database_name')!r}",
            remedy="deploy it with `hybrid apply`, which resolves all of a connection's placeholders",
        )
    return text


def rendered_text(text: str) -> str:
    """What superset-cli makes of a file without placeholders."""
    return _RAW.sub(lambda match: match[1], _WITHHELD.sub(lambda match: match[1], text))


def _escaped(document: Document) -> str:
    return _OPENERS.sub(lambda match: f"{{% raw %}}{match[0]}{{% endraw %}}", write_yaml(document))


def _expression(value: str) -> str:
    """A Jinja expression that gives a value with its placeholders resolved; inside an address they are quoted."""
    if PLACEHOLDER.fullmatch(value):
        return _variable(value[2:-1])
    parts, position = [], 0
    for match in PLACEHOLDER.finditer(value):
        parts += [json.dumps(value[position : match.start()])]
        parts += [f'({_variable(match[1])}) | urlencode | replace("/", "%2F")']
        position = match.end()
    return " ~ ".join([*parts, json.dumps(value[position:])])


def _variable(name: str) -> str:
    return f'(env | default({{}}))["{name}"] or raise("set {name}, and pass --load-env")'
