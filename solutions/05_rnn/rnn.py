# %% [markdown]
# # 05 · Recurrent networks
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({{COLAB}})
#
# *Arrive Taipei on November 2nd. Leave Taipei on November 2nd.* You know at once in which of the two
# Taipei is the destination. A network that reads one word at a time does not, because it sees the
# same word twice. In this notebook you give it a memory.

# %% [markdown]
# **When you are done you can**
#
# - turn words into numbers, and say what a network does with a word it has never seen;
# - run a recurrent network forwards and backwards through time with your own code;
# - recognise the cliff in its error surface, and keep a step from leaping off it;
# - build an LSTM step, a deep and a bidirectional network, as Keras does;
# - train a network that fills the slots of flight requests, and prove that it uses its memory.

# %% [markdown]
# **What you need:** softmax and cross-entropy of assignment 01, the backward pass of assignment 02.
#
# **Time:** 13 exercises, about 4 hours of your work and about a minute of the computer's.

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
from threesteps import datasets, gradients, start

start(seed=1)
SCALE = "small"  # "full" uses a larger grammar: 54 common places, hours and airlines too

# %% [markdown]
# ## One word, two slots
#
# A travel agency gets requests and has to fill in a form: destination (`to`), departure (`from`),
# `date`. Every word belongs into one of these slots or into `none`.

# %% tags=["demo"]
requests = datasets.flight_requests(800 if SCALE == "small" else 3000, seed=0, scale=SCALE)
for words, slots in list(zip(requests.words, requests.slots))[:5]:
    print(" ".join(f"{w} [{s}]" if s != "none" else w for w, s in zip(words, slots)))

# %% tags=["demo"]
figure, ax = plt.subplots(figsize=(8, 2.6), layout="constrained")
looks = dict(zip(requests.slot_names, ["", "//", "xx", "..", "++", "oo"]))
for row, word in enumerate(["November", "Taipei", "Boston", "on"]):
    own = [s for ws, ss in zip(requests.words, requests.slots) for w, s in zip(ws, ss) if w == word]
    left = 0.0
    for slot, hatch in looks.items():
        share = own.count(slot) / len(own)
        ax.barh(row, share, left=left, hatch=hatch, color="white", edgecolor="black")
        if share:
            ax.text(left + share / 2, row, slot, ha="center", va="center", backgroundcolor="white")
        left += share
ax.set(yticks=range(4), yticklabels=["November", "Taipei", "Boston", "on"], xlim=(0, 1))
ax.set(xlabel="share of the slots that a word has")
plt.show()

# %% [markdown]
# *November* is always a date. *Taipei* is a destination about as often as a departure. Whatever a
# network answers, if it looks at the word alone it gives the same answer in both requests, and one
# of the two is wrong. More layers do not help: the function that we want is not in the set.
#
# ### Words are not numbers
#
# Number the words, Athens 1, Berlin 2, and you have claimed that Berlin is twice Athens. The cure is
# the one-hot row that you gave to labels in assignment 01. For words the decks call it **1-of-N
# encoding**: with N words, a word is N numbers, one of them 1, all others 0. New is a column for
# every word that is not among the N, "other".
#
# By hand: with the vocabulary (*arrive*, *on*), *arrive Nuuk* becomes (1, 0, 0), (0, 0, 1).

# %% [markdown]
# ### Exercise 1 · 1-of-N encoding  (difficulty 1, 10 minutes)


# %% exercise="one_of_n"
def one_of_n(words, vocabulary):
    """Each word as a row of zeros with a single 1.

    words: a list or tuple of str; vocabulary: a list or tuple of N different str
    -> float array, (steps, N + 1), steps = len(words)
    Column k is vocabulary[k]; the last column is for every word that is not in the vocabulary.
    one_of_n(["arrive", "Nuuk"], ["arrive", "on"]) -> [[1, 0, 0], [0, 0, 1]]
    Source: the decks' slide on 1-of-N encoding.
    Hint: a dict from word to column, and its method `get`.
    """
    ### BEGIN SOLUTION
    column = {word: k for k, word in enumerate(vocabulary)}
    x = np.zeros((len(words), len(vocabulary) + 1))
    for step, word in enumerate(words):
        x[step, column.get(word, len(vocabulary))] = 1.0
    return x
    ### END SOLUTION


# %% check="one_of_n" points=1
check("one_of_n")

# %% [markdown]
# ## Step 1 · Define a set of functions
#
# ### A word and a memory
#
# You read from left to right and keep something in mind. So does this network. It has a **state**
# $h$, a few numbers. At every word $x_t$ it makes a new state from the word *and from the old state*:
#
# $$h_t = \tanh(x_t K + h_{t-1} R + b)$$
#
# $K$ is the kernel, $R$ the recurrent kernel, $b$ the bias.
#
# By hand, one number each, $K = 0.5$, $R = -1$, $b = 0.25$: the word is $x = 1$ and the old state
# 0.5. The sum is $0.5 - 0.5 + 0.25 = 0.25$ and $\tanh 0.25 = 0.245$. With the old state $-0.5$ the
# same word gives $\tanh 1.25 = 0.848$.

# %% [markdown]
# ### Exercise 2 · One step  (difficulty 1, 10 minutes)


# %% exercise="rnn_step"
def rnn_step(x, state, kernel, recurrent_kernel, bias):
    """The state after one more word.

    x: float array, (batch, features); state: the old state, (batch, units)
    kernel: (features, units); recurrent_kernel: (units, units); bias: (units,)
    -> float array, (batch, units)
    rnn_step([[1]], [[0.5]], [[0.5]], [[-1]], [0.25]) -> [[0.245]]
    Source: Elman (1990); keras.layers.SimpleRNN
    Hint: two matrix products.
    """
    ### BEGIN SOLUTION
    return np.tanh(np.asarray(x) @ kernel + np.asarray(state) @ recurrent_kernel + bias)
    ### END SOLUTION


# %% check="rnn_step" points=1
check("rnn_step")

# %% [markdown]
# ### Unrolled
#
# Draw the network once for every word, and it looks like a deep one. It is not: it is the same
# layer, with the same $K$, $R$ and $b$, used again and again.


