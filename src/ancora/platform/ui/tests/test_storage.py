"""What travels of our scripts."""

from pathlib import Path

from django.core.files.base import ContentFile

from ancora.platform.ui.storage import HashedStorage, without_comments


def test_comments_do_not_travel_and_lines_keep_their_numbers():
    source = b'// What it does.\nconst a = "https://x"  // here\n  // why\nb()\n'
    assert without_comments(source) == b'\nconst a = "https://x"  // here\n\nb()\n'
    styles = b"/* Why. */\n@layer a {\n  p { x: y; } /* so */\n}\n"
    assert without_comments(styles, is_script=False) == b"\n@layer a {\np { x: y; } \n}\n"


def test_scripts_of_others_stay_and_what_was_read_before_is_written_whole(tmp_path):
    storage = HashedStorage(location=tmp_path, base_url="/static/")
    for name in ("desk/a.js", "django_htmx/a.js", "desk/a.css"):
        content = ContentFile(b"// A\ngo()\n")
        content.read()
        storage._save(name, content)
    written = [Path(tmp_path, name).read_bytes() for name in ("desk/a.js", "django_htmx/a.js", "desk/a.css")]
    assert written == [b"\ngo()\n", b"// A\ngo()\n", b"// A\ngo()\n"]
