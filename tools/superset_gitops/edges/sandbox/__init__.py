"""Owns the sandbox: a real local PostgreSQL and Superset for one environment of one clone."""

from superset_gitops.edges.sandbox.sandbox import Sandbox
from superset_gitops.edges.sandbox.state import SandboxState
from superset_gitops.edges.sandbox.status import ComponentStatus, Condition, SandboxStatus

__all__ = ["ComponentStatus", "Condition", "Sandbox", "SandboxState", "SandboxStatus"]