# %% tags=["demo"]
def box(ax, x, y, text, shape="round"):
    style = {"boxstyle": f"{shape},pad=0.35", "facecolor": "white", "edgecolor": "black"}
    ax.text(x, y, text, ha="center", va="center", bbox=style, fontsize=11)


# %% tags=["demo"]
figure, ax = plt.subplots(figsize=(10, 3), layout="constrained")
words, slots = "arrive Taipei on November 2nd".split(), ["none", "to", "none", "date", "date"]
arrow = {"arrowstyle": "->", "shrinkA": 13, "shrinkB": 13}
for t, (word, slot) in enumerate(zip(words, slots)):
    for begin, end, name, dx, dy in [
        ((t, 0), (t, 1), "$K$", 0.06, 0.42),
        ((t - 1, 1), (t, 1), "$R$", -0.53, 1.08),
        ((t, 1), (t, 2), "", 0, 0),
    ]:
        ax.annotate("", end, begin, arrowprops=arrow)
        ax.text(t + dx, dy, name)
    box(ax, t, 0, word, "square")
    box(ax, t, 1, f"$h_{t + 1}$", "circle")
    box(ax, t, 2, slot, "square")
box(ax, -1, 1, "$h_0$", "circle")
ax.set(xlim=(-1.3, 4.5), ylim=(-0.4, 2.4))
ax.axis("off")
plt.show()

# %% [markdown]
# ### Exercise 3 · All steps  (difficulty 2, 15 minutes)


# %% exercise="rnn_forward"
def rnn_forward(x, state, kernel, recurrent_kernel, bias):
    """The states after every word.

    x: float array, (batch, steps, features); state: before the first word, (batch, units)
    kernel, recurrent_kernel, bias: as in rnn_step
    -> float array, (batch, steps, units); [:, t] is the state after word t, counted from 0
    rnn_forward([[[1], [1]]], [[0.5]], [[0.5]], [[-1]], [0.25]) -> [[[0.245], [0.466]]]
    Source: keras.layers.SimpleRNN(units, return_sequences=True)
    Hint: loop over the steps, collect, np.stack(..., axis=1).
    """
    ### BEGIN SOLUTION
    x, states = np.asarray(x), []
    for t in range(x.shape[1]):
        state = rnn_step(x[:, t], state, kernel, recurrent_kernel, bias)  # (batch, units)
        states.append(state)
    return np.stack(states, axis=1)  # (batch, steps, units)
    ### END SOLUTION


# %% check="rnn_forward" points=2
check("rnn_forward")

# %% [markdown]
# ### What a state is for
#
# Before you let a network learn it, build it by hand, as you built XOR. The words are *arrive*,
# *leave*, *Taipei* and any other, in four columns. The slots are `none`, `to`, `from`, and their
# scores are $h_t V + c$; the largest wins. Taipei must become `to` after *arrive* and `from` after
# *leave*, however many other words stand between. The last verb counts. All other words are `none`.
#
# A unit can hold one bit. Take $h_t = \tanh(3 h_{t-1})$: from 0.5 it goes to 0.905, 0.991, 0.995,
# and stays there. From $-0.5$ it ends at $-0.995$. A word that adds 6 to the sum flips it.

# %% [markdown]
# ### Exercise 4 · A memory by hand  (difficulty 3, 25 minutes)


# %% exercise="memory_weights"
def memory_weights():
    """Weights with which Taipei's slot depends on the last verb before it.

    -> (kernel, recurrent_kernel, bias, output_kernel, output_bias), float arrays of the shapes
    (4, units), (units, units), (units,), (units, 3), (3,), with as many units as you like
    The state starts at 0. Columns of x: arrive, leave, Taipei, other. Columns of the scores:
    none, to, from. Every request has a verb before the first Taipei.
    Source: the decks' slide "the values stored in the memory influence the output".
    Hint: two units are enough. One remembers the verb, the other sees whether this word is Taipei
    and forgets at once. What must the score of `none` be, so that it wins without Taipei only?
    """
    ### BEGIN SOLUTION
    kernel = np.array([[6.0, 0.0], [-6.0, 0.0], [0.0, 6.0], [0.0, 0.0]])
    recurrent_kernel = np.array([[3.0, 0.0], [0.0, 0.0]])
    bias = np.array([0.0, -3.0])
    output_kernel = np.array([[0.0, 2.0, -2.0], [0.0, 4.0, 4.0]])
    return kernel, recurrent_kernel, bias, output_kernel, np.zeros(3)
    ### END SOLUTION


# %% check="memory_weights" points=3
check("memory_weights")

# %% tags=["demo"]
figure, axes = plt.subplots(1, 2, figsize=(11, 2.8), layout="constrained", sharey=True)
kernel, recurrent_kernel, bias, output_kernel, output_bias = memory_weights()
for ax, verb in zip(axes, ["arrive", "leave"]):
    words = [verb, "sunny", "old", "Taipei", "on", "November", "2nd"]
    x = one_of_n(words, ["arrive", "leave", "Taipei"])[None]  # (1, 7, 4)
    nothing = np.zeros((1, len(bias)))
    states = rnn_forward(x, nothing, kernel, recurrent_kernel, bias)[0]  # (7, units)
    winner = (states @ output_kernel + output_bias).argmax(axis=1)  # (7,)
    for unit, style in zip(states.T, ["-o", "--^", ":s", "-.x"]):
        ax.plot(range(7), unit, style, color="black", mfc="white")
    names = [f"{w}\n{('none', 'to', 'from')[k]}" for w, k in zip(words, winner)]
    ax.set_xticks(range(7), names)
axes[0].set_ylabel("state of each unit")
plt.show()

# %% [markdown]
# The same word, two answers. Nothing about Taipei differs but what the network has in mind when it
# comes by.
#
# ### How many parameters?
#
# Could a plain network simply read the whole request at once? With 82 columns, 16 words and 32
# hidden units its first layer has $16 \cdot 82 \cdot 32 + 32 = 42{,}016$ parameters; for 100 words
# it has 262,432. And what it learned about Taipei as word 2 it has to learn again for word 3.
#
# The recurrent layer has $82 \cdot 32 + 32 \cdot 32 + 32 = 3{,}680$, whatever the length.

# %% [markdown]
# ### Exercise 5 · Count the parameters  (difficulty 1, 10 minutes)
#
# Some recurrent layers have several such sets, one for each of their *gates*. You build one below.


