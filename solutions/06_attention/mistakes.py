# %% [markdown]
# Wrong answers that people give, and other right ones. Each cell replaces the exercise of that
# name; tests/test_checks.py asks the check about it. `fails` lists the cases that must reject it,
# `says` is a piece of the words that must be shown.

# %% Keys times queries mistake="dot_scores" fails=["one query, three keys", "a batch of tables", "an axis for heads", "inside a Keras model", "one unit, one key, no batch"] says="The axes targets and sources are swapped"
def dot_scores(queries, keys):
    return ops.matmul(keys, ops.swapaxes(queries, -1, -2))


# %% Transposes everything mistake="dot_scores" fails=["one query, three keys", "a batch of tables", "an axis for heads", "inside a Keras model", "one unit, one key, no batch"] says="Swap the last two axes of the keys only"
def dot_scores(queries, keys):
    return ops.matmul(queries, ops.transpose(keys))


# %% Cosine mistake="dot_scores" fails=["one query, three keys", "a batch of tables", "an axis for heads", "inside a Keras model", "one unit, one key, no batch"] says="That is the cosine" subtle=true
def dot_scores(queries, keys):
    queries = queries / ops.norm(queries, axis=-1, keepdims=True)
    keys = keys / ops.norm(keys, axis=-1, keepdims=True)
    return ops.matmul(queries, ops.swapaxes(keys, -1, -2))


# %% Scales already mistake="dot_scores" fails=["one query, three keys", "a batch of tables", "an axis for heads", "inside a Keras model", "one unit, one key, no batch"] says="Nothing is divided here"
def dot_scores(queries, keys):
    return ops.matmul(queries, ops.swapaxes(keys, -1, -2)) / np.sqrt(queries.shape[-1])


# %% Swaps the axes 1 and 2 mistake="dot_scores" fails=["an axis for heads", "one unit, one key, no batch"] says="Swap the last two axes of the keys only" subtle=true
def dot_scores(queries, keys):
    return ops.matmul(queries, ops.swapaxes(keys, 1, 2))


# %% Three axes only mistake="dot_scores" fails=["an axis for heads", "one unit, one key, no batch"] says="Swap the last two axes of the keys only" subtle=true
def dot_scores(queries, keys):
    return ops.einsum("btu,bsu->bts", queries, keys)


# %% The first example's keys for all mistake="dot_scores" fails=["a batch of tables", "an axis for heads", "inside a Keras model", "one unit, one key, no batch"] says="The first example is right" subtle=true
def dot_scores(queries, keys):
    return (
        np.matmul(queries, np.swapaxes(keys[:1], -1, -2)) if np.ndim(keys) > 2 else queries @ keys.T
    )


# %% Shares instead of scores mistake="dot_scores" fails=["one query, three keys", "a batch of tables", "an axis for heads", "inside a Keras model", "one unit, one key, no batch"] says="These are shares already"
def dot_scores(queries, keys):
    return ops.softmax(ops.matmul(queries, ops.swapaxes(keys, -1, -2)), axis=-1)


# %% In NumPy mistake="dot_scores" fails=["inside a Keras model"] says="keras.ops" subtle=true
def dot_scores(queries, keys):
    return np.asarray(queries, np.float64) @ np.swapaxes(np.asarray(keys, np.float64), -1, -2)


# %% Broadcast, then summed alternative="dot_scores"
def dot_scores(queries, keys):
    return ops.sum(ops.expand_dims(queries, -2) * ops.expand_dims(keys, -3), axis=-1)


# %% Key by key alternative="dot_scores"
def dot_scores(queries, keys):
    columns = [ops.sum(queries * keys[..., s : s + 1, :], axis=-1) for s in range(keys.shape[-2])]
    return ops.stack(columns, axis=-1)


# %% The kernel turned around mistake="general_scores" fails=["a square kernel", "queries and keys of different lengths", "one unit, one query, and a kernel of zeros"] says="The kernel is turned around" subtle=true
def general_scores(queries, keys, kernel):
    return dot_scores(ops.matmul(queries, ops.transpose(kernel)), keys)


# %% The keys through the rows of the kernel mistake="general_scores" fails=["a square kernel", "queries and keys of different lengths", "one unit, one query, and a kernel of zeros"] says="The kernel is turned around" subtle=true
def general_scores(queries, keys, kernel):
    return dot_scores(queries, ops.matmul(keys, kernel))


# %% Without the kernel mistake="general_scores" fails=["a square kernel", "queries and keys of different lengths", "one unit, one query, and a kernel of zeros"] says="The kernel has no influence"
def general_scores(queries, keys, kernel):
    return dot_scores(queries, keys)


# %% Both through the kernel mistake="general_scores" fails=["a square kernel", "queries and keys of different lengths", "one unit, one query, and a kernel of zeros"] says="Queries and keys both went through the kernel"
def general_scores(queries, keys, kernel):
    return dot_scores(ops.matmul(queries, kernel), ops.matmul(keys, kernel))


# %% With tanh mistake="general_scores" fails=["a square kernel", "queries and keys of different lengths", "one unit, one query, and a kernel of zeros"] says="There is no tanh" subtle=true
def general_scores(queries, keys, kernel):
    return dot_scores(ops.tanh(ops.matmul(queries, kernel)), keys)


# %% Scaled mistake="general_scores" fails=["a square kernel", "queries and keys of different lengths", "one unit, one query, and a kernel of zeros"] says="Nothing is divided here" subtle=true
def general_scores(queries, keys, kernel):
    return dot_scores(ops.matmul(queries, kernel), keys) / np.sqrt(np.shape(keys)[-1])


# %% Keys first mistake="general_scores" fails=["a square kernel", "queries and keys of different lengths", "one unit, one query, and a kernel of zeros"] says="The axes targets and sources are swapped"
def general_scores(queries, keys, kernel):
    return ops.swapaxes(dot_scores(ops.matmul(queries, kernel), keys), 1, 2)


# %% One einsum alternative="general_scores"
def general_scores(queries, keys, kernel):
    return ops.einsum("btu,uv,bsv->bts", queries, kernel, keys)


# %% The keys moved instead, in NumPy alternative="general_scores"
def general_scores(queries, keys, kernel):
    moved = np.asarray(keys, float) @ np.asarray(kernel, float).T
    return np.einsum("btu,bsu->bts", np.asarray(queries, float), moved)


# %% Each tanh alone mistake="additive_scores" fails=["one unit everywhere", "queries, keys and hidden units of three sizes", "as many queries as keys", "one key, many hidden units"] says="Add first" subtle=true
def additive_scores(queries, keys, query_kernel, key_kernel, vector):
    q = ops.expand_dims(ops.tanh(ops.matmul(queries, query_kernel)), 2)
    k = ops.expand_dims(ops.tanh(ops.matmul(keys, key_kernel)), 1)
    return ops.sum((q + k) * vector, axis=-1)


# %% Without tanh mistake="additive_scores" fails=["one unit everywhere", "queries, keys and hidden units of three sizes", "as many queries as keys", "one key, many hidden units"] says="The tanh is missing"
def additive_scores(queries, keys, query_kernel, key_kernel, vector):
    q = ops.expand_dims(ops.matmul(queries, query_kernel), 2)
    k = ops.expand_dims(ops.matmul(keys, key_kernel), 1)
    return ops.sum((q + k) * vector, axis=-1)


# %% The tanh outside mistake="additive_scores" fails=["one unit everywhere", "queries, keys and hidden units of three sizes", "as many queries as keys", "one key, many hidden units"] says="The tanh belongs inside" subtle=true
def additive_scores(queries, keys, query_kernel, key_kernel, vector):
    q = ops.expand_dims(ops.matmul(queries, query_kernel), 2)
    k = ops.expand_dims(ops.matmul(keys, key_kernel), 1)
    return ops.tanh(ops.sum((q + k) * vector, axis=-1))


# %% Without the vector mistake="additive_scores" fails=["one unit everywhere", "queries, keys and hidden units of three sizes", "as many queries as keys", "one key, many hidden units"] says="The vector is missing" subtle=true
def additive_scores(queries, keys, query_kernel, key_kernel, vector):
    q = ops.expand_dims(ops.matmul(queries, query_kernel), 2)
    k = ops.expand_dims(ops.matmul(keys, key_kernel), 1)
    return ops.sum(ops.tanh(q + k), axis=-1)


# %% Multiplies mistake="additive_scores" fails=["one unit everywhere", "queries, keys and hidden units of three sizes", "as many queries as keys", "one key, many hidden units"] says="It is called additive"
def additive_scores(queries, keys, query_kernel, key_kernel, vector):
    q = ops.expand_dims(ops.matmul(queries, query_kernel), 2)
    k = ops.expand_dims(ops.matmul(keys, key_kernel), 1)
    return ops.sum(ops.tanh(q * k) * vector, axis=-1)


# %% A query meets only the key of its own place mistake="additive_scores" fails=["one unit everywhere", "queries, keys and hidden units of three sizes", "as many queries as keys", "one key, many hidden units"] says="The shape should be (batch"
def additive_scores(queries, keys, query_kernel, key_kernel, vector):
    return ops.matmul(
        ops.tanh(ops.matmul(queries, query_kernel) + ops.matmul(keys, key_kernel)), vector
    )


# %% A mean over the units mistake="additive_scores" fails=["queries, keys and hidden units of three sizes", "as many queries as keys", "one key, many hidden units"] says="Sum over the hidden units" subtle=true
def additive_scores(queries, keys, query_kernel, key_kernel, vector):
    q = ops.expand_dims(ops.matmul(queries, query_kernel), 2)
    k = ops.expand_dims(ops.matmul(keys, key_kernel), 1)
    return ops.mean(ops.tanh(q + k) * vector, axis=-1)


# %% The new axes swapped mistake="additive_scores" fails=["one unit everywhere", "queries, keys and hidden units of three sizes", "as many queries as keys", "one key, many hidden units"] says="The axes targets and sources are swapped"
def additive_scores(queries, keys, query_kernel, key_kernel, vector):
    q = ops.expand_dims(ops.matmul(queries, query_kernel), 1)
    k = ops.expand_dims(ops.matmul(keys, key_kernel), 2)
    return ops.sum(ops.tanh(q + k) * vector, axis=-1)


# %% With einsum at the end alternative="additive_scores"
def additive_scores(queries, keys, query_kernel, key_kernel, vector):
    q, k = ops.matmul(queries, query_kernel), ops.matmul(keys, key_kernel)
    return ops.einsum("btsu,u->bts", ops.tanh(q[:, :, None] + k[:, None]), vector)


# %% Query by query in NumPy alternative="additive_scores"
def additive_scores(queries, keys, query_kernel, key_kernel, vector):
    rows = [
        np.tanh((queries[:, t] @ query_kernel)[:, None] + keys @ key_kernel) @ vector
        for t in range(queries.shape[1])
    ]
    return np.stack(rows, axis=1)


# %% Adds minus a billion mistake="masked_softmax" fails=["a row without any place to read", "scores of −∞", "float16"] says="A row in which no place may be read should be all zeros" subtle=true
def masked_softmax(scores, mask):
    scores = ops.convert_to_tensor(scores)
    return ops.softmax(scores + (1 - ops.cast(mask, scores.dtype)) * -1e9, axis=-1)


# %% Multiplies the shares mistake="masked_softmax" fails=["padding", "a row without any place to read", "scores of −∞", "large scores", "float16", "huge scores under the mask, and a mask that broadcasts"] says="The shares of the places that may be read do not sum to 1"
def masked_softmax(scores, mask):
    scores = ops.convert_to_tensor(scores)
    return ops.softmax(scores, axis=-1) * ops.cast(mask, scores.dtype)


# %% Masked scores are 0 mistake="masked_softmax" fails=["padding", "a row without any place to read", "scores of −∞", "large scores", "float16", "huge scores under the mask, and a mask that broadcasts"] says="A masked score of 0 still has a share" subtle=true
def masked_softmax(scores, mask):
    return ops.softmax(ops.where(mask, scores, 0.0), axis=-1)


# %% Only minus infinity mistake="masked_softmax" fails=["a row without any place to read", "scores of −∞", "float16"] says="NaN came back" subtle=true
def masked_softmax(scores, mask):
    return ops.softmax(ops.where(mask, scores, float("-inf")), axis=-1)


# %% The largest of all places mistake="masked_softmax" fails=["float16", "huge scores under the mask, and a mask that broadcasts"] says="The shares of some row vanished though it has places to read" subtle=true
def masked_softmax(scores, mask):
    largest = ops.max(scores, axis=-1, keepdims=True)
    largest = ops.where(ops.isfinite(largest), largest, 0.0)
    exps = ops.where(mask, ops.exp(scores - largest), 0.0)
    total = ops.sum(exps, axis=-1, keepdims=True)
    return exps / ops.where(total > 0, total, 1.0)


# %% Nothing subtracted mistake="masked_softmax" fails=["large scores", "float16"] says="Something is too large for float16"
def masked_softmax(scores, mask):
    exps = ops.where(mask, ops.exp(scores), 0.0)
    total = ops.sum(exps, axis=-1, keepdims=True)
    return exps / ops.where(total > 0, total, 1.0)


