"""Owns `Policy`: what may happen in which environment, as values; `core.policy` reads it from text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from superset_gitops.model.asset import Kind


class ApplyMode(StrEnum):
    """Who wins where the runtime moved on."""

    OVERWRITE_GIT_WINS = "overwrite_git_wins"
    STRICT_FAIL_ON_DRIFT = "strict_fail_on_drift"


class Gate(StrEnum):
    """What drift does to a deployment."""

    WARN = "warn"
    FAIL = "fail"


class DbMode(StrEnum):
    """Which SQL files run."""

    MIGRATIONS_AND_SEED = "migrations_and_seed"
    MIGRATIONS_ONLY = "migrations_only"
    NONE = "none"


class SandboxUse(StrEnum):
    """When an environment without URLs uses the local sandbox."""

    AUTO = "auto"  # started when needed
    IF_UP = "if_up"  # used when somebody started it
    NEVER = "never"


class Tree(StrEnum):
    """From which Git trees an environment may be deployed."""

    ANY = "any"
    CLEAN_AND_PUSHED = "clean_and_pushed"


class Step(StrEnum):
    """A deployment's steps; the pre gate belongs to `apply_assets`."""

    DB_SYNC = "db_sync"
    APPLY_ASSETS = "apply_assets"
    DRIFT_CHECK = "drift_check"


class ExportBranch(StrEnum):
    """How far a deployment brings what people changed in Superset."""

    PULL_REQUEST = "pull_request"  # pushed, with a pull request where a forge is known
    PUSH = "push"
    LOCAL = "local"  # on a branch of this repository
    OFF = "off"  # it is only noted in the ledger


@dataclass(frozen=True, slots=True)
class DbPolicy:
    """What the database sync does in one environment."""

    mode: DbMode
    migrations_dir: str
    seed_dir: str
    edited: Gate
    unknown: Gate
    out_of_order: Gate
    tracking_table: str = "public.schema_migrations"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one plan may change or delete unseen: beyond both numbers it needs a confirmation.

    Attributes:
        share: of the managed assets, 0 to 1.
        at_least: assets.
    """

    share: float = 0.3
    at_least: int = 10


@dataclass(frozen=True, slots=True)
class IgnoreRule:
    """Differences that neither gate nor apply look at: live keeps its value. Every given selector must match.

    Attributes:
        kind, uuid, name: None matches any; `name` is the title that Git gives, `*` and `?` stand for text in it.
        fields: dotted path patterns; empty for the whole asset.
        path, line, col: where the rule stands, 1-based.
    """

    kind: Kind | None = None
    uuid: str | None = None
    name: str | None = None
    fields: tuple[str, ...] = ()
    path: str = "policy.yaml"
    line: int = 1
    col: int = 1

    @property
    def place(self) -> str:
        """Where it stands, as people look it up: `policy.yaml:12:9`."""
        return f"{self.path}:{self.line}:{self.col}"


@dataclass(frozen=True, slots=True)
class EnvironmentPolicy:
    """What may happen in one environment; every default is filled in."""

    name: str
    mode: ApplyMode
    drift_gate: Gate
    db: DbPolicy
    sandbox: SandboxUse
    tree: Tree
    keep_query_context: bool
    prune: bool = False
    limits: Limits = Limits()
    ignore: tuple[IgnoreRule, ...] = ()
    superset_version: str = ""  # as written; empty where the server is asked

    @property
    def strict(self) -> bool:
        """Whether drift stops everything, and deletions need a confirmation."""
        return self.mode is ApplyMode.STRICT_FAIL_ON_DRIFT


@dataclass(frozen=True, slots=True)
class Hooks:
    """What Git's hooks do beside a commit's checks.

    Attributes:
        environment: the one that they are about.
        post_merge: whether a merge, a pull or a rebase is deployed to it.
        shared: whether such a deployment may go to a server that this environment's own variables name; otherwise it
            goes to the local sandbox only.
        post_merge_timeout: seconds.
        pre_push: whether a push shows the plan.
        pre_push_timeout: seconds.
    """

    environment: str = "dev"
    post_merge: bool = True
    shared: bool = False
    post_merge_timeout: float = 60.0
    pre_push: bool = False
    pre_push_timeout: float = 10.0


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole of policy.yaml, checked, with its defaults.

    Attributes:
        adopt_variables: variable → dotted paths of the fields in which `hybrid adopt` puts it back.
    """

    assets_dir: str
    environments: Mapping[str, EnvironmentPolicy]
    steps: tuple[Step, ...]
    attempts: int
    lease_wait_seconds: float
    main_branch: str
    dirty_paths: tuple[str, ...]
    hooks: Hooks = Hooks()
    adopt_variables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    export_branch: ExportBranch = ExportBranch.PULL_REQUEST
