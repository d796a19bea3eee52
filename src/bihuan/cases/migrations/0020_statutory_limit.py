"""A law may give a case a limit of its own: how long, and which article of which law."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0019_texts_by_lz4")]
    operations = [
        migrations.AddField(
            "case", "statutory_limit", models.CharField(max_length=16, blank=True, default="", db_default="")
        ),
        migrations.AddField(
            "case", "statutory_basis", models.CharField(max_length=240, blank=True, default="", db_default="")
        ),
    ]
