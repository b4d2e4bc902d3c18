"""Passwords and their bcrypt hashes: made and compared here and nowhere else, a quarter of a second each."""

from functools import cache
from typing import Final

from tradesense_desktop.domain.account import MOST_BYTES, check_new_password, normal_password
from tradesense_desktop.settings import resources_directory

COST: Final = 12
# Of no password at all: what is compared with where nobody has the address, so that it takes as long.
_NOBODY: Final = "$2b$12$ZEE9pxYZxskfjhWPaMm/guf3quClMcunsijveUlOontcuYBC78HMa"


def new_password_hash(password: str, email: str) -> str:
    """The hash to store of a new password. Raises PasswordUnfit."""
    import bcrypt

    check_new_password(password, email, most_common_passwords())
    return bcrypt.hashpw(normal_password(password).encode(), bcrypt.gensalt(COST)).decode()


def is_password(password: str, stored: str | None) -> bool:
    """Whether the password is the one of a stored hash; as slow for no hash, and false."""
    import bcrypt

    known = stored if stored is not None and stored.startswith("$2b$") else None
    encoded = normal_password(password).encode(errors="replace")
    if len(encoded) > MOST_BYTES or b"\0" in encoded:
        known, encoded = None, b"longer than any password"
    is_right = bcrypt.checkpw(encoded, (known or _NOBODY).encode())
    return is_right and known is not None


def raised_hash(password: str, stored: str) -> str | None:
    """A dearer hash of a right password, where the stored one is cheaper than today's."""
    import bcrypt

    if int(stored.split("$")[2]) >= COST:
        return None
    return bcrypt.hashpw(normal_password(password).encode(), bcrypt.gensalt(COST)).decode()


@cache
def most_common_passwords() -> frozenset[str]:
    """The shipped list, in small letters."""
    text = (resources_directory() / "passwords" / "most_common.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
