# %% [markdown]
# # 03 · Downhill, and faster
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({{COLAB}})
#
# You know the slope of every weight: assignment 02 built the machine that computes it. What is
# left sounds too short for a notebook. Step against the slope. Then why does Keras offer a dozen
# optimizers, and why does the network that one of them trains in a minute never move under
# another? In this notebook you write six of them, check each against Keras number by number, and
# race them through a ravine, over a saddle, across a plateau and out of a bad valley.

# %% [markdown]
# **When you are done you can**
#
# - take a gradient-descent step by hand, and say what a mini-batch changes about it;
# - write momentum, Nesterov's step, AdaGrad, RMSProp and Adam from memory, and say which trouble
#   each was invented for;
# - make the step shorter while training, and say when that helps;
# - read an optimizer's formula in a paper and know where Keras does it differently.

# %% [markdown]
# **What you need:** slopes and what to do with them (assignments 01 and 02), NumPy arrays, and
# Python classes: an object that keeps a number in `self` from one call to the next.
#
# **Time:** 11 exercises, about 3 hours of your work and less than a minute and a half of the
# computer's.
#
# **How it works:** every exercise is a function or a class to fill in. Replace
# `raise NotImplementedError`, run the cell, run the `check` below it. It tells you which cases are
# right and what is probably wrong with the others.
#
# The next cell installs the course on Colab. Everywhere else it does nothing.

# %%
import sys

if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", "install -q {{INSTALL}}")

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import HTML, display
from matplotlib.animation import FuncAnimation

from autograder import check
from threesteps import datasets, plots, start

SCALE = "small"  # "full" trains the last network on MNIST: 70,000 digits instead of 1,797
start(seed=3)

# %% [markdown]
# ## Step 1 · Define a set of functions, and step 2 · Goodness of a function
#
# Both are settled before this notebook begins. The set is a network with its weights left open;
# the goodness is a loss $L$, one number for each way of filling them in. Put the two together
# and you have a **landscape**: every point of the ground is one function, and its height says how
# bad that function is.
#
# Here are four such landscapes with only two weights, so that they can be drawn. The darker, the
# higher. The cross is where we start, the star is the lowest point.


# %% tags=["demo"]
def ravine(w):
    return 0.05 * w[0] ** 2 + w[1] ** 2, np.array([0.1 * w[0], 2 * w[1]])


def saddle(w):
    height = w[0] ** 2 / 2 - w[1] ** 2 / 2 + w[1] ** 4 / 8
    return height, np.array([w[0], w[1] ** 3 / 2 - w[1]])


def plateau(w):
    hole = np.exp(-(w[0] ** 2 + w[1] ** 2) / 2)
    return 1 - hole, hole * w


def two_minima(w):
    height = w[0] ** 4 / 4 - w[0] ** 2 + 0.3 * w[0] + w[1] ** 2 / 2
    return height, np.array([w[0] ** 3 - 2 * w[0] + 0.3, w[1]])


# %% tags=["demo"]
# name: (height and slope, where to start, the lowest point, how much of the ground to draw)
landscapes = {
    "ravine": (ravine, (-9.0, 1.6), (0, 0), (-10, 3, -2.2, 2.2)),
    "saddle": (saddle, (-1.8, 0.01), (0, 2**0.5), (-2.2, 1.2, -0.9, 2.2)),
    "plateau": (plateau, (-2.6, 2.0), (0, 0), (-3.2, 1.2, -1.2, 2.8)),
    "two minima": (two_minima, (2.0, 1.2), (-1.482, 0), (-2.3, 2.4, -1.2, 1.6)),
}


# %% tags=["demo"]
def draw_ground(name, ax):
    ground, origin, lowest, (left, right, low, high) = landscapes[name]
    w1, w2 = np.meshgrid(np.linspace(left, right, 90), np.linspace(low, high, 90))
    height = ground(np.array([w1, w2]))[0]  # (90, 90)
    levels = height.min() + np.ptp(height) * np.linspace(0, 1, 14) ** 2
    ax.contourf(w1, w2, height, levels, cmap="Greys", alpha=0.5)
    ax.contour(w1, w2, height, levels, colors="0.6", linewidths=0.6, linestyles="-")
    ax.plot(*origin, "kx", markersize=9, markeredgewidth=2)
    ax.plot(*lowest, "k*", markersize=13, markerfacecolor="white")
    ax.set(xlim=(left, right), ylim=(low, high), xticks=[], yticks=[])


# %% tags=["demo"]
figure, axes = plt.subplots(1, 4, figsize=(14, 3.4), layout="constrained")
for ax, name in zip(axes, landscapes):
    draw_ground(name, ax)
    ax.set_title(name)
    ax.set(xlabel="$w_1$", ylabel="$w_2$")
plt.show()

# %% [markdown]
# Each is a trouble that real networks have.
#
# - The **ravine** is twenty times steeper across than along.
# - The **saddle** is level at $(0, 0)$, and yet not the bottom: to the right and left the ground
#   rises, ahead and behind it falls.
# - The **plateau** is nearly level where we start.
# - With **two minima** the near one is not the low one.
#
# The decks warn of the last three: gradient descent can be very slow at a plateau, stuck at a
# saddle point, stuck at a local minimum. We shall see it happen, and see what helps.

# %% [markdown]
# ## Step 3 · Pick the best function
#
# ### One step
#
# The decks train a network in a table. Three of its numbers, before and after two steps:
#
# | | before | after one step | after two |
# |---|---|---|---|
# | $w_1$ | 0.2 | 0.15 | 0.09 |
# | $w_2$ | −0.1 | 0.05 | 0.15 |
# | $b_1$ | 0.3 | 0.2 | 0.10 |
#
# Each number went against its own slope, $w \leftarrow w - \eta\, \partial L / \partial w$. The
# decks leave out slopes and learning rate. With $\eta = 0.1$ the first slopes must have been
# $0.5$, $-1.5$ and $1.0$: by hand, $0.2 - 0.1 \cdot 0.5 = 0.15$. And the second ones?
# $(0.15 - 0.09)/0.1 = 0.6$, then $-1.0$ and $1.0$.

# %% [markdown]
# ### Exercise 1 · One step  (difficulty 1, 5 minutes)
#
# A negative slope means that the ground falls to the right, and minus a negative number goes
# right. So the same line serves both directions.


# %% exercise="descent_step"
def descent_step(weights, gradient, learning_rate):
    """One step of gradient descent.

    weights, gradient: float arrays of one shape, any; learning_rate: a number
    -> float array of that shape, a new one
    descent_step([0.2, -0.1, 0.3], [0.5, -1.5, 1.0], 0.1) -> [0.15, 0.05, 0.2]
    Formula: w - η · gradient.   (decks, "Gradient Descent")
    Hint: `weights -= ...` would write into the caller's array.
    """
    ### BEGIN SOLUTION
    return weights - learning_rate * gradient
    ### END SOLUTION


# %% check="descent_step" points=1
check("descent_step")

# %% tags=["demo"]
w = np.array([0.2, -0.1, 0.3])
for slopes in ([0.5, -1.5, 1.0], [0.6, -1.0, 1.0]):
    w = descent_step(w, np.array(slopes), 0.1)
    print("w1 = {:.2f}   w2 = {:.2f}   b1 = {:.2f}".format(*w))

