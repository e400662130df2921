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


# %% The gap is the illness mistake="diagnose" fails=["training is bad", "one lucky or unlucky epoch", "twelve networks nobody has seen"] says="Look at the training error first" subtle=true
def diagnose(train, new, smaller, goal):
    error, error_new, error_smaller = (np.median(curve[-5:]) for curve in (train, new, smaller))
    if error_new > goal and error_new > error:
        return "overfitting"
    if error > goal:
        return "optimisation" if error_smaller < error else "functions"
    return "healthy"


# %% Mixes up functions and optimisation mistake="diagnose" fails=["training is bad", "one lucky or unlucky epoch", "twelve networks nobody has seen"] says="If the smaller network gets further"
def diagnose(train, new, smaller, goal):
    error, error_new, error_smaller = (np.median(curve[-5:]) for curve in (train, new, smaller))
    if error > goal:
        return "functions" if error_smaller < error else "optimisation"
    return "overfitting" if error_new > goal else "healthy"


# %% The last value only mistake="diagnose" fails=["one lucky or unlucky epoch"] says="One epoch decided" subtle=true
def diagnose(train, new, smaller, goal):
    if train[-1] > goal:
        return "optimisation" if smaller[-1] < train[-1] else "functions"
    return "overfitting" if new[-1] > goal else "healthy"


# %% The mean of the last five mistake="diagnose" fails=["one lucky or unlucky epoch"] says="One epoch decided" subtle=true
def diagnose(train, new, smaller, goal):
    error, error_new, error_smaller = (np.mean(curve[-5:]) for curve in (train, new, smaller))
    if error > goal:
        return "optimisation" if error_smaller < error else "functions"
    return "overfitting" if error_new > goal else "healthy"


# %% The smallest value mistake="diagnose" fails=["new examples dipped below the goal and came back", "one lucky or unlucky epoch"] says="that is overfitting" subtle=true
def diagnose(train, new, smaller, goal):
    error, error_new, error_smaller = np.min(train), np.min(new), np.min(smaller)
    if error > goal:
        return "optimisation" if error_smaller < error else "functions"
    return "overfitting" if error_new > goal else "healthy"


# %% Any gap is overfitting mistake="diagnose" fails=["training is good", "one lucky or unlucky epoch", "twelve networks nobody has seen"] says="is no illness" subtle=true
def diagnose(train, new, smaller, goal):
    error, error_new, error_smaller = (np.median(curve[-5:]) for curve in (train, new, smaller))
    if error > goal:
        return "optimisation" if error_smaller < error else "functions"
    return "overfitting" if error_new > 1.1 * error else "healthy"


# %% American spelling mistake="diagnose" fails=["training is bad", "twelve networks nobody has seen"] says="spelled as in the table"
def diagnose(train, new, smaller, goal):
    error, error_new, error_smaller = (np.median(curve[-5:]) for curve in (train, new, smaller))
    if error > goal:
        return "optimization" if error_smaller < error else "functions"
    return "overfitting" if error_new > goal else "healthy"


# %% By sorting alternative="diagnose"
def diagnose(train, new, smaller, goal):
    middle = lambda curve: sorted(np.asarray(curve).tolist()[-5:])[2]
    if middle(train) <= goal:
        return "healthy" if middle(new) <= goal else "overfitting"
    if middle(smaller) >= middle(train):
        return "functions"
    return "optimisation"


# %% From a table alternative="diagnose"
def diagnose(train, new, smaller, goal):
    a, b, c = np.median([np.array(k)[-5:] for k in (train, new, smaller)], axis=1)
    table = {(True, True): "optimisation", (True, False): "functions"}
    other = {True: "overfitting", False: "healthy"}
    return table[True, bool(c < a)] if a > goal else other[bool(b > goal)]


# %% Squares after averaging mistake="bias_and_variance" fails=["several places", "they add up"] says="before you average" subtle=true
def bias_and_variance(predictions, truth):
    return np.mean(predictions.mean(axis=0) - truth) ** 2, predictions.var(axis=0).mean()


# %% Everything in one variance mistake="bias_and_variance" fails=["several places", "they add up"] says="at each place alone" subtle=true
def bias_and_variance(predictions, truth):
    return np.mean((predictions.mean(axis=0) - truth) ** 2), np.var(predictions)