# %% exercise="recurrent_parameters"
def recurrent_parameters(features, units, classes, gates=1):
    """Parameters of a recurrent layer with a fully connected layer that scores every step.

    features: columns of x; units: size of the state; classes: scores per step
    gates: how many sets of (kernel, recurrent kernel, bias) the layer has; SimpleRNN 1, LSTM 4
    -> an int
    recurrent_parameters(2, 3, 1) -> 22: 2·3 + 3·3 + 3 = 18, and 3·1 + 1 = 4
    Hint: which of the arguments is the number of steps?
    """
    ### BEGIN SOLUTION
    return gates * (features * units + units * units + units) + units * classes + classes
    ### END SOLUTION


# %% check="recurrent_parameters" points=1
check("recurrent_parameters")

# %% [markdown]
# ## Step 2 · Goodness of a function
#
# One request of five words has five targets, and the network gives five answers. They depend on each
# other through the state, so they are judged together: the loss of a request is the **sum** of the
# cross-entropies of its words, $L = -\sum_t \log p_t[\text{slot}_t]$. (From here on $\log$ is the
# natural logarithm, as `log` is in NumPy and Keras.)
#
# Requests differ in length, an array does not. So short ones are filled up behind, and the empty
# places get the slot $-1$. **They must not count**: a mask multiplies their loss by 0.
#
# By hand: with two equal scores each word has the probability ½, and $-\log ½ = 0.693$. A request of
# three words and two empty places costs 2.079; one of a single word 0.693. The mean over the two
# requests is 1.386.

# %% [markdown]
# ### Exercise 6 · A masked loss  (difficulty 2, 20 minutes)


# %% exercise="slot_loss"
def slot_loss(logits, slots):
    """Cross-entropy, summed over the words of a request, averaged over the requests.

    logits: float array, (batch, steps, classes), scores before the softmax
    slots: int array, (batch, steps), 0 to classes - 1, or -1 for a place that is empty
    -> a number
    slot_loss(zeros of shape (2, 5, 2), [[0, 1, 1, -1, -1], [1, -1, -1, -1, -1]]) -> 1.386
    Formula: above; log softmax(z) = z - log Σ exp(z).
    Hint: subtract the largest logit first. np.take_along_axis picks, but not at -1: np.maximum.
    """
    ### BEGIN SOLUTION
    logits, slots = np.asarray(logits), np.asarray(slots)
    z = logits - logits.max(axis=-1, keepdims=True)
    log_probs = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))  # (batch, steps, classes)
    picked = np.take_along_axis(log_probs, np.maximum(slots, 0)[:, :, None], axis=2)[:, :, 0]
    return -np.sum(picked * (slots >= 0)) / len(slots)
    ### END SOLUTION


# %% check="slot_loss" points=2
check("slot_loss")

# %% [markdown]
# ## Step 3 · Pick the best function
#
# ### Back through time
#
# Unrolled, the network is a graph, and you know how slopes travel through a graph. Two things are
# new. $h_t$ is used twice, for the answer at $t$ and for the next state, so **two slopes add up**
# there. And $K$, $R$, $b$ are used at every step, so their slopes are **sums over the steps**.
#
# From the last step to the first, with $g$ the slope that arrives at $h_t$ from the loss and from
# the future:
#
# $$e = g \cdot (1 - h_t^2) \qquad \partial K \mathrel{+}= x_t^{\mathsf T} e \qquad
# \partial R \mathrel{+}= h_{t-1}^{\mathsf T} e \qquad \partial b \mathrel{+}= \textstyle\sum_{\text{batch}} e
# \qquad g_{\text{before}} = e R^{\mathsf T}$$

# %% [markdown]
# By hand: two steps, $R = 2$, no input, no bias, $h_0 = 0.1$. Then $h_1 = \tanh 0.2 = 0.197$ and
# $h_2 = \tanh 0.395 = 0.375$. The loss is $h_2$ itself. Step 2: $e = 1 - 0.375^2 = 0.859$, it adds
# $0.197 \cdot 0.859 = 0.170$ to $\partial R$ and sends back $2 \cdot 0.859 = 1.718$. Step 1:
# $e = 1.718 \cdot (1 - 0.197^2) = 1.651$ adds $0.1 \cdot 1.651 = 0.165$. So $\partial R = 0.335$,
# and $\partial h_0 = 3.302$.
#
# ### Exercise 7 · Back-propagation through time  (difficulty 3, 35 minutes)


# %% exercise="rnn_backward"
def rnn_backward(x, state, states, recurrent_kernel, gradient):
    """Slopes of the loss with respect to the weights and the first state.

    x: float array, (batch, steps, features); state: before the first word, (batch, units)
    states: what rnn_forward returned, (batch, steps, units); recurrent_kernel: (units, units)
    gradient: (batch, steps, units), the slope of the loss with respect to each state as the answer
    at that step uses it, not counting what the state does to later steps
    -> (kernel, recurrent kernel, bias, first state): slopes of the shapes (features, units),
    (units, units), (units,), (batch, units)
    The example by hand: -> [[0]], [[0.335]], [1.651 + 0.859], [[3.302]]
    Source: Werbos (1990).
    Hint: reversed(range(steps)); the state before step 0 is `state`. Nothing is averaged.
    """
    ### BEGIN SOLUTION
    x, states = np.asarray(x), np.asarray(states)
    recurrent_kernel, gradient = np.asarray(recurrent_kernel), np.asarray(gradient)
    kernel_slope = np.zeros((x.shape[2], states.shape[2]))
    recurrent_slope, bias_slope = np.zeros(recurrent_kernel.shape), np.zeros(states.shape[2])
    future = np.zeros(np.shape(state))  # (batch, units)
    for t in reversed(range(x.shape[1])):
        before = states[:, t - 1] if t > 0 else np.asarray(state)  # (batch, units)
        e = (gradient[:, t] + future) * (1 - states[:, t] ** 2)  # (batch, units)
        kernel_slope += x[:, t].T @ e
        recurrent_slope += before.T @ e
        bias_slope += e.sum(axis=0)
        future = e @ recurrent_kernel.T
    return kernel_slope, recurrent_slope, bias_slope, future
    ### END SOLUTION


