import numpy as np
import pytest
import torch

from unitrans.corpora.sentences import Sentence, write_sentences
from unitrans.corpora.tags import TagSet
from unitrans.distillation.loss import DistillationSettings, StudentLoss
from unitrans.distillation.pool import TypeShares, drop_lower_case
from unitrans.distillation.soft_labels import average, has_opinion, mean_probabilities
from unitrans.distillation.votes import cast_votes, count_votes, vote, vote_stats
from unitrans.distillation.word_files import WordFile, read_aligned, read_some, sentence_keys
from unitrans.errors import InputError
from unitrans.jobs.settings import select

TAGS = TagSet(("PER",))
SETTINGS = {
    "soft_weight": 1.0,
    "vote_weight": 1.0,
    "confident_votes": False,
    "lower_case": "keep",
    "type_sharing": 0.0,
    "label_all_subwords": False,
}


def certain(*classes):
    return np.eye(3, dtype=np.float32)[list(classes)]


def settings(**changes):
    return select(DistillationSettings, {**SETTINGS, **changes})


def share_types(probabilities, words, weight):
    """Take the occurrences in by two parts, and draw their types together."""
    shares = TypeShares()
    for part in (slice(0, 1), slice(1, None)):
        shares.add(probabilities[part], words[part])
    return shares.draw(probabilities, words, weight)


def student_loss(probabilities, votes, given):
    return StudentLoss(probabilities, votes, given, TAGS)


def test_a_vote_needs_all_voters():
    teachers = [certain(0, 1, 2, 1), certain(0, 1, 1, 0), certain(0, 1, 2, 1)]
    assert vote(teachers).tolist() == [0, 1, -1, -1]
    assert vote(teachers[:1]).tolist() == [0, 1, 2, 1]


def test_vote_stats_count_words_by_type():
    teachers = [certain(0, 1, 2, 1), certain(0, 1, 1, 0), certain(0, 1, 2, 1)]
    votes = vote(teachers)
    parts = [
        count_votes([teacher[part] for teacher in teachers], votes[part], TAGS)
        for part in (slice(0, 3), slice(3, 4))
    ]
    stats = vote_stats(sum(parts), TAGS)
    assert (stats["words"], stats["voted"], stats["coverage"]) == (4, 2, 0.5)
    assert stats["types"]["PER"] == {"some_teacher": 3, "voted": 1, "agreement": 0.3333}
    assert stats["types"]["O"] == {"some_teacher": 2, "voted": 1, "agreement": 0.5}


def test_entities_without_a_capital_become_o():
    sentences = [["el", "pianista", "jamaicano", "Monty"], ["río", "Misuri"]]
    probabilities = certain(0, 0, 1, 1, 1, 2)
    dropped = np.array([0, 0, 0, 1, 1, 2])
    soft, none = drop_lower_case(probabilities, None, sentences, TAGS)
    assert none is None
    assert soft.argmax(1).tolist() == dropped.tolist()
    votes = np.array([0, -1, 1, 1, 1, 2])
    assert drop_lower_case(probabilities, votes, sentences, TAGS)[1].tolist() == [0, -1, 0, 1, 1, 2]
    # Without soft labels the votes decide themselves.
    assert drop_lower_case(None, votes, sentences, TAGS)[1].tolist() == [0, -1, 0, 1, 1, 2]
    # Hindi has no capitals to miss.
    soft, _ = drop_lower_case(certain(1), None, [["दिल्ली"]], TAGS)
    assert soft.argmax(1).tolist() == [1]


def test_the_papers_loss_by_hand():
    target = np.array([[0.8, 0.1, 0.1], [0.2, 0.6, 0.2], [0.0, 0.0, 1.0]], dtype=np.float32)
    loss = student_loss(target, np.array([0, -1, 2]), settings())
    logits = torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.0, 2.0], [0.5, 0.0, 0.0]])
    own = logits.softmax(-1)
    soft = ((own - torch.tensor(target)) ** 2).sum() / 9
    hard = -(own[0, 0].log() + own[2, 2].log()) / 2
    assert torch.allclose(loss(logits, torch.arange(3)), soft + hard)


