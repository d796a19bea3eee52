"""Events as a stream: which transaction wrote each, and how far each consumer has read.

The column comes with a constant, so that no row is rewritten; what is written from then on tells its transaction.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from bihuan.record.models import CurrentTransaction


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("record", "0006_no_index_for_like"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="era",
            field=models.SmallIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="event",
            name="txid",
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AlterField(
            model_name="event",
            name="txid",
            field=models.BigIntegerField(db_default=CurrentTransaction()),
        ),
        migrations.CreateModel(
            name="Consumer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=32)),
                ("lane", models.SmallIntegerField()),
                ("era", models.SmallIntegerField()),
                ("from_tx", models.BigIntegerField()),
                ("to_tx", models.BigIntegerField()),
                ("after_id", models.BigIntegerField()),
                ("read_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("name", "lane"), name="consumer_lane")],
            },
        ),
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS event_era_txid", migrations.RunSQL.noop),
        AddIndexConcurrently("event", models.Index(fields=["era", "txid"], name="event_era_txid")),
    ]
