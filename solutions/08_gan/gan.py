# %% [markdown]
# # 08 · Two networks against each other
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({{COLAB}})
#
# A classifier looks at a digit and says which one it is. **Can a network draw one?** There is no
# right answer to compare with: no two people write the same 3. So who tells the network whether its
# drawing is good?
#
# Another network does. One forges, the other inspects, and both get better by the other's success.
# In this notebook you build both, watch the forger cheat, catch it *with numbers*, and cure it.

# %% [markdown]
# **When you are done you can**
#
# - turn a model of $p(x, y)$ into a classifier, by Bayes' rule, and make it draw;
# - write both losses of a generative adversarial network (GAN), and say what the best discriminator is;
# - train two networks so that each moves only by its own loss;
# - judge drawings by numbers: modes, good samples, the Fréchet distance, the class histogram.
#
# **What you need:** cross-entropy (01), Adam (03), convolutions (04), the codes of 07.
#
# **Time:** 14 exercises, about 4 hours of your work and about two minutes of the computer's.

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

start(seed=1)

# %% [markdown]
# ## Two ways to know a digit
#
# A **discriminative** model learns $p(y \mid x)$: given the picture, which class? It needs to know
# only what tells a 3 from an 8. A **generative** model learns $p(x, y)$: how likely are this picture
# and this class *together*? That is more to ask, and it buys more. Who knows $p(x, y)$ can draw, and
# can still classify, by Bayes' rule:
#
# $$p(y \mid x) = \frac{p(x, y)}{\sum_{y'} p(x, y')} \qquad p(x, y) = p(y)\, p(x \mid y)$$
#
# The simplest $p(x \mid y)$: every pixel is normal, by itself, with a mean and a standard deviation
# for each class.

# %% [markdown]
# By hand: two classes, one pixel, priors ½ each, means 0 and 2, both standard deviations 1. At
# $x = 1.549$ the exponents are $-1.549^2/2 = -1.2$ and $-0.451^2/2 = -0.1$. They differ by 1.1, so
# class 1 is $e^{1.1} = 3$ times as likely: ¼ and ¾.
#
# With 64 pixels the densities get as small as $10^{-400}$, which is 0 for a computer. So add
# logarithms, and take away the largest before you go back.
#
# ### Exercise 1 · A classifier from densities  (difficulty 2, 25 minutes)


# %% exercise="bayes_posterior"
def bayes_posterior(x, priors, means, stds):
    """p(y | x) by Bayes' rule, where the features of each class are independent and normal.

    x: float array, (n, features); priors: (classes,), summing to 1
    means, stds: (classes, features), stds > 0 -> (n, classes), rows summing to 1
    bayes_posterior([[1.549]], [0.5, 0.5], [[0], [2]], [[1], [1]]) -> [[0.25, 0.75]]
    Formula: log p(x, y) = log p(y) - sum(log std + ((x - mean) / std)**2 / 2) + a constant.
    Hint: x[:, None] has shape (n, 1, features) and broadcasts against (classes, features).
    """
    ### BEGIN SOLUTION
    x, means, stds = (np.asarray(array, float) for array in (x, means, stds))
    distance = (x[:, None] - means) / stds  # (n, classes, features)
    log_joint = np.log(priors) - np.sum(np.log(stds) + distance**2 / 2, axis=-1)  # (n, classes)
    powers = np.exp(log_joint - log_joint.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% check="bayes_posterior" points=3
check("bayes_posterior")

# %% tags=["demo"]
digits = datasets.digits(size=8)
flat, labels = digits.x_train.reshape(-1, 64), digits.y_train
priors = np.bincount(labels) / len(labels)
means = np.stack([flat[labels == k].mean(axis=0) for k in range(10)])  # (10, 64)
stds = np.stack([flat[labels == k].std(axis=0) for k in range(10)]) + 0.1
probs = bayes_posterior(digits.x_test.reshape(-1, 64), priors, means, stds)
print(f"right on {np.mean(probs.argmax(axis=1) == digits.y_test):.1%} of the test digits")
rng = np.random.default_rng(0)
drawn = rng.normal(means, stds - 0.1).clip(0, 1).reshape(-1, 8, 8)
plots.images(np.concatenate([digits.x_train[:10], drawn]), columns=10)
plt.show()

# %% [markdown]
# Nine of ten right, from nothing but means and spreads. Below, what the same model draws. Each
# pixel was drawn by itself: no stroke knows of the other. To draw well a model must know how pixels
# hang together, and for that no handy formula of a density is known. The GAN's idea
# (Goodfellow and others 2014): **do without the density. Learn to sample.**
#
# ## Step 1 · Define a set of functions
#
# The **generator** $G$ turns a vector $z$ of random numbers into a sample. The **discriminator** $D$
# turns a sample into a logit; its sigmoid is how sure it is that the sample is real. Both are
# ordinary networks, and every choice of weights is one pair of functions.

# %% [markdown]
# Before digits, a world that we can see entirely: eight small normal clouds on a circle.


# %%
STD = 0.05  # of each cloud


def ring_centers(num=8):
    """The middles of the clouds, on a circle of radius 1: float array, (num, 2)."""
    angles = 2 * np.pi * np.arange(num) / num
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def ring(num, seed):
    """Points of the ring of clouds: float32 array, (num, 2)."""
    rng = np.random.default_rng(seed)
    x = ring_centers()[rng.integers(0, 8, num)] + rng.normal(scale=STD, size=(num, 2))
    return x.astype("float32")


def mlp(inputs, units, outputs, activation):
    """Two hidden layers, and a linear one."""
    dense = keras.layers.Dense
    hidden = [dense(units, activation), dense(units, activation)]
    return keras.Sequential([keras.Input((inputs,)), *hidden, dense(outputs)])


# %% tags=["demo"]
keras.utils.set_random_seed(1)
generator, discriminator = mlp(8, 64, 2, "tanh"), mlp(2, 64, 1, "leaky_relu")
noise = np.random.default_rng(2).normal(size=(1000, 8)).astype("float32")
figure, ax = plt.subplots(figsize=(4, 4), layout="constrained")
ax.plot(*ring(1000, seed=0).T, ".", markersize=3, color="black", label="real")
ax.plot(*np.asarray(generator(noise)).T, "+", markersize=4, color="#0072B2", label="untrained G")
ax.set(aspect="equal", xlabel="$x_1$", ylabel="$x_2$")
figure.legend(loc="outside lower center", ncols=2, markerscale=2)
plt.show()

# %% [markdown]
# ## Step 2 · Goodness of a function
#
# ### The discriminator's loss
#
# It is the cross-entropy of notebook 01 with the labels *real* = 1 and *fake* = 0:
#
# $$L_D = -\,\underset{\text{real}}{\text{mean}}\, \log D(x)
#   - \underset{\text{fake}}{\text{mean}}\, \log\bigl(1 - D(G(z))\bigr)$$
#
# By hand: one real sample with $D = ¾$, one fake with $D = ¼$. The loss is
# $-\log ¾ - \log ¾ = 0.575$. For a discriminator that says ½ to everything it is
# $2 \log 2 = \log 4 = 1.386$. Remember that number.
#
# From the logit $l$, without ever taking the log of 0:
# $-\log \sigma(l) = \mathrm{softplus}(-l)$ and $-\log(1 - \sigma(l)) = \mathrm{softplus}(l)$.
#
# ### Exercise 2 · The discriminator's loss  (difficulty 1, 10 minutes)


# %% exercise="discriminator_loss"
def discriminator_loss(real_logits, fake_logits):
    """Cross-entropy of real against fake, from logits.

    real_logits: float array, (n, 1); fake_logits: (m, 1), perhaps another number
    -> a number: the mean over the real ones plus the mean over the fake ones
    discriminator_loss([[1.0986]], [[-1.0986]]) -> 0.575 (1.0986 is log 3: D = 0.75 and 0.25)
    Right for logits of 1000 and -1000. It becomes part of a training: calculate with keras.ops.
    Hint: ops.softplus
    """
    ### BEGIN SOLUTION
    return ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))
    ### END SOLUTION


