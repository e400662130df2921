"""The loaders: shapes, ranges, the same data every time, clear words when something is wrong."""

import gzip
import hashlib
import math
import re
import socket
import urllib.error
from itertools import chain, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from threesteps import datasets
from threesteps.datasets import downloads

ROOT = Path(__file__).parents[1]
REAL_MNIST = ROOT.parent / "shared" / "datasets" / "mnist-t10k"
REAL_SHAKESPEARE = ROOT.parent / "shared" / "datasets" / "tinyshakespeare" / "input.txt"
GENERATORS = [datasets.two_moons, datasets.rings, datasets.blobs]


@pytest.mark.parametrize(
    ("name", "gate"),
    [
        ("AND", lambda a, b: a and b),
        ("OR", lambda a, b: a or b),
        ("NAND", lambda a, b: not (a and b)),
        ("XOR", lambda a, b: a != b),
    ],
)
def test_truth_table_agrees_with_python(name, gate):
    x, y = datasets.truth_table(name)
    assert x.shape == (4, 2)
    assert x.dtype == y.dtype == np.float64
    assert y.tolist() == [float(gate(bool(a), bool(b))) for a, b in x]


def test_truth_table_rows_are_all_four_inputs_in_order():
    assert datasets.truth_table("OR")[0].tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]


@pytest.mark.parametrize("name", ["xor", "", None, ["AND"]])
def test_truth_table_of_unknown_name_lists_the_known(name):
    with pytest.raises(ValueError, match="choose one of AND, OR, NAND, XOR"):
        datasets.truth_table(name)


@pytest.mark.parametrize("generate", GENERATORS)
@settings(max_examples=25, deadline=None)
@given(num=st.integers(2, 301), noise=st.floats(0, 2), seed=st.integers(0, 2**40))
def test_generated_points_have_the_promised_shape_and_balance(generate, num, noise, seed):
    x, y = generate(num, noise, seed, quiet=True)
    assert x.shape == (num, 2)
    assert y.shape == (num,)
    assert x.dtype == y.dtype == np.float64
    assert (y == 0).sum() == num - num // 2
    assert (y == 1).sum() == num // 2


@pytest.mark.parametrize("generate", GENERATORS)
def test_generated_points_depend_on_the_seed_only(generate):
    np.random.seed(0)
    first = generate(seed=3)
    np.random.seed(1)
    again, other = generate(seed=3), generate(seed=4)
    assert np.array_equal(first[0], again[0])
    assert np.array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])


@pytest.mark.parametrize("generate", GENERATORS)
def test_generated_points_come_in_mixed_order(generate):
    y = generate(num=200)[1]
    assert 50 < np.count_nonzero(np.diff(y)) < 150  # sorted: 1, alternating: 199


def test_two_moons_without_noise_lie_on_two_half_circles():
    x, y = datasets.two_moons(num=101, noise=0)
    upper, lower = x[y == 0], x[y == 1]
    assert np.allclose(np.hypot(*upper.T), 1)
    assert np.allclose(np.hypot(*(lower - [1, 0.5]).T), 1)
    assert upper[:, 1].min() >= -1e-12
    assert lower[:, 1].max() <= 0.5 + 1e-12


def test_rings_without_noise_have_radius_one_and_a_half():
    x, y = datasets.rings(num=100, noise=0)
    assert np.allclose(np.hypot(*x.T), np.where(y == 0, 1.0, 0.5))


def test_noise_has_the_given_spread():
    x, y = datasets.blobs(num=20_000, noise=0.3, seed=1)
    centers = np.where(y[:, None] == 0, -1.0, 1.0)
    assert (x - centers).std(axis=0) == pytest.approx([0.3, 0.3], rel=0.03)


