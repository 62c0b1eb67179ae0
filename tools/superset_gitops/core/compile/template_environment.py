"""Owns how templates are rendered: sandboxed, strict, deterministic, with every place known to the character.

Jinja2 keeps a line number for every token and node. Here that number is the token's offset in the text plus one, so
that an error in the middle of an expression, an include or a macro has an exact place without rendering again.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import CodeType
from typing import Any

import jinja2
from jinja2.lexer import TokenStream
from jinja2.runtime import Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from superset_gitops.core.documents.place import with_unix_newlines

MAX_RENDERED = 20_000_000  # characters of one template
MAX_EXPONENT = 64
MAX_REPEATED = 1_000_000  # items of a sequence that `*` makes
# Names that a variable must not take: what templates call, and what Jinja2 itself defines.
GLOBAL_NAMES = frozenset({"env", "ref", "range", "dict", "namespace", "cycler", "joiner"})
RESERVED_NAMES = GLOBAL_NAMES | {"loop", "self", "super", "caller", "varargs", "kwargs", "true", "false", "none"}


class MissingName(jinja2.UndefinedError):
    """A name or an attribute that does not exist was used; `owner` is the object that lacks it, if any."""

    def __init__(self, message: str, name: str, known: Iterable[str] | None) -> None:
        super().__init__(message)
        self.name = name
        self.known = None if known is None else sorted(map(str, known))


class StrictName(jinja2.StrictUndefined):
    """An undefined value that remembers what was asked for: any use of it raises `MissingName`."""

    __slots__ = ()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._undefined_exception = self._missing  # type: ignore[assignment]

    def _missing(self, message: str | None = None) -> MissingName:
        owner = self._undefined_obj
        known = owner if isinstance(owner, Mapping) else None
        return MissingName(message or "", str(self._undefined_name), known)


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """A Jinja2 environment over the sources' templates, with one deploy environment's variables as globals."""

    intercepted_binops = frozenset({"*", "**"})
    writes_plain_code = True  # a subclass that changes the syntax tree writes other code

    def __init__(self, templates: Mapping[str, str], variables: Mapping[str, Any]) -> None:
        super().__init__(
            undefined=StrictName,
            loader=_TextLoader(templates),
            finalize=as_yaml,
            keep_trailing_newline=True,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
        )
        del self.globals["lipsum"], self.filters["random"]
        self.filters["tojson"] = as_json
        self.globals.update(variables)

    def _tokenize(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> TokenStream:
        source = with_unix_newlines(source)
        tokens = self.lexer.wrap(located_tokens(self, source, name, filename, state), name, filename)
        return TokenStream(tokens, name, filename)

    def handle_exception(self, source: str | None = None) -> Any:  # noqa: ARG002 - Jinja2's signature
        """Let the error through with its own frames: the places in them are offsets, not lines."""
        raise  # noqa: PLE0704 - called from inside an except block

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """`*` and `**` within bounds: a template is foreign code."""
        if operator == "**" and isinstance(right, (int, float)) and abs(right) > MAX_EXPONENT:
            raise OverflowError(f"an exponent of more than {MAX_EXPONENT}")
        for repeated, times in ((left, right), (right, left)):
            sequence = operator == "*" and isinstance(repeated, (str, list, tuple)) and isinstance(times, int)
            if sequence and len(repeated) * times > MAX_REPEATED:
                raise OverflowError(f"a sequence of more than {MAX_REPEATED:,} items")
        return super().call_binop(context, operator, left, right)


class _TextLoader(jinja2.BaseLoader):
    def __init__(self, templates: Mapping[str, str]) -> None:
        self._templates = templates

    def load(
        self,
        environment: jinja2.Environment,
        name: str,
        globals: Any = None,  # noqa: A002 - Jinja2's signature
    ) -> jinja2.Template:
        text = self._templates.get(name)
        if text is None:
            raise jinja2.TemplateNotFound(name)
        shared = isinstance(environment, TemplateEnvironment) and environment.writes_plain_code
        code = _plain_code(name, text) if shared else environment.compile(text, name, name)
        return environment.template_class.from_code(environment, code, environment.make_globals(globals))


@functools.lru_cache(maxsize=4096)
def _plain_code(name: str, text: str) -> CodeType:
    """A template's code, which is the same for all environments: most of a render's cost, paid once."""
    return TemplateEnvironment({}, {}).compile(text, name, name)


def located_tokens(
    environment: jinja2.Environment,
    source: str,
    name: str | None,
    filename: str | None = None,
    state: str | None = None,
) -> Iterator[tuple[int, str, str]]:
    """The lexer's tokens with offset + 1 in place of the line; `source` has LF newlines only.

    Between two tokens the lexer drops nothing but white space that it trims, so each is the next one found.
    """
    try:
        tokens = list(environment.lexer.tokeniter(source, name, filename, state))
    except jinja2.TemplateSyntaxError as error:
        lines = source.split("\n")
        error.lineno = sum(len(line) + 1 for line in lines[: error.lineno - 1]) + 1
        raise
    position = 0
    for _, kind, value in tokens:
        start = source.find(value, position)
        position = start + len(value)
        yield start + 1, kind, value


def as_yaml(value: Any) -> Any:
    """What an output expression prints: none, booleans, lists and mappings as YAML spells them, text as it is."""
    if isinstance(value, (str, Undefined)):
        return value
    if value is None or isinstance(value, (bool, dict, list, tuple)):
        return as_json(value)
    if isinstance(value, (int, float)):
        return value
    if callable(value):
        raise TypeError(f"{getattr(value, '__name__', 'this')} is a function: call it, with ()")
    if hasattr(value, "__iter__"):
        return as_json(list(value))
    return value


def as_json(value: Any, indent: int | None = None) -> str:
    """JSON, which is YAML too: quotes and escapes any text; keys in their own order, unicode as it is."""
    return json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False, default=_listed)


def _listed(value: Any) -> list[Any]:
    if isinstance(value, Undefined):
        str(value)  # raises, with its name
    if hasattr(value, "__iter__"):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def render(environment: jinja2.Environment, name: str) -> str:
    """Render one template.

    Raises:
        OverflowError: more than `MAX_RENDERED` characters.
        jinja2.TemplateError, Exception: whatever the template provokes; see `failure_place`.
    """
    template = environment.get_template(name)
    produce: Callable[[Any], Iterable[str]] = template.root_render_func
    chunks: list[str] = []
    size = 0
    for chunk in produce(template.new_context()):
        size += len(chunk) + 1
        if size > MAX_RENDERED:
            raise OverflowError(f"it renders to more than {MAX_RENDERED:,} characters")
        chunks.append(chunk)
    return "".join(chunks)