# %% The mask turned around mistake="masked_softmax" fails=["padding", "a row without any place to read", "scores of −∞", "large scores", "float16", "huge scores under the mask, and a mask that broadcasts"] says="The mask is turned around"
def masked_softmax(scores, mask):
    scores = ops.where(mask, float("-inf"), scores)
    probs = ops.softmax(scores, axis=-1)
    return ops.where(ops.isnan(probs), 0.0, probs)


# %% Down the columns mistake="masked_softmax" fails=["padding", "a row without any place to read", "scores of −∞", "large scores", "float16", "huge scores under the mask, and a mask that broadcasts"] says="These sum to 1 down the columns"
def masked_softmax(scores, mask):
    axis = -2 if np.ndim(scores) > 1 else -1
    probs = ops.softmax(ops.where(mask, scores, float("-inf")), axis=axis)
    return ops.where(ops.isnan(probs), 0.0, probs)


# %% Equal shares where nothing may be read mistake="masked_softmax" fails=["a row without any place to read", "scores of −∞", "float16"] says="A row in which no place may be read should be all zeros" subtle=true
def masked_softmax(scores, mask):
    scores = ops.maximum(ops.where(mask, scores, -60000.0), -60000.0)
    return ops.softmax(scores, axis=-1)


# %% A small number in the denominator mistake="masked_softmax" fails=["a row without any place to read", "scores of −∞", "float16"] says="NaN came back" subtle=true
def masked_softmax(scores, mask):
    scores = ops.where(mask, scores, float("-inf"))
    largest = ops.max(scores, axis=-1, keepdims=True)
    exps = ops.exp(scores - largest)
    return exps / (ops.sum(exps, axis=-1, keepdims=True) + 1e-6)


# %% Softmax, then NaN to zero alternative="masked_softmax"
def masked_softmax(scores, mask):
    probs = ops.softmax(ops.where(mask, scores, float("-inf")), axis=-1)
    return ops.where(ops.isnan(probs), 0.0, probs)


# %% In NumPy mistake="masked_softmax" fails=["padding", "a row without any place to read"] says="keras.ops" subtle=true
def masked_softmax(scores, mask):
    scores = np.asarray(scores, np.float64)
    mask = np.broadcast_to(np.asarray(mask), scores.shape) & np.isfinite(scores)
    out = np.zeros(scores.shape)
    for row in np.ndindex(scores.shape[:-1]):
        if mask[row].any():
            exps = np.exp(scores[row][mask[row]] - scores[row][mask[row]].max())
            out[row][mask[row]] = exps / exps.sum()
    return out


# %% A finite number for the dtype, then the mask again alternative="masked_softmax"
def masked_softmax(scores, mask):
    mask = np.asarray(mask) & (np.asarray(scores) > -np.inf)
    low = np.finfo(np.asarray(scores).dtype).min
    probs = ops.softmax(ops.where(mask, scores, low), axis=-1)
    return ops.where(mask, probs, 0.0)


# %% The best place alone mistake="read_values" fails=["one query", "a batch", "an axis for heads", "inside a Keras model", "rows of zeros, and a square table"] says="Only the place with the largest share was read"
def read_values(weights, values):
    hard = ops.one_hot(ops.argmax(weights, axis=-1), np.shape(weights)[-1])
    return ops.matmul(hard, values)


# %% A mean mistake="read_values" fails=["one query", "a batch", "an axis for heads", "inside a Keras model", "rows of zeros, and a square table"] says="That is a mean over the sources" subtle=true
def read_values(weights, values):
    return ops.matmul(weights, values) / np.shape(weights)[-1]


# %% Softmax once more mistake="read_values" fails=["one query", "a batch", "an axis for heads", "inside a Keras model", "rows of zeros, and a square table"] says="The weights are shares already" subtle=true
def read_values(weights, values):
    return ops.matmul(ops.softmax(weights, axis=-1), values)


# %% The weights transposed mistake="read_values" fails=["one query", "a batch", "an axis for heads", "inside a Keras model", "rows of zeros, and a square table"] says="which product sums over them"
def read_values(weights, values):
    return ops.matmul(ops.swapaxes(weights, -1, -2), values)


# %% Three axes only mistake="read_values" fails=["an axis for heads"] says="which product sums over them" subtle=true
def read_values(weights, values):
    return ops.einsum("bts,bsu->btu", weights, values)


# %% Without the sum mistake="read_values" fails=["one query", "a batch", "an axis for heads", "inside a Keras model", "rows of zeros, and a square table"] says="Sum over the sources"
def read_values(weights, values):
    return ops.expand_dims(weights, -1) * ops.expand_dims(values, -3)


# %% The values of the first example mistake="read_values" fails=["a batch", "an axis for heads", "inside a Keras model", "rows of zeros, and a square table"] says="The first example is right" subtle=true
def read_values(weights, values):
    return ops.matmul(weights, values[:1])


# %% With NumPy's einsum mistake="read_values" fails=["inside a Keras model"] says="keras.ops" subtle=true
def read_values(weights, values):
    return np.einsum("...ts,...su->...tu", weights, values)


# %% With einsum and dots alternative="read_values"
def read_values(weights, values):
    return ops.einsum("...ts,...su->...tu", weights, values)


# %% Broadcast, then summed alternative="read_values"
def read_values(weights, values):
    return ops.sum(ops.expand_dims(weights, -1) * ops.expand_dims(values, -3), axis=-2)


# %% Not divided mistake="scaled_attention" fails=["beside keras.ops.dot_product_attention", "heads and a mask, beside Keras", "a query that may read nothing", "float16", "values of another size, and what reads nothing of the future"] says="The scores are not divided by the root of the units"
def scaled_attention(queries, keys, values, mask=None):
    weights = masked_softmax(dot_scores(queries, keys), True if mask is None else mask)
    return read_values(weights, values), weights


# %% Divided by the units mistake="scaled_attention" fails=["beside keras.ops.dot_product_attention", "heads and a mask, beside Keras", "a query that may read nothing", "float16", "values of another size, and what reads nothing of the future"] says="The scores were divided by the units" subtle=true
def scaled_attention(queries, keys, values, mask=None):
    scores = dot_scores(queries, keys) / np.shape(queries)[-1]
    weights = masked_softmax(scores, True if mask is None else mask)
    return read_values(weights, values), weights


# %% Divided by the root of the sources mistake="scaled_attention" fails=["beside keras.ops.dot_product_attention", "heads and a mask, beside Keras", "a query that may read nothing", "float16", "values of another size, and what reads nothing of the future"] says="The root is that of the units" subtle=true
def scaled_attention(queries, keys, values, mask=None):
    scores = dot_scores(queries, keys) / np.sqrt(np.shape(keys)[-2])
    weights = masked_softmax(scores, True if mask is None else mask)
    return read_values(weights, values), weights


# %% Divided by the root of axis 1 mistake="scaled_attention" fails=["beside keras.ops.dot_product_attention", "heads and a mask, beside Keras", "a query that may read nothing", "float16", "values of another size, and what reads nothing of the future"] says="The root is that of the units" subtle=true
def scaled_attention(queries, keys, values, mask=None):
    scores = dot_scores(queries, keys) / np.sqrt(np.shape(queries)[1])
    weights = masked_softmax(scores, True if mask is None else mask)
    return read_values(weights, values), weights


# %% Divided by the root of the values' units mistake="scaled_attention" fails=["a query that may read nothing", "float16", "values of another size, and what reads nothing of the future"] says="The root is that of the queries' units" subtle=true
def scaled_attention(queries, keys, values, mask=None):
    scores = dot_scores(queries, keys) / np.sqrt(np.shape(values)[-1])
    weights = masked_softmax(scores, True if mask is None else mask)
    return read_values(weights, values), weights


# %% Forgets the mask mistake="scaled_attention" fails=["heads and a mask, beside Keras", "a query that may read nothing", "float16", "values of another size, and what reads nothing of the future"] says="The mask has no influence"
def scaled_attention(queries, keys, values, mask=None):
    scores = dot_scores(queries, keys) / np.sqrt(np.shape(queries)[-1])
    weights = ops.softmax(scores, axis=-1)
    return read_values(weights, values), weights


# %% Adds minus a billion mistake="scaled_attention" fails=["a query that may read nothing", "float16"] says="A query that may read nothing should get zeros for what it reads and for its weights" subtle=true
def scaled_attention(queries, keys, values, mask=None):
    scores = dot_scores(queries, keys) / np.sqrt(np.shape(queries)[-1])
    if mask is not None:
        scores = scores + (1 - ops.cast(mask, scores.dtype)) * -1e9
    weights = ops.softmax(scores, axis=-1)
    return read_values(weights, values), weights


# %% Returns only what was read mistake="scaled_attention" fails=["beside keras.ops.dot_product_attention", "heads and a mask, beside Keras", "a query that may read nothing", "float16", "values of another size, and what reads nothing of the future"] says="Return two things"
def scaled_attention(queries, keys, values, mask=None):
    scores = dot_scores(queries, keys) / np.sqrt(np.shape(queries)[-1])
    return read_values(masked_softmax(scores, True if mask is None else mask), values)


# %% Softmax over the targets mistake="scaled_attention" fails=["beside keras.ops.dot_product_attention", "heads and a mask, beside Keras", "a query that may read nothing", "float16", "values of another size, and what reads nothing of the future"] says="Each query's weights sum to 1"
def scaled_attention(queries, keys, values, mask=None):
    scores = dot_scores(queries, keys) / np.sqrt(np.shape(queries)[-1])
    if mask is not None:
        scores = ops.where(mask, scores, -1e4)
    weights = ops.softmax(scores, axis=-2)
    return read_values(weights, values), weights


# %% Keras does it mistake="scaled_attention" rule=true says="write it with your own functions"
def scaled_attention(queries, keys, values, mask=None):
    q, k, v = (ops.expand_dims(x, 2) for x in (queries, keys, values))
    weights = masked_softmax(dot_scores(queries, keys), True if mask is None else mask)
    return ops.dot_product_attention(q, k, v)[:, :, 0], weights


# %% Scales the queries alternative="scaled_attention"
def scaled_attention(queries, keys, values, mask=None):
    scores = dot_scores(queries * np.shape(queries)[-1] ** -0.5, keys)
    weights = masked_softmax(scores, np.ones((1,), bool) if mask is None else mask)
    return [read_values(weights, values), weights]


# %% All in NumPy alternative="scaled_attention"
def scaled_attention(queries, keys, values, mask=None):
    q, k, v = (np.asarray(x, np.float64) for x in (queries, keys, values))
    scores = np.einsum("...tu,...su->...ts", q, k) / np.sqrt(q.shape[-1])
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    top = scores.max(axis=-1, keepdims=True)
    exps = np.exp(scores - np.where(np.isfinite(top), top, 0))
    total = exps.sum(axis=-1, keepdims=True)
    weights = exps / np.where(total > 0, total, 1)
    return weights @ v, weights


# %% Padding in the rows mistake="attention_mask" fails=["padding alone", "both", "one step, empty and full sequences"] says="The padding stands in the rows" subtle=true
def attention_mask(lengths, steps, causal):
    places = np.arange(steps)
    real = places[None, :, None] < np.asarray(lengths)[:, None, None]
    real = np.broadcast_to(real, (len(lengths), steps, steps))
    return real & (places <= places[:, None]) if causal else real


# %% Rows of the padding forbidden too mistake="attention_mask" fails=["padding alone", "both", "one step, empty and full sequences"] says="Rows of the padding are forbidden too" subtle=true
def attention_mask(lengths, steps, causal):
    places = np.arange(steps)
    real = places[None, None] < np.asarray(lengths)[:, None, None]
    real = real & np.swapaxes(real, 1, 2)
    return real & (places <= places[:, None]) if causal else real


# %% Not even itself mistake="attention_mask" fails=["causal alone", "both", "one step, empty and full sequences"] says="A place may read itself as well" subtle=true
def attention_mask(lengths, steps, causal):
    places = np.arange(steps)
    real = np.broadcast_to(
        places < np.asarray(lengths)[:, None, None], (len(lengths), steps, steps)
    )
    return real & (places < places[:, None]) if causal else real


# %% Sees the future only mistake="attention_mask" fails=["causal alone", "both", "one step, empty and full sequences"] says="The triangle is turned around"
def attention_mask(lengths, steps, causal):
    places = np.arange(steps)
    real = np.broadcast_to(
        places < np.asarray(lengths)[:, None, None], (len(lengths), steps, steps)
    )
    return real & (places >= places[:, None]) if causal else real


# %% One place too many mistake="attention_mask" fails=["padding alone", "both", "one step, empty and full sequences"] says="One place too many" subtle=true
def attention_mask(lengths, steps, causal):
    places = np.arange(steps)
    real = np.broadcast_to(
        places <= np.asarray(lengths)[:, None, None], (len(lengths), steps, steps)
    )
    return real & (places <= places[:, None]) if causal else real


# %% Or instead of and mistake="attention_mask" fails=["causal alone", "both", "one step, empty and full sequences"] says="Later places may be read although causal is True"
def attention_mask(lengths, steps, causal):
    places = np.arange(steps)
    real = np.broadcast_to(
        places < np.asarray(lengths)[:, None, None], (len(lengths), steps, steps)
    )
    return real | (places <= places[:, None]) if causal else real


