import pytest
from mutate import SEEDS, run


@pytest.mark.parametrize("seed", range(5))
def test_no_mutation_ends_in_a_traceback(seed):
    outcomes, faults = run(10 * len(SEEDS), seed)
    assert faults == []
    assert outcomes["read"] > 10
    assert outcomes["refused"] > 10
