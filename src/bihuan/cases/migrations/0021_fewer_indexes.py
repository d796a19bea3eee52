"""What only costs: an index on words that no search asks any more, and those that Django makes for LIKE beside a key."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0020_statutory_limit")]

    operations = [
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS case_merged", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(condition=models.Q(("parent__isnull", False)), fields=["parent"], name="case_merged"),
        ),
        migrations.AlterField(
            model_name="case",
            name="parent",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.case",
                to_field="number",
            ),
        ),
        RemoveIndexConcurrently(model_name="casetext", name="case_words"),
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS cases_case_number_980c9551_like", migrations.RunSQL.noop),
    ]
