# %% [markdown]
# # 09 · DQN
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({{COLAB}})
#
# A pole stands on a cart. Fifty times a second you may push the cart, left or right, always with the
# same force. Whoever keeps the pole up for ten seconds has won. **Nobody tells you which push was
# wrong.** You only see the pole fall.
#
# In the last notebook a maze had a few dozen squares, and a table held the value of every action
# in each. Here the state is four real numbers. In this notebook you put a network in the table's place,
# find out why that alone does not work, and what does.

# %% [markdown]
# **When you are done you can**
#
# - say what a terminated and a truncated episode have in common, and what not;
# - build the parts of a deep Q-network: replay, targets, a target network, Huber loss, double DQN;
# - test an agent in five tiny worlds, each of which shows one kind of fault;
# - train it to balance the pole, and judge it over several seeds.

# %% [markdown]
# **What you need:** values, $Q$, discount, ε-greedy and the Q-learning update (the notebook
# `planning`), gradients and Adam, a dense network in Keras.
#
# **Time:** 12 exercises, about 4 hours of your work and about 3 minutes of the computer's.

# %%
import sys

if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", "install -q {{INSTALL}}")

# %%
import time
from dataclasses import dataclass, replace

import gymnasium as gym
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import ops

from autograder import check
from threesteps import start

start(seed=1)

# %% [markdown]
# ## The pole
#
# `gymnasium` is the standard way to talk to a world. `env.reset()` begins an episode. `env.step(action)`
# moves on by one step and gives five things: the next **observation**, the **reward**, **terminated**
# (the episode is over: the pole fell), **truncated** (somebody stopped the clock) and a dictionary
# with anything else.
#
# In `CartPole-v1` every step brings a reward of 1. The episode terminates when the pole leans more
# than 12° or the cart leaves the track, and is truncated after 500 steps.


# %% tags=["demo"]
def draw_cart(ax, observation):
    """The cart at its place, the pole at its angle; the pole is 1 long, the track 4.8."""
    place, _, angle, _ = observation
    ax.plot([-2.4, 2.4], [0, 0], color="0.6", linewidth=1)
    ax.add_patch(plt.Rectangle((place - 0.25, 0), 0.5, 0.25, facecolor="0.3"))
    top = place + np.sin(angle), 0.25 + np.cos(angle)
    ax.plot([place, top[0]], [0.25, top[1]], color="#d55e00", linewidth=4)
    ax.set(xlim=(-2.5, 2.5), ylim=(-0.2, 1.5), aspect="equal")
    ax.axis("off")


env, rng = gym.make("CartPole-v1"), np.random.default_rng(1)
seen, terminated, truncated = [env.reset(seed=3)[0]], False, False
while not (terminated or truncated):
    observation, reward, terminated, truncated, info = env.step(int(rng.integers(2)))
    seen.append(observation)
figure, axes = plt.subplots(1, 6, figsize=(14, 1.9), layout="constrained")
for ax, step in zip(axes, np.linspace(0, len(seen) - 1, 6).astype(int)):
    draw_cart(ax, seen[step])
    ax.set_title(f"step {step}", fontsize=10)
plt.show()
print(f"after {len(seen) - 1} random pushes: terminated {terminated}, truncated {truncated}")
print("observation: place, speed, angle, speed of the angle =", np.round(observation, 2))

# %% [markdown]
# ### Why not a table?
#
# Cut each of the four numbers into 10 pieces: 10,000 rows with two actions each. With pieces so
# coarse two very different moments share a row. Cut them into 100, and there are 100 million rows.
# In ten hours at 50 steps a second you would see 1.8 million of them, at most.
#
# The worse trouble is that **a row knows nothing of its neighbours**. What you learn about an angle of
# 3.0° says nothing about 3.1°. A network says something about every state, seen or not: a function
# of four numbers, with one output per action.

# %% [markdown]
# ## Step 1 · Define a set of functions
#
# The function is $Q(s, a)$: the discounted return to expect after action $a$ in state $s$, if one
# plays well from then on. One forward pass gives all actions of a state at once (Mnih and others
# 2013), so the best action costs one pass and one argmax.


# %%
def build_q_model(num_inputs, num_actions, units=(128, 128)):
    """Observations, (batch, num_inputs), to one value per action, (batch, num_actions)."""
    hidden = [keras.layers.Dense(u, activation="relu") for u in units]
    return keras.Sequential([keras.Input((num_inputs,)), *hidden, keras.layers.Dense(num_actions)])


# %% [markdown]
# ### Acting is one small matrix product at a time
#
# Training works on batches, acting on one observation. For one observation nearly all of the time
# that Keras takes is preparation. But the network is nothing that NumPy could not do: multiply, add,
# cut off below zero. `model.get_weights()` gives a list: kernel, bias, kernel, bias, …, each kernel
# of shape (inputs, units).
#
# By hand: $x = (1, 2)$, kernel (1, −1), (1, 0), bias (0, 0). The layer gives (3, −1), relu (3, 0). A last
# layer with kernel (2), (5) and bias (1) gives 2 · 3 + 5 · 0 + 1 = 7.

# %% [markdown]
# ### Exercise 1 · Q values without Keras  (difficulty 1, 10 minutes)


# %% exercise="q_values"
def q_values(weights, observations):
    """The forward pass of `build_q_model`, in NumPy.

    weights: list of arrays, kernel and bias of each layer in turn, any number of layers
    observations: float array, (num_inputs,) or (batch, num_inputs)
    -> float array, (num_actions,) or (batch, num_actions)
    q_values([[[1, -1], [1, 0]], [0, 0], [[2], [5]], [1]], [1, 2]) -> [7]
    relu after every layer but the last.
    Hint: weights[::2] are the kernels, weights[1::2] the biases; x @ kernel works for both shapes.
    """
    ### BEGIN SOLUTION
    x = np.asarray(observations)
    for kernel, bias in zip(weights[:-2:2], weights[1:-2:2]):
        x = np.maximum(x @ kernel + bias, 0)  # (..., units)
    return x @ weights[-2] + weights[-1]
    ### END SOLUTION


# %% check="q_values" points=2
check("q_values")

