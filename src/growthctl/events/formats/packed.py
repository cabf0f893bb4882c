"""About how large a compressed file is unpacked, by its head: to know for certain is to read it all."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
_HEAD = 1 << 19
_UNPACKED = 1 << 20
"""So much is unpacked at most, in about 4 ms: a log may have many files."""
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_BLOCK = 1 << 17
"""What programs put into each block of a zstd frame but the last, and never more."""


def unpacked_size(path: str) -> int:
    """Bytes; of a file that is not compressed exactly."""
    size = Path(path).stat().st_size
    with Path(path).open("rb") as file:
        head = file.read(_HEAD)
        if head.startswith(GZIP):
            packed, unpacked = _of_members(head)
            # It ends with the size of its last member, which is usually its only one, up to 4 GB.
            file.seek(-4, os.SEEK_END)
            declared = int.from_bytes(file.read(4), "little")
        elif head.startswith(ZSTD):
            packed, unpacked = _of_frames(head)
            declared = _frame_header(head)[1]
        else:
            return size
    estimate = size * unpacked // packed if packed else 0
    # More where one part alone is larger, and where the head is packed better than what follows.
    return declared if 2 * declared > estimate else estimate


def _of_members(head: bytes) -> tuple[int, int]:
    """How many bytes of a head of gzip could be unpacked, and how many they were then."""
    packed = unpacked = 0
    while head.startswith(GZIP) and unpacked < _UNPACKED:
        member = zlib.decompressobj(_GZIP_OR_ZLIB)
        unpacked += len(member.decompress(head, _UNPACKED - unpacked))
        packed += len(head) - len(member.unused_data) - len(member.unconsumed_tail)
        head = member.unused_data
    return packed, unpacked


def _of_frames(head: bytes) -> tuple[int, int]:
    """The same of zstd: nothing is unpacked, but whole blocks are counted (RFC 8878, 3.1.1)."""
    at = unpacked = 0
    while head.startswith(ZSTD, at):
        length, declared, checksum = _frame_header(head[at:])
        at += length
        frame, is_last = 0, 0
        while not is_last and at + 3 <= len(head):
            block = int.from_bytes(head[at : at + 3], "little")
            is_last, kind, size = block & 1, block >> 1 & 3, block >> 3
            frame += _BLOCK if kind == 2 else size
            at += 3 + (1 if kind == 1 else size)
        at += checksum
        unpacked += declared if is_last and declared else frame
    return at, unpacked


def _frame_header(head: bytes) -> tuple[int, int, int]:
    """Of a zstd frame: how long its header is, the size that it declares or 0, how long its checksum is."""
    flags = head[4] if len(head) > 4 else 0
    is_single = flags >> 5 & 1
    begin = 5 + (not is_single) + (0, 1, 2, 4)[flags & 3]
    end = begin + (is_single, 2, 4, 8)[flags >> 6]
    declared = int.from_bytes(head[begin:end], "little") + (256 if flags >> 6 == 1 else 0)
    return end, declared, 4 * (flags >> 2 & 1)
