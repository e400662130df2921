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


# %% Returns the history mistake="train_slot_filler" fails=["one answer per word, for any length", "the requests it was trained on", "arrive Taipei, leave Taipei", "unseen minimal pairs", "places it has never heard of"] says="What `model.fit` returns is a History"
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
