# %% [markdown]
# Wrong answers that people give, and other right ones. Each cell replaces the exercise of that
# name; tests/test_checks.py asks the check about it. `fails` lists the cases that must reject it,
# `says` is a piece of the words that must be shown.

# %% Fires at the threshold mistake="step" fails=["the threshold itself"] says="The threshold itself does not fire" subtle=true
def step(z):
    return np.where(z >= 0, 1.0, 0.0)


# %% Half a step at the threshold mistake="step" fails=["the threshold itself"] says="At 0 you return 0.5" subtle=true
def step(z):
    return np.heaviside(z, 0.5)


# %% The sign instead of the step mistake="step" fails=["positive and negative", "the threshold itself", "a matrix", "hardly above, hardly below"] says="np.sign"
def step(z):
    return np.sign(z)


# %% Rounds, so the threshold is at a half mistake="step" fails=["a matrix", "hardly above, hardly below"] says="the threshold is 0, not 0.5" subtle=true
def step(z):
    return np.clip(np.round(z), 0.0, 1.0)


# %% An if for one number mistake="step" fails=["positive and negative", "the threshold itself", "a matrix", "hardly above, hardly below"] says="np.where in place of"
def step(z):
    if z > 0:
        return 1.0
    return 0.0


# %% A list comes back mistake="step" fails=["positive and negative", "the threshold itself", "a matrix", "hardly above, hardly below"] says="np.array(...) makes it an array"
def step(z):
    return [1.0 if value > 0 else 0.0 for value in z]


# %% Returns z where it fires mistake="step" fails=["positive and negative", "the threshold itself", "a matrix", "hardly above, hardly below"] says="the answer is 1, not z itself"
def step(z):
    return np.where(z > 0, z, 0.0)


# %% No return mistake="step" fails=["positive and negative", "the threshold itself", "a matrix", "hardly above, hardly below"] says="`return` missing"
def step(z):
    fires = np.where(z > 0, 1.0, 0.0)


# %% Heaviside alternative="step"
def step(z):
    return np.heaviside(z, 0.0)


# %% A loop over all numbers alternative="step"
def step(z):
    out = np.zeros(z.shape, dtype="float32")
    for index, value in np.ndenumerate(z):
        if value > 0:
            out[index] = 1
    return out


# %% A Keras tensor in float32 alternative="step"
def step(z):
    return keras.ops.cast(z > 0, "float32")


# %% True and False alternative="step"
def step(z):
    return z > 0


# %% The wrong sign in the exponent mistake="sigmoid" fails=["one vector", "a matrix", "numbers far from 0", "three axes, near and far from 0"] says="The sign in the exponent"
def sigmoid(z):
    return 1 / (1 + np.exp(z))


# %% Infinity over infinity mistake="sigmoid" fails=["numbers far from 0", "three axes, near and far from 0"] says="inf/inf" subtle=true
def sigmoid(z):
    return np.exp(z) / (1 + np.exp(z))


# %% Cut off at 10 mistake="sigmoid" fails=["numbers far from 0", "three axes, near and far from 0"] says="np.clip" subtle=true
def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -10, 10)))


# %% Missing parentheses mistake="sigmoid" fails=["one vector", "a matrix", "numbers far from 0", "three axes, near and far from 0"] says="Parentheses are missing"
def sigmoid(z):
    return 1 / 1 + np.exp(-z)


# %% tanh instead mistake="sigmoid" fails=["one vector", "a matrix", "numbers far from 0", "three axes, near and far from 0"] says="This is tanh"
def sigmoid(z):
    return np.tanh(z)


# %% Base 2 mistake="sigmoid" fails=["one vector", "a matrix", "numbers far from 0", "three axes, near and far from 0"] says="The base is e" subtle=true
def sigmoid(z):
    return 1 / (1 + 2.0**-z)


# %% Chooses the stable form by the first number mistake="sigmoid" fails=["numbers far from 0"] says="inf/inf" subtle=true
def sigmoid(z):
    if z.flat[0] > 0:
        return 1 / (1 + np.exp(-z))
    return np.exp(z) / (1 + np.exp(z))


# %% The math module knows one number only mistake="sigmoid" fails=["one vector", "a matrix", "numbers far from 0", "three axes, near and far from 0"] says="np.exp in place of math.exp"
def sigmoid(z):
    import math

    return 1 / (1 + math.exp(-z))


# %% SciPy's own mistake="sigmoid" rule=true says="NumPy's exp"
def sigmoid(z):
    from scipy.special import expit

    return expit(z)


