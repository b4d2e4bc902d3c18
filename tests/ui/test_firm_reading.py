"""Addresses of a firm's server as somebody types them, and the folders that belong to them."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from tradesense_desktop.domain.server_address import parse_address
from tradesense_desktop.ui.firm_reading import (
    TypedAddress,
    address_of,
    firm_directory,
    remember_address,
    remembered_address,
)

TYPED = TypedAddress("db.firm.example", "6432", "firm", "u_0123", "pooler", "quiet-harbour-77")


@pytest.mark.parametrize(
    "typed",
    [
        TYPED,
        TypedAddress("::1", "5432", "firm", "u_0123"),
        TypedAddress("/tmp/Sockets of Ours", "5432", "firm", "u_0123"),
        TypedAddress("10.0.0.7", "5432", "firm of ours", "u@0123"),
    ],
)
def test_what_is_typed_makes_an_address_that_is_taken_apart_again(typed: TypedAddress) -> None:
    found = address_of(typed.url)

    assert found is not None
    assert (found.host, found.port, found.database, found.login) == (
        typed.host,
        typed.port,
        typed.database,
        typed.login,
    )
    assert parse_address(typed.url).url == typed.url, "the server's own reading of it is the same"


def test_a_password_is_in_no_text_of_an_address() -> None:
    assert TYPED.password not in TYPED.url
    assert TYPED.password not in repr(TYPED)
    assert TYPED.password not in TYPED.folder


def test_an_address_with_a_password_in_it_is_taken_apart_with_it() -> None:
    found = address_of("postgresql://u_0123:quiet%20harbour@db.firm.example/firm")

    assert found is not None
    assert (found.password, found.port) == ("quiet harbour", "5432")


@pytest.mark.parametrize("text", ["", "db.firm.example", "https://db.firm.example/firm", "postgresql://u@:x/firm"])
def test_what_is_no_address_is_none(text: str) -> None:
    assert address_of(text) is None


def test_every_login_on_every_server_has_a_folder_of_its_own(tmp_path: Path) -> None:
    others = [
        TypedAddress("other.example", "6432", "firm", "u_0123"),
        TypedAddress("db.firm.example", "5432", "firm", "u_0123"),
        TypedAddress("db.firm.example", "6432", "test", "u_0123"),
        TypedAddress("db.firm.example", "6432", "firm", "u_4567"),
    ]

    folders = {firm_directory(tmp_path, address) for address in (TYPED, *others)}

    assert len(folders) == 5
    assert {folder.parent for folder in folders} == {tmp_path / "firms"}
    assert firm_directory(firm_directory(tmp_path, TYPED), others[0]) == firm_directory(tmp_path, others[0])


def test_no_folder_of_an_address_leads_elsewhere(tmp_path: Path) -> None:
    folder = firm_directory(tmp_path, TypedAddress("/../../etc", "5432", "../x", ".."))

    assert folder.parent == tmp_path / "firms"
    assert folder.name not in ("", ".", "..")


def test_a_server_on_this_computer_is_told_from_one_elsewhere() -> None:
    local = [TypedAddress(host) for host in ("localhost", "LOCALHOST.", "127.0.0.7", "::1", "/run/postgresql")]

    assert all(address.is_local for address in local)
    assert not TYPED.is_local
    assert not TypedAddress("10.0.0.7").is_local


def test_the_last_address_is_remembered_without_its_password(settings: QSettings) -> None:
    assert remembered_address(settings) is None

    remember_address(settings, TYPED)

    found = remembered_address(settings)
    assert found is not None
    assert (found.url, found.tls, found.password) == (TYPED.url, "pooler", "")
    assert all(TYPED.password not in str(settings.value(key)) for key in settings.allKeys())
