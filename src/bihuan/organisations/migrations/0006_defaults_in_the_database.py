"""What came since the last release has its default in the database, so that processes of the release write on."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0005_confirmed_appointments"),
    ]

    operations = [
        migrations.AlterField(
            model_name="apitoken",
            name="networks",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=43), db_default=[], default=list, size=None
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="appointed_by",
            field=models.CharField(blank=True, db_default="", max_length=64),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="confirmed_by",
            field=models.CharField(blank=True, db_default="", max_length=64),
        ),
    ]
