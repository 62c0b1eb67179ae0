"""The edge to Git (GitPython): what is checked out, and whether it may be deployed."""

from superset_gitops.edges.git.tree import Checkout, read_checkout, unpushed_reason

__all__ = ["Checkout", "read_checkout", "unpushed_reason"]
