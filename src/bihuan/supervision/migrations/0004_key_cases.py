"""By what ways a case is a key one (重点办件), and what the supervision body found when it looked."""

import django.db.models.deletion
from django.db import migrations, models


def _case() -> "models.ForeignKey[object, object]":
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="cases.case",
        to_field="number",
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0022_key_cases"), ("supervision", "0003_coloured_orders")]
    operations = [
        migrations.CreateModel(
            name="KeyMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=32)),
                ("label", models.CharField(max_length=200)),
                ("document", models.CharField(blank=True, max_length=200)),
                ("received_on", models.DateField(null=True)),
                ("order", models.CharField(blank=True, max_length=32)),
                ("unit", models.CharField(max_length=64)),
                ("marked_at", models.DateTimeField()),
                ("marked_by", models.CharField(max_length=64)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=64)),
                ("reason", models.TextField(blank=True)),
                ("case", _case()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("case", "code"),
                        name="key_mark_once_of_a_class",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="KeyLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("unit", models.CharField(max_length=64)),
                ("by", models.CharField(max_length=64)),
                ("by_name", models.CharField(max_length=200)),
                ("checked", models.CharField(max_length=200)),
                ("checked_how", models.CharField(max_length=16)),
                ("finding", models.TextField()),
                ("next_on", models.DateField(null=True)),
                ("case", _case()),
            ],
            options={"indexes": [models.Index(fields=["case", "at"], name="key_look_of_case")]},
        ),
    ]
