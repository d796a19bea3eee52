"""When the requester was told is said by somebody, or not known yet; it is never made up."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0002_grams")]
    operations = [migrations.AlterField("feedback", "told_at", models.DateTimeField(null=True))]
