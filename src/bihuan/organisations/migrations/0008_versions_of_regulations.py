"""A jurisdiction takes up another version of its regulation from a day on."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0007_channels_from_a_day_on"),
    ]

    operations = [
        migrations.CreateModel(
            name="PackAdoption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pack", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("from_on", models.DateField()),
                ("basis", models.CharField(max_length=200)),
                ("approver", models.CharField(max_length=64)),
                ("adopted_at", models.DateTimeField()),
                ("adopted_by", models.CharField(max_length=64)),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.jurisdiction",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["jurisdiction", "from_on"], name="adoption_from_a_day_on")],
            },
        ),
    ]