# %% [markdown]
# The checks of both losses also ask for their slopes, through this function:


# %%
def loss_slopes(loss, *logits):
    """The slopes of a loss with respect to each of its arrays of logits."""
    return value_and_grad(lambda arrays: loss(*arrays))(list(logits))[1]


# %% check="discriminator_loss" points=2
check("discriminator_loss")

# %% [markdown]
# ### The generator's loss
#
# The generator wants the opposite. Taken literally, it minimises $\log(1 - D(G(z)))$, the fakes' part
# of the same game. Its slope with respect to the logit is $-D$. At the start the discriminator
# sees through everything, $D = 0.001$, and the slope is $-0.001$: the worse the generator, the less
# it learns. That loss is called **saturating**.
#
# Goodfellow's remedy: minimise $-\log D(G(z))$ instead. It wants the same, and its slope is $D - 1$, which
# is $-0.999$ there. Help comes when help is needed.
#
# ### Exercise 3 · The generator's loss  (difficulty 1, 10 minutes)


# %% exercise="generator_loss"
def generator_loss(fake_logits, saturating=False):
    """What the generator minimises, from the discriminator's logits for its samples.

    fake_logits: float array, (n, 1) -> a number, the mean of -log D; of log(1 - D) if saturating
    generator_loss([[-1.0986]]) -> 1.386; generator_loss([[-1.0986]], True) -> -0.288 (D = 0.25)
    Right for logits of 1000 and -1000; calculate with keras.ops.
    Source: Goodfellow and others (2014), section 3.
    """
    ### BEGIN SOLUTION
    if saturating:
        return -ops.mean(ops.softplus(fake_logits))
    return ops.mean(ops.softplus(-fake_logits))
    ### END SOLUTION


# %% check="generator_loss" points=2
check("generator_loss")

# %% tags=["demo"]
logits = np.linspace(-8, 8, 81).astype("float32")  # (81,)
figure, axes = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
for saturating, style, name in [(False, "-", "−log D"), (True, "--", "log(1 − D), saturating")]:
    losses = [float(generator_loss(logit.reshape(1, 1), saturating)) for logit in logits]
    slope = value_and_grad(lambda z: generator_loss(z, saturating))
    slopes = [float(np.asarray(slope(logit.reshape(1, 1))[1])[0, 0]) for logit in logits]
    axes[0].plot(logits, losses, style, color="black", label=name)
    axes[1].plot(logits, slopes, style, color="black", label=name)
axes[0].set(xlabel="logit of a fake", title="the loss")
axes[1].set(xlabel="logit of a fake", title="its slope: what the generator learns by")
axes[0].legend()
plt.show()

# %% [markdown]
# On the left of both pictures the fakes are found out. The dashed slope is flat there, the solid one
# is steepest.
#
# ### The best discriminator
#
# What would a discriminator say that could be any function at all? Take one point $x$. Real samples
# come there with density $p$, fakes with density $q$. It chooses $D$ to make
# $p \log D + q \log(1 - D)$ as large as it can. The slope $p/D - q/(1-D)$ is zero at
#
# $$D^*(x) = \frac{p(x)}{p(x) + q(x)}$$
#
# By hand: where real samples are three times as frequent as fakes, $D^* = ¾$.

# %% [markdown]
# ### Exercise 4 · The best discriminator  (difficulty 1, 10 minutes)


# %% exercise="best_discriminator"
def best_discriminator(p, q):
    """The best probability of "real", given the densities of real and fake samples.

    p, q: float arrays of one shape, >= 0 -> float array of that shape
    best_discriminator([3.0, 0.0, 0.0], [1.0, 2.0, 0.0]) -> [0.75, 0, 0.5]
    Where neither has any density nothing is known: say 0.5 there.
    Source: Goodfellow and others (2014), proposition 1.
    Hint: densities can be as small as 1e-300; nothing may be added to them.
    """
    ### BEGIN SOLUTION
    p, q = np.asarray(p, float), np.asarray(q, float)
    nowhere = p + q == 0
    return np.where(nowhere, 0.5, p / np.where(nowhere, 1.0, p + q))
    ### END SOLUTION


# %% check="best_discriminator" points=1
check("best_discriminator")

