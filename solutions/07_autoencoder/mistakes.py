# %% [markdown]
# Wrong answers that people give, and other right ones. Each cell replaces the exercise of that
# name; tests/test_checks.py asks the check about it. `fails` lists the cases that must reject it,
# `says` is a piece of the words that must be shown.

# %% Equally frequent words as they come mistake="count_words" fails=["equally frequent words", "a long text"] says="Words that are equally frequent come in alphabetical order" subtle=true
def count_words(sentences):
    count = Counter(word for sentence in sentences for word in sentence)
    words = [word for word, _ in count.most_common()]
    return words, [count[word] for word in words]


# %% Turned around with the ties mistake="count_words" fails=["one sentence", "equally frequent words", "several sentences, one of them empty", "a long text"] says="Words that are equally frequent come in alphabetical order" subtle=true
def count_words(sentences):
    count = Counter(word for sentence in sentences for word in sentence)
    words = sorted(count, key=lambda word: (count[word], word), reverse=True)
    return words, [count[word] for word in words]


# %% In alphabetical order mistake="count_words" fails=["one sentence", "equally frequent words", "several sentences, one of them empty", "a long text"] says="The words are in alphabetical order"
def count_words(sentences):
    count = Counter(word for sentence in sentences for word in sentence)
    return sorted(count), [count[word] for word in sorted(count)]


# %% The rarest first mistake="count_words" fails=["one sentence", "equally frequent words", "several sentences, one of them empty", "a long text"] says="The rarest word comes first"
def count_words(sentences):
    count = Counter(word for sentence in sentences for word in sentence)
    words = sorted(count, key=lambda word: (count[word], word))
    return words, [count[word] for word in words]


# %% In how many sentences mistake="count_words" fails=["one sentence", "equally frequent words", "several sentences, one of them empty", "a long text"] says="A word that occurs twice in a sentence counts twice" subtle=true
def count_words(sentences):
    count = Counter(word for sentence in sentences for word in set(sentence))
    words = sorted(count, key=lambda word: (-count[word], word))
    return words, [count[word] for word in words]


# %% Shares instead of counts mistake="count_words" fails=["one sentence", "equally frequent words", "several sentences, one of them empty", "a long text"] says="These are shares"
def count_words(sentences):
    count = Counter(word for sentence in sentences for word in sentence)
    words = sorted(count, key=lambda word: (-count[word], word))
    return words, [count[word] / sum(count.values()) for word in words]


# %% The first sentence only mistake="count_words" fails=["equally frequent words", "several sentences, one of them empty", "a long text"] says="Some words are missing"
def count_words(sentences):
    count = Counter(sentences[0])
    words = sorted(count, key=lambda word: (-count[word], word))
    return words, [count[word] for word in words]


