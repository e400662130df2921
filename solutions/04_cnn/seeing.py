# %% [markdown]
# # 04 · Seeing
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({{COLAB}})
#
# A network reads your digits and is right 97 times in 100. What does it look at? Could a change
# that you do not even notice make it wrong? And is there a kind of picture on which the usual
# recipe, convolution and pooling in turns, is the wrong one? In this notebook you ask the network
# itself, with the tool you know best: a gradient. Only this time the unknown is the picture.

# %% [markdown]
# **When you are done you can**
#
# - draw the input that a filter likes best, and the pixels that an answer hangs on;
# - fool a network within a bound, and say how often that works;
# - compare the textures of two pictures with Gram matrices, and paint with them;
# - say when pooling throws away what the answer needs, and show it in numbers.

# %% [markdown]
# **What you need:** convolution and pooling from the notebook `cnn`.
#
# **Time:** 10 exercises, about 3 hours of your work and about a minute of the computer's.

# %%
import sys

if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", "install -q {{INSTALL}}")

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import ops

from autograder import check
from threesteps import datasets, plots, start
from threesteps.gradients import value_and_grad

start(seed=4)

# %% [markdown]
# ## The three steps, turned around
#
# Until now the pictures were given and we looked for weights. From here on **the weights are
# given and we look for a picture**. The three steps stay what they were:
#
# 1. *define a set of functions*: now a set of pictures, all those with pixels from 0 to 1;
# 2. *goodness of a function*: now of a picture, for instance how much a filter likes it;
# 3. *pick the best function*: now the best picture, by gradient, as ever.
#
# First somebody has to give us weights. Here is a small network of three convolutional layers, and
# 1,438 digits to train it. (Leaky ReLU, its activation function, lets a fifth of what is negative
# through. So no slope is ever quite 0, and every filter can be asked.)

# %% tags=["demo"]
digits = datasets.digits(size=16, quiet=True)
x_train, x_test = digits.x_train[..., None], digits.x_test[..., None]  # (n, 16, 16, 1)
y_test = digits.y_test

keras.utils.set_random_seed(0)
reader = keras.Sequential([keras.Input((16, 16, 1))])
for filters in (8, 16, 32):
    reader.add(keras.layers.Conv2D(filters, 3, padding="same", activation="leaky_relu"))
    if filters < 32:
        reader.add(keras.layers.MaxPooling2D(2))
reader.add(keras.layers.Flatten())
reader.add(keras.layers.Dense(10))  # logits
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
reader.compile(keras.optimizers.Adam(0.003), loss)
reader.fit(x_train, digits.y_train, batch_size=32, epochs=8, verbose=0)


# %% tags=["demo"]
def says(images):
    """The class that the network answers for each image: (batch, 16, 16, 1) -> (batch,)."""
    return ops.convert_to_numpy(reader(images)).argmax(axis=1)


print(f"right on {np.mean(says(x_test) == y_test):.1%} of {len(x_test)} new digits")

# %% [markdown]
# ## Step 1 and step 2 · Pictures, and how good one is
#
# Choose one filter of one layer and look at the middle of its map: one number for each picture.
# Call it the **score** of the picture. How should we change the pixels so that the score grows?
# The gradient of the score with respect to the *input* says so: one slope per pixel.
#
# By hand, one pixel is $x = 0.5$ and the score $s = 3x^2$. The slope is $6x = 3$. A second picture
# in the same batch with $x = 1$ has the slope 6. Neither slope knows of the other picture. So we may
# add up all scores, ask for the gradient of the sum, and get every picture's own.

# %% [markdown]
# The next cell gives you a tiny network with weights of your choice, for tests, and a score that
# belongs to a filter. Both are used by the checks as well.


# %%
def small_network(kernel, bias, table, offset):
    """One convolution (tanh, padding "same"), then one dense layer that gives logits.

    kernel: (3, 3, channels, filters); table: (height * width * filters, classes)
    -> a keras model that takes images of height 5 and width 6
    """
    channels, filters = kernel.shape[2:]
    inputs = keras.Input((5, 6, channels))
    convolution = keras.layers.Conv2D(filters, 3, padding="same", activation="tanh")
    dense = keras.layers.Dense(table.shape[1])
    model = keras.Model(inputs, dense(keras.layers.Flatten()(convolution(inputs))))
    convolution.set_weights([kernel, bias])
    dense.set_weights([table, offset])
    return model