# %% [markdown]
# ### What the game is worth
#
# Put $D^*$ into the game's value, $V = \text{mean}_p \log D + \text{mean}_q \log(1 - D)$, which is
# $-L_D$. With a finite number of possible samples, of probabilities $p_i$ and $q_i$:
#
# $$V^* = \sum_i p_i \log \frac{p_i}{p_i + q_i} + \sum_i q_i \log \frac{q_i}{p_i + q_i}$$
#
# By hand: if $q = p$, every fraction is ½ and $V^* = -\log 4 = -1.386$. If they have nothing in
# common, every fraction is 1 and $V^* = 0$. Nothing is below $-\log 4$, so the generator
# has won exactly when it draws with the probabilities of the world. (The difference to $-\log 4$ is
# twice the *Jensen-Shannon divergence*.)
#
# ### Exercise 5 · The value of the game  (difficulty 2, 15 minutes)


# %% exercise="best_value"
def best_value(p, q):
    """The value of the game when the discriminator is the best one.

    p, q: float arrays, (outcomes,), probabilities of real and fake, each summing to 1 -> a number
    best_value([0.5, 0.5], [0.5, 0.5]) -> -1.386; best_value([1, 0], [0, 1]) -> 0
    An outcome that never happens counts nothing: 0 times log 0 is 0 here.
    Source: Goodfellow and others (2014), theorem 1.
    Hint: sum over the outcomes with p > 0, then over those with q > 0.
    """
    ### BEGIN SOLUTION
    p, q = np.asarray(p, float), np.asarray(q, float)
    d = best_discriminator(p, q)
    return np.sum(p[p > 0] * np.log(d[p > 0])) + np.sum(q[q > 0] * np.log(1 - d[q > 0]))
    ### END SOLUTION


# %% check="best_value" points=2
check("best_value")

# %% tags=["demo"]
x = np.linspace(-5, 7, 400)
normal = lambda mean, std: np.exp(-(((x - mean) / std) ** 2) / 2) / (std * np.sqrt(2 * np.pi))
figure, axes = plt.subplots(1, 3, figsize=(12, 3), layout="constrained", sharey=True)
for ax, mean in zip(axes, [3.0, 1.0, 0.0]):
    p, q = normal(0, 1), normal(mean, 1)
    ax.plot(x, p, color="black", label="p, real")
    ax.plot(x, q, ":", color="black", label="q, fake")
    ax.plot(x, best_discriminator(p, q), "--", color="#0072B2", label="best D")
    ax.set(xlabel="x", title=f"value {best_value(p / p.sum(), q / q.sum()):.3f}")
axes[0].legend(loc="upper right")
plt.show()

# %% [markdown]
# From left to right the fakes come nearer. The best discriminator gets flatter, until it says ½ to
# everything and the value is $-1.386$. It slopes *downhill towards the fakes*. That slope is what
# the generator follows.
#
# ## Step 3 · Pick the best function
#
# ### Taking turns
#
# One step of training is two. First the discriminator moves, by its loss, and the generator stands
# still. Then the generator moves, by the answers of the discriminator, which stands still. The
# function below asks a network what it would say *if its weights were others*: for that it has
# gradients.


# %%
def called_with(weights, network, x):
    """What the network answers to x if these were its trainable weights, in training mode."""
    rest = network.non_trainable_variables
    return network.stateless_call(weights, rest, x, training=True)[0]


# %% [markdown]
# By hand: $D(x) = \sigma(w x)$ with $w = 0$, one real sample 2, one fake sample −1. Both logits are 0.
# The slopes of the loss by the logits are −½ (real) and +½ (fake), so the gradient with respect to
# $w$ is $-½ \cdot 2 + ½ \cdot (-1) = -1.5$. A step with learning rate 0.1 leads to $w = 0.15$: up
# for the real, down for the fake.
#
# **One call for the real batch, another for the fakes.** If the network has *batch normalization*, a
# layer that scales every feature to mean 0 and variance 1 over the batch, then each batch is
# scaled by its own numbers (Radford and others 2016 add it nearly everywhere).
# In a mixed batch every fake would leave its trace in what is computed for the real ones.

# %% [markdown]
# ### Exercise 6 · The discriminator's turn  (difficulty 2, 25 minutes)


# %% exercise="discriminator_step"
def discriminator_step(generator, discriminator, optimizer, real, noise):
    """One step of the discriminator; the generator's weights stay as they are.

    generator, discriminator: keras models; optimizer: a keras optimizer, the discriminator's own
    real: float array, (n, ...); noise: (m, noise_size)
    -> a number: the loss before the step. The discriminator's trainable weights are changed.
    Both networks are in training mode; real and fake are two batches.
    Hint: fakes = generator(noise, training=True). A function of the weights that uses `called_with`
    twice; value_and_grad(...)(discriminator.trainable_variables); optimizer.apply(gradients, ...).
    """
    ### BEGIN SOLUTION
    weights = discriminator.trainable_variables
    fake = generator(noise, training=True)

    def loss_of(weights):
        real_logits = called_with(weights, discriminator, real)
        return discriminator_loss(real_logits, called_with(weights, discriminator, fake))

    loss, gradients = value_and_grad(loss_of)(weights)
    optimizer.apply(gradients, weights)
    return loss
    ### END SOLUTION


# %% check="discriminator_step" points=3
check("discriminator_step")

# %% [markdown]
# ### Exercise 7 · The generator's turn  (difficulty 2, 15 minutes)
#
# Here the gradient flows *through* the discriminator, down to the generator. But the discriminator
# must not move: it would learn to be fooled.


# %% exercise="generator_step"
def generator_step(generator, discriminator, optimizer, noise):
    """One step of the generator, by the loss −log D; the discriminator's weights stay.

    Arguments as for `discriminator_step`; optimizer: the generator's own
    -> a number: the loss before the step. The generator's trainable weights are changed.
    Hint: now the function's weights are the generator's. Ask the discriminator by `called_with` too,
    with the weights that it has.
    """
    ### BEGIN SOLUTION
    weights = generator.trainable_variables

    def loss_of(weights):
        fake = called_with(weights, generator, noise)
        return generator_loss(called_with(discriminator.trainable_variables, discriminator, fake))

    loss, gradients = value_and_grad(loss_of)(weights)
    optimizer.apply(gradients, weights)
    return loss
    ### END SOLUTION


