"""Check of exercise 14: convolutional networks, looked at untrained and after a short game."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, require
from ...spec import Check, Wrong
from ...student import Remote
from ...trained import Trained, layer_types, once
from .features import Features

build_digit_gan = Check("build_digit_gan", seconds=120)

LARGEST, EPOCHS = 100_000, 10
# By the features of this check a generator of one digit only has a distance of 18 to 40, an
# untrained one 36. After 10 epochs the solution had 2.8 to 4.7 on eight
# starts, and ten classes above 1 % each time.
FARTHEST, CLASSES, FEWEST = 8.0, 9, 0.005


def answer_of(model: Any, x: np.ndarray, shape: tuple[int, ...], name: str) -> np.ndarray:
    asked = f"the {name} on an array of shape {x.shape}"
    try:
        answer = model(x)
    except Wrong as wrong:
        raise Wrong(f"The {name} could not be asked. {wrong.cause}", asked=asked) from None
    if np.shape(answer) != shape:
        words = f"The {name}'s answer has the wrong shape. "
        words += (
            "Images are (n, 8, 8, 1): the height is right when padding is 'same' and 4 is doubled."
            if name == "generator"
            else "It should be one logit per image, (n, 1): Flatten, then Dense(1)."
        )
        got = f"shape {np.shape(answer)}"
        raise Wrong(words, asked=asked, got=got, expected=f"shape {shape}")
    return array(answer, shape, f"the {name}'s answer")


def pair_of(student: Any, noise_size: int) -> tuple[Any, Any]:
    answer = student.build_digit_gan(noise_size)
    good = isinstance(answer, (tuple, list)) and len(answer) == 2
    require(
        good and all(isinstance(model, Remote) for model in answer),
        "Return two models: generator, discriminator.",
        got=answer,
    )
    return answer[0], answer[1]


def require_generator(generator: Any, rng: np.random.Generator, noise_size: int) -> None:
    noise = 3 * rng.normal(size=(40, noise_size)).astype("float32")
    images = answer_of(generator, noise, (40, 8, 8, 1), "generator")
    asked = "the untrained generator on 40 noise vectors"
    require(
        images.min() >= 0 and images.max() <= 1,
        "Pixels should be from 0 to 1: give the last layer of the generator a sigmoid.",
        asked=asked,
        got=f"pixels from {images.min():.2g} to {images.max():.2g}",
    )
    words = "The pixels cannot get every value from 0 to 1: a sigmoid of any number is needed, and "
    words += "a ReLU before it, or a softmax over the channel, cuts off a part."
    require(images.min() < 0.5 < images.max(), words, asked=asked)
    require(
        images.std(axis=0).max() > 1e-4,
        "All noise vectors give the same picture: does the noise get through?",
        asked=asked,
    )


def require_discriminator(discriminator: Any, rng: np.random.Generator) -> None:
    x = rng.uniform(size=(40, 8, 8, 1)).astype("float32") * rng.uniform(0, 8, (40, 1, 1, 1))
    x[20:, 4:] = 0
    x[30:, :, :4] = 0
    logits = answer_of(discriminator, x.astype("float32"), (40, 1), "discriminator")
    asked = "the untrained discriminator on 40 images"
    inside = logits.min() >= 0 and logits.max() <= 1 and logits.mean() > 0.3
    words = "All answers lie between 0 and 1: these are probabilities. Return logits, without a "
    words += "sigmoid."
    require(not inside, words, asked=asked)
    require(
        logits.std() > 1e-6,
        "All images get the same answer: is an activation after the last layer (softmax of one "
        "number is always 1, ReLU cuts)? Logits need none.",
        asked=asked,
    )


def untrained(student: Any, rng: np.random.Generator, first: bool = False) -> Trained:
    """Two models that keep what was agreed, untrained."""

    def build() -> Trained:
        student["keras"]["utils"].set_random_seed(int(rng.integers(10_000)))
        size = int(rng.integers(9, 16))
        generator, discriminator = pair_of(student, size)
        require_generator(generator, rng, size)
        require_discriminator(discriminator, rng)
        number = sum(int(array(m.count_params(), ())) for m in (generator, discriminator))
        words = "Too many weights: most are in dense layers; use fewer channels before them."
        got = f"{number:,}"
        require(number <= LARGEST, words, asked="both models' count_params()", got=got)
        for name, model in [("generator", generator), ("discriminator", discriminator)]:
            words = f"There is no convolution in the {name}: Conv2D or Conv2DTranspose."
            require(any("Conv" in kind for kind in layer_types(model)), words, asked=f"the {name}")
        return Trained(kept={"generator": generator, "discriminator": discriminator, "size": size})

    return once(student, "build_digit_gan", build, first)


@build_digit_gan.case("two networks that fit", weight=2)
def _(student, reference, rng):
    untrained(student, rng, first=True)


@build_digit_gan.case("any size of the noise")
def _(student, reference, rng):
    untrained(student, rng)
    size = int(rng.integers(20, 40))
    generator, _discriminator = pair_of(student, size)
    answer_of(generator, np.zeros((1, size), "float32"), (1, 8, 8, 1), "generator")


def played(student: Any, rng: np.random.Generator) -> dict[str, Any]:
    """Drawings after a short game; the game is played once."""
    kept = untrained(student, rng).kept
    if "shares" not in kept:
        features = Features()
        seed = int(rng.integers(10_000))
        generator = kept["generator"]
        student.play(generator, kept["discriminator"], features.x, EPOCHS, seed=seed)
        noise = rng.normal(size=(1800, kept["size"])).astype("float32")
        images = answer_of(generator, noise, (1800, 8, 8, 1), "generator")
        kept["distance"], kept["shares"] = features.judged(images)
    return kept


@build_digit_gan.case("near the digits after 10 epochs", weight=3)
def _(student, reference, rng):
    distance = played(student, rng)["distance"]
    require(
        distance < FARTHEST,
        "The drawings are too far from the digits. Has the generator enough channels, batch "
        "normalization after its hidden layers, and the discriminator two convolutions?",
        asked="Fréchet distance, by the check's features",
        got=f"{distance:.1f}",
    )


@build_digit_gan.case("nearly all classes drawn", weight=2)
def _(student, reference, rng):
    shares = played(student, rng)["shares"]
    require(
        int((shares >= FEWEST).sum()) >= CLASSES,
        "Some digits are never drawn. Does every noise vector give a picture of its own, and can "
        "the discriminator see the whole image?",
        asked="share of each digit among 1,800 drawings",
        got=" ".join(f"{share:.0%}" for share in shares),
    )


@build_digit_gan.case("a picture by itself", hidden=True)
def _(student, reference, rng):
    """After training, in inference mode, a drawing does not depend on the others."""
    kept = untrained(student, rng).kept
    noise = rng.normal(size=(5, kept["size"])).astype("float32")
    together = answer_of(kept["generator"], noise, (5, 8, 8, 1), "generator")
    alone = answer_of(kept["generator"], noise[:1], (1, 8, 8, 1), "generator")
    words = "The drawing for a noise vector depends on the others in the batch, or on chance: "
    words += "nothing may be random, or in training mode, when the model is just called."
    require(np.allclose(together[:1], alone, atol=1e-4), words)
