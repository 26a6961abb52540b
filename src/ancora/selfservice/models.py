"""Tables of what customers meet."""

from ancora.selfservice.advice.models import AdviceRule

__all__ = ["AdviceRule"]
