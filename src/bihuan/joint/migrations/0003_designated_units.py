"""Which co-units the centre named, and when the lead last called the units together; told of what stands already.

A unit whose asking-out waits for the lead at this moment keeps being decided about by the lead.
"""

from django.db import migrations, models

DESIGNATED = """
UPDATE joint_participation p SET designated = true
FROM joint_undertaking u, cases_case k, cases_participation c
WHERE u.id = p.undertaking_id AND u.kind = 'linkage' AND p.part = 'co' AND p.until IS NULL AND p.asked_out_at IS NULL
  AND k.number = u.case_id AND c.case_id = k.id AND c.unit = p.unit AND c.part = 'co' AND c.until IS NULL
  AND c.basis_kind <> ''"""
MET = """
UPDATE joint_undertaking u SET met_at = held.at
FROM (SELECT subject, max(at) AS at FROM record_event WHERE kind = 'joint.meeting-held' GROUP BY subject) held
WHERE held.subject = u.kind || ':' || u.number"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_initial"),
        ("record", "0001_initial"),
        ("joint", "0002_assignment"),
    ]
    operations = [
        migrations.AddField("participation", "designated", models.BooleanField(default=False)),
        migrations.AddField("undertaking", "met_at", models.DateTimeField(null=True)),
        migrations.RunSQL(DESIGNATED, migrations.RunSQL.noop),
        migrations.RunSQL(MET, migrations.RunSQL.noop),
    ]
