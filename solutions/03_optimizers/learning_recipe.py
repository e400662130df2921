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
# A and B look alike and are not. A is a single neuron, and the data are two rings: no line separates
# them, the right function is not in the set. B is ten layers deep. Plenty of its functions separate
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
