"""Owns filling an empty metadata database; run by Superset's own Python, with SUPERSET_CONFIG_PATH set.

One process instead of the commands `db upgrade`, `fab create-admin` and `init`: half the time goes into starting up.
"""

from __future__ import annotations

import secrets
from importlib.resources import files
from typing import Any


def main() -> None:
    """Migrate, create permissions and roles, and one user that the sandbox gives a name and a password."""
    from superset.app import create_app  # type: ignore[import-not-found,unused-ignore]

    app: Any = create_app()
    with app.app_context():
        import flask_migrate  # type: ignore[import-not-found,import-untyped,unused-ignore]

        flask_migrate.upgrade(directory=str(files("superset") / "migrations"))

    # Roles are created by an application that starts with its tables in place.
    app = create_app()
    with app.app_context():
        from superset import appbuilder, db, security_manager  # type: ignore[import-not-found,unused-ignore]

        appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        admin = security_manager.find_role(security_manager.auth_role_admin)
        added = security_manager.add_user(
            "admin", "Sandbox", "Admin", "admin@sandbox.invalid", admin, password=secrets.token_urlsafe(18)
        )
        if not added:
            raise SystemExit("the admin could not be created")
        db.session.commit()


if __name__ == "__main__":
    main()
