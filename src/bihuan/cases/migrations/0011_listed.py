from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("cases", "0010_joined_seen_by_lead"),
    ]

    operations = [
        RemoveIndexConcurrently(
            model_name="case",
            name="case_open",
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(
                    (
                        "stage__in",
                        [
                            "adjudicating",
                            "awaiting",
                            "callback",
                            "decline_review",
                            "dispatched",
                            "escalated",
                            "handling",
                            "hung",
                            "listed",
                            "registered",
                            "return_review",
                            "rework",
                            "sign_off",
                            "submitted",
                            "triage",
                        ],
                    )
                ),
                name="case_open",
            ),
        ),
    ]
