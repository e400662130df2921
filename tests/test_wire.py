"""The pipe's format: what comes back as it went, what is refused, what stays behind a handle."""

from __future__ import annotations

import json
import math
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder import wire
from autograder.wire import Handle, WireError, decode, encode

PLAIN = (type(None), bool, int, float, str, list, tuple, dict, np.ndarray, Handle)

small_ints = st.integers(-(2**63) + 1, 2**63 - 1)
scalars = st.none() | st.booleans() | small_ints | st.floats() | st.text()
handles = st.builds(Handle, st.integers(0, 2**40), st.text(max_size=80))
arrays = st.sampled_from(sorted(wire.DTYPES)).flatmap(
    lambda dtype: hnp.arrays(
        dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
    )
)
data = st.recursive(
    scalars | handles | arrays,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=5) | small_ints, inner, max_size=4)
    ),
    max_leaves=12,
)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**25), 10**25)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["nan", "inf", "float64", "bool", "int64", "object"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "value arrays tuple dict array float big handle described dtype shape".split()
            )
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)
headers = st.fixed_dictionaries(
    {
        "value": json_values,
        "arrays": json_values
        | st.lists(
            st.fixed_dictionaries(
                {
                    "dtype": st.sampled_from([*sorted(wire.DTYPES), "object", "V8", "O", None]),
                    "shape": st.lists(
                        st.integers(-3, 5) | st.sampled_from([2**31, 2**63, 10**30, -1, 1.0, None]),
                        max_size=5,
                    ),
                }
            ),
            max_size=4,
        ),
    }
)


