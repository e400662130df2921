# %% [markdown]
# Wrong answers that people give, and other right ones. Each cell replaces the exercise of that
# name; tests/test_checks.py asks the check about it. `fails` lists the cases that must reject it,
# `says` is a piece of the words that must be shown.

# %% Uphill mistake="descent_step" fails=["the decks' numbers", "a table of weights", "to the bottom of a bowl"] says="goes uphill"
def descent_step(weights, gradient, learning_rate):
    return weights + learning_rate * gradient


# %% No learning rate mistake="descent_step" fails=["the decks' numbers", "a table of weights", "to the bottom of a bowl"] says="learning rate is missing"
def descent_step(weights, gradient, learning_rate):
    return weights - gradient


# %% The step instead of the place mistake="descent_step" fails=["the decks' numbers", "a table of weights", "to the bottom of a bowl"] says="the step alone"
def descent_step(weights, gradient, learning_rate):
    return -learning_rate * gradient


# %% Writes into the weights mistake="descent_step" fails=["leaves its arguments alone"] says="changed its argument `weights`" subtle=true
def descent_step(weights, gradient, learning_rate):
    weights -= learning_rate * gradient
    return weights


# %% Scales the gradient in place mistake="descent_step" fails=["leaves its arguments alone"] says="changed its argument `gradient`" subtle=true
def descent_step(weights, gradient, learning_rate):
    gradient *= learning_rate
    return weights - gradient


# %% Steps of one length mistake="descent_step" fails=["the decks' numbers", "a table of weights", "to the bottom of a bowl"] says="divided by its" subtle=true
def descent_step(weights, gradient, learning_rate):
    return weights - learning_rate * gradient / np.linalg.norm(gradient)


# %% In keras.ops, float32 alternative="descent_step"
def descent_step(weights, gradient, learning_rate):
    w = keras.ops.cast(weights, "float32")
    return w - learning_rate * keras.ops.cast(gradient, "float32")


# %% One weight at a time alternative="descent_step"
def descent_step(weights, gradient, learning_rate):
    new = np.zeros(weights.shape)
    for index, slope in np.ndenumerate(gradient):
        new[index] = weights[index] - learning_rate * slope
    return new


