"""A command that met another in a deadlock is done all the same, on whichever face it was asked for."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from django.db import OperationalError, transaction
from psycopg.errors import DeadlockDetected

from bihuan.audit import queries as audit
from bihuan.cli.account import command as account
from bihuan.clockwork import jobs
from bihuan.kernel.refusal import Busy
from bihuan.organisations import clocks
from bihuan.organisations import commands as organisations
from bihuan.organisations.queries import jurisdiction
from bihuan.record import retrying
from bihuan.record.commands import ACTS, lock
from bihuan.record.queries import events
from bihuan.record.retrying import retried, whole
from bihuan.record.types import Done
from tests.api.clients import Staff
from tests.determination.walks import A as D
from tests.determination.walks import DeterminationWalk, with_determiners
from tests.public.citizens import Citizen, open_site
from tests.races.rivals import giving_way, in_the_way
from tests.races.test_same_case import race
from tests.towns import FOUNDER, Town, found
from tests.waits import LATE
from tests.walks import TO_CALLBACK, A, Walk
from tests.web.officials import Office, typed_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town() -> Town:
    return found("rr", "wendeng-2021-10", prefix="RR")


def chain(subject: str) -> str:
    return f"SELECT 1 FROM record_chain WHERE subject = '{subject}' FOR UPDATE"


def acts(number: str) -> list[object]:
    return [event.facts.get("act") for event in events(f"case:{number}")]


def test_whoever_gives_way_in_a_deadlock_the_command_is_done(town: Town) -> None:
    office = Office(town)
    number = office.register()
    with in_the_way(chain(f"case:{number}")):
        office.act("desk.dispatcher", number, "dispatch", **typed_for("dispatch", town, office.began))
    assert acts(number) == ["register", "dispatch"]


def test_on_a_page(town: Town) -> None:
    office = Office(town)
    number = office.register()
    with giving_way():
        office.act("desk.dispatcher", number, "dispatch", **typed_for("dispatch", town, office.began))
    assert acts(number) == ["register", "dispatch"]


def test_where_a_page_sends_a_form_only_once(town: Town) -> None:
    office = Office(town)
    office.register()
    with giving_way():
        number = office.register()
    assert acts(number) == ["register"]


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "k"}], ids=["without a key", "with a key"])
def test_over_the_api(town: Town, key: dict[str, str]) -> None:
    staff = Staff(town)
    number = staff.register()["number"]
    with giving_way():
        assert staff.do(number, "dispatch", headers=key).status_code == 200
    assert acts(number) == ["register", "dispatch"]


def test_on_the_citizens_site(town: Town) -> None:
    citizen = Citizen(open_site(town))
    number = citizen.submit()
    with giving_way():
        citizen.say("supplement", {"text": "昨天又坏了一盏。"})
    assert acts(number) == ["register", "supplement"]


def test_in_a_job(town: Town) -> None:
    now = clocks.here(town.code)
    walk = Walk(town, now).along(*TO_CALLBACK, A.RECORD_CALLBACK, A.CLOSE)
    seen = jurisdiction(town.code).offset
    organisations.advance_clock(jurisdiction=town.code, to=now + timedelta(days=90), seen=seen, actor=FOUNDER, now=now)
    with giving_way():
        jobs.sweep(0)
    assert acts(walk.number)[-1] == "archive"


def test_at_the_console(town: Town) -> None:
    with giving_way():
        done = CliRunner().invoke(account, ["sign-out", "rr.desk.registrar"])
    assert (done.exit_code, done.output) == (0, "已退出 rr.desk.registrar 的全部登录\n")
    assert events("person:rr.desk.registrar")[-1].kind == "access.signed-out-everywhere"


def failing(times: int, error: type[psycopg.Error] = DeadlockDetected) -> tuple[list[int], Callable[[], str]]:
    """Something that fails so often before it is done."""
    tried: list[int] = []

    def write() -> str:
        tried.append(1)
        if len(tried) <= times:
            raise OperationalError("…") from error()
        return "done"

    return tried, write


@pytest.mark.parametrize("error", [DeadlockDetected, psycopg.errors.SerializationFailure])
def test_it_is_tried_three_times_and_no_more(error: type[psycopg.Error], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "PAUSE", (0.0, 0.0))
    tried, write = failing(2, error)
    assert (retried(write)(), len(tried)) == ("done", 3)
    tried, write = failing(3, error)
    with pytest.raises(Busy, match="正忙，请再提交一次"):
        retried(write)()
    assert len(tried) == 3


def test_a_page_keeps_what_was_typed_where_others_were_in_the_way_each_time(town: Town) -> None:
    office = Office(town)
    number = office.register()
    typed = typed_for("dispatch", town, office.began) | {"requirements": "请今天到现场。"}
    with giving_way(retrying.TRIES):
        page = office.act("desk.dispatcher", number, "dispatch", status=409, **typed)
    assert "正忙，请再提交一次" in page.text
    assert "请今天到现场。" in page.html
    assert acts(number) == ["register"]
    office.act("desk.dispatcher", number, "dispatch", **typed)
    assert acts(number) == ["register", "dispatch"]


def test_the_api_says_when_to_come_again_where_others_were_in_the_way_each_time(town: Town) -> None:
    staff = Staff(town)
    number, _ = staff.register()["number"], staff["desk.dispatcher"]
    with giving_way(retrying.TRIES):
        answer = staff.do(number, "dispatch", headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert staff.do(number, "dispatch", headers={"Idempotency-Key": "k"}).status_code == 200
    assert acts(number) == ["register", "dispatch"]


def test_two_acts_of_which_each_holds_what_the_other_wants_are_both_done() -> None:
    """A determination and its case, in the wrong order at once: PostgreSQL ends one of the two, which begins again."""
    place = with_determiners(found("rd", "wendeng-2021-10", prefix="RD"))
    walk = DeterminationWalk(place, Walk(place)).begin()
    case, file, now = walk.case.number, walk.number, walk.now + timedelta(minutes=10)
    met, tries = threading.Barrier(2), list[str]()

    def holding(first: str, subject: str, act: str, by: str, form: dict[str, Any]) -> Callable[[], Done]:
        entry, number = ACTS[(subject, act)], case if subject == "case" else file

        @whole
        def run() -> Done:
            lock(first)
            if tries.count(act) == 0:
                tries.append(act)
                met.wait(LATE)
            else:
                tries.append(act)
            fields = entry.fields.model_validate(form)
            return entry.run(number=number, fields=fields, actor=walk.actor(by), now=now)

        return run

    outcomes = race(
        holding(f"determination:{file}", "case", A.SUPPLEMENT, "desk.registrar", {"text": "东门左手第二根灯杆。"}),
        holding(
            f"case:{case}", "determination", D.ADD_PARTIES, "desk.dispatcher", {"parties": [f"{place.code}.third"]}
        ),
    )
    assert [type(one) for one in outcomes] == [Done, Done], outcomes
    assert len(tries) == 3, "one of the two was tried again"
    assert acts(case)[-1] == "supplement"
    assert events(f"determination:{file}")[-1].facts["act"] == "add_parties"
    assert audit.verify(place.code).clean


def test_what_failed_otherwise_or_within_a_transaction_is_not_tried_again() -> None:
    tried, write = failing(1, psycopg.errors.DiskFull)
    with pytest.raises(OperationalError):
        whole(write)()
    assert len(tried) == 1
    tried, write = failing(1)
    with pytest.raises(OperationalError), transaction.atomic():
        retried(write)()
    assert len(tried) == 1