# %% The short formula overflows to the right value alternative="sigmoid"
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# %% Both forms, chosen by where alternative="sigmoid"
def sigmoid(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


# %% By masks alternative="sigmoid"
def sigmoid(z):
    out = np.empty_like(z)
    out[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    out[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
    return out


# %% From tanh alternative="sigmoid"
def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


# %% keras.ops in float32 alternative="sigmoid"
def sigmoid(z):
    z = keras.ops.cast(z, "float32")
    return 1 / (1 + keras.ops.exp(-z))


# %% Largest along an axis mistake="relu" fails=["one vector", "a matrix", "small, large and exactly 0"] says="np.maximum compares pairs"
def relu(z):
    return np.max(z, 0)


# %% Absolute value mistake="relu" fails=["one vector", "a matrix", "small, large and exactly 0"] says="you flipped their sign"
def relu(z):
    return np.abs(z)


# %% Leaks mistake="relu" fails=["one vector", "a matrix", "small, large and exactly 0"] says="leaky ReLU" subtle=true
def relu(z):
    return np.where(z > 0, z, 0.01 * z)


# %% Capped at 6 mistake="relu" fails=["small, large and exactly 0"] says="no upper limit" subtle=true
def relu(z):
    return np.clip(z, 0, 6)


# %% The corner is at 1 mistake="relu" fails=["one vector", "a matrix", "small, large and exactly 0"] says="the corner is at 0" subtle=true
def relu(z):
    return np.where(z >= 1, z, 0.0)


# %% Rows at a time with an if mistake="relu" fails=["a matrix", "small, large and exactly 0"] says="np.where in place of" subtle=true
def relu(z):
    return np.array([row if row > 0 else 0.0 for row in z])


# %% The step mistake="relu" fails=["one vector", "a matrix", "small, large and exactly 0"] says="1 instead of z"
def relu(z):
    return np.where(z > 0, 1.0, 0.0)


# %% Softplus mistake="relu" fails=["one vector", "a matrix", "small, large and exactly 0"] says="softplus"
def relu(z):
    return np.log(1 + np.exp(z))


# %% Masked alternative="relu"
def relu(z):
    return z * (z > 0)


# %% keras.ops in float32 alternative="relu"
def relu(z):
    return keras.ops.maximum(keras.ops.cast(z, "float32"), 0.0)


# %% Half the sum with the absolute value alternative="relu"
def relu(z):
    return (np.abs(z) + z) / 2


# %% One number at a time alternative="relu"
def relu(z):
    return np.array([max(value, 0.0) for value in z.ravel()]).reshape(z.shape)


# %% Two exponentials overflow mistake="tanh" fails=["numbers far from 0", "three axes, near and far from 0"] says="inf/inf" subtle=true
def tanh(z):
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))


# %% Stable on one side only mistake="tanh" fails=["numbers far from 0", "three axes, near and far from 0"] says="inf/inf" subtle=true
def tanh(z):
    return (1 - np.exp(-2 * z)) / (1 + np.exp(-2 * z))


# %% Does not double z mistake="tanh" fails=["one vector", "a matrix", "numbers far from 0", "three axes, near and far from 0"] says="Double z inside" subtle=true
def tanh(z):
    return 2 * sigmoid(z) - 1


# %% Cut off at 3 mistake="tanh" fails=["numbers far from 0", "three axes, near and far from 0"] says="np.clip" subtle=true
def tanh(z):
    return 2 * sigmoid(np.clip(2 * z, -6, 6)) - 1


# %% Not stretched mistake="tanh" fails=["one vector", "a matrix", "numbers far from 0", "three axes, near and far from 0"] says="Stretch σ(2z)"
def tanh(z):
    return sigmoid(2 * z)


# %% Sign turned around mistake="tanh" fails=["one vector", "a matrix", "numbers far from 0", "three axes, near and far from 0"] says="The sign is turned around"
def tanh(z):
    return (np.exp(-z) - np.exp(z)) / (np.exp(z) + np.exp(-z))


# %% NumPy's own mistake="tanh" rule=true says="build tanh from exponentials"
def tanh(z):
    return np.tanh(z)


# %% Through a helper with NumPy's cosh mistake="tanh" rule=true says="uses `sinh`"
def tanh(z):
    return ratio(np.clip(z, -300, 300))


def ratio(z):
    return np.sinh(z) / np.cosh(z)


# %% From the absolute value alternative="tanh"
def tanh(z):
    e = np.exp(-2 * np.abs(z))
    return np.sign(z) * (1 - e) / (1 + e)


# %% With expm1, one number at a time alternative="tanh"
def tanh(z):
    out = np.zeros_like(z)
    for index, value in np.ndenumerate(z):
        e = np.expm1(-2 * abs(value))
        out[index] = np.copysign(-e / (2 + e), value)
    return out


# %% keras.ops in float32 alternative="tanh"
def tanh(z):
    z = keras.ops.cast(z, "float32")
    e = keras.ops.exp(-2 * keras.ops.abs(z))
    return keras.ops.sign(z) * (1 - e) / (1 + e)


# %% No bias mistake="neuron" fails=["the weighted sum itself", "a batch through tanh", "one example", "as many examples as features, and one feature"] says="The bias is missing"
def neuron(x, weights, bias, activation):
    return activation(x @ weights)


# %% Bias after the activation mistake="neuron" fails=["a batch through tanh", "one example", "as many examples as features, and one feature"] says="The bias belongs inside" subtle=true
def neuron(x, weights, bias, activation):
    return activation(x @ weights) + bias


# %% No activation mistake="neuron" fails=["a batch through tanh", "one example", "as many examples as features, and one feature"] says="The activation is missing"
def neuron(x, weights, bias, activation):
    return x @ weights + bias


# %% Always the sigmoid mistake="neuron" fails=["the weighted sum itself", "a batch through tanh", "one example", "as many examples as features, and one feature"] says="You always use the sigmoid" subtle=true
def neuron(x, weights, bias, activation):
    return sigmoid(x @ weights + bias)


# %% A bias for every feature mistake="neuron" fails=["the weighted sum itself", "a batch through tanh", "one example", "as many examples as features, and one feature"] says="once per feature" subtle=true
def neuron(x, weights, bias, activation):
    return activation(np.sum(x * weights + bias, axis=1))


# %% Squeezes the batch away mistake="neuron" fails=["one example"] says="A batch of one is still a batch" subtle=true
def neuron(x, weights, bias, activation):
    return np.squeeze(activation(x @ weights + bias))


# %% A column comes back mistake="neuron" fails=["the weighted sum itself", "a batch through tanh", "one example", "as many examples as features, and one feature"] says="One axis of length 1 is too many"
def neuron(x, weights, bias, activation):
    return activation(x @ weights.reshape(-1, 1) + bias)


# %% Sums over the batch mistake="neuron" fails=["the weighted sum itself", "a batch through tanh", "one example", "as many examples as features, and one feature"] says="Sum over the features"
def neuron(x, weights, bias, activation):
    return activation(np.sum(x * weights, axis=0) + bias)


# %% One example at a time alternative="neuron"
def neuron(x, weights, bias, activation):
    return np.array([activation(np.dot(weights, example) + bias) for example in x])


# %% Weights first alternative="neuron"
def neuron(x, weights, bias, activation):
    return activation(np.einsum("f,bf->b", weights, x) + bias)


# %% keras.ops in float32 alternative="neuron"
def neuron(x, weights, bias, activation):
    x, weights = keras.ops.cast(x, "float32"), keras.ops.cast(weights, "float32")
    return activation(keras.ops.sum(x * weights, axis=1) + bias)


# %% AND reaches 0 only mistake="gate" fails=["AND"] says="exactly 0" subtle=true
def gate(name):
    table = {"AND": ([1, 1], -2), "OR": ([1, 1], -0.5), "NAND": ([-1, -1], 1.5)}
    weights, bias = table[name]
    return np.array(weights, float), bias


# %% NAND without turning the bias mistake="gate" fails=["NAND"] says="It never fires" subtle=true
def gate(name):
    weights = np.array([-1.0, -1.0]) if name == "NAND" else np.array([1.0, 1.0])
    return weights, -0.5 if name == "OR" else -1.5


# %% The same for every name mistake="gate" fails=["OR", "NAND"] says="these are weights for AND"
def gate(name):
    return np.array([1.0, 1.0]), -1.5


# %% NAND fires for AND mistake="gate" fails=["NAND"] says="the opposite" subtle=true
def gate(name):
    return np.array([1.0, 1.0]), -0.5 if name == "OR" else -1.5


# %% Lower-case names mistake="gate" fails=["AND", "OR", "NAND"] says="in capital letters"
def gate(name):
    if name == "and":
        return np.array([1.0, 1.0]), -1.5
    if name == "or":
        return np.array([1.0, 1.0]), -0.5
    if name == "nand":
        return np.array([-1.0, -1.0]), 1.5


# %% Bias first mistake="gate" fails=["AND", "OR", "NAND"] says="The order is turned around"
def gate(name):
    biases = {"AND": -1.5, "OR": -0.5, "NAND": 1.5}
    return biases[name], np.array([-1.0, -1.0] if name == "NAND" else [1.0, 1.0])


# %% Only the weights mistake="gate" fails=["AND", "OR", "NAND"] says="Return a pair"
def gate(name):
    return np.array([-1.0, -1.0, 1.5] if name == "NAND" else [1.0, 1.0, -1.5])


# %% A list of weights mistake="gate" fails=["AND", "OR", "NAND"] says="np.array(...) makes it an array"
def gate(name):
    return {"AND": ([1, 1], -1.5), "OR": ([1, 1], -0.5), "NAND": ([-1, -1], 1.5)}[name]


# %% The decks' large weights alternative="gate"
def gate(name):
    sign = -1 if name == "NAND" else 1
    return sign * np.array([20, 20]), sign * (-10 if name == "OR" else -30)


# %% Unequal weights, one sum exactly 0 where it stays silent alternative="gate"
def gate(name):
    if name == "AND":
        return np.array([2.0, 1.0]), -2.0
    if name == "OR":
        return [np.array([1.0, 3.0], "float32"), np.float32(0.0)]
    return np.array([-2.0, -1.0]), np.array(2.5)


# %% Found by Rosenblatt's rule alternative="gate"
def gate(name):
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
    table = {"AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "NAND": [1, 1, 1, 0]}[name]
    weights, bias = np.zeros(2), 0.0
    for _ in range(20):
        for corner, target in zip(x, table):
            error = target - float(corner @ weights + bias > 0)
            weights, bias = weights + error * corner, bias + error
    return keras.ops.convert_to_tensor(weights), bias


# %% Steps the wrong way mistake="perceptron_update" fails=["silent, and should fire", "fires, and should not", "from zero", "the bias decides"] says="goes the wrong way"
def perceptron_update(weights, bias, x, target):
    error = step(x @ weights + bias) - target
    return weights + error * x, bias + error


# %% Forgets the bias mistake="perceptron_update" fails=["silent, and should fire", "fires, and should not", "from zero", "the bias decides"] says="the bias did not" subtle=true
def perceptron_update(weights, bias, x, target):
    error = target - step(x @ weights + bias)
    return weights + error * x, bias


# %% In place mistake="perceptron_update" fails=["leaves its arguments alone"] says="changed its argument `weights`" subtle=true
def perceptron_update(weights, bias, x, target):
    error = target - float(x @ weights + bias > 0)
    weights += error * x
    bias += error
    return weights, bias


# %% In place on the example mistake="perceptron_update" fails=["leaves its arguments alone"] says="changed its argument `x`" subtle=true
def perceptron_update(weights, bias, x, target):
    error = target - float(x @ weights + bias > 0)
    x *= error
    return weights + x, bias + error


# %% Fires at the threshold mistake="perceptron_update" fails=["from zero"] says="Compare with z > 0" subtle=true
def perceptron_update(weights, bias, x, target):
    error = target - float(x @ weights + bias >= 0)
    return weights + error * x, bias + error


# %% Predicts without the bias mistake="perceptron_update" fails=["the bias decides"] says="The prediction ignores the bias" subtle=true
def perceptron_update(weights, bias, x, target):
    error = target - float(x @ weights > 0)
    return weights + error * x, bias + error


# %% Targets of minus one and one mistake="perceptron_update" fails=["a right answer changes nothing", "fires, and should not", "from zero", "the bias decides"] says="not −1 and 1" subtle=true
def perceptron_update(weights, bias, x, target):
    error = (2 * target - 1) - float(x @ weights + bias > 0)
    return weights + error * x, bias + error


# %% Adds every example of target 1 mistake="perceptron_update" fails=["a right answer changes nothing", "fires, and should not", "the bias decides"] says="whatever was predicted"
def perceptron_update(weights, bias, x, target):
    return weights + target * x, bias + target


# %% Returns the change mistake="perceptron_update" fails=["a right answer changes nothing", "silent, and should fire", "fires, and should not", "the bias decides"] says="This is the change"
def perceptron_update(weights, bias, x, target):
    error = target - float(x @ weights + bias > 0)
    return error * x, error


# %% The sigmoid as prediction mistake="perceptron_update" fails=["a right answer changes nothing", "silent, and should fire", "fires, and should not", "from zero", "the bias decides"] says="the sigmoid's turn comes later"
def perceptron_update(weights, bias, x, target):
    error = target - sigmoid(x @ weights + bias)
    return weights + error * x, bias + error


# %% Returns the weights only mistake="perceptron_update" fails=["a right answer changes nothing", "silent, and should fire", "fires, and should not", "from zero", "the bias decides"] says="Return both"
def perceptron_update(weights, bias, x, target):
    error = target - float(x @ weights + bias > 0)
    return weights + error * x


# %% Two ifs alternative="perceptron_update"
def perceptron_update(weights, bias, x, target):
    fires = sum(w * value for w, value in zip(weights, x)) + bias > 0
    if fires and target == 0:
        return weights - x, bias - 1
    if not fires and target == 1:
        return weights + x, bias + 1
    return weights, bias


# %% keras.ops in float32 alternative="perceptron_update"
def perceptron_update(weights, bias, x, target):
    weights, x = keras.ops.cast(weights, "float32"), keras.ops.cast(x, "float32")
    error = target - keras.ops.cast(keras.ops.dot(x, weights) + bias > 0, "float32")
    return [weights + error * x, bias + error]


# %% A copy, then in place alternative="perceptron_update"
def perceptron_update(weights, bias, x, target):
    weights = np.copy(weights)
    error = target - neuron(x[None, :], weights, bias, step)[0]
    weights += error * x
    return weights, bias + error


# %% One epoch too many mistake="train_perceptron" fails=["AND or OR", "two clouds apart", "a short limit, and nothing to learn"] says="You stop one epoch late" subtle=true
def train_perceptron(x, targets, max_epochs):
    weights, bias, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(max_epochs):
        mistakes.append(0)
        for example, target in zip(x, targets):
            mistakes[-1] += int(float(example @ weights + bias > 0) != target)
            weights, bias = perceptron_update(weights, bias, example, target)
        if mistakes[-2:] == [0, 0]:
            break
    return weights, bias, mistakes


# %% Leaves the last zero out mistake="train_perceptron" fails=["AND or OR", "two clouds apart", "a short limit, and nothing to learn"] says="append first, then stop" subtle=true
def train_perceptron(x, targets, max_epochs):
    weights, bias, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(max_epochs):
        wrong = 0
        for example, target in zip(x, targets):
            wrong += int(float(example @ weights + bias > 0) != target)
            weights, bias = perceptron_update(weights, bias, example, target)
        if wrong == 0:
            break
        mistakes.append(wrong)
    return weights, bias, mistakes


# %% Never stops before the limit mistake="train_perceptron" fails=["AND or OR", "two clouds apart", "a short limit, and nothing to learn"] says="nothing changes any more" subtle=true
def train_perceptron(x, targets, max_epochs):
    weights, bias, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(max_epochs):
        wrong = 0
        for example, target in zip(x, targets):
            wrong += int(float(example @ weights + bias > 0) != target)
            weights, bias = perceptron_update(weights, bias, example, target)
        mistakes.append(wrong)
    return weights, bias, mistakes


# %% A limit of its own mistake="train_perceptron" fails=["XOR never ends well", "a short limit, and nothing to learn"] says="more than max_epochs" subtle=true
def train_perceptron(x, targets, max_epochs):
    weights, bias, mistakes = np.zeros(x.shape[1]), 0.0, []
    while len(mistakes) < 300:
        wrong = 0
        for example, target in zip(x, targets):
            wrong += int(float(example @ weights + bias > 0) != target)
            weights, bias = perceptron_update(weights, bias, example, target)
        mistakes.append(wrong)
        if wrong == 0:
            break
    return weights, bias, mistakes


# %% Predicts all, then updates mistake="train_perceptron" fails=["AND or OR", "two clouds apart", "XOR never ends well", "a short limit, and nothing to learn"] says="Update after every example" subtle=true
def train_perceptron(x, targets, max_epochs):
    weights, bias, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(max_epochs):
        errors = targets - (x @ weights + bias > 0)
        weights, bias = weights + errors @ x, bias + errors.sum()
        mistakes.append(int(np.abs(errors).sum()))
        if mistakes[-1] == 0:
            break
    return weights, bias, mistakes


# %% Counts right answers mistake="train_perceptron" fails=["AND or OR", "two clouds apart", "XOR never ends well", "a short limit, and nothing to learn"] says="count the mistakes"
def train_perceptron(x, targets, max_epochs):
    weights, bias, right = np.zeros(x.shape[1]), 0.0, []
    for _ in range(max_epochs):
        right.append(0)
        for example, target in zip(x, targets):
            right[-1] += int(float(example @ weights + bias > 0) == target)
            weights, bias = perceptron_update(weights, bias, example, target)
        if right[-1] == len(x):
            break
    return weights, bias, right


# %% The total instead of a list mistake="train_perceptron" fails=["AND or OR", "two clouds apart", "XOR never ends well", "a short limit, and nothing to learn"] says="One number came back"
def train_perceptron(x, targets, max_epochs):
    weights, bias, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(max_epochs):
        mistakes.append(0)
        for example, target in zip(x, targets):
            mistakes[-1] += int(float(example @ weights + bias > 0) != target)
            weights, bias = perceptron_update(weights, bias, example, target)
        if mistakes[-1] == 0:
            break
    return weights, bias, sum(mistakes)


# %% Never resets its counter mistake="train_perceptron" fails=["AND or OR", "two clouds apart", "XOR never ends well"] says="adds up over the epochs"
def train_perceptron(x, targets, max_epochs):
    weights, bias, wrong, mistakes = np.zeros(x.shape[1]), 0.0, 0, []
    for _ in range(max_epochs):
        before = wrong
        for example, target in zip(x, targets):
            wrong += int(float(example @ weights + bias > 0) != target)
            weights, bias = perceptron_update(weights, bias, example, target)
        mistakes.append(wrong)
        if wrong == before:
            break
    return weights, bias, mistakes


# %% Counts after the update mistake="train_perceptron" fails=["AND or OR", "two clouds apart", "XOR never ends well", "a short limit, and nothing to learn"] says="The mistakes per epoch differ" subtle=true
def train_perceptron(x, targets, max_epochs):
    weights, bias, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(max_epochs):
        wrong = 0
        for example, target in zip(x, targets):
            weights, bias = perceptron_update(weights, bias, example, target)
            wrong += int(float(example @ weights + bias > 0) != target)
        mistakes.append(wrong)
        if wrong == 0:
            break
    return weights, bias, mistakes


# %% Shuffles the examples mistake="train_perceptron" fails=["AND or OR", "two clouds apart", "XOR never ends well", "a short limit, and nothing to learn"] says="take the examples in their order" subtle=true
def train_perceptron(x, targets, max_epochs):
    weights, bias, mistakes = np.zeros(x.shape[1]), 0.0, []
    rng = np.random.default_rng(0)
    for _ in range(max_epochs):
        wrong = 0
        for i in rng.permutation(len(x)):
            wrong += int(float(x[i] @ weights + bias > 0) != targets[i])
            weights, bias = perceptron_update(weights, bias, x[i], targets[i])
        mistakes.append(wrong)
        if wrong == 0:
            break
    return weights, bias, mistakes


# %% Returns the weights of the epoch before mistake="train_perceptron" fails=["a short limit, and nothing to learn"] says="Return those of the last update" subtle=true
def train_perceptron(x, targets, max_epochs):
    weights, bias, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(max_epochs):
        wrong, start = 0, (weights, bias)
        for example, target in zip(x, targets):
            wrong += int(float(example @ weights + bias > 0) != target)
            weights, bias = perceptron_update(weights, bias, example, target)
        mistakes.append(wrong)
        if wrong == 0:
            break
    return *start, mistakes


# %% While there are mistakes alternative="train_perceptron"
def train_perceptron(x, targets, max_epochs):
    weights, bias, mistakes = np.zeros(x.shape[1]), 0.0, [-1]
    while mistakes[-1] != 0 and len(mistakes) <= max_epochs:
        mistakes.append(0)
        for example, target in zip(x, targets):
            error = int(target) - int(example @ weights + bias > 0)
            weights, bias = weights + error * example, bias + error
            mistakes[-1] += abs(error)
    return weights, bias, mistakes[1:]


# %% Bias as one more weight, in float32 alternative="train_perceptron"
def train_perceptron(x, targets, max_epochs):
    rows = np.column_stack([x, np.ones(len(x))]).astype("float32")
    state, mistakes = np.zeros(rows.shape[1], "float32"), np.zeros(0, int)
    for _ in range(max_epochs):
        wrong = 0
        for row, target in zip(rows, targets):
            error = target - (row @ state > 0)
            state = state + np.float32(error) * row
            wrong += error != 0
        mistakes = np.append(mistakes, wrong)
        if wrong == 0:
            break
    return [state[:-1], state[-1], mistakes]


# %% Weights and bias of no negative sign mistake="is_linearly_separable" fails=["AND and OR", "two clouds apart, away from 0", "more features, a narrow gap, one class only"] says="bounds=(None, None)" subtle=true
def is_linearly_separable(x, targets):
    signs = 2 * targets[:, None] - 1
    rows = -signs * np.column_stack([x, np.ones(len(x))])
    return linprog(np.zeros(rows.shape[1]), A_ub=rows, b_ub=-np.ones(len(x))).success


# %% No bias mistake="is_linearly_separable" fails=["AND and OR", "two clouds apart, away from 0", "more features, a narrow gap, one class only"] says="Was the bias left out" subtle=true
def is_linearly_separable(x, targets):
    rows = -(2 * targets[:, None] - 1) * x
    result = linprog(np.zeros(x.shape[1]), A_ub=rows, b_ub=-np.ones(len(x)), bounds=(None, None))
    return result.success


# %% Weights of 0 will do mistake="is_linearly_separable" fails=["XOR", "one point among the others", "more features, a narrow gap, one class only"] says="ask for (2t − 1)(w·x + b) ≥ 1" subtle=true
def is_linearly_separable(x, targets):
    rows = -(2 * targets[:, None] - 1) * np.column_stack([x, np.ones(len(x))])
    zeros = np.zeros(len(x))
    return linprog(np.zeros(rows.shape[1]), A_ub=rows, b_ub=zeros, bounds=(None, None)).success


# %% A perceptron that gives up mistake="is_linearly_separable" fails=["more features, a narrow gap, one class only"] says="may give up" subtle=true
def is_linearly_separable(x, targets):
    return train_perceptron(x, targets, 1000)[2][-1] == 0


# %% Least squares mistake="is_linearly_separable" fails=["more features, a narrow gap, one class only"] says="may give up" subtle=true
def is_linearly_separable(x, targets):
    rows = np.column_stack([x, np.ones(len(x))])
    fit = np.linalg.lstsq(rows, 2 * targets - 1, rcond=None)[0]
    return bool(np.all((rows @ fit > 0) == (targets == 1)))


# %% Targets left at 0 and 1 mistake="is_linearly_separable" fails=["AND and OR", "two clouds apart, away from 0", "more features, a narrow gap, one class only"] says="targets of −1 and 1"
def is_linearly_separable(x, targets):
    rows = -targets[:, None] * np.column_stack([x, np.ones(len(x))])
    result = linprog(np.zeros(rows.shape[1]), A_ub=rows, b_ub=-np.ones(len(x)), bounds=(None, None))
    return result.success


# %% Two features only mistake="is_linearly_separable" fails=["more features, a narrow gap, one class only"] says="use every feature" subtle=true
def is_linearly_separable(x, targets):
    rows = -(2 * targets[:, None] - 1) * np.column_stack([x[:, 0], x[:, 1], np.ones(len(x))])
    return linprog(np.zeros(3), A_ub=rows, b_ub=-np.ones(len(x)), bounds=(None, None)).success


# %% Returns the whole result mistake="is_linearly_separable" fails=["AND and OR", "XOR", "two clouds apart, away from 0", "one point among the others", "more features, a narrow gap, one class only"] says="Return True or False"
def is_linearly_separable(x, targets):
    rows = -(2 * targets[:, None] - 1) * np.column_stack([x, np.ones(len(x))])
    return linprog(np.zeros(rows.shape[1]), A_ub=rows, b_ub=-np.ones(len(x)), bounds=(None, None))


# %% Inside out mistake="is_linearly_separable" fails=["AND and OR", "XOR", "two clouds apart, away from 0", "one point among the others", "more features, a narrow gap, one class only"] says="can be separated"
def is_linearly_separable(x, targets):
    rows = -(2 * targets[:, None] - 1) * np.column_stack([x, np.ones(len(x))])
    result = linprog(np.zeros(rows.shape[1]), A_ub=rows, b_ub=-np.ones(len(x)), bounds=(None, None))
    return not result.success


# %% With a slack that must be 0 alternative="is_linearly_separable"
def is_linearly_separable(x, targets):
    rows = -(2 * targets[:, None] - 1) * np.column_stack([x, np.ones(len(x))])
    rows = np.column_stack([rows, -np.ones(len(x))])
    cost = np.append(np.zeros(rows.shape[1] - 1), 1.0)
    bounds = [(None, None)] * (rows.shape[1] - 1) + [(0, None)]
    result = linprog(cost, A_ub=rows, b_ub=-np.ones(len(x)), bounds=bounds)
    return result.fun < 1e-6


# %% Row by row, both signs alternative="is_linearly_separable"
def is_linearly_separable(x, targets):
    rows, limits = [], []
    for example, target in zip(x.tolist(), targets):
        sign = 1 if target == 0 else -1
        rows.append([sign * value for value in [*example, 1.0]])
        limits.append(-1.0)
    result = linprog([0] * len(rows[0]), rows, limits, bounds=(None, None), method="highs-ds")
    return result.status == 0


# %% The convex hulls do not meet alternative="is_linearly_separable"
def is_linearly_separable(x, targets):
    ones, zeros = x[targets == 1], x[targets == 0]
    if len(ones) == 0 or len(zeros) == 0:
        return True
    equal = np.block(
        [
            [ones.T, -zeros.T],
            [np.ones((1, len(ones))), np.zeros((1, len(zeros)))],
            [np.zeros((1, len(ones))), np.ones((1, len(zeros)))],
        ]
    )
    right = np.append(np.zeros(x.shape[1]), [1.0, 1.0])
    return not linprog(np.zeros(len(x)), A_eq=equal, b_eq=right).success


# %% Steps for the sigmoid mistake="xor_network" fails=["the four corners", "points between the corners", "one point, many points"] says="A step is used for the sigmoid" subtle=true
def xor_network(x):
    h1 = step(20 * x[:, 0] + 20 * x[:, 1] - 10)
    h2 = step(-20 * x[:, 0] - 20 * x[:, 1] + 30)
    return np.stack([h1, h2], axis=1), step(20 * h1 + 20 * h2 - 30)


# %% Rounds the output mistake="xor_network" fails=["the four corners", "points between the corners", "one point, many points"] says="The output was rounded" subtle=true
def xor_network(x):
    hidden = sigmoid(x @ np.array([[20.0, -20.0], [20.0, -20.0]]) + np.array([-10.0, 30.0]))
    return hidden, np.round(sigmoid(hidden @ np.array([20.0, 20.0]) - 30))


# %% No sigmoid on the output mistake="xor_network" fails=["the four corners", "points between the corners", "one point, many points"] says="The sigmoid of the output is missing"
def xor_network(x):
    hidden = sigmoid(x @ np.array([[20.0, -20.0], [20.0, -20.0]]) + np.array([-10.0, 30.0]))
    return hidden, hidden @ np.array([20.0, 20.0]) - 30


# %% The output as a column mistake="xor_network" fails=["the four corners", "points between the corners", "one point, many points"] says="The output should have shape (batch,)" subtle=true
def xor_network(x):
    hidden = sigmoid(x @ np.array([[20.0, -20.0], [20.0, -20.0]]) + np.array([-10.0, 30.0]))
    return hidden, sigmoid(hidden @ np.array([[20.0], [20.0]]) - 30)


# %% Output first mistake="xor_network" fails=["the four corners", "points between the corners", "one point, many points"] says="The order is turned around"
def xor_network(x):
    hidden = sigmoid(x @ np.array([[20.0, -20.0], [20.0, -20.0]]) + np.array([-10.0, 30.0]))
    return sigmoid(hidden @ np.array([20.0, 20.0]) - 30), hidden


# %% Minus 30 for the second unit mistake="xor_network" fails=["the four corners", "points between the corners", "one point, many points"] says="The bias of h2 is +30"
def xor_network(x):
    hidden = sigmoid(x @ np.array([[20.0, -20.0], [20.0, -20.0]]) + np.array([-10.0, -30.0]))
    return hidden, sigmoid(hidden @ np.array([20.0, 20.0]) - 30)


# %% Weights of the units in rows mistake="xor_network" fails=["the four corners", "points between the corners", "one point, many points"] says="each column holds the weights of one unit" subtle=true
def xor_network(x):
    hidden = sigmoid(x @ np.array([[20.0, 20.0], [-20.0, -20.0]]) + np.array([-10.0, 30.0]))
    return hidden, sigmoid(hidden @ np.array([20.0, 20.0]) - 30)


# %% The output looks at x mistake="xor_network" fails=["the four corners", "points between the corners", "one point, many points"] says="of h and not of x"
def xor_network(x):
    hidden = sigmoid(x @ np.array([[20.0, -20.0], [20.0, -20.0]]) + np.array([-10.0, 30.0]))
    return hidden, sigmoid(x @ np.array([20.0, 20.0]) - 30)


# %% The hidden layer transposed mistake="xor_network" fails=["the four corners", "points between the corners", "one point, many points"] says="transposed"
def xor_network(x):
    h1 = sigmoid(20 * x[:, 0] + 20 * x[:, 1] - 10)
    h2 = sigmoid(-20 * x[:, 0] - 20 * x[:, 1] + 30)
    return np.array([h1, h2]), sigmoid(20 * h1 + 20 * h2 - 30)


# %% Only the output mistake="xor_network" fails=["the four corners", "points between the corners", "one point, many points"] says="Return two things"
def xor_network(x):
    hidden = sigmoid(x @ np.array([[20.0, -20.0], [20.0, -20.0]]) + np.array([-10.0, 30.0]))
    return sigmoid(hidden @ np.array([20.0, 20.0]) - 30)


# %% With kernels alternative="xor_network"
def xor_network(x):
    hidden = sigmoid(x @ np.array([[20.0, -20.0], [20.0, -20.0]]) + np.array([-10.0, 30.0]))
    return [hidden, sigmoid(hidden @ np.array([20.0, 20.0]) - 30)]


# %% keras.ops in float32 alternative="xor_network"
def xor_network(x):
    x = keras.ops.cast(x, "float32")
    h1 = keras.ops.sigmoid(20 * x[:, 0] + 20 * x[:, 1] - 10)
    h2 = keras.ops.sigmoid(-20 * x[:, 0] - 20 * x[:, 1] + 30)
    return keras.ops.stack([h1, h2], axis=-1), keras.ops.sigmoid(20 * h1 + 20 * h2 - 30)


# %% Point by point alternative="xor_network"
def xor_network(x):
    hidden, output = np.zeros((len(x), 2)), np.zeros(len(x))
    for i, (x1, x2) in enumerate(x):
        hidden[i] = sigmoid(np.array([20 * x1 + 20 * x2 - 10, -20 * x1 - 20 * x2 + 30]))
        output[i] = sigmoid(np.array([20 * hidden[i].sum() - 30]))[0]
    return hidden, output


# %% Only the last layer mistake="forward" fails=["the decks' network", "layers of other sizes", "one layer, one example, equal widths"] says="not only the last"
def forward(x, layers):
    for kernel, bias in layers:
        x = sigmoid(x @ kernel + bias)
    return x


# %% The input is in the list mistake="forward" fails=["the decks' network", "layers of other sizes", "one layer, one example, equal widths"] says="Leave the input out" subtle=true
def forward(x, layers):
    activations = [x]
    for kernel, bias in layers:
        activations.append(sigmoid(activations[-1] @ kernel + bias))
    return activations


# %% Kernels transposed mistake="forward" fails=["the decks' network", "layers of other sizes", "one layer, one example, equal widths"] says="transposed" subtle=true
def forward(x, layers):
    activations = []
    for kernel, bias in layers:
        x = sigmoid(x @ kernel.T + bias)
        activations.append(x)
    return activations


# %% No sigmoid on the last layer mistake="forward" fails=["the decks' network", "layers of other sizes", "one layer, one example, equal widths"] says="The last layer has no sigmoid" subtle=true
def forward(x, layers):
    activations = []
    for number, (kernel, bias) in enumerate(layers):
        x = x @ kernel + bias
        if number < len(layers) - 1:
            x = sigmoid(x)
        activations.append(x)
    return activations


# %% No biases mistake="forward" fails=["the decks' network", "layers of other sizes", "one layer, one example, equal widths"] says="The biases are missing"
def forward(x, layers):
    activations = []
    for kernel, _ in layers:
        x = sigmoid(x @ kernel)
        activations.append(x)
    return activations


# %% Every layer sees the input mistake="forward" fails=["the decks' network", "layers of other sizes", "one layer, one example, equal widths"] says="Every layer was given the input x" subtle=true
def forward(x, layers):
    return [sigmoid(x @ kernel + bias) for kernel, bias in layers]


# %% Keeps the sums mistake="forward" fails=["the decks' network", "layers of other sizes", "one layer, one example, equal widths"] says="sums before the sigmoid" subtle=true
def forward(x, layers):
    sums = []
    for kernel, bias in layers:
        sums.append(x @ kernel + bias)
        x = sigmoid(sums[-1])
    return sums


# %% Made for three layers mistake="forward" fails=["one layer, one example, equal widths"] says="Loop over the layers"
def forward(x, layers):
    (k1, b1), (k2, b2), (k3, b3) = layers
    a1 = sigmoid(x @ k1 + b1)
    a2 = sigmoid(a1 @ k2 + b2)
    return [a1, a2, sigmoid(a2 @ k3 + b3)]


# %% Returns in the loop mistake="forward" fails=["the decks' network", "layers of other sizes", "one layer, one example, equal widths"] says="inside the loop"
def forward(x, layers):
    activations = []
    for kernel, bias in layers:
        x = sigmoid(x @ kernel + bias)
        activations.append(x)
        return activations


# %% Recursion alternative="forward"
def forward(x, layers):
    if not layers:
        return []
    (kernel, bias), *rest = layers
    x = sigmoid(np.dot(x, kernel) + bias)
    return [x, *forward(x, rest)]


# %% Unit by unit, as a tuple alternative="forward"
def forward(x, layers):
    activations = []
    for kernel, bias in layers:
        columns = [neuron(x, kernel[:, unit], bias[unit], sigmoid) for unit in range(len(bias))]
        x = np.stack(columns, axis=1).astype("float32")
        activations.append(x)
    return tuple(activations)


# %% keras.ops in float32 alternative="forward"
def forward(x, layers):
    x, activations = keras.ops.cast(x, "float32"), []
    for kernel, bias in layers:
        x = keras.ops.sigmoid(keras.ops.matmul(x, keras.ops.cast(kernel, "float32")) + bias)
        activations.append(x)
    return activations


# %% As many columns as the largest label asks for mistake="one_hot" fails=["classes that nobody has", "one example, as many as classes, many"] says="also for classes that no label has" subtle=true
def one_hot(labels, num_classes):
    return np.eye(labels.max() + 1)[labels]


# %% One column per label seen mistake="one_hot" fails=["classes that nobody has", "one example, as many as classes, many"] says="also for classes that no label has" subtle=true
def one_hot(labels, num_classes):
    return 1.0 * (labels[:, None] == np.unique(labels)[None, :])


# %% Transposed mistake="one_hot" fails=["a few labels", "classes that nobody has", "one example, as many as classes, many"] says="It is transposed"
def one_hot(labels, num_classes):
    return 1.0 * (np.arange(num_classes)[:, None] == labels[None, :])


# %% Labels from 1 mistake="one_hot" fails=["a few labels", "classes that nobody has", "one example, as many as classes, many"] says="labels start at 0" subtle=true
def one_hot(labels, num_classes):
    return np.eye(num_classes)[labels - 1]


# %% Writes into every row mistake="one_hot" fails=["a few labels", "classes that nobody has", "one example, as many as classes, many"] says="write into every row" subtle=true
def one_hot(labels, num_classes):
    out = np.zeros((len(labels), num_classes))
    out[:, labels] = 1
    return out


# %% Fills whole rows mistake="one_hot" fails=["a few labels", "classes that nobody has", "one example, as many as classes, many"] says="np.arange(len(labels))"
def one_hot(labels, num_classes):
    out = np.zeros((num_classes, num_classes))
    out[labels] = 1
    return out[: len(labels)]


# %% Writes the label mistake="one_hot" fails=["a few labels", "classes that nobody has", "one example, as many as classes, many"] says="write 1 there, not the label"
def one_hot(labels, num_classes):
    out = np.zeros((len(labels), num_classes))
    for row, label in enumerate(labels):
        out[row, label] = label
    return out


# %% A list of rows mistake="one_hot" fails=["a few labels", "classes that nobody has", "one example, as many as classes, many"] says="np.array(...) makes it an array"
def one_hot(labels, num_classes):
    return [[float(label == k) for k in range(num_classes)] for label in labels]


# %% Keras's own mistake="one_hot" rule=true says="write one_hot with NumPy"
def one_hot(labels, num_classes):
    return keras.utils.to_categorical(labels, num_classes)


# %% By comparing alternative="one_hot"
def one_hot(labels, num_classes):
    return (labels[:, None] == np.arange(num_classes)).astype("float32")


# %% Row by row alternative="one_hot"
def one_hot(labels, num_classes):
    out = np.zeros((len(labels), num_classes), dtype=int)
    for row, label in enumerate(labels):
        out[row, label] = 1
    return out


# %% keras.ops alternative="one_hot"
def one_hot(labels, num_classes):
    return keras.ops.take(keras.ops.eye(num_classes), labels, axis=0)


# %% Overflows mistake="softmax" fails=["large scores", "a row far below another"] says="overflows to infinity" subtle=true
def softmax(logits):
    e = np.exp(logits)
    return e / e.sum(axis=-1, keepdims=True)


# %% Subtracts the largest of the batch mistake="softmax" fails=["a row far below another"] says="its own largest score" subtle=true
def softmax(logits):
    e = np.exp(logits - logits.max())
    return e / e.sum(axis=-1, keepdims=True)


# %% Sums over the whole batch mistake="softmax" fails=["a batch", "large scores", "a row far below another", "as many examples as classes, one example"] says="axis=-1"
def softmax(logits):
    e = np.exp(logits - logits.max())
    return e / e.sum()


# %% Over the batch axis mistake="softmax" fails=["a batch", "large scores", "a row far below another", "as many examples as classes, one example"] says="Every column sums to 1"
def softmax(logits):
    e = np.exp(logits - logits.max(axis=0))
    return e / e.sum(axis=0)


# %% Forgets keepdims where it divides mistake="softmax" fails=["a batch", "large scores", "a row far below another", "as many examples as classes, one example"] says="keepdims" subtle=true
def softmax(logits):
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1)


# %% Cuts large scores off mistake="softmax" fails=["large scores", "a row far below another"] says="Cutting large scores off" subtle=true
def softmax(logits):
    e = np.exp(np.clip(logits, -500, 500))
    return e / e.sum(axis=-1, keepdims=True)


# %% Never divides mistake="softmax" fails=["a batch", "large scores", "a row far below another", "as many examples as classes, one example"] says="forgot to divide"
def softmax(logits):
    return np.exp(logits)


# %% A sigmoid for every score mistake="softmax" fails=["a batch", "large scores", "a row far below another", "as many examples as classes, one example"] says="compares the scores of a row"
def softmax(logits):
    return sigmoid(logits)


# %% Logarithms mistake="softmax" fails=["a batch", "large scores", "a row far below another", "as many examples as classes, one example"] says="These are logarithms"
def softmax(logits):
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


# %% Made for one row mistake="softmax" fails=["a batch", "large scores", "a row far below another", "as many examples as classes, one example"] says="keeps a row's sum"
def softmax(logits):
    rows = []
    for row in logits:
        rows.append([np.exp(z - max(logits)) for z in row])
    return np.array(rows)


# %% SciPy's own mistake="softmax" rule=true says="exp and a sum"
def softmax(logits):
    from scipy.special import softmax as ready

    return ready(logits, axis=-1)


# %% Row by row alternative="softmax"
def softmax(logits):
    rows = []
    for row in logits:
        e = [np.exp(z - max(row)) for z in row]
        rows.append([value / sum(e) for value in e])
    return np.array(rows)


# %% With SciPy's logsumexp alternative="softmax"
def softmax(logits):
    from scipy.special import logsumexp

    return np.exp(logits - logsumexp(logits, axis=-1, keepdims=True))


# %% keras.ops in float64 alternative="softmax"
def softmax(logits):
    logits = keras.ops.cast(logits, "float64")
    e = keras.ops.exp(logits - keras.ops.max(logits, axis=-1, keepdims=True))
    return e / keras.ops.sum(e, axis=-1, keepdims=True)


# %% In float32, which holds 2000.3 to four decimals alternative="softmax"
def softmax(logits):
    logits = keras.ops.cast(logits, "float32")
    e = keras.ops.exp(logits - keras.ops.max(logits, axis=-1, keepdims=True))
    return e / keras.ops.sum(e, axis=-1, keepdims=True)


# %% The sum mistake="mean_squared_error" fails=["two vectors", "two matrices", "one value, three axes, no error"] says="You summed"
def mean_squared_error(targets, predictions):
    return np.sum((targets - predictions) ** 2)


# %% Half of it mistake="mean_squared_error" fails=["two vectors", "two matrices", "one value, three axes, no error"] says="no ½" subtle=true
def mean_squared_error(targets, predictions):
    return 0.5 * np.mean((targets - predictions) ** 2)


# %% The root of it mistake="mean_squared_error" fails=["two vectors", "two matrices", "one value, three axes, no error"] says="Leave the square root away"
def mean_squared_error(targets, predictions):
    return np.sqrt(np.mean((targets - predictions) ** 2))


# %% Averages first mistake="mean_squared_error" fails=["two vectors", "two matrices", "one value, three axes, no error"] says="Square first, then average" subtle=true
def mean_squared_error(targets, predictions):
    return np.mean(targets - predictions) ** 2


# %% One number per row mistake="mean_squared_error" fails=["two matrices", "one value, three axes, no error"] says="Average over all axes" subtle=true
def mean_squared_error(targets, predictions):
    return np.mean((targets - predictions) ** 2, axis=-1)


# %% Divides by the length mistake="mean_squared_error" fails=["two matrices", "one value, three axes, no error"] says="averaged only over the examples" subtle=true
def mean_squared_error(targets, predictions):
    return np.sum((targets - predictions) ** 2) / len(targets)


# %% Absolute values mistake="mean_squared_error" fails=["two vectors", "two matrices", "one value, three axes, no error"] says="absolute values"
def mean_squared_error(targets, predictions):
    return np.mean(np.abs(targets - predictions))


# %% One sum for all alternative="mean_squared_error"
def mean_squared_error(targets, predictions):
    total = 0.0
    for target, prediction in zip(targets.ravel(), predictions.ravel()):
        total += (target - prediction) ** 2
    return total / targets.size


# %% keras.ops in float32 alternative="mean_squared_error"
def mean_squared_error(targets, predictions):
    d = keras.ops.cast(targets, "float32") - keras.ops.cast(predictions, "float32")
    return keras.ops.mean(keras.ops.square(d))


# %% A Python number alternative="mean_squared_error"
def mean_squared_error(targets, predictions):
    return float(np.average(np.power(predictions - targets, 2)))


# %% The sum mistake="binary_cross_entropy" fails=["a batch", "certain and wrong", "one example, many examples"] says="take the mean"
def binary_cross_entropy(targets, probs):
    p = np.clip(probs, 1e-7, 1 - 1e-7)
    return -np.sum(targets * np.log(p) + (1 - targets) * np.log(1 - p))


# %% Targets of 0 do not count mistake="binary_cross_entropy" fails=["a batch", "certain and wrong", "one example, many examples"] says="add (1 − t) · log(1 − p)" subtle=true
def binary_cross_entropy(targets, probs):
    return -np.mean(targets * np.log(np.clip(probs, 1e-7, 1 - 1e-7)))


# %% Does not clip mistake="binary_cross_entropy" fails=["certain and right", "certain and wrong"] says="np.clip" subtle=true
def binary_cross_entropy(targets, probs):
    return -np.mean(targets * np.log(probs) + (1 - targets) * np.log(1 - probs))


# %% Clips too late mistake="binary_cross_entropy" fails=["certain and wrong"] says="clipped at another place" subtle=true
def binary_cross_entropy(targets, probs):
    p = np.clip(probs, 1e-15, 1 - 1e-15)
    return -np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p))


