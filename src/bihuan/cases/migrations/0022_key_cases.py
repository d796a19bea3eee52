"""A case may be a key one (重点办件): the supervision body looks after it."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0021_fewer_indexes")]
    operations = [
        migrations.AddField("case", "key", models.BooleanField(default=False, db_default=False)),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(condition=models.Q(("key", True)), fields=["number"], name="case_key"),
        ),
    ]
