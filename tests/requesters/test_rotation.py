"""Keys are changed while the site runs, and nothing is lost."""

import random
import stat
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest
from click.testing import CliRunner, Result
from django.db import connection, transaction
from pytest_django import Settings

from bihuan.cli.keys import command
from bihuan.requesters import commands, queries, vault
from bihuan.requesters.cipher import Keyring
from bihuan.requesters.models import Requester
from bihuan.requesters.types import Changes, Identity
from tests.requesters.keeping import keep_many
from tests.waits import LATE, until


def keys(*words: str) -> Result:
    return CliRunner().invoke(command, list(words), catch_exceptions=False)


def labels() -> set[str | None]:
    return set(Requester.objects.filter(sealed__isnull=False).values_list("sealed_with", flat=True))


def people(count: int) -> list[Identity]:
    return [Identity(name=f"王{n}", phone=f"1370000{n:04d}") for n in range(count)]


@pytest.mark.django_db(transaction=True)
def test_a_rotation_seals_every_row_anew_and_drops_the_old_key_only_when_told(key_file: Path) -> None:
    kept = keep_many(jurisdiction="wendeng", identities=[*people(120), Identity.anonymous()])
    assert labels() == {"aes-256-gcm:k1"}
    assert keys("rotate", "--batch", "50").exit_code == 0
    assert labels() == {"aes-256-gcm:k2"}
    assert list(vault.ring().secrets) == ["k2", "k1"]
    result = keys("rotate", "--drop-old")
    assert result.exit_code == 0
    assert "k2、k1" in result.output
    assert list(vault.ring().secrets) == ["k3"]
    assert all(shown.readable for shown in queries.masked(kept).values())
    assert queries.find_by_phone("wendeng", "13700000007") == [kept[7]]
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert "aes-256-gcm:k3  120 条  当前" in keys("status").output


@pytest.mark.django_db(transaction=True)
def test_a_rotation_that_was_cut_off_goes_on_without_another_key() -> None:
    kept = keep_many(jurisdiction="wendeng", identities=people(90))
    with vault.key_file_held():
        assert commands.add_key() == "k2"
    assert commands.reseal(size=40).done == 40
    assert labels() == {"aes-256-gcm:k1", "aes-256-gcm:k2"}
    result = keys("rotate")
    assert "接着做" in result.output
    assert labels() == {"aes-256-gcm:k2"}
    assert list(vault.ring().secrets) == ["k2", "k1"]
    assert all(shown.readable for shown in queries.masked(kept).values())


@pytest.mark.django_db(transaction=True)
def test_choosing_the_other_algorithm_is_a_rotation_too(settings: Settings) -> None:
    kept = keep_many(jurisdiction="wendeng", identities=people(10))
    settings.IDENTITY_CIPHER = "sm4-gcm"
    assert all(shown.readable for shown in queries.masked(kept).values())
    assert keys("rotate").exit_code == 0
    assert labels() == {"sm4-gcm:k1"}
    assert all(shown.readable for shown in queries.masked(kept).values())


@pytest.mark.django_db(transaction=True)
def test_writes_during_rotations_are_neither_lost_nor_left_behind() -> None:
    kept = keep_many(jurisdiction="wendeng", identities=people(400))
    expected = dict(zip(kept, people(400), strict=True))
    stop, failed, written = Event(), list[BaseException](), list[int]()

    def amending(mine: list[int], seed: int) -> Callable[[], None]:
        def run() -> None:
            dice = random.Random(seed)
            try:
                while not stop.is_set():
                    number, phone = dice.choice(mine), f"139{dice.randrange(10**8):08d}"
                    with transaction.atomic():
                        commands.amend(requester=number, jurisdiction="wendeng", changes=Changes(phone=phone))
                    expected[number] = Identity(name=expected[number].name, phone=phone)
                    if dice.random() < 0.3:
                        fresh = Identity(name="新来的", phone=phone)
                        expected[commands.keep(jurisdiction="wendeng", identity=fresh)] = fresh
                    written.append(number)
            except BaseException as error:
                failed.append(error)
            finally:
                connection.close()

        return run

    threads = [Thread(target=amending(kept[half::2], half)) for half in (0, 1)]
    for thread in threads:
        thread.start()
    try:
        outcomes = []
        for _ in range(3):
            seen = len(written)
            outcomes.append(keys("rotate", "--drop-old", "--batch", "25").exit_code)
            until(lambda seen=seen: failed or len(written) > seen)
        until(lambda: failed or len(expected) > 400)
    finally:
        stop.set()
        for thread in threads:
            thread.join(LATE)
    assert failed == []
    assert outcomes == [0, 0, 0]
    assert len(expected) > 400
    rows = {row.pk: row for row in Requester.objects.all()}
    assert rows.keys() == expected.keys()
    ring = vault.ring()
    for number, identity in expected.items():
        assert vault.unseal(ring, number, rows[number].kind, rows[number].sealed) == identity
    assert labels() == {"aes-256-gcm:k4"}


@pytest.mark.django_db(transaction=True)
def test_an_old_key_in_use_cannot_be_dropped_and_a_missing_one_is_said() -> None:
    keep_many(jurisdiction="wendeng", identities=people(3))
    with vault.key_file_held():
        commands.add_key()
        with pytest.raises(vault.BadKeys, match="还有 3 条"):
            commands.drop_old_keys()
        vault.write_keys(vault.ring().with_current_only())
    result = keys("rotate", "--drop-old")
    assert result.exit_code == 1
    assert "3 条身份没有密钥可解" in result.output
    assert "缺失" in keys("status").output


@pytest.mark.django_db
def test_keys_from_the_environment_are_used_and_never_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_KEYS", Keyring.fresh().with_new().text().replace("\n", ","))
    number = commands.keep(jurisdiction="wendeng", identity=Identity(name="张三"))
    assert labels() == {"aes-256-gcm:k2"}
    assert queries.masked([number])[number].name == "张*"
    result = keys("rotate")
    assert result.exit_code == 1
    assert "环境变量" in result.output


def test_new_keys_never_overwrite_old_ones(key_file: Path) -> None:
    before = key_file.read_text()
    assert keys("generate").exit_code == 1
    assert key_file.read_text() == before
    key_file.unlink()
    assert keys("generate").exit_code == 0
    assert Keyring.parse(key_file.read_text()).current == "k1"
    assert sorted(p.name for p in key_file.parent.iterdir()) == ["identity.key"]


@pytest.mark.django_db
def test_without_a_key_file_the_message_says_what_to_do(key_file: Path) -> None:
    key_file.unlink()
    result = keys("status")
    assert result.exit_code == 1
    assert "bihuan keys generate" in result.output