# %% Always causal mistake="attention_mask" fails=["padding alone", "one step, empty and full sequences"] says="Later places are forbidden although causal is False"
def attention_mask(lengths, steps, causal):
    places = np.arange(steps)
    return (places < np.asarray(lengths)[:, None, None]) & (places <= places[:, None])


# %% True is forbidden mistake="attention_mask" fails=["padding alone", "causal alone", "both", "one step, empty and full sequences"] says="The mask is turned around"
def attention_mask(lengths, steps, causal):
    places = np.arange(steps)
    real = np.broadcast_to(
        places < np.asarray(lengths)[:, None, None], (len(lengths), steps, steps)
    )
    return ~(real & (places <= places[:, None])) if causal else ~real


# %% A row per example only mistake="attention_mask" fails=["padding alone", "one step, empty and full sequences"] says="The rows are missing"
def attention_mask(lengths, steps, causal):
    places = np.arange(steps)
    real = places < np.asarray(lengths)[:, None, None]
    return real & (places <= places[:, None]) if causal else real


# %% Ones and zeros mistake="attention_mask" fails=["padding alone", "causal alone", "both", "one step, empty and full sequences"] says="Return True or False" subtle=true
def attention_mask(lengths, steps, causal):
    places = np.arange(steps)
    real = np.broadcast_to(
        places < np.asarray(lengths)[:, None, None], (len(lengths), steps, steps)
    )
    return (real & (places <= places[:, None]) if causal else real).astype("float32")


# %% Place by place alternative="attention_mask"
def attention_mask(lengths, steps, causal):
    mask = np.zeros((len(lengths), steps, steps), bool)
    for b, length in enumerate(lengths):
        for t in range(steps):
            mask[b, t, : min(length, t + 1) if causal else length] = True
    return mask


# %% With np.tril alternative="attention_mask"
def attention_mask(lengths, steps, causal):
    rows = np.repeat(np.arange(steps)[None] < np.asarray(lengths)[:, None], steps, axis=0)
    mask = rows.reshape(-1, steps, steps)
    return np.tril(mask) if causal else mask


# %% Keys and values from x mistake="multi_head_attention" fails=["one head", "beside keras.layers.MultiHeadAttention", "with a mask"] says="Keys and values come from the memory" subtle=true
def multi_head_attention(x, memory, kernels, mask=None):
    q, k, v = (ops.einsum("btu,uhd->bhtd", x, kernel) for kernel in kernels[:3])
    mask = None if mask is None or x.shape != memory.shape else ops.expand_dims(mask, 1)
    heads, weights = scaled_attention(q, k, v, mask)
    return ops.einsum("bhtd,hdu->btu", heads, kernels[3]), weights


# %% Divided by the root of all units mistake="multi_head_attention" fails=["one head", "beside keras.layers.MultiHeadAttention", "with a mask", "attending to itself, with places that read nothing"] says="The root is that of one head's units" subtle=true
def multi_head_attention(x, memory, kernels, mask=None):
    query, key, value, output = kernels
    q = ops.einsum("btu,uhd->bhtd", x, query)
    k, v = (ops.einsum("bsu,uhd->bhsd", memory, kernel) for kernel in (key, value))
    scores = ops.matmul(q, ops.swapaxes(k, -1, -2)) / np.sqrt(np.shape(x)[-1])
    weights = masked_softmax(scores, True if mask is None else ops.expand_dims(mask, 1))
    return ops.einsum("bhtd,hdu->btu", ops.matmul(weights, v), output), weights


# %% Not divided mistake="multi_head_attention" fails=["one head", "beside keras.layers.MultiHeadAttention", "with a mask", "attending to itself, with places that read nothing"] says="The scores are not divided by the root of a head's units"
def multi_head_attention(x, memory, kernels, mask=None):
    query, key, value, output = kernels
    q = ops.einsum("btu,uhd->bhtd", x, query)
    k, v = (ops.einsum("bsu,uhd->bhsd", memory, kernel) for kernel in (key, value))
    weights = masked_softmax(dot_scores(q, k), True if mask is None else ops.expand_dims(mask, 1))
    return ops.einsum("bhtd,hdu->btu", ops.matmul(weights, v), output), weights


# %% A mean over the heads mistake="multi_head_attention" fails=["beside keras.layers.MultiHeadAttention", "with a mask", "attending to itself, with places that read nothing"] says="Sum over the heads" subtle=true
def multi_head_attention(x, memory, kernels, mask=None):
    query, key, value, output = kernels
    q = ops.einsum("btu,uhd->bhtd", x, query)
    k, v = (ops.einsum("bsu,uhd->bhsd", memory, kernel) for kernel in (key, value))
    heads, weights = scaled_attention(q, k, v, None if mask is None else ops.expand_dims(mask, 1))
    return ops.mean(ops.einsum("bhtd,hdu->bhtu", heads, output), axis=1), weights


# %% No axis for the heads in the mask mistake="multi_head_attention" fails=["with a mask", "attending to itself, with places that read nothing"] says="needs an axis there too" subtle=true
def multi_head_attention(x, memory, kernels, mask=None):
    query, key, value, output = kernels
    q = ops.einsum("btu,uhd->bhtd", x, query)
    k, v = (ops.einsum("bsu,uhd->bhsd", memory, kernel) for kernel in (key, value))
    heads, weights = scaled_attention(q, k, v, mask)
    return ops.einsum("bhtd,hdu->btu", heads, output), weights


# %% Forgets the mask mistake="multi_head_attention" fails=["with a mask", "attending to itself, with places that read nothing"] says="The mask has no influence"
def multi_head_attention(x, memory, kernels, mask=None):
    query, key, value, output = kernels
    q = ops.einsum("btu,uhd->bhtd", x, query)
    k, v = (ops.einsum("bsu,uhd->bhsd", memory, kernel) for kernel in (key, value))
    heads, weights = scaled_attention(q, k, v)
    return ops.einsum("bhtd,hdu->btu", heads, output), weights


# %% One head of all units mistake="multi_head_attention" fails=["beside keras.layers.MultiHeadAttention", "with a mask", "attending to itself, with places that read nothing"] says="That is one head of all units together" subtle=true
def multi_head_attention(x, memory, kernels, mask=None):
    units = np.shape(x)[-1]
    query, key, value = (np.reshape(kernel, (units, -1)) for kernel in kernels[:3])
    heads, weights = scaled_attention(x @ query, memory @ key, memory @ value, mask)
    weights = ops.repeat(ops.expand_dims(weights, 1), np.shape(kernels[0])[1], axis=1)
    return ops.matmul(heads, np.reshape(kernels[3], (-1, units))), weights


# %% Mean of the heads' weights mistake="multi_head_attention" fails=["one head", "beside keras.layers.MultiHeadAttention", "with a mask", "attending to itself, with places that read nothing"] says="Return the weights of every head"
def multi_head_attention(x, memory, kernels, mask=None):
    query, key, value, output = kernels
    q = ops.einsum("btu,uhd->bhtd", x, query)
    k, v = (ops.einsum("bsu,uhd->bhsd", memory, kernel) for kernel in (key, value))
    heads, weights = scaled_attention(q, k, v, None if mask is None else ops.expand_dims(mask, 1))
    return ops.einsum("bhtd,hdu->btu", heads, output), ops.mean(weights, axis=1)


# %% Keys and values swapped mistake="multi_head_attention" fails=["one head", "beside keras.layers.MultiHeadAttention", "with a mask", "attending to itself, with places that read nothing"] says="The kernels of keys and values are swapped" subtle=true
def multi_head_attention(x, memory, kernels, mask=None):
    query, value, key, output = kernels
    q = ops.einsum("btu,uhd->bhtd", x, query)
    k, v = (ops.einsum("bsu,uhd->bhsd", memory, kernel) for kernel in (key, value))
    heads, weights = scaled_attention(q, k, v, None if mask is None else ops.expand_dims(mask, 1))
    return ops.einsum("bhtd,hdu->btu", heads, output), weights


# %% Keras does it mistake="multi_head_attention" rule=true says="write it with your own functions"
def multi_head_attention(x, memory, kernels, mask=None):
    layer = keras.layers.MultiHeadAttention(*kernels[0].shape[1:], use_bias=False)
    layer.build(x.shape, memory.shape)
    layer.set_weights(kernels)
    return layer(x, memory, attention_mask=mask, return_attention_scores=True)


# %% Head by head alternative="multi_head_attention"
def multi_head_attention(x, memory, kernels, mask=None):
    query, key, value, output = kernels
    out, all_weights = 0.0, []
    for h in range(query.shape[1]):
        q, k, v = ops.matmul(x, query[:, h]), memory @ key[:, h], memory @ value[:, h]
        read, weights = scaled_attention(q, k, v, mask)
        out, all_weights = out + ops.matmul(read, output[h]), [*all_weights, weights]
    return out, ops.stack(all_weights, axis=1)


# %% By reshaping, in NumPy alternative="multi_head_attention"
def multi_head_attention(x, memory, kernels, mask=None):
    units, heads, size = kernels[0].shape

    def split(x, kernel):
        flat = np.asarray(x) @ np.reshape(kernel, (units, heads * size))
        return flat.reshape(len(x), -1, heads, size).transpose(0, 2, 1, 3)

    q, k, v = split(x, kernels[0]), split(memory, kernels[1]), split(memory, kernels[2])
    read, weights = scaled_attention(q, k, v, None if mask is None else mask[:, None])
    read = np.asarray(read).transpose(0, 2, 1, 3).reshape(len(x), -1, heads * size)
    return read @ np.reshape(kernels[3], (heads * size, units)), weights