# %% Drops the last batch mistake="minibatches" fails=["a last batch that is not full", "one batch, batches of one"] says="last batch is missing" subtle=true
def minibatches(num, batch_size, epoch):
    order = np.random.default_rng(epoch).permutation(num)
    return [order[k * batch_size : (k + 1) * batch_size] for k in range(num // batch_size)]


# %% Puts back what it drew mistake="minibatches" fails=["each example once", "a last batch that is not full", "one batch, batches of one"] says="without putting back"
def minibatches(num, batch_size, epoch):
    order = np.random.default_rng(epoch).integers(0, num, num)
    return [order[first : first + batch_size] for first in range(0, num, batch_size)]


# %% Does not shuffle mistake="minibatches" fails=["shuffled, and anew in each epoch"] says="old order"
def minibatches(num, batch_size, epoch):
    return [np.arange(num)[first : first + batch_size] for first in range(0, num, batch_size)]


# %% Shuffles the batches, not the examples mistake="minibatches" fails=["shuffled, and anew in each epoch"] says="you shuffled the batches" subtle=true
def minibatches(num, batch_size, epoch):
    order = np.arange(num)
    firsts = np.arange(0, num, batch_size)
    middle = np.random.default_rng(epoch).permutation(firsts[:-1])
    return [order[first : first + batch_size] for first in [*middle, firsts[-1]]]


# %% The same order in every epoch mistake="minibatches" fails=["shuffled, and anew in each epoch"] says="have the same order" subtle=true
def minibatches(num, batch_size, epoch):
    order = np.random.default_rng(0).permutation(num)
    return [order[first : first + batch_size] for first in range(0, num, batch_size)]


# %% A generator without a seed mistake="minibatches" fails=["shuffled, and anew in each epoch"] says="two different orders"
def minibatches(num, batch_size, epoch):
    order = np.random.default_rng().permutation(num)
    return [order[first : first + batch_size] for first in range(0, num, batch_size)]


# %% An empty batch at the end mistake="minibatches" fails=["each example once", "one batch, batches of one"] says="empty batch" subtle=true
def minibatches(num, batch_size, epoch):
    order = np.random.default_rng(epoch).permutation(num)
    whole = num // batch_size
    return [order[k * batch_size : (k + 1) * batch_size] for k in range(whole + 1)]


# %% Fills up the last batch mistake="minibatches" fails=["a last batch that is not full", "one batch, batches of one"] says="filled up"
def minibatches(num, batch_size, epoch):
    order = np.random.default_rng(epoch).permutation(num)
    short = -num % batch_size
    order = np.concatenate([order, np.resize(order, short)])
    return list(order.reshape(-1, batch_size))


# %% Yields mistake="minibatches" fails=["each example once", "a last batch that is not full", "shuffled, and anew in each epoch", "one batch, batches of one"] says="collect the arrays in a list"
def minibatches(num, batch_size, epoch):
    order = np.random.default_rng(epoch).permutation(num)
    for first in range(0, num, batch_size):
        yield order[first : first + batch_size]


# %% Cuts by np.split alternative="minibatches"
def minibatches(num, batch_size, epoch):
    order = np.arange(num)
    np.random.default_rng(epoch).shuffle(order)
    return np.split(order, range(batch_size, num, batch_size))


# %% Lists of ints, sorted by random keys alternative="minibatches"
def minibatches(num, batch_size, epoch):
    keys = np.random.default_rng(epoch).random(num)
    order = np.argsort(keys).tolist()
    batches = []
    while order:
        batches.append(order[:batch_size])
        order = order[batch_size:]
    return batches


# %% Uphill mistake="SGD" fails=["three steps by hand", "50 steps beside Keras", "two arrays, two objects", "other shapes and settings"] says="uphill"
class SGD:
    def __init__(self, learning_rate=0.01):
        self.learning_rate = learning_rate

    def step(self, w, gradient):
        return w + self.learning_rate * gradient


# %% Writes into the weights mistake="SGD" fails=["two arrays, two objects"] says="changed its argument `w`" subtle=true
class SGD:
    def __init__(self, learning_rate=0.01):
        self.learning_rate = learning_rate

    def step(self, w, gradient):
        w -= self.learning_rate * gradient
        return w


# %% The default, whatever was asked mistake="SGD" fails=["three steps by hand", "50 steps beside Keras", "two arrays, two objects", "other shapes and settings"] says="always 0.01" subtle=true
class SGD:
    def __init__(self, learning_rate=0.01):
        self.learning_rate = learning_rate

    def step(self, w, gradient):
        return w - 0.01 * gradient


# %% Adds gradients up mistake="SGD" fails=["three steps by hand", "50 steps beside Keras", "two arrays, two objects", "other shapes and settings"] says="no memory" subtle=true
class SGD:
    def __init__(self, learning_rate=0.01):
        self.learning_rate, self.total = learning_rate, 0.0

    def step(self, w, gradient):
        self.total = self.total + gradient
        return w - self.learning_rate * self.total


# %% Forgets to return mistake="SGD" fails=["three steps by hand", "50 steps beside Keras", "two arrays, two objects", "other shapes and settings"] says="Is the `return` missing"
class SGD:
    def __init__(self, learning_rate=0.01):
        self.learning_rate = learning_rate

    def step(self, w, gradient):
        w = w - self.learning_rate * gradient


# %% Keras does it mistake="SGD" rule=true says="write the optimizer yourself"
class SGD:
    def __init__(self, learning_rate=0.01):
        self.optimizer = keras.optimizers.SGD(learning_rate)

    def step(self, w, gradient):
        variable = keras.Variable(w, dtype="float64")
        self.optimizer.build([variable])
        self.optimizer.update_step(gradient, variable, self.optimizer.learning_rate)
        return np.array(variable)


# %% Written out alternative="SGD"
class SGD:
    def __init__(self, learning_rate=0.01):
        self.learning_rate = learning_rate

    def step(self, w, gradient):
        return w - self.learning_rate * gradient


# %% A float32 tensor alternative="SGD"
class SGD:
    def __init__(self, learning_rate=0.01):
        self.learning_rate = learning_rate

    def step(self, w, gradient):
        w = keras.ops.cast(w, "float32")
        return w - self.learning_rate * keras.ops.cast(gradient, "float32")


# %% No memory mistake="Momentum" fails=["three steps by hand", "50 steps beside Keras", "two arrays, two objects", "other shapes and settings"] says="plain SGD"
class Momentum:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum, self.velocity = learning_rate, momentum, 0.0

    def step(self, w, gradient):
        velocity = self.momentum * self.velocity - self.learning_rate * gradient
        return w + velocity


# %% A moving average mistake="Momentum" fails=["three steps by hand", "50 steps beside Keras", "two arrays, two objects", "other shapes and settings"] says="weighted with 1 − r" subtle=true
class Momentum:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum, self.velocity = learning_rate, momentum, 0.0

    def step(self, w, gradient):
        r = self.momentum
        self.velocity = r * self.velocity - (1 - r) * self.learning_rate * gradient
        return w + self.velocity


# %% Moves by the old velocity mistake="Momentum" fails=["three steps by hand", "50 steps beside Keras", "two arrays, two objects", "other shapes and settings"] says="step before" subtle=true
class Momentum:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum, self.velocity = learning_rate, momentum, 0.0

    def step(self, w, gradient):
        w = w + self.velocity
        self.velocity = self.momentum * self.velocity - self.learning_rate * gradient
        return w


# %% A memory that all objects share mistake="Momentum" fails=["two arrays, two objects"] says="in `self`" subtle=true
class Momentum:
    memory = {}

    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum = learning_rate, momentum
        self.memory.clear()

    def step(self, w, gradient):
        old = self.memory.get("v", 0.0)
        self.memory["v"] = self.momentum * old - self.learning_rate * gradient
        return w + self.memory["v"]


# %% Slows the gradient down too mistake="Momentum" fails=["three steps by hand", "50 steps beside Keras", "two arrays, two objects", "other shapes and settings"] says="multiplies the new" subtle=true
class Momentum:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum, self.velocity = learning_rate, momentum, 0.0

    def step(self, w, gradient):
        self.velocity = self.momentum * (self.velocity - self.learning_rate * gradient)
        return w + self.velocity


# %% Rolls uphill mistake="Momentum" fails=["three steps by hand", "50 steps beside Keras", "two arrays, two objects", "other shapes and settings"] says="uphill"
class Momentum:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum, self.velocity = learning_rate, momentum, 0.0

    def step(self, w, gradient):
        self.velocity = self.momentum * self.velocity + self.learning_rate * gradient
        return w + self.velocity


# %% Moves the caller's weights mistake="Momentum" fails=["two arrays, two objects"] says="changed its argument `w`" subtle=true
class Momentum:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum, self.velocity = learning_rate, momentum, 0.0

    def step(self, w, gradient):
        self.velocity = self.momentum * self.velocity - self.learning_rate * gradient
        w += self.velocity
        return w


# %% Scales the caller's gradient mistake="Momentum" fails=["two arrays, two objects"] says="changed its argument `gradient`" subtle=true
class Momentum:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum, self.velocity = learning_rate, momentum, 0.0

    def step(self, w, gradient):
        gradient *= self.learning_rate
        self.velocity = self.momentum * self.velocity - gradient
        return w + self.velocity


# %% The other sign of velocity alternative="Momentum"
class Momentum:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum, self.speed = learning_rate, momentum, None

    def step(self, w, gradient):
        if self.speed is None:
            self.speed = np.zeros_like(w)
        self.speed *= self.momentum
        self.speed += self.learning_rate * gradient
        return w - self.speed


# %% Sums up all gradients anew alternative="Momentum"
class Momentum:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum, self.seen = learning_rate, momentum, []

    def step(self, w, gradient):
        self.seen.insert(0, gradient.copy())
        total = sum(self.momentum**age * g for age, g in enumerate(self.seen))
        return w - self.learning_rate * total


# %% A float32 tensor alternative="Momentum"
class Momentum:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum, self.velocity = learning_rate, momentum, 0.0

    def step(self, w, gradient):
        gradient = keras.ops.cast(gradient, "float32")
        self.velocity = self.momentum * self.velocity - self.learning_rate * gradient
        return keras.ops.cast(w, "float32") + self.velocity


# %% Plain momentum mistake="Nesterov" fails=["three steps by hand", "50 steps beside Keras", "two arrays, two objects", "other shapes and settings"] says="plain momentum"
class Nesterov:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum, self.velocity = learning_rate, momentum, 0.0

    def step(self, w, gradient):
        self.velocity = self.momentum * self.velocity - self.learning_rate * gradient
        return w + self.velocity


# %% Looks ahead with the old velocity mistake="Nesterov" fails=["three steps by hand", "50 steps beside Keras", "two arrays, two objects", "other shapes and settings"] says="update v first" subtle=true
class Nesterov:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum, self.velocity = learning_rate, momentum, 0.0

    def step(self, w, gradient):
        move = self.momentum * self.velocity - self.learning_rate * gradient
        self.velocity = self.momentum * self.velocity - self.learning_rate * gradient
        return w + move


# %% Forgets the gradient in the second line mistake="Nesterov" fails=["three steps by hand", "50 steps beside Keras", "two arrays, two objects", "other shapes and settings"] says="gradient is missing" subtle=true
class Nesterov:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum, self.velocity = learning_rate, momentum, 0.0

    def step(self, w, gradient):
        self.velocity = self.momentum * self.velocity - self.learning_rate * gradient
        return w + self.momentum * self.velocity


# %% The whole velocity and a part of it mistake="Nesterov" fails=["three steps by hand", "50 steps beside Keras", "two arrays, two objects", "other shapes and settings"] says="a part" subtle=true
class Nesterov:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum, self.velocity = learning_rate, momentum, 0.0

    def step(self, w, gradient):
        self.velocity = self.momentum * self.velocity - self.learning_rate * gradient
        return w + self.velocity + self.momentum * self.velocity


# %% The velocity is not slowed in the second line mistake="Nesterov" fails=["three steps by hand", "50 steps beside Keras", "two arrays, two objects", "other shapes and settings"] says="not slowed down in the second"
class Nesterov:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum, self.velocity = learning_rate, momentum, 0.0

    def step(self, w, gradient):
        self.velocity = self.momentum * self.velocity - self.learning_rate * gradient
        return w + self.velocity - self.learning_rate * gradient


# %% Keeps the paper's weights and shows the point ahead alternative="Nesterov"
class Nesterov:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum, self.velocity = learning_rate, momentum, 0.0

    def step(self, w, gradient):
        behind = w - self.momentum * self.velocity
        self.velocity = self.momentum * self.velocity - self.learning_rate * gradient
        behind = behind + self.velocity
        return behind + self.momentum * self.velocity


# %% Multiplied out alternative="Nesterov"
class Nesterov:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum, self.velocity = learning_rate, momentum, 0.0

    def step(self, w, gradient):
        r, push = self.momentum, self.learning_rate * gradient
        w = w + r * r * self.velocity - (1 + r) * push
        self.velocity = r * self.velocity - push
        return w


# %% Starts at 0, as in the paper mistake="AdaGrad" fails=["three steps by hand", "50 steps beside Keras", "very small gradients", "two arrays, two objects", "other shapes and settings"] says="starts at 0, as in the paper"
class AdaGrad:
    def __init__(self, learning_rate=0.001, initial=0.1):
        self.learning_rate, self.epsilon, self.h = learning_rate, 1e-7, 0.0

    def step(self, w, gradient):
        self.h = self.h + gradient**2
        return w - self.learning_rate * gradient / np.sqrt(self.h + self.epsilon)


# %% Always starts at 0.1 mistake="AdaGrad" fails=["50 steps beside Keras", "very small gradients", "two arrays, two objects", "other shapes and settings"] says="starts at 0.1, whatever" subtle=true
class AdaGrad:
    def __init__(self, learning_rate=0.001, initial=0.1):
        self.learning_rate, self.epsilon, self.h = learning_rate, 1e-7, 0.1

    def step(self, w, gradient):
        self.h = self.h + gradient**2
        return w - self.learning_rate * gradient / np.sqrt(self.h + self.epsilon)


# %% Epsilon beside the root mistake="AdaGrad" fails=["very small gradients"] says="under the root" subtle=true
class AdaGrad:
    def __init__(self, learning_rate=0.001, initial=0.1):
        self.learning_rate, self.epsilon, self.h = learning_rate, 1e-7, initial

    def step(self, w, gradient):
        self.h = self.h + gradient**2
        return w - self.learning_rate * gradient / (np.sqrt(self.h) + self.epsilon)


# %% Divides by the sum before this gradient mistake="AdaGrad" fails=["three steps by hand", "50 steps beside Keras", "very small gradients", "two arrays, two objects", "other shapes and settings"] says="add its square first" subtle=true
class AdaGrad:
    def __init__(self, learning_rate=0.001, initial=0.1):
        self.learning_rate, self.epsilon, self.h = learning_rate, 1e-7, initial

    def step(self, w, gradient):
        w = w - self.learning_rate * gradient / np.sqrt(self.h + self.epsilon)
        self.h = self.h + gradient**2
        return w


# %% No root mistake="AdaGrad" fails=["three steps by hand", "50 steps beside Keras", "very small gradients", "two arrays, two objects", "other shapes and settings"] says="root is missing"
class AdaGrad:
    def __init__(self, learning_rate=0.001, initial=0.1):
        self.learning_rate, self.epsilon, self.h = learning_rate, 1e-7, initial

    def step(self, w, gradient):
        self.h = self.h + gradient**2
        return w - self.learning_rate * gradient / (self.h + self.epsilon)


# %% One sum for the whole array mistake="AdaGrad" fails=["three steps by hand", "50 steps beside Keras", "very small gradients", "two arrays, two objects", "other shapes and settings"] says="share one sum" subtle=true
class AdaGrad:
    def __init__(self, learning_rate=0.001, initial=0.1):
        self.learning_rate, self.epsilon, self.h = learning_rate, 1e-7, initial

    def step(self, w, gradient):
        self.h = self.h + np.sum(gradient**2)
        return w - self.learning_rate * gradient / np.sqrt(self.h + self.epsilon)


# %% An array made at the first step alternative="AdaGrad"
class AdaGrad:
    def __init__(self, learning_rate=0.001, initial=0.1):
        self.learning_rate, self.initial, self.h = learning_rate, initial, None

    def step(self, w, gradient):
        if self.h is None:
            self.h = np.full(w.shape, self.initial)
        self.h += np.square(gradient)
        return w - self.learning_rate / np.sqrt(self.h + 1e-7) * gradient


# %% In keras.ops, float32 alternative="AdaGrad"
class AdaGrad:
    def __init__(self, learning_rate=0.001, initial=0.1):
        self.learning_rate, self.h = learning_rate, initial

    def step(self, w, gradient):
        gradient = keras.ops.cast(gradient, "float32")
        self.h = self.h + keras.ops.square(gradient)
        change = self.learning_rate * gradient / keras.ops.sqrt(self.h + 1e-7)
        return keras.ops.cast(w, "float32") - change


# %% Epsilon added once, at the start alternative="AdaGrad"
class AdaGrad:
    def __init__(self, learning_rate=0.001, initial=0.1):
        self.learning_rate, self.h = learning_rate, initial + 1e-7

    def step(self, w, gradient):
        self.h = self.h + gradient * gradient
        return w - self.learning_rate * gradient * self.h**-0.5


# %% Forgets nothing mistake="RMSProp" fails=["three steps by hand", "50 steps beside Keras", "very small gradients", "two arrays, two objects", "other shapes and settings"] says="that is AdaGrad"
class RMSProp:
    def __init__(self, learning_rate=0.001, rho=0.9):
        self.learning_rate, self.rho, self.epsilon, self.h = learning_rate, rho, 1e-7, 0.0

    def step(self, w, gradient):
        self.h = self.h + gradient**2
        return w - self.learning_rate * gradient / np.sqrt(self.h + self.epsilon)


# %% The new square counts in full mistake="RMSProp" fails=["three steps by hand", "50 steps beside Keras", "very small gradients", "two arrays, two objects", "other shapes and settings"] says="should count 1 − ρ" subtle=true
class RMSProp:
    def __init__(self, learning_rate=0.001, rho=0.9):
        self.learning_rate, self.rho, self.epsilon, self.h = learning_rate, rho, 1e-7, 0.0

    def step(self, w, gradient):
        self.h = self.rho * self.h + gradient**2
        return w - self.learning_rate * gradient / np.sqrt(self.h + self.epsilon)


# %% Epsilon beside the root mistake="RMSProp" fails=["very small gradients"] says="under the root" subtle=true
class RMSProp:
    def __init__(self, learning_rate=0.001, rho=0.9):
        self.learning_rate, self.rho, self.epsilon, self.h = learning_rate, rho, 1e-7, 0.0

    def step(self, w, gradient):
        self.h = self.rho * self.h + (1 - self.rho) * gradient**2
        return w - self.learning_rate * gradient / (np.sqrt(self.h) + self.epsilon)


# %% No epsilon mistake="RMSProp" fails=["three steps by hand", "very small gradients"] says="divided by zero" subtle=true
class RMSProp:
    def __init__(self, learning_rate=0.001, rho=0.9):
        self.learning_rate, self.rho, self.h = learning_rate, rho, 0.0

    def step(self, w, gradient):
        self.h = self.rho * self.h + (1 - self.rho) * gradient**2
        return w - self.learning_rate * gradient / np.sqrt(self.h)


# %% Shares the wrong way round mistake="RMSProp" fails=["three steps by hand", "50 steps beside Keras", "very small gradients", "two arrays, two objects", "other shapes and settings"] says="other way round" subtle=true
class RMSProp:
    def __init__(self, learning_rate=0.001, rho=0.9):
        self.learning_rate, self.rho, self.epsilon, self.h = learning_rate, rho, 1e-7, 0.0

    def step(self, w, gradient):
        self.h = (1 - self.rho) * self.h + self.rho * gradient**2
        return w - self.learning_rate * gradient / np.sqrt(self.h + self.epsilon)


# %% Corrects for the start mistake="RMSProp" fails=["three steps by hand", "50 steps beside Keras", "very small gradients", "two arrays, two objects", "other shapes and settings"] says="as Adam does"
class RMSProp:
    def __init__(self, learning_rate=0.001, rho=0.9):
        self.learning_rate, self.rho, self.epsilon = learning_rate, rho, 1e-7
        self.h, self.t = 0.0, 0

    def step(self, w, gradient):
        self.t += 1
        self.h = self.rho * self.h + (1 - self.rho) * gradient**2
        h = self.h / (1 - self.rho**self.t)
        return w - self.learning_rate * gradient / np.sqrt(h + self.epsilon)


# %% Moves the average towards the square alternative="RMSProp"
class RMSProp:
    def __init__(self, learning_rate=0.001, rho=0.9):
        self.learning_rate, self.rho, self.h = learning_rate, rho, None

    def step(self, w, gradient):
        if self.h is None:
            self.h = np.zeros(w.shape)
        self.h += (1 - self.rho) * (gradient**2 - self.h)
        return w - self.learning_rate * gradient / np.sqrt(self.h + 1e-7)


# %% A float32 tensor alternative="RMSProp"
class RMSProp:
    def __init__(self, learning_rate=0.001, rho=0.9):
        self.learning_rate, self.rho, self.h = learning_rate, rho, 0.0

    def step(self, w, gradient):
        gradient = keras.ops.cast(gradient, "float32")
        self.h = self.rho * self.h + (1 - self.rho) * keras.ops.square(gradient)
        change = self.learning_rate * gradient * keras.ops.rsqrt(self.h + 1e-7)
        return keras.ops.cast(w, "float32") - change


# %% No correction mistake="Adam" fails=["three steps by hand", "50 steps beside Keras", "very small gradients", "two arrays, two objects", "other shapes and settings"] says="correction for the start is missing"
class Adam:
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999):
        self.learning_rate, self.beta_1, self.beta_2 = learning_rate, beta_1, beta_2
        self.m = self.v = 0.0

    def step(self, w, gradient):
        self.m = self.beta_1 * self.m + (1 - self.beta_1) * gradient
        self.v = self.beta_2 * self.v + (1 - self.beta_2) * gradient**2
        return w - self.learning_rate * self.m / (np.sqrt(self.v) + 1e-7)


# %% The paper's epsilon mistake="Adam" fails=["very small gradients"] says="Algorithm 1" subtle=true
class Adam:
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999):
        self.learning_rate, self.beta_1, self.beta_2 = learning_rate, beta_1, beta_2
        self.m, self.v, self.t = 0.0, 0.0, 0

    def step(self, w, gradient):
        self.t += 1
        self.m = self.beta_1 * self.m + (1 - self.beta_1) * gradient
        self.v = self.beta_2 * self.v + (1 - self.beta_2) * gradient**2
        m, v = self.m / (1 - self.beta_1**self.t), self.v / (1 - self.beta_2**self.t)
        return w - self.learning_rate * m / (np.sqrt(v) + 1e-7)


