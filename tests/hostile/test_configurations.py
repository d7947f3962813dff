"""Configurations that cannot work, or say something else than they seem to: one line each."""

import json
import shutil
from pathlib import Path

import pytest
import yaml
from snakemake.utils import update_config

from unitrans.errors import InputError
from unitrans.plan.checks import check_config
from unitrans.plan.files import check_files, check_places
from unitrans.plan.leaks import leaks

PROJECT = Path(__file__).parents[2]
DEFAULTS = yaml.safe_load((PROJECT / "config" / "config.yaml").read_text("utf-8"))

# A file of the user's, and what the line says of it.
REFUSED = {
    "no, unquoted": (
        "overrides: {no: {}}",
        "f:1: found the key no, which YAML takes for true or f",
    ),
    "off, unquoted": ("variants: {off: {}}", "f:1: found the key off, which YAML takes for true"),
    "number as a key": ("corpora:\n  1: {}", "f:2: found the key 1, which YAML takes for a number"),
    "half a number as a key": ("1.5: x", "f:1: found the key 1.5, which YAML takes for a number"),
    "nothing as a key": ("~: x", "f:1: found the key ~, which YAML takes for nothing"),
    "day as a key": ("2026-11-25: x", "which YAML takes for a timestamp"),
    "list as a key": ("? [a, b]\n: x", "found the key a collection"),
    "key again": ("seeds: [1]\nthreads: 1\nseeds: [2]", "f:3: found the key seeds again"),
    "inner key again": ("student:\n  epochs: 1\n  epochs: 2", "it stands in line 2 already"),
    "language again": ("corpora:\n  es: {}\n  de: {}\n  es: {}", "f:4: found the key es again"),
    "empty mapping for a list": (
        "seeds: {}",
        "found an empty mapping for seeds; expected a value such",
    ),
    "empty mapping for a number": ("threads: {}", "found an empty mapping for threads"),
    "mapping for a number": ("training: {batch_size: {a: 1}}", "training.batch_size: found"),
    "mapping for a text": ("encoder: {name: {}}", "found an empty mapping for encoder.name"),
    "Latin-1": ("# Jos\xe9\nseeds: [1]".encode("latin-1"), "f:1: found byte 0xe9"),
    "UTF-16": ("seeds: [1]".encode("utf-16"), "found byte 0xff"),
    "packed": (b"\x1f\x8b\x08\x00", "found data packed by gzip"),
    "tab": ("training:\n\tmasking: 0", "f:2: found"),
    "open bracket": ("seeds: [1", "f:1: found"),
    "open quote": ('encoder: {name: "x', "found"),
    "unknown alias": ("seeds: *x", "f:1: found"),
    "unknown tag": ("seeds: !!python/object:os.system [1]", "found"),
    "list at the top": ("- seeds", "found a list; expected a mapping"),
    "text at the top": ("seeds", "found a text; expected a mapping"),
    "deep": ("seeds: " + "[" * 5000, "found"),
    "nothing": (b"", "found an empty file"),
    "seed of 2^64": ("seeds: [18446744073709551616]", "seeds.0: found 18446744073709551616"),
    "negative seed": ("seeds: [-1]", "seeds.0: found -1 is less"),
    "seed twice": ("seeds: [1, 1]", "seeds: found [1, 1] has non-unique"),
    "seed and a half": ("seeds: [1.5]", "seeds.0: found 1.5 is not of type 'integer'"),
    "true as a seed": ("seeds: [true]", "seeds.0: found True is not of type"),
    "no seed": ("seeds: []", "seeds: found [] should be non-empty"),
    "ensemble beyond": ("student: {ensemble: [99999999999999999999]}", "student.ensemble.0: found"),
    "NaN": ("training: {masking: .nan}", "training.masking: found nan is not of type 'number'"),
    "infinity": ("student: {learning_rate: .inf}", "student.learning_rate: found inf is not"),
    "minus infinity": ("dictionary: {minimum_score: -.inf}", "minimum_score: found -inf is not"),
    "number without end": (f"training: {{weight_decay: {'9' * 400}}}", "weight_decay: found 999"),
    "epochs and a half": ("student: {epochs: 2.5}", "student.epochs: found 2.5 is not of type"),
    "true for epochs": ("student: {epochs: true}", "student.epochs: found True is not of type"),
    "endless epochs": ("student: {epochs: 1e9}", "student.epochs: found 1000000000 is greater"),
    "million shards": ("shards: {pool: 1000000}", "shards.pool: found 1000000 is greater than the"),
    "million source shards": ("shards: {source: 1e6}", "shards.source: found 1000000 is greater"),
    "million threads": ("threads: 1000000", "threads: found 1000000 is greater than the maximum"),
    "million GPUs": ("gpus: 1000000", "gpus: found 1000000 is greater than the maximum"),
    "endless resamples": ("evaluation: {resamples: 1e12}", "resamples: found 1000000000000 is gr"),
    "endless batch": ("training: {batch_size: 10000000}", "batch_size: found 10000000 is greater"),
    "no window": ("training: {max_subwords: 0}", "training.max_subwords: found 0 is less than"),
    "window beyond the encoder": (
        "training: {max_subwords: 513}",
        "training.max_subwords: found a window of 513 subwords; expected at most 512",
    ),
    "teacher's window": ("tuned_teacher: {max_subwords: 600}", "tuned_teacher.max_subwords: found"),
    "variant's window": ("variants: {paper: {max_subwords: 600}}", "found a window of 600"),
    "target's window": (
        "overrides: {es: {student: {max_subwords: 600}}}",
        "student.max_subwords of es: found a window of 600 subwords",
    ),
    "alignment's window": (
        "alignment: {max_subwords: 600}\ntranslation: {method: apertium}\nsentence_translation: {mode: eng-spa}",
        "alignment.max_subwords: found",
    ),
    "misspelt type": (
        "translation: {keep_types: [PERS]}",
        "translation.keep_types of es: found 'P",
    ),
    "small letters": (
        "dictionary: {skip_types: [per]}",
        "dictionary.skip_types of es: found 'per'",
    ),
    "target's misspelt type": (
        "overrides: {de: {sentence_translation: {keep_types: [Person]}}}",
        "sentence_translation.keep_types of de: found 'Person'; expected some of: PER, ORG",
    ),
    "variant named student": ("variants: {student: {epochs: 1}}", "variants: found 'student'"),
    "variant named source_teacher": ("variants: {source_teacher: {}}", "variants: found 'source_"),
    "variant named encoder": ("variants: {encoder: {}}", "variants: found 'encoder'"),
    "overrides of the source": (
        "overrides: {en: {student: {}}}",
        "overrides: found 'en', from whi",
    ),
    "overrides of nobody": ("overrides: {fr: {student: {}}}", "found language 'fr'"),
    "teacher of nobody": ("external_teachers: {x: {fr: a}}", "external_teachers.x: found language"),
    "codec of bytes": ("corpora: {es: {encoding: base64}}", "found the encoding 'base64'"),
    "codec of letters": ("corpora: {en: {encoding: rot13}}", "found the encoding 'rot13'"),
    "no codec": (
        "corpora: {en: {encoding: utf-9}}",
        "corpora.en.train: found the encoding 'utf-9'",
    ),
    "endless path": (f"corpora: {{es: {{test: {'x' * 5000}}}}}", "es.test: found"),
    "path with a NUL": ('corpora: {es: {test: "a\\0b"}}', "es.test: found"),
    "dictionary that is a folder": (
        "dictionary: {method: file, path: config}",
        "dictionary.path of es: found no file config",
    ),
    "endless dictionary": (
        f"dictionary: {{path: {'x' * 5000}}}",
        "dictionary.path of es: found no",
    ),
    "braces in a corpus": ('corpora: {es: {test: "{x}.txt"}}', "corpora.es.test: found braces in"),
    "braces in a split": ('corpora: {es: {test: {path: "a}b"}}}', "es.test.path: found braces"),
    "braces in an encoder": ('encoder: {name: "my{encoder}"}', "encoder.name: found braces"),
    "braces in a dictionary": (
        'overrides: {es: {dictionary: {path: "{x}"}}}',
        "overrides.es.dictionary.path: found braces",
    ),
    "loop": ("corpora: {es: {test: loop}}", "es.test: found"),
    "checkpoints of one model": (
        "student: {checkpoint_seconds: 9}",
        "student.checkpoint_seconds: found an unknown key",
    ),
}


