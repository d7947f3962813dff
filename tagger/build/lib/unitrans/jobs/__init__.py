"""What every job does: whole files, its log, locks, provenance, device and settings.

Knows nothing of language; everything above stands on it.
"""