# %% With NumPy alternative="count_words"
def count_words(sentences):
    words, counts = np.unique(list(itertools.chain.from_iterable(sentences)), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return words[order].tolist(), counts[order]


# %% With a dictionary alternative="count_words"
def count_words(sentences):
    count = {}
    for sentence in sentences:
        for word in sentence:
            count[word] = count.get(word, 0) + 1
    pairs = sorted((-times, word) for word, times in count.items())
    return [word for _, word in pairs], [-times for times, _ in pairs]


# %% Row 0 counts as well mistake="context_vectors" fails=["no word adds nothing", "its slope", "other sizes"] says="Row 0 of the table was added" subtle=true
def context_vectors(table, contexts):
    return ops.sum(ops.take(table, contexts, axis=0), axis=1)


# %% The mean over the places mistake="context_vectors" fails=["two words each", "no word adds nothing", "its slope", "other sizes"] says="That is the mean over the places" subtle=true
def context_vectors(table, contexts):
    real = ops.expand_dims(ops.cast(ops.not_equal(contexts, 0), "float32"), -1)
    return ops.mean(ops.take(table, contexts, axis=0) * real, axis=1)


# %% The mean over the words mistake="context_vectors" fails=["two words each", "no word adds nothing", "its slope", "other sizes"] says="That is the mean over the words" subtle=true
def context_vectors(table, contexts):
    real = ops.expand_dims(ops.cast(ops.not_equal(contexts, 0), "float32"), -1)
    total = ops.sum(ops.take(table, contexts, axis=0) * real, axis=1)
    return total / ops.maximum(ops.sum(real, axis=1), 1)


# %% Sums over the units mistake="context_vectors" fails=["two words each", "no word adds nothing", "its slope", "other sizes"] says="You summed over the units"
def context_vectors(table, contexts):
    real = ops.expand_dims(ops.cast(ops.not_equal(contexts, 0), "float32"), -1)
    return ops.sum(ops.take(table, contexts, axis=0) * real, axis=-1)


# %% Forgets to sum mistake="context_vectors" fails=["two words each", "no word adds nothing", "its slope", "other sizes"] says="The places are still there"
def context_vectors(table, contexts):
    real = ops.expand_dims(ops.cast(ops.not_equal(contexts, 0), "float32"), -1)
    return ops.take(table, contexts, axis=0) * real


# %% A word counts once mistake="context_vectors" fails=["two words each", "no word adds nothing", "its slope", "other sizes"] says="A word that is shown twice is added twice" subtle=true
def context_vectors(table, contexts):
    shown = ops.max(ops.one_hot(contexts, table.shape[0]), axis=1)[:, 1:]
    return ops.matmul(ops.cast(shown, "float32"), ops.convert_to_tensor(table)[1:])


# %% In NumPy mistake="context_vectors" fails=["its slope"] says="Keras can only differentiate what is made of keras.ops"
def context_vectors(table, contexts):
    table, contexts = ops.convert_to_numpy(table), np.asarray(contexts)
    return (table[contexts] * (contexts != 0)[..., None]).sum(axis=1)


# %% Two places only mistake="context_vectors" fails=["no word adds nothing", "its slope", "other sizes"] says="Only the first two places are used" subtle=true
def context_vectors(table, contexts):
    real = ops.expand_dims(ops.cast(ops.not_equal(contexts, 0), "float32"), -1)
    rows = ops.take(table, contexts, axis=0) * real
    return rows[:, 0] + rows[:, 1]


# %% 1-of-N times the table alternative="context_vectors"
def context_vectors(table, contexts):
    table = ops.convert_to_tensor(table)
    hot = ops.sum(ops.one_hot(contexts, table.shape[0], dtype=table.dtype), axis=1)
    return ops.matmul(hot[:, 1:], table[1:])


# %% Chosen by where alternative="context_vectors"
def context_vectors(table, contexts):
    rows = ops.take(table, contexts, axis=0)
    return ops.sum(ops.where(ops.expand_dims(contexts, -1) == 0, 0.0, rows), axis=-2)


# %% Place by place alternative="context_vectors"
def context_vectors(table, contexts):
    total = 0.0
    for place in range(contexts.shape[1]):
        real = ops.cast(contexts[:, place : place + 1] > 0, "float32")
        total = total + ops.take(table, contexts[:, place], axis=0) * real
    return total


# %% Across the sentences mistake="cbow_pairs" fails=["several sentences", "wide windows, short sentences"] says="Contexts reach into the next sentence" subtle=true
def cbow_pairs(sentences, before, after):
    words = [word for sentence in sentences for word in sentence]
    line = [0] * before + words + [0] * after
    contexts = [line[i : i + before] + line[i + before + 1 : i + before + 1 + after]
                for i in range(len(words))]  # fmt: skip
    return np.array(contexts), np.array(words)


# %% Without the edges mistake="cbow_pairs" fails=["one sentence, both sides", "next word", "several sentences", "wide windows, short sentences"] says="Words near the edges are missing" subtle=true
def cbow_pairs(sentences, before, after):
    contexts, targets = [], []
    for line in sentences:
        for i in range(before, len(line) - after):
            contexts.append(list(line[i - before : i]) + list(line[i + 1 : i + 1 + after]))
            targets.append(line[i])
    return np.array(contexts).reshape(len(targets), before + after), np.array(targets, int)


# %% The word itself is shown mistake="cbow_pairs" fails=["one sentence, both sides", "next word", "several sentences", "wide windows, short sentences"] says="A context has one place too many"
def cbow_pairs(sentences, before, after):
    contexts, targets = [], []
    for sentence in sentences:
        line = [0] * before + list(sentence) + [0] * after
        for i, word in enumerate(sentence):
            contexts.append(line[i : i + before + 1 + after])
            targets.append(word)
    return np.array(contexts), np.array(targets)


# %% Negative indices wrap around mistake="cbow_pairs" fails=["one sentence, both sides", "next word", "several sentences", "wide windows, short sentences"] says="Where there is no word stands something else" subtle=true
def cbow_pairs(sentences, before, after):
    contexts, targets = [], []
    for line in sentences:
        for i, word in enumerate(line):
            places = [*range(i - before, i), *range(i + 1, i + 1 + after)]
            contexts.append([line[p] if -len(line) <= p < len(line) else 0 for p in places])
            targets.append(word)
    return np.array(contexts), np.array(targets)


# %% The sides exchanged mistake="cbow_pairs" fails=["next word", "several sentences", "wide windows, short sentences"] says="The two sides are mixed up" subtle=true
def cbow_pairs(sentences, before, after):
    before, after = after, before
    contexts, targets = [], []
    for sentence in sentences:
        line = [0] * before + list(sentence) + [0] * after
        for i, word in enumerate(sentence):
            contexts.append(line[i : i + before] + line[i + before + 1 : i + before + 1 + after])
            targets.append(word)
    return np.array(contexts), np.array(targets)


# %% Targets first mistake="cbow_pairs" fails=["one sentence, both sides", "next word", "several sentences", "wide windows, short sentences"] says="The order is turned around"
def cbow_pairs(sentences, before, after):
    contexts, targets = [], []
    for sentence in sentences:
        line = [0] * before + list(sentence) + [0] * after
        for i, word in enumerate(sentence):
            contexts.append(line[i : i + before] + line[i + before + 1 : i + before + 1 + after])
            targets.append(word)
    return np.array(targets), np.array(contexts)


# %% Every context twice mistake="cbow_pairs" fails=["one sentence, both sides", "next word", "several sentences", "wide windows, short sentences"] says="There are too many rows"
def cbow_pairs(sentences, before, after):
    contexts, targets = [], []
    for sentence in sentences:
        line = [0] * before + list(sentence) + [0] * after
        for i, word in enumerate(sentence):
            contexts.append(line[i : i + before] + line[i + before + 1 : i + before + 1 + after])
            contexts.append(contexts[-1])
            targets += [word, word]
    return np.array(contexts), np.array(targets)


# %% The last word is never asked for mistake="cbow_pairs" fails=["one sentence, both sides", "next word", "several sentences", "wide windows, short sentences"] says="There are too few rows" subtle=true
def cbow_pairs(sentences, before, after):
    contexts, targets = [], []
    for sentence in sentences:
        line = [0] * before + list(sentence) + [0] * after
        for i, word in enumerate(sentence[:-1]):
            contexts.append(line[i : i + before] + line[i + before + 1 : i + before + 1 + after])
            targets.append(word)
    return np.array(contexts).reshape(len(targets), before + after), np.array(targets, int)


# %% Index by index alternative="cbow_pairs"
def cbow_pairs(sentences, before, after):
    contexts, targets = [], []
    for line in sentences:
        for i in range(len(line)):
            places = [p for p in range(i - before, i + after + 1) if p != i]
            contexts.append([line[p] if 0 <= p < len(line) else 0 for p in places])
            targets.append(line[i])
    return np.array(contexts, "int32"), np.array(targets, "int32")


# %% The nearest first, the zeros at the end, backwards alternative="cbow_pairs"
def cbow_pairs(sentences, before, after):
    contexts, targets = [], []
    for line in reversed(sentences):
        for i in range(len(line)):
            context = [*line[i + 1 : i + 1 + after], *line[max(0, i - before) : i][::-1]]
            contexts.append(context + [0] * (before + after - len(context)))
            targets.append(line[i])
    return np.array(contexts), np.array(targets)


# %% One array per sentence alternative="cbow_pairs"
def cbow_pairs(sentences, before, after):
    contexts, targets = [], []
    for sentence in filter(len, sentences):
        line = np.pad(sentence, (before, after))
        steps = [line[p : p + len(sentence)] for p in range(before + after + 1) if p != before]
        contexts.append(np.stack(steps, axis=1))
        targets.append(np.array(sentence))
    return np.concatenate(contexts), np.concatenate(targets)


# %% Probabilities mistake="train_word_predictor" fails=["a logit for every word", "near the best that two words allow"] says="Each row sums to 1"
def train_word_predictor(contexts, targets, num_words, seed):
    keras.utils.set_random_seed(seed)
    layers = [
        WordTable(num_words, 32, name="words"),
        keras.layers.Dense(num_words, activation="softmax"),
    ]
    model = keras.Sequential([keras.Input((contexts.shape[1],), dtype="int32"), *layers])
    model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy")
    model.fit(contexts, targets, batch_size=1024, epochs=2, verbose=0)
    return model


# %% Not trained mistake="train_word_predictor" fails=["near the best that two words allow"] says="no better than showing no word at all"
def train_word_predictor(contexts, targets, num_words, seed):
    keras.utils.set_random_seed(seed)
    layers = [WordTable(num_words, 32, name="words"), keras.layers.Dense(num_words)]
    model = keras.Sequential([keras.Input((contexts.shape[1],), dtype="int32"), *layers])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.02), loss)
    return model


# %% The history instead of the model mistake="train_word_predictor" fails=["a logit for every word", "near the best that two words allow", "one table for all places", "the seed decides, any number of places"] says="`model.fit` returns a History"
def train_word_predictor(contexts, targets, num_words, seed):
    keras.utils.set_random_seed(seed)
    layers = [WordTable(num_words, 32, name="words"), keras.layers.Dense(num_words)]
    model = keras.Sequential([keras.Input((contexts.shape[1],), dtype="int32"), *layers])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.02), loss)
    return model.fit(contexts[:512], targets[:512], batch_size=512, verbose=0)