# %% n minus 1 mistake="bias_and_variance" fails=["one place", "several places", "they add up"] says="not by one less" subtle=true
def bias_and_variance(predictions, truth):
    bias = np.mean((predictions.mean(axis=0) - truth) ** 2)
    return bias, predictions.var(axis=0, ddof=1).mean()


# %% Standard deviation mistake="bias_and_variance" fails=["one place", "several places", "they add up"] says="standard deviation"
def bias_and_variance(predictions, truth):
    return np.mean((predictions.mean(axis=0) - truth) ** 2), predictions.std(axis=0).mean()


# %% Squared distance as bias mistake="bias_and_variance" fails=["one place", "several places", "they add up"] says="Average over the fits first"
def bias_and_variance(predictions, truth):
    return np.mean((predictions - truth) ** 2), predictions.var(axis=0).mean()


# %% Bias not squared mistake="bias_and_variance" fails=["one place", "several places", "they add up"] says="Square the bias"
def bias_and_variance(predictions, truth):
    return np.mean(predictions.mean(axis=0) - truth), predictions.var(axis=0).mean()


# %% One number per place mistake="bias_and_variance" fails=["one place", "several places", "they add up"] says="Average over the places"
def bias_and_variance(predictions, truth):
    return (predictions.mean(axis=0) - truth) ** 2, predictions.var(axis=0)


# %% By the sum alternative="bias_and_variance"
def bias_and_variance(predictions, truth):
    bias = np.mean((predictions.mean(axis=0) - truth) ** 2)
    return bias, np.mean((predictions - truth) ** 2) - bias


# %% One place at a time alternative="bias_and_variance"
def bias_and_variance(predictions, truth):
    bias = variance = 0.0
    for column, right in zip(predictions.T, truth):
        middle = sum(column) / len(column)
        bias += (middle - right) ** 2 / len(truth)
        variance += sum((v - middle) ** 2 for v in column) / len(column) / len(truth)
    return bias, variance


# %% Three draws of lots mistake="split_examples" fails=["each example in one part", "few, many and every place reached"] says="Some examples are in two parts" subtle=true
def split_examples(num, seed):
    rng = np.random.default_rng(seed)
    fifth = num // 5
    return (
        rng.permutation(num)[2 * fifth :],
        rng.permutation(num)[:fifth],
        rng.permutation(num)[:fifth],
    )


# %% With replacement mistake="split_examples" fails=["each example in one part", "few, many and every place reached"] says="Some examples are in two parts" subtle=true
def split_examples(num, seed):
    order = np.random.default_rng(seed).choice(num, num)
    fifth = num // 5
    return order[2 * fifth :], order[:fifth], order[fifth : 2 * fifth]


# %% No lots mistake="split_examples" fails=["lots are drawn", "few, many and every place reached"] says="permute first"
def split_examples(num, seed):
    order, fifth = np.arange(num), num // 5
    return order[2 * fifth :], order[:fifth], order[fifth : 2 * fifth]


# %% Loses the rest mistake="split_examples" fails=["the sizes", "each example in one part", "few, many and every place reached"] says="all others for training" subtle=true
def split_examples(num, seed):
    order, fifth = np.random.default_rng(seed).permutation(num), num // 5
    return order[: 3 * fifth], order[3 * fifth : 4 * fifth], order[4 * fifth : 5 * fifth]


# %% Ignores the seed mistake="split_examples" fails=["lots are drawn", "few, many and every place reached"] says="does your function use its seed"
def split_examples(num, seed):
    order, fifth = np.random.default_rng(0).permutation(num), num // 5
    return order[2 * fifth :], order[:fifth], order[fifth : 2 * fifth]


# %% Counts from 1 mistake="split_examples" fails=["each example in one part", "few, many and every place reached"] says="start at 0"
def split_examples(num, seed):
    order, fifth = np.random.default_rng(seed).permutation(num) + 1, num // 5
    return order[2 * fifth :], order[:fifth], order[fifth : 2 * fifth]


