# %% [markdown]
# Wrong answers that people give, and other right ones. Each cell replaces the exercise of that
# name; tests/test_checks.py asks the check about it. `fails` lists the cases that must reject it,
# `says` is a piece of the words that must be shown.

# %% No column for other words mistake="one_of_n" fails=["the example", "known words, one of them twice", "words it has never seen", "a long request"] says="The column for other words is missing"
def one_of_n(words, vocabulary):
    return np.array([[float(word == known) for known in vocabulary] for word in words])


# %% An unknown word has no 1 mistake="one_of_n" fails=["the example", "words it has never seen", "a long request"] says="An unknown word has no 1 anywhere" subtle=true
def one_of_n(words, vocabulary):
    x = np.zeros((len(words), len(vocabulary) + 1))
    for step, word in enumerate(words):
        if word in vocabulary:
            x[step, list(vocabulary).index(word)] = 1
    return x


# %% Leaves unknown words out mistake="one_of_n" fails=["the example", "words it has never seen", "a long request"] says="Unknown words are left out" subtle=true
def one_of_n(words, vocabulary):
    known = [word for word in words if word in vocabulary]
    x = np.zeros((len(known), len(vocabulary) + 1))
    for step, word in enumerate(known):
        x[step, list(vocabulary).index(word)] = 1
    return x


# %% Adds the words up mistake="one_of_n" fails=["the example", "known words, one of them twice", "words it has never seen", "a long request"] says="The rows are added up"
def one_of_n(words, vocabulary):
    x = np.zeros(len(vocabulary) + 1)
    for word in words:
        x[list(vocabulary).index(word) if word in vocabulary else -1] += 1
    return x


# %% Other words come first mistake="one_of_n" fails=["the example", "known words, one of them twice", "words it has never seen", "a long request"] says="The column of other words is the first"
def one_of_n(words, vocabulary):
    x = np.zeros((len(words), len(vocabulary) + 1))
    for step, word in enumerate(words):
        x[step, list(vocabulary).index(word) + 1 if word in vocabulary else 0] = 1
    return x


# %% Columns in alphabetical order mistake="one_of_n" fails=["known words, one of them twice", "words it has never seen", "a long request"] says="The columns are in alphabetical order" subtle=true
def one_of_n(words, vocabulary):
    column = {word: k for k, word in enumerate(sorted(vocabulary))}
    x = np.zeros((len(words), len(vocabulary) + 1))
    for step, word in enumerate(words):
        x[step, column.get(word, len(vocabulary))] = 1
    return x


# %% Transposed mistake="one_of_n" fails=["the example", "known words, one of them twice", "words it has never seen", "a long request"] says="Rows and columns are swapped"
def one_of_n(words, vocabulary):
    x = np.zeros((len(vocabulary) + 1, len(words)))
    for step, word in enumerate(words):
        x[list(vocabulary).index(word) if word in vocabulary else -1, step] = 1
    return x


# %% Does not know what to do with an unknown word mistake="one_of_n" fails=["the example", "words it has never seen", "a long request"] says="A word may be missing from the vocabulary"
def one_of_n(words, vocabulary):
    x = np.zeros((len(words), len(vocabulary) + 1))
    for step, word in enumerate(words):
        x[step, list(vocabulary).index(word)] = 1
    return x


# %% Rows of an identity matrix alternative="one_of_n"
def one_of_n(words, vocabulary):
    numbers = [list(vocabulary).index(w) if w in vocabulary else len(vocabulary) for w in words]
    return np.eye(len(vocabulary) + 1)[numbers]


# %% By keras.ops, float32 alternative="one_of_n"
def one_of_n(words, vocabulary):
    place = dict(zip(vocabulary, range(len(vocabulary))))
    return ops.one_hot([place.get(w, len(vocabulary)) for w in words], len(vocabulary) + 1)


# %% Comparing, then the rest alternative="one_of_n"
def one_of_n(words, vocabulary):
    table = np.array(list(words))[:, None] == np.array(list(vocabulary))[None]
    return np.concatenate([table, ~table.any(axis=1, keepdims=True)], axis=1).astype("float32")


# %% Forgets the old state mistake="rnn_step" fails=["the numbers worked by hand", "as Keras, four words at once", "other sizes"] says="The old state plays no part"
def rnn_step(x, state, kernel, recurrent_kernel, bias):
    return np.tanh(np.asarray(x) @ kernel + bias)


# %% No tanh mistake="rnn_step" fails=["the numbers worked by hand", "as Keras, four words at once", "other sizes"] says="The tanh is missing"
def rnn_step(x, state, kernel, recurrent_kernel, bias):
    return x @ kernel + state @ recurrent_kernel + bias


# %% No bias mistake="rnn_step" fails=["the numbers worked by hand", "as Keras, four words at once", "other sizes"] says="The bias is missing" subtle=true
def rnn_step(x, state, kernel, recurrent_kernel, bias):
    return np.tanh(x @ kernel + state @ recurrent_kernel)


# %% The old state outside of the tanh mistake="rnn_step" fails=["the numbers worked by hand", "as Keras, four words at once", "other sizes"] says="The old state goes into the tanh" subtle=true
def rnn_step(x, state, kernel, recurrent_kernel, bias):
    return np.tanh(x @ kernel + bias) + state @ recurrent_kernel


# %% The recurrent kernel transposed mistake="rnn_step" fails=["as Keras, four words at once", "other sizes"] says="The recurrent kernel is transposed" subtle=true
def rnn_step(x, state, kernel, recurrent_kernel, bias):
    return np.tanh(x @ kernel + state @ np.transpose(recurrent_kernel) + bias)


# %% Each unit hears only itself mistake="rnn_step" fails=["as Keras, four words at once", "other sizes"] says="Each unit hears only itself" subtle=true
def rnn_step(x, state, kernel, recurrent_kernel, bias):
    return np.tanh(x @ kernel + state * np.diag(recurrent_kernel) + bias)


# %% A star for a matrix product mistake="rnn_step" fails=["as Keras, four words at once", "leaves the old state alone", "other sizes"] says="(batch, units) @ recurrent kernel"
def rnn_step(x, state, kernel, recurrent_kernel, bias):
    return np.tanh(x @ kernel + state * recurrent_kernel + bias)


# %% Adds to the old state in place mistake="rnn_step" fails=["leaves the old state alone"] says="Your function changed its argument `state` itself" subtle=true
def rnn_step(x, state, kernel, recurrent_kernel, bias):
    new = np.tanh(x @ kernel + state @ recurrent_kernel + bias)
    state[:] = new
    return state


# %% Side by side, one product alternative="rnn_step"
def rnn_step(x, state, kernel, recurrent_kernel, bias):
    both = np.concatenate([x, state], axis=1)
    return np.tanh(both @ np.concatenate([kernel, recurrent_kernel]) + bias)


# %% In keras.ops, float32 alternative="rnn_step"
def rnn_step(x, state, kernel, recurrent_kernel, bias):
    x, h, k, r, b = (ops.cast(a, "float32") for a in (x, state, kernel, recurrent_kernel, bias))
    return ops.tanh(ops.matmul(x, k) + ops.matmul(h, r) + b)


# %% The last state only mistake="rnn_forward" fails=["two steps by hand", "as Keras", "two halves make a whole", "long, short, one request"] says="Only the last state came back"
def rnn_forward(x, state, kernel, recurrent_kernel, bias):
    for t in range(x.shape[1]):
        state = rnn_step(x[:, t], state, kernel, recurrent_kernel, bias)
    return state


# %% Starts anew at every word mistake="rnn_forward" fails=["two steps by hand", "as Keras", "two halves make a whole", "long, short, one request"] says="Every word starts from the first state" subtle=true
def rnn_forward(x, state, kernel, recurrent_kernel, bias):
    states = [rnn_step(x[:, t], state, kernel, recurrent_kernel, bias) for t in range(x.shape[1])]
    return np.stack(states, axis=1)


# %% Starts from zeros mistake="rnn_forward" fails=["two steps by hand", "as Keras", "two halves make a whole", "long, short, one request"] says="You start from zeros" subtle=true
def rnn_forward(x, state, kernel, recurrent_kernel, bias):
    states, state = [], np.zeros_like(state)
    for t in range(x.shape[1]):
        state = rnn_step(x[:, t], state, kernel, recurrent_kernel, bias)
        states.append(state)
    return np.stack(states, axis=1)


# %% The start among the states mistake="rnn_forward" fails=["two steps by hand", "as Keras", "two halves make a whole", "long, short, one request"] says="The first entry should be the state after the first word"
def rnn_forward(x, state, kernel, recurrent_kernel, bias):
    states = [state]
    for t in range(x.shape[1]):
        states.append(rnn_step(x[:, t], states[-1], kernel, recurrent_kernel, bias))
    return np.stack(states, axis=1)


# %% Collects before the step mistake="rnn_forward" fails=["two steps by hand", "as Keras", "two halves make a whole", "long, short, one request"] says="These are the states before each word" subtle=true
def rnn_forward(x, state, kernel, recurrent_kernel, bias):
    states = []
    for t in range(x.shape[1]):
        states.append(state)
        state = rnn_step(x[:, t], state, kernel, recurrent_kernel, bias)
    return np.stack(states, axis=1)


# %% Stacks along the first axis mistake="rnn_forward" fails=["two steps by hand", "as Keras", "two halves make a whole", "long, short, one request"] says="The axes batch and steps are swapped" subtle=true
def rnn_forward(x, state, kernel, recurrent_kernel, bias):
    states = []
    for t in range(x.shape[1]):
        state = rnn_step(x[:, t], state, kernel, recurrent_kernel, bias)
        states.append(state)
    return np.array(states)


# %% Takes the batch for time mistake="rnn_forward" fails=["two steps by hand", "as Keras", "two halves make a whole", "long, short, one request"] says="axis 1 of x is time"
def rnn_forward(x, state, kernel, recurrent_kernel, bias):
    states = []
    for word in x:
        state = rnn_step(word, state, kernel, recurrent_kernel, bias)
        states.append(state)
    return np.stack(states, axis=1)


# %% Fills an array alternative="rnn_forward"
def rnn_forward(x, state, kernel, recurrent_kernel, bias):
    states = np.zeros((x.shape[0], x.shape[1], len(bias)))
    for t in range(x.shape[1]):
        before = states[:, t - 1] if t else state
        states[:, t] = np.tanh(x[:, t] @ kernel + before @ recurrent_kernel + bias)
    return states


# %% All words through the kernel at once, in keras.ops alternative="rnn_forward"
def rnn_forward(x, state, kernel, recurrent_kernel, bias):
    words = ops.matmul(ops.cast(x, "float32"), ops.cast(kernel, "float32")) + ops.cast(
        bias, "float32"
    )
    h, states = ops.cast(state, "float32"), []
    for t in range(words.shape[1]):
        h = ops.tanh(words[:, t] + ops.matmul(h, ops.cast(recurrent_kernel, "float32")))
        states.append(h)
    return ops.stack(states, axis=1)


# %% Taipei is always the destination mistake="memory_weights" fails=["arrive Taipei, leave Taipei", "other words between", "the last verb counts", "long requests"] says="Taipei gets the same slot after arrive and after leave"
def memory_weights():
    output_kernel = np.array([[0.0, 4.0, 1.0]])
    return (
        np.array([[0.0], [0.0], [6.0], [0.0]]),
        np.zeros((1, 1)),
        np.array([-3.0]),
        output_kernel,
        np.zeros(3),
    )


# %% A memory that fades mistake="memory_weights" fails=["arrive Taipei, leave Taipei", "other words between", "the last verb counts", "long requests"] says="At Taipei two scores are equally large" subtle=true
def memory_weights():
    kernel = np.array([[6.0, 0.0], [-6.0, 0.0], [0.0, 6.0], [0.0, 0.0]])
    recurrent_kernel = np.array([[0.0, 0.0], [0.0, 0.0]])
    output_kernel = np.array([[0.0, 2.0, -2.0], [0.0, 4.0, 4.0]])
    return kernel, recurrent_kernel, np.array([0.0, -3.0]), output_kernel, np.array([0.5, 0.0, 0.0])


# %% A memory that forgets in long requests mistake="memory_weights" fails=["long requests"] says="The memory fades or changes before Taipei comes" subtle=true
def memory_weights():
    kernel = np.array([[6.0, 0.0], [-6.0, 0.0], [0.0, 6.0], [0.1, 0.0]])
    recurrent_kernel = np.array([[1.0, 0.0], [0.0, 0.0]])
    output_kernel = np.array([[0.0, 2.0, -2.0], [0.0, 4.0, 4.0]])
    return kernel, recurrent_kernel, np.array([0.0, -3.0]), output_kernel, np.zeros(3)


# %% A memory too stubborn to change mistake="memory_weights" fails=["the last verb counts", "long requests"] says="The last verb counts" subtle=true
def memory_weights():
    kernel = np.array([[6.0, 0.0], [-6.0, 0.0], [0.0, 6.0], [0.0, 0.0]])
    recurrent_kernel = np.array([[20.0, 0.0], [0.0, 0.0]])
    output_kernel = np.array([[0.0, 2.0, -2.0], [0.0, 4.0, 4.0]])
    return kernel, recurrent_kernel, np.array([0.0, -3.0]), output_kernel, np.zeros(3)


