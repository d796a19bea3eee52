"""Every read of the attachments.

Who may see one is asked of its subject, by the face; one without a subject is its uploader's alone.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import BinaryIO

from bihuan.attachments import rules, shelf
from bihuan.attachments.models import Attachment
from bihuan.attachments.types import AttachmentRef, Damaged, FileState
from bihuan.kernel.refusal import Unknown, granted
from bihuan.record.reading import Reading, reading


def find(attachment: int) -> AttachmentRef:
    """One attachment; raises Unknown."""
    row = Attachment.objects.filter(pk=attachment).first()
    if row is None:
        raise Unknown(str(attachment))
    return row.ref()


def open(attachment: int) -> tuple[AttachmentRef, BinaryIO]:
    """One attachment and its content, to be closed by the caller; raises Unknown, and Refused before it is released.

    Serve it with its `mime`, `X-Content-Type-Options: nosniff` and as a download, pictures excepted.
    """
    found = find(attachment)
    granted(rules.may_fetch(found))
    try:
        return found, shelf.place(found.sha256).open("rb")
    except FileNotFoundError:
        raise Unknown(str(attachment)) from None


def waiting(ids: Collection[int], *, account: str) -> tuple[AttachmentRef, ...]:
    """Those of the attachments that the account uploaded and no act has bound yet, oldest first."""
    rows = Attachment.objects.filter(pk__in=ids, uploaded_by=account, subject_number__isnull=True).order_by("pk")
    return tuple(row.ref() for row in rows)


def of(subject_kind: str, subject_number: str) -> tuple[AttachmentRef, ...]:
    """The attachments of a subject, oldest first."""
    return of_many(subject_kind, [subject_number])[subject_number]


@reading
def reading_of(subject_kind: str, subject_number: str) -> Reading[AttachmentRef]:
    """The attachments of a subject, to be read with other lists."""
    rows = Attachment.objects.filter(subject_kind=subject_kind, subject_number=subject_number)
    return Reading(rows, AttachmentRef, {})


def of_many(subject_kind: str, subject_numbers: Collection[str]) -> dict[str, tuple[AttachmentRef, ...]]:
    """The attachments of several subjects of a kind, in one read."""
    rows = Attachment.objects.filter(subject_kind=subject_kind, subject_number__in=subject_numbers).order_by("pk")
    shelves: dict[str, list[AttachmentRef]] = defaultdict(list)
    for row in rows:
        shelves[row.subject_number or ""].append(row.ref())
    return {number: tuple(shelves[number]) for number in subject_numbers}


def damaged() -> Iterator[Damaged]:
    """Every bound attachment whose content is gone or changed; reads them all."""
    rows = Attachment.objects.filter(subject_number__isnull=False).exclude(state=FileState.ERASED).order_by("pk")
    for row in rows.iterator(chunk_size=500):
        try:
            held = shelf.place if row.state == FileState.RELEASED else shelf.aside
            with held(row.sha256).open("rb") as file:
                same = hashlib.file_digest(file, "sha256").hexdigest() == row.sha256
        except FileNotFoundError:
            yield Damaged(row.ref(), "文件不在了")
            continue
        if not same:
            yield Damaged(row.ref(), "文件内容被改动过")