def filter_score(model, layer, numbers):
    """A function images -> (batch,): what filter numbers[k] says in the middle of image k.

    layer: which of model.layers; numbers: one int per image
    """
    maps_of = keras.Model(model.inputs[0], model.layers[layer].output)

    def score(images):
        maps = maps_of(images)  # (batch, height, width, filters)
        middle = maps[:, maps.shape[1] // 2, maps.shape[2] // 2]  # (batch, filters)
        return ops.sum(middle * ops.one_hot(numbers, middle.shape[-1]), axis=-1)

    return score


# %% [markdown]
# ### Exercise 1 · The slope of every pixel  (difficulty 1, 10 minutes)
#
# `value_and_grad(f)(x)`, which you met in notebook 02, returns `f(x)` and the gradient at `x`.
# It wants an `f` that returns one number and calculates with `keras.ops`.


# %% exercise="input_gradient"
def input_gradient(score, x):
    """The score of each image, and its slope with respect to the image's own pixels.

    score: a function of images (batch, height, width, channels) -> tensor (batch,)
    x: float array (batch, height, width, channels)
    -> (scores, gradient): float arrays (batch,) and the shape of x
    With score = lambda x: ops.sum(3 * x**2, axis=(1, 2, 3)) and pixels 0.5 and 1:
    scores 0.75 and 3, slopes 3 and 6
    Hint: add up the scores of the batch, and take the gradient of that sum.
    """
    ### BEGIN SOLUTION
    _, gradient = value_and_grad(lambda images: ops.sum(score(images)))(x)
    return ops.convert_to_numpy(score(x)), ops.convert_to_numpy(gradient)
    ### END SOLUTION


# %% check="input_gradient" points=1
check("input_gradient")

# %% [markdown]
# ## Step 3 · Pick the best picture
#
# ### How far to go?
#
# Slopes of different filters differ a thousandfold, and a step that suits one is nothing for the
# other. The remedy: keep the direction, fix the length. Divide each image's gradient by the root
# of its mean square; then a pixel moves by `step` in the (quadratic) mean, whatever the filter.
#
# By hand: the slopes $(3, 4, 0, 0)$ have the mean square $25/4$ and its root 2.5. Divided, they
# are $(1.2, 1.6, 0, 0)$. With a step of 0.1 the pixels move by $(0.12, 0.16, 0, 0)$. The
# slopes $(300, 400, 0, 0)$ give the same.

# %% [markdown]
# ### Exercise 2 · A step uphill  (difficulty 1, 10 minutes)


# %% exercise="ascent_step"
def ascent_step(x, gradient, step):
    """Move each image uphill, by `step` per pixel in the quadratic mean.

    x, gradient: float arrays (batch, height, width, channels); step: a number
    -> float array, the shape of x, a new one
    x of zeros, gradient (3, 4, 0, 0) as an image of 2×2 pixels, step 0.1 -> (0.12, 0.16, 0, 0)
    Formula: x + step · g / sqrt(mean g²), the mean over the pixels and channels of that image.
    An image whose gradient is zero everywhere stays as it is.
    Hint: keepdims=True. np.where(root > 0, root, 1)
    """
    ### BEGIN SOLUTION
    root = np.sqrt(np.mean(np.square(gradient), axis=(1, 2, 3), keepdims=True))  # (batch, 1, 1, 1)
    return x + step * gradient / np.where(root > 0, root, 1.0)
    ### END SOLUTION


# %% check="ascent_step" points=2
check("ascent_step")

# %% [markdown]
# ### Exercise 3 · A filter's favourite input  (difficulty 2, 15 minutes)
#
# Now climb. After each step cut the pixels off at 0 and 1, so that a picture stays a picture.


# %% exercise="favourite_input"
def favourite_input(score, start, num_steps, step):
    """Climb from the images `start` to images that the score likes.

    score: a function as in `input_gradient`; start: float array (batch, height, width, channels)
    num_steps: int; step: length of a step, as in `ascent_step`
    -> (images, scores): the last images, the shape of start, pixels from 0 to 1; and the scores
    before the first step and after every step, float array (num_steps + 1, batch)
    Source: Erhan, Bengio, Courville and Vincent (2009).
    Hint: your two functions, np.clip, and a list of scores.
    """
    ### BEGIN SOLUTION
    x, track = np.asarray(start), []
    for _ in range(num_steps):
        scores, gradient = input_gradient(score, x)
        track.append(scores)
        x = np.clip(ascent_step(x, gradient, step), 0, 1)
    track.append(input_gradient(score, x)[0])
    return x, np.array(track)
    ### END SOLUTION


# %% check="favourite_input" points=2
check("favourite_input")

# %% tags=["demo"]
rng = np.random.default_rng(0)
grey = rng.uniform(0.4, 0.6, (1, 16, 16, 1)).astype("float32").repeat(10, axis=0)
favourites, tracks = {}, {}
for name, layer in {"layer 1": 0, "layer 2": 2, "layer 3": 4}.items():
    score = filter_score(reader, layer, range(8))  # eight filters, an image for each
    favourites[name], tracks[name] = favourite_input(score, grey[:8], 50, 0.1)

# %% tags=["demo"]
figure, axes = plt.subplots(3, 1, figsize=(8, 4.1), layout="constrained")
for ax, name in zip(axes, favourites):
    plots.images(favourites[name], ax=ax, title=f"{name}: favourites of filters 1 to 8")
plt.show()
for name, track in tracks.items():
    before, after = np.median(track[0]), np.median(track[-1])
    print(f"{name}: median score {before:.2f} at the start, {after:.2f} at the end")

# %% [markdown]
# Depth is visible. A filter of layer 1 sees 3×3 pixels: its favourite is a small edge or spot, and
# the grey around it was never touched, its slope being zero. After one pooling a filter of layer 2
# sees 8×8 pixels and likes strokes and corners. Layer 3 sees 18×18, more than the whole picture,
# and likes combinations of strokes.
#
# ### Do the classes have favourites, too?
#
# A class has a score as well: its logit.


# %% tags=["demo"]
def class_score(images):
    """The logit of class k for image k: (10, 16, 16, 1) -> (10,)."""
    return ops.sum(reader(images) * ops.eye(10), axis=-1)


ideals, _ = favourite_input(class_score, grey, 50, 0.1)
probs = ops.convert_to_numpy(ops.softmax(reader(ideals)))  # (10, 10)
titles = [f"{k}: {probs[k, k]:.4f}" for k in range(10)]
plots.images(
    ideals, titles, columns=5, title="favourites of the ten classes, and their probability"
)
plt.show()

# %% [markdown]
# The network is as sure as it can be that these are a 0, a 1, a 2, … You are not. It has learned
# what tells ten digits *apart*, and was never asked what is no digit at all. Nguyen, Yosinski and
# Clune (2015) found such pictures for networks that know a thousand classes.
#
# ### What did it look at?
#
# For a real digit the same slope answers another question: which pixels does this answer hang on?
# If the logit of class 3 would change a lot with a pixel, that pixel is *salient*. Whether
# it goes up or down does not matter, so take the absolute value.

# %% [markdown]
# By hand: a picture of two pixels with two channels each; the slopes of its logit are
# $(0.1, -0.4)$ and $(0.2, 0.1)$. Absolute values: $(0.1, 0.4)$ and $(0.2, 0.1)$. The larger of
# each pixel: 0.4 and 0.2. Scaled so that the largest is 1: 1 and 0.5.
#
# ### Exercise 4 · Saliency  (difficulty 2, 15 minutes)


# %% exercise="saliency"
def saliency(network, x, labels):
    """How much the logit of each image's label hangs on each of its pixels.

    network: a function of images (batch, height, width, channels) -> logits (batch, classes)
    x: float array of images; labels: ints (batch,)
    -> float array (batch, height, width), the largest value of each image is 1
    Formula: the largest over the channels of |∂ logit of the label / ∂ x|, divided by the
    largest of that image.
    Source: Simonyan, Vedaldi and Zisserman (2014), section 3.
    Hint: `input_gradient` with a score that picks one logit per image: multiply by
    ops.one_hot(labels, classes) and sum over the classes.
    """

    ### BEGIN SOLUTION
    def score(images):
        logits = network(images)  # (batch, classes)
        return ops.sum(logits * ops.one_hot(labels, logits.shape[-1]), axis=-1)

    _, gradient = input_gradient(score, x)
    largest = np.abs(gradient).max(axis=-1)  # (batch, height, width)
    return largest / largest.max(axis=(1, 2), keepdims=True)
    ### END SOLUTION


# %% check="saliency" points=2
check("saliency")

# %% tags=["demo"]
chosen = np.array([np.flatnonzero(y_test == k)[1] for k in range(8)])
salient = saliency(reader, x_test[chosen], y_test[chosen])  # (8, 16, 16)
figure, axes = plt.subplots(2, 1, figsize=(8, 2.7), layout="constrained")
plots.images(x_test[chosen], ax=axes[0], title="eight digits")
plots.images(salient, ax=axes[1], title="what their logits hang on")
plt.show()
ink = np.array([np.corrcoef(x_test[i].ravel(), s.ravel())[0, 1] for i, s in zip(chosen, salient)])
print("correlation of ink and saliency:", " ".join(f"{r:.2f}" for r in ink))

# %% [markdown]
# The salient pixels are not the ink. Many lie in the white beside a stroke, where ink would make
# another digit of it. And they are spread over the whole picture: the answer hangs a little on
# very many pixels. Remember this for the next section.
#
# ## A change that nobody sees
#
# Each pixel alone matters little. But there are 256 of them, and the gradient knows for each in
# which direction it hurts. Move **all** of them by the same small amount, each in its worst
# direction.
#
# By hand: a logit is a sum $\sum_i w_i x_i$ over 256 pixels, with $|w_i| = 0.2$. Change every pixel
# by 0.05, less than one of the 17 shades of these digits, each with the sign that hurts: the logit
# moves by $256 \cdot 0.2 \cdot 0.05 = 2.56$. With random signs it would move by about
# $\sqrt{256} \cdot 0.2 \cdot 0.05 = 0.16$.

# %% [markdown]
# The largest change of any pixel is called the $L_\infty$ distance. Within the bound $\varepsilon$,
# the fast sign method takes, with $L$ the cross-entropy of the right label,
#
# $$x' = x + \varepsilon \cdot \operatorname{sign}\Bigl(\frac{\partial L}{\partial x}\Bigr),
# \quad \text{cut off at 0 and 1}$$
#
# ### Exercise 5 · One signed step  (difficulty 2, 15 minutes)


# %% exercise="signed_step"
def signed_step(network, x, labels, bound):
    """Change every pixel by `bound`, in the direction in which the loss grows.

    network: a function of images (batch, height, width, channels) -> logits (batch, classes)
    x: float array, pixels from 0 to 1; labels: ints (batch,), the right classes; bound: a number
    -> float array, the shape of x, pixels from 0 to 1
    Pixels 0.5 and 0.98 with slopes 0.003 and 7, bound 0.1 -> 0.6 and 1
    Source: Goodfellow, Shlens and Szegedy (2015), section 4.
    Hint: keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True) gives
    one loss per image, which is a score.
    """

    ### BEGIN SOLUTION
    def loss_of(images):
        logits = network(images)
        return keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)

    _, gradient = input_gradient(loss_of, x)
    return np.clip(x + bound * np.sign(gradient), 0, 1)
    ### END SOLUTION


