# %% [markdown]
# # 06 · Attention
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({{COLAB}})
#
# Assignment 05 ended at a bottleneck: the encoder reads a whole sentence, and everything that the
# decoder will ever know of it must fit into one vector. Nobody translates like that. You look at
# the words again, at each step at those you need. In this notebook the decoder learns to look, and
# you can see where.

# %% [markdown]
# **When you are done you can**
#
# - compute how well a query matches a key in three ways, and turn matches into shares that survive
#   padding, −∞ and float16;
# - write scaled dot-product and multi-head attention, and stop them from looking ahead;
# - say why attention alone forgets the order, and give it back;
# - build a transformer block;
# - train a decoder that translates dates, and measure whether it looks in the right place.

# %% [markdown]
# **What you need:** sequence to sequence with teacher forcing and masks (assignment 05).
#
# **Time:** 12 exercises, about 4 hours of your work and about a minute of the computer's.
#
# Write these functions with `keras.ops`: the last one trains a network with them, and slopes do
# not flow through NumPy.

# %%
import sys

if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", "install -q {{INSTALL}}")

# %%
from time import perf_counter

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import ops

from autograder import check
from threesteps import datasets, start
from threesteps.gradients import value_and_grad

SCALE = "small"  # "full" trains the translator on 30,000 dates instead of 4,000
JIT = "auto" if keras.config.backend() == "jax" else False  # starts sooner with TensorFlow
start(seed=1)

# %% [markdown]
# ## Where do you look?
#
# Dates are written in many ways. Computers like one of them, the year, the month and the day:
# `2016-11-02` (ISO 8601). Translate the three below, digit by digit, and watch your eyes. Each row
# of a map is one character that you write, each column one that you read. Dark is where you look.

# %% tags=["demo"]
data = datasets.dates(5500 if SCALE == "small" else 31500, seed=0)


def show_map(ax, weights, source, target, title=""):
    """Draw shares (targets, sources) as a heat map with the characters at its sides."""
    shown = np.asarray(weights)[: len(target), : len(source)]
    ax.imshow(shown, cmap="Greys", vmin=0, vmax=1, aspect="auto")
    ax.set_xticks(range(len(source)), source)
    ax.set_yticks(range(len(target)), target)
    ax.set_title(title, fontsize=10)


figure, axes = plt.subplots(1, 3, figsize=(14, 3), layout="constrained")
firsts = [
    next(k for k in range(500) if data.sources[k].startswith(s)) for s in ["the", "11/", "20"]
]
for ax, k in zip(axes, firsts):
    eyes = data.determining[k]  # (10, 28), True where the answer can be read
    show_map(
        ax, eyes / np.maximum(1, eyes.sum(axis=1, keepdims=True)), data.sources[k], data.targets[k]
    )
plt.show()

# %% [markdown]
# For the four digits of the year you look at the year, wherever it stands. (Slashes are
# month/day/year here, dots are day.month.year, and a year of two digits is 19xx from 50 on.) A
# hyphen needs no look at all.
#
# ## Step 1 · Define a set of functions
#
# What the decoder is looking for is a vector, the **query**. What stands at each place of the source
# is a vector too, the **key**. Attention has three parts: *match* the query with every key, turn the
# matches into *shares*, and *read* the places in these shares.

# %% [markdown]
# ### Match
#
# The simplest match is the dot product. By hand: the query $(1, 2)$ and the keys $(2, 0)$, $(1, 1)$,
# $(0, 3)$ have the scores $2$, $3$ and $6$: the third key points most in the query's direction.
#
# $$\text{score}(q, k) = q \cdot k = \sum_u q_u k_u$$
#
# There is one score for each pair of a query and a key, so a table for each example.
#
# ### Exercise 1 · Dot scores  (difficulty 1, 5 minutes)
#
# Later there will be an axis for heads as well. Let any number of axes stand in front of the last two.


# %% exercise="dot_scores"
def dot_scores(queries, keys):
    """The dot product of every query with every key.

    queries: float array, (..., targets, units); keys: (..., sources, units), the same axes in front
    -> float array, (..., targets, sources)
    dot_scores([[[1., 2.]]], [[[2., 0.], [1., 1.], [0., 3.]]]) -> [[[2, 3, 6]]]
    Source: Luong and others (2015), section 3.1, "dot".
    Hint: ops.matmul multiplies the last two axes; which two of the keys must swap for it?
    """
    ### BEGIN SOLUTION
    return ops.matmul(queries, ops.swapaxes(keys, -1, -2))
    ### END SOLUTION


# %% [markdown]
# In the end your functions become parts of a network. There Keras asks them first with tensors that
# have a shape and no numbers yet. The checks try that, too:


# %%
def in_a_model(function, arrays):
    """What function(*arrays) gives as a part of a Keras model."""
    inputs = [keras.Input(array.shape[1:]) for array in arrays]
    return keras.Model(inputs, function(*inputs))(arrays)


# %% check="dot_scores" points=1
check("dot_scores")