# %% No way to say none mistake="memory_weights" fails=["arrive Taipei, leave Taipei", "other words between", "the last verb counts", "long requests"] says="A word that is not Taipei gets a place's slot"
def memory_weights():
    kernel = np.array([[6.0], [-6.0], [0.0], [0.0]])
    output_kernel = np.array([[0.0, 2.0, -2.0]])
    return kernel, np.array([[3.0]]), np.zeros(1), output_kernel, np.zeros(3)


# %% Destination and departure mixed up mistake="memory_weights" fails=["arrive Taipei, leave Taipei", "other words between", "the last verb counts", "long requests"] says="The two are mixed up" subtle=true
def memory_weights():
    kernel = np.array([[6.0, 0.0], [-6.0, 0.0], [0.0, 6.0], [0.0, 0.0]])
    recurrent_kernel = np.array([[3.0, 0.0], [0.0, 0.0]])
    output_kernel = np.array([[0.0, -2.0, 2.0], [0.0, 4.0, 4.0]])
    return kernel, recurrent_kernel, np.array([0.0, -3.0]), output_kernel, np.zeros(3)


# %% The kernel transposed mistake="memory_weights" fails=["arrive Taipei, leave Taipei", "other words between", "the last verb counts", "long requests"] says="The kernel should have 4 rows"
def memory_weights():
    kernel = np.array([[6.0, -6.0, 0.0, 0.0], [0.0, 0.0, 6.0, 0.0]])
    recurrent_kernel = np.array([[3.0, 0.0], [0.0, 0.0]])
    output_kernel = np.array([[0.0, 2.0, -2.0], [0.0, 4.0, 4.0]])
    return kernel, recurrent_kernel, np.array([0.0, -3.0]), output_kernel, np.zeros(3)


# %% One unit for arrive, one for leave, one for Taipei alternative="memory_weights"
def memory_weights():
    kernel = np.array([[20.0, -20.0, 0.0], [-20.0, 20.0, 0.0], [0.0, 0.0, 20.0], [0.0, 0.0, 0.0]])
    recurrent_kernel = np.diag([5.0, 5.0, 0.0])
    bias = np.array([0.0, 0.0, -10.0])
    output_kernel = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [-3.0, 3.0, 3.0]])
    return kernel, recurrent_kernel, bias, output_kernel, np.array([2.0, 0.0, 0.0])


# %% Lists of float32 numbers with other scales alternative="memory_weights"
def memory_weights():
    kernel = np.array([[40, 0], [-40, 0], [0, 8], [0, 0]], "float32")
    recurrent_kernel = np.array([[10, 0], [0, 0]], "float32")
    output_kernel = np.array([[0, 1, -1], [-5, 0, 0]], "float32")
    return [
        kernel,
        recurrent_kernel,
        np.array([0, -4], "float32"),
        output_kernel,
        np.zeros(3, "float32"),
    ]


# %% Forgets the recurrent kernel mistake="recurrent_parameters" fails=["by hand", "as Keras counts a SimpleRNN", "as Keras counts an LSTM", "larger ones"] says="The recurrent kernel is missing"
def recurrent_parameters(features, units, classes, gates=1):
    return gates * (features * units + units) + units * classes + classes


# %% One recurrent weight per unit mistake="recurrent_parameters" fails=["by hand", "as Keras counts a SimpleRNN", "as Keras counts an LSTM", "larger ones"] says="The recurrent kernel is a matrix" subtle=true
def recurrent_parameters(features, units, classes, gates=1):
    return gates * (features * units + units + units) + units * classes + classes


# %% Forgets the scores mistake="recurrent_parameters" fails=["by hand", "as Keras counts a SimpleRNN", "as Keras counts an LSTM", "larger ones"] says="The layer that scores is missing"
def recurrent_parameters(features, units, classes, gates=1):
    return gates * (features * units + units * units + units)


# %% No bias in the recurrent layer mistake="recurrent_parameters" fails=["by hand", "as Keras counts a SimpleRNN", "as Keras counts an LSTM", "larger ones"] says="The recurrent layer has a bias" subtle=true
def recurrent_parameters(features, units, classes, gates=1):
    return gates * (features * units + units * units) + units * classes + classes


# %% Ignores the gates mistake="recurrent_parameters" fails=["as Keras counts an LSTM", "larger ones"] says="Each gate has a kernel" subtle=true
def recurrent_parameters(features, units, classes, gates=1):
    return features * units + units * units + units + units * classes + classes


# %% Gates for the scores, too mistake="recurrent_parameters" fails=["as Keras counts an LSTM", "larger ones"] says="Only the recurrent layer has gates" subtle=true
def recurrent_parameters(features, units, classes, gates=1):
    return gates * (features * units + units * units + units + units * classes + classes)


# %% Factored alternative="recurrent_parameters"
def recurrent_parameters(features, units, classes, gates=1):
    return gates * units * (features + units + 1) + (units + 1) * classes


# %% Sizes of arrays alternative="recurrent_parameters"
def recurrent_parameters(features, units, classes, gates=1):
    shapes = [(features, units), (units, units), (units,)] * gates + [(units, classes), (classes,)]
    return sum(np.zeros(shape).size for shape in shapes)


# %% Counts empty places mistake="slot_loss" fails=["the example", "requests of different lengths", "what stands in empty places does not matter"] says="The empty places are counted as words"
def slot_loss(logits, slots):
    z = logits - logits.max(axis=-1, keepdims=True)
    log_probs = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    picked = np.take_along_axis(log_probs, np.maximum(slots, 0)[:, :, None], axis=2)[:, :, 0]
    return -np.sum(picked) / len(slots)


# %% Picks the last class for empty places mistake="slot_loss" fails=["the example", "requests of different lengths", "what stands in empty places does not matter"] says="the last class" subtle=true
def slot_loss(logits, slots):
    z = logits - logits.max(axis=-1, keepdims=True)
    log_probs = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    rows, steps = np.indices(slots.shape)
    return -np.sum(log_probs[rows, steps, slots]) / len(slots)


# %% The mean over the words mistake="slot_loss" fails=["the example", "requests of different lengths", "very large scores", "what stands in empty places does not matter"] says="You averaged over the words" subtle=true
def slot_loss(logits, slots):
    z = logits - logits.max(axis=-1, keepdims=True)
    log_probs = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    picked = np.take_along_axis(log_probs, np.maximum(slots, 0)[:, :, None], axis=2)[:, :, 0]
    return -np.sum(picked * (slots >= 0)) / np.sum(slots >= 0)


# %% The sum over the requests mistake="slot_loss" fails=["the example", "requests of different lengths", "very large scores", "what stands in empty places does not matter"] says="The mean over the requests is missing"
def slot_loss(logits, slots):
    z = logits - logits.max(axis=-1, keepdims=True)
    log_probs = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    picked = np.take_along_axis(log_probs, np.maximum(slots, 0)[:, :, None], axis=2)[:, :, 0]
    return -np.sum(picked * (slots >= 0))


# %% The mask leaves out slot 0 mistake="slot_loss" fails=["the example", "requests of different lengths", "very large scores", "what stands in empty places does not matter"] says="Slot 0 is a class as any other" subtle=true
def slot_loss(logits, slots):
    z = logits - logits.max(axis=-1, keepdims=True)
    log_probs = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    picked = np.take_along_axis(log_probs, np.maximum(slots, 0)[:, :, None], axis=2)[:, :, 0]
    return -np.sum(picked * (slots > 0)) / len(slots)


# %% Overflows mistake="slot_loss" fails=["very large scores"] says="Subtract the largest score" subtle=true
def slot_loss(logits, slots):
    probs = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    picked = np.take_along_axis(probs, np.maximum(slots, 0)[:, :, None], axis=2)[:, :, 0]
    return -np.sum(np.where(slots >= 0, np.log(picked), 0)) / len(slots)


# %% Softmax over the steps mistake="slot_loss" fails=["the example", "requests of different lengths", "very large scores", "what stands in empty places does not matter"] says="The softmax goes over the classes"
def slot_loss(logits, slots):
    z = logits - logits.max(axis=1, keepdims=True)
    log_probs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    picked = np.take_along_axis(log_probs, np.maximum(slots, 0)[:, :, None], axis=2)[:, :, 0]
    return -np.sum(picked * (slots >= 0)) / len(slots)


# %% Without the minus mistake="slot_loss" fails=["the example", "requests of different lengths", "very large scores", "what stands in empty places does not matter"] says="The sign is turned around"
def slot_loss(logits, slots):
    z = logits - logits.max(axis=-1, keepdims=True)
    log_probs = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    picked = np.take_along_axis(log_probs, np.maximum(slots, 0)[:, :, None], axis=2)[:, :, 0]
    return np.sum(picked * (slots >= 0)) / len(slots)


# %% Word by word alternative="slot_loss"
def slot_loss(logits, slots):
    total = 0.0
    for scores, own in zip(logits, slots):
        for z, slot in zip(scores, own):
            if slot >= 0:
                total += np.logaddexp.reduce(z) - z[slot]
    return total / len(slots)


# %% By keras.ops alternative="slot_loss"
def slot_loss(logits, slots):
    hot = ops.one_hot(slots, logits.shape[-1])  # -1 becomes a row of zeros
    log_probs = ops.log_softmax(ops.cast(logits, "float32"))
    return -ops.sum(ops.cast(hot, "float32") * log_probs) / slots.shape[0]


# %% By keras.losses alternative="slot_loss"
def slot_loss(logits, slots):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="sum")
    return loss(np.maximum(slots, 0), logits, sample_weight=slots >= 0) / len(slots)


# %% Nothing comes back from later steps mistake="rnn_backward" fails=["two steps by hand", "as Keras", "against finite differences", "only the last answer counts", "other sizes"] says="Nothing comes back from later steps" subtle=true
def rnn_backward(x, state, states, recurrent_kernel, gradient):
    before = np.concatenate([np.asarray(state)[:, None], states[:, :-1]], axis=1)
    e = gradient * (1 - states**2)
    by_kernel, by_recurrent = np.einsum("btf,btu->fu", x, e), np.einsum("btv,btu->vu", before, e)
    return by_kernel, by_recurrent, e.sum(axis=(0, 1)), e[:, 0] @ recurrent_kernel.T


# %% Only the last gradient mistake="rnn_backward" fails=["as Keras", "against finite differences", "other sizes"] says="Every step has a slope of its own in `gradient`" subtle=true
def rnn_backward(x, state, states, recurrent_kernel, gradient):
    k, r, b = np.zeros((x.shape[2], states.shape[2])), np.zeros(recurrent_kernel.shape), 0.0
    g = gradient[:, -1]
    for t in reversed(range(x.shape[1])):
        e = g * (1 - states[:, t] ** 2)
        before = states[:, t - 1] if t else state
        k, r, b = k + x[:, t].T @ e, r + before.T @ e, b + e.sum(axis=0)
        g = e @ recurrent_kernel.T
    return k, r, b, g


# %% The recurrent kernel not transposed mistake="rnn_backward" fails=["as Keras", "against finite differences", "only the last answer counts", "other sizes"] says="Going back through the recurrent kernel takes its transpose" subtle=true
def rnn_backward(x, state, states, recurrent_kernel, gradient):
    k, r, b = np.zeros((x.shape[2], states.shape[2])), np.zeros(recurrent_kernel.shape), 0.0
    back = np.zeros_like(state)
    for t in reversed(range(x.shape[1])):
        e = (gradient[:, t] + back) * (1 - states[:, t] ** 2)
        before = states[:, t - 1] if t else state
        k, r, b = k + x[:, t].T @ e, r + before.T @ e, b + e.sum(axis=0)
        back = e @ recurrent_kernel
    return k, r, b, back


# %% The slope of tanh forgotten mistake="rnn_backward" fails=["two steps by hand", "as Keras", "against finite differences", "only the last answer counts", "other sizes"] says="The slope of tanh is missing"
def rnn_backward(x, state, states, recurrent_kernel, gradient):
    k, r, b = np.zeros((x.shape[2], states.shape[2])), np.zeros(recurrent_kernel.shape), 0.0
    back = np.zeros_like(state)
    for t in reversed(range(x.shape[1])):
        e = gradient[:, t] + back
        before = states[:, t - 1] if t else state
        k, r, b = k + x[:, t].T @ e, r + before.T @ e, b + e.sum(axis=0)
        back = e @ recurrent_kernel.T
    return k, r, b, back


# %% Tanh of the states again mistake="rnn_backward" fails=["two steps by hand", "as Keras", "against finite differences", "only the last answer counts", "other sizes"] says="The states are tanh already" subtle=true
def rnn_backward(x, state, states, recurrent_kernel, gradient):
    k, r, b = np.zeros((x.shape[2], states.shape[2])), np.zeros(recurrent_kernel.shape), 0.0
    back = np.zeros_like(state)
    for t in reversed(range(x.shape[1])):
        e = (gradient[:, t] + back) * (1 - np.tanh(states[:, t]) ** 2)
        before = states[:, t - 1] if t else state
        k, r, b = k + x[:, t].T @ e, r + before.T @ e, b + e.sum(axis=0)
        back = e @ recurrent_kernel.T
    return k, r, b, back


