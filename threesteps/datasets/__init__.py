"""The data of the course, from truth tables to pictures, requests, texts and stories.

Every loader prints one line that says what it returned and where it is from; `quiet=True` keeps
it silent. The cards of all sets are in data/README.md.
"""

from __future__ import annotations

from .downloads import fashion_mnist, from_idx, mnist
from .flights import FlightRequests, flight_pairs, flight_requests
from .images import LabelledImages, digits
from .mazes import Maze, maze
from .plane import blobs, rings, truth_table, two_moons
from .stories import Stories, stories
from .text import Corpus, corpus, shakespeare
from .written import dates

__all__ = [
    "Corpus",
    "FlightRequests",
    "LabelledImages",
    "Maze",
    "Stories",
    "blobs",
    "corpus",
    "dates",
    "digits",
    "fashion_mnist",
    "flight_pairs",
    "flight_requests",
    "from_idx",
    "maze",
    "mnist",
    "rings",
    "shakespeare",
    "stories",
    "truth_table",
    "two_moons",
]
