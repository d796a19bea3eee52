"""When a whistle was blown that was entered later."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("joint", "0005_beyond_entry")]

    operations = [migrations.AddField("undertaking", "blown_at", models.DateTimeField(null=True))]