# %% The state after the step for the one before mistake="rnn_backward" fails=["two steps by hand", "as Keras", "against finite differences", "only the last answer counts", "other sizes"] says="The recurrent kernel read the state before the step" subtle=true
def rnn_backward(x, state, states, recurrent_kernel, gradient):
    k, r, b = np.zeros((x.shape[2], states.shape[2])), np.zeros(recurrent_kernel.shape), 0.0
    back = np.zeros_like(state)
    for t in reversed(range(x.shape[1])):
        e = (gradient[:, t] + back) * (1 - states[:, t] ** 2)
        k, r, b = k + x[:, t].T @ e, r + states[:, t].T @ e, b + e.sum(axis=0)
        back = e @ recurrent_kernel.T
    return k, r, b, back


# %% Zeros before the first word mistake="rnn_backward" fails=["two steps by hand", "as Keras", "against finite differences", "only the last answer counts", "other sizes"] says="The state before step 0 is the argument `state`" subtle=true
def rnn_backward(x, state, states, recurrent_kernel, gradient):
    k, r, b = np.zeros((x.shape[2], states.shape[2])), np.zeros(recurrent_kernel.shape), 0.0
    back = np.zeros_like(state)
    for t in reversed(range(x.shape[1])):
        e = (gradient[:, t] + back) * (1 - states[:, t] ** 2)
        before = states[:, t - 1] if t else np.zeros_like(state)
        k, r, b = k + x[:, t].T @ e, r + before.T @ e, b + e.sum(axis=0)
        back = e @ recurrent_kernel.T
    return k, r, b, back


# %% Averages over the batch mistake="rnn_backward" fails=["as Keras", "against finite differences", "only the last answer counts", "other sizes"] says="Nothing is averaged here"
def rnn_backward(x, state, states, recurrent_kernel, gradient):
    k, r, b = np.zeros((x.shape[2], states.shape[2])), np.zeros(recurrent_kernel.shape), 0.0
    back, batch = np.zeros_like(state), len(x)
    for t in reversed(range(x.shape[1])):
        e = (gradient[:, t] + back) * (1 - states[:, t] ** 2)
        before = states[:, t - 1] if t else state
        k, r, b = k + x[:, t].T @ e / batch, r + before.T @ e / batch, b + e.mean(axis=0)
        back = e @ recurrent_kernel.T
    return k, r, b, back


# %% Every error of all steps first, then three products alternative="rnn_backward"
def rnn_backward(x, state, states, recurrent_kernel, gradient):
    errors, back = [None] * x.shape[1], 0.0
    for t in range(x.shape[1] - 1, -1, -1):
        errors[t] = (gradient[:, t] + back) * (1 - states[:, t] ** 2)
        back = errors[t] @ recurrent_kernel.T
    e = np.stack(errors, axis=1)
    before = np.concatenate([state[:, None], states[:, :-1]], axis=1)
    return (
        np.tensordot(x, e, ([0, 1], [0, 1])),
        np.tensordot(before, e, ([0, 1], [0, 1])),
        e.sum(axis=(0, 1)),
        back,
    )


# %% In float32 keras.ops alternative="rnn_backward"
def rnn_backward(x, state, states, recurrent_kernel, gradient):
    x, h, s, r, g = (ops.cast(a, "float32") for a in (x, state, states, recurrent_kernel, gradient))
    slopes, back = [0.0, 0.0, 0.0], 0.0
    for t in range(x.shape[1] - 1, -1, -1):
        e = (g[:, t] + back) * (1 - s[:, t] ** 2)
        before = s[:, t - 1] if t else h
        slopes[0] += ops.matmul(ops.transpose(x[:, t]), e)
        slopes[1] += ops.matmul(ops.transpose(before), e)
        slopes[2] += ops.sum(e, axis=0)
        back = ops.matmul(e, ops.transpose(r))
    return (*slopes, back)


# %% The slope of the last step alone mistake="cliff_loss" fails=["two steps", "ten steps", "fifty steps beside the wall"] says="These are the slopes of the last step alone" subtle=true
def cliff_loss(w, b, start, target, steps):
    h = start
    for _ in range(steps):
        before, h = h, np.tanh(w * h + b)
    e = 2 * (h - target) * (1 - h**2)
    return (h - target) ** 2, e * before, e


# %% Forgets the 2 mistake="cliff_loss" fails=["two steps", "ten steps", "one step", "fifty steps beside the wall"] says="The slope of a square is twice the difference"
def cliff_loss(w, b, start, target, steps):
    h, by_w, by_b = start, 0.0, 0.0
    for _ in range(steps):
        new = np.tanh(w * h + b)
        by_w, by_b = (1 - new**2) * (h + w * by_w), (1 - new**2) * (1 + w * by_b)
        h = new
    return (h - target) ** 2, (h - target) * by_w, (h - target) * by_b


# %% One step too few mistake="cliff_loss" fails=["two steps", "ten steps", "one step"] says="One step too few" subtle=true
def cliff_loss(w, b, start, target, steps):
    h, by_w, by_b = start, 0.0, 0.0
    for _ in range(1, steps):
        new = np.tanh(w * h + b)
        by_w, by_b = (1 - new**2) * (h + w * by_w), (1 - new**2) * (1 + w * by_b)
        h = new
    return (h - target) ** 2, 2 * (h - target) * by_w, 2 * (h - target) * by_b


# %% A slope at every step mistake="cliff_loss" fails=["two steps", "ten steps", "fifty steps beside the wall"] says="The loss is right" subtle=true
def cliff_loss(w, b, start, target, steps):
    x, first = np.zeros((1, steps, 1)), np.array([[start]])
    states = rnn_forward(x, first, np.zeros((1, 1)), np.array([[w]]), np.array([b]))
    _, by_w, by_b, _ = rnn_backward(x, first, states, np.array([[w]]), 2 * (states - target))
    return (states[0, -1, 0] - target) ** 2, by_w[0, 0], by_b[0]


# %% The distance for the loss mistake="cliff_loss" fails=["two steps", "ten steps", "one step", "fifty steps beside the wall"] says="The loss is the square of the difference"
def cliff_loss(w, b, start, target, steps):
    h, by_w, by_b = start, 0.0, 0.0
    for _ in range(steps):
        new = np.tanh(w * h + b)
        by_w, by_b = (1 - new**2) * (h + w * by_w), (1 - new**2) * (1 + w * by_b)
        h = new
    return h - target, 2 * (h - target) * by_w, 2 * (h - target) * by_b


# %% Target and state turned around in the slope mistake="cliff_loss" fails=["two steps", "ten steps", "one step", "fifty steps beside the wall"] says="The signs of both slopes are turned around" subtle=true
def cliff_loss(w, b, start, target, steps):
    h, by_w, by_b = start, 0.0, 0.0
    for _ in range(steps):
        new = np.tanh(w * h + b)
        by_w, by_b = (1 - new**2) * (h + w * by_w), (1 - new**2) * (1 + w * by_b)
        h = new
    return (h - target) ** 2, 2 * (target - h) * by_w, 2 * (target - h) * by_b


# %% Slopes carried forward alternative="cliff_loss"
def cliff_loss(w, b, start, target, steps):
    h, by_w, by_b = start, 0.0, 0.0
    for _ in range(steps):
        new = np.tanh(w * h + b)
        by_w, by_b = (1 - new**2) * (h + w * by_w), (1 - new**2) * (1 + w * by_b)
        h = new
    return (h - target) ** 2, 2 * (h - target) * by_w, 2 * (h - target) * by_b


# %% Backwards with numbers alternative="cliff_loss"
def cliff_loss(w, b, start, target, steps):
    states = [start]
    for _ in range(steps):
        states.append(np.tanh(w * states[-1] + b))
    g, by_w, by_b = 2 * (states[-1] - target), 0.0, 0.0
    for before, after in reversed(list(zip(states, states[1:]))):
        e = g * (1 - after**2)
        by_w, by_b, g = by_w + before * e, by_b + e, w * e
    return np.float64((states[-1] - target) ** 2), by_w, by_b


# %% A norm for each array mistake="clip_by_global_norm" fails=["3 and 4", "arrays of several shapes", "limits just above and below"] says="Each array is cut by its own norm" subtle=true
def clip_by_global_norm(gradients, limit):
    return [g * min(1, limit / max(np.linalg.norm(g), 1e-12)) for g in gradients]


# %% Cuts every number mistake="clip_by_global_norm" fails=["3 and 4", "arrays of several shapes", "limits just above and below"] says="Each number is cut to the limit"
def clip_by_global_norm(gradients, limit):
    return [np.clip(g, -limit, limit) for g in gradients]


