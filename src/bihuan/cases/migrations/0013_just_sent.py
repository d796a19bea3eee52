from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0012_former_leads")]

    operations = [
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS case_just_sent", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(("stage", "dispatched")), fields=["desk", "assigned_at"], name="case_just_sent"
            ),
        ),
    ]