# %% Exchanged arguments mistake="binary_cross_entropy" fails=["a batch", "certain and wrong", "one example, many examples"] says="Targets and probabilities are exchanged" subtle=true
def binary_cross_entropy(probs, targets):
    p = np.clip(probs, 1e-7, 1 - 1e-7)
    return -np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p))


# %% Base 2 mistake="binary_cross_entropy" fails=["a batch", "certain and wrong", "one example, many examples"] says="yours has base 2" subtle=true
def binary_cross_entropy(targets, probs):
    p = np.clip(probs, 1e-7, 1 - 1e-7)
    return -np.mean(targets * np.log2(p) + (1 - targets) * np.log2(1 - p))


# %% Base 10 mistake="binary_cross_entropy" fails=["a batch", "certain and wrong", "one example, many examples"] says="yours has base 10" subtle=true
def binary_cross_entropy(targets, probs):
    p = np.clip(probs, 1e-7, 1 - 1e-7)
    return -np.mean(targets * np.log10(p) + (1 - targets) * np.log10(1 - p))


# %% No minus mistake="binary_cross_entropy" fails=["a batch", "certain and wrong", "one example, many examples"] says="The sign is missing"
def binary_cross_entropy(targets, probs):
    p = np.clip(probs, 1e-7, 1 - 1e-7)
    return np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p))


