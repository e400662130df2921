# %% [markdown]
# Wrong answers that people give, and other right ones. Each cell replaces the exercise of that
# name; tests/test_checks.py asks the check about it. `fails` lists the cases that must reject it,
# `says` is a piece of the words that must be shown.