# %% check="rnn_backward" points=3
check("rnn_backward")

# %% tags=["demo"]
rng = np.random.default_rng(0)
layer = keras.layers.SimpleRNN(5, return_sequences=True)
x = rng.normal(size=(4, 9, 3)).astype("float32")  # (batch, steps, features)
layer.build(x.shape)
weights = [rng.normal(scale=0.7, size=w.shape).astype("float32") for w in layer.weights]
push = rng.normal(size=(4, 9, 5)).astype("float32")
h0 = np.zeros((4, 5), "float32")


def loss_of(weights):
    states, _ = layer.stateless_call(
        weights, layer.non_trainable_variables, ops.convert_to_tensor(x)
    )
    return ops.sum(ops.multiply(states, push))


_, theirs = gradients.value_and_grad(loss_of)(weights)
yours = rnn_backward(x, h0, rnn_forward(x, h0, *weights), weights[1], push)
for name, ours, other in zip(["kernel", "recurrent kernel", "bias"], yours, theirs):
    print(f"{name:17s} largest difference from Keras {np.abs(ours - np.asarray(other)).max():.0e}")

# %% [markdown]
# ### The cliff
#
# You train a recurrent network for an hour. The loss falls, falls, falls, and then it is enormous.
# What happened in one step?
#
# Take one unit without input, bias and even tanh: the state is multiplied by $w$, forty times.

# %% tags=["demo"]
w = np.linspace(0, 1.2, 400)
figure, axes = plt.subplots(1, 2, figsize=(10, 3), layout="constrained")
axes[0].plot(w, w**40, color="black")
axes[0].set(xlabel="w", title="the last state, 40 steps from 1", ylim=(0, 100))
axes[1].semilogy(w[1:], 40 * w[1:] ** 39, color="black")
axes[1].set(xlabel="w", title="its slope by w", ylim=(1e-12, 1e6))
plt.show()
for w in [0.98, 1.02, 1.5]:
    print(f"w = {w}: {w**40:.3g} times the first state, slope {40 * w**39:.3g}")

# %% [markdown]
# At $w = 0.98$ a bit less than half of the first state is left. At 1.02 it is twice the first, at
# 1.5 eleven million times. The slope goes with it: almost nothing on the left, 295 million at 1.5.
# Very flat or very steep, and hardly anything between.
#
# With a tanh, states cannot grow without bound, yet the steep places stay. Now one unit with
# $h_t = \tanh(w h_{t-1} + b)$ for 50 steps. The loss is $(h_{50} - \text{target})^2$.
#
# ### Exercise 8 · One point of the surface  (difficulty 2, 20 minutes)
#
# Your `rnn_forward` and `rnn_backward` can do it: the input is zeros, and only the last state has a
# slope of its own.


# %% exercise="cliff_loss"
def cliff_loss(w, b, start, target, steps):
    """The loss of the one-unit network, and its slopes by w and b.

    w, b: recurrent weight and bias; start: the first state; target: what the last one should be;
    all of them numbers; steps: int, at least 1
    -> (loss, slope by w, slope by b), three numbers
    cliff_loss(2, 0, 0.1, 0, 2) -> (0.141, 0.251, 1.885)
    Formula: loss = (h - target)² with the last state h; its slope by h is 2 (h - target).
    Hint: x = np.zeros((1, steps, 1)), R = [[w]]. Or go with numbers, step by step.
    """
    ### BEGIN SOLUTION
    x, first = np.zeros((1, steps, 1)), np.array([[start]])
    states = rnn_forward(
        x, first, np.zeros((1, 1)), np.array([[w]]), np.array([b])
    )  # (1, steps, 1)
    distance = states[0, -1, 0] - target
    gradient = np.zeros(states.shape)
    gradient[0, -1, 0] = 2 * distance
    _, by_w, by_b, _ = rnn_backward(x, first, states, np.array([[w]]), gradient)
    return distance**2, by_w[0, 0], by_b[0]
    ### END SOLUTION


# %% check="cliff_loss" points=2
check("cliff_loss")


# %% tags=["demo"]
def surface(w, b, start=0.5, target=-0.5, steps=50):
    h = np.full(np.broadcast(w, b).shape, start)
    for _ in range(steps):
        h = np.tanh(w * h + b)
    return (h - target) ** 2


grid_w, grid_b = np.meshgrid(np.linspace(0, 3, 161), np.linspace(-1, 1, 161))
figure = plt.figure(figsize=(11, 4), layout="constrained")
ax = figure.add_subplot(1, 2, 1, projection="3d")
ax.plot_surface(grid_w, grid_b, surface(grid_w, grid_b), cmap="Greys", rstride=4, cstride=4, vmax=4)
ax.view_init(35, -120)
ax.set(xlabel="w", ylabel="b", zlabel="loss")
ax = figure.add_subplot(1, 2, 2)
biases = np.linspace(-0.6, 0.2, 2001)
ax.plot(biases, surface(2.0, biases), color="black")
ax.set(xlabel="b", ylabel="loss", title="along w = 2")
plt.show()

# %% [markdown]
# Two plains and a wall between them. Left of it the bias wins and pulls the state down, right of it
# the memory wins and the state stays up. At the wall, a tiny change of $b$ decides which.
#
# At a point just beside the wall the slope may be thousands. Its *direction* is right: to the lower
# plain. Only its *length* is absurd. So keep the direction and cut the length. With $\lVert g
# \rVert$ the norm over **all** gradients together and $c$ the limit:
#
# $$g \leftarrow g \cdot \frac{c}{\lVert g \rVert} \quad\text{if } \lVert g \rVert > c$$
#
# By hand: two weights with slopes 3 and 4 have the norm 5. With $c = 1$ they become 0.6 and 0.8. Cut
# one by one they would be 1 and 1, which is another direction.

# %% [markdown]
# ### Exercise 9 · Clip by global norm  (difficulty 1, 10 minutes)