# %% check="signed_step" points=2
check("signed_step")

# %% [markdown]
# One step trusts the slope at the start, but the loss is no straight line. Better: several smaller
# steps, with a new gradient each. Only, three steps of 0.04 may lead 0.12 away. So after each step
# go back into the allowed box: at most `bound` from the **original**, and from 0 to 1.
#
# By hand: the original pixel is 0.5, the bound 0.1, the step 0.08. After one step 0.58. After
# another 0.66, which is outside; back to 0.6. This is projected gradient ascent (Kurakin and
# others 2017, Madry and others 2018).

# %% [markdown]
# ### Exercise 6 · Fool it within a bound  (difficulty 2, 20 minutes)


# %% exercise="fool"
def fool(network, x, labels, bound, num_steps, step):
    """Repeated signed steps of length `step`, never further than `bound` from x.

    network, x, labels: as in `signed_step`; num_steps: int
    -> float array, the shape of x: pixels from 0 to 1, each within `bound` of its original
    One step with step = bound gives what `signed_step` gives.
    Source: Madry, Makelov, Schmidt, Tsipras and Vladu (2018), section 2.1, without random start.
    Hint: signed_step(network, changed, labels, step), then np.clip with two arrays.
    """
    ### BEGIN SOLUTION
    changed = np.asarray(x)
    for _ in range(num_steps):
        changed = signed_step(network, changed, labels, step)
        changed = np.clip(changed, x - bound, x + bound)
    return changed
    ### END SOLUTION


