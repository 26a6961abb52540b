"""Makes the template of the tests' databases, where it is not there yet: run as a program."""

import ancora.testing.environment  # noqa: F401
from ancora.testing.databases import Databases

if __name__ == "__main__":
    Databases().close()
