"""Being told of news: a note on the own channel wakes, one on another's does not, and a broken connection ends it."""

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.conftest import SERVER_KINDS, Servers
from tests.firm_server import FirmServer, firm_server
from tests.sync.connected import address_of
from tradesense_desktop.server.live import Listener, channel_of

pytestmark = pytest.mark.postgresql

EPOCH = "0f0e0d0c-0b0a-4908-8706-050403020100"
MOST_SECONDS = 60.0


@pytest.fixture(params=SERVER_KINDS)
def firm(request: pytest.FixtureRequest, servers: Servers) -> Iterator[FirmServer]:
    with firm_server(servers, request.param) as server:
        yield server


def test_a_note_on_the_channel_is_told_and_stopping_ends_the_thread(firm: FirmServer) -> None:
    trader = firm.add_person()
    told = threading.Semaphore(0)
    listener = Listener(address_of(firm, trader), trader.password, [channel_of(EPOCH)], told.release)
    listener.start()
    try:
        assert told.acquire(timeout=MOST_SECONDS), "it tells once when it has begun"
        with closing(firm.connect()) as connection:
            connection.execute(f"NOTIFY {channel_of(EPOCH)}")
        assert told.acquire(timeout=MOST_SECONDS), "and for every note"
    finally:
        listener.stop()
    assert not listener.is_listening


def test_a_connection_that_breaks_ends_the_listening(firm: FirmServer) -> None:
    trader = firm.add_person()
    told = threading.Semaphore(0)
    listener = Listener(address_of(firm, trader), trader.password, [channel_of(EPOCH)], told.release)
    listener.start()
    assert told.acquire(timeout=MOST_SECONDS)

    with closing(firm.connect()) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [trader.login])

    listener._thread.join(MOST_SECONDS)
    assert not listener.is_listening
    listener.stop()


def test_what_is_no_channel_is_not_listened_to(firm: FirmServer) -> None:
    trader = firm.add_person()

    listener = Listener(address_of(firm, trader), trader.password, ["ts_x; DROP TABLE users"], lambda: None)

    assert listener._channels == ()