# %% tags=["demo"]
model = build_q_model(4, 2)
weights, one = model.get_weights(), np.array([[0.1, 0.2, -0.1, 0.0]], "float32")
ways = {
    "model.predict": lambda: model.predict(one, verbose=0),
    "model(...)": lambda: model(one),
    "q_values": lambda: q_values(weights, one),
}
for name, way in ways.items():
    way()
    began = time.perf_counter()
    for _ in range(20):
        way()
    print(f"{name:14s} {1000 * (time.perf_counter() - began) / 20:7.3f} milliseconds per step")

# %% [markdown]
# A training takes tens of thousands of steps. This is the difference between a minute and an hour.
#
# ### What is a state?
#
# A state says all that matters for what comes next. One picture of a ball does not: where is it
# going? Atari games are played from pictures, so Mnih and others gave the network the **last four
# frames**, stacked as channels, as a camera stacks red, green and blue. Moving things then show as
# differences between channels.
#
# At the start of an episode there are no four frames. Then the first one is repeated. And frames of
# the last episode must not stay in the stack: the ball did not fly from there.

# %% [markdown]
# By hand: frames numbered 1, 2, 3, … With a stack of 4, reset(1) gives (1, 1, 1, 1), step(2) gives
# (1, 1, 1, 2), then (1, 1, 2, 3). After the next reset(9): (9, 9, 9, 9).
#
# ### Exercise 2 · Stack four frames  (difficulty 2, 20 minutes)


# %% exercise="FrameStack"
class FrameStack:
    """The last frames as one array, channels last, the newest in the last channel.

    FrameStack(num_frames=4)
    reset(frame): a new episode begins; frame: array, (height, width), any dtype
        -> (height, width, num_frames), the first frame repeated, of the frame's dtype
    step(frame): -> (height, width, num_frames), the oldest frame left out
    What was returned earlier must not change later.
    Source: Mnih and others (2015), Methods.
    Hint: keep a list of frames; np.stack(frames, axis=-1) makes a new array.
    """

    def __init__(self, num_frames=4):
        ### BEGIN SOLUTION
        self.num_frames = num_frames
        ### END SOLUTION

    def reset(self, frame):
        ### BEGIN SOLUTION
        self.frames = [np.array(frame)] * self.num_frames
        return np.stack(self.frames, axis=-1)
        ### END SOLUTION

    def step(self, frame):
        ### BEGIN SOLUTION
        self.frames = [*self.frames[1:], np.array(frame)]
        return np.stack(self.frames, axis=-1)
        ### END SOLUTION


# %% check="FrameStack" points=2
check("FrameStack")

# %% tags=["demo"]
stack, frame = FrameStack(4), np.zeros((21, 21), "uint8")
for step in range(7):
    frame = np.zeros((21, 21), "uint8")
    frame[2 + 2 * step : 4 + 2 * step, 3 + 2 * step : 5 + 2 * step] = 255  # a ball, falling
    frame[19, 8:13] = 255  # the paddle
    stacked = stack.reset(frame) if step == 0 else stack.step(frame)
figure, axes = plt.subplots(1, 5, figsize=(12, 2.5), layout="constrained")
for k in range(4):
    axes[k].imshow(stacked[..., k], cmap="gray")
    axes[k].set(title=f"channel {k}", xticks=[], yticks=[])
