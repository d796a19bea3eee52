"""What came since the last release has its default in the database, so that processes of the release write on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("duties", "0008_resting_by_itself"),
    ]

    operations = [
        migrations.AlterField(
            model_name="announcedyear",
            name="by",
            field=models.CharField(blank=True, db_default="", max_length=64),
        ),
        migrations.AlterField(
            model_name="announcedyear",
            name="edition",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AlterField(
            model_name="announcedyear",
            name="reason",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AlterField(
            model_name="duty",
            name="calendar_edition",
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="dutyfigure",
            name="unmet",
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="interruption",
            name="reckoned_by",
            field=models.CharField(db_default="closings", default="working_time", max_length=16),
        ),
    ]
