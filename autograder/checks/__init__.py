"""The checks of the course, one package or module per notebook, each with `CHECKS`."""
