"""A pause costs what it lasts: those that began before are given back as they were then, and say so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("duties", "0004_open_by_subject"),
    ]

    operations = [
        migrations.AddField(
            model_name="interruption",
            name="reckoned_by",
            field=models.CharField(default="closings", max_length=16),
        ),
        migrations.AlterField(
            model_name="interruption",
            name="reckoned_by",
            field=models.CharField(default="working_time", max_length=16),
        ),
        migrations.AddField(
            model_name="duty",
            name="set_due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(
            """UPDATE duties_duty SET set_due_at = due_at WHERE discharged_at IS NULL AND "limit" = ''""",
            migrations.RunSQL.noop,
        ),
    ]
