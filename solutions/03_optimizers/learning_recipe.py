# %% [markdown]
# # 03 · The learning recipe
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({{COLAB}})
#
# Your network is bad. That is the usual state of a network, and the usual next move is to try
# something: more layers, dropout, another optimizer. Most of those moves cure an illness that
# yours does not have. In this notebook you learn to ask first which illness it is, and then you
# build the cures.

# %% [markdown]
# **When you are done you can**
#
# - say from a few curves whether the set of functions, the search or the data is at fault;
# - split and scale data so that the test still tests;
# - cure overfitting: L2, early stopping, dropout, fewer directions;
# - say what depth buys at equal size, and make a stack of forty layers learn.

# %% [markdown]
# **What you need:** the three steps of assignment 01, the backward pass of assignment 02.
#
# **Time:** 12 exercises, about 4 hours of your work and less than a minute of the computer's.

# %%
import sys

if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", "install -q {{INSTALL}}")

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np

from autograder import check
from threesteps import datasets, start

start(seed=1)

# %% [markdown]
# ## Which illness?
#
# Below, three networks whose errors on new points are all far too high. The solid line is the
# error on the training points, the dashed one the error on points kept apart. Decide before you
# read on: which of the three is overfitting?


# %% tags=["demo"]
def error_curves(widths, activation, x, y, x_new, y_new, epochs):
    """The shares of wrong answers after each epoch, on both sets."""
    keras.utils.set_random_seed(0)
    hidden = [keras.layers.Dense(n, activation=activation) for n in widths]
    output = keras.layers.Dense(1, activation="sigmoid")
    model = keras.Sequential([keras.Input((2,)), *hidden, output])
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    everywhere, answers, errors = np.concatenate([x, x_new]), np.concatenate([y, y_new]), []
    rng = np.random.default_rng(0)
    for _ in range(epochs):
        for some in np.array_split(rng.permutation(len(x)), len(x) // 50):
            model.train_on_batch(x[some], y[some])
        probs = keras.ops.convert_to_numpy(model(everywhere))[:, 0]  # (n + m,)
        errors.append((probs > 0.5) != answers)
    errors = np.array(errors)  # (epochs, n + m)
    return errors[:, : len(x)].mean(axis=1), errors[:, len(x) :].mean(axis=1)  # (epochs,)


ring = datasets.rings(200, 0.1, 0, quiet=True) + datasets.rings(200, 0.1, 1, quiet=True)
few = datasets.two_moons(50, 0.5, 0, quiet=True) + datasets.two_moons(200, 0.5, 1, quiet=True)
patients = {
    "A": error_curves([], "sigmoid", *ring, epochs=40),
    "B": error_curves([8] * 10, "sigmoid", *ring, epochs=40),
    "C": error_curves([128, 128, 128], "relu", *few, epochs=80),
}

# %% tags=["demo"]
figure, axes = plt.subplots(1, 3, figsize=(12, 3.2), layout="constrained", sharey=True)
for ax, (name, (train, new)) in zip(axes, patients.items()):
    ax.plot(train, color="black", label="training")
    ax.plot(new, "--", color="black", label="new points")
    ax.set(title=name, xlabel="epoch", ylim=(-0.02, 0.7))
axes[0].set_ylabel("share of wrong answers")
axes[0].legend(frameon=False)
plt.show()

# %% [markdown]
# Only C. Its training error has gone to nearly nothing: it has learned its fifty points by heart.
# A and B are as bad on the points they were trained on, and nobody overfits what they have not even
# fitted. So the first look goes to the **training** error, always.
#
# A and B look alike and are not. A is a single neuron, and the data are two rings: no line
# separates them, the right function is not in the set. B is ten layers deep. Plenty of its functions separate
# rings, but the search did not find one. How could you know without being told? Train a *smaller*
# network, one whose functions are all in the larger set. If the small one gets further, then a
# good function was there, and the search missed it.

# %% [markdown]
# | training error | compared with a smaller network | error on new examples | illness |
# |---|---|---|---|
# | above the goal | not larger | | `"functions"`: the set holds no good one |
# | above the goal | larger | | `"optimisation"`: there is one, not found |
# | reached | | above the goal | `"overfitting"` |
# | reached | | reached | `"healthy"` |
#
# ### Exercise 1 · Diagnosis  (difficulty 2, 20 minutes)
#
# One epoch may be lucky. As "the error" of a curve take the **median of its last five** values.


# %% exercise="diagnose"
def diagnose(train, new, smaller, goal):
    """Name the illness of a network from its curves.

    train, new: its errors after each epoch on training and on new examples, float arrays (epochs,)
    smaller: training errors of a smaller network, (epochs,), perhaps of another length
    goal: the error that would be good enough, a number
    -> "functions", "optimisation", "overfitting" or "healthy", by the table above
    diagnose([0.4] * 9, [0.5] * 9, [0.1] * 9, goal=0.2) -> "optimisation"
    Source: the recipe of the decks; He and others (2016), figure 1.
    Hint: three medians, then look at the training error first.
    """
    ### BEGIN SOLUTION
    error, error_new, error_smaller = (np.median(curve[-5:]) for curve in (train, new, smaller))
    if error > goal:
        return "optimisation" if error_smaller < error else "functions"
    return "overfitting" if error_new > goal else "healthy"
    ### END SOLUTION


# %% check="diagnose" points=2
check("diagnose")

# %% tags=["demo"]
small_ring, _ = error_curves([8], "sigmoid", *ring, epochs=100)
small_moons, _ = error_curves([2], "relu", *few, epochs=80)
smaller = {"A": patients["A"][0], "B": small_ring, "C": small_moons}
for name, (train, new) in patients.items():
    print(name, diagnose(train, new, smaller[name], goal=0.15))

# %% [markdown]
# (Nothing is smaller than A, so it was compared with itself.) Each illness has its own cure: larger
# sets of functions for the first, a better search for the second, and for the third the next few
# sections.
#
# ### Two ways to miss
#
# Why do functions that fit the training data miss elsewhere? Imagine two hundred people who draw
# twelve noisy points each from the same curve and fit them. At some place $x$ the curve is at
# $f(x)$. Their answers may be wrong **on average**: that is *bias*. And they may **differ** from one
# another: that is *variance*. The mean squared distance from the truth is the sum of the two:
#
# $$\text{mean of }(\hat f - f)^2 = (\text{mean of } \hat f - f)^2 + \text{variance of } \hat f$$
#
# By hand: the truth is 3, two people say 4 and 6. Their mean is 5, so the squared bias is 4, the
# variance is $((4-5)^2 + (6-5)^2)/2 = 1$, and the mean squared distance is $(1 + 9)/2 = 5$.

# %% [markdown]
# ### Exercise 2 · Bias and variance  (difficulty 1, 10 minutes)


# %% exercise="bias_and_variance"
def bias_and_variance(predictions, truth):
    """How wrong fits are on average, and how much they differ, averaged over all places.

    predictions: float array, (fits, places), what each fit says at each place
    truth: float array, (places,) -> (squared bias, variance), two numbers
    bias_and_variance([[4], [6]], [3]) -> (4, 1)
    Formula: the mean over places of (mean fit - truth)², and of mean (fit - mean fit)².
    Hint: which axis are the fits? Square the bias before you average over places.
    """
    ### BEGIN SOLUTION
    mean = np.mean(predictions, axis=0)  # (places,)
    return np.mean((mean - truth) ** 2), np.mean(np.var(predictions, axis=0))
    ### END SOLUTION


# %% check="bias_and_variance" points=1
check("bias_and_variance")

# %% tags=["demo"]
rng = np.random.default_rng(0)
places = np.linspace(0, 1, 101)
truth = np.sin(2 * np.pi * places)  # (101,)
degrees, fits = range(8), {}
for degree in degrees:
    fits[degree] = []
    for _ in range(200):
        x = (np.arange(12) + rng.uniform(size=12)) / 12  # (12,), one in every twelfth
        y = np.sin(2 * np.pi * x) + rng.normal(scale=0.3, size=12)
        fits[degree].append(np.polynomial.Polynomial.fit(x, y, degree, [0, 1])(places))
both = np.array([bias_and_variance(fits[degree], truth) for degree in degrees])  # (8, 2)

# %% tags=["demo"]
figure, axes = plt.subplots(1, 4, figsize=(14, 3.3), layout="constrained")
for ax, degree in zip(axes, [1, 3, 7]):
    ax.plot(places, np.transpose(fits[degree][:20]), color="0.7", linewidth=0.8)
    ax.plot(places, truth, color="black", linewidth=2)
    ax.set(title=f"degree {degree}: 20 fits", ylim=(-2, 2), xlabel="x")
axes[3].semilogy(degrees, both[:, 0], "k--o", label="squared bias")
axes[3].semilogy(degrees, both[:, 1], "k:^", label="variance")
axes[3].semilogy(degrees, both.sum(axis=1), "k-", label="sum")
axes[3].set(xlabel="degree", title="200 fits")
axes[3].legend(frameon=False)
plt.show()
print("degree with the smallest sum:", int(both.sum(axis=1).argmin()))

# %% [markdown]
# Straight lines agree with each other and are wrong together: bias. Polynomials of degree 7 are
# right on average and wrong one by one: variance. You own only one of the grey lines. Overfitting
# is variance, and everything that cures it makes the fits more alike.
#
# ## A test that tests
#
# You cannot see bias and variance with one data set, but you can measure their sum: on examples
# that had no influence on anything. Two kinds are needed. The **validation** examples help you to
# choose (how many layers, when to stop), and by choosing you fit to them a little. The **test**
# examples are looked at once, at the end.
#
# ### Exercise 3 · Split  (difficulty 1, 10 minutes)
#
# Files are often sorted: first all zeros, then all ones. So draw lots before you cut.


# %% exercise="split_examples"
def split_examples(num, seed):
    """Cut the numbers 0 to num - 1 into 60 % training, 20 % validation, 20 % test, at random.

    num: how many examples, at least 5; seed: int -> (train, validation, test), int arrays
    Of each of the last two take num // 5, all others are for training. Every example is in
    exactly one part. The same seed gives the same parts.
    split_examples(12, 0) -> arrays of 8, 2 and 2 numbers
    Hint: np.random.default_rng(seed).permutation(num)
    """
    ### BEGIN SOLUTION
    order = np.random.default_rng(seed).permutation(num)
    fifth = num // 5
    return order[2 * fifth :], order[:fifth], order[fifth : 2 * fifth]
    ### END SOLUTION


# %% check="split_examples" points=1
check("split_examples")

# %% [markdown]
# ### Leakage
#
# Networks like inputs of about the same size, so we shift every feature to mean 0 and scale it to
# standard deviation 1. The mean of what? If validation and test examples go into it, then the model
# has seen something of them before the exam. The rule: **whatever is computed from data is computed
# from the training data**, and applied to the rest.
#
# By hand: training values 1 and 3 have mean 2 and standard deviation 1. A new value 5 becomes 3.
# Had it been part of the mean, it would have become 1.22, and look less unusual than it is.

# %% [markdown]
# ### Exercise 4 · Standardise without leaking  (difficulty 2, 10 minutes)


# %% exercise="standardized"
def standardized(train, new):
    """Shift and scale each feature to mean 0 and standard deviation 1 on the training examples.

    train: float array, (n, features); new: float array, (m, features), m may be 1
    -> (train, new), both scaled, new arrays
    standardized([[1], [3]], [[5]]) -> ([[-1], [1]], [[3]])
    A feature that is constant in `train` is only shifted: divide it by 1.
    Formula: (x - mean) / std, mean and std of `train`.
    Hint: np.where(std > 0, std, 1)
    """
    ### BEGIN SOLUTION
    train, new = np.asarray(train, dtype=float), np.asarray(new, dtype=float)
    mean, std = train.mean(axis=0), train.std(axis=0)  # (features,)
    std = np.where(std > 0, std, 1.0)
    return (train - mean) / std, (new - mean) / std
    ### END SOLUTION


# %% check="standardized" points=2
check("standardized")

# %% [markdown]
# How bad can a leak be? Here are 40 examples with 2,000 features of pure noise and labels from a
# coin. Nothing can be learned. We keep the ten features that go best with the labels, and classify
# by the nearer class mean, with half of the examples for training. Once the ten are chosen with
# all 40 examples, once with the 20 training examples only.

# %% tags=["demo"]
shares = {"chosen with all": [], "chosen with training": []}
for seed in range(200):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(40, 2000)), np.tile([0, 1], 20)  # (40, 2000), (40,)
    for name, seen in zip(shares, [slice(0, 40), slice(0, 20)]):
        apart = x[seen][y[seen] == 1].mean(axis=0) - x[seen][y[seen] == 0].mean(axis=0)
        best = np.argsort(-np.abs(apart))[:10]
        means = [x[:20, best][y[:20] == c].mean(axis=0) for c in (0, 1)]
        far = [np.linalg.norm(x[20:, best] - mean, axis=1) for mean in means]  # two (20,)
        shares[name].append(np.mean((far[1] < far[0]) == y[20:]))