def test_blobs_label_points_by_their_center():
    centers = [[0, 0], [10, 0], [0, 10]]
    x, y = datasets.blobs(num=10, noise=0.01, centers=centers)
    assert np.allclose(x, np.array(centers)[y.astype(int)], atol=0.2)
    assert np.bincount(y.astype(int)).tolist() == [4, 3, 3]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"num": 1}, "num is 1"),
        ({"num": 20.5}, "num is 20.5"),
        ({"num": True}, "num is True"),
        ({"noise": -0.1}, "noise is -0.1"),
        ({"noise": float("nan")}, "noise is nan"),
        ({"noise": "much"}, "noise is 'much'"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": None}, "seed is None"),
    ],
)
def test_generators_name_the_bad_argument(arguments, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        datasets.two_moons(**arguments)


def test_blobs_of_bad_centers_says_the_shape():
    with pytest.raises(ValueError, match=re.escape("centers has shape (3,)")):
        datasets.blobs(centers=[1, 2, 3])


@pytest.mark.parametrize("size", [8, 16, 28])
def test_digits_have_the_promised_shapes_and_range(size):
    data = datasets.digits(size)
    assert data.x_train.shape == (1438, size, size)
    assert data.x_test.shape == (359, size, size)
    assert data.x_train.dtype == data.x_test.dtype == np.float32
    assert data.y_train.dtype == data.y_test.dtype == np.int64
    assert data.x_train.min() == 0
    assert data.x_train.max() == 1
    assert "scikit-learn" in data.source


def test_digits_are_those_of_scikit_learn_split_without_loss():
    from sklearn.datasets import load_digits

    real = load_digits()
    data = datasets.digits(8)
    ours = np.column_stack(
        [
            np.concatenate([data.x_train, data.x_test]).reshape(-1, 64) * 16,
            np.concatenate([data.y_train, data.y_test]),
        ]
    )
    theirs = np.column_stack([real.data, real.target])
    assert sorted(map(tuple, ours)) == sorted(map(tuple, theirs))


def test_digits_split_keeps_the_share_of_every_class():
    data = datasets.digits()
    share = np.bincount(data.y_test) / (np.bincount(data.y_train) + np.bincount(data.y_test))
    assert share == pytest.approx(np.full(10, 0.2), abs=0.003)


def test_digits_split_is_the_same_at_every_size_and_every_call():
    small, large = datasets.digits(8), datasets.digits(16)
    assert np.array_equal(small.y_train, large.y_train)
    assert np.array_equal(datasets.digits(8).x_test, small.x_test)


def test_digits_16_are_the_bits_that_the_card_promises():
    data = datasets.digits(16)
    content = data.x_train.astype("<f4").tobytes() + data.x_test.astype("<f4").tobytes()
    card = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert hashlib.sha256(content).hexdigest() in card


def test_digits_16_interpolate_between_pixel_centres():
    from scipy.ndimage import zoom

    small, large = datasets.digits(8), datasets.digits(16)
    oracle = zoom(small.x_test[0], 2, order=1, mode="nearest", grid_mode=True)
    assert np.allclose(large.x_test[0], oracle, atol=1e-6)


def test_digits_of_another_size_names_the_choices():
    with pytest.raises(ValueError, match="size is 12; choose 8, 16 or 28"):
        datasets.digits(12)


def test_digits_that_differ_are_refused(monkeypatch):
    monkeypatch.setattr("threesteps.datasets.images.DIGITS_SHA256", "0" * 64)
    with pytest.raises(RuntimeError, match="install scikit-learn anew"):
        datasets.digits()


def test_digits_without_the_file_come_from_load_digits(monkeypatch):
    expected = datasets.digits(8)
    monkeypatch.setattr(Path, "is_file", lambda path: False)
    assert np.array_equal(datasets.digits(8).x_train, expected.x_train)


def test_a_record_cannot_be_changed_and_prints_short():
    data = datasets.digits()
    with pytest.raises(AttributeError):
        data.source = "elsewhere"
    assert repr(data).startswith("1,438 training and 359 test images, 8×8: scikit-learn")


def test_every_loader_prints_one_line_unless_quiet(capsys):
    flights = datasets.flight_requests, datasets.flight_pairs
    calls = [(load, ()) for load in (*GENERATORS, *flights, datasets.digits, datasets.corpus)]
    for load, arguments in [*calls, (datasets.truth_table, ("AND",))]:
        load(*arguments)
        assert capsys.readouterr().out.count("\n") == 1
        load(*arguments, quiet=True)
        assert capsys.readouterr().out == ""


SCALES = ["small", "full"]


@pytest.mark.parametrize("scale", SCALES)
@settings(max_examples=25, deadline=None)
@given(num=st.integers(1, 60), seed=st.integers(0, 2**40))
def test_flight_requests_name_a_slot_for_every_word(scale, num, seed):
    data = datasets.flight_requests(num, seed, scale, quiet=True)
    assert len(data.words) == len(data.slots) == num
    for words, slots in zip(data.words, data.slots, strict=True):
        assert len(words) == len(slots)
        assert set(slots) <= set(data.slot_names)
        assert slots.count("date") == 2
        verbs = [{"arrive": "to", "leave": "from"}[w] for w in words if w in ("arrive", "leave")]
        assert sorted(s for s in slots if s in ("to", "from")) == sorted(verbs)


@pytest.mark.parametrize("scale", SCALES)
def test_flight_vocabulary_holds_all_words_but_rare_places(scale):
    data = datasets.flight_requests(2000, 0, scale, quiet=True)
    spoken = {word for words in data.words for word in words}
    places = {
        word
        for words, slots in zip(data.words, data.slots, strict=True)
        for word, slot in zip(words, slots, strict=True)
        if slot in ("to", "from")
    }
    assert list(data.vocabulary) == sorted(set(data.vocabulary))
    assert spoken - set(data.vocabulary) < places
    assert set(data.vocabulary) <= spoken
    assert data.slot_names[:4] == ("none", "to", "from", "date")
    assert ("airline" in data.slot_names) == (scale == "full")


def combinations(data):
    """(place, month, day) of every place in the requests."""
    found = set()
    for words, slots in zip(data.words, data.slots, strict=True):
        date = tuple(w for w, s in zip(words, slots, strict=True) if s == "date")
        found |= {(w, *date) for w, s in zip(words, slots, strict=True) if s in ("to", "from")}
    return found


@pytest.mark.parametrize("scale", SCALES)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**40))
def test_flight_pairs_differ_in_the_verb_and_in_one_slot(scale, seed):
    data = datasets.flight_pairs(30, seed, scale, quiet=True)
    assert len(data.words) == 60
    for k in range(0, 60, 2):
        words = zip(data.words[k], data.words[k + 1], strict=True)
        slots = zip(data.slots[k], data.slots[k + 1], strict=True)
        assert [pair for pair in words if pair[0] != pair[1]] == [("arrive", "leave")]
        assert [pair for pair in slots if pair[0] != pair[1]] == [("to", "from")]


