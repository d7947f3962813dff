from unitrans.plan.resources import memory, runtime


def test_memory_grows_with_input_and_with_each_attempt(tmp_path):
    file = tmp_path / "x"
    file.write_bytes(b"0" * 2_000_000)
    ask = memory(100, 7)
    assert ask(None, input=[file], attempt=1) == 114
    assert ask(None, input=[file], attempt=3) == 342


def test_a_file_that_is_not_there_yet_counts_for_nothing(tmp_path):
    assert memory(100, 7)(None, input=[tmp_path / "none"], attempt=1) == 100


def test_time_grows_with_each_attempt():
    assert runtime(30)(None, attempt=2) == 60