for name, values in shares.items():
    print(f"{name} examples: {np.mean(values):.0%} right on the 20 others")

# %% [markdown]
# Coin tosses, "predicted" by nothing but a leak. The honest number is one half.
#
# ## Cures for overfitting
#
# ### Small weights
#
# A function that swings wildly between its points needs large weights of opposite signs. So make
# weights cost something: add $\lambda \sum_i w_i^2$ to the loss. This is **L2 regularisation**. In
# gradient descent the new term adds $2 \lambda w$ to the slope, so each step also shrinks every
# weight by the factor $1 - 2 \eta \lambda$: with $\eta = 0.1$ and $\lambda = 0.5$ by a tenth.
# Therefore it is also called weight decay.
#
# The bias only shifts the answer and cannot swing, so it goes free. For a linear model with squared
# error the best weights have a formula. With $x$ and $y$ shifted to mean 0, $n$ examples:
#
# $$\Bigl(\tfrac1n X^{\mathsf T} X + \lambda I\Bigr)\, w = \tfrac1n X^{\mathsf T} y$$

# %% [markdown]
# By hand, one feature: $x = (-1, 1)$ and $y = (-2, 2)$ with $\lambda = 0$ give
# $1 \cdot w = 2$. With $\lambda = 1$: $2 w = 2$, half as steep.
#
# ### Exercise 5 · Ridge  (difficulty 2, 20 minutes)


