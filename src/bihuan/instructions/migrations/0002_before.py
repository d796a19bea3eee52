"""What an act put aside has several parts: a class, its basis, its reference."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("instructions", "0001_initial")]

    operations = [
        migrations.RemoveField("instruction", "before"),
        migrations.AddField("instruction", "before", models.JSONField(default=dict, db_default={})),
    ]
