"""A service may wait in the deactivation queue because staff restricted its account (BIL-35)."""

from django.db import migrations, models

REASONS = ["no_funds", "over_limit", "restricted", "no_prerequisite", "no_mandatory"]


class Migration(migrations.Migration):
    """The reason among those of the queue."""

    dependencies = [("subscriptions", "0010_terms_items_and_bundles")]
    operations = [
        migrations.RemoveConstraint(model_name="deactivationcandidate", name="candidate_reason"),
        migrations.AddConstraint(
            model_name="deactivationcandidate",
            constraint=models.CheckConstraint(condition=models.Q(reason__in=tuple(REASONS)), name="candidate_reason"),
        ),
    ]