# %% Epsilon under the root mistake="Adam" fails=["very small gradients"] says="it stands beside it" subtle=true
class Adam:
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999):
        self.learning_rate, self.beta_1, self.beta_2 = learning_rate, beta_1, beta_2
        self.m, self.v, self.t = 0.0, 0.0, 0

    def step(self, w, gradient):
        self.t += 1
        self.m = self.beta_1 * self.m + (1 - self.beta_1) * gradient
        self.v = self.beta_2 * self.v + (1 - self.beta_2) * gradient**2
        rate = self.learning_rate * np.sqrt(1 - self.beta_2**self.t) / (1 - self.beta_1**self.t)
        return w - rate * self.m / np.sqrt(self.v + 1e-7)


# %% Stores the corrected averages mistake="Adam" fails=["three steps by hand", "50 steps beside Keras", "very small gradients", "two arrays, two objects", "other shapes and settings"] says="stored in place of m and v" subtle=true
class Adam:
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999):
        self.learning_rate, self.beta_1, self.beta_2 = learning_rate, beta_1, beta_2
        self.m, self.v, self.t = 0.0, 0.0, 0

    def step(self, w, gradient):
        self.t += 1
        self.m = self.beta_1 * self.m + (1 - self.beta_1) * gradient
        self.v = self.beta_2 * self.v + (1 - self.beta_2) * gradient**2
        self.m = self.m / (1 - self.beta_1**self.t)
        self.v = self.v / (1 - self.beta_2**self.t)
        return w - self.learning_rate * self.m / (np.sqrt(self.v) + 1e-7)


