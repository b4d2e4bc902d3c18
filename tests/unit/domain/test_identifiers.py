import uuid

from tradesense_desktop.domain.identifiers import UuidSource, new_uuid7

ALL_ONES = (1 << 74) - 1


def test_uuid_of_version_7_holds_its_time() -> None:
    text = new_uuid7(0x0123456789AB, ALL_ONES)

    assert text == "01234567-89ab-7fff-bfff-ffffffffffff"
    assert uuid.UUID(text).version == 7
    assert uuid.UUID(text).variant == uuid.RFC_4122


def test_ids_of_one_command_rise_and_differ() -> None:
    source = UuidSource(1_790_000_000_000, lambda bits: (1 << bits) // 5)
    ids = [source() for _ in range(1000)]

    assert ids == sorted(set(ids))


def test_random_bits_that_run_over_move_the_time_on() -> None:
    source = UuidSource(5, lambda bits: (1 << bits) - 1)
    ids = [source()]
    source._low = (1 << 62) - 2
    ids += [source(), source()]

    assert [text[:14] for text in ids] == ["00000000-0005-", "00000000-0006-", "00000000-0006-"]
    assert ids == sorted(set(ids))
    assert {uuid.UUID(text).version for text in ids} == {7}
    assert {uuid.UUID(text).variant for text in ids} == {uuid.RFC_4122}