# %% The last word alone mistake="train_word_predictor" fails=["near the best that two words allow", "one table for all places"] says="what a single word of context allows" subtle=true
def train_word_predictor(contexts, targets, num_words, seed):
    keras.utils.set_random_seed(seed)
    shown = keras.Input((contexts.shape[1],), dtype="int32")
    summed = WordTable(num_words, 32, name="words")(shown[:, -1:])
    model = keras.Model(shown, keras.layers.Dense(num_words)(summed))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.02), loss)
    model.fit(contexts, targets, batch_size=512, epochs=4, verbose=0)
    return model


# %% A table for each place mistake="train_word_predictor" fails=["one table for all places"] says="Exchanging the two words changes the answer" subtle=true
def train_word_predictor(contexts, targets, num_words, seed):
    keras.utils.set_random_seed(seed)
    shown = keras.Input((contexts.shape[1],), dtype="int32")
    summed = [
        WordTable(num_words, 32, name="words" if place == 0 else None)(shown[:, place : place + 1])
        for place in range(contexts.shape[1])
    ]
    model = keras.Model(shown, keras.layers.Dense(num_words)(keras.layers.Add()(summed)))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.02), loss)
    model.fit(contexts, targets, batch_size=512, epochs=5, verbose=0)
    return model


# %% The seed is not used mistake="train_word_predictor" fails=["the seed decides, any number of places"] says="Another seed gave the same model" subtle=true
def train_word_predictor(contexts, targets, num_words, seed):
    keras.utils.set_random_seed(0)
    layers = [WordTable(num_words, 32, name="words"), keras.layers.Dense(num_words)]
    model = keras.Sequential([keras.Input((contexts.shape[1],), dtype="int32"), *layers])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.02), loss)
    model.fit(contexts, targets, batch_size=512, epochs=5, verbose=0)
    return model


# %% An Embedding and a sum of its own alternative="train_word_predictor"
def train_word_predictor(contexts, targets, num_words, seed):
    keras.utils.set_random_seed(seed)
    shown = keras.Input((contexts.shape[1],), dtype="int32")
    rows = keras.layers.Embedding(num_words, 32, name="words")(shown)
    logits = keras.layers.Dense(num_words)(ops.sum(rows, axis=1))
    model = keras.Model(shown, logits)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss)
    model.fit(contexts, targets, batch_size=256, epochs=5, verbose=0)
    return model


# %% With a hidden layer alternative="train_word_predictor"
def train_word_predictor(contexts, targets, num_words, seed):
    keras.utils.set_random_seed(seed)
    layers = [
        WordTable(num_words, 32, name="words"),
        keras.layers.Dense(64, activation="tanh"),
        keras.layers.Dense(num_words),
    ]
    model = keras.Sequential([keras.Input((contexts.shape[1],), dtype="int32"), *layers])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss)
    model.fit(contexts, targets, batch_size=512, epochs=4, verbose=0)
    return model


# %% With the word itself mistake="nearest_words" fails=["by direction, not by length", "a batch", "a row of zeros", "a twin", "other sizes, its argument left alone"] says="The word itself is in the answer"
def nearest_words(vectors, words, k):
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(lengths > 0, lengths, 1)
    return np.argsort(-unit[words] @ unit.T, axis=1)[:, :k]


# %% Drops every cosine of one mistake="nearest_words" fails=["a twin"] says="leave out the word itself by its number" subtle=true
def nearest_words(vectors, words, k):
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(lengths > 0, lengths, 1)
    cosines = unit[words] @ unit.T
    cosines[cosines > 1 - 1e-9] = -np.inf
    return np.argsort(-cosines, axis=1)[:, :k]


# %% By the product mistake="nearest_words" fails=["by direction, not by length", "a batch", "a row of zeros", "a twin", "other sizes, its argument left alone"] says="That is by the plain product" subtle=true
def nearest_words(vectors, words, k):
    scores = vectors[words] @ vectors.T
    scores[np.arange(len(words)), words] = -np.inf
    return np.argsort(-scores, axis=1)[:, :k]


# %% By distance mistake="nearest_words" fails=["by direction, not by length", "a batch", "a row of zeros", "a twin", "other sizes, its argument left alone"] says="That is by distance"
def nearest_words(vectors, words, k):
    distances = ((vectors[words][:, None] - vectors) ** 2).sum(axis=-1)
    distances[np.arange(len(words)), words] = np.inf
    return np.argsort(distances, axis=1)[:, :k]


# %% NaN for zeros mistake="nearest_words" fails=["a row of zeros", "other sizes, its argument left alone"] says="A row of zeros has the cosine 0 with every word" subtle=true
def nearest_words(vectors, words, k):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = unit[words] @ unit.T
    cosines[np.arange(len(words)), words] = -np.inf
    return np.argsort(cosines, axis=1)[:, ::-1][:, :k]


# %% The farthest mistake="nearest_words" fails=["by direction, not by length", "a batch", "a row of zeros", "a twin", "other sizes, its argument left alone"] says="These are the farthest words"
def nearest_words(vectors, words, k):
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(lengths > 0, lengths, 1)
    cosines = unit[words] @ unit.T
    cosines[np.arange(len(words)), words] = np.inf
    return np.argsort(cosines, axis=1)[:, :k]


# %% From far to near mistake="nearest_words" fails=["by direction, not by length", "a batch", "a row of zeros", "a twin", "other sizes, its argument left alone"] says="The order is turned around"
def nearest_words(vectors, words, k):
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(lengths > 0, lengths, 1)
    cosines = unit[words] @ unit.T
    cosines[np.arange(len(words)), words] = -np.inf
    return np.argsort(cosines, axis=1)[:, -k:]


# %% The absolute value mistake="nearest_words" fails=["a batch", "a row of zeros", "other sizes, its argument left alone"] says="A cosine of −1 is the opposite direction" subtle=true
def nearest_words(vectors, words, k):
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(lengths > 0, lengths, 1)
    cosines = np.abs(unit[words] @ unit.T)
    cosines[np.arange(len(words)), words] = -np.inf
    return np.argsort(-cosines, axis=1)[:, :k]


# %% Divides the caller's vectors mistake="nearest_words" fails=["other sizes, its argument left alone"] says="Your function changed the vectors themselves" subtle=true
def nearest_words(vectors, words, k):
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(lengths > 0, lengths, 1)
    cosines = vectors[words] @ vectors.T
    cosines[np.arange(len(words)), words] = -np.inf
    return np.argsort(-cosines, axis=1)[:, :k]


# %% Word by word alternative="nearest_words"
def nearest_words(vectors, words, k):
    def cosine(a, b):
        length = np.linalg.norm(a) * np.linalg.norm(b)
        return a @ b / length if length else 0.0

    rows = []
    for word in words:
        others = [n for n in range(len(vectors)) if n != word]
        rows.append(sorted(others, key=lambda n: -cosine(vectors[word], vectors[n]))[:k])
    return np.array(rows)


