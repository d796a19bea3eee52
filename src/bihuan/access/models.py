"""Tables of coming in. Who signed in when is kept; secrets are sealed or kept as digests."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from bihuan.kernel.erasure import Erasure


class SignIn(models.Model):
    """One sign-in of a person, from when until when, and from where."""

    erasure = Erasure(lasting={"agent": "登录所用的浏览器"})

    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=16)
    strong = models.BooleanField()
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ip = models.CharField(max_length=45)
    agent = models.CharField(max_length=200)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-began_at"], name="sign_in_person"),
            models.Index(fields=["began_at"], name="sign_in_began"),
        ]


class Factor(models.Model):
    """A person's second factor: a sealed secret, the last step used, and what is left of the recovery codes."""

    person = models.OneToOneField("organisations.Person", on_delete=models.PROTECT, primary_key=True, related_name="+")
    sealed = models.BinaryField()
    begun_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)
    codes = ArrayField(models.BinaryField(), default=list)
