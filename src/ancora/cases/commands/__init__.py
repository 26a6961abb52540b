"""Changes to cases, one verb a function: check → change → publish. They refuse with a `Refusal`."""

from ancora.cases.commands.acknowledge import acknowledge_case
from ancora.cases.commands.answer import forward_from_case, reply_to_case
from ancora.cases.commands.arrange import (
    add_tag,
    assign_case,
    create_default_outcomes,
    create_tag,
    hand_off_case,
    remove_tag,
    set_priority,
)
from ancora.cases.commands.customer import change_customer_of_case, give_case_to_new_customer
from ancora.cases.commands.drafts import (
    Written,
    WrittenElsewhere,
    add_drafted_note,
    discard_draft,
    discard_new_mail,
    discard_written_mail,
    save_draft,
    save_new_mail,
)
from ancora.cases.commands.following import follow_case, unfollow_case
from ancora.cases.commands.locking import MergedMeanwhile
from ancora.cases.commands.merging import merge_cases, undo_merge
from ancora.cases.commands.moving import (
    MovedMeanwhile,
    move_message_back,
    move_message_to_case,
    move_message_to_new_case,
)
from ancora.cases.commands.notes import add_note
from ancora.cases.commands.open import open_case_by_hand, open_case_by_mail
from ancora.cases.commands.overtaking import Overtaken
from ancora.cases.commands.presence import forget_the_gone, leave_case, show_presence
from ancora.cases.commands.received import continue_cases, note_sighting
from ancora.cases.commands.relating import relate_cases, unrelate_cases
from ancora.cases.commands.status import (
    close_case,
    mark_as_spam,
    move_to_trash,
    reopen_case,
    resolve_case,
    restore_case,
    wait_on,
    wake_cases,
)
from ancora.cases.commands.take_back import take_back_message
from ancora.cases.commands.trust import block_sender_of, link_sender_in, unblock_sender, unlink_sender_in

__all__ = [
    "MergedMeanwhile",
    "MovedMeanwhile",
    "Overtaken",
    "Written",
    "WrittenElsewhere",
    "acknowledge_case",
    "add_drafted_note",
    "add_note",
    "add_tag",
    "assign_case",
    "block_sender_of",
    "change_customer_of_case",
    "close_case",
    "continue_cases",
    "create_default_outcomes",
    "create_tag",
    "discard_draft",
    "discard_new_mail",
    "discard_written_mail",
    "follow_case",
    "forget_the_gone",
    "forward_from_case",
    "give_case_to_new_customer",
    "hand_off_case",
    "leave_case",
    "link_sender_in",
    "mark_as_spam",
    "merge_cases",
    "move_message_back",
    "move_message_to_case",
    "move_message_to_new_case",
    "move_to_trash",
    "note_sighting",
    "open_case_by_hand",
    "open_case_by_mail",
    "relate_cases",
    "remove_tag",
    "reopen_case",
    "reply_to_case",
    "resolve_case",
    "restore_case",
    "save_draft",
    "save_new_mail",
    "set_priority",
    "show_presence",
    "take_back_message",
    "unblock_sender",
    "undo_merge",
    "unfollow_case",
    "unlink_sender_in",
    "unrelate_cases",
    "wait_on",
    "wake_cases",
]
