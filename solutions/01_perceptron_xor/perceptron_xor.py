# %% [markdown]
# # 01 · One neuron is not enough
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({{COLAB}})
#
# A staircase has one lamp and two switches. Flip either switch and the lamp changes. Every child
# gets the rule at once; the learning machine that made headlines in 1958 cannot learn it, however
# long it trains. In this notebook you find out why, prove it, and repair it with two more neurons.
# Then you make the repaired machine larger, and it reads handwriting.

# %% [markdown]
# **When you are done you can**
#
# - compute by hand what a neuron, or a network of them, answers;
# - prove that no single neuron solves a given problem;
# - put a number on how wrong a function is, and say why that number and not another;
# - train a network in Keras, notice that a training failed, and explain what went wrong.

# %% [markdown]
# **What you need:** Python functions, NumPy arrays, the matrix product, $e^x$ and $\ln x$, and
# what a slope is. No machine learning.
#
# **Time:** 20 exercises, about 5 hours of your work and less than a minute of the computer's.
#
# **How it works:** every exercise is a function to fill in. Replace `raise NotImplementedError`,
# run the cell, run the `check` below it. It tells you which cases are right and what is probably
# wrong with the others. Difficulty goes from 1 (a line or two) to 3 (think first). Where it says
# *decks*, the lecture slides are meant that this course grew from; you need not have seen them.
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
from scipy.optimize import linprog

from autograder import check
from threesteps import datasets, plots, start

SCALE = "small"  # "full" trains the last exercise on MNIST: 70,000 digits instead of 1,797
start(seed=1)

# %% [markdown]
# ## Three steps
#
# A program that reads digits is a function: 256 grey values go in, one of ten answers comes out.
# Nobody has ever managed to write that function down. Deep learning finds it, in three steps:
#
# 1. **Define a set of functions.** Draw a network and leave its numbers open. Every way of
#    filling them in is one function, so the drawing is a whole set.
# 2. **Goodness of a function.** Say with one number how far a function's answers are from the
#    right ones.
# 3. **Pick the best function.** Search the set for the function with the best number.
#
# Everything in this course is one of the three. We start with the smallest problem that shows
# why the first step matters: four points.

# %% tags=["demo"]
figure, axes = plt.subplots(1, 4, figsize=(12, 3.4), layout="constrained")
for ax, name in zip(axes, ["AND", "OR", "NAND", "XOR"]):
    x, y = datasets.truth_table(name, quiet=True)  # (4, 2), (4,)
    plots.decision_regions(lambda p: np.zeros(len(p)), x, y, ax=ax, title=name)
plt.show()

# %% [markdown]
# Two switches, 0 or 1, so four points. A dark triangle (class 1) means "lamp on", an open circle
# (class 0) means "off". Lay a pencil on each panel so that all triangles are on one side of it and
# all circles on the other. Three of them take two seconds. Try the fourth before you read on: it is
# the staircase.

# %% [markdown]
# ## Step 1 · Define a set of functions
#
# ### When does it fire?
#
# A neuron adds up what it hears. The sum $z$ may be any number; what the neuron passes on is
# $a = f(z)$, and $f$ is called its **activation function**. Here are the four you will meet
# everywhere. Two numbers to keep: at $z = 4$ the sigmoid says 0.98, at $z = -2$ it says 0.12.
# They come back soon.

# %% tags=["demo"]
z = np.linspace(-4, 4, 401)
pictures = {
    "step": np.heaviside(z, 0),
    "sigmoid": keras.activations.sigmoid(z),
    "relu": keras.activations.relu(z),
    "tanh": keras.activations.tanh(z),
}
figure, axes = plt.subplots(1, 4, figsize=(10, 2.4), layout="constrained")
for ax, (name, values) in zip(axes, pictures.items()):
    ax.axhline(0, color="0.8")
    ax.axvline(0, color="0.8")
    ax.plot(z, values, color="black")
    ax.set(title=name, xlabel="z", xticks=[-4, 0, 4])
plt.show()

# %% [markdown]
# ### Exercise 1 · Step  (difficulty 1, 5 minutes)
#
# All or nothing: 1 above the threshold, 0 below. The threshold itself does not fire,
# so $\text{step}(0) = 0$.


# %% exercise="step"
def step(z):
    """Fire or not.

    z: numbers of any shape -> float array of the same shape, 1.0 where z > 0, else 0.0
    step([-2, 0, 3]) -> [0, 0, 1]
    Source: McCulloch and Pitts (1943); Rosenblatt (1958).
    Hint: a comparison gives True and False; turn those into floats.
    """
    ### BEGIN SOLUTION
    return (np.asarray(z) > 0).astype(float)
    ### END SOLUTION


# %% check="step" points=1
check("step")

# %% [markdown]
# ### Exercise 2 · Sigmoid  (difficulty 2, 15 minutes)
#
# The step throws away how far it was from the threshold. The sigmoid keeps it, as a number
# between 0 and 1:
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}} = \frac{e^{z}}{1 + e^{z}}$$
#
# By hand: $\sigma(0) = 1/2$ and $\sigma(4) = 1/(1 + 0.018) = 0.982$.
#
# Both forms are right on paper. A computer's largest number is about $1.8 \cdot 10^{308}$, which
# is $e^{709.8}$, so $e^{1000}$ becomes infinity. Then the right-hand form is
# $\infty / \infty$, which is *not a number*, and one such value poisons every sum it enters.


# %% exercise="sigmoid"
def sigmoid(z):
    """Squash any number into 0 to 1.

    z: numbers of any shape, as large as 10,000 or -10,000 -> float array of the same shape
    sigmoid([0, 4, -2]) -> [0.5, 0.982, 0.119]
    Formula: 1 / (1 + exp(-z)).   (decks, "Sigmoid Function")
    Hint: exp(-abs(z)) never overflows. Which of the two forms can you write with it for z >= 0,
    and which for z < 0?
    """
    ### BEGIN SOLUTION
    z = np.asarray(z, dtype=float)
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)
    ### END SOLUTION


# %% check="sigmoid" points=2
check("sigmoid")

# %% [markdown]
# ### Exercise 3 · ReLU  (difficulty 1, 5 minutes)
#
# Far from zero the sigmoid is flat: move $z$ from 10 to 11 and the answer changes by 0.00003.
# In step 3 a flat place will be a place where nothing is learned. The rectified linear unit is
# flat only on one side, and costs one comparison: $\text{relu}(z) = \max(0, z)$.


# %% exercise="relu"
def relu(z):
    """Let the positive through, stop the rest.

    z: numbers of any shape -> float array of the same shape
    relu([-2, 0, 3]) -> [0, 0, 3]
    Source: Nair and Hinton (2010).
    Hint: NumPy has a maximum that compares element by element.
    """
    ### BEGIN SOLUTION
    return np.maximum(np.asarray(z, dtype=float), 0.0)
    ### END SOLUTION


# %% check="relu" points=1
check("relu")

# %% [markdown]
# ### Exercise 4 · Tanh  (difficulty 1, 10 minutes)
#
# The sigmoid's answers are all positive. The hyperbolic tangent is a sigmoid stretched to run
# from −1 to 1, so that "no" can push as hard as "yes":
#
# $$\tanh z = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}} = 2\,\sigma(2z) - 1$$
#
# Write it yourself, without NumPy's `tanh`. One of the two forms inherits the work you have
# already done.


# %% exercise="tanh"
def tanh(z):
    """A sigmoid from -1 to 1.

    z: numbers of any shape, as large as 10,000 or -10,000 -> float array of the same shape
    tanh([0, 1, -1]) -> [0, 0.762, -0.762]
    Formula: 2 sigmoid(2z) - 1.
    Hint: what does the other form give at z = 1000?
    """
    ### BEGIN SOLUTION
    return 2 * sigmoid(2 * np.asarray(z, dtype=float)) - 1
    ### END SOLUTION


# %% check="tanh" points=1
check("tanh")

# %% tags=["demo"]
mine = {"step": step(z), "sigmoid": sigmoid(z), "relu": relu(z), "tanh": tanh(z)}
figure, axes = plt.subplots(1, 4, figsize=(10, 2.4), layout="constrained")
for ax, (name, values) in zip(axes, mine.items()):
    ax.plot(z, pictures[name], color="0.75", linewidth=6, label="Keras")
    ax.plot(z, values, color="black", linestyle="--", label="yours")
    ax.set(title=name, xlabel="z", xticks=[-4, 0, 4])
axes[0].legend(frameon=False, loc="upper left")
plt.show()
print("at -1000, 0 and 1000:", sigmoid([-1000, 0, 1000]), tanh([-1000, 0, 1000]))

