# %% [markdown]
# # 06 · Memory
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({{COLAB}})
#
# *Mary got the ball from John. Mary went back to the garden. John went back to the kitchen.*
# **Where is the ball?**
#
# You answered at once, and yet you looked twice: first for the ball, and found Mary; then for
# Mary, and found the garden. The second sentence does not mention a ball at all. In this notebook
# you build networks that look into a memory, prove that looking once cannot be enough, and then
# give a network a memory in which it can also write.

# %% [markdown]
# **When you are done you can**
#
# - turn sentences into vectors that know the order of their words;
# - read a memory in several hops, and say what one hop can never do;
# - train a memory network on stories and see what it looks at;
# - address the memory of a Neural Turing Machine, write to it and copy with it.

# %% [markdown]
# **What you need:** attention as a softmax over matches (the notebook `attention`), and XOR from
# assignment 01.
#
# **Time:** 11 exercises, about 3½ hours of your work and about a minute of the computer's.

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
from threesteps import datasets, start

start(seed=1)

# %% [markdown]
# ## Three memories
#
# Psychologists tell three memories apart (Atkinson and Shiffrin 1968). What the senses deliver
# stays in **sensory memory** for moments. What gets attention enters **working memory**, small, where
# we think. What is encoded from there goes into **long-term memory**, large, and is retrieved into
# working memory when it is needed.
#
# The attention of the last notebook sits on the first arrow: it picks from what came in. Today's
# networks have the others too. Their working memory is a state vector, their long-term memory is a
# table of vectors, *retrieving* is reading it with attention, *encoding* is writing to it.

# %% [markdown]
# A recurrent network keeps all it knows in its state. If it is to remember more, the state must
# grow, and the parameters grow with its square. A table of vectors can have more rows without one
# parameter more. You will see that happen.
#
# Here are the stories: who got what from whom, who went where, in random order. They come **in
# fours**, and each four exchange two things: who gave and who got, and the places of these two.

# %% tags=["demo"]
data = datasets.stories(4)
for number in range(4):
    print(*data.sentences(number), sep="\n")
    print(data.asked(number), data.words[data.answer[number]].upper(), "\n")

# %% [markdown]
# ## Step 1 · Define a set of functions
#
# ### A sentence as a vector
#
# A word is a row of a table, learned like any weight. A sentence could be the sum of its words: a
# *bag of words*. But then "Mary got the ball from John" and "John got the ball from Mary" are the
# same vector. So each word is first multiplied by weights that depend on its **position**
# (Sukhbaatar and others 2015). With word $j$ of $J$ and unit $k$ of $d$, both counted from 1:
#
# $$l_{jk} = \Bigl(1 - \frac jJ\Bigr) - \frac kd \Bigl(1 - \frac{2j}{J}\Bigr)$$

# %% [markdown]
# By hand, $J = 2$, $d = 2$: the first word is multiplied by (½, ½), the second by (½, 1). The words
# (2, 4) and (6, 2) in this order give (1, 2) + (3, 2) = (4, 4), the other way round (4, 5).
#
# ### Exercise 1 · A sentence that knows its order  (difficulty 2, 20 minutes)


# %% exercise="sentence_vectors"
def sentence_vectors(vectors):
    """Sum the words of each sentence, each word weighted by its position.

    vectors: float array, (..., words, units), any number of axes in front -> (..., units)
    sentence_vectors([[2, 4], [6, 2]]) -> [4, 4]
    Formula: above; Sukhbaatar and others (2015), section 4.1.
    It becomes a part of a Keras model: calculate with keras.ops. The weights need only the
    shape: make them with NumPy, then ops.cast(weights, "float32").
    Hint: j = np.arange(1, words + 1)[:, None] / words is a column, k a row; which axis are words?
    """
    ### BEGIN SOLUTION
    words, units = vectors.shape[-2:]
    j = np.arange(1, words + 1)[:, None] / words  # (words, 1)
    k = np.arange(1, units + 1) / units  # (units,)
    weights = (1 - j) - k * (1 - 2 * j)  # (words, units)
    return ops.sum(vectors * ops.cast(weights, "float32"), axis=-2)
    ### END SOLUTION


# %% check="sentence_vectors" points=2
check("sentence_vectors")

# %% tags=["demo"]
alone = np.eye(6)[:, :, None] * np.ones(64)  # (6, 6, 64): in sentence j only word j, all ones
weights = ops.convert_to_numpy(sentence_vectors(alone.astype("float32")))  # (6, 64)
figure, ax = plt.subplots(figsize=(7, 2.4), layout="constrained")
picture = ax.imshow(weights, cmap="gray_r", aspect="auto", vmin=0, vmax=1)
ax.set_yticks(range(6), "Mary got the ball from John".split())
ax.set(xlabel="unit", title="what each word is multiplied by, 64 units")
figure.colorbar(picture)
plt.show()

