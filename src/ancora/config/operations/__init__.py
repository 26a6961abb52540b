"""The heavier work of the operator’s commands."""