# %% [markdown]
# A dot product can only say "alike". But a query that means *month please* need not look like a key
# that means *here stands a month*, and the two need not even have the same length. A kernel
# translates between them:
#
# $$\text{score}(q, k) = q^{\mathsf T} W k$$
#
# By hand: with $W$ that swaps its two inputs, the query $(1, 2)$ becomes $(2, 1)$, and the three keys
# have the scores 4, 3 and 3. Now the first key wins.
#
# ### Exercise 2 · General scores  (difficulty 1, 10 minutes)


# %% exercise="general_scores"
def general_scores(queries, keys, kernel):
    """The match of every query with every key through a kernel.

    queries: float array, (batch, targets, query_units); keys: (batch, sources, key_units)
    kernel: float array, (query_units, key_units) -> float array, (batch, targets, sources)
    general_scores([[[1., 2.]]], [[[2., 0.], [1., 1.], [0., 3.]]], [[0., 1.], [1., 0.]])
    -> [[[4, 3, 3]]]
    Source: Luong and others (2015), section 3.1, "general".
    Hint: move the queries through the kernel, then do what you did before.
    """
    ### BEGIN SOLUTION
    return dot_scores(ops.matmul(queries, kernel), keys)
    ### END SOLUTION


# %% check="general_scores" points=1
check("general_scores")

# %% [markdown]
# The first attention for translation (Bahdanau and others 2015) did not multiply. It asked a small
# network with one hidden layer:
#
# $$\text{score}(q, k) = v \cdot \tanh(W_q^{\mathsf T} q + W_k^{\mathsf T} k)$$
#
# It is called **additive**. By hand, with one unit everywhere and all weights 1: the query 0.5 and
# the key 0.5 have the score tanh(1) = 0.76, the key −0.5 has tanh(0) = 0.
#
# ### Exercise 3 · Additive scores  (difficulty 2, 15 minutes)
#
# Every query meets every key, so for a moment there are four axes: batch, targets, sources, units.


# %% exercise="additive_scores"
def additive_scores(queries, keys, query_kernel, key_kernel, vector):
    """The match of every query with every key by a network with one hidden tanh layer.

    queries: float array, (batch, targets, query_units); keys: (batch, sources, key_units)
    query_kernel: (query_units, units); key_kernel: (key_units, units); vector: (units,)
    -> float array, (batch, targets, sources)
    additive_scores([[[0.5]]], [[[0.5], [-0.5]]], [[1.]], [[1.]], [1.]) -> [[[0.76, 0]]]
    Source: Bahdanau and others (2015), appendix A.1.2.
    Hint: ops.expand_dims gives the queries an axis of length 1 where the sources will be, and the
    keys one where the targets will be; the sum fills them.
    """
    ### BEGIN SOLUTION
    q = ops.expand_dims(ops.matmul(queries, query_kernel), 2)  # (batch, targets, 1, units)
    k = ops.expand_dims(ops.matmul(keys, key_kernel), 1)  # (batch, 1, sources, units)
    return ops.sum(ops.tanh(q + k) * vector, axis=-1)
    ### END SOLUTION


# %% check="additive_scores" points=2
check("additive_scores")

# %% [markdown]
# ### Shares
#
# Softmax turns scores into shares that sum to 1. But sentences in a batch are filled up to the same
# length, and nobody may read the filling. A **mask** says which places may be read, and the others
# get exactly 0. By hand: the scores 2, 3, 6 with the last place masked become
# $(e^2, e^3, 0) / (e^2 + e^3) = (0.27, 0.73, 0)$.
#
# A popular short cut is to add $-10^9$ to the masked scores. See what it does:

# %% tags=["demo"]
with np.errstate(all="ignore"):
    for name, kept in [("one place masked", [True, True, False]), ("all masked", [False] * 3)]:
        for dtype in ["float32", "float16"]:
            scores, kept = np.array([2, 3, 6], dtype), np.array(kept)
            scores = scores + (1 - kept.astype(dtype)) * np.array(-1e9).astype(dtype)
            probs = np.exp(scores - scores.max())
            print(f"{name:17s} {dtype}: {(probs / probs.sum()).astype(float).round(2)}")

# %% [markdown]
# In float16, the numbers of fast GPUs, the largest number is 65,504, so $-10^9$ is $-\infty$, and
# $0 \cdot (-\infty)$ is NaN. And where *all* is masked (an empty sentence), the short cut reads the
# forbidden places as if nothing had been said. What should be read then? Nothing: zeros.
#
# ### Exercise 4 · Masked softmax  (difficulty 3, 25 minutes)
#
# A score of −∞ counts as masked. Scores may be large: ±30,000 in float16, ±1,000 in float32. And a
# masked place must not matter at all, however large its score.