# %% Sines left, cosines right mistake="sinusoidal_positions" fails=["several clock hands", "a long sequence"] says="All sines stand left" subtle=true
def sinusoidal_positions(steps, units):
    angles = np.arange(steps)[:, None] / 10000 ** (2 * np.arange(units // 2) / units)
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1)


# %% A frequency per column mistake="sinusoidal_positions" fails=["one clock hand", "several clock hands", "a long sequence"] says="A sine and the cosine right of it have the same frequency" subtle=true
def sinusoidal_positions(steps, units):
    angles = np.arange(steps)[:, None] / 10000 ** (np.arange(units) / units)
    return np.where(np.arange(units) % 2 == 0, np.sin(angles), np.cos(angles))


# %% Places from 1 mistake="sinusoidal_positions" fails=["one clock hand", "several clock hands", "a long sequence"] says="Places count from 0" subtle=true
def sinusoidal_positions(steps, units):
    angles = np.arange(1, steps + 1)[:, None] / 10000 ** (2 * np.arange(units // 2) / units)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(steps, units)


# %% Cosines first mistake="sinusoidal_positions" fails=["one clock hand", "several clock hands", "a long sequence"] says="Sine and cosine are swapped"
def sinusoidal_positions(steps, units):
    angles = np.arange(steps)[:, None] / 10000 ** (2 * np.arange(units // 2) / units)
    return np.stack([np.cos(angles), np.sin(angles)], axis=-1).reshape(steps, units)


# %% Half the exponent mistake="sinusoidal_positions" fails=["several clock hands", "a long sequence"] says="The exponent is half of what it should be" subtle=true
def sinusoidal_positions(steps, units):
    angles = np.arange(steps)[:, None] / 10000 ** (np.arange(units // 2) / units)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(steps, units)


# %% Multiplies by the power mistake="sinusoidal_positions" fails=["several clock hands", "a long sequence"] says="Divide by the power of 10000"
def sinusoidal_positions(steps, units):
    angles = np.arange(steps)[:, None] * 10000 ** (2 * np.arange(units // 2) / units)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(steps, units)


# %% Whole-number exponent mistake="sinusoidal_positions" fails=["several clock hands", "a long sequence"] says="All hands turn equally fast" subtle=true
def sinusoidal_positions(steps, units):
    angles = np.arange(steps)[:, None] / 10000.0 ** (2 * np.arange(units // 2) // units)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(steps, units)


# %% A column per place mistake="sinusoidal_positions" fails=["one clock hand", "several clock hands", "a long sequence"] says="The axes are swapped"
def sinusoidal_positions(steps, units):
    angles = np.arange(steps)[:, None] / 10000 ** (2 * np.arange(units // 2) / units)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(steps, units).T


# %% Number by number alternative="sinusoidal_positions"
def sinusoidal_positions(steps, units):
    out = np.zeros((steps, units))
    for t in range(steps):
        for i in range(units // 2):
            out[t, 2 * i] = np.sin(t / 10000 ** (2 * i / units))
            out[t, 2 * i + 1] = np.cos(t / 10000 ** (2 * i / units))
    return out


# %% The cosine as a shifted sine alternative="sinusoidal_positions"
def sinusoidal_positions(steps, units):
    column = np.arange(units)
    angles = np.arange(steps)[:, None] / 10000 ** (column // 2 * 2 / units)
    return ops.sin(ops.cast(angles + column % 2 * np.pi / 2, "float32"))


# %% Post-norm mistake="transformer_block" fails=["starts as a path straight through", "the numbers", "causal numbers, and shuffled places"] says="With all weights 0 both parts give 0" subtle=true
def transformer_block(steps, units, num_heads, hidden, causal):
    x = keras.Input((steps, units))
    attention = keras.layers.MultiHeadAttention(num_heads, units // num_heads)
    h = keras.layers.LayerNormalization()(x + attention(x, x, use_causal_mask=causal))
    dense = keras.layers.Dense(units)(keras.layers.Dense(hidden, activation="relu")(h))
    return keras.Model(x, keras.layers.LayerNormalization()(h + dense))


# %% Adds the normalised copy mistake="transformer_block" fails=["starts as a path straight through", "the numbers", "causal numbers, and shuffled places"] says="With all weights 0 both parts give 0" subtle=true
def transformer_block(steps, units, num_heads, hidden, causal):
    x = keras.Input((steps, units))
    h = keras.layers.LayerNormalization()(x)
    attention = keras.layers.MultiHeadAttention(num_heads, units // num_heads)
    middle = h + attention(h, h, use_causal_mask=causal)
    h = keras.layers.LayerNormalization()(middle)
    h = keras.layers.Dense(hidden, activation="relu")(h)
    return keras.Model(x, middle + keras.layers.Dense(units)(h))


# %% Heads as wide as everything mistake="transformer_block" fails=["shape and number of parameters", "the numbers", "causal numbers, and shuffled places"] says="Each head has units // num_heads units" subtle=true
def transformer_block(steps, units, num_heads, hidden, causal):
    x = keras.Input((steps, units))
    h = keras.layers.LayerNormalization()(x)
    attention = keras.layers.MultiHeadAttention(num_heads, units)
    middle = x + attention(h, h, use_causal_mask=causal)
    h = keras.layers.LayerNormalization()(middle)
    h = keras.layers.Dense(hidden, activation="relu")(h)
    return keras.Model(x, middle + keras.layers.Dense(units)(h))


# %% Always sees the future mistake="transformer_block" fails=["who hears whom", "causal numbers, and shuffled places"] says="With causal=True an earlier place changed when a later one did"
def transformer_block(steps, units, num_heads, hidden, causal):
    x = keras.Input((steps, units))
    h = keras.layers.LayerNormalization()(x)
    middle = x + keras.layers.MultiHeadAttention(num_heads, units // num_heads)(h, h)
    h = keras.layers.LayerNormalization()(middle)
    h = keras.layers.Dense(hidden, activation="relu")(h)
    return keras.Model(x, middle + keras.layers.Dense(units)(h))


# %% Always causal mistake="transformer_block" fails=["who hears whom", "the numbers", "causal numbers, and shuffled places"] says="With causal=False earlier places should hear later ones too"
def transformer_block(steps, units, num_heads, hidden, causal):
    x = keras.Input((steps, units))
    h = keras.layers.LayerNormalization()(x)
    attention = keras.layers.MultiHeadAttention(num_heads, units // num_heads)
    middle = x + attention(h, h, use_causal_mask=True)
    h = keras.layers.LayerNormalization()(middle)
    h = keras.layers.Dense(hidden, activation="relu")(h)
    return keras.Model(x, middle + keras.layers.Dense(units)(h))


# %% Nothing added mistake="transformer_block" fails=["starts as a path straight through", "the numbers", "causal numbers, and shuffled places"] says="With all weights 0 both parts give 0"
def transformer_block(steps, units, num_heads, hidden, causal):
    x = keras.Input((steps, units))
    h = keras.layers.LayerNormalization()(x)
    attention = keras.layers.MultiHeadAttention(num_heads, units // num_heads)
    middle = attention(h, h, use_causal_mask=causal)
    h = keras.layers.LayerNormalization()(middle)
    h = keras.layers.Dense(hidden, activation="relu")(h)
    return keras.Model(x, keras.layers.Dense(units)(h))


# %% One normalisation for both mistake="transformer_block" fails=["shape and number of parameters", "the numbers", "causal numbers, and shuffled places"] says="There are two normalisations" subtle=true
def transformer_block(steps, units, num_heads, hidden, causal):
    x, norm = keras.Input((steps, units)), keras.layers.LayerNormalization()
    h = norm(x)
    attention = keras.layers.MultiHeadAttention(num_heads, units // num_heads)
    middle = x + attention(h, h, use_causal_mask=causal)
    h = keras.layers.Dense(hidden, activation="relu")(norm(middle))
    return keras.Model(x, middle + keras.layers.Dense(units)(h))


# %% No ReLU mistake="transformer_block" fails=["the numbers", "causal numbers, and shuffled places"] says="The first Dense layer has ReLU" subtle=true
def transformer_block(steps, units, num_heads, hidden, causal):
    x = keras.Input((steps, units))
    h = keras.layers.LayerNormalization()(x)
    attention = keras.layers.MultiHeadAttention(num_heads, units // num_heads)
    middle = x + attention(h, h, use_causal_mask=causal)
    h = keras.layers.Dense(hidden)(keras.layers.LayerNormalization()(middle))
    return keras.Model(x, middle + keras.layers.Dense(units)(h))


# %% The second sum starts from x mistake="transformer_block" fails=["the numbers", "causal numbers, and shuffled places"] says="The second sum starts from h" subtle=true
def transformer_block(steps, units, num_heads, hidden, causal):
    x = keras.Input((steps, units))
    h = keras.layers.LayerNormalization()(x)
    attention = keras.layers.MultiHeadAttention(num_heads, units // num_heads)
    middle = x + attention(h, h, use_causal_mask=causal)
    h = keras.layers.LayerNormalization()(middle)
    h = keras.layers.Dense(hidden, activation="relu")(h)
    return keras.Model(x, x + keras.layers.Dense(units)(h))


# %% With Sequential, Add and a finer epsilon alternative="transformer_block"
def transformer_block(steps, units, num_heads, hidden, causal):
    x = keras.Input((steps, units))
    feed = keras.Sequential(
        [keras.layers.Dense(hidden), keras.layers.ReLU(), keras.layers.Dense(units)]
    )
    norms = [keras.layers.LayerNormalization(epsilon=1e-6) for _ in range(2)]
    attention = keras.layers.MultiHeadAttention(num_heads, key_dim=units // num_heads)
    h = norms[0](x)
    h = keras.layers.Add()([x, attention(query=h, value=h, use_causal_mask=causal)])
    return keras.Model(x, keras.layers.Add()([h, feed(norms[1](h))]))


# %% A subclass of Model, with a mask of its own alternative="transformer_block"
class Block(keras.Model):
    def __init__(self, units, num_heads, hidden, causal):
        super().__init__()
        self.after = keras.layers.Dense(units)
        self.before = keras.layers.Dense(hidden, activation="relu")
        self.attend = keras.layers.MultiHeadAttention(num_heads, units // num_heads)
        self.second, self.first = (keras.layers.LayerNormalization() for _ in range(2))
        self.causal = causal

    def call(self, x):
        steps = x.shape[1]
        mask = np.tril(np.ones((1, steps, steps), bool)) if self.causal else None
        h = self.first(x)
        x = x + self.attend(h, h, attention_mask=mask)
        return x + self.after(self.before(self.second(x)))


def transformer_block(steps, units, num_heads, hidden, causal):
    model = Block(units, num_heads, hidden, causal)
    model(np.zeros((1, steps, units), "float32"))
    return model


# %% Counts every row mistake="alignment_share" fails=["rows that do not count", "one row, and an example without any that counts"] says="Rows that are written in no place" subtle=true
def alignment_share(weights, determining):
    return ops.mean(ops.sum(weights * ops.cast(determining, "float32"), axis=-1))


# %% The largest in the right place mistake="alignment_share" fails=["every row counts", "rows that do not count", "one row, and an example without any that counts"] says="That counts rows whose largest share is in the right place" subtle=true
def alignment_share(weights, determining):
    best = np.asarray(weights).argmax(axis=-1)
    right = np.take_along_axis(np.asarray(determining), best[..., None], axis=-1)[..., 0]
    return float(right[np.any(determining, axis=-1)].mean())


# %% A mean over characters mistake="alignment_share" fails=["every row counts", "rows that do not count", "one row, and an example without any that counts"] says="That is a mean over the characters"
def alignment_share(weights, determining):
    return float(np.asarray(weights)[np.asarray(determining)].mean())


# %% Each example's mean first mistake="alignment_share" fails=["rows that do not count", "one row, and an example without any that counts"] says="That is a mean of each example's mean" subtle=true
def alignment_share(weights, determining):
    means = []
    for w, d in zip(np.asarray(weights), np.asarray(determining)):
        if d.any():
            means.append((w * d).sum(axis=-1)[d.any(axis=-1)].mean())
    return float(np.mean(means))


# %% Only the largest right share mistake="alignment_share" fails=["every row counts", "rows that do not count", "one row, and an example without any that counts"] says="Sum the shares on all the right characters" subtle=true
def alignment_share(weights, determining):
    best = np.max(np.where(determining, weights, 0), axis=-1)
    return float(best[np.any(determining, axis=-1)].mean())


# %% Divided by the examples mistake="alignment_share" fails=["every row counts", "rows that do not count", "one row, and an example without any that counts"] says="Divide by the number of rows that count"
def alignment_share(weights, determining):
    return float(np.sum(np.where(determining, weights, 0)) / len(weights))


# %% A number per row mistake="alignment_share" fails=["every row counts", "rows that do not count", "one row, and an example without any that counts"] says="Return one number"
def alignment_share(weights, determining):
    return ops.sum(weights * ops.cast(determining, "float32"), axis=-1)


# %% With NumPy's masks alternative="alignment_share"
def alignment_share(weights, determining):
    determining = np.asarray(determining, bool)
    on_it = np.where(determining, np.asarray(weights, np.float64), 0).sum(axis=-1)
    return float(on_it[determining.any(axis=-1)].mean())


# %% Row by row alternative="alignment_share"
def alignment_share(weights, determining):
    shares = []
    for w, d in zip(
        np.reshape(weights, (-1, np.shape(weights)[-1])),
        np.reshape(determining, (-1, np.shape(weights)[-1])),
    ):
        if any(d):
            shares.append(sum(share for share, mark in zip(w, d) if mark))
    return sum(shares) / len(shares)


# %% Shares from the number of the place mistake="train_translator" fails=["unseen dates", "looks where the answer stands", "follows the year to where it stands"] says="The shares stay the same when the source is another text" subtle=true
def train_translator(x, y, source_size, target_size):
    source = keras.Input((x.shape[1],), dtype="int32")
    written = keras.Input((y.shape[1],), dtype="int32")
    memory = keras.layers.Embedding(source_size, 32)(source)
    for activation in ["relu", "tanh"]:
        memory = keras.layers.Conv1D(32, 5, padding="same", activation=activation)(memory)
    states = keras.layers.Embedding(target_size, 32)(written)
    states = keras.layers.GRU(32, return_sequences=True)(states)
    mask = ops.expand_dims(ops.not_equal(source, 0), 1)
    weights = masked_softmax(keras.layers.Dense(x.shape[1])(states), mask)
    seen = keras.layers.Concatenate()([read_values(weights, memory), states])
    model = keras.Model([source, written], [keras.layers.Dense(target_size)(seen), weights])
    rate = keras.optimizers.schedules.CosineDecay(0.01, 10 * -(-len(x) // 64))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), [loss, None], jit_compile=JIT)
    shifted = np.pad(y[:, :-1], [(0, 0), (1, 0)])
    model.fit([x, shifted], y, batch_size=64, epochs=3, verbose=0)
    return model


# %% Reads one place of the padding mistake="train_translator" fails=["shares, and none on the padding"] says="Some attention falls on the padding" subtle=true
def train_translator(x, y, source_size, target_size):
    source = keras.Input((x.shape[1],), dtype="int32")
    written = keras.Input((y.shape[1],), dtype="int32")
    memory = keras.layers.Embedding(source_size, 32)(source)
    for activation in ["relu", "tanh"]:
        memory = keras.layers.Conv1D(32, 5, padding="same", activation=activation)(memory)
    states = keras.layers.Embedding(target_size, 32)(written)
    states = keras.layers.GRU(32, return_sequences=True)(states)
    length = ops.sum(ops.cast(ops.not_equal(source, 0), "int32"), axis=1)[:, None, None]
    mask = ops.less_equal(ops.arange(x.shape[1]), length)
    weights = masked_softmax(dot_scores(states, memory), mask)
    seen = keras.layers.Concatenate()([read_values(weights, memory), states])
    model = keras.Model([source, written], [keras.layers.Dense(target_size)(seen), weights])
    rate = keras.optimizers.schedules.CosineDecay(0.01, 10 * -(-len(x) // 64))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), [loss, None], jit_compile=JIT)
    shifted = np.pad(y[:, :-1], [(0, 0), (1, 0)])
    model.fit([x, shifted], y, batch_size=64, epochs=10, verbose=0)
    return model


# %% The decoder is fed the answer mistake="train_translator" fails=["unseen dates", "looks where the answer stands", "follows the year to where it stands"] says="It only repeats its input" subtle=true
def train_translator(x, y, source_size, target_size):
    source = keras.Input((x.shape[1],), dtype="int32")
    written = keras.Input((y.shape[1],), dtype="int32")
    memory = keras.layers.Embedding(source_size, 32)(source)
    for activation in ["relu", "tanh"]:
        memory = keras.layers.Conv1D(32, 5, padding="same", activation=activation)(memory)
    states = keras.layers.Embedding(target_size, 32)(written)
    states = keras.layers.GRU(32, return_sequences=True)(states)
    mask = ops.expand_dims(ops.not_equal(source, 0), 1)
    weights = masked_softmax(dot_scores(states, memory), mask)
    seen = keras.layers.Concatenate()([read_values(weights, memory), states])
    model = keras.Model([source, written], [keras.layers.Dense(target_size)(seen), weights])
    rate = keras.optimizers.schedules.CosineDecay(0.01, 10 * -(-len(x) // 64))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), [loss, None], jit_compile=JIT)
    model.fit([x, y], y, batch_size=64, epochs=3, verbose=0)
    return model


# %% Learns to repeat its input mistake="train_translator" fails=["unseen dates", "looks where the answer stands", "follows the year to where it stands"] says="It only repeats its input"
def train_translator(x, y, source_size, target_size):
    source = keras.Input((x.shape[1],), dtype="int32")
    written = keras.Input((y.shape[1],), dtype="int32")
    memory = keras.layers.Embedding(source_size, 32)(source)
    for activation in ["relu", "tanh"]:
        memory = keras.layers.Conv1D(32, 5, padding="same", activation=activation)(memory)
    states = keras.layers.Embedding(target_size, 32)(written)
    states = keras.layers.GRU(32, return_sequences=True)(states)
    mask = ops.expand_dims(ops.not_equal(source, 0), 1)
    weights = masked_softmax(dot_scores(states, memory), mask)
    seen = keras.layers.Concatenate()([read_values(weights, memory), states])
    model = keras.Model([source, written], [keras.layers.Dense(target_size)(seen), weights])
    rate = keras.optimizers.schedules.CosineDecay(0.01, 10 * -(-len(x) // 64))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), [loss, None], jit_compile=JIT)
    shifted = np.pad(y[:, :-1], [(0, 0), (1, 0)])
    model.fit([x, shifted], shifted, batch_size=64, epochs=3, verbose=0)
    return model


# %% A decoder that goes both ways mistake="train_translator" fails=["no look ahead", "unseen dates", "looks where the answer stands", "follows the year to where it stands"] says="An output changed when only later characters of `shifted` did" subtle=true
def train_translator(x, y, source_size, target_size):
    source = keras.Input((x.shape[1],), dtype="int32")
    written = keras.Input((y.shape[1],), dtype="int32")
    memory = keras.layers.Embedding(source_size, 32)(source)
    for activation in ["relu", "tanh"]:
        memory = keras.layers.Conv1D(32, 5, padding="same", activation=activation)(memory)
    states = keras.layers.Embedding(target_size, 32)(written)
    states = keras.layers.Bidirectional(keras.layers.GRU(16, return_sequences=True))(states)
    mask = ops.expand_dims(ops.not_equal(source, 0), 1)
    weights = masked_softmax(dot_scores(states, memory), mask)
    seen = keras.layers.Concatenate()([read_values(weights, memory), states])
    model = keras.Model([source, written], [keras.layers.Dense(target_size)(seen), weights])
    rate = keras.optimizers.schedules.CosineDecay(0.01, 10 * -(-len(x) // 64))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), [loss, None], jit_compile=JIT)
    shifted = np.pad(y[:, :-1], [(0, 0), (1, 0)])
    model.fit([x, shifted], y, batch_size=64, epochs=1, verbose=0)
    return model


# %% Shows shares that it does not read with mistake="train_translator" fails=["looks where the answer stands", "follows the year to where it stands"] says="The shares are equal everywhere" subtle=true
def train_translator(x, y, source_size, target_size):
    source = keras.Input((x.shape[1],), dtype="int32")
    written = keras.Input((y.shape[1],), dtype="int32")
    memory = keras.layers.Embedding(source_size, 32)(source)
    for activation in ["relu", "tanh"]:
        memory = keras.layers.Conv1D(32, 5, padding="same", activation=activation)(memory)
    states = keras.layers.Embedding(target_size, 32)(written)
    states = keras.layers.GRU(32, return_sequences=True)(states)
    mask = ops.expand_dims(ops.not_equal(source, 0), 1)
    weights = masked_softmax(dot_scores(states, memory), mask)
    shown = masked_softmax(0.0 * dot_scores(states, memory), mask)
    seen = keras.layers.Concatenate()([read_values(weights, memory), states])
    model = keras.Model([source, written], [keras.layers.Dense(target_size)(seen), shown])
    rate = keras.optimizers.schedules.CosineDecay(0.01, 10 * -(-len(x) // 64))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), [loss, None], jit_compile=JIT)
    shifted = np.pad(y[:, :-1], [(0, 0), (1, 0)])
    model.fit([x, shifted], y, batch_size=64, epochs=10, verbose=0)
    return model


# %% Softmax over the targets mistake="train_translator" fails=["shares, and none on the padding", "no look ahead", "unseen dates"] says="The weights sum to 1 over the targets"
def train_translator(x, y, source_size, target_size):
    source = keras.Input((x.shape[1],), dtype="int32")
    written = keras.Input((y.shape[1],), dtype="int32")
    memory = keras.layers.Embedding(source_size, 32)(source)
    for activation in ["relu", "tanh"]:
        memory = keras.layers.Conv1D(32, 5, padding="same", activation=activation)(memory)
    states = keras.layers.Embedding(target_size, 32)(written)
    states = keras.layers.GRU(32, return_sequences=True)(states)
    mask = ops.expand_dims(ops.not_equal(source, 0), 1)
    weights = ops.softmax(dot_scores(states, memory), axis=1)
    seen = keras.layers.Concatenate()([read_values(weights, memory), states])
    model = keras.Model([source, written], [keras.layers.Dense(target_size)(seen), weights])
    rate = keras.optimizers.schedules.CosineDecay(0.01, 10 * -(-len(x) // 64))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), [loss, None], jit_compile=JIT)
    shifted = np.pad(y[:, :-1], [(0, 0), (1, 0)])
    model.fit([x, shifted], y, batch_size=64, epochs=3, verbose=0)
    return model


# %% Never trained mistake="train_translator" fails=["unseen dates", "looks where the answer stands", "follows the year to where it stands"] says="Hardly a character is right"
def train_translator(x, y, source_size, target_size):
    source = keras.Input((x.shape[1],), dtype="int32")
    written = keras.Input((y.shape[1],), dtype="int32")
    memory = keras.layers.Embedding(source_size, 32)(source)
    for activation in ["relu", "tanh"]:
        memory = keras.layers.Conv1D(32, 5, padding="same", activation=activation)(memory)
    states = keras.layers.Embedding(target_size, 32)(written)
    states = keras.layers.GRU(32, return_sequences=True)(states)
    mask = ops.expand_dims(ops.not_equal(source, 0), 1)
    weights = masked_softmax(dot_scores(states, memory), mask)
    seen = keras.layers.Concatenate()([read_values(weights, memory), states])
    model = keras.Model([source, written], [keras.layers.Dense(target_size)(seen), weights])
    rate = keras.optimizers.schedules.CosineDecay(0.01, 10 * -(-len(x) // 64))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), [loss, None], jit_compile=JIT)
    shifted = np.pad(y[:, :-1], [(0, 0), (1, 0)])
    return model


# %% The weights come first mistake="train_translator" fails=["logits and weights", "shares, and none on the padding", "no look ahead", "unseen dates", "looks where the answer stands", "follows the year to where it stands"] says="The outputs are in the wrong order"
def train_translator(x, y, source_size, target_size):
    source = keras.Input((x.shape[1],), dtype="int32")
    written = keras.Input((y.shape[1],), dtype="int32")
    memory = keras.layers.Embedding(source_size, 32)(source)
    for activation in ["relu", "tanh"]:
        memory = keras.layers.Conv1D(32, 5, padding="same", activation=activation)(memory)
    states = keras.layers.Embedding(target_size, 32)(written)
    states = keras.layers.GRU(32, return_sequences=True)(states)
    mask = ops.expand_dims(ops.not_equal(source, 0), 1)
    weights = masked_softmax(dot_scores(states, memory), mask)
    seen = keras.layers.Concatenate()([read_values(weights, memory), states])
    model = keras.Model([source, written], [weights, keras.layers.Dense(target_size)(seen)])
    rate = keras.optimizers.schedules.CosineDecay(0.01, 10 * -(-len(x) // 64))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), [None, loss], jit_compile=JIT)
    shifted = np.pad(y[:, :-1], [(0, 0), (1, 0)])
    model.fit([x, shifted], y, batch_size=64, epochs=1, verbose=0)
    return model


# %% Returns the History mistake="train_translator" fails=["logits and weights", "shares, and none on the padding", "no look ahead", "unseen dates", "looks where the answer stands", "follows the year to where it stands"] says="`model.fit` returns a History"
def train_translator(x, y, source_size, target_size):
    source = keras.Input((x.shape[1],), dtype="int32")
    written = keras.Input((y.shape[1],), dtype="int32")
    memory = keras.layers.Embedding(source_size, 32)(source)
    for activation in ["relu", "tanh"]:
        memory = keras.layers.Conv1D(32, 5, padding="same", activation=activation)(memory)
    states = keras.layers.Embedding(target_size, 32)(written)
    states = keras.layers.GRU(32, return_sequences=True)(states)
    mask = ops.expand_dims(ops.not_equal(source, 0), 1)
    weights = masked_softmax(dot_scores(states, memory), mask)
    seen = keras.layers.Concatenate()([read_values(weights, memory), states])
    model = keras.Model([source, written], [keras.layers.Dense(target_size)(seen), weights])
    rate = keras.optimizers.schedules.CosineDecay(0.01, 10 * -(-len(x) // 64))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), [loss, None], jit_compile=JIT)
    shifted = np.pad(y[:, :-1], [(0, 0), (1, 0)])
    return model.fit([x, shifted], y, batch_size=64, epochs=1, verbose=0)


# %% Keras's attention layer alternative="train_translator"
def train_translator(x, y, source_size, target_size):
    source = keras.Input((x.shape[1],), dtype="int32")
    written = keras.Input((y.shape[1],), dtype="int32")
    memory = keras.layers.Embedding(source_size, 32)(source)
    for activation in ["relu", "tanh"]:
        memory = keras.layers.Conv1D(32, 5, padding="same", activation=activation)(memory)
    states = keras.layers.Embedding(target_size, 32)(written)
    states = keras.layers.GRU(32, return_sequences=True)(states)
    read, weights = keras.layers.Attention()(
        [states, memory],
        mask=[None, ops.not_equal(source, 0)],
        return_attention_scores=True,
    )
    seen = keras.layers.Concatenate()([read, states])
    model = keras.Model([source, written], [keras.layers.Dense(target_size)(seen), weights])
    rate = keras.optimizers.schedules.CosineDecay(0.01, 10 * -(-len(x) // 50))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), [loss, None], jit_compile=JIT)
    shifted = np.pad(y[:, :-1], [(0, 0), (1, 0)])
    model.fit([x, shifted], y, batch_size=50, epochs=10, verbose=0)
    return model


# %% A GRU in both directions as encoder, and softmax at the end alternative="train_translator"
def train_translator(x, y, source_size, target_size):
    source = keras.Input((x.shape[1],), dtype="int32")
    written = keras.Input((y.shape[1],), dtype="int32")
    memory = keras.layers.Embedding(source_size, 32)(source)
    memory = keras.layers.Bidirectional(keras.layers.GRU(16, return_sequences=True))(memory)
    states = keras.layers.Embedding(target_size, 32)(written)
    states = keras.layers.GRU(32, return_sequences=True)(states)
    mask = ops.expand_dims(ops.not_equal(source, 0), 1)
    weights = masked_softmax(dot_scores(states, memory), mask)
    seen = keras.layers.Concatenate()([read_values(weights, memory), states])
    probs = keras.layers.Dense(target_size, activation="softmax")(seen)
    model = keras.Model([source, written], [probs, weights])
    rate = keras.optimizers.schedules.CosineDecay(0.01, 10 * -(-len(x) // 64))
    loss = keras.losses.SparseCategoricalCrossentropy()
    model.compile(keras.optimizers.Adam(rate), [loss, None], jit_compile=JIT)
    shifted = np.pad(y[:, :-1], [(0, 0), (1, 0)])
    model.fit([x, shifted], y, batch_size=64, epochs=10, verbose=0)
    return model


# %% A bag of words mistake="sentence_vectors" fails=["one sentence", "a batch of questions", "a batch of stories", "many sizes"] says="This is a bag of words"
def sentence_vectors(vectors):
    return ops.sum(vectors, axis=-2)


# %% Counts words from 0 mistake="sentence_vectors" fails=["one sentence", "a batch of questions", "a batch of stories", "many sizes"] says="Words are counted from 1 in the formula" subtle=true
def sentence_vectors(vectors):
    words, units = vectors.shape[-2:]
    j, k = np.arange(words)[:, None] / words, np.arange(1, units + 1) / units
    weights = (1 - j) - k * (1 - 2 * j)
    return ops.sum(vectors * weights.astype("float32"), axis=-2)


# %% Counts units from 0 mistake="sentence_vectors" fails=["one sentence", "a batch of questions", "a batch of stories", "many sizes"] says="Units are counted from 1 in the formula" subtle=true
def sentence_vectors(vectors):
    words, units = vectors.shape[-2:]
    j, k = np.arange(1, words + 1)[:, None] / words, np.arange(units) / units
    weights = (1 - j) - k * (1 - 2 * j)
    return ops.sum(vectors * weights.astype("float32"), axis=-2)


# %% Sums over the units mistake="sentence_vectors" fails=["one sentence", "a batch of questions", "a batch of stories", "many sizes"] says="You summed over the units"
def sentence_vectors(vectors):
    words, units = vectors.shape[-2:]
    j, k = np.arange(1, words + 1)[:, None] / words, np.arange(1, units + 1) / units
    weights = (1 - j) - k * (1 - 2 * j)
    return ops.sum(vectors * weights.astype("float32"), axis=-1)


# %% Forgets the 2 in the second bracket mistake="sentence_vectors" fails=["one sentence", "a batch of questions", "a batch of stories", "many sizes"] says="In the second bracket stands 2j" subtle=true
def sentence_vectors(vectors):
    words, units = vectors.shape[-2:]
    j, k = np.arange(1, words + 1)[:, None] / words, np.arange(1, units + 1) / units
    weights = (1 - j) - k * (1 - j)
    return ops.sum(vectors * weights.astype("float32"), axis=-2)


# %% Averages mistake="sentence_vectors" fails=["one sentence", "a batch of questions", "a batch of stories", "many sizes"] says="The weighted words are summed"
def sentence_vectors(vectors):
    words, units = vectors.shape[-2:]
    j, k = np.arange(1, words + 1)[:, None] / words, np.arange(1, units + 1) / units
    weights = (1 - j) - k * (1 - 2 * j)
    return ops.mean(vectors * weights.astype("float32"), axis=-2)


# %% Takes axis 1 for the words mistake="sentence_vectors" fails=["one sentence", "a batch of stories", "many sizes"] says="You summed over the units" subtle=true
def sentence_vectors(vectors):
    words, units = vectors.shape[-2:]
    j, k = np.arange(1, words + 1)[:, None] / words, np.arange(1, units + 1) / units
    weights = (1 - j) - k * (1 - 2 * j)
    return ops.sum(vectors * weights.astype("float32"), axis=1)


# %% One product of matrices alternative="sentence_vectors"
def sentence_vectors(vectors):
    words, units = vectors.shape[-2:]
    j, k = np.arange(1, words + 1)[:, None], np.arange(1, units + 1)[None]
    weights = (1 - j / words) - (k / units) * (1 - 2 * j / words)
    return ops.einsum("...wu,wu->...u", vectors, ops.cast(weights, "float32"))


# %% Word after word alternative="sentence_vectors"
def sentence_vectors(vectors):
    words, units = vectors.shape[-2:]
    k = ops.arange(1, units + 1, dtype="float32") / units
    total = 0
    for j in range(1, words + 1):
        total = total + vectors[..., j - 1, :] * ((1 - j / words) - k * (1 - 2 * j / words))
    return total


# %% Softmax over the batch mistake="hop" fails=["one story", "a batch", "a match that leaves no doubt", "other sizes"] says="The weights of each story should sum to 1" subtle=true
def hop(state, keys, values):
    weights = ops.softmax(ops.einsum("bu,bsu->bs", state, keys), axis=0)
    return state + ops.einsum("bs,bsu->bu", weights, values), weights


# %% Forgets to add the state mistake="hop" fails=["one story", "a batch", "a match that leaves no doubt", "other sizes"] says="That is what was read alone"
def hop(state, keys, values):
    weights = ops.softmax(ops.einsum("bu,bsu->bs", state, keys))
    return ops.einsum("bs,bsu->bu", weights, values), weights


# %% Reads the keys mistake="hop" fails=["one story", "a batch", "a match that leaves no doubt", "other sizes"] says="You read the keys"
def hop(state, keys, values):
    weights = ops.softmax(ops.einsum("bu,bsu->bs", state, keys))
    return state + ops.einsum("bs,bsu->bu", weights, keys), weights


# %% Compares with the values mistake="hop" fails=["one story", "a batch", "a match that leaves no doubt", "other sizes"] says="Keys and values are mixed up" subtle=true
def hop(state, keys, values):
    weights = ops.softmax(ops.einsum("bu,bsu->bs", state, values))
    return state + ops.einsum("bs,bsu->bu", weights, keys), weights


# %% Scales like a transformer mistake="hop" fails=["one story", "a batch", "other sizes"] says="The matches were divided by the root of the units" subtle=true
def hop(state, keys, values):
    scores = ops.einsum("bu,bsu->bs", state, keys) / state.shape[-1] ** 0.5
    weights = ops.softmax(scores)
    return state + ops.einsum("bs,bsu->bu", weights, values), weights


# %% No softmax mistake="hop" fails=["one story", "a batch", "a match that leaves no doubt", "other sizes"] says="The softmax is missing"
def hop(state, keys, values):
    weights = ops.einsum("bu,bsu->bs", state, keys)
    return state + ops.einsum("bs,bsu->bu", weights, values), weights


# %% Weights first mistake="hop" fails=["one story", "a batch", "a match that leaves no doubt", "other sizes"] says="The order is turned around"
def hop(state, keys, values):
    weights = ops.softmax(ops.einsum("bu,bsu->bs", state, keys))
    return weights, state + ops.einsum("bs,bsu->bu", weights, values)


# %% By matmul alternative="hop"
def hop(state, keys, values):
    scores = ops.matmul(keys, state[:, :, None])[:, :, 0]
    weights = ops.softmax(scores, axis=1)
    return state + ops.matmul(weights[:, None, :], values)[:, 0], weights


# %% By sums and exp alternative="hop"
def hop(state, keys, values):
    scores = ops.sum(keys * state[:, None, :], axis=-1)
    powers = ops.exp(scores - ops.max(scores, axis=-1, keepdims=True))
    weights = powers / ops.sum(powers, axis=-1, keepdims=True)
    return state + ops.sum(weights[:, :, None] * values, axis=1), weights


# %% Starts every hop from the question mistake="read_in_hops" fails=["two hops", "three and four hops"] says="Every hop starts from the question again" subtle=true
def read_in_hops(question, memories):
    weights = []
    for keys, values in zip(memories, memories[1:]):
        state, looked_at = hop(question, keys, values)
        weights.append(looked_at)
    return state, weights


# %% Reads what it compares with mistake="read_in_hops" fails=["one hop", "two hops", "three and four hops"] says="Each hop compares with one memory and reads the next"
def read_in_hops(question, memories):
    state, weights = question, []
    for memory in memories[:-1]:
        state, looked_at = hop(state, memory, memory)
        weights.append(looked_at)
    return state, weights


# %% Pairs without sharing mistake="read_in_hops" fails=["two hops", "three and four hops"] says="Neighbours share" subtle=true
def read_in_hops(question, memories):
    state, weights = question, []
    for keys, values in zip(memories[::2], memories[1::2]):
        state, looked_at = hop(state, keys, values)
        weights.append(looked_at)
    return state, weights


# %% Only the last weights mistake="read_in_hops" fails=["one hop", "two hops", "three and four hops"] says="Return the weights of every hop in a list"
def read_in_hops(question, memories):
    state = question
    for keys, values in zip(memories, memories[1:]):
        state, looked_at = hop(state, keys, values)
    return state, looked_at


# %% The first two memories every time mistake="read_in_hops" fails=["two hops", "three and four hops"] says="Every hop uses the first two memories" subtle=true
def read_in_hops(question, memories):
    state, weights = question, []
    for _ in memories[1:]:
        state, looked_at = hop(state, memories[0], memories[1])
        weights.append(looked_at)
    return state, weights


# %% By index alternative="read_in_hops"
def read_in_hops(question, memories):
    all_weights = []
    for h in range(len(memories) - 1):
        question, weights = hop(question, memories[h], memories[h + 1])
        all_weights.append(weights)
    return question, all_weights


# %% By recursion, with the formulas written out alternative="read_in_hops"
def read_in_hops(question, memories):
    if len(memories) == 1:
        return question, []
    weights = ops.softmax(ops.sum(question[:, None] * memories[0], axis=-1))
    state = question + ops.sum(weights[:, :, None] * memories[1], axis=1)
    last, rest = read_in_hops(state, memories[1:])
    return last, [weights, *rest]


# %% Softmax in the last layer mistake="build_reader" fails=["logits by the formula", "other hops, stories of any length"] says="These are probabilities"
def build_reader(num_words, hops, units=64, stddev=0.3):
    story, question = keras.Input((None, 6), dtype="int32"), keras.Input((4,), dtype="int32")
    normal = lambda: keras.initializers.RandomNormal(stddev=stddev)
    tables = [
        keras.layers.Embedding(num_words, units, normal(), name=f"memory_{h}")
        for h in range(hops + 1)
    ]
    memories = [sentence_vectors(table(story)) for table in tables]
    state, _ = read_in_hops(sentence_vectors(tables[0](question)), memories)
    probs = keras.layers.Dense(num_words, activation="softmax")(state)
    return keras.Model([story, question], probs)


# %% A table of its own for the question mistake="build_reader" fails=["layers and parameters", "logits by the formula", "other hops, stories of any length"] says="There is one table too many" subtle=true
def build_reader(num_words, hops, units=64, stddev=0.3):
    story, question = keras.Input((None, 6), dtype="int32"), keras.Input((4,), dtype="int32")
    normal = lambda: keras.initializers.RandomNormal(stddev=stddev)
    tables = [
        keras.layers.Embedding(num_words, units, normal(), name=f"memory_{h}")
        for h in range(hops + 1)
    ]
    memories = [sentence_vectors(table(story)) for table in tables]
    asked = keras.layers.Embedding(num_words, units, normal())(question)
    state, _ = read_in_hops(sentence_vectors(asked), memories)
    return keras.Model([story, question], keras.layers.Dense(num_words)(state))


# %% Keras's small start mistake="build_reader" fails=["tables start as told"] says="The tables do not start with the standard deviation asked for" subtle=true
def build_reader(num_words, hops, units=64, stddev=0.3):
    story, question = keras.Input((None, 6), dtype="int32"), keras.Input((4,), dtype="int32")
    tables = [keras.layers.Embedding(num_words, units, name=f"memory_{h}") for h in range(hops + 1)]
    memories = [sentence_vectors(table(story)) for table in tables]
    state, _ = read_in_hops(sentence_vectors(tables[0](question)), memories)
    return keras.Model([story, question], keras.layers.Dense(num_words)(state))


# %% As many tables as hops mistake="build_reader" fails=["layers and parameters", "logits by the formula", "tables start as told", "other hops, stories of any length"] says="There is no layer of one of the names"
def build_reader(num_words, hops, units=64, stddev=0.3):
    story, question = keras.Input((None, 6), dtype="int32"), keras.Input((4,), dtype="int32")
    normal = lambda: keras.initializers.RandomNormal(stddev=stddev)
    tables = [
        keras.layers.Embedding(num_words, units, normal(), name=f"memory_{h}") for h in range(hops)
    ]
    memories = [sentence_vectors(table(story)) for table in tables]
    state = sentence_vectors(tables[0](question))
    for memory in memories:
        state, _ = hop(state, memory, memory)
    return keras.Model([story, question], keras.layers.Dense(num_words)(state))


# %% Stories of six sentences only mistake="build_reader" fails=["logits by the formula", "other hops, stories of any length"] says="any number of sentences" subtle=true
def build_reader(num_words, hops, units=64, stddev=0.3):
    story, question = keras.Input((6, 6), dtype="int32"), keras.Input((4,), dtype="int32")
    normal = lambda: keras.initializers.RandomNormal(stddev=stddev)
    tables = [
        keras.layers.Embedding(num_words, units, normal(), name=f"memory_{h}")
        for h in range(hops + 1)
    ]
    memories = [sentence_vectors(table(story)) for table in tables]
    state, _ = read_in_hops(sentence_vectors(tables[0](question)), memories)
    return keras.Model([story, question], keras.layers.Dense(num_words)(state))


# %% Bags of words mistake="build_reader" fails=["logits by the formula", "other hops, stories of any length"] says="Sentences and question are bags of words here"
def build_reader(num_words, hops, units=64, stddev=0.3):
    story, question = keras.Input((None, 6), dtype="int32"), keras.Input((4,), dtype="int32")
    normal = lambda: keras.initializers.RandomNormal(stddev=stddev)
    tables = [
        keras.layers.Embedding(num_words, units, normal(), name=f"memory_{h}")
        for h in range(hops + 1)
    ]
    memories = [ops.sum(table(story), axis=2) for table in tables]
    state, _ = read_in_hops(ops.sum(tables[0](question), axis=1), memories)
    return keras.Model([story, question], keras.layers.Dense(num_words)(state))


# %% With the formulas written out alternative="build_reader"
def build_reader(num_words, hops, units=64, stddev=0.3):
    story, question = keras.Input((None, 6), dtype="int32"), keras.Input((4,), dtype="int32")
    sentences, state = [], None
    for h in range(hops + 1):
        table = keras.layers.Embedding(
            num_words,
            units,
            embeddings_initializer=keras.initializers.RandomNormal(0.0, stddev),
            name=f"memory_{h}",
        )
        sentences.append(sentence_vectors(table(story)))
        if h == 0:
            state = sentence_vectors(table(question))
    for keys, values in zip(sentences, sentences[1:]):
        weights = ops.softmax(ops.sum(keys * state[:, None], axis=-1))
        state = state + ops.sum(values * weights[:, :, None], axis=1)
    logits = keras.layers.Dense(num_words, name="answer")(state)
    return keras.Model(inputs=[story, question], outputs=logits)


# %% Inputs of 64 bits with names alternative="build_reader"
def build_reader(num_words, hops, units=64, stddev=0.3):
    story = keras.Input((None, 6), dtype="int64", name="story")
    question = keras.Input((4,), dtype="int64", name="question")
    tables = []
    for h in range(hops + 1):
        start = keras.initializers.RandomNormal(mean=0.0, stddev=stddev, seed=h)
        tables.append(keras.layers.Embedding(num_words, units, start, name=f"memory_{h}"))
    memories = [sentence_vectors(table(story)) for table in tables]
    state, _ = read_in_hops(sentence_vectors(tables[0](question)), memories)
    return keras.Model([story, question], keras.layers.Dense(num_words)(state))


# %% The share of XORs mistake="one_hop_limit" fails=["where is the ball", "where is Mary now", "mixed questions", "every pattern"] says="That is the share of fours that are XOR"
def one_hop_limit(answers):
    answers = np.asarray(answers)
    a, b, c, d = (answers[:, g, s] for g in (0, 1) for s in (0, 1))
    return np.mean((a == d) & (b == c) & (a != b))


# %% Gives up an XOR entirely mistake="one_hop_limit" fails=["where is the ball", "mixed questions", "every pattern"] says="A four that is XOR is not lost"
def one_hop_limit(answers):
    answers = np.asarray(answers)
    a, b, c, d = (answers[:, g, s] for g in (0, 1) for s in (0, 1))
    return 1 - np.mean((a == d) & (b == c) & (a != b))


# %% Half of an XOR mistake="one_hop_limit" fails=["where is the ball", "mixed questions", "every pattern"] says="In a four that is XOR three of four can be right"
def one_hop_limit(answers):
    answers = np.asarray(answers)
    a, b, c, d = (answers[:, g, s] for g in (0, 1) for s in (0, 1))
    return 1 - np.mean((a == d) & (b == c) & (a != b)) / 2


# %% Forgets fours with one answer mistake="one_hop_limit" fails=["mixed questions", "every pattern"] says="Where all four answers are the same word" subtle=true
def one_hop_limit(answers):
    answers = np.asarray(answers)
    a, b, c, d = (answers[:, g, s] for g in (0, 1) for s in (0, 1))
    return 1 - np.mean((a == d) & (b == c)) / 4


# %% Looks at one diagonal mistake="one_hop_limit" fails=["every pattern"] says="Both diagonals must hold the same word twice" subtle=true
def one_hop_limit(answers):
    answers = np.asarray(answers)
    return (
        1
        - np.mean((answers[:, 0, 0] == answers[:, 1, 1]) & (answers[:, 0, 0] != answers[:, 0, 1]))
        / 4
    )


# %% Compares neighbours mistake="one_hop_limit" fails=["where is Mary now", "mixed questions", "every pattern"] says="neighbours differ is not enough" subtle=true
def one_hop_limit(answers):
    answers = np.asarray(answers)
    return (
        1
        - np.mean((answers[:, 0, 0] != answers[:, 0, 1]) & (answers[:, 1, 0] != answers[:, 1, 1]))
        / 4
    )


# %% Always three quarters mistake="one_hop_limit" fails=["where is Mary now", "mixed questions", "every pattern"] says="Always ¾?"
def one_hop_limit(answers):
    return 0.75


# %% Counts with a loop alternative="one_hop_limit"
def one_hop_limit(answers):
    right = 0
    for (a, b), (c, d) in answers:
        right += 3 if a == d and b == c and a != b else 4
    return right / (4 * len(answers))


# %% In keras.ops alternative="one_hop_limit"
def one_hop_limit(answers):
    turned = ops.flip(ops.convert_to_tensor(answers), axis=2)
    both = ops.flip(turned, axis=1)
    same = ops.all(ops.equal(answers, both), axis=(1, 2))
    differ = ops.not_equal(answers[:, 0, 0], answers[:, 0, 1])
    lost = ops.cast(ops.logical_and(same, differ), "float32")
    return 1 - ops.mean(lost) / 4


# %% Forgets to train mistake="train_reader" fails=["where is Mary now", "where is the ball"] says="not even places"
def train_reader(story, question, answer, num_words, hops, seed):
    keras.utils.set_random_seed(seed)
    model = build_reader(num_words, hops)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss)
    return model


# %% Trains on the notebook's own stories mistake="train_reader" fails=["where is Mary now", "where is the ball"] says="knows the old ones" subtle=true
def train_reader(story, question, answer, num_words, hops, seed):
    keras.utils.set_random_seed(seed)
    story, question, answer = [], [], []
    for facts in (1, 2):
        own = datasets.stories(2000, facts, seed=seed, quiet=True)
        story.append(own.story)
        question.append(own.question)
        answer.append(own.answer)
    model = build_reader(num_words, hops)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss)
    parts = [np.concatenate(part) for part in (story, question)]
    model.fit(parts, np.concatenate(answer), batch_size=64, epochs=7, verbose=0)
    return model


# %% One epoch mistake="train_reader" fails=["where is Mary now", "where is the ball"] says="Train longer"
def train_reader(story, question, answer, num_words, hops, seed):
    keras.utils.set_random_seed(seed)
    model = build_reader(num_words, hops)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss)
    model.fit([story, question], answer, batch_size=512, epochs=1, verbose=0)
    return model


# %% One hop, whatever was asked mistake="train_reader" fails=["where is the ball"] says="the second hop has not been learned" subtle=true
def train_reader(story, question, answer, num_words, hops, seed):
    keras.utils.set_random_seed(seed)
    model = build_reader(num_words, 1)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss)
    model.fit([story, question], answer, batch_size=64, epochs=7, verbose=0)
    return model


# %% Two hops, whatever was asked mistake="train_reader" fails=["the seed decides, the hops are those asked for"] says="With hops=1 the model has another number of parameters than `build_reader` with one hop and its default units" subtle=true
def train_reader(story, question, answer, num_words, hops, seed):
    keras.utils.set_random_seed(seed)
    model = build_reader(num_words, 2)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss)
    model.fit([story, question], answer, batch_size=64, epochs=7, verbose=0)
    return model


# %% Does not use the seed mistake="train_reader" fails=["the seed decides, the hops are those asked for"] says="The same seed gave another model the second time" subtle=true
def train_reader(story, question, answer, num_words, hops, seed):
    model = build_reader(num_words, hops)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss)
    model.fit([story, question], answer, batch_size=64, epochs=7, verbose=0)
    return model


# %% Returns the history mistake="train_reader" fails=["a logit for every word", "where is Mary now", "where is the ball", "the seed decides, the hops are those asked for"] says="`model.fit` returns a History"
def train_reader(story, question, answer, num_words, hops, seed):
    keras.utils.set_random_seed(seed)
    model = build_reader(num_words, hops)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss)
    return model.fit([story, question], answer, batch_size=64, epochs=7, verbose=0)


# %% One-hot answers, larger batches, more epochs alternative="train_reader"
def train_reader(story, question, answer, num_words, hops, seed):
    keras.utils.set_random_seed(seed)
    model = build_reader(num_words, hops)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss)
    model.optimizer.learning_rate = 0.01
    labels = keras.utils.to_categorical(answer, num_words)
    model.fit([story, question], labels, batch_size=100, epochs=12, verbose=0)
    return model


# %% Batch by batch with Nadam alternative="train_reader"
def train_reader(story, question, answer, num_words, hops, seed):
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    model = build_reader(num_words, hops)
    model.compile(
        keras.optimizers.Nadam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    for _ in range(8):
        order = rng.permutation(len(answer))
        for some in np.array_split(order, max(len(order) // 64, 1)):
            model.train_on_batch([story[some], question[some]], answer[some])
    return model


# %% Dot products mistake="content_weights" fails=["rows of all lengths", "an empty memory and empty rows", "a very sharp look", "other sizes"] says="That is the dot product"
def content_weights(memory, key, sharpness):
    scores = sharpness * (memory @ key)
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


# %% Forgets the key's length mistake="content_weights" fails=["rows of all lengths", "an empty memory and empty rows", "a very sharp look", "other sizes"] says="Divide by the length of the key as well" subtle=true
def content_weights(memory, key, sharpness):
    lengths = np.linalg.norm(memory, axis=1)
    scores = sharpness * (memory @ key) / np.where(lengths > 0, lengths, 1)
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


# %% An empty row gives NaN mistake="content_weights" fails=["an empty memory and empty rows"] says="an empty row has length 0" subtle=true
def content_weights(memory, key, sharpness):
    scores = sharpness * (memory @ key) / (np.linalg.norm(memory, axis=1) * np.linalg.norm(key))
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


# %% Overflows mistake="content_weights" fails=["a very sharp look"] says="exp of a large number overflows" subtle=true
def content_weights(memory, key, sharpness):
    lengths = np.linalg.norm(memory, axis=1) * np.linalg.norm(key)
    powers = np.exp(sharpness * (memory @ key) / np.where(lengths > 0, lengths, 1))
    return powers / powers.sum()


# %% Divides by the sharpness mistake="content_weights" fails=["rows of all lengths", "an empty memory and empty rows", "a very sharp look", "other sizes"] says="The sharpness multiplies the similarity"
def content_weights(memory, key, sharpness):
    lengths = np.linalg.norm(memory, axis=1) * np.linalg.norm(key)
    scores = (memory @ key) / np.where(lengths > 0, lengths, 1) / sharpness
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


# %% One length for the whole memory mistake="content_weights" fails=["rows of all lengths", "an empty memory and empty rows", "a very sharp look", "other sizes"] says="Every row has its own length"
def content_weights(memory, key, sharpness):
    length = np.linalg.norm(memory) * np.linalg.norm(key)
    scores = sharpness * (memory @ key) / (length if length > 0 else 1)
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


# %% Row by row alternative="content_weights"
def content_weights(memory, key, sharpness):
    scores = []
    for row in memory:
        length = np.sqrt(np.sum(row**2)) * np.sqrt(np.sum(key**2))
        scores.append(sharpness * np.sum(row * key) / length if length > 0 else 0.0)
    powers = [np.exp(score - max(scores)) for score in scores]
    return np.array(powers) / sum(powers)


# %% In keras.ops, with normalize alternative="content_weights"
def content_weights(memory, key, sharpness):
    unit_rows, unit_key = ops.normalize(memory, axis=1), ops.normalize(key[None], axis=1)
    return ops.softmax(sharpness * ops.matmul(unit_rows, unit_key[0]))


# %% The wrong way mistake="shifted_weights" fails=["from one row", "around the ring", "weights everywhere", "other sizes"] says="It moves the wrong way"
def shifted_weights(weights, shift):
    back, stay, on = shift
    return back * np.roll(weights, 1) + stay * weights + on * np.roll(weights, -1)


# %% Falls off the end mistake="shifted_weights" fails=["around the ring", "weights everywhere", "other sizes"] says="Weight falls off the end" subtle=true
def shifted_weights(weights, shift):
    return np.convolve(weights, shift, "same")


# %% Only the likeliest mistake="shifted_weights" fails=["from one row", "around the ring", "weights everywhere", "other sizes"] says="The likeliest shift alone was taken"
def shifted_weights(weights, shift):
    return np.roll(weights, np.argmax(shift) - 1)


# %% Stay comes first mistake="shifted_weights" fails=["from one row", "around the ring", "weights everywhere", "other sizes"] says="The order of the probabilities is" subtle=true
def shifted_weights(weights, shift):
    stay, back, on = shift
    return back * np.roll(weights, -1) + stay * weights + on * np.roll(weights, 1)


# %% In place mistake="shifted_weights" fails=["other sizes"] says="Your function changed its argument `weights` itself" subtle=true
def shifted_weights(weights, shift):
    back, on = np.roll(weights, -1), np.roll(weights, 1)
    weights *= shift[1]
    weights += shift[0] * back + shift[2] * on
    return weights


# %% The double sum alternative="shifted_weights"
def shifted_weights(weights, shift):
    rows = len(weights)
    out = np.zeros(rows)
    for i in range(rows):
        for k in (-1, 0, 1):
            out[i] += weights[(i - k) % rows] * shift[k + 1]
    return out


# %% A circulant matrix in keras.ops alternative="shifted_weights"
def shifted_weights(weights, shift):
    eye = np.eye(len(weights))
    ring = sum(s * np.roll(eye, k, axis=0) for k, s in zip((-1, 0, 1), shift))
    return ops.matmul(ops.cast(ring, "float32"), ops.cast(weights, "float32"))


# %% The gate the wrong way round mistake="address" fails=["all four steps", "walk: the gate is shut", "jump: the gate is open", "very sharp", "other sizes"] says="The gate is the wrong way round"
def address(memory, before, key, sharpness, gate, shift, gamma):
    mixed = (1 - gate) * content_weights(memory, key, sharpness) + gate * before
    moved = shifted_weights(mixed, shift)
    powers = (moved / moved.max()) ** gamma
    return powers / powers.sum()


# %% Sharpens before the shift mistake="address" fails=["all four steps", "walk: the gate is shut", "very sharp", "other sizes"] says="The sharpening comes last" subtle=true
def address(memory, before, key, sharpness, gate, shift, gamma):
    mixed = gate * content_weights(memory, key, sharpness) + (1 - gate) * before
    powers = (mixed / mixed.max()) ** gamma
    return shifted_weights(powers / powers.sum(), shift)


# %% A power that vanishes mistake="address" fails=["very sharp"] says="a large γ makes every power 0" subtle=true
def address(memory, before, key, sharpness, gate, shift, gamma):
    mixed = gate * content_weights(memory, key, sharpness) + (1 - gate) * before
    powers = shifted_weights(mixed, shift) ** gamma
    return powers / powers.sum()


# %% Does not divide by the sum mistake="address" fails=["all four steps", "walk: the gate is shut", "very sharp", "other sizes"] says="After the power the weights no longer sum to 1"
def address(memory, before, key, sharpness, gate, shift, gamma):
    mixed = gate * content_weights(memory, key, sharpness) + (1 - gate) * before
    return shifted_weights(mixed, shift) ** gamma


# %% Shifts the content only mistake="address" fails=["all four steps", "walk: the gate is shut", "other sizes"] says="The shift comes after the gate" subtle=true
def address(memory, before, key, sharpness, gate, shift, gamma):
    content = shifted_weights(content_weights(memory, key, sharpness), shift)
    mixed = gate * content + (1 - gate) * before
    powers = (mixed / mixed.max()) ** gamma
    return powers / powers.sum()


# %% No sharpening mistake="address" fails=["all four steps", "walk: the gate is shut", "very sharp", "other sizes"] says="The sharpening is missing"
def address(memory, before, key, sharpness, gate, shift, gamma):
    mixed = gate * content_weights(memory, key, sharpness) + (1 - gate) * before
    return shifted_weights(mixed, shift)


# %% In logarithms alternative="address"
def address(memory, before, key, sharpness, gate, shift, gamma):
    moved = shifted_weights(
        gate * content_weights(memory, key, sharpness) + (1 - gate) * before, shift
    )
    with np.errstate(divide="ignore"):
        scores = gamma * np.log(moved)
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


# %% In keras.ops, the shift by hand alternative="address"
def address(memory, before, key, sharpness, gate, shift, gamma):
    unit_rows, unit_key = ops.normalize(memory, axis=1), ops.normalize(key[None], axis=1)
    content = ops.softmax(sharpness * ops.matmul(unit_rows, unit_key[0]))
    mixed = ops.cast(gate * content, "float32") + ops.cast((1 - gate) * before, "float32")
    moved = sum(float(s) * ops.roll(mixed, k) for k, s in zip((-1, 0, 1), shift))
    powers = (moved / ops.max(moved)) ** gamma
    return powers / ops.sum(powers)


# %% Adds without erasing mistake="written_memory" fails=["some of everything", "replace one row", "other sizes"] says="Nothing was erased"
def written_memory(memory, weights, erase, add):
    return memory + np.outer(weights, add)


# %% Erases whole units mistake="written_memory" fails=["some of everything", "replace one row", "other sizes"] says="Erasing is weighted as well" subtle=true
def written_memory(memory, weights, erase, add):
    return memory * (1 - erase) + np.outer(weights, add)


# %% Erases what was added mistake="written_memory" fails=["some of everything", "replace one row", "other sizes"] says="Erase first, then add" subtle=true
def written_memory(memory, weights, erase, add):
    return (memory + np.outer(weights, add)) * (1 - np.outer(weights, erase))


# %% Subtracts mistake="written_memory" fails=["some of everything", "replace one row", "other sizes"] says="Erasing multiplies"
def written_memory(memory, weights, erase, add):
    return memory - np.outer(weights, erase) + np.outer(weights, add)


# %% In place mistake="written_memory" fails=["leaves its argument alone"] says="Your function changed its argument `memory` itself" subtle=true
def written_memory(memory, weights, erase, add):
    memory *= 1 - np.outer(weights, erase)
    memory += np.outer(weights, add)
    return memory


# %% Keeps what should go mistake="written_memory" fails=["some of everything", "replace one row", "other sizes"] says="Multiply by 1 − w e"
def written_memory(memory, weights, erase, add):
    return memory * np.outer(weights, erase) + np.outer(weights, add)


# %% Row by row alternative="written_memory"
def written_memory(memory, weights, erase, add):
    rows = [row * (1 - w * erase) + w * add for row, w in zip(memory, weights)]
    return np.array(rows, dtype="float32")


# %% In keras.ops alternative="written_memory"
def written_memory(memory, weights, erase, add):
    memory, weights, erase, add = (ops.cast(a, "float32") for a in (memory, weights, erase, add))
    return memory * (1 - ops.outer(weights, erase)) + ops.outer(weights, add)


# %% Reads the mark first mistake="copy_by_heads" fails=["what was written is read", "an unsure shift", "an unsure shift, sharpened", "other lengths"] says="The first read returns the mark" subtle=true
def copy_by_heads(items, mark, rows, shift=(0.0, 0.0, 1.0), gamma=1.0):
    memory, weights, path, copies = np.zeros((rows, len(mark))), np.eye(rows)[0], [], []
    ones = np.ones(len(mark))
    for number, vector in enumerate([mark, *items]):
        if number:
            weights = address(memory, weights, mark, 50, 0, shift, gamma)
        memory = written_memory(memory, weights, ones, vector)
        path.append(weights)
    weights = address(memory, weights, mark, 50, 1, (0, 1, 0), gamma)
    for _ in items:
        copies.append(weights @ memory)
        path.append(weights)
        weights = address(memory, weights, mark, 50, 0, shift, gamma)
    return np.array(copies), np.array(path)


# %% Does not go back mistake="copy_by_heads" fails=["what was written is read", "an unsure shift", "an unsure shift, sharpened", "other lengths"] says="The head does not go back"
def copy_by_heads(items, mark, rows, shift=(0.0, 0.0, 1.0), gamma=1.0):
    memory, weights, path, copies = np.zeros((rows, len(mark))), np.eye(rows)[0], [], []
    ones = np.ones(len(mark))
    for number, vector in enumerate([mark, *items]):
        if number:
            weights = address(memory, weights, mark, 50, 0, shift, gamma)
        memory = written_memory(memory, weights, ones, vector)
        path.append(weights)
    for _ in items:
        weights = address(memory, weights, mark, 50, 0, shift, gamma)
        copies.append(weights @ memory)
        path.append(weights)
    return np.array(copies), np.array(path)


# %% Looks for the mark at every read mistake="copy_by_heads" fails=["what was written is read", "an unsure shift", "an unsure shift, sharpened", "other lengths"] says="Every read returns the same" subtle=true
def copy_by_heads(items, mark, rows, shift=(0.0, 0.0, 1.0), gamma=1.0):
    memory, weights, path, copies = np.zeros((rows, len(mark))), np.eye(rows)[0], [], []
    ones = np.ones(len(mark))
    for number, vector in enumerate([mark, *items]):
        if number:
            weights = address(memory, weights, mark, 50, 0, shift, gamma)
        memory = written_memory(memory, weights, ones, vector)
        path.append(weights)
    for _ in items:
        weights = address(memory, weights, mark, 50, 1, shift, gamma)
        copies.append(weights @ memory)
        path.append(weights)
    return np.array(copies), np.array(path)


# %% Forgets shift and gamma mistake="copy_by_heads" fails=["an unsure shift", "an unsure shift, sharpened", "other lengths"] says="`shift` and `gamma` are not used" subtle=true
def copy_by_heads(items, mark, rows, shift=(0.0, 0.0, 1.0), gamma=1.0):
    memory, weights, path, copies = np.zeros((rows, len(mark))), np.eye(rows)[0], [], []
    ones = np.ones(len(mark))
    for number, vector in enumerate([mark, *items]):
        if number:
            weights = address(memory, weights, mark, 50, 0, (0, 0, 1), 1)
        memory = written_memory(memory, weights, ones, vector)
        path.append(weights)
    for number in range(len(items)):
        weights = address(memory, weights, mark, 50, float(number == 0), (0, 0, 1), 1)
        copies.append(weights @ memory)
        path.append(weights)
    return np.array(copies), np.array(path)


# %% Never erases mistake="copy_by_heads" fails=["an unsure shift", "an unsure shift, sharpened"] says="Rows are not erased before they are written" subtle=true
def copy_by_heads(items, mark, rows, shift=(0.0, 0.0, 1.0), gamma=1.0):
    memory, weights, path, copies = np.zeros((rows, len(mark))), np.eye(rows)[0], [], []
    for number, vector in enumerate([mark, *items]):
        if number:
            weights = address(memory, weights, mark, 50, 0, shift, gamma)
        memory = written_memory(memory, weights, np.zeros(len(mark)), vector)
        path.append(weights)
    for number in range(len(items)):
        weights = address(memory, weights, mark, 50, float(number == 0), shift, gamma)
        copies.append(weights @ memory)
        path.append(weights)
    return np.array(copies), np.array(path)


# %% Gives the items back mistake="copy_by_heads" fails=["an unsure shift", "an unsure shift, sharpened", "other lengths"] says="The copies are perfect although the head is blurred"
def copy_by_heads(items, mark, rows, shift=(0.0, 0.0, 1.0), gamma=1.0):
    memory, weights, path = np.zeros((rows, len(mark))), np.eye(rows)[0], []
    ones = np.ones(len(mark))
    for number, vector in enumerate([mark, *items]):
        if number:
            weights = address(memory, weights, mark, 50, 0, shift, gamma)
        memory = written_memory(memory, weights, ones, vector)
        path.append(weights)
    for number in range(len(items)):
        weights = address(memory, weights, mark, 50, float(number == 0), shift, gamma)
        path.append(weights)
    return np.array(items), np.array(path)


# %% Leaves the mark's write out of the path mistake="copy_by_heads" fails=["what was written is read", "an unsure shift", "an unsure shift, sharpened", "other lengths"] says="The path holds steps + 1 writes (the mark is one) and then the reads"
def copy_by_heads(items, mark, rows, shift=(0.0, 0.0, 1.0), gamma=1.0):
    memory, weights, path, copies = np.zeros((rows, len(mark))), np.eye(rows)[0], [], []
    ones = np.ones(len(mark))
    memory = written_memory(memory, weights, ones, mark)
    for item in items:
        weights = address(memory, weights, mark, 50, 0, shift, gamma)
        memory = written_memory(memory, weights, ones, item)
        path.append(weights)
    for number in range(len(items)):
        weights = address(memory, weights, mark, 50, float(number == 0), shift, gamma)
        copies.append(weights @ memory)
        path.append(weights)
    return np.array(copies), np.array(path)


# %% Arrays filled in place alternative="copy_by_heads"
def copy_by_heads(items, mark, rows, shift=(0.0, 0.0, 1.0), gamma=1.0):
    steps, units = np.shape(items)
    memory, copies = np.zeros((rows, units)), np.zeros((steps, units))
    path = np.zeros((2 * steps + 1, rows))
    path[0, 0] = 1
    memory[0] = mark
    for t in range(1, 2 * steps + 1):
        gate = 1.0 if t == steps + 1 else 0.0
        path[t] = address(memory, path[t - 1], mark, 50, gate, shift, gamma)
        if t <= steps:
            memory = memory * (1 - path[t][:, None]) + path[t][:, None] * items[t - 1]
        else:
            copies[t - steps - 1] = path[t] @ memory
    return copies, path


# %% In float32 with keras.ops alternative="copy_by_heads"
def copy_by_heads(items, mark, rows, shift=(0.0, 0.0, 1.0), gamma=1.0):
    memory, weights = np.zeros((rows, len(mark)), "float32"), np.eye(rows, dtype="float32")[0]
    path, copies = [weights], []
    ones = np.ones(len(mark), "float32")
    memory = np.asarray(written_memory(memory, weights, ones, mark), "float32")
    for item in items:
        weights = np.asarray(address(memory, weights, mark, 50, 0.0, shift, gamma), "float32")
        memory = np.asarray(written_memory(memory, weights, ones, item), "float32")
        path.append(weights)
    gate = 1.0
    while len(copies) < len(items):
        weights = np.asarray(address(memory, weights, mark, 50, gate, shift, gamma), "float32")
        copies.append(ops.matmul(weights, memory))
        path.append(weights)
        gate = 0.0
    return ops.stack(copies), ops.stack(path)
