"""Three-way comparison of base (ledger), desired (bundle) and live (runtime), by asset and by field."""

from superset_gitops.core.drift.collide import find_collisions
from superset_gitops.core.drift.compare import compare_fields, state_of
from superset_gitops.core.drift.make_plan import Named, drift_digest, make_plan

__all__ = ["Named", "compare_fields", "drift_digest", "find_collisions", "make_plan", "state_of"]
