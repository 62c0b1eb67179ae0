"""The law of pictures: one made from another by an edit is the one that is made afresh, whatever was edited."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from superset_gitops.core.translate.picture import Picture
from superset_gitops.model.sources import Sources
from superset_gitops.workflows.load_project import load_project

ROOT = Path(__file__).resolve().parents[2]
ASSETS = "superset_assets"
CHART = "charts/births_by_state.yaml.j2"


def is_as_fresh(picture: Picture) -> None:
    fresh = Picture.of(picture.sources)
    assert picture.templates == fresh.templates
    assert picture.uses == fresh.uses
    for name, frame in fresh.frames.items():
        after = picture.frames[name]
        assert after.variables == frame.variables
        assert after.uuids == frame.uuids
        assert after.overlays == frame.overlays
        assert after.fault == frame.fault
        views = {template: after.views[template] for template in after.views}
        assert views.keys() == dict(frame.views).keys()
        for template, view in frame.views.items():
            seen = views[template]
            assert (seen.text, seen.id, seen.leaves, seen.fault) == (view.text, view.id, view.leaves, view.fault)


def random_edit(sources: Sources, chance: random.Random) -> dict[str, str | None]:
    """One or two files with a line changed, doubled or gone; now and then a file less."""
    changed: dict[str, str | None] = {}
    for path in chance.sample(sorted(p for p in sources.texts if p.startswith(ASSETS)), chance.choice([1, 1, 2])):
        lines = sources.texts[path].splitlines(keepends=True) or ["\n"]
        at = chance.randrange(len(lines))
        match chance.randrange(8):
            case 0:
                changed[path] = None if "/environments/" not in path else ""
                continue
            case 1:
                del lines[at]
            case 2:
                lines.insert(at, lines[at])
            case 3:
                lines.insert(at, '{% include "_shared/not_there.yaml.j2" ignore missing %}\n')
            case _:
                lines[at] = lines[at].replace("e", "é", 1)
        changed[path] = "".join(lines)
    return changed


@pytest.mark.parametrize("seed", range(4))
def test_random_edits_one_after_the_other(seed: int) -> None:
    chance = random.Random(seed)
    picture = Picture.of(load_project(ROOT).sources)
    for _ in range(6):
        after = picture.after(random_edit(picture.sources, chance))
        is_as_fresh(after)
        if not any(frame.fault for frame in after.frames.values()):
            picture = after


def test_what_reaches_a_template_from_afar() -> None:
    """A variable, an overlay, an included part that comes, a uuid that others refer to: each is looked at again."""
    picture = Picture.of(load_project(ROOT).sources)
    dev = f"{ASSETS}/environments/dev.yaml"
    picture = picture.after({dev: picture.sources.texts[dev] + "another: 3\n"})
    is_as_fresh(picture)
    path = f"{ASSETS}/templates/{CHART}"
    part = '{% include "_shared/late.yaml.j2" ignore missing %}\n'
    picture = picture.after({path: picture.sources.texts[path] + part})
    is_as_fresh(picture)
    before = picture.frames["dev"].views[CHART].text
    picture = picture.after(
        {f"{ASSETS}/templates/_shared/late.yaml.j2": "certified_by: Row {{ another | default(1) }}\n"}
    )
    is_as_fresh(picture)
    assert picture.frames["dev"].views[CHART].text == f"{before}certified_by: Row 3\n"
    picture = picture.after({dev: picture.sources.texts[dev].replace("another: 3", "another: 4")})
    is_as_fresh(picture)
    assert "Row 4" in picture.frames["dev"].views[CHART].text
    overlay = f"{ASSETS}/overlays/dev/charts/births_by_state.yaml"
    picture = picture.after({overlay: "set:\n  certified_by: Of dev\n"})
    is_as_fresh(picture)
    assert picture.frames["dev"].views[CHART].leaves["certified_by",] == "Of dev"
    picture = picture.after({overlay: None})
    is_as_fresh(picture)
    dataset = f"{ASSETS}/templates/datasets/examples/birth_names.yaml.j2"
    old = picture.uses["datasets/examples/birth_names.yaml.j2"].uuid or ""
    moved = picture.after({dataset: picture.sources.texts[dataset].replace(old, old[::-1][:8] + old[8:])})
    is_as_fresh(moved)


def test_only_what_an_edit_can_touch_is_rendered_again() -> None:
    picture = Picture.of(load_project(ROOT).sources)
    path = f"{ASSETS}/templates/{CHART}"
    after = picture.after({path: picture.sources.texts[path].replace("slice_name: ", "slice_name: My ")})
    assert {name: frame.views.again for name, frame in after.frames.items()} == dict.fromkeys(picture.frames, (CHART,))
    for name, view in picture.frames["dev"].views.items():
        assert (after.frames["dev"].views[name] is view) is (name != CHART)
