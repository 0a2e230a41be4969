"""ZIP archives from outside: opened only when nothing in their directory asks for trouble."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Unpacked bytes of one archive; ten times the largest agreed volume stays far below.
LARGEST = 8 << 30
#: An entry this large that shrank this much is no register extract.
BOMB_SIZE = 64 << 20
BOMB_RATIO = 200
MOST_ENTRIES = 1_000


class BadArchive(Exception):  # noqa: N818 - the reader turns it into its own error
    """The archive is none, or must not be unpacked; the text says why."""


@contextmanager
def open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a ZIP read-only after checking its directory; BadArchive when it is no ZIP, locked, odd or a bomb.

    Only the sizes stated in the directory count: reading never goes beyond them, and the checksum must come out.
    """
    try:
        archive = zipfile.ZipFile(path)
    # zipfile itself raises NotImplementedError for compression and encryption it does not know.
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, IndexError, OverflowError) as error:
        raise BadArchive("is no ZIP archive") from error
    with archive:
        entries = archive.infolist()
        if len(entries) > MOST_ENTRIES:
            raise BadArchive(f"holds {len(entries)} entries")
        if any(entry.flag_bits & 0x1 for entry in entries):
            raise BadArchive("is locked with a password")
        if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
            raise BadArchive("uses a compression other than deflate")
        if sum(entry.file_size for entry in entries) > LARGEST or any(map(_is_bomb, entries)):
            raise BadArchive("would unpack to far more than a register extract")
        yield archive


def _is_bomb(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > BOMB_SIZE and entry.file_size > BOMB_RATIO * max(entry.compress_size, 1)