# %% One loss per example mistake="binary_cross_entropy" fails=["a batch", "certain and right", "certain and wrong", "one example, many examples"] says="A loss is a single number"
def binary_cross_entropy(targets, probs):
    p = np.clip(probs, 1e-7, 1 - 1e-7)
    return -(targets * np.log(p) + (1 - targets) * np.log(1 - p))


# %% Keras's own mistake="binary_cross_entropy" rule=true says="NumPy's log"
def binary_cross_entropy(targets, probs):
    return keras.losses.binary_crossentropy(targets, probs)


# %% Chosen by where alternative="binary_cross_entropy"
def binary_cross_entropy(targets, probs):
    given = np.where(targets == 1, probs, 1 - probs)
    return np.mean(-np.log(np.clip(given, 1e-7, 1 - 1e-7)))


# %% A loop with the math module alternative="binary_cross_entropy"
def binary_cross_entropy(targets, probs):
    import math

    total = 0.0
    for t, p in zip(targets, probs):
        p = min(max(p, 1e-7), 1 - 1e-7)
        total -= math.log(p) if t == 1 else math.log(1 - p)
    return total / len(targets)


# %% keras.ops in float32 alternative="binary_cross_entropy"
def binary_cross_entropy(targets, probs):
    t = keras.ops.cast(targets, "float32")
    p = keras.ops.clip(keras.ops.cast(probs, "float32"), 1e-7, 1 - 1e-7)
    return keras.ops.mean(-t * keras.ops.log(p) - (1 - t) * keras.ops.log(1 - p))


