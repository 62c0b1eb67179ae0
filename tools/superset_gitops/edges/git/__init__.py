"""The edge to Git (GitPython): what is checked out, whether it may be deployed, and what is kept of the runtime."""

from superset_gitops.edges.git.main_history import MainHistory, open_main_history
from superset_gitops.edges.git.tree import Checkout, read_checkout, unpushed_reason

__all__ = ["Checkout", "MainHistory", "open_main_history", "read_checkout", "unpushed_reason"]
