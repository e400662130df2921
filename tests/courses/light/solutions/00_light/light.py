# %% [markdown]
# # Light
#
# A course that costs nothing to grade. The tests copy it.

# %%
import keras
import numpy as np

from autograder import check


# %% exercise="double"
def double(x):
    """Twice x.

    x: float array, any shape -> the same shape.
    """
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


# %% check="double" points=2
check("double")

# %% [markdown]
# Now rows: `(batch, features)` in, `(batch,)` out.


# %% exercise="row_sum"
def row_sum(x):
    """Sum of each row.

    x: (batch, features) -> (batch,)
    """
    ### BEGIN SOLUTION
    return keras.ops.sum(x, axis=1)
    ### END SOLUTION


# %% check="row_sum" points=3
check("row_sum")


# %% exercise="clip"
def clip(x, limit):
    """x with everything below -limit and above limit set to it.

    x: float array, any shape; limit: float > 0 -> the shape of x.
    """
    ### BEGIN SOLUTION
    return np.minimum(np.maximum(x, -limit), limit)
    ### END SOLUTION


# %% check="clip" points=1
check("clip")

# %% tags=["demo"]
print("a demo is not run when grading")

# %% [markdown] written="why" points=3
# Why does `row_sum` need `axis=1`?
#
# ### BEGIN SOLUTION
# Because the features are on axis 1.
# ### END SOLUTION