# %% [markdown]
# Your dashes run down the middle of Keras's lines, and a thousand in either direction is no
# trouble.
#
# ### One neuron
#
# Where does $z$ come from? Every input $x_i$ is multiplied by a **weight** $w_i$, which says how
# much it counts and in which direction. The **bias** $b$ says how easily the neuron fires:
#
# $$z = w_1 x_1 + w_2 x_2 + \dots + b, \qquad a = f(z)$$
#
# By hand, with inputs $(1, -1)$, weights $(1, -2)$ and bias 1:
# $z = 1 \cdot 1 + (-1)(-2) + 1 = 4$, and $a = \sigma(4) = 0.98$.

# %% tags=["demo"]
plots.network([2, 1], weights=[([[1], [-2]], [1])], activations=[[1, -1], [0.98]])
plt.show()

# %% [markdown]
# ### Exercise 5 · One neuron on a batch  (difficulty 1, 10 minutes)
#
# We never feed one example at a time: a **batch** is a table with one example per row. One matrix
# product answers all rows at once.
#
# `activation` is a function, passed like any other value: `neuron(x, w, b, sigmoid)`.


# %% exercise="neuron"
def neuron(x, weights, bias, activation):
    """What one neuron answers to every example of a batch.

    x: float array, (batch, features); weights: (features,); bias: a number
    activation: a function such as sigmoid -> float array, (batch,)
    neuron([[1, -1]], [1, -2], 1, sigmoid) -> [0.982]
    Formula: f(x·w + b).   (decks, "Neuron")
    Hint: (batch, features) @ (features,) -> (batch,)
    """
    ### BEGIN SOLUTION
    return activation(np.asarray(x) @ np.asarray(weights) + bias)  # (batch,)
    ### END SOLUTION


# %% check="neuron" points=1
check("neuron")

# %% tags=["demo"]
figure, axes = plt.subplots(1, 2, figsize=(8, 4.2), layout="constrained")
points = np.array([[1.0, -1.0], [0.0, 0.0], [-1.0, 1.0]])  # (3, 2)
fires = neuron(points, [1, -2], 1, step)  # (3,)
for ax, f in zip(axes, [step, sigmoid]):
    plots.decision_regions(
        lambda p: neuron(p, [1, -2], 1, f), points, fires, ax=ax, title=f.__name__
    )
    ax.annotate("", (1.4, 0.2), (1, 1), arrowprops={"arrowstyle": "-|>", "lw": 2.5, "fc": "k"})
    ax.text(1.45, 0.25, "w", weight="bold")
plt.show()

# %% [markdown]
# One neuron splits the plane with one straight line, the line where $z = 0$. The weights are an
# arrow that stands at right angles on the line and points to the side that fires. The bias slides
# the line. The sigmoid draws the same line, softly.
#
# ### A neuron that computes
#
# Can you build a computer from these? In 1943 McCulloch and Pitts noticed that a neuron with the
# right weights is a logic gate. Take AND: it may fire at $(1, 1)$ only. With both weights 1 the
# sums at the four corners are 0, 1, 1, 2. A bias of $-1.5$ makes them
# $-1.5,\ -0.5,\ -0.5,\ 0.5$: only the last fires.

# %% [markdown]
# ### Exercise 6 · Gates  (difficulty 1, 10 minutes)
#
# Find weights and a bias for AND, OR and NAND (NAND is NOT-AND: it fires everywhere except at
# $(1, 1)$). Many answers are right.


# %% exercise="gate"
def gate(name):
    """Weights and bias that make one step neuron a logic gate.

    name: "AND", "OR" or "NAND" -> (weights, bias), weights a float array of shape (2,)
    neuron([[0, 0], [0, 1], [1, 0], [1, 1]], *gate("AND"), step) -> [0, 0, 0, 1]
    Source: McCulloch and Pitts (1943).
    Hint: for OR, which corner must stay silent? For NAND, what does changing every sign do?
    """
    ### BEGIN SOLUTION
    weights, bias = {
        "AND": ([1, 1], -1.5),
        "OR": ([1, 1], -0.5),
        "NAND": ([-1, -1], 1.5),
    }[name]
    return np.array(weights, dtype=float), bias
    ### END SOLUTION


# %% check="gate" points=1
check("gate")

# %% tags=["demo"]
figure, axes = plt.subplots(1, 3, figsize=(10, 3.8), layout="constrained")
for ax, name in zip(axes, ["AND", "OR", "NAND"]):
    x, y = datasets.truth_table(name, quiet=True)
    weights, bias = gate(name)
    title = f"{name}: w = ({weights[0]:g}, {weights[1]:g}), b = {bias:g}"
    plots.decision_regions(lambda p: neuron(p, weights, bias, step), x, y, ax=ax, title=title)
plt.show()

# %% [markdown]
# Three gates, three lines. AND and OR need the same arrow and differ only in how far the line has
# slid along it.

# %% [markdown]
# ### Weights that find themselves
#
# You found those numbers by thinking. With 256 inputs you could not. Frank Rosenblatt's
# perceptron (1958) found them by being corrected. The rule: if the answer is right, change
# nothing. If it is wrong, turn the arrow towards an example that should have fired, away from one
# that should not.
#
# By hand: $w = (1, -1)$, $b = 0$ and the example $x = (1, 2)$ with target 1. Then
# $z = 1 - 2 + 0 = -1$: silent, but it should fire. So add the example to the weights, and 1 to
# the bias: $w = (2, 1)$, $b = 1$. Now $z = 2 + 2 + 1 = 5$.

# %% tags=["demo"]
figure, axes = plt.subplots(1, 2, figsize=(8, 4.6), layout="constrained")
points, fires = np.array([[1.0, 2.0], [-2.0, -1.0]]), np.array([1.0, 0.0])
turns = {"before: silent at (1, 2)": ((1, -1), 0), "after: it fires": ((2, 1), 1)}
for ax, (title, (w, b)) in zip(axes, turns.items()):
    plots.decision_regions(lambda p: neuron(p, w, b, step), points, fires, ax=ax, title=title)
    foot = -b * np.array(w) / np.dot(w, w)  # the point of the line nearest to (0, 0)
    arrow = {"arrowstyle": "-|>", "lw": 2.5, "fc": "k"}
    ax.annotate("", foot + np.array(w), foot, arrowprops=arrow)
plt.show()

# %% [markdown]
# ### Exercise 7 · Rosenblatt's rule  (difficulty 1, 10 minutes)
#
# Let $p$ be the prediction, 0 or 1, and $t$ the target. Their difference $t - p$ is 1 when the
# neuron was wrongly silent, −1 when it fired wrongly, 0 when it was right. So one line covers all
# three cases:
#
# $$w \leftarrow w + (t - p)\,x, \qquad b \leftarrow b + (t - p)$$


# %% exercise="perceptron_update"
def perceptron_update(weights, bias, x, target):
    """Correct the weights after one example.

    weights, x: float arrays, (features,); bias: a number; target: 0 or 1 -> (weights, bias)
    perceptron_update([1, -1], 0, [1, 2], 1) -> ([2, 1], 1)
    Formula: w + (t - p) x, and b + (t - p).   (Rosenblatt 1958)
    Hint: weights += ... would change the array you were given. Make a new one.
    """
    ### BEGIN SOLUTION
    prediction = float(np.dot(x, weights) + bias > 0)
    error = target - prediction
    return np.asarray(weights) + error * np.asarray(x), bias + error
    ### END SOLUTION


# %% check="perceptron_update" points=1
check("perceptron_update")

# %% [markdown]
# ### Exercise 8 · Train a perceptron  (difficulty 2, 20 minutes)
#
# Go through the examples in order and correct after each: one pass is an **epoch**. Count the
# mistakes. Stop after the first epoch without any, or when the epochs run out.
#
# The start of AND by hand, from $w = (0, 0)$, $b = 0$. Epoch 1: the first three examples are
# answered 0, rightly; $(1, 1)$ is answered 0, wrongly, so $w = (1, 1)$, $b = 1$. One mistake.
# Epoch 2: $(0, 0)$ fires, wrongly: $b = 0$. $(0, 1)$ fires, wrongly: $w = (1, 0)$, $b = -1$.
# $(1, 0)$ is silent, rightly. $(1, 1)$ is silent, wrongly: $w = (2, 1)$, $b = 0$. Three mistakes.


# %% exercise="train_perceptron"
def train_perceptron(x, targets, max_epochs):
    """Rosenblatt's rule, epoch after epoch.

    x: float array, (batch, features); targets: 0 or 1, (batch,); max_epochs: int
    -> (weights, bias, mistakes), mistakes a list with one int per epoch that was run
    AND with max_epochs=10 -> ([2, 1], -2, [1, 3, 3, 2, 1, 0])
    Start from zero weights and zero bias. Stop after the first epoch without mistakes.
    Hint: a mistake is a prediction that differs from its target before the correction.
    """
    ### BEGIN SOLUTION
    weights, bias, mistakes = np.zeros(np.shape(x)[1]), 0.0, []
    for _ in range(max_epochs):
        wrong = 0
        for example, target in zip(np.asarray(x, dtype=float), targets):
            wrong += int(neuron(example, weights, bias, step) != target)
            weights, bias = perceptron_update(weights, bias, example, target)
        mistakes.append(wrong)
        if wrong == 0:
            break
    return weights, bias, mistakes
    ### END SOLUTION


