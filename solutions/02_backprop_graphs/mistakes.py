# %% [markdown]
# Wrong answers that people give, and other right ones. Each cell replaces the exercise of that
# name; tests/test_checks.py asks the check about it.


# %% One side only mistake="numerical_gradient" fails=["a matrix", "both sides"] says="This is f(x + h) − f(x), one side only; use f(x + h) − f(x − h), over 2h." subtle=true
def numerical_gradient(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for entry in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[entry] = h
        gradient[entry] = (f(x + step) - f(x)) / h
    return gradient


# %% Divided by h mistake="numerical_gradient" fails=["a vector", "a matrix", "both sides", "a single number"] says="The two runs are 2h apart, so divide by 2h, not by h."
def numerical_gradient(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for entry in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[entry] = h
        gradient[entry] = (f(x + step) - f(x - step)) / h
    return gradient


# %% Leaves x moved mistake="numerical_gradient" fails=["a vector", "a matrix"] says="The array x itself was changed. Work on a copy, or put the entry back." subtle=true
def numerical_gradient(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for entry in np.ndindex(x.shape):
        x[entry] += h
        up = f(x)
        x[entry] -= 2 * h
        gradient[entry] = (up - f(x)) / (2 * h)
    return gradient


# %% Moves every entry at once mistake="numerical_gradient" fails=["a vector", "a matrix", "both sides"] says="Every entry moved at once. Change one entry at a time and leave the others alone."
def numerical_gradient(f, x, h=1e-5):
    return np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h))


# %% Its own h mistake="numerical_gradient" fails=["both sides"] says="The argument h was not used." subtle=true
def numerical_gradient(f, x, h=1e-5):
    gradient, h = np.zeros(x.shape), 1e-5
    for entry in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[entry] = h
        gradient[entry] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


# %% One number for all mistake="numerical_gradient" fails=["a vector", "a matrix", "both sides"] says="One slope per entry, in an array of x's shape."
def numerical_gradient(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


# %% Moves x and puts it back alternative="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    gradient = np.zeros_like(x, dtype=float)
    for entry in np.ndindex(x.shape):
        kept = x[entry]
        x[entry] = kept + h
        up = f(x)
        x[entry] = kept - h
        down = f(x)
        x[entry] = kept
        gradient[entry] = (up - down) / (2 * h)
    return gradient


# %% Directions from an identity matrix alternative="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + s) - f(x - s)) / (2 * h) for s in steps]).reshape(x.shape)


# %% The distance alone mistake="relative_error" fails=["two vectors", "two matrices"] says="This is the distance alone; divide it by the sum of both sizes."
def relative_error(a, b):
    return np.linalg.norm(np.ravel(a) - np.ravel(b))


# %% Divided by one of them mistake="relative_error" fails=["two vectors", "two matrices"] says="Divide by the sizes of both, a and b." subtle=true
def relative_error(a, b):
    return np.linalg.norm(np.ravel(a) - np.ravel(b)) / max(np.linalg.norm(np.ravel(a)), 1e-300)


# %% NaN for zeros mistake="relative_error" fails=["zeros"] says="NaN comes of 0/0: two arrays of zeros are equal, so return 0.0 for them." subtle=true
def relative_error(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))


# %% Entry by entry mistake="relative_error" fails=["two vectors", "two matrices", "hardly different", "zeros"] says="Return one number for the whole array."
def relative_error(a, b):
    return np.abs(a - b) / (np.abs(a) + np.abs(b) + 1e-300)


# %% Divided by the mean size mistake="relative_error" fails=["two vectors", "two matrices"] says="Divide by the sum of both sizes, not by their mean." subtle=true
def relative_error(a, b):
    sizes = (np.linalg.norm(a) + np.linalg.norm(b)) / 2
    return np.linalg.norm(a - b) / sizes if sizes else 0.0


# %% Divided by the size of the sum mistake="relative_error" fails=["two vectors", "two matrices"] says="Add the two sizes; the size of the sum is something else."
def relative_error(a, b):
    size = np.linalg.norm(a + b)
    return np.linalg.norm(a - b) / size if size else 0.0


# %% With square roots alternative="relative_error"
def relative_error(a, b):
    above = np.sqrt(np.sum((np.asarray(a) - b) ** 2))
    below = np.sqrt(np.sum(np.asarray(a) ** 2)) + np.sqrt(np.sum(np.asarray(b) ** 2))
    return above / below if below > 0 else 0.0


# %% Equal ones first alternative="relative_error"
def relative_error(a, b):
    if np.array_equal(a, b):
        return 0.0
    a, b = np.float64(np.ravel(a)), np.float64(np.ravel(b))
    return float(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)))


# %% Ones mistake="add_backward" fails=["two numbers", "two matrices", "three axes"] says="Multiply by the gradient that arrives; this is the node's own slope." subtle=true
def add_backward(a, b, gradient):
    return np.ones_like(gradient), np.ones_like(gradient)


# %% A product's mistake="add_backward" fails=["two numbers", "two matrices", "three axes"] says="That would be a product's; a sum passes on what arrives."
def add_backward(a, b, gradient):
    return gradient * b, gradient * a


# %% Half for each mistake="add_backward" fails=["two numbers", "two matrices", "three axes"] says="A sum does not share the gradient out: each input gets all of it." subtle=true
def add_backward(a, b, gradient):
    return gradient / 2, gradient / 2


# %% A difference's mistake="add_backward" fails=["two numbers", "two matrices", "three axes"] says="That would be a difference's."
def add_backward(a, b, gradient):
    return gradient, -gradient


# %% Only one mistake="add_backward" fails=["two numbers", "two matrices", "three axes"] says="Return two gradients, first the one for a, then the one for b."
def add_backward(a, b, gradient):
    return gradient


# %% Times one alternative="add_backward"
def add_backward(a, b, gradient):
    return 1 * gradient, 1 * gradient


# %% A list of copies alternative="add_backward"
def add_backward(a, b, gradient):
    return [np.array(gradient), np.array(gradient)]


# %% The inputs swapped mistake="multiply_backward" fails=["two numbers", "two matrices", "three axes"] says="The gradient of `multiply` with respect to its first input is the second input times what arrives; you returned the first. The inputs are swapped." subtle=true
def multiply_backward(a, b, gradient):
    return gradient * a, gradient * b


# %% Without what arrives mistake="multiply_backward" fails=["two numbers", "two matrices", "three axes"] says="Multiply by the gradient that arrives; this is the node's own slope." subtle=true
def multiply_backward(a, b, gradient):
    return b, a


