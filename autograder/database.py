"""The database under nbgrader's gradebook, SQLite or PostgreSQL: who may write, what went wrong.

`CourseDirectory.db_url` may hold a password, so a URL is shown by `masked` only.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import exc, text
from sqlalchemy.engine import make_url

SQLITE = "sqlite:///"
ERRORS = (exc.SQLAlchemyError, ImportError)  # a driver that is not installed is an ImportError
AGAIN = "then run the command again; it goes on where it stopped."
SECRETS = {"password", "sslpassword", "passfile"}

# SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html
BUSY = {"23505", "40001", "40P01", "55P03"}  # unique, serialization, deadlock, lock not available
FULL, NO_TABLE = {"53100"}, {"42P01", "42703"}


def file_of(url: str) -> Path | None:
    """The file of a gradebook in SQLite; None for a gradebook on a server."""
    return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


def masked(url: str) -> str:
    """The URL with *** for the password, wherever it stands in it."""
    try:
        made = make_url(url)
    except (exc.ArgumentError, ValueError):
        return "named in nbgrader_config.py"
    hidden = {name: "***" for name in made.query if name.lower() in SECRETS}
    return made.update_query_dict(hidden).render_as_string(hide_password=True)


def start_writing(db: Any, student: str) -> None:
    """Begin a transaction in which nobody else writes what it read of this student.

    SQLite has one writer at a time. In PostgreSQL our runs take turns for each student; against
    formgrader the grades are locked when they are read (`rows.rows_of`).
    """
    if db.get_bind().dialect.name == "sqlite":
        db.execute(text("BEGIN IMMEDIATE"))
    elif db.get_bind().dialect.name == "postgresql":
        db.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:who, 0))"), {"who": student}
        )


def wait_for_others(db: Any, seconds: float) -> None:
    """How long to wait for a lock in PostgreSQL; SQLite has it in its URL."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text(f"SET lock_timeout = '{round(1000 * seconds)}ms'"))
        db.commit()


def explain(error: Exception, url: str) -> str:
    """What went wrong, in one line with a remedy and without a password."""
    if isinstance(error, (ImportError, exc.NoSuchModuleError)):
        return (
            f"The gradebook {masked(url)} needs a driver that is not installed ({error}). For "
            "PostgreSQL write postgresql+psycopg://… and run `pip install 'threesteps[postgres]'`."
        )
    if isinstance(error, exc.ArgumentError):
        return "c.CourseDirectory.db_url in nbgrader_config.py is not the address of a database."
    cause = getattr(error, "orig", None) or error
    state = getattr(cause, "sqlstate", None)
    connecting = isinstance(error, exc.OperationalError) and error.statement is None
    lines = str(cause).splitlines() or [type(cause).__name__]
    words = " ".join(lines if connecting else lines[:1])  # of a server with two addresses, both
    if "locked" in words or state in BUSY:
        remedy = f"Somebody else is writing to it: close formgrader or the other run, {AGAIN}"
    elif "full" in words or state in FULL:
        remedy = f"Free some space, {AGAIN}"
    elif "no such" in words:
        remedy = "Make a copy of it, then run `nbgrader db upgrade`."
    elif state in NO_TABLE:
        remedy = "Run `autograder build`; if nbgrader was updated, `nbgrader db upgrade`."
    elif file_of(url) is not None:
        remedy = f"Check that it is there and that you may write to it, {AGAIN}"
    else:
        remedy = (
            "Check that the server runs, that the database is there (`createdb` makes one), and "
            f"the user and password in db_url, {AGAIN}"
        )
        return f"The gradebook {masked(url)} cannot be used: {words}. {remedy}"
    return f"The gradebook cannot be used: {words}. {remedy}"
