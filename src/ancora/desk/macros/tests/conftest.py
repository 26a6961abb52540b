"""A case, and a hand that writes macros."""

from ancora.cases.macros.tests.conftest import written
from ancora.desk.tests.conftest import shop

__all__ = ["shop", "written"]