# %% exercise="masked_softmax"
def masked_softmax(scores, mask):
    """Turn scores into shares of the places that may be read.

    scores: float array, (..., sources), float16, float32 or float64; may hold -inf, never +inf
    mask: bool array that broadcasts to the scores' shape; True where a place may be read
    -> float array, the shape of the scores; 0 where masked or -inf; each row sums to 1, but a row
    of which no place may be read is all zeros
    masked_softmax([[2., 3., 6.]], [[True, True, False]]) -> [[0.27, 0.73, 0]]
    Hint: ops.where, before the largest score is subtracted and where the sum is 0. What is
    -inf - (-inf)?
    """
    ### BEGIN SOLUTION
    scores = ops.where(mask, scores, float("-inf"))
    largest = ops.max(scores, axis=-1, keepdims=True)  # (..., 1)
    exps = ops.exp(scores - ops.where(ops.isfinite(largest), largest, 0.0))  # 0 where masked
    total = ops.sum(exps, axis=-1, keepdims=True)  # (..., 1), at least 1 or exactly 0
    return exps / ops.where(total > 0, total, 1.0)
    ### END SOLUTION


# %% [markdown]
# The check also asks whether slopes get through, as training will:


# %%
def share_slopes(scores, mask, pull):
    """The slope of sum(masked_softmax(scores, mask) * pull) with respect to every score."""
    return value_and_grad(lambda z: ops.sum(ops.multiply(masked_softmax(z, mask), pull)))(scores)[1]


# %% check="masked_softmax" points=3
check("masked_softmax")

# %% [markdown]
# ### Read
#
# What is read is another vector of each place, its **value**; often key and value are the same. The
# answer is the sum of the values, each times its share. By hand: shares 0.27 and 0.73 of the values
# $(10, 0)$ and $(0, 10)$ give $(2.7, 7.3)$.
#
# A table that you look something up in gives all or nothing. This one gives a mixture, and a mixture
# has slopes: training can move the look a little to the left.
#
# ### Exercise 5 · Read  (difficulty 1, 5 minutes)


# %% exercise="read_values"
def read_values(weights, values):
    """The values' mixture for every query.

    weights: float array, (..., targets, sources); values: (..., sources, units)
    -> float array, (..., targets, units)
    read_values([[[0.25, 0.75]]], [[[10., 0.], [0., 10.]]]) -> [[[2.5, 7.5]]]
    Hint: one matrix product; nothing is averaged, the shares sum to 1 already.
    """
    ### BEGIN SOLUTION
    return ops.matmul(weights, values)
    ### END SOLUTION


# %% check="read_values" points=1
check("read_values")

# %% [markdown]
# ### Why divide?
#
# Draw a query and ten keys at random, each number with mean 0 and variance 1. How much of the share
# does the best key get? Before you run it: does the number of units matter?

# %% tags=["demo"]
rng = np.random.default_rng(0)
sizes, largest = 2 ** np.arange(1, 10), {"q · k": [], "q · k / √units": []}
for units in sizes:
    queries, keys = rng.normal(size=(200, 1, units)), rng.normal(size=(200, 10, units))
    scores = np.asarray(dot_scores(queries, keys))  # (200, 1, 10)
    for name, divisor in zip(largest, [1, np.sqrt(units)]):
        shares = masked_softmax(scores / divisor, np.ones((1, 1, 10), bool))
        largest[name].append(np.asarray(shares).max(axis=-1).mean())
figure, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
for (name, values), style in zip(largest.items(), ["k--o", "k-s"]):
    ax.semilogx(sizes, values, style, base=2, label=name)
ax.set(xlabel="units", ylabel="mean of the largest share", ylim=(0, 1.05))
ax.legend(frameon=False)
plt.show()
print({name: [round(float(v), 2) for v in values] for name, values in largest.items()})

# %% [markdown]
# A dot product of $n$ such numbers has variance $n$: at 512 units the scores differ by tens, softmax
# takes one key and all slopes are nearly 0. Divided by $\sqrt n$ they have variance 1 whatever the
# size, and at the start of training the look is spread out. So Vaswani and others (2017) take
#
# $$\text{Attention}(Q, K, V) = \text{softmax}\!\left(\frac{Q K^{\mathsf T}}{\sqrt{n}}\right) V$$
#
# By hand with $n = 4$: the scores 2, 6 become 1, 3, the shares 0.12 and 0.88 (undivided 0.02 and
# 0.98).
#
# ### Exercise 6 · Scaled dot-product attention  (difficulty 2, 10 minutes)


# %% exercise="scaled_attention"
def scaled_attention(queries, keys, values, mask=None):
    """Match, turn into shares, read.

    queries: float array, (..., targets, units); keys: (..., sources, units)
    values: float array, (..., sources, value_units)
    mask: bool array that broadcasts to (..., targets, sources), True where a query may read; None
    if all may be read
    -> (read, weights): (..., targets, value_units) and (..., targets, sources); both are zeros for
    a query that may read nothing
    scaled_attention([[[1.]]], [[[0.], [0.]]], [[[2.], [4.]]]) -> ([[[3]]], [[[0.5, 0.5]]])
    Source: Vaswani and others (2017), equation 1.
    Hint: your three functions. The last axis of which array holds the n of the root?
    """
    ### BEGIN SOLUTION
    scores = dot_scores(queries, keys) / ops.shape(queries)[-1] ** 0.5  # (..., targets, sources)
    weights = masked_softmax(scores, True if mask is None else mask)
    return read_values(weights, values), weights
    ### END SOLUTION


