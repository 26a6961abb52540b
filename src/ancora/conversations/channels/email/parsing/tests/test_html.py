"""HTML of strangers: what comes through, what does not, and how it reads."""

import pytest

from ancora.conversations.channels.email.parsing import html_to_text, sanitise


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ("<p>Hi <b>you</b><script>alert(1)</script><style>p{}</style></p>", "<p>Hi <b>you</b></p>"),
        ('<p onclick="x()" class="c" id="i">Hi</p>', "<p>Hi</p>"),
        ("<iframe src=x></iframe><form action=x><input></form><object data=x></object>Hi", "Hi"),
        ('<img src="https://x.y/z.png">', '<img data-remote-src="https://x.y/z.png">'),
        ('<img src="//x.y/z.png">', '<img data-remote-src="https://x.y/z.png">'),
        ('<img src="cid:a@b">', '<img src="cid:a@b">'),
        ('<img src="data:image/png;base64,AAAA">', '<img src="data:image/png;base64,AAAA">'),
        ('<img src="data:image/svg+xml;base64,AAAA">', "<img>"),
        ('<img src="javascript:x" data-remote-src="javascript:x">', "<img>"),
        ('<p style="color:red;position:fixed">a</p>', '<p style="color:red">a</p>'),
        ('<p style="color:red;background:url(//x)">a</p>', '<p style="color:red">a</p>'),
        ('<p style="width:expression(alert(1))">a</p>', "<p>a</p>"),
        ('<p style="color:u\\72l(x)">a</p>', "<p>a</p>"),
        ("", ""),
        ("just words", "just words"),
        ("<!-- only a comment -->", ""),
    ],
)
def test_html_is_made_safe(html, safe):
    assert sanitise(html) == safe


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "cid:x", "vbscript:x", "JaVaScRiPt:x"])
def test_links_that_run_lose_their_address(link):
    assert "href" not in sanitise(f'<a href="{link}">x</a>')


def test_links_open_apart_and_tell_nothing():
    safe = sanitise('<a href="https://x.y/" target="_top" rel="opener">x</a>')
    assert 'href="https://x.y/"' in safe
    assert 'target="_blank"' in safe
    assert 'rel="noopener noreferrer nofollow"' in safe


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div><br></div><div>two</div>", "one\n\ntwo"),
        ("one<br>two", "one\ntwo"),
        ("<div>one<br></div><div>two</div>", "one\ntwo"),
        ('<p class="MsoNormal">one</p><p class="MsoNormal">two</p>', "one\ntwo"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<blockquote>one<br>two</blockquote>three", "> one\n> two\nthree"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("a&nbsp;&amp;&nbsp;b &lt;c&gt;", "a & b <c>"),
        ("<head><title>t</title></head><body>b<script>s</script></body>", "b"),
        ('<div style="display:none">preview</div>text', "text"),
        ("  a \n\n b  ", "a b"),
        ("", ""),
    ],
)
def test_html_reads_as_a_person_sees_it(html, text):
    assert html_to_text(html) == text
