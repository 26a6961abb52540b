"""A name server of our own on loopback, which the process asks instead of the world's."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset


@contextlib.contextmanager
def name_server(**records: str) -> Iterator[list[str]]:
    """`name_server(A="pixel.example 93.184.216.34")`: answers with these records, one a kind, `silent` with nothing at
    all; gives the list of names it was asked for."""
    link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    link.bind(("127.0.0.1", 0))
    asked: list[str] = []
    threading.Thread(target=_serve, args=(link, records, asked), daemon=True).start()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], link.getsockname()[1]
    before, dns.resolver.default_resolver = dns.resolver.default_resolver, resolver
    try:
        yield asked
    finally:
        dns.resolver.default_resolver = before
        link.sendto(b"stop", link.getsockname())


def _serve(link: socket.socket, records: dict[str, str], asked: list[str]) -> None:
    with link:
        while (packet := link.recvfrom(4096))[0] != b"stop":
            question = dns.message.from_wire(packet[0])
            name, kind = question.question[0].name, question.question[0].rdtype
            asked.append(name.to_text(omit_final_dot=True))
            if "silent" in records:
                continue
            answer = dns.message.make_response(question)
            owners = [words.partition(" ")[0] for words in records.values()]
            if asked[-1] not in owners:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            for record, words in records.items():
                owner, _, content = words.partition(" ")
                if owner == asked[-1] and dns.rdatatype.from_text(record) == kind:
                    answer.answer.append(dns.rrset.from_text(name, 60, "IN", record, content))
            link.sendto(answer.to_wire(), packet[1])
