"""Owns superset-cli's escapes: what `export-assets` writes in place of Jinja, and what a value was before.

Unless it is told not to, it escapes Superset's own Jinja so that its `sync native`, which renders every file, gives
it back: `{{ x }}` becomes `{{ '{{' }} x {{ '}}' }}`. Of a text that is JSON it escapes the texts inside and writes the
JSON anew; JSON that holds nothing (`[]`, `0`, `false`, `null`, `""`) becomes `{}`. The first can be undone, the rest
cannot.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from superset_gitops.model.asset import Document

EMPTY = "{}"
_STATEMENT = r"\{%-?\s*(?:if|elif|else|endif|for|endfor)|%\}"
_EXPRESSION = r"\{\{|\}\}"
_TOKEN = rf"(?:{_STATEMENT}|{_EXPRESSION})"
_ESCAPED = re.compile(rf"\{{\{{ '({_TOKEN}(?: {_TOKEN})*)' \}}\}}")
_STATEMENTS, _EXPRESSIONS = re.compile(f"({_STATEMENT})"), re.compile(f"({_EXPRESSION})")
_BARE = re.compile(_TOKEN)


def escaped(text: str) -> str:
    """A text as superset-cli exports it."""
    try:
        value = json.loads(text)
    except ValueError:
        return _escaped_text(text)
    return json.dumps(_texts_changed(value, _escaped_text)) if value else EMPTY


def unescaped(value: Any) -> Any:
    """A value, whatever is in it, with the Jinja that superset-cli escaped."""
    return _texts_changed(value, lambda text: _ESCAPED.sub(lambda match: match[1], text))


def as_read(value: Any) -> Any:
    """What a value is when superset-cli has exported it and it was read again."""
    return unescaped(_texts_changed(value, escaped))


def has_escapes(document: Document) -> bool:
    """Whether something in a document was escaped."""
    return any(_ESCAPED.search(text) for text in _texts(document))


def has_other_jinja(document: Document) -> bool:
    """Whether there is Jinja in a document that superset-cli would have escaped, and did not."""
    return any(_BARE.search(_ESCAPED.sub("", inner)) for text in _texts(document) for inner in _inside(text))


def may_be_escaped(document: Document) -> bool:
    """Whether superset-cli, escaping, would write this document: nothing in it that it would have written otherwise."""
    return all(escaped(unescaped(text)) == text for text in _texts(document))


def _escaped_text(text: str) -> str:
    parts = _STATEMENTS.split(text)
    found: list[str] = []
    for index, part in enumerate(parts):
        found += [part] if index % 2 else _EXPRESSIONS.split(part)
    # Every second one is a token: a statement's stands between two splits of what is around it.
    marked = [f"{{{{ '{part}' }}}}" if index % 2 else part for index, part in enumerate(found)]
    return re.sub(r"' \}\} \{\{ '", " ", "".join(marked))


def _texts_changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: _texts_changed(entry, change) for name, entry in value.items()}
    if isinstance(value, list):
        return [_texts_changed(entry, change) for entry in value]
    return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from _texts(entry)


def _inside(text: str) -> Iterator[str]:
    """The texts in a text that is JSON; the text itself where it is none."""
    try:
        value = json.loads(text)
    except ValueError:
        yield text
        return
    yield from _texts(value)