# %% exercise="ridge"
def ridge(x, y, strength):
    """The linear model with the smallest mean squared error + strength · sum of squared weights.

    x: float array, (n, features); y: float array, (n,); strength: λ, a number >= 0
    -> (weights, bias), of shape (features,) and a number; the bias is not punished
    ridge([[0], [2]], [1, 5], 1) -> ([1], 2)
    Formula: above, with the means of x and y taken away first; bias = mean y - mean x · w.
    Source: Hoerl and Kennard (1970).
    Hint: np.linalg.solve(matrix, vector)
    """
    ### BEGIN SOLUTION
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    centred = x - x.mean(axis=0)
    matrix = centred.T @ centred / len(x) + strength * np.eye(x.shape[1])
    weights = np.linalg.solve(matrix, centred.T @ (y - y.mean()) / len(x))  # (features,)
    return weights, y.mean() - x.mean(axis=0) @ weights
    ### END SOLUTION


# %% check="ridge" points=2
check("ridge")

# %% tags=["demo"]
rng = np.random.default_rng(0)
powers = lambda x: x[:, None] ** np.arange(1, 10)  # (n,) -> (n, 9): degree 9
strengths, fits = 10.0 ** np.arange(-8, 2), {}
draws = []
for _ in range(200):
    x = (np.arange(12) + rng.uniform(size=12)) / 12
    draws.append((x, np.sin(2 * np.pi * x) + rng.normal(scale=0.3, size=12)))
