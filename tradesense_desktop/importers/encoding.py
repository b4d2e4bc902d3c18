"""Encodings: the text of a file that does not say, or says wrongly, how its characters are written."""

import codecs
import re
from typing import Final

from tradesense_desktop.domain.progress import Progress, ProgressReport, unwatched

_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED: Final = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]{2,20})", re.IGNORECASE)
_DECLARABLE: Final = frozenset({
    "big5", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874", "cp932",
    "cp949", "euc_jp", "euc_kr", "gb18030", "gb2312", "gbk", "iso8859-1", "iso8859-2", "iso8859-5", "iso8859-9",
    "koi8-r", "shift_jis",
})  # fmt: skip
_HIGH_RUN: Final = re.compile(rb"[\x80-\xff]+")
_LOOKED_AT: Final = 1 << 20
_BYTES_A_REPORT: Final = 1 << 20
_LETTERS_OF_A_CYRILLIC_WORD: Final = 3


def decode(data: bytes | bytearray, progress: ProgressReport = unwatched) -> str:
    """`data` as text: by its byte order mark, by where its zero bytes stand, as UTF-8, as declared, or by its letters.

    Numbers, times and tags are ASCII in all of these, so a wrong guess among the one-byte encodings can change a
    comment but never an amount. What cannot be decoded becomes U+FFFD, which no amount can be read from.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode(data, encoding, progress, start=len(mark))
    encoding_by_zeros = _utf_16_without_mark(data)
    if encoding_by_zeros is not None:
        return _decode(data, encoding_by_zeros, progress)
    try:
        return _decode(data, "utf-8", progress, errors="strict")
    except UnicodeDecodeError:
        encoding = _declared(data) or _likeliest(bytes(data[:_LOOKED_AT]))
    return _decode(data, encoding, progress)


def _decode(
    data: bytes | bytearray, encoding: str, progress: ProgressReport, *, start: int = 0, errors: str = "replace"
) -> str:
    end = len(data)
    if encoding.startswith("utf-16"):
        end -= (end - start) % 2  # some terminals write one byte too many
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    pieces: list[str] = []
    with memoryview(data) as view:
        for place in range(start, end, _BYTES_A_REPORT):
            progress(Progress("Opening the file", place, end))
            pieces.append(decoder.decode(view[place : min(place + _BYTES_A_REPORT, end)]))
    # What is left over is a character cut in two where the file ends: no reason to read the rest in another encoding.
    pieces.append("\N{REPLACEMENT CHARACTER}" if decoder.getstate()[0] else "")
    text = "".join(pieces)
    # As HTML itself reads it: a zero character is none, and no database would take it in a comment.
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}") if "\0" in text else text


def _utf_16_without_mark(data: bytes | bytearray) -> str | None:
    head = data[:4096]
    half = len(head) // 2
    if not half:
        return None
    if head[1::2].count(0) > half * 0.6:
        return "utf-16-le"
    return "utf-16-be" if head[0::2].count(0) > half * 0.6 else None


def _declared(data: bytes | bytearray) -> str | None:
    found = _DECLARED.search(data, 0, 4096)
    if found is None:
        return None
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
    except LookupError:
        return None
    return name if name in _DECLARABLE else None


def _likeliest(data: bytes) -> str:
    runs = [len(run) for run in _HIGH_RUN.findall(data)]
    if not runs:
        return "cp1252"
    if all(run % 2 == 0 for run in runs[:-1]):  # the last one may be cut; each Chinese character is two high bytes
        return "gb18030"
    return "cp1251" if sum(runs) >= _LETTERS_OF_A_CYRILLIC_WORD * len(runs) else "cp1252"
