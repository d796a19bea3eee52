"""The daily seal."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import OperationalError, close_old_connections, connection, connections, transaction
from pytest_django import Settings

from bihuan.audit import queries
from bihuan.cases.types import Act
from bihuan.kernel.refusal import Refused
from bihuan.policy.calendar import ZONE
from bihuan.record import sealing
from bihuan.record.hashing import canonical, leaves_digest, seal_hash
from bihuan.record.types import PublishedSeal, Signed
from tests.audit.tampering import unguarded
from tests.towns import START, Town
from tests.towns import found as founded
from tests.waits import LATE, somebody_waits, until
from tests.walks import TO_HANDLING, Walk

MONDAY = START.astimezone(ZONE).date()
TUESDAY = MONDAY + timedelta(days=1)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment in Shanghai."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def test_a_day_is_sealed_ten_minutes_after_it_is_over(wendeng: Town) -> None:
    Walk(wendeng).along(*TO_HANDLING)
    with pytest.raises(ValueError, match="not over"):
        sealing.seal_day("wd", MONDAY, at(TUESDAY, 0, 9))
    assert sealing.seal_finished("wd", at(TUESDAY, 0, 9)) == []
    assert sealing.seal_finished("wd", at(TUESDAY, 0, 10)) == [MONDAY]


def test_a_seal_holds_the_ends_of_the_days_chains_and_the_numbers_taken(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    tuesday = Walk(wendeng, at(TUESDAY, 9)).along(Act.REGISTER)
    walk.at(at(TUESDAY, 9, 30)).along(Act.RECORD_CONTACT)
    sealing.seal_finished("wd", at(TUESDAY + timedelta(days=1), 9))
    first, second = sealing.seals("wd")
    assert (first.day, first.previous, dict(first.counters)) == (MONDAY, "00" * 32, {f"case/wd/{MONDAY:%Y%m%d}": 1})
    assert (second.day, second.previous) == (TUESDAY, first.hash)
    leaves = leaves_of(second.day)
    assert {(subject, sequence) for subject, sequence, _ in leaves} == {
        (f"case:{walk.number}", 4),
        (f"case:{tuesday.number}", 1),
    }
    assert leaves_digest(leaves).hex() == second.digest
    computed = seal_hash(
        bytes.fromhex(first.hash),
        "wd",
        str(TUESDAY),
        2,
        canonical(dict(second.counters)),
        bytes.fromhex(second.digest),
    )
    assert computed.hex() == second.hash
    assert queries.verify().clean


def leaves_of(day: date) -> list[tuple[str, int, bytes]]:
    """What a seal holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject, sequence, l.hash FROM record_sealleaf l JOIN record_seal s ON s.id = seal_id"
            " WHERE day = %s",
            [day],
        )
        return [(subject, sequence, bytes(head)) for subject, sequence, head in cursor.fetchall()]


def test_sealing_again_changes_nothing(wendeng: Town) -> None:
    now = at(TUESDAY, 9)
    assert sealing.seal_finished("wd", now) == [MONDAY]
    assert sealing.seal_finished("wd", now) == []
    assert sealing.seal_day("wd", MONDAY, now) is False
    assert len(list(sealing.seals())) == 1


def test_a_day_without_events_gets_no_seal(wendeng: Town) -> None:
    later = MONDAY + timedelta(days=30)
    Walk(wendeng, at(later, 9)).along(Act.REGISTER)
    assert sealing.seal_finished("wd", at(later + timedelta(days=1), 9)) == [MONDAY, later]
    assert sealing.seal_day("wd", TUESDAY, at(later, 9)) is False


def test_each_jurisdiction_is_sealed_by_itself(wendeng: Town, huainan: Town) -> None:
    assert sealing.seal_finished("wd", at(TUESDAY, 9)) == [MONDAY]
    assert [seal.jurisdiction for seal in sealing.seals()] == ["wd"]
    Walk(huainan).along(Act.REGISTER)
    assert sealing.seal_finished("hn", at(TUESDAY, 9)) == [MONDAY]
    assert queries.verify().clean


@pytest.mark.parametrize("day", [MONDAY, MONDAY - timedelta(days=3)])
def test_nothing_can_be_recorded_on_a_sealed_day_or_before_it(wendeng: Town, day: date) -> None:
    sealing.seal_finished("wd", at(TUESDAY, 9))
    with pytest.raises(Refused, match="已经封存"):
        Walk(wendeng, at(day, 18)).along(Act.REGISTER)
    Walk(wendeng, at(TUESDAY, 9)).along(Act.REGISTER)


def test_seals_are_told_outside_the_database_once_each(wendeng: Town, tmp_path: Path) -> None:
    path = tmp_path / "seals.jsonl"
    sealing.seal_finished("wd", at(TUESDAY, 9))
    assert [sealing.publish(path), sealing.publish(path)] == [(1, []), (0, [])]
    Walk(wendeng, at(TUESDAY, 9)).along(Act.REGISTER)
    sealing.seal_finished("wd", at(TUESDAY + timedelta(days=1), 9))
    path.write_text(path.read_text()[:-40], encoding="utf-8")  # the machine died while it wrote
    assert sealing.published(path) == []
    assert sealing.publish(path) == (2, [])
    assert sealing.published(path) == [PublishedSeal(seal, Signed.YES) for seal in sealing.seals()]
    assert json.loads(path.read_text().splitlines()[-1])["day"] == str(TUESDAY)


