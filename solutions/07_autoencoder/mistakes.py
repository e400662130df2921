# %% [markdown]
# Wrong answers that people give, and other right ones. Each cell replaces the exercise of that
# name; tests/test_checks.py asks the check about it. `fails` lists the cases that must reject it,
# `says` is a piece of the words that must be shown.


# %% Does not centre mistake="pca" fails=["a cloud far from 0", "fewer images than features", "other sizes, and float32"] says="These are directions seen from 0" subtle=true
def pca(x, units):
    _, _, directions = np.linalg.svd(x, full_matrices=False)
    return np.mean(x, axis=0), directions[:units]


# %% Components as columns mistake="pca" fails=["three points on a diagonal", "a cloud far from 0", "fewer images than features", "other sizes, and float32"] says="Components are rows here"
def pca(x, units):
    mean = np.mean(x, axis=0)
    _, _, directions = np.linalg.svd(x - mean, full_matrices=False)
    return mean, directions[:units].T


# %% Columns of what svd returns mistake="pca" fails=["three points on a diagonal", "a cloud far from 0", "fewer images than features", "other sizes, and float32"] says="Components are rows here"
def pca(x, units):
    mean = np.mean(x, axis=0)
    _, _, directions = np.linalg.svd(x - mean, full_matrices=False)
    return mean, directions[:, :units]


# %% The smallest eigenvalues first mistake="pca" fails=["three points on a diagonal", "a cloud far from 0", "fewer images than features", "other sizes, and float32"] says="These are the directions of the smallest variance" subtle=true
def pca(x, units):
    mean = np.mean(x, axis=0)
    _, vectors = np.linalg.eigh(np.cov(x.T))
    return mean, vectors.T[:units]


# %% Eigenvectors read by rows mistake="pca" fails=["a cloud far from 0", "fewer images than features", "other sizes, and float32"] says="The eigenvectors that np.linalg.eigh returns are columns" subtle=true
def pca(x, units):
    mean = np.mean(x, axis=0)
    _, vectors = np.linalg.eigh(np.cov(x.T))
    return mean, vectors[::-1][:units]


# %% Scaled by the singular values mistake="pca" fails=["three points on a diagonal", "a cloud far from 0", "fewer images than features", "other sizes, and float32"] says="The directions are right"
def pca(x, units):
    mean = np.mean(x, axis=0)
    _, sizes, directions = np.linalg.svd(x - mean, full_matrices=False)
    return mean, (sizes[:, None] * directions)[:units]


# %% Standardized mistake="pca" fails=["a cloud far from 0", "fewer images than features", "other sizes, and float32"] says="You divided each feature by its standard deviation" subtle=true
def pca(x, units):
    mean, deviation = np.mean(x, axis=0), np.std(x, axis=0)
    _, _, directions = np.linalg.svd((x - mean) / deviation, full_matrices=False)
    return mean, directions[:units]


# %% The mean of each image mistake="pca" fails=["three points on a diagonal", "a cloud far from 0", "fewer images than features", "other sizes, and float32"] says="That is a mean per image"
def pca(x, units):
    mean = np.mean(x, axis=1)
    _, _, directions = np.linalg.svd(x - mean[:, None], full_matrices=False)
    return mean, directions[:units]


# %% The left singular vectors mistake="pca" fails=["three points on a diagonal", "a cloud far from 0", "fewer images than features", "other sizes, and float32"] says="These belong to the images"
def pca(x, units):
    mean = np.mean(x, axis=0)
    left, _, _ = np.linalg.svd(x - mean, full_matrices=False)
    return mean, left[:, :units]


# %% Eigenvectors of the covariance alternative="pca"
def pca(x, units):
    mean = np.mean(np.asarray(x, float), axis=0)
    _, vectors = np.linalg.eigh((x - mean).T @ (x - mean))
    return mean, vectors.T[::-1][:units]


# %% Full matrices, signs turned, a list alternative="pca"
def pca(x, units):
    mean = sum(np.asarray(x)) / len(x)
    return [mean, -np.linalg.svd(x - mean)[2][:units]]


# %% Forgets the mean when encoding mistake="pca_reconstruct" fails=["images other than those of the mean", "other sizes"] says="Take the mean away before you multiply by the components" subtle=true
def pca_reconstruct(x, mean, components):
    codes = x @ components.T
    images = codes @ components
    return codes, images, np.mean((x - images) ** 2)


# %% Forgets the mean when decoding mistake="pca_reconstruct" fails=["images other than those of the mean", "as many components as features", "other sizes"] says="Add the mean again when you decode"
def pca_reconstruct(x, mean, components):
    codes = (x - mean) @ components.T
    images = codes @ components
    return codes, images, np.mean((x - mean - images) ** 2)


# %% The mean of the new images mistake="pca_reconstruct" fails=["one point by hand", "images other than those of the mean", "other sizes"] says="You took the mean of these images" subtle=true
def pca_reconstruct(x, mean, components):
    mean = np.mean(x, axis=0)
    codes = (x - mean) @ components.T
    images = mean + codes @ components
    return codes, images, np.mean((x - images) ** 2)


# %% Sums the squares over the features mistake="pca_reconstruct" fails=["one point by hand", "images other than those of the mean", "other sizes"] says="This is the sum of the squares" subtle=true
def pca_reconstruct(x, mean, components):
    codes = (x - mean) @ components.T
    images = mean + codes @ components
    return codes, images, np.mean(np.sum((x - images) ** 2, axis=1))


# %% The root mistake="pca_reconstruct" fails=["one point by hand", "images other than those of the mean", "other sizes"] says="That is the root of it"
def pca_reconstruct(x, mean, components):
    codes = (x - mean) @ components.T
    images = mean + codes @ components
    return codes, images, np.sqrt(np.mean((x - images) ** 2))


# %% An error per image mistake="pca_reconstruct" fails=["one point by hand", "images other than those of the mean", "other sizes"] says="One number for all images"
def pca_reconstruct(x, mean, components):
    codes = (x - mean) @ components.T
    images = mean + codes @ components
    return codes, images, np.mean((x - images) ** 2, axis=1)


