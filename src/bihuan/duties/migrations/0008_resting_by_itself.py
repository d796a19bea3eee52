"""A duty may rest for a reason of its own, and rest on when its subject goes on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("duties", "0007_editions_of_the_calendar")]
    operations = [
        migrations.AddField("interruption", "by_itself", models.BooleanField(default=False, db_default=False))
    ]
