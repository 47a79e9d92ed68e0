"""E-mail addresses."""

from email_validator import EmailNotValidError, validate_email

from relacja.lib.errors import Refused


class NotAnAddress(Refused):
    """The text is no e-mail address that mail can be sent to."""


def address(text: str) -> str:
    """The address as we store it: domain in lower case and IDNA-decoded, local part as given."""
    try:
        found = validate_email(
            text.strip(), check_deliverability=False, allow_quoted_local=False, test_environment=True
        )
    except EmailNotValidError as error:
        raise NotAnAddress(str(error)) from error
    return found.normalized


def key(text: str) -> str:
    """What two spellings of one address share; suppression and identity use it. No validation."""
    return text.strip().casefold()
