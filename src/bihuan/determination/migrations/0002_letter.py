"""The letter by which a refusal is handed over: who signed it, who took it, and what came of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("determination", "0001_initial")]

    operations = [
        migrations.AddField("referral", "signed_at", models.DateTimeField(null=True)),
        migrations.AddField("referral", "signer_name", models.CharField(max_length=64, blank=True, db_default="")),
        migrations.AddField("referral", "signer_post", models.CharField(max_length=64, blank=True, db_default="")),
        migrations.AddField("referral", "taken_by", models.CharField(max_length=200, blank=True, db_default="")),
        migrations.AddField("referral", "taken_at", models.DateTimeField(null=True)),
        migrations.AddField("referral", "result", models.TextField(blank=True, db_default="")),
        migrations.AddField(
            "referral", "result_reference", models.CharField(max_length=200, blank=True, db_default="")
        ),
        migrations.AddField("referral", "concluded_on", models.DateField(null=True)),
    ]
