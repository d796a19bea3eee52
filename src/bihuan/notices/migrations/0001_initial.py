"""Notices."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("jurisdiction", models.CharField(max_length=32)),
                ("account", models.CharField(max_length=64)),
                ("group", models.CharField(max_length=16)),
                ("subject", models.CharField(blank=True, max_length=64)),
                ("duty", models.CharField(blank=True, max_length=32)),
                ("unit", models.CharField(blank=True, max_length=64)),
                ("event", models.BigIntegerField()),
                ("due_at", models.DateTimeField(null=True)),
                ("at", models.DateTimeField()),
                ("times", models.IntegerField(default=1)),
                ("read_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account", "-id"], name="notice_of_account"),
                    models.Index(condition=Q(("read_at__isnull", True)), fields=["account"], name="notice_unread"),
                    models.Index(fields=["at"], name="notice_at"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "event", "group", "duty", "unit"), name="notice_once")
                ],
            },
        ),
    ]
