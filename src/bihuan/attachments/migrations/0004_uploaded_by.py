"""How much somebody has uploaded is asked at every upload from outside."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("attachments", "0003_erasure")]

    operations = [
        migrations.AddIndex("attachment", models.Index(fields=["uploaded_by"], name="attachment_uploaded_by")),
    ]