axes[4].imshow(stacked[..., [0, 2, 3]] // np.array([2, 1, 1], "uint8"))
axes[4].set(title="channels 0, 2, 3 as colours", xticks=[], yticks=[])
plt.show()

# %% [markdown]
# One channel shows where the ball is, four show where it goes. CartPole needs no stack: its four
# numbers hold the speeds.
#
# ## Step 2 · Goodness of a function
#
# ### A target for every step
#
# There is no teacher who knows $Q$. There is Bellman's equation: the value of an action is the reward
# plus, discounted, the value of what comes next. What stands on the right becomes the **target**
# of what stands on the left:
#
# $$y = r + \gamma \max_{a'} Q(s', a') \quad\text{or, if the episode terminated,}\quad y = r$$
#
# After the pole has fallen there is no reward any more: nothing to add. But if the episode was
# **truncated**, the pole is still up! Had the clock not stopped, rewards would have come. The value
# of $s'$ belongs into the target (Pardo and others 2018).

# %% [markdown]
# By hand, γ = ½: reward 1, next values (4, 6). Going on: 1 + ½ · 6 = 4. Terminated: 1. Truncated: 4.
#
# Is it important? Take the dullest world there is: one state, a reward of 1 for every step, forever.
# With γ = 0.9 its value is 1 / (1 − 0.9) = 10. Cut it into episodes of 20 steps, and treat each cut as
# an end. Then one target in twenty is 1 instead of 1 + 0.9 Q, and Q settles where
# Q = 1 + 0.9 · (19/20) · Q, at 6.9.

# %% tags=["demo"]
figure, ax = plt.subplots(figsize=(7, 2.8), layout="constrained")
for share, style, name in [(0, "-", "goes on (right)"), (1 / 20, "--", "ends (wrong)")]:
    q = [0.0]
    for _ in range(60):
        q.append(1 + 0.9 * (1 - share) * q[-1])
    ax.plot(q, style, color="black")
    ax.text(60.5, q[-1], f" a cut episode\n {name}: {q[-1]:.1f}", va="center")
ax.set(xlabel="backups", ylabel="Q of the steady world", xlim=(0, 60))
ax.spines[["top", "right"]].set_visible(False)
plt.show()

# %% [markdown]
# The same state would be worth less because somebody looked at the clock.
#
# ### Exercise 3 · Targets  (difficulty 1, 10 minutes)
#
# You are only told what *terminated*. The functions of this section become part of a compiled
# training step: calculate with `keras.ops`.


# %% exercise="td_targets"
def td_targets(rewards, next_q, terminated, discount):
    """What Q(s, a) should be: the reward, and the discounted value of the next state.

    rewards: float array, (batch,); next_q: Q values of the next states, (batch, num_actions)
    terminated: bool array, (batch,): after it nothing comes; discount: γ, a number -> (batch,)
    td_targets([1, 1], [[4, 6], [4, 6]], [False, True], 0.5) -> [4, 1]
    Source: Mnih and others (2015), algorithm 1.
    Hint: ops.cast(terminated, "float32") makes 0 and 1; ops.add takes NumPy arrays and tensors.
    """
    ### BEGIN SOLUTION
    goes_on = 1 - ops.cast(terminated, "float32")  # (batch,)
    return ops.add(rewards, discount * goes_on * ops.max(next_q, axis=1))
    ### END SOLUTION


# %% [markdown]
# The checks of this section also ask your functions as a part of a Keras model, where they meet
# tensors that have a shape and no numbers yet:


# %%
def in_a_model(function, arrays, *numbers):
    """What function(*arrays, *numbers) gives as a part of a Keras model."""
    inputs = [keras.Input(array.shape[1:], dtype=str(array.dtype)) for array in arrays]
    return keras.Model(inputs, function(*inputs, *numbers))(arrays)


# %% check="td_targets" points=2
check("td_targets")

# %% [markdown]
# ### The optimist's error
#
# The maximum of noisy numbers is too large. Ten actions are all worth 0; your estimates are off by 1,
# up or down. Their maximum is about 1.5. And this error goes *into the next target*, and from there
# back through all states.


# %% tags=["demo"]
rng = np.random.default_rng(0)
figure, ax = plt.subplots(figsize=(7, 2.8), layout="constrained")
counts = np.arange(1, 21)
first, second = rng.normal(size=(2, 20_000, 20))  # two independent estimates of zeros
highest = [first[:, :n].max(axis=1).mean() for n in counts]
best = [first[:, :n].argmax(axis=1) for n in counts]
apart = [second[np.arange(20_000), b].mean() for b in best]
ax.plot(counts, highest, "o-", color="black", label="the maximum of the first estimate")
ax.plot(counts, apart, "^--", color="#0072b2", label="second estimate of the first one's best")
ax.set(xlabel="actions, all worth 0", ylabel="mean over 20,000 tries", xticks=counts[::2])
ax.legend()
plt.show()
print(f"with 10 actions: {highest[9]:.2f} and {apart[9]:.2f}")

# %% [markdown]
# The trick: **let one network choose and another one judge.** The second network has errors too, but
# it did not choose by them. In *double DQN* (van Hasselt and others 2016) the network that learns
# chooses $a^*$, and an older copy of it, which we need anyway, judges:
#
# $$a^* = \arg\max_{a'} Q(s', a') \qquad y = r + \gamma\, Q_{\text{target}}(s', a^*)$$
#
# By hand: the learner says (4, 6), the copy says (5, 3). The learner prefers the second action, the
# copy's value of it is 3. With r = 1 and γ = ½: y = 2.5. DQN would have taken max(5, 3): 3.5.

# %% [markdown]
# ### Exercise 4 · Double DQN  (difficulty 2, 15 minutes)


# %% exercise="double_targets"
def double_targets(rewards, next_q, next_q_target, terminated, discount):
    """Targets in which the learning network chooses and the target network judges.

    rewards: (batch,); next_q: of the next states by the network that learns, (batch, num_actions)
    next_q_target: the same by the target network; terminated: bool, (batch,) -> (batch,)
    double_targets([1], [[4, 6]], [[5, 3]], [False], 0.5) -> [2.5]
    Source: van Hasselt and others (2016), equation 4.
    Hint: ops.take_along_axis(values, ops.expand_dims(places, 1), axis=1), or ops.one_hot.
    """
    ### BEGIN SOLUTION
    best = ops.expand_dims(ops.argmax(next_q, axis=1), 1)  # (batch, 1)
    judged = ops.take_along_axis(next_q_target, best, axis=1)  # (batch, 1)
    return td_targets(rewards, judged, terminated, discount)
    ### END SOLUTION


# %% check="double_targets" points=2
check("double_targets")

# %% [markdown]
# ### Errors of any size
#
# In Atari one game gives 1 for a hit, another 1,000. With one learning rate for all games Mnih and
# others **clipped the rewards** to the range from −1 to 1. That costs something: the agent no longer
# sees that 1,000 is more than 1.
#
# ### Exercise 5 · Clip rewards  (difficulty 1, 5 minutes)


# %% exercise="clipped_reward"
def clipped_reward(reward, limit=1.0):
    """The reward, or the nearest number in the range from -limit to limit.

    reward: a number or a float array; limit: a number > 0 -> the same shape
    clipped_reward([-7, 0.3, 2]) -> [-1, 0.3, 1]
    Source: Mnih and others (2015), Methods.
    Hint: np.clip
    """
    ### BEGIN SOLUTION
    return np.clip(reward, -limit, limit)
    ### END SOLUTION


# %% check="clipped_reward" points=1
check("clipped_reward")

# %% [markdown]
# Targets are guesses at first, and some are wildly wrong. The squared error would let the worst of
# them decide: its slope grows with the error. The **Huber loss** (Huber 1964) is a parabola near 0
# and a straight line beyond δ, so no error pulls harder than δ:
#
# $$h(e) = \tfrac12 e^2 \ \text{ for } |e| \le \delta, \qquad h(e) = \delta\,(|e| - \tfrac12 \delta) \ \text{ beyond}$$
#
# By hand, δ = 1: h(½) = ⅛, h(1) = ½ from both sides, h(3) = 2½ where the parabola has 4½.
#
# ### Exercise 6 · The Huber loss  (difficulty 1, 10 minutes)


# %% exercise="huber_loss"
def huber_loss(errors, delta=1.0):
    """Half the square of small errors; a straight line for large ones.

    errors: float array, any shape; delta: δ > 0, where the line begins -> the same shape
    huber_loss([0.5, -3]) -> [0.125, 2.5]
    Hint: ops.where(condition, a, b)
    """
    ### BEGIN SOLUTION
    size = ops.abs(errors)
    return ops.where(size <= delta, 0.5 * size**2, delta * (size - 0.5 * delta))
    ### END SOLUTION


# %% check="huber_loss" points=1
check("huber_loss")

# %% tags=["demo"]
errors = np.linspace(-4, 4, 201).astype("float32")
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 2.8), layout="constrained")
for values, style, name in [(errors**2 / 2, "--", "½ e²"), (huber_loss(errors), "-", "Huber")]:
    values = ops.convert_to_numpy(values)
    left.plot(errors, values, style, color="black", label=name)
    right.plot(errors, np.gradient(values, errors), style, color="black", label=name)
left.set(xlabel="error", title="loss")
right.set(xlabel="error", title="slope: how hard it pulls")
left.legend()
plt.show()

# %% [markdown]
# ### One loss for a batch
#
# A transition is (observation, action, reward, next observation, terminated). We know what came after
# the action that was **taken**, and nothing about the others. So only its $Q$ is compared with its
# target, and the loss is the mean of the Huber losses over the batch.
#
# The target counts as a fixed number. If the gradient flowed into it too, the step would push the
# value of the *next* state towards that of this one: backwards in time. `ops.stop_gradient` prevents
# it.

