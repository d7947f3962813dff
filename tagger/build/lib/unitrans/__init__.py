"""UniTrans: named-entity tagging for a language without labelled data.

    from unitrans import Tagger

    tagger = Tagger("results/es/student/seed122")
    for entity in tagger("Ana García trabaja en Bogotá."):
        print(entity.type, entity.text, entity.score)

docs/tagging.md has more of this; docs/architecture.md shows how the library is built.

Source: Wu et al., "UniTrans: Unifying Model Transfer and Data Transfer for Cross-Lingual
Named Entity Recognition with Unlabeled Data", IJCAI 2020 (arXiv 2007.07683).
"""

from importlib import import_module
from typing import Any

# By name and only when asked for: no job of the workflow depends on it.
_HOMES = {"Entity": "unitrans.tagging.tagger", "Tagger": "unitrans.tagging.tagger"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 (a module's attribute)
    """Import what the package offers when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'unitrans' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
