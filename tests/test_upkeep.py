"What keeps the house: the hook, the wheel in a clean environment, and modules that import without their extras."
import importlib.util, json, os, re, shutil, subprocess, sys, venv, zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted(p.stem for p in (ROOT / "fanslib").glob("*.py") if not p.stem.startswith("_"))


def sh(*command, cwd, **env):
    return subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True, timeout=300,
                          env={**{k: v for k, v in os.environ.items() if k != "IN_TEST"}, **env})  # nbdev_export does nothing where IN_TEST is set


# ---- the hook

@pytest.fixture
def clone(tmp_path):
    "A repository with one chapter, its module, and the hook."
    if not shutil.which("git") or not shutil.which("make") or importlib.util.find_spec("nbdev") is None:
        pytest.skip("needs git, make and the `dev` extra")
    for name in ("settings.ini", "pyproject.toml", "setup.py", "README.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "nbs").mkdir()
    shutil.copy(ROOT / "nbs" / "00_core.ipynb", tmp_path / "nbs")
    (tmp_path / "fanslib").mkdir()
    for name in ("__init__.py", "core.py", "_modidx.py"):
        shutil.copy(ROOT / "fanslib" / name, tmp_path / "fanslib")
    (tmp_path / "bin").mkdir()
    for name, module in (("nbdev_clean", "nbdev.clean"), ("nbdev_export", "nbdev.doclinks")):
        (tmp_path / "bin" / name).write_text(f"#!{sys.executable}\nfrom {module} import {name}\n{name}()\n")
        (tmp_path / "bin" / name).chmod(0o755)
    for command in (["init", "-q"], ["config", "user.email", "a@b.c"], ["config", "user.name", "a"], ["config", "core.hooksPath", ".git/hooks"]):
        assert sh("git", *command, cwd=tmp_path).returncode == 0
    env = dict(PATH=f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}", PYTHONPATH=str(tmp_path))
    sh("nbdev_export", cwd=tmp_path, **env)
    sh("git", "add", "nbs", "fanslib", "settings.ini", cwd=tmp_path)
    assert sh("git", "commit", "-qm", "first", cwd=tmp_path).returncode == 0
    shutil.copy(ROOT / ".ci" / "pre-commit", tmp_path / ".git" / "hooks" / "pre-commit")
    return tmp_path, env


def test_the_hook_stops_what_is_unclean_or_stale_and_lets_the_rest_pass(clone):
    folder, env = clone
    book = folder / "nbs" / "00_core.ipynb"

    def commit(text):
        book.write_text(text, encoding="utf-8")
        sh("git", "add", "nbs", cwd=folder)
        return sh("git", "commit", "-qm", "next", cwd=folder, **env)

    clean = book.read_text(encoding="utf-8")
    first = commit(clean.replace('"execution_count": null', '"execution_count": 7', 1))
    assert first.returncode == 1 and "cleaned" in first.stderr
    assert '"execution_count": 7' not in book.read_text(encoding="utf-8"), "the hook has cleaned it"
    module = (folder / "fanslib" / "core.py").read_text(encoding="utf-8")
    second = commit(clean.replace('class Table:\\n', 'class Table:  # rows\\n', 1))
    assert second.returncode == 1 and "exported anew" in second.stderr
    assert (folder / "fanslib" / "core.py").read_text(encoding="utf-8") != module
    sh("git", "add", "fanslib", cwd=folder)
    third = sh("git", "commit", "-qm", "both", cwd=folder, **env)
    assert third.returncode == 0, third.stderr
    (folder / "settings.ini").write_text((folder / "settings.ini").read_text() + "\n")
    assert sh("git", "commit", "-qam", "no notebook", cwd=folder, PATH="/usr/bin:/bin").returncode == 0


# ---- coverage

def test_a_notebook_counts_for_the_module_that_it_exports(tmp_path):
    pytest.importorskip("coverage", reason="needs the `dev` extra")
    data = str(tmp_path / "data")
    done = sh(sys.executable, "-m", "coverage", "run", "--data-file", data, "--source", "fanslib", ".ci/cover_notebook.py", "nbs/96_docs.ipynb", cwd=ROOT, PYTHONPATH=str(ROOT))
    assert done.returncode == 0, done.stderr[-2000:]
    told = sh(sys.executable, "-m", "coverage", "report", "--data-file", data, "--include", "fanslib/docs.py", cwd=ROOT).stdout
    assert int(told.split()[-1].rstrip("%")) > 50, told


# ---- types

KNOWN = {}  # findings still to mend; lower these, never raise them


def optional_packages():
    "What the extras may bring; where one is not installed, pyright cannot resolve its import."
    lines = re.findall(r"^\w+_requirements = (.+)$", (ROOT / "settings.ini").read_text(), re.M)
    names = {re.split(r"[<>=\[]", word)[0].replace("-", "_") for line in lines for word in line.split()}
    return {name for name in names if importlib.util.find_spec(name) is None}


@pytest.mark.slow
def test_pyright_finds_nothing_new():
    if not (shutil.which("pyright") and all(importlib.util.find_spec(name) for name in ("torch", "transformers", "diffusers"))):
        pytest.skip("needs the `dev`, `llm` and `video` extras")
    done = subprocess.run(["pyright", "--pythonpath", sys.executable, "--outputjson"], cwd=ROOT, capture_output=True, text=True, timeout=1800)
    if not done.stdout.startswith("{"):
        pytest.skip(f"pyright does not run here: {done.stderr[-200:]}")
    told = json.loads(done.stdout)
    assert told["summary"]["filesAnalyzed"] >= len(MODULES)
    unresolved, found = {f'Import "{name}" could not be resolved' for name in optional_packages()}, {}
    for row in told["generalDiagnostics"]:
        if row["message"].splitlines()[0] in unresolved:
            continue
        found.setdefault(Path(row["file"]).stem, []).append(f"{row['file']}:{row['range']['start']['line'] + 1}: {row['message'].splitlines()[0]}")
    new = [line for module, lines in found.items() if len(lines) > KNOWN.get(module, 0) for line in lines]
    assert new == [], "\n".join(new)


# ---- the wheel

IMPORT_ALL = """
import importlib, json, pkgutil, sys
import fanslib
bad = {}
for info in pkgutil.iter_modules(fanslib.__path__):
    try:
        importlib.import_module("fanslib." + info.name)
    except Exception as e:
        bad[info.name] = f"{type(e).__name__}: {e}"
print(json.dumps([fanslib.__file__, bad, sorted(m for m in ("torch", "nbdev", "fastcore", "pytest") if m in sys.modules)]))
"""


@pytest.mark.slow
def test_the_wheel_installs_in_a_clean_environment_and_every_module_imports(tmp_path):
    source = tmp_path / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".*", "runs", "nbs", "tests", "build", "dist", "_docs", "_proc", "__pycache__", "*.egg-info"))
    built = sh(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--disable-pip-version-check", "--wheel-dir", tmp_path / "dist", source, cwd=tmp_path)
    if built.returncode and "No matching distribution" in built.stderr:
        pytest.skip("no packages can be fetched here")
    assert built.returncode == 0, built.stderr[-2000:]
    [wheel] = (tmp_path / "dist").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "fanslib/py.typed" in names and {f"fanslib/{m}.py" for m in MODULES} <= set(names)
    held = {f"fanslib/{p.relative_to(ROOT / 'fanslib').as_posix()}" for folder in ("js", "data") for p in (ROOT / "fanslib" / folder).rglob("*") if p.is_file()}
    assert len(held) > 30 and held <= set(names)
    assert not any(n.split("/")[0] in ("tests", "nbs") for n in names)
    venv.create(tmp_path / "clean", with_pip=True)
    python = tmp_path / "clean" / "bin" / "python"
    done = sh(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", ROOT / "constraints.txt", wheel, cwd=tmp_path)
    if done.returncode and "No matching distribution" in done.stderr:
        pytest.skip("no packages can be fetched here")
    assert done.returncode == 0, done.stderr[-2000:]
    told = sh(python, "-I", "-c", IMPORT_ALL, cwd=tmp_path)
    where, bad, heavy = json.loads(told.stdout.splitlines()[-1])
    assert str(tmp_path / "clean") in where and heavy == [] and bad == {}
    visit = sh(tmp_path / "clean" / "bin" / "fanslib", "doctor", cwd=tmp_path, FANSLIB_CACHE=str(tmp_path / "cache"))
    assert visit.returncode == 1 and "pip install 'fanslib[lean]'" in visit.stdout, visit.stdout + visit.stderr
