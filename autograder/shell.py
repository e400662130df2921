"""Lives in the learner's process: runs cells in an IPython shell, answers calls, on one pipe.

Forked from `warm`, inside the sandbox. Nothing here is trusted by the judge: a submission may
replace any of it and change nothing but its own answers. Everything here is for honest work.
"""

from __future__ import annotations

import base64
import builtins
import contextlib
import getpass
import io
import os
import random
import re
import signal
import socket
import sys
import warnings
from typing import Any, NoReturn

from . import colab, wire
from .answers import Answerer, describe

MAX_TEXT, MAX_FIGURES, MAX_FIGURE_BYTES = 20_000, 4, 300_000


class TimeLimit(BaseException):
    """A cell or call used up its seconds. Not an Exception, so that `except Exception` in a
    learner's loop does not swallow it."""

    def __str__(self) -> str:
        return "it ran longer than its time limit"


# What TensorFlow's C++ half logs has the time of day in it, and nothing for a learner.
LOG_LINE = re.compile(
    r"^(?:[IWEF]\d{4} [\d:.]+ +\d+ |\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IWEF] "
    r"|WARNING: All log messages before absl).*\n?",
    re.MULTILINE,
)


class CappedText(io.TextIOBase):
    """Standard output that keeps its beginning and counts the rest.

    Args:
        spill: a file descriptor of what was written past Python, by programs and libraries;
            it is taken in, in its place, and emptied.
    """

    encoding = "utf-8"  # type: ignore[assignment]

    def __init__(self, spill: int | None = None) -> None:
        self.kept: list[str] = []
        self.size = 0
        self._spill = spill

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self.size < MAX_TEXT:
            self._take_spill()
        text = str(text)
        self._keep(text, len(text))
        return len(text)

    def text(self) -> str:
        self._take_spill()
        more = self.size - MAX_TEXT
        return "".join(self.kept) + (f"\n… {more} more characters" if more > 0 else "")

    def _keep(self, text: str, size: int) -> None:
        if self.size < MAX_TEXT:
            self.kept.append(text[: MAX_TEXT - self.size])
        self.size += size

    def _take_spill(self) -> None:
        if self._spill is None:
            return
        with contextlib.suppress(OSError):  # closed by the learner: then there is none
            size = os.fstat(self._spill).st_size
            if size:
                text = os.pread(self._spill, 4 * MAX_TEXT, 0).decode(errors="replace")
                os.ftruncate(self._spill, 0)
                kept = LOG_LINE.sub("", text)
                self._keep(kept, max(size - len(text), 0) + len(kept))


def spill_file() -> int:
    """Have everything written to file descriptors 1 and 2 land in a file without a name."""
    path = os.path.join(os.getcwd(), ".output")
    spill = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
    os.unlink(path)
    os.dup2(spill, 1)
    os.dup2(spill, 2)
    return spill


def serve(connection: socket.socket) -> None:
    """Answer requests until the other side closes."""
    spill = spill_file()
    shell = _ipython()
    answerer = Answerer(shell.user_ns)
    signal.signal(signal.SIGALRM, _time_is_up)
    served_by = os.getpid()
    while True:
        message = receive(connection)
        if message is None:
            return
        request = wire.decode(message)
        signal.setitimer(signal.ITIMER_REAL, request["seconds"])
        try:
            if request["op"] == "run":
                reply = wire.encode(_run(shell, request, spill))
            else:
                with _Quiet(spill):
                    reply = answerer.answer(message)
        except TimeLimit as error:  # it struck between the learner's code and the reply
            reply = wire.encode({"error": describe(error, shell.user_ns)})
        signal.setitimer(signal.ITIMER_REAL, 0)
        if os.getpid() != served_by:
            os._exit(0)  # a copy that the learner's code forked; one answer is enough
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
    shell.system = shell.system_raw  # type: ignore[method-assign]
    _publish_quietly(shell)
    reseed()
    sys.modules["autograder"].__dict__["check"] = lambda *names: None
    colab.install()
    sys.path.insert(0, "")  # as a kernel has it: a learner may import a file that a cell wrote
    vars(builtins)["input"] = vars(getpass)["getpass"] = _nobody_answers
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

    def figures_stay_where_they_are(gui: str | None = None) -> tuple[str | None, str]:
        return gui, "agg"  # %matplotlib inline, and any other

    with contextlib.suppress(ImportError):  # so that %config InlineBackend.… finds it
        from matplotlib_inline.config import InlineBackend

        shell.configurables.append(InlineBackend.instance(parent=shell))
    shell._tee = lambda channel: contextlib.nullcontext()  # keeps every output for a history
    shell.enable_gui = lambda gui=None: None
    shell.enable_matplotlib = figures_stay_where_they_are
    shell.display_pub.publish = publish
    shell.displayhook.write_output_prompt = lambda: None
    shell.showtraceback = lambda *args, **kwargs: None
    shell.showsyntaxerror = lambda *args, **kwargs: None


def _nobody_answers(*prompt: object, **options: object) -> NoReturn:
    raise EOFError("end of file: when this is graded, nobody is there to type an answer")


class _Quiet:
    """Catch what a learner's code prints, and undo what it does to the settings that everything
    after it shares: the working directory, NumPy's errors, warnings, Keras' number types.

    Args:
        spill: see `CappedText`.
        settings: False for the course's own cells, whose settings stay.
    """

    def __init__(self, spill: int, settings: bool = True):
        self.out, self._settings = CappedText(spill), settings

    def __enter__(self) -> CappedText:
        import numpy as np

        self._before = sys.stdout, sys.stderr, os.getcwd(), np.geterr(), _keras_settings()
        self._warnings = warnings.catch_warnings()
        if self._settings:
            self._warnings.__enter__()
        sys.stdout = sys.stderr = self.out  # type: ignore[assignment]
        return self.out

    def __exit__(self, *error: object) -> None:
        import numpy as np

        for stream in (sys.__stdout__, sys.__stderr__):
            with contextlib.suppress(OSError, ValueError, AttributeError):
                stream.flush()  # type: ignore[union-attr]
        self.out.text()
        sys.stdout, sys.stderr, folder, errors, settings = self._before
        os.chdir(folder)
        if self._settings:
            self._warnings.__exit__(None, None, None)
            np.seterr(**errors)
            _set_keras(settings)


def _keras_settings() -> tuple[Any, ...]:
    keras = sys.modules.get("keras")
    if keras is None:
        return ()
    config = keras.config
    return config.dtype_policy(), config.floatx(), config.epsilon(), config.image_data_format()


def _set_keras(settings: tuple[Any, ...]) -> None:
    if not settings or settings == _keras_settings():
        return
    config = sys.modules["keras"].config
    setters = config.set_dtype_policy, config.set_floatx, config.set_epsilon
    for setter, value in zip((*setters, config.set_image_data_format), settings, strict=True):
        setter(value)


def _run(shell: Any, request: dict[str, Any], spill: int) -> dict[str, Any]:
    """One cell: what it printed, raised and drew."""
    with _Quiet(spill, settings=request.get("learners", True)) as out:
        try:
            shell.displayhook.quiet = lambda: request["source"].rstrip().endswith(";")
            result = shell.run_cell(request["source"], store_history=False, silent=False)
            error = result.error_before_exec or result.error_in_exec
        except TimeLimit as caught:
            error = caught
        pictures = _figures() if request["figures"] else []
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
