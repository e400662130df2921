# %% [markdown]
# # 07 · Autoencoders
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({{COLAB}})
#
# You describe a picture of 64 pixels on the telephone. You may say eight numbers, and at the other
# end somebody draws. Nobody tells either of you what the pictures show. Which eight numbers would
# you agree on?
#
# Whoever finds them has found what these pictures have in common. In this notebook networks find
# them, without a single label, and then you use what they found: to search, to clean, to learn from
# twenty labels, and at last to draw digits that nobody has ever written.

# %% [markdown]
# **When you are done you can**
#
# - find the best linear code with PCA, and show that a linear network finds the same one;
# - build and train autoencoders, deep, tied and denoising, and judge them on images they have not
#   seen;
# - search by codes and say when that beats pixels and when it does not;
# - turn an autoencoder into a variational one and draw samples from it.
#
# **What you need:** networks in Keras (01), gradients that add up at a shared node (02), the recipe
# of 03.
#
# **Time:** 13 exercises, about 4 hours of your work and about a minute and a half of the computer's.

# %%
import sys

if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", "install -q {{INSTALL}}")

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import ops
from scipy.linalg import subspace_angles
from scipy.ndimage import map_coordinates

from autograder import check
from threesteps import datasets, plots, start
from threesteps.gradients import value_and_grad

start(seed=1)

# %% [markdown]
# ## Step 1 · Define a set of functions
#
# Two functions: the **encoder** makes a short **code** of an image, the **decoder** an image of a
# code. One half removes what does not matter, the other half puts it back. Between them lies a
# narrow place, and all that passes through it is the code.
#
# The labels come with our digits, but no training below looks at them. We keep them for judging.

# %% tags=["demo"]
digits = datasets.digits()
x_train, x_test = (x.reshape(len(x), -1) for x in (digits.x_train, digits.x_test))  # (n, 64)
y_train, y_test = digits.y_train, digits.y_test
mean_image = x_train.mean(axis=0)
shown = [x_train[0], mean_image, x_train[0] - mean_image]
titles = ["a digit", "mean of all", "difference"]
figure, axes = plt.subplots(1, 3, figsize=(6, 2.2), layout="constrained")
for ax, image, title in zip(axes, shown, titles):
    ax.imshow(image.reshape(8, 8), cmap="gray_r" if title != "difference" else "RdBu_r")
    ax.set(title=title, xticks=[], yticks=[])
plt.show()

# %% [markdown]
# ### The best straight code
#
# The simplest decoder adds up: the mean image, plus the code's first number times a fixed pattern,
# plus its second times another, and so on. Which patterns leave the smallest squared error? The
# directions in which the images vary most. You have met them: in `learning_recipe` a few of these
# axes cured overfitting. As patterns to draw with they are called **principal components** (Pearson
# 1901, Hotelling 1933).
#
# By hand: the points (0, 0), (3, 4), (6, 8) have the mean (3, 4) and vary along one line only.
# One component, (0.6, 0.8), and one number per point, −5, 0, 5, say everything.

# %% [markdown]
# ### Exercise 1 · Principal components  (difficulty 1, 15 minutes)
#
# Your `principal_axes` does it, if you still have it. It is five lines: the rows of $V^{\mathsf T}$ in
# $X - \bar x = U S V^{\mathsf T}$.


# %% exercise="pca"
def pca(x, units):
    """The mean and the first principal components.

    x: float array, (n, features); units: how many components, at most n and features
    -> (mean, components), float arrays (features,) and (units, features): orthogonal rows of length
    1, the direction of the largest variance first. Their signs do not matter.
    pca([[0, 0], [3, 4], [6, 8]], 1) -> ([3, 4], [[0.6, 0.8]])
    Hint: np.linalg.svd(centred, full_matrices=False) returns U, S and V transposed.
    """
    ### BEGIN SOLUTION
    mean = np.mean(x, axis=0)
    _, _, directions = np.linalg.svd(x - mean, full_matrices=False)  # (min(n, features), features)
    return mean, directions[:units]
    ### END SOLUTION


# %% check="pca" points=2
check("pca")

# %% tags=["demo"]
mean, components = pca(x_train, 8)
figure, axes = plt.subplots(1, 8, figsize=(10, 1.6), layout="constrained")
for number, (ax, component) in enumerate(zip(axes, components), start=1):
    ax.imshow(component.reshape(8, 8), cmap="RdBu_r", vmin=-0.4, vmax=0.4)
    ax.set(title=f"component {number}", xticks=[], yticks=[])
plt.show()

# %% [markdown]
# Nobody asked for it, but the first components look like strokes: ink here *instead of* there.
#
# Encoding is measuring how much of each component is in the difference from the mean. Decoding adds
# them up again:
#
# $$\text{codes} = (X - \bar x)\, C^{\mathsf T} \qquad \hat X = \bar x + \text{codes} \cdot C$$
#
# By hand: the component (0.6, 0.8), mean 0, the point (5, 0). Its code is 3, its reconstruction
# (1.8, 2.4). The squared errors are 3.2² and 2.4², their mean is 8.
#
# ### Exercise 2 · There and back  (difficulty 1, 15 minutes)


# %% exercise="pca_reconstruct"
def pca_reconstruct(x, mean, components):
    """Encode images by principal components, decode them, and measure what was lost.

    x: float array, (n, features); mean, components: as `pca` returns them
    -> (codes, images, error): float arrays (n, units) and (n, features), and one number: the
    squared error, averaged over images and features
    pca_reconstruct([[5, 0]], [0, 0], [[0.6, 0.8]]) -> ([[3]], [[1.8, 2.4]], 8)
    Hint: mean and components may come from other images than x. Do not compute them anew.
    """
    ### BEGIN SOLUTION
    codes = (x - mean) @ components.T  # (n, units)
    images = mean + codes @ components  # (n, features)
    return codes, images, np.mean((x - images) ** 2)
    ### END SOLUTION


# %% check="pca_reconstruct" points=2
check("pca_reconstruct")

# %% tags=["demo"]
rows = [x_test[:8]]
for units in (2, 8, 16):
    _, images, error = pca_reconstruct(x_test, *pca(x_train, units))
    rows.append(np.clip(images[:8], 0, 1))
    print(f"{units:2d} numbers: squared error {error:.4f} on digits kept apart")
