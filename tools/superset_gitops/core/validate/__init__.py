"""What compiled assets must be beyond their own shape: one rule a module, all problems at once."""

from superset_gitops.core.validate.validate_bundles import validate

__all__ = ["validate"]
