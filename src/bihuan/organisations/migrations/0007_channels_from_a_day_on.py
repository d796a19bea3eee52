"""A channel has its desk from a day on; who had it before stays readable."""

import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0006_defaults_in_the_database"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="channeldesk", name="channel_one_desk"),
        migrations.AddField(
            model_name="channeldesk",
            name="from_on",
            field=models.DateField(db_default=datetime.date(2000, 1, 1)),
        ),
        migrations.AddField(
            model_name="channeldesk",
            name="until_on",
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name="channeldesk",
            constraint=models.UniqueConstraint(
                condition=models.Q(until_on__isnull=True),
                fields=("jurisdiction", "channel"),
                name="channel_one_desk_now",
            ),
        ),
        migrations.AddConstraint(
            model_name="channeldesk",
            constraint=models.CheckConstraint(
                condition=models.Q(until_on__isnull=True) | models.Q(until_on__gte=models.F("from_on")),
                name="channel_desk_ends_after_it_begins",
            ),
        ),
    ]