# %% [markdown]
# By hand: $Q(s) = (2, 7)$, action 0, target 3. The error is 1 (in size), the loss ½. The 7 has no part
# in it, and no gradient.
#
# ### Exercise 7 · The loss of DQN  (difficulty 3, 30 minutes)


# %% exercise="dqn_loss"
def dqn_loss(model, target_model, batch, discount, double=True):
    """The mean Huber loss of the actions taken, by DQN or double DQN.

    model, target_model: keras models, (batch, num_inputs) -> (batch, num_actions); perhaps both are
    the same model, and even then no gradient flows into the targets
    batch: observations, (batch, num_inputs), actions, int (batch,), rewards, (batch,),
    next_observations, (batch, num_inputs), terminated, bool (batch,)
    double: whether `model` chooses the next action; else `target_model` chooses and judges
    -> a scalar tensor
    Source: Mnih and others (2015), algorithm 1; van Hasselt and others (2016).
    Hint: q = model(observations); which of its columns was taken? ops.one_hot(actions, num_actions)
    """
    ### BEGIN SOLUTION
    observations, actions, rewards, next_observations, terminated = batch
    q = model(observations)  # (batch, num_actions)
    taken = ops.sum(q * ops.one_hot(actions, q.shape[1]), axis=1)  # (batch,)
    judged = target_model(next_observations)  # (batch, num_actions)
    chosen = model(next_observations) if double else judged
    targets = double_targets(rewards, chosen, judged, terminated, discount)
    return ops.mean(huber_loss(ops.stop_gradient(targets) - taken))
    ### END SOLUTION


# %% [markdown]
# This class makes a training step of your loss. `fit` compiles it once and then runs many updates in
# one go (`steps_per_execution`), each on the next rows of the batch.


# %%
class Learner(keras.Model):
    """Moves the weights of `model` by dqn_loss; those of `target_model` stay as they are."""

    def __init__(self, model, target_model, discount=0.99, double=True):
        super().__init__()
        if target_model is not model:
            target_model.trainable = False
        self.model, self.target_model = model, target_model
        self.discount, self.double = discount, double
        self.built = True  # as both networks are

    def compile(self, optimizer, steps_per_execution=1, **others):
        if keras.backend.backend() == "torch":
            steps_per_execution = 1  # PyTorch knows no other number
        super().compile(optimizer, steps_per_execution=steps_per_execution, **others)

    def call(self, batch):
        loss = dqn_loss(self.model, self.target_model, batch, self.discount, self.double)
        self.add_loss(loss)
        return loss

    def update(self, batch, batch_size):
        """One update for every batch_size rows of the arrays in `batch`, in their order."""
        if len(batch[0]) == batch_size:
            self.train_on_batch(batch)
        else:
            self.fit(batch, batch_size=batch_size, shuffle=False, verbose=0)


# %% check="dqn_loss" points=4
check("dqn_loss")

# %% [markdown]
# ## Step 3 · Pick the best function
#
# ### Remember, and draw
#
# What an agent sees comes in order: a second of leaning left, a second of leaning right. Stochastic
# gradient descent wants examples that are independent of each other. A network trained on one second
# forgets the second before.
#
# So transitions go into a **replay buffer** (Lin 1992), and every update draws a batch from it, all
# with the same probability. Each transition is used many times. When the buffer is full, the oldest
# goes first: it came from the worst policy.

# %% [markdown]
# A **ring** does this without moving anything: the row to write is the number of transitions so far,
# modulo the capacity. By hand, capacity 3: the transitions 0, 1, 2 go into rows 0, 1, 2, transition 3
# into row 0, where the oldest was.
#
# A trap: many worlds write the next observation **into the same array** that they returned before.
# The buffer must copy what it gets.
#
# ### Exercise 8 · A replay buffer  (difficulty 2, 30 minutes)


# %% exercise="ReplayBuffer"
class ReplayBuffer:
    """The latest transitions, up to `capacity` of them.

    ReplayBuffer(capacity); size: attribute, how many it holds
    add(observation, action, reward, next_observation, terminated): arrays of any shape and dtype
        (always the same), an int, a number, an array, a bool; copied; the oldest goes first
    sample(num, rng): num transitions, each drawn uniformly from all that are held, with putting
        back; rng: np.random.Generator -> a tuple of five arrays, (num, ...): observations (of their
        dtype), actions (int), rewards (float32), next_observations, terminated (bool)
    Source: Lin (1992); Mnih and others (2015).
    Hint: rng.integers(self.size, size=num) gives the rows, the same ones for all five.
    """

    def __init__(self, capacity):
        ### BEGIN SOLUTION
        self.capacity, self.size, self.num_added, self.columns = capacity, 0, 0, None
        ### END SOLUTION

    def add(self, observation, action, reward, next_observation, terminated):
        ### BEGIN SOLUTION
        observation, rows = np.asarray(observation), self.capacity
        if self.columns is None:
            frames = [np.zeros((rows, *observation.shape), observation.dtype) for _ in range(2)]
            plain = [np.zeros(rows, dtype) for dtype in ("int32", "float32", "bool")]
            self.columns = (frames[0], plain[0], plain[1], frames[1], plain[2])
        transition = (observation, action, reward, next_observation, terminated)
        for column, value in zip(self.columns, transition):
            column[self.num_added % rows] = value
        self.num_added += 1
        self.size = min(self.num_added, rows)
        ### END SOLUTION

    def sample(self, num, rng):
        ### BEGIN SOLUTION
        rows = rng.integers(self.size, size=num)
        return tuple(column[rows] for column in self.columns)
        ### END SOLUTION


# %% check="ReplayBuffer" points=4
check("ReplayBuffer")

# %% [markdown]
# ### A target that stands still
#
# The targets are made by the network that they train. Raise $Q(s, a)$, and the network, being
# smooth, raises $Q(s', a')$ with it: the target runs away. So targets come from a **copy** that stands
# still while the network learns, and is renewed from time to time.
#
# A hard copy takes all weights at once. A soft one (Lillicrap and others 2016) takes a part τ of the
# way at every update: $\theta_{\text{target}} \leftarrow \tau\,\theta + (1 - \tau)\,\theta_{\text{target}}$. By
# hand, τ = 0.1: from 2 towards 7 it goes to 2.5. τ = 1 is the hard copy.
#
# ### Exercise 9 · Renew the target network  (difficulty 1, 10 minutes)