# %% check="train_perceptron" points=2
check("train_perceptron")

# %% tags=["demo"]
x, y = datasets.truth_table("AND", quiet=True)
figure, axes = plt.subplots(1, 6, figsize=(14, 2.9), layout="constrained")
for epoch, ax in enumerate(axes, start=1):
    weights, bias, mistakes = train_perceptron(x, y, max_epochs=epoch)
    title = f"epoch {epoch}: {mistakes[-1]} wrong"
    answer = lambda p: neuron(p, weights, bias, step)  # (points,)
    plots.decision_regions(answer, x, y, ax=ax, title=title, legend=False)
plt.show()

# %% [markdown]
# Six epochs, and nobody told it the weights. (The last line runs exactly through $(1, 0)$. There
# $z = 0$, and the threshold itself does not fire.) Novikoff proved in 1962 that this always ends
# well *if* some line separates the points: the number of corrections has a bound, whatever the
# order of the examples.
#
# Now the staircase. Same code.

# %% tags=["demo"]
mistakes = {}
for name in ["AND", "OR", "XOR"]:
    x, y = datasets.truth_table(name, quiet=True)
    _, _, mistakes[name] = train_perceptron(x, y, max_epochs=20)
plots.learning_curves(mistakes, ylabel="mistakes per epoch", title="One neuron, three gates")
plt.show()

# %% [markdown]
# From the third epoch on XOR makes four mistakes in every epoch, which is all it could make. Here
# is one of those epochs, example by example.

# %% tags=["demo"]
x, y = datasets.truth_table("XOR", quiet=True)
weights, bias, _ = train_perceptron(x, y, max_epochs=2)
figure, axes = plt.subplots(1, 5, figsize=(14, 3.4), layout="constrained")
for k, ax in enumerate(axes):
    title = "start" if k == 0 else f"after ({x[k - 1, 0]:.0f}, {x[k - 1, 1]:.0f})"
    title += f"\nw = ({weights[0]:.0f}, {weights[1]:.0f}), b = {bias:.0f}"
    answer = lambda p: neuron(p, weights, bias, step)  # (points,)
    plots.decision_regions(answer, x, y, ax=ax, title=title, legend=False)
    if k < 4:
        weights, bias = perceptron_update(weights, bias, x[k], y[k])
plt.show()

# %% [markdown]
# Each correction repairs one corner and breaks another; after four of them the weights are where
# they began. This perceptron will turn in that circle forever.

# %% [markdown]
# ### Should you wait?
#
# With four points you can watch the circle. Here are two larger sets. Both perceptrons have run
# for sixty epochs and are still making mistakes. One of them is nearly done. The other would
# never finish. Which one deserves your patience?

# %% tags=["demo"]
clouds = {
    "A": datasets.blobs(num=60, noise=0.6, seed=35, quiet=True),  # (60, 2), (60,)
    "B": datasets.blobs(num=60, noise=0.6, seed=4, quiet=True),
}
figure, axes = plt.subplots(1, 3, figsize=(13, 4), layout="constrained")
curves = {}
for ax, (name, (x, y)) in zip(axes, clouds.items()):
    weights, bias, curves[name] = train_perceptron(x, y, max_epochs=60)
    title = f"{name} after 60 epochs"
    plots.decision_regions(lambda p: neuron(p, weights, bias, step), x, y, ax=ax, title=title)
plots.learning_curves(curves, ax=axes[2], ylabel="mistakes per epoch")
plt.show()

# %% [markdown]
# Do not wait: ask whether a line exists. It does if there are $w$ and $b$ with
#
# $$(2t - 1)\,(w \cdot x + b) \ge 1 \quad \text{for every example.}$$
#
# $2t - 1$ is $+1$ or $-1$, the side on which the example must lie. (Why 1 and not just above 0?
# Doubling $w$ and $b$ doubles the left side and moves no line, so any gap can be stretched to 1.)

# %% [markdown]
# For XOR the four inequalities are $-b \ge 1$, $w_2 + b \ge 1$, $w_1 + b \ge 1$ and
# $-(w_1 + w_2 + b) \ge 1$. Add the middle two: $w_1 + w_2 + 2b \ge 2$. Add the outer two:
# $-(w_1 + w_2 + 2b) \ge 2$. Both cannot be true. That is the proof: **no neuron computes XOR.**

# %% [markdown]
# ### Exercise 9 · Is there a line?  (difficulty 3, 25 minutes)
#
# Inequalities that are linear in the unknowns are what a *linear program* solves: it finds values
# that satisfy all of them, or proves that none exist. SciPy's
# `linprog(c, A_ub=A, b_ub=d, bounds=...)` looks for a vector $v$ with $A v \le d$ that makes
# $c \cdot v$ smallest. Here $v = (w_1, \dots, w_n, b)$, and there is nothing to make small: any
# $v$ will do.


# %% exercise="is_linearly_separable"
def is_linearly_separable(x, targets):
    """Can one neuron answer every example rightly?

    x: float array, (batch, features), any number of features; targets: 0 or 1, (batch,) -> bool
    The truth table of AND -> True, of XOR -> False.
    Formula: some (w, b) has (2t - 1)(x·w + b) >= 1 for every example.
    Hint: linprog wants "<=", so change the signs; and unless you pass bounds=(None, None) it
    looks only among weights that are not negative.
    """
    ### BEGIN SOLUTION
    x = np.asarray(x, dtype=float)
    side = 2 * np.asarray(targets, dtype=float)[:, None] - 1  # (batch, 1)
    rows = side * np.column_stack([x, np.ones(len(x))])  # (batch, features + 1)
    result = linprog(
        np.zeros(rows.shape[1]), A_ub=-rows, b_ub=-np.ones(len(x)), bounds=(None, None)
    )
    return bool(result.success)
    ### END SOLUTION


# %% check="is_linearly_separable" points=3
check("is_linearly_separable")

# %% tags=["demo"]
for name, (x, y) in clouds.items():
    _, _, mistakes = train_perceptron(x, y, max_epochs=1000)
    there_is = "there is a line" if is_linearly_separable(x, y) else "there is no line"
    print(f"{name}: {there_is}; epoch {len(mistakes)} had {mistakes[-1]} mistakes")

# %% [markdown]
# A was worth the wait: it ends, though only after 878 epochs, because the gap is narrow. B never
# ends. Your function knew at once.
#
# Now a census. Two inputs have four corners, each of which may be 0 or 1: sixteen truth tables,
# all the questions that two switches can ask. How many of them can one neuron answer?

# %% tags=["demo"]
x, _ = datasets.truth_table("XOR", quiet=True)
figure, axes = plt.subplots(2, 8, figsize=(11, 3.2), layout="constrained")
for number, ax in enumerate(axes.flat):
    y = np.array([int(bit) for bit in f"{number:04b}"])  # (4,)
    found = is_linearly_separable(x, y)
    ax.scatter(*x[y == 0].T, s=60, facecolors="white", edgecolors="black", marker="o")
    ax.scatter(*x[y == 1].T, s=70, color="black", marker="^")
    ax.set(xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), xticks=[], yticks=[], aspect="equal")
    ax.set_facecolor("white" if found else "0.8")
    ax.set_title("a line" if found else "no line", fontsize=9)
plt.show()

# %% tags=["demo"]
cube = np.array([[int(bit) for bit in f"{k:03b}"] for k in range(8)])  # (8, 3)
tables = [[int(bit) for bit in f"{k:08b}"] for k in range(256)]
print(sum(is_linearly_separable(cube, table) for table in tables), "of 256")

# %% [markdown]
# Fourteen of sixteen: only XOR and its opposite fail. It sounds like bad luck, but with three
# inputs it is 104 of 256, and with four 1,882 of 65,536. The more a neuron hears, the smaller the
# share of questions it can answer. This is step 1 going wrong: no training helps when the right
# function is not in the set.

# %% [markdown]
# ### Two lines
#
# You have gates. Chain them: XOR fires when OR fires *and* NAND fires. Here are three sigmoid
# neurons that do so, with large weights so that they are nearly steps:
#
# $$h_1 = \sigma(20x_1 + 20x_2 - 10) \qquad h_2 = \sigma(-20x_1 - 20x_2 + 30)$$
# $$y = \sigma(20h_1 + 20h_2 - 30)$$

