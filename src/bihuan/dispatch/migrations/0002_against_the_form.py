"""An answer that says otherwise than the form of joint handling says so, and why."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0001_initial")]
    operations = [
        migrations.AddField(
            "answer", "contradicts_form", models.CharField(max_length=64, blank=True, default="", db_default="")
        ),
        migrations.AddField("answer", "differs_because", models.TextField(blank=True, default="", db_default="")),
    ]