plots.images(np.concatenate(rows).reshape(-1, 8, 8), columns=8)
plt.show()

# %% [markdown]
# First row the digits, then drawn from 2, 8 and 16 numbers. Eight straight numbers lose too much:
# one cannot always tell what it was.
#
# ### A network as encoder and decoder
#
# The same with layers: `Dense` down to the code, `Dense` up again. With non-linear layers the code
# may bend. Without any, the network is as straight as PCA, and in Step 3 you will see which straight
# code it finds.
#
# Often the two halves share their kernel. In PCA they do: one multiplies by $C^{\mathsf T}$, the
# other by $C$. Networks with **tied weights** copy that: the decoder's kernel is the encoder's,
# transposed. The biases stay separate.
#
# $$h = \tanh(x W + b) \qquad \hat x = h W^{\mathsf T} + c$$

# %% [markdown]
# By hand, 64 features and 8 units. Untied: $64 \cdot 8 + 8$ and $8 \cdot 64 + 64$, together 1,096
# parameters. Tied: $64 \cdot 8$ only once, 584.
#
# And the gradient? $W$ is used twice, and you know since assignment 02 what happens at a shared
# node: both gradients **add up**. Keras does that by itself, as long as it is *one* variable. A copy
# of its numbers, made when the model is built, stays behind at the first step.
#
# ### Exercise 3 · One kernel, used twice  (difficulty 3, 30 minutes)


# %% exercise="tied_autoencoder"
def tied_autoencoder(features, units):
    """An autoencoder with one kernel, as a Keras model, not compiled.

    features, units: ints -> a keras.Model, (batch, features) -> (batch, features); weights: the
    kernel W, (features, units), the encoder's bias, (units,), and the decoder's, (features,)
    tied_autoencoder(64, 8).count_params() -> 584
    Formula: above.
    Hint: write a small keras.layers.Layer that is given the Dense layer, makes its own bias in
    `build` (self.add_weight), and multiplies by ops.transpose(dense.kernel) in `call`.
    """

    ### BEGIN SOLUTION
    class Transposed(keras.layers.Layer):
        def __init__(self, dense):
            super().__init__()
            self.dense = dense

        def build(self, shape):
            self.bias = self.add_weight(shape=(features,), initializer="zeros")

        def call(self, codes):
            return ops.matmul(codes, ops.transpose(self.dense.kernel)) + self.bias

    x, dense = keras.Input((features,)), keras.layers.Dense(units, activation="tanh")
    return keras.Model(x, Transposed(dense)(dense(x)))
    ### END SOLUTION


# %% check="tied_autoencoder" points=3
check("tied_autoencoder")

# %% [markdown]
# ## Step 2 · Goodness of a function
#
# The right answer to an image is the image itself: the loss is the squared error between input and
# output, and no teacher is needed.
#
# Is it really the best question to ask? With a wide code a network could pass the pixels through and
# learn nothing. Ask more of it: damage the image first, and let it find **the clean one** (Vincent
# and others 2008). To fill in what is missing one has to know what digits look like.

# %% [markdown]
# The classical damage is **masking**: each pixel is set to 0 with a given probability, every pixel
# of every image by a throw of its own. By hand: of (1, 2, 3, 4) with share ½ there may remain
# (0, 2, 0, 4).
#
# ### Exercise 4 · Damage  (difficulty 1, 10 minutes)


# %% exercise="corrupt"
def corrupt(x, share, seed):
    """Set each number to 0 with probability `share`, and leave the others as they are.

    x: float array, (n, features), which stays as it is; share: from 0 to 1; seed: int
    -> a new float array, the shape of x; the same seed gives the same holes
    corrupt([[1, 2, 3, 4]], 0.5, seed) -> perhaps [[0, 2, 0, 4]], perhaps [[1, 2, 0, 4]]
    Source: Vincent and others (2008), section 2.3.
    Hint: np.random.default_rng(seed).random(shape) is uniform from 0 to 1.
    """
    ### BEGIN SOLUTION
    keep = np.random.default_rng(seed).random(np.shape(x)) >= share
    return np.asarray(x) * keep
    ### END SOLUTION


# %% check="corrupt" points=1
check("corrupt")

# %% [markdown]
# What is damage? Whatever should not change the code. A digit that was written a little to the left,
# or a little turned, is the same digit. So the second kind of damage is the one from assignment 04:
# `moved_digits` turns every image by up to 15 degrees and moves it by up to 0.7 pixels.


# %%
def moved_digits(x, seed, degrees=15, pixels=0.7):
    """Turn and move each image a little, by its own angle and distance. x: (n, side * side)."""
    rng, side = np.random.default_rng(seed), round(x.shape[1] ** 0.5)
    angle = np.deg2rad(rng.uniform(-degrees, degrees, (len(x), 1, 1)))
    down, right = rng.uniform(-pixels, pixels, (2, len(x), 1, 1))
    row, column = np.mgrid[:side, :side] - (side - 1) / 2
    rows = np.cos(angle) * row + np.sin(angle) * column + down + (side - 1) / 2
    columns = np.cos(angle) * column - np.sin(angle) * row + right + (side - 1) / 2
    number = np.broadcast_to(np.arange(len(x))[:, None, None], rows.shape)
    images = np.reshape(x, (-1, side, side))
    return map_coordinates(images, [number, rows, columns], order=1).reshape(x.shape)


# %% tags=["demo"]
rows = [x_train[:8], corrupt(x_train[:8], 0.3, seed=0), moved_digits(x_train[:8], seed=0)]
plots.images(np.concatenate(rows).reshape(-1, 8, 8), columns=8)
plt.show()

# %% [markdown]
# The pairs to learn from: damaged as input, clean as target. Every image appears several times, each
# time damaged anew, so that the network cannot learn the holes by heart.
#
# ### Exercise 5 · Pairs to learn from  (difficulty 1, 15 minutes)


