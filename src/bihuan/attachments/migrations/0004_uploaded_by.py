"""How much somebody has uploaded is asked at every upload from outside."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("attachments", "0003_erasure")]

    operations = [
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS attachment_uploaded_by", migrations.RunSQL.noop),
        AddIndexConcurrently("attachment", models.Index(fields=["uploaded_by"], name="attachment_uploaded_by")),
    ]
