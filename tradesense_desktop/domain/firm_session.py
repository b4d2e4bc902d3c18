"""What somebody who has signed in to a firm's workspace carries along: the password, in memory and nowhere else."""


class FirmSession:
    """Whose login on the firm's server is used, and its password; it is shared by every handle of the same sign-in.

    A password that is changed is taken here, so that whoever connects next uses the new one. It is never shown, and
    never stored.
    """

    __slots__ = ("_password", "user_id")

    def __init__(self, user_id: str, password: str) -> None:
        self.user_id = user_id
        self._password = password

    @property
    def password(self) -> str:
        """The password as it is now."""
        return self._password

    def take(self, password: str) -> None:
        """Use this password from now on."""
        self._password = password

    def __repr__(self) -> str:
        return f"FirmSession({self.user_id!r})"

    def __reduce__(self) -> str:
        message = "a session with a password is never written anywhere"
        raise TypeError(message)
