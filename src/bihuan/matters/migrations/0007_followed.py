"""How often the supervision body urged on or looked, by round; what it said of a settled matter was a look."""

from django.db import migrations, models

COUNTED = """
UPDATE matters_round r SET overseen = m.supervisions FROM matters_matter m
WHERE m.number = r.matter_id AND m.round = r.round AND r.struck_off_at IS NULL"""
LOOKED = """
UPDATE matters_round SET looks = 1, looked_at = supervised_at
WHERE supervised_at IS NOT NULL AND struck_off_at IS NULL"""


class Migration(migrations.Migration):
    dependencies = [("matters", "0006_told_by_somebody")]

    operations = [
        migrations.AddField("round", "overseen", models.SmallIntegerField(db_default=0, default=0)),
        migrations.AddField("round", "looks", models.SmallIntegerField(db_default=0, default=0)),
        migrations.AddField("round", "looked_at", models.DateTimeField(null=True)),
        migrations.RunSQL(COUNTED, migrations.RunSQL.noop),
        migrations.RunSQL(LOOKED, migrations.RunSQL.noop),
    ]