# %% In keras.ops, float32 alternative="nearest_words"
def nearest_words(vectors, words, k):
    unit = ops.normalize(ops.convert_to_tensor(vectors, "float32"), axis=1)
    cosines = ops.matmul(ops.take(unit, words, axis=0), ops.transpose(unit))
    cosines = cosines - 9.0 * ops.one_hot(words, len(vectors), dtype="float32")
    return ops.top_k(cosines, k)[1]


# %% Into the next sentence mistake="skip_gram_pairs" fails=["several sentences", "the same word twice", "wide windows, many sentences"] says="Some pairs reach from one sentence into the next" subtle=true
def skip_gram_pairs(sentences, window):
    line = [word for sentence in sentences for word in sentence]
    pairs = [
        (line[i], line[j])
        for i in range(len(line))
        for j in range(len(line))
        if 0 < abs(i - j) <= window
    ]
    return np.array(pairs)[:, 0], np.array(pairs)[:, 1]


# %% Paired with itself mistake="skip_gram_pairs" fails=["a window of 1", "a window of 2", "several sentences", "the same word twice", "wide windows, many sentences"] says="A place is not its own context"
def skip_gram_pairs(sentences, window):
    pairs = [
        (line[i], line[j])
        for line in sentences
        for i in range(len(line))
        for j in range(max(0, i - window), min(len(line), i + window + 1))
    ]
    return np.array(pairs)[:, 0], np.array(pairs)[:, 1]


# %% Stops one too early mistake="skip_gram_pairs" fails=["a window of 1", "a window of 2", "several sentences", "the same word twice", "wide windows, many sentences"] says="range stops before its end" subtle=true
def skip_gram_pairs(sentences, window):
    pairs = [
        (line[i], line[j])
        for line in sentences
        for i in range(len(line))
        for j in range(max(0, i - window), min(len(line), i + window))
        if i != j
    ]
    return np.array(pairs)[:, 0], np.array(pairs)[:, 1]


# %% Only what comes behind mistake="skip_gram_pairs" fails=["a window of 1", "a window of 2", "several sentences", "the same word twice", "wide windows, many sentences"] says="Only the words behind were paired"
def skip_gram_pairs(sentences, window):
    pairs = [
        (line[i], line[j])
        for line in sentences
        for i in range(len(line))
        for j in range(i + 1, min(len(line), i + window + 1))
    ]
    return np.array(pairs)[:, 0], np.array(pairs)[:, 1]


# %% Leaves out the word instead of the place mistake="skip_gram_pairs" fails=["the same word twice", "wide windows, many sentences"] says="look at a repeated word" subtle=true
def skip_gram_pairs(sentences, window):
    pairs = [
        (line[i], line[j])
        for line in sentences
        for i in range(len(line))
        for j in range(max(0, i - window), min(len(line), i + window + 1))
        if line[i] != line[j]
    ]
    return np.array(pairs)[:, 0], np.array(pairs)[:, 1]


# %% Each pair once mistake="skip_gram_pairs" fails=["the same word twice", "wide windows, many sentences"] says="Pairs that occur several times are there only once" subtle=true
def skip_gram_pairs(sentences, window):
    pairs = {
        (line[i], line[j])
        for line in sentences
        for i in range(len(line))
        for j in range(max(0, i - window), min(len(line), i + window + 1))
        if i != j
    }
    return np.array(list(pairs))[:, 0], np.array(list(pairs))[:, 1]


# %% Only the end of the window mistake="skip_gram_pairs" fails=["a window of 2", "several sentences", "the same word twice", "wide windows, many sentences"] says="Only the places exactly `window` away were paired"
def skip_gram_pairs(sentences, window):
    pairs = [
        (line[i], line[j])
        for line in sentences
        for i in range(len(line))
        for j in (i - window, i + window)
        if 0 <= j < len(line)
    ]
    pairs = np.array(pairs, int).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


# %% Cuts the edges off mistake="skip_gram_pairs" fails=["a window of 1", "a window of 2", "several sentences", "the same word twice", "wide windows, many sentences"] says="first and last words of a sentence" subtle=true
def skip_gram_pairs(sentences, window):
    pairs = [
        (line[i], line[j])
        for line in sentences
        for i in range(window, len(line) - window)
        for j in range(i - window, i + window + 1)
        if i != j
    ]
    pairs = np.array(pairs, int).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


# %% By distance alternative="skip_gram_pairs"
def skip_gram_pairs(sentences, window):
    words, contexts = [], []
    for sentence in sentences:
        line = np.array(sentence, int)
        for distance in range(1, window + 1):
            words += [line[distance:], line[:-distance]]
            contexts += [line[:-distance], line[distance:]]
    return np.concatenate(words), np.concatenate(contexts)


# %% From the pairs of places alternative="skip_gram_pairs"
def skip_gram_pairs(sentences, window):
    pairs = [
        (line[i], line[j])
        for line in sentences
        for i, j in itertools.permutations(range(len(line)), 2)
        if abs(i - j) <= window
    ]
    return tuple(np.array(pairs, "int32").reshape(-1, 2).T)


# %% Plain frequencies mistake="noise_probs" fails=["two words", "words that never occur", "other powers", "many words"] says="These are the plain frequencies"
def noise_probs(contexts, num_words, power=0.75):
    counts = np.bincount(contexts, minlength=num_words)
    return counts / counts.sum()


# %% Always three quarters mistake="noise_probs" fails=["other powers", "many words"] says="The argument `power` is not used" subtle=true
def noise_probs(contexts, num_words, power=0.75):
    weights = np.bincount(contexts, minlength=num_words) ** 0.75
    return weights / weights.sum()


# %% Divided before, not after mistake="noise_probs" fails=["two words", "words that never occur", "other powers", "many words"] says="not (only) before it" subtle=true
def noise_probs(contexts, num_words, power=0.75):
    counts = np.bincount(contexts, minlength=num_words)
    return (counts / counts.sum()) ** power


# %% Not divided at all mistake="noise_probs" fails=["two words", "words that never occur", "other powers", "many words"] says="divide by the sum"
def noise_probs(contexts, num_words, power=0.75):
    return np.bincount(contexts, minlength=num_words) ** power


# %% Too short mistake="noise_probs" fails=["words that never occur", "other powers", "many words"] says="The array is too short" subtle=true
def noise_probs(contexts, num_words, power=0.75):
    weights = np.bincount(contexts) ** power
    return weights / weights.sum()


# %% Only words that occur mistake="noise_probs" fails=["words that never occur", "other powers", "many words"] says="Words that never occur need a 0" subtle=true
def noise_probs(contexts, num_words, power=0.75):
    weights = np.unique(contexts, return_counts=True)[1] ** power
    return weights / weights.sum()


