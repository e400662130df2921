# %% [markdown]
# # 02 · Who is to blame?
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({{COLAB}})
#
# The digit reader of assignment 01 holds 34,186 numbers, and it has just called a 4 a 9. Which of
# the numbers are to blame, and how much? You could turn each of them a little, run the network
# again and watch the loss: 34,186 runs, for a single step of training. In this notebook you get
# all 34,186 answers for the price of about two runs. The trick is older than the name deep
# learning, it fits on one screen, and at the end it is yours: an engine you wrote, which trains
# the digit reader and agrees with Keras to the fifth decimal.

# %% [markdown]
# **When you are done you can**
#
# - draw any calculation as a graph and send gradients back through it by hand;
# - say what each kind of node does to a gradient: pass it on, swap it, shut it off, copy it;
# - catch a wrong gradient with two runs of the function and no thinking;
# - explain why a network must not start with equal weights, and why deep sigmoids learn slowly.

# %% [markdown]
# **What you need:** assignment 01, NumPy arrays with broadcasting, and the derivatives of
# $x^2$, $e^x$ and $\ln x$.
#
# **Time:** 20 exercises, about 5 hours of your work and less than a minute of the computer's.
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

from autograder import check
from threesteps import datasets, plots, start
from threesteps.gradients import value_and_grad

start(seed=2)

# %% [markdown]
# ## A slope you can measure
#
# Start with the honest way. A slope says how fast the result changes when one input
# changes. So change the input by a little, look, and divide:
#
# $$\frac{\partial f}{\partial x} \approx \frac{f(x + h) - f(x - h)}{2h}$$
#
# Try it on $f(x) = x^3$ at $x = 2$, where the true slope is 12, with $h = 0.1$. One side alone,
# $(f(2.1) - f(2))/0.1$, gives 12.61. Both sides, $(f(2.1) - f(1.9))/0.2$, give 12.01. The picture
# shows why both are better than one: the chord leans the same way as the curve.

# %% tags=["demo"]
x = np.linspace(1.5, 2.5, 101)
figure, axes = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained", sharey=True)
for ax, left, title in [(axes[0], 2.0, "one side"), (axes[1], 1.6, "both sides")]:
    ax.plot(x, x**3, color="black")
    ax.plot(x, 8 + 12 * (x - 2), color="0.6", linestyle="--", label="true slope: 12")
    slope = (2.4**3 - left**3) / (2.4 - left)
    ax.plot([left, 2.4], [left**3, 2.4**3], "ko-", lw=2, label=f"chord: {slope:.2f}")
    ax.set(title=f"{title}, h = 0.4", xlabel="x", ylabel="x³")
    ax.legend(loc="upper left")
plt.show()

# %% [markdown]
# ### Exercise 1 · Numerical gradient  (difficulty 2, 15 minutes)
#
# For an array there is one slope per entry, and the array of all of them is called the **gradient**.
# Change one entry, and only that one, up and down.