# %% check="fool" points=2
check("fool")

# %% [markdown]
# How often does it work? Count only digits that were read rightly before: the others need no
# fooling. Beside it stand the accuracy on clean digits, and as a control the same amount of change
# with **random** signs. The bound of 0.1 is 1.6 of the 16 steps between white and black.

# %% tags=["demo"]
right = says(x_test) == y_test
signs = rng.choice([-1, 1], x_test.shape)
print(f"clean accuracy {right.mean():.1%} ({right.sum()} of {len(right)} digits)")
print("bound  random  one step  ten steps: share of these that are now read wrongly")
shares = {}
for bound in (0.02, 0.05, 0.1, 0.15):
    changed = {
        "random": np.clip(x_test + bound * signs, 0, 1).astype("float32"),
        "one": signed_step(reader, x_test, y_test, bound),
        "ten": fool(reader, x_test, y_test, bound, 10, bound / 4),
    }
    shares[bound] = [np.mean(says(images)[right] != y_test[right]) for images in changed.values()]
    print(
        f"{bound:5.2f}  {shares[bound][0]:6.1%}  {shares[bound][1]:8.1%}  {shares[bound][2]:9.1%}"
    )

# %% tags=["demo"]
fooled = fool(reader, x_test, y_test, 0.05, 10, 0.0125)
some = np.flatnonzero(right & (says(fooled) != y_test))[:8]
stronger = fool(reader, x_test[some], y_test[some], 0.1, 10, 0.025)
magnified = 0.5 + 10 * (fooled[some] - x_test[some])  # -0.05 … 0.05 -> 0 … 1
figure, axes = plt.subplots(4, 1, figsize=(8, 6.3), layout="constrained")
plots.images(x_test[some], says(x_test[some]), ax=axes[0], title="clean, and what is read")
plots.images(fooled[some], says(fooled[some]), ax=axes[1], title="changed by at most 0.05")
plots.images(magnified, ax=axes[2], title="that change, ten times magnified (grey: none)")
plots.images(stronger, says(stronger), ax=axes[3], title="changed by at most 0.1")
plt.show()

# %% [markdown]
# The network was right on 97.5 % of the clean digits. Now allow 0.05 per pixel, less than one of the
# 16 steps from white to black: of 350 digits it had read rightly it misreads 31.7 %, and with 0.1
# it misreads 83.7 %. The same amounts with random signs fool it **not once**. It is not the
# amount that does it but the direction, which the network's own gradient gives away.
#
# Look at the second row: would you have noticed? Even in the fourth you read the same digits as
# in the first.
#
# Five networks from other starts were right on 96.7 to 97.8 % of the clean digits. Of these they
# misread 24.1 to 40.5 % with 0.05 and 82.8 to 94.6 % with 0.1, but 0.6 to 1.4 % with random signs
# of 0.1. Accuracy on clean digits says nothing about this; it has to be measured by itself.

