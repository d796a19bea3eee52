"""When the requester was told is said by somebody, or not known yet; it is never made up."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0005_paperless")]
    operations = [migrations.AlterField("feedback", "told_at", models.DateTimeField(null=True))]