# %% check="generator_step" points=3
check("generator_step")

# %% tags=["demo"]
import time

rng = np.random.default_rng(5)
adams = [keras.optimizers.Adam(5e-3, beta_1=0.5) for _ in range(2)]
points, began = ring(128 * 50, seed=3).reshape(50, 128, 2), time.perf_counter()
for real in points:
    z = rng.normal(size=(128, 8)).astype("float32")
    d_loss = discriminator_step(generator, discriminator, adams[0], real, z)
    g_loss = generator_step(generator, discriminator, adams[1], z)
print(f"after 50 steps: discriminator {float(d_loss):.2f}, generator {float(g_loss):.2f}")
print(f"{1000 * (time.perf_counter() - began) / 50:.0f} milliseconds per step")

# %% [markdown]
# It works, and it is slow: Python builds each step anew. `fit` compiles a step once, but knows one
# model and one loss. So both players must share **one** loss. The plain sum $L_D + L_G$ would be
# wrong twice: $L_D$ would teach the generator to be found out, and $L_G$ would teach the
# discriminator to be fooled.
#
# `ops.stop_gradient(x)` has the value of $x$ and no gradient. With $s$ for the logits of stopped
# fakes and $f$ for those of the fakes themselves:
#
# $$L_D(\text{real}, s) + L_G(f) - L_G(s)$$
#
# For the generator the first and the last term are constants: $L_G(f)$ is left. For the
# discriminator $f$ and $s$ are the same, the last two terms cancel, and $L_D$ is left.

# %% [markdown]
# ### Exercise 8 · One loss for two players  (difficulty 3, 25 minutes)


# %% exercise="game_loss"
def game_loss(discriminator, real, fake):
    """One number whose gradient moves each network by its own loss only.

    discriminator: a keras model; real: tensor, (n, ...); fake: tensor, (m, ...), made by the
    generator: a gradient with respect to `fake` goes on to the generator's weights
    -> a number (scalar tensor). Its gradient with respect to the discriminator's weights is that of
    discriminator_loss, with respect to `fake` that of generator_loss (not saturating).
    Formula: above. Call the discriminator in training mode, on each batch by itself.
    Hint: three calls: on real, on ops.stop_gradient(fake), on fake.
    """
    ### BEGIN SOLUTION
    real_logits = discriminator(real, training=True)
    stopped = discriminator(ops.stop_gradient(fake), training=True)
    through = discriminator(fake, training=True)
    d_loss = discriminator_loss(real_logits, stopped)
    return d_loss + generator_loss(through) - generator_loss(stopped)
    ### END SOLUTION


# %%
class Game(keras.Model):
    """Both networks in one model, for `fit`: game.compile("adam"); game.fit(real_samples)."""

    def __init__(self, generator, discriminator, noise_size):
        super().__init__()
        self.generator, self.discriminator = generator, discriminator
        self.noise_size, self.seeds = noise_size, keras.random.SeedGenerator()
        self.built = True  # as both networks are

    def call(self, real):
        noise = keras.random.normal((ops.shape(real)[0], self.noise_size), seed=self.seeds)
        fake = self.generator(noise, training=True)
        self.add_loss(game_loss(self.discriminator, real, fake))
        return fake


# %% check="game_loss" points=3
check("game_loss")

# %% [markdown]
# One Adam does for both networks: it treats every weight by itself. The only difference to taking
# turns is that both move at once.
#
# ### How good are the samples?
#
# The losses will not tell. In a good game both sides get better, and both losses stay where they
# are. So we look at the samples, by two numbers.
#
# **The share of good ones**: a sample is good if it lies within three standard deviations of a
# center. In two dimensions $1 - e^{-9/2} = 98.9\,\%$ of the real points do.
#
# ### Exercise 9 · The share of good samples  (difficulty 1, 10 minutes)


# %% exercise="share_good"
def share_good(points, centers, radius):
    """The share of points that lie within the radius of any center.

    points: float array, (n, 2); centers: (modes, 2); radius: a number; a distance of exactly
    radius is good -> a number from 0 to 1
    share_good([[0, 3], [1, 0], [9, 9], [9, 8]], [[0, 0], [9, 9]], 1) -> 0.75
    Hint: points[:, None] - centers has shape (n, modes, 2).
    """
    ### BEGIN SOLUTION
    apart = np.asarray(points)[:, None] - np.asarray(centers)  # (n, modes, 2)
    return np.mean(np.linalg.norm(apart, axis=-1).min(axis=1) <= radius)
    ### END SOLUTION


# %% check="share_good" points=1
check("share_good")

# %% [markdown]
# **The modes covered**: a generator that puts everything into one cloud has 100 % good samples. So
# we also count the clouds that get some. Each good sample counts for its nearest center, and a
# center is covered when at least `fewest` count for it.
#
# ### Exercise 10 · The modes covered  (difficulty 2, 15 minutes)


# %% exercise="modes_covered"
def modes_covered(points, centers, radius, fewest):
    """How many centers have at least `fewest` good points of their own.

    Arguments as for `share_good`; fewest: int, at least 1 -> int
    modes_covered([[0, 1], [1, 0], [9, 9], [5, 5]], [[0, 0], [9, 9]], 1, fewest=2) -> 1
    A point counts only for its nearest center, and only if it is within the radius of it.
    Hint: np.bincount(..., minlength=...)
    """
    ### BEGIN SOLUTION
    apart = np.asarray(points)[:, None] - np.asarray(centers)  # (n, modes, 2)
    distance = np.linalg.norm(apart, axis=-1)  # (n, modes)
    nearest, good = distance.argmin(axis=1), distance.min(axis=1) <= radius
    counts = np.bincount(nearest[good], minlength=len(centers))
    return int(np.sum(counts >= fewest))
    ### END SOLUTION


# %% check="modes_covered" points=2
check("modes_covered")

