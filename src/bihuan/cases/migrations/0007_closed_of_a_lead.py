from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("cases", "0006_open_while_determined"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                models.F("lead"),
                models.F("closure"),
                models.F("appeal_type"),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("closure", ""), _negated=True),
                include=("jurisdiction", "stage"),
                name="case_led_closed",
            ),
        ),
    ]