# %% [markdown]
# By hand, at $(0, 1)$: $h_1 = \sigma(10)$ and $h_2 = \sigma(10)$, both 0.99995, so
# $y = \sigma(9.998) = 0.99995$. At $(0, 0)$: $h_1 = \sigma(-10) = 0.00005$, $h_2 = \sigma(30) = 1$,
# so $y = \sigma(-9.999) = 0.00005$.
#
# $h_1$ and $h_2$ are called **hidden**: nobody sees them from outside. What do they do? Take every
# point $(x_1, x_2)$ of the plane and draw it where $(h_1, h_2)$ says. Below, the weights are
# first 5, then 20, then 100 per cent of those above.

# %% tags=["demo"]
x, y = datasets.truth_table("XOR", quiet=True)
figure, axes = plt.subplots(1, 4, figsize=(14, 4), layout="constrained")
plots.warped_plane(lambda p: p, x, y, ax=axes[0], title="the plane of the inputs")
axes[0].set(xlabel="$x_1$", ylabel="$x_2$")
for ax, share in zip(axes[1:], [0.05, 0.2, 1]):

    def hidden_plane(p):
        h1 = neuron(p, share * np.array([20, 20]), share * -10, sigmoid)
        h2 = neuron(p, share * np.array([-20, -20]), share * 30, sigmoid)
        return np.stack([h1, h2], axis=1)  # (points, 2)

    line = ([20, 20], -30) if share == 1 else None
    title = f"hidden, {share:.0%}"
    plots.warped_plane(hidden_plane, x, y, ax=ax, title=title, line=line, limits=(-0.2, 1.4))
plt.show()

# %% [markdown]
# The two units look in opposite directions, so the whole plane is pressed onto one curve. With weak
# weights the curve is nearly straight, and no straight line has the triangles alone on one side.
# Strong weights bend it, until $(0, 1)$ and $(1, 0)$ sit together in the knee. There one line is
# enough: $20h_1 + 20h_2 = 30$, the thick one in the last panel.
#
# ### Exercise 10 · The XOR network  (difficulty 1, 10 minutes)
#
# Build it from your `neuron`, for a whole batch.


# %% exercise="xor_network"
def xor_network(x):
    """Two hidden neurons and an output neuron that together compute XOR.

    x: float array, (batch, 2) -> (hidden, output), of shapes (batch, 2) and (batch,)
    xor_network([[0, 0]]) -> ([[0.00005, 1]], [0.00005])
    Formula: h1, h2 and y as above.   (decks, "Multi-layer Perceptron, XOR gate")
    Hint: the output neuron's batch is the table of hidden values; np.stack can build it.
    """
    ### BEGIN SOLUTION
    h1 = neuron(x, [20, 20], -10, sigmoid)  # (batch,)
    h2 = neuron(x, [-20, -20], 30, sigmoid)  # (batch,)
    hidden = np.stack([h1, h2], axis=1)  # (batch, 2)
    return hidden, neuron(hidden, [20, 20], -30, sigmoid)  # (batch, 2), (batch,)
    ### END SOLUTION


# %% check="xor_network" points=1
check("xor_network")

# %% tags=["demo"]
hidden, output = xor_network(x)
for corner, h, answer in zip(x, hidden, output):
    print(f"x = {corner}   h = ({h[0]:.5f}, {h[1]:.5f})   y = {answer:.5f}")
plots.decision_regions(lambda p: xor_network(p)[1], x, y, title="XOR, with three neurons")
plt.show()

# %% [markdown]
# Two lines, one per hidden neuron, and the strip between them fires. The staircase works.
#
# ### Any number of layers
#
# Three neurons can be written out one by one. For a thousand, collect the weights of a layer in a
# table, its **kernel**: one row per input, one column per unit. Then the whole layer is one
# product:
#
# $$a = f(x K + b) \qquad \text{shapes: } (\text{batch}, \text{in})\,(\text{in}, \text{units}) + (\text{units})$$
#
# (Books that write $Wx + b$ have the table lying on its other side: $K = W^{\mathsf T}$. Ours is
# Keras's way.) Layers follow one another, each fed by the one before. Here are three with two
# units each; the small numbers are biases.

# %% tags=["demo"]
layers = [
    (np.array([[1, -1], [-2, 1]]), np.array([1, 0])),  # (2, 2), (2,)
    (np.array([[2, -2], [-1, -1]]), np.array([0, 0])),
    (np.array([[3, -1], [-1, 4]]), np.array([-2, 2])),
]
plots.network([2, 2, 2, 2], weights=layers)
plt.show()

# %% [markdown]
# By hand, for the input $(1, -1)$. First layer: $z = (1 + 2 + 1,\ -1 - 1 + 0) = (4, -2)$, so
# $a = (0.98, 0.12)$: the two numbers you were asked to keep. Second layer:
# $z_1 = 2 \cdot 0.98 - 1 \cdot 0.12 + 0 = 1.84$ and $z_2 = -2 \cdot 0.98 - 1 \cdot 0.12 + 0 = -2.08$,
# so $a = (0.86, 0.11)$. Third layer: $z = (0.48, 1.58)$ and $a = (0.62, 0.83)$.
#
# ### Exercise 11 · Forward  (difficulty 2, 15 minutes)
#
# Do it for any list of layers, and keep every layer's activations: in the next assignment they
# are what learning is made of.


# %% exercise="forward"
def forward(x, layers):
    """The activations of every layer of a network with sigmoid units.

    x: float array, (batch, inputs)
    layers: a list of (kernel, bias), of shapes (inputs, units) and (units,)
    -> a list of float arrays, one (batch, units) per layer; the last is the output
    forward([[1, -1]], layers)[-1] -> [[0.62, 0.83]] for the network in the picture
    Formula: a = sigmoid(x K + b).   (decks, "Matrix Operation")
    Hint: what a layer returns is what the next one is fed.
    """
    ### BEGIN SOLUTION
    activations = []
    for kernel, bias in layers:
        x = sigmoid(np.asarray(x) @ np.asarray(kernel) + np.asarray(bias))  # (batch, units)
        activations.append(x)
    return activations
    ### END SOLUTION


# %% check="forward" points=2
check("forward")

# %% tags=["demo"]
for point in [(1, -1), (0, 0)]:
    values = [point] + [a[0] for a in forward([point], layers)]  # four times (2,)
    plots.network([2, 2, 2, 2], weights=layers, activations=values)
    plt.show()

# %% [markdown]
# So $f(1, -1) = (0.62, 0.83)$ and $f(0, 0) = (0.51, 0.85)$: with its eighteen numbers filled in,
# the drawing *is* a function. With the numbers left open it is a set. Here are eight members of
# one set: a network with two inputs, six hidden units and one output, numbers drawn by lot.

# %% tags=["demo"]
rng = np.random.default_rng(4)
figure, axes = plt.subplots(2, 4, figsize=(11, 5.6), layout="constrained")
for ax in axes.flat:
    lot = [
        (rng.normal(scale=6, size=(2, 6)), rng.normal(scale=4, size=6)),
        (rng.normal(scale=6, size=(6, 1)), rng.normal(scale=4, size=1)),
    ]
    plots.decision_regions(lambda p: forward(p, lot)[-1], x, y, ax=ax, legend=False)
plt.show()

# %% [markdown]
# Step 1 is done: choose the drawing, get a set. With enough hidden units the set contains a
# function as close as you like to any continuous one on a bounded piece of the plane (Cybenko
# 1989; Hornik and others 1989). But
# these eight were drawn by lot, and none is the staircase. Which of them is the *least* wrong?
# Rosenblatt's rule cannot say: it knows mistakes, not distances.

# %% [markdown]
# ## Step 2 · Goodness of a function
#
# ### What should the answer look like?
#
# A picture shows a 7. Should the network answer the number 7? Then reading a 7 as a 1 would be
# six times as wrong as reading it as an 8, and half-way between a 1 and a 7 would lie a 4. Digits
# are names, not sizes. So give each name an output of its own.

# %% [markdown]
# ### Exercise 12 · One-hot  (difficulty 1, 5 minutes)
#
# The target becomes a row of zeros with a single 1 in the column of the right class.


# %% exercise="one_hot"
def one_hot(labels, num_classes):
    """A row for each label: 1 in the label's column, 0 elsewhere.

    labels: int array, (batch,), each 0 to num_classes - 1 -> float array, (batch, num_classes)
    one_hot([2, 0], 3) -> [[0, 0, 1], [1, 0, 0]]
    Hint: row k of the identity matrix is the answer for label k.
    """
    ### BEGIN SOLUTION
    return np.eye(num_classes)[np.asarray(labels, dtype=int)]  # (batch, num_classes)
    ### END SOLUTION


# %% check="one_hot" points=1
check("one_hot")