# %% [markdown]
# The first word is loud in the low units, the last one in the high units. Whoever reads the sum can
# tell who stood where.
#
# ### One hop
#
# The memory holds each sentence **twice**: as a key $m_i$, to be found by, and as a value $c_i$, to
# be read. The state $u$ starts as the question. One hop compares, reads, and adds what was read:
#
# $$p = \mathrm{softmax}_i(u \cdot m_i) \qquad o = \sum_i p_i\, c_i \qquad u' = u + o$$
#
# By hand: $u = (1.1, 0)$, keys (1, 0) and (0, 1). The matches are 1.1 and 0, the softmax ¾ and ¼
# (as $e^{1.1} = 3.0$). With the values (4, 0) and (0, 8) we read (3, 2): the new state is (4.1, 2).

# %% [markdown]
# ### Exercise 2 · One hop  (difficulty 1, 10 minutes)


# %% exercise="hop"
def hop(state, keys, values):
    """Compare the state with all keys, read the values, and add what was read to the state.

    state: float array, (batch, units); keys, values: (batch, sentences, units)
    -> (state, weights): the new state, (batch, units), and the weights p, (batch, sentences)
    hop([[1.1, 0]], [[[1, 0], [0, 1]]], [[[4, 0], [0, 8]]]) -> ([[4.1, 2]], [[0.75, 0.25]])
    Source: Sukhbaatar and others (2015), section 2.1, equations 1 and 2.
    Hint: ops.einsum("bu,bsu->bs", state, keys)
    """
    ### BEGIN SOLUTION
    weights = ops.softmax(ops.einsum("bu,bsu->bs", state, keys), axis=-1)  # (batch, sentences)
    return state + ops.einsum("bs,bsu->bu", weights, values), weights
    ### END SOLUTION


# %% check="hop" points=1
check("hop")

# %% [markdown]
# ### Several hops
#
# After the first hop the state is the question *and* what was read: "where is the ball" plus "Mary
# got the ball from John". Now another sentence can match. That is the whole trick.
#
# Every hop has its own tables, but neighbours share: what hop 1 reads (its values) is what hop 2
# compares with (its keys). So $n$ hops need $n + 1$ memories, each made of all sentences with a word
# table of its own. The name "Mary", once it has been read, then matches other sentences about Mary
# from the start.

# %% [markdown]
# ### Exercise 3 · Several hops  (difficulty 1, 10 minutes)


# %% exercise="read_in_hops"
def read_in_hops(question, memories):
    """Hop through the memories: hop h compares with memories[h] and reads memories[h + 1].

    question: float array, (batch, units); memories: a list of hops + 1 arrays (batch, sentences,
    units) -> (state, weights): the last state, (batch, units), and a list of the weights of every
    hop, each (batch, sentences)
    With the three memories A, B, C there are two hops: hop(u, A, B), then hop(u', B, C).
    Source: Sukhbaatar and others (2015), section 2.2, "adjacent".
    Hint: zip(memories, memories[1:])
    """
    ### BEGIN SOLUTION
    state, weights = question, []
    for keys, values in zip(memories, memories[1:]):
        state, looked_at = hop(state, keys, values)
        weights.append(looked_at)
    return state, weights
    ### END SOLUTION


# %% check="read_in_hops" points=1
check("read_in_hops")

# %% [markdown]
# ### The network
#
# Words are numbers; an `Embedding` layer is a table with a row for each. The answer is a word as
# well: one linear layer turns the last state into a logit for every word.
#
# One number matters. If the tables start small, all matches are near 0, every sentence gets the same
# weight, and a hop reads an average that helps nobody. Start the tables with a standard deviation of
# 0.3: then a word matches *itself* from the first step on, since the product of a vector with itself
# is large.

# %% [markdown]
# ### Exercise 4 · The reader as a Keras model  (difficulty 2, 25 minutes)