# %% exercise="clip_by_global_norm"
def clip_by_global_norm(gradients, limit):
    """Shorten a long gradient, keeping its direction.

    gradients: a list of float arrays of any shapes; limit: a number > 0
    -> a list of arrays of the same shapes, new ones
    clip_by_global_norm([[3.0], [4.0]], 1) -> [[0.6], [0.8]]
    Formula: above, with the root of the sum of all squares of all arrays.
    Source: Pascanu and others (2013), algorithm 1.
    Hint: one norm for the whole list, not one per array. A short gradient stays as it is.
    """
    ### BEGIN SOLUTION
    arrays = [np.asarray(gradient, dtype=float) for gradient in gradients]
    norm = np.sqrt(sum(np.sum(array**2) for array in arrays))
    factor = limit / norm if norm > limit else 1.0
    return [array * factor for array in arrays]
    ### END SOLUTION


# %% check="clip_by_global_norm" points=2
check("clip_by_global_norm")


# %% tags=["demo"]
def walk(limit, w=1.8, b=0.1, learning_rate=0.03, steps=300):
    """Gradient descent on the surface: (w, b, loss, slope by w, slope by b) on the way."""
    path = []
    for _ in range(steps + 1):
        loss, *slopes = cliff_loss(w, b, 0.5, -0.5, 50)
        path.append((w, b, loss, *slopes))
        slopes = slopes if limit is None else clip_by_global_norm(np.array(slopes), limit)
        w, b = w - learning_rate * slopes[0], b - learning_rate * slopes[1]
    return np.array(path)  # (steps + 1, 5)


paths = {"without clipping": walk(None), "with clipping": walk(1.0)}
for name, path in paths.items():
    steepest = np.linalg.norm(path[:, 3:], axis=1).max()
    print(f"{name:17s} steepest slope {steepest:.0f},", end=" ")
    print(f"ends at w = {path[-1, 0]:.2f}, b = {path[-1, 1]:.2f} with loss {path[-1, 2]:.4f}")

# %% tags=["demo"]
figure, axes = plt.subplots(1, 3, figsize=(13, 3.6), layout="constrained")
for ax, (name, path) in zip(axes, paths.items()):
    heights = surface(grid_w, grid_b)
    ax.contourf(grid_w, grid_b, heights, 20, cmap="Greys", vmax=4)
    ax.plot(path[:, 0], path[:, 1], "k-o", markersize=3, linewidth=1)
    ax.plot(*path[0, :2], "ks", mfc="white", markersize=8)
    ax.set(xlim=(0.6, 2.2), ylim=(-0.8, 0.4), xlabel="w", ylabel="b", title=name)
for (name, path), style in zip(paths.items(), ["k--", "k-"]):
    axes[2].plot(path[:, 2], style, label=name, linewidth=1.2)
axes[2].set(xlabel="step", ylabel="loss", ylim=(-0.1, 3.2))
axes[2].legend(frameon=False)
plt.show()

# %% [markdown]
# Same start (the square), same learning rate. Dark is high. Both fall over the wall and creep along
# its foot. Then one touches it, at a slope of some 6,300, and the next step takes it to $w = 86$ and
# $b = 169$, where everything is flat: it never moves again. The other takes the wall in steps of
# 0.03. It climbs back now and then, and arrives.
#
# One start proves little. From 25 starts around this one, 1,000 steps each, 25 of 25 arrived with
# clipping (a loss below 0.01) and 19 of 25 without. In Keras:
# `keras.optimizers.Adam(0.01, global_clipnorm=1.0)`.

# %% [markdown]
# ### Your own code learns
#
# Everything is there: encode, forward, loss, backward, clip. Below, a few given lines put your
# functions together and train 24 units on the requests, by momentum, in NumPy alone.


# %% tags=["demo"]
def encode(data, steps):
    """Requests as arrays: x, (num, steps, columns), and slots, (num, steps), -1 in empty places."""
    x = np.zeros((len(data.words), steps, len(data.vocabulary) + 1), "float32")
    slots = np.full((len(data.words), steps), -1)
    for row, (words, names) in enumerate(zip(data.words, data.slots)):
        x[row, : len(words)] = one_of_n(words, data.vocabulary)
        slots[row, : len(words)] = [data.slot_names.index(name) for name in names]
    return x, slots


def pairs_right(answers, slots):
    """Which of the minimal pairs have every word of both requests right; bools, (pairs,)."""
    right = np.all((answers == slots) | (slots < 0), axis=1)  # (2 pairs,)
    return right[0::2] & right[1::2]


# %% tags=["demo"]
def train_by_hand(x, slots, classes, units=24, steps=500, learning_rate=0.02, limit=1.0, seed=0):
    """Losses of all steps, and the trained weights: three of the layer, two of the scores."""
    rng = np.random.default_rng(seed)
    shapes = [(x.shape[2], units), (units, units), (units,), (units, classes), (classes,)]
    weights = [rng.uniform(-1, 1, s) * np.sqrt(6 / sum(s)) * (len(s) > 1) for s in shapes]
    speed, losses, start_states = [0.0] * 5, [], np.zeros((32, units))
    for _ in range(steps):
        some = rng.choice(len(x), 32, replace=False)
        states = rnn_forward(x[some], start_states, *weights[:3])
        logits = states @ weights[3] + weights[4]  # (32, steps, classes)
        losses.append(slot_loss(logits, slots[some]))
        probs = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
        error = (probs - np.eye(classes)[slots[some]]) * (slots[some] >= 0)[:, :, None] / 32
        by_layer = rnn_backward(x[some], start_states, states, weights[1], error @ weights[3].T)
        by_scores = [np.einsum("btu,btc->uc", states, error), error.sum(axis=(0, 1))]
        slopes = clip_by_global_norm([*by_layer[:3], *by_scores], limit)
        speed = [0.9 * v - learning_rate * g for v, g in zip(speed, slopes)]
        weights = [w + v for w, v in zip(weights, speed)]
    return losses, weights


# %% tags=["demo"]
pairs = datasets.flight_pairs(200, seed=0, scale=SCALE)
classes = len(requests.slot_names)
length = max(map(len, requests.words + pairs.words))
x_train, slots_train = encode(requests, length)
x_pairs, slots_pairs = encode(pairs, length)
losses, weights = train_by_hand(x_train, slots_train, classes)
states = rnn_forward(x_pairs, np.zeros((len(x_pairs), 24)), *weights[:3])
by_hand = pairs_right((states @ weights[3] + weights[4]).argmax(axis=2), slots_pairs)
figure, ax = plt.subplots(figsize=(6.5, 2.8), layout="constrained")
ax.semilogy(losses, color="black")
ax.set(xlabel="step", ylabel="loss of a request")
plt.show()
print(f"minimal pairs with every word right: {by_hand.mean():.0%}")