for strength in strengths:
    models = [ridge(powers(x), y, strength) for x, y in draws]
    fits[strength] = np.array([powers(places) @ weights + bias for weights, bias in models])
both = np.array([bias_and_variance(fits[strength], truth) for strength in strengths])  # (10, 2)

# %% tags=["demo"]
figure, axes = plt.subplots(1, 4, figsize=(14, 3.3), layout="constrained")
for ax, strength in zip(axes, [strengths[0], strengths[4], strengths[9]]):
    ax.plot(places, fits[strength][:20].T, color="0.7", linewidth=0.8)
    ax.plot(places, truth, color="black", linewidth=2)
    ax.set(title=f"λ = {strength:g}: 20 fits", ylim=(-2, 2), xlabel="x")
axes[3].loglog(strengths, both[:, 0], "k--o", label="squared bias")
axes[3].loglog(strengths, both[:, 1], "k:^", label="variance")
axes[3].loglog(strengths, both.sum(axis=1), "k-", label="sum")
axes[3].set(xlabel="λ", title="200 fits")
axes[3].legend(frameon=False)
plt.show()
print("λ with the smallest sum:", f"{strengths[both.sum(axis=1).argmin()]:g}")

# %% [markdown]
# The same ten numbers to fill in, nine powers and a bias, in every panel. The set of functions did
# not change; L2 only makes some of them expensive. In Keras:
# `Dense(64, kernel_regularizer=keras.regularizers.L2(0.001))`.
#
# ### Stop in time
#
# While an overfitting network trains, its validation loss falls, turns and rises. The best weights
# were those at the turn. But a curve that rises once may fall again, so wait: stop when the
# smallest loss is `patience` epochs old, and go back to its weights.
#
# With patience 2, the losses 0.9, 0.5, 0.6, 0.4, 0.5, 0.7, 0.3 stop at 0.7: the best, 0.4, is two
# epochs old. The 0.3 is never seen.

# %% [markdown]
# ### Exercise 6 · Early stopping  (difficulty 2, 15 minutes)
#
# An equal loss is no improvement.


# %% exercise="stopping_epoch"
def stopping_epoch(losses, patience):
    """When early stopping stops, and which epoch's weights it keeps.

    losses: validation loss after each epoch, float array (epochs,); patience: int, at least 1
    -> (best, last), the epoch whose weights are kept, and the last epoch that is run; both count
    from 0. If nothing stops the training, last is the last epoch of all.
    stopping_epoch([0.9, 0.5, 0.6, 0.4, 0.5, 0.7, 0.3], 2) -> (3, 5)
    Source: Prechelt (1998); keras.callbacks.EarlyStopping
    Hint: go through the epochs and remember the best so far.
    """
    ### BEGIN SOLUTION
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best >= patience:
            return best, epoch
    return best, len(losses) - 1
    ### END SOLUTION


# %% check="stopping_epoch" points=2
check("stopping_epoch")

# %% [markdown]
# ### Absent colleagues
#
# In a team where everybody may be ill tomorrow, nobody can rely on one other person. **Dropout**
# (Srivastava and others 2014) sends a random share of the units home at every training step: their
# outputs are set to 0. What the network learns must not hang on single units.
#
# At test time all are present, so the sums that the next layer gets would be too large. With a rate
# of 0.2 only four fifths are there in training. So the survivors are divided by 0.8 **while
# training**, and at test time nothing is left to do. By hand: $(3, 4)$ with the second dropped
# becomes $(3.75, 0)$. On average over all masks, $0.8 \cdot 3.75 = 3$: the sum is right.

# %% [markdown]
# ### Exercise 7 · Dropout  (difficulty 2, 15 minutes)


# %% exercise="dropout"
def dropout(x, rate, training, seed):
    """Set a random share of the numbers to 0 and scale up the others; off at test time.

    x: float array, (batch, units); rate: share to drop, 0 <= rate < 1; training: bool; seed: int
    -> float array, (batch, units); each number has its own lot, so examples have different masks
    dropout([[3, 4]], 0.2, False, 0) -> [[3, 4]]; while training 3.75 or 0, and 5 or 0
    Formula: x · mask / (1 - rate), the mask 0 with probability `rate`, else 1.
    Hint: np.random.default_rng(seed).uniform(size=...) and a comparison.
    """
    ### BEGIN SOLUTION
    x = np.asarray(x, dtype=float)
    if not training:
        return x
    kept = np.random.default_rng(seed).uniform(size=x.shape) >= rate  # (batch, units)
    return x * kept / (1 - rate)
    ### END SOLUTION


# %% check="dropout" points=2
check("dropout")

# %% [markdown]
# Now treat patient C, the network that learned fifty points by heart. Its loss on new points, four
# times: untreated, with L2, with dropout, and with both. The marks are the epochs whose weights
# your `stopping_epoch` would keep, with a patience of 10.


