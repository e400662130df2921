# %% [markdown]
# Wrong answers that people give, and other right ones. Each cell replaces the exercise of that
# name; tests/test_checks.py asks the check about it. `fails` lists the cases that must reject it,
# `says` is a piece of the words that must be shown.

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