# %% exercise="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    """Measure the slope of f in every direction.

    f: takes an array, returns one number; x: float array of any shape
    -> float array of the shape of x: (f(x + h in one entry) - f(x - h in it)) / (2 h)
    numerical_gradient(lambda x: np.sum(x**2), np.array([1.0, -3.0])) -> [2, -6]
    x itself is the same afterwards.
    Hint: np.ndindex(x.shape) counts through all entries.
    """
    ### BEGIN SOLUTION
    gradient = np.zeros(x.shape)
    for entry in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[entry] = h
        gradient[entry] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient
    ### END SOLUTION


# %%
def bowl(x):  # a few functions to try it on
    return np.sum(x**2)


def waves(x):
    return np.sum(np.sin(x) * np.arange(1, x.size + 1).reshape(x.shape))


# %% check="numerical_gradient" points=2
check("numerical_gradient")

# %% [markdown]
# It is right, and it is hopeless: two runs of the network per number. But it has no idea how the
# function works inside, so it cannot make the same mistake as you. From now on it is your judge.
#
# ### Exercise 2 · How wrong is a gradient?  (difficulty 1, 10 minutes)
#
# A judge needs a scale. Is 0.001 off by much? Not for a slope of 50, hopelessly for one of 0.001.
# So divide the distance by the size of both:
#
# $$\frac{\lVert a - b \rVert}{\lVert a \rVert + \lVert b \rVert}$$
#
# It is 0 for equal arrays, 1 for opposite ones. Later in this notebook a right gradient and a
# measured one differ by about $10^{-11}$ on this scale; one that is a single percent too large is
# off by 0.005. There is nothing to argue about in between.


# %% exercise="relative_error"
def relative_error(a, b):
    """The distance of two arrays in units of their sizes.

    a, b: float arrays of the same shape -> one number from 0 to 1
    relative_error([3.0, 4.0], [3.0, 5.0]) -> 1 / (5 + 5.831) = 0.0923
    Two arrays of zeros are equal: 0.0, not NaN.
    Hint: np.linalg.norm of the flat array is the length of all its entries.
    """
    ### BEGIN SOLUTION
    a, b = np.ravel(a), np.ravel(b)
    sizes = np.linalg.norm(a) + np.linalg.norm(b)
    return np.linalg.norm(a - b) / sizes if sizes > 0 else 0.0
    ### END SOLUTION


# %% check="relative_error" points=1
check("relative_error")

# %% [markdown]
# ## One node knows very little
#
# Draw a calculation as a **graph**: a node for every number, an arrow for "is computed from". Below
# is $y = (a + b) \cdot b$ for $a = 2$, $b = 1$. Ask what $y$ gains when $b$ grows by 1. It is
# involved twice, once in the sum and once as a factor.

# %% tags=["demo"]
plots.graph(
    [("a", [], "a = 2"), ("b", [], "b = 1"), ("t", ["a", "b"], "t = a + b = 3"),
     ("y", ["t", "b"], "y = t · b = 3")],
)  # fmt: skip
plt.show()

# %% [markdown]
# Nobody in this graph sees the whole. The node $y$ knows its own two inputs: when $t$ grows by a
# little, $y$ grows $b = 1$ times as much; when $b$ grows, $y$ grows $t = 3$ times as much. The node
# $t$ knows that it passes on whatever its inputs do, 1 for 1. That is enough. Walk from $y$
# backwards, multiply along every path, add where paths meet:
#
# - to $a$ there is one path, $y \to t \to a$: $1 \cdot 1 = 1$;
# - to $b$ there are two, $y \to b$ and $y \to t \to b$: $3 + 1 \cdot 1 = 4$.
#
# Check: $(2 + 1.01) \cdot 1.01 = 3.0401$, which is $0.0401 \approx 4 \cdot 0.01$ more. Multiplying
# along a path is the **chain rule**; adding where paths meet is the rule for two variables.
#
# So each kind of node needs one small function. It is told its inputs and the **gradient that
# arrives** from above (how fast the final result changes with the node's own value), and it says
# how fast the final result changes with each input.

# %% [markdown]
# ### Exercise 3 · Backward through a sum  (difficulty 1, 5 minutes)
#
# $y = a + b$. Whatever arrives is passed on to both.


# %% exercise="add_backward"
def add_backward(a, b, gradient):
    """Gradients of the inputs of a + b.

    a, b, gradient: float arrays of the same shape
    -> (gradient for a, gradient for b), arrays of that shape
    add_backward(2.0, 1.0, 1.0) -> (1, 1)
    """
    ### BEGIN SOLUTION
    return gradient, gradient
    ### END SOLUTION


# %% check="add_backward" points=1
check("add_backward")

# %% [markdown]
# ### Exercise 4 · Backward through a product  (difficulty 1, 5 minutes)
#
# $y = a \cdot b$, entry by entry. If $b = 5$, then turning $a$ by 1 turns $y$ by 5. Each input gets
# the *other* one, times what arrives.


# %% exercise="multiply_backward"
def multiply_backward(a, b, gradient):
    """Gradients of the inputs of a * b.

    a, b, gradient: float arrays of the same shape
    -> (gradient for a, gradient for b), arrays of that shape
    multiply_backward(3.0, 5.0, 1.0) -> (5, 3)
    """
    ### BEGIN SOLUTION
    return gradient * b, gradient * a
    ### END SOLUTION


# %% check="multiply_backward" points=1
check("multiply_backward")

# %% [markdown]
# ### Exercise 5 · Backward through ReLU  (difficulty 1, 5 minutes)
#
# $y = \max(a, 0)$ is a gate. Open ($a > 0$): the gradient passes. Shut: nothing passes, and whoever
# stands behind it learns nothing from this example. At 0 the gate is shut.


# %% exercise="relu_backward"
def relu_backward(a, gradient):
    """Gradient of the input of max(a, 0).

    a, gradient: float arrays of the same shape -> an array of that shape
    relu_backward([-2.0, 3.0], [7.0, 7.0]) -> [0, 7]
    """
    ### BEGIN SOLUTION
    return gradient * (np.asarray(a) > 0)
    ### END SOLUTION


# %% check="relu_backward" points=1
check("relu_backward")

# %% [markdown]
# ### Exercise 6 · A neuron by hand  (difficulty 2, 15 minutes)
#
# Now chain them. $y = \text{relu}(x_1 w_1 + x_2 w_2)$ is four nodes: two products, a sum, a ReLU.
# Walk back from $y$, where the gradient that arrives is 1.


# %% exercise="neuron_backward"
def neuron_backward(x1, w1, x2, w2):
    """Gradients of relu(x1 * w1 + x2 * w2).

    x1, w1, x2, w2: numbers -> four numbers, the slopes for x1, w1, x2, w2
    neuron_backward(3.0, 2.0, 4.0, 2.0) -> (2, 3, 2, 4)
    neuron_backward(3.0, 2.0, 4.0, -2.0) -> (0, 0, 0, 0): the neuron is silent
    Hint: go forward first and keep what every node computed; then use your three functions.
    """
    ### BEGIN SOLUTION
    first, second = x1 * w1, x2 * w2
    to_sum = relu_backward(first + second, 1.0)
    to_first, to_second = add_backward(first, second, to_sum)
    return *multiply_backward(x1, w1, to_first), *multiply_backward(x2, w2, to_second)
    ### END SOLUTION


# %% check="neuron_backward" points=2
check("neuron_backward")

# %% [markdown]
# In the first example both weights are 2, so one more of $x_1$ or of $x_2$ gives two more of $y$. In
# the second the sum is $6 - 8 = -2$ and the gate is shut: all four slopes are 0. A neuron whose gate
# is shut for every example gets no gradient at all and never changes again. It is called **dead**.
#
# ## More kinds of nodes
#
# Five more, one line each. Derive each on paper, then let `check` measure it.
#
# ### Exercise 7 · Backward through a power  (difficulty 1, 5 minutes)


# %% exercise="power_backward"
def power_backward(a, exponent, gradient):
    """Gradient of the input of a ** exponent.

    a, gradient: float arrays of the same shape; exponent: a fixed number, not an input
    -> an array of that shape
    power_backward(2.0, 3, 1.0) -> 12
    """
    ### BEGIN SOLUTION
    return gradient * exponent * a ** (exponent - 1)
    ### END SOLUTION


# %% check="power_backward" points=1
check("power_backward")

# %% [markdown]
# ### Exercise 8 · Backward through exp and log  (difficulty 1, 10 minutes)
#
# $e^a$ is its own slope. The slope of $\ln a$ is $1/a$: at 0.01 the logarithm is a hundred times as
# steep as at 1, which is why a confident wrong answer is expensive.


# %% exercise="exp_backward"
def exp_backward(a, gradient):
    """Gradient of the input of exp(a).

    a, gradient: float arrays of the same shape -> an array of that shape
    exp_backward(0.0, 3.0) -> 3
    """
    ### BEGIN SOLUTION
    return gradient * np.exp(a)
    ### END SOLUTION


# %% check="exp_backward" points=1
check("exp_backward")


# %% exercise="log_backward"
def log_backward(a, gradient):
    """Gradient of the input of ln(a).

    a: float array, > 0; gradient: of the same shape -> an array of that shape
    log_backward(0.01, 1.0) -> 100
    """
    ### BEGIN SOLUTION
    return gradient / a
    ### END SOLUTION


# %% check="log_backward" points=1
check("log_backward")

# %% [markdown]
# ### Exercise 9 · Backward through sigmoid and tanh  (difficulty 2, 10 minutes)
#
# Both slopes can be written with the *result*, which the node has anyway:
#
# $$\sigma'(a) = \sigma(a)\,(1 - \sigma(a)), \qquad \tanh'(a) = 1 - \tanh^2(a)$$
#
# By hand at 0: $\sigma(0) = 0.5$, slope $0.5 \cdot 0.5 = 0.25$. That is the sigmoid's steepest place.
# Remember this quarter; it comes back in the last section and hurts.


# %% exercise="sigmoid_backward"
def sigmoid_backward(a, gradient):
    """Gradient of the input of the sigmoid 1 / (1 + exp(-a)).

    a, gradient: float arrays of the same shape -> an array of that shape
    sigmoid_backward(0.0, 1.0) -> 0.25
    Far from 0 the slope is 0, and not NaN: a may be 1000 or -1000.
    """
    ### BEGIN SOLUTION
    y = 0.5 * (1 + np.tanh(0.5 * np.asarray(a)))
    return gradient * y * (1 - y)
    ### END SOLUTION


# %% check="sigmoid_backward" points=2
check("sigmoid_backward")


# %% exercise="tanh_backward"
def tanh_backward(a, gradient):
    """Gradient of the input of tanh(a).

    a, gradient: float arrays of the same shape -> an array of that shape
    tanh_backward(0.0, 1.0) -> 1
    """
    ### BEGIN SOLUTION
    return gradient * (1 - np.tanh(a) ** 2)
    ### END SOLUTION


# %% check="tanh_backward" points=1
check("tanh_backward")

# %% [markdown]
# ## Nodes that hold arrays
#
# One node per number would be 34,186 nodes. So let a node hold a whole array. Two things are new:
# numbers disappear (a sum), and numbers are copied (broadcasting). They are each other's mirror.
#
# ### Exercise 10 · Backward through a sum over an axis  (difficulty 2, 10 minutes)
#
# In $y = a_1 + a_2 + a_3$ every entry counts 1 for 1. What arrives at the sum goes to each of its
# entries: summing forward is copying backward.


# %% exercise="sum_backward"
def sum_backward(a, axis, gradient):
    """Gradient of the input of np.sum(a, axis=axis).

    a: float array; axis: an int, or None for all entries; gradient: of the shape of the sum
    -> an array of the shape of a
    sum_backward(np.ones((2, 3)), 1, np.array([5.0, 7.0])) -> [[5, 5, 5], [7, 7, 7]]
    Hint: np.expand_dims puts an axis of length 1 where the sum took one away.
    """
    ### BEGIN SOLUTION
    if axis is not None:
        gradient = np.expand_dims(gradient, axis)
    return np.broadcast_to(gradient, np.shape(a)).copy()
    ### END SOLUTION


# %% check="sum_backward" points=2
check("sum_backward")

# %% [markdown]
# ### Exercise 11 · Undo broadcasting  (difficulty 3, 20 minutes)
#
# A bias of shape (3,) is added to a batch of shape (32, 3): NumPy copies it 32 times without saying
# so. Copying forward is summing backward. The gradient that comes back has the large shape, and the
# bias needs its own: add up over every axis along which it was copied.
#
# NumPy aligns shapes at their *ends*. An axis is copied when it is missing in front, or when its
# length is 1 and the other's is not.


# %% exercise="unbroadcast"
def unbroadcast(gradient, shape):
    """Sum a gradient back to the shape that was broadcast.

    gradient: float array; shape: a tuple that broadcasts to gradient's shape
    -> float array of that shape
    unbroadcast(np.ones((32, 3)), (3,)) -> [32, 32, 32]
    unbroadcast(np.ones((4, 3)), (4, 1)) -> [[3], [3], [3], [3]]
    unbroadcast(np.ones((2, 3)), ()) -> 6
    Hint: first the axes in front that shape does not have, then those of length 1.
    """
    ### BEGIN SOLUTION
    gradient = np.asarray(gradient)
    in_front = gradient.ndim - len(shape)
    gradient = gradient.sum(axis=tuple(range(in_front)))
    ones = tuple(axis for axis, length in enumerate(shape) if length == 1)
    return gradient.sum(axis=ones, keepdims=True)
    ### END SOLUTION


# %% check="unbroadcast" points=3
check("unbroadcast")

# %% [markdown]
# ### Exercise 12 · Backward through a matrix product  (difficulty 3, 20 minutes)
#
# $Y = A B$ with $A$ of shape (batch, inputs) and $B$ of shape (inputs, units). Write one entry out,
# $Y_{ij} = \sum_k A_{ik} B_{kj}$, and ask where $A_{ik}$ is used: in row $i$ of $Y$, once for every
# $j$, with the factor $B_{kj}$. Hence
#
# $$\frac{\partial L}{\partial A_{ik}} = \sum_j G_{ij} B_{kj}$$
#
# where $G$ is what arrives. The sum runs over $j$, the *last* axis of both. Which product is that?
# If you lose your way, the shapes leave only one possibility.


# %% exercise="matmul_backward"
def matmul_backward(a, b, gradient):
    """Gradients of the inputs of a @ b.

    a: (batch, inputs); b: (inputs, units); gradient: (batch, units)
    -> (gradient for a, (batch, inputs); gradient for b, (inputs, units))
    Hint: one of the factors is transposed, and gradient stands where the missing axis is.
    """
    ### BEGIN SOLUTION
    return gradient @ b.T, a.T @ gradient
    ### END SOLUTION


# %% check="matmul_backward" points=3
check("matmul_backward")

# %% [markdown]
# ### Exercise 13 · Backward through softmax and cross-entropy  (difficulty 3, 20 minutes)
#
# The last node of a classifier takes the logits and the right classes and gives the loss, the mean
# over the batch of $-\ln p_{\text{right}}$. Going back through the logarithm, the division and the
# exponentials one after the other is a page of algebra, and nearly everything cancels:
#
# $$\frac{\partial L}{\partial z} = \frac{p - t}{\text{batch}}$$
#
# with $t$ the one-hot target. Read it: every class is pushed down by the probability it was given,
# and the right one is pushed up by 1. By hand: logits (0, 0) give $p = (0.5, 0.5)$; if class 0 is
# right, the gradient is $(-0.5, 0.5)$.


# %% exercise="cross_entropy_backward"
def cross_entropy_backward(logits, labels, gradient):
    """Gradient of the logits in the mean cross-entropy of softmax(logits).

    logits: (batch, classes); labels: int array, (batch,); gradient: one number, which arrives
    -> (batch, classes)
    cross_entropy_backward([[0.0, 0.0]], [0], 1.0) -> [[-0.5, 0.5]]
    Logits may be 1000: subtract the largest of each row before np.exp.
    Hint: probs[np.arange(batch), labels] are the probabilities of the right classes.
    """
    ### BEGIN SOLUTION
    logits = np.asarray(logits)
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    slopes = exps / exps.sum(axis=1, keepdims=True)
    slopes[np.arange(len(labels)), labels] -= 1
    return gradient * slopes / len(labels)
    ### END SOLUTION


# %% check="cross_entropy_backward" points=3
check("cross_entropy_backward")

# %% [markdown]
# ## The engine
#
# All nodes are known. What is missing is somebody who remembers the graph and walks it. The class
# below remembers: a `Node` holds its value, the nodes it was computed from, and a function
# `backward` that turns the gradient that arrives into one gradient per parent. `apply` makes one:
# it computes forward with NumPy, keeps *your* function for the way back, and undoes broadcasting
# with your `unbroadcast`. Read both; there is nothing else to the engine than these and the two
# exercises that follow.


# %%
class Node:
    """A value in a graph, and how it came about."""

    def __init__(self, value, parents=(), operation="input", backward=None):
        self.value = np.asarray(value, dtype=float)
        self.parents = tuple(parents)
        self.operation = operation
        self.backward = backward  # gradient of this node -> a list, one gradient per parent
        self.gradient = np.zeros(self.value.shape)


def apply(operation, forward, backward, *parents, options=()):
    """Compute a node from its parents; `backward` is one of your functions."""
    values = [parent.value for parent in parents]

    def to_parents(gradient):
        gradients = backward(*values, *options, gradient)
        gradients = gradients if len(parents) > 1 else [gradients]
        return [unbroadcast(g, v.shape) for g, v in zip(gradients, values)]

    return Node(forward(*values, *options), parents, operation, to_parents)


def add(a, b):
    return apply("add", np.add, add_backward, a, b)


def multiply(a, b):
    return apply("multiply", np.multiply, multiply_backward, a, b)


def matmul(a, b):
    return apply("matmul", np.matmul, matmul_backward, a, b)


def power(a, exponent):
    return apply("power", np.power, power_backward, a, options=(exponent,))


def exp(a):
    return apply("exp", np.exp, exp_backward, a)


def log(a):
    return apply("log", np.log, log_backward, a)


def relu(a):
    return apply("relu", lambda v: np.maximum(v, 0), relu_backward, a)


def sigmoid(a):
    return apply("sigmoid", lambda v: 0.5 * (1 + np.tanh(0.5 * v)), sigmoid_backward, a)


def tanh(a):
    return apply("tanh", np.tanh, tanh_backward, a)


def total(a, axis=None):
    return apply("sum", lambda v, axis: np.sum(v, axis), sum_backward, a, options=(axis,))


def cross_entropy(logits, labels):
    """Mean cross-entropy of softmax(logits), one node; labels are no node, they never change."""

    def forward(z, labels):
        z = z - z.max(axis=1, keepdims=True)
        return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), labels])

    return apply("cross-entropy", forward, cross_entropy_backward, logits, options=(labels,))


def weighted_sum(nodes, factors):
    """The sum of factor * node, as one node that uses none of your functions: to try things on."""
    value = sum(factor * node.value for node, factor in zip(nodes, factors))
    return Node(value, nodes, "sum", lambda gradient: [factor * gradient for factor in factors])


# %% [markdown]
# ### Exercise 14 · Who comes first?  (difficulty 3, 25 minutes)
#
# A node may send its gradient on only when it has received *everything* that arrives. In the graph
# above, $b$ hears from $y$ and from $t$; had $t$ been asked last, $b$ would have been done too early.
# So line the nodes up: every node after all the nodes it was computed from. Backwards through this
# line, everybody is asked after all who send to it. It is called a **topological order**.
#
# How to get one: to put a node in line, first put its parents in line, each in the same manner;
# then the node itself. And whoever stands there already is not put there again.


# %% exercise="topological_order"
def topological_order(node):
    """All nodes that a node was computed from, and itself, parents first.

    node: a Node -> a list of Nodes: each once, each after all its parents; `node` is the last
    For y = (a + b) * b: [a, b, t, y] or [b, a, t, y].
    Hint: a function inside the function that calls itself; a set of id(node) for who is in line.
    """
    ### BEGIN SOLUTION
    order, seen = [], set()

    def visit(node):
        if id(node) not in seen:
            seen.add(id(node))
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(node)
    return order
    ### END SOLUTION


# %% check="topological_order" points=3
check("topological_order")

# %% [markdown]
# ### Exercise 15 · Backward  (difficulty 3, 25 minutes)
#
# Now walk. The last node gets the gradient 1: it changes as fast as itself. Then go backwards through
# the line, ask each node what its parents get, and *add* that to what they have already, because
# paths that meet add up.
#
# Three things go wrong here, and all of them look right on a chain of nodes: writing `=` instead of
# adding, adding to what an earlier run has left, and walking in the wrong order.


# %% exercise="backward"
def backward(node):
    """Set the gradient of every node that `node` was computed from.

    node: a Node that holds one number. Afterwards each of its ancestors has in `.gradient` how fast
    node.value changes with it, an array of the shape of its value. Returns nothing.
    Calling it twice gives the same gradients as calling it once.
    Hint: set all gradients to zeros first. Do not write into an array that came from a node's
    backward: two parents may have been given the same one.
    """
    ### BEGIN SOLUTION
    order = topological_order(node)
    for each in order:
        each.gradient = np.zeros(each.value.shape)
    node.gradient = np.ones(node.value.shape)
    for each in reversed(order):
        if each.parents:
            for parent, gradient in zip(each.parents, each.backward(each.gradient)):
                parent.gradient = parent.gradient + gradient
    ### END SOLUTION


# %% check="backward" points=4
check("backward")

# %% [markdown]
# The graph from above, once more, now with the gradients that your engine sent along its arrows.


# %% tags=["demo"]
def draw(node, names=()):
    """A graph of Nodes, with what flows back along every arrow."""
    order = topological_order(node)
    letters = {id(n): name for n, name in zip(order, names)}
    entries = []
    for number, n in enumerate(order):
        letters.setdefault(id(n), n.operation)
        text = (
            f"{letters[id(n)]} = {n.value:.3g}"
            if not n.parents
            else f"{n.operation}\n{n.value:.3g}"
        )
        flows = [f"{g:.3g}" for g in n.backward(n.gradient)] if n.parents else []
        parents = [str(order.index(parent)) for parent in n.parents]
        entries.append((str(number), parents, text, flows))
    return plots.graph(entries)


a, b = Node(2.0), Node(1.0)
y = multiply(add(a, b), b)
backward(y)
draw(y, ["a", "b"])
plt.show()

# %% [markdown]
# Two arrows leave $b$, with 1 and 3 on them, and `b.gradient` is their sum. Change the numbers, or
# build a graph of your own: everything in the cell is yours.
#
# ## A network on your engine
#
# ### Exercise 16 · Unequal weights  (difficulty 2, 15 minutes)
#
# A network needs weights to start with. Why not all zeros, or all the same? Take two hidden units
# with equal weights. They see the same inputs, so they compute the same value. They are used in the
# same way, so they receive the same gradient. After the step they are equal again, and so on for
# ever: two hundred units, one opinion. Only chance breaks the **symmetry**.
#
# How large? A unit adds up `inputs` products. If each weight has variance $2/\text{inputs}$, sums
# behind ReLU keep the size of what came in, through ten layers as through one (He et al. 2015,
# section 2.2). Biases start at 0.


# %% exercise="he_parameters"
def he_parameters(sizes, seed):
    """Random weights for a network.

    sizes: units of each layer, inputs first, as in [2, 16, 3]; seed: an int
    -> list of (kernel, bias), one pair per layer, all Nodes: kernel (inputs, units) from a normal
    distribution with mean 0 and standard deviation sqrt(2 / inputs), bias (units,) of zeros
    The same seed gives the same weights; layers differ.
    Hint: rng = np.random.default_rng(seed) once; zip(sizes[:-1], sizes[1:]) gives the pairs.
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    return [
        (Node(rng.normal(0, np.sqrt(2 / inputs), (inputs, units))), Node(np.zeros(units)))
        for inputs, units in zip(sizes[:-1], sizes[1:])
    ]
    ### END SOLUTION