# %% Makes short ones longer mistake="clip_by_global_norm" fails=["a short gradient stays", "limits just above and below"] says="A gradient shorter than the limit must stay as it is" subtle=true
def clip_by_global_norm(gradients, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    return [g * limit / max(norm, 1e-12) for g in gradients]


# %% Adds the norms mistake="clip_by_global_norm" fails=["3 and 4", "arrays of several shapes", "limits just above and below"] says="You added up the norms" subtle=true
def clip_by_global_norm(gradients, limit):
    norm = sum(np.sqrt(np.sum(g**2)) for g in gradients)
    return [g * min(1, limit / max(norm, 1e-12)) for g in gradients]


# %% No root mistake="clip_by_global_norm" fails=["3 and 4", "arrays of several shapes", "limits just above and below"] says="The root is missing in the norm"
def clip_by_global_norm(gradients, limit):
    norm = sum(np.sum(g**2) for g in gradients)
    return [g * min(1, limit / max(norm, 1e-12)) for g in gradients]


# %% Length 1 instead of the limit mistake="clip_by_global_norm" fails=["arrays of several shapes", "limits just above and below"] says="The length is 1 now" subtle=true
def clip_by_global_norm(gradients, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    return [g / norm if norm > limit else g for g in gradients]


# %% Divides by zero mistake="clip_by_global_norm" fails=["a short gradient stays", "limits just above and below"] says="A gradient of zeros became NaN" subtle=true
def clip_by_global_norm(gradients, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    return [g * np.minimum(1, limit / norm) + 0 * (g / norm) for g in gradients]


# %% In place mistake="clip_by_global_norm" fails=["leaves its arguments alone"] says="Your function changed its argument `gradients` itself" subtle=true
def clip_by_global_norm(gradients, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    if norm > limit:
        for g in gradients:
            g *= limit / norm
    return gradients


# %% All in one vector alternative="clip_by_global_norm"
def clip_by_global_norm(gradients, limit):
    norm = np.linalg.norm(np.concatenate([np.ravel(g) for g in gradients]))
    return [np.asarray(g) / max(1.0, norm / limit) for g in gradients]


# %% In keras.ops, float32 alternative="clip_by_global_norm"
def clip_by_global_norm(gradients, limit):
    arrays = [ops.cast(g, "float32") for g in gradients]
    norm = ops.sqrt(sum(ops.sum(a * a) for a in arrays))
    return [ops.where(norm > limit, a * limit / ops.maximum(norm, 1e-12), a) for a in arrays]


# %% A tuple alternative="clip_by_global_norm"
def clip_by_global_norm(gradients, limit):
    norm = sum(float((g * g).sum()) for g in gradients) ** 0.5
    return tuple(g * (limit / norm) if norm > limit else g.copy() for g in gradients)


# %% Blocks in another order mistake="lstm_step" fails=["as Keras", "a request of several words"] says="The blocks stand in another order" subtle=true
def lstm_step(x, state, cell, kernel, recurrent_kernel, bias):
    i, f, o, c = np.split(x @ kernel + state @ recurrent_kernel + bias, 4, axis=-1)
    cell = sigmoid(f) * cell + sigmoid(i) * np.tanh(c)
    return sigmoid(o) * np.tanh(cell), cell


# %% The forget gate first mistake="lstm_step" fails=["as Keras", "a request of several words"] says="The blocks stand in another order" subtle=true
def lstm_step(x, state, cell, kernel, recurrent_kernel, bias):
    f, i, c, o = np.split(x @ kernel + state @ recurrent_kernel + bias, 4, axis=-1)
    cell = sigmoid(f) * cell + sigmoid(i) * np.tanh(c)
    return sigmoid(o) * np.tanh(cell), cell


# %% A sigmoid for the candidate mistake="lstm_step" fails=["gates half open", "as Keras", "a request of several words"] says="What is written is tanh of its block" subtle=true
def lstm_step(x, state, cell, kernel, recurrent_kernel, bias):
    i, f, c, o = np.split(sigmoid(x @ kernel + state @ recurrent_kernel + bias), 4, axis=-1)
    cell = f * cell + i * c
    return o * np.tanh(cell), cell


# %% Shows the cell without tanh mistake="lstm_step" fails=["gates half open", "as Keras", "a request of several words"] says="The tanh around the cell is missing" subtle=true
def lstm_step(x, state, cell, kernel, recurrent_kernel, bias):
    i, f, c, o = np.split(x @ kernel + state @ recurrent_kernel + bias, 4, axis=-1)
    cell = sigmoid(f) * cell + sigmoid(i) * np.tanh(c)
    return sigmoid(o) * cell, cell


# %% Shows the old cell mistake="lstm_step" fails=["gates half open", "as Keras", "a request of several words"] says="The state shows the new cell" subtle=true
def lstm_step(x, state, cell, kernel, recurrent_kernel, bias):
    i, f, c, o = np.split(x @ kernel + state @ recurrent_kernel + bias, 4, axis=-1)
    return sigmoid(o) * np.tanh(cell), sigmoid(f) * cell + sigmoid(i) * np.tanh(c)


# %% Cell and state turned around mistake="lstm_step" fails=["gates half open", "as Keras", "a request of several words"] says="The order is turned around"
def lstm_step(x, state, cell, kernel, recurrent_kernel, bias):
    i, f, c, o = np.split(x @ kernel + state @ recurrent_kernel + bias, 4, axis=-1)
    cell = sigmoid(f) * cell + sigmoid(i) * np.tanh(c)
    return cell, sigmoid(o) * np.tanh(cell)


# %% Forgets nothing mistake="lstm_step" fails=["gates half open", "as Keras", "a request of several words"] says="The forget gate is missing"
def lstm_step(x, state, cell, kernel, recurrent_kernel, bias):
    i, f, c, o = np.split(x @ kernel + state @ recurrent_kernel + bias, 4, axis=-1)
    cell = cell + sigmoid(i) * np.tanh(c)
    return sigmoid(o) * np.tanh(cell), cell


# %% Changes the cell in place mistake="lstm_step" fails=["leaves the old cell alone"] says="Your function changed its argument `cell` itself" subtle=true
def lstm_step(x, state, cell, kernel, recurrent_kernel, bias):
    i, f, c, o = np.split(x @ kernel + state @ recurrent_kernel + bias, 4, axis=-1)
    cell *= sigmoid(f)
    cell += sigmoid(i) * np.tanh(c)
    return sigmoid(o) * np.tanh(cell), cell


# %% Every fourth column mistake="lstm_step" fails=["as Keras", "a request of several words"] says="The gates are blocks of columns that stand side by side" subtle=true
def lstm_step(x, state, cell, kernel, recurrent_kernel, bias):
    z = x @ kernel + state @ recurrent_kernel + bias
    i, f, c, o = z[:, 0::4], z[:, 1::4], z[:, 2::4], z[:, 3::4]
    cell = sigmoid(f) * cell + sigmoid(i) * np.tanh(c)
    return sigmoid(o) * np.tanh(cell), cell


# %% Reshaped to four gates alternative="lstm_step"
def lstm_step(x, state, cell, kernel, recurrent_kernel, bias):
    z = (x @ kernel + state @ recurrent_kernel + bias).reshape(len(x), 4, -1)
    i, f, o = (1 / (1 + np.exp(-z[:, k])) for k in (0, 1, 3))
    cell = f * cell + i * np.tanh(z[:, 2])
    return o * np.tanh(cell), cell


# %% In keras.ops, float32 alternative="lstm_step"
def lstm_step(x, state, cell, kernel, recurrent_kernel, bias):
    x, h, c, k, r, b = (
        ops.cast(a, "float32") for a in (x, state, cell, kernel, recurrent_kernel, bias)
    )
    write, keep, new, show = ops.split(ops.matmul(x, k) + ops.matmul(h, r) + b, 4, axis=-1)
    c = ops.sigmoid(keep) * c + ops.sigmoid(write) * ops.tanh(new)
    return ops.sigmoid(show) * ops.tanh(c), c


# %% Every layer reads x mistake="deep_rnn" fails=["two layers of equal size", "layers of different sizes", "four layers"] says="Every layer reads x" subtle=true
def deep_rnn(x, layers):
    for kernel, recurrent_kernel, bias in layers:
        first = np.zeros((len(x), len(bias)))
        states = rnn_forward(x, first, kernel, recurrent_kernel, bias)
    return states


# %% From top to bottom mistake="deep_rnn" fails=["two layers of equal size", "layers of different sizes", "four layers"] says="The layers are used from top to bottom"
def deep_rnn(x, layers):
    for kernel, recurrent_kernel, bias in reversed(layers):
        x = rnn_forward(x, np.zeros((len(x), len(bias))), kernel, recurrent_kernel, bias)
    return x


# %% Starts from the last state of the layer below mistake="deep_rnn" fails=["two layers of equal size", "layers of different sizes", "four layers"] says="Every layer starts from zeros" subtle=true
def deep_rnn(x, layers):
    first = np.zeros((len(x), len(layers[0][2])))
    for kernel, recurrent_kernel, bias in layers:
        x = rnn_forward(x, first, kernel, recurrent_kernel, bias)
        first = x[:, -1]
    return x


# %% The last state only mistake="deep_rnn" fails=["a single layer", "two layers of equal size", "layers of different sizes", "four layers"] says="Only the last state came back"
def deep_rnn(x, layers):
    for kernel, recurrent_kernel, bias in layers:
        x = rnn_forward(x, np.zeros((len(x), len(bias))), kernel, recurrent_kernel, bias)
    return x[:, -1]


# %% All layers have the units of the first mistake="deep_rnn" fails=["layers of different sizes", "four layers"] says="its own bias tells its units" subtle=true
def deep_rnn(x, layers):
    first = np.zeros((len(x), len(layers[0][2])))
    for kernel, recurrent_kernel, bias in layers:
        x = rnn_forward(x, first, kernel, recurrent_kernel, bias)
    return x


# %% The states of all layers mistake="deep_rnn" fails=["a single layer", "two layers of equal size", "layers of different sizes", "four layers"] says="Return the states of the top layer only"
def deep_rnn(x, layers):
    found = []
    for kernel, recurrent_kernel, bias in layers:
        x = rnn_forward(x, np.zeros((len(x), len(bias))), kernel, recurrent_kernel, bias)
        found.append(x)
    return found


# %% By recursion alternative="deep_rnn"
def deep_rnn(x, layers):
    if not layers:
        return x
    kernel, recurrent_kernel, bias = layers[0]
    first = np.zeros((len(x), len(bias)))
    return deep_rnn(rnn_forward(x, first, kernel, recurrent_kernel, bias), layers[1:])


# %% Word by word, all layers at each alternative="deep_rnn"
def deep_rnn(x, layers):
    states, tops = [np.zeros((len(x), len(b))) for _, _, b in layers], []
    for t in range(x.shape[1]):
        below = x[:, t]
        for n, (k, r, b) in enumerate(layers):
            states[n] = below = np.tanh(below @ k + states[n] @ r + b)
        tops.append(below)
    return np.stack(tops, axis=1).astype("float32")


# %% The backward states not turned around mistake="bidirectional" fails=["as Keras", "different units", "longer requests"] says="The backward states are still in the order in which they were read" subtle=true
def bidirectional(x, forwards, backwards):
    return np.concatenate([deep_rnn(x, [forwards]), deep_rnn(x[:, ::-1], [backwards])], axis=-1)


# %% Reads forwards twice mistake="bidirectional" fails=["as Keras", "different units", "longer requests"] says="The backward layer reads forwards"
def bidirectional(x, forwards, backwards):
    return np.concatenate([deep_rnn(x, [forwards]), deep_rnn(x, [backwards])], axis=-1)


# %% Turns around the batch mistake="bidirectional" fails=["as Keras", "different units", "longer requests"] says="The backward layer reads forwards" subtle=true
def bidirectional(x, forwards, backwards):
    back = deep_rnn(x[::-1], [backwards])[::-1]
    return np.concatenate([deep_rnn(x, [forwards]), back], axis=-1)


# %% Backward units first mistake="bidirectional" fails=["as Keras", "different units", "a single word", "longer requests"] says="The order is turned around" subtle=true
def bidirectional(x, forwards, backwards):
    back = deep_rnn(x[:, ::-1], [backwards])[:, ::-1]
    return np.concatenate([back, deep_rnn(x, [forwards])], axis=-1)


# %% Joined along time mistake="bidirectional" fails=["as Keras", "different units", "a single word", "longer requests"] says="The states are one after the other in time"
def bidirectional(x, forwards, backwards):
    back = deep_rnn(x[:, ::-1], [backwards])[:, ::-1]
    return np.concatenate([deep_rnn(x, [forwards]), back], axis=1)


# %% Added mistake="bidirectional" fails=["as Keras", "different units", "a single word", "longer requests"] says="Put the states side by side"
def bidirectional(x, forwards, backwards):
    return deep_rnn(x, [forwards]) + deep_rnn(x[:, ::-1], [backwards])[:, ::-1]


# %% The same weights in both directions mistake="bidirectional" fails=["as Keras", "different units", "a single word", "longer requests"] says="The backward layer has weights of its own" subtle=true
def bidirectional(x, forwards, backwards):
    back = deep_rnn(x[:, ::-1], [forwards])[:, ::-1]
    return np.concatenate([deep_rnn(x, [forwards]), back], axis=-1)


# %% Goes on from the forward layer's last state mistake="bidirectional" fails=["as Keras", "different units", "a single word", "longer requests"] says="The backward layer starts from zeros" subtle=true
def bidirectional(x, forwards, backwards):
    ahead = deep_rnn(x, [forwards])
    back = rnn_forward(x[:, ::-1], ahead[:, -1], *backwards)[:, ::-1]
    return np.concatenate([ahead, back], axis=-1)


# %% Step by step from both ends alternative="bidirectional"
def bidirectional(x, forwards, backwards):
    batch, steps, _ = x.shape
    both = np.zeros((batch, steps, len(forwards[2]) + len(backwards[2])))
    left, right = np.zeros((batch, len(forwards[2]))), np.zeros((batch, len(backwards[2])))
    for t in range(steps):
        left = rnn_step(x[:, t], left, *forwards)
        right = rnn_step(x[:, -1 - t], right, *backwards)
        both[:, t, : left.shape[1]], both[:, -1 - t, left.shape[1] :] = left, right
    return both


# %% With np.flip and float32 alternative="bidirectional"
def bidirectional(x, forwards, backwards):
    ahead, back = deep_rnn(x, [forwards]), deep_rnn(np.flip(x, 1), [backwards])
    return np.dstack([ahead, np.flip(back, 1)]).astype("float32")


# %% A network without memory mistake="train_slot_filler" fails=["the requests it was trained on", "arrive Taipei, leave Taipei", "unseen minimal pairs", "places it has never heard of"] says="At least 98 % of the words are needed"
def train_slot_filler(x, slots, classes, seed):
    keras.utils.set_random_seed(seed)
    layers = [
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(classes, activation="softmax"),
    ]
    model = keras.Sequential([keras.Input((None, x.shape[-1])), *layers])
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    model.fit(
        x, np.maximum(slots, 0), sample_weight=(slots >= 0).astype("float32"), epochs=5, verbose=0
    )
    return model


# %% Reads forwards only mistake="train_slot_filler" fails=["unseen minimal pairs", "places it has never heard of"] says="Pairs whose verb comes after the place are wrong" subtle=true
def train_slot_filler(x, slots, classes, seed):
    keras.utils.set_random_seed(seed)
    layers = [
        keras.layers.SimpleRNN(32, return_sequences=True),
        keras.layers.Dense(classes, activation="softmax"),
    ]
    model = keras.Sequential([keras.Input((None, x.shape[-1])), *layers])
    model.compile(
        keras.optimizers.Adam(0.01, global_clipnorm=1.0), "sparse_categorical_crossentropy"
    )
    model.fit(
        x, np.maximum(slots, 0), sample_weight=(slots >= 0).astype("float32"), epochs=15, verbose=0
    )
    return model


# %% One answer per request mistake="train_slot_filler" fails=["one answer per word, for any length", "the requests it was trained on", "arrive Taipei, leave Taipei", "unseen minimal pairs", "places it has never heard of"] says="One answer per request came back"
def train_slot_filler(x, slots, classes, seed):
    keras.utils.set_random_seed(seed)
    layers = [keras.layers.Bidirectional(keras.layers.SimpleRNN(16)), keras.layers.Dense(classes)]
    return keras.Sequential([keras.Input((None, x.shape[-1])), *layers])


# %% Never trained mistake="train_slot_filler" fails=["the requests it was trained on", "arrive Taipei, leave Taipei", "unseen minimal pairs", "places it has never heard of"] says="That is little more than guessing"
def train_slot_filler(x, slots, classes, seed):
    keras.utils.set_random_seed(seed)
    memory = keras.layers.Bidirectional(keras.layers.SimpleRNN(16, return_sequences=True))
    layers = [memory, keras.layers.Dense(classes, activation="softmax")]
    return keras.Sequential([keras.Input((None, x.shape[-1])), *layers])


# %% Returns the history mistake="train_slot_filler" fails=["one answer per word, for any length", "the requests it was trained on", "arrive Taipei, leave Taipei", "unseen minimal pairs", "places it has never heard of"] says="`model.fit` returns a History"
def train_slot_filler(x, slots, classes, seed):
    keras.utils.set_random_seed(seed)
    memory = keras.layers.Bidirectional(keras.layers.SimpleRNN(4, return_sequences=True))
    layers = [memory, keras.layers.Dense(classes, activation="softmax")]
    model = keras.Sequential([keras.Input((None, x.shape[-1])), *layers])
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    return model.fit(
        x, np.maximum(slots, 0), sample_weight=(slots >= 0).astype("float32"), verbose=0
    )


# %% Trains on the notebook's own requests mistake="train_slot_filler" fails=["the requests it was trained on", "arrive Taipei, leave Taipei", "unseen minimal pairs", "places it has never heard of"] says="The check numbers the slots anew" subtle=true
def train_slot_filler(x, slots, classes, seed):
    requests = datasets.flight_requests(400, quiet=True)
    slots = np.full((400, 16), -1)
    x = np.zeros((400, 16, len(requests.vocabulary) + 1), "float32")
    for row, (words, names) in enumerate(zip(requests.words, requests.slots)):
        x[row, : len(words)] = one_of_n(words, requests.vocabulary)
        slots[row, : len(words)] = [requests.slot_names.index(name) for name in names]
    keras.utils.set_random_seed(seed)
    memory = keras.layers.Bidirectional(keras.layers.SimpleRNN(24, return_sequences=True))
    layers = [memory, keras.layers.Dense(classes, activation="softmax")]
    model = keras.Sequential([keras.Input((None, x.shape[-1])), *layers])
    model.compile(
        keras.optimizers.Adam(0.01, global_clipnorm=1.0), "sparse_categorical_crossentropy"
    )
    model.fit(
        x, np.maximum(slots, 0), sample_weight=(slots >= 0).astype("float32"), epochs=5, verbose=0
    )
    return model


# %% An LSTM, scores without softmax alternative="train_slot_filler"
def train_slot_filler(x, slots, classes, seed):
    keras.utils.set_random_seed(seed)
    given = keras.Input((None, x.shape[-1]))
    states = keras.layers.Bidirectional(keras.layers.LSTM(32, return_sequences=True))(given)
    model = keras.Model(given, keras.layers.Dense(classes)(states))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01, global_clipnorm=1.0), loss)
    weight = (slots >= 0).astype("float32")
    model.fit(x, slots.clip(0), sample_weight=weight, batch_size=32, epochs=20, verbose=0)
    return model


# %% Two directions by hand, empty places ignored by the loss alternative="train_slot_filler"
def train_slot_filler(x, slots, classes, seed):
    keras.utils.set_random_seed(seed)
    given = keras.Input((None, x.shape[-1]))
    ahead = keras.layers.SimpleRNN(32, return_sequences=True)(given)
    back = keras.layers.SimpleRNN(32, return_sequences=True, go_backwards=True)(given)
    back = keras.layers.Lambda(lambda s: ops.flip(s, axis=1))(back)
    both = keras.layers.concatenate([ahead, back])
    model = keras.Model(given, keras.layers.Dense(classes)(both))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)
    model.compile(keras.optimizers.Adam(0.01, global_clipnorm=1.0), loss)
    model.fit(x, slots, batch_size=32, epochs=15, verbose=0)
    return model


# %% The last column mistake="last_states" fails=["sequences with padding", "sequences that fill the array", "sequences of one element", "other sizes"] says="That is the last column"
def last_states(states, lengths):
    return states[:, -1]


# %% One step too late mistake="last_states" fails=["sequences with padding", "sequences that fill the array", "sequences of one element", "other sizes"] says="One step too late"
def last_states(states, lengths):
    return states[np.arange(len(lengths)), lengths]


# %% One step too late, caught at the end mistake="last_states" fails=["sequences with padding", "sequences that fill the array", "sequences of one element", "other sizes"] says="One step too late" subtle=true
def last_states(states, lengths):
    last = np.minimum(lengths, states.shape[1] - 1)
    return states[np.arange(len(lengths)), last]


# %% Every row at every length mistake="last_states" fails=["sequences with padding", "sequences that fill the array", "sequences of one element", "other sizes"] says="Every row was read at every row's length"
def last_states(states, lengths):
    return states[:, lengths - 1]


# %% The longest length for all mistake="last_states" fails=["sequences with padding", "sequences that fill the array", "sequences of one element", "other sizes"] says="All rows were read at the same step" subtle=true
def last_states(states, lengths):
    return states[:, np.max(lengths) - 1]


# %% The mean of the real steps mistake="last_states" fails=["sequences with padding", "sequences that fill the array", "sequences of one element", "other sizes"] says="That is the mean over the real steps"
def last_states(states, lengths):
    real = np.arange(states.shape[1])[None, :, None] < lengths[:, None, None]
    return (states * real).sum(axis=1) / lengths[:, None]


# %% Keeps the time axis mistake="last_states" fails=["sequences with padding", "sequences that fill the array", "sequences of one element", "other sizes"] says="There is a time axis of length 1 left" subtle=true
def last_states(states, lengths):
    return np.take_along_axis(states, (lengths - 1)[:, None, None], axis=1)


# %% Row by row alternative="last_states"
def last_states(states, lengths):
    return np.array([row[length - 1] for row, length in zip(states, lengths)])


# %% A mask in keras.ops alternative="last_states"
def last_states(states, lengths):
    hot = ops.one_hot(ops.convert_to_tensor(lengths) - 1, states.shape[1])
    return ops.einsum("bsu,bs->bu", ops.cast(states, "float32"), hot)


# %% Forgets to skip the padding mistake="train_reviews" fails=["reviews it has not seen", "more padding changes nothing", "a not turns it around"] says="the model reads the padding" subtle=true
def train_reviews(x, labels):
    model = keras.Sequential(
        [
            keras.layers.Embedding(30, 8),
            keras.layers.GRU(16),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    model.fit(x, labels, batch_size=32, epochs=10, verbose=0)
    return model


# %% Counts words without their order mistake="train_reviews" fails=["reviews it has not seen", "a not turns it around"] says="Short reviews with and without *not* are not told apart" subtle=true
def train_reviews(x, labels):
    model = keras.Sequential(
        [
            keras.layers.Embedding(30, 16, mask_zero=True),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    model.fit(x, labels, batch_size=32, epochs=10, verbose=0)
    return model


# %% Never trains mistake="train_reviews" fails=["reviews it has not seen", "a not turns it around"] says="All reviews get about the same answer"
def train_reviews(x, labels):
    model = keras.Sequential(
        [
            keras.layers.Embedding(30, 8, mask_zero=True),
            keras.layers.GRU(16),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    return model


# %% Returns the history mistake="train_reviews" fails=["one probability per review", "reviews it has not seen", "more padding changes nothing", "a not turns it around"] says="`model.fit` returns a History"
def train_reviews(x, labels):
    model = keras.Sequential(
        [
            keras.layers.Embedding(30, 8, mask_zero=True),
            keras.layers.GRU(16),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    return model.fit(x, labels, batch_size=32, epochs=1, verbose=0)


# %% Answers at every step mistake="train_reviews" fails=["one probability per review", "reviews it has not seen", "more padding changes nothing", "a not turns it around"] says="The model answers at every step"
def train_reviews(x, labels):
    model = keras.Sequential(
        [
            keras.layers.Embedding(30, 8, mask_zero=True),
            keras.layers.GRU(16, return_sequences=True),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model(x[:1])
    return model


# %% Scores instead of probabilities mistake="train_reviews" fails=["one probability per review"] says="Some answers are negative or above 1" subtle=true
def train_reviews(x, labels):
    model = keras.Sequential(
        [
            keras.layers.Embedding(30, 8, mask_zero=True),
            keras.layers.GRU(16),
            keras.layers.Dense(1),
        ]
    )
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss)
    model.fit(x, labels, batch_size=32, epochs=10, verbose=0)
    return model


# %% With an LSTM, and a state read by hand alternative="train_reviews"
def train_reviews(x, labels):
    words = keras.Input((None,), dtype="int32")
    states = keras.layers.LSTM(24, return_sequences=True)(keras.layers.Embedding(30, 12)(words))
    real = keras.layers.Lambda(
        lambda w: ops.sum(ops.cast(w != 0, "int32"), axis=1), output_shape=()
    )(words)
    last = keras.layers.Lambda(
        lambda pair: ops.sum(
            pair[0] * ops.one_hot(pair[1] - 1, ops.shape(pair[0])[1])[..., None], axis=1
        ),
        output_shape=(24,),
    )([states, real])
    model = keras.Model(words, keras.layers.Dense(1, activation="sigmoid")(last))
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    model.fit(x, labels, batch_size=32, epochs=15, verbose=0)
    return model


# %% From both sides alternative="train_reviews"
def train_reviews(x, labels):
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(40, 16, mask_zero=True),
            keras.layers.Bidirectional(keras.layers.GRU(16)),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    model.fit(x, labels[:, None].astype("float32"), batch_size=32, epochs=10, verbose=0)
    return model


# %% Targets not shifted mistake="shifted" fails=["two sentences", "several lengths", "all of one length", "empty, one, many"] says="The targets are the inputs"
def shifted(sentences):
    steps = 1 + max(len(sentence) for sentence in sentences)
    inputs = np.zeros((len(sentences), steps), int)
    for row, sentence in enumerate(sentences):
        inputs[row, : len(sentence) + 1] = [START, *sentence]
    return inputs, inputs


# %% No end symbol mistake="shifted" fails=["two sentences", "several lengths", "all of one length", "empty, one, many"] says="END is missing"
def shifted(sentences):
    steps = 1 + max(len(sentence) for sentence in sentences)
    inputs, targets = np.zeros((2, len(sentences), steps), int)
    for row, sentence in enumerate(sentences):
        inputs[row, : len(sentence) + 1] = [START, *sentence]
        targets[row, : len(sentence)] = sentence
    return inputs, targets


# %% Cuts one array twice mistake="shifted" fails=["two sentences", "several lengths", "empty, one, many"] says="In sentences that are not the longest" subtle=true
def shifted(sentences):
    steps = 2 + max(len(sentence) for sentence in sentences)
    both = np.zeros((len(sentences), steps), int)
    for row, sentence in enumerate(sentences):
        both[row, : len(sentence) + 2] = [START, *sentence, END]
    return both[:, :-1], both[:, 1:]


# %% Pads the targets with the end symbol mistake="shifted" fails=["two sentences", "several lengths", "empty, one, many"] says="Behind END the targets are padding" subtle=true
def shifted(sentences):
    steps = 1 + max(len(sentence) for sentence in sentences)
    inputs = np.zeros((len(sentences), steps), int)
    targets = np.full((len(sentences), steps), END)
    for row, sentence in enumerate(sentences):
        inputs[row, : len(sentence) + 1] = [START, *sentence]
        targets[row, : len(sentence)] = sentence
    return inputs, targets


# %% Start and end in both mistake="shifted" fails=["two sentences", "several lengths", "all of one length", "empty, one, many"] says="There is one column too many"
def shifted(sentences):
    steps = 2 + max(len(sentence) for sentence in sentences)
    both = np.zeros((len(sentences), steps), int)
    for row, sentence in enumerate(sentences):
        both[row, : len(sentence) + 2] = [START, *sentence, END]
    return both, both


# %% Pads in front mistake="shifted" fails=["two sentences", "several lengths", "empty, one, many"] says="The padding goes behind the sentence"
def shifted(sentences):
    steps = 1 + max(len(sentence) for sentence in sentences)
    inputs, targets = np.zeros((2, len(sentences), steps), int)
    for row, sentence in enumerate(sentences):
        inputs[row, steps - len(sentence) - 1 :] = [START, *sentence]
        targets[row, steps - len(sentence) - 1 :] = [*sentence, END]
    return inputs, targets


# %% No start symbol mistake="shifted" fails=["two sentences", "several lengths", "all of one length", "empty, one, many"] says="START is missing"
def shifted(sentences):
    steps = 1 + max(len(sentence) for sentence in sentences)
    inputs, targets = np.zeros((2, len(sentences), steps), int)
    for row, sentence in enumerate(sentences):
        inputs[row, : len(sentence)] = sentence
        targets[row, : len(sentence) + 1] = [*sentence, END]
    return inputs, targets


# %% Fills lists alternative="shifted"
def shifted(sentences):
    longest = max(map(len, sentences))
    inputs = [[START, *s] + [PAD] * (longest - len(s)) for s in sentences]
    targets = [[*s, END] + [PAD] * (longest - len(s)) for s in sentences]
    return np.array(inputs, "float32"), np.array(targets)


# %% Rolls the targets alternative="shifted"
def shifted(sentences):
    longest = max(map(len, sentences))
    targets = np.zeros((len(sentences), longest + 1), "int64")
    for row, sentence in enumerate(sentences):
        for t, word in enumerate(sentence):
            targets[row, t] = word
        targets[row, len(sentence)] = END
    inputs = np.roll(targets, 1, axis=1)
    inputs[inputs == END] = PAD
    inputs[:, 0] = START
    return ops.convert_to_tensor(inputs), ops.convert_to_tensor(targets)


# %% Averages over the padding too mistake="masked_loss" fails=["sentences of different lengths", "large logits", "its slope", "other sizes"] says="The padding counts as if it were a word"
def masked_loss(logits, targets):
    log_probs = ops.log_softmax(logits, axis=-1)
    hot = ops.one_hot(targets, logits.shape[-1], dtype=log_probs.dtype)
    return -ops.mean(ops.sum(log_probs * hot, axis=-1))


# %% Divides by all places mistake="masked_loss" fails=["sentences of different lengths", "large logits", "its slope", "other sizes"] says="The padding is out of the sum but still in the number" subtle=true
def masked_loss(logits, targets):
    log_probs = ops.log_softmax(logits, axis=-1)
    hot = ops.one_hot(targets, logits.shape[-1], dtype=log_probs.dtype)
    real = ops.cast(ops.not_equal(targets, PAD), log_probs.dtype)
    return -ops.mean(ops.sum(log_probs * hot, axis=-1) * real)


# %% The mean of the sentences' means mistake="masked_loss" fails=["sentences of different lengths", "large logits", "its slope", "other sizes"] says="Sentences were averaged first" subtle=true
def masked_loss(logits, targets):
    log_probs = ops.log_softmax(logits, axis=-1)
    hot = ops.one_hot(targets, logits.shape[-1], dtype=log_probs.dtype)
    real = ops.cast(ops.not_equal(targets, PAD), log_probs.dtype)
    each = ops.sum(ops.sum(log_probs * hot, axis=-1) * real, axis=1) / ops.sum(real, axis=1)
    return -ops.mean(each)


# %% The end does not count mistake="masked_loss" fails=["no padding", "sentences of different lengths", "large logits", "its slope", "other sizes"] says="END is a target like any word" subtle=true
def masked_loss(logits, targets):
    log_probs = ops.log_softmax(logits, axis=-1)
    hot = ops.one_hot(targets, logits.shape[-1], dtype=log_probs.dtype)
    real = ops.cast(ops.greater(targets, END), log_probs.dtype)
    return -ops.sum(ops.sum(log_probs * hot, axis=-1) * real) / ops.maximum(ops.sum(real), 1)


# %% The logarithm of a rounded softmax mistake="masked_loss" fails=["large logits"] says="Not a finite number" subtle=true
def masked_loss(logits, targets):
    probs = ops.softmax(logits, axis=-1)
    hot = ops.one_hot(targets, logits.shape[-1], dtype=probs.dtype)
    real = ops.cast(ops.not_equal(targets, PAD), probs.dtype)
    return -ops.sum(ops.log(ops.sum(probs * hot, axis=-1)) * real) / ops.sum(real)


# %% The logits themselves mistake="masked_loss" fails=["no padding", "sentences of different lengths", "large logits", "its slope", "other sizes"] says="These are the logits themselves"
def masked_loss(logits, targets):
    hot = ops.one_hot(targets, logits.shape[-1], dtype="float32")
    real = ops.cast(ops.not_equal(targets, PAD), "float32")
    return -ops.sum(ops.sum(logits * hot, axis=-1) * real) / ops.sum(real)


# %% In NumPy mistake="masked_loss" fails=["its slope"] says="Keras can only differentiate what is made of keras.ops" subtle=true
def masked_loss(logits, targets):
    logits = np.array(logits)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    picked = np.take_along_axis(log_probs, np.array(targets)[..., None], axis=-1)[..., 0]
    return -picked[np.array(targets) != PAD].mean()


# %% One loss per target mistake="masked_loss" fails=["no padding", "sentences of different lengths", "large logits", "its slope", "other sizes"] says="Return one number"
def masked_loss(logits, targets):
    log_probs = ops.log_softmax(logits, axis=-1)
    hot = ops.one_hot(targets, logits.shape[-1], dtype=log_probs.dtype)
    return -ops.sum(log_probs * hot, axis=-1)


# %% By Keras's own cross-entropy alternative="masked_loss"
def masked_loss(logits, targets):
    each = keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True)
    real = ops.cast(ops.convert_to_tensor(targets) != 0, each.dtype)
    return ops.sum(each * real) / ops.sum(real)


# %% By logsumexp alternative="masked_loss"
def masked_loss(logits, targets):
    targets = ops.cast(targets, "int32")
    right = ops.take_along_axis(logits, targets[..., None], axis=-1)[..., 0]
    real = ops.cast(targets > 0, "float32")
    return ops.sum((ops.logsumexp(logits, axis=-1) - right) * real) / ops.sum(real)


# %% Padding counts mistake="perplexity" fails=["sentences of different lengths", "many sentences"] says="Padding counts as if it were a word"
def perplexity(log_probs, targets):
    return np.exp(-np.mean(log_probs))


# %% Divides by all places mistake="perplexity" fails=["sentences of different lengths", "many sentences"] says="The padding is out of the sum but still in the number" subtle=true
def perplexity(log_probs, targets):
    return np.exp(-np.sum(log_probs * (targets != PAD)) / targets.size)


# %% The mean of the sentences' perplexities mistake="perplexity" fails=["sentences of different lengths", "many sentences"] says="One perplexity per sentence" subtle=true
def perplexity(log_probs, targets):
    real = targets != PAD
    return np.mean(np.exp(-(log_probs * real).sum(axis=1) / real.sum(axis=1)))


# %% A power of two mistake="perplexity" fails=["a fair choice", "sentences of different lengths", "many sentences"] says="The logarithms are natural" subtle=true
def perplexity(log_probs, targets):
    return 2 ** -np.mean(log_probs[targets != PAD])


# %% No minus mistake="perplexity" fails=["a fair choice", "sentences of different lengths", "many sentences"] says="That is one over it"
def perplexity(log_probs, targets):
    return np.exp(np.mean(log_probs[targets != PAD]))


# %% The loss in nats mistake="perplexity" fails=["a fair choice", "sentences of different lengths", "many sentences"] says="That is the loss in nats"
def perplexity(log_probs, targets):
    return -np.mean(log_probs[targets != PAD])


# %% Averages the probabilities mistake="perplexity" fails=["sentences of different lengths", "many sentences"] says="That is one over the mean probability" subtle=true
def perplexity(log_probs, targets):
    return 1 / np.mean(np.exp(log_probs[targets != PAD]))


# %% A geometric mean, word by word alternative="perplexity"
def perplexity(log_probs, targets):
    nats, count = 0.0, 0
    for row, wanted in zip(log_probs, targets):
        for log_prob, word in zip(row, wanted):
            if word != 0:
                nats, count = nats - log_prob, count + 1
    return float(np.e ** (nats / count))


# %% In keras.ops alternative="perplexity"
def perplexity(log_probs, targets):
    real = ops.cast(ops.not_equal(targets, 0), "float32")
    return ops.exp(-ops.sum(ops.cast(log_probs, "float32") * real) / ops.sum(real))


# %% Always the likeliest mistake="sample_next" fails=["temperature 1", "cold and hot", "logits of any size", "the seed decides", "rows and seeds are independent"] says="It always takes the likeliest word"
def sample_next(logits, temperature, seed):
    return np.argmax(logits / temperature, axis=-1)


# %% Forgets the temperature mistake="sample_next" fails=["cold and hot", "logits of any size", "rows and seeds are independent"] says="The temperature has no influence"
def sample_next(logits, temperature, seed):
    rng = np.random.default_rng(seed)
    return np.argmax(logits + rng.gumbel(size=logits.shape), axis=-1)


# %% Multiplies by the temperature mistake="sample_next" fails=["cold and hot", "logits of any size", "rows and seeds are independent"] says="The logits are multiplied by the temperature" subtle=true
def sample_next(logits, temperature, seed):
    rng = np.random.default_rng(seed)
    return np.argmax(logits * temperature + rng.gumbel(size=logits.shape), axis=-1)


# %% Divides the probabilities mistake="sample_next" fails=["cold and hot", "logits of any size", "rows and seeds are independent"] says="The temperature has no influence" subtle=true
def sample_next(logits, temperature, seed):
    rng = np.random.default_rng(seed)
    probs = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probs = probs / probs.sum(axis=-1, keepdims=True) / temperature
    probs = probs / probs.sum(axis=-1, keepdims=True)
    u = rng.random((len(logits), 1))
    return np.minimum((u >= np.cumsum(probs, axis=-1)).sum(axis=-1), logits.shape[1] - 1)


# %% One random number for the whole batch mistake="sample_next" fails=["temperature 1", "cold and hot", "logits of any size", "rows and seeds are independent"] says="Every row got the same word" subtle=true
def sample_next(logits, temperature, seed):
    rng = np.random.default_rng(seed)
    scaled = logits / temperature
    probs = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    cumulated = np.cumsum(probs / probs.sum(axis=-1, keepdims=True), axis=-1)
    return np.minimum((rng.random() >= cumulated).sum(axis=-1), logits.shape[1] - 1)


# %% The same noise in every row mistake="sample_next" fails=["temperature 1", "cold and hot", "logits of any size", "rows and seeds are independent"] says="Every row got the same word" subtle=true
def sample_next(logits, temperature, seed):
    rng = np.random.default_rng(seed)
    return np.argmax(logits / temperature + rng.gumbel(size=logits.shape[-1]), axis=-1)


# %% Draws without the seed mistake="sample_next" fails=["the seed decides"] says="The same seed drew other words the second time"
def sample_next(logits, temperature, seed):
    noise = np.random.default_rng().gumbel(size=logits.shape)
    return np.argmax(logits / temperature + noise, axis=-1)


# %% The same seed whatever was asked mistake="sample_next" fails=["the seed decides", "rows and seeds are independent"] says="Another seed drew the very same words" subtle=true
def sample_next(logits, temperature, seed):
    noise = np.random.default_rng(0).gumbel(size=logits.shape)
    return np.argmax(logits / temperature + noise, axis=-1)


# %% Exponentials that overflow mistake="sample_next" fails=["logits of any size"] says="The same number added to all logits of a row should change nothing" subtle=true
def sample_next(logits, temperature, seed):
    probs = np.exp(logits / temperature)
    cumulated = np.cumsum(probs / probs.sum(axis=-1, keepdims=True), axis=-1)
    u = np.random.default_rng(seed).random((len(logits), 1))
    return np.minimum((u >= cumulated).sum(axis=-1), logits.shape[1] - 1)


# %% The probabilities mistake="sample_next" fails=["temperature 1", "cold and hot", "each row has its own logits", "logits of any size", "the seed decides", "rows and seeds are independent"] says="Probabilities or scores came back"
def sample_next(logits, temperature, seed):
    scaled = logits / temperature
    probs = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return probs / probs.sum(axis=-1, keepdims=True)


# %% Normal noise mistake="sample_next" fails=["temperature 1", "cold and hot", "logits of any size", "rows and seeds are independent"] says="The words do not come as often as softmax(logits / temperature) says" subtle=true
def sample_next(logits, temperature, seed):
    rng = np.random.default_rng(seed)
    return np.argmax(logits / temperature + rng.normal(size=logits.shape), axis=-1)


# %% By Gumbel noise alternative="sample_next"
def sample_next(logits, temperature, seed):
    rng = np.random.default_rng(seed)
    return np.argmax(logits / temperature + rng.gumbel(size=logits.shape), axis=-1)


# %% Row by row with choice alternative="sample_next"
def sample_next(logits, temperature, seed):
    rng = np.random.default_rng(seed)
    words = []
    for row in logits:
        e = np.exp((row - row.max()) / temperature)
        words.append(rng.choice(len(row), p=e / e.sum()))
    return np.array(words)


# %% By keras.random alternative="sample_next"
def sample_next(logits, temperature, seed):
    scaled = ops.convert_to_tensor((logits / temperature).astype("float32"))
    return keras.random.categorical(scaled, 1, seed=seed)[:, 0]


# %% Drops the blanks first mistake="collapse" fails=["the decks' paths", "twins, and a letter that comes again", "any blank, any path"] says="Twins that a blank keeps apart became one" subtle=true
def collapse(path, blank):
    return [s for s, _ in itertools.groupby(s for s in path if s != blank)]


# %% Merges only mistake="collapse" fails=["the decks' paths", "twins, and a letter that comes again", "nothing but blanks, and nothing", "any blank, any path"] says="The blanks are still there"
def collapse(path, blank):
    return [s for s, _ in itertools.groupby(path)]


# %% Drops blanks only mistake="collapse" fails=["the decks' paths", "twins, and a letter that comes again", "any blank, any path"] says="The blanks are gone"
def collapse(path, blank):
    return [s for s in path if s != blank]


# %% Compares with what was kept mistake="collapse" fails=["the decks' paths", "twins, and a letter that comes again", "any blank, any path"] says="Twins that a blank keeps apart became one" subtle=true
def collapse(path, blank):
    kept = []
    for symbol in path:
        if symbol != blank and (not kept or kept[-1] != symbol):
            kept.append(symbol)
    return kept


# %% Every symbol once mistake="collapse" fails=["the decks' paths", "twins, and a letter that comes again", "any blank, any path"] says="Twins that a blank keeps apart became one" subtle=true
def collapse(path, blank):
    return list(dict.fromkeys(s for s in path if s != blank))


# %% A text mistake="collapse" fails=["the decks' paths", "twins, and a letter that comes again", "nothing but blanks, and nothing", "any blank, any path"] says="A text came back"
def collapse(path, blank):
    return "".join(str(s) for s, _ in itertools.groupby(path) if s != blank)


# %% Forgets the first symbol mistake="collapse" fails=["the decks' paths", "twins, and a letter that comes again", "nothing but blanks, and nothing", "any blank, any path"] says="Something is lost" subtle=true
def collapse(path, blank):
    pairs = zip(path, path[1:])
    return [after for before, after in pairs if after != before and after != blank]


# %% The blank is always 0 mistake="collapse" fails=["the decks' paths", "any blank, any path"] says="The blanks are still there" subtle=true
def collapse(path, blank):
    return [s for s, _ in itertools.groupby(path) if s != 0]


# %% A loop that remembers alternative="collapse"
def collapse(path, blank):
    text, before = [], None
    for symbol in path:
        if symbol != before and symbol != blank:
            text.append(symbol)
        before = symbol
    return text


# %% Two steps, as the rule says alternative="collapse"
def collapse(path, blank):
    merged = [s for k, s in enumerate(path) if k == 0 or path[k - 1] != s]
    return [s for s in merged if s != blank]


# %% The path itself mistake="best_path" fails=["a word with twins", "nothing was said", "many steps"] says="That is the path"
def best_path(log_probs):
    return np.argmax(log_probs, axis=1).tolist()


# %% Over the steps mistake="best_path" fails=["a word with twins", "nothing was said", "many steps"] says="The argmax went over the steps"
def best_path(log_probs):
    return collapse(np.argmax(log_probs, axis=0).tolist(), 0)


# %% Without the blank mistake="best_path" fails=["a word with twins", "nothing was said", "many steps"] says="The blank was left out of the argmax" subtle=true
def best_path(log_probs):
    return collapse((1 + np.argmax(log_probs[:, 1:], axis=1)).tolist(), 0)


# %% Takes the last symbol for the blank mistake="best_path" fails=["a word with twins", "nothing was said", "many steps"] says="The blank is symbol 0" subtle=true
def best_path(log_probs):
    return collapse(np.argmax(log_probs, axis=1).tolist(), log_probs.shape[1] - 1)


# %% Drops the blanks, keeps the repeats mistake="best_path" fails=["a word with twins", "many steps"] says="The blanks are gone"
def best_path(log_probs):
    return [int(k) for k in np.argmax(log_probs, axis=1) if k != 0]


# %% Drops the blanks, then merges mistake="best_path" fails=["a word with twins", "many steps"] says="Twins that a blank keeps apart became one" subtle=true
def best_path(log_probs):
    return collapse([int(k) for k in np.argmax(log_probs, axis=1) if k != 0], 0)


# %% Letters from 0 mistake="best_path" fails=["a word with twins", "many steps"] says="The symbols are off by one" subtle=true
def best_path(log_probs):
    return [k - 1 for k in collapse(np.argmax(log_probs, axis=1).tolist(), 0)]


# %% In keras.ops alternative="best_path"
def best_path(log_probs):
    path = ops.convert_to_numpy(ops.argmax(log_probs, axis=-1))
    return np.array([k for t, k in enumerate(path) if k and (t == 0 or path[t - 1] != k)], int)


# %% Step by step alternative="best_path"
def best_path(log_probs):
    path = []
    for row in log_probs:
        path.append(max(range(len(row)), key=lambda k: row[k]))
    return collapse(path, 0)


# %% Only the likeliest of its paths mistake="text_probability" fails=["two steps", "two letters and twins", "against Keras, and all texts together"] says="That is the likeliest of the text's paths" subtle=true
def text_probability(probs, text):
    steps, symbols = probs.shape
    found = [0.0]
    for path in itertools.product(range(symbols), repeat=steps):
        if collapse(path, 0) == list(text):
            found.append(np.prod(probs[np.arange(steps), path]))
    return max(found)


# %% Adds within a path mistake="text_probability" fails=["two steps", "two letters and twins", "nothing said, and too much", "against Keras, and all texts together"] says="Within a path the probabilities are multiplied"
def text_probability(probs, text):
    steps, symbols = probs.shape
    total = 0.0
    for path in itertools.product(range(symbols), repeat=steps):
        if collapse(path, 0) == list(text):
            total += np.sum(probs[np.arange(steps), path])
    return total


# %% Compares a list with a tuple mistake="text_probability" fails=["two steps", "two letters and twins", "nothing said, and too much", "against Keras, and all texts together"] says="No path was found" subtle=true
def text_probability(probs, text):
    steps, symbols = probs.shape
    total = 0.0
    for path in itertools.product(range(symbols), repeat=steps):
        if collapse(path, 0) == tuple(text):
            total += np.prod(probs[np.arange(steps), path])
    return total


# %% Leaves out the repeats mistake="text_probability" fails=["two steps", "two letters and twins", "against Keras, and all texts together"] says="Paths with repeats are missing" subtle=true
def text_probability(probs, text):
    steps, symbols = probs.shape
    total = 0.0
    for path in itertools.product(range(symbols), repeat=steps):
        if [symbol for symbol in path if symbol != 0] == list(text):
            total += np.prod(probs[np.arange(steps), path])
    return total


# %% Paths without blanks mistake="text_probability" fails=["two steps", "two letters and twins", "nothing said, and too much", "against Keras, and all texts together"] says="Paths with blanks are missing"
def text_probability(probs, text):
    steps, symbols = probs.shape
    total = 0.0
    for path in itertools.product(range(1, symbols), repeat=steps):
        if collapse(path, 0) == list(text):
            total += np.prod(probs[np.arange(steps), path])
    return total


# %% The same letters in any order mistake="text_probability" fails=["two letters and twins", "nothing said, and too much", "against Keras, and all texts together"] says="The order and the number of letters count" subtle=true
def text_probability(probs, text):
    steps, symbols = probs.shape
    total = 0.0
    for path in itertools.product(range(symbols), repeat=steps):
        if set(collapse(path, 0)) == set(text):
            total += np.prod(probs[np.arange(steps), path])
    return total


# %% Counts the paths mistake="text_probability" fails=["two steps", "two letters and twins", "nothing said, and too much", "against Keras, and all texts together"] says="That is the number of paths"
def text_probability(probs, text):
    steps, symbols = probs.shape
    paths = itertools.product(range(symbols), repeat=steps)
    return sum(collapse(path, 0) == list(text) for path in paths)


# %% By the forward sum alternative="text_probability"
def text_probability(probs, text):
    z = [0]
    for letter in text:
        z += [letter, 0]
    alpha = np.zeros(len(z))
    alpha[:2] = probs[0, z[:2]]
    for row in probs[1:]:
        new = alpha.copy()
        new[1:] += alpha[:-1]
        for s in range(2, len(z)):
            new[s] += alpha[s - 2] * (z[s] != 0 and z[s] != z[s - 2])
        alpha = new * row[z]
    return alpha[-2:].sum()


# %% All texts in a dictionary alternative="text_probability"
def text_probability(probs, text):
    texts = {(): {None: 1.0}}  # text -> last symbol -> probability
    for row in probs:
        new = {}
        for words, lasts in texts.items():
            for last, p in lasts.items():
                for symbol, q in enumerate(row):
                    more = words if symbol in (0, last) else (*words, symbol)
                    ends = new.setdefault(more, {})
                    ends[symbol] = ends.get(symbol, 0.0) + p * q
        texts = new
    return sum(texts.get(tuple(text), {}).values())


# %% Jumps between twins mistake="ctc_loss" fails=["twins", "no path, one path, nothing said", "long recordings, against Keras"] says="Between twins there must be a blank" subtle=true
def ctc_loss(log_probs, text):
    z = [0]
    for letter in text:
        z += [letter, 0]
    alpha = np.full(len(z), -np.inf)
    alpha[:2] = log_probs[0, z[:2]]
    for row in log_probs[1:]:
        before, alpha = alpha, alpha.copy()
        for s in range(1, len(z)):
            alpha[s] = np.logaddexp(before[s], before[s - 1])
            if z[s] != 0 and s > 1:
                alpha[s] = np.logaddexp(alpha[s], before[s - 2])
        alpha = alpha + row[z]
    return -np.logaddexp.reduce(alpha[-2:])


# %% Never jumps mistake="ctc_loss" fails=["against all paths", "twins", "long recordings, against Keras"] says="The jumps are missing"
def ctc_loss(log_probs, text):
    z = [0]
    for letter in text:
        z += [letter, 0]
    alpha = np.full(len(z), -np.inf)
    alpha[:2] = log_probs[0, z[:2]]
    for row in log_probs[1:]:
        before = np.concatenate([[-np.inf], alpha[:-1]])
        alpha = np.logaddexp(alpha, before) + row[z]
    return -np.logaddexp.reduce(alpha[-2:])


# %% Jumps to blanks as well mistake="ctc_loss" fails=["one letter", "against all paths", "twins", "no path, one path, nothing said", "long recordings, against Keras"] says="Jumps go from letter to letter only"
def ctc_loss(log_probs, text):
    z = [0]
    for letter in text:
        z += [letter, 0]
    alpha = np.full(len(z), -np.inf)
    alpha[:2] = log_probs[0, z[:2]]
    for row in log_probs[1:]:
        one = np.concatenate([[-np.inf], alpha[:-1]])
        two = np.concatenate([[-np.inf] * 2, alpha[:-2]])[: len(z)]
        alpha = np.logaddexp(np.logaddexp(alpha, one), two) + row[z]
    return -np.logaddexp.reduce(alpha[-2:])


# %% Ends on the blank only mistake="ctc_loss" fails=["one letter", "against all paths", "twins", "no path, one path, nothing said", "long recordings, against Keras"] says="A text may also end on its last letter" subtle=true
def ctc_loss(log_probs, text):
    z = [0]
    for letter in text:
        z += [letter, 0]
    alpha = np.full(len(z), -np.inf)
    alpha[:2] = log_probs[0, z[:2]]
    for row in log_probs[1:]:
        before, alpha = alpha, alpha.copy()
        for s in range(1, len(z)):
            alpha[s] = np.logaddexp(before[s], before[s - 1])
            if z[s] != 0 and s > 1 and z[s] != z[s - 2]:
                alpha[s] = np.logaddexp(alpha[s], before[s - 2])
        alpha = alpha + row[z]
    return -alpha[-1]


# %% Starts on the blank only mistake="ctc_loss" fails=["one letter", "against all paths", "twins", "no path, one path, nothing said", "long recordings, against Keras"] says="A path may also start with the first letter" subtle=true
def ctc_loss(log_probs, text):
    z = [0]
    for letter in text:
        z += [letter, 0]
    alpha = np.full(len(z), -np.inf)
    alpha[0] = log_probs[0, 0]
    for row in log_probs[1:]:
        before, alpha = alpha, alpha.copy()
        for s in range(1, len(z)):
            alpha[s] = np.logaddexp(before[s], before[s - 1])
            if z[s] != 0 and s > 1 and z[s] != z[s - 2]:
                alpha[s] = np.logaddexp(alpha[s], before[s - 2])
        alpha = alpha + row[z]
    return -np.logaddexp.reduce(alpha[-2:])


# %% Fills the array it reads from mistake="ctc_loss" fails=["one letter", "against all paths", "twins", "no path, one path, nothing said", "long recordings, against Keras"] says="The new alpha is computed from itself" subtle=true
def ctc_loss(log_probs, text):
    z = [0]
    for letter in text:
        z += [letter, 0]
    alpha = np.full(len(z), -np.inf)
    alpha[:2] = log_probs[0, z[:2]]
    for row in log_probs[1:]:
        alpha[0] += row[0]
        for s in range(1, len(z)):
            total = np.logaddexp(alpha[s], alpha[s - 1])
            if z[s] != 0 and s > 1 and z[s] != z[s - 2]:
                total = np.logaddexp(total, alpha[s - 2])
            alpha[s] = total + row[z[s]]
    return -np.logaddexp.reduce(alpha[-2:])


# %% Probabilities that vanish mistake="ctc_loss" fails=["long recordings, against Keras"] says="Not a finite number" subtle=true
def ctc_loss(log_probs, text):
    probs = np.exp(np.asarray(log_probs, "float32"))
    z = [0]
    for letter in text:
        z += [letter, 0]
    alpha = np.zeros(len(z), "float32")
    alpha[:2] = probs[0, z[:2]]
    for row in probs[1:]:
        new = alpha.copy()
        new[1:] += alpha[:-1]
        for s in range(2, len(z)):
            new[s] += alpha[s - 2] * (z[s] != 0 and z[s] != z[s - 2])
        alpha = new * row[z]
    return -np.log(alpha[-2:].sum())


# %% The likeliest walk mistake="ctc_loss" fails=["one letter", "against all paths", "twins", "long recordings, against Keras"] says="That is the likeliest path only"
def ctc_loss(log_probs, text):
    z = [0]
    for letter in text:
        z += [letter, 0]
    alpha = np.full(len(z), -np.inf)
    alpha[:2] = log_probs[0, z[:2]]
    for row in log_probs[1:]:
        before, alpha = alpha, alpha.copy()
        for s in range(1, len(z)):
            alpha[s] = max(before[s], before[s - 1])
            if z[s] != 0 and s > 1 and z[s] != z[s - 2]:
                alpha[s] = max(alpha[s], before[s - 2])
        alpha = alpha + row[z]
    return -max(alpha[-2:])


# %% Plus instead of minus mistake="ctc_loss" fails=["one letter", "against all paths", "twins", "no path, one path, nothing said", "long recordings, against Keras"] says="The sign is turned around"
def ctc_loss(log_probs, text):
    z = [0]
    for letter in text:
        z += [letter, 0]
    alpha = np.full(len(z), -np.inf)
    alpha[:2] = log_probs[0, z[:2]]
    for row in log_probs[1:]:
        before, alpha = alpha, alpha.copy()
        for s in range(1, len(z)):
            alpha[s] = np.logaddexp(before[s], before[s - 1])
            if z[s] != 0 and s > 1 and z[s] != z[s - 2]:
                alpha[s] = np.logaddexp(alpha[s], before[s - 2])
        alpha = alpha + row[z]
    return np.logaddexp.reduce(alpha[-2:])


# %% All places at once, minus infinity as a large number alternative="ctc_loss"
def ctc_loss(log_probs, text):
    z = np.zeros(2 * len(text) + 1, int)
    z[1::2] = text
    jump = np.zeros(len(z), bool)
    jump[2:] = (z[2:] != 0) & (z[2:] != z[:-2])
    alpha = np.full(len(z), -1e30)
    alpha[:2] = log_probs[0, z[:2]]
    for row in log_probs[1:]:
        one = np.concatenate([[-1e30], alpha[:-1]])
        two = np.concatenate([[-1e30, -1e30], alpha[:-2]])[: len(z)]
        alpha = np.logaddexp(np.logaddexp(alpha, one), np.where(jump, two, -1e30)) + row[z]
    return -np.logaddexp.reduce(alpha[-2:])


# %% Backwards from the end, with scipy alternative="ctc_loss"
def ctc_loss(log_probs, text):
    from scipy.special import logsumexp

    z = [0] + [symbol for letter in text for symbol in (letter, 0)]
    places = len(z)
    beta = [0.0 if s >= places - 2 else -np.inf for s in range(places)]
    for row in log_probs[:0:-1]:
        new = []
        for s in range(places):
            ways = [beta[s] + row[z[s]]]
            if s + 1 < places:
                ways.append(beta[s + 1] + row[z[s + 1]])
            if s + 2 < places and z[s + 2] != 0 and z[s + 2] != z[s]:
                ways.append(beta[s + 2] + row[z[s + 2]])
            new.append(logsumexp(ways))
        beta = new
    return -logsumexp([log_probs[0, z[s]] + beta[s] for s in range(min(2, places))])


# %% The decoder does not know the source mistake="build_translator" fails=["reads the source, and never ahead", "numbers it has not seen"] says="A digit of the source has no influence on what is written"
def build_translator(num_digits, num_words, units):
    source = keras.Input((None,), dtype="int32")
    words = keras.Input((None,), dtype="int32")
    states = keras.layers.GRU(units, return_sequences=True)(
        keras.layers.Embedding(num_words, 16)(words)
    )
    return keras.Model([source, words], keras.layers.Dense(num_words)(states))


# %% Reads the words from both sides mistake="build_translator" fails=["reads the source, and never ahead", "numbers it has not seen"] says="The decoder looks ahead" subtle=true
def build_translator(num_digits, num_words, units):
    source = keras.Input((None,), dtype="int32")
    words = keras.Input((None,), dtype="int32")
    read = keras.layers.GRU(units)(keras.layers.Embedding(num_digits, 16)(source))
    states = keras.layers.Bidirectional(keras.layers.GRU(units, return_sequences=True))(
        keras.layers.Embedding(num_words, 16)(words), initial_state=[read, read]
    )
    return keras.Model([source, words], keras.layers.Dense(num_words)(states))


# %% Softmax at the end mistake="build_translator" fails=["logits after every word", "numbers it has not seen"] says="These are probabilities" subtle=true
def build_translator(num_digits, num_words, units):
    source = keras.Input((None,), dtype="int32")
    words = keras.Input((None,), dtype="int32")
    read = keras.layers.GRU(units)(keras.layers.Embedding(num_digits, 16)(source))
    states = keras.layers.GRU(units, return_sequences=True)(
        keras.layers.Embedding(num_words, 16)(words), initial_state=read
    )
    return keras.Model([source, words], keras.layers.Dense(num_words, activation="softmax")(states))


# %% One answer for the whole sentence mistake="build_translator" fails=["logits after every word", "reads the source, and never ahead", "numbers it has not seen", "other sizes"] says="The decoder answers once"
def build_translator(num_digits, num_words, units):
    source = keras.Input((None,), dtype="int32")
    words = keras.Input((None,), dtype="int32")
    read = keras.layers.GRU(units)(keras.layers.Embedding(num_digits, 16)(source))
    state = keras.layers.GRU(units)(
        keras.layers.Embedding(num_words, 16)(words), initial_state=read
    )
    return keras.Model([source, words], keras.layers.Dense(num_words)(state))


# %% The decoder is not fed its words mistake="build_translator" fails=["reads the source, and never ahead"] says="The words so far have no influence on the next one" subtle=true
def build_translator(num_digits, num_words, units):
    source = keras.Input((None,), dtype="int32")
    words = keras.Input((None,), dtype="int32")
    read = keras.layers.GRU(units)(keras.layers.Embedding(num_digits, 16)(source))
    nothing = keras.layers.Embedding(num_words, 16)(words) * 0.0
    states = keras.layers.GRU(units, return_sequences=True)(nothing, initial_state=read)
    return keras.Model([source, words], keras.layers.Dense(num_words)(states))


# %% Only the sum of the digits' vectors mistake="build_translator" fails=["numbers it has not seen"] says="Hardly any number is right" subtle=true
def build_translator(num_digits, num_words, units):
    source = keras.Input((None,), dtype="int32")
    words = keras.Input((None,), dtype="int32")
    vectors = keras.layers.Embedding(num_digits, units)(source)
    read = keras.layers.GlobalAveragePooling1D()(vectors)
    states = keras.layers.GRU(units, return_sequences=True)(
        keras.layers.Embedding(num_words, 16)(words), initial_state=read
    )
    return keras.Model([source, words], keras.layers.Dense(num_words)(states))


# %% Forgets to return the model mistake="build_translator" fails=["logits after every word", "reads the source, and never ahead", "numbers it has not seen", "other sizes"] says="is the `return` missing"
def build_translator(num_digits, num_words, units):
    source = keras.Input((None,), dtype="int32")
    words = keras.Input((None,), dtype="int32")
    read = keras.layers.GRU(units)(keras.layers.Embedding(num_digits, 16)(source))
    states = keras.layers.GRU(units, return_sequences=True)(
        keras.layers.Embedding(num_words, 16)(words), initial_state=read
    )
    keras.Model([source, words], keras.layers.Dense(num_words)(states))


# %% With LSTMs, whose state is a pair alternative="build_translator"
def build_translator(num_digits, num_words, units):
    source = keras.Input((None,), dtype="int32")
    words = keras.Input((None,), dtype="int32")
    embedded = keras.layers.Embedding(num_digits, 16)(source)
    _, h, c = keras.layers.LSTM(units, return_state=True)(embedded)
    states = keras.layers.LSTM(units, return_sequences=True)(
        keras.layers.Embedding(num_words, 16)(words), initial_state=[h, c]
    )
    return keras.Model([source, words], keras.layers.Dense(num_words)(states))


# %% Source read from both sides, at every step alternative="build_translator"
def build_translator(num_digits, num_words, units):
    source = keras.Input((None,), dtype="int32")
    words = keras.Input((None,), dtype="int32")
    both = keras.layers.Bidirectional(keras.layers.GRU(units // 2 + 1))(
        keras.layers.Embedding(num_digits, 24)(source)
    )
    read = keras.layers.Dense(units, activation="tanh")(both)
    states = keras.layers.GRU(units, return_sequences=True)(
        keras.layers.Embedding(num_words, 24)(words), initial_state=read
    )
    return keras.Model([source, words], keras.layers.Dense(num_words)(states))


# %% Keeps the end mistake="greedy_decode" fails=["one row", "rows of different lengths", "no END before the limit", "asks no more than needed", "other sizes, and nothing to say"] says="END is still there"
def greedy_decode(next_logits, batch, limit):
    symbols = np.full((batch, 1), START, "int32")
    for _ in range(limit):
        said = np.argmax(next_logits(symbols), axis=-1)
        symbols = np.concatenate([symbols, said[:, None]], axis=1)
        if np.all(np.any(symbols == END, axis=1)):
            break
    rows = symbols[:, 1:].tolist()
    return [row[: row.index(END) + 1] if END in row else row for row in rows]


# %% Keeps the start mistake="greedy_decode" fails=["one row", "rows of different lengths", "no END before the limit", "asks no more than needed", "other sizes, and nothing to say"] says="START is still there"
def greedy_decode(next_logits, batch, limit):
    symbols = np.full((batch, 1), START, "int32")
    for _ in range(limit):
        said = np.argmax(next_logits(symbols), axis=-1)
        symbols = np.concatenate([symbols, said[:, None]], axis=1)
        if np.all(np.any(symbols == END, axis=1)):
            break
    rows = symbols.tolist()
    return [row[: row.index(END)] if END in row else row for row in rows]


# %% Never stops asking mistake="greedy_decode" fails=["asks no more than needed", "other sizes, and nothing to say"] says="no answer once every row has said END" subtle=true
def greedy_decode(next_logits, batch, limit):
    symbols = np.full((batch, 1), START, "int32")
    for _ in range(limit):
        said = np.argmax(next_logits(symbols), axis=-1)
        symbols = np.concatenate([symbols, said[:, None]], axis=1)
    rows = symbols[:, 1:].tolist()
    return [row[: row.index(END)] if END in row else row for row in rows]


# %% Stops when the first row ends mistake="greedy_decode" fails=["rows of different lengths", "no END before the limit", "asks no more than needed", "other sizes, and nothing to say"] says="All rows stopped when the first one ended" subtle=true
def greedy_decode(next_logits, batch, limit):
    symbols = np.full((batch, 1), START, "int32")
    for _ in range(limit):
        said = np.argmax(next_logits(symbols), axis=-1)
        symbols = np.concatenate([symbols, said[:, None]], axis=1)
        if np.any(symbols == END):
            break
    rows = symbols[:, 1:].tolist()
    return [row[: row.index(END)] if END in row else row for row in rows]


# %% Waits until all say the end together mistake="greedy_decode" fails=["asks no more than needed", "other sizes, and nothing to say"] says="no answer once every row has said END" subtle=true
def greedy_decode(next_logits, batch, limit):
    symbols = np.full((batch, 1), START, "int32")
    for _ in range(limit):
        said = np.argmax(next_logits(symbols), axis=-1)
        symbols = np.concatenate([symbols, said[:, None]], axis=1)
        if np.all(said == END):
            break
    rows = symbols[:, 1:].tolist()
    return [row[: row.index(END)] if END in row else row for row in rows]


# %% Takes the end out, keeps the rest mistake="greedy_decode" fails=["rows of different lengths", "no END before the limit", "asks no more than needed", "other sizes, and nothing to say"] says="END was taken out" subtle=true
def greedy_decode(next_logits, batch, limit):
    symbols = np.full((batch, 1), START, "int32")
    for _ in range(limit):
        said = np.argmax(next_logits(symbols), axis=-1)
        symbols = np.concatenate([symbols, said[:, None]], axis=1)
        if np.all(np.any(symbols == END, axis=1)):
            break
    return [[word for word in row if word != END] for row in symbols[:, 1:].tolist()]


# %% Always feeds the start mistake="greedy_decode" fails=["one row", "rows of different lengths", "no END before the limit", "asks no more than needed", "other sizes, and nothing to say"] says="The decoder was not fed what it had said" subtle=true
def greedy_decode(next_logits, batch, limit):
    symbols = np.full((batch, 1), START, "int32")
    texts = []
    for _ in range(limit):
        said = np.argmax(next_logits(symbols), axis=-1)
        texts.append(said)
        symbols = np.concatenate([symbols, np.full((batch, 1), START)], axis=1)
        if np.all(np.any(np.array(texts) == END, axis=0)):
            break
    rows = np.array(texts).T.tolist()
    return [row[: row.index(END)] if END in row else row for row in rows]


# %% The limit counts the start mistake="greedy_decode" fails=["no END before the limit"] says="A row that reaches the limit without END keeps all its words" subtle=true
def greedy_decode(next_logits, batch, limit):
    symbols = np.full((batch, 1), START, "int32")
    while symbols.shape[1] < limit:
        said = np.argmax(next_logits(symbols), axis=-1)
        symbols = np.concatenate([symbols, said[:, None]], axis=1)
        if np.all(np.any(symbols == END, axis=1)):
            break
    rows = symbols[:, 1:].tolist()
    return [row[: row.index(END)] if END in row else row for row in rows]


# %% Feeds padding to rows that have ended alternative="greedy_decode"
def greedy_decode(next_logits, batch, limit):
    symbols, texts = np.full((batch, 1), START), [[] for _ in range(batch)]
    going = [True] * batch
    while any(going) and symbols.shape[1] <= limit:
        said = np.argmax(np.asarray(next_logits(symbols)), axis=-1)
        for row in range(batch):
            if going[row] and said[row] == END:
                going[row] = False
            if going[row]:
                texts[row].append(int(said[row]))
            else:
                said[row] = PAD
        symbols = np.column_stack([symbols, said])
    return texts


# %% In keras.ops, cut by a running sum alternative="greedy_decode"
def greedy_decode(next_logits, batch, limit):
    said = np.zeros((batch, 0), "int32")
    for _ in range(limit):
        fed = np.concatenate([np.full((batch, 1), START), said], axis=1)
        word = ops.convert_to_numpy(ops.argmax(next_logits(fed), axis=-1))
        said = np.concatenate([said, word[:, None]], axis=1)
        if (said == END).any(axis=1).all():
            break
    alive = np.cumsum(said == END, axis=1) == 0
    return [row[keep] for row, keep in zip(said, alive)]
