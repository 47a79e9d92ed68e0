"""Questions to the facts that are answered while the asker does something else."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.utils import translation

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

_threads = ThreadPoolExecutor(8, thread_name_prefix="facts")


def ask(question: Callable[Given, Answer], *args: Given.args, **kwargs: Given.kwargs) -> Future[Answer]:
    """Begin to ask; `result()` waits for the answer, or raises what the question raised, in the asker's language.

    The question runs in another thread: it may use the facts, never the records, whose connection is the asker's.
    """
    language = translation.get_language()

    def asked() -> Answer:
        with translation.override(language):
            return question(*args, **kwargs)

    return _threads.submit(asked)
