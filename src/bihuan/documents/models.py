"""The table of documents."""

from django.db import models

from bihuan.documents.types import State
from bihuan.kernel.erasure import Erasure


class Document(models.Model):
    """A document of a subject: what it says, who drew it up, and its files among the attachments."""

    erasure = Erasure(
        lasting={
            "title": "文书名称",
            "sheet": "删除文书时一并清空（documents.erase）",
            "pdf_trouble": "删除文书时一并清空",
            "word_trouble": "删除文书时一并清空",
        }
    )

    jurisdiction = models.CharField(max_length=32)
    subject_kind = models.CharField(max_length=32)
    subject_number = models.CharField(max_length=64)
    template = models.CharField(max_length=16)
    title = models.CharField(max_length=300)
    reference = models.CharField(max_length=64, blank=True)
    sheet = models.JSONField()
    """What it says, as it stood when it was drawn up."""
    by = models.CharField(max_length=64)
    at = models.DateTimeField()
    state = models.CharField(max_length=16, default=State.WAITING)
    pdf = models.BigIntegerField(null=True)
    word = models.BigIntegerField(null=True)
    pdf_trouble = models.CharField(max_length=300, blank=True, default="", db_default="")
    word_trouble = models.CharField(max_length=300, blank=True, default="", db_default="")
    replaces = models.BigIntegerField(null=True)
    """The paper in whose place this one stands."""
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.SmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["subject_number", "subject_kind"], name="document_subject")]
