"""Webhooks to a receiver on a real socket: it refuses, hangs, cuts, is away, and gets everything once, in order."""

import base64
import hashlib
import hmac
import json
import re
import socket
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from bihuan.audit.queries import verify
from bihuan.cases.types import Act
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import commands as organisations
from bihuan.outbound.origins import Listed
from bihuan.outbound.trying import LEASE
from bihuan.record.models import Consumer
from bihuan.record.queries import events
from bihuan.webhooks import commands, queries, rules
from bihuan.webhooks.jobs import deliver_to
from bihuan.webhooks.models import Attempt, Delivery, Endpoint
from bihuan.webhooks.types import ChangeEndpoint, Redeliver, Tried
from tests.outbound import receivers
from tests.outbound.receivers import Receiver, answers, receiver
from tests.towns import START, Town, found, settle
from tests.walks import REQUEST, TO_CALLBACK, TO_HANDLING, Walk
from tests.walls.roles import as_a_job
from tests.webhooks.towns import Outlet, forgotten, once, ordered, outlet

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town() -> Iterator[Town]:
    """A town of whose founding nobody is told."""
    place = found("wh", "wendeng-2021-10", prefix="WH")
    while commands.take_in(at=START):
        continue
    yield place
    forgotten()
    Consumer.objects.all().delete()


@pytest.fixture
def there(settings: Settings) -> Iterator[Receiver]:
    """A receiver that the operator listed."""
    with receiver() as made:
        settings.OUTBOUND = Listed.parse(made.origin)
        settings.SITE_ADDRESS = "https://12345.example.gov.cn"
        yield made


@pytest.fixture
def out(town: Town, there: Receiver) -> Outlet:
    """An endpoint in the sight of the desk."""
    return outlet(town, there)


def test_what_goes_out_is_an_event_signed_and_without_a_word_of_anybody(out: Outlet, there: Receiver) -> None:
    walk = Walk(out.town).along(Act.REGISTER, Act.DISPATCH)
    out.work()
    first, second = out.got()
    assert first["type"] == "cn.bihuan.case.registered.v1"
    assert (first["specversion"], first["source"]) == ("1.0", "/jurisdictions/wh")
    assert first["subject"] == f"case:{walk.number}"
    assert datetime.fromisoformat(first["time"]) == START + timedelta(minutes=10)
    data = second["data"]
    assert (data["number"], data["act"], data["stage"], data["sequence"]) == (walk.number, "dispatch", "dispatched", 2)
    assert data["link"] == f"https://12345.example.gov.cn/cases/{walk.number}/"
    assert data["clause"]
    assert {"kind", "holder", "due"} == data["opened"][0].keys()
    assert data["settled"][0] == {"kind": "dispatch", "outcome": "met"}
    got = there.got[1]
    assert got.line == "POST /hook HTTP/1.1"
    assert got.headers["content-type"].startswith("application/cloudevents+json")
    id, moment = got.headers["webhook-id"], got.headers["webhook-timestamp"]
    assert id == second["id"]
    assert int(moment) == int(out.now.timestamp())
    key = base64.b64decode(out.secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"{id}.{moment}.".encode() + got.body, hashlib.sha256).digest()
    assert got.headers["webhook-signature"] == f"v1,{base64.b64encode(mac).decode()}"
    assert events("jurisdiction:wh")[-1].kind == "webhooks.added"
    assert "/hook" not in json.dumps(events("jurisdiction:wh")[-1].facts)
    assert verify("wh").findings == ()