# %% exercise="update_target"
def update_target(model, target_model, tau=1.0):
    """Move the target network's weights towards the model's; the model stays as it is.

    model, target_model: keras models of the same shape; tau: τ, 1 for a copy -> nothing
    tau 0.1, a weight 7 in the model and 2 in the target: the target's becomes 2.5
    Hint: get_weights() and set_weights(list of arrays)
    """
    ### BEGIN SOLUTION
    pairs = zip(model.get_weights(), target_model.get_weights())
    target_model.set_weights([tau * new + (1 - tau) * old for new, old in pairs])
    ### END SOLUTION


# %% check="update_target" points=1
check("update_target")

# %% [markdown]
# ### Try much, then less
#
# ε-greedy you know. Here ε falls along a straight line from 1 to a final value, over the first part of
# the training, and stays there. By hand, 1,000 steps, final 0.2, fraction 0.5: from 1 to 0.2 within
# 500 steps. At step 250 it is halfway, 0.6; at step 800 it is 0.2.
#
# ### Exercise 10 · How much to explore  (difficulty 1, 10 minutes)


# %% exercise="epsilon_at"
def epsilon_at(step, num_steps, final=0.04, fraction=0.16):
    """The probability of a random action at a step.

    step: 0 to num_steps; final: the last ε; fraction: of the steps in which ε falls, > 0 -> a number
    epsilon_at(250, 1000, final=0.2, fraction=0.5) -> 0.6
    Hint: how much of the way is done? Not more than all of it.
    """
    ### BEGIN SOLUTION
    done = min(step / (fraction * num_steps), 1.0)
    return 1 + done * (final - 1)
    ### END SOLUTION


# %% check="epsilon_at" points=1
check("epsilon_at")


# %% [markdown]
# ### Five worlds with known values
#
# All parts are there. When an agent does not learn, everything may be guilty, and CartPole will not
# tell you what. Andy Jones (2021) recommends **probe environments**: worlds so small that you know
# $Q$, each of which needs one faculty more than the last.
#
# All our worlds are tables, in the manner of `planning`. An observation is a row with a single 1.


# %%
class TableWorld(gym.Env):
    """A world of a few states; in state s, action a gives rewards[s][a], leads to nexts[s][a] and,
    if ends[s][a], terminates. limit: steps after which an episode is truncated."""

    def __init__(self, rewards, nexts, ends, starts=(0,), limit=10):
        self.rewards, self.nexts, self.ends = np.array(rewards), np.array(nexts), np.array(ends)
        self.starts, self.limit, self.log, self.over = starts, limit, [], True
        states, actions = self.rewards.shape
        self.observation_space = gym.spaces.Box(0, 1, (states,))
        self.action_space = gym.spaces.Discrete(actions)
        self.seen = np.zeros(states, "float32")  # one array, always the same

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.state, self.steps, self.over = int(self.np_random.choice(self.starts)), 0, False
        self.log.append((self.state, -1))
        return self.observation(), {}

    def step(self, action):
        if self.over:
            raise RuntimeError("this episode is over: env.reset() begins a new one")
        place, self.steps = (self.state, int(action)), self.steps + 1
        self.log.append(place)
        self.state, reward = int(self.nexts[place]), float(self.rewards[place])
        terminated, truncated = bool(self.ends[place]), self.steps >= self.limit
        self.over = terminated or truncated
        return self.observation(), reward, terminated, truncated, {}

    def observation(self):
        self.seen[:] = 0
        self.seen[self.state] = 1
        return self.seen


# %% [markdown]
# | world | what happens | Q, with γ = ½ |
# |---|---|---|
# | **value** | one step, reward 2, over | 2 |
# | **discount** | no reward, then 2, over | 1, then 2 |
# | **action** | action 0 costs 1, action 1 brings 1 | −1 and 1 |
# | **bootstrapping** | action 0 leads to a room with 2, action 1 to one with −2 | 1 and −1 |
# | **termination** | 1 for every step, nothing ever terminates, cut after 3 steps | 1 / (1 − ½) = 2 |
#
# If only the first is wrong, the loss does not reach the network. If it is right and the second is
# wrong, look at γ. Where the third fails, actions and rewards do not stay together. The fourth needs
# the right next observation. The last one needs you to keep terminated and truncated apart.

# %%
worlds = {
    "value": TableWorld([[2, 2]], [[0, 0]], [[True, True]]),
    "discount": TableWorld([[0, 0], [2, 2]], [[1, 1], [1, 1]], [[False, False], [True, True]]),
    "action": TableWorld([[-1, 1]], [[0, 0]], [[True, True]]),
    "bootstrapping": TableWorld(
        [[0, 0], [2, 2], [-2, -2]],
        [[1, 2], [1, 1], [2, 2]],
        [[False, False], [True, True], [True, True]],
    ),
    "termination": TableWorld([[1, 1]], [[0, 0]], [[False, False]], limit=3),
}

# %% [markdown]
# ### The loop
#
# The numbers of a training stand in one place. `Settings()` are those that the RL Baselines3 Zoo
# publishes for CartPole, with a smaller network: every 256 steps 128 updates, and just before them the
# target network is renewed. So within each block the targets stand still.


# %%
@dataclass(frozen=True)
class Settings:
    num_steps: int = 50_000
    learning_starts: int = 1000  # no updates before this many steps
    every: int = 256  # steps from one block of updates to the next
    updates: int = 128  # in a block
    batch_size: int = 64
    capacity: int = 100_000
    copy_every: int = 1  # blocks from one copy to the next
    discount: float = 0.99
    learning_rate: float = 2.3e-3
    final_epsilon: float = 0.04
    exploration: float = 0.16  # the fraction of the steps in which epsilon falls
    units: tuple = (128, 128)
    double: bool = True


class Diary:
    """To be passed as `watch`: keeps the weights after every block, stops from step `stop` on."""

    def __init__(self, stop=None):
        self.stop, self.steps, self.weights = stop, [], []

    def __call__(self, step, weights):
        self.steps.append(step)
        self.weights.append(weights)
        return self.stop is not None and step >= self.stop


