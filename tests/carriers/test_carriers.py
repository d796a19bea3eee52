"""Notices leave by e-mail and text message on real sockets: nothing is lost, nobody gets two, nothing private goes."""

import json
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from django.db import connection
from pytest_django import Settings

from bihuan.audit.queries import verify
from bihuan.carriers import commands, queries, writing
from bihuan.carriers.jobs import send_due
from bihuan.carriers.models import Address, Carrier, Message, Planned, Preference
from bihuan.carriers.types import CarrierKind, Outcome, Preferences, SetMail, SetSms, Timing, Tried
from bihuan.cases.types import Act
from bihuan.duties.jobs import climb
from bihuan.kernel.refusal import Refused
from bihuan.notices import commands as notices
from bihuan.notices.models import Notice
from bihuan.outbound.origins import Listed
from bihuan.outbound.trying import LEASE
from bihuan.record.models import Consumer
from bihuan.record.queries import events
from bihuan.subjects.registry import REGISTRY
from tests.carriers.sinks import Sink, sink
from tests.outbound import receivers
from tests.outbound.receivers import Receiver, answers, receiver
from tests.record.streams import all_ended
from tests.towns import START, Town, found, settle
from tests.walks import REQUEST, TO_HANDLING, Walk
from tests.walls.roles import as_a_job

pytestmark = pytest.mark.django_db(transaction=True)
SITE = "https://12345.example.gov.cn"
PATIENCE = 3.0


@dataclass
class House:
    """A town that sends, on a clock that the test moves."""

    town: Town
    now: datetime = START

    @property
    def chief(self):  # type: ignore[no-untyped-def]
        """Who administers it."""
        return self.town.actor("chief")

    def later(self, **span: float) -> "House":
        """Let time go by."""
        self.now += timedelta(**span)
        return self

    def work(self) -> None:
        """What the jobs do in a minute."""
        all_ended()
        while notices.take_in():
            continue
        while commands.plan(at=self.now):
            continue
        send_due(clock=lambda: self.now, patience=PATIENCE)

    def states(self) -> dict[str, int]:
        """How many stand where."""
        found: dict[str, int] = {}
        for state in Message.objects.values_list("state", flat=True):
            found[state] = found.get(state, 0) + 1
        return found


@pytest.fixture
def house() -> Iterator[House]:
    """A town of whose founding nobody is told."""
    made = House(found("cr", "wendeng-2021-10", prefix="CR"))
    settle("cr", made.town.desk, "chief", "administrator")
    made.work()
    yield made
    for model in (Message, Planned, Preference, Address, Carrier, Notice, Consumer):
        model.objects.all().delete()


@pytest.fixture
def relay(house: House, settings: Settings) -> Iterator[Sink]:
    """A relay that the operator listed."""
    with sink() as made:
        settings.OUTBOUND, settings.SITE_ADDRESS = Listed.parse(made.address), SITE
        by_mail(house, made)
        yield made


def by_mail(house: House, there: Sink, **fields: str) -> None:
    """Set e-mail up."""
    said = {"address": there.address, "sender": "12345@xc.gov.cn", "domains": "xc.gov.cn", **fields}
    commands.set_up(kind=CarrierKind.SMTP, fields=SetMail(**said), actor=house.chief, now=START, at=START)


def prefers(house: House, short: str, **fields: object) -> None:
    """Somebody says where they are told, and when."""
    said = {"mail": f"{short.replace('.', '-')}@xc.gov.cn", **fields}
    commands.prefer(fields=Preferences.model_validate(said), actor=house.town.actor(short))


def body(message: EmailMessage) -> str:
    """The text of an e-mail."""
    return str(message.get_content())


