"""Word vectors for tests."""

import torch


def unit_vectors(rows, width=16, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.nn.functional.normalize(torch.randn(rows, width, generator=generator), dim=1)
