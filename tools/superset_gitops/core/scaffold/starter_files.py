"""Owns the files that a repository starts with: which there are, and each one's text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from superset_gitops.errors import ConfigurationError

# The file to make → the text it is made from, in the package's folder starter/. What only a new project needs is apart:
# one that has its own sources keeps them as they are.
SOURCES = {
    "superset_assets/templates/databases/warehouse.yaml.j2": "assets/database.j2",
    "superset_assets/templates/datasets/warehouse/orders.yaml.j2": "assets/dataset.j2",
    "superset_assets/templates/charts/revenue.yaml.j2": "assets/revenue.j2",
    "superset_assets/templates/charts/revenue_by_region.yaml.j2": "assets/revenue_by_region.j2",
    "superset_assets/templates/dashboards/orders.yaml.j2": "assets/dashboard.j2",
    "db/migrations/001_create_orders.sql": "db/migration.j2",
    "db/seed/001_orders_sample.sql": "db/seed.j2",
}
AROUND = {
    ".github/workflows/deploy.yml": "workflows/deploy.yml.j2",
    ".github/workflows/drift.yml": "workflows/drift.yml.j2",
    ".gitignore": "gitignore.j2",
    ".pre-commit-config.yaml": "pre-commit-config.yaml.j2",
    "requirements.txt": "requirements.j2",
    "README.md": "README.md.j2",
}
_VARIABLES = "assets/variables.j2"
_POLICY = "policy.yaml.j2"

# Commits of GitHub's own actions, and the releases that they are.
_ACTIONS = {
    "checkout": "df4cb1c069e1874edd31b4311f1884172cec0e10 # v6.0.3",
    "setup_python": "a309ff8b426b58ec0e2a45f0f869d46889d02405 # v6.2.0",
}
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,38}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Tools:
    """Where the tools come from, for the hooks and the pipelines.

    Attributes:
        repository: a Git address that pre-commit and pip can clone; empty for a project that holds the tools itself.
        revision: a tag or a commit of it.
    """

    repository: str = ""
    revision: str = ""

    @property
    def hybrid(self) -> str:
        """How `hybrid` is called."""
        return "hybrid" if self.repository else "tools/hybrid"

    @property
    def deploy(self) -> str:
        """How a deployment is called."""
        return "hybrid deploy" if self.repository else "tools/deploy"


@dataclass(frozen=True, slots=True)
class Starter:
    """What a repository starts with.

    Attributes:
        name: its own, for people.
        environments: in the order of their deployment; pull requests go to the first, which is the only one where Git
            simply wins.
        tools: where they come from.
        main: the branch that is deployed.
    """

    name: str
    environments: Sequence[str]
    tools: Tools
    main: str = "main"


def check_environments(names: Sequence[str]) -> None:
    """Refuse names that cannot be files, variables' suffixes and folders at once.

    Raises:
        ConfigurationError: says which.
    """
    wrong = [name for name in names if not _NAME.fullmatch(name)]
    if wrong or not names:
        raise ConfigurationError(
            f"{wrong[0]!r} is no environment's name" if wrong else "there must be an environment",
            remedy="use lower-case letters, digits, - and _, such as --environments dev,staging,prod",
        )
    if len({name.replace("-", "_") for name in names}) < len(names):
        raise ConfigurationError("two environments have one name", remedy="name each once")


def starter_files(
    starter: Starter, texts: Mapping[str, str], new_uuid: Callable[[], str], *, sources: bool = True
) -> dict[str, str]:
    """Every file's text by its path.

    Args:
        starter: what to make.
        texts: the package's texts, by their path below starter/.
        new_uuid: a fresh uuid at each call: the assets of two repositories are never the same ones.
        sources: whether policy, assets and SQL files are made too, or only what stands around them.
    """
    render = _renderer(starter, texts, new_uuid)
    files = {path: render(text, {}) for path, text in (AROUND | (SOURCES if sources else {})).items()}
    if sources:
        for position, name in enumerate(starter.environments):
            told = {"environment": name, "last": 0 < position == len(starter.environments) - 1}
            files[f"superset_assets/environments/{name}.yaml"] = render(_VARIABLES, told)
        # Last: a project is known by its policy, and half of one must not be taken for a whole.
        files["policy.yaml"] = render(_POLICY, {})
    return files


def workflow_files(starter: Starter, texts: Mapping[str, str]) -> dict[str, str]:
    """The workflows alone: what a project that holds the tools itself takes from here."""
    render = _renderer(starter, texts, str)
    return {path: render(text, {}) for path, text in AROUND.items() if path.startswith(".github/")}


def _renderer(
    starter: Starter, texts: Mapping[str, str], new_uuid: Callable[[], str]
) -> Callable[[str, Mapping[str, object]], str]:
    import jinja2

    # Marks of their own: the files have {{ }} and {% %} in them, which are for those who read them later.
    environment = jinja2.Environment(  # noqa: S701 - no HTML is made
        loader=jinja2.DictLoader(dict(texts)),
        variable_start_string="@{",
        variable_end_string="}@",
        block_start_string="@%",
        block_end_string="%@",
        comment_start_string="@#",
        comment_end_string="#@",
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    values: dict[str, object] = {
        "name": starter.name,
        "slug": "-".join(re.findall(r"[a-z0-9]+", starter.name.lower())) or "our",
        "environments": list(starter.environments),
        "first": starter.environments[0],
        "main": starter.main,
        "hybrid": starter.tools.hybrid,
        "deploy_command": starter.tools.deploy,
        "installs": bool(starter.tools.repository),
        "repository": starter.tools.repository,
        "revision": starter.tools.revision,
        "new_uuid": new_uuid,
        **_ACTIONS,
    }

    def render(text: str, more: Mapping[str, object]) -> str:
        return environment.get_template(text).render({**values, **more})

    return render
