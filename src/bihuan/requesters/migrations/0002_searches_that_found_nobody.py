from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requesters", "0001_initial")]

    operations = [
        migrations.AlterField(model_name="look", name="requester", field=models.BigIntegerField(null=True)),
    ]