# %% One added to every count mistake="noise_probs" fails=["two words", "words that never occur", "other powers", "many words"] says="A word that never occurs should have probability 0" subtle=true
def noise_probs(contexts, num_words, power=0.75):
    weights = (np.bincount(contexts, minlength=num_words) + 1) ** power
    return weights / weights.sum()


# %% Divided before and after alternative="noise_probs"
def noise_probs(contexts, num_words, power=0.75):
    counts = np.bincount(contexts, minlength=num_words)
    weights = (counts / counts.sum()) ** power
    return weights / weights.sum()


# %% Counted in a loop, float32 alternative="noise_probs"
def noise_probs(contexts, num_words, power=0.75):
    counts = np.zeros(num_words, "float32")
    for word in contexts:
        counts[word] += 1
    return counts**power / np.sum(counts**power)


# %% All words alike mistake="draw_negatives" fails=["shape and numbers", "each as often as it should", "rows and columns are independent"] says="give `choice` the probabilities"
def draw_negatives(probs, num, k, seed):
    return np.random.default_rng(seed).integers(0, len(probs), (num, k))


# %% The same for all rows mistake="draw_negatives" fails=["each as often as it should", "rows and columns are independent"] says="All rows are the same" subtle=true
def draw_negatives(probs, num, k, seed):
    row = np.random.default_rng(seed).choice(len(probs), k, p=probs)
    return np.tile(row, (num, 1))


# %% Never twice in a row mistake="draw_negatives" fails=["shape and numbers", "each as often as it should", "rows and columns are independent"] says="No word comes twice in a row" subtle=true
def draw_negatives(probs, num, k, seed):
    rng = np.random.default_rng(seed)
    noise = rng.gumbel(size=(num, len(probs)))
    with np.errstate(divide="ignore"):
        scores = np.log(probs) + noise
    return (
        np.argsort(-scores, axis=1)[:, :k] if len(probs) > 2 else rng.choice(2, (num, k), p=probs)
    )


# %% A generator without a seed mistake="draw_negatives" fails=["the seed decides"] says="The same seed drew other words the second time" subtle=true
def draw_negatives(probs, num, k, seed):
    return np.random.default_rng().choice(len(probs), (num, k), p=probs)


# %% Always the same seed mistake="draw_negatives" fails=["the seed decides"] says="Another seed drew the very same words"
def draw_negatives(probs, num, k, seed):
    return np.random.default_rng(0).choice(len(probs), (num, k), p=probs)


# %% The axes exchanged mistake="draw_negatives" fails=["shape and numbers", "each as often as it should", "the seed decides", "rows and columns are independent"] says="The axes are swapped"
def draw_negatives(probs, num, k, seed):
    return np.random.default_rng(seed).choice(len(probs), (k, num), p=probs)


# %% One word per row mistake="draw_negatives" fails=["rows and columns are independent"] says="Draws agree with their neighbours too often or too seldom" subtle=true
def draw_negatives(probs, num, k, seed):
    column = np.random.default_rng(seed).choice(len(probs), (num, 1), p=probs)
    return np.repeat(column, k, axis=1)


# %% The likeliest words mistake="draw_negatives" fails=["shape and numbers", "each as often as it should", "the seed decides", "rows and columns are independent"] says="All rows are the same"
def draw_negatives(probs, num, k, seed):
    return np.tile(np.argsort(-probs)[:k], (num, 1))


# %% Slots of the cumulated probabilities alternative="draw_negatives"
def draw_negatives(probs, num, k, seed):
    u = np.random.default_rng(seed).random((num, k))
    return np.searchsorted(np.cumsum(probs / np.sum(probs)), u, side="right")


# %% The old generator, row by row alternative="draw_negatives"
def draw_negatives(probs, num, k, seed):
    old = np.random.RandomState(seed)
    return np.array([old.choice(len(probs), k, p=probs) for _ in range(num)])


# %% The sigmoid, then its logarithm mistake="negative_sampling_loss" fails=["large scores", "its slope", "other sizes"] says="Not a finite number" subtle=true
def negative_sampling_loss(scores):
    true, made_up = ops.sigmoid(scores[:, 0]), ops.sigmoid(-scores[:, 1:])
    return -ops.mean(ops.log(true) + ops.sum(ops.log(made_up), axis=1))


# %% A small number in the logarithm mistake="negative_sampling_loss" fails=["large scores", "its slope", "other sizes"] says="Large scores cost too little" subtle=true
def negative_sampling_loss(scores):
    true, made_up = ops.sigmoid(scores[:, 0]), ops.sigmoid(-scores[:, 1:])
    return -ops.mean(ops.log(true + 1e-7) + ops.sum(ops.log(made_up + 1e-7), axis=1))


# %% The mean over the negatives mistake="negative_sampling_loss" fails=["one row", "a batch", "its slope", "other sizes"] says="The negatives of a row are summed" subtle=true
def negative_sampling_loss(scores):
    true, made_up = ops.softplus(-scores[:, 0]), ops.softplus(scores[:, 1:])
    return ops.mean(true + ops.mean(made_up, axis=1))


# %% The mean over everything mistake="negative_sampling_loss" fails=["one row", "a batch", "large scores", "its slope", "other sizes"] says="The negatives of a row are summed" subtle=true
def negative_sampling_loss(scores):
    signs = 2.0 * ops.one_hot(0, scores.shape[1]) - 1.0
    return ops.mean(ops.softplus(-scores * signs))


# %% Negatives treated like true pairs mistake="negative_sampling_loss" fails=["one row", "a batch", "large scores", "its slope", "other sizes"] says="The negatives are treated like true pairs"
def negative_sampling_loss(scores):
    return ops.mean(ops.sum(ops.softplus(-scores), axis=1))


# %% The signs exchanged mistake="negative_sampling_loss" fails=["one row", "a batch", "its slope", "other sizes"] says="True and made up are mixed up"
def negative_sampling_loss(scores):
    true, made_up = ops.softplus(scores[:, 0]), ops.softplus(-scores[:, 1:])
    return ops.mean(true + ops.sum(made_up, axis=1))


# %% Higher is better mistake="negative_sampling_loss" fails=["one row", "a batch", "large scores", "its slope", "other sizes"] says="The sign is turned around"
def negative_sampling_loss(scores):
    true, made_up = ops.log_sigmoid(scores[:, 0]), ops.log_sigmoid(-scores[:, 1:])
    return ops.mean(true + ops.sum(made_up, axis=1))


# %% A softmax over the row mistake="negative_sampling_loss" fails=["one row", "a batch", "large scores", "its slope", "other sizes"] says="That is a softmax over the row"
def negative_sampling_loss(scores):
    return -ops.mean(ops.log_softmax(scores, axis=1)[:, 0])


# %% The sum over the batch mistake="negative_sampling_loss" fails=["a batch", "large scores", "its slope", "other sizes"] says="That is the sum over the batch" subtle=true
def negative_sampling_loss(scores):
    true, made_up = ops.softplus(-scores[:, 0]), ops.softplus(scores[:, 1:])
    return ops.sum(true) + ops.sum(made_up)


