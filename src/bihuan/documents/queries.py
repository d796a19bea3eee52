"""Every read of the documents; who may see one is asked of its subject."""

from bihuan.documents.models import Document
from bihuan.documents.types import DocumentRow
from bihuan.kernel.refusal import Unknown
from bihuan.record.reading import Reading, gather, reading


@reading
def reading_of(subject_kind: str, subject_number: str) -> Reading[DocumentRow]:
    """The documents of a subject, to be read with other lists; the caller has made sure that the reader may see it."""
    rows = Document.objects.filter(subject_kind=subject_kind, subject_number=subject_number)
    return Reading(rows, DocumentRow, {})


def of(subject_kind: str, subject_number: str) -> list[DocumentRow]:
    """The documents of a subject, the newest first; the caller has made sure that the reader may see it."""
    (found,) = gather(reading_of(subject_kind, subject_number))
    return newest_first(found)


def find(id: int) -> tuple[str, str, DocumentRow]:
    """Kind and number of the subject, and its document of that id; the caller asks who may see it. Raises Unknown."""
    rows = Document.objects.filter(pk=id)
    place = rows.values_list("subject_kind", "subject_number").first()
    if place is None:
        raise Unknown(str(id))
    (found,) = gather(Reading(rows, DocumentRow, {}))
    return *place, found[0]


def newest_first(found: list[DocumentRow]) -> list[DocumentRow]:
    """Documents as a page shows them."""
    return sorted(found, key=lambda row: -row.id)