# %% exercise="denoising_pairs"
def denoising_pairs(x, damage, copies, seed):
    """Several damaged copies of all images, and for each the image it was made from.

    x: float array, (n, features); copies: int, at least 1; seed: int
    damage: a function (x, seed) -> array of the shape of x, such as `moved_digits`
    -> (inputs, targets), float arrays (copies * n, features): first all n images, damaged with
    `seed`, then all n again, damaged with seed + 1, and so on
    Hint: np.concatenate, np.tile; which of the two is the clean one?
    """
    ### BEGIN SOLUTION
    inputs = np.concatenate([damage(x, seed + copy) for copy in range(copies)])
    return inputs, np.tile(x, (copies, 1))
    ### END SOLUTION


# %% check="denoising_pairs" points=2
check("denoising_pairs")

# %% [markdown]
# ## Step 3 · Pick the best function
#
# ### A linear network finds PCA
#
# Encoder and decoder are one `Dense` layer each, without activation. PCA is the best such function,
# so the best network must be as good. Is it the same one?
#
# Not quite. Its code may be turned, stretched or mixed, if the decoder undoes it: with 4 units there
# are many best networks. But all of them draw into **the same 4-dimensional plane** (Bourlard and
# Kamp 1988, Baldi and Hornik 1989), and for planes there are angles. The largest **principal angle**
# is 0° if two planes are the same and 90° if some direction of one is foreign to the other. Here is
# a tool that measures it.


# %%
def largest_angle(a, b):
    """The largest principal angle between the planes that the rows of a and b span, in degrees."""
    return float(np.rad2deg(subspace_angles(np.transpose(a), np.transpose(b)).max()))


# %% [markdown]
# By hand: in space, the planes of x and y and of x and z share the x axis. Their principal angles
# are 0° and 90°.
#
# ### Exercise 6 · Train a linear autoencoder  (difficulty 2, 25 minutes)
#
# 60 epochs of Adam in batches of 240 are enough, if the learning rate starts at 0.02 and falls to 0
# (`keras.optimizers.schedules.CosineDecay`). The check gives you digits whose pixels were shuffled,
# and allows 5 degrees between the decoder's plane and PCA's, at 4 units. On ten such sets and starts
# we measured 0.3 to 0.8 degrees. (Mind the last batch: one of 30 images counts each of them as much
# as four of the others. With batches of 128 of these 1,438 we got 2 to 3 degrees.)