# %% Counts steps for all objects together mistake="Adam" fails=["two arrays, two objects"] says="in `self`" subtle=true
class Adam:
    t = 0

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999):
        self.learning_rate, self.beta_1, self.beta_2 = learning_rate, beta_1, beta_2
        self.m = self.v = 0.0
        Adam.t = 0

    def step(self, w, gradient):
        Adam.t += 1
        self.m = self.beta_1 * self.m + (1 - self.beta_1) * gradient
        self.v = self.beta_2 * self.v + (1 - self.beta_2) * gradient**2
        rate = self.learning_rate * np.sqrt(1 - self.beta_2**Adam.t) / (1 - self.beta_1**Adam.t)
        return w - rate * self.m / (np.sqrt(self.v) + 1e-7)


# %% Corrects as if it were always the first step mistake="Adam" fails=["three steps by hand", "50 steps beside Keras", "very small gradients", "two arrays, two objects", "other shapes and settings"] says="always uses t = 1"
class Adam:
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999):
        self.learning_rate, self.beta_1, self.beta_2 = learning_rate, beta_1, beta_2
        self.m = self.v = 0.0

    def step(self, w, gradient):
        self.m = self.beta_1 * self.m + (1 - self.beta_1) * gradient
        self.v = self.beta_2 * self.v + (1 - self.beta_2) * gradient**2
        rate = self.learning_rate * np.sqrt(1 - self.beta_2) / (1 - self.beta_1)
        return w - rate * self.m / (np.sqrt(self.v) + 1e-7)


