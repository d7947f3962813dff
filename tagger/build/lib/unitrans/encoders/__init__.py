"""The pretrained encoder: where it comes from, the subwords it reads, and its hidden states."""
