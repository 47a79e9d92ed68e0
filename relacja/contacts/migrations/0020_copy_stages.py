"""Every contact is copied to the facts once more, with how long they have been in their stage."""

from django.db import migrations


def copy_again(apps, schema_editor):
    """Nothing was copied yet, as far as the next version of the copy goes."""
    apps.get_model("contacts", "Contact").objects.update(copied_version=0)


class Migration(migrations.Migration):
    dependencies = [("contacts", "0019_company_website_and_phone")]
    operations = [migrations.RunPython(copy_again, migrations.RunPython.noop)]