# %% tags=["demo"]
def new_losses(strength, rate, epochs=60):
    """Cross-entropy on new points after each epoch of a treated network."""
    keras.utils.set_random_seed(0)
    x, y, x_new, y_new = few
    parts = [keras.Input((2,))]
    for _ in range(3):
        punish = keras.regularizers.L2(strength)
        parts.append(keras.layers.Dense(128, activation="relu", kernel_regularizer=punish))
        parts.append(keras.layers.Dropout(rate))
    model = keras.Sequential([*parts, keras.layers.Dense(1, activation="sigmoid")])
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    losses = []
    for _ in range(epochs):
        model.train_on_batch(x, y)
        probs = keras.ops.convert_to_numpy(model(x_new))[:, 0].clip(1e-7, 1 - 1e-7)
        losses.append(-np.mean(np.where(y_new == 1, np.log(probs), np.log(1 - probs))))
    return np.array(losses)


treatments = {"untreated": (0, 0), "L2": (0.01, 0), "dropout": (0, 0.5), "both": (0.01, 0.5)}
results = {name: new_losses(*treatment) for name, treatment in treatments.items()}

# %% tags=["demo"]
figure, ax = plt.subplots(figsize=(7.5, 3.6), layout="constrained")
for (name, losses), style in zip(results.items(), ["-", "--", ":", "-."]):
    best, last = stopping_epoch(losses, patience=10)
    ax.plot(losses, style, color="black", label=f"{name}: {losses[best]:.2f} if stopped")
    ax.plot(best, losses[best], "ko")
    print(f"{name:10s} ends at {losses[-1]:.2f}, best {losses[best]:.2f} at epoch {best}")
ax.set(xlabel="epoch", ylabel="loss on new points", ylim=(0.4, 1.6))
ax.legend(frameon=False)
plt.show()

# %% [markdown]
# Stopped in time, all four are equally good, 0.45. L2 and dropout keep the end of the curve low, so
# that it matters less when you stop.
#
# ### Fewer directions
#
# Sixty features, forty examples: a linear model can fit any labels at all. But often the features
# move together, and the data fill only a few directions of their space. **Principal component
# analysis** finds the directions in which the examples differ most. Keep a few of them, and the set
# of functions becomes small.

# %% [markdown]
# With the mean taken away, the axes are the right singular vectors of the table of examples:
# $X = U S V^{\mathsf T}$, and the rows of $V^{\mathsf T}$ are orthogonal, of length 1, the most
# important first.
#
# By hand: the points $(1, 1)$, $(3, 3)$ and $(5, 5)$ have mean $(3, 3)$. They differ along the
# diagonal only, so the first axis is $(0.707, 0.707)$, or the same with both signs turned.
#
# ### Exercise 8 · Principal axes  (difficulty 2, 15 minutes)


# %% exercise="principal_axes"
def principal_axes(x, num):
    """The mean of the examples and the directions in which they differ most.

    x: float array, (n, features); num: how many axes -> (mean, axes)
    mean: (features,); axes: (num, features), rows of length 1 at right angles, most important first
    principal_axes([[1, 1], [3, 3], [5, 5]], 1) -> ([3, 3], [[0.707, 0.707]]) or minus that axis
    Source: Pearson (1901).
    Hint: np.linalg.svd(..., full_matrices=False) returns U, S and V transposed, already sorted.
    """
    ### BEGIN SOLUTION
    x = np.asarray(x, dtype=float)
    mean = x.mean(axis=0)
    _, _, axes = np.linalg.svd(x - mean, full_matrices=False)
    return mean, axes[:num]
    ### END SOLUTION


# %% check="principal_axes" points=2
check("principal_axes")

# %% tags=["demo"]
rng = np.random.default_rng(0)
directions = rng.normal(size=(4, 60))
causes = rng.normal(size=(540, 4))
x = causes @ directions + rng.normal(scale=0.7, size=(540, 60))  # (540, 60)
y = causes @ [1.0, -2.0, 1.0, 0.5] + rng.normal(scale=0.5, size=540)  # (540,)
errors = []
for num in range(1, 40):
    mean, axes = principal_axes(x[:40], num)  # from the 40 training examples only
    codes = (x - mean) @ axes.T  # (540, num)
    weights, bias = ridge(codes[:40], y[:40], 0)
    wrong = (codes @ weights + bias - y) ** 2
    errors.append((wrong[:40].mean(), wrong[40:].mean()))
errors = np.array(errors)  # (39, 2)

# %% tags=["demo"]
figure, ax = plt.subplots(figsize=(6.5, 3.4), layout="constrained")
ax.semilogy(range(1, 40), errors[:, 0], "k-", label="40 training examples")
ax.semilogy(range(1, 40), errors[:, 1], "k--", label="500 others")
ax.set(xlabel="axes kept", ylabel="mean squared error", ylim=(0.01, 20))
ax.legend(frameon=False)
plt.show()
best = int(errors[:, 1].argmin())
print(
    f"best: {best + 1} axes, {errors[best, 1]:.2f} on the others; with all 39: {errors[-1, 1]:.2f}"
)

# %% [markdown]
# The data were made from four causes, and four axes are best. With all 39 the training error is
# zero, and the error on the others nearly four times as large. Note where the axes come from: the
# training examples only.
#
# ## Better functions
#
# ### Thin and deep, fat and shallow
#
# When the illness is "functions", make the set larger. In which direction, more units or more
# layers? To be fair, compare at an equal count of numbers to fill in. A layer from $n$ to $m$ units
# has $n m$ weights and $m$ biases. By hand: widths 2, 3, 1 have $2 \cdot 3 + 3 + 3 \cdot 1 + 1 = 13$.

# %% [markdown]
# ### Exercise 9 · Counting  (difficulty 1, 5 minutes)