def read(project, content):
    """Lay a user's file over the defaults, as Snakemake does, and check both."""
    path = project / "f"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    config = json.loads(json.dumps(DEFAULTS))
    try:
        own = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        own = None  # Snakemake says so itself, before any rule is read
    if isinstance(own, dict):
        update_config(config, own)
    check_files([PROJECT / "config" / "config.yaml", path])
    check_config(config, project)
    return config


@pytest.fixture
def project(tmp_path):
    (tmp_path / "resources").symlink_to(PROJECT / "resources")
    (tmp_path / "config").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    return tmp_path


@pytest.mark.parametrize(("content", "line"), REFUSED.values(), ids=REFUSED)
def test_is_refused_in_one_line(project, content, line):
    with pytest.raises(InputError) as caught:
        read(project, content)
    text = str(caught.value)
    assert line in text.replace(f"{project}/", "")
    assert "expected" in text or "required" in text
    assert "\n" not in text


READ = {
    "float of resamples": ("evaluation: {resamples: 1.0e+4}", ("evaluation", "resamples"), 10_000),
    "text of resamples": ("evaluation: {resamples: 1e4}", ("evaluation", "resamples"), 10_000),
    "float of epochs": ("student: {epochs: 2.0}", ("student", "epochs"), 2),
    "float of a batch": ("training: {batch_size: 8.0}", ("training", "batch_size"), 8),
    "float of layers": ("training: {freeze_layers: 2.0}", ("training", "freeze_layers"), 2),
    "float of neighbours": ("dictionary: {neighbours: 5.0}", ("dictionary", "neighbours"), 5),
    "float of threads": ("threads: 2.0", ("threads",), 2),
    "float of shards": ("shards: {pool: 4.0}", ("shards", "pool"), 4),
    "float of a seed": ("seeds: [1.0]", ("seeds", 0), 1),
    "text of a seed": ('seeds: ["18446744073709551615"]', ("seeds", 0), 2**64 - 1),
    "text of a rate": ("student: {learning_rate: 1e-4}", ("student", "learning_rate"), 1e-4),
    "whole rate": ("training: {weight_decay: 0}", ("training", "weight_decay"), 0),
    "window of the encoder": ("training: {max_subwords: 512}", ("training", "max_subwords"), 512),
    "no, quoted": (
        'corpora: {"no": {unlabelled: resources/sample/nb/train.txt}}',
        ("corpora", "no", "unlabelled"),
        "resources/sample/nb/train.txt",
    ),
    "anchors": (
        "variants:\n  a: &a {epochs: 1}\n  b: {<<: *a, masking: 0}",
        ("variants", "b", "epochs"),
        1,
    ),
    "byte order mark": ("\ufeffthreads: 2", ("threads",), 2),
    "types of their own": (
        "translation: {keep_types: [LOC]}",
        ("translation", "keep_types"),
        ["LOC"],
    ),
    "empty mapping of a section": ("overrides: {}", ("overrides",), {}),
}