# %% tags=["demo"]
three_clouds = ring(2500, seed=5)
three_clouds = three_clouds[three_clouds[:, 0] > 0.5]
for name, points in [
    ("real points", ring(2500, seed=4)),
    ("real, three clouds only", three_clouds),
    ("one normal cloud as wide as the ring", rng.normal(scale=0.7, size=(2500, 2))),
    ("the center of cloud 0, 2,500 times", np.tile(ring_centers()[:1], (2500, 1))),
]:
    good, modes = (
        share_good(points, ring_centers(), 3 * STD),
        modes_covered(points, ring_centers(), 3 * STD, fewest=25),
    )
    print(f"{name:38s} {modes} modes, {good:6.1%} good")

# %% [markdown]
# Each of the two numbers can be fooled alone. Both together are harder to fool.
#
# ### Exercise 11 · Draw the ring  (difficulty 3, 30 minutes)
#
# Your check turns the ring by an angle of its own, trains, draws 2,500 samples and asks for **8 of 8
# modes and 80 % good samples**. A recipe that works: generator of two layers of 64 tanh units,
# discriminator of two layers of 64 leaky-ReLU units, batches of 128, once through the data: 1,000
# batches. Adam with **`beta_1=0.5`** and a learning rate that falls from 0.01 to 0
# (`keras.optimizers.schedules.CosineDecay(0.01, 1000)`).


