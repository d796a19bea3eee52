"""What came since the last release has its default in the database, so that processes of the release write on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("joint", "0006_whistle_entered_later"),
    ]

    operations = [
        migrations.AlterField(
            model_name="participation",
            name="designated",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
