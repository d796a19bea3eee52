"""Identities go in sealed, are found by hashes, and come out in clear only with a trace."""

import re
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from pydantic import ValidationError
from pytest_django import DjangoAssertNumQueries, Settings

from bihuan.access.types import POWERS, Power
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.refusal import Refusal, Refused, Unknown
from bihuan.organisations.types import Post
from bihuan.policy import norms
from bihuan.policy.loader import pack
from bihuan.requesters import commands, numbers, queries
from bihuan.requesters.types import (
    LOOKERS,
    Changes,
    DiscloseFields,
    Ground,
    Identity,
    IdentityDisclosed,
    PhoneTail,
    RequesterKind,
    SpecialNeed,
)
from tests.requesters.keeping import keep_many
from tests.waits import LATE

NOW = datetime(2024, 3, 4, 2, 0, tzinfo=UTC)
ZHANG = Identity(
    name="张三",
    phone="138-1234-5678",
    contact_alt="wx_zhang",
    address="文登区高村镇慈口观村5号",
    special_needs=(SpecialNeed.ELDERLY,),
)

WHY = DiscloseFields(ground=Ground.CONTACT, reason="电话联系核对地址")
CASE = "case:WD20240304000001"


def look(
    requester: int, actor: Actor, *, barred: Refusal | None = None, fields: DiscloseFields = WHY, subject: str = CASE
) -> Identity:
    return commands.disclose(
        requester=requester,
        subject=subject,
        barred=barred,
        fields=fields,
        actor=actor,
        pack=pack("wendeng-2021-10"),
        now=NOW,
        units={seat.unit for seat in actor.seats},
        confidants=(),
        ip="10.0.0.7",
    )


