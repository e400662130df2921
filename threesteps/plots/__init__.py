"""Figures for the notebooks, readable in print and when all colours look alike.

Every function takes the axes to draw into (`ax=None` makes new ones) and returns them. What a
figure says is said by shape, line style, hatching or a label next to the thing; colour comes on
top (the palette of Okabe and Ito, 2008). Nothing global is changed.
"""

from __future__ import annotations

from .curves import learning_curves
from .diagram import network
from .graph import graph
from .pictures import images
from .plane import decision_regions, warped_plane

__all__ = ["decision_regions", "graph", "images", "learning_curves", "network", "warped_plane"]