# %% Forgets to count mistake="Adam" fails=["three steps by hand", "50 steps beside Keras", "very small gradients", "two arrays, two objects", "other shapes and settings"] says="is the first number 1"
class Adam:
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999):
        self.learning_rate, self.beta_1, self.beta_2 = learning_rate, beta_1, beta_2
        self.m, self.v, self.t = 0.0, 0.0, 0

    def step(self, w, gradient):
        self.m = self.beta_1 * self.m + (1 - self.beta_1) * gradient
        self.v = self.beta_2 * self.v + (1 - self.beta_2) * gradient**2
        rate = self.learning_rate * np.sqrt(1 - self.beta_2**self.t)
        rate = rate / np.float64(1 - self.beta_1**self.t)
        return w - rate * self.m / (np.sqrt(self.v) + 1e-7)


# %% In keras.ops, float32 alternative="Adam"
class Adam:
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999):
        self.learning_rate, self.beta_1, self.beta_2 = learning_rate, beta_1, beta_2
        self.m, self.v, self.t = 0.0, 0.0, 0

    def step(self, w, gradient):
        gradient = keras.ops.cast(gradient, "float32")
        self.t += 1
        self.m = self.beta_1 * self.m + (1 - self.beta_1) * gradient
        self.v = self.beta_2 * self.v + (1 - self.beta_2) * gradient**2
        rate = self.learning_rate * (1 - self.beta_2**self.t) ** 0.5 / (1 - self.beta_1**self.t)
        return keras.ops.cast(w, "float32") - rate * self.m / (keras.ops.sqrt(self.v) + 1e-7)