def test_other_subwords_go_on_with_their_word_or_lead_up_to_it():
    target = np.array([[0.7, 0.2, 0.1], [1.0, 0.0, 0.0]], dtype=np.float32)
    loss = student_loss(target, np.array([1, 0]), settings(label_all_subwords=True))
    logits = torch.randn(5, 3)
    words, order = torch.tensor([0, 0, 0, 1, 0]), torch.tensor([0, 1, 1, 0, -1])
    own = logits.softmax(-1)
    first = ((own[[0, 3]] - torch.tensor(target)) ** 2).mean()
    first -= (own[0, 1].log() + own[3, 0].log()) / 2
    inside = torch.tensor([0.7, 0.0, 0.3])  # what opens an entity goes on as I-
    before = torch.tensor([0.9, 0.0, 0.1])  # and is not there yet in the blank before it
    rest = ((own[[1, 2, 4]] - torch.stack([inside, inside, before])) ** 2).mean()
    rest -= (own[1, 2].log() + own[2, 2].log() + own[4, 0].log()) / 3
    assert torch.allclose(loss(logits, words, order), first + rest)
    # A batch of words of one subword each.
    assert torch.allclose(loss(logits[[0, 3]], words[[0, 3]], order[[0, 3]]), first)


def test_loss_weights_switch_its_parts_off():
    target, votes = certain(0, 1), np.array([0, -1])
    logits, words = torch.randn(2, 3), torch.arange(2)
    parts = [
        student_loss(target, votes, settings(soft_weight=soft, vote_weight=hard))(logits, words)
        for soft, hard in ((1.0, 0.0), (0.0, 1.0), (2.0, 3.0))
    ]
    assert torch.allclose(2 * parts[0] + 3 * parts[1], parts[2])


def test_a_loss_without_a_part_is_that_of_the_other():
    target, votes = certain(0, 1), np.array([0, -1])
    logits, words = torch.randn(2, 3), torch.arange(2)
    for present, changes in (
        ((target, None), {"vote_weight": 0.0}),
        ((None, votes), {"soft_weight": 0.0}),
    ):
        whole = student_loss(target, votes, settings(**changes))(logits, words)
        assert torch.allclose(student_loss(*present, settings())(logits, words), whole)


def test_confident_votes_count_as_much_as_they_are_believed():
    target = np.array([[0.8, 0.1, 0.1], [0.2, 0.6, 0.2], [0.5, 0.3, 0.2]], dtype=np.float32)
    loss = student_loss(
        target, np.array([0, -1, 1]), settings(confident_votes=True, soft_weight=0.0)
    )
    logits = torch.randn(3, 3)
    own = logits.log_softmax(-1)
    expected = -(0.8 * own[0, 0] + 0.3 * own[2, 1]) / 2
    assert torch.allclose(loss(logits, torch.arange(3)), expected)
    with pytest.raises(InputError, match="confident_votes: found no soft labels"):
        student_loss(None, np.array([0]), settings(confident_votes=True))


def test_the_loss_is_least_at_the_soft_labels():
    target = np.array([[0.7, 0.2, 0.1]], dtype=np.float32)
    loss = student_loss(target, None, settings(vote_weight=0.0))
    logits = torch.tensor(target).log().requires_grad_()
    loss(logits, torch.tensor([0])).backward()
    assert logits.grad.abs().max() < 1e-6
    assert loss(torch.tensor([[0.1, 0.2, 0.7]]).log(), torch.tensor([0])) > 0.1


def test_a_batch_without_votes_has_a_finite_loss():
    loss = student_loss(certain(0, 1), np.array([-1, -1]), settings())
    assert torch.isfinite(loss(torch.zeros(2, 3), torch.arange(2)))


def test_soft_labels_can_be_a_mean_of_teachers():
    mean = mean_probabilities([certain(0), certain(1)])
    assert mean.tolist() == [[0.5, 0.5, 0.0]]
    assert mean.dtype == np.float32


