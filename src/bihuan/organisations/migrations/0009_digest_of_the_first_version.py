"""What the regulation said at the founding is kept beside it, to be compared by every answer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0008_versions_of_regulations"),
    ]

    operations = [
        migrations.AddField(
            model_name="jurisdiction",
            name="digest",
            field=models.CharField(blank=True, db_default="", max_length=64),
        ),
    ]