# %% The corrected averages, epsilon scaled to match alternative="Adam"
class Adam:
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999):
        self.learning_rate, self.beta_1, self.beta_2 = learning_rate, beta_1, beta_2
        self.m, self.v, self.t = 0.0, 0.0, 0

    def step(self, w, gradient):
        self.t += 1
        self.m = self.beta_1 * self.m + (1 - self.beta_1) * gradient
        self.v = self.beta_2 * self.v + (1 - self.beta_2) * gradient**2
        scale = 1 - self.beta_2**self.t
        m, v = self.m / (1 - self.beta_1**self.t), self.v / scale
        return w - self.learning_rate * m / (np.sqrt(v) + 1e-7 / np.sqrt(scale))


# %% Powers by multiplication, memory as arrays alternative="Adam"
class Adam:
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999):
        self.learning_rate, self.beta_1, self.beta_2 = learning_rate, beta_1, beta_2
        self.power_1 = self.power_2 = 1.0
        self.m = None

    def step(self, w, gradient):
        if self.m is None:
            self.m, self.v = np.zeros_like(w), np.zeros_like(w)
        self.power_1 *= self.beta_1
        self.power_2 *= self.beta_2
        self.m += (1 - self.beta_1) * (gradient - self.m)
        self.v += (1 - self.beta_2) * (gradient**2 - self.v)
        rate = self.learning_rate * (1 - self.power_2) ** 0.5 / (1 - self.power_1)
        return w - rate * self.m / (self.v**0.5 + 1e-7)