# %% exercise="train_linear_autoencoder"
def train_linear_autoencoder(x, units, seed):
    """Train an autoencoder of one Dense layer down and one up, both without activation.

    x: float array, (n, features), with mean 0; units: of the code; seed: int
    -> (encoder, decoder), two trained Keras models: (n, features) -> (n, units) and back. The
    decoder has one Dense layer, whose kernel is (units, features).
    Source: Baldi and Hornik (1989).
    Hint: call keras.utils.set_random_seed(seed), make two small keras.Sequential, and train
    keras.Sequential([encoder, decoder]), which shares their layers.
    """
    ### BEGIN SOLUTION
    keras.utils.set_random_seed(seed)
    features = x.shape[1]
    encoder = keras.Sequential([keras.Input((features,)), keras.layers.Dense(units)])
    decoder = keras.Sequential([keras.Input((units,)), keras.layers.Dense(features)])
    both = keras.Sequential([encoder, decoder])
    epochs, batch = 60, 240
    rate = keras.optimizers.schedules.CosineDecay(0.02, epochs * -(-len(x) // batch))
    both.compile(keras.optimizers.Adam(rate), "mse")
    both.fit(x, x, epochs=epochs, batch_size=batch, verbose=0)
    return encoder, decoder
    ### END SOLUTION


# %% check="train_linear_autoencoder" points=3
check("train_linear_autoencoder")

# %% tags=["demo"]
centred, (mean, components) = x_train - mean_image, pca(x_train, 4)
for seed in range(2):
    _, decoder = train_linear_autoencoder(centred, 4, seed)
    kernel = ops.convert_to_numpy(decoder.layers[-1].kernel)  # (4, 64)
    lengths = np.linalg.norm(kernel, axis=1, keepdims=True)
    cosines = np.abs(kernel / lengths @ components.T).max(axis=1)
    print(f"seed {seed}: planes {largest_angle(kernel, components):.2f}° apart;", end=" ")
    print("rows and their nearest components", np.rad2deg(np.arccos(cosines)).round(), "degrees")

# %% [markdown]
# The plane is PCA's. The rows in it are not the components: a network has no reason to order or to
# straighten its code. PCA is a linear autoencoder whose code was tidied up.
#
# (Take 8 units and look again. The eighth component varies hardly more than the ninth, 0.172 against
# 0.156, so there is little slope that tells the one from the other, and after the same training we
# measured 21 degrees. The error, though, is almost PCA's, 0.02402 against 0.02398.)
#
# ### Deep
#
# Now let the code bend: `Dense` with 256, 128 and `units` units down, with 128, 256 and `features`
# up, ReLU within, no activation on the code, sigmoid at the end because pixels lie between 0 and 1.

# %% [markdown]
# ### Exercise 7 · Train a deep autoencoder  (difficulty 2, 30 minutes)
#
# The check gives you digits with shuffled pixels, their *negatives* as targets, 8 units and 40
# epochs, and asks for at most 70 % of PCA's squared error, with a code of the same size, on 397
# digits kept apart. On ten such sets and starts we measured 53 to 58 %.


# %% exercise="train_deep_autoencoder"
def train_deep_autoencoder(inputs, targets, units, seed, epochs):
    """Train a deep autoencoder to make the targets from the inputs.

    inputs, targets: float arrays, (n, features), from 0 to 1; both may be the same images
    units: of the code; seed: int; epochs: passes over the pairs
    -> (encoder, decoder), two trained Keras models: (n, features) -> (n, units) and back
    Layers: above. Source: Hinton and Salakhutdinov (2006).
    Hint: Adam with a learning rate that falls from 0.004 to 0, the mean squared error.
    """
    ### BEGIN SOLUTION
    keras.utils.set_random_seed(seed)
    features = inputs.shape[1]

    def dense(units, activation="relu"):
        return keras.layers.Dense(units, activation)

    encoder = keras.Sequential(
        [keras.Input((features,)), dense(256), dense(128), dense(units, None)]
    )
    up = [dense(128), dense(256), dense(features, "sigmoid")]
    decoder = keras.Sequential([keras.Input((units,)), *up])
    both = keras.Sequential([encoder, decoder])
    rate = keras.optimizers.schedules.CosineDecay(0.004, epochs * -(-len(inputs) // 128))
    both.compile(keras.optimizers.Adam(rate), "mse")
    both.fit(inputs, targets, epochs=epochs, batch_size=128, verbose=0)
    return encoder, decoder
    ### END SOLUTION


# %% check="train_deep_autoencoder" points=4
check("train_deep_autoencoder")

# %% tags=["demo"]
coders = {units: train_deep_autoencoder(x_train, x_train, units, 0, 40) for units in (2, 8, 16)}
for units, (encoder, decoder) in coders.items():
    error = np.mean((ops.convert_to_numpy(decoder(encoder(x_test))) - x_test) ** 2)
    _, straight, best_straight = pca_reconstruct(x_test, *pca(x_train, units))
    print(f"{units:2d} units: deep {error:.4f}, PCA {best_straight:.4f}")
encoder, decoder = coders[8]
_, straight, _ = pca_reconstruct(x_test, *pca(x_train, 8))
bent = ops.convert_to_numpy(decoder(encoder(x_test[:8])))
rows = np.concatenate([x_test[:8], np.clip(straight[:8], 0, 1), bent])
plots.images(rows.reshape(-1, 8, 8), columns=8)
plt.show()

# %% [markdown]
# First row the digits, then PCA with eight numbers, then the deep one with eight. At the same size of
# the code a little more than half of PCA's error is left, on digits that neither has seen; with two
# numbers it is 71 %, with sixteen 77 %.
#
# ### The code as a map
#
# Two units make a map: every digit is a point on it. On the left PCA's, on the right the deep one's.
# The classes are written in afterwards. No network saw them.


# %% tags=["demo"]
def draw_map(ax, codes, labels, title):
    """Each digit's class, written where its code is. codes: (n, 2)."""
    colours = plt.get_cmap("tab10")
    for (across, up), label in zip(codes, labels):
        ax.text(across, up, str(label), color=colours(label), ha="center", va="center", fontsize=8)
    low, high = codes.min(axis=0), codes.max(axis=0)
    low, high = low - 0.03 * (high - low), high + 0.03 * (high - low)
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), title=title)


flat, _, _ = pca_reconstruct(x_test, *pca(x_train, 2))
plane = ops.convert_to_numpy(coders[2][0](x_test))  # (n, 2)
figure, axes = plt.subplots(1, 2, figsize=(12, 5.4), layout="constrained")
draw_map(axes[0], flat, y_test, "PCA, two numbers")
draw_map(axes[1], plane, y_test, "deep autoencoder, two numbers")
plt.show()

# %% [markdown]
# On the straight map 1, 2, 5 and 8 lie on top of each other in the middle. On the bent one the classes
# form streets, though some of them still cross.
#
# ### Between two digits
#
# What lies halfway between two digits? Mix their pixels and you see both at once. Mix their **codes**
# and decode: the way leads through images that are drawn like digits. To measure it: how far is the
# image halfway from the nearest of all training digits?


# %% tags=["demo"]
def to_nearest(images):
    """Squared distance per pixel from each image to the nearest training digit, (n,)."""
    squares = ((images[:, None, :] - x_train[None]) ** 2).mean(axis=2)  # (n, 1438)
    return squares.min(axis=1)


first, last = (x_test[np.flatnonzero(y_test == label)[0]][None] for label in (3, 6))
steps = np.linspace(0, 1, 8, dtype="float32")[:, None]
blend = (1 - steps) * first + steps * last
way = (1 - steps) * encoder(first) + steps * encoder(last)
both = np.concatenate([blend, ops.convert_to_numpy(decoder(way))])
plots.images(both.reshape(-1, 8, 8), columns=8, title="pixels mixed; codes mixed")
plt.show()
rng = np.random.default_rng(0)
left, right = x_test[rng.choice(359, (2, 200))]
halfway = ops.convert_to_numpy(decoder((encoder(left) + encoder(right)) / 2))
print(f"halfway, 200 pairs: pixels {to_nearest((left + right) / 2).mean():.4f}", end=", ")
print(f"codes {to_nearest(halfway).mean():.4f}; a new digit {to_nearest(x_test).mean():.4f}")

# %% [markdown]
# Halfway by pixels is 0.0317 away from the nearest digit, halfway by codes 0.0222, not much more than
# a real new digit (0.0176). The code has learned where digits are.

# %% [markdown]
# ### Search
#
# Somebody shows you an image; find similar ones in an archive of 1,438. "Similar" needs a measure.
# We take the cosine, as a head of the Neural Turing Machine did: the archive images with the largest
# cosine to the query come first. How many of the first $k$ show the same digit? That is the
# **precision at k**. Cosines between pixels are one way, cosines between codes another.
#
# By hand: query (1, 0) of class 3; archive (5, 0) of class 3, (1, 1) of class 8, (0, 2) of class 3.
# The cosines are 1, 0.71 and 0. Precision at 1 is 1, at 2 it is ½, at 3 it is ⅔.

# %% [markdown]
# ### Exercise 8 · Precision at k  (difficulty 2, 20 minutes)


# %% exercise="precision_at_k"
def precision_at_k(queries, query_labels, archive, archive_labels, k):
    """The share of right classes among the k nearest by cosine, averaged over the queries.

    queries: float array, (num_queries, units), query_labels: int array, (num_queries,)
    archive: float array, (n, units), archive_labels: int array, (n,); k: int, at most n
    -> a number from 0 to 1. No query and no archive image is all zeros.
    precision_at_k([[1, 0]], [3], [[5, 0], [1, 1], [0, 2]], [3, 8, 3], 2) -> 0.5
    Hint: divide all rows by their lengths; then one matrix product has all cosines. np.argsort
    sorts upwards.
    """
    ### BEGIN SOLUTION
    queries = queries / np.linalg.norm(queries, axis=1, keepdims=True)
    archive = archive / np.linalg.norm(archive, axis=1, keepdims=True)
    nearest = np.argsort(-queries @ archive.T, axis=1)[:, :k]  # (num_queries, k)
    return np.mean(np.asarray(archive_labels)[nearest] == np.asarray(query_labels)[:, None])
    ### END SOLUTION


# %% check="precision_at_k" points=2
check("precision_at_k")

# %% [markdown]
# ### A code that forgets the right things
#
# Which code should we search by? One that forgets where exactly a digit stands and how it is turned.
# And we know how to say that to a network: **what you damage by is what the code learns to forget.**
# Show it moved digits and ask for the unmoved ones.

# %% [markdown]
# ### Exercise 9 · Train a denoising autoencoder  (difficulty 2, 20 minutes)
#
# 16 units, 60 copies by `moved_digits`, one epoch. The check trains on 1,400 digits of its own. For
# 397 others, moved, it wants three things. In brackets, what our networks had on ten starts:
#
# - at most half of the error that doing nothing leaves (28 to 31 %);
# - 7 points more precision at 10 than pixels give (12 to 19 points more: 0.86 to 0.88 against 0.69 to
#   0.75);
# - 10 points more read rightly with twenty labels than from pixels (16 to 26 more; see below).


# %% exercise="train_denoiser"
def train_denoiser(x, seed):
    """Train a deep autoencoder with 16 units that makes digits straight again.

    x: float array, (n, 64), digits from 0 to 1; seed: int
    -> (encoder, decoder), two trained Keras models: moved digits in, clean ones out
    Source: Vincent and others (2008), with moves as the damage.
    Hint: `denoising_pairs` with `moved_digits`, then `train_deep_autoencoder`.
    """
    ### BEGIN SOLUTION
    inputs, targets = denoising_pairs(x, moved_digits, 60, seed)
    return train_deep_autoencoder(inputs, targets, 16, seed, 1)
    ### END SOLUTION


# %% check="train_denoiser" points=3
check("train_denoiser")

# %% tags=["demo"]
straightener = train_denoiser(x_train, seed=0)
pairs = denoising_pairs(x_train, lambda x, seed: corrupt(x, 0.3, seed), 60, 0)
filler = train_deep_autoencoder(*pairs, 16, 0, 1)
coders = {"plain": coders[16], "fills holes": filler, "straightens": straightener}
queries = {
    "as it is": x_test,
    "with holes": corrupt(x_test, 0.3, 1),
    "moved": moved_digits(x_test, 1),
}
ways = {"pixels": lambda x: x}
ways |= {name: lambda x, e=e: ops.convert_to_numpy(e(x)) for name, (e, _) in coders.items()}
print(f"{'precision at 10':16s}", *(f"{name:>11s}" for name in ways))
for kind, images in queries.items():
    found = [precision_at_k(w(images), y_test, w(x_train), y_train, 10) for w in ways.values()]
    print(f"{kind:16s}", *(f"{share:11.3f}" for share in found))
moved = moved_digits(x_test, 1)[:8]
cleaned = ops.convert_to_numpy(straightener[1](straightener[0](moved)))
plots.images(np.concatenate([moved, cleaned, x_test[:8]]).reshape(-1, 8, 8), columns=8)
plt.show()

# %% [markdown]
# Read the table by rows. Digits as they are: nothing beats the pixels. These digits were centred and
# scaled by the people who collected them, and 0.969 leaves little to gain. With holes the network
# that fills holes is best, 0.90 against 0.84. With moved digits it is the one that straightens, 0.89
# against 0.69. And the plain code is never better than pixels: to be short does not make a code good
# for search. What it was taught to forget does.


# %% tags=["demo"]
def nearest_images(query, way):
    """The seven training digits with the largest cosines to one query, (64,)."""
    codes, wanted = way(x_train), way(query[None])[0]
    cosines = codes @ wanted / np.linalg.norm(codes, axis=1)
    return np.argsort(-cosines)[:7]


query = queries["moved"][4]
by_pixels, by_codes = (nearest_images(query, ways[name]) for name in ("pixels", "straightens"))
rows = [query, *x_train[by_pixels], query, *x_train[by_codes]]
titles = [f"a {y_test[4]}", *y_train[by_pixels], f"a {y_test[4]}", *y_train[by_codes]]
plots.images(np.reshape(rows, (-1, 8, 8)), titles=titles, columns=8)
plt.show()

# %% [markdown]
# Above, the nearest by pixels, among them other digits whose ink lies in the same places. Below, the
# nearest by codes.
#
# ### When labels are few
#
# Images cost nothing, labels cost somebody's afternoon. Here are 1,438 images, and of each class
# **two** have a label. **Pre-training**: let an autoencoder learn from all the images, then learn
# the classes from the codes of the twenty.
#
# Luck plays a part: which twenty? So we draw ten times, and every way gets the same twenty. The last
# way is the honest rival: the same network, encoder and classes, trained from scratch.


# %% tags=["demo"]
from sklearn.linear_model import LogisticRegression


def from_few(way, few, tests):
    """Learn the classes of a few training digits by logistic regression; share right per test."""
    features = way(x_train[few])
    mean, size = features.mean(axis=0), features.std()
    reader = LogisticRegression(C=10, max_iter=500).fit((features - mean) / size, y_train[few])
    return [np.mean(reader.predict((way(x) - mean) / size) == y_test) for x in tests]


# %% tags=["demo"]
def network_from_few(few, tests, encoder=None):
    """Train the whole network on a few, from scratch or from an encoder's weights."""
    start_from = keras.models.clone_model(straightener[0])
    if encoder is not None:
        start_from.set_weights(encoder.get_weights())
    model = keras.Sequential([start_from, keras.layers.Dense(10, activation="softmax")])
    model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    images, labels = np.tile(x_train[few], (100, 1)), np.tile(y_train[few], 100)
    model.fit(images, labels, batch_size=len(few), shuffle=False, verbose=0)
    return [np.mean(ops.convert_to_numpy(model(x)).argmax(axis=1) == y_test) for x in tests]


# %% tags=["demo"]
tests, found = [x_test, queries["moved"].astype("float32")], {}
for split in range(10):
    rng = np.random.default_rng(split)
    few = np.concatenate([rng.choice(np.flatnonzero(y_train == c), 2, False) for c in range(10)])
    keras.utils.set_random_seed(split)
    rivals = {
        "logistic regression on pixels": from_few(ways["pixels"], few, tests),
        "on codes of the plain one": from_few(ways["plain"], few, tests),
        "on codes of the straightener": from_few(ways["straightens"], few, tests),
        "network from scratch": network_from_few(few, tests),
        "network, pre-trained": network_from_few(few, tests, straightener[0]),
    }
    for name, shares in rivals.items():
        found.setdefault(name, []).append(shares)

# %% tags=["demo"]
figure, axes = plt.subplots(1, 2, figsize=(12, 3.2), layout="constrained", sharey=True)
for test, (ax, title) in enumerate(zip(axes, ["new digits", "new digits, moved"])):
    for row, (name, shares) in enumerate(found.items()):
        share = np.array(shares)[:, test]  # (splits,)
        ax.plot(share, np.full(10, row), "o", color="black", markerfacecolor="white")
        ax.plot(share.mean(), row, "|", color="black", markersize=22)
        print(f"{title}, {name}: mean {share.mean():.3f}, {share.min():.3f} to {share.max():.3f}")
    ax.set(title=title, xlabel="share right, ten draws of twenty labels", ylim=(4.6, -0.6))
axes[0].set_yticks(range(5), list(found))
plt.show()

# %% tags=["demo"]
for name in ("logistic regression on pixels", "network from scratch"):
    gains = np.array(found["on codes of the straightener"]) - found[name]  # (splits, tests)
    for title, gain in zip(["as they are", "moved"], gains.T):
        print(f"against {name}, digits {title}: {gain.mean():+.3f}, {gain.min():+.3f} to "
              f"{gain.max():+.3f}, better in {np.sum(gain > 0)} of 10 draws")  # fmt: skip

# %% [markdown]
# On codes of the straightener twenty labels read 84.5 % of new digits, on pixels 77.7 %: 6.8 points
# more on average, 0.8 to 14.5 in the ten draws. On moved digits it is 74 % against 51 %. The network
# from scratch is behind both.
#
# So pre-training helps, but not any pre-training. The plain autoencoder's codes gain 0.7 points, which
# is nothing beside the luck of the draw: what helped was telling the straightener that moves do not
# matter. Nor does it help to start the whole network from the straightener's weights and then train
# *all* of them on twenty digits (73 %, from scratch 74 %): a hundred steps undo what was learned. Here
# the encoder had better stay as it is.

# %% [markdown]
# ### All sixteen numbers on one page
#
# Sixteen units cannot be drawn. **t-SNE** (van der Maaten and Hinton 2008) places points in a plane so
# that neighbours stay neighbours. Distances between far groups mean nothing in it. On the left from
# pixels, on the right from the straightener's codes, both of moved digits.

# %% tags=["demo"]
from sklearn.manifold import TSNE

figure, axes = plt.subplots(1, 2, figsize=(12, 5.4), layout="constrained")
for ax, (way, name) in zip(axes, [("pixels", "pixels"), ("straightens", "codes")]):
    points = ways[way](queries["moved"])
    tsne = TSNE(perplexity=20, init="pca", max_iter=500, random_state=0)
    places = tsne.fit_transform(points)  # (n, 2)
    draw_map(ax, places, y_test, f"moved digits, t-SNE of their {name}")
plt.show()

# %% [markdown]
# Two pictures of the same moved digits, no label used. On the left a digit lies beside what is moved
# like it, on the right beside what *is* like it.
#
# ## Draw digits that nobody has written
#
# The decoder draws. Give it any code, and see what comes: here 16 codes from a normal distribution
# with the mean and the spread of the true codes.


# %% tags=["demo"]
def from_normal(encoder, decoder, num, seed):
    """Decode codes drawn from a normal distribution as wide as the training digits' codes."""
    codes = ops.convert_to_numpy(encoder(x_train))
    noise = np.random.default_rng(seed).normal(size=(num, codes.shape[1]))
    drawn = codes.mean(axis=0) + codes.std(axis=0) * noise
    return ops.convert_to_numpy(decoder(drawn.astype("float32")))


plots.images(from_normal(encoder, decoder, 16, 0).reshape(-1, 8, 8), columns=8)
plt.show()

# %% [markdown]
# Some are digits, many are not. The map has holes between the streets, and nobody taught the decoder
# what to draw there. A **variational autoencoder** (Kingma and Welling 2014) fills the holes, again in
# three steps.
#
# **Functions.** The encoder does not give one code but a small cloud: a mean and a logarithm of a
# variance per unit. The code is drawn from the cloud. If every point of it must be decoded well, no
# holes can stay near the digits.

# %% [markdown]
# But how does a gradient come through drawing lots? Draw the lots *elsewhere*: take noise $\epsilon$
# from the standard normal distribution, and compute
#
# $$z = \mu + e^{\frac12 \log\sigma^2} \cdot \epsilon$$
#
# This is **reparameterisation**. For given noise it is an ordinary formula with ordinary slopes: 1
# with respect to $\mu$, and $\frac12 (z - \mu)$ with respect to $\log\sigma^2$.
#
# By hand: $\mu = 1$, $\log\sigma^2 = 1.386$ (so $\sigma = 2$), $\epsilon = 1.5$. Then $z = 4$, and the
# slopes are 1 and 1.5.

# %% [markdown]
# ### Exercise 10 · Draw from the cloud  (difficulty 1, 10 minutes)


# %% exercise="reparameterise"
def reparameterise(mean, log_var, noise):
    """Codes from clouds with the given means and variances, as a function of given noise.

    mean, log_var, noise: float arrays, (batch, units); log_var is the logarithm of the variance
    -> (batch, units)
    reparameterise([[1]], [[1.386]], [[1.5]]) -> [[4]]
    It becomes a part of a Keras model: calculate with keras.ops.
    Formula: above; Kingma and Welling (2014), section 2.4.
    Hint: the standard deviation is the root of the variance; half the logarithm is the root's.
    """
    ### BEGIN SOLUTION
    return ops.add(mean, ops.multiply(ops.exp(0.5 * log_var), noise))
    ### END SOLUTION


# %%
def cloud_slopes(function, mean, log_var, noise):
    """Slopes of the sum of function(mean, log_var, noise) with respect to mean and log_var."""
    total = lambda given: ops.sum(function(given[0], given[1], ops.convert_to_tensor(noise)))
    _, slopes = value_and_grad(total)([mean, log_var])
    return [ops.convert_to_numpy(slope) for slope in slopes]


# %% check="reparameterise" points=1
check("reparameterise")

# %% [markdown]
# **Goodness.** The clouds would shrink to points if we let them, and wander off. So there is a price
# for being unlike the standard normal distribution: the **Kullback-Leibler divergence**, the mean of
# $\log q(z) - \log p(z)$ under the cloud $q$. For normal distributions the integral can be solved:
#
# $$\mathrm{KL} = \frac12 \sum_{\text{units}} \bigl(\mu^2 + \sigma^2 - \log \sigma^2 - 1\bigr)$$
#
# By hand, $\mu = 1$, $\sigma^2 = 1$: ½ per unit. $\mu = 0$, $\sigma = 2$: $\frac12 (4 - 1.386 - 1) =
# 0.807$. $\mu = 0$, $\sigma = 1$: nothing to pay.

# %% [markdown]
# ### Exercise 11 · The price of a cloud  (difficulty 1, 10 minutes)


# %% exercise="kl_divergence"
def kl_divergence(mean, log_var):
    """KL divergence of each cloud from the standard normal distribution.

    mean, log_var: float arrays, (batch, units) -> (batch,), summed over the units
    kl_divergence([[1, 0]], [[0, 1.386]]) -> [0.5 + 0.807] = [1.307]
    Calculate with keras.ops.
    Formula: above; Kingma and Welling (2014), appendix B.
    Hint: log_var is the logarithm already. It is exp(log_var) that is the variance.
    """
    ### BEGIN SOLUTION
    return 0.5 * ops.sum(ops.square(mean) + ops.exp(log_var) - log_var - 1, axis=-1)
    ### END SOLUTION


# %% check="kl_divergence" points=2
check("kl_divergence")

# %% tags=["demo"]
rng = np.random.default_rng(0)
z = 1 + 0.5 * rng.normal(size=1_000_000)  # the cloud with mean 1 and standard deviation ½
log_q = -0.5 * ((z - 1) / 0.5) ** 2 - np.log(0.5)  # without the constant, which cancels
formula = kl_divergence(np.array([[1.0]], "float32"), np.log([[0.25]]).astype("float32"))
print(f"a million draws {np.mean(log_q + 0.5 * z**2):.4f}, the formula {float(formula[0]):.4f}")

# %% [markdown]
# The other half of the loss: how improbable is the image under what was decoded? The decoder gives a
# logit per pixel. The share of ink $x$ is compared with $p = \sigma(\text{logit})$ by binary
# cross-entropy, which is **summed** over the pixels: the probabilities of independent pixels
# multiply, their logarithms add. Together
#
# $$\text{loss} = -\sum_{\text{pixels}} \bigl(x \log p + (1 - x) \log (1 - p)\bigr) + \mathrm{KL}$$
#
# an upper bound on $-\log p(x)$. With a *mean* over pixels the first half would be 64 times too small
# beside the KL term. The cheapest then is to send nothing, and all clouds become the same one.
#
# By hand: one pixel, $x = 1$, logit 0: $\log 2 = 0.693$.

# %% [markdown]
# ### Exercise 12 · Both halves  (difficulty 2, 20 minutes)


# %% exercise="vae_loss"
def vae_loss(x, logits, mean, log_var):
    """The loss of a variational autoencoder per image.

    x: float array, (batch, features), from 0 to 1; logits: (batch, features), may be large
    mean, log_var: (batch, units) -> (batch,)
    vae_loss([[1, 1]], [[0, 0]], [[1]], [[0]]) -> [2 * 0.693 + 0.5] = [1.886]
    Calculate with keras.ops.
    Source: Kingma and Welling (2014), equations 7 and 10.
    Hint: -x log p - (1 - x) log(1 - p) is softplus(logit) - x * logit, for any size of logit.
    """
    ### BEGIN SOLUTION
    entropy = ops.softplus(logits) - x * logits  # (batch, features)
    return ops.sum(entropy, axis=-1) + kl_divergence(mean, log_var)
    ### END SOLUTION


# %% check="vae_loss" points=2
check("vae_loss")

# %% [markdown]
# **Pick the best.** As before. Only the network has a layer that draws noise, and its output holds all
# that the loss wants: logits, means and log variances, side by side.


# %%
class Cloud(keras.layers.Layer):
    """Codes from means and log variances, with fresh noise at every call."""

    def __init__(self):
        super().__init__()
        self.seeds = keras.random.SeedGenerator(1)

    def call(self, mean, log_var):
        noise = keras.random.normal(ops.shape(mean), seed=self.seeds)
        return reparameterise(mean, log_var, noise)


def variational(features, units):
    """-> (encoder, decoder, both); the encoder gives means, log variances, (batch, 2 * units)."""
    x, z = keras.Input((features,)), keras.Input((units,))
    hidden = keras.layers.Dense(128, "relu")(keras.layers.Dense(256, "relu")(x))
    encoder = keras.Model(x, keras.layers.Dense(2 * units)(hidden))
    hidden = keras.layers.Dense(256, "relu")(keras.layers.Dense(128, "relu")(z))
    decoder = keras.Model(z, keras.layers.Dense(features)(hidden))
    mean, log_var = ops.split(encoder(x), 2, axis=1)
    outputs = [decoder(Cloud()(mean, log_var)), mean, log_var]
    return encoder, decoder, keras.Model(x, ops.concatenate(outputs, axis=1))


# %% tags=["demo"]
keras.utils.set_random_seed(0)
cloud_encoder, cloud_decoder, model = variational(64, 8)


def loss_of(x, outputs):
    logits, mean, log_var = ops.split(outputs, [64, 72], axis=1)
    return vae_loss(x, logits, mean, log_var)


rate = keras.optimizers.schedules.CosineDecay(0.002, 60 * 23)
model.compile(keras.optimizers.Adam(rate), loss_of)
history = model.fit(x_train, x_train, batch_size=64, epochs=60, verbose=0).history["loss"]
mean, log_var = ops.split(cloud_encoder(x_test), 2, axis=1)
used = ops.convert_to_numpy(ops.mean(0.5 * (mean**2 + ops.exp(log_var) - log_var - 1), axis=0))
print(f"loss {history[0]:.1f} in the first epoch, {history[-1]:.1f} in the last")
print("KL per unit, averaged over new digits:", used.round(2))

# %% [markdown]
# ### Exercise 13 · New digits  (difficulty 1, 10 minutes)
#
# To draw a digit throw the encoder away. Take a code from the standard normal distribution, where all
# clouds together were kept, decode it, and turn the logits into ink.


# %% exercise="sample_images"
def sample_images(decoder, num, units, seed):
    """Draw codes from the standard normal distribution and decode them.

    decoder: a function or Keras model, (num, units), float32 -> logits, (num, features)
    num, units, seed: ints; the same seed gives the same images
    -> a NumPy array, (num, features), from 0 to 1: how much ink
    Hint: ops.sigmoid, and ops.convert_to_numpy at the end.
    """
    ### BEGIN SOLUTION
    codes = np.random.default_rng(seed).normal(size=(num, units)).astype("float32")
    return ops.convert_to_numpy(ops.sigmoid(decoder(codes)))
    ### END SOLUTION


# %% check="sample_images" points=1
check("sample_images")

# %% tags=["demo"]
plots.images(sample_images(cloud_decoder, 32, 8, seed=0).reshape(-1, 8, 8), columns=16)
plt.show()
drawn = {
    "plain autoencoder": from_normal(encoder, decoder, 500, 1),
    "variational": sample_images(cloud_decoder, 500, 8, seed=1),
    "noise, pixel by pixel": np.clip(
        mean_image + rng.normal(size=(500, 64)) * x_train.std(axis=0), 0, 1
    ),
    "new real digits": x_test,
}
for name, images in drawn.items():
    print(f"{name}: {to_nearest(images).mean():.4f} to the nearest training digit")

# %% [markdown]
# The picture shows 32 digits that nobody wrote. They are softer than real ones, and nearer to the
# training digits than the plain decoder's: 0.0211 against 0.0300, where real new digits have 0.0176.
#
# Look at the KL per unit. Four of the eight units pay nothing: their clouds *are* the standard normal
# distribution, whatever the image. What such a unit could say is worth less than its price, so the
# network switched it off. The plain autoencoder used all eight.

# %% [markdown]
# ### Before all this: restricted Boltzmann machines
#
# The first deep autoencoders did not learn when all layers started at random. Hinton and Salakhutdinov
# (2006) started them layer by layer with **restricted Boltzmann machines**: a visible and a hidden
# layer of units that are 0 or 1, with connections only between the two layers. The machine gives
# every pair of states an energy, and low energy means high probability. Because units of a layer do
# not talk to each other, one can draw a whole layer given the other at once, and a few such steps
# back and forth give an approximate gradient (Hinton 2002). Stacked and unrolled, they make encoder and
# decoder, with tied weights, ready for fine-tuning. It was the beginning of the decks' "2006". Today
# ReLU, better starts and Adam do without.

# %% [markdown]
# ## In your own words
#
# Graded by your teacher. Three short paragraphs, no code.

# %% [markdown] written="why_codes" points=3
# **Question.**
#
# 1. A colleague trains an autoencoder with 64 units in the code on images of 64 pixels. Its error is
#    almost 0. Why is that no success, and what could she change?
# 2. You want to search photographs of leaves by species. Some were taken in the sun, some in the
#    shade. Which damage would you train a denoising autoencoder with, what is its target, and what
#    would the code learn to forget?
# 3. Why does a plain autoencoder draw badly from random codes, and which of the two halves of the
#    variational loss changes that?
#
# ### BEGIN MARK SCHEME
# 1 point: the code is as wide as the image, so the network can copy without learning anything about
# the images; a narrower code, or damage to the inputs (denoising), or a KL term.
#
# 1 point: change the brightness (and contrast, colour) of the input; the target is the undamaged
# photograph; the code forgets the light. Half a point without the target.
#
# 1 point: nothing was asked of the decoder between the codes of training images, and nobody knows how
# the codes are distributed; the KL term keeps the clouds near the standard normal distribution
# and wide enough to overlap. (The reconstruction alone would shrink them to points.)
# ### END MARK SCHEME

# %% [markdown]
# ## What to try next
#
# - Replace the layers of `train_deep_autoencoder` by convolutions. Does the search for moved digits
#   get better still?
# - Load `datasets.mnist()` or `datasets.fashion_mnist()` in place of the digits (and `moved_digits`
#   with 2 pixels).
# - Multiply the KL term by 4, and by ¼. What happens to the reconstructions, to the samples, to the
#   number of units in use?
# - Two units and a map: train `variational(64, 2)` and decode a grid of codes.
#
# An image got a code, and images with like codes were alike. Can a **word** have such a code? The
# notebook `word_vectors` learns one from nothing but text.

# %% [markdown]
# ## References
#
# - K. Pearson (1901). On lines and planes of closest fit to systems of points in space.
#   *Philosophical Magazine* 2, 559–572.
# - H. Hotelling (1933). Analysis of a complex of statistical variables into principal components.
#   *Journal of Educational Psychology* 24.
# - H. Bourlard, Y. Kamp (1988). Auto-association by multilayer perceptrons and singular value
#   decomposition. *Biological Cybernetics* 59.
# - P. Baldi, K. Hornik (1989). Neural networks and principal component analysis: learning from
#   examples without local minima. *Neural Networks* 2.
# - G. Hinton (2002). Training products of experts by minimizing contrastive divergence. *Neural
#   Computation* 14.
# - G. Hinton, R. Salakhutdinov (2006). Reducing the dimensionality of data with neural networks.
#   *Science* 313.
# - P. Vincent, H. Larochelle, Y. Bengio, P.-A. Manzagol (2008). Extracting and composing robust
#   features with denoising autoencoders. *ICML*.
# - L. van der Maaten, G. Hinton (2008). Visualizing data using t-SNE. *Journal of Machine Learning
#   Research* 9.
# - D. Kingma, M. Welling (2014). Auto-encoding variational Bayes. *ICLR*.
#
# The telephone view of codes, retrieval of similar images, and pre-training are topics of the
# course's decks.
