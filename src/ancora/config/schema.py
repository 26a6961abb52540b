"""Whether the database has the form that this version needs."""

from ancora.platform.database import DatabaseError


class SchemaTooOld(DatabaseError):
    """Migrations are missing; `ancora upgrade` applies them."""


class SchemaTooNew(DatabaseError):
    """The database was upgraded by a later version; this one must not touch it."""


def pending() -> list[str]:
    """Names of the migrations still to apply, in order."""
    executor = _executor()
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def unknown() -> list[str]:
    """Migrations of our own packages that the database has and this version does not know."""
    executor = _executor()
    ours = {app for app, _ in executor.loader.disk_migrations}
    applied = executor.loader.applied_migrations
    return sorted(f"{app}.{name}" for app, name in applied if app in ours and (app, name) not in _known(executor))


def strangers(names: list[str]) -> list[str]:
    """Those of the migrations `names` (`app.name`) that belong to our packages and that this version does not know."""
    executor = _executor()
    ours = {app for app, _ in executor.loader.disk_migrations}
    known = {f"{app}.{name}" for app, name in _known(executor)}
    return [name for name in names if name.split(".")[0] in ours and name not in known]


def require_not_newer() -> None:
    """Refuses to touch a database that a later version has changed."""
    if strange := unknown():
        raise SchemaTooNew(
            f"This database was made by a newer Ancora (it has {strange[0]}). Nothing was changed. "
            "Install that version again, or restore a backup made by this one."
        )


def require_current() -> None:
    """Refuses to work on a database of another form than this version's."""
    require_not_newer()
    if missing := pending():
        raise SchemaTooOld(
            f"The database needs {len(missing)} changes before this version can use it. Nothing was changed. "
            "Run: ancora upgrade"
        )


def _executor():
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    return MigrationExecutor(connection)


def _known(executor) -> set[tuple[str, str]]:
    known = set(executor.loader.disk_migrations)
    for (app, _), migration in executor.loader.disk_migrations.items():
        known |= {(app, name) for _, name in migration.replaces}
    return known