@pytest.mark.parametrize("scale", SCALES)
def test_flight_pairs_are_never_in_the_requests(scale):
    requests = datasets.flight_requests(5000, 5, scale, quiet=True)
    pairs = datasets.flight_pairs(2_000, 6, scale, quiet=True)
    assert not combinations(requests) & combinations(pairs)
    known = {place for place, *_ in combinations(requests)}
    new = {place for place, *_ in combinations(pairs)} - known
    assert new
    assert not new & set(pairs.vocabulary)


def test_the_decks_place_and_date_are_kept_for_the_pairs():
    decks = ("Taipei", "November", "2nd")
    assert decks in combinations(datasets.flight_pairs(5000, 0, quiet=True))
    assert decks not in combinations(datasets.flight_requests(5000, 0, quiet=True))


def test_flight_requests_depend_on_the_seed_only():
    np.random.seed(0)
    first = datasets.flight_requests(50, seed=3, quiet=True)
    np.random.seed(1)
    again = datasets.flight_requests(50, seed=3, quiet=True)
    assert first.words == again.words
    assert first.words != datasets.flight_requests(50, seed=4, quiet=True).words
    assert repr(first).startswith("50 flight requests of up to ")


@pytest.mark.parametrize("load", [datasets.flight_requests, datasets.flight_pairs])
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"num": 0}, "num is 0; give a whole number, at least 1"),
        ({"seed": -1}, "seed is -1"),
        ({"scale": "huge"}, "scale is 'huge'; choose one of small, full"),
        ({"scale": None}, "scale is None"),
    ],
)
def test_flight_loaders_name_the_bad_argument(load, arguments, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        load(**arguments)


@pytest.fixture
def empty_keras_cache(monkeypatch, tmp_path):
    """A Keras home of its own, and a network that answers nothing."""
    monkeypatch.setattr("keras.src.utils.file_utils.config.keras_home", lambda: str(tmp_path))

    def unreachable(url, target, progress):
        Path(target).write_bytes(b"half a file")
        raise urllib.error.URLError("no route to host")

    monkeypatch.setattr("keras.src.utils.file_utils.urlretrieve", unreachable)
    return tmp_path


@pytest.mark.parametrize(
    ("load", "name"), [(datasets.mnist, "MNIST"), (datasets.fashion_mnist, "Fashion-MNIST")]
)
def test_without_a_network_digits_stand_in_and_say_why(load, name, empty_keras_cache, capsys):
    data = load()
    assert np.array_equal(data.x_test, datasets.digits(28, quiet=True).x_test)
    assert data.class_names == tuple("0123456789")
    for text in (data.source, capsys.readouterr().out.splitlines()[-1]):
        assert f"instead of {name}, which could not be loaded" in text
        assert "no route to host" in text


@pytest.mark.parametrize(
    ("load", "file"),
    [
        (datasets.mnist, "datasets/mnist.npz"),
        (datasets.fashion_mnist, "datasets/fashion-mnist/train-images-idx3-ubyte.gz"),
    ],
)
def test_a_damaged_file_in_the_cache_is_never_returned(load, file, empty_keras_cache, capsys):
    damaged = empty_keras_cache / file
    damaged.parent.mkdir(parents=True, exist_ok=True)
    damaged.write_bytes(b"not what it was")
    assert "instead of" in load().source
    assert "hash does not match" in re.sub(r"\s+", " ", capsys.readouterr().out)


def test_a_defect_while_loading_is_not_taken_for_a_failed_download(monkeypatch):
    import keras

    def broken():
        raise KeyError("x_train")

    monkeypatch.setattr(keras.datasets.mnist, "load_data", broken)
    with pytest.raises(KeyError):
        datasets.mnist()


def test_loading_leaves_the_socket_timeout_as_it_was(empty_keras_cache):
    before = socket.getdefaulttimeout()
    try:
        socket.setdefaulttimeout(123)
        datasets.mnist(quiet=True)
        assert socket.getdefaulttimeout() == 123
    finally:
        socket.setdefaulttimeout(before)


def test_mnist_is_scaled_and_labelled(monkeypatch, capsys):
    import keras

    images = np.array([[[0, 255], [51, 0]]], dtype=np.uint8)
    labels = np.array([7], dtype=np.uint8)
    loaded = ((images, labels), (images[:0], labels[:0]))
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: loaded)
    data = datasets.mnist()
    assert data.x_train.tolist() == np.float32([[[0, 1], [0.2, 0]]]).tolist()
    assert data.y_train.tolist() == [7]
    assert data.y_train.dtype == np.int64
    assert capsys.readouterr().out.startswith("MNIST: 1 training")


