"""Pictures that may stand in a text: known by their content, never by their name or what somebody says they are."""

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
PICTURE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")


def picture_type(content: bytes) -> str | None:
    """image/png, image/jpeg, image/gif or image/webp by the first bytes; None for everything else."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _MAGIC if content.startswith(magic)), None)