# %% A sum's mistake="multiply_backward" fails=["two numbers", "two matrices", "three axes"] says="That would be a sum's; a product gives each input the other one."
def multiply_backward(a, b, gradient):
    return gradient, gradient


# %% Both factors mistake="multiply_backward" fails=["two numbers", "two matrices", "three axes"] says="You multiplied by both inputs; each gets only the other one."
def multiply_backward(a, b, gradient):
    return gradient * a * b, gradient * a * b


# %% Added instead of multiplied mistake="multiply_backward" fails=["two numbers", "two matrices", "three axes"] says="The gradient that arrives is a factor: multiply, not add." subtle=true
def multiply_backward(a, b, gradient):
    return gradient + b, gradient + a


# %% In the other order alternative="multiply_backward"
def multiply_backward(a, b, gradient):
    return np.multiply(b, gradient), np.multiply(a, gradient)


# %% An array of both alternative="multiply_backward"
def multiply_backward(a, b, gradient):
    return np.array([b * gradient, a * gradient])


# %% Open at 0 mistake="relu_backward" fails=["at 0"] says="At 0 the gate is shut: a > 0, not a >= 0." subtle=true
def relu_backward(a, gradient):
    return gradient * (np.asarray(a) >= 0)


# %% Looks at the gradient mistake="relu_backward" fails=["open and shut", "at 0", "three axes"] says="The gate looks at the input a, not at the gradient." subtle=true
def relu_backward(a, gradient):
    return np.maximum(gradient, 0)


# %% Times a mistake="relu_backward" fails=["open and shut", "three axes"] says="An open gate passes the gradient as it is, not times a."
def relu_backward(a, gradient):
    return gradient * np.maximum(a, 0)


# %% The sign mistake="relu_backward" fails=["open and shut", "at 0", "three axes"] says="Where a is negative nothing passes: 0, not −gradient." subtle=true
def relu_backward(a, gradient):
    return gradient * np.sign(a)


# %% Without what arrives mistake="relu_backward" fails=["open and shut", "at 0", "three axes"] says="Multiply by the gradient that arrives; this is the node's own slope."
def relu_backward(a, gradient):
    return (np.asarray(a) > 0).astype(float)


# %% np.where alternative="relu_backward"
def relu_backward(a, gradient):
    return np.where(np.asarray(a) > 0, gradient, 0.0)


# %% In place, on a copy alternative="relu_backward"
def relu_backward(a, gradient):
    passed = np.array(gradient, dtype=float)
    passed[np.asarray(a) <= 0] = 0
    return passed


# %% Forgets the gate mistake="neuron_backward" fails=["shut"] says="The sum is negative, so the gate is shut and nothing comes back: four zeros." subtle=true
def neuron_backward(x1, w1, x2, w2):
    return w1, x1, w2, x2


# %% A gate for each product mistake="neuron_backward" fails=["one product negative, the sum positive", "shut"] says="The gate looks at the sum of both products, not at each of them." subtle=true
def neuron_backward(x1, w1, x2, w2):
    first, second = float(x1 * w1 > 0), float(x2 * w2 > 0)
    return first * w1, first * x1, second * w2, second * x2


# %% Factors not swapped mistake="neuron_backward" fails=["open", "one product negative, the sum positive"] says="Each factor of a product gets the *other* one: x1's slope is w1."
def neuron_backward(x1, w1, x2, w2):
    open_ = float(x1 * w1 + x2 * w2 > 0)
    return open_ * x1, open_ * w1, open_ * x2, open_ * w2


# %% Weights last mistake="neuron_backward" fails=["open", "one product negative, the sum positive"] says="The order is x1, w1, x2, w2."
def neuron_backward(x1, w1, x2, w2):
    open_ = float(x1 * w1 + x2 * w2 > 0)
    return open_ * w1, open_ * w2, open_ * x1, open_ * x2


# %% y arrives at y mistake="neuron_backward" fails=["open", "one product negative, the sum positive"] says="What arrives at y is 1, not y itself." subtle=true
def neuron_backward(x1, w1, x2, w2):
    y = max(x1 * w1 + x2 * w2, 0.0)
    return y * w1, y * x1, y * w2, y * x2


# %% An if alternative="neuron_backward"
def neuron_backward(x1, w1, x2, w2):
    if x1 * w1 + x2 * w2 > 0:
        return w1, x1, w2, x2
    return 0.0, 0.0, 0.0, 0.0


# %% An array alternative="neuron_backward"
def neuron_backward(x1, w1, x2, w2):
    return np.array([w1, x1, w2, x2]) * (x1 * w1 + x2 * w2 > 0)


# %% No exponent in front mistake="power_backward" fails=["a cube", "a root, and one over a", "another exponent"] says="The exponent is missing in front: n·aⁿ⁻¹."
def power_backward(a, exponent, gradient):
    return gradient * a ** (exponent - 1)


# %% The power stays mistake="power_backward" fails=["a cube", "a root, and one over a", "another exponent"] says="The power goes down by one: n·aⁿ⁻¹." subtle=true
def power_backward(a, exponent, gradient):
    return gradient * exponent * a**exponent


# %% Right for squares only mistake="power_backward" fails=["a cube", "a root, and one over a", "another exponent"] says="This is right for n = 2 only: n·aⁿ⁻¹." subtle=true
def power_backward(a, exponent, gradient):
    return gradient * exponent * a


# %% Without what arrives mistake="power_backward" fails=["a cube", "a root, and one over a", "another exponent"] says="Multiply by the gradient that arrives; this is the node's own slope."
def power_backward(a, exponent, gradient):
    return exponent * a ** (exponent - 1)


# %% The slope for the exponent mistake="power_backward" fails=["a cube", "a root, and one over a", "another exponent"] says="The exponent is fixed; the slope for a is asked, not the one for the exponent."
def power_backward(a, exponent, gradient):
    return gradient * a**exponent * np.log(np.abs(a))


# %% np.power alternative="power_backward"
def power_backward(a, exponent, gradient):
    return np.multiply(gradient, exponent) * np.power(a, exponent - 1.0)


# %% Divided by a alternative="power_backward"
def power_backward(a, exponent, gradient):
    return gradient * exponent * a**exponent / a


# %% Taken for a power mistake="exp_backward" fails=["a matrix", "a number", "three axes"] says="The slope of eᵃ is eᵃ itself: it is no power of a." subtle=true
def exp_backward(a, gradient):
    return gradient * a * np.exp(a - 1)


