"""Owns `SupersetClient`: one running Superset, as what a deployment needs of it."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from superset_gitops.edges.retry import Retries
from superset_gitops.edges.superset.address import Address
from superset_gitops.edges.superset.credentials import Credentials
from superset_gitops.edges.superset.export_assets import export_assets
from superset_gitops.edges.superset.import_bundle import import_assets
from superset_gitops.edges.superset.list_changes import list_changes, list_unmanaged_kinds
from superset_gitops.edges.superset.live import Change, LiveState
from superset_gitops.edges.superset.secrets import ConnectionSecrets
from superset_gitops.edges.superset.send_bundle import Files
from superset_gitops.edges.superset.session import Session, Timeout
from superset_gitops.model.asset import AssetId

_DEFAULT_RETRIES = Retries()
_NO_SECRETS = ConnectionSecrets()


class SupersetClient:
    """A running Superset; logs in at the first call.

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
        self._session = Session(Address.parse(base_url), credentials, retries, timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Drop the connections."""
        self._session.close()

    @property
    def base_url(self) -> str:
        """The address, without a trailing slash."""
        return self._session.address.root

    def export_assets(self) -> LiveState:
        """Everything of the managed kinds, proven complete; see `export_assets.export_assets`."""
        return export_assets(self._session)

    def changes(self) -> dict[AssetId, Change]:
        """Who changed which managed kind's asset, and when; see `list_changes.list_changes`."""
        return list_changes(self._session)

    def unmanaged_kinds(self) -> dict[str, list[str]]:
        """Names by resource of what has no place in a bundle: themes, reports, saved queries and so on."""
        return list_unmanaged_kinds(self._session)

    def import_assets(self, files: Files, secrets: ConnectionSecrets = _NO_SECRETS) -> None:
        """Write these assets; see `import_bundle.import_assets`."""
        import_assets(self._session, files, secrets)
