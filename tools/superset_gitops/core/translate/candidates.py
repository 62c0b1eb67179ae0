"""Owns the candidates for one change: the files' new texts, simplest first. None is believed before it is judged."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from superset_gitops.core.compile.asset_templates import kind_of
from superset_gitops.core.compile.overlays import overlay_path, overlay_text
from superset_gitops.core.compile.put_back import Change, put_back
from superset_gitops.core.compile.trace import SpanKind
from superset_gitops.core.same import same
from superset_gitops.core.translate.change_expression import change_expression
from superset_gitops.core.translate.change_list import change_list, list_changes
from superset_gitops.core.translate.change_variables import change_variables
from superset_gitops.core.translate.context import Context, Proposal
from superset_gitops.core.translate.extent import is_flow
from superset_gitops.core.translate.guard import guarded
from superset_gitops.core.translate.lift_literal import lift_literal
from superset_gitops.core.translate.parameters import change_parameter
from superset_gitops.core.translate.picture import Picture
from superset_gitops.core.translate.place_splice import Slot, TextEdit, place_splices
from superset_gitops.core.translate.splice import CannotEdit
from superset_gitops.core.translate.template_text import edited
from superset_gitops.core.translate.yaml_splices import yaml_splices
from superset_gitops.model.plan import FieldPath
from superset_gitops.model.translation import Way

_ORDER = (Way.LITERAL, Way.VARIABLE, Way.CONSTANT, Way.PARAMETER, Way.OVERRIDE, Way.DROPPED, Way.GUARD)
_MOST_CHOICES = 40
_MOST_COMBINED = 120


@dataclass(frozen=True, slots=True)
class Candidate:
    """Files with new texts that may say a change."""

    way: Way
    texts: Mapping[str, str | None] = field(repr=False)


def candidates(
    picture: Picture, environment: str, template: str, shown: FieldPath, changes: Sequence[Change]
) -> Iterator[Candidate]:
    """The candidates for changes of one asset's normal form; an overlay is the last one."""
    seen: list[Mapping[str, str | None]] = []
    proposals = _proposals(picture, environment, template, shown, changes)
    guards: list[Candidate] = []
    for proposal in sorted(proposals, key=lambda each: _ORDER.index(each.way)):
        for candidate in _written(proposal, picture, environment):
            if candidate.texts in seen:
                continue
            seen.append(candidate.texts)
            if candidate.way is Way.GUARD:
                guards.append(candidate)
            else:
                yield candidate
    yield from guards
    frame = picture.frames[environment]
    path = overlay_path(picture.sources, environment, template)
    yield Candidate(Way.OVERLAY, {path: overlay_text(environment, template, frame.overlays.get(template), changes)})


def _proposals(
    picture: Picture, environment: str, template: str, shown: FieldPath, changes: Sequence[Change]
) -> list[Proposal]:
    trace = picture.trace(environment, template)
    kind = kind_of(template)
    if trace is None or kind is None:
        return []
    context = Context(picture, environment, template, shown, trace)
    parsed = context.view.parsed
    new = put_back(kind, parsed.value, changes)
    found = list(change_list(list_changes(parsed.value, new), context))
    atoms = [(piece.start, piece.end) for piece in trace.pieces if piece.span.kind is SpanKind.EXPRESSION]
    try:
        splices = yaml_splices(context.view.text, parsed, new, atoms)
    except CannotEdit:
        return found
    slots = place_splices(splices, trace, context.texts, template)
    found += _combined([list(itertools.islice(_choices(slot, context), _MOST_CHOICES)) for slot in slots])
    scalar = _only_scalar(parsed.root, parsed.value, new)
    if scalar is not None:
        found += lift_literal(*scalar[:3], context, flow=scalar[3])
    return found


def _choices(slot: Slot, context: Context) -> Iterator[Proposal]:
    """What may be done about one slot."""
    if slot.literal:
        yield from (Proposal(Way.LITERAL, edits) for edits in slot.choices)
    if slot.printed is not None:
        found = [*change_parameter(slot.printed, context), *change_expression(slot.printed, context)]
        for proposal in sorted(found, key=lambda each: _ORDER.index(each.way)):
            yield Proposal(proposal.way, (*proposal.edits, *slot.rest), proposal.values)
    if not slot.literal:
        yield from (Proposal(Way.DROPPED, edits) for edits in slot.choices)


def _combined(choices: list[list[Proposal]]) -> list[Proposal]:
    """One choice of each slot, in every combination that there is time for; the least simple one names it."""
    if not choices or not all(choices):
        return []
    if len(choices) > 1:
        most = max(1, int(_MOST_COMBINED ** (1 / len(choices))))
        choices = [each[:most] for each in choices]
    found = []
    for combination in itertools.islice(itertools.product(*choices), _MOST_COMBINED):
        way = max((each.way for each in combination), key=_ORDER.index)
        edits = tuple(dict.fromkeys(edit for each in combination for edit in each.edits))
        values = tuple(value for each in combination for value in each.values)
        found.append(Proposal(way, edits, values))
    return found


def _written(proposal: Proposal, picture: Picture, environment: str) -> Iterator[Candidate]:
    """A proposal as files; edits of literal text also as a guard."""
    sources = picture.sources
    texts: dict[str, str | None] = {}
    try:
        for path, edits in _by_file(proposal.edits, picture).items():
            texts[path] = edited(sources.texts[path], edits, _references(picture, environment))
        if proposal.values:
            path = sources.environment_path(environment)
            texts[path] = change_variables(sources.texts[path], proposal.values)
    except CannotEdit:
        return
    changed = {path: text for path, text in texts.items() if text != sources.texts[path]}
    if not changed:
        return
    yield Candidate(proposal.way, changed)
    if proposal.way in (Way.LITERAL, Way.DROPPED) and not proposal.values:
        yield Candidate(
            Way.GUARD, {path: guarded(sources.texts[path], text or "", environment) for path, text in changed.items()}
        )


def _references(picture: Picture, environment: str) -> dict[str, str]:
    return {uuid: name for name, uuid in picture.frames[environment].uuids.items()}


def _by_file(edits: Iterable[TextEdit], picture: Picture) -> dict[str, list[TextEdit]]:
    by_file: dict[str, list[TextEdit]] = {}
    for edit in edits:
        by_file.setdefault(picture.sources.template_path(edit.template), []).append(edit)
    return by_file


def _only_scalar(
    node: yaml.Node | None, old: Any, new: Any, *, flow: bool = False
) -> tuple[yaml.ScalarNode, Any, Any, bool] | None:
    """The one scalar in which two documents differ, with its old and new value; None where it is not only one."""
    if (
        isinstance(node, yaml.MappingNode)
        and isinstance(old, dict)
        and isinstance(new, dict)
        and old.keys() == new.keys()
    ):
        differing = [
            (value, key.value) for key, value in node.value if not same(old.get(key.value), new.get(key.value))
        ]
    elif (
        isinstance(node, yaml.SequenceNode) and isinstance(old, list) and isinstance(new, list) and len(old) == len(new)
    ):
        differing = [(item, i) for i, item in enumerate(node.value) if not same(old[i], new[i])]
    elif isinstance(node, yaml.ScalarNode) and not isinstance(new, (dict, list)):
        return node, old, new, flow
    else:
        return None
    if len(differing) != 1:
        return None
    child, step = differing[0]
    return _only_scalar(child, old[step], new[step], flow=flow or is_flow(node))
