# %% [markdown]
# What a class makes of the light notebook: for the benchmarks, and held by tests/test_determinism.py.

# %% Squares mistake="double" fails=["a vector", "a matrix"] says="You squared."
def double(x):
    return x**2


# %% Forgets the factor mistake="double" fails=["a vector", "a matrix"] says="You returned x itself."
def double(x):
    return x


# %% Loops over one axis only mistake="double" fails=["a matrix"] says="Your code raised TypeError" subtle=true
def double(x):
    return np.array([2 * float(value) for value in x])


# %% Sums the columns mistake="row_sum" fails=["a batch", "one row"] says="The shape should be (batch)"
def row_sum(x):
    return x.sum(axis=0)


# %% Sums everything mistake="row_sum" fails=["a batch", "one row"] says="The shape should be (batch)" subtle=true
def row_sum(x):
    return x.sum()


# %% The mean mistake="row_sum" fails=["a batch", "one row"] says="Every value is wrong"
def row_sum(x):
    return x.mean(axis=1)


# %% Forgets what is below mistake="clip" fails=["below"] says="Every value is wrong" subtle=true
def clip(x, limit):
    return np.minimum(x, limit)


# %% Forgets what is above mistake="clip" fails=["above"] says="Every value is wrong" subtle=true
def clip(x, limit):
    return np.maximum(x, -limit)


# %% Raises mistake="clip" fails=["nothing to do", "above", "below"] says="Your code raised ValueError"
def clip(x, limit):
    raise ValueError("not yet")


# %% Adds alternative="double"
def double(x):
    return x + x


# %% A loop alternative="row_sum"
def row_sum(x):
    return np.array([sum(row) for row in x])


# %% NumPy's own alternative="clip"
def clip(x, limit):
    return np.clip(x, -limit, limit)
