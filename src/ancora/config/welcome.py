"""What is said on the terminal when the server starts."""

from ancora.platform.accounts.queries import current_organisation, is_set_up


def say_where(port: int) -> None:
    """The address to open and, before set-up, what to do there."""
    public = current_organisation().public_address or f"http://localhost:{port}"
    print(f"Ancora is at {public}", flush=True)
    if not is_set_up():
        from ancora.desk.first_run.code import setup_code

        print(f"Open it to set up your organisation. The setup code is: {setup_code()}", flush=True)
