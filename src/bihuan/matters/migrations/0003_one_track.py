from django.db import migrations, models

KNOWN_ALREADY = """
UPDATE matters_matter SET known_by_number = false WHERE id IN (
  SELECT id FROM (
    SELECT id, row_number() OVER (PARTITION BY jurisdiction, channel, origin_number ORDER BY id) AS place
    FROM matters_matter WHERE origin_number <> '' AND stage <> 'dropped') numbered
  WHERE place > 1)"""
"""What a channel reported twice under one number, before that was refused."""


class Migration(migrations.Migration):
    dependencies = [("matters", "0002_grams")]

    operations = [
        *(
            migrations.AddField("matter", name, models.TextField(blank=True, db_default="", default=""))
            for name in ("office_override_reason", "on_behalf_because")
        ),
        migrations.AddField(
            "matter", "joined_to", models.CharField(blank=True, db_default="", default="", max_length=32)
        ),
        migrations.AddField("matter", "known_by_number", models.BooleanField(db_default=True, default=True)),
        migrations.RunSQL(KNOWN_ALREADY, migrations.RunSQL.noop),
        migrations.RemoveConstraint("matter", "matter_one_open_of_a_case"),
        migrations.AddConstraint(
            "matter",
            models.UniqueConstraint(
                condition=models.Q(("stage__in", ["dropped", "joined", "struck_off"]), _negated=True),
                fields=("case",),
                name="matter_one_open_of_a_case",
            ),
        ),
        migrations.AddConstraint(
            "matter",
            models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("origin_number", ""), _negated=True),
                    ("known_by_number", True),
                    models.Q(("stage__in", ["dropped", "joined"]), _negated=True),
                ),
                fields=("jurisdiction", "channel", "origin_number"),
                name="matter_one_of_a_number",
            ),
        ),
    ]
