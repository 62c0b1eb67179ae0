"""Owns superset_config.py: how a sandbox's Superset is set up, written anew before each start."""

from __future__ import annotations

import os
from pathlib import Path

from superset_gitops.edges.sandbox.state import METADATA_DATABASE, METADATA_ROLE, SandboxState

_TEXT = '''"""Made by tools/sandbox; changes are lost at the next start."""

SECRET_KEY = {secret_key!r}
SQLALCHEMY_DATABASE_URI = {metadata_url!r}
# A restarted PostgreSQL must not cost somebody's next click.
SQLALCHEMY_ENGINE_OPTIONS = {{"pool_pre_ping": True, "pool_size": 8, "max_overflow": 24}}
# Browsers keep cookies by host alone: the sandboxes of two environments would log each other out.
SESSION_COOKIE_NAME = {cookie!r}
# Plain HTTP on loopback.
TALISMAN_ENABLED = False
CONTENT_SECURITY_POLICY_WARNING = False
AUTH_RATE_LIMITED = False
WTF_CSRF_ENABLED = True
FAB_ADD_SECURITY_API = True
FEATURE_FLAGS = {{"ENABLE_TEMPLATE_PROCESSING": True}}
CACHE_CONFIG = {{"CACHE_TYPE": "SimpleCache", "CACHE_DEFAULT_TIMEOUT": 300}}
# Charts and datasets that name a cache time get it; the others are drawn from the database each time.
DATA_CACHE_CONFIG = {{"CACHE_TYPE": "SimpleCache", "CACHE_DEFAULT_TIMEOUT": 1}}
'''


def write_settings(home: Path, state: SandboxState) -> None:
    """Write superset_config.py into Superset's home, readable by its owner only."""
    home.mkdir(mode=0o700, exist_ok=True)
    text = _TEXT.format(
        secret_key=state.credentials.secret_key,
        metadata_url=state.url(METADATA_ROLE, state.credentials.metadata, METADATA_DATABASE),
        cookie=f"session_{state.superset_port}",
    )
    settings = home / "superset_config.py"
    descriptor = os.open(settings, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def superset_variables(home: Path) -> dict[str, str]:
    """The environment variables that Superset's processes need; nothing of it is sent anywhere."""
    return {
        "SUPERSET_CONFIG_PATH": str(home / "superset_config.py"),
        "SUPERSET_HOME": str(home),
        "HOME": str(home),
        "SCARF_ANALYTICS": "false",
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
