"""A part may name the posts that take it; what was there is taken by whole units."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

_POSTS = ArrayField(models.CharField(max_length=32), default=list, db_default=[])


class Migration(migrations.Migration):
    dependencies = [("cases", "0015_defaults_in_the_database")]

    operations = [migrations.AddField("participation", "posts", _POSTS)]
