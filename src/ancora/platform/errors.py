"""What commands raise when they refuse."""


class Refusal(Exception):
    """A command refuses; its message is fit for the screen: what is wrong and what to do. Nothing was changed."""
