"""Where other systems post to; the address is the secret."""

from django.urls import re_path

from ancora.conversations.views.hooked import posted

app_name = "hooks"
# Mailgun sends a mail whole only to an address that ends in `mime`.
urlpatterns = [re_path(r"^mail/(?P<token>[\w-]{20,80})/(?:mime)?$", posted, name="mail")]
