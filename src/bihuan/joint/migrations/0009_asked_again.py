"""When a unit was last asked once more; nobody knows it of those asked before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("joint", "0008_by_post")]

    operations = [migrations.AddField("participation", "asked_again_at", models.DateTimeField(null=True))]