# %% check="scaled_attention" points=2
check("scaled_attention")

# %% [markdown]
# ### What may be read
#
# Attention can also connect a sequence with *itself*: every place asks all the others. This is
# **self-attention**. Two rules about what may be read come up again and again. *Padding*: nobody
# reads the filling. *Causal*: a network that predicts the next character may read this place and
# earlier ones, never later ones, for there stands the answer.
#
# By hand: 3 steps, of which 2 are real. Causal and padding together let step 1 read $\{1\}$, step 2
# read $\{1, 2\}$ and step 3, itself a filling, $\{1, 2\}$ as well.
#
# ### Exercise 7 · Causal and padding masks  (difficulty 2, 15 minutes)


# %% exercise="attention_mask"
def attention_mask(lengths, steps, causal):
    """Which place may read which, for a batch of sequences of different lengths.

    lengths: int array, (batch,), the number of real steps, which come first; steps: int
    causal: bool, whether later places are forbidden too
    -> bool array, (batch, steps, steps): row t, column s is True where place t may read place s
    attention_mask([2], 3, True) -> [[[1, 0, 0], [1, 1, 0], [1, 1, 0]]], as bools
    Hint: compare ops.arange(steps) with the lengths, and with itself turned by a quarter.
    """
    ### BEGIN SOLUTION
    places = ops.arange(steps)
    lengths = ops.reshape(ops.convert_to_tensor(lengths, "int32"), (-1, 1, 1))
    real = ops.broadcast_to(places < lengths, (lengths.shape[0], steps, steps))
    return ops.logical_and(real, places <= places[:, None]) if causal else real
    ### END SOLUTION


# %% check="attention_mask" points=2
check("attention_mask")

# %% [markdown]
# ### Several looks at once
#
# One query gives one mixture. But for "the 2nd of November" it may be good to look at the day *and*
# at the month, without stirring them together. **Multi-head** attention looks several times side
# by side. Each head has kernels of its own that make short queries, keys and values, attends with
# them, and a last kernel adds up what the heads have read:
#
# $$\text{head}_h = \text{Attention}(x W^q_h,\; m W^k_h,\; m W^v_h) \qquad
# \text{out} = \textstyle\sum_h \text{head}_h\, W^o_h$$
#
# with $x$ the places that ask and $m$ the places that are read, the same in self-attention.

# %% [markdown]
# Two heads of 4 units cost about as much as one of 8. What is divided by is the root of a *head's*
# units: by hand, 8 units in 2 heads are 4 units each, so the scores are divided by 2.
#
# ### Exercise 8 · Multi-head attention  (difficulty 3, 30 minutes)
#
# `ops.einsum("btu,uhd->bhtd", x, kernel)` multiplies, sums over the units u and puts the heads h in
# front, where your `scaled_attention` expects them.


# %% exercise="multi_head_attention"
def multi_head_attention(x, memory, kernels, mask=None):
    """Attention with several heads, without biases.

    x: float array, (batch, targets, units), the places that ask
    memory: float array, (batch, sources, units), the places that are read
    kernels: (query, key, value, output), of shapes (units, heads, size) for the first three and
    (heads, size, units) for the last
    mask: bool array, (batch, targets, sources), True where a place may be read; None: all may
    -> (out, weights), (batch, targets, units) and (batch, heads, targets, sources)
    Source: Vaswani and others (2017), section 3.2.2; keras.layers.MultiHeadAttention
    Hint: the mask needs an axis of length 1 for the heads.
    """
    ### BEGIN SOLUTION
    query, key, value, output = kernels
    q = ops.einsum("btu,uhd->bhtd", x, query)
    k = ops.einsum("bsu,uhd->bhsd", memory, key)
    v = ops.einsum("bsu,uhd->bhsd", memory, value)
    mask = None if mask is None else ops.expand_dims(mask, 1)  # (batch, 1, targets, sources)
    heads, weights = scaled_attention(q, k, v, mask)  # (batch, heads, targets, size)
    return ops.einsum("bhtd,hdu->btu", heads, output), weights
    ### END SOLUTION


# %% check="multi_head_attention" points=3
check("multi_head_attention")

# %% [markdown]
# ### Who bit whom?
#
# *dog bites man* is no news, *man bites dog* is. Each word has its vector below, and both sentences
# go through the same self-attention with random kernels. What comes out at each word?

