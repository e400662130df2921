"""Plain data over a pipe: JSON for the structure, raw bytes for the arrays.

What arrives was written by a learner's process and may be anything, so `decode` allows little:
None, bool, int, float, str, list, tuple, dict, arrays of plain numbers, and handles, which are
numbers that stand for an object on the other side. Nothing is ever unpickled.

A message is `<header length><body length><header JSON><array bytes>`, both lengths uint32.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

LENGTHS = struct.Struct(">II")
MAX_BYTES, MAX_HEADER = 64 * 2**20, 8 * 2**20  # a header grows when it is read, arrays do not
DTYPES = frozenset(
    "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64".split()
)
MAX_DEPTH, MAX_ITEMS, MAX_INT = 20, 200_000, 2**63


class WireError(ValueError):
    """The bytes are not a message, or the value is not data."""


@dataclass(frozen=True)
class Handle:
    """An object that stays on the other side.

    Args:
        number: its name there.
        described: its type in words, "a keras Sequential"; never trusted, only shown.
    """

    number: int
    described: str = "an object"


def encode(value: Any, keep: Callable[[Any], Handle] | None = None) -> bytes:
    """`value` as one message.

    Args:
        value: data as above; Keras tensors travel as arrays, NumPy scalars as Python's.
        keep: called with anything that is not data; its handle travels instead.

    Raises:
        WireError: for what is not data when there is no `keep`, or a message over 64 MiB.
    """
    buffers: list[bytes] = []
    shapes: list[dict[str, Any]] = []
    size = count = 0

    def tree(item: Any, depth: int) -> Any:
        nonlocal size, count
        count += 1
        if depth > MAX_DEPTH:
            raise WireError(f"nested more than {MAX_DEPTH} deep")
        if count > MAX_ITEMS:
            raise WireError(f"more than {MAX_ITEMS:,} values that are not in an array")
        if isinstance(item, np.generic) and item.dtype.name in DTYPES:
            item = item.item()
        kind = type(item)
        if item is None or kind in (bool, str):
            return item
        if kind is int:
            return item if abs(item) < MAX_INT else {"big": item.bit_length()}
        if kind is float:
            return item if math.isfinite(item) else {"float": repr(item)}
        if kind is list:
            return [tree(i, depth + 1) for i in item]
        if kind is tuple:
            return {"tuple": [tree(i, depth + 1) for i in item]}
        if kind is dict and all(map(_is_key, item)):
            return {"dict": [[key, tree(i, depth + 1)] for key, i in item.items()]}
        if kind is Handle:
            return {"handle": item.number, "described": item.described}
        values = as_array(item)
        if values is not None and values.dtype.name in DTYPES:
            size += values.nbytes
            if size > MAX_BYTES:
                raise WireError(f"arrays of more than {MAX_BYTES >> 20} MiB")
            shapes.append({"dtype": values.dtype.name, "shape": values.shape})
            native = values.astype(values.dtype.newbyteorder("="), copy=False)
            buffers.append(np.ascontiguousarray(native).tobytes())
            return {"array": len(shapes) - 1}
        if keep is None:
            raise WireError(f"a {kind.__name__} is not data")
        return tree(keep(item), depth)

    header = json.dumps({"value": tree(value, 0), "arrays": shapes}).encode()
    body = b"".join(buffers)
    if len(header) > MAX_HEADER or len(header) + len(body) > MAX_BYTES:
        raise WireError("too much data to send")
    return LENGTHS.pack(len(header), len(body)) + header + body


def decode(message: bytes) -> Any:
    """The value of one message written by `encode`, or by somebody pretending to.

    Raises:
        WireError: for anything that is not exactly such a message.
    """
    try:
        head, rest = LENGTHS.unpack_from(message), message[LENGTHS.size :]
        if len(rest) != sum(head) or sum(head) > MAX_BYTES or head[0] > MAX_HEADER:
            raise WireError("the lengths do not match")
        text = rest[: head[0]]
        if text.count(b"[") + text.count(b"{") > 3 * MAX_ITEMS:
            raise WireError("too deep or too long")
        header = json.loads(text, parse_constant=_no_constant)
        arrays = _arrays(header["arrays"], rest[head[0] :])
        return _value(header["value"], arrays, 0, [0])
    except WireError:
        raise
    except (ValueError, TypeError, KeyError, RecursionError, struct.error, OverflowError) as error:
        raise WireError(f"not a message: {type(error).__name__}") from None


def as_array(item: Any) -> np.ndarray | None:
    """Plain NumPy array of a NumPy array or scalar or a backend's tensor, else None.

    Subclasses of ndarray (matrix, memmap, masked) are not data: they have rules of their own.
    """
    if type(item) is np.ndarray:
        return item
    if isinstance(item, np.generic):
        return np.asarray(item)
    origin = str(type(item).__module__).partition(".")[0]
    if origin not in ("tensorflow", "keras", "jax", "jaxlib", "torch"):
        return None
    tensor = hasattr(item, "shape") and (hasattr(item, "numpy") or hasattr(item, "__array__"))
    return _tensor_array(item) if tensor else None


def _tensor_array(item: Any) -> np.ndarray | None:
    import keras

    try:
        values = keras.ops.convert_to_numpy(item)
    except Exception:  # a tensor without a value, as inside a function being traced
        return None
    return values if type(values) is np.ndarray else None


def _is_key(key: Any) -> bool:
    return type(key) is str or (type(key) is int and abs(key) < MAX_INT)


def _no_constant(name: str) -> Any:
    raise WireError(f"{name} in JSON")


def _arrays(shapes: Any, body: bytes) -> list[np.ndarray]:
    arrays, start = [], 0
    if type(shapes) is not list or len(shapes) > MAX_ITEMS:
        raise WireError("the list of arrays is not one")
    for entry in shapes:
        dtype, shape = entry["dtype"], entry["shape"]
        if dtype not in DTYPES or type(shape) is not list or len(shape) > 32:
            raise WireError("an array of a dtype that is not data")
        if any(type(n) is not int or n < 0 for n in shape):
            raise WireError("an array of a shape that is not one")
        count = math.prod(shape)
        size = count * np.dtype(dtype).itemsize
        if start + size > len(body):
            raise WireError("an array longer than its bytes")
        values = np.frombuffer(body, dtype, count, start) if count else np.empty(0, dtype)
        if dtype == "bool" and np.any(values.view(np.uint8) > 1):
            raise WireError("a truth value that is neither true nor false")
        arrays.append(values.reshape(shape).copy())
        start += size
    if start != len(body):
        raise WireError("bytes that belong to no array")
    return arrays


def _value(item: Any, arrays: list[np.ndarray], depth: int, seen: list[int]) -> Any:
    seen[0] += 1
    if depth > MAX_DEPTH or seen[0] > MAX_ITEMS:
        raise WireError("too deep or too long")
    if type(item) is int and abs(item) >= MAX_INT:
        raise WireError("an integer of more than 63 bits")
    if item is None or type(item) in (bool, int, float, str):
        return item
    if type(item) is list:
        return [_value(i, arrays, depth + 1, seen) for i in item]
    (tag, *_) = item
    inside = item[tag]
    if tag == "tuple":
        return tuple(_value(i, arrays, depth + 1, seen) for i in inside)
    if tag == "dict":
        pairs = [(key, _value(i, arrays, depth + 1, seen)) for key, i in inside]
        if not all(_is_key(key) for key, _ in pairs):
            raise WireError("a key that is not a name")
        return dict(pairs)
    if tag == "array" and type(inside) is int and 0 <= inside < len(arrays):
        return arrays[inside]
    if tag == "float":
        return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[inside]
    if tag == "big":
        return Handle(-1, "an integer of more than 63 bits")
    if tag == "handle" and type(inside) is int:
        described = item.get("described")
        return Handle(inside, described[:80] if type(described) is str else "an object")
    raise WireError(f"an unknown tag {str(tag)[:20]!r}")