# %% Absolute differences mistake="pca_reconstruct" fails=["one point by hand", "images other than those of the mean", "other sizes"] says="These are absolute differences" subtle=true
def pca_reconstruct(x, mean, components):
    codes = (x - mean) @ components.T
    images = mean + codes @ components
    return codes, images, np.mean(np.abs(x - images))


# %% With keras.ops alternative="pca_reconstruct"
def pca_reconstruct(x, mean, components):
    x, mean, components = (ops.cast(part, "float32") for part in (x, mean, components))
    codes = ops.matmul(x - mean, ops.transpose(components))
    images = mean + ops.matmul(codes, components)
    return codes, images, ops.mean(ops.square(x - images))


# %% Image by image alternative="pca_reconstruct"
def pca_reconstruct(x, mean, components):
    codes = np.array([[np.dot(image - mean, row) for row in components] for image in x])
    images = np.array([mean + sum(c * row for c, row in zip(code, components)) for code in codes])
    return codes, images, float(np.sum((x - images) ** 2) / np.size(x))


# %% Two kernels mistake="tied_autoencoder" fails=["one kernel, two biases", "the formula with other weights", "both places move the kernel", "other sizes"] says="There are two kernels"
def tied_autoencoder(features, units):
    layers = [keras.layers.Dense(units, activation="tanh"), keras.layers.Dense(features)]
    return keras.Sequential([keras.Input((features,)), *layers])


# %% A copy of the first numbers mistake="tied_autoencoder" fails=["the formula with other weights", "both places move the kernel", "other sizes"] says="After its weights were changed the model gives something else than the formula" subtle=true
def tied_autoencoder(features, units):
    class Transposed(keras.layers.Layer):
        def build(self, shape):
            self.bias = self.add_weight(shape=(features,), initializer="zeros")

        def call(self, codes):
            return ops.matmul(codes, numbers.T) + self.bias

    x, dense = keras.Input((features,)), keras.layers.Dense(units, activation="tanh")
    codes = dense(x)
    numbers = ops.convert_to_numpy(dense.kernel).copy()
    return keras.Model(x, Transposed()(codes))


# %% Stops the decoder's gradient mistake="tied_autoencoder" fails=["both places move the kernel"] says="Only the encoder's part of the gradient arrives" subtle=true
def tied_autoencoder(features, units):
    class Transposed(keras.layers.Layer):
        def __init__(self, dense):
            super().__init__()
            self.dense = dense

        def build(self, shape):
            self.bias = self.add_weight(shape=(features,), initializer="zeros")

        def call(self, codes):
            kernel = ops.stop_gradient(ops.transpose(self.dense.kernel))
            return ops.matmul(codes, kernel) + self.bias

    x, dense = keras.Input((features,)), keras.layers.Dense(units, activation="tanh")
    return keras.Model(x, Transposed(dense)(dense(x)))


# %% No bias in the decoder mistake="tied_autoencoder" fails=["one kernel, two biases", "the formula with other weights", "both places move the kernel", "other sizes"] says="The weights should be one kernel"
def tied_autoencoder(features, units):
    class Transposed(keras.layers.Layer):
        def __init__(self, dense):
            super().__init__()
            self.dense = dense

        def call(self, codes):
            return ops.matmul(codes, ops.transpose(self.dense.kernel))

    x, dense = keras.Input((features,)), keras.layers.Dense(units, activation="tanh")
    return keras.Model(x, Transposed(dense)(dense(x)))


# %% No tanh mistake="tied_autoencoder" fails=["the formula with other weights", "both places move the kernel", "other sizes"] says="The tanh of the encoder is missing"
def tied_autoencoder(features, units):
    class Transposed(keras.layers.Layer):
        def __init__(self, dense):
            super().__init__()
            self.dense = dense

        def build(self, shape):
            self.bias = self.add_weight(shape=(features,), initializer="zeros")

        def call(self, codes):
            return ops.matmul(codes, ops.transpose(self.dense.kernel)) + self.bias

    x, dense = keras.Input((features,)), keras.layers.Dense(units)
    return keras.Model(x, Transposed(dense)(dense(x)))


# %% A tanh at the end as well mistake="tied_autoencoder" fails=["the formula with other weights", "both places move the kernel", "other sizes"] says="There is a tanh at the end" subtle=true
def tied_autoencoder(features, units):
    class Transposed(keras.layers.Layer):
        def __init__(self, dense):
            super().__init__()
            self.dense = dense

        def build(self, shape):
            self.bias = self.add_weight(shape=(features,), initializer="zeros")

        def call(self, codes):
            return ops.tanh(ops.matmul(codes, ops.transpose(self.dense.kernel)) + self.bias)

    x, dense = keras.Input((features,)), keras.layers.Dense(units, activation="tanh")
    return keras.Model(x, Transposed(dense)(dense(x)))


# %% Not transposed mistake="tied_autoencoder" fails=["one kernel, two biases", "the formula with other weights", "both places move the kernel", "other sizes"] says="Your code raised ValueError"
def tied_autoencoder(features, units):
    class Transposed(keras.layers.Layer):
        def __init__(self, dense):
            super().__init__()
            self.dense = dense

        def build(self, shape):
            self.bias = self.add_weight(shape=(features,), initializer="zeros")

        def call(self, codes):
            return ops.matmul(codes, self.dense.kernel) + self.bias

    x, dense = keras.Input((features,)), keras.layers.Dense(units, activation="tanh")
    return keras.Model(x, Transposed(dense)(dense(x)))


# %% One layer that holds everything alternative="tied_autoencoder"
def tied_autoencoder(features, units):
    class Tied(keras.layers.Layer):
        def build(self, shape):
            self.kernel = self.add_weight(shape=(features, units), initializer="glorot_uniform")
            self.bias = self.add_weight(shape=(units,), initializer="zeros")
            self.last = self.add_weight(shape=(features,), initializer="zeros")

        def call(self, x):
            codes = ops.tanh(ops.matmul(x, self.kernel) + self.bias)
            return ops.einsum("bu,fu->bf", codes, self.kernel) + self.last

    return keras.Sequential([keras.Input((features,)), Tied()])