def test_fashion_mnist_reads_its_four_files_in_the_right_places(monkeypatch, tmp_path):
    for place, name in enumerate(downloads.FASHION_SHA256):
        axes = 3 if "images" in name else 1
        write_idx(tmp_path / name, np.full((place + 1 - (axes == 1),) + (2,) * (axes - 1), place))

    def get_file(name, origin, file_hash, cache_subdir):
        assert origin.endswith(name)
        assert len(file_hash) == 64
        return str(tmp_path / name.removesuffix("-ubyte.gz"))

    monkeypatch.setattr("keras.utils.get_file", get_file)
    data = datasets.fashion_mnist()
    assert data.x_train.shape == (1, 2, 2)
    assert data.x_test.shape == (3, 2, 2)
    assert data.y_train.tolist() == [1]
    assert data.y_test.tolist() == [3, 3, 3]
    assert data.class_names[9] == "Ankle boot"
    assert data.source.startswith("Fashion-MNIST")


def write_idx(path, values):
    head = bytes([0, 0, 8, values.ndim]) + np.array(values.shape, ">u4").tobytes()
    content = head + values.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


@pytest.fixture
def idx_files(tmp_path):
    images, labels = tmp_path / "images.gz", tmp_path / "labels"
    write_idx(images, np.arange(24).reshape(2, 3, 4))
    write_idx(labels, np.array([5, 9]))
    return images, labels


