"""Units end on a day, with who carries on what they have open."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0009_digest_of_the_first_version"),
    ]

    operations = [
        migrations.AddField(
            model_name="unit",
            name="ended_on",
            field=models.DateField(null=True),
        ),
        migrations.CreateModel(
            name="UnitEnding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_on", models.DateField()),
                ("basis", models.CharField(max_length=200)),
                ("decided_by", models.CharField(max_length=64)),
                ("decided_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("called_off_at", models.DateTimeField(null=True)),
                (
                    "successor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.unit",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.unit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("called_off_at__isnull", True)), fields=("unit",), name="unit_ends_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("successor__isnull", True),
                            models.Q(("successor", models.F("unit")), _negated=True),
                            _connector="OR",
                        ),
                        name="unit_is_not_its_own_successor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("done_at__isnull", True), ("called_off_at__isnull", True), _connector="OR"),
                        name="unit_ending_done_or_called_off",
                    ),
                ],
            },
        ),
    ]
