"""The table of attachments. One that is bound to a subject is evidence: a trigger keeps it (see the migration)."""

from django.db import models

from bihuan.attachments.types import AttachmentRef, FileState
from bihuan.kernel.erasure import Erasure


class Attachment(models.Model):
    """A file that somebody uploaded, and the subject of the act that it was uploaded for."""

    erasure = Erasure(
        lasting={"mime": "文件类型", "finding": "检查结论", "name": "删除文件时一并改名（attachments.erase）"}
    )

    jurisdiction = models.CharField(max_length=32)
    subject_kind = models.CharField(max_length=32, null=True)
    subject_number = models.CharField(max_length=64, null=True)
    sha256 = models.CharField(max_length=64)
    size = models.IntegerField()
    mime = models.CharField(max_length=100)
    name = models.CharField(max_length=128)
    uploaded_by = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    state = models.CharField(max_length=16, default=FileState.RELEASED)
    checked_at = models.DateTimeField(null=True)
    finding = models.CharField(max_length=200, blank=True)
    """What the scanner called a suspicious file."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="attachment_subject_whole",
                condition=models.Q(subject_kind__isnull=True, subject_number__isnull=True)
                | models.Q(subject_kind__isnull=False, subject_number__isnull=False),
            )
        ]
        indexes = [
            models.Index(
                fields=["subject_number", "subject_kind"],
                name="attachment_subject",
                condition=models.Q(subject_number__isnull=False),
            ),
            models.Index(
                fields=["uploaded_at"], name="attachment_unbound", condition=models.Q(subject_number__isnull=True)
            ),
            models.Index(fields=["sha256"], name="attachment_sha256"),
            models.Index(fields=["uploaded_by"], name="attachment_uploaded_by"),
            models.Index(fields=["id"], name="attachment_waiting", condition=models.Q(state="waiting")),
        ]

    def ref(self) -> AttachmentRef:
        """The row as others see it."""
        return AttachmentRef(
            id=self.pk,
            jurisdiction=self.jurisdiction,
            name=self.name,
            mime=self.mime,
            size=self.size,
            sha256=self.sha256,
            uploaded_by=self.uploaded_by,
            uploaded_at=self.uploaded_at,
            subject_kind=self.subject_kind,
            subject_number=self.subject_number,
            state=FileState(self.state),
        )
