"""Chinese on an English page is marked as Chinese, wherever it stands (F104)."""

import pytest
from django.conf import settings

from bihuan.sandbox.work import Bounds, call
from bihuan.web.marking import marked
from tests.sandbox import work
from tests.web.english import stray
from tests.web.officials import Office

PAGES = ("/", "/cases/", "/cases/new/", "/dispatch/", "/units/", "/regulations/", "/regulations/limits/", "/account/")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("<p>区委编办</p>", '<p><span lang="zh-Hans">区委编办</span></p>'),
        ("<p>\n 区委编办 · \n</p>", '<p>\n <span lang="zh-Hans">区委编办 ·</span> \n</p>'),
        (
            "<p>Opened (区司法局, by 2026)</p>",
            '<p><span>Opened (<span lang="zh-Hans">区司法局</span>, by 2026)</span></p>',
        ),
        (
            "<p>Full: 您不能；他可以。</p>",
            '<p><span>Full: <span lang="zh-Hans">您不能；他可以。</span></span></p>',
        ),
        ("<p>演示（demo）区</p>", '<p><span lang="zh-Hans">演示（demo）区</span></p>'),
        ("<p>区&amp;县</p>", '<p><span><span lang="zh-Hans">区</span>&amp;<span lang="zh-Hans">县</span></span></p>'),
        ('<p lang="zh-Hans">区<b>县</b></p>', '<p lang="zh-Hans">区<b>县</b></p>'),
        ('<p lang="zh-Hans">区</p>县', '<p lang="zh-Hans">区</p><span lang="zh-Hans">县</span>'),
        ("<option>区</option>", '<option lang="zh-Hans">区</option>'),
        ("<textarea>\n区</textarea>", '<textarea lang="zh-Hans">\n区</textarea>'),
        ("<svg><text>区</text></svg>", '<svg><text lang="zh-Hans">区</text></svg>'),
        ("<script>'区'</script><!-- 区 --><br>", "<script>'区'</script><!-- 区 --><br>"),
        ("<title>区 · Bihuan</title>", "<title>区 · Bihuan</title>"),
        ("<p>A<br>区<img>B</p>", '<p>A<br><span lang="zh-Hans">区</span><img>B</p>'),
        ("Nothing < 5 & 6", "Nothing < 5 & 6"),
        ("<p>a《《区》》（b</p>", '<p><span>a<span lang="zh-Hans">《《区》》</span>（b</span></p>'),
        ("<p>a《（b《区</p>", '<p><span>a《（b<span lang="zh-Hans">《区</span></span></p>'),
    ],
)
def test_it_is_marked_and_nothing_else_is_changed(said: str, told: str) -> None:
    assert marked(said) == told
    assert marked(told) == told
    assert stray(told) == []


def test_brackets_without_end_that_somebody_typed_are_passed_over_once() -> None:
    """Each of them was a new beginning, from which all others were passed over again."""
    page = f"<p>区 a{'《' * 300_000}</p>"
    made, _ = call(work.mark, {"page": page}, bounds=Bounds(cpu=5))
    assert made["marked"] == f'<p><span><span lang="zh-Hans">区</span> a{"《" * 300_000}</span></p>'


@pytest.mark.parametrize("url", PAGES)
def test_a_page_in_english_marks_what_it_says_in_chinese(office: Office, url: str) -> None:
    client = office["desk.dispatcher" if url == "/dispatch/" else "desk.registrar"].client
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(url, follow=True).content.decode()
    assert '<html lang="en"' in page
    assert 'lang="zh-Hans"' in page
    assert stray(page) == []
