"""Commitments get numbers of their own; what held before today is numbered as it was made, year by year.

What was never in force (it waited for its review, or was dropped with its answer) has none. From the moment on at which
it held the record tells of it.
"""

from django.db import migrations, models

NUMBERED = """
CREATE TEMPORARY TABLE commitments_numbered ON COMMIT DROP AS
SELECT c.id, c.jurisdiction, extract(year FROM c.made_at AT TIME ZONE 'Asia/Shanghai')::int AS year,
  row_number() OVER (
    PARTITION BY c.jurisdiction, extract(year FROM c.made_at AT TIME ZONE 'Asia/Shanghai') ORDER BY c.id) AS place
FROM commitments_commitment c
WHERE c.standing <> 'draft' AND EXISTS (
  SELECT FROM record_event e WHERE e.subject = c.subject AND e.kind = 'commitments.made' AND e.at >= c.made_at
  AND NOT EXISTS (
    SELECT FROM commitments_commitment later
    WHERE later.subject = c.subject AND later.id > c.id AND later.made_at <= e.at))
"""
WRITTEN = """
UPDATE commitments_commitment c SET number = j.prefix || n.year || 'N' || lpad(n.place::text, greatest(5, length(n.place::text)), '0')
FROM commitments_numbered n, organisations_jurisdiction j WHERE n.id = c.id AND j.code = n.jurisdiction
"""
COUNTED = """
SELECT 'commitment/' || jurisdiction || '/' || year, jurisdiction, count(*)
FROM commitments_numbered GROUP BY jurisdiction, year
"""


class Migration(migrations.Migration):
    dependencies = [
        ("commitments", "0001_initial"),
        ("organisations", "0001_initial"),
        ("record", "0007_stream"),
    ]

    operations = [
        migrations.AddField(
            "commitment", "number", models.CharField(blank=True, default="", db_default="", max_length=32)
        ),
        migrations.RunSQL(
            [NUMBERED, WRITTEN, f"INSERT INTO record_counter (name, jurisdiction, value) {COUNTED}"],
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            "commitment",
            models.UniqueConstraint(
                condition=models.Q(("number", ""), _negated=True), fields=("number",), name="commitment_number_once"
            ),
        ),
    ]
