"""Gold sentences that models learn from."""

import filecmp
from pathlib import Path

from unitrans.jobs.files import is_file
from unitrans.plan.configuration import SPLITS, Config, corpus_settings


def leaks(config: Config, folder: Path) -> list[str]:
    """Find gold splits that models learn from, which makes their scores worth nothing.

    Args:
        config: A checked configuration.
        folder: Where relative paths count from.

    Returns:
        A line for each file of dev or test that is also one of train, unlabelled or corrected,
        under the same name or another.
    """
    languages = [config["source"], *config["source_teacher"]["further_languages"]]
    found = []
    for language in dict.fromkeys([*languages, *config["targets"]]):
        paths = {
            split: folder / path
            for split in SPLITS
            if (path := corpus_settings(config, language, split).get("path"))
            and is_file(folder / path)
        }
        for learnt in ("train", "unlabelled", "corrected"):
            for scored in ("dev", "test"):
                if learnt in paths and scored in paths and _same(paths[learnt], paths[scored]):
                    found.append(
                        f"corpora.{language}: {scored} is the same text as {learnt}, from which "
                        "models learn; scores on it say little of other text"
                    )
    return found


def _same(one: Path, other: Path) -> bool:
    """Whether two files hold the same."""
    return one.stat().st_size == other.stat().st_size and filecmp.cmp(one, other, shallow=False)
