"""What a sender's name and addresses pretend, whatever the evidence: cheap looks, each a hint and never a verdict."""

import re

from ancora.conversations.channels.email.parsing import Address

from .domains import are_aligned, domain_of, imitates, skeleton

ADDRESS = re.compile(r"[^\s<>\"(),;:@\[\]]{1,64}@[^\s<>\"(),;:@\[\]]{1,255}\.[^\s<>\"(),;:@\[\].]{2,63}")


def appearance(
    sender: Address | None, answers_to: list[Address], our_domains: frozenset[str], our_names: frozenset[str]
) -> list[str]:
    """Codes of what a reader should know before trusting or answering.

    `our_names`: skeletons of the names of colleagues and of the organisation.
    """
    if sender is None:
        return []
    domain = domain_of(sender.address)
    is_ours = any(are_aligned(domain, one) for one in our_domains)
    looks = {
        "name_has_address": _names_another(sender),
        "name_of_ours": not is_ours and is_our_name(sender.name, our_names),
        "domain_like_ours": not is_ours and any(imitates(domain, one) for one in our_domains),
        "answers_elsewhere": _answers_elsewhere(domain, answers_to),
    }
    return [code for code, is_so in looks.items() if is_so]


def is_our_name(name: str, our_names: frozenset[str]) -> bool:
    return bool(our_names) and name_key(name) in our_names


def name_key(name: str) -> str:
    """A name as it is compared: the order of its words does not count; one word alone is nobody's."""
    words = sorted(skeleton(name.replace(".", " ").replace(",", " ")).split())
    return " ".join(words) if len(words) > 1 else ""


def _names_another(sender: Address) -> bool:
    found = ADDRESS.search(sender.name[:300])
    return found is not None and not are_aligned(domain_of(found[0]), domain_of(sender.address))


def _answers_elsewhere(domain: str, answers_to: list[Address]) -> bool:
    return any(not are_aligned(domain, domain_of(one.address)) for one in answers_to)
