"""Files that come with a request."""

from typing import Any

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

from relacja.lib import disk


class ToDisk(TemporaryFileUploadHandler):
    """Keeps a large file on the disk meanwhile. Where the disk is full the request goes on without it: `is_full`."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:
        try:
            return super().receive_data_chunk(raw_data, start)
        except OSError as error:
            raise self._refused(error) from error

    def file_complete(self, file_size: int) -> Any:
        try:
            return super().file_complete(file_size)
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> Exception:
        if self.request is None or not disk.is_full(error):
            return error
        self.file.close()
        self.request.META[__name__] = True
        return StopUpload(connection_reset=False)


def is_full(request: HttpRequest) -> bool:
    """Whether a file did not come because the disk is full."""
    return bool(request.META.get(__name__))