def test_shared_types_by_hand():
    # O, B-PER, I-PER, B-LOC, I-LOC of Oslo, Oslo and Ana.
    own = np.array([[0.2, 0.6, 0, 0.2, 0], [0.1, 0, 0, 0, 0.9], [0, 1, 0, 0, 0]], dtype=np.float32)
    words = ["Oslo", "Oslo", "Ana"]
    assert np.allclose(share_types(own, words, 0.0), own)
    shared = share_types(own, words, 1.0)
    per, loc = 0.6 / 1.7, 1.1 / 1.7
    expected = [[0.2, 0.8 * per, 0, 0.8 * loc, 0], [0.1, 0, 0.9 * per, 0, 0.9 * loc], own[2]]
    assert np.allclose(shared, expected)
    assert np.allclose(share_types(own, words, 0.5), (shared + own) / 2)
    assert shared.dtype == np.float32


def test_shared_types_keep_words_that_are_surely_outside():
    assert (share_types(certain(0, 0), ["a", "a"], 1.0) == certain(0, 0)).all()


def test_word_files_come_back_as_written(tmp_path):
    file = WordFile(certain(0, 1, 2), np.array([0, 2, 3]), TAGS, np.arange(2))
    file.write(tmp_path / "a.safetensors", "probabilities")
    back = WordFile.read(tmp_path / "a.safetensors", "probabilities")
    assert (back.whole() == file.values).all()
    assert back.whole().dtype == np.float32
    assert (back.offsets == file.offsets).all()
    assert back.tag_set == TAGS


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (WordFile(certain(0, 1, 2), np.array([0, 3]), TAGS, np.arange(1)), "found other sentences"),
        (
            WordFile(certain(0, 1, 2), np.array([0, 2, 3]), TagSet(("LOC",)), np.arange(2)),
            "found classes",
        ),
        (
            WordFile(certain(0, 1), np.array([0, 2, 3]), TAGS, np.arange(2)),
            "found 2 words of 2 sentences; expected 3 of 2",
        ),
    ],
)
def test_files_that_do_not_fit_are_refused(tmp_path, file, message):
    first, second = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    WordFile(certain(0, 1, 2), np.array([0, 2, 3]), TAGS, np.arange(2)).write(
        first, "probabilities"
    )
    file.write(second, "probabilities")
    with pytest.raises(InputError, match=message):
        read_aligned([first, second], "probabilities")


def test_rows_are_read_a_part_at_a_time(tmp_path):
    values = np.random.default_rng(1).dirichlet(np.ones(3), 60).astype(np.float32)
    file = WordFile(values, np.arange(0, 61, 4), TAGS, np.arange(15))
    file.write(tmp_path / "a", "probabilities")
    back = WordFile.read(tmp_path / "a", "probabilities")
    blocks = list(back.blocks(sentences=4))
    assert [len(block) for block in blocks] == [4, 4, 4, 3]
    assert np.array_equal(np.concatenate([block.values for block in blocks]), back.whole())
    assert np.array_equal(back.part(1, 3).values, back.whole()[4:12])
    assert np.abs(back.whole() - values).max() < 3e-4
    assert (tmp_path / "a").stat().st_size < 60 * 3 * 2 + 16 * 8 + 15 * 8 + 400


def test_many_classes_can_be_voted_for(tmp_path):
    many = TagSet(tuple(f"T{number}" for number in range(100)))
    file = WordFile(np.array([200, -1]), np.array([0, 2]), many, np.arange(1))
    file.write(tmp_path / "v", "votes")
    assert WordFile.read(tmp_path / "v", "votes").whole().tolist() == [200, -1]