# %% [markdown]
# The decks' table, to the last digit.
#
# How long should a step be? Along the ravine, three learning rates, forty steps each. Before you
# look: across, the slope is $2 w_2$, so a step multiplies $w_2$ by $1 - 2\eta$. For which $\eta$
# does that grow?

# %% tags=["demo"]
figure, axes = plt.subplots(1, 3, figsize=(14, 2.9), layout="constrained")
for ax, rate in zip(axes, [0.1, 0.9, 1.02]):
    path = [np.array(landscapes["ravine"][1])]
    for _ in range(40):
        path.append(descent_step(path[-1], ravine(path[-1])[1], rate))
    draw_ground("ravine", ax)
    ax.plot(*np.transpose(path), "k.-", linewidth=1)
    ax.set_title(f"η = {rate}: height {ravine(path[-1])[0]:.2f} after 40 steps")
plt.show()

# %% [markdown]
# For $\eta > 1$ each step is thrown farther up the other wall: that is what a loss that explodes
# looks like. So $\eta$ must stay below 1 because of the steep direction, and then the flat one,
# where a step multiplies $w_1$ by $1 - 0.1\eta$, crawls. One number for two directions is one
# number too few. Keep that in mind; most of this notebook is about it.

# %% [markdown]
# ### Which examples?
#
# The loss is a mean over all examples, and so is its slope. With sixty thousand examples that is
# a lot of work for one step. A **mini-batch** takes the mean over a few examples only. The slope it
# gives is wrong, but wrong in no particular direction, and you can have hundreds of them for the
# price of one exact slope. Once through all examples is an epoch, as before.
#
# The decks call this *mini-batch gradient descent*. Strictly, *stochastic* gradient descent has
# batches of one; today everybody, Keras too, says SGD for any size.

# %% [markdown]
# ### Exercise 2 · Mini-batches  (difficulty 2, 15 minutes)
#
# Three things go wrong here in practice. Drawing at random *with* putting back: some examples are
# never seen. Dropping the last batch because it is not full: the same, for a few. Shuffling once
# and never again: the same examples always meet in the same batch.
#
# So that you and the check can talk about the same shuffle, the epoch is the seed.


# %% exercise="minibatches"
def minibatches(num, batch_size, epoch):
    """Cut one epoch into batches.

    num: how many examples; batch_size, epoch: ints
    -> a list of int arrays: together the indices 0 to num - 1, each once, in an order shuffled by
    np.random.default_rng(epoch); all of batch_size, only the last may be smaller
    minibatches(5, 2, 0) -> [[2, 4], [3, 0], [1]]
    Source: decks, "Mini-batch Gradient Descent".
    Hint: shuffle first, cut second; a slice that reaches past the end is no error.
    """
    ### BEGIN SOLUTION
    order = np.random.default_rng(epoch).permutation(num)
    return [order[first : first + batch_size] for first in range(0, num, batch_size)]
    ### END SOLUTION


# %% check="minibatches" points=2
check("minibatches")

# %% [markdown]
# A line through 200 noisy points, $y = w_1 + w_2 x$, is a landscape too: a bowl. Three
# walks to its bottom. Each has looked at 2,000 examples in all: ten exact steps, 130 steps with
# batches of 16, or 2,000 steps with one example each.

# %% tags=["demo"]
rng = np.random.default_rng(0)
x = rng.uniform(-1, 3, 200)
inputs = np.column_stack([np.ones(200), x])  # (200, 2)
targets = inputs @ [1.0, 2.0] + rng.normal(size=200)  # (200,)


# %% tags=["demo"]
def line_slope(w, batch):
    error = inputs[batch] @ w - targets[batch]  # (batch,)
    return inputs[batch].T @ error / len(batch)  # (2,)


def walk_in_batches(batch_size, learning_rate, epochs=10):
    path = [np.array([-1.5, -0.5])]
    for epoch in range(epochs):
        for batch in minibatches(200, batch_size, epoch):
            path.append(descent_step(path[-1], line_slope(path[-1], batch), learning_rate))
    return np.array(path)  # (steps + 1, 2)