# %% exercise="num_parameters"
def num_parameters(widths):
    """How many weights and biases a fully connected network has.

    widths: list of ints, the inputs first, the outputs last -> an int
    num_parameters([2, 3, 1]) -> 13
    Hint: each layer reads from the one before it.
    """
    ### BEGIN SOLUTION
    return sum((widths[k] + 1) * widths[k + 1] for k in range(len(widths) - 1))
    ### END SOLUTION


# %% check="num_parameters" points=1
check("num_parameters")

# %% [markdown]
# Now fold a sheet of paper. The **tent** goes up from 0 to 1 on the left half of $[0, 1]$ and down
# again on the right half: it lays the right half onto the left. Two ReLUs do it:
#
# $$t(x) = 2 \max(0, x) - 4 \max(0, x - \tfrac12)$$
#
# By hand: $t(0.25) = 0.5$ and $t(0.75) = 1.5 - 1 = 0.5$. Fold what is folded: $t(t(x))$ has four
# straight pieces, $t(t(t(x)))$ eight. Each fold is one more layer of two units.

# %% [markdown]
# ### Exercise 10 · A folding network  (difficulty 3, 25 minutes)
#
# The sum that leaves one fold, $2 h_1 - 4 h_2$, is what the next layer reads. It does not need a
# layer of its own: put it into the next kernel.


# %% exercise="folding_network"
def folding_network(depth):
    """Weights of a network that folds [0, 1] `depth` times.

    depth: int, at least 1 -> a list of (kernel, bias), of shapes (inputs, units) and (units,)
    1 input, `depth` hidden layers of two ReLU units each, 1 linear output: depth + 1 layers
    depth 1 -> [([[1, 1]], [0, -0.5]), ([[2], [-4]], [0])], which is the tent
    Source: Telgarsky (2016).
    Hint: a middle layer needs u and u - 1/2 with u = 2 h1 - 4 h2. Its kernel is (2, 2).
    """
    ### BEGIN SOLUTION
    first = np.array([[1.0, 1.0]]), np.array([0.0, -0.5])
    middle = np.array([[2.0, 2.0], [-4.0, -4.0]]), np.array([0.0, -0.5])
    last = np.array([[2.0], [-4.0]]), np.array([0.0])
    return [first] + [middle] * (depth - 1) + [last]
    ### END SOLUTION


# %% check="folding_network" points=2
check("folding_network")

# %% [markdown]
# Against it, a network with **one** hidden layer. Every ReLU unit bends the line once, so $m$ units
# give at most $m + 1$ straight pieces, whatever their weights. Below, the deep one, and the
# one-layer network of equal size with its kinks evenly spaced and its heights fitted.

# %% tags=["demo"]
x = np.linspace(0, 1, 2001)
figure, axes = plt.subplots(1, 3, figsize=(13, 3.2), layout="constrained")
for ax, depth in zip(axes, [2, 4, 6]):
    h = x[:, None]  # (2001, 1)
    for kernel, bias in folding_network(depth)[:-1]:
        h = np.maximum(0, h @ kernel + bias)
    kernel, bias = folding_network(depth)[-1]
    deep = (h @ kernel + bias)[:, 0]  # (2001,)
    units = 2 * depth
    kinks = np.maximum(0, x[:, None] - np.arange(units) / units)  # (2001, units)
    table = np.column_stack([kinks, np.ones(len(x))])
    fat = table @ np.linalg.lstsq(table, deep, rcond=None)[0]
    ax.plot(x, deep, color="0.6")
    ax.plot(x, fat, "k--")
    sizes = num_parameters([1] + [2] * depth + [1]), num_parameters([1, units, 1])
    ax.set(title=f"{depth} layers of 2 (grey), 1 of {units} (dashed)", xlabel="x")
    print(
        f"{sizes[0]} and {sizes[1]} parameters, mean squared difference {np.mean((deep - fat) ** 2):.3f}"
    )
plt.show()

# %% [markdown]
# Depth 10 has 61 parameters and $2^{10} = 1{,}024$ pieces. A single layer with 61 parameters has
# 20 units and 21 pieces; for 1,024 it would need 1,023 units, 3,070 parameters. Thin and deep wins
# when the problem itself is made of repeated steps.
#
# The pictures in the world seem to be such a problem. Error on ImageNet (top five of a thousand
# classes), and the depth of the winner or runner-up:

# %% tags=["demo"]
names = ["AlexNet\n2012", "VGG\n2014", "GoogLeNet\n2014", "ResNet\n2015"]
layers, error = [8, 19, 22, 152], [16.4, 7.3, 6.7, 3.57]
figure, ax = plt.subplots(figsize=(6.5, 3.2), layout="constrained")
bars = ax.bar(names, error, color="0.75", edgecolor="black")
ax.bar_label(bars, [f"{e} %\n{n} layers" for n, e in zip(layers, error)])
ax.set(ylabel="top-5 error in %", ylim=(0, 21))
plt.show()

