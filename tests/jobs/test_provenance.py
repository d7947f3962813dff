from pathlib import Path

import pytest

from unitrans.jobs import provenance
from unitrans.jobs.provenance import code_digest, imported_modules


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A script that imports `one`, which imports `inner.two`; `three` stands apart."""
    folder = tmp_path / "unitrans"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "__init__.py").write_text('"""Inner."""\n')
    (folder / "one.py").write_text(
        "def f():\n    from unitrans.inner.two import g\n    return g()\n"
    )
    (folder / "inner" / "two.py").write_text(
        '"""Two."""\n\n\ndef g():\n    """Give one."""\n    return 1\n'
    )
    (folder / "three.py").write_text("x = 1\n")
    (tmp_path / "job.py").write_text("from unitrans import one\n\none.f()\n")
    monkeypatch.setattr(provenance, "PACKAGE", folder)
    return tmp_path


def digest_after(package, name, old, new):
    path = package / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    return code_digest(package / "job.py")


def test_imports_are_followed_also_inside_functions(package):
    found = [path.relative_to(package) for path in imported_modules(package / "job.py")]
    assert list(map(str, found)) == [
        "unitrans/inner/__init__.py",
        "unitrans/inner/two.py",
        "unitrans/one.py",
    ]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("unitrans/inner/two.py", "return 1", "return 2"),
        ("unitrans/one.py", "return g()", "return -g()"),
        ("unitrans/inner/__init__.py", '"""Inner."""', '"""Inner."""\nx = 1'),
        ("job.py", "one.f()", "one.f(); one.f()"),
    ],
)
def test_changed_code_changes_the_digest(package, name, old, new):
    before = code_digest(package / "job.py")
    assert digest_after(package, name, old, new) != before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("unitrans/inner/two.py", "return 1", "return 1  # one"),
        ("unitrans/inner/two.py", "Give one.", "Give the number one."),
        ("unitrans/three.py", "x = 1", "x = 2"),
        ("job.py", "\n\none", "\n\n\n\none"),
    ],
)
def test_comments_docstrings_layout_and_other_modules_do_not(package, name, old, new):
    before = code_digest(package / "job.py")
    assert digest_after(package, name, old, new) == before


def test_every_entry_script_depends_on_the_library():
    scripts = list(Path(provenance.PACKAGE).parent.glob("*.py"))
    assert scripts
    for script in scripts:
        assert any(path.name == "log.py" for path in imported_modules(script))
