from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_column_plan")]

    operations = [
        migrations.CreateModel(
            name="PublicSite",
            fields=[
                ("jurisdiction", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("channel", models.CharField(max_length=32)),
                ("open", models.BooleanField(default=True)),
            ],
        ),
    ]