# %% [markdown]
# ### From scores to probabilities
#
# Three outputs score a picture: $3$ for "cat", $1$ for "dog", $-3$ for "owl". How sure is the
# network that it is a cat? Such scores are called **logits**. They can be negative and do not sum to
# anything. Make them positive with $e^z$: 20.09, 2.72, 0.05. Divide by their sum, 22.85: 0.88, 0.12, 0.002. That is **softmax**:
#
# $$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$

# %% tags=["demo"]
scores = np.array([3.0, 1.0, -3.0])
cases = {"z": scores, "z + 100": scores + 100, "2z": 2 * scores, "z / 4": scores / 4}
figure, axes = plt.subplots(1, 4, figsize=(10, 2.6), sharey=True, layout="constrained")
for ax, (title, z) in zip(axes, cases.items()):
    probs = np.array(keras.activations.softmax(z[None]))[0]  # (3,)
    bars = ax.bar(["cat", "dog", "owl"], probs, color="0.7", edgecolor="black")
    ax.bar_label(bars, fmt="%.3f")
    ax.set(title=f"softmax of {title}", ylim=(0, 1.15))
plt.show()

# %% [markdown]
# Adding 100 to every score changes nothing: numerator and denominator both gain the factor
# $e^{100}$. Doubling the scores makes the network surer, dividing them makes it doubt.
#
# ### Exercise 13 · Softmax  (difficulty 2, 10 minutes)
#
# A network may well score 1000. You know what $e^{1000}$ does, and you have just seen what may be
# added or subtracted for free.


# %% exercise="softmax"
def softmax(logits):
    """Turn each row of scores into probabilities.

    logits: float array, (batch, classes) -> float array, (batch, classes); each row sums to 1
    softmax([[3, 1, -3]]) -> [[0.879, 0.119, 0.002]]
    Formula: exp(z_i) / sum_j exp(z_j).   (decks, "Softmax")
    Hint: exp(1000) overflows; what may you subtract from a row without changing the answer?
    """
    ### BEGIN SOLUTION
    logits = np.asarray(logits, dtype=float)
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)
    ### END SOLUTION


# %% check="softmax" points=2
check("softmax")

# %% tags=["demo"]
for title, z in cases.items():
    print(f"softmax of {title:8}", softmax(z[None])[0].round(3))
z = np.linspace(-6, 6, 7)
print("two scores, 0 and z:", softmax(np.stack([0 * z, z], axis=1))[:, 1].round(3))
print("sigmoid of z:       ", sigmoid(z).round(3))

# %% [markdown]
# The last two lines agree: softmax over the two scores $0$ and $z$ is the sigmoid. One output
# with a sigmoid is a two-class softmax whose first score is fixed at zero.
#
# ### How wrong is that?
#
# The picture is a cat. One network says "cat: 0.4". Another says "cat: 0.001". Both are wrong,
# but how much worse is the second? The oldest answer squares the distance:
# $(1 - 0.4)^2 = 0.36$ and $(1 - 0.001)^2 = 0.998$. Not even three times as bad, for a network that
# was as good as certain of the opposite.

# %% [markdown]
# ### Exercise 14 · Mean squared error  (difficulty 1, 5 minutes)
#
# Squared distance, averaged over everything there is: every example and every output.


# %% exercise="mean_squared_error"
def mean_squared_error(targets, predictions):
    """The mean of the squared differences.

    targets, predictions: float arrays of the same shape, any shape -> a number
    mean_squared_error([[1, 0]], [[0.4, 0.6]]) -> 0.36
    Hint: mean, not sum; over all axes at once.
    """
    ### BEGIN SOLUTION
    return float(np.mean((np.asarray(targets) - np.asarray(predictions)) ** 2))
    ### END SOLUTION


# %% check="mean_squared_error" points=1
check("mean_squared_error")

# %% [markdown]
# Another answer: how surprised should the network be by the truth? Something with probability $p$
# carries the surprise $-\ln p$. For $p = 0.4$ that is 0.92, for $p = 0.001$ it is 6.91, and for
# $p = 0$ it has no limit. Being sure and wrong costs dearly.
#
# What does each measure do for *learning*? Step 3 will move the sum $z$ by the slope of the loss.
# The picture on the right shows that slope, for a sigmoid neuron whose target is 1.

# %% tags=["demo"]
figure, axes = plt.subplots(1, 2, figsize=(10, 3.4), layout="constrained")
p = np.linspace(0.001, 1, 500)
z = np.linspace(-8, 8, 401)
p_z = sigmoid(z)
left = {"squared": (1 - p) ** 2, "surprise": -np.log(p)}
right = {"squared": 2 * (p_z - 1) * p_z * (1 - p_z), "surprise": p_z - 1}
for ax, across, curves in zip(axes, [p, z], [left, right]):
    for (name, values), style in zip(curves.items(), ["--", "-"]):
        ax.plot(across, values, style, color="black", label=name)
axes[0].set(xlabel="p, the probability given to the truth", title="loss")
axes[1].set(xlabel="z", title="slope of the loss along z")
axes[0].legend(frameon=False)
plt.show()

# %% [markdown]
# At $z = -8$ the neuron says 0.0003 where it should say 1. It could hardly be more wrong. Yet the
# squared error's slope there is $2(p - 1)\,p\,(1 - p) = -0.0007$: almost flat, so almost nothing
# would be learned. The slope of the surprise is $p - 1 = -0.9997$, nearly 1,500 times as steep.
#
# For a target $t$ of 0 or 1 the surprise is called **binary cross-entropy**:
#
# $$l = -\bigl(t \ln p + (1 - t) \ln (1 - p)\bigr)$$
#
# One of the two terms is always switched off.

# %% [markdown]
# ### Exercise 15 · Binary cross-entropy  (difficulty 2, 10 minutes)
#
# Rounding can turn $p$ into exactly 0 or 1, and $\ln 0$ is minus infinity. Keras moves every
# probability into $[10^{-7},\ 1 - 10^{-7}]$ first. Do the same. Then the worst possible surprise
# is $-\ln 10^{-7} = 16.1$.


# %% exercise="binary_cross_entropy"
def binary_cross_entropy(targets, probs):
    """How surprised a yes-or-no answer is by the truth, on average.

    targets: 0 or 1, (batch,); probs: probability of a 1, (batch,) -> a number
    binary_cross_entropy([1, 0], [0.5, 0.25]) -> 0.490, the mean of 0.693 and 0.288
    Formula: mean of -(t ln p + (1 - t) ln(1 - p)), p clipped to [1e-7, 1 - 1e-7].   (decks,
    "Cost Function of Logistic Regression")
    Hint: np.clip, and in float64: in float32, 1 - 1e-8 is exactly 1.
    """
    ### BEGIN SOLUTION
    targets = np.asarray(targets, dtype=float)
    probs = np.clip(np.asarray(probs, dtype=float), 1e-7, 1 - 1e-7)
    return float(-np.mean(targets * np.log(probs) + (1 - targets) * np.log(1 - probs)))
    ### END SOLUTION


# %% check="binary_cross_entropy" points=2
check("binary_cross_entropy")

# %% [markdown]
# ### Exercise 16 · Categorical cross-entropy  (difficulty 2, 10 minutes)
#
# With more than two classes: the surprise at the probability that the right class was given,
#
# $$l = -\sum_i t_i \ln p_i$$
#
# The one-hot target leaves a single term standing. For the cat above, $l = -\ln 0.879 = 0.129$.
# Had it been an owl, $-\ln 0.0022 = 6.13$.


# %% exercise="categorical_cross_entropy"
def categorical_cross_entropy(targets, probs):
    """How surprised each answer is by the truth.

    targets: one-hot, (batch, classes); probs: (batch, classes) -> float array, (batch,)
    categorical_cross_entropy([[0, 1, 0]], [[0.25, 0.5, 0.25]]) -> [0.693]
    Formula: -sum_i t_i ln p_i, p clipped below at 1e-7.   (decks, "Loss for an Example")
    Hint: one number per example: which axis disappears?
    """
    ### BEGIN SOLUTION
    probs = np.clip(np.asarray(probs, dtype=float), 1e-7, 1.0)
    return -np.sum(np.asarray(targets) * np.log(probs), axis=-1)  # (batch,)
    ### END SOLUTION


# %% check="categorical_cross_entropy" points=2
check("categorical_cross_entropy")

# %% [markdown]
# ### One number for a whole function
#
# A function is good if it is good on all the examples, so add up: $L = \sum_n l^n$, the **total
# loss**. It depends on every weight in the network, and on nothing else, since the examples are
# given. Think of it as a landscape: each place is a setting of the weights, the height is how
# wrong that function is.
#
# ### Exercise 17 · Total loss  (difficulty 2, 15 minutes)
#
# The hidden layers are sigmoid, as in `forward`; the last layer uses softmax instead.