# %% tags=["demo"]
rng = np.random.default_rng(0)
words = {word: rng.normal(size=8) for word in ["dog", "bites", "man"]}
kernels = [rng.normal(size=(8, 2, 4)) / 3 for _ in range(3)] + [rng.normal(size=(2, 4, 8)) / 3]
for sentence in ["dog bites man", "man bites dog"]:
    x = np.array([[words[word] for word in sentence.split()]])  # (1, 3, 8)
    out = np.asarray(multi_head_attention(x, x, kernels)[0])[0]  # (3, 8)
    for word, row in zip(sentence.split(), out):
        print(f"{sentence}: {word:6s}", row[:4].round(3))

# %% [markdown]
# The same numbers, in another order. The dog does not know whether it bites or is bitten: shares and
# sums do not depend on the order of what is summed. A recurrent network gets the order for free,
# attention must be *told* where each word stands. So a vector for each **position** is added to
# the word's:
#
# $$p_{t,\,2i} = \sin\!\left(t / 10000^{2i/n}\right) \qquad
# p_{t,\,2i+1} = \cos\!\left(t / 10000^{2i/n}\right)$$
#
# Each pair is a clock hand, the first one fast, the last one very slow. By hand with $n = 4$:
# place 0 is $(0, 1, 0, 1)$, place 1 is $(\sin 1, \cos 1, \sin 0.01, \cos 0.01) =
# (0.84, 0.54, 0.01, 1.00)$.

# %% [markdown]
# ### Exercise 9 · Positions  (difficulty 2, 15 minutes)