def test_the_mean_and_the_votes_of_files(tmp_path):
    paths = [tmp_path / "a", tmp_path / "b"]
    for path, classes in zip(paths, ((0, 1, 2), (0, 1, 1)), strict=True):
        file = WordFile(certain(*classes), np.array([0, 2, 3]), TAGS, np.arange(2))
        file.write(path, "probabilities")
    average(paths, tmp_path / "mean")
    mean = WordFile.read(tmp_path / "mean", "probabilities").whole()
    assert mean.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0.5, 0.5]]
    assert cast_votes(paths, tmp_path / "votes")["voted"] == 2
    assert WordFile.read(tmp_path / "votes", "votes").whole().tolist() == [0, 1, -1]


def test_some_sentences_of_a_pool_are_read_with_their_rows(tmp_path):
    pool = [Sentence(str(n), (f"w{n}",) * (n + 1)) for n in range(6)]
    write_sentences(tmp_path / "pool", pool)
    offsets = np.cumsum([0, *range(1, 7)])
    values = certain(*np.repeat(np.arange(6) % 3, range(1, 7)))
    WordFile(values, offsets, TAGS, sentence_keys(pool)).write(tmp_path / "a", "probabilities")
    sentences, (rows,), tags = read_some(
        tmp_path / "pool", [tmp_path / "a"], most=2, without={("w0",)}
    )
    assert [one.id for one in sentences] == ["1", "3"]
    assert rows.argmax(1).tolist() == [1, 1, 0, 0, 0, 0]
    assert tags == TAGS
    write_sentences(tmp_path / "pool", pool[:5])
    with pytest.raises(InputError, match="found 6 sentences; expected the 5 of"):
        read_some(tmp_path / "pool", [tmp_path / "a"], most=2)


def test_votes_are_not_taken_for_soft_labels(tmp_path):
    WordFile(np.array([0, 1]), np.array([0, 2]), TAGS, np.arange(1)).write(tmp_path / "v", "votes")
    with pytest.raises(InputError, match="expected probabilities, offsets and keys"):
        WordFile.read(tmp_path / "v", "probabilities")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"type_sharing": 1.5}, "type_sharing: found"),
        ({"soft_weight": 0.0, "vote_weight": 0.0}, "soft_weight and vote_weight: found"),
        ({"vote_weight": -1.0}, "expected none below 0"),
    ],
)
def test_settings_that_teach_nothing_are_refused(changes, message):
    with pytest.raises(InputError, match=message):
        settings(**changes)


def test_who_says_nothing_neither_votes_nor_counts():
    silent = np.full((3, 3), 1 / 3, dtype=np.float32)
    first, second = certain(0, 1, 2), certain(0, 2, 2)
    assert vote([first, silent]).tolist() == [0, 1, 2]
    assert vote([silent, first, second]).tolist() == [0, -1, 2]
    assert vote([silent, silent]).tolist() == [-1, -1, -1]
    mixed = np.concatenate([silent[:1], first[1:]])
    mean = mean_probabilities([mixed, second])
    assert np.allclose(mean[0], second[0])
    assert np.allclose(mean[1], (first[1] + second[1]) / 2)
    assert not has_opinion(mean_probabilities([silent, silent])).any()


def test_nothing_is_learned_of_a_word_of_which_nothing_is_said():
    told = np.concatenate([certain(0), np.full((1, 3), 1 / 3, dtype=np.float32)])
    loss = student_loss(told, None, settings(vote_weight=0.0, confident_votes=False))
    logits = torch.randn(2, 3, requires_grad=True)
    loss(logits, torch.tensor([0, 1])).backward()
    assert logits.grad[0].abs().sum() > 0
    assert logits.grad[1].abs().sum() == 0
    alone = torch.randn(1, 3, requires_grad=True)
    loss(alone, torch.tensor([1])).backward()  # a batch of nothing else
    assert alone.grad.abs().sum() == 0


def test_types_are_shared_among_those_who_say_something():
    told = np.array([[0, 1, 0, 0, 0], [0.2] * 5], dtype=np.float32)  # O, B-A, I-A, B-B, I-B
    shared = share_types(told, ["Oslo", "Oslo"], 1.0)
    assert shared.tolist() == told.tolist()
