"""A page that answers what was sent says under which address it can be opened again: nobody is led to nowhere."""

import re
from pathlib import Path

import pytest
from django.test import RequestFactory
from django.urls import URLPattern

from bihuan.drafts.models import Draft
from bihuan.record.commands import ACTS
from bihuan.subjects.registry import REGISTRY
from bihuan.web import urls
from bihuan.web.drafting import Mark
from bihuan.web.forms import Filled, Typed, typed_in
from bihuan.web.here import here, opens, page_of
from bihuan.web.views import intake, subject
from tests.supervision.walks import with_supervisors
from tests.walks import TO_HANDLING
from tests.web.officials import Office, Page

VIEWS = Path(subject.__file__).parent
PARTS = {"number": "wd1", "int": "7", "slug": "some", "str": "some", "run": "0" * 32}
TALKERS = ("textarea", "input")
WORDS = "写了一半的话"
NEW = {
    "/cases/new/": ("desk.registrar", "content"),
    "/matters/new/": ("desk.registrar", "title"),
    "/supervision/urge/": ("desk.supervisor", "demand"),
    "/supervision/remind/": ("desk.supervisor", "demand"),
    "/supervision/order/": ("desk.supervisor", "demand"),
    "/supervision/coloured/": ("desk.supervisor", "demand"),
}


def refused(_request: object, _fields: object, _standing: object) -> Filled:  # type: ignore[type-arg]
    """Whatever was sent."""
    return Filled(Typed(typed_in(_request.POST).values, posted=True), None, {"": "不能这样办"})  # type: ignore[attr-defined]


def ways_back(page: Page) -> list[str]:
    """Where the forms of a page lead that go back to it."""
    return [form.values["next"][0] for form in page.forms if form.action in ("/look/", "/training/clock/")]


def sample(pattern: URLPattern) -> str:
    """An address of it."""
    return "/" + re.sub(r"<(\w+):\w+>", lambda part: PARTS[part[1]], str(pattern.pattern))


@pytest.mark.parametrize("address", sorted({sample(one) for one in urls.urlpatterns}))
def test_from_every_address_one_is_led_to_one_that_opens(address: str) -> None:
    assert opens(page_of(address))
    assert address.startswith(page_of(address))
    assert here(RequestFactory().post(address)) == page_of(address)


def test_what_only_takes_is_told_from_what_opens() -> None:
    assert not opens("/cases/wd1/acts/merge/")
    assert page_of("/cases/wd1/acts/merge/") == "/cases/wd1/"
    assert page_of("/cases/views/") == "/cases/"
    assert page_of("/training/clock/") == "/"
    for file in VIEWS.glob("*.py"):
        assert "require_POST" not in file.read_text(), f"{file.name}: what only takes says so by `sent_only`"


@pytest.mark.parametrize(("kind", "act"), sorted(ACTS))
def test_what_was_sent_with_the_form_of_an_act_leads_back_to_that_form(kind: str, act: str) -> None:
    url = REGISTRY[kind].page_of("wd1")
    mark = Mark("wd.x", "wd", f"{kind}:wd1/{act}", f"{kind}:wd1", f"{url}?act={act}#act-{act}")
    request = RequestFactory().post(f"{url}acts/{act}/", {"draft": mark.signed})
    assert here(request) == f"{url}?act={act}#act-{act}"
    assert opens(url)


@pytest.mark.django_db
def test_whatever_act_was_refused_another_look_and_the_clock_lead_back_to_the_words(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, tried = office.walk(*TO_HANDLING[1:]), 0
    monkeypatch.setattr(subject, "fill_from", refused)
    for who in ("unit.handler", "desk.dispatcher"):
        official, url = office[who], f"/cases/{number}/"
        for form in [form for form in official.read(url).forms if form.action.startswith(f"{url}acts/")]:
            said = next((n for n, v in form.values.items() if v == [""] and n not in ("version", "draft")), None)
            answer = Page(official.client.post(form.action, {**form.values, **({said: WORDS} if said else {})}))
            assert answer.status == 422
            assert len(ways_back(answer)) >= 2
            for onward in ways_back(answer):
                assert onward == f"{url}?act={(act := form.action.split('/')[-2])}#act-{act}"
                led = official.client.post("/look/", {"next": onward, "dark": "1"})
                shown = official.read(led.headers["Location"])
                assert not said or shown.form(form.action).values[said] in ([WORDS], [""]), act
            if said and "textarea" in answer.html:
                tried += WORDS in official.read(url).html
    assert tried > 2


@pytest.mark.django_db
@pytest.mark.parametrize("url", NEW)
def test_what_was_refused_that_begins_something_is_kept_in_the_place_of_what_was_kept_before(
    url: str, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_supervisors(office.town, office.began)
    who, name = NEW[url]
    official = office[who]
    form = official.read(url).form(url).values
    official.client.post("/drafts/", {**form, name: "更早的话"})
    monkeypatch.setattr(intake, "fill_from", refused)
    answer = Page(official.client.post(url, {**form, name: WORDS}))
    assert answer.status == 422
    assert 'data-draft-seen="0"' not in answer.html, "the window that was refused is not told of itself"
    assert set(ways_back(answer)) == {url}
    led = official.client.post("/look/", {"next": url, "dark": "1"})
    shown = official.read(led.headers["Location"])
    assert shown.form(url).values[name] == [WORDS]
    assert "还没有提交" in shown.text


@pytest.mark.django_db
def test_what_is_typed_about_one_subject_is_kept_for_the_link_that_names_it(office: Office) -> None:
    with_supervisors(office.town, office.began)
    clerk, url = office["desk.supervisor"], "/supervision/urge/"
    first, other = (f"{url}?subject=case%3A{office.walk(*TO_HANDLING[1:])}" for _ in range(2))
    form = clerk.read(first).form(url).values
    clerk.client.post("/drafts/", {**form, "demand": WORDS})
    assert clerk.read(first).form(url).values["demand"] == [WORDS]
    assert clerk.read(first).form(url).values["subject"] == form["subject"]
    assert clerk.read(other).form(url).values["demand"] != [WORDS]
    answer = Page(clerk.client.post(url, {**form, "duty": "", "demand": ""}))
    assert set(ways_back(answer)) == {first}
    assert Draft.objects.count() == 1


@pytest.mark.django_db
def test_at_the_door_another_look_leaves_where_one_was_going(office: Office) -> None:
    client = office["desk.registrar"].client
    client.post("/sign-out/")
    door = Page(client.post("/sign-in/", {"account": "wd.x", "password": "wrong", "next": "/cases/?late=1"}))
    assert ways_back(door) == ["/sign-in/?next=%2Fcases%2F%3Flate%3D1"]
