"""Limits may differ by the class of a request and the type of a unit; a duty tells by which limit it was counted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("duties", "0009_defaults_in_the_database")]
    operations = [
        migrations.AddField("duty", "rule", models.CharField(max_length=160, blank=True, default="", db_default="")),
        migrations.AddField(
            "limitoverride", "category", models.CharField(max_length=32, blank=True, default="", db_default="")
        ),
        migrations.AddField(
            "limitoverride", "unit_type", models.CharField(max_length=32, blank=True, default="", db_default="")
        ),
        migrations.AddConstraint(
            "limitoverride",
            models.UniqueConstraint(
                fields=["jurisdiction", "name", "urgency", "channel", "appeal_type", "category", "unit_type"],
                condition=models.Q(until_on__isnull=True),
                name="override_once_in_force_for",
            ),
        ),
        migrations.RemoveConstraint("limitoverride", "override_once_in_force"),
    ]