# %% [markdown]
# ## A better search
#
# ### Why 152 layers do not simply work
#
# Stack forty layers of 32 tanh units and train. The larger set holds every function of the smaller
# ones, so by rights the training error can only be better. You know the illness where it is not.
#
# The cause is a long product. What a small change at layer 1 does to layer 40, and what slope comes
# back, is multiplied by a kernel and by $1 - \tanh^2$ in each layer. A direction that becomes a
# fifth shorter each time has 0.8⁴⁰ = 0.0001 of its length at the end. The cure of He and others
# (2016) is a plus sign:
#
# $$h_{k+1} = \tanh(h_k K + b) \qquad \text{becomes} \qquad h_{k+1} = h_k + \tanh(h_k K + b)$$
#
# A layer now says what to *change*. Its slope is 1 + something: the 1 goes all the way down.

# %% [markdown]
# ### Exercise 11 · Forward through a stack  (difficulty 1, 10 minutes)


# %% exercise="stack_forward"
def stack_forward(x, layers, residual):
    """The states of a stack of tanh layers that all have the same width.

    x: float array, (batch, units); layers: a list of (kernel, bias), (units, units) and (units,)
    residual: bool, whether each layer adds its answer to what it was given
    -> a list of len(layers) + 1 float arrays (batch, units): x, then the state after each layer
    stack_forward([[0.5]], [([[0]], [0])], True) -> [[[0.5]], [[0.5]]]; the last [[0]] if False
    Source: He and others (2016), equation 1.
    Hint: the loop of `forward` in assignment 01, with one more line.
    """
    ### BEGIN SOLUTION
    states = [np.asarray(x, dtype=float)]
    for kernel, bias in layers:
        answer = np.tanh(states[-1] @ np.asarray(kernel) + np.asarray(bias))  # (batch, units)
        states.append(states[-1] + answer if residual else answer)
    return states
    ### END SOLUTION


# %% check="stack_forward" points=1
check("stack_forward")

# %% [markdown]
# ### Exercise 12 · Backward through a stack  (difficulty 3, 30 minutes)
#
# `gradient` is the slope of the loss with respect to the last state. For each layer, from the last
# to the first, with $a = \tanh(h K + b)$ its answer and $g$ the slope at its end:
#
# $$e = g \cdot (1 - a^2) \qquad \frac{\partial L}{\partial K} = h^{\mathsf T} e \qquad
# \frac{\partial L}{\partial b} = \textstyle\sum_{\text{batch}} e \qquad
# g \leftarrow e K^{\mathsf T} \;\; (+\; g \text{ if residual})$$
#
# From the states you get $a$ back: it is the next state, minus this one if residual.


# %% exercise="stack_backward"
def stack_backward(states, layers, residual, gradient):
    """The slopes of the loss with respect to every kernel and bias of the stack.

    states: what `stack_forward` returned; layers, residual: what it was given
    gradient: float array (batch, units), slope with respect to the last state
    -> (gradients, gradient at the first state): a list of (kernel gradient, bias gradient) in the
    order of the layers, and a float array (batch, units)
    Formula: above.
    Hint: go backwards, insert at the front of the list. Nothing is averaged here.
    """
    ### BEGIN SOLUTION
    gradients = []
    for k in reversed(range(len(layers))):
        kernel, h = (
            np.asarray(layers[k][0]),
            np.asarray(states[k]),
        )  # (units, units), (batch, units)
        answer = states[k + 1] - h if residual else states[k + 1]  # (batch, units)
        e = gradient * (1 - answer**2)  # (batch, units)
        gradients.insert(0, (h.T @ e, e.sum(axis=0)))
        gradient = e @ kernel.T + gradient if residual else e @ kernel.T  # (batch, units)
    return gradients, gradient
    ### END SOLUTION


# %% [markdown]
# Your two functions train below: digits of 64 pixels go through a linear layer into a stack of 40
# layers of 32 units, and a softmax reads the last state. Both kinds of stack start from the same
# numbers and have the same 44,650 parameters. The check trains both from five starts.


# %%
def train_stack(x, labels, residual, seed, depth=40, units=32, steps=60, learning_rate=0.003):
    """Losses of all steps, the share read rightly in the end, the stack's layers at the start."""
    rng = np.random.default_rng(seed)
    sizes = [(x.shape[1], units)] + [(units, units)] * depth + [(units, 10)]
    weights = [rng.uniform(-1, 1, size) * np.sqrt(6 / sum(size)) for size in sizes]  # Glorot
    biases = [np.zeros(size[1]) for size in sizes]
    speed, losses = [0.0] * (2 * depth + 4), []
    start_layers = list(zip(weights[1:-1], biases[1:-1]))

    def answer(x):
        stack = list(zip(weights[1:-1], biases[1:-1]))
        states = stack_forward(x @ weights[0] + biases[0], stack, residual)
        scores = states[-1] @ weights[-1] + biases[-1]  # (batch, 10)
        probs = np.exp(scores - scores.max(axis=1, keepdims=True))
        return stack, states, probs / probs.sum(axis=1, keepdims=True)

    for _ in range(steps):
        some = rng.choice(len(x), 128, replace=False)
        stack, states, probs = answer(x[some])
        losses.append(-np.mean(np.log(probs[np.arange(128), labels[some]] + 1e-12)))
        error = (probs - np.eye(10)[labels[some]]) / 128  # (128, 10)
        slopes, bottom = stack_backward(states, stack, residual, error @ weights[-1].T)
        slopes = [(x[some].T @ bottom, bottom.sum(axis=0)), *slopes]
        slopes.append((states[-1].T @ error, error.sum(axis=0)))
        both = [k for k, _ in slopes] + [b for _, b in slopes]
        speed = [0.9 * v - learning_rate * g for v, g in zip(speed, both)]  # momentum
        moved = [w + v for w, v in zip(weights + biases, speed)]
        weights, biases = moved[: depth + 2], moved[depth + 2 :]
    return losses, np.mean(answer(x)[2].argmax(axis=1) == labels), start_layers


