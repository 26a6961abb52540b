"""Where other systems post to; the address is the secret."""

from django.urls import re_path

from ancora.conversations.channels.door import account_with, take_delivery
from ancora.conversations.views.hooked import posted

app_name = "hooks"
# Mailgun sends a mail whole only to an address that ends in `mime`.
urlpatterns = [
    re_path(r"^mail/(?P<token>[\w-]{20,80})/(?:mime)?$", posted, name="mail"),
    re_path(
        r"^channel/(?P<token>[\w-]{20,80})/$",
        posted,
        {"find": account_with, "take": take_delivery},
        name="channel",
    ),
]