def epsilon_greedy(q, epsilon, rng):
    """As in the last notebook: a random action with probability epsilon, else the best one."""
    return int(rng.integers(len(q))) if rng.random() < epsilon else int(np.argmax(q))


# %% [markdown]
# Your check trains an agent in all five worlds at once, with other rewards and actions exchanged, and
# then for 4,000 steps on CartPole: the policies after the last six blocks must have a mean return of 80.
# On twelve seeds ours had 150 to 237.
#
# Every step: act, remember, and begin anew when the episode is over, for either reason. After step
# number `step` (counted from 1) there is a block of updates if `step` ≥ `learning_starts` and `every`
# divides it. Block 1 renews the target network, and then every `copy_every`-th. After each block
# `watch` may look at the weights, and stop the training by answering True.
#
# ### Exercise 11 · The agent  (difficulty 3, 45 minutes)


# %% exercise="train_dqn"
def train_dqn(env, settings, seed, watch=None):
    """Train a deep Q-network in a world.

    env: a gymnasium environment; settings: Settings; seed: int, decides everything random
    watch: None or a function watch(step, weights) -> bool, asked after every block; True stops
    -> the trained model, as `build_q_model` makes it
    Only `terminated` goes into the buffer; a new episode begins after terminated or truncated.
    Source: Mnih and others (2015), algorithm 1.
    Hint: keras.utils.set_random_seed(seed) first, env.reset(seed=seed) once. A Learner, compiled
    with keras.optimizers.Adam(...) and steps_per_execution=settings.updates. Act with `q_values` and
    weights that you get from the model after each block, not at every step.
    """
    ### BEGIN SOLUTION
    keras.utils.set_random_seed(seed)
    rng, s = np.random.default_rng(seed), settings
    sizes = env.observation_space.shape[0], int(env.action_space.n), s.units
    model, target_model = build_q_model(*sizes), build_q_model(*sizes)
    learner = Learner(model, target_model, s.discount, s.double)
    adam = keras.optimizers.Adam(s.learning_rate)
    learner.compile(adam, steps_per_execution=s.updates)
    buffer, weights, blocks = ReplayBuffer(s.capacity), model.get_weights(), 0
    observation = np.array(env.reset(seed=seed)[0])
    for step in range(1, s.num_steps + 1):
        epsilon = epsilon_at(step, s.num_steps, s.final_epsilon, s.exploration)
        action = epsilon_greedy(q_values(weights, observation), epsilon, rng)
        next_observation, reward, terminated, truncated, _ = env.step(action)
        buffer.add(observation, action, reward, next_observation, terminated)
        over = terminated or truncated
        observation = np.array(env.reset()[0] if over else next_observation)
        if step >= s.learning_starts and step % s.every == 0:
            if blocks % s.copy_every == 0:
                update_target(model, target_model)
            learner.update(buffer.sample(s.updates * s.batch_size, rng), s.batch_size)
            weights, blocks = model.get_weights(), blocks + 1
            if watch is not None and watch(step, weights):
                break
    return model
    ### END SOLUTION


# %% check="train_dqn" points=6
check("train_dqn")


# %% tags=["demo"]
small = Settings(num_steps=600, learning_starts=50, every=50, updates=25, batch_size=32)
small = replace(small, discount=0.5, learning_rate=0.01, exploration=1.0, units=(32,))
figure, axes = plt.subplots(1, 5, figsize=(14, 2.8), layout="constrained", sharey=True)
for ax, (name, world) in zip(axes, worlds.items()):
    diary, known = Diary(), np.zeros(world.rewards.shape)
    train_dqn(world, replace(small, final_epsilon=1.0), seed=1, watch=diary)
    for _ in range(50):  # value iteration, as in the last notebook
        known = world.rewards + 0.5 * ~world.ends * known.max(axis=1)[world.nexts]
    learned = np.array([q_values(weights, np.eye(len(known)))[0] for weights in diary.weights])
    for action, (style, marker) in enumerate([("-", "o"), ("--", "^")]):
        ax.axhline(known[0, action], color="0.8", linewidth=6)
        ax.plot(range(1, 13), learned[:, action], style, marker=marker, markersize=4, color="black")
    ax.set(title=name, xlabel="blocks of updates", xticks=[1, 4, 8, 12])
axes[0].set_ylabel("Q of the first state")
plt.show()

# %% [markdown]
# Grey is what each action of the first state is worth, black what the agent has learned (circles:
# action 0, triangles: action 1). In the one-step worlds a few blocks are enough. In the last one every
# renewal of the target network adds one step of the future: 1, 1.5, 1.75, …
#
# ### How good is it?
#
# While it trains, the agent explores. To judge it, let it play greedily, for several episodes, and
# look at the returns: without discount, as the game counts.
#
# ### Exercise 12 · Play greedily  (difficulty 1, 15 minutes)


# %% exercise="greedy_returns"
def greedy_returns(env, weights, num_episodes, seed):
    """The returns of whole episodes in which always the best action is taken.

    env: a gymnasium environment; weights: of a Q network, see `q_values`
    seed: episode k begins with env.reset(seed=seed + k), k = 0, 1, … -> float array, (num_episodes,)
    The return of an episode is the plain sum of its rewards. An episode is over when it has
    terminated or was truncated.
    """
    ### BEGIN SOLUTION
    returns = np.zeros(num_episodes)
    for k in range(num_episodes):
        observation, over = env.reset(seed=seed + k)[0], False
        while not over:
            action = int(np.argmax(q_values(weights, observation)))
            observation, reward, terminated, truncated, _ = env.step(action)
            returns[k] += reward
            over = terminated or truncated
    return returns
    ### END SOLUTION


# %% check="greedy_returns" points=2
check("greedy_returns")

# %% [markdown]
# ## CartPole
#
# Now the pole, with `Settings()` as they are. After every 1,024 steps the agent plays ten greedy
# episodes, and if all ten reach 500 the training stops: **we keep the policy that passed this test**,
# since the next block may spoil it. It is then judged by 20 episodes that it has not seen. And since
# one seed proves nothing, we train five.


# %% tags=["demo"]
def balance(seed, settings=Settings()):
    """Train until ten greedy episodes are perfect."""
    env, trial = gym.make("CartPole-v1"), gym.make("CartPole-v1")
    run = {"steps": [], "returns": [], "predicted": []}

    def watch(step, weights):
        run["predicted"].append(q_values(weights, np.zeros(4)).max())
        if step % 1024:
            return False
        returns = greedy_returns(trial, weights, 10, seed=1000)
        run["steps"].append(step)
        run["returns"].append(returns.mean())
        return returns.min() == 500

    run["weights"] = train_dqn(env, settings, seed, watch).get_weights()
    return run