# %% exercise="build_reader"
def build_reader(num_words, hops, units=64, stddev=0.3):
    """An end-to-end memory network as a Keras model.

    num_words: size of the vocabulary; hops: int, at least 1; units: of each vector
    -> a keras.Model with the inputs [story, question], whole numbers of shape (batch, sentences, 6)
    and (batch, 4), any number of sentences, and the output logits, (batch, num_words)
    Layers: hops + 1 Embedding layers called memory_0, memory_1, ..., their tables from a normal
    distribution of the given stddev, and one Dense layer with bias, which turns the last state into
    logits. The words of the question become vectors by memory_0 as well. Sentences and question
    are summed by `sentence_vectors`; `read_in_hops` does the rest.
    Hint: keras.Input((None, 6), dtype="int32"); keras.initializers.RandomNormal(stddev=stddev)
    """
    ### BEGIN SOLUTION
    story, question = keras.Input((None, 6), dtype="int32"), keras.Input((4,), dtype="int32")
    tables = [
        keras.layers.Embedding(
            num_words, units, keras.initializers.RandomNormal(stddev=stddev), name=f"memory_{h}"
        )
        for h in range(hops + 1)
    ]
    memories = [sentence_vectors(table(story)) for table in tables]
    state, _ = read_in_hops(sentence_vectors(tables[0](question)), memories)
    return keras.Model([story, question], keras.layers.Dense(num_words)(state))
    ### END SOLUTION


# %% check="build_reader" points=3
check("build_reader")

# %% tags=["demo"]
for hops in (1, 2, 3):
    print(f"{hops} hops: {build_reader(31, hops).count_params():,} parameters")

# %% [markdown]
# The number of sentences does not appear in these numbers.
#
# ## Step 2 · Goodness of a function
#
# The loss is the cross-entropy of the right word, as always. But before we train let us ask how good
# the best function of each set can be.
#
# ### What one hop cannot do
#
# A reader with one hop gives word $k$ the score $w_k \cdot (o + u) + b_k$, where
# $o = \sum_i p_i c_i$ and $p_i = e^{u \cdot m_i} / Z$. Multiply by $Z$, which is positive, and put
# everything under one sum:
#
# $$Z \cdot \text{score}_k = \sum_i e^{u \cdot m_i}\, \bigl(w_k \cdot (c_i + u) + b_k\bigr)$$
#
# Each term looks at **one sentence and the question**. A one-hop reader is a committee in which
# every sentence votes without having heard the others.

# %% [markdown]
# Now take a four and its two answers, garden and kitchen. Let $D$ be $Z$ times the score of "garden"
# less that of "kitchen". Only two things vary within the four: the gift sentence (which votes
# $g$ or $g'$) and the two place sentences (together $s$ or $s'$). The rest $r$ is always the same.
#
# | | places as told | places exchanged |
# |---|---|---|
# | Mary got it | $g + s + r$, should be **+** | $g + s' + r$, should be **−** |
# | John got it | $g' + s + r$, should be **−** | $g' + s' + r$, should be **+** |
#
# The sums over both diagonals are equal. But one should be positive, the other negative. You know
# this table: it is XOR. Whatever the weights, at least one of four is wrong.

# %% [markdown]
# ### Exercise 5 · The limit of one hop  (difficulty 2, 20 minutes)
#
# Not every question is like that. "Where is Mary now" has the answers garden, kitchen, garden,
# kitchen, and votes can do that. Only where both diagonals hold the same word twice, and the two
# words differ, are three of four the best. (A four with any other pattern can be had entirely.)


# %% exercise="one_hop_limit"
def one_hop_limit(answers):
    """The share of stories, made in fours, that no reader with one hop can exceed.

    answers: int array, (n, 2, 2): the answers of n fours; answers[k, g, s] is that for gift g (as
    told, exchanged) and places s -> a number: the mean over all stories
    one_hop_limit([[[7, 9], [9, 7]]]) -> 0.75; one_hop_limit([[[7, 9], [7, 9]]]) -> 1
    Hint: count the fours where both diagonals agree and differ from each other.
    """
    ### BEGIN SOLUTION
    answers = np.asarray(answers)
    a, b, c, d = (answers[:, g, s] for g in (0, 1) for s in (0, 1))  # each (n,)
    xor = (a == d) & (b == c) & (a != b)  # (n,)
    return 1 - np.mean(xor) / 4
    ### END SOLUTION


# %% check="one_hop_limit" points=2
check("one_hop_limit")

# %% tags=["demo"]
tests = {
    "Where is Mary now": datasets.stories(1000, facts=1, seed=100, quiet=True),
    "Where is the ball": datasets.stories(1000, facts=2, seed=200, quiet=True),
}
for name, test in tests.items():
    limit = one_hop_limit(test.answer.reshape(-1, 2, 2))
    print(f"{name}: {test!r}; one hop can have at most {limit:.0%} right")

