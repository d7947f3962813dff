"""The finished tagger at work: raw text, offsets, the command, export and model card."""
