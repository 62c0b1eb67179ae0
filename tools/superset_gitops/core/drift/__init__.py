"""Three-way comparison of base (ledger), desired (bundle) and live (runtime), by asset and by field."""

from superset_gitops.core.drift.collide import find_collisions
from superset_gitops.core.drift.compare import compare_fields, state_of
from superset_gitops.core.drift.make_plan import Kept, Named, drift_digest, edit_digest, make_plan, plan_item
from superset_gitops.core.drift.needs import needs
from superset_gitops.core.drift.scope import EVERYTHING, Scope, choose_scope, unmet_needs

__all__ = [
    "EVERYTHING", "Kept", "Named", "Scope", "choose_scope", "compare_fields", "drift_digest", "edit_digest",
    "find_collisions", "make_plan", "needs", "plan_item", "state_of", "unmet_needs",
]  # fmt: skip
