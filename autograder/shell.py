"""Lives in the learner's process: runs cells in an IPython shell, answers calls, on one pipe.

Forked from `warm`, inside the sandbox. Nothing here is trusted by the judge: a submission may
replace any of it and change nothing but its own answers. Everything here is for honest work.
"""

from __future__ import annotations

import base64
import io
import os
import random
import signal
import socket
import sys
from typing import Any

from . import wire
from .answers import Answerer, describe

MAX_TEXT, MAX_FIGURES, MAX_FIGURE_BYTES = 20_000, 4, 300_000


class TimeLimit(BaseException):
    """A cell or call used up its seconds. Not an Exception, so that `except Exception` in a
    learner's loop does not swallow it."""

    def __str__(self) -> str:
        return "it ran longer than its time limit"


class CappedText(io.TextIOBase):
    """Standard output that keeps its beginning and counts the rest."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        text = str(text)
        if self.size < MAX_TEXT:
            self.kept.append(text[: MAX_TEXT - self.size])
        self.size += len(text)
        return len(text)

    def text(self) -> str:
        more = self.size - MAX_TEXT
        return "".join(self.kept) + (f"\n… {more} more characters" if more > 0 else "")


def serve(connection: socket.socket) -> None:
    """Answer requests until the other side closes."""
    shell = _ipython()
    answerer = Answerer(shell.user_ns)
    signal.signal(signal.SIGALRM, _time_is_up)
    while True:
        message = receive(connection)
        if message is None:
            return
        request = wire.decode(message)
        signal.setitimer(signal.ITIMER_REAL, request["seconds"])
        try:
            if request["op"] == "run":
                reply = wire.encode(_run(shell, request["source"], request["figures"]))
            else:
                with _Quiet():
                    reply = answerer.answer(message)
        except TimeLimit as error:  # it struck between the learner's code and the reply
            reply = wire.encode({"error": describe(error, shell.user_ns)})
        signal.setitimer(signal.ITIMER_REAL, 0)
        connection.sendall(reply)


def receive(connection: socket.socket) -> bytes | None:
    """One whole message, or None when the other side has closed.

    Raises:
        wire.WireError: when the announced length is over the limit.
    """
    head = _exactly(connection, wire.LENGTHS.size)
    if head is None:
        return None
    size = sum(wire.LENGTHS.unpack(head))
    if size > wire.MAX_BYTES:
        raise wire.WireError(f"a reply of {size >> 20} MiB")
    body = _exactly(connection, size)
    return None if body is None else head + body


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        part = connection.recv(min(size - len(parts), 1 << 20))
        if not part:
            return None
        parts += part
    return bytes(parts)


def _ipython() -> Any:
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    shell = InteractiveShell.instance(config=config)
    shell.system = shell.system_raw
    _publish_quietly(shell)
    reseed()
    sys.modules["autograder"].check = lambda *names: None  # type: ignore[attr-defined]
    return shell


def reseed() -> None:
    """Start every generator that a notebook may use from the same place in every fork."""
    import numpy as np

    random.seed(0)
    np.random.seed(0)
    keras = sys.modules.get("keras")
    if keras is not None:
        keras.utils.set_random_seed(0)


def _publish_quietly(shell: Any) -> None:
    """Show what cells display as text; nothing here needs a front end."""

    def publish(data: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        print(str(data.get("text/plain", ""))[:MAX_TEXT])

    shell.display_pub.publish = publish
    shell.displayhook.write_output_prompt = lambda: None
    shell.showtraceback = lambda *args, **kwargs: None
    shell.showsyntaxerror = lambda *args, **kwargs: None


class _Quiet:
    """Swallow what a function under check prints; keep the working directory and NumPy's errors."""

    def __enter__(self) -> CappedText:
        import numpy as np

        self.out = CappedText()
        self.before = sys.stdout, sys.stderr, os.getcwd(), np.geterr()
        sys.stdout = sys.stderr = self.out  # type: ignore[assignment]
        return self.out

    def __exit__(self, *error: object) -> None:
        import numpy as np

        sys.stdout, sys.stderr, folder, errors = self.before
        os.chdir(folder)
        np.seterr(**errors)


def _run(shell: Any, source: str, figures: bool) -> dict[str, Any]:
    """One cell: what it printed, raised and drew."""
    with _Quiet() as out:
        try:
            result = shell.run_cell(source, store_history=False, silent=False)
            error = result.error_before_exec or result.error_in_exec
        except TimeLimit as caught:
            error = caught
        pictures = _figures() if figures else []
    reply: dict[str, Any] = {"text": out.text(), "figures": pictures}
    if error is not None:
        reply["error"] = describe(error, shell.user_ns)
    return reply


def _figures() -> list[str]:
    """The figures that are open, as PNG in base64, and closed afterwards."""
    plt = sys.modules.get("matplotlib.pyplot")
    if plt is None:
        return []
    pictures = []
    for number in plt.get_fignums()[:MAX_FIGURES]:
        buffer = io.BytesIO()
        try:
            plt.figure(number).savefig(buffer, format="png", dpi=60)
        except Exception:  # a learner's figure that cannot be drawn is no figure
            continue
        if buffer.tell() <= MAX_FIGURE_BYTES:
            pictures.append(base64.b64encode(buffer.getvalue()).decode())
    plt.close("all")
    return pictures


def _time_is_up(number: int, frame: object) -> None:
    raise TimeLimit
