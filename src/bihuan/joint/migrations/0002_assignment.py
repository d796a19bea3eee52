"""What stands on a case knows under which lead's part it began."""

import django.db.models.deletion
from django.db import migrations, models

_FILL = """
UPDATE joint_undertaking j SET assignment_id = (
  SELECT p.id FROM cases_participation p JOIN cases_case c ON c.id = p.case_id
  WHERE c.number = j.case_id AND p.part = 'lead' AND p.since <= j.started_at ORDER BY p.since DESC, p.id DESC LIMIT 1)"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_past_parts"),
        ("joint", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="undertaking",
            name="assignment",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.participation",
            ),
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="undertaking",
            name="assignment",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.participation",
            ),
        ),
    ]
