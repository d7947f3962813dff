"""How jobs run: one run in a folder, shards of large corpora, memory and time.

Makes results/run_config.yaml and no other file. Configuration: shards.
"""

import yaml
from unitrans.jobs.artifacts import write_text
from unitrans.jobs.lock import hold, hold_folder

KILLED = (
    "ERROR a job was killed (SIGKILL), as systems do when memory runs out: run fewer jobs at a "
    "time (--cores), lower training.batch_size, or give the job more (mem_mb); then run the "
    "same command again"
)

# A killed run leaves Snakemake's lock behind. This one dies with its run, so that the next
# knows whether the other's is still meant.
if workflow.is_main_process:
    try:
        RUN_LOCK = hold_folder(
            Path(".snakemake/run.lock"), stale=Path(".snakemake/locks")
        )
    except OSError as error:
        raise WorkflowError(
            f"{Path.cwd()}: found a folder that nothing can be written to ({error.strerror}); "
            "expected a writable one: free some space, or use another --directory"
        ) from None


onstart:
    write_text("results/run_config.yaml", yaml.safe_dump(config, sort_keys=True))
    # A dry run may have had it for a moment.
    hold(RUN_LOCK, wait=True)


onerror:
    # A job that the system kills says nothing itself.
    if any("SIGKILL" in Path(file).read_text("utf-8", "replace") for file in log):
        print(KILLED, file=sys.stderr)


# Parts that jobs of their own work on: of the pool, and of the source corpus.
scattergather:
    pool=config["shards"]["pool"],
    source=config["shards"]["source"],


def shard(path, corpus):
    """The name of a shard's file; for a single shard the name as it stands."""
    if config["shards"][corpus] == 1:
        return path
    path = Path(path)
    return f"{path.parent}/{path.stem}.{{scatteritem}}{path.suffix}"


def shard_output(path, corpus):
    """A shard's output, kept until all shards are put together; a single one is kept."""
    part = shard(path, corpus)
    return part if part == path else temp(part)


def get_shard(wildcards):
    """Which part of its corpus a job works on."""
    return wildcards.get("scatteritem", "1-of-1")


def get_memory(fixed, per_megabyte):
    """A function for mem_mb: some megabytes, more for each one of input, and more for a retry.

    The encoder is an input, so a large encoder's jobs get more. docs/cluster.md has the peaks
    that the numbers come from. A file that is not there yet (a dry run, an earlier job of the
    same group) counts for nothing.
    """

    def memory(wildcards, input, attempt):
        size = sum(os.path.getsize(file) for file in input if os.path.isfile(file))
        return attempt * round(fixed + per_megabyte * size / 1e6)

    return memory


def get_runtime(minutes):
    """A function for runtime: some minutes, and more for a retry."""
    return lambda wildcards, attempt: attempt * minutes
