"The frame around the code: settings, notebooks and modules that agree, clean outputs, nothing of our machines."
import ast, configparser, importlib.util, json, re, shutil, subprocess, sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "nbs").rglob("*.ipynb"))
MAX_CELL_LINES = 60
needs_nbdev = pytest.mark.skipif(importlib.util.find_spec("nbdev") is None, reason="needs the `dev` extra")


def cells(path, kind="code"):
    return [("".join(c["source"]), c) for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == kind]


def places():
    return [pytest.param(path, id=path.name) for path in NOTEBOOKS]


# ---- settings

def test_settings_agree_with_pyproject():
    tomllib = pytest.importorskip("tomllib")
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["nbdev"]
    settings = configparser.ConfigParser(delimiters=["="], interpolation=None)
    settings.read(ROOT / "settings.ini")
    said = {name: str(value) for name, value in table.items()}
    assert len(said) > 5
    for name, value in said.items():
        assert settings["DEFAULT"][name].lower() == value.lower(), name


def test_flags_are_the_agreed_ones():
    settings = configparser.ConfigParser(delimiters=["="], interpolation=None)
    settings.read(ROOT / "settings.ini")
    assert set(settings["DEFAULT"]["tst_flags"].split()) == {"gpu", "slow", "mathlib", "net"}


# ---- nbdev

def run_copy(tmp_path, command):
    for name in ("settings.ini", "pyproject.toml", "setup.py", "README.md", "LICENSE"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, tmp_path / name)
    skip = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    shutil.copytree(ROOT / "nbs", tmp_path / "nbs", ignore=skip)
    shutil.copytree(ROOT / "fanslib", tmp_path / "fanslib", ignore=skip)
    before = snapshot(tmp_path)
    done = subprocess.run([sys.executable, "-c", f"from nbdev.{command}"], cwd=tmp_path, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr[-800:]
    after = snapshot(tmp_path)
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def snapshot(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts}


@needs_nbdev
def test_export_changes_nothing(tmp_path):
    assert run_copy(tmp_path, "export import nb_export\nfrom nbdev.doclinks import nbdev_export\nnbdev_export.__wrapped__()") == []


@needs_nbdev
def test_clean_changes_nothing(tmp_path):
    assert run_copy(tmp_path, "clean import nbdev_clean\nnbdev_clean.__wrapped__()") == []


# ---- notebooks

@pytest.mark.parametrize("path", places())
def test_no_error_in_outputs(path):
    for number, (source, cell) in enumerate(cells(path)):
        for output in cell["outputs"]:
            assert output["output_type"] != "error", f"cell {number}: {output.get('ename')}"
            text = "".join(output.get("text", "")) + str(output.get("data", ""))
            assert "Traceback (most recent call last)" not in text, f"cell {number}"


@pytest.mark.parametrize("path", places())
def test_cells_are_short(path):
    for source, _ in cells(path):
        if re.match(r"#\|\s*export", source):
            assert len(source.strip().splitlines()) <= MAX_CELL_LINES, source[:80]


@pytest.mark.parametrize("path", places())
def test_flagged_cells_are_python(path):
    "Cells that the test run skips are at least read by Python."
    for source, _ in cells(path):
        if re.search(r"^#\|\s*(slow|gpu|net|mathlib)\b", source, re.M):
            ast.parse(re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.M))


@pytest.mark.parametrize("path", places())
def test_shape_of_a_chapter(path):
    first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]
    title = "".join(first["source"])
    assert first["cell_type"] == "markdown" and re.match(r"# \S", title) and re.search(r"^> \S", title, re.M)
    sources = [source for source, _ in cells(path)]
    if any("default_exp" in source for source in sources):
        assert path.name == "00_core.ipynb" or any("from fanslib.core import reset" in s and "reset()" in s for s in sources[:4])
        assert "nbdev_export()" in sources[-1]
        prose = cells(path, "markdown")
        assert 3 * len(prose) >= sum(bool(source.strip()) for source in sources) - 3, "a chapter explains what it does"


# ---- README

def test_readme_is_the_index():
    index, readme = ROOT / "nbs" / "index.ipynb", ROOT / "README.md"
    if not index.exists() or not readme.exists():
        pytest.skip("no index yet")
    from fanslib.docs import render_notebook

    assert render_notebook(index).strip() == readme.read_text(encoding="utf-8").strip()


# ---- nothing of our machines

SPELT_APART = ["/wo" + "rk/", "/ro" + "ot/", "py" + "pi.org", "python" + "hosted.org", "registry.npm" + "js", "deb.deb" + "ian.org",
               "conda.anaconda" + ".org", "\u200b", "\u202e"]


def tracked():
    if (ROOT / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
        return [ROOT / name for name in listed if (ROOT / name).is_file()]
    return [p for p in ROOT.rglob("*") if p.is_file() and not any(part.startswith(".") for part in p.relative_to(ROOT).parts)]


def test_no_machine_paths_and_no_registry_hosts():
    found = []
    for path in tracked():
        data = path.read_bytes()
        if b"\0" in data[:8192] or path.suffix in (".gz", ".png", ".safetensors"):
            continue
        text = data.decode("utf-8", "replace")
        found += [f"{path.relative_to(ROOT)}: {word!r}" for word in SPELT_APART if word in text]
        found += [f"{path.relative_to(ROOT)}: {place!r}" for place in re.findall(r"[/]tmp[/][a-z]\w*", text)]
    assert not found, "\n".join(found)


def test_no_pickles_and_nothing_huge():
    for path in tracked():
        assert path.suffix not in (".pkl", ".pickle", ".pt", ".pth", ".bin", ".npy"), path
        assert path.stat().st_size < 12_000_000, path