# %% [markdown]
# ## What a texture is
#
# A brick wall is a brick wall wherever its bricks begin. What stays the same when you walk along
# it? Not the pixels. Not even where the filters answer. What stays is **which filters answer
# together**: where the mortar's horizontal filter fires, the vertical one is quiet. So multiply
# the maps of two filters place by place and average over all places. That is the Gram matrix
# (Gatys, Ecker and Bethge 2015):
#
# $$G_{ij} = \frac{1}{hw} \sum_{\text{places } p} F_{pi} F_{pj}$$
#
# By hand: two places, two filters. The first place answers $(1, 2)$, the second $(3, 0)$. Then
# $G_{11} = (1 + 9)/2 = 5$, $G_{22} = (4 + 0)/2 = 2$ and $G_{12} = G_{21} = (2 + 0)/2 = 1$. Exchange
# the places: the same matrix.

# %% [markdown]
# ### Exercise 7 · Gram matrices  (difficulty 2, 15 minutes)
#
# Soon we look for a picture with a wanted matrix, by gradient. So calculate with `keras.ops`: NumPy
# would cut the thread that leads back to the pixels. The checks use the next cell to try it.


# %%
def slope_through(function, x):
    """The gradient of the sum of all that function(x) returns."""
    _, gradient = value_and_grad(lambda z: ops.sum(function(z)))(x)
    return ops.convert_to_numpy(gradient)


def style_to(targets):
    """A function: the maps of one layer -> their style loss to the targets (exercise 8)."""
    return lambda maps: style_loss([maps], targets)


# %% exercise="gram_matrices"
def gram_matrices(maps):
    """Which filters answer together, averaged over all places.

    maps: (batch, height, width, filters), array or tensor -> tensor (batch, filters, filters)
    gram_matrices([[[[1, 2], [3, 0]]]]) -> [[[5, 1], [1, 2]]], maps of height 1 and width 2
    Formula: above. keras.ops only.
    Hint: reshape to (batch, places, filters), then ops.matmul with the transposed one. Or
    ops.einsum.
    """
    ### BEGIN SOLUTION
    _, height, width, filters = ops.shape(maps)
    places = ops.reshape(maps, (-1, height * width, filters))  # (batch, places, filters)
    products = ops.matmul(ops.transpose(places, (0, 2, 1)), places)  # (batch, filters, filters)
    return products / (height * width)
    ### END SOLUTION


# %% check="gram_matrices" points=2
check("gram_matrices")

# %% [markdown]
# Two pictures have the same style if their Gram matrices agree, in several layers at once. The
# **style loss** is the mean squared difference of the entries, averaged over the layers. It does
# not matter whether the pictures have the same size: a Gram matrix has filters × filters numbers.
#
# By hand: $G = \begin{pmatrix} 5 & 1 \\ 1 & 2 \end{pmatrix}$ against
# $\begin{pmatrix} 3 & 1 \\ 1 & 2 \end{pmatrix}$: the squares are 4, 0, 0, 0, their mean is 1.
#
# ### Exercise 8 · Style loss  (difficulty 2, 10 minutes)


# %% exercise="style_loss"
def style_loss(maps, targets):
    """How far the styles of two pictures are apart.

    maps, targets: lists of as many layers; of each layer the maps of one picture,
    (1, height, width, filters). Height and width may differ between maps and targets.
    -> a scalar tensor: the mean over layers of the mean squared difference of Gram matrices
    Source: Gatys, Ecker and Bethge (2015), equations 3 to 5, with means for their factors.
    Hint: each layer gives one number first; then take the mean of those.
    """
    ### BEGIN SOLUTION
    losses = [
        ops.mean((gram_matrices(ours) - gram_matrices(theirs)) ** 2)
        for ours, theirs in zip(maps, targets)
    ]
    return sum(losses) / len(losses)
    ### END SOLUTION


# %% check="style_loss" points=2
check("style_loss")

# %% [markdown]
# Now paint: start from noise and change the pixels until the style loss is small. Which network?
# Our digit reader never saw a brick. But for small textures even filters with random weights will
# do (Ustyuzhaninov and others 2016): here 64 random filters of 7×7 with ReLU. Left each texture,
# then its Gram matrix, then what gradient descent makes of noise.


# %% tags=["demo"]
random_kernel = np.random.default_rng(0).normal(size=(7, 7, 1, 64)).astype("float32")
random_kernel -= random_kernel.mean(axis=(0, 1), keepdims=True)
random_kernel /= np.sqrt((random_kernel**2).sum(axis=(0, 1), keepdims=True))


def texture_maps(images):
    return [ops.relu(ops.conv(images, random_kernel, padding="valid"))]


def painted(goodness, num_steps=200, learning_rate=0.05):
    """The picture (1, 40, 40, 1) with the smallest loss found by Adam from noise."""
    x = np.random.default_rng(1).uniform(size=(1, 40, 40, 1)).astype("float32")
    picture = keras.Variable(x)
    slope, optimizer = value_and_grad(goodness), keras.optimizers.Adam(learning_rate)
    for _ in range(num_steps):
        _, gradient = slope(picture.value)
        optimizer.apply([gradient], [picture])
        picture.assign(ops.clip(picture, 0, 1))
    return ops.convert_to_numpy(picture)