# %% A model of its own alternative="tied_autoencoder"
def tied_autoencoder(features, units):
    class Tied(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = keras.layers.Dense(units)
            self.last = self.add_weight(shape=(features,), initializer="zeros")

        def call(self, x):
            codes = ops.tanh(self.dense(x))
            return ops.matmul(codes, ops.transpose(self.dense.kernel)) + self.last

    model = Tied()
    model(np.zeros((1, features), "float32"))
    return model


# %% Keeps what it should remove mistake="corrupt" fails=["the share is right", "all or nothing, float32"] says="You kept the share that should be removed"
def corrupt(x, share, seed):
    return x * (np.random.default_rng(seed).random(np.shape(x)) < share)


# %% The same holes in every image mistake="corrupt" fails=["the share is right", "every number has its own throw"] says="All images have the same holes" subtle=true
def corrupt(x, share, seed):
    return x * (np.random.default_rng(seed).random(np.shape(x)[1]) >= share)


# %% Whole images mistake="corrupt" fails=["the share is right", "every number has its own throw"] says="Whole images are gone"
def corrupt(x, share, seed):
    return x * (np.random.default_rng(seed).random((len(x), 1)) >= share)


# %% Divides the rest, as dropout does mistake="corrupt" fails=["zeros, and the rest as it is", "the share is right", "every number has its own throw", "all or nothing, float32"] says="What is left should stay as it is" subtle=true
def corrupt(x, share, seed):
    keep = np.random.default_rng(seed).random(np.shape(x)) >= share
    return x * keep / (1 - share)


# %% Noise is added mistake="corrupt" fails=["zeros, and the rest as it is", "the share is right", "every number has its own throw", "all or nothing, float32"] says="Nothing was set to 0"
def corrupt(x, share, seed):
    return x + share * np.random.default_rng(seed).normal(size=np.shape(x))


# %% In place mistake="corrupt" fails=["the seed decides, the argument stays"] says="Your function changed its argument `x` itself" subtle=true
def corrupt(x, share, seed):
    x[np.random.default_rng(seed).random(np.shape(x)) < share] = 0
    return x


# %% Always the same seed mistake="corrupt" fails=["the seed decides, the argument stays"] says="Another seed gave the same holes" subtle=true
def corrupt(x, share, seed):
    return x * (np.random.default_rng(0).random(np.shape(x)) >= share)


# %% No seed mistake="corrupt" fails=["the seed decides, the argument stays"] says="The same seed gave other holes the second time"
def corrupt(x, share, seed):
    return x * (np.random.default_rng().random(np.shape(x)) >= share)


# %% With np.where alternative="corrupt"
def corrupt(x, share, seed):
    throws = np.random.default_rng(seed).uniform(size=np.shape(x))
    return np.where(throws < share, 0.0, x)


# %% Image by image, another generator alternative="corrupt"
def corrupt(x, share, seed):
    rng = np.random.RandomState(seed)
    return np.stack([image * (rng.rand(len(image)) >= share) for image in x])


# %% The targets are damaged too mistake="denoising_pairs" fails=["moved images", "damage that adds its seed", "one copy", "other sizes"] says="The targets are damaged"
def denoising_pairs(x, damage, copies, seed):
    inputs = np.concatenate([damage(x, seed + copy) for copy in range(copies)])
    return inputs, inputs


# %% Input and target exchanged mistake="denoising_pairs" fails=["moved images", "damage that adds its seed", "one copy", "other sizes"] says="The inputs are clean"
def denoising_pairs(x, damage, copies, seed):
    inputs = np.concatenate([damage(x, seed + copy) for copy in range(copies)])
    return np.tile(x, (copies, 1)), inputs


# %% Every copy with the same seed mistake="denoising_pairs" fails=["moved images", "damage that adds its seed", "other sizes"] says="All copies are damaged alike" subtle=true
def denoising_pairs(x, damage, copies, seed):
    inputs = np.concatenate([damage(x, seed) for copy in range(copies)])
    return inputs, np.tile(x, (copies, 1))


# %% Targets image by image mistake="denoising_pairs" fails=["moved images", "damage that adds its seed", "other sizes"] says="The targets are in another order than the inputs" subtle=true
def denoising_pairs(x, damage, copies, seed):
    inputs = np.concatenate([damage(x, seed + copy) for copy in range(copies)])
    return inputs, np.repeat(x, copies, axis=0)


# %% Copies side by side mistake="denoising_pairs" fails=["moved images", "damage that adds its seed", "other sizes"] says="The copies stand side by side"
def denoising_pairs(x, damage, copies, seed):
    inputs = np.concatenate([damage(x, seed + copy) for copy in range(copies)])
    return inputs, np.tile(x, copies)


# %% Damage upon damage mistake="denoising_pairs" fails=["moved images", "damage that adds its seed", "other sizes"] says="The inputs are damaged in another way" subtle=true
def denoising_pairs(x, damage, copies, seed):
    inputs, now = [], x
    for copy in range(copies):
        now = damage(now, seed + copy)
        inputs.append(now)
    return np.concatenate(inputs), np.tile(x, (copies, 1))


# %% Seeds from 1 mistake="denoising_pairs" fails=["moved images", "damage that adds its seed", "one copy", "other sizes"] says="The inputs are damaged in another way" subtle=true
def denoising_pairs(x, damage, copies, seed):
    inputs = np.concatenate([damage(x, seed + copy) for copy in range(1, copies + 1)])
    return inputs, np.tile(x, (copies, 1))


# %% One copy mistake="denoising_pairs" fails=["moved images", "damage that adds its seed", "other sizes"] says="Only one copy came back"
def denoising_pairs(x, damage, copies, seed):
    return damage(x, seed), x


# %% Stacked and reshaped alternative="denoising_pairs"
def denoising_pairs(x, damage, copies, seed):
    inputs = np.stack([damage(x, s) for s in range(seed, seed + copies)])
    return inputs.reshape(-1, x.shape[1]), np.concatenate([x] * copies)


# %% Filled row by row alternative="denoising_pairs"
def denoising_pairs(x, damage, copies, seed):
    n = len(x)
    inputs, targets = np.zeros((2, copies * n, x.shape[1]))
    for copy in range(copies):
        inputs[copy * n : (copy + 1) * n] = damage(x, seed + copy)
        targets[copy * n : (copy + 1) * n] = x
    return inputs, targets


# %% The smallest distance mistake="precision_at_k" fails=["one query by hand", "many queries", "codes of any length", "other sizes, and k as large as the archive"] says="You took the smallest distances" subtle=true
def precision_at_k(queries, query_labels, archive, archive_labels, k):
    squares = np.sum((queries[:, None] - archive[None]) ** 2, axis=2)
    nearest = np.argsort(squares, axis=1)[:, :k]
    return np.mean(archive_labels[nearest] == query_labels[:, None])


# %% Dot products mistake="precision_at_k" fails=["many queries", "codes of any length", "other sizes, and k as large as the archive"] says="These are the largest dot products" subtle=true
def precision_at_k(queries, query_labels, archive, archive_labels, k):
    nearest = np.argsort(-queries @ archive.T, axis=1)[:, :k]
    return np.mean(archive_labels[nearest] == query_labels[:, None])


# %% The least similar mistake="precision_at_k" fails=["many queries", "codes of any length", "other sizes, and k as large as the archive"] says="You took the least similar ones"
def precision_at_k(queries, query_labels, archive, archive_labels, k):
    archive = archive / np.linalg.norm(archive, axis=1, keepdims=True)
    nearest = np.argsort(queries @ archive.T, axis=1)[:, :k]
    return np.mean(archive_labels[nearest] == query_labels[:, None])


# %% Skips the first mistake="precision_at_k" fails=["one query by hand", "many queries", "codes of any length", "other sizes, and k as large as the archive"] says="You took the smallest distances" subtle=true
def precision_at_k(queries, query_labels, archive, archive_labels, k):
    archive = archive / np.linalg.norm(archive, axis=1, keepdims=True)
    nearest = np.argsort(-queries @ archive.T, axis=1)[:, 1 : k + 1]
    return np.mean(archive_labels[nearest] == query_labels[:, None])


# %% At least one mistake="precision_at_k" fails=["one query by hand", "many queries", "codes of any length", "other sizes, and k as large as the archive"] says="That is the share of queries with at least one of their class"
def precision_at_k(queries, query_labels, archive, archive_labels, k):
    archive = archive / np.linalg.norm(archive, axis=1, keepdims=True)
    nearest = np.argsort(-queries @ archive.T, axis=1)[:, :k]
    return np.mean(np.any(archive_labels[nearest] == query_labels[:, None], axis=1))


# %% One number per query mistake="precision_at_k" fails=["one query by hand", "many queries", "codes of any length", "other sizes, and k as large as the archive"] says="One number for all queries"
def precision_at_k(queries, query_labels, archive, archive_labels, k):
    archive = archive / np.linalg.norm(archive, axis=1, keepdims=True)
    nearest = np.argsort(-queries @ archive.T, axis=1)[:, :k]
    return np.mean(archive_labels[nearest] == query_labels[:, None], axis=1)


# %% Percent mistake="precision_at_k" fails=["one query by hand", "many queries", "codes of any length", "other sizes, and k as large as the archive"] says="That is in percent"
def precision_at_k(queries, query_labels, archive, archive_labels, k):
    archive = archive / np.linalg.norm(archive, axis=1, keepdims=True)
    nearest = np.argsort(-queries @ archive.T, axis=1)[:, :k]
    return 100 * np.mean(archive_labels[nearest] == query_labels[:, None])


# %% Takes means away first mistake="precision_at_k" fails=["many queries", "codes of any length", "other sizes, and k as large as the archive"] says="You took means away first" subtle=true
def precision_at_k(queries, query_labels, archive, archive_labels, k):
    queries, archive = queries - queries.mean(axis=0), archive - archive.mean(axis=0)
    archive = archive / np.linalg.norm(archive, axis=1, keepdims=True)
    nearest = np.argsort(-queries @ archive.T, axis=1)[:, :k]
    return np.mean(archive_labels[nearest] == query_labels[:, None])


# %% Query by query alternative="precision_at_k"
def precision_at_k(queries, query_labels, archive, archive_labels, k):
    lengths, right = np.linalg.norm(archive, axis=1), 0
    for query, label in zip(queries, query_labels):
        order = np.argsort(archive @ query / lengths)[::-1][:k]
        right += sum(archive_labels[i] == label for i in order)
    return right / (k * len(queries))


# %% With top_k of keras.ops alternative="precision_at_k"
def precision_at_k(queries, query_labels, archive, archive_labels, k):
    a, b = (ops.normalize(ops.cast(x, "float32"), axis=-1) for x in (queries, archive))
    _, nearest = ops.top_k(ops.matmul(a, ops.transpose(b)), k)
    nearest = ops.convert_to_numpy(nearest)
    return float(np.mean(np.take(archive_labels, nearest) == np.reshape(query_labels, (-1, 1))))


# %% Returns the whole network twice mistake="train_linear_autoencoder" fails=["codes and images", "both halves are linear", "the plane of PCA", "the error of PCA"] says="The encoder should give (n"
def train_linear_autoencoder(x, units, seed):
    keras.utils.set_random_seed(seed)
    both = keras.Sequential(
        [keras.Input((x.shape[1],)), keras.layers.Dense(units), keras.layers.Dense(x.shape[1])]
    )
    return both, both


# %% Not trained mistake="train_linear_autoencoder" fails=["the plane of PCA", "the error of PCA"] says="Is it trained at all"
def train_linear_autoencoder(x, units, seed):
    keras.utils.set_random_seed(seed)
    encoder = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(units)])
    decoder = keras.Sequential([keras.Input((units,)), keras.layers.Dense(x.shape[1])])
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    return encoder, decoder