# %% The mean mistake="categorical_cross_entropy" fails=["a batch", "probabilities of exactly 0 and 1", "as many examples as classes, one example"] says="without the mean over the batch"
def categorical_cross_entropy(targets, probs):
    return -np.mean(np.sum(targets * np.log(np.clip(probs, 1e-7, 1)), axis=-1))


# %% Averages over the classes mistake="categorical_cross_entropy" fails=["a batch", "probabilities of exactly 0 and 1", "as many examples as classes, one example"] says="do not average" subtle=true
def categorical_cross_entropy(targets, probs):
    return -np.mean(targets * np.log(np.clip(probs, 1e-7, 1)), axis=-1)


# %% Sums over the batch mistake="categorical_cross_entropy" fails=["a batch", "probabilities of exactly 0 and 1", "as many examples as classes, one example"] says="You summed over the batch" subtle=true
def categorical_cross_entropy(targets, probs):
    return -np.sum(targets * np.log(np.clip(probs, 1e-7, 1)), axis=0)


# %% Does not clip mistake="categorical_cross_entropy" fails=["probabilities of exactly 0 and 1"] says="np.clip" subtle=true
def categorical_cross_entropy(targets, probs):
    return -np.sum(targets * np.log(probs), axis=-1)


# %% The largest probability mistake="categorical_cross_entropy" fails=["a batch", "probabilities of exactly 0 and 1", "as many examples as classes, one example"] says="take the one of the target" subtle=true
def categorical_cross_entropy(targets, probs):
    return -np.log(np.clip(probs, 1e-7, 1).max(axis=-1))