# %% check="he_parameters" points=2
check("he_parameters")

# %% [markdown]
# ### Exercise 17 · Forward, as a graph  (difficulty 2, 15 minutes)
#
# The forward pass of assignment 01, with Nodes in place of arrays: matrix product, plus bias, ReLU;
# and no ReLU after the last layer, whose output are the logits.


# %% exercise="mlp"
def mlp(x, parameters):
    """Logits of a network, as a Node.

    x: Node, (batch, inputs); parameters: list of (kernel, bias) Nodes -> Node, (batch, units)
    Hidden layers have ReLU, the last layer has none.
    Hint: use matmul, add and relu from above; NumPy would forget where the numbers come from.
    """
    ### BEGIN SOLUTION
    for number, (kernel, bias) in enumerate(parameters, 1):
        x = add(matmul(x, kernel), bias)
        if number < len(parameters):
            x = relu(x)
    return x
    ### END SOLUTION


# %% check="mlp" points=2
check("mlp")

# %% [markdown]
# ### Exercise 18 · One step  (difficulty 2, 15 minutes)
#
# Step 3 of the course, in five lines: forward, loss, backward, and every parameter a little against
# its gradient.


# %% exercise="train_step"
def train_step(parameters, x, labels, learning_rate):
    """One step of gradient descent on the mean cross-entropy of a batch.

    parameters: list of (kernel, bias) Nodes, changed in place: each `.value` moves by
    -learning_rate * gradient; x: float array, (batch, inputs); labels: int array, (batch,)
    -> the loss before the step, a number
    Hint: cross_entropy(logits, labels) is the Node to go back from.
    """
    ### BEGIN SOLUTION
    loss = cross_entropy(mlp(Node(x), parameters), labels)
    backward(loss)
    for layer in parameters:
        for parameter in layer:
            parameter.value = parameter.value - learning_rate * parameter.gradient
    return float(loss.value)
    ### END SOLUTION