# %% tags=["demo"]
down, across = np.mgrid[:40, :40]
textures = {
    "stripes": np.sin((across + down) * 2 * np.pi / 7) > 0,
    "dots": np.sin(across * np.pi / 3) * np.sin(down * np.pi / 3) > 0.5,
    "bricks": (down % 6 > 0) & ((across + down // 6 % 2 * 5) % 10 > 0),
}
textures = {name: t[None, ..., None].astype("float32") for name, t in textures.items()}
paintings = {}
for name, texture in textures.items():
    target = texture_maps(texture)
    paintings[name] = painted(lambda x: style_loss(texture_maps(x), target))

# %% tags=["demo"]
figure, axes = plt.subplots(3, 3, figsize=(7.5, 7.6), layout="constrained")
for row, name in zip(axes, textures):
    gram = ops.convert_to_numpy(gram_matrices(texture_maps(textures[name])[0]))[0]  # (64, 64)
    for ax, picture in zip(row, [textures[name], gram, paintings[name]]):
        ax.imshow(np.squeeze(picture), cmap="gray_r")
        ax.set(xticks=[], yticks=[])
    row[0].set_ylabel(name, fontsize=12)
for ax, title in zip(axes[0], ["texture", "its Gram matrix", "painted from noise"]):
    ax.set_title(title)
plt.show()
noise = np.random.default_rng(1).uniform(size=(1, 40, 40, 1)).astype("float32")
for name, texture in textures.items():
    others = {"noise": noise, "painting": paintings[name], **textures}
    losses = {
        k: float(style_loss(texture_maps(o), texture_maps(texture))) for k, o in others.items()
    }
    print(f"style loss to {name}:", ", ".join(f"{k} {v:.5f}" for k, v in losses.items()))

# %% [markdown]
# The painted stripes run in the same direction at the same distance; most dots have their size,
# though some have melted into bars; the bricks lie in rows, with ragged joints. None is a copy: the
# loss never asked *where* something is. And the numbers agree: each painting is far closer to its
# texture than noise or either of the other two.
#
# Gatys and others (2016) add a second loss, the *content*: deep maps of a large network must stay
# near those of a photograph, while the Gram matrices come near those of a painting. So a
# street can be painted as van Gogh might have. The decks call it deep style.

# %% [markdown]
# ## A board that must not be pooled
#
# Back to the first of the three steps, to *define a set of functions*. Convolution and pooling in
# turns suit photographs, because a smaller cat is still a cat. Now take a position on a Go board:
# 19×19 points, black = 1, white = −1, empty = 0, and the question is at which **point** to play.
# Take every second line away and it is another game.
#
# We ask for one thing that every beginner learns. A stone needs an empty point beside it (above,
# below, left or right) to live: a *liberty*. Points outside the board are none. If White has a
# stone with just one liberty, Black plays there and takes it.

# %% [markdown]
# To keep it simple we look at **lone** white stones only, those with no white stone beside them.
# By hand, with ● black, ○ white and · empty:
#
# ```text
# in the middle        at the left edge
#
#   · ● · ·              | · ·
#   ● ○ · ·              | ○ ·
#   · ● · ·              | ● ·
# ```
#
# In the middle the stone ○ has black above, left and below; its one liberty is to the right, so
# Black takes at row 1, column 2 (counted from 0). The stone at the edge has two liberties, above
# and right, and is safe. One more black stone, above it, and Black takes to the right: at the
# edge two black stones are enough.

# %% [markdown]
# ### Exercise 9 · Where Black can capture  (difficulty 3, 25 minutes)
#
# The network will need thousands of boards, so loop over the four directions, not over the points.


# %% exercise="capture_points"
def capture_points(boards):
    """The points where Black takes a lone white stone.

    boards: int array (batch, height, width), 1 black, -1 white, 0 empty
    -> bool array, the shape of boards: True at the only liberty of each lone white stone
    Lone: no white stone above, below, left or right of it. There is no liberty off the board.
    [[0, 1, 0], [1, -1, 0], [0, 1, 0]] -> True at [1, 2] only
    Hint: np.pad with a number that is no stone and not empty, then four shifted views.
    """

    ### BEGIN SOLUTION
    def beside(values, outside):  # (batch, height, width) -> (4, batch, height, width)
        p = np.pad(values, ((0, 0), (1, 1), (1, 1)), constant_values=outside)
        return np.array([p[:, :-2, 1:-1], p[:, 2:, 1:-1], p[:, 1:-1, :-2], p[:, 1:-1, 2:]])

    boards = np.asarray(boards)
    near = beside(boards, 2)
    liberties, friends = (near == 0).sum(axis=0), (near == -1).sum(axis=0)
    taken = (boards == -1) & (liberties == 1) & (friends == 0)
    return beside(taken, False).any(axis=0) & (boards == 0)
    ### END SOLUTION


# %% check="capture_points" points=2
check("capture_points")


# %% tags=["demo"]
def random_positions(num, seed):
    """Boards with one point to capture: (num, 19, 19, 1) floats, and the points, (num,) ints."""
    rng, boards, moves = np.random.default_rng(seed), [], []
    while sum(map(len, boards)) < num:
        some = rng.choice([-1, 0, 1], (2048, 19, 19), p=[0.16, 0.68, 0.16])
        points = capture_points(some)
        one = points.sum(axis=(1, 2)) == 1
        boards.append(some[one])
        moves.append(points[one].reshape(-1, 361).argmax(axis=1))  # 19 · row + column
    boards = np.concatenate(boards)[:num, ..., None].astype("float32")
    return boards, np.concatenate(moves)[:num]


boards, moves = random_positions(3000, seed=0)
new_boards, new_moves = random_positions(500, seed=1)


# %% tags=["demo"]
def draw_board(ax, board, move, title=""):
    ax.set(xlim=(-0.7, 18.7), ylim=(18.7, -0.7), aspect="equal", title=title)
    ax.hlines(range(19), 0, 18, color="0.7", linewidth=0.6, zorder=1)
    ax.vlines(range(19), 0, 18, color="0.7", linewidth=0.6, zorder=1)
    for stone, color in ((1, "black"), (-1, "white")):
        row, column = np.nonzero(board == stone)
        ax.scatter(column, row, 42, color=color, edgecolors="black", linewidths=0.7, zorder=2)
    ax.plot(move % 19, move // 19, "x", color="#D55E00", markersize=9, markeredgewidth=2.5)
    ax.axis("off")


figure, axes = plt.subplots(1, 3, figsize=(12, 4.3), layout="constrained")
for k, ax in enumerate(axes):
    place = f"row {moves[k] // 19}, column {moves[k] % 19}"
    draw_board(ax, boards[k, ..., 0], moves[k], f"Black takes at {place}")
plt.show()

# %% [markdown]
# ### Step 1 again: two sets of functions
#
# Both networks have the same layers in the same order: three convolutions 3×3 with 8 filters and
# one 1×1 that leaves a number for each of the 361 points. The second has max pooling 2×2 after the
# first two convolutions, 19 → 10 → 5, and has its maps enlarged to 20×20 and cut to 19×19
# before the third. Pooling and enlarging have no weights. So both have **exactly** the same 1,257
# parameters, from the same start, number by number, and the same boards in the same order.


# %% tags=["demo"]
def board_network(pooling, seed, filters=8):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((19, 19, 1))])
    for number in range(3):
        if pooling and number == 2:
            model.add(keras.layers.UpSampling2D(4))
            model.add(keras.layers.Cropping2D(((0, 1), (0, 1))))
        model.add(keras.layers.Conv2D(filters, 3, padding="same", activation="relu"))
        if pooling and number < 2:
            model.add(keras.layers.MaxPooling2D(2, padding="same"))
    model.add(keras.layers.Conv2D(1, 1))
    model.add(keras.layers.Flatten())  # logits, (batch, 361)
    model.compile(keras.optimizers.Adam(0.01), loss, metrics=["accuracy"])
    return model


curves, finished = {"no pooling": [], "pooling": []}, {}
for seed in range(5):
    for kind in curves:
        finished[kind] = model = board_network(kind == "pooling", seed)
        history = model.fit(
            boards,
            moves,
            batch_size=32,
            epochs=4,
            verbose=0,
            validation_data=(new_boards, new_moves),
        )
        curves[kind].append(history.history["val_accuracy"])

# %% tags=["demo"]
for kind, model in finished.items():
    shares = " ".join(f"{curve[-1]:.1%}" for curve in curves[kind])
    print(f"{kind:10s} {model.count_params():,} parameters, five starts: {shares}")
ax = plots.learning_curves(curves, ylabel="right on new boards", title="five starts of each")
ax.set(ylim=(0, 1.02))
plt.show()

# %% [markdown]
# The right points of 500 new boards, in our run: without pooling 98.0, 99.6, 100, 100 and 98.4 %
# from the five starts; with pooling 18.2, 22.8, 24.8, 10.0 and 24.0 %. The worst without is far
# above the best with.
#
# Does the pooled one only need longer? We tried it once, with 12 filters in both, 12,000 boards and
# twelve epochs: 99.9 % against 64.7 %. More slowly, and still clearly worse.
#
# What does it get wrong?

# %% tags=["demo"]
for kind, model in finished.items():
    answer = ops.convert_to_numpy(model(new_boards)).argmax(axis=1)
    apart = np.maximum(abs(answer // 19 - new_moves // 19), abs(answer % 19 - new_moves % 19))
    shares = " ".join(f"{np.mean(apart <= far):.0%}" for far in range(5))
    print(f"{kind:10s} within 0, 1, 2, 3, 4 points of the right one: {shares}")

# %% [markdown]
# The pooled network (its fifth start) has the exact point in about a quarter of the boards, and in
# more than four fifths it is at most two points away. It has found the stone. But two poolings
# leave one number of every 4×4 points: *that* a pattern is there, not at which of the 16. What
# helped with photographs, because a cat moved by two pixels is the same cat, is fatal here.

# %% [markdown]
# ### Exercise 10 · Your own Go network  (difficulty 2, 20 minutes)
#
# Build and train one. The check gives it 3,000 boards of its own and asks about 500 others; at
# least **85 %** of the points must be right. Asked five times so, our own, three layers of 12 filters, had
# 93.8 to 100 %. Sometimes the check plays White: then the colours of all its boards are exchanged,
# and the rule has to be learned from what you are given.


# %% exercise="train_board_network"
def train_board_network(boards, moves):
    """A network that finds the point to play.

    boards: float32 array (n, 19, 19, 1) of -1, 0, 1; moves: int array (n,), 19 · row + column
    -> a trained keras model: boards (batch, 19, 19, 1) -> 361 numbers each, (batch, 361), the
    largest at the point to play
    Use up to 20 seconds: 3,000 boards, four epochs of batches of 32 are enough.
    Hint: padding="same" keeps 19×19. At the end one filter of 1×1, then Flatten.
    """
    ### BEGIN SOLUTION
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((19, 19, 1))])
    for _ in range(3):
        model.add(keras.layers.Conv2D(12, 3, padding="same", activation="relu"))
    model.add(keras.layers.Conv2D(1, 1))
    model.add(keras.layers.Flatten())
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), cross_entropy)
    model.fit(boards, moves, batch_size=32, epochs=4, verbose=0)
    return model
    ### END SOLUTION


