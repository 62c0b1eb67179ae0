"""Owns putting an environment's variables back where a new template would only repeat their values.

A token stands in for each of them while the document becomes text; afterwards it becomes the expression. Only fields
that policy lists for a variable are looked at, and only values that exactly one of them has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from superset_gitops.core.ignore.patterns import matches, path_pattern
from superset_gitops.core.same import same
from superset_gitops.core.translate.scalar_text import write_scalar
from superset_gitops.model.asset import Document

# Variable → dotted patterns of the fields that it may stand in.
Listed = Mapping[str, Sequence[str]]

# Lists whose items people know by a name, and what a comparison calls a list otherwise than a template does.
_NAMED = {"columns": "column_name", "metrics": "metric_name", "by_id": "id"}
_CALLED = {
    "native_filter_configuration": ("native_filters", "by_id"),
    "chart_customization_config": ("customizations", "by_id"),
}
_RAW = re.compile(r"\{%\+? raw %\}(.*?)\{% endraw \+?%\}", re.DOTALL)
_SHORTEST = 2  # a shorter text inside another one is there by chance


@dataclass(slots=True)
class Tokens:
    """A document in which tokens stand for variables."""

    document: Document
    expressions: dict[str, str] = field(default_factory=dict)  # token → what is printed in its place
    names: set[str] = field(default_factory=set)


def with_tokens(document: Document, listed: Listed, variables: Mapping[str, Any]) -> Tokens:
    """The document with a token in place of each value that is to be a variable again."""
    known = {name: patterns for name, patterns in listed.items() if variables.get(name) is not None}
    found = Tokens(document)
    if known:
        found.document = _Putter(found, known, variables, _stem(document)).mapping(document, ())
    return found


def without_tokens(text: str, tokens: Tokens) -> str:
    """A template's text with the expressions in place of the tokens, also inside what is meant for Superset's Jinja."""
    if not tokens.expressions:
        return text
    token = re.compile("|".join(sorted(tokens.expressions, key=len, reverse=True)))

    def plain(part: str) -> str:
        return token.sub(lambda m: tokens.expressions[m[0]], part)

    def raw(match: re.Match[str]) -> str:
        inner = token.sub(lambda m: f"{{% endraw +%}}{tokens.expressions[m[0]]}{{%+ raw %}}", match[1])
        return f"{{%+ raw %}}{inner}{{% endraw +%}}"

    parts, at = [], 0
    for match in _RAW.finditer(text):
        parts += [plain(text[at : match.start()]), raw(match) if token.search(match[1]) else match[0]]
        at = match.end()
    return "".join([*parts, plain(text[at:])])


def bare_title(title: str, field: str, listed: Listed, variables: Mapping[str, Any]) -> str:
    """A title without what variables say in it: `Births [dev]`, with a variable for ` [dev]`, is `Births`."""
    tokens = with_tokens({field: title}, listed, variables)
    bare = str(tokens.document[field])
    for token in tokens.expressions:
        bare = bare.replace(token, " ")
    return bare if bare.strip() else title


def _stem(document: Document) -> str:
    """A word that the document does not have."""
    text, stem = json.dumps(document, ensure_ascii=False, default=str), "variable"
    while stem in text:
        stem += "x"
    return stem


@dataclass(slots=True)
class _Putter:
    tokens: Tokens
    listed: Listed
    variables: Mapping[str, Any]
    stem: str

    def mapping(self, value: Document, path: tuple[str, ...]) -> Document:
        return {
            name: entry if name == "uuid" else self.put(entry, (*path, *_CALLED.get(name, (str(name),))))
            for name, entry in value.items()
        }

    def put(self, value: Any, path: tuple[str, ...]) -> Any:
        if isinstance(value, dict):
            return self.mapping(value, path)
        if isinstance(value, list):
            key = _NAMED.get(path[-1], "")
            return [self.put(entry, (*path, _step(entry, key, number))) for number, entry in enumerate(value)]
        names = [name for name, patterns in self.listed.items() if any(_is_at(path, each) for each in patterns)]
        whole = [name for name in names if same(self.variables[name], value)]
        if len(whole) == 1:
            return self.token(whole[0], whole=value)
        return self.inside(value, names) if isinstance(value, str) and not whole else value

    def inside(self, text: str, names: Sequence[str]) -> str:
        """A text with tokens for the words in it that are one variable's value."""
        by_value: dict[str, list[str]] = {}
        for name in names:
            value = self.variables[name]
            if isinstance(value, str) and len(value) >= _SHORTEST:
                by_value.setdefault(value, []).append(name)
        single = {value: owners[0] for value, owners in by_value.items() if len(owners) == 1}
        if not single:
            return text
        words = "|".join(_as_word(value) for value in sorted(single, key=len, reverse=True))
        return re.sub(words, lambda m: self.token(single[m[0]]), text)

    def token(self, name: str, whole: Any = None) -> str:
        quoted = isinstance(whole, str) and write_scalar(whole, flow=True) != whole
        expression = f"{{{{ {name} | tojson }}}}" if quoted else f"{{{{ {name} }}}}"
        self.tokens.names.add(name)
        for token, known in self.tokens.expressions.items():
            if known == expression:
                return token
        token = f"{self.stem}{len(self.tokens.expressions)}z"
        self.tokens.expressions[token] = expression
        return token


def _is_at(path: tuple[str, ...], dotted: str) -> bool:
    pattern = path_pattern(dotted)
    return len(pattern) == len(path) and all(map(matches, pattern, path))


def _step(entry: Any, key: str, number: int) -> str:
    return str(entry.get(key, number)) if isinstance(entry, dict) else str(number)


def _as_word(value: str) -> str:
    """The pattern of a value that is no part of a longer word."""
    before = r"(?<!\w)" if re.match(r"\w", value) else ""
    after = r"(?!\w)" if re.search(r"\w$", value) else ""
    return f"{before}{re.escape(value)}{after}"


def shared_by_siblings(folder: str, templates: Mapping[str, str], fields: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Variable and field, for each of these fields that all templates of a folder write as one variable."""
    for name in fields:
        pattern = re.compile(rf"^{name}: \{{\{{ (\w+) \}}\}}[ \t]*\r?$", re.MULTILINE)
        texts = (text for each, text in templates.items() if each.startswith(f"{folder}/"))
        found = {match[1] for text in texts for match in pattern.finditer(text)}
        if len(found) == 1:
            yield found.pop(), name