# %% Binary losses added up mistake="categorical_cross_entropy" fails=["a batch", "probabilities of exactly 0 and 1", "as many examples as classes, one example"] says="binary losses" subtle=true
def categorical_cross_entropy(targets, probs):
    p = np.clip(probs, 1e-7, 1 - 1e-7)
    return -np.sum(targets * np.log(p) + (1 - targets) * np.log(1 - p), axis=-1)


# %% Exchanged mistake="categorical_cross_entropy" fails=["a batch", "as many examples as classes, one example"] says="Targets and probabilities are exchanged"
def categorical_cross_entropy(targets, probs):
    return -np.sum(probs * np.log(np.clip(targets, 1e-7, 1)), axis=-1)


# %% Base 2 mistake="categorical_cross_entropy" fails=["a batch", "probabilities of exactly 0 and 1", "as many examples as classes, one example"] says="yours has base 2" subtle=true
def categorical_cross_entropy(targets, probs):
    return -np.sum(targets * np.log2(np.clip(probs, 1e-7, 1)), axis=-1)


# %% No minus mistake="categorical_cross_entropy" fails=["a batch", "probabilities of exactly 0 and 1", "as many examples as classes, one example"] says="The sign is missing"
def categorical_cross_entropy(targets, probs):
    return np.sum(targets * np.log(np.clip(probs, 1e-7, 1)), axis=-1)


# %% Not summed mistake="categorical_cross_entropy" fails=["a batch", "probabilities of exactly 0 and 1", "as many examples as classes, one example"] says="Sum over the classes"
def categorical_cross_entropy(targets, probs):
    return -targets * np.log(np.clip(probs, 1e-7, 1))


# %% Picks the target's probability alternative="categorical_cross_entropy"
def categorical_cross_entropy(targets, probs):
    picked = np.take_along_axis(probs, targets.argmax(axis=1)[:, None], axis=1)[:, 0]
    return -np.log(np.maximum(picked, 1e-7))


# %% Clipped on both sides, as Keras does alternative="categorical_cross_entropy"
def categorical_cross_entropy(targets, probs):
    p = keras.ops.clip(keras.ops.cast(probs, "float32"), 1e-7, 1 - 1e-7)
    return -keras.ops.sum(keras.ops.cast(targets, "float32") * keras.ops.log(p), axis=-1)


# %% Example by example alternative="categorical_cross_entropy"
def categorical_cross_entropy(targets, probs):
    losses = []
    for target, prob in zip(targets, probs):
        losses.append(-sum(t * np.log(max(p, 1e-7)) for t, p in zip(target, prob)))
    return np.array(losses)


# %% The mean mistake="total_loss" fails=["one hidden layer", "two hidden layers", "no hidden layer, one example"] says="This is the mean" subtle=true
def total_loss(x, targets, layers):
    for kernel, bias in layers[:-1]:
        x = sigmoid(x @ kernel + bias)
    kernel, bias = layers[-1]
    return categorical_cross_entropy(targets, softmax(x @ kernel + bias)).mean()


# %% Softmax after the last sigmoid mistake="total_loss" fails=["one hidden layer", "two hidden layers", "no hidden layer, one example"] says="softmax alone" subtle=true
def total_loss(x, targets, layers):
    probs = softmax(forward(x, layers)[-1])
    return categorical_cross_entropy(targets, probs).sum()


# %% The last layer keeps its sigmoid mistake="total_loss" fails=["one hidden layer", "two hidden layers", "no hidden layer, one example"] says="softmax in its place"
def total_loss(x, targets, layers):
    return categorical_cross_entropy(targets, forward(x, layers)[-1]).sum()


# %% Softmax over the batch mistake="total_loss" fails=["one hidden layer", "two hidden layers", "no hidden layer, one example"] says="Softmax goes over the classes" subtle=true
def total_loss(x, targets, layers):
    for kernel, bias in layers[:-1]:
        x = sigmoid(x @ kernel + bias)
    kernel, bias = layers[-1]
    probs = softmax((x @ kernel + bias).T).T
    return categorical_cross_entropy(targets, probs).sum()


# %% Softmax everywhere mistake="total_loss" fails=["one hidden layer", "two hidden layers", "no hidden layer, one example"] says="The hidden layers use softmax"
def total_loss(x, targets, layers):
    for kernel, bias in layers:
        x = softmax(x @ kernel + bias)
    return categorical_cross_entropy(targets, x).sum()


# %% Hidden layers without sigmoid mistake="total_loss" fails=["one hidden layer", "two hidden layers", "no hidden layer, one example"] says="The hidden layers lost their sigmoid"
def total_loss(x, targets, layers):
    for kernel, bias in layers:
        x = x @ kernel + bias
    return categorical_cross_entropy(targets, softmax(x)).sum()


# %% Needs a hidden layer mistake="total_loss" fails=["no hidden layer, one example"] says="only an output layer" subtle=true
def total_loss(x, targets, layers):
    hidden = forward(x, layers[:-1])[-1]
    kernel, bias = layers[-1]
    return categorical_cross_entropy(targets, softmax(hidden @ kernel + bias)).sum()


# %% One hidden layer only mistake="total_loss" fails=["two hidden layers", "no hidden layer, one example"] says="has two hidden layers"
def total_loss(x, targets, layers):
    hidden = sigmoid(x @ layers[0][0] + layers[0][1])
    probs = softmax(hidden @ layers[1][0] + layers[1][1])
    return categorical_cross_entropy(targets, probs).sum()


# %% A loss per example mistake="total_loss" fails=["one hidden layer", "two hidden layers", "no hidden layer, one example"] says="Add the losses of all examples"
def total_loss(x, targets, layers):
    for kernel, bias in layers[:-1]:
        x = sigmoid(x @ kernel + bias)
    return categorical_cross_entropy(targets, softmax(x @ layers[-1][0] + layers[-1][1]))