# %% Shuffled in place, other order of parts alternative="split_examples"
def split_examples(num, seed):
    order = list(range(num))
    np.random.RandomState(seed).shuffle(order)
    test = num - num // 5
    return (
        np.array(order[: test - num // 5]),
        np.array(order[test - num // 5 : test]),
        np.array(order[test:]),
    )


# %% By sorting random numbers alternative="split_examples"
def split_examples(num, seed):
    order = np.argsort(np.random.default_rng(seed).uniform(size=num))
    return np.split(order, [num - 2 * (num // 5), num - num // 5])


# %% A scaler fitted on everything mistake="standardized" fails=["new examples from elsewhere", "one new example", "a feature that is constant in training", "new examples have no influence"] says="It leaks: mean and standard deviation" subtle=true
def standardized(train, new):
    both = np.concatenate([train, new])
    mean, std = both.mean(axis=0), both.std(axis=0)
    std = np.where(std > 0, std, 1)
    return (train - mean) / std, (new - mean) / std


# %% Each by its own mistake="standardized" fails=["new examples from elsewhere", "one new example", "a feature that is constant in training", "new examples have no influence"] says="It leaks: `new` was scaled by its own" subtle=true
def standardized(train, new):
    scale = lambda x: (x - x.mean(axis=0)) / np.where(x.std(axis=0) > 0, x.std(axis=0), 1)
    return scale(train), scale(new)


# %% The mean of everything, the deviation of training mistake="standardized" fails=["new examples from elsewhere", "one new example", "a feature that is constant in training", "new examples have no influence"] says="It leaks" subtle=true
def standardized(train, new):
    mean, std = np.concatenate([train, new]).mean(axis=0), train.std(axis=0)
    std = np.where(std > 0, std, 1)
    return (train - mean) / std, (new - mean) / std


# %% Divides by zero mistake="standardized" fails=["a feature that is constant in training"] says="constant in `train`" subtle=true
def standardized(train, new):
    mean, std = train.mean(axis=0), train.std(axis=0)
    return (train - mean) / std, (new - mean) / std


# %% One mean for all features mistake="standardized" fails=["new examples from elsewhere", "one new example", "a feature that is constant in training", "new examples have no influence"] says="one per feature"
def standardized(train, new):
    return (train - train.mean()) / train.std(), (new - train.mean()) / train.std()


# %% By the variance mistake="standardized" fails=["new examples from elsewhere", "one new example", "a feature that is constant in training", "new examples have no influence"] says="division by the variance"
def standardized(train, new):
    mean, var = train.mean(axis=0), train.var(axis=0)
    var = np.where(var > 0, var, 1)
    return (train - mean) / var, (new - mean) / var


# %% In place mistake="standardized" fails=["new examples have no influence"] says="changed its arguments" subtle=true
def standardized(train, new):
    mean, std = train.mean(axis=0), train.std(axis=0)
    std[std == 0] = 1
    train -= mean
    train /= std
    return train, (new - mean) / std


# %% A table of both, scaled by training alternative="standardized"
def standardized(train, new):
    both = np.concatenate([train, new]) - train.mean(axis=0)
    std = both[: len(train)].std(axis=0)
    std[std == 0] = 1
    both = both / std
    return both[: len(train)], both[len(train) :]


# %% One feature at a time alternative="standardized"
def standardized(train, new):
    columns = []
    for a, b in zip(np.transpose(train), np.transpose(new)):
        middle = sum(a) / len(a)
        spread = (sum((a - middle) ** 2) / len(a)) ** 0.5 if max(a) > min(a) else 1.0
        columns.append(((a - middle) / spread, (b - middle) / spread))
    return [np.stack(part, axis=1) for part in zip(*columns)]


# %% Without n mistake="ridge" fails=["one feature", "several features", "more features than examples"] says="λ is too weak by the number of examples" subtle=true
def ridge(x, y, strength):
    c = x - x.mean(axis=0)
    w = np.linalg.solve(c.T @ c + strength * np.eye(x.shape[1]), c.T @ (y - y.mean()))
    return w, y.mean() - x.mean(axis=0) @ w


# %% Punishes the bias mistake="ridge" fails=["one feature", "several features", "more features than examples"] says="The bias is punished too" subtle=true
def ridge(x, y, strength):
    t = np.column_stack([x, np.ones(len(x))])
    w = np.linalg.solve(t.T @ t / len(x) + strength * np.eye(t.shape[1]), t.T @ y / len(x))
    return w[:-1], w[-1]


# %% Does not centre x mistake="ridge" fails=["one feature", "several features", "λ = 0 is least squares", "more features than examples"] says="before the means were taken away" subtle=true
def ridge(x, y, strength):
    w = np.linalg.solve(x.T @ x / len(x) + strength * np.eye(x.shape[1]), x.T @ y / len(x))
    return w, y.mean() - x.mean(axis=0) @ w


# %% The bias forgets the mean of x mistake="ridge" fails=["one feature", "several features", "λ = 0 is least squares", "more features than examples"] says="since x has a mean too"
def ridge(x, y, strength):
    c = x - x.mean(axis=0)
    w = np.linalg.solve(
        c.T @ c / len(x) + strength * np.eye(x.shape[1]), c.T @ (y - y.mean()) / len(x)
    )
    return w, y.mean()


# %% Not punished at all mistake="ridge" fails=["one feature", "several features", "more features than examples"] says="The weights are not punished"
def ridge(x, y, strength):
    c = x - x.mean(axis=0)
    w = np.linalg.lstsq(c, y - y.mean(), rcond=None)[0]
    return w, y.mean() - x.mean(axis=0) @ w


# %% Half of it mistake="ridge" fails=["one feature", "several features", "more features than examples"] says="without a half" subtle=true
def ridge(x, y, strength):
    c = x - x.mean(axis=0)
    w = np.linalg.solve(
        c.T @ c / len(x) + strength / 2 * np.eye(x.shape[1]), c.T @ (y - y.mean()) / len(x)
    )
    return w, y.mean() - x.mean(axis=0) @ w


# %% Through the singular values alternative="ridge"
def ridge(x, y, strength):
    mean = x.mean(axis=0)
    u, s, vt = np.linalg.svd(x - mean, full_matrices=False)
    w = vt.T @ (s / (s**2 + len(x) * strength) * (u.T @ (y - y.mean())))
    return w, y.mean() - mean @ w


# %% A longer table alternative="ridge"
def ridge(x, y, strength):
    n, features = x.shape
    rows = np.sqrt(n * strength) * np.eye(features, features + 1)
    table = np.concatenate([np.column_stack([x, np.ones(n)]), rows])
    found = np.linalg.lstsq(table, np.concatenate([y, np.zeros(features)]), rcond=None)[0]
    return found[:-1], found[-1]


# %% Looks at all losses mistake="stopping_epoch" fails=["falls, then rises", "a hump, a saw, a tie", "long noisy curves"] says="It looked at all losses" subtle=true
def stopping_epoch(losses, patience):
    return int(np.argmin(losses)), len(losses) - 1


# %% One too late mistake="stopping_epoch" fails=["falls, then rises", "a hump, a saw, a tie", "long noisy curves"] says="one epoch too late" subtle=true
def stopping_epoch(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best > patience:
            return best, epoch
    return best, len(losses) - 1


# %% A tie renews the patience mistake="stopping_epoch" fails=["a hump, a saw, a tie"] says="neither an equal loss" subtle=true
def stopping_epoch(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss <= losses[best]:
            best = epoch
        if epoch - best >= patience:
            return best, epoch
    return best, len(losses) - 1


# %% Better than the epoch before mistake="stopping_epoch" fails=["a hump, a saw, a tie", "long noisy curves"] says="only better than the epoch before" subtle=true
def stopping_epoch(losses, patience):
    best, wait = 0, 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        wait = 0 if epoch == 0 or loss < losses[epoch - 1] else wait + 1
        if wait >= patience:
            return best, epoch
    return best, len(losses) - 1


# %% Never starts the count anew mistake="stopping_epoch" fails=["a hump, a saw, a tie", "long noisy curves"] says="every new best starts it anew" subtle=true
def stopping_epoch(losses, patience):
    best, wait = 0, 0
    for epoch, loss in enumerate(losses[1:], start=1):
        if loss < losses[best]:
            best = epoch
        else:
            wait += 1
        if wait >= patience:
            return best, epoch
    return best, len(losses) - 1


# %% Keeps the last weights mistake="stopping_epoch" fails=["falls, then rises", "nothing stops it", "a hump, a saw, a tie", "long noisy curves"] says="not of the last one"
def stopping_epoch(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best >= patience:
            return epoch, epoch
    return len(losses) - 1, len(losses) - 1


# %% Counts from 1 mistake="stopping_epoch" fails=["falls, then rises", "nothing stops it", "a hump, a saw, a tie", "long noisy curves"] says="count from 0"
def stopping_epoch(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best >= patience:
            return best + 1, epoch + 1
    return best + 1, len(losses)


# %% Counts the wait alternative="stopping_epoch"
def stopping_epoch(losses, patience):
    smallest, best, wait = float("inf"), 0, 0
    for epoch, loss in enumerate(losses):
        if loss < smallest:
            smallest, best, wait = loss, epoch, 0
        else:
            wait += 1
            if wait == patience:
                break
    return best, epoch


# %% Looks for the first window alternative="stopping_epoch"
def stopping_epoch(losses, patience):
    losses = np.asarray(losses)
    for last in range(patience, len(losses)):
        if np.argmin(losses[: last + 1]) == last - patience:
            return last - patience, last
    return np.argmin(losses), np.array(len(losses) - 1)


# %% No rescaling mistake="dropout" fails=["survivors are scaled up", "averages, and rates near the ends"] says="not scaled up" subtle=true
def dropout(x, rate, training, seed):
    if not training:
        return x
    return x * (np.random.default_rng(seed).uniform(size=x.shape) >= rate)


# %% Drops at test time mistake="dropout" fails=["off at test time"] says="dropped at test time" subtle=true
def dropout(x, rate, training, seed):
    return x * (np.random.default_rng(seed).uniform(size=x.shape) >= rate) / (1 - rate)


# %% One mask for the whole batch mistake="dropout" fails=["every example has its own mask"] says="One mask for the whole batch" subtle=true
def dropout(x, rate, training, seed):
    if not training:
        return x
    return x * (np.random.default_rng(seed).uniform(size=x.shape[1]) >= rate) / (1 - rate)


# %% Drops whole examples mistake="dropout" fails=["every example has its own mask"] says="Whole examples were dropped" subtle=true
def dropout(x, rate, training, seed):
    if not training:
        return x
    return x * (np.random.default_rng(seed).uniform(size=(len(x), 1)) >= rate) / (1 - rate)


# %% Scales at test time instead mistake="dropout" fails=["off at test time", "survivors are scaled up", "averages, and rates near the ends"] says="At test time nothing is scaled" subtle=true
def dropout(x, rate, training, seed):
    if not training:
        return x * (1 - rate)
    return x * (np.random.default_rng(seed).uniform(size=x.shape) >= rate)


# %% Keeps the share to drop mistake="dropout" fails=["the share that is dropped", "averages, and rates near the ends"] says="The rate is the share to drop"
def dropout(x, rate, training, seed):
    if not training:
        return x
    return x * (np.random.default_rng(seed).uniform(size=x.shape) < rate) / (1 - rate)


# %% Always the same mask mistake="dropout" fails=["every example has its own mask", "averages, and rates near the ends"] says="use the seed"
def dropout(x, rate, training, seed):
    if not training:
        return x
    return x * (np.random.default_rng(0).uniform(size=x.shape) >= rate) / (1 - rate)


# %% Binomial lots alternative="dropout"
def dropout(x, rate, training, seed):
    if training:
        x = x * np.random.RandomState(seed).binomial(1, 1 - rate, x.shape) / (1 - rate)
    return x


# %% Keras's own alternative="dropout"
def dropout(x, rate, training, seed):
    if not training or rate == 0:
        return x
    return keras.random.dropout(keras.ops.cast(x, "float32"), rate, seed=int(seed))


# %% Forgets the mean mistake="principal_axes" fails=["the first axis", "two of several axes", "more features than examples"] says="The mean was not taken away" subtle=true
def principal_axes(x, num):
    return x.mean(axis=0), np.linalg.svd(x, full_matrices=False)[2][:num]


# %% Columns of V transposed mistake="principal_axes" fails=["the first axis", "two of several axes", "more features than examples"] says="The axes are the rows" subtle=true
def principal_axes(x, num):
    mean = x.mean(axis=0)
    return mean, np.linalg.svd(x - mean, full_matrices=False)[2][:, :num]


# %% The least important mistake="principal_axes" fails=["the first axis", "two of several axes", "more features than examples"] says="sorts from small to large" subtle=true
def principal_axes(x, num):
    mean = x.mean(axis=0)
    return mean, np.linalg.eigh((x - mean).T @ (x - mean))[1].T[:num]


# %% Scaled by the singular values mistake="principal_axes" fails=["the first axis", "two of several axes", "more features than examples"] says="should have length 1"
def principal_axes(x, num):
    mean = x.mean(axis=0)
    _, s, vt = np.linalg.svd(x - mean, full_matrices=False)
    return mean, (s[:, None] * vt)[:num]


# %% Divides by the deviations mistake="principal_axes" fails=["the first axis", "two of several axes", "more features than examples"] says="also divided by their deviations" subtle=true
def principal_axes(x, num):
    mean = x.mean(axis=0)
    return mean, np.linalg.svd((x - mean) / x.std(axis=0), full_matrices=False)[2][:num]


# %% One mean for everything mistake="principal_axes" fails=["the first axis", "two of several axes", "more features than examples"] says="One mean per feature"
def principal_axes(x, num):
    return x.mean(), np.linalg.svd(x - x.mean(), full_matrices=False)[2][:num]


# %% Eigenvectors, turned around alternative="principal_axes"
def principal_axes(x, num):
    mean = x.mean(axis=0)
    return mean, -np.linalg.eigh(np.cov(x.T))[1][:, ::-1].T[:num]


# %% From the table lying on its side alternative="principal_axes"
def principal_axes(x, num):
    mean = sum(x) / len(x)
    u, _, _ = np.linalg.svd((x - mean).T, full_matrices=False)
    return mean, u[:, :num].T


# %% No biases mistake="num_parameters" fails=["one hidden layer", "several hidden layers", "no hidden layer, and a large network"] says="The biases are missing"
def num_parameters(widths):
    return sum(n * m for n, m in zip(widths[:-1], widths[1:]))


# %% Biases of the inputs mistake="num_parameters" fails=["one hidden layer", "several hidden layers", "no hidden layer, and a large network"] says="The inputs have no biases" subtle=true
def num_parameters(widths):
    return sum(n * m for n, m in zip(widths[:-1], widths[1:])) + sum(widths)


# %% A bias per input mistake="num_parameters" fails=["one hidden layer", "several hidden layers", "no hidden layer, and a large network"] says="one bias per unit that it computes" subtle=true
def num_parameters(widths):
    return sum(n * (m + 1) for n, m in zip(widths[:-1], widths[1:]))


# %% Only one hidden layer mistake="num_parameters" fails=["several hidden layers", "no hidden layer, and a large network"] says="The value is wrong" subtle=true
def num_parameters(widths):
    inputs, hidden, outputs = widths[0], widths[1], widths[-1]
    return (inputs + 1) * hidden + (hidden + 1) * outputs


# %% One product mistake="num_parameters" fails=["one hidden layer", "several hidden layers", "no hidden layer, and a large network"] says="Layers add up"
def num_parameters(widths):
    return int(np.prod(widths))


# %% Asks Keras alternative="num_parameters"
def num_parameters(widths):
    layers = [keras.layers.Dense(n) for n in widths[1:]]
    return keras.Sequential([keras.Input((widths[0],)), *layers]).count_params()


# %% A running sum alternative="num_parameters"
def num_parameters(widths):
    total, before = 0, widths[0]
    for width in widths[1:]:
        total += before * width + width
        before = width
    return np.array(total)


# %% The middle transposed mistake="folding_network" fails=["two folds", "many folds"] says="each column of its kernel" subtle=true
def folding_network(depth):
    first = np.array([[1.0, 1.0]]), np.array([0.0, -0.5])
    middle = np.array([[2.0, -4.0], [2.0, -4.0]]), np.array([0.0, -0.5])
    return [first] + [middle] * (depth - 1) + [(np.array([[2.0], [-4.0]]), np.array([0.0]))]


# %% Passes the units on unchanged mistake="folding_network" fails=["two folds", "many folds"] says="It folds only once" subtle=true
def folding_network(depth):
    first = np.array([[1.0, 1.0]]), np.array([0.0, -0.5])
    middle = np.eye(2), np.zeros(2)
    return [first] + [middle] * (depth - 1) + [(np.array([[2.0], [-4.0]]), np.array([0.0]))]


# %% One layer too few mistake="folding_network" fails=["two folds", "many folds"] says="depth hidden layers" subtle=true
def folding_network(depth):
    first = np.array([[1.0, 1.0]]), np.array([0.0, -0.5])
    middle = np.array([[2.0, 2.0], [-4.0, -4.0]]), np.array([0.0, -0.5])
    return [first] + [middle] * (depth - 2) + [(np.array([[2.0], [-4.0]]), np.array([0.0]))]


# %% Read out by 2 and -2 mistake="folding_network" fails=["one fold", "two folds", "many folds"] says="2 and −4"
def folding_network(depth):
    first = np.array([[1.0, 1.0]]), np.array([0.0, -0.5])
    middle = np.array([[2.0, 2.0], [-2.0, -2.0]]), np.array([0.0, -0.5])
    return [first] + [middle] * (depth - 1) + [(np.array([[2.0], [-2.0]]), np.array([0.0]))]


# %% A layer of one unit between folds mistake="folding_network" fails=["two folds", "many folds"] says="depth hidden layers"
def folding_network(depth):
    fold = [(np.array([[1.0, 1.0]]), np.array([0.0, -0.5]))]
    fold.append((np.array([[2.0], [-4.0]]), np.array([0.0])))
    return fold * depth


# %% Products of matrices alternative="folding_network"
def folding_network(depth):
    spread, gather = np.array([[1.0, 1.0]]), np.array([[2.0], [-4.0]])
    kernels = [spread] + [gather @ spread for _ in range(depth - 1)] + [gather]
    return [(k, np.array([0, -0.5])[: k.shape[1]]) for k in kernels]


# %% Units the other way round alternative="folding_network"
def folding_network(depth):
    layers = [(np.ones((1, 2), "float32"), np.array([-0.5, 0.0], "float32"))]
    for _ in range(depth - 1):
        layers.append((keras.ops.array([[-4.0, -4.0], [2.0, 2.0]]), np.array([-0.5, 0.0])))
    return layers + [(np.array([[-4], [2]]), np.zeros(1))]


# %% The state inside tanh mistake="stack_forward" fails=["residual", "a stack of zeros passes everything on", "deep, and one example"] says="added inside tanh" subtle=true
def stack_forward(x, layers, residual):
    states = [x]
    for kernel, bias in layers:
        h = states[-1]
        states.append(np.tanh(h @ kernel + bias + (h if residual else 0)))
    return states


# %% Adds the first input everywhere mistake="stack_forward" fails=["residual", "deep, and one example"] says="You add x in every layer" subtle=true
def stack_forward(x, layers, residual):
    states = [x]
    for kernel, bias in layers:
        states.append(np.tanh(states[-1] @ kernel + bias) + (x if residual else 0))
    return states


# %% Ignores the switch mistake="stack_forward" fails=["plain", "deep, and one example"] says="`residual` is not looked at"
def stack_forward(x, layers, residual):
    states = [x]
    for kernel, bias in layers:
        states.append(states[-1] + np.tanh(states[-1] @ kernel + bias))
    return states


# %% Writes into the state mistake="stack_forward" fails=["residual", "deep, and one example"] says="All entries are the same array" subtle=true
def stack_forward(x, layers, residual):
    h, states = x, [x]
    for kernel, bias in layers:
        answer = np.tanh(h @ kernel + bias)
        if residual:
            h += answer
        else:
            h = answer
        states.append(h)
    return states


# %% Leaves x out mistake="stack_forward" fails=["plain", "residual", "a stack of zeros passes everything on", "deep, and one example"] says="starts with x itself"
def stack_forward(x, layers, residual):
    states = []
    for kernel, bias in layers:
        answer = np.tanh(x @ kernel + bias)
        x = x + answer if residual else answer
        states.append(x)
    return states


# %% By recursion alternative="stack_forward"
def stack_forward(x, layers, residual):
    if not layers:
        return [x]
    (kernel, bias), *rest = layers
    return [x] + stack_forward(residual * x + np.tanh(bias + np.dot(x, kernel)), rest, residual)


# %% keras.ops in float32 alternative="stack_forward"
def stack_forward(x, layers, residual):
    cast = lambda values: keras.ops.cast(values, "float32")
    states = [cast(x)]
    for kernel, bias in layers:
        answer = keras.ops.tanh(states[-1] @ cast(kernel) + cast(bias))
        states.append(states[-1] + answer if residual else answer)
    return states


# %% No plus on the way back mistake="stack_backward" fails=["residual, against finite differences", "forty layers learn from five starts", "other sizes, one example"] says="The plus sign works backwards too" subtle=true
def stack_backward(states, layers, residual, gradient):
    gradients = []
    for k in reversed(range(len(layers))):
        a = states[k + 1] - states[k] if residual else states[k + 1]
        e = gradient * (1 - a**2)
        gradients.insert(0, (states[k].T @ e, e.sum(axis=0)))
        gradient = e @ layers[k][0].T
    return gradients, gradient


# %% Takes the state for the answer mistake="stack_backward" fails=["residual, against finite differences", "forty layers learn from five starts", "other sizes, one example"] says="The states hold h + a" subtle=true
def stack_backward(states, layers, residual, gradient):
    gradients = []
    for k in reversed(range(len(layers))):
        e = gradient * (1 - states[k + 1] ** 2)
        gradients.insert(0, (states[k].T @ e, e.sum(axis=0)))
        gradient = e @ layers[k][0].T + (gradient if residual else 0)
    return gradients, gradient


# %% The plus in plain stacks too mistake="stack_backward" fails=["plain, against finite differences", "other sizes, one example"] says="without residual nothing is added" subtle=true
def stack_backward(states, layers, residual, gradient):
    gradients = []
    for k in reversed(range(len(layers))):
        a = states[k + 1] - states[k] if residual else states[k + 1]
        e = gradient * (1 - a**2)
        gradients.insert(0, (states[k].T @ e, e.sum(axis=0)))
        gradient = e @ layers[k][0].T + gradient
    return gradients, gradient


# %% Kernel not transposed mistake="stack_backward" fails=["plain, against finite differences", "residual, against finite differences", "forty layers learn from five starts", "other sizes, one example"] says="takes its transpose" subtle=true
def stack_backward(states, layers, residual, gradient):
    gradients = []
    for k in reversed(range(len(layers))):
        a = states[k + 1] - states[k] if residual else states[k + 1]
        e = gradient * (1 - a**2)
        gradients.insert(0, (states[k].T @ e, e.sum(axis=0)))
        gradient = e @ layers[k][0] + (gradient if residual else 0)
    return gradients, gradient


# %% List backwards mistake="stack_backward" fails=["plain, against finite differences", "residual, against finite differences", "other sizes, one example"] says="The list is backwards"
def stack_backward(states, layers, residual, gradient):
    gradients = []
    for k in reversed(range(len(layers))):
        a = states[k + 1] - states[k] if residual else states[k + 1]
        e = gradient * (1 - a**2)
        gradients.append((states[k].T @ e, e.sum(axis=0)))
        gradient = e @ layers[k][0].T + (gradient if residual else 0)
    return gradients, gradient


# %% Averages over the batch mistake="stack_backward" fails=["plain, against finite differences", "residual, against finite differences", "other sizes, one example"] says="Nothing is averaged here"
def stack_backward(states, layers, residual, gradient):
    gradients = []
    for k in reversed(range(len(layers))):
        a = states[k + 1] - states[k] if residual else states[k + 1]
        e = gradient * (1 - a**2)
        gradients.insert(0, (states[k].T @ e / len(e), e.mean(axis=0)))
        gradient = e @ layers[k][0].T + (gradient if residual else 0)
    return gradients, gradient


# %% By recursion alternative="stack_backward"
def stack_backward(states, layers, residual, gradient):
    if not layers:
        return [], gradient
    *rest, (kernel, _) = layers
    h, after = states[-2:]
    e = gradient * (1 - (after - residual * h) ** 2)
    below, bottom = stack_backward(states[:-1], rest, residual, e @ kernel.T + residual * gradient)
    return below + [(h.T @ e, e.sum(axis=0))], bottom


# %% Computes tanh anew alternative="stack_backward"
def stack_backward(states, layers, residual, gradient):
    gradients = [None] * len(layers)
    for k in range(len(layers) - 1, -1, -1):
        kernel, bias = layers[k]
        slope = 1 / np.cosh(states[k] @ kernel + bias) ** 2
        e = gradient * slope
        gradients[k] = (np.einsum("bi,bo->io", states[k], e), np.ones(len(e)) @ e)
        gradient = np.einsum("bo,io->bi", e, kernel) + residual * gradient
    return gradients, gradient