def test_nothing_goes_out_that_the_account_does_not_see(town: Town, there: Receiver) -> None:
    out = outlet(town, there, "unit.handler")
    other = Walk(town).along(Act.REGISTER)
    mine = Walk(town).along(*TO_HANDLING)
    out.work()
    assert {one["data"]["number"] for one in out.got()} == {mine.number}
    before = len(there.got)
    mine.do(Act.RECORD_CONTACT)
    out.queue()
    mine.do(Act.REQUEST_RETURN)
    mine.do(Act.APPROVE_RETURN)
    mine.do(Act.REDISPATCH) if "redispatch" in str(mine.facts.stage) else mine.do(Act.DISPATCH, lead=town.other)
    out.work()
    assert len(there.got) == before, "what was queued while it was seen does not go once it is not"
    assert out.states()["dropped"] >= 1
    assert other.number not in {one["data"]["number"] for one in out.got()}


def test_kinds_are_chosen(town: Town, there: Receiver) -> None:
    out = outlet(town, there, kinds="case.dispatched，matter.*")
    Walk(town).along(*TO_HANDLING)
    out.work()
    assert {one["type"] for one in out.got()} == {"cn.bihuan.case.dispatched.v1"}


@pytest.mark.parametrize(
    ("manner", "told"),
    [
        (answers(500, b"broken"), "500"),
        (answers(302, Location="https://elsewhere.example.com/"), "302"),
        (receivers.hangs, "时限"),
        (receivers.cuts, ""),
    ],
)
def test_what_is_not_taken_in_comes_again_in_order(
    out: Outlet, there: Receiver, manner: receivers.Manner, told: str
) -> None:
    there.manner = manner
    walk = Walk(out.town).along(*TO_HANDLING)
    out.work()
    (first,) = {one.headers["webhook-id"] for one in there.got}
    assert len(there.got) == 1, "one of a case is on its way at a time"
    tried = Attempt.objects.get()
    assert told in f"{tried.status} {tried.trouble}"
    out.later(seconds=30).work()
    assert len(there.got) == 1, "not before its time"
    there.manner = answers(200)
    out.later(seconds=31).work()
    assert [one["id"] for one in out.got()[:2]] == [first, first], "again under the same id"
    taken = out.got()[1:]
    assert list(ordered(taken)) == []
    assert len(taken) == walk.facts.version
    assert out.states() == {"sent": len(taken)}