# %% By forward and a special case alternative="total_loss"
def total_loss(x, targets, layers):
    hidden = forward(x, layers[:-1])[-1] if len(layers) > 1 else x
    probs = softmax(hidden @ layers[-1][0] + layers[-1][1])
    return float(np.sum(categorical_cross_entropy(targets, probs)))


# %% Example by example alternative="total_loss"
def total_loss(x, targets, layers):
    total = 0.0
    for example, target in zip(x, targets):
        for kernel, bias in layers[:-1]:
            example = sigmoid(example @ kernel + bias)
        z = example @ layers[-1][0] + layers[-1][1]
        total += np.log(np.exp(z).sum()) - z @ target
    return total


# %% keras.ops in float32 alternative="total_loss"
def total_loss(x, targets, layers):
    x = keras.ops.cast(x, "float32")
    for kernel, bias in layers[:-1]:
        x = keras.ops.sigmoid(keras.ops.matmul(x, keras.ops.cast(kernel, "float32")) + bias)
    kernel, bias = layers[-1]
    logits = keras.ops.matmul(x, keras.ops.cast(kernel, "float32")) + bias
    return keras.ops.sum(keras.losses.categorical_crossentropy(targets, logits, from_logits=True))


# %% Uphill mistake="logistic_step" fails=["one step", "from zero", "one example, many features"] says="goes uphill"
def logistic_step(x, targets, weights, bias, learning_rate):
    error = sigmoid(x @ weights + bias) - targets
    return weights + learning_rate * x.T @ error / len(x), bias + learning_rate * error.mean()


# %% The sum mistake="logistic_step" fails=["one step", "from zero", "one example, many features"] says="not the sum" subtle=true
def logistic_step(x, targets, weights, bias, learning_rate):
    error = sigmoid(x @ weights + bias) - targets
    return weights - learning_rate * x.T @ error, bias - learning_rate * error.sum()


# %% The mean for the bias only mistake="logistic_step" fails=["one step", "from zero", "one example, many features"] says="The weights' gradient is a sum" subtle=true
def logistic_step(x, targets, weights, bias, learning_rate):
    error = sigmoid(x @ weights + bias) - targets
    return weights - learning_rate * x.T @ error, bias - learning_rate * error.mean()


# %% Forgets the bias mistake="logistic_step" fails=["one step", "from zero", "one example, many features"] says="The bias did not move"
def logistic_step(x, targets, weights, bias, learning_rate):
    error = sigmoid(x @ weights + bias) - targets
    return weights - learning_rate * x.T @ error / len(x), bias


# %% In place mistake="logistic_step" fails=["leaves its arguments alone"] says="changed its argument `weights`" subtle=true
def logistic_step(x, targets, weights, bias, learning_rate):
    error = sigmoid(x @ weights + bias) - targets
    weights -= learning_rate * x.T @ error / len(x)
    bias -= learning_rate * error.mean()
    return weights, bias


# %% The bias sees the new weights mistake="logistic_step" fails=["one step", "from zero", "one example, many features"] says="compute both gradients first" subtle=true
def logistic_step(x, targets, weights, bias, learning_rate):
    weights = weights - learning_rate * x.T @ (sigmoid(x @ weights + bias) - targets) / len(x)
    return weights, bias - learning_rate * np.mean(sigmoid(x @ weights + bias) - targets)


# %% The gradient of a squared error mistake="logistic_step" fails=["one step", "from zero", "one example, many features"] says="squared error" subtle=true
def logistic_step(x, targets, weights, bias, learning_rate):
    p = sigmoid(x @ weights + bias)
    error = (p - targets) * p * (1 - p)
    return weights - learning_rate * x.T @ error / len(x), bias - learning_rate * error.mean()


# %% Divides by the features mistake="logistic_step" fails=["one step", "from zero", "one example, many features"] says="number of features" subtle=true
def logistic_step(x, targets, weights, bias, learning_rate):
    error = sigmoid(x @ weights + bias) - targets
    return weights - learning_rate * x.T @ error / len(weights), bias - learning_rate * error.mean()


# %% No learning rate mistake="logistic_step" fails=["one step", "from zero", "one example, many features"] says="The learning rate is missing"
def logistic_step(x, targets, weights, bias, learning_rate):
    error = sigmoid(x @ weights + bias) - targets
    return weights - x.T @ error / len(x), bias - error.mean()


# %% No sigmoid mistake="logistic_step" fails=["one step", "from zero", "one example, many features"] says="The sigmoid is missing"
def logistic_step(x, targets, weights, bias, learning_rate):
    error = x @ weights + bias - targets
    return weights - learning_rate * x.T @ error / len(x), bias - learning_rate * error.mean()


# %% The step instead of the sigmoid mistake="logistic_step" fails=["one step", "from zero", "one example, many features"] says="not the step"
def logistic_step(x, targets, weights, bias, learning_rate):
    error = step(x @ weights + bias) - targets
    return weights - learning_rate * x.T @ error / len(x), bias - learning_rate * error.mean()


# %% A bias per example mistake="logistic_step" fails=["one step", "from zero", "one example, many features"] says="The bias is one number"
def logistic_step(x, targets, weights, bias, learning_rate):
    error = sigmoid(x @ weights + bias) - targets
    return weights - learning_rate * x.T @ error / len(x), bias - learning_rate * error


# %% Example by example alternative="logistic_step"
def logistic_step(x, targets, weights, bias, learning_rate):
    new_weights, new_bias = weights.copy(), bias
    for example, target in zip(x, targets):
        p = 1 / (1 + np.exp(-(np.dot(example, weights) + bias)))
        new_weights -= learning_rate / len(x) * (p - target) * example
        new_bias -= learning_rate / len(x) * (p - target)
    return [new_weights, new_bias]


# %% keras.ops in float32 alternative="logistic_step"
def logistic_step(x, targets, weights, bias, learning_rate):
    x, weights = keras.ops.cast(x, "float32"), keras.ops.cast(weights, "float32")
    error = keras.ops.sigmoid(keras.ops.dot(x, weights) + bias) - targets.astype("float32")
    gradient = keras.ops.mean(x * error[:, None], axis=0)
    return weights - learning_rate * gradient, bias - learning_rate * keras.ops.mean(error)


# %% Parameters as one vector alternative="logistic_step"
def logistic_step(x, targets, weights, bias, learning_rate):
    rows = np.column_stack([np.ones(len(x)), x])
    theta = np.append(bias, weights)
    theta = theta - learning_rate * np.mean(
        (sigmoid(rows @ theta) - targets)[:, None] * rows, axis=0
    )
    return theta[1:], theta[0]


# %% Not trained mistake="train_xor" fails=["right on all four corners"] says="hardly trained"
def train_xor(seeds):
    corners, targets = datasets.truth_table("XOR", quiet=True)
    models, losses = [], []
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        model = keras.Sequential([keras.Input((2,))])
        model.add(
            keras.layers.Dense(
                2, "tanh", kernel_initializer=keras.initializers.RandomNormal(stddev=1e-3)
            )
        )
        model.add(keras.layers.Dense(1, "sigmoid"))
        models.append(model)
        probs = np.asarray(model(corners))[:, 0]
        losses.append(binary_cross_entropy(targets, probs))
    return models[int(np.argmin(losses))], losses


# %% The last start, not the best mistake="train_xor" fails=["the best start is returned"] says="that of another start" subtle=true
def train_xor(seeds):
    corners, targets = datasets.truth_table("XOR", quiet=True)
    x, y = np.tile(corners, (300, 1)), np.tile(targets, 300)
    losses = []
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        layers = [keras.layers.Dense(2, "tanh"), keras.layers.Dense(1, "sigmoid")]
        model = keras.Sequential([keras.Input((2,)), *layers])
        model.compile(keras.optimizers.Adam(0.1), "binary_crossentropy", steps_per_execution=100)
        model.fit(x, y, batch_size=4, shuffle=False, verbose=0)
        losses.append(binary_cross_entropy(targets, np.asarray(model(corners))[:, 0]))
    return model, losses


# %% The best model is overwritten mistake="train_xor" fails=["the best start is returned"] says="overwrite it" subtle=true
def train_xor(seeds):
    corners, targets = datasets.truth_table("XOR", quiet=True)
    x, y = np.tile(corners, (300, 1)), np.tile(targets, 300)
    losses, best = [], None
    layers = [keras.layers.Dense(2, "tanh"), keras.layers.Dense(1, "sigmoid")]
    model = keras.Sequential([keras.Input((2,)), *layers])
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        model.set_weights(keras.models.clone_model(model).get_weights())
        model.compile(keras.optimizers.Adam(0.1), "binary_crossentropy", steps_per_execution=100)
        model.fit(x, y, batch_size=4, shuffle=False, verbose=0)
        losses.append(binary_cross_entropy(targets, np.asarray(model(corners))[:, 0]))
        if losses[-1] == min(losses):
            best = model
    return best, losses


# %% Goes on from where the last start ended mistake="train_xor" fails=["the seed decides the start"] says="fresh weights" subtle=true
def train_xor(seeds):
    corners, targets = datasets.truth_table("XOR", quiet=True)
    x, y = np.tile(corners, (300, 1)), np.tile(targets, 300)
    keras.utils.set_random_seed(1)
    layers = [keras.layers.Dense(2, "tanh"), keras.layers.Dense(1, "sigmoid")]
    model = keras.Sequential([keras.Input((2,)), *layers])
    model.compile(keras.optimizers.Adam(0.1), "binary_crossentropy", steps_per_execution=100)
    losses = []
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        model.fit(x, y, batch_size=4, shuffle=False, verbose=0)
        losses.append(binary_cross_entropy(targets, np.asarray(model(corners))[:, 0]))
    return model, losses


