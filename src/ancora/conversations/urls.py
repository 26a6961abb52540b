"""Mailboxes, mail providers, channels, and what is in quarantine."""

from django.urls import path

from ancora.conversations.views import banner, channels, hooks, mailbox_verbs, mailboxes, quarantine

app_name = "conversations"
urlpatterns = [
    path("mailboxes/", mailboxes.mailboxes_page, name="mailboxes"),
    path("mailboxes/new/", mailboxes.new_mailbox, name="new_mailbox"),
    path("mailboxes/new/try/", mailboxes.try_new, name="try_new_mailbox"),
    path("mailboxes/oauth/", mailbox_verbs.oauth_return, name="oauth_return"),
    path("mailboxes/<int:pk>/", mailboxes.mailbox_page, name="mailbox"),
    path("mailboxes/<int:pk>/now/", mailboxes.mailbox_now, name="mailbox_now"),
    path("mailboxes/<int:pk>/settings/", mailboxes.settings_page, name="mailbox_settings"),
    path("mailboxes/<int:pk>/try/", mailboxes.try_known, name="try_mailbox"),
    path("mailboxes/<int:pk>/connect/", mailbox_verbs.connect, name="connect_mailbox"),
    path("mailboxes/<int:pk>/look/", mailbox_verbs.look_now, name="look_now"),
    path("mailboxes/<int:pk>/send/", mailbox_verbs.send_now, name="send_now"),
    *(
        path(f"mailboxes/<int:pk>/{what}/{verb}/", view, {"what": what}, name=f"{verb}_{what}")
        for what in ("fetching", "sending")
        for verb, view in (("pause", mailbox_verbs.pause), ("resume", mailbox_verbs.resume))
    ),
    path("alerts/", banner.banner_part, name="banner"),
    path("alerts/put-away/", banner.put_away, name="put_away"),
    path("mail-providers/", hooks.hooks_page, name="hooks"),
    path("mail-providers/new/", hooks.choose_provider, name="choose_provider"),
    path("mail-providers/new/<slug:provider>/", hooks.new_hook, name="new_hook"),
    path("mail-providers/<int:pk>/", hooks.hook_page, name="hook"),
    path("mail-providers/<int:pk>/try/", hooks.try_out, name="try_hook"),
    path("mail-providers/<int:pk>/renew/", hooks.renew, name="renew_hook"),
    path("mail-providers/<int:pk>/remove/", hooks.remove, name="remove_hook"),
    path("channels/", channels.channels_page, name="channels"),
    path("channels/new/<slug:kind>/", channels.new_channel, name="new_channel"),
    path("channels/<int:pk>/", channels.channel_page, name="channel"),
    path("channels/<int:pk>/try/", channels.try_channel, name="try_channel"),
    path("channels/<int:pk>/key/", channels.rotate, name="rotate_key"),
    path("channels/<int:pk>/old-key/", channels.put_away_key, name="put_away_key"),
    path("quarantine/", quarantine.quarantine_page, name="quarantine"),
    path("quarantine/<int:pk>/", quarantine.arrival_page, name="arrival"),
    path("quarantine/<int:pk>/original/", quarantine.original, name="quarantined_original"),
    path("quarantine/<int:pk>/retry/", quarantine.retry, name="retry_arrival"),
]