# %% exercise="total_loss"
def total_loss(x, targets, layers):
    """The goodness of a network: the sum of the surprises over all examples. Small is good.

    x: float array, (batch, inputs); targets: one-hot, (batch, classes)
    layers: a list of (kernel, bias) as in `forward`; sigmoid after each but the last, which has
    softmax -> a number
    With a single layer of zeros, 4 examples and 2 classes: 4 ln 2 = 2.77.
    Formula: L = sum_n l^n.   (decks, "Total Loss")
    Hint: `forward` on all layers but the last gives what the last is fed. If there is only one
    layer, that is x itself.
    """
    ### BEGIN SOLUTION
    *first, (kernel, bias) = layers
    x = forward(x, first)[-1] if first else np.asarray(x)
    probs = softmax(x @ np.asarray(kernel) + np.asarray(bias))  # (batch, classes)
    return float(categorical_cross_entropy(targets, probs).sum())
    ### END SOLUTION


# %% check="total_loss" points=2
check("total_loss")

# %% [markdown]
# Now look at the landscape around the XOR network. It has nine numbers, too many to draw, so we
# move two and hold seven still: the biases of the two hidden neurons, which slide their two
# lines. (Two classes, so the output is a softmax over the scores 0 and $20h_1 + 20h_2 - 30$. You
# saw that this is the sigmoid.)

# %% tags=["demo"]
x, y = datasets.truth_table("XOR", quiet=True)
targets = one_hot(y.astype(int), 2)  # (4, 2)
output_layer = np.array([[0, 20], [0, 20]]), np.array([0, -30])


def loss_at(b1, b2):
    hidden_layer = np.array([[20, -20], [20, -20]]), np.array([b1, b2])
    return total_loss(x, targets, [hidden_layer, output_layer])


b1, b2 = np.linspace(-40, 20, 61), np.linspace(-10, 50, 61)
height = [[loss_at(first, second) for first in b1] for second in b2]  # (61, 61)
print(f"at the hand-made network: L = {loss_at(-10, 30):.5f}")

# %% tags=["demo"]
figure, ax = plt.subplots(figsize=(6.4, 4.8), layout="constrained")
levels = [0, 1, 5, 10, 15, 20, 25, 30, 40, 65]
shades = ax.contourf(b1, b2, height, levels=levels, cmap="Greys")
ax.contour(b1, b2, height, levels=levels, colors="black", linewidths=0.5)
ax.plot(-10, 30, marker="*", markersize=14, color="black")
ax.annotate("the hand-made network", (-10, 30), (-30, 44), arrowprops={"arrowstyle": "->"})
ax.set(xlabel="bias of $h_1$", ylabel="bias of $h_2$", title="Total loss of one function each")
figure.colorbar(shades)
plt.show()

# %% [markdown]
# A white basin where the two lines pass between the right corners, and terraces around it. On a
# terrace the loss is bad and the ground is level. Remember the terraces.

# %% [markdown]
# ## Step 3 · Pick the best function
#
# ### Downhill
#
# You stand in that landscape in fog. You know your height and, under your feet, the slope. So take
# a step against the slope, and another. That is **gradient descent**, and nearly all the learning
# in this course is nothing else. Below, AND with the bias held at −1 and both weights equal to one
# number $w$, so that only one number is left to find.

# %% tags=["demo"]
x, y = datasets.truth_table("AND", quiet=True)
w = np.linspace(-3, 5, 200)
height = lambda w: binary_cross_entropy(y, neuron(x, [w, w], -1, sigmoid))
figure, ax = plt.subplots(figsize=(7, 3.2), layout="constrained")
ax.plot(w, [height(value) for value in w], color="black")
for place in [-2.0, 3.5]:
    slope = (height(place + 1e-4) - height(place - 1e-4)) / 2e-4
    here, there = (place, height(place)), (place - 2 * slope, height(place) - 2 * slope**2)
    ax.annotate("", there, here, arrowprops={"arrowstyle": "-|>", "lw": 2.5, "fc": "k"})
    ax.text(place - slope, height(place), f"slope {slope:.2f}", ha="left" if slope < 0 else "right")
ax.set(xlabel="w", ylabel="loss", title="Against the slope is downhill")
plt.show()

# %% [markdown]
# For a sigmoid neuron with cross-entropy the slopes are simple; the next assignment derives them.
# With $p$ the predictions, $t$ the targets and means over the batch:
#
# $$\frac{\partial L}{\partial w_i} = \text{mean of } (p - t)\,x_i \qquad
# \frac{\partial L}{\partial b} = \text{mean of } (p - t)$$
#
# By hand, OR from zero: every $p$ is 0.5, so $p - t = (0.5, -0.5, -0.5, -0.5)$. The slope for
# $w_1$ is $(0 + 0 - 0.5 - 0.5)/4 = -0.25$, for $w_2$ the same, for $b$ it is $-1/4$. With a
# learning rate of 1: $w = (0.25, 0.25)$, $b = 0.25$.
#
# Compare Rosenblatt: $w + (t - p)\,x$. It is the same rule, with $p$ allowed to be in between.

# %% [markdown]
# ### Exercise 18 · One step of logistic regression  (difficulty 2, 15 minutes)
#
# A sigmoid neuron trained in this way is called logistic regression. Take one step with the whole
# batch: subtract the learning rate times the slope.


# %% exercise="logistic_step"
def logistic_step(x, targets, weights, bias, learning_rate):
    """One step downhill on the mean binary cross-entropy of a sigmoid neuron.

    x: float array, (batch, features); targets: 0 or 1, (batch,); weights: (features,)
    bias, learning_rate: numbers -> (weights, bias), new ones
    The truth table of OR, from zeros, learning rate 1 -> ([0.25, 0.25], 0.25)
    Formula: w - rate · mean of (p - t) x.   (decks, "Cost Function & Gradient Descent")
    Hint: (features, batch) @ (batch,) -> (features,); then divide by the batch.
    """
    ### BEGIN SOLUTION
    x = np.asarray(x, dtype=float)
    error = neuron(x, weights, bias, sigmoid) - np.asarray(targets)  # (batch,)
    gradient = x.T @ error / len(x)  # (features,)
    return np.asarray(weights) - learning_rate * gradient, bias - learning_rate * error.mean()
    ### END SOLUTION


# %% check="logistic_step" points=2
check("logistic_step")

# %% tags=["demo"]
x, y = clouds["B"]
weights, bias, losses = np.array([1.0, -1.0]), 0.0, []
figure, axes = plt.subplots(1, 4, figsize=(15, 3.8), layout="constrained")
panels = {0: axes[0], 3: axes[1], 300: axes[2]}
for k in range(301):
    if k in panels:
        predict = lambda p: neuron(p, weights, bias, sigmoid)
        plots.decision_regions(predict, x, y, ax=panels[k], title=f"after {k} steps")
    losses.append(binary_cross_entropy(y, neuron(x, weights, bias, sigmoid)))
    weights, bias = logistic_step(x, y, weights, bias, learning_rate=1.0)
plots.learning_curves({"B": losses}, ax=axes[3], ylabel="cross-entropy", xlabel="step")
plt.show()

# %% [markdown]
# These are the points on which Rosenblatt's rule never came to rest. Gradient descent does: where
# no line is right, it finds the line that is least wrong. And on XOR?

# %% tags=["demo"]
x, y = datasets.truth_table("XOR", quiet=True)
weights, bias = np.array([1.0, -2.0]), 0.5
for _ in range(1000):
    weights, bias = logistic_step(x, y, weights, bias, learning_rate=1.0)
answers = neuron(x, weights, bias, sigmoid)
print("w =", weights.round(4), " b =", round(bias, 4), " answers:", answers.round(4))
print(f"loss {binary_cross_entropy(y, answers):.4f}, and ln 2 = {np.log(2):.4f}")

# %% [markdown]
# All weights zero, every answer one half: the best neuron for XOR is a shrug. Step 3 did its work
# perfectly. The set was too small.

# %% [markdown]
# ### Let it find the fold
#
# You folded the plane with weights that somebody thought up. Can gradient descent find a fold by
# itself, starting from random weights? The set: two inputs, two hidden sigmoid units, one sigmoid
# output, nine numbers. The goodness: binary cross-entropy. The search: gradient descent, which
# Keras calls `SGD`. The three steps are three lines of Keras:
#
# ```python
# model = keras.Sequential([...])                     # step 1
# model.compile(optimizer, loss)                      # steps 3 and 2
# model.fit(x, y, ...)                                # go
# ```

# %% [markdown]
# ### Exercise 19 · XOR from random starts  (difficulty 3, 25 minutes)
#
# Where you end depends on where you start. So try several seeds and keep the best model.
#
# A recipe that works: `Dense(2, activation="sigmoid")`, `Dense(1, activation="sigmoid")`,
# `keras.optimizers.SGD(5.0)`, 600 steps with all four examples in each. (A learning rate of 5 is
# unusually large. Four examples and nine weights are unusually few.) Keras is slow at calling,
# fast at computing: put the table 600 times below itself, `fit` once with `batch_size=4` and
# `shuffle=False`, and compile with `steps_per_execution=100` (1 if Keras runs on PyTorch).


