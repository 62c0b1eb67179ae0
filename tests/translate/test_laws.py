"""The laws on generated templates and edits: what is accepted is what compiling then shows, and nothing is lost."""

from __future__ import annotations

import copy
import json
from typing import Any

from drifted import translated
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures import small_project as project
from superset_gitops.model.asset import Document
from superset_gitops.model.sources import Sources
from superset_gitops.model.translation import Scope

UUID = "66666666-6666-4666-8666-666666666666"
VARIABLES = """\
n: {n}  # a number
word: {word}
text: "say: {word}"
flag: true
names: [ann, bo, cy]
look:
  size: 3
  hue: "#00{n}"
rows:
  - {{id: 1, title: one}}
  - {{id: 2, title: two}}
"""
MACROS = """\
{% macro pair(key, value, more=1) %}
  {{ key }}: {{ value }}
  {{ key }}_more: {{ more }}
  {{ key }}_fixed: same
{% endmacro %}
"""
PART = "  from_part: {{ word }}\n  part_size: 7\n  given: {{ given | default(5) }}\n"

# Values that read as something else, or that YAML or Jinja2 could take for their own.
_AWKWARD = json.loads(r"""[
    "10", "1.5", "true", "no", "null", "~", "2024-01-01", "", " lead", "trail ", "a: b", "a #b", "- x", "'q'", "\"",
    "{x}", "[y]", "é😀", "back\\slash", "%", "@at", "tab\tin", "0x1f", "1_000", "12:30", "*star", "&and", "!tag", ">",
    "yes", "a\nb", "a\n\nb\n", "\n", "last\n\n", "  in\nout", "{{ jinja }}", "{% raw %}", "{# c #}", "|"
]""")
_WORDS = ("one", "two", "Births", "by", "state,", "SUM(x)", "é", "10")
_PLAIN = r"""
one|two words|it's|x-y|10|0.5|true|null|[a, b]|{a: 1, b: [c]}|"q: r"|'s'|"\u00e9 \"x\""|[]|{}|text  # said
""".strip().split("|")
_PRINTED = """
{{ n }}
{{ word }}
{{ text | tojson }}
{{ names }}
{{ look.size }}
{{ flag }}
"{{ look.hue }}"
{{ word }} and {{ word | upper }}
a {{ n }} b
{{ n * 2 }}
[{{ names | join(', ') }}]
[x, {{ n }}, y]
{{ "yes it is" if flag else "no" }}
"{{ word }}: {{ n }}"
{{- ' ' ~ word -}}
{{ look }}
{{ rows[0].title }}
""".strip().split("\n")
_LINES = """
SELECT a

  deep
FROM {{ word }}.t
WHERE x = {{ n }}
-- é
{% raw %}{{ own }}{% endraw +%}
say {{ word }} twice {{ word }}
""".strip("\n").split("\n")

_words = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6)
_strings = st.one_of(_words.map(" ".join), st.sampled_from(_AWKWARD))
_numbers = st.one_of(st.integers(-5, 5000), st.sampled_from([0.5, -1.25, 1e-7]))
_scalars = st.one_of(_strings, _numbers, st.booleans(), st.none())
_values = st.one_of(
    _scalars,
    st.lists(_scalars, max_size=3),
    st.dictionaries(st.sampled_from(["a", "b", "10"]), _scalars, max_size=2),
)
_plain, _printed = st.sampled_from(_PLAIN), st.sampled_from(_PRINTED)
_lines = st.lists(st.sampled_from(_LINES), min_size=1, max_size=5)


@st.composite
def _entry(draw: st.DrawFn, key: str) -> str:
    """One entry of `params`, however a template may say it."""
    kind = draw(st.sampled_from(["plain", "printed", "block", "items", "loop", "if", "macro", "set", "nested", "keys"]))
    match kind:
        case "plain":
            return f"  {key}: {draw(_plain)}\n"
        case "printed":
            return f"  {key}: {draw(_printed)}\n"
        case "block":
            head = draw(st.sampled_from(["|", "|-", "|+", ">", ">-"]))
            body = "".join(f"    {line}\n" if line else "\n" for line in ["top", *draw(_lines)])
            return f"  {key}: {head}\n{body}"
        case "items":
            items = draw(st.lists(st.one_of(_plain, _printed), min_size=1, max_size=3))
            return f"  {key}:\n" + "".join(f"    - {item}\n" for item in items)
        case "loop":
            body = draw(st.sampled_from(["    - {{ x }}\n", "    - {name: {{ x }}, n: {{ n }}}\n"]))
            return f"  {key}:\n{{% for x in names %}}\n{body}{{% endfor %}}\n"
        case "if":
            condition = draw(st.sampled_from(['env == "prod"', "flag", "n > 15"]))
            one, other = draw(_plain), draw(_printed)
            return f"  {{% if {condition} %}}\n  {key}: {one}\n  {{% else %}}\n  {key}: {other}\n  {{% endif %}}\n"
        case "macro":
            return f"{{{{ pair('{key}', {draw(st.sampled_from(['n', 'word', '3', '[1, 2]']))}) }}}}\n"
        case "set":
            return f"{{%- set own = {draw(st.sampled_from(['n', '4', 'names']))} %}}\n  {key}: {{{{ own }}}}\n"
        case "nested":
            return f"  {key}:\n    deep: {draw(_plain)}\n    more:\n      - {{id: {draw(_printed)}}}\n"
        case _:
            return "{% for row in rows %}\n  " + key + "_{{ row.id }}: {{ row.title }}\n{% endfor %}\n"


