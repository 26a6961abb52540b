"""Where a request comes from, behind as many proxies as the organisation says."""

from ancora.platform.accounts.queries import current_organisation


def visitor_address(request) -> str:
    """The visitor's IP address: the entry of X-Forwarded-For that our own outermost proxy wrote."""
    proxies = current_organisation().proxy_count
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies]
    return request.META.get("REMOTE_ADDR", "")
