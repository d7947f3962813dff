"""What is installed is what is imported, in versions that agree; every configuration is valid."""

import ast
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from snakemake.utils import update_config

from unitrans.corpora.ingest import CorpusSettings
from unitrans.distillation.lineage import MODELS
from unitrans.distillation.loss import DistillationSettings
from unitrans.encoders.checkpoint import EncoderSettings
from unitrans.jobs.provenance import PACKAGE, imported_modules
from unitrans.jobs.settings import select
from unitrans.plan.checks import check_config
from unitrans.plan.configuration import SPLITS, corpus_settings, for_language
from unitrans.projection.alignment import AlignmentSettings
from unitrans.projection.labels import ProjectionSettings
from unitrans.projection.spans import SpanSettings
from unitrans.taggers.trainer import TrainingSettings
from unitrans.translation.dictionary import DictionarySettings
from unitrans.translation.sentence_settings import SentenceTranslationSettings
from unitrans.translation.words import TranslationSettings

PROJECT = Path(__file__).parents[1]
RULE = re.compile(r"^rule (\w+):\n(.*?)(?=^\S|\Z)", re.M | re.S)
RULES = {
    name: body
    for file in sorted(PROJECT.glob("rules/*.smk"))
    for name, body in RULE.findall(file.read_text("utf-8"))
}
ENVIRONMENTS = sorted(path.name for path in PROJECT.glob("envs/*.yaml"))
CONFIGURATIONS = sorted(path.name for path in PROJECT.glob("config/*.yaml"))
CONDA_NAMES = {"matplotlib-base": "matplotlib", "pytorch": "torch"}
INSTALLED = packages_distributions()


def directive(body, name):
    found = re.search(rf'^    {name}:\n\s+"\.\./(.+?)"$', body, re.M)
    assert found, f"no {name}"
    return PROJECT / found[1]


def packages(path):
    """The packages that a file imports when it runs, by the names they are installed by."""
    found = set()

    def visit(node):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            return
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(ast.parse(path.read_text("utf-8")))
    roots = {name.partition(".")[0] for name in found} - set(sys.stdlib_module_names)
    return {canonicalize_name(INSTALLED[root][0]) for root in roots - {PACKAGE.name}}


def environment(name):
    """The versions that an environment file names; None where it leaves one open."""
    dependencies = yaml.safe_load((PROJECT / "envs" / name).read_text("utf-8"))["dependencies"]
    *conda, pip = dependencies
    pairs = [re.fullmatch(r"([\w-]+)(?:=([\w.]+))?", entry).groups() for entry in conda]
    pairs += [entry.split("==") for entry in pip["pip"]]
    return {canonicalize_name(CONDA_NAMES.get(key, key)): version for key, version in pairs}


@pytest.fixture(scope="module")
def constraints():
    lines = (PROJECT / "envs" / "constraints.txt").read_text("utf-8").splitlines()
    pairs = [line.split("==") for line in lines if not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pairs}


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def requirements(project):
    extras = project["optional-dependencies"].values()
    return [Requirement(text) for some in (project["dependencies"], *extras) for text in some]


def test_rules_and_files_are_found():
    assert {"ingest_corpus", "train_student", "score_language"} <= set(RULES)
    assert ENVIRONMENTS == ["export.yaml", "text.yaml", "torch.yaml"]
    assert {"config.yaml", "paper.yaml", "test.yaml"} <= set(CONFIGURATIONS)


@pytest.mark.parametrize("rule", RULES)
def test_the_environment_of_a_rule_has_what_its_script_imports(rule):
    script = directive(RULES[rule], "script")
    needed = set().union(*map(packages, (script, *imported_modules(script))))
    assert needed <= set(environment(directive(RULES[rule], "conda").name))


def test_text_needs_no_torch():
    assert "torch" not in environment("text.yaml")


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_environments_pin_the_constraints(name, constraints):
    versions = environment(name)
    assert versions.pop("python") == "3.11"
    assert versions.pop("pip") is None
    assert versions == {package: constraints[package] for package in versions}


def test_constraints_are_exact_sorted_and_of_no_local_build():
    lines = (PROJECT / "envs" / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert pins
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9][\w.]*", pin) for pin in pins)
    names = [pin.split("==")[0] for pin in pins]
    assert names == sorted(set(names))