# %% [markdown]
# A **minimal pair** is two requests that differ in one word, *arrive* or *leave*. Place and date of
# these pairs stand together in no training request; in one pair of five the place is in none, and
# reaches the network as "other". A network without memory gets none of the pairs right.
#
# Yours gets more than half, and you wrote every line of it. Which ones does it miss?

# %% tags=["demo"]
for k in np.flatnonzero(~by_hand)[:4]:
    print("missed:", " ".join(pairs.words[2 * k]))
early = np.array(
    [
        any(w in ("arrive", "leave") for w in ws[: [s in ("to", "from") for s in ss].index(True)])
        for ws, ss in zip(pairs.words[::2], pairs.slots[::2])
    ]
)  # (pairs,): whether the verb stands before the place
print(f"verb before the place: {by_hand[early].mean():.0%} right")
print(f"verb after the place:  {by_hand[~early].mean():.0%} right")

# %% [markdown]
# ## Back to step one: better functions
#
# Two things can be wrong with the set. The verb may be too far away: then the slope that should
# teach the first word has faded on its way. Or the verb comes later than the place: no state holds
# the future.
#
# ### A cell that keeps
#
# In $h_t = \tanh(\dots h_{t-1} R)$ the memory goes through a matrix and a tanh at every word. The
# **LSTM** has a second state, the cell $c$, which is only multiplied and added to. Three gates, each
# between 0 and 1, decide: how much to write ($i$), to keep ($f$), to show ($o$).

# %% [markdown]
# $$[z_i, z_f, z_c, z_o] = x K + h R + b$$
#
# $$c' = \sigma(z_f) \cdot c + \sigma(z_i) \cdot \tanh(z_c) \qquad h' = \sigma(z_o) \cdot \tanh(c')$$
#
# The four blocks stand side by side in one kernel of $4 \cdot \text{units}$ columns, in Keras in the
# order $i, f, c, o$.
#
# By hand, all weights 0 and $c = 2$: each gate is ½ and nothing is written. $c' = ½ \cdot 2 = 1$, and
# $h' = ½ \tanh 1 = 0.381$. With $z_f = 5$ the gate is 0.993 and $c' = 1.987$: after forty words
# $0.993^{40} = 0.76$ of it is left.

# %% [markdown]
# ### Exercise 10 · One LSTM step  (difficulty 2, 20 minutes)


# %%
def sigmoid(z):
    return 0.5 + 0.5 * np.tanh(0.5 * z)  # the same as 1 / (1 + exp(-z)), without overflow


# %% exercise="lstm_step"
def lstm_step(x, state, cell, kernel, recurrent_kernel, bias):
    """State and cell after one more word.

    x: float array, (batch, features); state, cell: the old ones, (batch, units)
    kernel: (features, 4 units); recurrent_kernel: (units, 4 units); bias: (4 units,)
    -> (state, cell), both (batch, units)
    Blocks of `units` columns in the order i, f, c, o, as in keras.layers.LSTM.
    Source: Hochreiter and Schmidhuber (1997); the forget gate is by Gers and others (2000).
    Hint: np.split(z, 4, axis=-1)
    """
    ### BEGIN SOLUTION
    z = np.asarray(x) @ kernel + np.asarray(state) @ recurrent_kernel + bias  # (batch, 4 units)
    write, keep, candidate, show = np.split(z, 4, axis=-1)
    cell = sigmoid(keep) * np.asarray(cell) + sigmoid(write) * np.tanh(candidate)
    return sigmoid(show) * np.tanh(cell), cell
    ### END SOLUTION


# %% check="lstm_step" points=2
check("lstm_step")


# %% tags=["demo"]
def reach(layer, change=lambda weights: weights, steps=60):
    """How strongly each word acts on the sum of the last states: (steps,), last word first."""
    x = np.random.default_rng(0).normal(size=(1, steps, 8)).astype("float32")
    layer(x)
    layer.set_weights(change(layer.get_weights()))
    _, slope = gradients.value_and_grad(lambda x: ops.sum(layer(x)))(x)
    return np.linalg.norm(np.asarray(slope)[0], axis=1)[::-1]


def keep_bias(value):
    return lambda ws: [ws[0], ws[1], np.concatenate([ws[2][:16], np.full(16, value), ws[2][32:]])]


# %% tags=["demo"]
keras.utils.set_random_seed(0)
lines = {
    "SimpleRNN": (reach(keras.layers.SimpleRNN(16)), "-"),
    "LSTM, forget bias 1": (reach(keras.layers.LSTM(16)), "--"),
    "LSTM, forget bias 5": (reach(keras.layers.LSTM(16), keep_bias(5.0)), ":"),
}
figure, ax = plt.subplots(figsize=(7, 3), layout="constrained")
for name, (slopes, style) in lines.items():
    ax.semilogy(slopes, style, color="black", label=f"{name}: {slopes[40] / slopes[0]:.0e}")
ax.set(xlabel="words back", ylabel="slope of the last state")
ax.legend(frameon=False, title="40 words back, against 0")
plt.show()

# %% [markdown]
# Untrained, all three. What a word does fades with every step, but how fast depends on how the memory
# is carried. A gate that is nearly open carries it for dozens of words, and since the gate is
# computed from the words, the network can learn when to open and when to shut it.
#
# ### Deep
#
# A layer's states are a sequence again. So another layer can read them: its $x$ are the states of
# the layer below. Each has weights of its own and starts at 0.

# %% [markdown]
# ### Exercise 11 · Deep  (difficulty 1, 10 minutes)


# %% exercise="deep_rnn"
def deep_rnn(x, layers):
    """The states of the top layer of a stack of recurrent layers.

    x: float array, (batch, steps, features)
    layers: a list of (kernel, recurrent_kernel, bias), the lowest first; units may differ
    -> float array, (batch, steps, units of the top layer)
    Every layer's state before the first word is zeros.
    Source: keras.layers.SimpleRNN(..., return_sequences=True), one on another
    Hint: rnn_forward, once per layer. How many units does this one have?
    """
    ### BEGIN SOLUTION
    states = np.asarray(x)
    for kernel, recurrent_kernel, bias in layers:
        first = np.zeros((len(states), len(bias)))
        states = rnn_forward(states, first, kernel, recurrent_kernel, bias)
    return states
    ### END SOLUTION


