"""In which edition stands what processes remember: read with the first statement of every answer.

The numbers come from a sequence, so that none ever stands for two things, not even where a transaction was rolled back.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0003_sealed_days"),
    ]

    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("name", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("value", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL("CREATE SEQUENCE record_edition_number", "DROP SEQUENCE record_edition_number"),
    ]
