"""No question asks for chains by the beginning of their names: the index that Django makes for it only costs."""

from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("record", "0005_milestones")]

    operations = [
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS record_chain_subject_06601b45_like", migrations.RunSQL.noop
        )
    ]