# %% ReLU in the code mistake="train_linear_autoencoder" fails=["both halves are linear", "the plane of PCA", "the error of PCA"] says="The encoder is not linear"
def train_linear_autoencoder(x, units, seed):
    keras.utils.set_random_seed(seed)
    dense = keras.layers.Dense(units, activation="relu")
    encoder = keras.Sequential([keras.Input((x.shape[1],)), dense])
    decoder = keras.Sequential([keras.Input((units,)), keras.layers.Dense(x.shape[1])])
    both = keras.Sequential([encoder, decoder])
    both.compile(keras.optimizers.Adam(0.02), "mse")
    both.fit(x, x, epochs=10, batch_size=240, verbose=0)
    return encoder, decoder


# %% Hardly trained mistake="train_linear_autoencoder" fails=["the plane of PCA", "the error of PCA"] says="Is it trained at all" subtle=true
def train_linear_autoencoder(x, units, seed):
    keras.utils.set_random_seed(seed)
    encoder = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(units)])
    decoder = keras.Sequential([keras.Input((units,)), keras.layers.Dense(x.shape[1])])
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    both.fit(x, x, epochs=5, batch_size=128, verbose=0)
    return encoder, decoder


# %% A decoder of its own mistake="train_linear_autoencoder" fails=["the plane of PCA", "the error of PCA"] says="belong to the network that was trained" subtle=true
def train_linear_autoencoder(x, units, seed):
    keras.utils.set_random_seed(seed)
    encoder = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(units)])
    both = keras.Sequential([encoder, keras.layers.Dense(x.shape[1])])
    both.compile(keras.optimizers.Adam(0.02), "mse")
    both.fit(x, x, epochs=10, batch_size=240, verbose=0)
    return encoder, keras.Sequential([keras.Input((units,)), keras.layers.Dense(x.shape[1])])


