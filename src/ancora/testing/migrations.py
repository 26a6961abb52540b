"""Says whether the models and the migrations tell the same: run as a program, exit code 1 when not."""

import ancora.testing.environment  # noqa: F401
from ancora.testing.databases import Databases


def main() -> int:
    import os

    databases = Databases()
    try:
        with databases.clone() as name:
            os.environ["ANCORA_DSN"] = databases.dsn(name)
            import django

            django.setup()
            from django.core.management import call_command

            call_command("check", fail_level="WARNING")
            call_command("makemigrations", check=True, dry_run=True)
            from django.db import connections

            connections.close_all()
            for pool in list(getattr(connections["default"], "_connection_pools", {}).values()):
                pool.close()
    finally:
        databases.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
