"""What the newest signed form of joint handling says stands with the case."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_just_sent")]
    operations = [
        migrations.AddField("case", "form_resolved", models.BooleanField(null=True)),
        migrations.AddField(
            "case", "form_follow_up", models.CharField(max_length=16, blank=True, default="", db_default="")
        ),
    ]
