"""Secrets of others, encrypted with a key made of the installation's own: a copy of the records alone opens nothing."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from relacja.lib.errors import Refused


class Unreadable(Refused):
    """The secret was sealed with a key that is not known any more."""


def seal(secret: str) -> str:
    """The secret as it may be stored."""
    return _keys().encrypt(secret.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """The secret again, also when it was sealed with one of `SECRET_KEY_FALLBACKS`. Raises `Unreadable`."""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        sentence = _("The password was kept with another SECRET_KEY and cannot be read any more. Enter it again.")
        raise Unreadable(sentence) from error


def _keys() -> MultiFernet:
    return MultiFernet([_key(one) for one in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> Fernet:
    made = HKDF(SHA256(), 32, salt=None, info=b"relacja.external").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(made))
