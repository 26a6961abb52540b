"""How many streams may be open at this process, and how often one is opened. A person with many tabs keeps those that
were opened last; the others hear that they may come again later."""

from dataclasses import dataclass, field

from django.conf import settings

from ancora.platform.http.counting import MinuteCounts
from ancora.platform.live.hub import Stream

# In a minute, with one token: a page that is loaded again opens one, and so does each tab after a restart.
MOST_OPENINGS = 30
MOST_OF_A_CHAT = 20
LATER_SECONDS = 60
LATER = f"event: later\ndata: {LATER_SECONDS}\n\n".encode()


@dataclass(frozen=True, slots=True)
class Knock:
    """Who wants a stream: `status` is 200 for who may have one."""

    status: int
    address: str
    visitor_id: int = 0
    conversation_id: int = 0


@dataclass(slots=True)
class Gate:
    """All open streams of visitors at this process."""

    _by_chat: dict[int, dict[Stream, Knock]] = field(default_factory=dict)
    _by_address: dict[str, int] = field(default_factory=dict)
    _openings: MinuteCounts = field(default_factory=MinuteCounts)

    def is_hasty(self, token: str) -> bool:
        """Whether this is one opening too many."""
        return self._openings.count(token[:64]) > MOST_OPENINGS

    def is_crowded(self, address: str) -> bool:
        """Whether as many are open from there as may be."""
        return self._by_address.get(address, 0) >= settings.CHAT_STREAMS_PER_ADDRESS

    def enter(self, stream: Stream, knock: Knock) -> None:
        """One more; where its chat has too many, the oldest ends."""
        streams = self._by_chat.setdefault(knock.conversation_id, {})
        if len(streams) >= MOST_OF_A_CHAT:
            oldest = next(iter(streams))
            self.leave(oldest, streams[oldest])
            oldest.end(LATER)
            streams = self._by_chat.setdefault(knock.conversation_id, {})
        streams[stream] = knock
        self._by_address[knock.address] = self._by_address.get(knock.address, 0) + 1

    def leave(self, stream: Stream, knock: Knock) -> None:
        """Twice is once."""
        streams = self._by_chat.get(knock.conversation_id, {})
        if streams.pop(stream, None) is None:
            return
        if not streams:
            del self._by_chat[knock.conversation_id]
        self._by_address[knock.address] -= 1
        if not self._by_address[knock.address]:
            del self._by_address[knock.address]

    def visitors(self) -> list[int]:
        """Whose streams are open."""
        return list({knock.visitor_id for streams in self._by_chat.values() for knock in streams.values()})

    def turn_out(self, visitor_ids: set[int]) -> None:
        """Their streams end."""
        for streams in self._by_chat.values():
            for stream, knock in streams.items():
                if knock.visitor_id in visitor_ids:
                    stream.end()


gate = Gate()
