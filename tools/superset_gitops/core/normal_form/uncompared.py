"""Owns the list of what comparisons do not look at, or only where the template says it, each with its reason.

The normal form leaves these out. `tests/fidelity/test_mutations.py` changes every field that a schema or one of
Superset's own examples has, and fails where a change goes unseen that this list does not have, or where an entry of it
hides nothing any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from superset_gitops.model.asset import Kind

# Where a value stands in an exported document; positions in lists are numbers.
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Uncompared:
    """Fields in which a difference is none.

    Attributes:
        paths: in an exported document, dotted; `*` is any name or any position in a list. All below is meant, too.
        reason: why nobody loses anything by it.
    """

    kind: Kind
    paths: tuple[str, ...]
    reason: str

    def covers(self, kind: Kind, path: Path) -> bool:
        """Whether one of its fields is the one at that path, or above it."""
        return kind is self.kind and any(covers(pattern, path) for pattern in self.paths)


def covers(pattern: str, path: Path) -> bool:
    """Whether a dotted pattern names the field at that path, or one above it."""
    parts = pattern.split(".")
    return len(parts) <= len(path) and all(
        fnmatchcase(str(name), part) for part, name in zip(parts, path, strict=False)
    )


_TUNNEL = ("ssh_tunnel.password", "ssh_tunnel.private_key", "ssh_tunnel.private_key_password")
_EVERY_KIND = (
    (("version",), "the version of the format, the same in every file"),
    (("uuid",), "what the asset is known by: another uuid is another asset"),
    (("is_managed_externally", "external_url"), "no export shows it (measured)"),
)

# In no comparison.
NEVER: tuple[Uncompared, ...] = (
    *(Uncompared(kind, *entry) for kind in Kind for entry in _EVERY_KIND),
    Uncompared(Kind.DATABASE, ("password",), "a secret, and no export shows it"),
    Uncompared(Kind.DATABASE, _TUNNEL, "a secret: exports mask it; that there is one is compared"),
    Uncompared(
        Kind.DATABASE,
        ("encrypted_extra.*", "masked_encrypted_extra.*"),
        "what stands there may be secret, and exports mask it; the keys at the top are compared",
    ),
    Uncompared(
        Kind.DATASET,
        ("data", "data_file", "source_db_engine"),
        "only Superset's loader of examples reads it, and no export shows it",
    ),
    Uncompared(
        Kind.DATASET,
        ("columns.*.uuid", "metrics.*.uuid"),
        "6.1 neither exports nor takes it; columns and metrics are known by name",
    ),
    Uncompared(
        Kind.CHART,
        ("params.datasource", "query_context.datasource", "query_context.queries.*.datasource",
         "query_context.form_data.datasource"),
        "a number of one installation; dataset_uuid is compared",
    ),
    Uncompared(
        Kind.CHART,
        ("params.slice_id", "query_context.form_data.slice_id"),
        "a number of one installation; the chart is known by its uuid",
    ),
    Uncompared(
        Kind.CHART,
        ("params.dashboards", "query_context.form_data.dashboards"),
        "numbers of one installation; a dashboard's layout and its links to charts are compared",
    ),
    Uncompared(
        Kind.CHART,
        ("params.dashboardId", "params.url_params", "query_context.form_data.dashboardId",
         "query_context.form_data.url_params", "query_context.queries.*.url_params"),
        "the page from which the chart was opened when it was saved",
    ),
    Uncompared(Kind.CHART, ("params.viz_type",), "a copy of viz_type, which is compared"),
    Uncompared(Kind.CHART, ("tags",), "the import ignores it: an apply could not put it back"),
    Uncompared(
        Kind.DASHBOARD, ("tags", "theme_uuid"), "the import ignores it (measured): an apply could not put it back"
    ),
    Uncompared(Kind.DASHBOARD, ("theme_id",), "a number of one installation, and no export shows it"),
    Uncompared(
        Kind.DASHBOARD,
        ("metadata.default_filters", "metadata.filter_scopes", "metadata.show_native_filters"),
        "the import drops it (measured); filters are compared in native_filter_configuration",
    ),
    Uncompared(
        Kind.DASHBOARD,
        ("metadata.positions", "metadata.import_time", "metadata.remote_id"),
        "left by old formats; the layout is compared in position, and the dashboard is known by its uuid",
    ),
    Uncompared(
        Kind.DASHBOARD,
        ("metadata.color_scheme_domain", "metadata.map_label_colors", "metadata.shared_label_colors"),
        "the dashboard page works it out of color_scheme and label_colors, which are compared, and writes it by itself",
    ),
    Uncompared(
        Kind.DASHBOARD,
        ("metadata.chart_configuration.*.id", "position.*.meta.chartId"),
        "a number of one installation; the chart's uuid is compared",
    ),
    Uncompared(
        Kind.DASHBOARD,
        ("metadata.native_filter_configuration.*.targets.*.datasetId",
         "metadata.chart_customization_config.*.targets.*.datasetId"),
        "a number of one installation; datasetUuid is compared",
    ),
    Uncompared(
        Kind.DASHBOARD,
        ("metadata.native_filter_configuration.*.chartsInScope", "metadata.native_filter_configuration.*.tabsInScope",
         "metadata.chart_customization_config.*.chartsInScope", "metadata.chart_customization_config.*.tabsInScope",
         "metadata.chart_configuration.*.crossFilters.chartsInScope",
         "metadata.global_chart_configuration.chartsInScope"),
        "the dashboard page works it out of the scope, which is compared",
    ),
    Uncompared(Kind.DASHBOARD, ("position.*.id",), "a copy of the element's key, which is compared"),
    Uncompared(Kind.DASHBOARD, ("position.*.parents",), "follows from the children of the others, which are compared"),
    Uncompared(
        Kind.DASHBOARD,
        ("position.*.meta.sliceName",),
        "a copy of the chart's name, which is compared with the chart; sliceNameOverride is compared",
    ),
    Uncompared(
        Kind.DASHBOARD, ("position.*.meta.0", "position.*.meta.1"), "left by an old front end; nothing reads it"
    ),
    Uncompared(Kind.DASHBOARD, ("position.HEADER_ID.meta.text",), "a copy of dashboard_title, which is compared"),
)  # fmt: skip

# Compared exactly where the template, as it renders, has it.
WHERE_DECLARED: tuple[Uncompared, ...] = (
    Uncompared(
        Kind.DATABASE,
        ("encrypted_extra", "masked_encrypted_extra", "ssh_tunnel"),
        "holds secrets that many leave to the runtime",
    ),
    Uncompared(
        Kind.DATABASE,
        ("configuration_method",),
        "which form of the connection dialog was used; every compiled database has it",
    ),
    Uncompared(Kind.DATASET, ("catalog",), "Superset fills in the database's default catalog"),
    Uncompared(
        Kind.DATASET, ("folders",), "names columns and metrics by uuids that mean something in one installation only"
    ),
    Uncompared(
        Kind.DATASET,
        ("columns.*.type", "columns.*.datetime_format"),
        "Superset writes it when somebody syncs the columns from the database (measured: VARCHAR becomes TEXT)",
    ),
    Uncompared(Kind.CHART, ("query_context",), "Superset's front end derives it from params"),
)


def find(entries: tuple[Uncompared, ...], kind: Kind, path: Path) -> Uncompared | None:
    """The entry that covers a path; None where there is none."""
    return next((entry for entry in entries if entry.covers(kind, path)), None)