# %% Exponential instead mistake="time_decay" fails=["the first steps", "many steps in a table", "other settings"] says="exponential decay"
def time_decay(steps, learning_rate, decay):
    return learning_rate * decay**steps


# %% Counts from 1 mistake="time_decay" fails=["the first steps", "many steps in a table", "other settings"] says="counted from 0" subtle=true
def time_decay(steps, learning_rate, decay):
    return learning_rate / (1 + decay * (steps + 1))


# %% A straight line mistake="time_decay" fails=["the first steps", "many steps in a table", "other settings"] says="straight line"
def time_decay(steps, learning_rate, decay):
    return learning_rate * (1 - decay * steps)


# %% Missing parentheses mistake="time_decay" fails=["the first steps", "many steps in a table", "other settings"] says="Parentheses" subtle=true
def time_decay(steps, learning_rate, decay):
    return learning_rate / 1 + decay * steps


# %% Only for the last step mistake="time_decay" fails=["the first steps", "many steps in a table", "other settings"] says="One number came back"
def time_decay(steps, learning_rate, decay):
    return learning_rate / (1 + decay * np.max(steps))


# %% One step at a time alternative="time_decay"
def time_decay(steps, learning_rate, decay):
    rates = [learning_rate / (1 + decay * float(k)) for k in np.ravel(steps)]
    return np.reshape(rates, np.shape(steps))


# %% In float32 alternative="time_decay"
def time_decay(steps, learning_rate, decay):
    return learning_rate * keras.ops.reciprocal(1 + decay * keras.ops.cast(steps, "float32"))


# %% Rises again after the end mistake="cosine_decay" fails=["after the end"] says="rises" subtle=true
def cosine_decay(steps, learning_rate, warmup, total):
    share = (steps - warmup) / (total - warmup)
    rising = learning_rate * steps / max(warmup, 1)
    return np.where(steps < warmup, rising, learning_rate * (1 + np.cos(np.pi * share)) / 2)


# %% The cosine begins at step 0 mistake="cosine_decay" fails=["warm-up, then half a cosine", "after the end", "other settings"] says="where the warm-up ends" subtle=true
def cosine_decay(steps, learning_rate, warmup, total):
    share = np.clip(steps / total, 0, 1)
    rising = learning_rate * steps / max(warmup, 1)
    return np.where(steps < warmup, rising, learning_rate * (1 + np.cos(np.pi * share)) / 2)


# %% No warm-up mistake="cosine_decay" fails=["warm-up, then half a cosine", "after the end", "other settings"] says="warm-up is missing"
def cosine_decay(steps, learning_rate, warmup, total):
    share = np.clip((steps - warmup) / (total - warmup), 0, 1)
    return learning_rate * (1 + np.cos(np.pi * share)) / 2


# %% Divides by a warm-up of 0 mistake="cosine_decay" fails=["no warm-up"] says="divide by 0" subtle=true
def cosine_decay(steps, learning_rate, warmup, total):
    share = np.clip((steps - warmup) / (total - warmup), 0, 1)
    cosine = learning_rate * (1 + np.cos(np.pi * share)) / 2
    return np.minimum(steps / warmup, 1) * cosine


# %% A quarter of a cosine mistake="cosine_decay" fails=["warm-up, then half a cosine", "after the end", "no warm-up", "other settings"] says="quarter"
def cosine_decay(steps, learning_rate, warmup, total):
    share = np.clip((steps - warmup) / (total - warmup), 0, 1)
    rising = learning_rate * steps / max(warmup, 1)
    return np.where(steps < warmup, rising, learning_rate * np.cos(np.pi * share / 2))