# %% Without what arrives mistake="exp_backward" fails=["a matrix", "a number", "three axes"] says="Multiply by the gradient that arrives; this is the node's own slope." subtle=true
def exp_backward(a, gradient):
    return np.exp(a)


# %% Passed on mistake="exp_backward" fails=["a matrix", "a number", "three axes"] says="What arrives was passed on as it is; this node changes it."
def exp_backward(a, gradient):
    return gradient


# %% Added mistake="exp_backward" fails=["a matrix", "a number", "three axes"] says="The gradient that arrives is a factor: multiply, not add."
def exp_backward(a, gradient):
    return gradient + np.exp(a)


# %% e to the a alternative="exp_backward"
def exp_backward(a, gradient):
    return gradient * np.e ** np.asarray(a)


# %% Keras alternative="exp_backward"
def exp_backward(a, gradient):
    return gradient * keras.ops.convert_to_numpy(keras.ops.exp(np.float64(a)))


# %% Times a mistake="log_backward" fails=["a matrix", "a small probability", "three axes"] says="The slope of ln a is 1/a, not a."
def log_backward(a, gradient):
    return gradient * a


# %% Without what arrives mistake="log_backward" fails=["a matrix", "a small probability", "three axes"] says="Multiply by the gradient that arrives; this is the node's own slope." subtle=true
def log_backward(a, gradient):
    return 1 / a


# %% Base ten mistake="log_backward" fails=["a matrix", "a small probability", "three axes"] says="That is the logarithm to base 10; ln a has 1/a." subtle=true
def log_backward(a, gradient):
    return gradient / (a * np.log(10))


# %% One over a squared mistake="log_backward" fails=["a matrix", "a small probability", "three axes"] says="The slope of ln a is 1/a; 1/a² belongs to 1/a."
def log_backward(a, gradient):
    return gradient / a**2


# %% A little added for safety mistake="log_backward" fails=["a matrix", "a small probability", "three axes"] says="Do not add anything to a: it is positive." subtle=true
def log_backward(a, gradient):
    return gradient / (a + 1e-3)


# %% Times one over a alternative="log_backward"
def log_backward(a, gradient):
    return gradient * (1 / a)


# %% A negative power alternative="log_backward"
def log_backward(a, gradient):
    return np.asarray(gradient) * np.asarray(a) ** -1.0


# %% a taken for the result mistake="sigmoid_backward" fails=["a matrix", "far from 0", "three axes"] says="In σ(1 − σ) stands the result of the sigmoid, not a." subtle=true
def sigmoid_backward(a, gradient):
    return gradient * a * (1 - a)


# %% Overflows mistake="sigmoid_backward" fails=["far from 0"] says="NaN: e¹⁰⁰⁰ is infinity. Use a form of the sigmoid that is safe on both sides, such as (1 + tanh(a/2))/2." subtle=true
def sigmoid_backward(a, gradient):
    a = np.asarray(a, dtype=float)
    return gradient * np.exp(a) / (1 + np.exp(a)) ** 2


# %% tanh's mistake="sigmoid_backward" fails=["a matrix", "far from 0", "three axes"] says="That is tanh's, 1 − y²; the sigmoid's is y·(1 − y)."
def sigmoid_backward(a, gradient):
    y = 0.5 * (1 + np.tanh(0.5 * np.asarray(a)))
    return gradient * (1 - y**2)


# %% Without what arrives mistake="sigmoid_backward" fails=["a matrix", "far from 0", "three axes"] says="Multiply by the gradient that arrives; this is the node's own slope."
def sigmoid_backward(a, gradient):
    y = 0.5 * (1 + np.tanh(0.5 * np.asarray(a)))
    return y * (1 - y)


# %% The value itself mistake="sigmoid_backward" fails=["a matrix", "far from 0", "three axes"] says="This is the node's value; asked for is its slope."
def sigmoid_backward(a, gradient):
    return gradient * 0.5 * (1 + np.tanh(0.5 * np.asarray(a)))


# %% Half a tanh's alternative="sigmoid_backward"
def sigmoid_backward(a, gradient):
    return gradient * (1 - np.tanh(np.asarray(a) / 2) ** 2) / 4


# %% Keras alternative="sigmoid_backward"
def sigmoid_backward(a, gradient):
    y = keras.ops.convert_to_numpy(keras.ops.sigmoid(np.float64(a)))
    return gradient * y * (1 - y)


# %% a taken for the result mistake="tanh_backward" fails=["a matrix", "far from 0", "three axes"] says="In 1 − tanh² stands the result, tanh(a), not a." subtle=true
def tanh_backward(a, gradient):
    return gradient * (1 - a**2)


# %% The square forgotten mistake="tanh_backward" fails=["a matrix", "far from 0", "three axes"] says="The square is missing: 1 − tanh²(a)." subtle=true
def tanh_backward(a, gradient):
    return gradient * (1 - np.tanh(a))


# %% The sigmoid's mistake="tanh_backward" fails=["a matrix", "far from 0", "three axes"] says="That is the sigmoid's, y·(1 − y); tanh's is 1 − y²."
def tanh_backward(a, gradient):
    return gradient * np.tanh(a) * (1 - np.tanh(a))


# %% Without what arrives mistake="tanh_backward" fails=["a matrix", "far from 0", "three axes"] says="Multiply by the gradient that arrives; this is the node's own slope."
def tanh_backward(a, gradient):
    return 1 - np.tanh(a) ** 2


# %% With both exponentials alternative="tanh_backward"
def tanh_backward(a, gradient):
    a = np.clip(a, -300, 300)
    return gradient * 4 / (np.exp(a) + np.exp(-a)) ** 2


# %% Two factors alternative="tanh_backward"
def tanh_backward(a, gradient):
    y = np.tanh(a)
    return gradient * (1 - y) * (1 + y)


# %% Ones mistake="sum_backward" fails=["over the rows and over the columns", "over everything", "three axes, the middle one"] says="Every entry gets what arrived at its sum, not 1."
def sum_backward(a, axis, gradient):
    return np.ones(np.shape(a))


# %% Always the rows mistake="sum_backward" fails=["over the rows and over the columns", "three axes, the middle one"] says="The gradient was copied along another axis than the one that was summed." subtle=true
def sum_backward(a, axis, gradient):
    return np.broadcast_to(gradient, np.shape(a)).copy()


