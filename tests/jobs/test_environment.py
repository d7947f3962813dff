"""What the libraries beneath PyTorch are told."""

import os
import subprocess
import sys
from pathlib import Path

from unitrans.jobs.environment import VARIABLES

SCRIPTS = Path(__file__).parents[2] / "workflow" / "scripts"
PROBE = "; ".join(
    [
        "import os, unitrans.jobs.log, torch",
        "left = torch.ones(64, 64)",
        "(left @ left).sum()",
        f"print(*(os.environ[name] for name in {sorted(VARIABLES)}))",
    ]
)


def test_a_job_sets_what_the_user_did_not_set():
    environment = {k: v for k, v in os.environ.items() if k not in VARIABLES}
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        env=environment | {"PYTHONPATH": str(SCRIPTS), "GOMP_SPINCOUNT": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    expected = VARIABLES | {"GOMP_SPINCOUNT": "7"}
    assert done.stdout.split() == [expected[name] for name in sorted(VARIABLES)]
    assert done.stderr == ""  # no library complains of a value