# %% The warm-up begins above 0 mistake="cosine_decay" fails=["warm-up, then half a cosine", "after the end", "other settings"] says="step 0 has the rate 0" subtle=true
def cosine_decay(steps, learning_rate, warmup, total):
    share = np.clip((steps - warmup) / (total - warmup), 0, 1)
    rising = learning_rate * (steps + 1) / max(warmup, 1)
    return np.where(steps < warmup, rising, learning_rate * (1 + np.cos(np.pi * share)) / 2)


# %% One step at a time alternative="cosine_decay"
def cosine_decay(steps, learning_rate, warmup, total):
    def one(k):
        if k < warmup:
            return learning_rate * k / warmup
        if k >= total:
            return 0.0
        return learning_rate * np.cos(np.pi * (k - warmup) / (total - warmup) / 2) ** 2

    return np.array([one(k) for k in np.ravel(steps)]).reshape(np.shape(steps))


# %% By masks alternative="cosine_decay"
def cosine_decay(steps, learning_rate, warmup, total):
    share = np.clip((steps - warmup) / (total - warmup), 0, 1)
    rate = 0.5 * learning_rate * (1 + np.cos(np.pi * share))
    if warmup:
        rate = np.minimum(rate, learning_rate * steps / warmup)
    return rate


# %% One velocity for all variables of a shape mistake="KerasMomentum" fails=["two variables of one shape"] says="velocity of its own" subtle=true
class KerasMomentum(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, momentum=0.9, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.momentum = momentum

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.velocities = {}
        for v in variables:
            if str(v.shape) not in self.velocities:
                self.velocities[str(v.shape)] = self.add_variable_from_reference(v, "velocity")

    def update_step(self, gradient, variable, learning_rate):
        v = self.velocities[str(variable.shape)]
        v.assign(self.momentum * v - learning_rate * gradient)
        variable.assign_add(v)

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum}


# %% A dictionary that Keras does not know mistake="KerasMomentum" fails=["its memory belongs to Keras"] says="does not know the velocities" subtle=true
class KerasMomentum(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, momentum=0.9, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.momentum, self.memory = momentum, {}

    def update_step(self, gradient, variable, learning_rate):
        old = self.memory.get(id(variable), 0.0)
        v = self.momentum * old - learning_rate * gradient
        self.memory[id(variable)] = v
        variable.assign_add(v)

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum}


# %% Forgets to keep the velocity mistake="KerasMomentum" fails=["50 steps beside Keras", "two variables of one shape", "other shapes and settings"] says="plain SGD"
class KerasMomentum(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, momentum=0.9, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.momentum = momentum

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.velocities = [self.add_variable_from_reference(v, "velocity") for v in variables]

    def update_step(self, gradient, variable, learning_rate):
        v = self.velocities[self._get_variable_index(variable)]
        v = self.momentum * v - learning_rate * gradient
        variable.assign_add(v)

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum}


# %% Its momentum is not saved mistake="KerasMomentum" fails=["its settings can be saved"] says="lacks momentum" subtle=true
class KerasMomentum(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, momentum=0.9, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.momentum = momentum

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.velocities = [self.add_variable_from_reference(v, "velocity") for v in variables]

    def update_step(self, gradient, variable, learning_rate):
        v = self.velocities[self._get_variable_index(variable)]
        v.assign(self.momentum * v - learning_rate * gradient)
        variable.assign_add(v)

    def get_config(self):
        return super().get_config()


# %% Returns the new value instead of assigning it mistake="KerasMomentum" fails=["50 steps beside Keras", "two variables of one shape", "other shapes and settings"] says="did not move"
class KerasMomentum(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, momentum=0.9, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.momentum = momentum

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.velocities = [self.add_variable_from_reference(v, "velocity") for v in variables]

    def update_step(self, gradient, variable, learning_rate):
        v = self.velocities[self._get_variable_index(variable)]
        v.assign(self.momentum * v - learning_rate * gradient)
        return variable + v

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum}


# %% Keras's SGD under another name mistake="KerasMomentum" rule=true says="write momentum yourself"
class KerasMomentum(keras.optimizers.SGD):
    pass


# %% With keras.ops, and Keras's own helpers alternative="KerasMomentum"
class KerasMomentum(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, momentum=0.9, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.momentum = momentum

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.velocities = self.add_optimizer_variables(variables, "velocity")

    def update_step(self, gradient, variable, learning_rate):
        rate = keras.ops.cast(learning_rate, variable.dtype)
        v = self.velocities[self._get_variable_index(variable)]
        change = keras.ops.subtract(v * self.momentum, keras.ops.multiply(gradient, rate))
        self.assign(v, change)
        self.assign_add(variable, change)

    def get_config(self):
        config = super().get_config()
        config.update({"momentum": self.momentum})
        return config


# %% A velocity that points uphill, by name alternative="KerasMomentum"
class KerasMomentum(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, momentum=0.9, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.momentum = momentum

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.speed = {}
        for k, variable in enumerate(variables):
            self.speed[k] = self.add_variable_from_reference(variable, name="speed")

    def update_step(self, gradient, variable, learning_rate):
        speed = self.speed[self._get_variable_index(variable)]
        speed.assign(self.momentum * speed + learning_rate * gradient)
        variable.assign_sub(speed)

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum}