# %% The average loss over the training mistake="train_xor" fails=["the best start is returned"] says="not an average over the training" subtle=true
def train_xor(seeds):
    corners, targets = datasets.truth_table("XOR", quiet=True)
    x, y = np.tile(corners, (300, 1)), np.tile(targets, 300)
    models, losses = [], []
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        layers = [keras.layers.Dense(2, "tanh"), keras.layers.Dense(1, "sigmoid")]
        model = keras.Sequential([keras.Input((2,)), *layers])
        model.compile(keras.optimizers.Adam(0.1), "binary_crossentropy", steps_per_execution=100)
        history = model.fit(x, y, batch_size=4, shuffle=False, verbose=0)
        models.append(model)
        losses.append(history.history["loss"][-1])
    return models[int(np.argmin(losses))], losses


# %% Whole histories mistake="train_xor" fails=["one loss per start", "the best start is returned", "the seed decides the start"] says="not the whole history"
def train_xor(seeds):
    corners, targets = datasets.truth_table("XOR", quiet=True)
    x, y = np.tile(corners, (100, 1)), np.tile(targets, 100)
    models, losses = [], []
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        layers = [keras.layers.Dense(2, "tanh"), keras.layers.Dense(1, "sigmoid")]
        model = keras.Sequential([keras.Input((2,)), *layers])
        model.compile(keras.optimizers.Adam(0.1), "binary_crossentropy", steps_per_execution=100)
        history = model.fit(x, y, batch_size=4, epochs=5, shuffle=False, verbose=0)
        models.append(model)
        losses.append(history.history["loss"])
    return models[int(np.argmin([loss[-1] for loss in losses]))], losses


# %% Three hidden units mistake="train_xor" fails=["nine parameters"] says="9 parameters" subtle=true
def train_xor(seeds):
    corners, targets = datasets.truth_table("XOR", quiet=True)
    x, y = np.tile(corners, (400, 1)), np.tile(targets, 400)
    models, losses = [], []
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        layers = [keras.layers.Dense(3, "tanh"), keras.layers.Dense(1, "sigmoid")]
        model = keras.Sequential([keras.Input((2,)), *layers])
        model.compile(keras.optimizers.Adam(0.1), "binary_crossentropy", steps_per_execution=100)
        model.fit(x, y, batch_size=4, shuffle=False, verbose=0)
        models.append(model)
        losses.append(binary_cross_entropy(targets, np.asarray(model(corners))[:, 0]))
    return models[int(np.argmin(losses))], losses


# %% The same start for every seed mistake="train_xor" fails=["the seed decides the start"] says="exactly the same loss"
def train_xor(seeds):
    corners, targets = datasets.truth_table("XOR", quiet=True)
    x, y = np.tile(corners, (400, 1)), np.tile(targets, 400)
    models, losses = [], []
    for _ in seeds:
        keras.utils.set_random_seed(1)
        layers = [keras.layers.Dense(2, "tanh"), keras.layers.Dense(1, "sigmoid")]
        model = keras.Sequential([keras.Input((2,)), *layers])
        model.compile(keras.optimizers.Adam(0.1), "binary_crossentropy", steps_per_execution=100)
        model.fit(x, y, batch_size=4, shuffle=False, verbose=0)
        models.append(model)
        losses.append(binary_cross_entropy(targets, np.asarray(model(corners))[:, 0]))
    return models[int(np.argmin(losses))], losses


# %% Losses first mistake="train_xor" fails=["right on all four corners", "nine parameters", "one loss per start", "the best start is returned", "the seed decides the start"] says="The order is turned around"
def train_xor(seeds):
    layers = [keras.layers.Dense(2, "tanh"), keras.layers.Dense(1, "sigmoid")]
    return [0.01 for _ in seeds], keras.Sequential([keras.Input((2,)), *layers])


# %% tanh and Adam, a model per start alternative="train_xor"
def train_xor(seeds):
    corners, targets = datasets.truth_table("XOR", quiet=True)
    x, y = np.tile(corners, (300, 1)), np.tile(targets, 300)
    models, losses = [], []
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        layers = [keras.layers.Dense(2, "tanh"), keras.layers.Dense(1, "sigmoid")]
        model = keras.Sequential([keras.Input((2,)), *layers])
        model.compile(keras.optimizers.Adam(0.1), "binary_crossentropy", steps_per_execution=100)
        model.fit(x, y, batch_size=4, shuffle=False, verbose=0)
        models.append(model)
        losses.append(model.evaluate(corners, targets, verbose=0))
    return models[int(np.argmin(losses))], np.array(losses)


# %% Slow and plain, epoch by epoch, the last loss of the history alternative="train_xor" slow=true
def train_xor(seeds):
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
    y = np.array([[0], [1], [1], [0]], "float32")
    best_model, best_loss, losses = None, float("inf"), []
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        inputs = keras.Input((2,))
        outputs = keras.layers.Dense(1, "sigmoid")(keras.layers.Dense(2, "tanh")(inputs))
        model = keras.Model(inputs, outputs)
        model.compile(keras.optimizers.Adam(0.1), "binary_crossentropy")
        history = model.fit(x, y, epochs=150, verbose=0)
        losses.append(history.history["loss"][-1])
        if losses[-1] < best_loss:
            best_model, best_loss = model, losses[-1]
    return best_model, losses


# %% Not trained mistake="train_digit_classifier" fails=["digits it has not seen"] says="was the model trained"
def train_digit_classifier(x, labels):
    layers = [keras.layers.Dense(32, "relu"), keras.layers.Dense(10, "softmax")]
    return keras.Sequential([keras.Input((256,)), *layers])


# %% Hardly trained mistake="train_digit_classifier" fails=["digits it has not seen"] says="Train for more epochs" subtle=true
def train_digit_classifier(x, labels):
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(32, "relu"), keras.layers.Dense(10, "softmax")]
    model = keras.Sequential([keras.Input((256,)), *layers])
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x, labels, epochs=3, verbose=0)
    return model


# %% Scores instead of probabilities mistake="train_digit_classifier" fails=["probabilities"] says="the activation softmax" subtle=true
def train_digit_classifier(x, labels):
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((256,)), keras.layers.Dense(64, "relu"), keras.layers.Dense(10)]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.003), loss, steps_per_execution=10)
    model.fit(x, labels, batch_size=64, epochs=25, verbose=0)
    return model


# %% Ten sigmoids mistake="train_digit_classifier" fails=["probabilities"] says="ten sigmoids" subtle=true
def train_digit_classifier(x, labels):
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(64, "relu"), keras.layers.Dense(10, "sigmoid")]
    model = keras.Sequential([keras.Input((256,)), *layers])
    model.compile(keras.optimizers.Adam(0.003), "binary_crossentropy", steps_per_execution=10)
    model.fit(x, np.eye(10)[labels], batch_size=64, epochs=25, verbose=0)
    return model


# %% Trained on the notebook's digits mistake="train_digit_classifier" fails=["digits it has not seen"] says="train on the arguments" subtle=true
def train_digit_classifier(x, labels):
    digits = datasets.digits(size=16, quiet=True)
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(64, "relu"), keras.layers.Dense(10, "softmax")]
    model = keras.Sequential([keras.Input((256,)), *layers])
    model.compile(
        keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy", steps_per_execution=10
    )
    model.fit(digits.x_train.reshape(-1, 256), digits.y_train, batch_size=64, epochs=20, verbose=0)
    return model


# %% The history mistake="train_digit_classifier" fails=["256 pixels in, 10 numbers out", "probabilities", "digits it has not seen"] says="returns a History"
def train_digit_classifier(x, labels):
    layers = [keras.layers.Dense(10, "softmax")]
    model = keras.Sequential([keras.Input((256,)), *layers])
    model.compile("adam", "sparse_categorical_crossentropy")
    return model.fit(x, labels, epochs=1, verbose=0)


# %% Labels as numbers to hit mistake="train_digit_classifier" fails=["256 pixels in, 10 numbers out", "probabilities", "digits it has not seen"] says="one output per class" subtle=true
def train_digit_classifier(x, labels):
    layers = [keras.layers.Dense(32, "relu"), keras.layers.Dense(1)]
    model = keras.Sequential([keras.Input((256,)), *layers])
    model.compile("adam", "mean_squared_error")
    model.fit(x, labels.astype("float32"), epochs=2, verbose=0)
    return model


# %% Wants images, not rows of pixels mistake="train_digit_classifier" fails=["256 pixels in, 10 numbers out", "probabilities", "digits it has not seen"] says="could not be asked"
def train_digit_classifier(x, labels):
    model = keras.Sequential(
        [keras.Input((16, 16)), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x.reshape(-1, 16, 16), labels, epochs=1, verbose=0)
    return model


# %% Softmax over the batch mistake="train_digit_classifier" fails=["probabilities", "digits it has not seen"] says="not over the batch" subtle=true
def train_digit_classifier(x, labels):
    layers = [keras.layers.Dense(10), keras.layers.Softmax(axis=0)]
    model = keras.Sequential([keras.Input((256,)), *layers])
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x, labels, epochs=2, verbose=0)
    return model


# %% Learned by heart in a table mistake="train_digit_classifier" fails=["256 pixels in, 10 numbers out", "probabilities", "digits it has not seen"] says="Return the Keras model itself"
def train_digit_classifier(x, labels):
    return np.eye(10)[labels]


# %% A deeper network with one-hot targets alternative="train_digit_classifier"
def train_digit_classifier(x, labels):
    keras.utils.set_random_seed(0)
    model = keras.Sequential()
    for units in (64, 32):
        model.add(keras.layers.Dense(units, activation="relu"))
    model.add(keras.layers.Dense(10, activation="softmax"))
    model.compile(keras.optimizers.Adam(0.003), "categorical_crossentropy", steps_per_execution=10)
    model.fit(x, keras.utils.to_categorical(labels, 10), batch_size=32, epochs=25, verbose=0)
    return model


# %% A functional model with a convolution alternative="train_digit_classifier"
def train_digit_classifier(x, labels):
    keras.utils.set_random_seed(0)
    inputs = keras.Input((256,))
    z = keras.layers.Reshape((16, 16, 1))(inputs)
    z = keras.layers.Conv2D(16, 4, strides=2, activation="relu")(z)
    z = keras.layers.Dense(64, "relu")(keras.layers.Flatten()(z))
    model = keras.Model(inputs, keras.layers.Dense(10, "softmax")(z))
    model.compile(
        keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy", steps_per_execution=10
    )
    model.fit(x, labels, batch_size=32, epochs=12, verbose=0)
    return model
