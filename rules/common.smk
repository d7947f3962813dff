"""What all rules share, as far as it needs Snakemake's own objects; the rest is in unitrans.plan.

Makes results/run_config.yaml. Reads the whole configuration; shards for the parts of corpora.
"""

import atexit
import os
import sys
import time
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.io import is_flagged
from snakemake.logging import logger

# Of this project, also where another workflow imports it.
PROJECT = Path(str(workflow.current_basedir)).parent
SCRIPTS = PROJECT / "workflow" / "scripts"
if not SCRIPTS.is_dir():
    raise WorkflowError(
        f"{workflow.current_basedir}: found a workflow that is not on this machine; expected a "
        "clone of it, since its jobs import its library: name the Snakefile of the clone"
    )
sys.path.insert(0, str(SCRIPTS))

import yaml
from snakemake.common.configfile import load_configfile
from snakemake.utils import update_config
from unitrans.distillation.lineage import MODELS, TEACHERS
from unitrans.errors import InputError
from unitrans.jobs.artifacts import write_text
from unitrans.jobs.environment import CHECKPOINT_SECONDS, VARIABLES
from unitrans.jobs.finished import drop_finished
from unitrans.jobs.log import failure, failures
from unitrans.jobs.lock import hold, hold_folder
from unitrans.jobs.provenance import code_digest
from unitrans.plan import inputs, params
from unitrans.plan.checks import check_config
from unitrans.plan.console import shorten
from unitrans.plan.files import check_files, check_places
from unitrans.plan.leaks import leaks
from unitrans.plan.plan import Plan
from unitrans.plan.resources import corpus_memory, memory, runtime, share_memory
from unitrans.report.closing import closing_lines

STARTED = time.monotonic()
BUSY = "Another run works in this folder: wait for it, or end it; there is nothing to unlock."
AGAIN = "Mend it and run the same command again: what is done stays, trainings go on."

# Jobs run in processes of their own: they find this checkout's library before any
# installed one.
os.environ.update(VARIABLES | os.environ | {"PYTHONPATH": str(SCRIPTS)})

# An importer's `config:` says only what differs from the defaults.
_defaults = load_configfile(str(PROJECT / "config" / "config.yaml"))
update_config(_defaults, config)
config = _defaults

try:
    # Once a run, not again in the process of each job. The files of a workflow that imports this
    # one are its own matter.
    if workflow.is_main_process:
        check_places(PROJECT, Path.cwd())
    if workflow.is_main_process and Path(workflow.main_snakefile).parent == PROJECT:
        check_files([PROJECT / "config" / "config.yaml", *workflow.configfiles])
    check_config(config, PROJECT)
except InputError as error:
    raise WorkflowError(str(error)) from None

for leak in leaks(config, PROJECT) if workflow.is_main_process else ():
    logger.warning(f"WARNING {leak}")

os.environ[CHECKPOINT_SECONDS] = str(config["training"]["checkpoint_seconds"])

plan = Plan(config, PROJECT, prefix=workflow.modifier.path_modifier.prefix or "")
share_memory(workflow)

# A killed run leaves Snakemake's lock behind. This one dies with its run, so that the next
# knows whether the other's is still meant.
if workflow.is_main_process:
    try:
        RUN_LOCK = hold_folder(
            Path(".snakemake/run.lock"), stale=Path(".snakemake/locks")
        )
        if not hold(RUN_LOCK):
            atexit.register(print, BUSY, file=sys.stderr)
    except OSError as error:
        raise WorkflowError(
            f"{Path.cwd()}: found a folder that nothing can be written to ({error.strerror}); "
            "expected a writable one: free some space, or use another --directory"
        ) from None


def tell_unknown_targets():
    """For each target that no rule makes, say which ones there are."""
    for target in getattr(workflow.dag_settings, "targets", ()):
        if str(target) in {known.name for known in workflow.rules}:
            continue
        if not any(known.is_producer(str(target)) for known in workflow.rules):
            print(
                f"{target}: found no rule that makes it; expected a file such as "
                f"results/{plan.targets[0]}/f1.json, with a target of: {', '.join(plan.targets)}",
                file=sys.stderr,
            )


# When Snakemake has said that it cannot make them, no handler of the workflow is called.
if workflow.is_main_process:
    atexit.register(tell_unknown_targets)


onstart:
    try:
        write_text(
            "results/run_config.yaml", yaml.safe_dump(config, sort_keys=True)
        )
    except OSError as error:
        raise WorkflowError(failure(error, "results/run_config.yaml")) from None
    if not workflow.output_settings.verbose:
        shorten(logger.handlers)
    # A dry run may have had it for a moment.
    hold(RUN_LOCK, wait=True)


onsuccess:
    drop_finished(Path(f"{plan.prefix}checkpoints"))
    asked = [str(target) for target in workflow.dag_settings.targets]
    lines = closing_lines(asked, plan, seconds=time.monotonic() - STARTED)
    atexit.register(print, *lines, sep="\n", file=sys.stderr)


onerror:
    drop_finished(Path(f"{plan.prefix}checkpoints"))
    # The last lines on the console, below all that Snakemake says; no job is lost among many.
    text = "".join(Path(file).read_text("utf-8", "replace") for file in log)
    if causes := failures(text):
        atexit.register(print, *causes, AGAIN, sep="\n", file=sys.stderr)


wildcard_constraints:
    **plan.wildcards(),


# Parts that jobs of their own work on: of the pool, and of the source corpus.
scattergather:
    pool=config["shards"]["pool"],
    source=config["shards"]["source"],


class Forced(set):
    """Files whose jobs have to run: what the user forces, and what was made here and is gone.

    Of itself, Snakemake makes a deleted file again only where a job that has to run reads it. A
    student deleted after its run, because its digest did not fit, would never come back.
    """

    def isdisjoint(self, files):
        """Whether none of a job's outputs has to be made."""
        return super().isdisjoint(files) and not any(map(self._is_gone, files))

    @staticmethod
    def _is_gone(file):
        """Whether an output was made by an earlier run and deleted by somebody else."""
        return not (
            is_flagged(file, "temp")
            or os.path.lexists(file)
            or workflow.persistence.metadata(file) is None
        )


def ask(function, *arguments, **options):
    """An input function, or one for params: what the plan answers for a job's wildcards."""

    def answer(wildcards):
        # The first input functions are called when there is a DAG, but before it is looked
        # through for jobs that have to run.
        if workflow.is_main_process and not isinstance(workflow.dag.forcefiles, Forced):
            workflow.dag.forcefiles = Forced(workflow.dag.forcefiles)
        try:
            return function(plan, wildcards, *arguments, **options)
        except InputError as error:
            raise WorkflowError(str(error)) from None

    return answer


def code(script):
    """The digest of a rule's script and of all library modules that it imports."""
    return code_digest(SCRIPTS / script)


def shard_output(path, corpus):
    """A shard's output, kept until all shards are put together; a single one is kept."""
    part = plan.shard(path, corpus)
    return part if part == path else temp(part)