def outside(path: Path) -> list[dict[str, object]]:
    """The lines of the file, as anybody reads them."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def found(path: Path) -> list[str]:
    """What a verification says of the seals in the file."""
    return [f.reason for f in queries.verify(seals=sealing.published(path)).findings]


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, settings: Settings) -> None:
    """Where the key lies with which seals are signed."""
    settings.DATA_FOLDER = tmp_path


@pytest.fixture
def told(wendeng: Town, tmp_path: Path) -> Path:
    """A file with the seals of two days."""
    path = tmp_path / "seals.jsonl"
    Walk(wendeng, at(MONDAY, 9)).along(Act.REGISTER)
    Walk(wendeng, at(TUESDAY, 9)).along(Act.REGISTER)
    sealing.seal_finished("wd", at(TUESDAY + timedelta(days=1), 9))
    assert sealing.publish(path) == (2, [])
    assert found(path) == []
    return path


def test_history_that_was_written_anew_is_told_and_not_written_over(told: Path) -> None:
    """Whoever owns the database changes seals and leaves without a trace in it; the file is the witness."""
    with unguarded("record_seal"), connection.cursor() as cursor:
        cursor.execute("UPDATE record_seal SET hash = sha256('x') WHERE day = %s", [TUESDAY])
    before = told.read_text()
    fresh, forged = sealing.publish(told)
    assert (fresh, [seal.day for seal in forged]) == (0, [TUESDAY])
    assert told.read_text() == before
    assert told.with_suffix(sealing.CONTRADICTED).read_text() == "1"
    assert "库外留存的这一次封存，库内没有或已不同" in found(told)


def test_a_line_that_somebody_else_wrote_is_not_signed(told: Path) -> None:
    lines = outside(told)
    told.write_text("\n".join(json.dumps(line | {"signature": "x" * 43}) for line in lines))
    assert found(told) == ["库外留存的这一次封存签名不符"] * 2
    assert sealing.publish(told) == (2, [])  # signed anew, beside them
    assert found(told) == []


def test_lines_of_older_versions_are_remarked_and_signed_at_the_next_hour(told: Path) -> None:
    lines = outside(told)
    told.write_text("\n".join(json.dumps({k: v for k, v in line.items() if k != "signature"}) for line in lines))
    report = queries.verify(seals=sealing.published(told))
    assert report.clean
    assert len(report.remarks) == 2
    assert sealing.publish(told) == (2, [])
    assert queries.verify(seals=sealing.published(told)).remarks == ()


def test_a_line_taken_out_of_the_file_is_missed(told: Path) -> None:
    told.write_text(told.read_text().splitlines()[1])
    assert found(told) == ["库外没有留存这一次封存，之后的却有"]


@pytest.fixture
def town(transactional_db: None) -> Iterator[Town]:
    """A town whose writes are committed, so that several connections see them."""
    yield founded("wd", "wendeng-2021-10", prefix="WX")
    connections.close_all()


def test_a_seal_waits_for_an_act_of_its_day_that_is_on_its_way(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever records on a day and whoever seals it cannot miss each other."""
    walk, done, sealed = Walk(town, at(MONDAY, 23)), Barrier(2), []

    def seal() -> None:
        done.wait()
        sealed.append(sealing.seal_finished("wd", at(TUESDAY, 1)))
        close_old_connections()
        connection.close()

    sealer = Thread(target=seal)
    monkeypatch.setattr(sealing, "PATIENCE", f"{LATE}s")
    sealer.start()
    with transaction.atomic():
        walk.along(Act.REGISTER)
        done.wait()
        until(somebody_waits)
        assert sealed == []
    sealer.join(LATE)
    assert sealed == [[MONDAY]]
    assert f"case:{walk.number}" in {subject for subject, _, _ in leaves_of(MONDAY)}
    assert queries.verify().clean


def test_a_seal_gives_up_while_others_go_on_writing(town: Town) -> None:
    walk, done, failed = Walk(town, at(MONDAY, 23)), Barrier(2), []

    def seal() -> None:
        done.wait()
        try:
            sealing.seal_finished("wd", at(TUESDAY, 1))
        except OperationalError as error:
            failed.append(error)
        connection.close()

    sealer = Thread(target=seal)
    sealer.start()
    with transaction.atomic():
        walk.along(Act.REGISTER)
        done.wait()
        sealer.join(LATE)
    assert len(failed) == 1
    assert sealing.seal_finished("wd", at(TUESDAY, 1)) == [MONDAY]


def test_two_seal_at_once_and_one_seal_is_made(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "PATIENCE", f"{LATE}s")
    together, sealed = Barrier(4), []

    def seal() -> None:
        together.wait()
        sealed.extend(sealing.seal_finished("wd", at(TUESDAY, 1)))
        connection.close()

    sealers = [Thread(target=seal) for _ in range(4)]
    for sealer in sealers:
        sealer.start()
    for sealer in sealers:
        sealer.join(LATE)
    assert sealed == [MONDAY]
    assert len(list(sealing.seals())) == 1
