"""Whose parts are seen is read off an index that holds their posts; made while others read and write.

What was begun and not finished, or stands there already, is made anew.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0017_waits")]

    operations = [
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS participation_seen", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "participation",
            models.Index(
                models.F("unit"),
                models.F("case").desc(),
                name="participation_seen",
                condition=models.Q(until__isnull=True),
                include=["posts"],
            ),
        ),
        RemoveIndexConcurrently("participation", "participation_list"),
    ]