# %% The mean's mistake="sum_backward" fails=["over the rows and over the columns", "over everything", "three axes, the middle one"] says="A sum counts every entry whole; dividing belongs to the mean." subtle=true
def sum_backward(a, axis, gradient):
    if axis is not None:
        gradient = np.expand_dims(gradient, axis)
        return np.broadcast_to(gradient, np.shape(a)) / np.shape(a)[axis]
    return np.broadcast_to(gradient, np.shape(a)) / np.size(a)


# %% Not copied mistake="sum_backward" fails=["over the rows and over the columns", "over everything", "three axes, the middle one"] says="The result has the shape of the sum; give every entry of a its copy."
def sum_backward(a, axis, gradient):
    return gradient


# %% Times a mistake="sum_backward" fails=["over the rows and over the columns", "over everything", "three axes, the middle one"] says="The slope of a sum is 1 for every entry; a itself plays no part."
def sum_backward(a, axis, gradient):
    if axis is not None:
        gradient = np.expand_dims(gradient, axis)
    return gradient * a


# %% Times ones alternative="sum_backward"
def sum_backward(a, axis, gradient):
    if axis is not None:
        gradient = np.expand_dims(gradient, axis)
    return gradient * np.ones(np.shape(a))


# %% np.repeat alternative="sum_backward"
def sum_backward(a, axis, gradient):
    if axis is None:
        return np.full(np.shape(a), gradient)
    return np.repeat(np.expand_dims(gradient, axis), np.shape(a)[axis], axis=axis)


# %% Forgets the axes of length 1 mistake="unbroadcast" fails=["an axis of length 1", "in front and within"] says="Nothing was summed: the gradient still has the large shape." subtle=true
def unbroadcast(gradient, shape):
    return gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))


# %% Forgets the axes in front mistake="unbroadcast" fails=["a bias and its batch", "a single number", "in front and within"] says="Nothing was summed: the gradient still has the large shape." subtle=true
def unbroadcast(gradient, shape):
    if gradient.ndim != len(shape):
        return gradient
    ones = tuple(i for i, n in enumerate(shape) if n == 1)
    return gradient.sum(axis=ones, keepdims=True)


# %% Averages mistake="unbroadcast" fails=["a bias and its batch", "an axis of length 1", "a single number", "in front and within"] says="Copies add up: sum over them, do not average."
def unbroadcast(gradient, shape):
    front = gradient.ndim - len(shape)
    gradient = gradient.mean(axis=tuple(range(front)))
    ones = tuple(i for i, n in enumerate(shape) if n == 1)
    return gradient.mean(axis=ones, keepdims=True)


# %% Sums everything mistake="unbroadcast" fails=["a bias and its batch", "an axis of length 1", "nothing was copied", "in front and within"] says="You summed over everything; only the axes that were copied go."
def unbroadcast(gradient, shape):
    return gradient.sum()


# %% Drops the axes of length 1 mistake="unbroadcast" fails=["an axis of length 1", "in front and within"] says="The numbers may be right, the shape is not: an axis of length 1 stays (keepdims=True), one that was missing in front goes." subtle=true
def unbroadcast(gradient, shape):
    front = gradient.ndim - len(shape)
    gradient = gradient.sum(axis=tuple(range(front)))
    ones = tuple(i for i, n in enumerate(shape) if n == 1)
    return gradient.sum(axis=ones)