def test_two_days_away_and_back_everything_once_in_order(out: Outlet, there: Receiver) -> None:
    walks = [Walk(out.town).along(Act.REGISTER) for _ in range(4)]
    out.work()
    there.stop()
    out.now = START + timedelta(hours=1)
    back = START + timedelta(days=2, hours=1)
    acts = iter([act for act in (Act.DISPATCH, Act.SIGN_IN, Act.ANSWER, Act.SIGN_OFF) for _ in walks])
    tries = 0
    while out.now < back:
        out.now += timedelta(minutes=1 if tries < 120 else 20)
        tries += 1
        if tries % 7 == 0 and (act := next(acts, None)):
            walks[tries // 7 % 4 - 1].do(act)
        out.work()
    assert Attempt.objects.filter(status__isnull=True).count() < 80, "a receiver that is away is not besieged"
    assert out.row.state == "active"
    waiting = out.states()["waiting"]
    assert waiting >= 16
    there.start()
    rounds = 0
    while "waiting" in out.states():
        out.later(minutes=1).work()
        rounds += 1
        assert rounds <= 400, out.states()
    print(f"away for two days: {waiting} waited, {len(there.got)} came, {rounds} minutes after it was back")
    assert once(there.got)
    assert list(ordered(out.got())) == []
    assert len(there.got) == sum(walk.facts.version for walk in walks)
    assert out.row.failing_since is None


def test_after_three_days_it_is_suspended_and_resumed_in_order(out: Outlet, there: Receiver) -> None:
    there.manner = answers(503)
    walks = [Walk(out.town).along(*TO_HANDLING) for _ in range(2)]
    out.queue()
    while out.row.state == "active":
        out.later(minutes=30).work()
        assert out.now < START + timedelta(days=4)
    assert START + timedelta(hours=72) <= out.now
    assert (out.row.why, events("jurisdiction:wh")[-1].kind) == ("failing", "webhooks.suspended")
    tries = len(there.got)
    out.later(days=1).work()
    walks[0].now = out.now
    walks[0].do(Act.RECORD_CONTACT)
    out.work()
    assert len(there.got) == tries, "nothing is sent, and what comes is kept"
    there.manner, there.got[:] = answers(204), []
    commands.resume(id=out.id, actor=out.chief, now=out.now, at=out.now)
    out.work()
    assert once(there.got)
    assert list(ordered(out.got())) == []
    assert len(there.got) == sum(walk.facts.version for walk in walks)
    with pytest.raises(Refused, match="没有暂停"):
        commands.resume(id=out.id, actor=out.chief, now=out.now, at=out.now)


def test_one_that_is_never_taken_in_holds_up_its_own_case_alone(out: Outlet, there: Receiver) -> None:
    poison, good = Walk(out.town).along(Act.REGISTER), Walk(out.town).along(Act.REGISTER)

    def picky(peer: socket.socket, got: receivers.Got) -> None:
        answers(422 if poison.number.encode() in got.body else 200)(peer, got)

    there.manner = picky
    for _ in range(8):
        out.later(minutes=20)
        for walk in (poison, good):
            walk.do(Act.SUPPLEMENT)
        out.work()
    taken = Delivery.objects.filter(state="sent").values_list("subject", flat=True)
    assert set(taken) == {f"case:{good.number}"}
    assert len(taken) == good.facts.version
    stuck = Delivery.objects.filter(subject=f"case:{poison.number}").order_by("id")
    assert stuck[0].attempts > 2
    assert {one.attempts for one in stuck[1:]} == {0}
    commands.pass_by(id=out.id, delivery=stuck[0].pk, actor=out.chief, now=out.now, at=out.now)
    there.manner = answers(200)
    out.work()
    assert out.states() == {"sent": good.facts.version + poison.facts.version - 1, "dropped": 1}
    with pytest.raises(Refused, match="没有在等待"):
        commands.pass_by(id=out.id, delivery=stuck[0].pk, actor=out.chief, now=out.now, at=out.now)


def test_410_ends_the_endpoint(out: Outlet, there: Receiver) -> None:
    there.manner = answers(410)
    Walk(out.town).along(*TO_HANDLING)
    out.work()
    assert (out.row.state, out.row.why, len(there.got)) == ("ended", "gone", 1)
    out.later(days=1).work()
    assert len(there.got) == 1
    with pytest.raises(Refused, match="已经结束"):
        commands.change(id=out.id, fields=ChangeEndpoint(label="x", address=there.origin), actor=out.chief, now=out.now)
    assert commands.forget(at=out.now) == 0
    assert commands.forget(at=out.now + timedelta(days=31)) > 0
    assert Delivery.objects.count() == Attempt.objects.count() == 0


def test_two_secrets_sign_until_the_former_is_dropped(out: Outlet, there: Receiver) -> None:
    new = commands.renew_secret(id=out.id, actor=out.chief, now=START)
    walk = Walk(out.town).along(Act.REGISTER)
    out.work()
    assert there.got[-1].headers["webhook-signature"].count("v1,") == 2
    commands.drop_secret(id=out.id, actor=out.chief, now=START)
    walk.do(Act.DISPATCH)
    out.work()
    got = there.got[-1]
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    mac = hmac.new(base64.b64decode(new[6:]), signed, hashlib.sha256).digest()
    assert got.headers["webhook-signature"] == f"v1,{base64.b64encode(mac).decode()}"
    kept = bytes(Endpoint.objects.get().sealed)
    assert base64.b64decode(new[6:]) not in kept
    assert new.encode() not in kept
    with pytest.raises(Refused, match="只有一个"):
        commands.drop_secret(id=out.id, actor=out.chief, now=START)


def test_a_span_and_a_single_one_are_sent_again_under_their_ids(out: Outlet, there: Receiver) -> None:
    walk = Walk(out.town).along(*TO_HANDLING)
    out.work()
    before = [one.headers["webhook-id"] for one in there.got]
    span = Redeliver(from_at=START + timedelta(minutes=15), until_at=START + timedelta(minutes=35))
    assert commands.redeliver(id=out.id, fields=span, actor=out.chief, now=START) == 2
    out.work()
    assert [one.headers["webhook-id"] for one in there.got] == [*before, *before[1:3]]
    one = Delivery.objects.order_by("id")[0]
    commands.redeliver_one(id=out.id, delivery=one.pk, actor=out.chief, now=START)
    out.work()
    assert there.got[-1].headers["webhook-id"] == before[0]
    with pytest.raises(Refused, match="没有可以重新推送"):
        commands.redeliver_one(id=out.id, delivery=10**9, actor=out.chief, now=START)
    assert walk.facts.version == len(before)


def test_what_was_broken_off_comes_again_and_two_workers_never_send_one_case_at_once(
    out: Outlet, there: Receiver
) -> None:
    Walk(out.town).along(*TO_HANDLING)
    out.queue()
    first = commands.claim(endpoint=out.id, at=out.now)  # and the worker is killed
    assert first is not None
    assert commands.claim(endpoint=out.id, at=out.now) is None, "the rest of the case waits for it"
    second = commands.claim(endpoint=out.id, at=out.now + LEASE)
    assert second is not None
    assert (second.event, second.attempt) == (first.event, 2)
    commands.note(claimed=first, tried=Tried(200), at=out.now)
    assert out.states()["sending"] == 1, "it is another's by now"
    commands.note(claimed=second, tried=Tried(200), at=out.now)
    out.work()
    assert "waiting" not in out.states()


def test_workers_side_by_side_send_each_once_in_order(out: Outlet, there: Receiver) -> None:
    walks = [Walk(out.town).along(*TO_HANDLING) for _ in range(3)]
    out.queue()

    def worker() -> None:
        try:
            for _ in range(30):
                deliver_to(out.id, clock=lambda: out.now, patience=5)
        finally:
            connection.close()

    workers = [threading.Thread(target=worker) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert once(there.got)
    assert list(ordered(out.got())) == []
    assert len(there.got) == sum(walk.facts.version for walk in walks)


def test_a_closed_account_tells_nobody_anything(out: Outlet, there: Receiver) -> None:
    settle(out.town.code, out.town.desk, "desk.second", "dispatcher")
    Walk(out.town).along(Act.REGISTER)
    out.queue()
    until = START.date()
    organisations.dismiss(
        account=out.account, unit=out.town.desk, post="dispatcher", until_on=until, actor=out.chief, now=START
    )
    organisations.close_account(account=out.account, actor=out.chief, now=START, at=START)
    out.work()
    assert there.got == []
    assert (out.row.state, out.row.why) == ("suspended", "sightless")


def test_old_logs_and_what_nobody_resumed_are_forgotten(out: Outlet) -> None:
    Walk(out.town).along(*TO_CALLBACK)
    out.work()
    month = timedelta(days=30)
    assert commands.forget(at=out.now + month) == 0
    assert commands.forget(at=out.now + month + timedelta(seconds=1)) > 0
    assert Attempt.objects.count() == 0
    commands.suspend(id=out.id, actor=out.chief, now=out.now, at=out.now)
    commands.forget(at=out.now + month + timedelta(seconds=1))
    assert (out.row.state, out.row.why) == ("ended", "left")


def test_who_may_do_what(out: Outlet, town: Town) -> None:
    settle(town.code, town.desk, "operator", "operator")
    operator, handler = town.actor("operator"), town.actor("unit.handler")
    said = ChangeEndpoint(label="另一个", address=out.row.address)
    with pytest.raises(Refused):
        commands.change(id=out.id, fields=said, actor=operator, now=START)
    with pytest.raises(Refused):
        commands.suspend(id=out.id, actor=handler, now=START, at=START)
    with pytest.raises(Refused):
        queries.endpoints(handler)
    commands.suspend(id=out.id, actor=operator, now=START, at=START)
    commands.resume(id=out.id, actor=operator, now=START, at=START)
    elsewhere = found("we", "wendeng-2021-10", prefix="WE")
    settle("we", elsewhere.desk, "chief", "administrator")
    with pytest.raises(Unknown):
        commands.end(id=out.id, actor=elsewhere.actor("chief"), now=START, at=START)
    assert queries.endpoints(elsewhere.actor("chief")) == ()
    assert queries.deliveries(out.id, elsewhere.actor("chief")) == ()


def test_the_jobs_role_may_do_all_of_it(out: Outlet, there: Receiver) -> None:
    Walk(out.town).along(Act.REGISTER)
    with as_a_job():
        out.work()
        there.manner = answers(410)
    Walk(out.town).along(Act.REGISTER)
    with as_a_job():
        out.work()
        commands.forget(at=out.now + timedelta(days=40))
    assert out.row.state == "ended"
    assert Attempt.objects.count() == 0


def test_nothing_that_anybody_wrote_or_is_called_goes_out(out: Outlet, there: Receiver) -> None:
    """Every body is searched for every name, telephone, title and content of the town."""
    numbers = []
    for n in range(3):
        walk = Walk(out.town)
        walk.do(
            Act.REGISTER,
            title=f"第{n}条路灯不亮",
            content=f"东门外第{n}根灯杆坏了。",
            name=f"赵钱{n}",
            phone=f"1380000{n:04}",
        )
        walk.along(Act.DISPATCH, Act.SIGN_IN, Act.RECORD_CONTACT, Act.ANSWER, Act.SIGN_OFF, Act.APPROVE,
                   Act.RECORD_CALLBACK, Act.CLOSE)  # fmt: skip
        numbers.append(walk.number)
    out.work()
    bodies = [one.body.decode() for one in there.got]
    words = _words_of_the_town()
    found = [(word, body) for word in words for body in bodies if word in body]
    print(f"{len(bodies)} bodies searched for {len(words)} names, telephones and texts: {len(found)} found")
    assert len(bodies) >= 24
    assert len(words) > 30
    assert found == []
    chinese = {sign for body in bodies for sign in re.findall(r"[\u4e00-\u9fff]+", body)}
    assert chinese == set(), "nothing but codes"


def _words_of_the_town() -> set[str]:
    """All that anybody typed or is called, wherever it is kept: texts of four signs and more, names and numbers."""
    words: set[str] = {REQUEST["name"], REQUEST["phone"], REQUEST["title"], REQUEST["content"]}
    words |= (
        {f"赵钱{n}" for n in range(3)} | {f"1380000{n:04}" for n in range(3)} | {f"第{n}条路灯不亮" for n in range(3)}
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM organisations_person UNION SELECT name FROM organisations_unit")
        words |= {name for (name,) in cursor.fetchall() if re.search(r"[\u4e00-\u9fff]", name)}
        cursor.execute("SELECT private::text, sentence FROM record_event WHERE subject LIKE 'case:%%'")
        for private, sentence in cursor.fetchall():
            words |= set(re.findall(r"[\u4e00-\u9fff]{2,}|\d{11}", f"{private} {sentence}"))
    return words


def test_an_endpoint_is_not_set_up_to_reach_into_the_house(out: Outlet, there: Receiver, settings: Settings) -> None:
    settings.OUTBOUND = Listed()
    for address in (there.origin, "https://127.0.0.1/", "https://10.0.0.1/", "http://hooks.example.com/", "x"):
        fields = ChangeEndpoint(label="另一个", address=address)
        with pytest.raises(Refused) as refused:
            commands.change(id=out.id, fields=fields, actor=out.chief, now=START)
        assert refused.value.refusal.field == "address"
    Walk(out.town).along(Act.REGISTER)
    out.work()
    assert there.got == [], "taken off the list, it is not called any more"
    assert Attempt.objects.get().status is None
    assert rules.MOST == 20
