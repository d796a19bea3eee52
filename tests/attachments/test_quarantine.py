"""Where there is a scanner, a new file lies out of reach until it was asked about, and for good if it is suspicious."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from bihuan.attachments import commands, jobs, queries, shelf
from bihuan.attachments.models import Attachment
from bihuan.attachments.types import AttachmentRef, FileKind, FileState
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused
from tests.towns import found

from .conftest import SAMPLES

NOW = datetime(2024, 3, 4, 2, 0, tzinfo=UTC)
EICAR = b"SUSPICIOUS-PROBE"
SCANNER = """
import sys, pathlib
path = pathlib.Path(sys.argv[1])
if pathlib.Path(__file__).with_name("away").exists():
    print("ERROR: Could not connect to clamd"); sys.exit(2)
if b"SUSPICIOUS-PROBE" in path.read_bytes():
    print(f"{path}: Probe.Signature FOUND"); sys.exit(1)
print(f"{path}: OK")
"""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _founded(transactional_db: None) -> None:
    """By its clock the verdicts are told."""
    found("wendeng", "wendeng-2021-10", prefix="WX")


@pytest.fixture
def scanner(tmp_path: Path, settings: Settings) -> Path:
    """A scanner that answers as clamdscan does: 0 clean, 1 found, 2 could not tell."""
    path = tmp_path / "scanner.py"
    path.write_text(SCANNER)
    settings.ATTACHMENT_SCANNER = f"{sys.executable} {path}"
    return path


def upload(actor: Actor, *, probe: bool = False) -> AttachmentRef:
    content = SAMPLES[FileKind.PDF]
    if probe:
        content = content.replace(b"%%EOF", b"%% " + EICAR + b"\n%%EOF")
    return commands.store(jurisdiction=actor.jurisdiction, name="答复.pdf", data=content, actor=actor, now=NOW)


def bind(actor: Actor, ref: AttachmentRef) -> None:
    with transaction.atomic():
        commands.bind(ids=[ref.id], subject_kind="case", subject_number="WD1", actor=actor)


def deferred(ref: AttachmentRef) -> int:
    """How many jobs ask about the file."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs"
            " WHERE task_name = 'attachments.check' AND (args->>'attachment')::bigint = %s",
            [ref.id],
        )
        return int(cursor.fetchone()[0])


def test_a_clean_file_is_out_of_reach_until_the_job_releases_it(scanner: Path, official: Actor) -> None:
    ref = upload(official)
    assert ref.state is FileState.WAITING
    assert deferred(ref) == 1
    assert not shelf.place(ref.sha256).exists()
    with pytest.raises(Refused, match="正在安全检查"):
        queries.open(ref.id)
    bind(official, ref)
    jobs.check(attachment=ref.id)
    found, file = queries.open(ref.id)
    with file:
        assert len(file.read()) == ref.size
    assert found.state is FileState.RELEASED
    assert not shelf.aside(ref.sha256).exists()
    assert list(queries.damaged()) == []


def test_a_suspicious_file_stays_aside_and_is_shown_to_nobody(scanner: Path, official: Actor) -> None:
    ref = upload(official, probe=True)
    bind(official, ref)
    jobs.check(attachment=ref.id)
    row = Attachment.objects.get()
    assert (row.state, row.finding) == (FileState.SUSPICIOUS, "Probe.Signature FOUND")
    with pytest.raises(Refused, match="已隔离"):
        queries.open(ref.id)
    assert shelf.aside(ref.sha256).exists()
    assert not shelf.place(ref.sha256).exists()
    assert list(queries.damaged()) == []


def test_a_suspicious_file_is_used_for_nothing(scanner: Path, official: Actor) -> None:
    ref = upload(official, probe=True)
    jobs.check(attachment=ref.id)
    with pytest.raises(Refused, match="已隔离"):
        bind(official, ref)


def test_while_the_scanner_is_away_files_wait_and_are_asked_about_again(scanner: Path, official: Actor) -> None:
    away = scanner.with_name("away")
    away.touch()
    ref = upload(official)
    jobs.check(attachment=ref.id)
    assert commands.waiting() == [ref.id]
    away.unlink()
    jobs.check_waiting(timestamp=0)
    assert commands.waiting() == []
    assert queries.find(ref.id).state is FileState.RELEASED


def test_a_scanner_that_is_not_there_releases_nothing(official: Actor, settings: Settings) -> None:
    settings.ATTACHMENT_SCANNER = "/nowhere/clamdscan --fdpass"
    ref = upload(official)
    jobs.check(attachment=ref.id)
    assert queries.find(ref.id).state is FileState.WAITING


def test_the_same_content_waits_once_and_is_released_for_both(scanner: Path, official: Actor) -> None:
    first, second = upload(official), upload(official)
    jobs.check(attachment=first.id)
    jobs.check(attachment=second.id)
    assert {queries.find(ref.id).state for ref in (first, second)} == {FileState.RELEASED}
    assert upload(official).state is FileState.RELEASED


def test_without_a_scanner_the_check_of_the_content_is_the_check(official: Actor) -> None:
    ref = upload(official)
    assert ref.state is FileState.RELEASED
    assert deferred(ref) == 0


@pytest.mark.parametrize(
    "change", ["sha256 = ''", "state = 'released', name = 'x'", "state = 'released', subject_number = 'WD2'"]
)
def test_a_verdict_changes_nothing_else_of_what_is_evidence(change: str, scanner: Path, official: Actor) -> None:
    bind(official, upload(official))
    with pytest.raises(IntegrityError, match="不可更改"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE attachments_attachment SET {change}")


def test_a_verdict_is_final(scanner: Path, official: Actor) -> None:
    ref = upload(official, probe=True)
    bind(official, ref)
    jobs.check(attachment=ref.id)
    with pytest.raises(IntegrityError, match="不可更改"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE attachments_attachment SET state = 'released'")