# %% check="train_step" points=3
check("train_step")

# %% [markdown]
# Does Keras agree? The same network, the same weights, the same batch, once through your engine and
# once through `value_and_grad`, which asks TensorFlow, JAX or PyTorch.

# %% tags=["demo"]
digits = datasets.digits(size=16)
x_train, x_test = (x.reshape(len(x), -1) for x in (digits.x_train, digits.x_test))  # (n, 256)
parameters = he_parameters([256, 128, 10], seed=0)
loss = cross_entropy(mlp(Node(x_train[:32]), parameters), digits.y_train[:32])
backward(loss)


def keras_loss(variables):
    h = keras.ops.relu(keras.ops.matmul(x_train[:32], variables[0]) + variables[1])
    logits = keras.ops.matmul(h, variables[2]) + variables[3]
    return keras.ops.mean(
        keras.losses.sparse_categorical_crossentropy(digits.y_train[:32], logits, from_logits=True)
    )


mine = [parameter for layer in parameters for parameter in layer]
value, gradients = value_and_grad(keras_loss)([p.value.astype("float32") for p in mine])
print(f"loss: {loss.value:.6f} here, {float(value):.6f} in Keras")
for parameter, theirs in zip(mine, gradients):
    theirs = keras.ops.convert_to_numpy(theirs)
    print(theirs.shape, f"relative error {relative_error(parameter.gradient, theirs):.1e}")