# %% check="train_board_network" points=3
check("train_board_network")

# %% [markdown]
# AlphaGo's policy network was built this way (Silver and others 2016): 12 hidden convolutional
# layers, the first with 5×5 kernels, the others with 3×3, each padded so that the board stays
# 19×19, then one 1×1 convolution and a softmax over the points. No pooling anywhere. It read 48
# maps instead of our one, among them the number of liberties, which you have just computed.
# Knowing deep learning was not enough to build it; somebody had to know Go.

# %% [markdown]
# ## In your own words
#
# Graded by your teacher. Two short paragraphs, no code.

# %% [markdown] written="why_seeing" points=3
# **Question.** A bank reads the amounts on cheques with a network. Its maker says: "99.5 % right on
# new digits, with convolution and three poolings, so it is safe, and we will use the same network to
# mark *where* on the cheque the signature is."
#
# 1. Which number is missing before you call it safe, how would you measure it, and what control
#    would you put beside it?
# 2. What do you say about the same network for the second task, and which measurement of this
#    notebook supports you?
#
# ### BEGIN MARK SCHEME
# 1 point: the share of rightly read digits that are read wrongly after a change within a stated
# bound (signed or projected gradient), not only accuracy on clean digits.
#
# 1 point: the control is a change of the same size with random signs, which does hardly anything:
# so it is the direction that matters, not the amount. Half a point for a control without the reason.
#
# 1 point: pooling keeps what is there and loses where it is; for a place use a network without it
# (or one that keeps full-size maps). Support: at equal parameters the pooled Go network found far
# fewer points. Half a point without a measurement.
# ### END MARK SCHEME

