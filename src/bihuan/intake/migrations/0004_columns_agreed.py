"""What a column holds is kept once somebody has agreed to it; before, it was kept as it was guessed."""

import re
from typing import Any

from django.db import migrations, models

CUT = re.compile(r"[\s（(]")
"""At these signs headings used to be cut off, and the guess held for what stood before."""
DECORATION = re.compile(r"[*＊:：]+|[（(](?:必填|必填项|选填|可选|非必填)[）)]")


def ask_again(apps: Any, schema_editor: Any) -> None:
    """Of a plan that may rest on a part of a heading, the next import asks."""
    plans = apps.get_model("intake", "ColumnPlan")
    doubtful = [
        plan.pk
        for plan in plans.objects.iterator()
        if any(
            column != "ignored" and CUT.search(DECORATION.sub("", heading).strip()) for heading, column in plan.columns
        )
    ]
    plans.objects.filter(pk__in=doubtful).update(agreed=False)


class Migration(migrations.Migration):
    dependencies = [("intake", "0003_public_site")]
    operations = [
        migrations.AddField("columnplan", "agreed", models.BooleanField(default=True)),
        migrations.RunPython(ask_again, migrations.RunPython.noop),
    ]