@st.composite
def _projects(draw: st.DrawFn) -> Sources:
    keys = [f"k{number}" for number in range(draw(st.integers(1, 4)))]
    entries = [draw(_entry(key)) for key in keys]
    if draw(st.booleans()):
        entries.insert(draw(st.integers(0, len(entries))), '{% include "_parts/more.j2" %}\n')
    comments = draw(st.sampled_from(["", "  # about this\n", "{# not rendered #}\n", "\n"]))
    title = draw(st.sampled_from(["Title", "{{ word }}", '"It is {{ n }}"', "'One'", "All {{ word }}s"]))
    text = (
        '{% from "_macros/pair.j2" import pair with context %}\n'
        f"uuid: {UUID}\nslice_name: {title}\n"
        'dataset_uuid: {{ ref("datasets/main/births") }}\nviz_type: table\n'
        f"params:\n  first: 0\n{comments.join(entries)}"
    )
    text = text if draw(st.booleans()) else text.rstrip("\n")
    text = text.replace("\n", "\r\n") if draw(st.booleans()) else text
    sources = project.with_template("charts/it.yaml.j2", text)
    sources = project.with_template("_macros/pair.j2", MACROS, sources)
    sources = project.with_template("_parts/more.j2", PART, sources)
    texts = {}
    for n, env in enumerate(sources.environments):
        path = sources.environment_path(env)
        shared = draw(st.booleans())
        texts[path] = sources.texts[path] + VARIABLES.format(n=10 + (0 if shared else n), word="Ann" if shared else env)
    return sources.with_texts(texts)


class Edit:
    """A change of one or two leaves of the chart, drawn when the chart is known."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data

    def __call__(self, normal: Document) -> None:
        for _ in range(self.data.draw(st.integers(1, 2))):
            self._once(normal)

    def _once(self, normal: Document) -> None:
        draw = self.data.draw
        params = normal["params"]
        known = [key for key in params if key != "annotation_layers"]
        match draw(st.sampled_from(["change", "change", "change", "inside", "drop", "add", "title"])):
            case "title":
                normal["slice_name"] = draw(_words.map(" ".join))
            case "drop" if len(known) > 1:
                del params[draw(st.sampled_from(known))]
            case "add":
                params[draw(st.sampled_from(["new", "10", "a b"]))] = draw(_values)
            case "inside":
                key = draw(st.sampled_from(known))
                params[key] = self._inside(copy.deepcopy(params[key]))
            case _:
                params[draw(st.sampled_from(known))] = draw(_values)

    def _inside(self, value: Any) -> Any:
        """A small change of a value."""
        draw = self.data.draw
        if isinstance(value, str):
            at = draw(st.integers(0, len(value)))
            gone = draw(st.integers(0, min(8, len(value) - at)))
            return (
                value[:at]
                + draw(st.sampled_from(["", "x", " new ", "\nline\n", "{{ f(1) }}", "'"]))
                + value[at + gone :]
            )
        if isinstance(value, list) and value:
            at = draw(st.integers(0, len(value) - 1))
            match draw(st.sampled_from(["pop", "insert", "change", "swap"])):
                case "pop":
                    value.pop(at)
                case "insert":
                    value.insert(at, copy.deepcopy(draw(st.one_of(_scalars, st.just(value[at])))))
                case "swap":
                    value.append(value.pop(at))
                case _:
                    value[at] = self._inside(value[at])
            return value
        if isinstance(value, dict) and value:
            key = draw(st.sampled_from(sorted(value)))
            value[key] = self._inside(value[key])
            return value
        return draw(_scalars)


@settings(max_examples=120, deadline=None)
@given(_projects(), st.data(), st.sampled_from(["dev", "prod"]), st.sampled_from(list(Scope)))
def test_whatever_is_edited_is_proven_and_nothing_is_lost(
    sources: Sources, data: st.DataObject, env: str, scope: Scope
) -> None:
    broken = [str(p) for p in project.compiled(sources, "dev", "prod")["dev"].problems if p.level == "error"]
    broken += [str(p) for p in project.compiled(sources, "staging", "prod")["prod"].problems if p.level == "error"]
    if broken:
        return
    done = translated(sources, {"charts/it": Edit(data)}, env, scope)
    assert [unsettled for asset in done.assets for unsettled in asset.unsettled] == []