# %% [markdown]
# ## What to try next
#
# - Fool it into a class of your choice: go *down* the loss of a wrong label instead of up that of
#   the right one. Which of the ten digits is the easiest to become?
# - Train the reader on digits changed by your `signed_step`, half and half. What happens to the
#   share fooled, and to the accuracy on clean digits?
# - Give the pooled Go network one pooling instead of two. In one run of ours with 12
#   filters, 4,000 boards and five epochs it reached 94 % where none had 99 %. Why so much better?
#
# A picture is there all at once. Speech and sentences come one piece after the other, and the
# meaning of a piece depends on those before it. The next assignment, 05, builds networks that
# remember.

# %% [markdown]
# ## References
#
# - D. Erhan, Y. Bengio, A. Courville, P. Vincent (2009). Visualizing higher-layer features of a
#   deep network. Technical report 1341, Université de Montréal.
# - K. Simonyan, A. Vedaldi, A. Zisserman (2014). Deep inside convolutional networks: visualising
#   image classification models and saliency maps. *ICLR workshop*.
# - C. Szegedy and others (2014). Intriguing properties of neural networks. *ICLR*.
# - I. Goodfellow, J. Shlens, C. Szegedy (2015). Explaining and harnessing adversarial examples.
#   *ICLR*.
# - A. Nguyen, J. Yosinski, J. Clune (2015). Deep neural networks are easily fooled. *CVPR*.
# - A. Kurakin, I. Goodfellow, S. Bengio (2017). Adversarial examples in the physical world. *ICLR
#   workshop*.
# - A. Madry, A. Makelov, L. Schmidt, D. Tsipras, A. Vladu (2018). Towards deep learning models
#   resistant to adversarial attacks. *ICLR*.
# - L. Gatys, A. Ecker, M. Bethge (2015). Texture synthesis using convolutional neural networks.
#   *NIPS*. And (2016) Image style transfer using convolutional neural networks. *CVPR*.
# - I. Ustyuzhaninov, W. Brendel, L. Gatys, M. Bethge (2016). Texture synthesis using shallow
#   convolutional networks with random filters. *arXiv* 1606.00021.
# - D. Silver and others (2016). Mastering the game of Go with deep neural networks and tree search.
#   *Nature* 529, 484–489.
#
# The board with ±1 and 0, and why AlphaGo does not pool, are from the course's decks.