SCALE = "small"  # "full" trains ten seeds instead of five
runs, test = [], gym.make("CartPole-v1")
for seed in range(10 if SCALE == "full" else 5):
    began = time.perf_counter()
    runs.append(balance(seed))
    seconds = time.perf_counter() - began
    mean = greedy_returns(test, runs[-1]["weights"], 20, seed=5000 + 100 * seed).mean()
    steps = runs[-1]["steps"][-1]
    print(f"seed {seed}: {steps:6,} steps, {seconds:3.0f} s, 20 episodes: {mean:.1f}")

# %% tags=["demo"]
grid = np.arange(1, 49) * 1024
figure, ax = plt.subplots(figsize=(9, 3.4), layout="constrained")
# A run that has stopped keeps its last policy, so its last value goes on.
curves = [np.interp(grid, run["steps"], run["returns"]) for run in runs]
for run in runs:
    ax.plot(run["steps"], run["returns"], color="0.7", linewidth=1)
    ax.plot(run["steps"][-1], run["returns"][-1], "o", color="0.4")
ax.plot(grid, np.median(curves, axis=0), color="black", linewidth=2, label="median of the seeds")
ax.set(xlabel="steps in the world", ylabel="mean of 10 greedy episodes", ylim=(0, 520))
ax.set_xlim(0, max(run["steps"][-1] for run in runs) + 2000)
ax.legend(loc="upper left")
plt.show()

# %% [markdown]
# We measured ten seeds: all ten had a mean of at least 475 in 20 new episodes (nine had 500.0, one
# 498.6), after 14,336 to 35,840 steps and 8 to 20 seconds of computing. Look at the single runs: up to
# 200, down to 90, for a long time, and then suddenly 500. One run, looked at once, could have told you
# anything.

