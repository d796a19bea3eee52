"""What came since the last release has its default in the database, so that processes of the release write on."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0014_form_of_the_case"),
    ]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="accused",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), db_default=[], default=list, size=None
            ),
        ),
    ]