# %% [markdown]
# This holds on this very test set, for every table of words, every training, every number of units.
# It holds because each sentence is encoded alone and the last layer is linear. (What if it is not?
# That is for the end.)
#
# ## Step 3 · Pick the best function
#
# ### Exercise 6 · Train the reader  (difficulty 2, 20 minutes)
#
# Both kinds of question are mixed in the training. With 4,000 stories, batches of 64 and Adam with
# a learning rate of 0.01 seven epochs are enough. Your check trains readers on new stories whose
# words have other numbers; each with two hops must have 95 % right of those it has not seen, of
# both kinds. On twenty starts our
# readers had 99.8 to 100 % of 1,000 right for the ball, and 100 % for Mary.


# %% exercise="train_reader"
def train_reader(story, question, answer, num_words, hops, seed):
    """Build a reader and train it.

    story: int array, (n, sentences, 6); question: (n, 4); answer: (n,), numbers of words
    num_words, hops: as for `build_reader`; seed: int, decides the start and the order of the batches
    -> the trained keras.Model
    Hint: keras.utils.set_random_seed(seed) comes first; the model gives logits, and the answers are
    numbers: keras.losses.SparseCategoricalCrossentropy(from_logits=True). Shuffling is fit's default.
    """
    ### BEGIN SOLUTION
    keras.utils.set_random_seed(seed)
    model = build_reader(num_words, hops)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss)
    model.fit([story, question], answer, batch_size=64, epochs=7, verbose=0)
    return model
    ### END SOLUTION


# %% check="train_reader" points=4
check("train_reader")


