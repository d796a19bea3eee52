"""A flow chart on paper: one sheet of A4, every word of it text, with the way that the case walked."""

import io
import unicodedata

import pypdf
import pytest
from playwright.sync_api import Page

from tests.browser.officials import Desk
from tests.joint.walks import LINKAGE, A, JointWalk, with_bodies
from tests.towns import Town
from tests.walks import Walk

pytestmark = pytest.mark.browser
A4 = (595, 842)


def on_paper(page: Page, url: str) -> tuple[list[tuple[int, int]], str]:
    """The sizes of the sheets, and what stands on them."""
    page.goto(url)
    reader = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))
    sheets = [(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in reader.pages]
    text = "".join(p.extract_text() for p in reader.pages)
    text = "".join(text.split())  # a word may go on in the next line
    return sheets, unicodedata.normalize("NFKC", text)  # Chromium tells some signs by the radicals that look alike


@pytest.mark.clause("WD-F4", "WD-F5")
def test_a_chart_is_one_sheet_with_its_words_as_text(wendeng_live: Town, desk: Desk) -> None:
    town = with_bodies(wendeng_live)
    walk = JointWalk(town, LINKAGE, Walk(town)).begin().along(A.ACCEPT)
    page = desk["wd.unit.handler"]
    regulation = "/regulations/wendeng-2021-10/charts"
    for url, words in (
        (f"/cases/{walk.case.number}/chart/", ("受理联动", "备案表随办理结果上传", "走过的")),
        (f"{regulation}/linkage/", ("“首接负责”工作机制流程图", "提出联动要求")),
        (f"{regulation}/whistle/", ("“吹哨报到”工作机制流程图", "报到", "裁定吹错哨")),
    ):
        sheets, text = on_paper(page, url)
        assert sheets == [A4], url
        for word in words:
            assert word in text, (url, word)
    sheets, _ = on_paper(page, f"{regulation}/case/")
    assert sheets == [A4[::-1]], "a wide chart lies across, and its title with it"


def test_the_drawing_of_a_case_stands_whole_on_a_screen_of_a_desk(wendeng_live: Town, desk: Desk) -> None:
    page = desk["wd.unit.handler"]
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"/cases/{Walk(wendeng_live).along('register', 'accept', 'dispatch').number}/")
    whole = "() => { const one = document.querySelector('.flow-scroll'); return one.scrollWidth <= one.clientWidth; }"
    assert page.evaluate(whole)