# %% check="deep_rnn" points=1
check("deep_rnn")

# %% [markdown]
# ### Bidirectional
#
# *Taipei is the town we leave on November 2nd.* When the network comes by Taipei, the verb is still
# in the future. So let a second layer read the request **backwards**, from the last word to the
# first. At every word, put its state beside the forward one: together they have seen everything.
#
# By hand: words 1, 2, 3, a layer that adds up. Forwards it has 1, 3, 6. Backwards it reads 3, 2, 1
# and has 3, 5, 6; turned back into the order of the words that is 6, 5, 3. Word 1 gets (1, 6),
# word 2 (3, 5), word 3 (6, 3).
#
# It costs twice the time, and the last word must be there before the first answer.

# %% [markdown]
# ### Exercise 12 · Bidirectional  (difficulty 2, 15 minutes)


# %% exercise="bidirectional"
def bidirectional(x, forwards, backwards):
    """The states of two layers that read in opposite directions, side by side.

    x: float array, (batch, steps, features)
    forwards, backwards: (kernel, recurrent_kernel, bias) of each; their units may differ
    -> float array, (batch, steps, forward units + backward units); [:, t] belongs to word t
    Both states start at zeros.
    Source: Schuster and Paliwal (1997); keras.layers.Bidirectional
    Hint: x[:, ::-1] turns the words around. Turn the answer, too.
    """
    ### BEGIN SOLUTION
    x = np.asarray(x)
    ahead = deep_rnn(x, [forwards])  # (batch, steps, forward units)
    back = deep_rnn(x[:, ::-1], [backwards])[:, ::-1]  # (batch, steps, backward units)
    return np.concatenate([ahead, back], axis=-1)
    ### END SOLUTION


# %% check="bidirectional" points=2
check("bidirectional")

# %% [markdown]
# ## All three steps: fill the slots
#
# Now with Keras, which has all of it: `SimpleRNN`, `LSTM` or `GRU` (a lighter LSTM with two gates, by
# Cho and others 2014) with `return_sequences=True`,
# `Bidirectional` around it, `Dense` with a softmax for every word. The mask goes into `fit` as
# `sample_weight`, 1 for words and 0 for empty places, of the shape of `slots`.
#
# ### Exercise 13 · A slot filler  (difficulty 3, 30 minutes)
#
# The check trains your network on 800 requests and asks it about 150 minimal pairs whose place and
# date it has never seen together. **All** words of all pairs must be right. With the solution (a
# bidirectional SimpleRNN of 32 units, 10 epochs) 300 of 300 pairs were right on ten seeds of ten.


# %% exercise="train_slot_filler"
def train_slot_filler(x, slots, classes, seed):
    """Train a network that names the slot of every word.

    x: float32 array, (num, steps, features), words in 1-of-N encoding, zeros in empty places
    slots: int array, (num, steps), 0 to classes - 1, or -1 in empty places
    classes: how many slots there are; seed: int, for keras.utils.set_random_seed
    -> a Keras model, (batch, steps, features) -> (batch, steps, classes), any number of steps;
    the largest of the classes numbers is its answer
    Hint: where may the verb stand? keras.Input((None, features)); the loss
    "sparse_categorical_crossentropy" wants no -1, even where the weight is 0.
    """
    ### BEGIN SOLUTION
    keras.utils.set_random_seed(seed)
    memory = keras.layers.SimpleRNN(32, return_sequences=True)
    scores = keras.layers.Dense(classes, activation="softmax")
    start_here = keras.Input((None, x.shape[-1]))
    model = keras.Sequential([start_here, keras.layers.Bidirectional(memory), scores])
    model.compile(
        keras.optimizers.Adam(0.01, global_clipnorm=1.0), "sparse_categorical_crossentropy"
    )
    words = (slots >= 0).astype("float32")
    model.fit(x, np.maximum(slots, 0), sample_weight=words, batch_size=32, epochs=10, verbose=0)
    return model
    ### END SOLUTION


# %% check="train_slot_filler" points=4
check("train_slot_filler")

# %% [markdown]
# Five seeds: other requests, other pairs, other first weights. And for comparison the two sets of
# functions that cannot do it.


# %% tags=["demo"]
def pairs_of(model):
    answers = ops.convert_to_numpy(model(x_pairs)).argmax(axis=-1)
    return pairs_right(answers, slots_pairs)


def train_other(layer):
    keras.utils.set_random_seed(0)
    scores = keras.layers.Dense(classes, activation="softmax")
    model = keras.Sequential([keras.Input((None, x_train.shape[-1])), layer, scores])
    model.compile(
        keras.optimizers.Adam(0.01, global_clipnorm=1.0), "sparse_categorical_crossentropy"
    )
    words = (slots_train >= 0).astype("float32")
    model.fit(x_train, np.maximum(slots_train, 0), sample_weight=words, epochs=20, verbose=0)
    return model


# %% tags=["demo"]
plain = pairs_of(train_other(keras.layers.Dense(32, activation="relu")))
forward = pairs_of(train_other(keras.layers.SimpleRNN(32, return_sequences=True)))
both = []
for seed in range(5):
    more = datasets.flight_requests(len(requests.words), seed=seed, scale=SCALE, quiet=True)
    fresh = datasets.flight_pairs(200, seed=seed, scale=SCALE, quiet=True)
    length = max(map(len, more.words + fresh.words))
    model = train_slot_filler(*encode(more, length), classes, seed)
    x_pairs, slots_pairs = encode(fresh, length)
    both.append(pairs_of(model))
print("pairs right on five seeds:", " ".join(f"{right.sum()} of {right.size}" for right in both))

