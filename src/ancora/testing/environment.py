"""Loaded before Django's settings are read, so that no test can ever reach a real database."""

import os
import tempfile
from pathlib import Path

HOME = Path(tempfile.mkdtemp(prefix="ancora-test-home-"))
(HOME / "static").mkdir()
os.environ["ANCORA_HOME"] = str(HOME)
os.environ["ANCORA_KEY"] = "a key for tests only, long enough to be taken for one"
# Nobody listens there: a test without the fixture `db` fails instead of finding somebody's data.
os.environ["ANCORA_DSN"] = "postgresql://nobody@127.0.0.1:1/test_none"
# What the test client calls itself.
os.environ["ANCORA_HOSTS"] = "testserver"
os.environ["ANCORA_LOG_LEVEL"] = "WARNING"
os.environ["DJANGO_SETTINGS_MODULE"] = "ancora.config.settings"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
# For processes that tests start.
os.environ.setdefault("PYTHONPATH", str(Path(__file__).parents[2]))
os.environ.pop("DATABASE_URL", None)
