"The chapters as one book: slow ones say so, and the glossary leads to chapters that use its words."
import json, re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "nbs").glob("*.ipynb"))
TOP = 6  # cells


def read(path):
    return [(c["cell_type"], "".join(c["source"])) for c in json.loads(path.read_text(encoding="utf-8"))["cells"]]


def slow(path):
    return any(kind == "code" and re.search(r"^#\|\s*slow\b", text, re.M) for kind, text in read(path))


@pytest.mark.parametrize("path", [pytest.param(p, id=p.name) for p in NOTEBOOKS if p.name != "index.ipynb" and slow(p)])
def test_a_chapter_with_slow_cells_says_so_near_its_top(path):
    top = [text for kind, text in read(path)[:TOP] if kind == "markdown"]
    assert any("`#| slow`" in text for text in top), "add to the opening: Cells that start with `#| slow` take long; the tests pass over them, and their outputs are kept."


ENTRY = re.compile(r"\*\*(?P<words>.+?)\.\*\* (?P<meaning>.+?) \[Chapter (?P<number>\w+)\]\((?P<file>[\w.]+)\)", re.S)
ENTRIES = [(m, part) for kind, text in read(ROOT / "nbs" / "97_glossary.ipynb") if kind == "markdown" for part in text.split("\n\n")
           if part.startswith("**") for m in [ENTRY.fullmatch(part.strip())]]


def test_entries_of_the_glossary_have_one_form():
    assert len(ENTRIES) > 50 and [part for m, part in ENTRIES if m is None] == []
    words = [word.strip().lower() for m, _ in ENTRIES for word in m["words"].split(",")]
    assert len(words) == len(set(words))
    assert {"verdict", "accept", "reject", "refused", "inconclusive", "t0", "pass@k", "majority vote", "orm", "dossier", "lot", "handle point", "hr@k"} <= set(words)


@pytest.mark.parametrize("match", [pytest.param(m, id=m["words"]) for m, _ in ENTRIES if m])
def test_the_chapter_of_an_entry_exists_and_uses_the_word(match):
    path = ROOT / "nbs" / match["file"]
    assert path.exists() and path.name.split("_")[0] == match["number"]
    text = " ".join(text for _, text in read(path)).lower()
    for word in re.findall(r"[A-Za-z]+", match["words"].lower()):
        assert word[:4] in text, f"{word!r} is not in {path.name}"