def stored() -> bytes:
    """Everything that the tables hold, as text; but what is sealed as the bytes that it is, and numbers not at all:
    written out in digits they hold any four of them once in a while."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(r::text, '') FROM requesters_requester r")
        said = str(cursor.fetchone()[0])
    sealed = b" ".join(bytes.fromhex(found) for found in re.findall(r"\\x([0-9a-f]+)", said))
    return sealed + re.sub(r"\\x[0-9a-f]+|-?\b\d{15,}\b", "", said).encode()


@pytest.mark.django_db
@pytest.mark.parametrize("algorithm", ["aes-256-gcm", "sm4-gcm"])
def test_nothing_of_an_identity_stands_in_the_table_in_clear(algorithm: str, settings: Settings) -> None:
    settings.IDENTITY_CIPHER = algorithm
    number = commands.keep(jurisdiction="wendeng", identity=ZHANG)
    table = stored()
    for text in (ZHANG.name, "13812345678", "5678", ZHANG.contact_alt, "高村", "elderly"):
        assert text.encode() not in table
        assert text.encode().hex().encode() not in table
    assert queries.masked([number])[number].name == "张*"
    assert queries.masked([number])[number].phone == "138****5678"


@pytest.mark.django_db
def test_one_is_kept_by_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    commands.keep(jurisdiction="wendeng", identity=ZHANG)
    numbers.take(-numbers.take(1)[0] % numbers.BLOCK)  # to the end of a block of numbers
    commands.keep(jurisdiction="wendeng", identity=ZHANG)
    with django_assert_num_queries(1):
        commands.keep(jurisdiction="wendeng", identity=ZHANG)


@pytest.mark.django_db
def test_no_number_of_a_block_is_left_out() -> None:
    numbers.take(-numbers.take(1)[0] % numbers.BLOCK)
    (first,) = numbers.take(1)
    assert numbers.take(2) == [first + 1, first + 2]


@pytest.mark.django_db
def test_many_are_kept_in_their_order() -> None:
    wanted = [Identity(name=f"李{n}", phone=f"1390000{n:04d}") for n in range(300)] + [Identity.anonymous()]
    kept = keep_many(jurisdiction="wendeng", identities=wanted)
    assert len(set(kept)) == len(wanted)
    for n in (0, 63, 64, 299):
        assert queries.find_by_phone("wendeng", wanted[n].phone) == [kept[n]]
    assert queries.masked(kept)[kept[-1]].kind is RequesterKind.ANON
    assert keep_many(jurisdiction="wendeng", identities=[]) == []


@pytest.mark.django_db
def test_requesters_are_found_by_phone_tail_and_name_in_their_jurisdiction_alone() -> None:
    first = commands.keep(jurisdiction="wendeng", identity=ZHANG)
    second = commands.keep(jurisdiction="wendeng", identity=Identity(name=" 张 三", phone="+8613812345678"))
    commands.keep(jurisdiction="huainan", identity=ZHANG)
    commands.keep(jurisdiction="wendeng", identity=Identity(name="李四", phone="13899995678"))
    assert queries.find_by_phone("wendeng", "138 1234 5678") == [second, first]
    assert queries.find_by_phone_tail("wendeng", "12345678", PhoneTail.EIGHT) == [second, first]
    assert len(queries.find_by_phone_tail("wendeng", "5678", PhoneTail.FOUR)) == 3
    assert queries.find_by_phone_tail("wendeng", "78", PhoneTail.FOUR) == []
    assert queries.find_by_name("wendeng", "张三") == [second, first]
    assert queries.find_by_phone("wendeng", "") == queries.find_by_name("wendeng", " ") == []


@pytest.mark.django_db
def test_a_masked_phone_is_neither_kept_nor_written_back() -> None:
    number = commands.keep(jurisdiction="wendeng", identity=ZHANG)
    shown = queries.masked([number])[number]
    with pytest.raises(Refused, match="脱敏"):
        commands.keep(jurisdiction="wendeng", identity=Identity(name="张三", phone=shown.phone))
    with pytest.raises(Refused, match="脱敏"):
        keep_many(jurisdiction="wendeng", identities=[Identity(name=shown.name)])
    with pytest.raises(Refused, match="脱敏"):
        commands.amend(requester=number, jurisdiction="wendeng", changes=Changes(address=shown.address))
    assert queries.find_by_phone("wendeng", ZHANG.phone) == [number]


@pytest.mark.django_db
def test_an_amended_identity_is_found_by_its_new_phone_alone(official: Actor) -> None:
    number = commands.keep(jurisdiction="wendeng", identity=ZHANG)
    changed = commands.amend(requester=number, jurisdiction="wendeng", changes=Changes(phone="13700001111"))
    assert changed == ("联系电话",)
    assert queries.find_by_phone("wendeng", ZHANG.phone) == []
    assert queries.find_by_phone("wendeng", "13700001111") == [number]
    assert look(number, official).address == ZHANG.address
    with pytest.raises(Unknown):
        commands.amend(requester=number, jurisdiction="huainan", changes=Changes(name="王五"))


@pytest.mark.django_db
def test_a_look_in_clear_is_logged_and_recorded(official: Actor) -> None:
    number = commands.keep(jurisdiction="wendeng", identity=ZHANG)
    assert look(number, official) == ZHANG
    assert look(number, official, fields=DiscloseFields(ground=Ground.VERIFY, reason="核实办理结果")) == ZHANG
    first, second = queries.looks(CASE)
    assert (first.account, first.unit, first.post) == ("wd-handler", "wd-housing", "handler")
    assert (first.at, first.requester, first.ip) == (NOW, number, "10.0.0.7")
    assert (first.ground, first.reason) == (Ground.CONTACT, "电话联系核对地址")
    assert first.fields == ("name", "phone", "contact_alt", "address")
    assert second.ground is Ground.VERIFY
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, sequence, norm, sentence FROM record_event WHERE subject = %s ORDER BY sequence",
            [f"requester:{number}"],
        )
        events = cursor.fetchall()
    assert [(e[0], e[1], e[2]) for e in events] == [
        (IdentityDisclosed.kind, n, norms.IDENTITY_PROTECTED.name) for n in (1, 2)
    ]
    assert "张三" not in events[0][3]
    assert CASE in events[0][3]


@pytest.mark.django_db(transaction=True)
def test_a_look_that_is_refused_shows_and_leaves_nothing(official: Actor) -> None:
    number = commands.keep(jurisdiction="wendeng", identity=ZHANG)
    with pytest.raises(Refused, match="无权"):
        look(number, official, barred=Refusal("您无权查看这件诉求。", norms.IDENTITY_PROTECTED))
    with pytest.raises(Unknown):
        look(number, Actor("hn", "淮南的人", "huainan"))
    with pytest.raises(Unknown):
        look(number + 1, official)
    nobody = commands.keep(jurisdiction="wendeng", identity=Identity.anonymous())
    with pytest.raises(Refused, match="没有登记"):
        look(nobody, official)
    assert queries.looks(CASE) == []


@pytest.mark.django_db
@pytest.mark.parametrize("post", Post)
@pytest.mark.parametrize("ground", Ground)
def test_only_who_must_contact_or_supervises_may_look_and_on_that_ground_alone(post: Post, ground: Ground) -> None:
    number = commands.keep(jurisdiction="wendeng", identity=ZHANG)
    actor = Actor("wd-somebody", "某人", "wendeng", frozenset({Seat("wd-housing", post)}))
    fields = DiscloseFields(ground=ground, reason="电话联系核对地址")
    if post in LOOKERS[ground]:
        assert look(number, actor, fields=fields) == ZHANG
        assert queries.looks(CASE)[-1].post == post
    else:
        with pytest.raises(Refused, match=f"不能以“{ground.label}”为由"):
            look(number, actor, fields=fields)
        assert queries.looks(CASE) == []


def test_who_may_look_is_who_has_the_power_and_nobody_else() -> None:
    assert frozenset[Post]().union(*LOOKERS.values()) == POWERS[Power.UNMASK]


@pytest.mark.django_db
def test_a_post_in_a_unit_that_takes_no_part_does_not_look() -> None:
    number = commands.keep(jurisdiction="wendeng", identity=ZHANG)
    actor = Actor("wd-x", "某人", "wendeng", frozenset({Seat("wd-roads", "handler"), Seat("wd-housing", "head")}))
    with pytest.raises(Refused, match="您的职务"):
        commands.disclose(
            requester=number,
            subject=CASE,
            barred=None,
            fields=WHY,
            actor=actor,
            pack=pack("wendeng-2021-10"),
            now=NOW,
            units={"wd-housing"},
            confidants=(),
        )


@pytest.mark.parametrize("reason", ["", "核实", "   查    "])
def test_a_look_needs_a_reason_of_four_characters(reason: str) -> None:
    with pytest.raises(ValidationError):
        DiscloseFields(ground=Ground.AUDIT, reason=reason)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["UPDATE requesters_look SET reason = ''", "DELETE FROM requesters_look", "TRUNCATE requesters_look"]
)
def test_the_access_log_cannot_be_changed(statement: str, official: Actor) -> None:
    look(commands.keep(jurisdiction="wendeng", identity=ZHANG), official)
    with pytest.raises(IntegrityError, match="不可更改"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert len(queries.looks(CASE)) == 1


@pytest.mark.django_db
def test_a_row_that_was_tampered_with_is_shown_as_unreadable_beside_the_others(official: Actor) -> None:
    good, bad = (commands.keep(jurisdiction="wendeng", identity=ZHANG) for _ in range(2))
    with connection.cursor() as cursor:  # what only somebody with database rights can do
        cursor.execute(
            "UPDATE requesters_requester SET sealed = o.sealed FROM requesters_requester o"
            " WHERE requesters_requester.id = %s AND o.id = %s",
            [bad, good],
        )
    shown = queries.masked([good, bad])
    assert shown[good].readable
    assert not shown[bad].readable
    assert "张" not in shown[bad].name
    with pytest.raises(Refused, match="无法解密"):
        look(bad, official)


@pytest.mark.django_db(transaction=True)
def test_two_first_looks_at_once_are_both_recorded(official: Actor, key_file: Path) -> None:
    number = commands.keep(jurisdiction="wendeng", identity=ZHANG)
    start, failed = Barrier(4), []

    def race() -> None:
        try:
            start.wait()
            look(number, official)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LATE)
    assert failed == []
    assert len(queries.looks(CASE)) == 4
    with connection.cursor() as cursor:
        cursor.execute("SELECT length FROM record_chain WHERE subject = %s", [f"requester:{number}"])
        assert cursor.fetchone()[0] == 4