def test_constraints_satisfy_the_project(requirements, constraints):
    assert requirements
    for requirement in requirements:
        assert requirement.specifier.contains(constraints[canonicalize_name(requirement.name)])


def test_constraints_agree_with_each_other(constraints):
    """A pin that another pin rules out would stop every new installation."""
    seen, found = 0, []
    for name in constraints:
        try:
            requires = distribution(name).requires or []
        except PackageNotFoundError:
            continue
        for requirement in map(Requirement, requires):
            version = constraints.get(canonicalize_name(requirement.name))
            if version is None or (requirement.marker and not requirement.marker.evaluate()):
                continue
            seen += 1
            if not requirement.specifier.contains(version, prereleases=True):
                found.append(f"{name} needs {requirement}, and the pin is {version}")
    assert seen > 100
    assert not found


def test_the_project_declares_what_it_imports(requirements):
    declared = {canonicalize_name(requirement.name) for requirement in requirements}
    for path in PACKAGE.parent.rglob("*.py"):
        assert packages(path) <= declared, path.name


def test_dependencies_are_sorted(project):
    for some in (project["dependencies"], *project["optional-dependencies"].values()):
        assert some == sorted(some, key=str.lower)


@pytest.fixture(params=CONFIGURATIONS)
def config(request):
    """A configuration as Snakemake merges it."""
    base, own = (
        yaml.safe_load((PROJECT / "config" / name).read_text("utf-8"))
        for name in ("config.yaml", request.param)
    )
    update_config(base, own)
    return base


def corpora(config):
    """The settings of every split that a configuration has."""
    languages = (config["source"], *config["targets"])
    settings = [corpus_settings(config, one, split) for one in languages for split in SPLITS]
    return [some for some in settings if some]


def test_configurations_are_valid(config, tmp_path):
    types = set(config["entity_types"])
    for settings in corpora(config):
        path = tmp_path / settings["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(" ".join(types | set(settings.get("label_map", {}))))
    for target in config["targets"]:
        dictionary = for_language(config, target)["dictionary"]
        for path in filter(None, (dictionary["source_vectors"], dictionary["target_vectors"])):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).touch()
    check_config(config, tmp_path)


def test_configurations_fit_the_corpora(config):
    if missing := [s["path"] for s in corpora(config) if not (PROJECT / s["path"]).exists()]:
        pytest.skip(f"no corpus {missing[0]}")
    check_config(config, PROJECT)


def test_every_stage_takes_its_settings(config):
    EncoderSettings(**config["encoder"])
    for settings in corpora(config):
        CorpusSettings(**settings)
    for target in config["targets"]:
        resolved = for_language(config, target)
        DictionarySettings(**resolved["dictionary"])
        select(TranslationSettings, resolved["translation"])
        if (method := resolved["translation"]["method"]) != "words":
            SentenceTranslationSettings(method=method, **resolved["sentence_translation"])
        select(AlignmentSettings, resolved["alignment"])
        ProjectionSettings(**resolved["projection"])
        SpanSettings(**resolved["span_projection"])
        for model in (*MODELS, "oracle"):
            select(TrainingSettings, resolved["training"] | resolved[model])
        for name in (None, *config["variants"]):
            select(DistillationSettings, for_language(config, target, name)["student"])


def test_the_papers_settings_are_the_published_ones():
    config = yaml.safe_load((PROJECT / "config" / "paper.yaml").read_text("utf-8"))
    assert config["seeds"] == [122, 649, 705, 854, 975]
    rates = {model: config[model]["learning_rate"] for model in MODELS}
    assert rates == dict.fromkeys(MODELS, 5e-5) | {"student": 1e-4}
    for model in MODELS:
        assert config[model]["head_learning_rate"] == config[model]["learning_rate"]
        assert config[model]["epochs"] == 3
    assert (config["training"]["batch_size"], config["training"]["freeze_layers"]) == (32, 3)
    assert config["student"]["start"] == "encoder"
    tuned = config["tuned_teacher"]
    assert (tuned["start"], tuned["corpus"]) == ("source_teacher", "projected")
