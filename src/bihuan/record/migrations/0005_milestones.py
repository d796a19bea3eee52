"""Until which event the record was written under other rules: what was allowed then is remarked, and no finding."""

from django.db import migrations, models

CREDITORS = """
INSERT INTO record_milestone (name, event) SELECT 'creditors', coalesce(max(id), 0) FROM record_event"""


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0004_editions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Milestone",
            fields=[
                ("name", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("event", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(CREDITORS, migrations.RunSQL.noop),
    ]
