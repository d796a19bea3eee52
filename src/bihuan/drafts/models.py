"""The table of drafts."""

from django.db import models

from bihuan.kernel.erasure import Erasure


class Draft(models.Model):
    """What an account typed into a form, sealed for both."""

    erasure = Erasure(lasting={"form": "表单的代号", "sealed": "草稿随所在的工单、事项整条删除（drafts.drop_on）"})

    jurisdiction = models.CharField(max_length=32)
    account = models.CharField(max_length=64)
    form = models.CharField(max_length=160)
    subject = models.CharField(max_length=96, blank=True)
    """Upon what the form stands; empty where it begins something."""
    version = models.IntegerField(null=True)
    sealed = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "form"], name="draft_once")]
        indexes = [
            models.Index(fields=["subject"], name="draft_subject"),
            models.Index(fields=["saved_at"], name="draft_saved"),
        ]
