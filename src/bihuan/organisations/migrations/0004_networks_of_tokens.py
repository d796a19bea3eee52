from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

TO_NINETY_DAYS = """
UPDATE organisations_apitoken SET expires_at = now() + interval '90 days'
WHERE revoked_at IS NULL AND expires_at > now() + interval '90 days'"""
"""No token outlives ninety days without its holder."""


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0003_responsibility_history"),
    ]

    operations = [
        migrations.AddField(
            model_name="apitoken",
            name="networks",
            field=ArrayField(base_field=models.CharField(max_length=43), default=list, size=None),
        ),
        migrations.RunSQL(TO_NINETY_DAYS, migrations.RunSQL.noop),
    ]