# %% The first copy mistake="unbroadcast" fails=["a bias and its batch", "an axis of length 1", "a single number", "in front and within"] says="You kept the first copy only; all of them count, so sum."
def unbroadcast(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient[0]
    for axis, n in enumerate(shape):
        if n == 1:
            gradient = gradient.take([0], axis=axis)
    return gradient


# %% Axis by axis alternative="unbroadcast"
def unbroadcast(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            gradient = gradient.sum(axis=axis, keepdims=True)
    return gradient


# %% Padded with ones alternative="unbroadcast"
def unbroadcast(gradient, shape):
    padded = (1,) * (gradient.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i, n in enumerate(padded) if n == 1)
    return gradient.sum(axis=axes, keepdims=True).reshape(shape)


# %% Nothing transposed mistake="matmul_backward" fails=["any shapes", "square matrices", "a batch of one"] says="One factor has to be transposed: gradient @ b.T for a."
def matmul_backward(a, b, gradient):
    return gradient @ b, a @ gradient


# %% In the wrong order mistake="matmul_backward" fails=["any shapes", "square matrices", "a batch of one"] says="The two gradients are in the wrong order: first a's, then b's." subtle=true
def matmul_backward(a, b, gradient):
    return a.T @ gradient, gradient @ b.T


# %% b's is transposed mistake="matmul_backward" fails=["any shapes", "square matrices", "a batch of one"] says="The gradient for b is transposed: its shape is (inputs, units)." subtle=true
def matmul_backward(a, b, gradient):
    return gradient @ b.T, gradient.T @ a


# %% Divided by the batch mistake="matmul_backward" fails=["any shapes", "square matrices"] says="No mean here: the loss has divided by the batch already." subtle=true
def matmul_backward(a, b, gradient):
    return gradient @ b.T, a.T @ gradient / len(a)


# %% Without what arrives mistake="matmul_backward" fails=["any shapes", "square matrices", "a batch of one"] says="What arrives is missing: its place is where the product lost an axis."
def matmul_backward(a, b, gradient):
    ones = np.ones(gradient.shape)
    return ones @ b.T, a.T @ ones


# %% Einstein sums alternative="matmul_backward"
def matmul_backward(a, b, gradient):
    return np.einsum("ij,kj->ik", gradient, b), np.einsum("ik,ij->kj", a, gradient)


# %% Example by example alternative="matmul_backward"
def matmul_backward(a, b, gradient):
    to_a = np.array([b @ row for row in gradient])
    to_b = sum(np.outer(row, g) for row, g in zip(a, gradient))
    return to_a, to_b


# %% Not divided by the batch mistake="cross_entropy_backward" fails=["a batch", "another gradient arrives", "logits of a thousand", "a larger batch"] says="The loss is a mean over the batch: divide by the number of examples." subtle=true
def cross_entropy_backward(logits, labels, gradient):
    logits = np.asarray(logits)
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    probs = exps / exps.sum(axis=1, keepdims=True)
    probs[np.arange(len(labels)), labels] -= 1
    return gradient * probs


# %% Overflows mistake="cross_entropy_backward" fails=["logits of a thousand"] says="NaN: e¹⁰⁰⁰ is infinity. Subtract the largest logit of each row first." subtle=true
def cross_entropy_backward(logits, labels, gradient):
    logits = np.asarray(logits)
    probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    probs[np.arange(len(labels)), labels] -= 1
    return gradient * probs / len(labels)


# %% The sign turned mistake="cross_entropy_backward" fails=["a batch", "another gradient arrives", "logits of a thousand", "a larger batch"] says="The sign is turned: p − t pushes the right class up when you go downhill."
def cross_entropy_backward(logits, labels, gradient):
    logits = np.asarray(logits)
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    probs = exps / exps.sum(axis=1, keepdims=True)
    return gradient * (np.eye(logits.shape[1])[labels] - probs) / len(labels)


# %% Softmax over the batch mistake="cross_entropy_backward" fails=["a batch", "another gradient arrives", "logits of a thousand", "a larger batch"] says="The softmax ran over the batch; every row has its own."
def cross_entropy_backward(logits, labels, gradient):
    logits = np.asarray(logits)
    exps = np.exp(logits - logits.max(axis=0))
    probs = exps / exps.sum(axis=0)
    probs[np.arange(len(labels)), labels] -= 1
    return gradient * probs / len(labels)


# %% Without what arrives mistake="cross_entropy_backward" fails=["another gradient arrives"] says="Multiply by the gradient that arrives." subtle=true
def cross_entropy_backward(logits, labels, gradient):
    logits = np.asarray(logits)
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    probs = exps / exps.sum(axis=1, keepdims=True)
    probs[np.arange(len(labels)), labels] -= 1
    return probs / len(labels)


# %% Minus one everywhere mistake="cross_entropy_backward" fails=["a batch", "another gradient arrives", "logits of a thousand", "a larger batch"] says="Subtract 1 at the right class only."
def cross_entropy_backward(logits, labels, gradient):
    logits = np.asarray(logits)
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    probs = exps / exps.sum(axis=1, keepdims=True)
    probs[:, labels] -= 1
    return gradient * probs / len(labels)


# %% One-hot targets alternative="cross_entropy_backward"
def cross_entropy_backward(logits, labels, gradient):
    logits = np.asarray(logits)
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    probs = exps / exps.sum(axis=1, keepdims=True)
    return gradient * (probs - np.eye(logits.shape[1])[labels]) / len(logits)


# %% Keras' softmax alternative="cross_entropy_backward"
def cross_entropy_backward(logits, labels, gradient):
    logits = np.asarray(logits)
    probs = keras.ops.convert_to_numpy(keras.ops.softmax(np.float64(logits), axis=1))
    return gradient * (probs - np.eye(logits.shape[1])[labels]) / len(logits)


# %% Children first mistake="topological_order" fails=["a chain", "a shared parent", "diamonds", "used twice"] says="The line is the other way round: parents come first, y is the last."
def topological_order(node):
    order, seen = [], set()

    def visit(node):
        if id(node) not in seen:
            seen.add(id(node))
            order.append(node)
            for parent in node.parents:
                visit(parent)

    visit(node)
    return order


# %% Children first, then reversed mistake="topological_order" fails=["diamonds"] says="A node stands before one of its parents. First put all of its parents in line, then the node itself." subtle=true
def topological_order(node):
    order, seen = [], set()

    def visit(node):
        if id(node) not in seen:
            seen.add(id(node))
            order.append(node)
            for parent in node.parents:
                visit(parent)

    visit(node)
    return order[::-1]


# %% Level by level mistake="topological_order" fails=["diamonds"] says="A node stands before one of its parents. First put all of its parents in line, then the node itself." subtle=true
def topological_order(node):
    order, level = [node], [node]
    while level:
        level = [p for n in level for p in n.parents]
        order += [p for p in dict.fromkeys(level) if p not in order]
    return order[::-1]


# %% Some stand twice mistake="topological_order" fails=["a shared parent", "diamonds", "used twice"] says="A node stands in line twice. Whoever is in line already is not put there again." subtle=true
def topological_order(node):
    order = []
    for parent in node.parents:
        order += topological_order(parent)
    return [*order, node]


# %% Without itself mistake="topological_order" fails=["a chain", "a shared parent", "diamonds", "used twice", "an input alone"] says="The node itself is missing: it is the last in its own line."
def topological_order(node):
    order, seen = [], set()

    def visit(node):
        for parent in node.parents:
            if id(parent) not in seen:
                seen.add(id(parent))
                visit(parent)
                order.append(parent)

    visit(node)
    return order


# %% Parents only mistake="topological_order" fails=["a chain", "a shared parent", "diamonds", "used twice"] says="Nodes are missing: go on from each parent to its own parents."
def topological_order(node):
    return [*dict.fromkeys(node.parents), node]


# %% A stack in place of calls alternative="topological_order"
def topological_order(node):
    order, done, stack = [], set(), [(node, False)]
    while stack:
        one, ready = stack.pop()
        if ready:
            order.append(one)
        elif id(one) not in done:
            done.add(id(one))
            stack.append((one, True))
            stack += [(parent, False) for parent in one.parents]
    return order


# %% Whoever has all parents in line alternative="topological_order"
def topological_order(node):
    waiting, level = [], [node]
    while level:
        one = level.pop()
        if one not in waiting:
            waiting.append(one)
            level += one.parents
    order = []
    while waiting:
        ready = next(n for n in waiting if all(p in order for p in n.parents))
        waiting.remove(ready)
        order.append(ready)
    return order


# %% Overwrites what had arrived mistake="backward" fails=["a shared parent", "diamonds", "used twice", "called twice", "arrays"] says="Node `b` is used 2 times, and what arrives from them adds up. Is there an = where += belongs?" subtle=true
def backward(node):
    order = topological_order(node)
    for each in order:
        each.gradient = np.zeros(each.value.shape)
    node.gradient = np.ones(node.value.shape)
    for each in reversed(order):
        if each.parents:
            for parent, gradient in zip(each.parents, each.backward(each.gradient)):
                parent.gradient = gradient


# %% Adds to what was there mistake="backward" fails=["called twice"] says="The second call added to what the first had left in `t`. Set every gradient to zeros at the start." subtle=true
def backward(node):
    order = topological_order(node)
    node.gradient = np.ones(node.value.shape)
    for each in reversed(order):
        if each.parents:
            for parent, gradient in zip(each.parents, each.backward(each.gradient)):
                parent.gradient = parent.gradient + gradient


# %% Level by level mistake="backward" fails=["diamonds"] says="Too much arrived at `a`: a node sent its gradient on more than once. Walk in reversed topological order, each node once." subtle=true
def backward(node):
    order = topological_order(node)
    for each in order:
        each.gradient = np.zeros(each.value.shape)
    node.gradient = np.ones(node.value.shape)
    level = [node]
    while level:
        following = []
        for each in level:
            if each.parents:
                for parent, gradient in zip(each.parents, each.backward(each.gradient)):
                    parent.gradient = parent.gradient + gradient
                    if parent not in following:
                        following.append(parent)
        level = following


# %% Forwards mistake="backward" fails=["a chain", "a shared parent", "diamonds", "used twice", "called twice", "arrays"] says="Nothing arrived at `b`."
def backward(node):
    order = topological_order(node)
    for each in order:
        each.gradient = np.zeros(each.value.shape)
    node.gradient = np.ones(node.value.shape)
    for each in order:
        if each.parents:
            for parent, gradient in zip(each.parents, each.backward(each.gradient)):
                parent.gradient = parent.gradient + gradient


# %% Does not start with 1 mistake="backward" fails=["a chain", "a shared parent", "diamonds", "used twice", "called twice", "arrays"] says="The node y itself got no gradient: it changes as fast as itself, so it gets 1."
def backward(node):
    order = topological_order(node)
    for each in order:
        each.gradient = np.zeros(each.value.shape)
    for each in reversed(order):
        if each.parents:
            for parent, gradient in zip(each.parents, each.backward(each.gradient)):
                parent.gradient = parent.gradient + gradient


# %% Only the parents mistake="backward" fails=["a chain", "a shared parent", "diamonds", "used twice", "called twice", "arrays"] says="Nothing arrived at `b`."
def backward(node):
    order = topological_order(node)
    for each in order:
        each.gradient = np.zeros(each.value.shape)
    node.gradient = np.ones(node.value.shape)
    for parent, gradient in zip(node.parents, node.backward(node.gradient)):
        parent.gradient = parent.gradient + gradient


# %% Every path by itself alternative="backward"
def backward(node):
    for each in topological_order(node):
        each.gradient = np.zeros(each.value.shape)

    def send(node, gradient):
        node.gradient = node.gradient + gradient
        if node.parents:
            for parent, part in zip(node.parents, node.backward(gradient)):
                send(parent, part)

    send(node, np.ones(node.value.shape))


# %% A table of gradients alternative="backward"
def backward(node):
    order = topological_order(node)
    table = {id(each): np.zeros_like(each.value) for each in order}
    table[id(node)] += 1
    for each in order[::-1]:
        each.gradient = table[id(each)]
        if each.parents:
            for parent, part in zip(each.parents, each.backward(each.gradient)):
                table[id(parent)] = table[id(parent)] + part


# %% All equal mistake="he_parameters" fails=["how large the weights are", "the seed decides, and no two units are alike"] says="All weights are equal: two such units stay equal for ever."
def he_parameters(sizes, seed):
    return [(Node(np.full((i, u), 0.01)), Node(np.zeros(u))) for i, u in zip(sizes[:-1], sizes[1:])]


# %% The variance as deviation mistake="he_parameters" fails=["how large the weights are"] says="The variance is 2/inputs; the standard deviation is its root." subtle=true
def he_parameters(sizes, seed):
    rng = np.random.default_rng(seed)
    return [
        (Node(rng.normal(0, 2 / i, (i, u))), Node(np.zeros(u)))
        for i, u in zip(sizes[:-1], sizes[1:])
    ]


# %% A generator per layer mistake="he_parameters" fails=["the seed decides, and no two units are alike"] says="Both layers got the same numbers: make one generator before the loop, not one per layer." subtle=true
def he_parameters(sizes, seed):
    return [
        (Node(np.random.default_rng(seed).normal(0, np.sqrt(2 / i), (i, u))), Node(np.zeros(u)))
        for i, u in zip(sizes[:-1], sizes[1:])
    ]


# %% Counts the units mistake="he_parameters" fails=["how large the weights are"] says="Count the inputs of a unit, not the units." subtle=true
def he_parameters(sizes, seed):
    rng = np.random.default_rng(seed)
    return [
        (Node(rng.normal(0, np.sqrt(2 / u), (i, u))), Node(np.zeros(u)))
        for i, u in zip(sizes[:-1], sizes[1:])
    ]


# %% The seed ignored mistake="he_parameters" fails=["the seed decides, and no two units are alike"] says="The same seed gave other weights: use np.random.default_rng(seed)." subtle=true
def he_parameters(sizes, seed):
    return [
        (Node(np.random.normal(0, np.sqrt(2 / i), (i, u))), Node(np.zeros(u)))
        for i, u in zip(sizes[:-1], sizes[1:])
    ]


# %% Transposed mistake="he_parameters" fails=["shapes, and zeros in the biases", "how large the weights are"] says="The kernel's shape is (inputs, units)."
def he_parameters(sizes, seed):
    rng = np.random.default_rng(seed)
    return [
        (Node(rng.normal(0, np.sqrt(2 / i), (u, i))), Node(np.zeros(u)))
        for i, u in zip(sizes[:-1], sizes[1:])
    ]


# %% Random biases mistake="he_parameters" fails=["shapes, and zeros in the biases"] says="Biases start at 0."
def he_parameters(sizes, seed):
    rng = np.random.default_rng(seed)
    return [
        (Node(rng.normal(0, np.sqrt(2 / i), (i, u))), Node(rng.normal(size=u)))
        for i, u in zip(sizes[:-1], sizes[1:])
    ]


# %% The old generator alternative="he_parameters"
def he_parameters(sizes, seed):
    state = np.random.RandomState(seed)
    layers = []
    for inputs, units in zip(sizes[:-1], sizes[1:]):
        kernel = state.randn(inputs, units) * np.sqrt(2 / inputs)
        layers.append([Node(kernel), Node(np.zeros(units))])
    return layers


# %% A seed per layer alternative="he_parameters"
def he_parameters(sizes, seed):
    layers = []
    for n in range(len(sizes) - 1):
        rng = np.random.default_rng([seed, n])
        kernel = rng.standard_normal((sizes[n], sizes[n + 1])) * (2 / sizes[n]) ** 0.5
        layers.append((Node(kernel), Node([0.0] * sizes[n + 1])))
    return layers


# %% ReLU at the end too mistake="mlp" fails=["one hidden layer", "three hidden layers", "no hidden layer"] says="The last layer has no ReLU: logits may be negative." subtle=true
def mlp(x, parameters):
    for kernel, bias in parameters:
        x = relu(add(matmul(x, kernel), bias))
    return x


# %% No ReLU mistake="mlp" fails=["one hidden layer", "three hidden layers"] says="The hidden layers have a ReLU."
def mlp(x, parameters):
    for kernel, bias in parameters:
        x = add(matmul(x, kernel), bias)
    return x


# %% No bias mistake="mlp" fails=["one hidden layer", "three hidden layers", "no hidden layer"] says="The biases are missing." subtle=true
def mlp(x, parameters):
    for number, (kernel, bias) in enumerate(parameters, 1):
        x = matmul(x, kernel)
        x = relu(x) if number < len(parameters) else x
    return x


# %% Bias after the ReLU mistake="mlp" fails=["one hidden layer", "three hidden layers"] says="The bias is added before the ReLU." subtle=true
def mlp(x, parameters):
    for number, (kernel, bias) in enumerate(parameters, 1):
        x = matmul(x, kernel)
        x = add(relu(x) if number < len(parameters) else x, bias)
    return x


# %% Arrays in place of Nodes mistake="mlp" fails=["one hidden layer", "three hidden layers", "no hidden layer"] says="Return a Node, so that gradients find their way back: use matmul, add and relu from the notebook."
def mlp(x, parameters):
    x = x.value
    for number, (kernel, bias) in enumerate(parameters, 1):
        x = x @ kernel.value + bias.value
        x = np.maximum(x, 0) if number < len(parameters) else x
    return x


# %% The last layer apart alternative="mlp"
def mlp(x, parameters):
    *hidden, (kernel, bias) = parameters
    for k, b in hidden:
        x = relu(add(matmul(x, k), b))
    return add(bias, matmul(x, kernel))


# %% Layer by layer, calling itself alternative="mlp"
def mlp(x, parameters):
    kernel, bias = parameters[0]
    z = add(matmul(x, kernel), bias)
    return mlp(relu(z), parameters[1:]) if len(parameters) > 1 else z


# %% Uphill mistake="train_step" fails=["one hidden layer", "two hidden layers", "a batch of one"] says="The kernel of layer 1 moved uphill: minus, not plus."
def train_step(parameters, x, labels, learning_rate):
    loss = cross_entropy(mlp(Node(x), parameters), labels)
    backward(loss)
    for layer in parameters:
        for p in layer:
            p.value = p.value + learning_rate * p.gradient
    return float(loss.value)


# %% The biases forgotten mistake="train_step" fails=["one hidden layer", "two hidden layers", "a batch of one"] says="The bias of layer 1 did not move." subtle=true
def train_step(parameters, x, labels, learning_rate):
    loss = cross_entropy(mlp(Node(x), parameters), labels)
    backward(loss)
    for kernel, bias in parameters:
        kernel.value = kernel.value - learning_rate * kernel.gradient
    return float(loss.value)


# %% The loss afterwards mistake="train_step" fails=["one hidden layer", "two hidden layers", "a batch of one"] says="This is the loss after the step; the loss before it was computed on the way." subtle=true
def train_step(parameters, x, labels, learning_rate):
    loss = cross_entropy(mlp(Node(x), parameters), labels)
    backward(loss)
    for layer in parameters:
        for p in layer:
            p.value = p.value - learning_rate * p.gradient
    return float(cross_entropy(mlp(Node(x), parameters), labels).value)


# %% Times the batch mistake="train_step" fails=["one hidden layer", "two hidden layers"] says="The loss is a mean already; do not multiply it." subtle=true
def train_step(parameters, x, labels, learning_rate):
    loss = cross_entropy(mlp(Node(x), parameters), labels)
    backward(loss)
    for layer in parameters:
        for p in layer:
            p.value = p.value - learning_rate * len(x) * p.gradient
    return float(loss.value)


# %% New arrays that nobody keeps mistake="train_step" fails=["one hidden layer", "two hidden layers", "a batch of one"] says="No parameter moved. Write the new numbers into each `.value`: parameter.value = parameter.value - ..."
def train_step(parameters, x, labels, learning_rate):
    loss = cross_entropy(mlp(Node(x), parameters), labels)
    backward(loss)
    for layer in parameters:
        for p in layer:
            value = p.value - learning_rate * p.gradient
    return float(loss.value)


# %% The Node comes back mistake="train_step" fails=["one hidden layer", "two hidden layers", "a batch of one"] says="Return the loss as a number: float(loss.value)."
def train_step(parameters, x, labels, learning_rate):
    loss = cross_entropy(mlp(Node(x), parameters), labels)
    backward(loss)
    for layer in parameters:
        for p in layer:
            p.value = p.value - learning_rate * p.gradient
    return loss


# %% In place alternative="train_step"
def train_step(parameters, x, labels, learning_rate):
    loss = cross_entropy(mlp(Node(x), parameters), labels)
    backward(loss)
    for kernel, bias in parameters:
        kernel.value -= learning_rate * kernel.gradient
        bias.value -= learning_rate * bias.gradient
    return loss.value


# %% One list of parameters alternative="train_step"
def train_step(parameters, x, labels, learning_rate):
    loss = cross_entropy(mlp(Node(x), parameters), labels)
    backward(loss)
    for p in sum((list(layer) for layer in parameters), []):
        p.value = np.subtract(p.value, p.gradient * learning_rate)
    return float(np.sum(loss.value))


# %% The last batch dropped mistake="train" fails=["the last, smaller batch"] says="The last batch was dropped because it is smaller; its examples count too." subtle=true
def train(x, labels, sizes, epochs, batch_size, learning_rate, seed):
    rng = np.random.default_rng(seed)
    parameters, losses = he_parameters(sizes, seed), []
    for _ in range(epochs):
        order = rng.permutation(len(x))
        steps = []
        for i in range(0, len(x) - batch_size + 1, batch_size):
            b = order[i : i + batch_size]
            steps.append(train_step(parameters, x[b], labels[b], learning_rate))
        losses.append(float(np.mean(steps)))
    return parameters, losses


# %% The same order always mistake="train" fails=["another order each epoch"] says="Every epoch went through the examples in the same order. Draw a new permutation in each epoch." subtle=true
def train(x, labels, sizes, epochs, batch_size, learning_rate, seed):
    rng = np.random.default_rng(seed)
    parameters, losses = he_parameters(sizes, seed), []
    for _ in range(epochs):
        steps = []
        for i in range(0, len(x), batch_size):
            b = slice(i, i + batch_size)
            steps.append(train_step(parameters, x[b], labels[b], learning_rate))
        losses.append(float(np.mean(steps)))
    return parameters, losses


# %% Batches drawn at random mistake="train" fails=["every example once per epoch", "the last, smaller batch"] says="With learning rate 0 the mean loss of an epoch is that of all examples. Some were left out or came twice." subtle=true
def train(x, labels, sizes, epochs, batch_size, learning_rate, seed):
    rng = np.random.default_rng(seed)
    parameters, losses = he_parameters(sizes, seed), []
    for _ in range(epochs):
        steps = []
        for _ in range(0, len(x), batch_size):
            b = rng.integers(0, len(x), batch_size)
            steps.append(train_step(parameters, x[b], labels[b], learning_rate))
        losses.append(float(np.mean(steps)))
    return parameters, losses


# %% A sum of losses mistake="train" fails=["every example once per epoch", "the last, smaller batch"] says="Average the steps' losses, do not add them up."
def train(x, labels, sizes, epochs, batch_size, learning_rate, seed):
    rng = np.random.default_rng(seed)
    parameters, losses = he_parameters(sizes, seed), []
    for _ in range(epochs):
        order = rng.permutation(len(x))
        steps = []
        for i in range(0, len(x), batch_size):
            b = order[i : i + batch_size]
            steps.append(train_step(parameters, x[b], labels[b], learning_rate))
        losses.append(float(np.sum(steps)))
    return parameters, losses


# %% Starts anew in every epoch mistake="train" fails=["it reads digits"] says="The loss hardly falls. Does each step start from the parameters that the last one left?"
def train(x, labels, sizes, epochs, batch_size, learning_rate, seed):
    rng = np.random.default_rng(seed)
    parameters, losses = he_parameters(sizes, seed), []
    for _ in range(epochs):
        parameters = he_parameters(sizes, seed)
        order = rng.permutation(len(x))
        steps = []
        for i in range(0, len(x), batch_size):
            b = order[i : i + batch_size]
            steps.append(train_step(parameters, x[b], labels[b], learning_rate))
        losses.append(float(np.mean(steps)))
    return parameters, losses


# %% Only the parameters mistake="train" fails=["every example once per epoch", "the last, smaller batch", "another order each epoch", "it reads digits"] says="One loss per epoch, in a list: the mean of its steps' losses."
def train(x, labels, sizes, epochs, batch_size, learning_rate, seed):
    rng = np.random.default_rng(seed)
    parameters, losses = he_parameters(sizes, seed), []
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for i in range(0, len(x), batch_size):
            b = order[i : i + batch_size]
            train_step(parameters, x[b], labels[b], learning_rate)
    return parameters


# %% np.array_split at the ends of batches alternative="train"
def train(x, labels, sizes, epochs, batch_size, learning_rate, seed):
    rng = np.random.default_rng(seed)
    parameters, losses = he_parameters(sizes, seed), []
    for _ in range(epochs):
        order = rng.permutation(len(x))
        ends = range(batch_size, len(x), batch_size)
        steps = [
            train_step(parameters, x[b], labels[b], learning_rate) for b in np.split(order, ends)
        ]
        losses.append(sum(steps) / len(steps))
    return parameters, losses


# %% Shuffled copies alternative="train"
def train(x, labels, sizes, epochs, batch_size, learning_rate, seed):
    rng = np.random.default_rng(seed)
    parameters, losses = he_parameters(sizes, seed), []
    for epoch in range(epochs):
        order = list(range(len(x)))
        rng.shuffle(order)
        xs, ys, total_loss, count = x[order], labels[order], 0.0, 0
        while len(xs):
            total_loss += train_step(parameters, xs[:batch_size], ys[:batch_size], learning_rate)
            xs, ys, count = xs[batch_size:], ys[batch_size:], count + 1
        losses.append(total_loss / count)
    return parameters, np.array(losses)


# %% Last layer first mistake="gradient_sizes" fails=["a chain of tanh", "a chain of sigmoids"] says="The list is the other way round: first layer first." subtle=true
def gradient_sizes(x, kernels, activation):
    nodes = [Node(kernel) for kernel in kernels]
    h = Node(x)
    for node in nodes:
        h = activation(matmul(h, node))
    backward(total(h))
    return [float(np.linalg.norm(n.gradient)) for n in reversed(nodes)]


# %% From the mean mistake="gradient_sizes" fails=["a chain of tanh", "a chain of sigmoids", "one layer"] says="Go back from the sum of all outputs, not from their mean." subtle=true
def gradient_sizes(x, kernels, activation):
    nodes = [Node(kernel) for kernel in kernels]
    h = Node(x)
    for node in nodes:
        h = activation(matmul(h, node))
    backward(multiply(total(h), Node(1 / h.value.size)))
    return [float(np.linalg.norm(n.gradient)) for n in nodes]


# %% The kernels' own size mistake="gradient_sizes" fails=["a chain of tanh", "a chain of sigmoids", "one layer"] says="This is the size of the kernels; asked is that of their gradients."
def gradient_sizes(x, kernels, activation):
    nodes = [Node(kernel) for kernel in kernels]
    h = Node(x)
    for node in nodes:
        h = activation(matmul(h, node))
    backward(total(h))
    return [float(np.linalg.norm(n.value)) for n in nodes]


# %% Squared mistake="gradient_sizes" fails=["a chain of tanh", "a chain of sigmoids", "one layer"] says="The root is missing: np.linalg.norm." subtle=true
def gradient_sizes(x, kernels, activation):
    nodes = [Node(kernel) for kernel in kernels]
    h = Node(x)
    for node in nodes:
        h = activation(matmul(h, node))
    backward(total(h))
    return [float(np.sum(n.gradient**2)) for n in nodes]


# %% Never went back mistake="gradient_sizes" fails=["a chain of tanh", "a chain of sigmoids", "one layer"] says="All gradients are 0: was backward called?"
def gradient_sizes(x, kernels, activation):
    nodes = [Node(kernel) for kernel in kernels]
    h = Node(x)
    for node in nodes:
        h = activation(matmul(h, node))
    return [float(np.linalg.norm(n.gradient)) for n in nodes]


# %% Root of the sum of squares alternative="gradient_sizes"
def gradient_sizes(x, kernels, activation):
    nodes = [Node(kernel) for kernel in kernels]
    h = Node(x)
    for node in nodes:
        h = activation(matmul(h, node))
    backward(total(total(h, 0), 0))
    return [float(np.sqrt((n.gradient**2).sum())) for n in nodes]


# %% An array alternative="gradient_sizes"
def gradient_sizes(x, kernels, activation):
    nodes = [Node(kernel) for kernel in kernels]
    h = Node(x)
    for node in nodes:
        h = activation(matmul(h, node))
    backward(total(h))
    return np.array([np.linalg.norm(n.gradient) for n in nodes])