# %% check="stack_backward" points=3
check("stack_backward")

# %% tags=["demo"]
digits = datasets.digits(size=8, quiet=True)
x_digits = digits.x_train.reshape(-1, 64).astype(float)  # (1438, 64)
runs = {
    kind: [train_stack(x_digits, digits.y_train, kind == "residual", seed) for seed in range(5)]
    for kind in ("plain", "residual")
}
for kind, five in runs.items():
    print(f"{kind:9s}", " ".join(f"{share:.0%}" for _, share, _ in five), "of the digits")

# %% tags=["demo"]
figure, axes = plt.subplots(1, 2, figsize=(12, 3.6), layout="constrained")
here = np.tile(np.linspace(-0.5, 0.5, 32), (32, 1))  # (32, 32), the same state 32 times
passing = {"plain": [], "residual": []}
for (kind, five), style in zip(runs.items(), ["--", "-"]):
    for number, (losses, _, layers) in enumerate(five):
        label = kind if number == 0 else None
        axes[0].plot(losses, style, color="black", linewidth=0.9, label=label)
        states = stack_forward(here, layers, kind == "residual")
        _, slopes = stack_backward(states, layers, kind == "residual", np.eye(32))  # (32, 32)
        lengths = np.linalg.svd(slopes, compute_uv=False)  # (32,)
        passing[kind].append(int(np.sum(lengths > 0.01)))
        axes[1].semilogy(range(1, 33), lengths, style, color="black", linewidth=0.9, label=label)
axes[0].set(xlabel="step", ylabel="training loss", title="five starts each")
axes[1].set(xlabel="direction", title="how much of 32 directions passes 40 layers")
axes[0].legend(frameon=False)
plt.show()
print("directions that keep more than a hundredth of their length:", passing)
print("parameters of each:", num_parameters([64] + [32] * 41 + [10]))

# %% [markdown]
# Every residual stack learns, every plain one lags far behind. Same numbers at the start, same
# count of them, same data in the same order. On the right is the reason, measured at the start with
# your `stack_backward`: of 32 directions, 5 to 7 keep more than a hundredth of their length through
# the plain stack, 27 or 28 through the residual one. (The lengths are singular values.)
#
# Is it the learning rate? With 0.003, 0.01, 0.03 and 0.1 and five starts each, the best of the
# twenty plain stacks read 55 % of the digits. The worst residual one at 0.003 read 89 %.
#
# In Keras a residual layer is two lines:
#
# ```python
# change = keras.layers.Dense(32, activation="tanh")(h)
# h = keras.layers.add([h, change])
# ```
#
# (A better start, or normalising each layer, helps as well. Most networks today do all three.)

# %% [markdown]
# ## In your own words
#
# Graded by your teacher. Two short paragraphs, no code.

# %% [markdown] written="why_recipe" points=2
# **Question.** A colleague's network of 20 layers has 30 % errors on the training images and 34 %
# on new ones; 10 % would be good. She adds dropout.
#
# 1. What do you expect to happen, and why?
# 2. Which one experiment would you do before anything else, and what would each of its two possible
#    results tell you to do next?
#
# ### BEGIN MARK SCHEME
# 1 point: the training error is far above the goal, so this is not overfitting; dropout makes
# fitting harder, and both errors will probably rise. Half a point without a reason.
#
# 1 point: train a smaller (shallower) network, whose functions the large one contains. If it gets a
# lower training error, the search is at fault: residual connections, another optimizer or start. If
# not, the set is at fault: more units, other layers, other inputs. Half a point for one result only.
# ### END MARK SCHEME

# %% [markdown]
# ## What to try next
#
# - In `train_stack` make the stack 10 layers deep. Does the plain one still lag behind?
# - Choose the ridge strength on validation examples of your own split, then look at the test once.
# - Add a fifth cause to the PCA data whose direction is weak, but on which `y` depends strongly.
#   What does PCA do to it?
#
# Next: assignment 04. There the right set of functions is found by looking at the data: images, in
# which a stroke is a stroke wherever it stands.

# %% [markdown]
# ## References
#
# - K. Pearson (1901). On lines and planes of closest fit to systems of points in space.
#   *Philosophical Magazine* 2, 559–572.
# - A. E. Hoerl, R. W. Kennard (1970). Ridge regression: biased estimation for nonorthogonal
#   problems. *Technometrics* 12, 55–67.
# - L. Prechelt (1998). Early stopping, but when? *Neural Networks: Tricks of the Trade*, 55–69.
# - X. Glorot, Y. Bengio (2010). Understanding the difficulty of training deep feedforward neural
#   networks. *AISTATS*, 249–256.
# - N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov (2014). Dropout: a simple
#   way to prevent neural networks from overfitting. *JMLR* 15, 1929–1958.
# - M. Telgarsky (2016). Benefits of depth in neural networks. *COLT*, 1517–1539.
# - K. He, X. Zhang, S. Ren, J. Sun (2016). Deep residual learning for image recognition. *CVPR*,
#   770–778.
#
# The recipe and the ImageNet errors are from the course's decks.