# %% exercise="train_ring"
def train_ring(x, noise_size, seed):
    """Train a GAN on points of the plane.

    x: float32 array, (n, 2), 128,000 real points in random order; noise_size: int
    seed: int, decides the start, the noise and the order
    -> the trained generator, a keras.Model: noise (m, noise_size) -> points (m, 2)
    Hint: keras.utils.set_random_seed(seed) first. `mlp` builds, `Game` plays:
    game.compile(...), game.fit(x, batch_size=..., verbose=0). No activation after the last layer.
    """
    ### BEGIN SOLUTION
    keras.utils.set_random_seed(seed)
    generator, discriminator = mlp(noise_size, 64, 2, "tanh"), mlp(2, 64, 1, "leaky_relu")
    game = Game(generator, discriminator, noise_size)
    rate = keras.optimizers.schedules.CosineDecay(0.01, len(x) // 128)
    game.compile(keras.optimizers.Adam(rate, beta_1=0.5))
    game.fit(x, batch_size=128, verbose=0)
    return generator
    ### END SOLUTION


# %% check="train_ring" points=4
check("train_ring")


# %% tags=["demo"]
def train_in_pieces(seed, beta_1=0.5, stride=1):
    """The same training, its generator's samples looked at after every 200 batches."""
    keras.utils.set_random_seed(seed)
    generator, discriminator = mlp(8, 64, 2, "tanh"), mlp(2, 64, 1, "leaky_relu")
    generator.add(keras.layers.Rescaling(stride))  # times stride
    game, x = Game(generator, discriminator, 8), ring(128_000, seed=10 + seed)
    rate = keras.optimizers.schedules.CosineDecay(0.01, 1000)
    game.compile(keras.optimizers.Adam(rate, beta_1=beta_1))
    noise, seen = np.random.default_rng(9).normal(size=(2500, 8)).astype("float32"), []
    for part in np.split(x, 5):
        game.fit(part, batch_size=128, verbose=0)
        seen.append(ops.convert_to_numpy(generator(noise)))
    return seen


def scores_of(points):
    """(modes, share of good ones), of 2,500 points."""
    centers = ring_centers()
    return modes_covered(points, centers, 3 * STD, 25), share_good(points, centers, 3 * STD)


def report(name, runs):
    """One line per training: both numbers, and how far the samples spread."""
    for seed, seen in enumerate(runs):
        modes, good = scores_of(seen[-1])
        spread = seen[-1].std(axis=0).mean()
        print(f"{name}, start {seed}: {modes} of 8 modes, {good:4.0%} good, spread {spread:.2f}")


calm = [train_in_pieces(seed) for seed in range(5)]
report("calm", calm)


# %% tags=["demo"]
def draw_rows(rows):
    """One row of panels per training, one panel per 200 batches."""
    size = (12, 2.8 * len(rows))
    _, axes = plt.subplots(len(rows), 5, figsize=size, layout="constrained", squeeze=False)
    for row, (name, seen) in zip(axes, rows.items()):
        row[0].set_ylabel(name)
        for ax, points, batches in zip(row, seen, range(200, 1001, 200)):
            ax.plot(*points.T, ".", markersize=1.5, color="black")
            ax.plot(*ring_centers().T, "o", markersize=12, markerfacecolor="none", color="#D55E00")
            modes, good = scores_of(points)
            ax.set_title(f"{batches}: {modes} modes, {good:.0%} good", fontsize=9)
            ax.set(aspect="equal", xlim=(-1.6, 1.6), ylim=(-1.6, 1.6), xticks=[], yticks=[])
    plt.show()


draw_rows({"start 0": calm[0]})

# %% [markdown]
# All eight, on each of five starts. On ten other starts and rings turned like your check's we
# measured 8 modes every time and 84.6 to 88.7 % good samples, in about three seconds each.
#
# ### Mode collapse
#
# Nothing in the losses asks for all eight clouds. What if the generator is too quick for the
# discriminator? Below, one thing is changed: what the generator says is multiplied by 20, and so is the
# length of its every step.

# %% tags=["demo"]
quick = [train_in_pieces(seed, stride=20) for seed in range(5)]
report("quick", quick)
draw_rows({"start 1": quick[1], "start 2": quick[2]})

# %% [markdown]
# **Mode collapse.** All noise vectors lead to nearly the same place, wherever the discriminator
# believes the samples at the moment. It learns to doubt that place, and the generator, faster, has
# moved on. The count of modes shows it, at most 2 on all five starts, and so does the spread of the
# samples: a few hundredths on four of them, where the ring has 0.7.
#
# The cure here was to keep the generator at the discriminator's pace: compare the five lines of "calm".
# Others let the discriminator see several samples at once, so that it notices when
# they are all alike (Salimans and others 2016), or let the generator look some moves ahead (Metz
# and others 2017, who used such a ring).
#
# ### A game is not a valley
#
# Adam's `beta_1`, the memory of its momentum, is 0.9 by default, and served you well in every notebook.
# Here we set 0.5. Does it matter?

# %% tags=["demo"]
wild = [train_in_pieces(seed, beta_1=0.9) for seed in range(3)]
report("beta_1 = 0.9", wild)
draw_rows({"start 0": wild[0]})

# %% [markdown]
# The samples swing from side to side. On ten starts we measured 0 to 8 modes, and never more than 32 % good
# samples. In an ordinary training the goal stands still, and it helps to remember where one was going.
# In a game the goal moves, and momentum leads to where the opponent *was*. Radford and
# others (2016) settled on 0.5; Gidel and others (2019) show that even a negative momentum can be best.

# %% [markdown]
# ## Digits, judged by numbers
#
# For pictures there are no known centers. So let a classifier look. Its last hidden layer
# describes a picture by a few numbers, its *features*; in the space of features "near" means
# "similar to a reader of digits", not "similar pixel by pixel".
#
# First the **class histogram**: what would the classifier say to a thousand drawings? If no 8 is
# among them, the generator has lost a mode.
#
# ### Exercise 12 · The class histogram  (difficulty 1, 5 minutes)


# %% exercise="class_shares"
def class_shares(logits):
    """The share of the samples that falls to each class.

    logits: float array, (n, classes): what a classifier says to n samples
    -> (classes,), summing to 1; the class of a sample is the one with the largest logit
    class_shares([[5, 0, 1], [2, 0, 1], [0, 0, 1], [4, 3, 0]]) -> [0.75, 0, 0.25]
    Hint: classes that never win must be there too, as zeros.
    """
    ### BEGIN SOLUTION
    logits = np.asarray(logits)
    return np.bincount(logits.argmax(axis=1), minlength=logits.shape[1]) / len(logits)
    ### END SOLUTION


# %% check="class_shares" points=1
check("class_shares")

# %% [markdown]
# Second, **one number for the whole crowd** (Heusel and others 2017). Describe the features of the
# real pictures by their mean $m_1$ and covariance $C_1$, those of the drawings by $m_2$ and $C_2$. How far
# is one normal cloud from the other? The *Fréchet distance* is
#
# $$d^2 = \|m_1 - m_2\|^2 + \mathrm{trace}\bigl(C_1 + C_2 - 2\,(C_1 C_2)^{1/2}\bigr)$$
#
# In one dimension it is $(m_1 - m_2)^2 + (s_1 - s_2)^2$. By hand: means 0 and 3, standard deviations
# 1 and 2, that is $9 + 1 = 10$. Covariances that are diagonal are treated axis by axis.

# %% [markdown]
# The root of $C_1 C_2$, which is not symmetric, is what people get wrong. Only its trace is needed.
# With $R = C_1^{1/2}$ (symmetric: keep the eigenvectors of $C_1$, take the roots of its
# eigenvalues), $R\, C_2\, R$ is symmetric and has the same eigenvalues as $C_1 C_2$. The trace is
# the sum of their roots.
#
# If a feature never varies, an eigenvalue is 0, and rounding makes it $-10^{-17}$. Set negative ones to
# 0 before you take roots.
#
# ### Exercise 13 · The Fréchet distance  (difficulty 3, 30 minutes)


# %% exercise="frechet_distance"
def frechet_distance(mean_1, cov_1, mean_2, cov_2):
    """The squared Fréchet distance of two normal distributions, called FID for Inception features.

    mean_1, mean_2: float arrays, (features,); cov_1, cov_2: (features, features), symmetric,
    eigenvalues >= 0, some perhaps exactly 0 -> a number
    frechet_distance([0], [[1]], [3], [[4]]) -> 10
    Formula: above; Dowson and Landau (1982).
    Hint: values, vectors = np.linalg.eigh(cov_1). A root is vectors * np.sqrt(values) @ vectors.T.
    """
    ### BEGIN SOLUTION
    mean_1, cov_1, mean_2, cov_2 = (np.asarray(a, float) for a in (mean_1, cov_1, mean_2, cov_2))
    values, vectors = np.linalg.eigh(cov_1)
    root = vectors * np.sqrt(values.clip(0)) @ vectors.T  # (features, features)
    both = np.linalg.eigvalsh(root @ cov_2 @ root).clip(0)  # (features,)
    trace = np.trace(cov_1) + np.trace(cov_2) - 2 * np.sum(np.sqrt(both))
    return np.sum((mean_1 - mean_2) ** 2) + trace
    ### END SOLUTION


# %% check="frechet_distance" points=3
check("frechet_distance")

# %% tags=["demo"]
x_all = np.concatenate([digits.x_train, digits.x_test])[..., None]  # (1797, 8, 8, 1)
y_all = np.concatenate([digits.y_train, digits.y_test])
layers = keras.layers
keras.utils.set_random_seed(0)
image = keras.Input((8, 8, 1))
hidden = layers.Conv2D(16, 3, padding="same", activation="relu")(image)
hidden = layers.Conv2D(32, 3, padding="same", activation="relu")(layers.MaxPooling2D()(hidden))
features = layers.Dense(16, activation="relu")(layers.Flatten()(hidden))
classifier = keras.Model(image, layers.Dense(10)(features))
reader = keras.Model(image, [features, classifier.output])
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
classifier.compile(keras.optimizers.Adam(0.003), loss, metrics=["accuracy"])
classifier.fit(digits.x_train[..., None], digits.y_train, batch_size=64, epochs=15, verbose=0)
right = classifier.evaluate(digits.x_test[..., None], digits.y_test, verbose=0)[1]
print(f"The classifier reads {right:.1%} of the test digits.")


# %% tags=["demo"]
def judged(images):
    """(Fréchet distance from all real digits, class shares) of images, (n, 8, 8, 1)."""
    found = [reader(batch.astype("float32")) for batch in (x_all, images)]
    real, drawn = (ops.convert_to_numpy(f) for f, _ in found)
    statistics = [(f.mean(axis=0), np.cov(f.T)) for f in (real, drawn)]
    shares = class_shares(ops.convert_to_numpy(found[1][1]))
    return frechet_distance(*statistics[0], *statistics[1]), shares


order = np.random.default_rng(0).permutation(len(x_all))
bayes = rng.normal(means, stds - 0.1, (180, 10, 64)).clip(0, 1).reshape(-1, 8, 8, 1)
for name, images in [
    ("half of the real ones", x_all[order[:900]]),
    ("real, no 9 among them", x_all[y_all < 9]),
    ("pixels drawn one by one", bayes),
    ("real, only 0 to 4", x_all[y_all < 5]),
    ("random grey", rng.uniform(size=x_all.shape)),
    ("real, only ones", x_all[y_all == 1]),
]:
    distance, shares = judged(images)
    print(f"{name:24s} distance {distance:6.1f}, {np.sum(shares >= 0.02)} classes above 2 %")

# %% [markdown]
# The distance orders them as you would. But look at the second row: a whole class is missing, and
# it costs half of what drawing the pixels one by one costs. **One number is never enough**: read
# the histogram as well.
#
# ### Exercise 14 · A convolutional GAN  (difficulty 3, 35 minutes)
#
# The generator grows a picture: a dense layer, reshaped to $4 \times 4$ with many channels, enlarged
# to $8 \times 8$ (`UpSampling2D`), convolutions on the way, batch normalization after its hidden
# layers. The discriminator is a small convolutional classifier with strides and leaky ReLU (Radford and
# others 2016 is full of such advice).
#
# Your check lets both play for 10 epochs. By simple features of its own, generators that draw one digit
# only have a distance of 18 to 40. Yours must be **below 8, with nine of ten classes drawn** (0.5 %
# or more). On eight starts we measured 2.8 to 4.7, and no class below 1 %.


# %% exercise="build_digit_gan"
def build_digit_gan(noise_size):
    """A convolutional generator and discriminator for 8×8 digits.

    noise_size: int -> (generator, discriminator), two keras models
    generator: (n, noise_size) -> (n, 8, 8, 1), pixels from 0 to 1 (sigmoid); it has a convolution
    discriminator: (n, 8, 8, 1) -> (n, 1), logits; it has a convolution
    At most 100,000 weights together.
    What worked here: Dense(512), Reshape((4, 4, 32)), UpSampling2D, Conv2D(32, 3), Conv2D(1, 3),
    against Conv2D(32, 3, strides=2), Conv2D(64, 3, strides=2), Flatten, Dense(1).
    """
    ### BEGIN SOLUTION
    layers = keras.layers
    generator = keras.Sequential(
        [
            keras.Input((noise_size,)),
            layers.Dense(4 * 4 * 32),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Reshape((4, 4, 32)),
            layers.UpSampling2D(),  # (8, 8, 32)
            layers.Conv2D(32, 3, padding="same"),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Conv2D(1, 3, padding="same", activation="sigmoid"),
        ]
    )
    discriminator = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(32, 3, strides=2, padding="same", activation="leaky_relu"),
            layers.Conv2D(64, 3, strides=2, padding="same", activation="leaky_relu"),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )
    return generator, discriminator
    ### END SOLUTION


