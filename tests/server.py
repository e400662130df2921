"""A PostgreSQL server of one's own, from the system's packages: for tests and benchmarks.

It listens on a socket in a new folder and nowhere else, and is gone with it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import quote

_numbers = count()
USER, PASSWORD = "teacher", "s3cret"


def why_not() -> str:
    """Why there can be no server here; empty if there can."""
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        return f"no driver for PostgreSQL: {error}"
    if _programs() is None:
        return "no PostgreSQL server (initdb) is installed"
    if os.name != "posix" or (os.getuid() == 0 and not _owner()):
        return "a server does not run as root, and there is no user postgres to run it as"
    return ""


@dataclass(frozen=True)
class Server:
    """A server that runs.

    Args:
        folder: where its socket is.
    """

    folder: Path

    def url(self, database: str, password: str = PASSWORD) -> str:
        """A `db_url`."""
        person = f"{USER}:{quote(password, safe='')}"
        return f"postgresql+psycopg://{person}@/{database}?host={self.folder}"

    def create(self) -> str:
        """Make an empty database; its `db_url`."""
        import psycopg

        database = f"grades_{next(_numbers)}"
        with psycopg.connect(
            host=str(self.folder), user=USER, password=PASSWORD, dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(f'CREATE DATABASE "{database}"'.encode())
        return self.url(database)


@contextmanager
def server(durable: bool = False) -> Iterator[Server]:
    """Start a server; stop and remove it in the end.

    Args:
        durable: write to the disk as a real server does, for measuring.
    """
    programs, owner = _programs(), _owner()
    assert programs is not None
    # Not in TMPDIR: its owner has to get there, and a socket's path has a hundred characters.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    (folder / "password").write_text(PASSWORD)
    if owner:
        for path in (folder, folder / "password"):
            shutil.chown(path, owner, owner)

    def run(program: str, *words: str) -> None:
        user = {"user": owner, "group": owner, "extra_groups": []} if owner else {}
        subprocess.run(
            [programs / program, "-D", folder / "data", *words], cwd=folder, check=True,
            stdout=subprocess.DEVNULL, **user,
        )  # fmt: skip

    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync={durable}"
    try:
        password = f"--pwfile={folder / 'password'}"
        run("initdb", "-A", "scram-sha-256", "-U", USER, password, "--no-sync", "-E", "UTF8")
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield Server(folder)
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    """The folder with initdb, which Debian keeps out of PATH; of the newest version."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    all_ = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    return all_[-1].parent if all_ else None


def _owner() -> str:
    """Whom to run it as: the package's user for root, nobody else for anybody else."""
    import pwd

    if os.getuid() != 0:
        return ""
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else ""