def test_what_is_to_go_at_once_goes_and_says_no_word_of_anybody(house: House, relay: Sink) -> None:
    prefers(house, "desk.dispatcher", opened=Timing.NOW)
    walk = Walk(house.town).along(Act.REGISTER)
    house.now = walk.now
    house.work()
    (message,) = relay.got
    assert relay.to == ["desk-dispatcher@xc.gov.cn"]
    assert message["To"] == "desk-dispatcher@xc.gov.cn"
    assert walk.number in message["Subject"]
    assert "派单" in body(message)
    assert f"{SITE}/cases/{walk.number}/" in body(message)
    assert f"{SITE}/notices/preferences/" in body(message)
    assert message["Message-ID"].endswith("@xc.gov.cn>")
    assert message["Auto-Submitted"] == "auto-generated"
    house.later(hours=1).work()
    assert len(relay.got) == 1
    assert house.states() == {"sent": 1}
    assert verify("cr").findings == ()


def test_the_rest_comes_together_in_the_morning_without_what_was_read(house: House, relay: Sink) -> None:
    prefers(house, "desk.dispatcher")
    walks = [Walk(house.town).along(Act.REGISTER) for _ in range(3)]
    house.now = walks[0].now
    house.work()
    assert relay.got == []
    first = Notice.objects.filter(account="cr.desk.dispatcher").order_by("id")[0]
    notices.mark_read(ids=[first.pk], actor=house.town.actor("desk.dispatcher"), now=house.now)
    house.now = START + timedelta(hours=23, minutes=29)
    house.work()
    assert relay.got == []
    house.later(minutes=1).work()
    (message,) = relay.got
    assert "2条通知" in message["Subject"]
    assert {walk.number for walk in walks if walk.number in body(message)} == {w.number for w in walks[1:]}
    assert house.states() == {"sent": 2, "read": 1}


def test_a_relay_that_is_away_for_an_hour_loses_nothing_and_nobody_gets_two(house: House, relay: Sink) -> None:
    people = ("unit.handler", "unit.head", "unit.deputy", "desk.dispatcher", "desk.reviewer")
    for short in people:
        prefers(house, short, opened=Timing.NOW, falls_due=Timing.NOW)
    relay.stop()
    minutes, walks = 0, []
    while minutes < 60:
        if minutes % 10 == 0:
            walks.append(Walk(house.town, house.now).along(Act.REGISTER))
        elif minutes % 10 == 5:
            walks[-1].do(Act.DISPATCH)
        house.later(minutes=1).work()
        minutes += 1
    waiting = house.states().get("waiting", 0)
    assert waiting >= 6
    assert "sent" not in house.states()
    relay.start()
    while "waiting" in house.states():
        house.later(minutes=1).work()
        minutes += 1
        assert minutes < 60 + 200, house.states()
    ids = [message["Message-ID"] for message in relay.got]
    told = Message.objects.count()
    print(f"a relay away for an hour: {waiting} waited, {told} notices in {len(ids)} e-mails, {minutes - 60} min after")
    assert len(ids) == len(set(ids)) == len(set(Message.objects.values_list("mail", flat=True)))
    assert house.states() == {"sent": told}
    lines = [line for message in relay.got for line in body(message).splitlines() if "：CR" in line]
    assert len(lines) == told
    wanted = Notice.objects.filter(account__in=[f"cr.{short}" for short in people])
    assert told == wanted.count()


@pytest.mark.parametrize(
    "how", [{"MAIL": "451 later"}, {"RCPT": "450 full"}, {"DATA": ""}, {"banner": ""}, {".": "452 no"}]
)
def test_what_is_put_off_comes_again_under_the_same_id(house: House, relay: Sink, how: dict[str, str]) -> None:
    prefers(house, "desk.dispatcher", opened=Timing.NOW)
    relay.says = how
    house.now = Walk(house.town).along(Act.REGISTER).now
    house.work()
    assert (house.states(), relay.got) == ({"waiting": 1}, [])
    row = Message.objects.get()
    assert (row.attempts, bool(row.error)) == (1, True)
    relay.says = {}
    house.later(seconds=59).work()
    assert relay.got == []
    house.later(seconds=1).work()
    assert [message["Message-ID"].startswith(f"<{row.mail}@") for message in relay.got] == [True]