# %% tags=["demo"]
best = np.linalg.lstsq(inputs, targets, rcond=None)[0]  # (2,)
grid = np.meshgrid(np.linspace(-2, 2, 60), np.linspace(-1, 3, 60))
away = np.stack(grid, axis=-1) - best  # (60, 60, 2)
height = np.einsum("ijk,kl,ijl->ij", away, inputs.T @ inputs / 400, away)  # (60, 60)
figure, axes = plt.subplots(1, 3, figsize=(14, 4), layout="constrained")
for ax, size, rate in zip(axes, [200, 16, 1], [0.3, 0.1, 0.1]):
    path = walk_in_batches(size, rate)
    ax.contour(*grid, height, np.linspace(0.02, 4, 12) ** 2 / 2, colors="0.75")
    ax.plot(*path.T, "k.-", linewidth=0.6, markersize=3)
    ax.plot(*best, "k*", markersize=14, markerfacecolor="white")
    last = np.linalg.norm(path[-(len(path) // 10) :] - best, axis=1).mean()
    ax.set(title=f"batches of {size}: {len(path) - 1} steps", xlabel="$w_1$", ylabel="$w_2$")
    print(f"batches of {size:3}: {last:.2f} from the bottom, mean over the last tenth")
plt.show()

# %% [markdown]
# The exact slope leads calmly but is not yet there when its 2,000 examples are used up. Batches of
# 16 wobble, and arrive. Batches of one were there first, and then never sit still: each example
# pulls towards a best line of its own. That restlessness has a cure, later in this notebook.
#
# ### An object that takes steps
#
# Better steps need a memory: what were the slopes before? So from here on an optimizer is an
# object. You make one per array of weights, and ask it for step after step:
#
# ```python
# optimizer = SGD(learning_rate=0.1)
# w = optimizer.step(w, gradient)      # again and again
# ```

# %% [markdown]
# ### Exercise 3 · SGD  (difficulty 1, 5 minutes)
#
# The plain one first. It remembers nothing but its settings. All names and default values in this
# notebook are those of `keras.optimizers`; the check lets your object and Keras's walk side by
# side for fifty steps and compares to $10^{-5}$.


# %% exercise="SGD"
class SGD:
    """Plain gradient descent, as an object.

    SGD(learning_rate).step(w, gradient): float arrays of one shape -> the new w, a new array
    SGD(0.1).step([0.2], [0.5]) -> [0.15]
    Formula: w ← w − η g.
    Hint: you have written it already.
    """

    def __init__(self, learning_rate=0.01):
        self.learning_rate = learning_rate

    def step(self, w, gradient):
        ### BEGIN SOLUTION
        return descent_step(w, gradient, self.learning_rate)
        ### END SOLUTION


# %% check="SGD" points=1
check("SGD")

# %% [markdown]
# ### A ball instead of a hiker
#
# In the ravine the slope across keeps changing its sign while the slope along, tiny, always points
# the same way. A hiker in fog forgets every step. A ball does not: it keeps rolling. What changes
# sign cancels, what stays adds up.
#
# $$v \leftarrow r\,v - \eta\, g \qquad w \leftarrow w + v$$
#
# $v$ is the **velocity**, at first 0, and $r$ says how much of it is left after a step (the decks:
# resistance, 0.9). By hand, $\eta = 0.1$, $r = 0.9$, and a slope of 1 everywhere, from $w = 1$:
# first $v = -0.1$ and $w = 0.9$; then $v = -0.09 - 0.1 = -0.19$ and $w = 0.71$; then $v = -0.271$.
# It ends at $v = -\eta/(1 - r) = -1$, ten times the first step.

# %% [markdown]
# ### Exercise 4 · Momentum  (difficulty 1, 10 minutes)
#
# The velocity must survive from one call to the next: it lives in `self`. (A plain `0.0` is a fine
# first velocity for an array of any shape. Why?)


# %% exercise="Momentum"
class Momentum:
    """Gradient descent that keeps rolling.

    Momentum(learning_rate, momentum).step(w, gradient) -> the new w; arrays of one shape
    Momentum(0.1, 0.9): from w = 1 with gradient 1, twice -> 0.9, then 0.71
    Formula: v ← r v − η g, then w ← w + v.   (decks, "SGD with Momentum"; Polyak 1964)
    Hint: write `self.velocity = ...`, not `self.velocity -= ...`, which may write into an array
    that somebody else holds.
    """

    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum = learning_rate, momentum
        self.velocity = 0.0

    def step(self, w, gradient):
        ### BEGIN SOLUTION
        self.velocity = self.momentum * self.velocity - self.learning_rate * gradient
        return w + self.velocity
        ### END SOLUTION


# %% check="Momentum" points=2
check("Momentum")


# %% tags=["demo"]
def walk(optimizer, name, steps):
    """Positions and heights of an optimizer on a landscape."""
    ground, w = landscapes[name][0], np.array(landscapes[name][1])
    path = [w]
    for _ in range(steps):
        w = optimizer.step(w, ground(w)[1])
        path.append(w)
    return np.array(path), np.array([ground(w)[0] for w in path])  # (steps + 1, 2), (steps + 1,)


# %% tags=["demo"]
figure, axes = plt.subplots(1, 3, figsize=(14, 2.9), layout="constrained")
for ax, r in zip(axes, [0.0, 0.7, 0.95]):
    path, heights = walk(Momentum(0.3, r), "ravine", 40)
    draw_ground("ravine", ax)
    ax.plot(*path.T, "k.-", linewidth=1)
    ax.set_title(f"r = {r}: height {heights[-1]:.3f} after 40 steps")
plt.show()

# %% [markdown]
# Three walks with the same learning rate. Without momentum it is SGD, and after forty steps not
# yet there. With $r = 0.7$ it arrives. With $r = 0.95$ the ball is too heavy for this ravine: it
# rolls through the lowest point and up the other side.
#
# ### Look before you roll
#
# In 1983 Nesterov improved on the ball. It will roll on by $r\,v$ in any case; so look at the slope
# *there*, and brake before the wall instead of on it:
#
# $$v \leftarrow r\,v - \eta\, g(w + r\,v) \qquad w \leftarrow w + v$$

# %% [markdown]
# There is a difficulty. Keras hands an optimizer one gradient, taken where the weights are. It
# does not offer a second one somewhere ahead. The way out (Sutskever 2013; Bengio and others
# 2013): let the weights that everybody sees *be* the point ahead, $\tilde w = w + r v$. Then
#
# $$v \leftarrow r\,v - \eta\, g(\tilde w) \qquad \tilde w \leftarrow \tilde w + r\,v - \eta\, g(\tilde w)$$
#
# where the second line uses the new $v$. By hand, with $\eta = 0.1$, $r = 0.9$ and a slope of 1:
# first $v = -0.1$ and $\tilde w = 1 - 0.09 - 0.1 = 0.81$; then $v = -0.19$ and
# $\tilde w = 0.81 - 0.171 - 0.1 = 0.539$.

# %% [markdown]
# ### Exercise 5 · Nesterov  (difficulty 2, 15 minutes)
#
# Keras's form: the gradient that `step` is given was taken at the weights that `step` is given.


# %% exercise="Nesterov"
class Nesterov:
    """Momentum that looks ahead.

    Nesterov(learning_rate, momentum).step(w, gradient) -> the new w; arrays of one shape
    Nesterov(0.1, 0.9): from w = 1 with gradient 1, twice -> 0.81, then 0.539
    Formula: v ← r v − η g, then w ← w + r v − η g.   (Keras: SGD(nesterov=True))
    Hint: the v of the second formula is the one that the first has just made.
    """

    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum = learning_rate, momentum
        self.velocity = 0.0

    def step(self, w, gradient):
        ### BEGIN SOLUTION
        self.velocity = self.momentum * self.velocity - self.learning_rate * gradient
        return w + self.momentum * self.velocity - self.learning_rate * gradient
        ### END SOLUTION


# %% check="Nesterov" points=2
check("Nesterov")

# %% tags=["demo"]
w, v = np.array(landscapes["ravine"][1]), 0.0  # the paper's form, with a slope taken ahead
seen = []
for _ in range(30):
    v = 0.9 * v - 0.2 * ravine(w + 0.9 * v)[1]
    w = w + v
    seen.append(w + 0.9 * v)  # the point ahead
path, heights = walk(Nesterov(0.2, 0.9), "ravine", 30)
print("largest difference in 30 steps:", np.abs(path[1:] - seen).max())
ball = walk(Momentum(0.2, 0.9), "ravine", 30)[1]
plots.learning_curves({"Momentum": ball, "Nesterov": heights}, ylabel="height", xlabel="step")
plt.show()

# %% [markdown]
# The point ahead in the paper and the weights in Keras are the same walk. And looking ahead
# pays: the ball climbs the far side and swings, Nesterov's has braked before.

# %% [markdown]
# ### A step of its own for every weight
#
# The ravine wants two learning rates, a short one across and a long one along. Nobody will choose
# ten million of them by hand. AdaGrad (Duchi, Hazan and Singer 2011) lets every weight choose its
# own: add up the squares of all slopes it has seen, and divide by the root of that sum.
#
# $$h \leftarrow h + g^2 \qquad w \leftarrow w - \frac{\eta}{\sqrt{h + \varepsilon}}\, g$$
#
# Everything is meant weight by weight (the decks write $\odot$). A weight with steep slopes has a
# large $h$ and takes shorter steps. One that is rarely moved keeps its long ones.

# %% [markdown]
# By hand, $\eta = 0.1$, $h$ at first 0.1, and a slope of 1 twice, from $w = 1$:
# $1 - 0.1/\sqrt{1.1} = 0.905$, then $0.905 - 0.1/\sqrt{2.1} = 0.836$.
#
# Where does the 0.1 come from? In the paper, and in the decks, $h$ starts at 0. Then the first step
# is $\eta\, g/\sqrt{g^2}$: a full $\eta$, whether the slope was 100 or 0.0001. Keras starts at
# 0.1, so slopes much smaller than $\sqrt{0.1} = 0.3$ take first steps that are small, too.
#
# And $\varepsilon$? It keeps the denominator from being 0. The decks put it under the root, and so
# does Keras; the paper adds it to the root. It is $10^{-8}$ in the decks, and $10^{-7}$ in Keras 3.

# %% [markdown]
# ### Exercise 6 · AdaGrad  (difficulty 2, 15 minutes)
#
# Now you decide what the object must remember: `__init__` has an open end, too.


# %% exercise="AdaGrad"
class AdaGrad:
    """Shorter steps for weights that have seen steep slopes.

    AdaGrad(learning_rate, initial).step(w, gradient) -> the new w; arrays of one shape
    AdaGrad(0.1, 0.1): from w = 1 with gradient 1, twice -> 0.905, then 0.836
    Formula: h ← h + g², then w ← w − η g / √(h + ε); h starts at `initial`.   (decks, "AdaGrad")
    Hint: the square of this step's gradient is in h already when you divide.
    """

    def __init__(self, learning_rate=0.001, initial=0.1):
        self.learning_rate, self.epsilon = learning_rate, 1e-7
        ### BEGIN SOLUTION
        self.h = initial
        ### END SOLUTION

    def step(self, w, gradient):
        ### BEGIN SOLUTION
        self.h = self.h + gradient**2
        return w - self.learning_rate * gradient / np.sqrt(self.h + self.epsilon)
        ### END SOLUTION


# %% check="AdaGrad" points=2
check("AdaGrad")

# %% tags=["demo"]
path, heights = walk(AdaGrad(1.0), "ravine", 60)
plain_path, _ = walk(SGD(0.9), "ravine", 60)
figure, axes = plt.subplots(1, 2, figsize=(13, 3), layout="constrained")
draw_ground("ravine", axes[0])
axes[0].plot(*plain_path.T, color="0.45", linestyle=":", marker=".", label="SGD, η = 0.9")
axes[0].plot(*path.T, "k.-", label="AdaGrad, η = 1")
axes[0].legend(loc="lower right")
length = np.linalg.norm(np.diff(path, axis=0), axis=1)
plots.learning_curves({"AdaGrad": length}, ax=axes[1], ylabel="length of the step", xlabel="step")
plt.show()

# %% [markdown]
# SGD bounces between the walls. AdaGrad's first step goes as far along the ravine as across, a
# direction that no single learning rate can give, and after five steps it walks along the middle.
# But look on the right. Its steps shrink, from 1.37 to 0.02, and not only because the ground becomes level:
# $h$ can only grow. After sixty steps it is still 0.64 short of the star.
#
# ### Forgetting
#
# RMSProp (Hinton's lecture of 2012) repairs this with one change: old squares fade. Of $h$ the
# share $\rho$ is kept, and the new square counts $1 - \rho$:
#
# $$h \leftarrow \rho\, h + (1 - \rho)\, g^2 \qquad w \leftarrow w - \frac{\eta}{\sqrt{h + \varepsilon}}\, g$$

# %% [markdown]
# So $h$ is a moving average of the squares, and $\sqrt{h}$ is the size that slopes usually have
# here. The step is $\eta$ times "how large is this slope compared with the usual".
#
# By hand, $\eta = 0.1$, $\rho = 0.9$, a slope of 1 twice, from $w = 1$: $h = 0.1$ and
# $w = 1 - 0.1/\sqrt{0.1} = 0.684$; then $h = 0.09 + 0.1 = 0.19$ and
# $w = 0.684 - 0.1/\sqrt{0.19} = 0.454$. Notice how long these first steps are: 0.32 where 0.1 was
# meant. $h$ starts at 0, so at first the average is too small.

# %% [markdown]
# ### Exercise 7 · RMSProp  (difficulty 1, 10 minutes)


# %% exercise="RMSProp"
class RMSProp:
    """AdaGrad that forgets.

    RMSProp(learning_rate, rho).step(w, gradient) -> the new w; arrays of one shape
    RMSProp(0.1, 0.9): from w = 1 with gradient 1, twice -> 0.684, then 0.454
    Formula: h ← ρ h + (1 − ρ) g², then w ← w − η g / √(h + ε); h starts at 0.   (decks, "RMSProp")
    Hint: two lines differ from AdaGrad, one of them in `__init__`.
    """

    def __init__(self, learning_rate=0.001, rho=0.9):
        self.learning_rate, self.rho, self.epsilon = learning_rate, rho, 1e-7
        ### BEGIN SOLUTION
        self.h = 0.0
        ### END SOLUTION

    def step(self, w, gradient):
        ### BEGIN SOLUTION
        self.h = self.rho * self.h + (1 - self.rho) * gradient**2
        return w - self.learning_rate * gradient / np.sqrt(self.h + self.epsilon)
        ### END SOLUTION


# %% check="RMSProp" points=2
check("RMSProp")

# %% [markdown]
# ### Both at once
#
# Momentum remembers slopes, RMSProp remembers their squares. Adam (Kingma and Ba 2015) remembers
# both, as moving averages:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2$$
#
# Both start at 0 and are too small at first; you have just seen what that does. After $t$ equal
# slopes, $m$ is exactly $1 - \beta_1^t$ of what it should be, and $v$ is $1 - \beta_2^t$. So divide
# by that: $\hat m = m/(1 - \beta_1^t)$ and $\hat v = v/(1 - \beta_2^t)$.

# %% [markdown]
# By hand, $\eta = 0.1$, $\beta_1 = 0.9$, $\beta_2 = 0.999$, slopes 1 and then −1, from $w = 1$.
# First step: $m = 0.1$, $\hat m = 0.1/0.1 = 1$; $v = 0.001$, $\hat v = 0.001/0.001 = 1$; so
# $w = 1 - 0.1 = 0.9$. Second: $m = 0.09 - 0.1 = -0.01$, $\hat m = -0.01/0.19 = -0.053$;
# $\hat v = 1$; so $w = 0.9 + 0.0053 = 0.905$. The ball still rolls, and hardly turns round.
#
# The decks call Adam "momentum + AdaGrad". Closer is momentum + RMSProp: the squares fade, they
# are not added up. New in it is the correction.

# %% [markdown]
# Now $\varepsilon$. The paper's algorithm divides by $\sqrt{\hat v} + \varepsilon$. At the end of
# its section 2 it says that one can save work by correcting the learning rate instead, and that
# is what Keras does:
#
# $$w \leftarrow w - \eta\, \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t} \cdot \frac{m}{\sqrt v + \varepsilon}$$
#
# Same thing, but now $\varepsilon$ stands beside $\sqrt v$, not $\sqrt{\hat v}$. In the first step
# $\sqrt v$ is $\sqrt{0.001} = 0.032$ of $\sqrt{\hat v}$, so Keras's $\varepsilon$ of $10^{-7}$ acts
# like $3.2 \cdot 10^{-6}$ in the paper's formula. With slopes of about 1 nobody will ever see it.
# With slopes of $10^{-6}$ it decides how far you go.

# %% [markdown]
# ### Exercise 8 · Adam  (difficulty 2, 20 minutes)
#
# In Keras's form. Beside two averages there is a third thing to remember.


# %% exercise="Adam"
class Adam:
    """Momentum and a step size for every weight, both corrected for their start.

    Adam(learning_rate, beta_1, beta_2).step(w, gradient) -> the new w; arrays of one shape
    Adam(0.1, 0.9, 0.999): from w = 1 with gradients 1 and then -1 -> 0.9, then 0.905
    Formula: the last one above; m and v start at 0, and t is 1 in the first step.
    Source: Kingma and Ba (2015), Algorithm 1 and the end of section 2.
    Hint: correct the learning rate, not m and v: these must go on uncorrected.
    """

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999):
        self.learning_rate, self.epsilon = learning_rate, 1e-7
        self.beta_1, self.beta_2 = beta_1, beta_2
        ### BEGIN SOLUTION
        self.m, self.v, self.t = 0.0, 0.0, 0
        ### END SOLUTION

    def step(self, w, gradient):
        ### BEGIN SOLUTION
        self.t += 1
        self.m = self.beta_1 * self.m + (1 - self.beta_1) * gradient
        self.v = self.beta_2 * self.v + (1 - self.beta_2) * gradient**2
        correction = np.sqrt(1 - self.beta_2**self.t) / (1 - self.beta_1**self.t)
        return w - self.learning_rate * correction * self.m / (np.sqrt(self.v) + self.epsilon)
        ### END SOLUTION


# %% check="Adam" points=3
check("Adam")

# %% [markdown]
# ### A fading step
#
# The walk with batches of one never came to rest: where the slope is noisy, a step of fixed length
# ends in a dance of fixed size. The cure is to make the steps shorter as time goes by. Too early
# and you stop halfway; too late and you dance too long. Such a plan is called a **schedule**.
#
# The decks pass it as `decay` to every optimizer. Keras 3 has no such argument any more. Now
# `learning_rate` itself may be a schedule (`keras.optimizers.schedules.InverseTimeDecay` is the
# decks' rule), and `lr` is spelled out.

# %% [markdown]
# ### Exercise 9 · Decay with time  (difficulty 1, 5 minutes)
#
# $$\eta_k = \frac{\eta}{1 + \text{decay} \cdot k}$$
#
# where $k$ counts the steps from 0. With a decay of 0.5: after two steps half the rate is left,
# after eight a fifth.


# %% exercise="time_decay"
def time_decay(steps, learning_rate, decay):
    """The decks' `decay`: the rate at given steps.

    steps: whole numbers, an array of any shape; learning_rate, decay: numbers
    -> float array of the shape of steps
    time_decay([0, 2, 8], 0.1, 0.5) -> [0.1, 0.05, 0.02]
    Formula: η / (1 + decay · step).   (decks, "SGD with Keras"; Robbins and Monro 1951)
    Hint: a formula with + and / works for arrays as it stands.
    """
    ### BEGIN SOLUTION
    return learning_rate / (1 + decay * np.asarray(steps))
    ### END SOLUTION


# %% check="time_decay" points=1
check("time_decay")

# %% [markdown]
# ### Exercise 10 · Warm-up and cosine  (difficulty 2, 15 minutes)
#
# The plan most used today has two parts. **Warm-up:** from 0 the rate rises along a straight line
# to $\eta$ while Adam's averages, and the network, find their feet. **Cosine:** from there it falls
# along half a cosine to 0, which it reaches at step `total`; after that it stays 0.
#
# $$\eta_k = \eta \cdot \frac{k}{\text{warmup}} \qquad\text{then}\qquad \eta_k = \eta \cdot \frac{1 + \cos(\pi \cdot \text{share})}{2}$$
#
# where the share is how much of the way from `warmup` to `total` is done. With a warm-up of 4 and a
# total of 12: at step 1 a quarter of $\eta$, at step 4 all of it, at step 8 half.


# %% exercise="cosine_decay"
def cosine_decay(steps, learning_rate, warmup, total):
    """Warm-up along a line, then half a cosine: the rate at given steps.

    steps: whole numbers, an array of any shape; learning_rate: the largest rate
    warmup, total: numbers of steps, 0 <= warmup < total -> float array of the shape of steps
    cosine_decay([0, 1, 4, 8, 12, 20], 0.1, 4, 12) -> [0, 0.025, 0.1, 0.05, 0, 0]
    Source: Loshchilov and Hutter (2017); keras.optimizers.schedules.CosineDecay.
    Hint: np.clip keeps the share between 0 and 1, and warmup may be 0.
    """
    ### BEGIN SOLUTION
    steps = np.asarray(steps, dtype=float)
    share = np.clip((steps - warmup) / (total - warmup), 0, 1)
    cosine = learning_rate * (1 + np.cos(np.pi * share)) / 2
    return np.where(steps < warmup, learning_rate * steps / max(warmup, 1), cosine)
    ### END SOLUTION


# %% check="cosine_decay" points=2
check("cosine_decay")

# %% [markdown]
# ### Into Keras
#
# Your classes serve one array each. Keras's serve a whole model, run on a GPU, and are saved with
# the model. To get all that for an optimizer of your own, write a subclass of
# `keras.optimizers.Optimizer`. Three methods are yours:
#
# - `build(variables)` is called once, before the first step, and makes the memory;
# - `update_step(gradient, variable, learning_rate)` is called for every variable in every step,
#   and changes the variable;
# - `get_config()` says what is needed to make the same optimizer again.
#
# The cell below lets such an optimizer take steps. It is used by the check, too.


# %%
def apply_in_keras(optimizer, starts, rows):
    """Steps of a Keras optimizer: for every variable, its values after each row of gradients."""
    variables = [keras.Variable(value, dtype="float32") for value in starts]
    paths = [[] for _ in starts]
    for gradients in rows:
        tensors = [keras.ops.convert_to_tensor(g, dtype="float32") for g in gradients]
        optimizer.apply(tensors, variables)
        for path, variable in zip(paths, variables):
            path.append(keras.ops.convert_to_numpy(variable.value).copy())
    return [np.stack(path) for path in paths]


# %% [markdown]
# ### Exercise 11 · Momentum inside Keras  (difficulty 3, 25 minutes)
#
# One object, many variables, and each has its own velocity. It must be a variable of Keras's: when
# `fit` has compiled the training, Python is no longer asked, and an attribute of `self` that holds
# plain numbers would stay what it was. The tools:
#
# - `self.add_variable_from_reference(variable, "velocity")` makes a variable of the same shape,
#   filled with zeros;
# - `self._get_variable_index(variable)` says which of the variables this one is;
# - `v.assign(value)` and `v.assign_add(value)` change a variable.


# %% exercise="KerasMomentum"
class KerasMomentum(keras.optimizers.Optimizer):
    """Momentum, as `keras.optimizers.SGD(momentum=...)` has it, for use in model.compile.

    KerasMomentum(learning_rate, momentum): a Keras optimizer
    One variable 1.0, gradient 1 twice, KerasMomentum(0.1, 0.9) -> 0.9, then 0.71
    Formula: v ← r v − η g, then w ← w + v; one v per variable.
    Hint: a list of velocities, made in `build` in the order of the variables.
    """

    def __init__(self, learning_rate=0.01, momentum=0.9, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.momentum = momentum

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        ### BEGIN SOLUTION
        self.velocities = [self.add_variable_from_reference(v, "velocity") for v in variables]
        ### END SOLUTION

    def update_step(self, gradient, variable, learning_rate):
        ### BEGIN SOLUTION
        v = self.velocities[self._get_variable_index(variable)]
        v.assign(self.momentum * v - learning_rate * gradient)
        variable.assign_add(v)
        ### END SOLUTION

    def get_config(self):
        ### BEGIN SOLUTION
        return {**super().get_config(), "momentum": self.momentum}
        ### END SOLUTION


# %% check="KerasMomentum" points=3
check("KerasMomentum")

# %% [markdown]
# ### The race
#
# Six optimizers, four landscapes, eighty steps. Every optimizer keeps its settings in all four.
# Below is the still picture: a dot per step, the end marked by a square, and above each panel the
# height that was reached. (The lowest points have the heights 0, −0.5, 0 and −1.43.) The film comes
# after it.
#
# Before you look: who gets out of the wrong valley?

# %% tags=["demo"]
racers = {
    "SGD": lambda: SGD(0.1),
    "Momentum": lambda: Momentum(0.1, 0.9),
    "Nesterov": lambda: Nesterov(0.1, 0.9),
    "AdaGrad": lambda: AdaGrad(0.5, 0.1),
    "RMSProp": lambda: RMSProp(0.1, 0.9),
    "Adam": lambda: Adam(0.1, 0.9, 0.999),
}
walks = {(g, r): walk(racers[r](), g, 80) for g in landscapes for r in racers}

# %% tags=["demo"]
figure, axes = plt.subplots(4, 6, figsize=(15, 9), layout="constrained")
for row, ground in zip(axes, landscapes):
    row[0].set_ylabel(ground, fontsize=12)
    for ax, racer in zip(row, racers):
        path, heights = walks[ground, racer]
        draw_ground(ground, ax)
        ax.plot(*path.T, "k.-", linewidth=0.7, markersize=3)
        ax.plot(*path[-1], "ks", markersize=7)
        ax.set_title(f"{racer}: {heights[-1]:.2f}", fontsize=10)
plt.show()

# %% [markdown]
# Row by row. In the **ravine** SGD crawls along the bottom, momentum and Nesterov arrive. From the
# **saddle** everybody gets away in the end; the next picture shows how long it took. On the
# **plateau** SGD has hardly moved: its step is the slope times 0.1, and there is no slope. AdaGrad,
# RMSProp and Adam divide by the size of the slopes, so a small slope is no reason for a small step;
# the two balls gather speed. And out of the **wrong valley** comes only the heavy ball, by its own
# speed. That is luck as much as merit: Nesterov's, which brakes, stays.


# %% tags=["demo"]
def film(names, steps, every=8):
    """An animation: all racers on four landscapes; its last frame shows all of it."""
    figure, axes = plt.subplots(2, 2, figsize=(10, 7), dpi=60, layout="constrained")
    lines = {}
    for ax, name in zip(axes.flat, names):
        draw_ground(name, ax)
        ax.set_title(name)
        for racer, marker in zip(racers, "oDs^vP"):
            (lines[name, racer],) = ax.plot([], [], "k-", linewidth=0.7, marker=marker, label=racer)
            lines[name, racer].set(markersize=9, markerfacecolor="white")
    axes[0, 0].legend(loc="upper right", ncols=2)
    return FuncAnimation(figure, one_frame(figure, lines), range(0, steps + 1, every), interval=250)


# %% tags=["demo"]
def one_frame(figure, lines):
    def draw(k):
        figure.suptitle(f"step {k}")
        for (name, racer), line in lines.items():
            line.set_data(*walks[name, racer][0][: k + 1].T)
            line.set_markevery([*range(20, k, 20), k])  # every twentieth step, and the head

    return draw


# %% tags=["demo"]
moving = film(list(landscapes), 80)
display(HTML(moving.to_jshtml(default_mode="once")))
plt.close()

# %% [markdown]
# On paper, or where the film does not play, here is what it shows best: who is down when. The bars
# say at which step an optimizer had done 90 % of its way down. An empty place means: not within
# eighty steps.

# %% tags=["demo"]
figure, axes = plt.subplots(1, 4, figsize=(14, 2.8), layout="constrained", sharey=True)
for ax, (ground, (_, _, lowest, _)) in zip(axes, landscapes.items()):
    floor = landscapes[ground][0](np.array(lowest, dtype=float))[0]
    for place, racer in enumerate(racers):
        heights = walks[ground, racer][1]
        low = np.flatnonzero(heights - floor < 0.1 * (heights[0] - floor))
        if ground == "saddle":
            low = np.flatnonzero(heights < -0.45)  # 90 % of the way from the saddle down
        if len(low):
            ax.barh(place, low[0], color="0.75", edgecolor="black")
            ax.text(low[0] + 1, place, low[0], va="center")
    ax.set(title=ground, xlim=(0, 88), yticks=range(6), yticklabels=racers, xlabel="step")
axes[0].invert_yaxis()
plt.show()

# %% [markdown]
# The saddle holds SGD for 56 steps, AdaGrad for 8. The slope that leads away from the saddle is only
# 0.01 at first; SGD's step is a tenth of that, AdaGrad's $0.5/\sqrt{0.1} = 1.6$ times that. But none of the six is first everywhere. The balls win the
# ravine, RMSProp the plateau. (And the numbers depend on the learning rates; more on that below.)

# %% [markdown]
# ### Starting again
#
# No optimizer knows that there is a lower valley somewhere else. The decks' advice: gradient
# descent never guarantees the global minimum, so start at several random places and keep the best
# end. Here is ground with many valleys, and 2,000 starts. (An optimizer works on arrays of any
# shape: one object moves all 2,000 points at once.)


# %% tags=["demo"]
def bumpy(w):
    """Height and slope; w: (2, points)."""
    height = (w**2 / 10 + 1 - np.cos(2 * w)).sum(axis=0)
    return height, w / 5 + 2 * np.sin(2 * w)


# %% tags=["demo"]
rng = np.random.default_rng(4)
starts = rng.uniform(-6, 6, (2, 2000))
ends = {}
for name in ["SGD", "Momentum", "Adam"]:
    w, optimizer = starts, racers[name]()
    for _ in range(300):
        w = optimizer.step(w, bumpy(w)[1])
    ends[name] = w
    share = np.mean(bumpy(w)[0] < 0.01)
    print(f"{name:8}: {share:.1%} of the starts end at the lowest point")

# %% tags=["demo"]
figure, axes = plt.subplots(1, 2, figsize=(13, 4.6), layout="constrained")
grid = np.array(np.meshgrid(np.linspace(-6.5, 6.5, 120), np.linspace(-6.5, 6.5, 120)))
axes[0].contourf(
    *grid, bumpy(grid.reshape(2, -1))[0].reshape(120, 120), 12, cmap="Greys", alpha=0.5
)
for first, last in zip(starts.T[:60], ends["SGD"].T):
    axes[0].plot(*np.transpose([first, last]), "k-", linewidth=0.6)
axes[0].plot(*ends["SGD"][:, :60], "ko", markersize=5, markerfacecolor="white")
axes[0].plot(0, 0, "k*", markersize=15)
axes[0].set(title="SGD: sixty starts and where they end", xticks=[], yticks=[])
tries = np.arange(1, 51)
curves = {}
for name, w in ends.items():
    share = np.mean(bumpy(w)[0] < 0.01)
    curves[name] = 1 - (1 - share) ** tries
plots.learning_curves(curves, ax=axes[1], xlabel="starts", ylabel="chance to have found it")
plt.show()

# %% [markdown]
# One start rarely finds the lowest point; of many, one will. With a chance of $p$ per start, $n$
# starts all fail with a chance of $(1 - p)^n$. At 8.1 % it takes 36 starts to be 95 % sure. SGD and
# Adam roll into the valley in which they start, so their curves are one. Momentum jumps some
# ridges: 17.0 %, and 17 starts. (Over five sets of 2,000 starts: 6.6 to 8.1 and 14.9 to 18.4 %.)

# %% [markdown]
# In a real network the valleys look different, most of them about equally good, and restarts are
# too dear to take fifty. But two or three seeds are always worth their price, if only to learn how
# much of a result is luck.

# %% [markdown]
# ### The dance, and how it ends
#
# Back to the line through 200 points, with batches of one. Three plans for the learning rate,
# each with 0.1 as its largest, and how far the walk is from the lowest point.

# %% tags=["demo"]
total = 2000
plans = {
    "constant": np.full(total, 0.1),
    "time_decay": time_decay(np.arange(total), 0.1, 0.01),
    "cosine_decay": cosine_decay(np.arange(total), 0.1, 100, total),
}

# %% tags=["demo"]
distances = {}
for name, plan in plans.items():
    optimizer, w, away = SGD(), np.array([-1.5, -0.5]), []
    order = np.concatenate([np.concatenate(minibatches(200, 1, k)) for k in range(10)])
    for rate, example in zip(plan, order):
        optimizer.learning_rate = rate
        w = optimizer.step(w, line_slope(w, [example]))
        away.append(np.linalg.norm(w - best))
    distances[name] = np.reshape(away, (-1, 20)).mean(axis=1)  # (100,)
    print(f"{name:12}: {np.mean(away[-100:]):.3f} from the bottom over the last 100 steps")

# %% tags=["demo"]
figure, axes = plt.subplots(1, 2, figsize=(13, 3.6), layout="constrained")
shown = {name: plan[::20] for name, plan in plans.items()}
words = "steps, in twenties"
plots.learning_curves(shown, ax=axes[0], ylabel="learning rate", xlabel=words)
plots.learning_curves(distances, ax=axes[1], ylabel="distance", xlabel=words, log=True)
plt.show()

# %% [markdown]
# With a constant rate the distance soon stops falling: the dance. Both plans end much closer.
# Cosine takes long steps for most of the way, which costs nothing here and helps on rougher ground,
# and comes to rest at the end. In five shuffles the last distances were 0.29 to 0.33 at a constant
# rate, 0.037 to 0.050 with time decay, and 0.006 to 0.042 with cosine.

# %% [markdown]
# A detail for those who compare programs: in the decks and in Keras the learning rate is inside the
# velocity, $v \leftarrow r v - \eta g$. Others, PyTorch among them, write $v \leftarrow r v + g$ and
# $w \leftarrow w - \eta v$. As long as $\eta$ stays the same the two walk the same way. When a
# schedule cuts $\eta$, the second slows down at once, the first only as its old velocity fades.

# %% [markdown]
# ### The same network under all of them
#
# Now something real: the 8 × 8 digits, a network with 32 hidden ReLU units and ten softmax outputs.
# The slopes are what you derived in assignment 02. Each of the four arrays gets an optimizer object
# of its own.

# %% tags=["demo"]
digits = datasets.digits() if SCALE == "small" else datasets.mnist()
images = digits.x_train.reshape(len(digits.x_train), -1)  # (n, pixels)
labels = digits.y_train  # (n,)
BATCH, EPOCHS = (32, 10) if SCALE == "small" else (256, 2)


# %% tags=["demo"]
def loss_and_slopes(params, x, t):
    """Cross-entropy of a 2-layer network and its slopes; x: (batch, pixels), t: (batch,)."""
    kernel1, bias1, kernel2, bias2 = params
    hidden = np.maximum(x @ kernel1 + bias1, 0)  # (batch, 32)
    z = hidden @ kernel2 + bias2
    probs = np.exp(z - z.max(axis=1, keepdims=True))
    probs /= probs.sum(axis=1, keepdims=True)  # (batch, 10)
    loss = -np.log(probs[np.arange(len(t)), t] + 1e-30).mean()
    error = (probs - np.eye(10)[t]) / len(t)  # (batch, 10)
    back = (error @ kernel2.T) * (hidden > 0)  # (batch, 32)
    return loss, [x.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)]


# %% tags=["demo"]
def train(make_optimizer, seed=0, epochs=EPOCHS):
    """The loss on all training images after each epoch."""
    rng = np.random.default_rng(seed)
    params = []
    for n, m in ((images.shape[1], 32), (32, 10)):
        params += [rng.normal(size=(n, m)) * np.sqrt(2 / n), np.zeros(m)]
    optimizers, losses = [make_optimizer() for _ in params], []
    for epoch in range(epochs):
        for batch in minibatches(len(images), BATCH, epochs * seed + epoch):
            slopes = loss_and_slopes(params, images[batch], labels[batch])[1]
            params = [o.step(p, g) for o, p, g in zip(optimizers, params, slopes)]
        losses.append(loss_and_slopes(params, images, labels)[0])
    return losses


# %% [markdown]
# Which learning rate is fair? None: 0.1 is small for one and huge for another. So we try a whole
# row of them for each, and look at both things: how good the best one is, and how much it hurts to
# miss it.

# %% tags=["demo"]
kinds = {
    "SGD": SGD, "Momentum": Momentum, "Nesterov": Nesterov,
    "AdaGrad": AdaGrad, "RMSProp": RMSProp, "Adam": Adam,
}  # fmt: skip
rates = np.geomspace(1e-4, 3.16, 10)
with np.errstate(all="ignore"):  # the largest rates explode, and are meant to
    final = {
        name: [train(lambda: kind(rate), epochs=min(EPOCHS, 5))[-1] for rate in rates]
        for name, kind in kinds.items()
    }

# %% tags=["demo"]
figure, axes = plt.subplots(2, 3, figsize=(12, 5.2), layout="constrained", sharex=True, sharey=True)
for ax, (name, losses) in zip(axes.flat, final.items()):
    losses = np.nan_to_num(losses, nan=10, posinf=10).clip(1e-4, 10)
    good = rates[losses < 0.2]
    for other in final.values():
        ax.loglog(rates, np.nan_to_num(other, nan=10, posinf=10).clip(1e-4, 10), color="0.85")
    ax.loglog(rates, losses, "ko-", linewidth=2)
    ax.axhline(0.2, color="0.5", linestyle="--", linewidth=0.8)
    ax.set_title(f"{name}: best {losses.min():.4f}, {len(good)} rates below 0.2")
for ax in axes[1]:
    ax.set_xlabel("learning rate")
axes[0, 0].set_ylabel("loss after the training")
axes[1, 0].set_ylabel("loss after the training")
plt.show()

# %% tags=["demo"]
best_rates = {name: rates[np.nanargmin(losses)] for name, losses in final.items()}
with np.errstate(all="ignore"):
    curves = {
        f"{name}, η = {best_rates[name]:.2g}": [
            train(lambda: kind(best_rates[name]), seed) for seed in range(3)
        ]
        for name, kind in kinds.items()
    }
figure, ax = plt.subplots(figsize=(9, 4.5))
plots.learning_curves(curves, ax=ax, ylabel="loss on the training images", log=True)
plt.show()
at = int(np.argmin(np.abs(rates - 0.01)))
print({name: round(float(losses[at]), 2) for name, losses in final.items()}, "at", rates[at])

# %% [markdown]
# Each curve is the median of three seeds, in a band from the best to the worst. Well tuned, all six
# come down together, and their bands overlap: one seed differs from the next as much as one
# optimizer from another. What sets them apart is the rate at which they are at their best: 1 for SGD, 0.01 for RMSProp. At a rate of
# 0.01, after five epochs, RMSProp's loss is 0.09 and SGD's 1.82: a comparison of optimizers at one
# learning rate compares nothing.

# %% [markdown]
# Then why is Adam the usual first choice? Its step is about $\eta$ however the loss is scaled, so a
# rate that was good for one network is likely to be good for the next. SGD's best rate is another
# one as soon as the slopes are ten times as large.

# %% [markdown]
# ### Yours inside Keras
#
# The same network as a Keras model, trained with your `KerasMomentum` and with Keras's own, from
# the same start and with the same batches. Then once more with a schedule, which your optimizer
# gets for nothing, because `learning_rate` arrives in `update_step` already looked up.


# %% tags=["demo"]
def fit_with(optimizer):
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((images.shape[1],)),
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer, "sparse_categorical_crossentropy")
    history = model.fit(images, labels, batch_size=64, epochs=5, verbose=0).history
    return model, history["loss"]


# %% tags=["demo"]
cosine = keras.optimizers.schedules.CosineDecay(0.2, 5 * -(-len(images) // 64))
mine, losses = fit_with(KerasMomentum(0.1, 0.9))
theirs, _ = fit_with(keras.optimizers.SGD(0.1, momentum=0.9))
_, with_plan = fit_with(KerasMomentum(cosine, 0.9))
pairs = zip(mine.get_weights(), theirs.get_weights())
print("largest difference of a weight:", max(np.abs(a - b).max() for a, b in pairs))
print("loss per epoch:", np.round(losses, 3), "with a schedule:", np.round(with_plan, 3))

# %% [markdown]
# ### Where decks, papers and Keras differ
#
# | | decks | paper | Keras 3 |
# |---|---|---|---|
# | the rate is called | `lr` | $\alpha$, $\eta$ | `learning_rate` |
# | a rate that fades | `decay` | various | a schedule |
# | $\varepsilon$ | $10^{-8}$ | $10^{-8}$ (Adam) | $10^{-7}$ |
# | AdaGrad: $h$ starts at | not said | 0 | 0.1 |
# | AdaGrad, RMSProp: $\varepsilon$ | under the root | beside it (AdaGrad) | under the root |
# | Adam: $\varepsilon$ | not said | beside $\sqrt{\hat v}$ | beside $\sqrt v$ |
# | Nesterov: slope taken | an option | ahead, at $w + rv$ | where the weights are |
# | AdaGrad's usual rate | 0.01 | none | 0.001 |

# %% [markdown]
# Why? Nobody has written down all the reasons, but some can be seen. A computer that keeps seven
# digits, as Keras does by default, cannot tell $1 + 10^{-8}$ from 1, and $10^{-7}$ is about the
# smallest number that still counts beside 1. AdaGrad's 0.1 keeps the
# first steps from being all of one length. Nesterov's form needs only the one slope that Keras has.
# And a schedule can have any shape; `decay` had one.
#
# None of this changes which optimizer is good. It changes the fifth digit, or the first ten steps,
# or what happens to slopes of $10^{-6}$. But who ports a training from one program to another and
# gets other curves should know where to look.

# %% [markdown]
# ## In your own words
#
# Graded by your teacher. Three short paragraphs, no code.

# %% [markdown] written="which_optimizer" points=3
# **Question.** A friend trains a network with `SGD(learning_rate=0.5)`. The loss jumps up and down
# between 2 and 4. With 0.05 it falls smoothly, but so slowly that it would take a week.
#
# 1. Which of the four landscapes explains both observations, and how? Refer to the slopes in its
#    two directions.
# 2. Choose two optimizers of this notebook, one with a velocity and one that divides by the size of
#    the slopes. Say for each how it helps *here*.
# 3. With Adam the loss falls fast, then hovers around 0.3 without settling. What is the likely
#    cause, and what would you change?
#
# ### BEGIN MARK SCHEME
# 1 point: the ravine. Across it the slope is steep, so a step of 0.5 overshoots and is thrown to
# the other wall (stable only while rate times curvature is below 2); along it the slope is small,
# so a rate small enough for the steep direction makes hardly any way. Half a point for "ravine"
# without saying why one rate cannot serve both directions.
#
# 1 point: velocity (momentum, Nesterov): slopes across change sign and cancel, slopes along add up,
# to up to 1/(1 - r) times the step. Dividing (AdaGrad, RMSProp, Adam): every weight has its own
# step size, so both directions are walked at a similar pace. Half a point for each.
#
# 1 point: the noise of the mini-batches with steps of a fixed length (Adam's are about η, however
# small the slope is); remedy: a schedule that lowers the rate, or larger batches. Half a point if
# the cause or the remedy is missing. "A local minimum" alone earns nothing: there it would settle.
# ### END MARK SCHEME

# %% [markdown]
# ## What to try next
#
# Not graded. Each takes a few minutes.
#
# - Start on the saddle at $(-1.8, 0)$ exactly instead of $(-1.8, 0.01)$. Which of the six ever
#   leave? Why does this not happen in practice?
# - In the race, double every learning rate. Who profits, who is thrown out?
# - Give Adam `beta_2=0.9` in the race. What has it become?
# - Set `SCALE = "full"` at the top: the last comparison on MNIST.
#
# Next: `learning_recipe`, the other half of this assignment. You can now make the training loss as
# small as you like. When is that a good idea?

# %% [markdown]
# ## References
#
# - H. Robbins, S. Monro (1951). A stochastic approximation method. *Annals of Mathematical
#   Statistics* 22, 400–407.
# - B. T. Polyak (1964). Some methods of speeding up the convergence of iteration methods. *USSR
#   Computational Mathematics and Mathematical Physics* 4, 1–17.
# - Y. Nesterov (1983). A method for solving the convex programming problem with convergence rate
#   $O(1/k^2)$. *Soviet Mathematics Doklady* 27, 372–376.
# - J. Duchi, E. Hazan, Y. Singer (2011). Adaptive subgradient methods for online learning and
#   stochastic optimization. *Journal of Machine Learning Research* 12, 2121–2159.
# - G. Hinton, N. Srivastava, K. Swersky (2012). Neural networks for machine learning, lecture 6.
#   Coursera.

# %% [markdown]
# - I. Sutskever, J. Martens, G. Dahl, G. Hinton (2013). On the importance of initialization and
#   momentum in deep learning. *ICML*, 1139–1147.
# - Y. Bengio, N. Boulanger-Lewandowski, R. Pascanu (2013). Advances in optimizing recurrent
#   networks. *ICASSP*, 8624–8628.
# - D. P. Kingma, J. Ba (2015). Adam: a method for stochastic optimization. *ICLR*,
#   arXiv:1412.6980.
# - I. Loshchilov, F. Hutter (2017). SGDR: stochastic gradient descent with warm restarts. *ICLR*,
#   arXiv:1608.03983.
#
# The table of the first step, the momentum, AdaGrad and RMSProp formulas and the warnings about
# plateau, saddle and local minima are from the course's decks.
