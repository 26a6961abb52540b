"""format=flowed (RFC 3676): paragraphs that were folded at their spaces are joined again."""


def unflow(text: str, *, delete_space: bool = False) -> str:
    """The text with soft line breaks undone, within one depth of quoting, signatures left alone."""
    lines: list[str] = []
    paragraph: list[str] = []
    depth = 0

    def close() -> None:
        if paragraph:
            lines.append((">" * depth + " " if depth else "") + "".join(paragraph))
            paragraph.clear()

    for line in text.split("\n"):
        content = line.lstrip(">")
        quoted = len(line) - len(content)
        content = content.removeprefix(" ")
        if paragraph and quoted != depth:
            close()
        depth = quoted
        if content == "-- ":
            close()
            lines.append((">" * depth + " " if depth else "") + content)
            continue
        soft = content.endswith(" ")
        paragraph.append(content[:-1] if soft and delete_space else content)
        if not soft:
            close()
    close()
    return "\n".join(lines)