def test_what_is_cut_after_it_was_given_comes_under_the_id_that_it_had(house: House, relay: Sink) -> None:
    prefers(house, "desk.dispatcher", opened=Timing.NOW)
    relay.says = {".": ""}
    house.now = Walk(house.town).along(Act.REGISTER).now
    house.work()
    relay.says = {}
    house.later(minutes=1).work()
    first, second = relay.got
    assert first["Message-ID"] == second["Message-ID"], "a mailbox keeps one of the two"
    assert house.states() == {"sent": 1}


def test_what_is_rejected_is_given_up_and_can_be_sent_once_more(house: House, relay: Sink) -> None:
    prefers(house, "desk.dispatcher", opened=Timing.NOW)
    relay.says = {"RCPT": "550 nobody here"}
    house.now = Walk(house.town).along(Act.REGISTER).now
    house.work()
    assert house.states() == {"failed": 1}
    (told,) = queries.messages(house.chief)
    assert "550" in told.error
    relay.says = {}
    assert commands.resend(actor=house.chief, now=START, at=house.now) == 1
    house.work()
    assert (house.states(), len(relay.got)) == ({"sent": 1}, 1)
    with pytest.raises(Refused, match="没有需要"):
        commands.resend(actor=house.chief, now=START, at=house.now)


def test_after_three_days_it_is_given_up(house: House, relay: Sink) -> None:
    prefers(house, "desk.dispatcher", opened=Timing.NOW)
    house.now = Walk(house.town).along(Act.REGISTER).now
    begun, relay.says = house.now, {"MAIL": "451 later"}
    while house.states().get("failed") is None:
        house.work()
        house.later(minutes=30)
        assert house.now < begun + timedelta(days=4)
    assert relay.calls < 25
    assert house.now - begun >= timedelta(hours=72)


def test_late_ones_wait_for_the_morning_unless_they_fall_due_in_the_night(house: House, relay: Sink) -> None:
    prefers(house, "unit.handler", fell_due=Timing.NOW)
    walk = Walk(house.town).along(*TO_HANDLING)
    house.work()
    due = walk.facts.duties["handle"]
    climb("cr", due + timedelta(seconds=1), labels=REGISTRY.duty_labels)
    night = due.replace(hour=14)
    house.now = night if night > due else night + timedelta(days=1)
    before = len(relay.got)
    house.work()
    late = Message.objects.filter(digest=False)
    assert late.count() >= 1
    assert all(row.next_at > house.now for row in late)
    assert len([m for m in relay.got[before:] if "逾期" in m["Subject"]]) == 0


