from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0003_one_track")]

    operations = [
        migrations.AddField("matter", "settled", models.CharField(blank=True, db_default="", default="", max_length=8)),
    ]