# %% exercise="train_xor"
def train_xor(seeds):
    """Train the same 2-2-1 network on XOR from one start per seed.

    seeds: a list of ints -> (best_model, losses): the Keras model with the smallest final loss
    (9 parameters), and a list with the final loss of every start, in order, as floats
    train_xor([0, 1]) -> a model that answers about 0, 1, 1, 0, and two losses below 0.05
    Loss: binary cross-entropy on the four corners, measured after training.
    Hint: keras.utils.set_random_seed(seed), then fresh weights. One model is enough: a copy made
    by keras.models.clone_model has fresh ones that you can get_weights and set_weights.
    """
    ### BEGIN SOLUTION
    corners, targets = datasets.truth_table("XOR", quiet=True)  # (4, 2), (4,)
    x, y = np.tile(corners, (600, 1)), np.tile(targets, 600)  # (2400, 2), (2400,)
    units = [keras.layers.Dense(n, activation="sigmoid") for n in (2, 1)]
    model = keras.Sequential([keras.Input((2,)), *units])
    together = 1 if keras.backend.backend() == "torch" else 100
    model.compile(keras.optimizers.SGD(5.0), "binary_crossentropy", steps_per_execution=together)
    losses, best = [], None
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        model.set_weights(keras.models.clone_model(model).get_weights())
        model.fit(x, y, batch_size=4, shuffle=False, verbose=0)
        losses.append(binary_cross_entropy(targets, model.predict_on_batch(corners)[:, 0]))
        if losses[-1] == min(losses):
            best = model.get_weights()
    model.set_weights(best)
    return model, losses
    ### END SOLUTION


# %% check="train_xor" points=3
check("train_xor")

# %% tags=["demo"]
model, losses = train_xor(range(16))
figure, ax = plt.subplots(figsize=(8, 3), layout="constrained")
ax.stem(range(16), losses, linefmt="black", markerfmt="ko", basefmt=" ")
ax.axhline(np.log(2) / 2, color="0.5", linestyle="--")
ax.text(0, np.log(2) / 2 + 0.012, "½ ln 2 = 0.347")
ax.set(xlabel="seed", ylabel="final loss", ylim=(0, 0.42), xticks=range(16))
plt.show()

# %% [markdown]
# Fourteen starts arrive. Two do not, and both end at the same height. Chance? We ran seeds 0 to
# 199 with the recipe above. 163 of 200 reached a loss below 0.1, so about **four starts in five**.
# Of the 37 others, 33 ended within 0.01 of 0.347, three near 0.477 and one near 0.693. Nothing in
# between. And when we let those 37 run for a million more steps, 34 of them were still there.

# %% [markdown]
# ### What a failed start looks like
#
# Below, the best start and seed 9, in two pictures each. Left: the answers, and for each hidden
# unit an arrow that stands on its dashed line and points to where it fires. Right: where the four
# corners have gone in the plane of the hidden units. Before you read on: which corners can the
# failed network no longer tell apart?

# %% tags=["demo"]
x, y = datasets.truth_table("XOR", quiet=True)


def show_start(model, left, right, title):
    predict = lambda p: keras.ops.convert_to_numpy(model(p))  # (points, 1)
    plots.decision_regions(predict, x, y, ax=left, title=title)
    kernel, bias = model.get_weights()[:2]  # (2, 2), (2,)
    for w, b in zip(kernel.T, bias):
        foot = np.array([0.5, 0.5]) - (w @ [0.5, 0.5] + b) * w / (w @ w)
        tip = foot + 0.45 * w / np.linalg.norm(w)
        left.axline(foot, foot + [-w[1], w[0]], color="black", linestyle="--", lw=2)
        left.annotate("", tip, foot, arrowprops={"arrowstyle": "-|>", "lw": 2.5, "fc": "k"})
    hidden = lambda p: forward(p, [(kernel, bias)])[0]  # (points, 2)
    plots.warped_plane(hidden, x, y, ax=right, title="its hidden plane", limits=(-0.3, 1.3))


# %% tags=["demo"]
failed, _ = train_xor([9])
figure, axes = plt.subplots(1, 4, figsize=(15, 4.2), layout="constrained")
show_start(model, axes[0], axes[1], "the best start")
show_start(failed, axes[2], axes[3], "seed 9")
plt.show()
answers = keras.ops.convert_to_numpy(failed(x))[:, 0]  # (4,)
print("seed 9 answers", answers.round(3), "at", x.astype(int).tolist())

# %% [markdown]
# Both arrows of seed 9 point away from $(0, 1)$ and $(1, 1)$. There both units are silent, so both
# corners sit at $(0, 0)$ of the hidden plane, and the output neuron must give them one answer. One
# wants 1, the other 0. The best single answer is one half, and the loss is
# $(\ln 2 + \ln 2 + 0 + 0)/4 = 0.347$. With three corners on one spot the best answer is 2/3 or
# 1/3, and the loss 0.477. With all four it is $\ln 2$. So those are the heights at which starts
# fail.

# %% [markdown]
# Why does descent not pull them apart? At the output the two errors are $-\tfrac12$ and
# $+\tfrac12$: whatever one corner asks of the last layer, the other asks the reverse. Further back,
# both units are far down the flat part of their sigmoid, where the slope is nearly zero. That is a
# terrace: bad and level. (Sprinkhuizen-Kuyper and Boers 1998 map all terraces of this network.)
#
# The cure used everywhere is a larger set than you need. With three hidden units 99 of 100 starts
# reached a loss below 0.1, with four or eight all 100 (seeds 0 to 99, same recipe).

# %% [markdown]
# And a start that arrives? Watch the plane while it trains: the four corners begin close together,
# and descent pulls the sheet long and narrow and bends it as you did by hand.

# %% tags=["demo"]
keras.utils.set_random_seed(0)
units = [keras.layers.Dense(n, activation="sigmoid") for n in (2, 1)]
film = keras.Sequential([keras.Input((2,)), *units])
film.compile(keras.optimizers.SGD(5.0), "binary_crossentropy")
figure, axes = plt.subplots(1, 4, figsize=(15, 4.2), layout="constrained")
for ax, pause, steps in zip(axes, [0, 40, 40, 120], [0, 40, 80, 200]):
    for _ in range(pause):
        film.train_on_batch(x, y)
    kernel, bias, out_kernel, out_bias = film.get_weights()
    title, line = f"after {steps} steps", (out_kernel[:, 0], out_bias[0])
    hidden = lambda p: forward(p, [(kernel, bias)])[0]  # (points, 2)
    plots.warped_plane(hidden, x, y, ax=ax, title=title, line=line, limits=(-0.3, 1.3))
plt.show()

# %% [markdown]
# ### From four points to handwriting
#
# Nothing changes now but the size. An image of 16 × 16 pixels is a point with 256 coordinates:
# 0 is paper, 1 is ink. The network has ten outputs with softmax, one per digit, and is judged by
# categorical cross-entropy.
#
# Nobody can draw the plane any more. But what happened in the plane happens here: hidden units
# move the images about until straight cuts separate the ten digits.

# %% tags=["demo"]
digits = datasets.digits(size=16) if SCALE == "small" else datasets.mnist()
x_train = digits.x_train.reshape(len(digits.x_train), -1)  # (n, 16, 16) -> (n, 256)
x_test = digits.x_test.reshape(len(digits.x_test), -1)  # (n_test, 256)
plots.images(digits.x_train[:16], titles=digits.y_train[:16], columns=8)
plt.show()

# %% [markdown]
# ### Exercise 20 · A digit classifier  (difficulty 2, 20 minutes)
#
# You choose the network and the training. The aim: 95 % right on digits it has never seen. (The
# check holds back 400 digits of its own choice, where luck is worth two points either way, so it is
# content with 93 %.)
#
# One recipe: a hidden layer of 128 ReLU units and ten softmax outputs, which together have
# $256 \cdot 128 + 128 + 128 \cdot 10 + 10 = 34{,}186$ numbers to fill in; `keras.optimizers.Adam`,
# a gradient descent that chooses its own step for each of them (assignment 03 builds it), with
# rate 0.01; batches of 256; 20 epochs.
#
# Measured with it: 97.2 to 98.1 % in ten runs on the 359 digits kept apart here, and 96.0 to
# 98.5 % for ten other choices of the digits kept apart. About a second each.


