"""Files are laid down whole, bound once, kept as evidence, and swept when nobody needed them."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from bihuan.attachments import commands, jobs, queries, shelf
from bihuan.attachments.models import Attachment
from bihuan.attachments.types import AttachmentRef, FileKind
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from tests.towns import Town, found, put_ahead
from tests.waits import LATE

from .conftest import SAMPLES, SECRET

NOW = datetime(2024, 3, 4, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1, minutes=1)
PDF = SAMPLES[FileKind.PDF]


def upload(actor: Actor, content: bytes = PDF, name: str = "答复.pdf", now: datetime = NOW) -> AttachmentRef:
    return commands.store(jurisdiction=actor.jurisdiction, name=name, data=content, actor=actor, now=now)


def bind(actor: Actor, *refs: AttachmentRef, number: str = "WD1") -> tuple[AttachmentRef, ...]:
    with transaction.atomic():
        return commands.bind(ids=[r.id for r in refs], subject_kind="case", subject_number=number, actor=actor)


def files(root: Path) -> list[str]:
    return sorted(path.name for path in root.glob("**/*") if path.is_file())


@pytest.mark.django_db
def test_a_file_lies_under_the_digest_of_its_cleaned_content(official: Actor, root: Path) -> None:
    ref = upload(official, SAMPLES[FileKind.JPEG], "IMG_1.JPG")
    assert (ref.name, ref.mime, ref.uploaded_by, ref.subject_number) == ("IMG_1.jpg", "image/jpeg", "wd-handler", None)
    assert files(root) == [ref.sha256]
    assert (root / ref.sha256[:2] / ref.sha256[2:4] / ref.sha256).is_file()
    found, file = queries.open(ref.id)
    with file:
        content = file.read()
    assert found == ref
    assert len(content) == ref.size
    assert SECRET not in content


@pytest.mark.django_db
def test_a_stream_is_read_to_the_limit_and_no_further(official: Actor, root: Path) -> None:
    assert (
        upload(official).sha256
        == commands.store(jurisdiction="wendeng", name="b.pdf", data=BytesIO(PDF), actor=official, now=NOW).sha256
    )
    endless = BytesIO(bytes(5 * 1024 * 1024))
    with pytest.raises(Refused, match="不超过 1 MB"):
        commands.store(jurisdiction="wendeng", name="b.pdf", data=endless, actor=official, now=NOW)
    assert endless.tell() == 1024 * 1024 + 1
    assert len(files(root)) == 1


@pytest.mark.django_db
def test_what_is_refused_leaves_neither_row_nor_file(official: Actor, root: Path) -> None:
    with pytest.raises(Refused, match="不符"):
        upload(official, PDF, "a.png")
    assert not Attachment.objects.exists()
    assert files(root) == []


@pytest.mark.django_db
def test_files_are_bound_to_one_subject_by_who_uploaded_them(official: Actor) -> None:
    first, second = upload(official), upload(official, SAMPLES[FileKind.PNG], "b.png")
    bound = bind(official, second, first)
    assert [(r.id, r.subject_kind, r.subject_number) for r in bound] == [(r.id, "case", "WD1") for r in (first, second)]
    assert queries.of("case", "WD1") == bound
    assert queries.of("matter", "WD1") == ()
    assert queries.of_many("case", ["WD1", "WD2"]) == {"WD1": bound, "WD2": ()}
    assert bind(official, first) == (bound[0],)
    assert bind(official) == ()


@pytest.mark.django_db
def test_a_file_of_another_subject_person_or_jurisdiction_is_not_bound(official: Actor) -> None:
    taken, free = upload(official), upload(official)
    bind(official, taken)
    colleague = Actor("wd-other", "同事", "wendeng")
    stranger = Actor("wd-handler", "淮南同名账号", "huainan")
    with pytest.raises(Refused, match="已用于其他事项"):
        bind(official, free, taken, number="WD2")
    answers = set()
    for somebody, file in ((colleague, free.id), (colleague, taken.id), (stranger, free.id), (colleague, 10**9)):
        with pytest.raises(Refused, match="不存在，或者不是您上传的") as refused:
            commands.bind(ids=[file], subject_kind="case", subject_number="WD2", actor=somebody)
        answers.add(refused.value.refusal)
    assert len(answers) == 1, "whose it is, and what it is called, is told to nobody else"
    assert queries.find(free.id).subject_number is None
    assert queries.of("case", "WD2") == ()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE attachments_attachment SET sha256 = ''",
        "UPDATE attachments_attachment SET subject_kind = NULL, subject_number = NULL",
        "DELETE FROM attachments_attachment",
    ],
)
def test_a_bound_file_is_evidence_and_stays(statement: str, official: Actor) -> None:
    bound = bind(official, upload(official))
    with pytest.raises(IntegrityError, match="不可更改"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert queries.of("case", "WD1") == bound


@pytest.mark.django_db(transaction=True)
def test_the_sweep_takes_what_no_act_bound_within_a_day(official: Actor, root: Path) -> None:
    kept, shared = upload(official), upload(official)
    alone = upload(official, SAMPLES[FileKind.XLSX], "b.xlsx")
    bind(official, kept)
    assert commands.sweep_unbound(jurisdiction="wendeng", now=NOW + timedelta(hours=23)) == 0
    assert commands.sweep_unbound(jurisdiction="wendeng", now=LATER) == 2
    assert files(root) == [kept.sha256] == [shared.sha256]
    for gone in (shared, alone):
        with pytest.raises(Unknown):
            queries.open(gone.id)
    queries.open(kept.id)[1].close()


@pytest.mark.django_db(transaction=True)
def test_the_nightly_sweep_goes_by_each_jurisdictions_own_clock(official: Actor, wendeng: Town) -> None:
    """F48: in a town whose clock was moved, what was uploaded today stays, what was uploaded two days ago goes."""
    ahead = put_ahead("wd", timedelta(days=400))
    clerk = wendeng.actor("unit.handler")
    fresh, old = upload(clerk, now=ahead), upload(clerk, SAMPLES[FileKind.XLSX], "b.xlsx", ahead - timedelta(days=2))
    jobs.sweep(0)
    assert list(Attachment.objects.values_list("pk", flat=True)) == [fresh.id]
    assert old.id != fresh.id


@pytest.mark.django_db(transaction=True)
def test_what_a_crash_left_on_the_disk_is_swept(official: Actor) -> None:
    kept = upload(official)
    orphan = shelf.place(shelf.put(b"without a row"))
    fresh = shelf.place(shelf.put(b"being written"))
    draft = orphan.with_name(f"{shelf.DRAFT}1")
    draft.write_bytes(b"half")
    for old in (orphan, draft, shelf.place(kept.sha256)):
        os.utime(old, (0, 0))
    assert commands.sweep_orphans(at=datetime.now(UTC)) == 2
    assert not orphan.exists()
    assert not draft.exists()
    assert fresh.exists()
    assert shelf.place(kept.sha256).exists()


@pytest.mark.django_db(transaction=True)
def test_a_sweep_never_takes_what_another_is_just_uploading(official: Actor) -> None:
    rounds = 120
    failed: list[BaseException] = []
    together = Barrier(2, timeout=LATE)

    def run(act: Callable[[int], object]) -> None:
        try:
            for turn in range(rounds):
                together.wait()
                act(turn)
                together.wait()
        except BaseException as error:
            failed.append(error)
            together.abort()
        finally:
            connection.close()

    def content(turn: int) -> bytes:
        return PDF.replace(b"%%EOF", b"%% " + str(turn).encode() + b"\n%%EOF")

    later, sweep = LATER + timedelta(minutes=1), partial(commands.sweep_unbound, jurisdiction="wendeng", size=1)
    for turn in range(rounds):
        upload(official, content(turn), now=NOW + turn * timedelta(microseconds=1))
    threads = [
        Thread(target=run, args=(lambda turn: upload(official, content(turn), now=LATER),)),
        Thread(target=run, args=(lambda turn: sweep(now=later),)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * LATE)
    assert failed == []
    rows = list(Attachment.objects.values_list("sha256", flat=True))
    assert len(rows) == rounds
    assert [digest for digest in rows if not shelf.place(digest).exists()] == []


@pytest.mark.django_db
def test_a_file_that_changed_or_vanished_is_found_out(official: Actor) -> None:
    good, changed, gone = (
        upload(official, SAMPLES[kind], f"a.{kind.name.lower()}") for kind in (FileKind.PDF, FileKind.PNG, FileKind.WAV)
    )
    bind(official, good, changed, gone)
    shelf.place(changed.sha256).write_bytes(b"other")
    shelf.place(gone.sha256).unlink()
    assert [(d.attachment.id, d.reason) for d in queries.damaged()] == [
        (changed.id, "文件内容被改动过"),
        (gone.id, "文件不在了"),
    ]


@pytest.mark.django_db(transaction=True)
def test_the_nightly_job_sweeps_both(official: Actor, root: Path) -> None:
    found("wendeng", "wendeng-2021-10", prefix="WX")
    for n in range(3):
        upload(official, PDF.replace(b"%%EOF", b"%% " + str(n).encode() + b"\n%%EOF"))
    orphan = shelf.place(shelf.put(b"without a row"))
    os.utime(orphan, (0, 0))
    jobs.sweep(0)
    assert not Attachment.objects.exists()
    assert files(root) == []
