"""Settings for the libraries beneath PyTorch: how threads wait, what is cached, how memory is had.

They read it from the environment: the C library when the process starts, the others when they
are loaded. None of it changes a result, and what the user has set stays.
"""

# How often a training saves its state. It is no setting of the training: changed, it must not
# train anything again, which Snakemake does for every param.
CHECKPOINT_SECONDS = "UNITRANS_CHECKPOINT_SECONDS"

VARIABLES = {
    # A thread that waits gives its core away: spinning costs up to eight times on busy cores.
    "OMP_WAIT_POLICY": "PASSIVE",
    # Not at once, though: between two products it is woken within microseconds. GNU's OpenMP
    # only, where this counts more than the policy.
    "GOMP_SPINCOUNT": "3000",
    # Kernels are compiled for each width of a batch; 1,024 are too few for all of them.
    "ONEDNN_PRIMITIVE_CACHE_CAPACITY": "16384",
    # Memory in pages of 2 MB: fewer faults, fewer look-ups.
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
