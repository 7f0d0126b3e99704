"""The first tables."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Orders."""

    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.SlugField(unique=True)),
                ("cents", models.BigIntegerField()),
                ("currency", models.CharField(max_length=4)),
                ("payment", models.CharField(blank=True, max_length=40)),
                ("payment_version", models.PositiveBigIntegerField(null=True)),
                ("payment_status", models.CharField(blank=True, max_length=40)),
            ],
        ),
    ]