# %% [markdown]
# Keras computes with seven digits, your engine with sixteen; that is the whole difference.
#
# ### Exercise 19 · Train  (difficulty 2, 20 minutes)
#
# Everything is there. Go over the data a few times, in small batches, in another order each time.


# %% exercise="train"
def train(x, labels, sizes, epochs, batch_size, learning_rate, seed):
    """Train a network by gradient descent.

    x: float array, (n, inputs); labels: int array, (n,); sizes: as for he_parameters
    -> (parameters, losses): the trained list of (kernel, bias) Nodes, and for every epoch the mean
    of its steps' losses
    Each epoch uses every example once, in an order of its own; the last batch may be smaller.
    Hint: np.random.default_rng(seed).permutation(n) is an order; train_step does the rest.
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    parameters, losses = he_parameters(sizes, seed), []
    for _ in range(epochs):
        order = rng.permutation(len(x))
        batches = [order[i : i + batch_size] for i in range(0, len(x), batch_size)]
        steps = [train_step(parameters, x[b], labels[b], learning_rate) for b in batches]
        losses.append(float(np.mean(steps)))
    return parameters, losses
    ### END SOLUTION


# %% check="train" points=3
check("train")

# %% [markdown]
# First two moons, which no straight line separates.

# %% tags=["demo"]
moons = datasets.two_moons(200, noise=0.1)
moon_parameters, moon_losses = train(moons[0], moons[1].astype(int), [2, 16, 2], 200, 20, 0.3, 0)
figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
plots.decision_regions(
    lambda p: mlp(Node(p), moon_parameters).value.argmax(axis=1), *moons, ax=axes[0]
)
axes[1].plot(range(1, 201), moon_losses, color="black")
axes[1].set(xlabel="epoch", ylabel="mean loss", yscale="log")
plt.show()

# %% [markdown]
# Now the digit reader, the one with 34,186 numbers.

# %% tags=["demo"]
import time

begin = time.perf_counter()
reader, losses = train(x_train, digits.y_train, [256, 128, 10], 30, 32, 0.1, 0)
right = np.mean(mlp(Node(x_test), reader).value.argmax(axis=1) == digits.y_test)
print(f"{right:.1%} of {len(x_test)} unseen digits, {time.perf_counter() - begin:.0f} seconds")

# %% [markdown]
# No framework was involved. With five seeds we got 96.4 to 97.8 %, in 5 to 8 seconds each. What
# Keras adds is speed on large networks, and everything around.
#
# ## What goes wrong in deep networks
#
# ### Exercise 20 · How much arrives at the bottom  (difficulty 2, 15 minutes)
#
# The sigmoid's steepest slope is a quarter. Ten sigmoids in a row multiply ten such slopes, and
# $0.25^{10}$ is a millionth. Measure it: a chain of layers of equal width, and the size of the
# gradient at each one.


# %% exercise="gradient_sizes"
def gradient_sizes(x, kernels, activation):
    """How large the gradient is at every layer of a chain.

    x: float array, (batch, width); kernels: list of float arrays, (width, width);
    activation: one of the Node functions above, such as sigmoid
    -> list of numbers, one per kernel, first layer first: the norm (np.linalg.norm) of the
    gradient of the kernel, for the sum of all outputs of
    activation(... activation(activation(x @ kernels[0]) @ kernels[1]) ...)
    Hint: total(node) adds up all entries of a Node.
    """
    ### BEGIN SOLUTION
    nodes = [Node(kernel) for kernel in kernels]
    h = Node(x)
    for node in nodes:
        h = activation(matmul(h, node))
    backward(total(h))
    return [float(np.linalg.norm(node.gradient)) for node in nodes]
    ### END SOLUTION


# %% check="gradient_sizes" points=2
check("gradient_sizes")

# %% tags=["demo"]
rng = np.random.default_rng(0)
x, depth = rng.normal(size=(64, 32)), 10
starts = {"sigmoid": (sigmoid, np.sqrt(1 / 32)), "tanh": (tanh, np.sqrt(1 / 32))}
starts |= {"relu": (relu, np.sqrt(2 / 32))}
figure, ax = plt.subplots(figsize=(7, 3.6), layout="constrained")
for (name, (activation, scale)), mark in zip(starts.items(), "os^"):
    kernels = [rng.normal(0, scale, (32, 32)) for _ in range(depth)]
    sizes = gradient_sizes(x, kernels, activation)
    ax.semilogy(range(1, depth + 1), sizes, f"k{mark}-", fillstyle="none", label=name)
    print(f"{name}: the first layer gets {sizes[0] / sizes[-1]:.1e} of what the last one gets")
ax.set(xlabel="layer", ylabel="size of its gradient", xticks=range(1, depth + 1))
ax.legend()
plt.show()

# %% [markdown]
# With the sigmoid, less than a millionth of what reaches the last layer reaches the first. It stays
# what chance made it, and the layers above train on its noise. This is the **vanishing gradient**, and for twenty
# years it was a good reason to build networks with one hidden layer. ReLU's slope is 1 or 0, so
# nothing shrinks on an open path.

# %% [markdown]
# ## In your own words
#
# Graded by your teacher. One paragraph, no code.
#
# **Question.** A friend starts a network 256-128-10 with every weight 0.01 and every bias 0. After an
# hour of training it reads 20 % of the digits. Explain what the 128 hidden units have become, why no
# amount of training changes that, and what the smallest repair is.

# %% [markdown] written="one_opinion" points=3
# *Your answer.*
#
# ### BEGIN MARK SCHEME
# 1 point: all hidden units compute the same value for every input, so the network is one with a
# single hidden unit. 1 point: equal outgoing weights give equal gradients, equal steps keep them
# equal (symmetry). 1 point: random starting weights; random biases alone or one random layer also
# earn the point when it is said that they make the gradients differ.
# ### END MARK SCHEME

# %% [markdown]
# ## Reading: who found it first?
#
# **Rumelhart, Hinton and Williams, 1986.** Four pages in *Nature*, "Learning representations by
# back-propagating errors", made the method known: hidden units that come to stand for things nobody
# named, such as the generations in a family tree. The chain rule was never the point. The point was
# that what it finds is useful.
#
# **Others were earlier.** Seppo Linnainmaa described the backward pass for any graph in his master's
# thesis in Helsinki, 1970, in order to follow rounding errors. Paul Werbos proposed it for neural
# networks in his dissertation of 1974. Engineers had passed such "adjoints" backwards through rocket
# trajectories around 1960. Each time the problem was the same, one result and very many inputs, and
# each time the answer was to walk backwards.
#
# **Why backwards?** Forwards you can also push derivatives through a graph, one input at a time: it
# costs one pass per *input*. Backwards costs one pass per *output*. A network has 34,186 inputs to be
# blamed and one loss. If there were one knob and a million results, one would walk forwards.
#
# - S. Linnainmaa (1970). Master's thesis, University of Helsinki; in English in *BIT* 16 (1976).
# - P. Werbos (1974). *Beyond Regression*. Dissertation, Harvard University.
# - D. Rumelhart, G. Hinton and R. Williams (1986). *Nature* 323, 533 to 536.
# - K. He, X. Zhang, S. Ren and J. Sun (2015). *Delving Deep into Rectifiers*.
#
# ## What to try next
#
# Not graded. Each takes a few minutes.
#
# - Add a node of your own: `minimum`, or `absolute`. What does it do to a gradient, and what does
#   `numerical_gradient` say at the kink?
# - Start `train` from weights ten times as large, and ten times as small, as `he_parameters` gives.
#   Predict both loss curves before you look.
# - Put sigmoids into a network of ten layers and train it on the moons. Which layers ever move?
# - Draw the graph of one neuron of the digit reader's last layer with `draw`. Where does it branch?
#
# ## What you built
#
# An engine in under 150 lines that goes back through any calculation made of a dozen kinds of nodes.
# It takes steps, though, in the dullest way there is: straight downhill, always the same fraction.
# Assignment 03 is about better ways to go down.