# %% exercise="sinusoidal_positions"
def sinusoidal_positions(steps, units):
    """A vector for each place of a sequence.

    steps: int; units: int, even -> float array, (steps, units)
    sinusoidal_positions(2, 4) -> [[0, 1, 0, 1], [0.84, 0.54, 0.01, 1.00]]
    Formula: above; t from 0, sines in the even columns, each cosine right of its sine.
    Source: Vaswani and others (2017), section 3.5.
    Hint: a table of angles (steps, units / 2); ops.stack on a new last axis, then ops.reshape.
    """
    ### BEGIN SOLUTION
    pairs = ops.arange(units // 2, dtype="float32")
    steps_column = ops.expand_dims(ops.arange(steps, dtype="float32"), 1)  # (steps, 1)
    angles = steps_column / 10000.0 ** (2 * pairs / units)  # (steps, units / 2)
    both = ops.stack([ops.sin(angles), ops.cos(angles)], axis=-1)  # (steps, units / 2, 2)
    return ops.reshape(both, (steps, units))
    ### END SOLUTION


# %% check="sinusoidal_positions" points=2
check("sinusoidal_positions")

# %% tags=["demo"]
positions = np.asarray(sinusoidal_positions(60, 32))  # (60, 32)
figure, axes = plt.subplots(1, 2, figsize=(11, 3.4), layout="constrained")
picture = axes[0].imshow(positions.T, cmap="gray", aspect="auto", vmin=-1, vmax=1)
axes[0].set(xlabel="place", ylabel="unit", title="a column per place")
figure.colorbar(picture, ax=axes[0])
for place, style in zip([10, 30, 50], ["-", "--", ":"]):
    axes[1].plot(positions @ positions[place], "k" + style, label=f"with place {place}")
axes[1].set(xlabel="place", ylim=(4.5, 18.5), title="dot products: near places are alike")
axes[1].legend(frameon=False, ncol=3, loc="upper center", fontsize=9)
plt.show()
for sentence in ["dog bites man", "man bites dog"]:
    x = np.array([[words[word] for word in sentence.split()]]) + positions[:3, :8]
    out = np.asarray(multi_head_attention(x, x, kernels)[0])[0]
    print(f"{sentence}: dog   ", out[sentence.split().index("dog")][:4].round(3))

# %% [markdown]
# The curve has the same shape around each place: to move on by $k$ steps turns every clock hand by a
# fixed angle, so "three to the left" is the same turn everywhere. And now the dog knows.
#
# ### A transformer block
#
# Attention moves information between places. To work on it at each place, a small network of two
# layers follows. Both are *added* to what came in, as in the residual stack of assignment 03, and
# both read a normalised copy (each place scaled to mean 0 and variance 1, then a learned scale and
# shift):
#
# $$h = x + \text{MultiHead}(\text{Norm}(x)) \qquad \text{out} = h + \text{Dense}(\text{ReLU
# Dense}(\text{Norm}(h)))$$
#
# Normalising first is called *pre-norm*; the paper of 2017 normalised the sums.

# %% [markdown]
# By hand: 8 units, 2 heads, 16 hidden units. Attention has four kernels of 64 and four biases of 8,
# 288 in all; the two Dense layers 8·16 + 16 and 16·8 + 8, which is 280; each normalisation 16. The
# sum is 600, whatever the length of the sequence.
#
# ### Exercise 10 · A transformer block  (difficulty 3, 30 minutes)
#
# Here you may take everything from `keras.layers`: MultiHeadAttention (with biases, as it comes),
# LayerNormalization, Dense.


# %% exercise="transformer_block"
def transformer_block(steps, units, num_heads, hidden, causal):
    """A Keras model that is one pre-norm transformer block.

    steps, units: of the sequence; num_heads: each of units // num_heads units
    hidden: ReLU units of the network at each place; causal: bool, whether a place may read only
    itself and earlier ones -> a Keras model, (batch, steps, units) -> (batch, steps, units)
    transformer_block(5, 8, 2, 16, False).count_params() -> 600
    Source: Vaswani and others (2017), figure 1; pre-norm: Xiong and others (2020).
    Hint: keras.Input((steps, units)) and layers called on it; attention(h, h, use_causal_mask=...)
    """
    ### BEGIN SOLUTION
    x = keras.Input((steps, units))
    h = keras.layers.LayerNormalization()(x)
    attention = keras.layers.MultiHeadAttention(num_heads, units // num_heads)
    middle = x + attention(h, h, use_causal_mask=causal)
    h = keras.layers.LayerNormalization()(middle)
    h = keras.layers.Dense(hidden, activation="relu")(h)
    return keras.Model(x, middle + keras.layers.Dense(units)(h))
    ### END SOLUTION


# %% check="transformer_block" points=3
check("transformer_block")

# %% [markdown]
# Who hears whom? Change one place of the input and see which places of the output move.

# %% tags=["demo"]
figure, axes = plt.subplots(1, 2, figsize=(7, 3.3), layout="constrained")
x = np.random.default_rng(0).normal(size=(1, 6, 8)).astype("float32")
for ax, causal in zip(axes, [False, True]):
    keras.utils.set_random_seed(0)
    block = transformer_block(6, 8, 2, 16, causal)
    batch = np.repeat(x, 7, axis=0)
    batch[np.arange(6), np.arange(6)] *= -1.0  # example s differs from the last one at place s
    out = np.asarray(block(batch))  # (7, 6, 8)
    moved = np.abs(out[:6] - out[6]).max(axis=-1).T > 1e-4  # (output place, input place)
    ax.imshow(moved, cmap="Greys", vmin=0, vmax=1.5)
    ax.set(title=f"causal={causal}", xlabel="place that was changed", ylabel="place that moved")
plt.show()

# %% [markdown]
# Without the rule everybody hears everybody after a single block. With it, the future is silent.
# Language models are stacks of such causal blocks.
#
# ## Step 2 · Goodness of a function
#
# For the translation, the loss is that of assignment 05: the cross-entropy of each right character,
# with teacher forcing. Training makes it small, and afterwards we count the dates that are right in
# all ten characters.
#
# But is the model right *for the right reason*? The data know which characters of the source write
# the year, the month and the day. So we can measure how much of the attention falls on them.

# %% [markdown]
# By hand: a source of 3 characters, of which the last two write the day. For the two digits of the
# day the shares are $(0.2, 0.7, 0.1)$ and $(0.6, 0.4, 0)$. On the right place lie 0.8 and 0.4, on
# average 0.6. A hyphen is written in no place: its row does not count.
#
# ### Exercise 11 · Where does it look?  (difficulty 1, 10 minutes)


# %% exercise="alignment_share"
def alignment_share(weights, determining):
    """The mean share of attention on the source characters that determine the output.

    weights: float array, (batch, targets, sources), rows that sum to 1
    determining: bool array, (batch, targets, sources); a row without any True does not count
    -> a number from 0 to 1, the mean over all rows that count
    alignment_share([[[0.2, 0.7, 0.1], [1., 0., 0.]]], [[[0, 1, 1], [0, 0, 0]]]) -> 0.8
    (with 0 and 1 for False and True)
    Hint: sum over the sources first; then divide by the number of rows that count.
    """
    ### BEGIN SOLUTION
    right = ops.cast(determining, "float32")
    on_it = ops.sum(ops.cast(weights, "float32") * right, axis=-1)  # (batch, targets)
    counts = ops.max(right, axis=-1)  # (batch, targets), 1 where the row counts
    return ops.sum(on_it) / ops.sum(counts)
    ### END SOLUTION


# %% check="alignment_share" points=1
check("alignment_share")

# %% [markdown]
# ## Step 3 · Pick the best function
#
# Now all of it together. The **encoder** makes a vector of each source character and its neighbours:
# an embedding, then two `Conv1D` layers (kernel 5, "same" padding). The **decoder** is a GRU that
# reads what has been written so far, `shifted`: a 0, then the target without its last character. It
# starts from zeros and gets *nothing* of the source. All that it knows it must read by attention:
# its states are the queries, the encoder's vectors keys and values. A Dense layer sees what was read,
# beside the state.

# %% [markdown]
# The aim: 99 % of unseen dates right in all ten characters, in less than a minute. One recipe: 32
# units everywhere, ReLU then tanh in the two convolutions, dot scores, batches of 64, 10 epochs, and
# Adam whose rate falls from 0.01 to 0 (`keras.optimizers.schedules.CosineDecay(0.01, steps)`).
#
# Measured with it on sixteen seeds: 99.7 to 99.9 % of 1,500 unseen dates, 9 seconds of processor
# time each, and 84 to 91 % of the attention on the characters that determine the output; once, with
# other dates, only 77 %. (The check trains once, on 3,000 dates, and asks for 95 % of 300 others and
# 60 % of the attention.)
#
# ### Exercise 12 · A decoder that looks  (difficulty 3, 45 minutes)
#
# `model.compile(..., loss=[a_loss, None])` gives the second output no loss. The mask is
# `ops.not_equal(x, 0)` with an axis for the targets. `jit_compile=JIT`, set at the top, starts sooner.


# %% exercise="train_translator"
def train_translator(x, y, source_size, target_size):
    """Train a decoder that attends to its source.

    x: int array, (num, sources), characters as numbers below source_size, 0 is padding
    y: int array, (num, targets), characters as numbers from 1 to target_size - 1
    -> a trained Keras model: model([x, shifted]) -> [logits, weights]
    shifted: int array, (num, targets): y moved right by one, 0 in front
    logits: (num, targets, target_size), before softmax or after it, as you like
    weights: (num, targets, sources), the shares with which each output read the source
    Hint: keras.Input((sources,), dtype="int32"). Your functions work on what layers return if they
    use keras.ops alone, no NumPy and no ops.convert_to_tensor.
    """
    ### BEGIN SOLUTION
    source = keras.Input((x.shape[1],), dtype="int32")
    written = keras.Input((y.shape[1],), dtype="int32")
    memory = keras.layers.Embedding(source_size, 32)(source)  # (batch, sources, 32)
    for activation in ["relu", "tanh"]:
        memory = keras.layers.Conv1D(32, 5, padding="same", activation=activation)(memory)
    states = keras.layers.Embedding(target_size, 32)(written)
    states = keras.layers.GRU(32, return_sequences=True)(states)  # (batch, targets, 32)
    mask = ops.expand_dims(ops.not_equal(source, 0), 1)  # (batch, 1, sources)
    weights = masked_softmax(dot_scores(states, memory), mask)  # (batch, targets, sources)
    seen = keras.layers.Concatenate()([read_values(weights, memory), states])
    model = keras.Model([source, written], [keras.layers.Dense(target_size)(seen), weights])

    rate = keras.optimizers.schedules.CosineDecay(0.01, 10 * -(-len(x) // 64))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), [loss, None], jit_compile=JIT)
    shifted = np.pad(y[:, :-1], [(0, 0), (1, 0)])  # (num, targets)
    model.fit([x, shifted], y, batch_size=64, epochs=10, verbose=0)
    return model
    ### END SOLUTION


# %% check="train_translator" points=4
check("train_translator")

# %% [markdown]
# Below, the model is trained on your machine with the notebook's dates, then it writes: `translate`
# takes the best character at each step and gives it back as the next input, for all dates at once.


# %%
def translate(model, x, steps=10):
    """Write character by character, all dates at once: numbers (num, steps) and the shares."""
    shifted = np.zeros((len(x), steps + 1), "int32")
    for t in range(steps):
        logits, weights = model([x, shifted[:, :-1]])
        shifted[:, t + 1] = np.asarray(ops.argmax(logits[:, t], axis=-1))
    return shifted[:, 1:], np.asarray(weights)  # (num, steps), (num, steps, sources)


# %% tags=["demo"]
train, new = slice(1500, None), slice(0, 500)  # every day occurs once: none of `new` was seen
sizes = len(data.source_characters), len(data.target_characters)
before = perf_counter()
model = train_translator(data.x[train], data.y[train], *sizes)
print(f"trained in {perf_counter() - before:.0f} seconds")
answers, weights = translate(model, data.x[new])
right = np.all(answers == data.y[new], axis=1)  # (500,)
share = float(alignment_share(weights, data.determining[new]))
print(f"{right.mean():.1%} of {len(right)} unseen dates are right in all ten characters")
print(f"{share:.0%} of the attention is where the answer stands")

# %% tags=["demo"]
figure, axes = plt.subplots(1, 3, figsize=(15, 3.2), layout="constrained")
for ax, k in zip(axes, firsts):
    text = "".join(data.target_characters[c] for c in answers[k])
    show_map(ax, weights[k], data.sources[k], text, "learned")
plt.show()

# %% [markdown]
# Nobody told it where months stand. The year is read from where the year stands, behind or in front,
# and words like *the* and *of* are passed over. It all came from the loss of the characters. (Now and
# then it looks at a neighbour: each vector knows the four characters on both sides.)
#
# ### A map that shows nothing
#
# Not every map of shares means something. Here is a model whose shares come from the decoder's state
# and the *place number* alone, without a look at the source. It draws maps as well:


# %% tags=["demo"]
def train_blind(x, y, source_size, target_size):
    """The same network, but its shares do not depend on the source."""
    source = keras.Input((x.shape[1],), dtype="int32")
    written = keras.Input((y.shape[1],), dtype="int32")
    memory = keras.layers.Embedding(source_size, 32)(source)
    for activation in ["relu", "tanh"]:
        memory = keras.layers.Conv1D(32, 5, padding="same", activation=activation)(memory)
    states = keras.layers.Embedding(target_size, 32)(written)
    states = keras.layers.GRU(32, return_sequences=True)(states)
    scores = keras.layers.Dense(x.shape[1])(states)  # one score per place number
    weights = masked_softmax(scores, ops.expand_dims(ops.not_equal(source, 0), 1))
    seen = keras.layers.Concatenate()([read_values(weights, memory), states])
    blind = keras.Model([source, written], [keras.layers.Dense(target_size)(seen), weights])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    blind.compile(keras.optimizers.Adam(0.005), [loss, None], jit_compile=JIT)
    blind.fit([x, np.pad(y[:, :-1], [(0, 0), (1, 0)])], y, batch_size=64, epochs=5, verbose=0)
    return blind


blind = train_blind(data.x[train], data.y[train], *sizes)
blind_answers, blind_weights = translate(blind, data.x[new])

# %% tags=["demo"]
figure, axes = plt.subplots(1, 3, figsize=(15, 3.2), layout="constrained")
for ax, k in zip(axes, firsts):
    text = "".join(data.target_characters[c] for c in blind_answers[k])
    show_map(ax, blind_weights[k], data.sources[k], text, "without a look at the source")
plt.show()
right = np.all(blind_answers == data.y[new], axis=1)
share = float(alignment_share(blind_weights, data.determining[new]))
print(f"{right.mean():.1%} right, {share:.0%} of the attention where the answer stands")

# %% [markdown]
# Four in ten dates are right all the same: mostly the year stands at the end, and the mask tells how
# long the text is. But no such map knows what the text says. On sixteen starts 42 to 51 % of its
# attention was in the right place, and where the year stands in front, it found 6 % of it at most.
#
# So do not believe a map because it is clear. Measure it, against the truth where you have it, and
# against a model that cannot know where you have not. (How much maps explain is disputed: Jain and
# Wallace 2019.)

# %% [markdown]
# ### Where it came from
#
# Bahdanau, Cho and Bengio (2015) let the decoder of a translator look back at the source, and long
# sentences stopped being a problem. Luong, Pham and Manning (2015) compared ways to match; your dot
# and general scores are theirs. Two years later Vaswani and others (2017) left out the recurrence:
# *attention is all you need*, with many heads, positions and blocks like yours. Without a chain of
# steps all places are computed at once, and that made networks of billions of numbers possible.

# %% [markdown]
# ## In your own words
#
# Graded by your teacher. Three short paragraphs, no code.

# %% [markdown] written="why_attention" points=3
# **Question.**
#
# 1. In assignment 05 a sentence went through one vector. What grows with the length of the sentence
#    in a decoder with attention, and what does not?
# 2. A colleague leaves the positions out of a stack of transformer blocks that shall say whether a
#    sentence is praise or blame. Which sentences can it not tell apart, and why?
# 3. Another one shows a clear attention map as proof that her model understands dates. Name one
#    measurement that would convince you more, and say what result would speak against her.
#
# ### BEGIN MARK SCHEME
# 1 point: what can be read (keys, values, one per place) and the table of scores grow with the
# length; the number of parameters does not. Half a point for only one of the two.
#
# 1 point: sentences with the same words in another order (man bites dog); without positions each
# word's output is the same whatever the order, since shares and sums do not depend on it, so any
# pooled answer is the same. Half a point without the reason.
#
# 1 point: e.g. the share of attention on the determining characters over many unseen dates, against
# that of a model whose shares ignore the source; or moving the year / changing a character and seeing
# whether map and output follow. A result that speaks against: a share no better than the blind
# model's, a map that stays when the source changes. Half a point if the counter-result is missing.
# ### END MARK SCHEME

# %% [markdown]
# ## What to try next
#
# - Divide the scores in `train_translator` by √32. The dates are as right, but how sharp is the map?
# - Replace the two convolutions by `Bidirectional(GRU(16, return_sequences=True))`. Where do the
#   shares move, and why may a neighbour now answer for the year?
# - Let the encoder be an embedding plus your positions and one `transformer_block`.
# - Set `SCALE = "full"` at the top: 30,000 dates.
#
# Next: the notebook `memory`. There the places that are read are facts of a story, one look is not
# enough, and a machine learns to write as well.

# %% [markdown]
# ## References
#
# - D. Bahdanau, K. Cho, Y. Bengio (2015). Neural machine translation by jointly learning to align
#   and translate. *ICLR*.
# - M.-T. Luong, H. Pham, C. D. Manning (2015). Effective approaches to attention-based neural machine
#   translation. *EMNLP*.
# - J. L. Ba, J. R. Kiros, G. E. Hinton (2016). Layer normalization. arXiv:1607.06450.
# - A. Vaswani and others (2017). Attention is all you need. *NIPS*.
# - S. Jain, B. C. Wallace (2019). Attention is not explanation. *NAACL*.
# - R. Xiong and others (2020). On layer normalization in the transformer architecture. *ICML*.