@pytest.mark.parametrize(("content", "keys", "value"), READ.values(), ids=READ)
def test_is_read(project, content, keys, value):
    found = read(project, content)
    for key in keys:
        found = found[key]
    assert found == value
    assert type(found) is type(value)


def test_windows_of_a_folder_s_encoder_are_known_before_any_job(project, tiny_encoder):
    shutil.copytree(tiny_encoder, project / "bert")
    read(
        project,
        "encoder: {name: bert}\ntraining: {max_subwords: 128}",
    )
    with pytest.raises(InputError, match="expected at most 128, which the encoder bert reads"):
        read(project, "encoder: {name: bert}\ntraining: {max_subwords: 129}")


def test_a_test_that_models_learn_from_is_reported(project):
    shutil.copyfile(PROJECT / "resources/sample/es/test.txt", project / "copy.txt")
    config = read(
        project,
        "corpora:\n"
        "  es: {unlabelled: {path: copy.txt, format: bracketed}}\n"
        "  en: {dev: resources/sample/en/train.txt}\n",
    )
    first, second = leaks(config, project)
    assert first.startswith("corpora.en: dev is the same text as train, from which models learn")
    assert second.startswith("corpora.es: test is the same text as unlabelled")
    assert leaks(read(project, "threads: 1"), project) == []


def test_a_target_behind_configfile_is_told_from_a_configuration(tmp_path):
    (tmp_path / "results").mkdir()
    path = tmp_path / "results" / "f1.json"
    path.write_text("{}")
    with pytest.raises(InputError, match="found a target behind --configfile"):
        check_files([path])


def test_places_that_cannot_be_worked_in_are_refused(tmp_path):
    check_places(PROJECT, tmp_path)
    with pytest.raises(InputError, match="found braces in its name"):
        check_places(PROJECT, tmp_path / "{x}")
    (tmp_path / "logs").touch()
    with pytest.raises(InputError, match="logs: found no folder"):
        check_places(PROJECT, tmp_path)
