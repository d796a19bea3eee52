"""Whether the minutes of the meeting that made a matter a key one stand with it; told of what stands already."""

from django.db import migrations, models

PAPERLESS = """
UPDATE matters_matter m SET paperless = true WHERE m.key_basis = 'meeting' AND NOT EXISTS (
  SELECT FROM record_event e WHERE e.subject = 'matter:' || m.number AND e.kind = 'matter.classified'
    AND e.facts::jsonb ? 'attachments')"""


class Migration(migrations.Migration):
    dependencies = [("matters", "0004_settled"), ("record", "0001_initial")]

    operations = [
        migrations.AddField("matter", "paperless", models.BooleanField(default=False, db_default=False)),
        migrations.RunSQL(PAPERLESS, migrations.RunSQL.noop),
    ]