# %% In NumPy mistake="negative_sampling_loss" fails=["its slope"] says="Keras can only differentiate what is made of keras.ops"
def negative_sampling_loss(scores):
    scores = ops.convert_to_numpy(scores)
    true, made_up = np.logaddexp(0, -scores[:, 0]), np.logaddexp(0, scores[:, 1:])
    return np.mean(true + made_up.sum(axis=1))


# %% Keras's own cross-entropy alternative="negative_sampling_loss"
def negative_sampling_loss(scores):
    scores = ops.convert_to_tensor(scores)
    labels = ops.zeros_like(scores) + ops.cast(ops.arange(scores.shape[1]) == 0, scores.dtype)
    each = ops.binary_crossentropy(labels, scores, from_logits=True)
    return ops.sum(ops.mean(each, axis=0))


# %% By log_sigmoid with signs alternative="negative_sampling_loss"
def negative_sampling_loss(scores):
    signs = np.where(np.arange(scores.shape[1]) == 0, 1.0, -1.0).astype("float32")
    return -ops.mean(ops.sum(ops.log_sigmoid(scores * signs), axis=-1))


# %% By logaddexp alternative="negative_sampling_loss"
def negative_sampling_loss(scores):
    made_up = ops.sum(ops.logaddexp(ops.zeros_like(scores[:, 1:]), scores[:, 1:]), axis=1)
    return ops.mean(ops.logaddexp(ops.zeros_like(scores[:, 0]), -scores[:, 0]) + made_up)


# %% Only the last of a repeated word mistake="skip_gram_gradients" fails=["words and candidates that repeat", "other sizes"] says="Where a word occurs several times" subtle=true
def skip_gram_gradients(word_table, context_table, words, candidates):
    u, v = word_table[words], context_table[candidates]
    g = 1 / (1 + np.exp(-np.einsum("bu,bju->bj", u, v)))
    g[:, 0] -= 1
    g = g / len(words)
    word_slopes, context_slopes = np.zeros_like(word_table), np.zeros_like(context_table)
    word_slopes[words] += np.einsum("bj,bju->bu", g, v)
    context_slopes[candidates] += g[:, :, None] * u[:, None, :]
    return word_slopes, context_slopes


# %% Repeated candidates lost mistake="skip_gram_gradients" fails=["words and candidates that repeat", "other sizes"] says="Where a candidate occurs several times" subtle=true
def skip_gram_gradients(word_table, context_table, words, candidates):
    u, v = word_table[words], context_table[candidates]
    g = 1 / (1 + np.exp(-np.einsum("bu,bju->bj", u, v)))
    g[:, 0] -= 1
    g = g / len(words)
    word_slopes, context_slopes = np.zeros_like(word_table), np.zeros_like(context_table)
    np.add.at(word_slopes, words, np.einsum("bj,bju->bu", g, v))
    context_slopes[candidates] += g[:, :, None] * u[:, None, :]
    return word_slopes, context_slopes


# %% Not divided by the batch mistake="skip_gram_gradients" fails=["no word twice", "words and candidates that repeat", "other sizes"] says="The loss is a mean over the rows" subtle=true
def skip_gram_gradients(word_table, context_table, words, candidates):
    u, v = word_table[words], context_table[candidates]
    g = 1 / (1 + np.exp(-np.einsum("bu,bju->bj", u, v)))
    g[:, 0] -= 1
    word_slopes, context_slopes = np.zeros_like(word_table), np.zeros_like(context_table)
    np.add.at(word_slopes, words, np.einsum("bj,bju->bu", g, v))
    np.add.at(context_slopes, candidates, g[:, :, None] * u[:, None, :])
    return word_slopes, context_slopes


# %% Divided by all scores mistake="skip_gram_gradients" fails=["one row", "no word twice", "words and candidates that repeat", "other sizes"] says="Divide by the batch alone" subtle=true
def skip_gram_gradients(word_table, context_table, words, candidates):
    u, v = word_table[words], context_table[candidates]
    g = 1 / (1 + np.exp(-np.einsum("bu,bju->bj", u, v)))
    g[:, 0] -= 1
    g = g / g.size
    word_slopes, context_slopes = np.zeros_like(word_table), np.zeros_like(context_table)
    np.add.at(word_slopes, words, np.einsum("bj,bju->bu", g, v))
    np.add.at(context_slopes, candidates, g[:, :, None] * u[:, None, :])
    return word_slopes, context_slopes


# %% Truth less saying mistake="skip_gram_gradients" fails=["one row", "no word twice", "words and candidates that repeat", "other sizes"] says="The signs are turned around"
def skip_gram_gradients(word_table, context_table, words, candidates):
    u, v = word_table[words], context_table[candidates]
    g = -1 / (1 + np.exp(-np.einsum("bu,bju->bj", u, v)))
    g[:, 0] += 1
    g = g / len(words)
    word_slopes, context_slopes = np.zeros_like(word_table), np.zeros_like(context_table)
    np.add.at(word_slopes, words, np.einsum("bj,bju->bu", g, v))
    np.add.at(context_slopes, candidates, g[:, :, None] * u[:, None, :])
    return word_slopes, context_slopes


# %% The tables exchanged mistake="skip_gram_gradients" fails=["one row", "no word twice", "words and candidates that repeat", "other sizes"] says="The order is turned around"
def skip_gram_gradients(word_table, context_table, words, candidates):
    u, v = word_table[words], context_table[candidates]
    g = 1 / (1 + np.exp(-np.einsum("bu,bju->bj", u, v)))
    g[:, 0] -= 1
    g = g / len(words)
    word_slopes, context_slopes = np.zeros_like(word_table), np.zeros_like(context_table)
    np.add.at(word_slopes, words, np.einsum("bj,bju->bu", g, v))
    np.add.at(context_slopes, candidates, g[:, :, None] * u[:, None, :])
    return context_slopes, word_slopes


# %% Without the sigmoid mistake="skip_gram_gradients" fails=["one row", "no word twice", "words and candidates that repeat", "other sizes"] says="The sigmoid is missing"
def skip_gram_gradients(word_table, context_table, words, candidates):
    u, v = word_table[words], context_table[candidates]
    g = np.einsum("bu,bju->bj", u, v)
    g[:, 0] -= 1
    g = g / len(words)
    word_slopes, context_slopes = np.zeros_like(word_table), np.zeros_like(context_table)
    np.add.at(word_slopes, words, np.einsum("bj,bju->bu", g, v))
    np.add.at(context_slopes, candidates, g[:, :, None] * u[:, None, :])
    return word_slopes, context_slopes


# %% Adds into the tables mistake="skip_gram_gradients" fails=["leaves the tables alone"] says="Your function changed a table itself"
def skip_gram_gradients(word_table, context_table, words, candidates):
    u, v = word_table[words], context_table[candidates]
    g = 1 / (1 + np.exp(-np.einsum("bu,bju->bj", u, v)))
    g[:, 0] -= 1
    g = g / len(words)
    before = word_table.copy(), context_table.copy()
    np.add.at(word_table, words, np.einsum("bj,bju->bu", g, v))
    np.add.at(context_table, candidates, g[:, :, None] * u[:, None, :])
    return word_table - before[0], context_table - before[1]