# %% The components themselves alternative="train_linear_autoencoder"
def train_linear_autoencoder(x, units, seed):
    _, components = pca(x, units)
    encoder = keras.Sequential(
        [keras.Input((x.shape[1],)), keras.layers.Dense(units, use_bias=False)]
    )
    decoder = keras.Sequential(
        [keras.Input((units,)), keras.layers.Dense(x.shape[1], use_bias=False)]
    )
    encoder.set_weights([components.T])
    decoder.set_weights([components])
    return encoder, decoder


# %% Smaller batches, no bias alternative="train_linear_autoencoder"
def train_linear_autoencoder(x, units, seed):
    keras.utils.set_random_seed(seed)
    inside, code = keras.Input((x.shape[1],)), keras.Input((units,))
    encoder = keras.Model(inside, keras.layers.Dense(units, use_bias=False)(inside))
    decoder = keras.Model(code, keras.layers.Dense(x.shape[1], use_bias=False)(code))
    both = keras.Model(inside, decoder(encoder(inside)))
    rate = keras.optimizers.schedules.CosineDecay(0.01, 30 * -(-len(x) // 100))
    both.compile(keras.optimizers.Adam(rate), "mse")
    both.fit(x, x, epochs=30, batch_size=100, verbose=0)
    return encoder, decoder


# %% Inputs as targets mistake="train_deep_autoencoder" fails=["better than PCA on new digits"] says="It gives back the inputs" subtle=true
def train_deep_autoencoder(inputs, targets, units, seed, epochs):
    keras.utils.set_random_seed(seed)
    features = inputs.shape[1]
    down = [keras.layers.Dense(n, "relu") for n in (64, 32)]
    up = [keras.layers.Dense(n, "relu") for n in (32, 64)]
    encoder = keras.Sequential([keras.Input((features,)), *down, keras.layers.Dense(units)])
    decoder = keras.Sequential(
        [keras.Input((units,)), *up, keras.layers.Dense(features, "sigmoid")]
    )
    both = keras.Sequential([encoder, decoder])
    both.compile(keras.optimizers.Adam(0.003), "mse")
    both.fit(inputs, inputs, epochs=min(epochs, 5), batch_size=128, verbose=0)
    return encoder, decoder


# %% Without hidden layers mistake="train_deep_autoencoder" fails=["better than PCA on new digits"] says="At most 70% of PCA's error are allowed" subtle=true
def train_deep_autoencoder(inputs, targets, units, seed, epochs):
    keras.utils.set_random_seed(seed)
    features = inputs.shape[1]
    encoder = keras.Sequential([keras.Input((features,)), keras.layers.Dense(units)])
    decoder = keras.Sequential([keras.Input((units,)), keras.layers.Dense(features, "sigmoid")])
    both = keras.Sequential([encoder, decoder])
    both.compile(keras.optimizers.Adam(0.004), "mse")
    both.fit(inputs, targets, epochs=epochs, batch_size=128, verbose=0)
    return encoder, decoder


# %% ReLU on the code mistake="train_deep_autoencoder" fails=["codes and images", "better than PCA on new digits"] says="No code is ever negative"
def train_deep_autoencoder(inputs, targets, units, seed, epochs):
    keras.utils.set_random_seed(seed)
    features = inputs.shape[1]
    down = [keras.layers.Dense(n, "relu") for n in (256, 128, units)]
    up = [keras.layers.Dense(n, "relu") for n in (128, 256)]
    encoder = keras.Sequential([keras.Input((features,)), *down])
    decoder = keras.Sequential(
        [keras.Input((units,)), *up, keras.layers.Dense(features, "sigmoid")]
    )
    both = keras.Sequential([encoder, decoder])
    rate = keras.optimizers.schedules.CosineDecay(0.004, epochs * -(-len(inputs) // 128))
    both.compile(keras.optimizers.Adam(rate), "mse")
    both.fit(inputs, targets, epochs=epochs, batch_size=128, verbose=0)
    return encoder, decoder


# %% Not trained, and the end is linear mistake="train_deep_autoencoder" fails=["ink from 0 to 1", "better than PCA on new digits"] says="Some pixels are below 0 or above 1"
def train_deep_autoencoder(inputs, targets, units, seed, epochs):
    keras.utils.set_random_seed(seed)
    features = inputs.shape[1]
    encoder = keras.Sequential(
        [keras.Input((features,)), keras.layers.Dense(64, "relu"), keras.layers.Dense(units)]
    )
    decoder = keras.Sequential(
        [keras.Input((units,)), keras.layers.Dense(64, "relu"), keras.layers.Dense(features)]
    )
    return encoder, decoder


# %% The whole network alone mistake="train_deep_autoencoder" fails=["codes and images", "ink from 0 to 1", "better than PCA on new digits", "other sizes, and the seed decides"] says="Return two models"
def train_deep_autoencoder(inputs, targets, units, seed, epochs):
    keras.utils.set_random_seed(seed)
    both = keras.Sequential(
        [
            keras.Input((inputs.shape[1],)),
            keras.layers.Dense(units),
            keras.layers.Dense(inputs.shape[1], "sigmoid"),
        ]
    )
    return both


# %% The seed comes too late mistake="train_deep_autoencoder" fails=["other sizes, and the seed decides"] says="The same seed gave another network the second time" subtle=true
def train_deep_autoencoder(inputs, targets, units, seed, epochs):
    features = inputs.shape[1]
    down = [keras.layers.Dense(n, "relu") for n in (256, 128)]
    up = [keras.layers.Dense(n, "relu") for n in (128, 256)]
    encoder = keras.Sequential([keras.Input((features,)), *down, keras.layers.Dense(units)])
    decoder = keras.Sequential(
        [keras.Input((units,)), *up, keras.layers.Dense(features, "sigmoid")]
    )
    keras.utils.set_random_seed(seed)
    both = keras.Sequential([encoder, decoder])
    rate = keras.optimizers.schedules.CosineDecay(0.004, epochs * -(-len(inputs) // 128))
    both.compile(keras.optimizers.Adam(rate), "mse")
    both.fit(inputs, targets, epochs=epochs, batch_size=128, verbose=0)
    return encoder, decoder


# %% Functional, a constant rate alternative="train_deep_autoencoder"
def train_deep_autoencoder(inputs, targets, units, seed, epochs):
    keras.utils.set_random_seed(seed)
    features = inputs.shape[1]
    x, z = keras.Input((features,)), keras.Input((units,))
    codes, images = x, z
    for n in (256, 128):
        codes = keras.layers.Dense(n, "relu")(codes)
    for n in (128, 256):
        images = keras.layers.Dense(n, "relu")(images)
    encoder = keras.Model(x, keras.layers.Dense(units)(codes))
    decoder = keras.Model(z, keras.layers.Dense(features, "sigmoid")(images))
    both = keras.Model(x, decoder(encoder(x)))
    both.compile(keras.optimizers.Adam(0.002), "mse")
    both.fit(inputs, targets, epochs=epochs, batch_size=64, verbose=0)
    return encoder, decoder


# %% Cross-entropy and ELU alternative="train_deep_autoencoder"
def train_deep_autoencoder(inputs, targets, units, seed, epochs):
    keras.utils.set_random_seed(seed)
    features = inputs.shape[1]
    down = [keras.layers.Dense(n, "elu") for n in (256, 128)]
    up = [keras.layers.Dense(n, "elu") for n in (128, 256)]
    encoder = keras.Sequential([keras.Input((features,)), *down, keras.layers.Dense(units)])
    decoder = keras.Sequential(
        [keras.Input((units,)), *up, keras.layers.Dense(features, "sigmoid")]
    )
    both = keras.Sequential([encoder, decoder])
    rate = keras.optimizers.schedules.CosineDecay(0.004, epochs * -(-len(inputs) // 128))
    both.compile(keras.optimizers.Adam(rate), "binary_crossentropy")
    both.fit(inputs, targets, epochs=epochs, batch_size=128, verbose=0)
    return encoder, decoder


# %% Moved images as targets mistake="train_denoiser" fails=["moved digits become straight", "finds more than pixels do", "reads more with few labels"] says="as moved as they were" subtle=true
def train_denoiser(x, seed):
    inputs, _ = denoising_pairs(x, moved_digits, 60, seed)
    return train_deep_autoencoder(inputs, inputs, 16, seed, 1)


# %% Clean inputs, clean targets mistake="train_denoiser" fails=["moved digits become straight", "finds more than pixels do", "reads more with few labels"] says="At most 50% of the error before are allowed" subtle=true
def train_denoiser(x, seed):
    return train_deep_autoencoder(x, x, 16, seed, 20)


# %% Pairs in different orders mistake="train_denoiser" fails=["moved digits become straight", "finds more than pixels do", "reads more with few labels"] says="in the same order" subtle=true
def train_denoiser(x, seed):
    inputs, targets = denoising_pairs(x, moved_digits, 5, seed)
    return train_deep_autoencoder(inputs, np.repeat(x, 5, axis=0), 16, seed, 1)


# %% Eight units mistake="train_denoiser" fails=["codes and images", "moved digits become straight", "finds more than pixels do", "reads more with few labels"] says="The encoder should give (n"
def train_denoiser(x, seed):
    return train_deep_autoencoder(x, x, 8, seed, 1)


# %% Masks instead of moves mistake="train_denoiser" fails=["moved digits become straight", "finds more than pixels do", "reads more with few labels"] says="At most 50% of the error before are allowed"
def train_denoiser(x, seed):
    inputs, targets = denoising_pairs(x, lambda x, s: corrupt(x, 0.3, s), 20, seed)
    return train_deep_autoencoder(inputs, targets, 16, seed, 1)


# %% Fewer copies, more epochs alternative="train_denoiser"
def train_denoiser(x, seed):
    inputs, targets = denoising_pairs(x, moved_digits, 30, seed)
    return train_deep_autoencoder(inputs, targets, 16, seed, 2)


# %% The clean ones among them alternative="train_denoiser"
def train_denoiser(x, seed):
    inputs, targets = denoising_pairs(x, moved_digits, 60, seed)
    inputs, targets = np.concatenate([inputs, x]), np.concatenate([targets, x])
    return train_deep_autoencoder(inputs.astype("float32"), targets, 16, seed, 1)


# %% The variance as deviation mistake="reparameterise" fails=["by hand", "a batch of clouds", "slopes come through", "means and variances of many draws"] says="The variance is exp(log_var)" subtle=true
def reparameterise(mean, log_var, noise):
    return mean + ops.exp(log_var) * noise


# %% Without the exponential mistake="reparameterise" fails=["by hand", "a batch of clouds", "slopes come through", "means and variances of many draws"] says="Take the exponential of log_var"
def reparameterise(mean, log_var, noise):
    return mean + log_var * noise


# %% The root of the logarithm mistake="reparameterise" fails=["by hand", "a batch of clouds", "slopes come through", "means and variances of many draws"] says="The exponential comes first"
def reparameterise(mean, log_var, noise):
    return mean + ops.sqrt(ops.abs(log_var)) * noise


# %% Adds the noise mistake="reparameterise" fails=["by hand", "a batch of clouds", "slopes come through", "means and variances of many draws"] says="The noise is multiplied by the standard deviation"
def reparameterise(mean, log_var, noise):
    return mean + ops.exp(0.5 * log_var) + noise


# %% The mean is stretched too mistake="reparameterise" fails=["by hand", "a batch of clouds", "slopes come through", "means and variances of many draws"] says="Stretch the noise alone" subtle=true
def reparameterise(mean, log_var, noise):
    return ops.exp(0.5 * log_var) * (mean + noise)


# %% In NumPy mistake="reparameterise" fails=["slopes come through"] says="No gradient comes through" subtle=true
def reparameterise(mean, log_var, noise):
    mean, log_var, noise = (
        np.array(ops.convert_to_numpy(ops.stop_gradient(p))) for p in (mean, log_var, noise)
    )
    return ops.convert_to_tensor(mean + np.exp(0.5 * log_var) * noise)


# %% The same noise for all mistake="reparameterise" fails=["a batch of clouds", "slopes come through", "means and variances of many draws"] says="The first row is right" subtle=true
def reparameterise(mean, log_var, noise):
    return mean + ops.exp(0.5 * log_var) * noise[:1]


# %% The root of the exponential alternative="reparameterise"
def reparameterise(mean, log_var, noise):
    return ops.add(mean, ops.multiply(ops.sqrt(ops.exp(log_var)), noise))


# %% Row by row alternative="reparameterise"
def reparameterise(mean, log_var, noise):
    rows = [mean[i] + ops.exp(log_var[i] / 2) * noise[i] for i in range(mean.shape[0])]
    return ops.stack(rows)


# %% Without the half mistake="kl_divergence" fails=["by hand", "clouds, by integration", "other sizes, narrow clouds"] says="The half in front of the sum is missing"
def kl_divergence(mean, log_var):
    return ops.sum(ops.square(mean) + ops.exp(log_var) - log_var - 1, axis=-1)


# %% The sign turned around mistake="kl_divergence" fails=["by hand", "clouds, by integration", "other sizes, narrow clouds"] says="The sign is the other one"
def kl_divergence(mean, log_var):
    return -0.5 * ops.sum(ops.square(mean) + ops.exp(log_var) - log_var - 1, axis=-1)


# %% A mean over the units mistake="kl_divergence" fails=["by hand", "clouds, by integration", "other sizes, narrow clouds"] says="Sum over the units" subtle=true
def kl_divergence(mean, log_var):
    return 0.5 * ops.mean(ops.square(mean) + ops.exp(log_var) - log_var - 1, axis=-1)


# %% The deviation instead of the variance mistake="kl_divergence" fails=["by hand", "clouds, by integration", "other sizes, narrow clouds"] says="The variance is exp(log_var)" subtle=true
def kl_divergence(mean, log_var):
    return 0.5 * ops.sum(ops.square(mean) + ops.exp(0.5 * log_var) - log_var - 1, axis=-1)


# %% One number for the batch mistake="kl_divergence" fails=["by hand", "nothing to pay", "clouds, by integration", "other sizes, narrow clouds"] says="One number per image"
def kl_divergence(mean, log_var):
    return 0.5 * ops.mean(ops.sum(ops.square(mean) + ops.exp(log_var) - log_var - 1, axis=-1))


# %% The mean not squared mistake="kl_divergence" fails=["clouds, by integration", "other sizes, narrow clouds"] says="The mean is squared in the formula" subtle=true
def kl_divergence(mean, log_var):
    return 0.5 * ops.sum(mean + ops.exp(log_var) - log_var - 1, axis=-1)


# %% The one is forgotten mistake="kl_divergence" fails=["by hand", "nothing to pay", "clouds, by integration", "other sizes, narrow clouds"] says="The −1 is missing"
def kl_divergence(mean, log_var):
    return 0.5 * ops.sum(ops.square(mean) + ops.exp(log_var) - log_var, axis=-1)


# %% The other way round mistake="kl_divergence" fails=["by hand", "clouds, by integration", "other sizes, narrow clouds"] says="That is the divergence the other way round" subtle=true
def kl_divergence(mean, log_var):
    terms = (ops.square(mean) + 1) * ops.exp(-log_var) + log_var - 1
    return 0.5 * ops.sum(terms, axis=-1)


# %% Log_var taken for the variance mistake="kl_divergence" fails=["by hand", "nothing to pay", "clouds, by integration", "other sizes, narrow clouds"] says="The logarithm is log_var already"
def kl_divergence(mean, log_var):
    squares = ops.square(log_var)
    return 0.5 * ops.sum(ops.square(mean) + squares - ops.log(squares + 1e-30) - 1, axis=-1)


# %% As it stands in the paper alternative="kl_divergence"
def kl_divergence(mean, log_var):
    return -0.5 * ops.sum(1 + log_var - mean**2 - ops.exp(log_var), axis=1)


# %% In NumPy, float64 alternative="kl_divergence"
def kl_divergence(mean, log_var):
    mean, log_var = (ops.convert_to_numpy(part).astype(float) for part in (mean, log_var))
    return np.array([np.sum(m**2 + np.expm1(v) - v) / 2 for m, v in zip(mean, log_var)])


# %% A mean over the pixels mistake="vae_loss" fails=["two pixels by hand", "a batch", "large logits", "other sizes"] says="The cross-entropy is averaged over the pixels here" subtle=true
def vae_loss(x, logits, mean, log_var):
    entropy = ops.softplus(logits) - x * logits
    return ops.mean(entropy, axis=-1) + kl_divergence(mean, log_var)


# %% Without the price mistake="vae_loss" fails=["two pixels by hand", "a batch", "large logits", "other sizes"] says="The KL term is missing"
def vae_loss(x, logits, mean, log_var):
    return ops.sum(ops.softplus(logits) - x * logits, axis=-1)


# %% The price subtracted mistake="vae_loss" fails=["two pixels by hand", "a batch", "large logits", "other sizes"] says="The KL term is a price" subtle=true
def vae_loss(x, logits, mean, log_var):
    entropy = ops.softplus(logits) - x * logits
    return ops.sum(entropy, axis=-1) - kl_divergence(mean, log_var)


# %% Logits taken for probabilities mistake="vae_loss" fails=["two pixels by hand", "a batch", "large logits", "other sizes"] says="A sigmoid was applied before a formula that is for logits" subtle=true
def vae_loss(x, logits, mean, log_var):
    probs = ops.sigmoid(logits)
    entropy = ops.softplus(probs) - x * probs
    return ops.sum(entropy, axis=-1) + kl_divergence(mean, log_var)


# %% Unstable logarithms mistake="vae_loss" fails=["large logits"] says="With large logits a probability is exactly 0 or 1" subtle=true
def vae_loss(x, logits, mean, log_var):
    probs = 1 / (1 + ops.exp(-logits))
    entropy = -x * ops.log(probs) - (1 - x) * ops.log(1 - probs)
    return ops.sum(entropy, axis=-1) + kl_divergence(mean, log_var)


# %% Cut-off logarithms mistake="vae_loss" fails=["large logits"] says="With large logits a probability is exactly 0 or 1" subtle=true
def vae_loss(x, logits, mean, log_var):
    probs = ops.clip(ops.sigmoid(logits), 1e-7, 1 - 1e-7)
    entropy = -x * ops.log(probs) - (1 - x) * ops.log(1 - probs)
    return ops.sum(entropy, axis=-1) + kl_divergence(mean, log_var)


# %% Only the ink counts mistake="vae_loss" fails=["a batch", "large logits", "other sizes"] says="The pixels without ink count"
def vae_loss(x, logits, mean, log_var):
    return ops.sum(-x * ops.log_sigmoid(logits), axis=-1) + kl_divergence(mean, log_var)


# %% Squared error mistake="vae_loss" fails=["two pixels by hand", "a batch", "large logits", "other sizes"] says="That is the squared error"
def vae_loss(x, logits, mean, log_var):
    return ops.sum(ops.square(x - ops.sigmoid(logits)), axis=-1) + kl_divergence(mean, log_var)


# %% Averaged over the batch mistake="vae_loss" fails=["two pixels by hand", "a batch", "large logits", "other sizes"] says="One number per image"
def vae_loss(x, logits, mean, log_var):
    entropy = ops.softplus(logits) - x * logits
    return ops.mean(ops.sum(entropy, axis=-1) + kl_divergence(mean, log_var))


# %% Keras's own cross-entropy alternative="vae_loss"
def vae_loss(x, logits, mean, log_var):
    entropy = ops.binary_crossentropy(x, logits, from_logits=True)
    return ops.sum(entropy, axis=1) + kl_divergence(mean, log_var)


# %% By log_sigmoid alternative="vae_loss"
def vae_loss(x, logits, mean, log_var):
    ink = x * ops.log_sigmoid(logits) + (1 - x) * ops.log_sigmoid(-logits)
    return kl_divergence(mean, log_var) - ops.sum(ink, axis=-1)


# %% Logits instead of ink mistake="sample_images" fails=["ink from the decoder", "codes from the standard normal distribution", "the seed decides", "other sizes"] says="Some pixels are below 0 or above 1"
def sample_images(decoder, num, units, seed):
    codes = np.random.default_rng(seed).normal(size=(num, units)).astype("float32")
    return ops.convert_to_numpy(decoder(codes))


# %% Uniform codes mistake="sample_images" fails=["codes from the standard normal distribution", "other sizes"] says="No code is negative" subtle=true
def sample_images(decoder, num, units, seed):
    codes = np.random.default_rng(seed).random(size=(num, units)).astype("float32")
    return ops.convert_to_numpy(ops.sigmoid(decoder(codes)))


# %% Codes from −2 to 2 mistake="sample_images" fails=["codes from the standard normal distribution", "other sizes"] says="Mean and deviation are right" subtle=true
def sample_images(decoder, num, units, seed):
    edge = 3**0.5
    codes = np.random.default_rng(seed).uniform(-edge, edge, (num, units)).astype("float32")
    return ops.convert_to_numpy(ops.sigmoid(decoder(codes)))


# %% The same code for all mistake="sample_images" fails=["codes from the standard normal distribution", "other sizes"] says="All images have the same code"
def sample_images(decoder, num, units, seed):
    codes = np.random.default_rng(seed).normal(size=(1, units)).astype("float32")
    return ops.convert_to_numpy(ops.sigmoid(decoder(np.repeat(codes, num, axis=0))))


# %% One number for all units mistake="sample_images" fails=["codes from the standard normal distribution", "other sizes"] says="All units of a code are the same number" subtle=true
def sample_images(decoder, num, units, seed):
    codes = np.random.default_rng(seed).normal(size=(num, 1)).astype("float32")
    return ops.convert_to_numpy(ops.sigmoid(decoder(np.repeat(codes, units, axis=1))))


# %% The sigmoid twice mistake="sample_images" fails=["ink from the decoder", "codes from the standard normal distribution", "other sizes"] says="The decoder used here answers every code with the logit 2"
def sample_images(decoder, num, units, seed):
    codes = np.random.default_rng(seed).normal(size=(num, units)).astype("float32")
    return ops.convert_to_numpy(ops.sigmoid(ops.sigmoid(decoder(codes))))


# %% No seed mistake="sample_images" fails=["the seed decides"] says="The same seed gave other images the second time"
def sample_images(decoder, num, units, seed):
    codes = np.random.default_rng().normal(size=(num, units)).astype("float32")
    return ops.convert_to_numpy(ops.sigmoid(decoder(codes)))


# %% The seed is not used mistake="sample_images" fails=["the seed decides"] says="Another seed gave the same images" subtle=true
def sample_images(decoder, num, units, seed):
    codes = np.random.default_rng(0).normal(size=(num, units)).astype("float32")
    return ops.convert_to_numpy(ops.sigmoid(decoder(codes)))


# %% Keras draws alternative="sample_images"
def sample_images(decoder, num, units, seed):
    codes = keras.random.normal((num, units), seed=seed)
    return ops.convert_to_numpy(ops.sigmoid(decoder(codes)))


# %% By hand in NumPy alternative="sample_images"
def sample_images(decoder, num, units, seed):
    codes = np.random.RandomState(seed).randn(num, units).astype("float32")
    return 1 / (1 + np.exp(-ops.convert_to_numpy(decoder(codes)).astype(float)))


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


# %% Divides the caller's vectors mistake="nearest_words" fails=["other sizes, its argument left alone"] says="Your function changed its argument `vectors` itself" subtle=true
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


# %% Adds into the tables mistake="skip_gram_gradients" fails=["leaves the tables alone"] says="Your function changed its argument `word_table` itself"
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
