"""What may happen to one connection that goes through the faulty proxy, and a seeded source of such fates."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum


class Way(Enum):
    """A direction, by whom the bytes are for."""

    TO_SERVER = "to server"
    TO_CLIENT = "to client"


@dataclass(frozen=True, slots=True)
class Clean:
    """Nothing: every byte is passed on at once."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """The connection is closed as soon as it is made."""


@dataclass(frozen=True, slots=True)
class CutAt:
    """Both sides are cut after so many bytes of one direction; of the rest the other side sees nothing."""

    way: Way
    byte: int


@dataclass(frozen=True, slots=True)
class LoseReply:
    """Cut when the server has said that it carried the `occurrence`-th statement of that tag out, before it is passed on.

    The tag is that of CommandComplete, as COMMIT; with that one the change is durable and the client cannot know.
    """

    tag: str = "COMMIT"
    occurrence: int = 1


@dataclass(frozen=True, slots=True)
class Delay:
    """Each piece waits this many milliseconds before it is passed on."""

    milliseconds: int


@dataclass(frozen=True, slots=True)
class Slow:
    """At most so many bytes at a time are passed on, each as a segment of its own: messages arrive in pieces."""

    piece: int


@dataclass(frozen=True, slots=True)
class BlackHole:
    """After so many bytes of one direction neither direction passes anything on, and nobody is told.

    The proxy cuts it after `milliseconds`, as a router does that forgets a connection; with None only its end does.
    """

    way: Way
    byte: int
    milliseconds: int | None = None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """What the client sends goes to a second connection to the server too, whose answers nobody reads."""


Fault = Clean | Refuse | CutAt | LoseReply | Delay | Slow | BlackHole | Duplicate
FaultSource = Callable[[], Fault]
"""Called once a connection, in the order in which they are made."""


def clean() -> Fault:
    """No fault, ever."""
    return Clean()


def one_after_another(*faults: Fault) -> FaultSource:
    """These faults, one a connection, then none."""
    left: Iterator[Fault] = iter(faults)
    return lambda: next(left, Clean())


def random_fault(source: random.Random, *, tags: tuple[str, ...] = ("COMMIT",)) -> Fault:
    """Any fault but Clean; where it cuts is spread evenly over the magnitudes of 1 byte to 64 KiB."""
    way = source.choice(tuple(Way))
    byte = int(2 ** source.uniform(0, 16))
    match source.randrange(8):
        case 0:
            return Refuse()
        case 1 | 2:
            return CutAt(way, byte)
        case 3 | 4:
            return LoseReply(source.choice(tags), source.randint(1, 3))
        case 5:
            return source.choice((Delay(source.randint(1, 5)), Slow(source.randint(100, 3000))))
        case 6:
            return BlackHole(way, byte, milliseconds=source.randint(10, 60))
        case _:
            return Duplicate()


def drawn(seed: int, chance: float, *, tags: tuple[str, ...] = ("COMMIT",)) -> FaultSource:
    """A fault with that chance a connection, the same ones for the same seed."""
    source = random.Random(seed)
    return lambda: random_fault(source, tags=tags) if source.random() < chance else Clean()
