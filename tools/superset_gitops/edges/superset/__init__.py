"""Owns talking to a running Superset over HTTP; `SupersetClient` is the way in."""

from superset_gitops.edges.superset.client import SupersetClient

__all__ = ["SupersetClient"]
