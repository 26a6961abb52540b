"""After a backup was brought back: what was on its way then may have been sent since, by the installation of then."""

# Part of the restoring transaction, so that no worker ever sees these messages as waiting. They look like messages
# whose worker died after DATA; `rescue` then writes the truth, which is that nobody knows whether they were sent.
HOLD_BACK = """
UPDATE public.conversations_recipient r SET state = 'sending' FROM public.conversations_outgoing o
WHERE o.id = r.outgoing_id AND o.state IN ('queued', 'sending') AND r.state = 'queued';
UPDATE public.conversations_outgoing SET state = 'sending', data_begun_at = coalesce(data_begun_at, now())
WHERE state IN ('queued', 'sending');
"""
