"""Owns `SupersetClient`: one running Superset, as what a deployment needs of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from superset_gitops.core.versions import Release, find_release
from superset_gitops.edges.retry import Retries
from superset_gitops.edges.superset.address import Address
from superset_gitops.edges.superset.credentials import Credentials
from superset_gitops.edges.superset.delete_assets import delete_asset, related_objects
from superset_gitops.edges.superset.export_assets import export_assets
from superset_gitops.edges.superset.import_bundle import import_assets, import_databases
from superset_gitops.edges.superset.list_changes import list_changes, list_unmanaged_kinds
from superset_gitops.edges.superset.list_owned import list_owned
from superset_gitops.edges.superset.list_uses import list_uses
from superset_gitops.edges.superset.live import Change, LiveState, ServerInfo
from superset_gitops.edges.superset.probe_server import probe_server
from superset_gitops.edges.superset.secrets import ConnectionSecrets
from superset_gitops.edges.superset.send_bundle import Files
from superset_gitops.edges.superset.session import Session, Timeout
from superset_gitops.model.asset import AssetId, Kind

_DEFAULT_RETRIES = Retries()
_NO_SECRETS = ConnectionSecrets()


class SupersetClient:
    """A running Superset; logs in, and looks who answers, at the first call.

    Args:
        base_url: http(s) address, with a path prefix where Superset has one.
        credentials: who to be.
        retries: how patient to be with what may pass by itself.
        timeout: seconds to connect, and between two pieces of an answer: an import of a thousand files takes 45.

    Raises:
        ConfigurationError: the base URL is none.
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        *,
        retries: Retries = _DEFAULT_RETRIES,
        timeout: Timeout = (10, 600),
    ) -> None:
        self._conversation = Session(Address.parse(base_url), credentials, retries, timeout)
        self._server: ServerInfo | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Drop the connections."""
        self._conversation.close()

    @property
    def base_url(self) -> str:
        """The address, without a trailing slash."""
        return self._conversation.address.root

    def probe(self) -> ServerInfo:
        """Who answers, and as whom we speak to it; every other call does this first, once.

        Raises:
            ConfigurationError: the server ignores this kind of credentials for what we must read.
            Unavailable: not reachable, not a Superset, or the login is refused.
        """
        if self._server is None:
            self._server = probe_server(self._conversation)
        return self._server

    @property
    def release(self) -> Release:
        """What the server can do; its warning, if there is one, is among the probe's.

        Raises:
            ConfigurationError: the server is too old, or see `probe`.
            Unavailable: see `probe`.
        """
        return find_release(self.probe().version, where=self.base_url)[0]

    @property
    def _session(self) -> Session:
        self.probe()
        return self._conversation

    def export_assets(self) -> LiveState:
        """Everything of the managed kinds, proven complete; see `export_assets.export_assets`."""
        return export_assets(self._session)

    def changes(self) -> dict[AssetId, Change]:
        """Who changed which managed kind's asset, and when; see `list_changes.list_changes`."""
        return list_changes(self._session)

    def unmanaged_kinds(self) -> dict[str, list[str]]:
        """Names by resource of what has no place in a bundle: themes, reports, saved queries and so on."""
        return list_unmanaged_kinds(self._session)

    def owned_by(self, people: tuple[str, ...]) -> frozenset[AssetId]:
        """The assets that these people own; see `list_owned.list_owned`."""
        return list_owned(self._session, people)

    def uses(self, ids: Mapping[AssetId, int]) -> dict[AssetId, tuple[str, ...]]:
        """What depends on these assets besides managed kinds; see `list_uses.list_uses`."""
        return list_uses(self._session, ids)

    def guard_writes(self, guard: Callable[[], None]) -> None:
        """From now on, call this right before each attempt to write; where it raises, nothing is sent."""
        self._conversation.before_write = guard

    def import_assets(self, files: Files, secrets: ConnectionSecrets = _NO_SECRETS) -> None:
        """Write these assets; see `import_bundle.import_assets`."""
        import_assets(self._session, files, secrets, self.release)

    def import_databases(self, files: Files, secrets: ConnectionSecrets = _NO_SECRETS) -> None:
        """Write these databases, and nothing else; see `import_bundle.import_databases`."""
        import_databases(self._session, files, secrets)

    def delete(self, kind: Kind, numeric_id: int) -> None:
        """Delete one asset; see `delete_assets.delete_asset`."""
        delete_asset(self._session, kind, numeric_id)

    def related_objects(self, kind: Kind, numeric_id: int) -> Mapping[str, Any]:
        """What hangs on a database or dataset; see `delete_assets.related_objects`."""
        return related_objects(self._session, kind, numeric_id)