def test_login_and_both_kinds_of_tls(house: House, settings: Settings, tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    context, trusted = receivers.certified(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    for how in ({"starttls": context}, {"tls": context}):
        with sink(**how) as there:
            settings.OUTBOUND = Listed.parse(there.address)
            by_mail(house, there, username="bihuan", secret="s3cret-word")
            prefers(house, "desk.dispatcher", opened=Timing.NOW)
            house.now = Walk(house.town, house.now).along(Act.REGISTER).now
            house.work()
            assert (len(there.got), there.in_clear, len(there.logins)) == (1, [False], 1), how
    assert b"s3cret-word" not in bytes(Carrier.objects.get().sealed or b"")
    assert "s3cret-word" not in json.dumps(Carrier.objects.get().settings)
    assert "s3cret-word" not in str(events("jurisdiction:cr")[-1].facts)


def test_a_relay_in_the_house_that_is_not_listed_is_not_called(house: House, relay: Sink, settings: Settings) -> None:
    prefers(house, "desk.dispatcher", opened=Timing.NOW)
    settings.OUTBOUND = Listed()
    house.now = Walk(house.town).along(Act.REGISTER).now
    house.work()
    assert (relay.calls, house.states()) == (0, {"waiting": 1})
    for address in ("smtp://10.0.0.1", "https://mail.example.com", "smtps://user:word@mail.example.com", relay.address):
        with pytest.raises(Refused):
            by_mail(house, relay, address=address)


def test_a_worker_killed_in_the_middle(house: House, relay: Sink) -> None:
    prefers(house, "desk.dispatcher", opened=Timing.NOW)
    house.now = Walk(house.town).along(Act.REGISTER).now
    all_ended()
    while notices.take_in():
        continue
    while commands.plan(at=house.now):
        continue
    first = commands.claim(at=house.now)
    assert first is not None
    assert commands.claim(at=house.now) is None
    again = commands.claim(at=house.now + LEASE)
    assert again is not None
    assert (again.id, again.attempt) == (first.id, 2)
    commands.note(claimed=first, tried=Tried(Outcome.SENT), at=house.now)
    assert house.states() == {"sending": 1}
    commands.note(claimed=again, tried=Tried(Outcome.SENT), at=house.now)
    assert house.states() == {"sent": 1}


SMS = {"headers": "X-Key: {secret}", "body": '{"to": "{phone}", "say": "{text}", "ref": "{id}"}', "success": "/code=0"}


@pytest.fixture
def gateway(house: House, settings: Settings) -> Iterator[Receiver]:
    """A gateway for text messages that the operator listed."""
    with receiver(answers(200, b'{"code": 0}')) as made:
        settings.OUTBOUND, settings.SITE_ADDRESS = Listed.parse(made.origin), SITE
        form = SetSms(address=f"{made.origin}/send", secret="key-1", **SMS)
        commands.set_up(kind=CarrierKind.SMS, fields=form, actor=house.chief, now=START, at=START)
        prefers(house, "desk.dispatcher", mail="", mobile="13900005678", sms_opened=Timing.NOW)
        yield made


def test_a_text_message_goes_once(house: House, gateway: Receiver) -> None:
    walk = Walk(house.town).along(Act.REGISTER)
    house.now = walk.now
    house.work()
    (got,) = gateway.got
    said = json.loads(got.body)
    assert (said["to"], got.headers["x-key"]) == ("13900005678", "key-1")
    assert walk.number in said["say"]
    assert house.states() == {"sent": 1}
    assert "13900005678" not in str(list(Address.objects.values()))


@pytest.mark.parametrize(
    ("manner", "state"),
    [
        (answers(200, b'{"code": 7}'), "failed"),
        (answers(500), "failed"),
        (answers(503), "waiting"),
        (receivers.hangs, "unknown"),
        (receivers.cuts, "unknown"),
    ],
)
def test_a_text_message_of_which_nobody_knows_is_not_sent_again_by_itself(
    house: House, gateway: Receiver, manner: receivers.Manner, state: str
) -> None:
    gateway.manner = manner
    house.now = Walk(house.town).along(Act.REGISTER).now
    house.work()
    assert house.states() == {state: 1}
    house.later(hours=1)
    gateway.manner = answers(200, b'{"code": 0}')
    house.work()
    assert len(gateway.got) == (2 if state == "waiting" else 1)


def test_a_gateway_that_is_away_is_tried_again(house: House, gateway: Receiver) -> None:
    gateway.stop()
    house.now = Walk(house.town).along(Act.REGISTER).now
    house.work()
    assert house.states() == {"waiting": 1}, "nobody heard it"
    gateway.start()
    house.later(minutes=1).work()
    assert (house.states(), len(gateway.got)) == ({"sent": 1}, 1)


def test_a_text_message_whose_worker_was_killed_is_shown_as_unknown(house: House, gateway: Receiver) -> None:
    house.now = Walk(house.town).along(Act.REGISTER).now
    all_ended()
    while notices.take_in():
        continue
    while commands.plan(at=house.now):
        continue
    assert commands.claim(at=house.now) is not None
    house.later(minutes=2).work()
    assert (house.states(), gateway.got) == ({"unknown": 1}, [])


@pytest.mark.parametrize(
    ("answer", "wanted", "is_one"),
    [
        ('{"code": 0}', "/code=0", True),
        ('{"code": "0"}', "/code=0", True),
        ('{"a": [{"b": true}]}', "/a/0/b=true", True),
        ('{"code": 1}', "/code=0", False),
        ("{}", "/code=0", False),
        ("no json", "/code=0", False),
        ('{"code": {}}', "/code={}", False),
        ("[" * 100_000, "/code=0", False),
        ("<result>OK</result>", "OK", True),
        ("<result>NO</result>", "OK", False),
    ],
)
def test_what_an_answer_says(answer: str, wanted: str, is_one: bool) -> None:
    assert writing.succeeded(answer, wanted) is is_one


def test_no_message_holds_what_anybody_wrote_or_is_called(house: House, relay: Sink) -> None:
    """Every body is searched for every name, telephone, title and content of the town."""
    for short in ("unit.handler", "unit.head", "unit.deputy", "desk.dispatcher", "desk.reviewer", "desk.caller"):
        prefers(house, short, opened=Timing.NOW, falls_due=Timing.NOW)
    for n in range(3):
        walk = Walk(house.town, house.now)
        walk.do(Act.REGISTER, title=f"第{n}条路灯不亮", content=f"东门外第{n}根灯杆坏了。", name=f"赵钱{n}")
        for act in (Act.DISPATCH, Act.SIGN_IN, Act.ANSWER, Act.SIGN_OFF, Act.APPROVE, Act.RECORD_CALLBACK, Act.CLOSE):
            house.work()
            walk.do(act)
            house.now = walk.now
    bodies = [f"{m['Subject']} {body(m)}" for m in relay.got]
    words = {REQUEST["phone"], "路灯不亮", "灯杆", "东门外", *(f"赵钱{n}" for n in range(3))}
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM organisations_person UNION SELECT name FROM organisations_unit")
        words |= {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT private::text FROM record_event WHERE subject LIKE 'case:%%'")
        for (private,) in cursor.fetchall():
            words |= set(re.findall(r"[\u4e00-\u9fff]{4,}|\d{11}", str(private)))
    found = [(word, one) for word in words for one in bodies if word in one]
    print(f"{len(bodies)} e-mails searched for {len(words)} names, telephones and texts: {len(found)} found")
    assert len(bodies) >= 9
    assert len(words) > 20
    assert found == []


def test_who_may_set_up_and_what_one_may_say(house: House, relay: Sink) -> None:
    handler = house.town.actor("unit.handler")
    with pytest.raises(Refused):
        commands.stop(kind=CarrierKind.SMTP, actor=handler, now=START, at=START)
    with pytest.raises(Refused):
        queries.carriers(handler)
    for wrong in ({"mail": "a@elsewhere.com"}, {"mobile": "13900005678"}, {"fell_due": Timing.OFF}):
        with pytest.raises(Refused):
            prefers(house, "unit.handler", **wrong)
    assert Address.objects.count() == Preference.objects.count() == 0
    prefers(house, "unit.handler", opened=Timing.OFF)
    assert queries.preferences(handler).mail == "unit-handler@xc.gov.cn"
    assert queries.preferences(house.town.actor("unit.head")).mail == ""
    Walk(house.town).along(Act.REGISTER, Act.DISPATCH)
    house.later(days=3).work()
    assert Message.objects.count() == 0, "new tasks were turned off"
    prefers(house, "unit.handler", mail="")
    assert Address.objects.count() == 0
    commands.stop(kind=CarrierKind.SMTP, actor=house.chief, now=START, at=START)
    assert [e.kind for e in events("jurisdiction:cr")][-2:] == ["carriers.set", "carriers.stopped"]
    assert socket.has_ipv6 in (True, False)


def test_the_jobs_role_may_do_all_of_it(house: House, relay: Sink) -> None:
    prefers(house, "desk.dispatcher", opened=Timing.NOW)
    house.now = Walk(house.town).along(Act.REGISTER).now
    with as_a_job():
        house.work()
        assert commands.forget(at=house.now + timedelta(days=91)) == 1
    assert len(relay.got) == 1
