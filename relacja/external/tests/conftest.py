import pytest

from relacja.external import sources


@pytest.fixture(autouse=True)
def own_sources(settings, tmp_path):
    """Nothing is remembered of the sources of another test; files and rows that wait lie in a folder of its own."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.EXTERNAL_FOLDER = str(tmp_path / "drop")
    (tmp_path / "drop").mkdir()
    sources.forget_remembered()
    yield
    sources.forget_remembered()
