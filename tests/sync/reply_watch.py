"""Reads along with what a PostgreSQL server says, to stop before the reply that a fault is to swallow."""

import struct

_COMMAND_COMPLETE = ord("C")
_HEADER = 5


class ReplyWatch:
    """Passes on whole messages only, until the reply that it waits for; works on connections without TLS."""

    def __init__(self, tag: str, occurrence: int) -> None:
        self._tag = tag.encode()
        self._left = occurrence
        self._held = b""
        self._is_begun = False
        self.found = False

    def feed(self, data: bytes) -> bytes:
        """What of `data`, and of what was held back before, may be passed on; nothing more once `found`."""
        self._held += data
        passed = b""
        while self._held and not self.found:
            length = self._next_length()
            if length is None or len(self._held) < length:
                break
            message, rest = self._held[:length], self._held[length:]
            if self._is_awaited(message):
                self.found = True
                break
            passed += message
            self._held = rest
        return passed

    def _next_length(self) -> int | None:
        if not self._is_begun:
            if self._held[:1] in {b"N", b"G", b"S"}:
                return 1
            self._is_begun = True
        if len(self._held) < _HEADER:
            return None
        return 1 + int(struct.unpack("!i", self._held[1:_HEADER])[0])

    def _is_awaited(self, message: bytes) -> bool:
        if len(message) < _HEADER or message[0] != _COMMAND_COMPLETE:
            return False
        if not message[_HEADER:].rstrip(b"\0").startswith(self._tag):
            return False
        self._left -= 1
        return self._left == 0
