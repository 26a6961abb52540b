"""Addresses of the desk."""

from django.urls import path

from ancora.desk.views import (
    attachments,
    beginning,
    cases,
    changes,
    customers,
    drafts,
    messages,
    queues,
    searching,
    writing,
)

app_name = "desk"
urlpatterns = [
    path("", queues.home, name="home"),
    path("queues/<slug:name>/", queues.queue_page, name="queue"),
    path("queues/<slug:name>/news/", queues.news, name="news"),
    path("tour/", queues.dismiss_tour, name="tour"),
    path("cases/<int:reference>/", cases.case_page, name="case"),
    path("cases/<int:reference>/timeline/", cases.timeline_part, name="timeline"),
    path("cases/<int:reference>/head/", cases.head_part, name="head"),
    path("cases/<int:reference>/owner/", changes.owner, name="owner"),
    path("cases/<int:reference>/team/", changes.team, name="team"),
    path("cases/<int:reference>/priority/", changes.priority, name="priority"),
    path("cases/<int:reference>/tags/", changes.tags_view, name="tags"),
    path("cases/<int:reference>/status/", changes.status, name="status"),
    path("cases/<int:reference>/reply/", writing.reply, name="reply"),
    path("cases/<int:reference>/forward/", writing.forward, name="forward"),
    path("cases/<int:reference>/composer/", writing.composer_part, name="composer"),
    path("cases/<int:reference>/then/", writing.then_menu, name="then"),
    path("cases/<int:reference>/note/", writing.note, name="note"),
    path("messages/<int:pk>/", messages.about, name="message"),
    path("messages/<int:pk>/case/", messages.case_of, name="case_of_message"),
    path("messages/<int:pk>/body/", messages.body, name="body"),
    path("messages/<int:pk>/quoted/", messages.quoted, name="quoted"),
    path("messages/<int:pk>/original/", messages.original, name="original"),
    path("messages/<int:pk>/retry/", messages.retry, name="retry"),
    path("messages/<int:pk>/arrived/", messages.arrived, name="arrived"),
    path("messages/<int:pk>/forget/", messages.forget, name="forget"),
    path("drafts/files/", drafts.lay, name="lay"),
    path("drafts/files/<uuid:key>/", drafts.draft_file, name="draft_file"),
    path("attachments/<int:pk>/", attachments.attachment, name="attachment"),
    path("notes/files/<int:pk>/", attachments.note_file, name="note_file"),
    path("customers/<int:pk>/", customers.customer_page, name="customer"),
    path("customers/<int:pk>/remark/", customers.remark, name="remark"),
    path("search/", searching.search_page, name="search"),
    path("new/", beginning.new_page, name="new"),
]