# %% tags=["demo"]
x_pairs, slots_pairs = encode(pairs, max(map(len, pairs.words)))
results = {"no memory": plain, "forwards": forward, "both directions": pairs_of(model)}
figure, ax = plt.subplots(figsize=(7, 3), layout="constrained")
for move, (which, hatch, name) in zip(
    [-0.2, 0.2], [(early, "", "before"), (~early, "//", "after")]
):
    shares = [100 * right[which].mean() for right in results.values()]
    bars = ax.bar(np.arange(3) + move, shares, 0.38, hatch=hatch, color="white", edgecolor="black")
    ax.bar_label(bars, [f"{share:.0f}" for share in shares])
    bars.set_label(f"verb {name} the place")
ax.set_xticks(range(3), results)
ax.set(ylabel="pairs right in %", ylim=(0, 135))
ax.legend(frameon=False, ncols=2, loc="upper left")
plt.show()

# %% [markdown]
# A memory for the past gets nearly all pairs whose verb was in the past, and none of the others. A
# memory for both directions gets them all. The optimizer and the loss were the same: what changed is the set of functions.
#
# ### What a unit remembers
#
# Take the two requests of the beginning, two words longer, and look at the states of the forward
# layer, word by word. Which of its 32 units knows the verb?


# %% tags=["demo"]
def forward_states(text):
    x = one_of_n(text.split(), requests.vocabulary)[None].astype("float32")  # (1, steps, columns)
    states = ops.convert_to_numpy(model.layers[0](x))[0, :, :32]  # (steps, 32): the forward half
    slots = ops.convert_to_numpy(model(x))[0].argmax(axis=-1)
    return states, [requests.slot_names[slot] for slot in slots]


# %% tags=["demo"]
for verb in ("arrive", "leave"):
    print(verb, "Taipei on November 2nd:", forward_states(f"{verb} Taipei on November 2nd")[1])

texts = [f"please {verb} beautiful old Taipei on November 2nd" for verb in ("arrive", "leave")]
(arriving, slots_a), (leaving, slots_l) = map(forward_states, texts)  # (8, 32) each
apart = arriving - leaving
unit = int(np.maximum(apart[1:5].min(axis=0), -apart[1:5].max(axis=0)).argmax())

# %% tags=["demo"]
figure, axes = plt.subplots(1, 2, figsize=(13, 3.4), layout="constrained")
axes[0].plot(arriving[:, unit], "k-o", label="… arrive …")
axes[0].plot(leaving[:, unit], "k--^", mfc="white", label="… leave …")
axes[0].set(title=f"unit {unit} keeps the verb until the place has come", ylim=(-1.2, 1.2))
axes[0].legend(frameon=False, loc="lower right")
picture = axes[1].imshow(
    np.abs(apart[:, np.argsort(-np.abs(apart[3]))]).T, cmap="Greys", aspect="auto"
)
figure.colorbar(picture, ax=axes[1])
axes[1].set(title="|arriving − leaving|, all units of the forward layer", ylabel="unit, sorted")
names = zip(texts[0].replace("arrive", "VERB").split(), slots_a, slots_l)
labels = [f"{w}\n{a}" + (f" / {b}" if a != b else "") for w, a, b in names]
for ax in axes:
    ax.set_xticks(range(8), labels, fontsize=8)
plt.show()

# %% [markdown]
# Nobody told the layer to keep the verb. It had to, in order to get Taipei right. The picture on the
# right shows when the two requests differ inside the network: from the verb to the place. Afterwards
# most units let go, because no later slot depends on it.

# %% [markdown]
# ## In your own words
#
# Graded by your teacher. Three short answers, no code.

# %% [markdown] written="why_recurrent" points=3
# **Question.** A colleague trains a recurrent network that reads forwards on the flight requests. She
# has tried every optimizer, and still more than a third of the minimal pairs are wrong.
#
# 1. Which pairs are they, and why can no training help?
# 2. She makes the requests twice as long by filling them up with empty places. What happens to the
#    number of parameters, and what to the loss if she forgets the mask?
# 3. Her loss jumps to a huge value now and then. What does clipping keep of a gradient, what does it
#    change, and why does a small learning rate alone not do the same?
#
# ### BEGIN MARK SCHEME
# 1 point: those whose verb stands after the place; the state at the place depends on earlier words
# only, so both requests of the pair give it the same state. The set of functions lacks the right one
# (step one), a better search (step three) cannot find it.
#
# 1 point: the number of parameters stays the same, since every step uses the same kernel, recurrent
# kernel and bias. Without the mask the empty places count as words of some slot, and since there are
# many of them the loss is mostly about them. Half a point for one of the two.
#
# 1 point: it keeps the direction and cuts the length to the limit, for all parameters together. A
# learning rate small enough for slopes of thousands would make no progress on the flat parts, where
# slopes are below one. Half a point without the second sentence.
# ### END MARK SCHEME

# %% [markdown]
# ## What to try next
#
# - Put 30 times *sunny* between verb and place. How far does your trained network remember? Try
#   `LSTM` in place of `SimpleRNN`.
# - Train with the requests about Taipei taken out. Is *Taipei* then the same as "other"?
# - Set `SCALE = "full"` at the top: 54 common places, and slots for hours and airlines.
# - Two layers of `Bidirectional` of 16 units against one of 32: who needs fewer parameters?
#
# The next notebook of this assignment, `sequences`, reads a whole sequence and gives one answer,
# writes text letter by letter, and turns one sequence into another of a different length.

# %% [markdown]
# ## References
#
# - J. L. Elman (1990). Finding structure in time. *Cognitive Science* 14, 179–211.
# - P. J. Werbos (1990). Backpropagation through time: what it does and how to do it. *Proceedings of
#   the IEEE* 78, 1550–1560.
# - S. Hochreiter, J. Schmidhuber (1997). Long short-term memory. *Neural Computation* 9, 1735–1780.
# - M. Schuster, K. K. Paliwal (1997). Bidirectional recurrent neural networks. *IEEE Transactions on
#   Signal Processing* 45, 2673–2681.
# - F. A. Gers, J. Schmidhuber, F. Cummins (2000). Learning to forget: continual prediction with LSTM.
#   *Neural Computation* 12, 2451–2471.
# - K. Cho and others (2014). Learning phrase representations using RNN encoder–decoder for
#   statistical machine translation. *EMNLP*.
# - R. Pascanu, T. Mikolov, Y. Bengio (2013). On the difficulty of training recurrent neural networks.
#   *ICML*.
#
# *Arrive Taipei* against *leave Taipei*, and the rough error surface, are from the course's decks.