def same(one: Any, other: Any) -> bool:
    """Equal with equal types all the way down; NaN is NaN, 0.0 is not -0.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return (
            one.dtype == other.dtype
            and one.shape == other.shape
            and one.tobytes() == other.tobytes()
        )
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, float):
        return repr(one) == repr(other)
    return bool(one == other)


def is_plain(value: Any) -> bool:
    """Of an exact type that `decode` promises, all the way down."""
    if type(value) not in PLAIN:
        return False
    if type(value) is np.ndarray:
        return value.dtype.name in wire.DTYPES and value.base is None
    if isinstance(value, dict):
        return all(type(key) in (str, int) for key in value) and all(map(is_plain, value.values()))
    return all(map(is_plain, value)) if isinstance(value, (list, tuple)) else True


def message(header: Any, body: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return wire.LENGTHS.pack(len(text), len(body)) + text + body


def array_message(shape: Any, dtype: Any = "float64", body: bytes = b"") -> bytes:
    return message({"value": {"array": 0}, "arrays": [{"dtype": dtype, "shape": shape}]}, body)


def kept(value: Any) -> tuple[Any, list[Any]]:
    """What comes out for `value`, and the objects that stayed."""
    stayed: list[Any] = []

    def keep(item: Any) -> Handle:
        stayed.append(item)
        return Handle(len(stayed) - 1, type(item).__name__)

    return decode(encode(value, keep)), stayed


# --- what comes back as it went


@given(data)
def test_data_comes_back_the_same_when_encoded_and_decoded(value):
    assert same(decode(encode(value)), value)


@pytest.mark.parametrize("dtype", sorted(wire.DTYPES))
def test_an_array_keeps_its_dtype_when_it_travels(dtype):
    array = np.arange(-3, 9).reshape(3, 4).astype(dtype)
    assert same(decode(encode(array)), array)


@pytest.mark.parametrize("dtype", [">f8", "<f8", ">i4", ">u2", ">f2"])
def test_an_array_keeps_its_values_when_its_bytes_are_in_another_order(dtype):
    array = np.arange(6).astype(dtype)
    assert decode(encode(array)).tolist() == array.tolist()


@pytest.mark.parametrize(
    "view",
    [
        np.arange(12.0).reshape(3, 4).T,
        np.arange(12.0)[::-2],
        np.broadcast_to(np.float32(3), (2, 5)),
        np.asfortranarray(np.arange(6).reshape(2, 3)),
    ],
    ids=["transposed", "strided", "broadcast", "fortran"],
)
def test_an_array_keeps_its_values_when_it_is_a_view(view):
    assert decode(encode(view)).tolist() == view.tolist()


@pytest.mark.parametrize(
    ("scalar", "plain"),
    [
        (np.float32(0.5), 0.5),
        (np.float64(1e300), 1e300),
        (np.int64(-7), -7),
        (np.uint8(255), 255),
        (np.bool_(True), True),
        (np.float16("inf"), math.inf),
    ],
)
def test_a_numpy_scalar_becomes_pythons_when_it_travels(scalar, plain):
    assert same(decode(encode(scalar)), plain)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -0.0])
def test_a_float_keeps_its_kind_when_json_has_no_word_for_it(value):
    assert same(decode(encode(value)), value)


def test_arrays_do_not_share_memory_when_one_is_named_twice():
    first, second = decode(encode([np.zeros(3)] * 2))
    first += 1
    assert second.tolist() == [0, 0, 0]


def test_a_decoded_array_can_be_written_when_its_message_was_bytes():
    decoded = decode(encode(np.zeros(2)))
    decoded[0] = 1
    assert decoded.tolist() == [1, 0]


# --- tensors


def test_a_keras_tensor_becomes_an_array_when_it_travels():
    import keras

    tensor = keras.ops.convert_to_tensor([[1.5, 2.5]])
    assert same(decode(encode(tensor)), np.array([[1.5, 2.5]], np.float32))


def test_a_keras_variable_becomes_an_array_when_it_travels():
    import keras

    assert same(decode(encode(keras.Variable([1.0, 2.0]))), np.array([1, 2], np.float32))


def test_a_tensorflow_tensor_becomes_an_array_when_it_travels():
    tensorflow = pytest.importorskip("tensorflow")
    assert same(decode(encode(tensorflow.constant([1, 2]))), np.array([1, 2], np.int32))


def test_a_tensor_becomes_a_handle_when_it_has_no_value():
    import keras

    tensor = keras.KerasTensor((2, 3))
    value, stayed = kept(tensor)
    assert value == Handle(0, "KerasTensor") and stayed == [tensor]


def test_a_tensor_of_text_becomes_a_handle_when_it_travels():
    tensorflow = pytest.importorskip("tensorflow")
    value, _ = kept(tensorflow.constant(["a", "b"]))
    assert isinstance(value, Handle)


# --- what stays behind


class Array(np.ndarray):
    """A subclass with rules of its own."""


class Text(str):
    """Not exactly a str."""


NOT_DATA = {
    "subclassed array": lambda: np.zeros(3).view(Array),
    "masked array": lambda: np.ma.masked_array([1.0, 2.0], [True, False]),
    "matrix": lambda: np.zeros((2, 2)).view(np.matrix),
    "record array": lambda: np.rec.array([(1, 2.0)]),
    "structured array": lambda: np.zeros(2, "i4,f8"),
    "object array": lambda: np.array([1, None, "x"], object),
    "text array": lambda: np.array(["a", "b"]),
    "bytes array": lambda: np.array([b"a"]),
    "date array": lambda: np.array(["2020-01-01"], "datetime64[D]"),
    "complex array": lambda: np.zeros(2, complex),
    "long double": lambda: np.longdouble(1),
    "complex number": lambda: 1j,
    "subclassed text": lambda: Text("x"),
    "bytes": lambda: b"x",
    "set": lambda: {1, 2},
    "frozen set": lambda: frozenset({1}),
    "range": lambda: range(3),
    "generator": lambda: (i for i in range(3)),
    "function": lambda: print,
    "class": lambda: int,
    "exception": lambda: ValueError("x"),
    "dict with other keys": lambda: {(1, 2): 3},
    "dict with a true key": lambda: {True: 3},
    "dict with a huge key": lambda: {10**30: 3},
    "named tuple": lambda: np.linalg.slogdet(np.eye(2)),
}


@pytest.mark.parametrize("make", NOT_DATA.values(), ids=NOT_DATA)
def test_an_object_stays_behind_a_handle_when_it_is_not_data(make):
    value = make()
    came, stayed = kept(value)
    assert came == Handle(0, type(value).__name__)
    assert len(stayed) == 1 and stayed[0] is value


@pytest.mark.parametrize("make", NOT_DATA.values(), ids=NOT_DATA)
def test_encoding_refuses_when_something_is_not_data_and_nobody_keeps_it(make):
    with pytest.raises(WireError, match="is not data"):
        encode([make()])


def test_a_memmap_stays_behind_a_handle_when_it_is_an_answer(tmp_path):
    mapped = np.memmap(tmp_path / "file", np.float64, "w+", shape=(3,))
    came, _ = kept([1, mapped])
    assert came == [1, Handle(0, "memmap")]


def test_objects_get_handles_in_order_when_they_are_inside_data():
    came, stayed = kept({"a": [print, (len,)]})
    assert came == {
        "a": [Handle(0, stayed[0].__class__.__name__), (Handle(1, "builtin_function_or_method"),)]
    }
    assert stayed == [print, len]


@pytest.mark.parametrize("value", [2**63, -(2**63), 10**400, -(10**5000)], ids=int.bit_length)
def test_an_integer_becomes_a_handle_when_it_has_more_than_63_bits(value):
    assert decode(encode([value])) == [Handle(-1, "an integer of more than 63 bits")]


def test_encoding_refuses_when_data_is_nested_too_deep():
    value: list[Any] = []
    for _ in range(wire.MAX_DEPTH + 1):
        value = [value]
    with pytest.raises(WireError, match="deep"):
        encode(value)


def test_encoding_refuses_when_a_list_holds_itself():
    value: list[Any] = []
    value.append(value)
    with pytest.raises(WireError, match="deep"):
        encode(value)


def test_encoding_refuses_when_arrays_are_too_large_together():
    half = np.zeros(wire.MAX_BYTES // 2 + 1, np.uint8)
    with pytest.raises(WireError, match="MiB"):
        encode([half, half])


def test_encoding_does_not_copy_an_array_when_it_is_too_large():
    huge = np.broadcast_to(np.float64(1), (10**6, 10**6))
    with pytest.raises(WireError, match="MiB"):
        encode(huge)


def test_encoding_refuses_when_there_are_too_many_values():
    with pytest.raises(WireError, match="more than 200,000 values"):
        encode([0] * wire.MAX_ITEMS)


def test_encoding_refuses_when_the_text_is_too_long():
    with pytest.raises(WireError, match="too much"):
        encode("x" * (wire.MAX_HEADER + 1))


# --- messages by somebody pretending


@given(st.binary(max_size=200))
def test_decoding_gives_plain_data_or_an_error_when_the_bytes_are_arbitrary(noise):
    try:
        value = decode(noise)
    except WireError:
        return
    assert is_plain(value)


@settings(max_examples=400)
@given(json_values | headers, st.binary(max_size=64))
def test_decoding_gives_plain_data_or_an_error_when_the_header_is_arbitrary(header, body):
    try:
        value = decode(message(header, body))
    except WireError:
        return
    assert is_plain(value)


@given(st.binary(max_size=60), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_decoding_refuses_when_the_lengths_lie(rest, header_length, body_length):
    if header_length + body_length != len(rest):
        with pytest.raises(WireError):
            decode(wire.LENGTHS.pack(header_length, body_length) + rest)


@given(data, st.data())
def test_decoding_refuses_when_a_message_is_cut_off(value, chosen):
    whole = encode(value)
    with pytest.raises(WireError):
        decode(whole[: chosen.draw(st.integers(0, len(whole) - 1))])


def test_decoding_refuses_when_something_follows_the_message():
    with pytest.raises(WireError):
        decode(encode(1) + b"x")


@pytest.mark.parametrize(
    "shape",
    [
        [-1],
        [2, -1],
        [10**9],
        [2**63],
        [10**30],
        [2**32, 2**32],
        [0, 2**63],
        [0, 10**30],
        [1] * 65,
        [1.0],
        [True],
        ["1"],
        [None],
        [[1]],
        1,
        None,
        "1",
        {"0": 1},
    ],
    ids=repr,
)
def test_decoding_refuses_when_a_shape_is_not_that_of_the_bytes(shape):
    with pytest.raises(WireError):
        decode(array_message(shape, "float64", bytes(8)))


@pytest.mark.parametrize(
    "dtype",
    ["object", "O", "complex128", "V8", "<f8", "f8", "str", "float128", None, 8, ["float64"]],
)
def test_decoding_refuses_when_a_dtype_is_not_data(dtype):
    with pytest.raises(WireError):
        decode(array_message([1], dtype, bytes(8)))


def test_decoding_refuses_when_bytes_belong_to_no_array():
    with pytest.raises(WireError, match="no array"):
        decode(array_message([1], "float64", bytes(16)))


def test_decoding_refuses_when_two_arrays_would_overlap():
    shapes = [{"dtype": "float64", "shape": [1]}] * 2
    with pytest.raises(WireError, match="longer"):
        decode(message({"value": [{"array": 0}, {"array": 1}], "arrays": shapes}, bytes(8)))


@pytest.mark.parametrize("number", [-1, 1, 10**30, True, 0.0, "0", None, [0]])
def test_decoding_refuses_when_an_array_is_not_there(number):
    header = {"value": {"array": number}, "arrays": [{"dtype": "float64", "shape": [1]}]}
    with pytest.raises(WireError):
        decode(message(header, bytes(8)))


def test_decoding_refuses_when_a_truth_value_is_neither():
    with pytest.raises(WireError, match="truth"):
        decode(array_message([2], "bool", b"\x01\x02"))


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"tuple": None},
        {"tuple": 3},
        {"dict": None},
        {"dict": [1]},
        {"dict": [[1, 2, 3]]},
        {"dict": [[None, 1]]},
        {"dict": [[[1], 1]]},
        {"dict": [[True, 1]]},
        {"dict": [[1.5, 1]]},
        {"dict": [[10**30, 1]]},
        {"float": "1e3"},
        {"float": None},
        {"float": ["nan"]},
        {"handle": "1"},
        {"handle": True},
        {"handle": None},
        {"class": "os.system"},
        {"py/object": "os.system"},
        10**30,
        [2**63],
    ],
    ids=repr,
)
def test_decoding_refuses_when_a_value_is_no_value(value):
    with pytest.raises(WireError):
        decode(message({"value": value, "arrays": []}))


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"value": 1}',
        b'{"arrays": []}',
        b'{"value": NaN, "arrays": []}',
        b'{"value": Infinity, "arrays": []}',
        b'{"value": 1, "arrays": {}}',
        b'{"value": 1, "arrays": [1]}',
        b'{"value": 1, "arrays": [{}]}',
        b'{"value": ' + b"9" * 5000 + b', "arrays": []}',
        b'{"value": ' + b"[" * 100_000 + b"]" * 100_000 + b', "arrays": []}',
        b'{"value": ' + b'{"tuple":' * 100_000 + b"1" + b"}" * 100_000 + b', "arrays": []}',
        b"\xff\xfe\x00",
        b"\x80\x04K\x01.",
    ],
    ids=lambda header: repr(header[:30]),
)
def test_decoding_refuses_when_the_header_is_none(header):
    with pytest.raises(WireError):
        decode(message(header))


def test_decoding_refuses_when_data_is_nested_deeper_than_encoding_allows():
    value: Any = 1
    for _ in range(wire.MAX_DEPTH + 1):
        value = [value]
    with pytest.raises(WireError, match="deep"):
        decode(message({"value": value, "arrays": []}))


def test_decoding_refuses_when_there_are_too_many_items():
    with pytest.raises(WireError, match="long"):
        decode(message({"value": [0] * wire.MAX_ITEMS, "arrays": []}))


def test_a_described_handle_is_cut_when_its_words_are_long():
    came = decode(message({"value": {"handle": 1, "described": "x" * 10_000}, "arrays": []}))
    assert came == Handle(1, "x" * 80)


def test_a_handle_has_plain_words_when_its_description_is_something_else():
    came = decode(message({"value": {"handle": 1, "described": [[1]]}, "arrays": []}))
    assert came == Handle(1, "an object")


@pytest.mark.parametrize(
    "hostile",
    [
        lambda: array_message([2**31], "float64"),
        lambda: array_message([2**20, 2**20], "float64", bytes(8)),
        lambda: wire.LENGTHS.pack(2**32 - 1, 2**32 - 1),
        lambda: message(
            {"value": [{"array": 0}] * 1000, "arrays": [{"dtype": "bool", "shape": [0]}]}
        ),
        lambda: message(b"[" + b"[]," * (wire.MAX_HEADER // 3 - 2) + b"[]]"),
        lambda: message(b"[" + b'{"a":0},' * (wire.MAX_HEADER // 8 - 2) + b"[]]"),
    ],
    ids=["shape", "square", "lengths", "many", "lists", "dicts"],
)
def test_decoding_allocates_no_more_than_the_cap_when_a_message_promises_more(hostile):
    bytes_of_it = hostile()
    tracemalloc.start()
    try:
        decode(bytes_of_it)
    except WireError:
        pass
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < wire.MAX_BYTES + 2 * len(bytes_of_it)