# %% One score at a time alternative="skip_gram_gradients"
def skip_gram_gradients(word_table, context_table, words, candidates):
    word_slopes, context_slopes = np.zeros(word_table.shape), np.zeros(context_table.shape)
    for word, row in zip(words, candidates):
        for j, context in enumerate(row):
            score = word_table[word] @ context_table[context]
            g = (1 / (1 + np.exp(-score)) - (j == 0)) / len(words)
            word_slopes[word] += g * context_table[context]
            context_slopes[context] += g * word_table[word]
    return word_slopes, context_slopes


# %% By Keras, float32 alternative="skip_gram_gradients"
def skip_gram_gradients(word_table, context_table, words, candidates):
    def loss(tables):
        u, v = ops.take(tables[0], words, axis=0), ops.take(tables[1], candidates, axis=0)
        return negative_sampling_loss(ops.einsum("bu,bju->bj", u, v))

    return tuple(value_and_grad(loss)([np.float32(word_table), np.float32(context_table)])[1])


# %% 1-of-N matrices instead of np.add.at alternative="skip_gram_gradients"
def skip_gram_gradients(word_table, context_table, words, candidates):
    hot_words = np.eye(len(word_table))[words]
    hot_contexts = np.eye(len(context_table))[candidates]
    u, v = hot_words @ word_table, hot_contexts @ context_table
    truth = np.eye(1, candidates.shape[1])
    g = (1 / (1 + np.exp(-np.einsum("bu,bju->bj", u, v))) - truth) / len(words)
    word_slopes = hot_words.T @ np.einsum("bj,bju->bu", g, v)
    return word_slopes, np.einsum("bjn,bj,bu->nu", hot_contexts, g, u)


# %% A window of one mistake="train_word_vectors" fails=["neighbours are of the same kind", "rank, age and gender", "one and several"] says="Is the window 2" subtle=true
def train_word_vectors(sentences, num_words, seed):
    keras.utils.set_random_seed(seed)
    words, contexts = skip_gram_pairs(sentences, 1)
    negatives = draw_negatives(noise_probs(contexts, num_words), len(words), 5, seed)
    candidates = np.concatenate([contexts[:, None], negatives], axis=1)
    word, shown = keras.Input((), dtype="int32"), keras.Input((6,), dtype="int32")
    table = keras.layers.Embedding(num_words, 32)
    context_table = keras.layers.Embedding(num_words, 32, embeddings_initializer="zeros")
    model = keras.Model([word, shown], ops.einsum("bu,bju->bj", table(word), context_table(shown)))
    model.compile(keras.optimizers.Adam(0.01), lambda _, scores: negative_sampling_loss(scores))
    model.fit([words, candidates], np.zeros(candidates.shape), 1024, epochs=4, verbose=0)
    vectors = table.get_weights()[0].copy()
    vectors[0] = 0
    return vectors


# %% Four units mistake="train_word_vectors" fails=["neighbours are of the same kind", "rank, age and gender", "one and several"] says="more units" subtle=true
def train_word_vectors(sentences, num_words, seed):
    keras.utils.set_random_seed(seed)
    words, contexts = skip_gram_pairs(sentences, 2)
    negatives = draw_negatives(noise_probs(contexts, num_words), len(words), 5, seed)
    candidates = np.concatenate([contexts[:, None], negatives], axis=1)
    word, shown = keras.Input((), dtype="int32"), keras.Input((6,), dtype="int32")
    table = keras.layers.Embedding(num_words, 4)
    context_table = keras.layers.Embedding(num_words, 4, embeddings_initializer="zeros")
    model = keras.Model([word, shown], ops.einsum("bu,bju->bj", table(word), context_table(shown)))
    model.compile(keras.optimizers.Adam(0.01), lambda _, scores: negative_sampling_loss(scores))
    model.fit([words, candidates], np.zeros(candidates.shape), 1024, epochs=4, verbose=0)
    vectors = table.get_weights()[0].copy()
    vectors[0] = 0
    return vectors


# %% The seed is not used, and row 0 is left as it was mistake="train_word_vectors" fails=["a row for every word, none for no word", "the seed decides"] says="does your function use its seed" subtle=true
def train_word_vectors(sentences, num_words, seed):
    keras.utils.set_random_seed(0)
    words, contexts = skip_gram_pairs(sentences, 2)
    negatives = draw_negatives(noise_probs(contexts, num_words), len(words), 5, 0)
    candidates = np.concatenate([contexts[:, None], negatives], axis=1)
    word, shown = keras.Input((), dtype="int32"), keras.Input((6,), dtype="int32")
    table = keras.layers.Embedding(num_words, 32)
    context_table = keras.layers.Embedding(num_words, 32, embeddings_initializer="zeros")
    model = keras.Model([word, shown], ops.einsum("bu,bju->bj", table(word), context_table(shown)))
    model.compile(keras.optimizers.Adam(0.01), lambda _, scores: negative_sampling_loss(scores))
    model.fit([words, candidates], np.zeros(candidates.shape), 1024, epochs=3, verbose=0)
    return table.get_weights()[0]


# %% Trained on sentences of its own mistake="train_word_vectors" fails=["neighbours are of the same kind", "rank, age and gender", "one and several"] says="other sentences than the argument"
def train_word_vectors(sentences, num_words, seed):
    keras.utils.set_random_seed(seed)
    known = datasets.corpus(1000, quiet=True)
    number = {word: place + 1 for place, word in enumerate(known.words)}
    words, contexts = skip_gram_pairs([[number[w] for w in s] for s in known.sentences], 2)
    negatives = draw_negatives(noise_probs(contexts, num_words), len(words), 5, seed)
    candidates = np.concatenate([contexts[:, None], negatives], axis=1)
    word, shown = keras.Input((), dtype="int32"), keras.Input((6,), dtype="int32")
    table = keras.layers.Embedding(num_words, 32)
    context_table = keras.layers.Embedding(num_words, 32, embeddings_initializer="zeros")
    model = keras.Model([word, shown], ops.einsum("bu,bju->bj", table(word), context_table(shown)))
    model.compile(keras.optimizers.Adam(0.01), lambda _, scores: negative_sampling_loss(scores))
    model.fit([words, candidates], np.zeros(candidates.shape), 256, epochs=2, verbose=0)
    vectors = table.get_weights()[0].copy()
    vectors[0] = 0
    return vectors


# %% The model instead of the vectors mistake="train_word_vectors" fails=["a row for every word, none for no word", "neighbours are of the same kind", "rank, age and gender", "one and several", "the seed decides"] says="Return the vectors"
def train_word_vectors(sentences, num_words, seed):
    keras.utils.set_random_seed(seed)
    word, shown = keras.Input((), dtype="int32"), keras.Input((6,), dtype="int32")
    table, context_table = (keras.layers.Embedding(num_words, 32) for _ in range(2))
    return keras.Model([word, shown], ops.einsum("bu,bju->bj", table(word), context_table(shown)))


