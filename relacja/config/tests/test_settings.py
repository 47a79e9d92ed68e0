from django.conf import settings


def test_the_embedded_store_lies_in_the_home_folder(home):
    assert f"chdb://{home / 'facts'}" == settings.EVENTS_URL
