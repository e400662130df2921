"""What lies in a ZIP archive or in a folder, one entry at a time; nothing is ever unpacked.

An entry's name is looked at, never used as a path: where its bytes go the caller decides.
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from . import ingest
from .course import CourseError, read_regular
from .spec import plain

MAX_ENTRIES = 100_000
UNIX_TIME, ENCRYPTED = 0x5455, 0x1


@dataclass(frozen=True)
class Entry:
    """A file in an archive or folder.

    Args:
        name: as it stands there, "/" between folders; for people to read when it is refused.
        time: when it was last changed, UTC, as the archive says; None if it does not.
        refused: why it is not looked at, if it is not.
        read: its bytes, at most `ingest.MAX_BYTES` and one; raises `ingest.Refused`.
    """

    name: str
    time: datetime | None
    refused: str
    read: Callable[[], bytes]


@contextmanager
def entries(source: Path) -> Iterator[Iterator[Entry]]:
    """Every file in an archive or a folder.

    Raises:
        CourseError: if it is neither, or holds more than any class hands in.
    """
    if source.is_dir():
        yield _of_folder(source)
        return
    try:
        with zipfile.ZipFile(source) as archive:
            if len(archive.infolist()) > MAX_ENTRIES:
                raise CourseError(f"{source.name} holds more than {MAX_ENTRIES:,} files.")
            yield _of_zip(archive)
    except FileNotFoundError:
        raise CourseError(f"There is no archive or folder {source}.") from None
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, EOFError):
        raise CourseError(
            f"{source.name} is not a ZIP archive, or a damaged one; download it again."
        ) from None


def _of_zip(archive: zipfile.ZipFile) -> Iterator[Entry]:
    seen: dict[str, str] = {}
    for info in archive.infolist():
        name = info.orig_filename
        if name.endswith("/"):
            continue  # a folder
        other = seen.setdefault(name.casefold(), name)
        refused = _strange_name(name) or _strange_kind(info)
        if not refused and other != name:
            refused = f"differs from {plain(other, 100)} only in upper and lower case"
        elif not refused and archive.NameToInfo.get(info.filename) is not info:
            refused = "is in the archive more than once; the last one counts"
        yield Entry(name, _time(info), refused, lambda info=info: _bytes(archive, info))  # type: ignore[misc]


def _strange_kind(info: zipfile.ZipInfo) -> str:
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "is a link or a device, not a file"
    return "is encrypted" if info.flag_bits & ENCRYPTED else ""


def _bytes(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if info.file_size > ingest.MAX_BYTES:
        raise ingest.Refused(f"has {info.file_size >> 20:,} MB; the limit is 32")
    try:
        with archive.open(info) as file:
            return file.read(ingest.MAX_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, ValueError):
        raise ingest.Refused("is damaged") from None


def _time(info: zipfile.ZipInfo) -> datetime | None:
    """The time in the extra field of Info-ZIP, which is UTC; else the clock's of this place."""
    extra = info.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == UNIX_TIME and size >= 5 and len(extra) >= 9 and extra[4] & 1:
            return datetime.fromtimestamp(struct.unpack_from("<i", extra, 5)[0], timezone.utc)
        extra = extra[4 + size :]
    try:
        return datetime(*info.date_time).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


def _of_folder(source: Path) -> Iterator[Entry]:
    for folder, folders, files in os.walk(source):
        here = Path(folder)
        links = [name for name in folders if (here / name).is_symlink()]
        for name in sorted(files + links):
            path = here / name
            shown = path.relative_to(source).as_posix()
            try:
                time = datetime.fromtimestamp(path.lstat().st_mtime, timezone.utc)
            except (OSError, ValueError, OverflowError):
                time = None
            refused = "is a link to another folder" if name in links else _strange_name(shown)
            yield Entry(shown, time, refused, lambda path=path: read_regular(path))  # type: ignore[misc]
        folders[:] = sorted(set(folders) - set(links))


def _strange_name(name: str) -> str:
    """Why no honest archive has such an entry; empty if one may."""
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or (len(name) > 1 and name[1] == ":"):
        return "is an absolute path, or one of Windows"
    if ".." in parts:
        return "leads out of the archive"
    if not name.isprintable() or not 0 < len(name) <= 1000 or max(map(len, parts)) > 255:
        return "has a name that no file should have"
    return ""
