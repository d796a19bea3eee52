"""Which departments were called though the entry of the list does not name them, and which it names were not."""

import django.contrib.postgres.fields
from django.db import migrations, models

_NAMES = django.contrib.postgres.fields.ArrayField(
    base_field=models.CharField(max_length=200), default=list, db_default=[]
)


class Migration(migrations.Migration):
    dependencies = [("joint", "0004_grams")]

    operations = [
        migrations.AddField("undertaking", "beyond_entry", _NAMES),
        migrations.AddField(
            "undertaking", "beyond_reason", models.CharField(max_length=500, blank=True, db_default="")
        ),
        migrations.AddField("undertaking", "left_out", _NAMES.clone()),
    ]
