"""Keys of DKIM from DNS, kept in the process; a DNS that does not answer holds nothing up for long."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .signatures import KeyUnknown

ANSWER_SECONDS = 2.0
# All that a process waits for DNS in a minute, so that no stranger's slow server holds up the mail of others.
PATIENCE_SECONDS = 6.0
MINUTE = 60.0
KEPT_SECONDS = 3600.0
NONE_KEPT_SECONDS = 600.0
MOST_KEPT = 5000


def ask_dns(name: str) -> bytes | None:
    """The TXT record, or None when there is none; `TimeoutError` when nobody answers."""
    import dns.exception
    import dns.resolver

    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=ANSWER_SECONDS, search=False)
    except (dns.exception.Timeout, dns.resolver.NoNameservers, dns.resolver.NoResolverConfiguration, OSError) as error:
        raise TimeoutError(str(error)) from error
    except (dns.exception.DNSException, ValueError):
        # There is none, or the name is none.
        return None
    return b"".join(answer[0].strings)


@dataclass(slots=True)
class KeyLookup:
    """Asks for a key by `ask` (DNS, or what a test gives), once an hour for each name."""

    ask: Callable[[str], bytes | None] = ask_dns
    now: Callable[[], float] = time.monotonic
    _kept: dict[str, tuple[float, bytes | None, str]] = field(default_factory=dict)
    _waits: list[tuple[float, float]] = field(default_factory=list)

    def __call__(self, name: str) -> bytes:
        until, key, reason = self._kept.get(name, (0.0, None, ""))
        if until <= self.now():
            key, reason = self._fresh(name)
        if not key:
            raise KeyUnknown(reason)
        return key

    def _fresh(self, name: str) -> tuple[bytes | None, str]:
        began = self.now()
        self._waits = [(at, spent) for at, spent in self._waits if at > began - MINUTE]
        if sum(spent for _, spent in self._waits) >= PATIENCE_SECONDS:
            return None, "dns_silent"
        try:
            key, reason = self.ask(name), "no_key"
        except TimeoutError:
            key, reason = None, "dns_silent"
        ended = self.now()
        self._waits.append((ended, ended - began))
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[name] = (ended + (KEPT_SECONDS if key else NONE_KEPT_SECONDS), key, reason)
        return key, reason
