"""How allauth behaves here: no sign-up, mails through our own outgoing server."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        """People are invited; nobody signs up."""
        return False

    def get_client_ip(self, request) -> str:
        from ancora.platform.http.addresses import visitor_address

        return visitor_address(request)