def test_from_idx_reads_compressed_and_plain_files(idx_files):
    x, y = datasets.from_idx(*idx_files)
    assert np.allclose(x * 255, np.arange(24).reshape(2, 3, 4))
    assert x.dtype == np.float32
    assert y.tolist() == [5, 9]


def test_from_idx_with_the_files_swapped_is_refused(idx_files):
    with pytest.raises(ValueError, match="no idx file of unsigned bytes with 3 axes"):
        datasets.from_idx(*reversed(idx_files))


def test_from_idx_with_files_of_two_sets_is_refused(idx_files):
    write_idx(idx_files[1], np.array([5, 9, 1]))
    with pytest.raises(ValueError, match="3 labels for 2 images"):
        datasets.from_idx(*idx_files)


@settings(max_examples=40, deadline=None)
@given(cut=st.integers(0, 31), compress=st.booleans())
def test_from_idx_of_a_file_cut_short_is_refused(cut, compress, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cut")
    images, labels = folder / ("images.gz" if compress else "images"), folder / "labels"
    write_idx(images, np.arange(24).reshape(2, 3, 4))
    write_idx(labels, np.array([5, 9]))
    images.write_bytes(images.read_bytes()[:cut])
    with pytest.raises(ValueError, match="images"):
        datasets.from_idx(images, labels)


def test_real_mnist_files_are_read():
    if not REAL_MNIST.is_dir():
        pytest.skip("real MNIST files are not beside the project (../shared/datasets)")
    x, y = datasets.from_idx(
        REAL_MNIST / "t10k-images-idx3-ubyte.gz", REAL_MNIST / "t10k-labels-idx1-ubyte.gz"
    )
    assert x.shape == (10_000, 28, 28)
    assert (x.min(), x.max()) == (0, 1)
    assert np.bincount(y).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert y[:5].tolist() == [7, 2, 1, 0, 4]


def everything(grammar, symbol="SENTENCE"):
    """All (words, probability) that can become of a symbol."""
    alternatives = grammar[symbol]
    for right in alternatives:
        parts = [
            list(everything(grammar, part)) if part in grammar else [((part,), 1.0)]
            for part in right.split()
        ]
        for chosen in product(*parts):
            words = tuple(chain.from_iterable(words for words, _ in chosen))
            yield words, math.prod(p for _, p in chosen) / len(alternatives)


def test_corpus_entropy_is_that_of_all_its_sentences():
    data = datasets.corpus(num=1, quiet=True)
    language = list(everything(data.grammar))
    probs = np.array([p for _, p in language])
    lengths = np.array([len(words) for words, _ in language])
    assert len({words for words, _ in language}) == len(language)  # no two derivations agree
    assert probs.sum() == pytest.approx(1)
    nats = -(probs * np.log(probs)).sum()
    assert data.entropy == pytest.approx(nats / (probs @ lengths + 1))


def test_corpus_sentences_come_as_often_as_the_grammar_says():
    data = datasets.corpus(num=6000, seed=1, quiet=True)
    expected = dict(everything(data.grammar))
    assert set(data.sentences) <= set(expected)
    surprise = -np.mean([math.log(expected[sentence]) for sentence in data.sentences])
    length = np.mean([len(sentence) + 1 for sentence in data.sentences])
    assert surprise / length == pytest.approx(data.entropy, rel=0.02)


def test_corpus_knows_the_class_of_every_word_and_no_other():
    data = datasets.corpus(num=5000, quiet=True)
    assert {word for sentence in data.sentences for word in sentence} == set(data.word_classes)
    assert data.words == tuple(sorted(data.word_classes))
    assert data.word_classes["king"] == ("person", "royal", "old", "male", "singular")
    with pytest.raises(TypeError):
        data.word_classes["king"] = ("card",)


def test_corpus_verbs_agree_with_the_person_not_with_the_animal():
    data = datasets.corpus(num=2000, quiet=True)
    for sentence in data.sentences:
        number = data.word_classes[sentence[1]][-1]
        verbs = [
            data.word_classes[word] for word in sentence if data.word_classes[word][0] == "verb"
        ]
        assert {verb[-1] for verb in verbs} == {number}
        assert len(verbs) == 1 + ("who" in sentence)


def test_corpus_people_do_what_their_traits_allow():
    data = datasets.corpus(num=2000, quiet=True)
    for sentence in data.sentences:
        _, rank, age, gender, number = data.word_classes[sentence[1]]
        kinds = [data.word_classes[word] for word in sentence[-3:]]
        owner = ("possessive", "plural" if number == "plural" else gender)
        assert kinds[0][1] in (rank, age, "keeping")
        assert (kinds[1] == owner) == (kinds[0][1] == "keeping")
        assert kinds[2][0] == ("animal" if kinds[0][1] == "keeping" else "thing")


def test_corpus_depends_on_the_seed_only():
    first, again = datasets.corpus(50, seed=3), datasets.corpus(50, seed=3)
    assert first.sentences == again.sentences
    assert first.sentences != datasets.corpus(50, seed=4).sentences


@pytest.mark.parametrize("arguments", [{"num": 0}, {"num": 1.5}, {"seed": -1}])
def test_corpus_names_the_bad_argument(arguments):
    (name,) = arguments
    with pytest.raises(ValueError, match=f"{name} is"):
        datasets.corpus(**arguments)


def test_without_a_network_sentences_stand_in_for_shakespeare(empty_keras_cache, capsys):
    play = datasets.shakespeare()
    assert play.splitlines()[0].startswith("the ")
    said = capsys.readouterr().out.splitlines()[-1]
    assert "instead of tiny Shakespeare, which could not be loaded" in said
    assert "no route to host" in said


def test_a_damaged_shakespeare_in_the_cache_is_never_returned(empty_keras_cache):
    damaged = empty_keras_cache / "datasets" / "tinyshakespeare.txt"
    damaged.parent.mkdir(parents=True)
    damaged.write_text("To be or not to be", encoding="utf-8")
    assert "not to be" not in datasets.shakespeare(quiet=True)


def test_real_shakespeare_in_the_cache_is_checked_and_returned(empty_keras_cache, capsys):
    if not REAL_SHAKESPEARE.is_file():
        pytest.skip("tiny Shakespeare is not beside the project (../shared/datasets)")
    cached = empty_keras_cache / "datasets" / "tinyshakespeare.txt"
    cached.parent.mkdir(parents=True)
    cached.symlink_to(REAL_SHAKESPEARE)
    play = datasets.shakespeare()
    assert len(play) == 1_115_394
    assert play.startswith("First Citizen:\nBefore we proceed any further, hear me speak.")
    assert len(set(play)) == 65
    assert capsys.readouterr().out.startswith("Tiny Shakespeare: 1,115,394 characters")
