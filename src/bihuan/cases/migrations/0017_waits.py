"""How often in this round its lead has waited for the requester; what waits now has done so once, or more often."""

from django.db import migrations, models

WAITING = "UPDATE cases_case SET waits = 1 WHERE stage = 'awaiting'"


class Migration(migrations.Migration):
    dependencies = [("cases", "0016_by_post")]

    operations = [
        migrations.AddField("case", "waits", models.SmallIntegerField(default=0, db_default=0)),
        migrations.RunSQL(WAITING, migrations.RunSQL.noop),
    ]
