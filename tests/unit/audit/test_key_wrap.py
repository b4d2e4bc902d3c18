"""Data keys are wrapped as RFC 3394 says and open with their outer key alone."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradesense_desktop.audit.key_wrap import OuterKey, WrapBroken, new_outer_key, new_secret, unwrap, wrap


def test_wrapping_is_that_of_rfc_3394() -> None:
    outer = OuterKey("k", bytes.fromhex("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"))
    secret = bytes.fromhex("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F")

    # RFC 3394, section 4.6.
    assert base64.b64decode(wrap(outer, secret)).hex().upper() == (
        "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21"
    )


@given(st.binary(min_size=32, max_size=32))
def test_wrapped_key_opens_with_its_outer_key(secret: bytes) -> None:
    outer = new_outer_key()

    assert unwrap(outer, "d", wrap(outer, secret)) == secret


def test_another_outer_key_refuses_and_the_data_key_is_named() -> None:
    wrapped = wrap(new_outer_key(), new_secret())

    with pytest.raises(WrapBroken, match="The data key d1"):
        unwrap(new_outer_key(), "d1", wrapped)


@pytest.mark.parametrize("wrapped", ["", "AAAA", "no base64!", "é"])
def test_what_is_no_wrapped_key_refuses(wrapped: str) -> None:
    with pytest.raises(WrapBroken):
        unwrap(new_outer_key(), "d1", wrapped)


def test_printing_a_key_does_not_show_it() -> None:
    key = new_outer_key()

    assert repr(key) == f"OuterKey(id='{key.id}')"