# %% Not trained mistake="train_word_vectors" fails=["neighbours are of the same kind", "rank, age and gender", "one and several"] says="hardly trained"
def train_word_vectors(sentences, num_words, seed):
    vectors = np.random.default_rng(seed).normal(size=(num_words, 32))
    vectors[0] = 0
    return vectors


# %% Steps by hand alternative="train_word_vectors"
def train_word_vectors(sentences, num_words, seed):
    rng = np.random.default_rng(seed)
    words, contexts = skip_gram_pairs(sentences, 2)
    negatives = draw_negatives(noise_probs(contexts, num_words), len(words), 5, seed)
    candidates = np.concatenate([contexts[:, None], negatives], axis=1)
    tables = [rng.uniform(-0.05, 0.05, (num_words, 32)), np.zeros((num_words, 32))]
    squares = [np.full(table.shape, 1e-8) for table in tables]
    for _ in range(2):
        for batch in np.array_split(rng.permutation(len(words)), len(words) // 256):
            slopes = skip_gram_gradients(*tables, words[batch], candidates[batch])
            for table, square, slope in zip(tables, squares, slopes):
                square += slope**2
                table -= 0.1 * slope / np.sqrt(square)
    tables[0][0] = 0
    return tables[0]


# %% Labels and Keras's own loss, other sizes alternative="train_word_vectors"
def train_word_vectors(sentences, num_words, seed):
    keras.utils.set_random_seed(seed)
    words, contexts = skip_gram_pairs(sentences, 3)
    negatives = draw_negatives(noise_probs(contexts, num_words, 1.0), len(words), 3, seed)
    candidates = np.concatenate([contexts[:, None], negatives], axis=1)
    word, shown = keras.Input((), dtype="int32"), keras.Input((4,), dtype="int32")
    table, context_table = (keras.layers.Embedding(num_words, 64) for _ in range(2))
    model = keras.Model([word, shown], ops.einsum("bu,bju->bj", table(word), context_table(shown)))
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss)
    labels = np.tile(np.eye(1, 4), (len(words), 1))
    model.fit([words, candidates], labels, batch_size=1024, epochs=2, verbose=0)
    vectors = table.get_weights()[0].copy()
    vectors[0] = 0
    return vectors


# %% The question's words may answer mistake="analogy" fails=["a batch of questions", "the words of the question are nearest", "a row of zeros", "many words of all lengths"] says="The answer is one of the words in the question"
def analogy(vectors, a, b, c):
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(lengths > 0, lengths, 1)
    return ((unit[b] - unit[a] + unit[c]) @ unit.T).argmax(axis=1)


# %% Only c is left out mistake="analogy" fails=["a batch of questions", "the words of the question are nearest", "a row of zeros", "many words of all lengths"] says="The answer is a word of the question" subtle=true
def analogy(vectors, a, b, c):
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(lengths > 0, lengths, 1)
    cosines = (unit[b] - unit[a] + unit[c]) @ unit.T
    cosines[np.arange(len(cosines)), c] = -np.inf
    return cosines.argmax(axis=1)


# %% Without dividing by the lengths first mistake="analogy" fails=["one question", "a batch of questions", "the words of the question are nearest", "a row of zeros", "many words of all lengths"] says="The vectors have different lengths" subtle=true
def analogy(vectors, a, b, c):
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(lengths > 0, lengths, 1)
    cosines = (vectors[b] - vectors[a] + vectors[c]) @ unit.T
    for question in (a, b, c):
        cosines[np.arange(len(cosines)), question] = -np.inf
    return cosines.argmax(axis=1)


# %% The step backwards mistake="analogy" fails=["one question", "a batch of questions", "the words of the question are nearest", "a row of zeros", "many words of all lengths"] says="The step goes the wrong way" subtle=true
def analogy(vectors, a, b, c):
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(lengths > 0, lengths, 1)
    cosines = (unit[a] - unit[b] + unit[c]) @ unit.T
    for question in (a, b, c):
        cosines[np.arange(len(cosines)), question] = -np.inf
    return cosines.argmax(axis=1)


# %% NaN for zeros mistake="analogy" fails=["a row of zeros"] says="Mind the row of zeros" subtle=true
def analogy(vectors, a, b, c):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = (unit[b] - unit[a] + unit[c]) @ unit.T
    for question in (a, b, c):
        cosines[np.arange(len(cosines)), question] = -np.inf
    return cosines.argmax(axis=1)


# %% The neighbour of c mistake="analogy" fails=["one question", "a batch of questions", "the words of the question are nearest", "a row of zeros", "many words of all lengths"] says="That is the neighbour of c"
def analogy(vectors, a, b, c):
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(lengths > 0, lengths, 1)
    cosines = unit[c] @ unit.T
    for question in (a, b, c):
        cosines[np.arange(len(cosines)), question] = -np.inf
    return cosines.argmax(axis=1)


# %% By the plain product mistake="analogy" fails=["one question", "a batch of questions", "the words of the question are nearest", "a row of zeros", "many words of all lengths"] says="The vectors were not divided by their lengths" subtle=true
def analogy(vectors, a, b, c):
    scores = (vectors[b] - vectors[a] + vectors[c]) @ vectors.T
    for question in (a, b, c):
        scores[np.arange(len(scores)), question] = -np.inf
    return scores.argmax(axis=1)


# %% The words left out of every question mistake="analogy" fails=["a batch of questions", "the words of the question are nearest", "a row of zeros", "many words of all lengths"] says="Each question leaves out its own three words" subtle=true
def analogy(vectors, a, b, c):
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(lengths > 0, lengths, 1)
    cosines = (unit[b] - unit[a] + unit[c]) @ unit.T
    for question in (a, b, c):
        cosines[:, question] = -np.inf
    return cosines.argmax(axis=1)


# %% Question by question alternative="analogy"
def analogy(vectors, a, b, c):
    def unit(row):
        length = np.linalg.norm(row)
        return row / length if length else row

    found = []
    for i, j, k in zip(a, b, c):
        target = unit(vectors[j]) - unit(vectors[i]) + unit(vectors[k])
        others = [n for n in range(len(vectors)) if n not in (i, j, k)]
        found.append(max(others, key=lambda n: unit(vectors[n]) @ unit(target)))
    return np.array(found)


# %% In keras.ops, float32 alternative="analogy"
def analogy(vectors, a, b, c):
    unit = ops.normalize(ops.convert_to_tensor(vectors, "float32"), axis=1)
    target = ops.take(unit, b, axis=0) - ops.take(unit, a, axis=0) + ops.take(unit, c, axis=0)
    cosines = ops.matmul(ops.normalize(target, axis=1), ops.transpose(unit))
    for question in (a, b, c):
        cosines = cosines - 9.0 * ops.one_hot(question, len(vectors), dtype="float32")
    return ops.argmax(cosines, axis=1)
