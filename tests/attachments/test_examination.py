"""A file is looked into where it can be ended, and holds up nobody meanwhile."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import connection

from bihuan.attachments import commands, examination
from bihuan.attachments.examination import CITIZENS, OFFICIALS, examine
from bihuan.attachments.models import Attachment
from bihuan.attachments.types import Admitted, AttachmentRef, FileKind
from bihuan.kernel import errand
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refusal, Refused
from bihuan.record import scope
from bihuan.sandbox.work import Bounds, Lane
from tests.sandbox import work

from .conftest import SAMPLES, blank, flicker

NOW = datetime(2024, 3, 4, 2, 0, tzinfo=UTC)


def asked(content: bytes, name: str, lane: Lane = OFFICIALS) -> Admitted | Refusal:
    return examine(name=name, content=content, limit=1024 * 1024, lane=lane)


@pytest.mark.parametrize("kind", [FileKind.JPEG, FileKind.DOCX, FileKind.MP4])
def test_what_comes_out_of_the_sandbox_is_the_file_without_hidden_data(kind: FileKind) -> None:
    found = asked(SAMPLES[kind], f"现场.{kind.name.lower()}")
    assert isinstance(found, Admitted)
    assert (found.name, found.kind) == (f"现场.{kind.name.lower()}", kind)
    assert b"SECRETPLACE" not in found.content


def test_a_file_that_takes_too_long_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "_examined", work.burn)
    monkeypatch.setattr(examination, "BOUNDS", Bounds(cpu=1, seconds=600))
    found = asked(SAMPLES[FileKind.PNG], "a.png")
    assert isinstance(found, Refusal)
    assert found.field == "attachments"
    assert "用时过长" in found.reason


def test_a_file_that_takes_too_much_memory_is_refused_in_words() -> None:
    found = asked(blank(FileKind.WEBP, 7000, 7000), "a.webp")  # 1.9 KB
    assert isinstance(found, Refusal)
    assert "太大" in found.reason


def test_a_defect_of_a_decoder_is_a_damaged_file_and_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(examination, "_examined", work.break_off)
    with caplog.at_level(logging.WARNING):
        found = asked(SAMPLES[FileKind.PDF], "a.pdf")
    assert isinstance(found, Refusal)
    assert "已损坏" in found.reason
    assert "ValueError at work.py" in caplog.text


def test_where_too_many_wait_one_is_told_so_and_citizens_do_not_hold_officials_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(CITIZENS, "patience", 0.05)
    with CITIZENS.turn():
        found = asked(SAMPLES[FileKind.PDF], "a.pdf", CITIZENS)
        assert isinstance(found, Refusal)
        assert "稍后再传" in found.reason
        assert isinstance(asked(SAMPLES[FileKind.PDF], "a.pdf"), Admitted)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("actor", [Actor("wd-handler", "经办人", "wendeng"), Actor.requester("wendeng", visit="v")])
def test_whoever_waits_for_an_examination_takes_no_turn_and_no_transaction(
    actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, bool]] = []

    @contextmanager
    def elsewhere() -> Iterator[None]:
        seen.append(("out", connection.in_atomic_block))
        yield
        seen.append(("back", connection.in_atomic_block))

    token = errand.ASIDE.set(elsewhere)
    try:
        with scope.asking(actor):
            commands.store(jurisdiction="wendeng", name="a.pdf", data=SAMPLES[FileKind.PDF], actor=actor, now=NOW)
    finally:
        errand.ASIDE.reset(token)
    assert seen == [("out", False), ("back", False)]


@pytest.mark.django_db
def test_what_is_too_large_is_refused_before_the_sandbox(official: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> AttachmentRef:
        raise AssertionError("it was called")

    monkeypatch.setattr(examination, "call", never)
    for content in (b"", bytes(1024 * 1024 + 1)):
        with pytest.raises(Refused):
            commands.store(jurisdiction="wendeng", name="a.gif", data=content, actor=official, now=NOW)


@pytest.mark.django_db
def test_a_flicker_of_frames_leaves_nothing(official: Actor) -> None:
    with pytest.raises(Refused, match="帧"):
        commands.store(jurisdiction="wendeng", name="a.gif", data=flicker(60_000), actor=official, now=NOW)
    assert not Attachment.objects.exists()