# %% exercise="train_digit_classifier"
def train_digit_classifier(x, labels):
    """Train a network that reads digits.

    x: float array, (n, 256), 0 paper to 1 ink; labels: int array, (n,), 0 to 9
    -> a trained Keras model with 10 outputs that are probabilities
    model.predict(x_new) -> (n_new, 10), each row sums to 1
    Hint: "sparse_categorical_crossentropy" takes labels as they are, no one-hot needed.
    """
    ### BEGIN SOLUTION
    model = keras.Sequential(
        [
            keras.Input((x.shape[1],)),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    model.fit(x, labels, epochs=20, batch_size=256, verbose=0)
    return model
    ### END SOLUTION


# %% check="train_digit_classifier" points=2
check("train_digit_classifier")

# %% tags=["demo"]
reader = train_digit_classifier(x_train, digits.y_train)
probs = reader.predict(x_test, verbose=0)  # (n_test, 10)
answers = probs.argmax(axis=1)  # (n_test,)
print(f"{np.mean(answers == digits.y_test):.1%} of {len(answers)} unseen digits are read rightly")

# %% tags=["demo"]
wrong = np.flatnonzero(answers != digits.y_test)[:8]
titles = [f"a {digits.y_test[k]}, read as\n{answers[k]} at {probs[k].max():.0%}" for k in wrong]
plots.images(digits.x_test[wrong], titles=titles, columns=8)
plt.show()

# %% [markdown]
# These are the ones it got wrong, with what it read and the probability it gave to that. Cover the
# titles and read them yourself: some you would miss too. But look at the percentages. Where the
# network is wrong it is often very sure, and 99 % beside a wrong answer is not a probability that
# anybody should act on. Softmax makes numbers that sum to one. It does not make them true.

# %% [markdown]
# ## In your own words
#
# Graded by your teacher. Three short paragraphs, no code.

# %% [markdown] written="why_xor" points=3
# **Question.** A friend builds the XOR network but forgets the activation function in the hidden
# layer: $h = xK + b$, and then one sigmoid output neuron.
#
# 1. Show that whatever the numbers are, this network answers exactly like *one* neuron, and say
#    what follows for XOR.
# 2. What does a sigmoid hidden layer do to the four corners that a linear one cannot? Refer to one
#    of the pictures above.
# 3. With the sigmoids back, training ends at a loss of 0.347. What has gone wrong, why does more
#    training not help, and what would you change?
#
# ### BEGIN MARK SCHEME
# 1 point: substitutes one layer into the next: v·(xK + b) + c = x(Kv) + (b·v + c), which is a
# single neuron with weights Kv and bias b·v + c; so the network divides the plane by one straight
# line, and XOR has none (exercise 9). Half a point without the algebra, or without the conclusion.
#
# 1 point: the sigmoid layer bends (folds) the plane, so that both corners of class 1 come to lie
# on one side of a straight line; a linear layer turns, stretches or flattens the plane, and four
# corners of a parallelogram stay as inseparable as they were. A picture is named and used. Half a
# point for "it is non-linear" with nothing said about where the corners go.
#
# 1 point: two corners of different classes lie on the same spot of the hidden plane, are both
# answered 1/2, and (ln 2 + ln 2)/4 = 0.347; their errors cancel at the output and the saturated
# sigmoids pass back almost no slope; remedy: another start, or more hidden units. Half a point if
# the cause or the remedy is missing. "Train longer" or "smaller learning rate" alone earns nothing.
# ### END MARK SCHEME

# %% [markdown]
# ## How it went, 1958 to 2016
#
# | year | |
# |---|---|
# | 1958 | Rosenblatt's perceptron: one layer that learns from mistakes |
# | 1969 | Minsky and Papert prove what such a layer cannot do |
# | 1986 | Rumelhart, Hinton and Williams train hidden layers by back-propagation |
# | 1989 | One hidden layer can approximate every continuous function. Then why go deep? |
# | 2006 | Hinton and others start deep networks layer by layer: restricted Boltzmann machines |
# | 2009 | Graphics processors: Raina and others train up to 70 times faster |
# | 2011 | Speech: Seide and others cut the word error of telephone calls from 27.4 % to 18.5 % |

# %% [markdown]
# | year | |
# |---|---|
# | 2012 | ImageNet: Krizhevsky and others, 16.4 % error; the next best group 26.2 % |
# | 2015, February | He and others: 4.94 % error on ImageNet; a person 5.1 % |
# | 2016, March | AlphaGo (Silver and others) beats Lee Sedol at Go by four to one |
# | 2016, October | Xiong and others: 5.8 % word error on telephone calls; transcribers 5.9 % |
#
# Look at the gaps. The network of 1986 and the network of 2012 differ less than you would think:
# hidden layers, a loss, gradient descent. What had arrived were examples by the million, far faster
# machines, and starts that do not end on a terrace. You have seen how much the start matters, with
# nine weights.

# %% [markdown]
# ### Machine learning and deep learning
#
# There is another way to solve the staircase. A person who understands the problem can add a third
# input by hand, the product $x_1 x_2$, and then one neuron is enough. Ask your own function:

# %% tags=["demo"]
x, y = datasets.truth_table("XOR", quiet=True)
with_product = np.column_stack([x, x[:, 0] * x[:, 1]])  # (4, 3)
print("x1, x2:       ", is_linearly_separable(x, y))
print("x1, x2, x1·x2:", is_linearly_separable(with_product, y))

# %% [markdown]
# That is classical machine learning: people find the **features**, the machine fits a simple
# function to them. It needs less data and less computing, and where good features are known it is
# still hard to beat.
#
# Deep learning leaves the features to the hidden layers: $h_1$ and $h_2$ were found by descent.
# That pays where nobody knows the features: which product of 256 pixels says "this is a 7"? The
# price is data, computing, and starts that may fail.

# %% [markdown]
# ## What to try next
#
# Not graded. Each takes a few minutes.
#
# - Give the digit classifier no hidden layer: ten neurons, one straight cut each. We got 95.3 to
#   95.8 % over five seeds. Are you surprised how much one layer can do with 256 inputs?
# - In `train_xor`, use ReLU in the hidden layer and a learning rate of 0.3. We counted 18 good
#   starts in 100. Where do the units of a failed start point now?
# - Train a network on `datasets.rings()`. How many hidden units does a ring need at least?
# - Set `SCALE = "full"` at the top: MNIST, 784 inputs, 60,000 training images.
#
# Next: assignment 02 opens the box. `fit` moved every weight by the right slope. Where did it get
# the slopes?

# %% [markdown]
# ## References
#
# - W. S. McCulloch, W. Pitts (1943). A logical calculus of the ideas immanent in nervous activity.
#   *Bulletin of Mathematical Biophysics* 5, 115–133.
# - F. Rosenblatt (1958). The perceptron: a probabilistic model for information storage and
#   organization in the brain. *Psychological Review* 65, 386–408.
# - A. B. J. Novikoff (1962). On convergence proofs on perceptrons. *Symposium on the Mathematical
#   Theory of Automata* 12, 615–622.
# - M. Minsky, S. Papert (1969). *Perceptrons*. MIT Press.
# - D. E. Rumelhart, G. E. Hinton, R. J. Williams (1986). Learning representations by
#   back-propagating errors. *Nature* 323, 533–536.
# - G. Cybenko (1989). Approximation by superpositions of a sigmoidal function. *Mathematics of
#   Control, Signals, and Systems* 2, 303–314.

# %% [markdown]
# - K. Hornik, M. Stinchcombe, H. White (1989). Multilayer feedforward networks are universal
#   approximators. *Neural Networks* 2, 359–366.
# - I. G. Sprinkhuizen-Kuyper, E. J. W. Boers (1998). The error surface of the 2-2-1 XOR network:
#   the finite stationary points. *Neural Networks* 11, 683–690.
# - G. E. Hinton, S. Osindero, Y.-W. Teh (2006). A fast learning algorithm for deep belief nets.
#   *Neural Computation* 18, 1527–1554.
# - R. Raina, A. Madhavan, A. Y. Ng (2009). Large-scale deep unsupervised learning using graphics
#   processors. *ICML*, 873–880.
# - V. Nair, G. E. Hinton (2010). Rectified linear units improve restricted Boltzmann machines.
#   *ICML*, 807–814.
# - F. Seide, G. Li, D. Yu (2011). Conversational speech transcription using context-dependent deep
#   neural networks. *Interspeech*, 437–440.

# %% [markdown]
# - A. Krizhevsky, I. Sutskever, G. E. Hinton (2012). ImageNet classification with deep
#   convolutional neural networks. *NIPS* 25, 1097–1105.
# - K. He, X. Zhang, S. Ren, J. Sun (2015). Delving deep into rectifiers: surpassing human-level
#   performance on ImageNet classification. *ICCV*, 1026–1034.
# - D. Silver and others (2016). Mastering the game of Go with deep neural networks and tree search.
#   *Nature* 529, 484–489.
# - W. Xiong and others (2016). Achieving human parity in conversational speech recognition.
#   arXiv:1610.05256.
#
# The three steps, the 2-2-2-2 network and the hand-made XOR network are from the course's decks.
