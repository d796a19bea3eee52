from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_former_leads")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("stage", "dispatched")), fields=["desk", "assigned_at"], name="case_just_sent"
            ),
        ),
    ]
