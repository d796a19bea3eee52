"""What is typed is kept while it is typed, wherever a page is left, and given back in its form."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.access.models import SignIn
from bihuan.cases import queries as cases
from bihuan.cases.types import Act
from bihuan.drafts.models import Draft
from bihuan.duties import queries as duties
from bihuan.organisations import queries as organisations
from bihuan.policy.calendar import ZONE
from tests.supervision.walks import with_supervisors
from tests.towns import PASSWORD
from tests.walks import TO_HANDLING, Walk
from tests.web.officials import Office, Page, typed_for

pytestmark = pytest.mark.django_db
A = Act
WORDS = "路灯已修复，灯具换新。"


@pytest.fixture
def number(office: Office) -> str:
    """A case in the hands of its unit."""
    return office.walk(*TO_HANDLING[1:])


def answer_form(office: Office, number: str, who: str = "unit.handler") -> dict[str, list[str]]:
    """The form of the answer as the page shows it."""
    return dict(office[who].read(f"/cases/{number}/").form(f"/cases/{number}/acts/answer/").values)


def keep(office: Office, number: str, client: Client | None = None) -> int:
    """Type into the answer, as the script keeps it."""
    typed = {**answer_form(office, number), "to_requester": WORDS}
    return (client or office["unit.handler"].client).post("/drafts/", typed).status_code


def go_idle() -> None:
    """Let every sign-in end for nobody was there."""
    SignIn.objects.update(seen_at=timezone.now() - timedelta(days=1))


def come_back(office: Office, url: str, who: str = "unit.handler") -> Page:
    """Sign in again, and go where one is led."""
    client = office[who].client
    answer = client.post("/sign-in/", {"account": f"wd.{who}", "password": PASSWORD, "next": url})
    return Page(client.get(answer.headers["Location"]))


def test_it_stands_in_its_form_again_and_says_that_it_was_not_sent(office: Office, number: str) -> None:
    assert keep(office, number) == 204
    page = office["unit.handler"].read(f"/cases/{number}/")
    assert page.form(f"/cases/{number}/acts/answer/").values["to_requester"] == [WORDS]
    assert "还没有提交" in page.text
    assert '<details class="act' in page.html
    assert 'id="act-answer" name="act" open>' in page.html, "the form in which something stands is open"
    assert cases.facts(number).stage == "handling"


def test_whose_case_is_taken_back_while_they_write_is_told_so_and_given_the_words(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = office.walk(A.ACCEPT, A.DISPATCH)
    clerk, url = office["unit.handler"], "/cases/{}/acts/request_return/"
    form = clerk.read(f"/cases/{number}/").form(url.format(number)).values | {"basis": WORDS, "contacted": "值班长"}
    mine = office.walk(A.ACCEPT, A.DISPATCH)
    other = clerk.read(f"/cases/{mine}/").form(url.format(mine)).values
    office.act("desk.dispatcher", number, A.RECALL)
    told = Page(clerk.client.post(url.format(number), form))
    assert told.status == 409
    assert f"{number}刚刚被收回或者转出" in told.text
    assert WORDS in told.text
    assert "值班长" in told.text
    assert cases.facts(number).title not in told.html, "nothing of the case"
    assert Page(clerk.client.get(f"/cases/{number}/")).status == 404
    for sent in ({**form, "draft": ""}, {**form, "draft": other["draft"]}):
        assert clerk.client.post(url.format(number), sent).status_code == 404, "who was not shown its form"
    for who in ("other.handler", "unit.deputy"):
        assert office[who].client.post(url.format(number), form).status_code == 404, "somebody else's form"
    bare = clerk.client.post(url.format("WX0000"), form)
    assert bare.status_code == 404
    monkeypatch.setattr("bihuan.web.views.subject.TAKEN_AWAY_WITHIN", timedelta(0))
    assert clerk.client.post(url.format(number), form).status_code == 404, "long ago"


def test_nobody_else_is_given_it(office: Office, number: str) -> None:
    keep(office, number)
    draft = Draft.objects.get()
    assert (draft.account, draft.form) == ("wd.unit.handler", f"case:{number}/answer")
    for who in ("unit.deputy", "desk.dispatcher"):
        assert WORDS not in office[who].read(f"/cases/{number}/").html


def test_what_is_kept_from_a_page_of_somebody_else_is_theirs(office: Office, number: str) -> None:
    keep(office, number, office["unit.deputy"].client)
    assert Draft.objects.get().account == "wd.unit.handler"


@pytest.mark.parametrize("mark", ["", "nonsense", "WyJ3ZCJd:1abcde:xxxx"])
def test_without_a_mark_of_ours_nothing_is_kept(mark: str, office: Office, number: str) -> None:
    form = {**answer_form(office, number), "to_requester": WORDS, "draft": mark}
    assert office["unit.handler"].client.post("/drafts/", form).status_code == 422, "the page is told"
    assert not Draft.objects.exists()


def test_an_act_that_succeeds_lets_it_go_and_one_that_is_refused_keeps_it(office: Office, number: str) -> None:
    keep(office, number)
    typed = typed_for(A.ANSWER, office.town, office.began)
    office.act("unit.handler", number, A.ANSWER, status=422, **{**typed, "to_platform": ""})
    assert Draft.objects.exists()
    office.act("unit.handler", number, A.ANSWER, **typed)
    assert not Draft.objects.exists()


def test_who_sends_after_the_sign_in_has_ended_is_led_back_to_the_words(office: Office, number: str) -> None:
    typed = {**answer_form(office, number), "to_requester": WORDS}
    go_idle()
    led = office["unit.handler"].client.post(f"/cases/{number}/acts/answer/", typed)
    where = f"/cases/{number}/%3Fact%3Danswer%23act-answer"
    assert (led.status_code, led.headers["Location"]) == (302, f"/sign-in/?next={where}&sent=kept")
    door = Page(office["unit.handler"].client.get(led.headers["Location"]))
    assert "刚才的没有提交。您填写的内容已保留" in door.text
    page = come_back(office, door.forms[0].values["next"][0])
    assert page.form(f"/cases/{number}/acts/answer/").values["to_requester"] == [WORDS]
    assert "还没有提交" in page.text
    assert cases.facts(number).stage == "handling"


def test_another_account_that_signs_in_there_is_given_nothing(office: Office, number: str) -> None:
    typed = {**answer_form(office, number), "to_requester": WORDS}
    go_idle()
    office["unit.handler"].client.post(f"/cases/{number}/acts/answer/", typed)
    assert WORDS not in come_back(office, f"/cases/{number}/?act=answer", "unit.deputy").html


def test_who_sends_a_form_that_keeps_nothing_is_told_so_and_led_back_to_its_page(office: Office) -> None:
    client = office["desk.registrar"].client
    client.get("/cases/")
    go_idle()
    led = client.post("/cases/views/", {"name": "x"}, headers={"Referer": "http://testserver/cases/?late=1"})
    assert led.headers["Location"] == "/sign-in/?next=/cases/&sent=lost"
    assert "刚才的没有提交。登录后请再办一次" in Page(client.get(led.headers["Location"])).text
    far = client.post("/cases/views/", {"name": "x"}, headers={"Referer": "https://elsewhere.example/cases/"})
    assert far.headers["Location"] == "/sign-in/?next=/&sent=lost"


def test_an_open_page_that_asks_after_the_end_is_moved_nowhere(office: Office, number: str) -> None:
    client = office["unit.handler"].client
    client.get("/")
    go_idle()
    for url in (f"/cases/{number}/?since=1", "/?since=x"):
        asked = client.get(url, headers={"HX-Request": "true"})
        assert (asked.status_code, asked.headers["HX-Trigger"]) == (204, "signed-out")
        assert "HX-Redirect" not in asked.headers
    assert client.post("/drafts/").status_code == 401


def test_who_left_by_themselves_is_not_told_that_it_expired(office: Office, number: str) -> None:
    client, form = office["unit.handler"].client, answer_form(office, number)
    assert "已退出登录。" in Page(client.post("/sign-out/", follow=True)).text
    asked = client.get("/?since=x", headers={"HX-Request": "true"})
    assert json.loads(asked.headers["HX-Trigger"]) == {"signed-out": {"left": True}}
    typing = client.post("/drafts/", form)
    assert (typing.status_code, "left" in typing.headers["HX-Trigger"]) == (401, True)
    page = Page(client.post(f"/cases/{number}/acts/answer/", form, follow=True))
    assert "您已退出登录，刚才的没有提交。" in page.text
    assert "登录已过期，刚才的" not in page.text
    client.post("/sign-in/", {"account": "wd.unit.handler", "password": PASSWORD})
    go_idle()
    assert client.get("/?since=x", headers={"HX-Request": "true"}).headers["HX-Trigger"] == "signed-out"


def test_only_a_form_with_files_says_that_they_are_to_be_chosen_again(office: Office, number: str) -> None:
    again = "附件需要重新选择。"
    page = office["unit.handler"].read(f"/cases/{number}/?act=answer").html
    forms = {
        act: html.partition("</form>")[0]
        for act, _, html in (f.partition("/") for f in page.split(f"/cases/{number}/acts/")[1:])
    }
    told = {act: again in html for act, html in forms.items()}
    assert told == {act: 'type="file"' in html for act, html in forms.items()}
    assert set(told.values()) == {True, False}
    assert again in office["desk.registrar"].read("/cases/new/").html


def test_typing_is_a_sign_that_somebody_is_there_and_asking_is_none(office: Office, number: str) -> None:
    client, form = office["unit.handler"].client, answer_form(office, number)
    an_hour_ago = timezone.now() - timedelta(minutes=20)
    SignIn.objects.update(seen_at=an_hour_ago)
    client.get(f"/cases/{number}/?since=1", headers={"HX-Request": "true"})
    assert SignIn.objects.get(person__account="wd.unit.handler").seen_at == an_hour_ago
    client.post("/drafts/", form)
    assert SignIn.objects.get(person__account="wd.unit.handler").seen_at > an_hour_ago
    SignIn.objects.update(seen_at=an_hour_ago)
    client.post("/drafts/")
    assert SignIn.objects.get(person__account="wd.unit.handler").seen_at > an_hour_ago, "in other forms too"


def test_a_form_whose_token_is_old_keeps_the_words_too(office: Office, number: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = office["unit.handler"].client.cookies
    typed = {**answer_form(office, number), "to_requester": WORDS, "csrfmiddlewaretoken": "old"}
    refused = strict.post(f"/cases/{number}/acts/answer/", typed)
    assert refused.status_code == 403
    assert f"/cases/{number}/?act=answer#act-answer" in Page(refused).links
    assert answer_form(office, number)["to_requester"] == [WORDS]


def test_it_is_thrown_away_where_one_wants(office: Office, number: str) -> None:
    keep(office, number)
    office["unit.handler"].client.post("/drafts/drop/", answer_form(office, number))
    assert answer_form(office, number)["to_requester"] == [""]


def test_it_is_told_where_something_happened_since(office: Office, number: str) -> None:
    keep(office, number)
    assert "之后本件有了新情况" not in office["unit.handler"].read(f"/cases/{number}/").text
    office.act("desk.registrar", number, A.SUPPLEMENT, **typed_for(A.SUPPLEMENT, office.town, office.began))
    assert "之后本件有了新情况，请核对。" in office["unit.handler"].read(f"/cases/{number}/").text


def test_a_form_that_begins_something_is_kept_until_it_has_begun(office: Office) -> None:
    registrar = office["desk.registrar"]
    form = registrar.read("/cases/new/").form("/cases/new/").values
    registrar.client.post("/drafts/", {**form, "title": "路灯不亮", "content": WORDS})
    assert registrar.read("/cases/new/").form("/cases/new/").values["content"] == [WORDS]
    office.register()
    assert registrar.read("/cases/new/").form("/cases/new/").values["content"] == [""]


def test_the_dispatch_desk_keeps_its_rows_when_the_sign_in_ends(office: Office) -> None:
    one, other = office.walk(A.ACCEPT), office.walk(A.ACCEPT)
    said = {f"unit-{one}": "wd.unit", f"kind-{one}": "duty", f"basis-{one}": "路灯维护属其职责。"}
    page = office["desk.dispatcher"].read("/dispatch/")
    typed = {**page.form("/dispatch/").values, **said, "case": [one, other]}
    go_idle()
    led = office["desk.dispatcher"].client.post("/dispatch/", typed)
    assert led.headers["Location"] == "/sign-in/?next=/dispatch/&sent=kept"
    page = come_back(office, "/dispatch/", "desk.dispatcher")
    held = page.form("/dispatch/").values
    assert {name: held[name] for name in said} == {name: [value] for name, value in said.items()}
    assert sorted(held["case"]) == sorted([one, other])
    assert "还没有提交" in page.text
    sent = {**held, "case": [one], "confirmed": "1"}
    office["desk.dispatcher"].client.post("/dispatch/", sent)
    assert cases.facts(one).stage == "dispatched"
    assert not Draft.objects.exists(), "what was sent is no draft"
    assert "case" not in office["desk.dispatcher"].read("/dispatch/").form("/dispatch/").values


def test_what_the_dispatch_desk_was_refused_is_kept(office: Office) -> None:
    number = office.walk(A.ACCEPT)
    clerk = office["desk.dispatcher"]
    typed = {**clerk.read("/dispatch/").form("/dispatch/").values, f"basis-{number}": "只写了依据", "case": [number]}
    clerk.client.post("/dispatch/", typed)
    assert cases.facts(number).stage == "triage"
    assert clerk.read("/dispatch/").form("/dispatch/").values[f"basis-{number}"] == ["只写了依据"]


def test_the_desk_of_supervision_keeps_what_was_ticked_and_written(office: Office) -> None:
    town = with_supervisors(office.town, office.began)
    late = Walk(town, office.began - timedelta(days=60)).along(*TO_HANDLING)
    owed = str(duties.standing_on(late.facts.subject)[0].id)
    clerk = office["desk.supervisor"]
    form = clerk.read("/supervision/").form("/supervision/").values
    go_idle()
    led = clerk.client.post("/supervision/", {**form, "duties": [owed], "demand": "请于两日内回复。"})
    assert led.headers["Location"] == "/sign-in/?next=/supervision/&sent=kept"
    held = come_back(office, "/supervision/", "desk.supervisor").form("/supervision/").values
    assert (held["duties"], held["demand"]) == ([owed], ["请于两日内回复。"])
    assert "催办1件" in Page(clerk.client.post("/supervision/", held)).text
    assert not Draft.objects.exists()


@pytest.mark.parametrize("url", ["/cases/", "/joint/figures/"])
def test_for_what_an_export_was_asked_is_kept(url: str, office: Office) -> None:
    clerk = office["desk.dispatcher"]
    form = clerk.read(url).form(f"{url}export/").values
    go_idle()
    led = clerk.client.post(f"{url}export/", {**form, "reason": "第四季度工作会商"})
    assert "sent=kept" in led.headers["Location"]
    onward = parse_qs(urlsplit(led.headers["Location"]).query)["next"][0]
    page = come_back(office, onward, "desk.dispatcher")
    held = page.form(f"{url}export/").values
    assert held["reason"] == ["第四季度工作会商"]
    assert clerk.client.post(f"{url}export/", held).headers["Location"] == "/exports/"
    assert not Draft.objects.exists()


def test_a_draft_is_told_by_the_clock_that_the_page_shows(office: Office, number: str) -> None:
    keep(office, number)
    offset = organisations.jurisdiction("wd").offset
    told = (Draft.objects.get().saved_at + offset).astimezone(ZONE)
    assert offset
    assert f"这些内容是您{told:%Y-%m-%d %H:%M}填写的" in office["unit.handler"].read(f"/cases/{number}/").text