# %% tags=["demo"]
env = gym.make("CartPole-v1")
observation, _ = env.reset(seed=11)
figure, axes = plt.subplots(1, 6, figsize=(14, 1.9), layout="constrained")
for step in range(500):
    if step % 100 == 0 or step == 499:
        ax = axes[-1 if step == 499 else step // 100]
        draw_cart(ax, observation)
        ax.set_title(f"step {step}", fontsize=10)
    action = int(np.argmax(q_values(runs[0]["weights"], observation)))
    observation, reward, terminated, truncated, _ = env.step(action)
plt.show()
print(f"terminated {terminated}, truncated {truncated}")

# %% [markdown]
# ### What it expects, and what comes back
#
# The reward is always 1. So an episode of $n$ steps brings a discounted return of
# $1 + \gamma + \dots + \gamma^{n-1} = (1 - \gamma^n) / (1 - \gamma)$. For 500 steps that is 99.3. Does the agent know?

# %% tags=["demo"]
figure, ax = plt.subplots(figsize=(9, 3.4), layout="constrained")
blocks = np.arange(1, max(len(run["predicted"]) for run in runs) + 1)
for run in runs:
    ax.plot(blocks[: len(run["predicted"])], run["predicted"], color="#d55e00", linewidth=1)
    came = (1 - 0.99 ** np.array(run["returns"])) / 0.01
    ax.plot((np.array(run["steps"]) - 768) / 256, came, ".", color="black")
ax.plot(blocks, (1 - 0.99**blocks) / 0.01, "--", color="black")
ax.plot([], [], color="#d55e00", label="Q of the upright pole, predicted")
ax.plot([], [], ".", color="black", label="discounted return of an episode of the mean length")
ax.plot([], [], "--", color="black", label="the same for as many steps as blocks")
ax.set(xlabel="blocks of updates, each with its renewed target network", ylim=(0, 145))
ax.legend(loc="upper left")
plt.show()

# %% [markdown]
# The dashed curve fits. Every renewal of the target network moves the rewards back by one step: **after
# $k$ blocks the agent has looked $k$ steps ahead**, whatever it plays. (The orange lines lie a little
# higher. That is the optimist's error, what double DQN has left of it.)
#
# That explains the long plateau at 100. We looked into three of the runs at step 8,192, after 29
# blocks: in two of them all ten episodes ended after 84 to 109 steps because **the cart had left the
# track**. The pole stood! Who sees 29 steps ahead, 0.6 seconds, does not see the edge before it is too
# late to turn.

# %% [markdown]
# ### What if a part is missing?
#
# Everybody says that DQN needs its replay buffer and its target network. Take them away, three seeds
# each, and look at the first 4,000 steps: 12 blocks of 128 updates, or 1,501 single ones.
#
# - **no replay**: a buffer of 256, which holds only what came since the last block;
# - **no target network**: the learning network makes its own targets, the gradient stopped;
# - **one update every second step**: as many updates, but single ones, and the target network renewed
#   every 10 steps, the number that the published settings name;
# - **DQN**: not double.


# %% tags=["demo"]
class NoTarget(Learner):
    """The network that learns makes its own targets."""

    def __init__(self, model, target_model, *rest, **named):
        super().__init__(model, model, *rest, **named)


short, usual = Settings(num_steps=4000, exploration=0.5), Learner
singly = replace(short, every=2, updates=1, copy_every=5)
variants = {
    "everything": (short, usual),
    "no replay": (replace(short, capacity=256), usual),
    "no target network": (short, NoTarget),
    "every second step": (singly, usual),
    "DQN, not double": (replace(short, double=False), usual),
}


def ablated(settings, learner, seed):
    """Steps, and the mean of 5 greedy episodes there; Q of the upright pole at the end."""
    global Learner
    curve, env, trial = [], gym.make("CartPole-v1"), gym.make("CartPole-v1")

    def watch(step, weights):
        if step % 256 == 0:
            curve.append((step, greedy_returns(trial, weights, 5, seed=1000).mean()))

    Learner = learner  # for a moment
    weights = train_dqn(env, settings, seed, watch).get_weights()
    Learner = usual
    return np.array(curve).T, q_values(weights, np.zeros(4)).max()


# %% tags=["demo"]
figure, axes = plt.subplots(1, 5, figsize=(14, 3), layout="constrained", sharey=True)
for ax, (name, (settings, learner)) in zip(axes, variants.items()):
    finals, expected = [], []
    for seed in range(3):
        (steps, curve), q = ablated(settings, learner, seed)
        ax.plot(steps, curve, ["-", "--", ":"][seed], color="black")
        finals.append(curve[-6:].mean())
        expected.append(q)
    ax.set(title=name, xlabel="steps")
    print(f"{name:18s} mean of the last six:", " ".join(f"{f:4.0f}" for f in finals), end="; ")
    print("predicted", " ".join(f"{q:.3g}" for q in expected))
axes[0].set_ylabel("mean of 5 greedy episodes")
plt.show()

# %% [markdown]
# - **The target network is everything here.** Without it Q runs away, to three million, where no return
#   can exceed 100. Renewed after every five updates it runs away as well. Single updates with a renewal
#   every 256 steps do as well as blocks (after 8,000 steps 92 to 212, blocks 94 to 115), for 1.6 times the
#   computing time. So it is the standing still that counts.
# - **Replay helps.** Without it these runs start later and stay lower. With 50,000 steps, two of five
#   seeds got to 500 without replay too, three ended at 109 to 211. With replay it was ten of ten.
# - **Double or not** made no difference that we could see: DQN solved it on five of five seeds, after
#   15,360 to 39,936 steps. Two actions and a world without noise give an optimist little to err about.

# %% [markdown]
# ## Where this went
#
# **Atari.** The network of Mnih and others (2013, 2015) had your parts, convolutions in front, and four
# frames of 84 × 84 grey pixels as its state, $Q$ for every position of the joystick as its output and
# the change of the score, clipped, as its reward. One set of settings played 49 games.
#
# **Bots that get things done.** To book a cinema ticket by talking, a bot asks, confirms, books. Its
# actions are kinds of sentences, the reward comes at the end, if the right ticket was booked. People
# have no patience for a beginner's mistakes, so Li and others (2017) let the bot practise with a
# **simulated user**, who has a made-up goal and answers by rules, and train it with DQN.
#
# **AlphaGo** (Silver and others 2016) put networks for policy and value into the tree search that you
# built in `planning`.

# %% [markdown]
# ## In your own words
#
# Graded by your teacher. Two short paragraphs, no code.

# %% [markdown] written="why_dqn" points=3
# **Question.**
#
# 1. A colleague writes `done = terminated or truncated` and puts `done` into the buffer. Her CartPole
#    agent learns all the same, up to a point. What do her values say about an upright pole, and why
#    does it hurt the more, the better her agent gets?
# 2. She reports: "Without replay DQN fails. I tried it." Which two questions do you ask her before
#    you believe it? Use what you measured.
#
# ### BEGIN MARK SCHEME
# 1 point: a cut episode is taken as an end, so the upright pole is sometimes worth only 1; states get
# values that are too small and depend on the clock, which is not in the observation.
#
# 1 point: a beginner's episodes end by falling, hardly any is truncated; a good agent's are all
# truncated, so only then are the targets wrong.
#
# 1 point: how many seeds (results of single seeds differ from perfect to 100), and compared with what
# and for how long: without replay some seeds solved it too, others not in 50,000 steps; also: with
# which settings. Half a point for one of the two.
# ### END MARK SCHEME

# %% [markdown]
# ## What to try next
#
# - `update_target` with τ = 0.01 after every single update, in place of hard copies. Which τ looks as far
#   ahead as a renewal per block?
# - Targets with three rewards before the bootstrap, $r + \gamma r' + \gamma^2 r'' + \gamma^3 \max Q$: each renewal
#   now looks three steps ahead. Does the long plateau get shorter?
# - `gym.make("Acrobot-v1")`: a double pendulum, reward −1 until it swings up. The same `train_dqn`.
# - Wrap an Atari game with `FrameStack` and a convolutional `build_q_model`, on a GPU, overnight.

# %% [markdown]
# ## The end of the course
#
# You began with one neuron that could not do XOR. Since then you have written back-propagation, and an
# optimiser to go with it; you have seen with convolutions, remembered with an LSTM and with attention,
# found codes nobody had told you, set two networks against each other, and taught one to act where no
# teacher knew the answer. It was always the same three steps: define a set of functions, say how good
# each one is, pick the best.
#
# You have also learned to doubt: a picture before a formula, an oracle before trust, five seeds before
# a claim. Keep that. The next network is one that nobody has written an exercise for.
#
# From here: read a paper of this list with its code beside you and reproduce one number. Then change
# one thing, and say what happened. Sutton and Barto's book is the place to go on with today's subject.

# %% [markdown]
# ## References
#
# - P. J. Huber (1964). Robust estimation of a location parameter. *Annals of Mathematical Statistics*.
# - A. G. Barto, R. S. Sutton, C. W. Anderson (1983). Neuronlike adaptive elements that can solve
#   difficult learning control problems. *IEEE Transactions on Systems, Man, and Cybernetics*. (The
#   cart and the pole.)
# - L.-J. Lin (1992). Self-improving reactive agents based on reinforcement learning, planning and
#   teaching. *Machine Learning* 8.
# - V. Mnih and others (2013). Playing Atari with deep reinforcement learning. arXiv:1312.5602.
# - V. Mnih and others (2015). Human-level control through deep reinforcement learning. *Nature* 518.
# - H. van Hasselt, A. Guez, D. Silver (2016). Deep reinforcement learning with double Q-learning.
#   *AAAI*.
# - T. P. Lillicrap and others (2016). Continuous control with deep reinforcement learning. *ICLR*.
# - D. Silver and others (2016). Mastering the game of Go with deep neural networks and tree search.
#   *Nature* 529.
# - X. Li, Y.-N. Chen, L. Li, J. Gao, A. Celikyilmaz (2017). End-to-end task-completion neural dialogue
#   systems. *IJCNLP*.
# - F. Pardo, A. Tavakoli, V. Levdik, P. Kormushev (2018). Time limits in reinforcement learning. *ICML*.
# - R. S. Sutton, A. G. Barto (2018). *Reinforcement Learning: An Introduction*, second edition.
# - A. Jones (2021). Debugging reinforcement learning systems. andyljones.com.
# - A. Raffin. RL Baselines3 Zoo: tuned settings for many worlds. github.com/DLR-RM/rl-baselines3-zoo.
#
# Why replay, frozen targets and clipped rewards make it stable, Atari's state and the bot with its
# simulated user are from the course's decks.
