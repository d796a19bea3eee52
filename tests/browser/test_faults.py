"""No typed text is lost, whatever happens meanwhile: faults drawn by a seed, one after the other.

What was typed stands in its form again afterwards, or it was recorded exactly once. The suite draws a few of them;
`BIHUAN_FAULTS=100` draws a hundred, `BIHUAN_FAULT_SEED` others.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, Route, expect

from bihuan.access.models import SignIn
from bihuan.cases import queries as cases
from bihuan.cases.types import Act
from bihuan.organisations.queries import jurisdiction
from bihuan.record.queries import events
from tests.browser.officials import AT_REST, Desk
from tests.towns import PASSWORD, Town
from tests.walks import TO_HANDLING, Walk

pytestmark = pytest.mark.browser
MANY = int(os.environ.get("BIHUAN_FAULTS", "10"))
SEED = int(os.environ.get("BIHUAN_FAULT_SEED", "2026"))
PIECES = (
    *(
        "路灯已修复",
        "灯具换新",
        "到现场查看",
        "与诉求人约定",
        "“老旧小区”改造",
        "<b>不加粗</b>",
        "A&B公司",
        "㐂龘",
        "🚧",
    ),
    *("，", "。", "；", "\n", " ", "3月5日", "0631-8451234", "&lt;", "'", '"', "\\", "%s", "{{ x }}"),
)


@dataclass(frozen=True)
class Form:
    """A long form: who writes in it, after which acts, which act it is and in which field."""

    account: str
    way: tuple[str, ...]
    act: str
    field: str


FORMS = (
    Form("wd.unit.handler", TO_HANDLING, "answer", "to_requester"),
    Form("wd.unit.handler", TO_HANDLING, "answer", "to_platform"),
    Form("wd.unit.handler", TO_HANDLING, "record_contact", "note"),
    Form("wd.unit.handler", TO_HANDLING, "request_return", "basis"),
    Form("wd.unit.handler", TO_HANDLING, "request_extension", "reason"),
    Form("wd.unit.handler", TO_HANDLING, "await_requester", "missing"),
    Form("wd.unit.handler", TO_HANDLING, "link", "task"),
    Form("wd.unit.handler", TO_HANDLING, "request_termination", "reason"),
    Form("wd.desk.registrar", TO_HANDLING, "supplement", "text"),
    Form("wd.desk.dispatcher", (Act.REGISTER, Act.ACCEPT), "dispatch", "basis"),
    Form("wd.desk.dispatcher", TO_HANDLING, "hang", "ground"),
    Form("wd.desk.reviewer", (*TO_HANDLING, Act.ANSWER, Act.SIGN_OFF), "send_back", "reason"),
    Form("wd.unit.deputy", (*TO_HANDLING, Act.ANSWER), "send_back_draft", "reason"),
)


@dataclass
class Writing:
    """Somebody writes in a form."""

    page: Page
    walk: Walk
    form: Form
    words: str

    @property
    def url(self) -> str:
        """Where the form stands."""
        return f"/cases/{self.walk.number}/?act={self.form.act}"

    @property
    def box(self) -> Locator:
        """Where the words stand."""
        return self.page.locator(f"#act-{self.form.act} [name={self.form.field}]")

    def open(self) -> None:
        """Go to the form, by the door where the sign-in has ended."""
        self.page.goto(self.url)
        self.come_in()

    def come_in(self) -> None:
        """Sign in where the door stands in the way."""
        if "/sign-in/" in self.page.url:
            self.page.get_by_label("账号").fill(self.form.account)
            self.page.get_by_label("密码").fill(PASSWORD)
            self.page.get_by_role("button", name="登录").click()
            expect(self.page.get_by_role("heading", level=1)).to_be_visible()

    def write(self) -> None:
        """Type what is to stay."""
        self.box.fill(self.words)

    def send(self) -> None:
        """Press the button, whatever comes of it."""
        self.page.locator(f"#act-{self.form.act} form > button").click(no_wait_after=True)

    def sent(self) -> None:
        """Press the button and wait for the page that comes."""
        with self.page.expect_navigation():
            self.send()

    def kept(self) -> None:
        """Let three seconds pass."""
        with self.page.expect_response("**/drafts/"):
            self.page.evaluate(f"keep(document.querySelector('#act-{self.form.act} form'))")

    def looked(self) -> None:
        """Let ten seconds pass."""
        self.page.evaluate("look()")

    def others_act(self) -> None:
        """Somebody adds to the case meanwhile."""
        self.walk.now = max(self.walk.now, timezone.now() + jurisdiction("wd").offset)
        self.walk.do(Act.SUPPLEMENT)

    @property
    def stands(self) -> bool:
        """Whether the words stand in the form of the page that is whole now."""
        self.page.wait_for_load_state()
        self.page.wait_for_function(AT_REST)
        return any(box.input_value() == self.words for box in self.box.all())

    @property
    def stays(self) -> bool:
        """Whether the words stand in the form; where nobody was told them, they may come yet."""
        if self.recorded:
            return self.stands
        try:
            expect(self.box).to_have_value(self.words)
        except AssertionError:
            return False
        return True

    @property
    def recorded(self) -> int:
        """How often the record says them."""
        said = self.words.strip()
        told = events(cases.facts(self.walk.number).subject)
        return sum(said in {str(v).replace("\r\n", "\n") for v in (e.private or {}).values()} for e in told)


def sign_ins_end(**change: object) -> None:
    """Let every sign-in have ended."""
    SignIn.objects.update(**(change or {"seen_at": timezone.now() - timedelta(days=1)}))


def idle_then_send(it: Writing) -> None:
    sign_ins_end()
    it.sent()


def whole_time_over_then_send(it: Writing) -> None:
    sign_ins_end(began_at=timezone.now() - timedelta(days=2))
    it.sent()


def signed_out_elsewhere_then_poll(it: Writing) -> None:
    sign_ins_end(ended_at=timezone.now())
    it.page.evaluate("look()")
    bar = it.page.locator("#signed-out")
    expect(bar).to_be_visible()
    assert it.stands, "an open page moves nothing"
    bar.get_by_role("link", name="重新登录").click()


def idle_while_keeping(it: Writing) -> None:
    sign_ins_end()
    it.kept()
    expect(it.page.locator("#signed-out")).to_be_visible()


def poll_with_news(it: Writing) -> None:
    it.others_act()
    it.page.evaluate("look()")
    expect(it.page.locator("#live")).to_contain_text("刚刚有新情况")


def refused(it: Writing) -> None:
    it.sent()


def overtaken(it: Writing) -> None:
    it.others_act()
    it.sent()


def phone_is_looked_at(it: Writing) -> None:
    look = it.page.get_by_role("button", name="查看（会被记录）")
    if look.count():
        look.click()
        expect(it.page.locator("#requester")).to_contain_text("138")


def reloaded(it: Writing) -> None:
    it.page.reload()


def left_and_back(it: Writing) -> None:
    it.page.goto("/cases/")
    it.page.go_back()


def tab_closed_after_a_rest(it: Writing) -> None:
    it.kept()
    context = it.page.context
    it.page.close()
    it.page = context.new_page()


def broken(status: int) -> Callable[[Writing], None]:
    def fault(it: Writing) -> None:
        def answer(route: Route) -> None:
            route.fulfill(status=status, content_type="text/html", body="<h1>故障</h1>")

        it.page.route("**/acts/**", answer)
        it.sent()
        it.page.unroute("**/acts/**")
        it.page.go_back()

    fault.__name__ = f"answered_by_{status}"
    return fault


def line_cut_before(it: Writing) -> None:
    cut: list[str] = []

    def abort(route: Route) -> None:
        route.abort()
        cut.append(route.request.url)

    it.page.route("**/acts/**", abort)
    it.page.route("**/drafts/", lambda route: route.abort())
    it.send()
    while not cut:
        it.page.wait_for_timeout(50)
    it.page.unroute("**/acts/**")
    it.page.unroute("**/drafts/")


def line_cut_after(it: Writing) -> None:
    heard: list[int] = []

    def cut(route: Route) -> None:
        heard.append(route.fetch(max_redirects=0, timeout=60_000).status)
        route.abort()

    it.page.route("**/acts/**", cut)
    it.send()
    while not heard:
        it.page.wait_for_timeout(100)
    it.page.unroute("**/acts/**")


def mark_of_the_browser_lost(it: Writing) -> None:
    it.page.context.clear_cookies(name="csrftoken")
    it.sent()


FAULTS: tuple[Callable[[Writing], None], ...] = (
    *(idle_then_send, whole_time_over_then_send, signed_out_elsewhere_then_poll, idle_while_keeping),
    *(poll_with_news, refused, overtaken, phone_is_looked_at, reloaded, left_and_back, tab_closed_after_a_rest),
    *(broken(500), broken(503), broken(429), line_cut_before, line_cut_after, mark_of_the_browser_lost),
)


OURS = ("status of 5", "net::ERR_")
"""What a browser says of faults that we made."""


def text(chance: Random, most: int) -> str:
    """Some 200 to 4,000 characters as people and programs write them."""
    length, said = chance.randint(200, 4000), ""
    while len(said) < length:
        said += chance.choice(PIECES)
    said = said[:most]
    return f"始{said[1:-1].strip()}终" if len(said) > 2 else said


def test_no_text_is_lost_whatever_happens(wendeng_live: Town, desk: Desk) -> None:
    chance, lost = Random(SEED), list[str]()
    drawn = [chance.choice(FAULTS) for _ in range(MANY - len(FAULTS))]
    drawn = chance.sample(FAULTS, min(MANY, len(FAULTS))) + drawn
    pages: dict[str, Page] = {}
    for n, fault in enumerate(drawn):
        form = chance.choice(FORMS)
        page = pages.get(form.account) or desk[form.account]
        it = Writing(page, Walk(wendeng_live, timezone.now() + jurisdiction("wd").offset).along(*form.way), form, "")
        it.open()
        it.words = text(chance, int(it.box.get_attribute("data-most") or 4000))
        it.write()
        chance.choice((int, int, it.kept, it.looked))()
        fault(it)
        it.come_in()
        if not it.stands and not it.recorded:
            it.open()
        if it.recorded != (0 if it.stays else 1):
            lost.append(f"{n}: {fault.__name__} in {form.act}.{form.field}, recorded {it.recorded} times")
        pages[form.account] = it.page
    desk.trouble[:] = [said for said in desk.trouble if not any(ours in said for ours in OURS)]
    print(f"\n{len(drawn)} faults (seed {SEED}), {len(lost)} texts lost")
    assert not lost, "\n".join(lost)