# %% tags=["demo"]
def mixed_stories(num, seed):
    """Stories, questions and answers of both kinds, half of each."""
    halves = [datasets.stories(num // 2, facts, seed=seed + facts, quiet=True) for facts in (1, 2)]
    names = ("story", "question", "answer")
    return [np.concatenate([getattr(half, name) for half in halves]) for name in names]


def share_right(model, test):
    logits = ops.convert_to_numpy(model([test.story, test.question]))  # (n, words)
    return np.mean(logits.argmax(axis=1) == test.answer)


readers = {}
for hops in (1, 2):
    for seed in range(5):
        training = mixed_stories(4000, seed=1000 + 10 * seed)
        readers[hops, seed] = train_reader(*training, len(data.words), hops, seed)

# %% tags=["demo"]
figure, ax = plt.subplots(figsize=(8, 3.2), layout="constrained")
for place, (name, test) in enumerate(tests.items()):
    for hops, marker in [(1, "o"), (2, "^")]:
        shares = [share_right(readers[hops, seed], test) for seed in range(5)]
        print(f"{name}, {hops} hop(s):", " ".join(f"{share:.1%}" for share in shares))
        rows = 2 * place + hops - 1 + np.linspace(-0.2, 0.2, 5)
        ax.plot(shares, rows, marker, color="black", markerfacecolor="white", clip_on=False)
ax.axvline(0.75, linestyle="--", color="black")
ax.text(0.74, -0.1, "limit of one hop\nwhere is the ball", ha="right", va="center")
ax.set_yticks(range(4), [f"{name}, {h}" for name in tests for h in ("1 hop", "2 hops")])
ax.set(xlabel="share right on 1,000 new stories, five starts", xlim=(0, 1.01), ylim=(3.5, -0.5))
plt.show()

# %% [markdown]
# "Where is Mary now" is no problem for one hop. "Where is the ball" is: on fifteen starts we
# measured 23 to 27 %, about what guessing among the story's four places gives. One hop more, and everything
# is right.
#
# Is the limit of ¾ not far above what one hop reached? It is a limit, not a prediction. To get three
# of four right a committee must be wrong with confidence on the fourth, and the cross-entropy
# punishes confident errors: the votes do best to stay undecided. And they cannot even agree on which
# two of the story's four places are in question.
#
# Does the algebra hold for a trained network? Here is $D$ in the fours, at one hop and at two.


# %% tags=["demo"]
def look(model, test, hops):
    """The weights of every hop on the sentences of all stories, by your own functions."""
    tables = [model.get_layer(f"memory_{h}") for h in range(hops + 1)]
    memories = [sentence_vectors(table(test.story)) for table in tables]
    start = sentence_vectors(tables[0](test.question))
    _, weights = read_in_hops(start, memories)
    matches = ops.einsum("bu,bsu->bs", start, memories[0])
    z = ops.convert_to_numpy(ops.sum(ops.exp(matches), axis=1))  # (n,), of the first hop
    return [ops.convert_to_numpy(w) for w in weights], z


balls = tests["Where is the ball"]
for hops in (1, 2):
    model = readers[hops, 0]
    logits = ops.convert_to_numpy(model([balls.story, balls.question]))
    _, z = look(model, balls, hops)
    a, b = (np.repeat(balls.answer[start::4], 4) for start in (0, 1))  # both answers of each four
    rows = np.arange(len(logits))
    d = (z * (logits[rows, a] - logits[rows, b])).reshape(-1, 2, 2)
    off = np.abs(d[:, 0, 0] + d[:, 1, 1] - d[:, 0, 1] - d[:, 1, 0]) / np.abs(d).sum(axis=(1, 2))
    print(f"{hops} hop(s): the diagonals differ by {off.mean():.2%} of their size")

# %% [markdown]
# With one hop the two diagonals are equal up to rounding, as they must be. With two hops the sums
# have nothing to do with each other: what the second hop weighs depends on what the first one read,
# so the sentences no longer vote alone.
#
# ### What it looks at

# %% tags=["demo"]
weights, _ = look(readers[2, 0], balls, 2)
figure, axes = plt.subplots(1, 3, figsize=(14, 3.4), layout="constrained")
for ax, number in zip(axes, [0, 2, 4]):
    both = np.stack([w[number] for w in weights], axis=1)  # (sentences, 2)
    ax.imshow(both, cmap="gray_r", vmin=0, vmax=1, aspect="auto")
    for (row, column), weight in np.ndenumerate(both):
        color = "white" if weight > 0.5 else "black"
        ax.text(column, row, f"{weight:.2f}", ha="center", va="center", color=color, fontsize=9)
    ax.set_yticks(range(6), balls.sentences(number), fontsize=9)
    ax.set_xticks([0, 1], ["hop 1", "hop 2"])
    ax.set_title(f"{balls.asked(number)} {balls.words[balls.answer[number]]}", fontsize=10)
plt.show()
for h, w in enumerate(weights):
    share = np.mean(w.argmax(axis=1) == balls.facts[:, h])
    print(f"hop {h + 1} looks most at fact {h + 1} in {share:.1%} of the stories")

# %% [markdown]
# Hop 1 finds the gift of the thing asked about, hop 2 the place of its receiver, in all of the 1,000
# stories. From the first picture to the second, giver and receiver change roles, and hop 2 follows.
#
# Nobody told the network which sentences it needs. It was given stories, questions and answers, and
# the shortest way to the answers is to look where you looked.

# %% [markdown]
# ### Three things to take away
#
# Below: the same readers on stories of other lengths than they were trained on, and two readers
# whose sentences are bags of words.


# %% tags=["demo"]
for gifts in (1, 2, 3, 4):
    longer = datasets.stories(1000, gifts=gifts, seed=300, quiet=True)
    shares = [share_right(readers[2, seed], longer) for seed in range(5)]
    print(f"{3 * gifts:2d} sentences:", " ".join(f"{share:.1%}" for share in shares))

# %% tags=["demo"]
right_way, training = sentence_vectors, mixed_stories(4000, seed=1000)
sentence_vectors = lambda vectors: ops.sum(vectors, axis=-2)  # for a moment, bags of words
bags = [train_reader(*training, len(data.words), 2, seed) for seed in range(2)]
for name, test in tests.items():
    print(f"bags of words, {name}:", " ".join(f"{share_right(bag, test):.1%}" for bag in bags))
sentence_vectors = right_way

# %% [markdown]
# - **A longer memory costs nothing.** Trained on six sentences, the readers have all right with
#   twelve, with the same parameters.
# - **Order within a sentence matters.** When giver and receiver are exchanged the answer changes,
#   but a bag of words does not. So bags can have at most half of the stories right.
# - **So does the start.** With tables that start at a standard deviation of 0.05, four of ten readers
#   had not found the second hop after seven epochs (27 to 53 % for the ball). With 0.3 all of twenty
#   had.

# %% [markdown]
# ### Memories of other things
#
# Nothing in a hop asks what the vectors are. For **captions of images** the memory holds one vector
# per region, from a convolutional network, and the state of a recurrent network that writes the
# caption looks at another region for each word (Xu and others 2015). Where a caption is wrong, the
# map often shows why: it looked at the wrong thing. For **videos** there is a vector per frame, and
# a word looks at the moments it is about (Yao and others 2015). The first captioning networks had no
# memory: one vector for the whole picture, read once (Vinyals and others 2015).

# %% [markdown]
# ## A memory to write in
#
# So far the memory was filled by the data. A **Neural Turing Machine** (Graves, Wayne and Danihelka
# 2014) has a table of numbers that it fills itself, through *heads*. A head stands nowhere exactly:
# it has a weight for every row, and the weights sum to 1. So everything can be differentiated, and
# the machine can be trained.
#
# A head finds its row in two ways: **by content** (the row most like this key) and **by location**
# (the row after the last one). First by content: similarity $K$ is the cosine of the angle between
# key and row, and a number $\beta$, the sharpness, says how much a better match counts:
#
# $$w_i = \mathrm{softmax}_i\bigl(\beta\, K(k, M_i)\bigr) \qquad K(k, m) = \frac{k \cdot m}{\|k\| \|m\|}$$

# %% [markdown]
# By hand: rows (1, 0) and (0, 5), key (2, 0). The cosines are 1 and 0; lengths do not matter. With
# $\beta = 1.1$ the weights are ¾ and ¼, with $\beta = 5.5$ they are 0.996 and 0.004.
#
# ### Exercise 7 · Find by content  (difficulty 1, 15 minutes)


# %% exercise="content_weights"
def content_weights(memory, key, sharpness):
    """How much of a head's attention each row of the memory gets for being like the key.

    memory: float array, (rows, units); key: (units,), not zero; sharpness: β, a number > 0
    -> (rows,), positive, summing to 1
    content_weights([[1, 0], [0, 5]], [2, 0], 1.1) -> [0.75, 0.25]
    An empty row (all zeros) has similarity 0.
    Source: Graves and others (2014), equations 5 and 6.
    Hint: np.linalg.norm(memory, axis=1); divide by 1 where it is 0. β may be 1000: mind exp.
    """
    ### BEGIN SOLUTION
    lengths = np.linalg.norm(memory, axis=1) * np.linalg.norm(key)  # (rows,)
    similarity = np.asarray(memory) @ np.asarray(key) / np.where(lengths > 0, lengths, 1.0)
    scores = sharpness * similarity
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()
    ### END SOLUTION


# %% check="content_weights" points=2
check("content_weights")

# %% [markdown]
# ### By location
#
# A head that walks needs neighbours. The rows form a ring: after the last one comes the first. The
# machine gives three probabilities, for one back, stay and one on, and every bit of weight moves by
# them:
#
# $$\tilde w_i = \sum_j w_j\, s(i - j)$$
#
# By hand: all weight on row 3 of 0 to 3, shift (0.1, 0.2, 0.7). Then 0.1 goes back to row 2, 0.2
# stays on row 3, and 0.7 goes on to row 0. The result is (0.7, 0, 0.1, 0.2).

# %% [markdown]
# ### Exercise 8 · Shift around the ring  (difficulty 2, 15 minutes)


# %% exercise="shifted_weights"
def shifted_weights(weights, shift):
    """Move a head's weights along the ring of rows.

    weights: float array, (rows,), rows >= 3; shift: (3,), probabilities of one back, stay, one on
    -> (rows,)
    shifted_weights([0, 0, 0, 1], [0.1, 0.2, 0.7]) -> [0.7, 0, 0.1, 0.2]
    Source: Graves and others (2014), equation 8.
    Hint: np.roll(weights, 1) moves everything one row on.
    """
    ### BEGIN SOLUTION
    back, stay, on = shift
    return back * np.roll(weights, -1) + stay * np.asarray(weights) + on * np.roll(weights, 1)
    ### END SOLUTION


# %% check="shifted_weights" points=1
check("shifted_weights")

# %% [markdown]
# ### The whole address
#
# Four things in a fixed order. Content gives $w^c$. The **gate** $g$, from 0 to 1, mixes it with
# where the head stood before. Then the **shift**. A shift that is not quite sure blurs the weights a
# little more at every step, so at last the head **sharpens** them with a power $\gamma \ge 1$:
#
# $$w^g = g\, w^c + (1 - g)\, w^{\text{before}} \qquad \tilde w = \text{shifted}(w^g) \qquad
# w_i = \frac{\tilde w_i^{\gamma}}{\sum_j \tilde w_j^{\gamma}}$$
#
# By hand, $\gamma = 2$: (0.2, 0.8) becomes 0.04 and 0.64, divided by 0.68: (0.06, 0.94). With $g = 0$
# the head walks; with $g = 1$ it jumps; with $g = 1$ and a shift of one on it jumps to **the row
# after** what it looked for. You will need that.

# %% [markdown]
# ### Exercise 9 · The whole address  (difficulty 2, 20 minutes)


# %% exercise="address"
def address(memory, before, key, sharpness, gate, shift, gamma):
    """Where a head stands next: content, gate, shift, sharpening, in this order.

    memory: float array, (rows, units); before: (rows,), the head's last weights; key, sharpness: as
    for `content_weights`; gate: 0 to 1, 1 takes content alone; shift: as for `shifted_weights`;
    gamma: a number >= 1, perhaps 200 -> (rows,), summing to 1
    address(memory, [0.2, 0.8, 0], key, 1, 0, [0, 1, 0], 2) -> [0.06, 0.94, 0]
    Source: Graves and others (2014), equations 5 to 9.
    Hint: 0.01 ** 200 is 0 for a computer. Divide by the largest weight before you take the power.
    """
    ### BEGIN SOLUTION
    mixed = gate * content_weights(memory, key, sharpness) + (1 - gate) * np.asarray(before)
    moved = shifted_weights(mixed, shift)
    powers = (moved / moved.max()) ** gamma  # (rows,), the largest is 1
    return powers / powers.sum()
    ### END SOLUTION


# %% check="address" points=3
check("address")

# %% [markdown]
# ### Write
#
# Reading is what a hop does: $r = \sum_i w_i M_i$. Writing has two halves. First **erase**: of unit
# $k$ in row $i$ the share $w_i e_k$ is removed, where $e$ says for each unit how much to forget.
# Then **add** $w_i a_k$:
#
# $$M_{ik} \leftarrow M_{ik}\, (1 - w_i e_k) + w_i a_k$$
#
# By hand: a row (4, 4) with weight ½, erase (1, 0), add (2, 2). The first unit becomes
# 4 · ½ + 1 = 3, the second 4 + 1 = 5. Rows with weight 0 stay as they are.

# %% [markdown]
# ### Exercise 10 · Erase and add  (difficulty 1, 10 minutes)


# %% exercise="written_memory"
def written_memory(memory, weights, erase, add):
    """The memory after a head has written.

    memory: float array, (rows, units); weights: (rows,); erase: (units,), from 0 to 1; add: (units,)
    -> a new float array, (rows, units)
    written_memory([[4, 4], [6, 6]], [0.5, 0], [1, 0], [2, 2]) -> [[3, 5], [6, 6]]
    Source: Graves and others (2014), equations 3 and 4.
    Hint: np.outer
    """
    ### BEGIN SOLUTION
    return np.asarray(memory) * (1 - np.outer(weights, erase)) + np.outer(weights, add)
    ### END SOLUTION


# %% check="written_memory" points=1
check("written_memory")

# %% [markdown]
# ### Copy
#
# Graves and others trained their machine to copy sequences, and looked at what it had found. It
# wrote the items into neighbouring rows, went back to the start, and read them one after the
# other. That is a program, and you have all its instructions. Play the controller:
#
# 1. The memory is empty, the head is on row 0. **Write** the start mark there. For every item: walk
#    one row on and write it. Erase everything in the row first.
# 2. **Read**: look for the mark *and* shift by one, in one go. That is the first item. Then walk.

# %% [markdown]
# ### Exercise 11 · Copy with hand-set heads  (difficulty 3, 30 minutes)


# %% exercise="copy_by_heads"
def copy_by_heads(items, mark, rows, shift=(0.0, 0.0, 1.0), gamma=1.0):
    """Write a sequence into an empty memory and read it back, as a Neural Turing Machine does.

    items: float array, (steps, units), steps < rows; mark: (units,), unlike every item
    rows: of the memory; shift, gamma: used whenever the head moves, see `address`
    -> (copies, path): what was read, (steps, units), and where the head stood at each write and
    then at each read, (steps + 1 + steps, rows)
    Writing starts with the head's whole weight on row 0, and moves with gate 0. The first read is at
    address(..., mark, sharpness=50, gate=1, shift, gamma), the others move with gate 0.
    Source: Graves and others (2014), section 4.1.
    Hint: with gate 0 the key does not matter: pass the mark. A read is weights @ memory.
    """
    ### BEGIN SOLUTION
    memory, weights = np.zeros((rows, len(mark))), np.eye(rows)[0]
    path, copies = [weights], []
    memory = written_memory(memory, weights, np.ones(len(mark)), mark)
    for item in items:
        weights = address(memory, weights, mark, 50, 0.0, shift, gamma)
        memory = written_memory(memory, weights, np.ones(len(mark)), item)
        path.append(weights)
    for step in range(len(items)):
        weights = address(memory, weights, mark, 50, 1.0 if step == 0 else 0.0, shift, gamma)
        copies.append(weights @ memory)
        path.append(weights)
    return np.array(copies), np.array(path)
    ### END SOLUTION


# %% check="copy_by_heads" points=3
check("copy_by_heads")

# %% tags=["demo"]
rng = np.random.default_rng(3)
items = rng.integers(0, 2, (10, 8)).astype(float)  # (10, 8), and a ninth unit for the mark
items = np.pad(items, ((0, 0), (0, 1)))  # (10, 9)
mark = np.eye(9)[8]
heads = {
    "exact shift": ((0, 0, 1), 1.0),
    "unsure shift": ((0.05, 0.1, 0.85), 1.0),
    "unsure shift, sharpened": ((0.05, 0.1, 0.85), 3.0),
}
figure, axes = plt.subplots(2, 3, figsize=(13, 6), layout="constrained", height_ratios=[1.7, 1])
for (above, below), (name, (shift, gamma)) in zip(axes.T, heads.items()):
    copies, path = copy_by_heads(items, mark, 16, shift, gamma)
    above.imshow(path.T, cmap="gray_r", vmin=0, vmax=1, aspect="auto")
    above.axvline(10.5, linestyle=":", color="black")
    above.set(title=name, xlabel="11 writes, then 10 reads", ylabel="row of the memory")
    below.imshow(copies.T, cmap="gray_r", vmin=0, vmax=1, aspect="auto")
    wrong = np.mean((copies > 0.5) != (items > 0.5))
    below.set(title=f"the copies: {wrong:.0%} of the bits wrong", xlabel="item", ylabel="unit")
plt.show()

# %% [markdown]
# Above, where the head stands: it walks and writes, jumps behind the mark, walks and reads. With
# 15 % doubt in every shift (middle) the head is spread over half a dozen rows at the end, and 28 % of
# the bits are wrong. The same doubt with $\gamma = 3$ (right) does no harm.
#
# The program knows no length. It copies 10 items or 10,000, if the memory has the rows, and the
# machine that computes keys, gates and shifts needs no parameter more for it. A recurrent network
# has to squeeze all items into its state. (A trained machine does it with a small network in your
# place. It finds this program from examples, by gradient descent through the formulas above.)

# %% [markdown]
# ## In your own words
#
# Graded by your teacher. Two short paragraphs, no code.

# %% [markdown] written="why_memory" points=3
# **Question.**
#
# 1. Why can the second hop find a sentence that the first could not? Follow the question "Where is
#    the ball?" through your network: what is in the state after each hop, and what does it match?
# 2. A colleague has a one-hop reader that answers 90 % of her questions of the form "Where is the
#    ball?" rightly, on stories she collected. Does that contradict the limit of 75 %? Name one
#    experiment that would show what her reader does.
#
# ### BEGIN MARK SCHEME
# 1 point: the state starts as the question and matches the gift sentence (the word "ball").
#
# 1 point: what was read is added, so the state now holds the receiver's name as well, and matches
# the sentence on where that person went; which weight a sentence gets depends on another sentence.
#
# 1 point: no contradiction: the limit is for stories in complete fours. In hers, one sentence
# (with the question) gives the answer away, e.g. the ball is mostly in the garden, or few people
# move. Experiment: exchange giver and receiver, or the places, in her stories and see whether the
# answers follow; or look at its weights; or what it says without the gift sentence. Half a point
# without an experiment.
# ### END MARK SCHEME

# %% [markdown]
# ## What to try next
#
# - Put a `Dense(128, activation="relu")` before the last layer of the one-hop reader. Now the proof
#   does not hold. Does it get past ¾, and what does it cost?
# - Three facts: who got the ball may have passed it on. How many hops do you need? If the order of
#   the sentences means something, each needs a vector for its place in the story: add one to every
#   memory, as Sukhbaatar and others do.
# - Give `copy_by_heads` an item that looks like the mark.
#
# The next assignment, 07, asks what a network learns when nobody tells it the answers.

# %% [markdown]
# ## References
#
# - R. C. Atkinson, R. M. Shiffrin (1968). Human memory: a proposed system and its control
#   processes. *The Psychology of Learning and Motivation* 2, 89–195.
# - A. Graves, G. Wayne, I. Danihelka (2014). Neural Turing Machines. arXiv:1410.5401.
# - J. Weston, S. Chopra, A. Bordes (2015). Memory networks. *ICLR*.
# - S. Sukhbaatar, A. Szlam, J. Weston, R. Fergus (2015). End-to-end memory networks. *NeurIPS*.
# - O. Vinyals, A. Toshev, S. Bengio, D. Erhan (2015). Show and tell: a neural image caption
#   generator. *CVPR*.
# - K. Xu and others (2015). Show, attend and tell: neural image caption generation with visual
#   attention. *ICML*.
# - L. Yao and others (2015). Describing videos by exploiting temporal structure. *ICCV*.
#
# The three memories, hopping and the remark on parameters and memory size are from the course's
# decks.