# %%
def play(generator, discriminator, x, epochs, learning_rate=0.002, seed=0):
    """Let both networks play on images x, (n, 8, 8, 1); the learning rate falls to 0."""
    keras.utils.set_random_seed(seed)
    steps = epochs * -(-len(x) // 64)
    rate = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    game = Game(generator, discriminator, generator.input_shape[-1])
    game.compile(keras.optimizers.Adam(rate, beta_1=0.5))
    game.fit(x, batch_size=64, epochs=epochs, verbose=0)


# %% check="build_digit_gan" points=4
check("build_digit_gan")

# %% tags=["demo"]
keras.utils.set_random_seed(3)
artist, critic = build_digit_gan(16)
noise = np.random.default_rng(4).normal(size=(1800, 16)).astype("float32")
before = ops.convert_to_numpy(artist(noise))
play(artist, critic, x_all, epochs=40, seed=3)
after = ops.convert_to_numpy(artist(noise))
for name, images in [
    ("untrained", before),
    ("after 40 epochs", after),
    ("collapsed to its first drawing", np.repeat(after[:1], 1800, axis=0)),
]:
    distance, shares = judged(images)
    print(f"{name}: distance {distance:.1f}; shares of 0 to 9:", *(f"{s:.0%}" for s in shares))
plots.images(after[:30, ..., 0], columns=10)
plt.show()

# %% [markdown]
# Read the numbers first. On five starts we measured distances of 5.4 to 6.7, against 56 for a
# generator that knows five digits perfectly, 305 for one that draws only ones, and 432 or more for
# one that has collapsed to any of the thirty drawings above. No class had less than 3 %. Honest
# halves have 0.4: the drawings are good, and not yet real. The pixel-by-pixel drawings of the
# beginning have 9.
#
# ### Between two drawings
#
# Take two noise vectors and walk from one to the other in a straight line. If the generator had
# memorised pictures, it would have to jump.

# %% tags=["demo"]
ends = noise[[0, 1, 2, 3, 4, 5]].reshape(2, 3, 16)  # (ends, rows, noise)
share = np.linspace(0, 1, 10).reshape(1, 10, 1)
walk = (1 - share) * ends[0][:, None] + share * ends[1][:, None]  # (rows, 10, noise)
images = ops.convert_to_numpy(artist(walk.reshape(-1, 16).astype("float32")))
plots.images(images[..., 0], columns=10)
plt.show()
change = np.abs(np.diff(images.reshape(3, 10, 64), axis=1)).mean(axis=2)  # (rows, 9)
print(
    f"mean change of a pixel from picture to picture: {change.mean():.3f}, at most {change.max():.3f}"
)
print(f"between two random drawings: {np.abs(after[:900] - after[900:]).mean():.3f}")

# %% [markdown]
# It does not jump: the pictures change little by little, and what is half way between two digits
# looks like a stroke of a pen as well. (Mixing the *pixels* of two digits gives two pale digits on
# top of each other.)
#
# ## One pixel at a time
#
# There is another way to draw without a handy density of whole pictures: **one pixel after the
# other**, each one given those before,
#
# $$p(x) = \prod_i p(x_i \mid x_1, \ldots, x_{i-1})$$
#
# No adversary is needed: each factor is a classification, trained by cross-entropy, on pictures
# without any labels. PixelRNN (van den Oord and others 2016) does this with LSTMs that run over the
# picture. Here is a small relative: a GRU reads the pixels row by row, black or white, and says
# how probably the next one is black.

# %% tags=["demo"]
ink = (x_all.reshape(-1, 64, 1) > 0.5).astype("float32")  # (1797, 64, 1)
seen = np.pad(ink, ((0, 0), (1, 0), (0, 0)))[:, :-1]  # shifted: pixel i sees those before it
place = np.broadcast_to(np.eye(64, dtype="float32"), (len(ink), 64, 64))  # which pixel is next
keras.utils.set_random_seed(0)
cell = layers.GRU(96, return_sequences=True)
painter = keras.Sequential([keras.Input((64, 65)), cell, layers.Dense(1)])
loss = keras.losses.BinaryCrossentropy(from_logits=True)
painter.compile(keras.optimizers.Adam(0.005), loss)
history = painter.fit(
    np.concatenate([seen, place], axis=2), ink, batch_size=128, epochs=12, verbose=0
)
print("loss per pixel:", " ".join(f"{value:.3f}" for value in history.history["loss"][::3]))

# %% tags=["demo"]
drawn, rng = np.zeros((20, 64, 1), "float32"), np.random.default_rng(7)
for pixel in range(64):  # 64 times: ask about the next pixel, and throw the dice
    past = np.pad(drawn, ((0, 0), (1, 0), (0, 0)))[:, :-1]
    logits = painter.predict_on_batch(np.concatenate([past, place[:20]], axis=2))  # (20, 64, 1)
    drawn[:, pixel, 0] = rng.uniform(size=20) < 1 / (1 + np.exp(-logits[:, pixel, 0]))
plots.images(drawn.reshape(-1, 8, 8), columns=10, title="drawn pixel by pixel")
plots.images(ink[:20].reshape(-1, 8, 8), columns=10, title="real, in black and white")
plt.show()

# %% [markdown]
# Nothing was fought for here: the loss falls and says how good the model is. The price is paid when
# drawing, which takes 64 calls, one after the other, where the GAN needs one.
#
# ### Read on: bedrooms and comics
#
# Radford and others (2016) trained a convolutional GAN on some three million photographs of
# bedrooms (the LSUN set). It drew rooms that nobody ever slept in, and walking between two noise
# vectors it turned, step by step, a wall into a window. To rule out that it had learned pictures by
# heart they trained for a single epoch.
#
# Jin and others (2017) drew faces of comic characters. Their advice was as much about data as about
# networks: clean pictures of one source, and the wished-for features (hair, smile) given to both
# networks. Conditions like these tell the generator *what* to draw.

# %% [markdown]
# ## In your own words
#
# Graded by your teacher. Two short paragraphs, no code.

# %% [markdown] written="two_players" points=3
# **Question.**
#
# 1. In an ordinary training a falling loss means that the network gets better. Why does neither loss of
#    a GAN tell you that? What value do you expect for the discriminator's loss when the generator is perfect,
#    and can the loss have that value while the generator is bad?
# 2. A colleague shows you eight beautiful digits that her GAN drew, and a Fréchet distance below that of
#    yours. Name two ways in which her generator could still be a bad model of digits, and for each the
#    number or the experiment that would show it.
#
# ### BEGIN MARK SCHEME
# 1 point: each loss measures one network against the other of that moment, whose strength changes; it
# can stay level while both improve.
#
# 1 point: log 4 = 1.386, as D says ½ everywhere; and yes, it can: the loss has this value too if the
# discriminator is weak or untrained. Half a point for the value alone.
#
# 1 point: two ways with their tests, half a point each: classes are missing or rare (class histogram;
# the distance hardly changed without the 9); few different pictures, a collapse within a class (distances
# between samples, spread of features); training pictures learned by heart (nearest neighbours in the
# training set, interpolation); the eight were chosen (draw new ones at random).
# ### END MARK SCHEME

# %% [markdown]
# ## What to try next
#
# - Set `beta_1=0.9` in `play`. Do the digits collapse like the ring?
# - Keep the quick generator, and let the discriminator judge four samples at a time (reshape its
#   batches to $(n/4, 8)$): now it sees when all are alike. On four starts we got 4 to 8 modes that way.
# - Give both networks the label as well, and order a 7.
# - Train the classifier of real against drawn digits anew, after the game. How often is it right, and
#   what should a perfect generator make of that?
#
# A discriminator rewards or blames what a generator did, and never says what would have been right. The
# next assignment, 09, is about that: learning from rewards. It begins with `planning`.

# %% [markdown]
# ## References
#
# - D. C. Dowson, B. V. Landau (1982). The Fréchet distance between multivariate normal
#   distributions. *Journal of Multivariate Analysis* 12.
# - I. Goodfellow and others (2014). Generative adversarial nets. *NeurIPS*. arXiv:1406.2661.
# - A. Radford, L. Metz, S. Chintala (2016). Unsupervised representation learning with deep
#   convolutional generative adversarial networks. *ICLR*. arXiv:1511.06434.
# - T. Salimans and others (2016). Improved techniques for training GANs. *NeurIPS*.
# - A. van den Oord, N. Kalchbrenner, K. Kavukcuoglu (2016). Pixel recurrent neural networks. *ICML*.
# - M. Heusel and others (2017). GANs trained by a two time-scale update rule converge to a local
#   Nash equilibrium. *NeurIPS*.
# - Y. Jin and others (2017). Towards the automatic anime characters creation with generative
#   adversarial networks. arXiv:1708.05509.
# - L. Metz, B. Poole, D. Pfau, J. Sohl-Dickstein (2017). Unrolled generative adversarial networks.
#   *ICLR*.
# - G. Gidel and others (2019). Negative momentum for improved game dynamics. *AISTATS*.
#
# Discriminative and generative models, the two competing networks, drawing a pixel each time, bedrooms
# and comics are from the course's decks.
