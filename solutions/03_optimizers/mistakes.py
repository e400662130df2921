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
