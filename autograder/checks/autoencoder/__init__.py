"""Checks of the notebook autoencoder, in its order."""

from __future__ import annotations

from ...spec import Check
from .clouds import kl_divergence, reparameterise
from .components import pca, pca_reconstruct
from .damage import corrupt, denoising_pairs
from .deep import train_deep_autoencoder
from .denoiser import train_denoiser
from .drawing import sample_images, vae_loss
from .linear import train_linear_autoencoder
from .search import precision_at_k
from .tied import tied_autoencoder

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    pca,
    pca_reconstruct,
    tied_autoencoder,
    corrupt,
    denoising_pairs,
    train_linear_autoencoder,
    train_deep_autoencoder,
    precision_at_k,
    train_denoiser,
    reparameterise,
    kl_divergence,
    vae_loss,
    sample_images,
)
