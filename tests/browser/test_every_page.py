"""Every page in a real browser: two sizes, two languages, every look; axe-core finds nothing serious on any of them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLPattern, get_resolver
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from bihuan.accountability.types import ClueStage
from bihuan.bulletins.types import BulletinStage
from bihuan.care.workbook import running
from bihuan.cases.types import Stage
from bihuan.commitments import queries as commitments
from bihuan.determination.types import Stage as DeterminationStage
from bihuan.duties.jobs import climb
from bihuan.duties.models import Duty
from bihuan.instructions.types import InstructionStage
from bihuan.joint.types import Kind as JointKind
from bihuan.mailbags import commands as mailbags
from bihuan.matters.types import Stage as MatterStage
from bihuan.organisations import clocks, queries
from bihuan.rhythm.types import RhythmStage
from bihuan.subjects.registry import REGISTRY
from bihuan.supervision.types import ColouredAct, ColouredStage, OrderStage, ReminderStage, UrgeAct
from bihuan.webhooks import commands as webhooks
from bihuan.webhooks.types import NewEndpoint, Tried
from tests.accountability.walks import clue_at, with_accountable
from tests.browser.officials import sign_in
from tests.bulletins.walks import bulletin_at
from tests.care.test_workbook import HEADINGS as BOOK_HEADINGS
from tests.care.test_workbook import written
from tests.determination.walks import ReferralWalk, with_determiners
from tests.determination.walks import walk_to as determination_at
from tests.instructions.walks import instruction_at
from tests.joint.walks import JointWalk, with_bodies
from tests.localities.listing import with_list
from tests.mailbags.desks import ALSO, BAD, GOOD, HEADINGS, bring, table
from tests.matters.walks import walk_to as matter_at
from tests.meetings.walks import TO_SIGNED, MeetingWalk
from tests.public.citizens import REACHABLE, Citizen, open_site
from tests.record.streams import all_ended
from tests.rhythm.walks import RhythmWalk, rhythm_at
from tests.supervision.walks import UrgeWalk, coloured_at, order_at, reminder_at, with_supervisors
from tests.towns import START, Town, found, settle
from tests.walks import TO_CALLBACK, Walk
from tests.web.english import stray
from tests.web.officials import monday_morning

pytestmark = pytest.mark.browser

DESK, TELEPHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOKS: tuple[Mapping[str, Any], ...] = ({"dark": True}, {"contrast": True})
WIDEST = """() => [...document.querySelectorAll("main :not(thead *), .body > *, header *")]
    .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .slice(-2).map(one => one.outerHTML.slice(0, 120)).join(" | ")"""
CITIZEN = "citizen"
SUBMITTER = "submitter"

PAGES: Mapping[str, tuple[str, ...]] = {
    "": ("wd.desk.dispatcher /", "wd.unit.handler /", "hn.office.list_keeper /", "wd.chief /"),
    "sign-in/": (" /sign-in/",),
    "account/": ("wd.desk.dispatcher /account/",),
    "account/password/": ("wd.desk.dispatcher /account/password/",),
    "account/second-factor/": ("wd.desk.dispatcher /account/second-factor/",),
    "accounts/": ("wd.chief /accounts/",),
    "dispatch/": ("wd.desk.dispatcher /dispatch/",),
    "cases/": (
        "wd.desk.dispatcher /cases/",
        "wd.desk.dispatcher /cases/?stage=handling&q=路灯",
        "wd.desk.dispatcher /cases/?q=无此事",
    ),
    "cases/new/": ("wd.desk.registrar /cases/new/",),
    "cases/import/": ("wd.desk.registrar /cases/import/", "wd.unit.handler /cases/import/"),
    "cases/import/<int:id>/": (
        "wd.desk.registrar /cases/import/{table}/",
        "wd.desk.registrar /cases/import/{waiting_table}/",
        "wd.desk.registrar /cases/import/{registered_table}/",
    ),
    "cases/<number:number>/": (
        "wd.desk.dispatcher /cases/{fresh}/",
        "wd.unit.handler /cases/{handled}/",
        "wd.desk.caller /cases/{answered}/",
        "wd.desk.caller /cases/NONE1/",
    ),
    "cases/<number:number>/privacy/": ("wd.desk.reviewer /cases/{answered}/privacy/",),
    "looks/": ("wd.chief /looks/",),
    "exports/": ("wd.desk.dispatcher /exports/",),
    "matters/": ("hn.office.list_keeper /matters/",),
    "matters/new/": ("hn.desk.registrar /matters/new/",),
    "matters/months/": ("hn.office.list_keeper /matters/months/",),
    "matters/<number:number>/": (
        "hn.office.list_keeper /matters/{listed}/",
        "hn.unit.handler /matters/{assigned}/",
        "hn.office.list_director /matters/{struck}/",
    ),
    "matters/<number:number>/slip/": ("hn.office.list_keeper /matters/{struck}/slip/",),
    "notices/": ("wd.unit.handler /notices/", "wd.desk.dispatcher /notices/?group=opened"),
    "duties/<int:id>/": ("wd.unit.handler /duties/{duty}/",),
    "regulations/": ("wd.desk.dispatcher /regulations/",),
    "regulations/<slug:pack_id>/": ("hn.office.list_keeper /regulations/huainan-2021-55/?scope=all",),
    "regulations/<slug:pack_id>/duties/": (
        "wd.desk.dispatcher /regulations/wendeng-2021-10/duties/?norm=dispatch.sign-in&state=open",
    ),
    "regulations/versions/": ("wd.chief /regulations/versions/",),
    "regulations/limits/": ("wd.chief /regulations/limits/",),
    "regulations/calendar/": ("wd.chief /regulations/calendar/",),
    "regulations/calendar/<int:year>/": ("wd.desk.dispatcher /regulations/calendar/2025/",),
    "operations/": ("wd.operator /operations/",),
    "carriers/": ("wd.chief /carriers/",),
    "notices/preferences/": ("wd.unit.handler /notices/preferences/",),
    "webhooks/": ("wd.chief /webhooks/", "wd.operator /webhooks/"),
    "webhooks/<int:id>/": ("wd.chief /webhooks/{webhook}/",),
    "units/": ("wd.chief /units/",),
    "units/at/<str:code>/": ("wd.chief /units/at/wd.unit/",),
    "units/people/": ("wd.chief /units/people/",),
    "units/people/<str:account>/": ("wd.chief /units/people/wd.unit.handler/",),
    "units/channels/": ("wd.chief /units/channels/", "wd.unit.handler /units/channels/"),
    "units/opening/": ("wd.chief /units/opening/",),
    "units/workbook/": ("wd.chief /units/workbook/",),
    "units/workbook/<run:id>/": (
        "wd.chief /units/workbook/{carried_book}/",
        "wd.chief /units/workbook/{wrong_book}/",
        "wd.chief /units/workbook/{waiting_book}/",
    ),
    "units/places/": ("wd.chief /units/places/", "wd.chief /units/places/?q=新桥"),
    "units/places/<str:code>/": ("wd.chief /units/places/9901/",),
    "units/responsibilities/": ("wd.chief /units/responsibilities/",),
    "regulations/<slug:pack_id>/charts/<slug:word>/": (
        "wd.desk.dispatcher /regulations/wendeng-2021-10/charts/whistle/",
    ),
    "cases/<number:number>/chart/": ("wd.unit.handler /cases/{handled}/chart/",),
    "matters/<number:number>/chart/": ("hn.unit.handler /matters/{assigned}/chart/",),
    "linkages/<number:number>/chart/": ("wd.unit.handler /linkages/{linkage}/chart/",),
    "whistles/<number:number>/chart/": ("wd.township.handler /whistles/{whistle}/chart/",),
    "linkages/": ("wd.unit.handler /linkages/",),
    "linkages/<number:number>/": ("wd.unit.handler /linkages/{linkage}/",),
    "determinations/": ("wd.staffing.handler /determinations/",),
    "determinations/<number:number>/": (
        "wd.staffing.deputy /determinations/{determination}/",
        "wd.desk.dispatcher /determinations/{gap}/",
    ),
    "determinations/<number:number>/chart/": ("wd.justice.handler /determinations/{determination}/chart/",),
    "determinations/contacts/": ("wd.justice.handler /determinations/contacts/",),
    "referrals/": ("wd.desk.dispatcher /referrals/",),
    "referrals/<number:number>/": ("wd.desk.dispatcher /referrals/{referral}/",),
    "referrals/<number:number>/chart/": ("wd.desk.dispatcher /referrals/{referral}/chart/",),
    "commitments/": ("wd.desk.dispatcher /commitments/",),
    "commitments/<number:number>/": ("wd.unit.handler /commitments/{promise}/",),
    "supervision/": ("wd.offices.supervisor /supervision/", "wd.desk.supervisor /supervision/"),
    "supervision/calendar/": (
        "wd.desk.supervisor /supervision/calendar/",
        "wd.desk.supervisor /supervision/calendar/?week=2025-03-03",
    ),
    "supervision/urge/": ("wd.desk.supervisor /supervision/urge/",),
    "urges/": ("wd.desk.supervisor /urges/",),
    "urges/<number:number>/": ("wd.desk.supervisor /urges/{urge}/", "wd.unit.handler /urges/{replied}/"),
    "urges/<number:number>/chart/": ("wd.unit.handler /urges/{urge}/chart/",),
    "supervision/remind/": ("wd.desk.supervisor /supervision/remind/",),
    "reminders/": ("wd.desk.supervisor /reminders/",),
    "reminders/<number:number>/": ("wd.desk.supervisor /reminders/{judged}/", "wd.unit.deputy /reminders/{reminder}/"),
    "reminders/<number:number>/chart/": ("wd.unit.handler /reminders/{reminder}/chart/",),
    "supervision/order/": ("wd.offices.supervisor /supervision/order/",),
    "supervision/coloured/": ("wd.offices.supervisor /supervision/coloured/",),
    "rhythms/": ("hn.office.list_keeper /rhythms/",),
    "rhythms/training/": ("wd.desk.supervisor /rhythms/training/",),
    "rhythms/briefing/": ("hn.unit.head /rhythms/briefing/",),
    "rhythms/review/": ("hn.office.list_director /rhythms/review/",),
    "rhythms/<number:number>/": ("hn.unit.head /rhythms/{work}/", "hn.unit.head /rhythms/{briefed}/"),
    "rhythms/<number:number>/chart/": ("hn.unit.head /rhythms/{work}/chart/",),
    "meetings/": ("hn.office.list_keeper /meetings/",),
    "meetings/call/": ("hn.office.list_keeper /meetings/call/",),
    "meetings/<number:number>/": ("hn.office.list_keeper /meetings/{meeting}/", "hn.unit.deputy /meetings/{minuted}/"),
    "meetings/<number:number>/chart/": ("hn.unit.deputy /meetings/{minuted}/chart/",),
    "bulletins/": ("hn.office.list_keeper /bulletins/",),
    "bulletins/<number:number>/": (
        "hn.office.list_keeper /bulletins/{drafted}/",
        "hn.office.list_director /bulletins/{issued}/",
    ),
    "bulletins/<number:number>/chart/": ("hn.office.list_keeper /bulletins/{drafted}/chart/",),
    "leading-group/": ("hn.office.list_director /leading-group/",),
    "clues/": ("wd.desk.assessor /clues/?all=1",),
    "clues/open/": ("wd.desk.assessor /clues/open/",),
    "clues/<number:number>/": (
        "wd.desk.assessor /clues/{clue}/",
        "wd.personnel.assessor /clues/{resulted}/",
        "wd.unit.deputy /clues/{heard}/",
    ),
    "clues/<number:number>/chart/": ("wd.desk.assessor /clues/{clue}/chart/",),
    "dossiers/": ("wd.personnel.assessor /dossiers/",),
    "dossiers/<str:code>/": ("wd.personnel.assessor /dossiers/wd.unit/",),
    "instructions/": ("wd.desk.dispatcher /instructions/?all=1",),
    "instructions/enter/": ("wd.desk.dispatcher /instructions/enter/",),
    "instructions/call-in/": ("wd.desk.dispatcher /instructions/call-in/",),
    "instructions/give/": ("wd.leaders.leader /instructions/give/",),
    "instructions/<number:number>/": (
        "wd.leaders.leader /instructions/{instruction}/",
        "wd.unit.deputy /instructions/{tasked}/",
    ),
    "instructions/<number:number>/chart/": ("wd.desk.dispatcher /instructions/{tasked}/chart/",),
    "coloured/": ("wd.offices.supervisor /coloured/",),
    "coloured/<number:number>/": ("wd.offices.supervisor /coloured/{above}/", "wd.unit.head /coloured/{coloured}/"),
    "coloured/<number:number>/chart/": ("wd.unit.handler /coloured/{coloured}/chart/",),
    "orders/": ("wd.offices.supervisor /orders/",),
    "orders/<number:number>/": ("wd.offices.supervisor /orders/{released}/", "wd.unit.head /orders/{order}/"),
    "orders/<number:number>/chart/": ("wd.unit.handler /orders/{order}/chart/",),
    "joint/": ("wd.unit.handler /joint/", "wd.desk.dispatcher /joint/?kind=whistle&q=无此事"),
    "figures/": (
        "wd.desk.dispatcher /figures/",
        "wd.unit.handler /figures/?of=2025-03&unit=wd.unit",
        "wd.desk.dispatcher /figures/?of=2025-03&metric=satisfaction",
    ),
    "figures/rows/": (
        "wd.desk.dispatcher /figures/rows/?of=2025-03&metric=on_time&side=under",
        "wd.desk.dispatcher /figures/rows/?of=1999&atom=call.valid",
    ),
    "units/at/<str:code>/score/": ("wd.unit.head /units/at/wd.unit/score/?of=2025-03",),
    "joint/figures/": ("wd.desk.dispatcher /joint/figures/", "wd.other.handler /joint/figures/?of=1999"),
    "joint/portfolios/": ("wd.chief /joint/portfolios/",),
    "whistles/": ("wd.township.handler /whistles/",),
    "whistles/<number:number>/": ("wd.township.handler /whistles/{whistle}/",),
    "whistles/topics/": ("wd.chief /whistles/topics/",),
    "whistles/liaisons/": ("wd.chief /whistles/liaisons/",),
    "p/": (" /p/",),
    "p/<slug:place>/": (" /p/wd/",),
    "p/<slug:place>/data/": (" /p/wd/data/",),
    "p/<slug:place>/submit/": (" /p/wd/submit/",),
    "p/<slug:place>/receipt/": ("submitter /p/wd/receipt/",),
    "p/<slug:place>/follow/": (" /p/wd/follow/", " /p/wd/nowhere/"),
    "p/<slug:place>/case/": ("citizen /p/wd/case/",),
}
"""Every pattern of addresses that shows a page, with who looks at which."""

NO_PAGES = {
    "healthz", "readyz", "metrics", "supervision/calendar/<str:token>.ics",
    "dispatch/recall/", "drafts/", "drafts/drop/", "p/<slug:place>/case/files/<slug:name>/",
    "notices/count/", "notices/read/",
    "sign-in/code/", "sign-in/sso/", "sign-in/sso/back/", "sign-out/", "look/", "training/clock/",
    "account/recovery-codes/", "account/sign-ins/<int:id>/end/", "account/sign-out-everywhere/",
    "account/tokens/", "account/tokens/renew/", "account/tokens/revoke/", "accounts/<str:account>/<slug:act>/",
    "cases/count/", "cases/views/", "cases/export/", "cases/by-requester/", "views/<int:id>/drop/",
    "exports/<int:id>/", "exports/<int:id>/file/", "cases/new/beside/", "cases/import/<int:id>/<slug:which>/",
    "cases/<number:number>/acts/<slug:act>/", "cases/<number:number>/requester/",
    "cases/<number:number>/privacy/<slug:word>/",
    "matters/count/", "matters/views/", "matters/export/", "matters/<number:number>/acts/<slug:act>/",
    "matters/<number:number>/requester/", "attachments/<int:id>/",
    "regulations/limits/<int:id>/end/", "operations/jobs/<int:id>/retry/",
    "units/responsibilities/<str:code>/", "units/workbook/<slug:which>/", "places/", "p/<slug:place>/places/",
    "linkages/<number:number>/acts/<slug:act>/", "whistles/<number:number>/acts/<slug:act>/",
    "whistles/topics/<slug:act>/", "joint/<number:number>/", "joint/figures/export/",
    "figures/export/",
    "joint/count/", "joint/views/", "joint/export/",
    "cases/<number:number>/documents/", "cases/<number:number>/documents/<str:code>/",
    "cases/<number:number>/documents/<int:id>/again/",
    "matters/<number:number>/documents/", "matters/<number:number>/documents/<str:code>/",
    "matters/<number:number>/documents/<int:id>/again/",
    "linkages/<number:number>/documents/", "linkages/<number:number>/documents/<str:code>/",
    "linkages/<number:number>/documents/<int:id>/again/",
    "whistles/<number:number>/documents/", "whistles/<number:number>/documents/<str:code>/",
    "whistles/<number:number>/documents/<int:id>/again/",
    "determinations/<number:number>/acts/<slug:act>/", "referrals/<number:number>/acts/<slug:act>/",
    "determinations/<number:number>/documents/", "determinations/<number:number>/documents/<str:code>/",
    "determinations/<number:number>/documents/<int:id>/again/",
    "referrals/<number:number>/documents/", "referrals/<number:number>/documents/<str:code>/",
    "referrals/<number:number>/documents/<int:id>/again/",
    "rhythms/<number:number>/acts/<slug:act>/",
    "rhythms/<number:number>/documents/", "rhythms/<number:number>/documents/<str:code>/",
    "rhythms/<number:number>/documents/<int:id>/again/",
    "meetings/<number:number>/acts/<slug:act>/",
    "meetings/<number:number>/documents/", "meetings/<number:number>/documents/<str:code>/",
    "meetings/<number:number>/documents/<int:id>/again/",
    "bulletins/<number:number>/acts/<slug:act>/",
    "bulletins/<number:number>/documents/", "bulletins/<number:number>/documents/<str:code>/",
    "bulletins/<number:number>/documents/<int:id>/again/",
    "leading-group/<slug:seat>/",
    "clues/<number:number>/acts/<slug:act>/",
    "clues/<number:number>/documents/", "clues/<number:number>/documents/<str:code>/",
    "clues/<number:number>/documents/<int:id>/again/",
    "instructions/<number:number>/acts/<slug:act>/",
    "instructions/<number:number>/documents/", "instructions/<number:number>/documents/<str:code>/",
    "instructions/<number:number>/documents/<int:id>/again/",
    "coloured/<number:number>/acts/<slug:act>/",
    "coloured/<number:number>/documents/", "coloured/<number:number>/documents/<str:code>/",
    "coloured/<number:number>/documents/<int:id>/again/",
    "orders/<number:number>/acts/<slug:act>/",
    "orders/<number:number>/documents/", "orders/<number:number>/documents/<str:code>/",
    "orders/<number:number>/documents/<int:id>/again/",
    "reminders/<number:number>/acts/<slug:act>/",
    "reminders/<number:number>/documents/", "reminders/<number:number>/documents/<str:code>/",
    "reminders/<number:number>/documents/<int:id>/again/",
    "urges/<number:number>/acts/<slug:act>/",
    "urges/<number:number>/documents/", "urges/<number:number>/documents/<str:code>/",
    "urges/<number:number>/documents/<int:id>/again/",
    "p/<slug:place>/case/leave/", "p/<slug:place>/case/<slug:act>/",
}  # fmt: skip
"""What is sent, fetched in part, downloaded, or shown only after something was sent."""


def patterns() -> set[str]:
    """Every address of the site, as its URLconf has it."""

    def below(found: Any, stem: str) -> Iterator[str]:
        for one in found:
            path = stem + str(one.pattern)
            if isinstance(one, URLPattern):
                yield path
            else:
                yield from below(one.url_patterns, path)

    return set(below(get_resolver().url_patterns, ""))


def test_every_address_is_a_page_that_is_looked_at_or_is_none() -> None:
    assert patterns() - PAGES.keys() - NO_PAGES == set(), "a page that nobody looks at"
    assert (PAGES.keys() | NO_PAGES) - patterns() == set(), "no longer there"


@dataclass
class Eye:
    """Looks at pages with one account and keeps what is wrong with them."""

    context: BrowserContext
    page: Page = field(init=False)
    wrong: list[str] = field(default_factory=list)
    where: str = ""

    def __post_init__(self) -> None:
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.say(f"script: {error}"))
        self.page.on("console", self._listen)

    def say(self, what: str) -> None:
        """Something is wrong here."""
        self.wrong.append(f"{self.where}: {what}")

    def _listen(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and "status of 404" not in said.text:
            self.say(f"console: {said.text}")

    def speak(self, language: str) -> None:
        """Read pages in this language from now on."""
        said = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "domain": "localhost", "path": "/"}
        self.context.add_cookies([said])

    def look(self, url: str, axe: str) -> None:
        """Look at one page in every way."""
        self._open(url, "zh-hans", DESK)
        self.page.evaluate(axe)
        self._axe()
        self._skips()
        for look in LOOKS:
            self._wear(look)
            self._axe(["color-contrast"])
        self._wear({"large": True})
        self._fits()
        self._open(url, "en", TELEPHONE)
        self.page.evaluate(axe)
        self._fits()
        self._axe()
        self._wear({"large": True})
        self._fits()

    def _open(self, url: str, language: str, size: Any) -> None:
        self.where = f"{url} {language} {size['width']}"
        self.page.set_viewport_size(size)
        self.speak(language)
        answer = self.page.goto(url)
        self.page.wait_for_load_state("load")
        if language == "en" and answer is not None:
            for words in stray(answer.text()):
                self.say(f"not marked as Chinese, or mixed: {words}")
        assert self.page.locator("html").get_attribute("lang") == ("en" if language == "en" else "zh-Hans")

    def _wear(self, look: Mapping[str, Any]) -> None:
        self.where = self.where.partition(" in ")[0] + " in " + "+".join(look)
        self.page.evaluate(
            """look => { const kept = document.documentElement.dataset
                kept.text = look.large ? "large" : ""; kept.contrast = look.contrast ? "more" : ""
                kept.theme = kept.bsTheme = look.dark ? "dark" : "light" }""",
            look,
        )

    def _fits(self) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            self.say(f"{wide} pixels too wide: {self.page.evaluate(WIDEST)}")

    def _skips(self) -> None:
        """The first key leads past the frame to the text; nothing else is put before it."""
        if self.page.evaluate('Boolean(document.querySelector(\'[tabindex]:not([tabindex="0"], [tabindex="-1"])\'))'):
            self.say("something has an order of its own")
        if self.page.evaluate("document.activeElement !== document.body"):
            return  # the page begins where one types
        self.page.keyboard.press("Tab")
        self.page.keyboard.press("Enter")
        if self.page.evaluate("document.activeElement.id") != "main":
            self.say("the first key does not lead to the text")

    def _axe(self, rules: list[str] | None = None) -> None:
        only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
        options = {"runOnly": only, "resultTypes": ["violations"], "preload": False}
        if not rules:
            options["rules"] = {"target-size": {"enabled": True}}
        found = self.page.evaluate("options => axe.run(document, options)", options)
        for one in found["violations"]:
            if one["impact"] in ("serious", "critical"):
                for node in one["nodes"][:3]:
                    self.say(f"{one['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:240]}")


@pytest.fixture
def data(transactional_db: None, settings: Any, tmp_path: Any) -> dict[str, str]:
    """Two towns on a Monday morning with something on every page."""
    settings.DATA_FOLDER = tmp_path
    wendeng = open_site(with_bodies(found("wd", "wendeng-2021-10", prefix="WX")))
    huainan = found("hn", "huainan-2021-55", prefix="HX")
    numbers = {**cases(wendeng), **matters(huainan)}
    numbers |= {kind.value: JointWalk(wendeng, kind, Walk(wendeng)).begin().number for kind in JointKind}
    numbers |= determinations(with_determiners(wendeng))
    numbers |= urges(with_supervisors(wendeng))
    for town in (wendeng, huainan):
        monday_morning(town)
    citizen = Citizen(wendeng)
    numbers["own"] = citizen.submit(REACHABLE)
    numbers["code"] = citizen.code
    numbers |= {name: citizen.client.cookies[name].value for name in ("bihuan_case", "bihuan_receipt")}
    numbers |= brought(wendeng)
    with_list(wendeng)
    numbers |= workbooks(tmp_path)
    settle("wd", wendeng.desk, "operator", "operator")
    return {**numbers, "webhook": pushed(wendeng)}


def pushed(town: Town) -> str:
    """An endpoint that was away and has a new secret, with an event of each kind of end."""
    actor, at = town.actor("chief"), datetime.now(UTC)
    form = NewEndpoint(label="数据平台", address="https://hooks.example.com/bihuan", account="wd.desk.dispatcher")
    id, _ = webhooks.add(fields=form, actor=actor, now=at, at=at)
    webhooks.renew_secret(id=id, actor=actor, now=at)
    webhooks.take_in(at=at)  # the stream is read from its first reader on
    for _ in range(3):
        Walk(town).along(*TO_CALLBACK[:2])
    all_ended()
    while webhooks.take_in(at=at):
        continue
    for tried in (Tried(200, "ok"), Tried(500, "x" * 900), Tried(None, trouble="超过时限没有应答。")):
        claimed = webhooks.claim(endpoint=id, at=at)
        assert claimed is not None, tried
        webhooks.note(claimed=claimed, tried=tried, at=at)
        at += timedelta(hours=1)  # after a failure it waits
    return str(id)


def cases(town: Town) -> dict[str, str]:
    """Cases on their way."""
    ways = {
        "fresh": ("register", "accept"),
        "handled": TO_CALLBACK[:3],
        "answered": (*TO_CALLBACK, "record_callback", "close"),
    }
    numbers = {name: Walk(town).along(*acts).number for name, acts in ways.items()}
    climb(town.code, START + timedelta(days=9), labels=REGISTRY.duty_labels)
    (duty,) = Duty.objects.filter(subject=f"case:{numbers['handled']}", kind="handle")
    (promise,) = commitments.of_subject(Walk(town).promised(Stage.CLOSED).facts.subject)
    return {**numbers, "duty": str(duty.id), "promise": promise.number}


def determinations(town: Town) -> dict[str, str]:
    """Determinations and a referral on their way."""
    found = {"determination": DeterminationStage.SUBMITTED, "gap": DeterminationStage.FOLLOW_UP}
    numbers = {name: determination_at(stage, town).number for name, stage in found.items()}
    return {**numbers, "referral": ReferralWalk(town, Walk(town)).begin().number}


def raised(town: Town) -> str:
    """An orange order in the hands of a unit, after a yellow one."""
    walk = coloured_at(ColouredStage.DISTRIBUTED, town)
    walk.number = str(walk.do(ColouredAct.RAISE).began)
    return walk.along(ColouredAct.DISTRIBUTE).number


def urges(town: Town) -> dict[str, str]:
    """An urge that waits for its reply, and one that was replied to."""
    waiting, replied = (UrgeWalk(town, Walk(town).along(*TO_CALLBACK[:3])) for _ in range(2))
    return {
        "urge": waiting.begin(by="desk.supervisor").number,
        "replied": replied.begin(by="desk.supervisor").along(UrgeAct.REPLY).number,
        "reminder": reminder_at(ReminderStage.ISSUED, town).number,
        "order": order_at(OrderStage.HANDLING, town).number,
        "released": order_at(OrderStage.RELEASED, town).number,
        "clue": clue_at(ClueStage.EXPLAINED, with_accountable(town)).number,
        "resulted": clue_at(ClueStage.RESULTED, with_accountable(town)).number,
        "heard": clue_at(ClueStage.ASKED, with_accountable(town)).number,
        "instruction": instruction_at(InstructionStage.REPORTED, town).number,
        "tasked": instruction_at(InstructionStage.IN_FORCE, town).number,
        "coloured": raised(town),
        "above": coloured_at(ColouredStage.RELEASED, town).number,
        "judged": reminder_at(ReminderStage.ACCEPTED, town).number,
    }


def brought(town: Town) -> dict[str, str]:
    """Tables of letters: one to be agreed to, one that waits for a worker, one that is registered."""
    lines = table(HEADINGS, GOOD, ALSO, BAD)
    actor, at = town.actor("desk.registrar"), datetime.now(UTC)
    ids = [bring(town, lines, f"来件{n}.csv") for n in range(3)]
    for id in (ids[0], ids[2]):
        mailbags.check(id, at=at)
    mailbags.register(id=ids[2], seen=1, actor=actor, now=clocks.here(town.code))
    mailbags.carry_out(ids[2], at=at)
    return dict(zip(("table", "waiting_table", "registered_table"), map(str, ids), strict=True))


def workbooks(folder: Path) -> dict[str, str]:
    """Workbooks that the administrator sent: one carried in, one that is wrong, one that waits for a worker."""
    people = {"人员": [["wd.brought", "新来的人", "请假中"]], "职务": [["wd.unit", "wd.brought", "经办人", "", "", ""]]}
    wrong = {
        "单位": [["Bad Code", "甲局", "协会", "", "", ""]],
        "职务": [["wd.unit", "wd.nobody", "镇长", "某日", "", ""]],
    }
    headings = {**BOOK_HEADINGS, "人员": ["账号", "姓名", "备注"]}
    standing = queries.by_account("wd.chief", at=datetime.now(UTC))
    assert standing is not None
    ids = []
    for name, rows in (("新人.xlsx", people), ("有错.xlsx", wrong), ("等着.xlsx", people)):
        data = written(folder / name, rows, headings).read_bytes()
        ids.append(running.send(name=name, data=BytesIO(data), size=len(data), dry=False, standing=standing))
    for id in ids[:2]:
        running.carry(id, at=datetime.now(UTC))
    return dict(zip(("carried_book", "wrong_book", "waiting_book"), ids, strict=True))


def matters(town: Town) -> dict[str, str]:
    """Matters on their way."""
    ways = {"listed": MatterStage.LISTED, "assigned": MatterStage.HANDLING, "struck": MatterStage.STRUCK_OFF}
    return {name: matter_at(stage, town).number for name, stage in ways.items()} | regular(town)


def regular(town: Town) -> dict[str, str]:
    """What is done regularly: due and done; meetings; bulletins."""
    work = rhythm_at(RhythmStage.DUE, town)
    meeting, minuted = MeetingWalk(town), MeetingWalk(town)
    meeting.do("call")
    minuted.along("call", *TO_SIGNED)
    briefed = RhythmWalk(town)
    briefed.do("enter_briefing", by="unit.deputy")
    found = {"drafted": BulletinStage.DRAFT, "issued": BulletinStage.ISSUED}
    bulletin = bulletin_at(found["drafted"], town)
    issued = bulletin_at(found["issued"], town, bulletin.now + timedelta(days=70))
    return {
        "work": work.number,
        "briefed": briefed.number,
        "meeting": meeting.number,
        "minuted": minuted.number,
        "drafted": bulletin.number,
        "issued": issued.number,
    }


def looked_at(browser: Browser, url: str, data: Mapping[str, str]) -> list[str]:
    """Every page, account by account; answers what is wrong."""
    axe = (settings.NODE_MODULES / "axe-core" / "axe.min.js").read_text()
    wanted: dict[str, list[str]] = {}
    for who, _, path in (one.partition(" ") for ways in PAGES.values() for one in ways):
        wanted.setdefault(who, []).append(path.format(**data))
    wrong: list[str] = []
    for who, paths in wanted.items():
        context = browser.new_context(
            base_url=url, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce"
        )
        eye = Eye(context)
        enter(eye.page, who, data)
        for path in paths:
            eye.look(path, axe)
        wrong += eye.wrong
        context.close()
    return wrong


def enter(page: Page, who: str, data: Mapping[str, str]) -> None:
    """Sign in, or say whose case one follows, or be nobody."""
    if who == CITIZEN:
        page.goto("/p/wd/follow/")
        page.locator("[name=number]").fill(data["own"])
        page.locator("[name=code]").fill(data["code"])
        page.get_by_role("button", name="查看").click()
        page.wait_for_url("**/case/")
    elif who == SUBMITTER:
        page.goto("/p/")
        here = page.url
        kept = ({"name": name, "value": data[name], "url": here} for name in ("bihuan_case", "bihuan_receipt"))
        page.context.add_cookies([*kept])
    elif who:
        sign_in(page, who)
    else:
        page.goto("/p/")


def test_every_page_is_readable_for_everybody(data: dict[str, str], chromium: Browser, live_server: LiveServer) -> None:
    wrong = looked_at(chromium, live_server.url, data)
    assert wrong == [], "\n" + json.dumps(wrong, ensure_ascii=False, indent=1)
