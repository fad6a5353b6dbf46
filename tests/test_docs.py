"The site: its sources name every chapter and every public name; built, it has no dead link, loads nothing from elsewhere, and works in a browser."
import ast, importlib.util, json, re, shutil
from pathlib import Path

import pytest

from fanslib.docs import PARTS, broken_links, page_notebook, read_chapters, read_names, read_site, write_sources

ROOT = Path(__file__).parents[1]
BOOK = read_chapters(ROOT / "nbs")
MODULES = sorted(p for p in (ROOT / "fanslib").glob("*.py") if not p.stem.startswith("_"))


def declared(path):
    "The names in `__all__`, read another way than the library reads them."
    match = re.search(r"^__all__ = (\[.*?\])", path.read_text(encoding="utf-8"), re.M | re.S)
    return set(ast.literal_eval(match[1]))


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    write_sources(ROOT, folder)
    return folder


# ---- the sources, in a second

def test_every_chapter_has_a_place_and_a_title(sources):
    front = (sources / "index.ipynb").read_text(encoding="utf-8")
    contents = "".join(json.loads(front)["cells"][-1]["source"])
    order = re.findall(r"<(\d\w+)>", contents)
    assert order == [c.path.stem for c in BOOK] and len(order) > 80
    assert all(f"{c.label} <{c.path.stem}>" in contents for c in BOOK)
    assert re.findall(r":caption: (.+)", contents) == [*(part for part in PARTS.values() if any(c.part == part for c in BOOK)), "Reference"]


@pytest.mark.parametrize("path", [pytest.param(p, id=p.stem) for p in MODULES])
def test_every_public_name_is_on_its_page(path, sources):
    page = (sources / "api" / f"{path.stem}.md").read_text(encoding="utf-8")
    there = set(re.findall(r"^:::::\{py:\w+\} (\w+)", page, re.M))
    assert there == declared(path)
    home = next((c for c in BOOK if c.module == path.stem), None)
    assert home and f"](../{home.path.name})" in page
    assert f"](api/{path.stem}.md)" in (sources / home.path.name).read_text(encoding="utf-8")


def test_signatures_are_those_of_python():
    import inspect
    from fanslib import answers, core, lean

    for module in (core, answers, lean):
        for name in read_names(module.__file__)[1]:
            if name.kind == "function":
                given = list(inspect.signature(getattr(module, name.name)).parameters)
                tree = ast.parse(f"def f{name.signature}: pass").body[0]
                args = tree.args
                said = [a.arg for a in (*args.posonlyargs, *args.args, *filter(None, [args.vararg]), *args.kwonlyargs, *filter(None, [args.kwarg]))]
                assert said == given, name.name


def test_hidden_cells_stay_hidden(sources):
    for chapter in BOOK:
        page = json.loads((sources / chapter.path.name).read_text(encoding="utf-8"))
        texts = ["".join(c["source"]) for c in page["cells"]]
        assert not any(re.search(r"^#\|", t, re.M) for t, c in zip(texts, page["cells"]) if c["cell_type"] == "code"), chapter.path.name
        assert not any("nbdev_export()" in t and len(t) < 60 for t in texts), chapter.path.name
    kept = page_notebook(dict(cells=[dict(cell_type="code", source="#| slow\nx", outputs=[dict(name="stderr", text="no"), dict(name="stdout", text="yes")])]))
    assert kept["cells"][0]["source"] == "x" and [o["text"] for o in kept["cells"][0]["outputs"]] == ["yes"]


def test_links_of_the_sources_lead_somewhere(sources):
    for page in [*sources.glob("*.ipynb"), *sources.rglob("*.md")]:
        text = page.read_text(encoding="utf-8")
        parts = ["".join(c["source"]) for c in json.loads(text)["cells"] if c["cell_type"] == "markdown"] if page.suffix == ".ipynb" else [text]
        for link in re.findall(r"\]\(([\w./-]+\.(?:ipynb|md))[#)]", "\n".join(parts)):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_a_second_writing_touches_nothing_and_removes_what_is_gone(tmp_path):
    (tmp_path / "nbs").mkdir()
    (tmp_path / "fanslib").mkdir()
    for name in ("index.ipynb", "00_core.ipynb", "04_answers.ipynb"):
        shutil.copy(ROOT / "nbs" / name, tmp_path / "nbs" / name)
    shutil.copy(ROOT / "fanslib" / "core.py", tmp_path / "fanslib" / "core.py")
    before = {p: p.stat().st_mtime_ns for p in write_sources(tmp_path, tmp_path / "out")}
    (tmp_path / "nbs" / "04_answers.ipynb").unlink()
    after = write_sources(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out" / "04_answers.ipynb").exists() and {p.name for p in before} - {p.name for p in after} == {"04_answers.ipynb"}
    assert [p.name for p in after if p.stat().st_mtime_ns != before[p]] == ["index.ipynb"]


def test_broken_links_are_seen(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.html").write_text("<a href='sub/b.html#x'>1</a><a href='sub/b.html#y'>2</a><a href='../a.html'>3</a><a href='#z'>4</a><a href='mailto:a@b.c'>5</a>")
    (tmp_path / "sub" / "b.html").write_text("<p id='x'><a href='../a.html'>1</a><img src='data:image/png;base64,AA'><link href='//cdn.example/x.css'><img src='c.png'>")
    assert broken_links(tmp_path) == [("a.html", "sub/b.html#y"), ("a.html", "../a.html"), ("a.html", "#z"), ("sub/b.html", "//cdn.example/x.css"), ("sub/b.html", "c.png")]


# ---- the site, in a minute or two

@pytest.fixture(scope="module")
def site(tmp_path_factory):
    for name in ("sphinx", "myst_nb", "furo", "latex2mathml"):
        if importlib.util.find_spec(name) is None:
            pytest.skip("needs the `docs` extra")
    from fanslib.docs import build_site

    folder = tmp_path_factory.mktemp("site")
    build_site(ROOT, folder / "html", folder / "work")
    return folder / "html"


def size(browser, width, height=800):
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", dict(width=width, height=height, deviceScaleFactor=1, mobile=width < 760))


@pytest.fixture
def page(browser, site):
    size(browser, 1200)

    def go(name):
        browser.get((site / name).as_uri() if "?" not in name else (site / name.split("?")[0]).as_uri() + "?" + name.split("?")[1])
        return browser

    yield go
    # a page that was opened from a folder may not read its neighbours, so the search has no excerpts there and says so
    said = [e["message"] for e in browser.get_log("browser") if e["level"] == "SEVERE"]
    assert [m for m in said if not re.search(r"search\.html\S* - Access to fetch|\.html - Failed to load resource: net::ERR_FAILED|searchtools\.js \S+ Uncaught .*Failed to fetch$", m)] == []


@pytest.mark.slow
def test_every_page_is_there_and_no_link_is_dead(site):
    pages = read_site(site)
    assert {f"{c.path.stem}.html" for c in BOOK} | {f"api/{p.stem}.html" for p in MODULES} <= set(pages)
    assert broken_links(site) == []
    for path in MODULES:
        assert {f"fanslib.{path.stem}.{name}" for name in declared(path)} <= pages[f"api/{path.stem}.html"].ids
    for name in pages:
        text = (site / name).read_text(encoding="utf-8")
        assert "$\\" not in re.sub(r"<(pre|code|script)\b.*?</\1>", "", text, flags=re.S), f"{name} shows a formula as text"


@pytest.mark.slow
def test_home_and_chapters_in_a_browser(page):
    seen = page("index.html")
    assert seen.find_element("tag name", "h1").text.startswith("fanslib")
    links = [a.get_attribute("textContent").strip() for a in seen.find_elements("css selector", ".sidebar-tree a")]
    assert [c.label for c in BOOK] == [text for text in links if re.match(r"\d\d\w* ·", text)]
    seen = page("05_minimath.html")
    shapes = seen.execute_script("return [...document.querySelectorAll('.cell_output img')].map(i => [i.complete, i.naturalWidth, i.clientWidth])")
    assert shapes and all(done and wide > 200 and 100 < shown < 1000 for done, wide, shown in shapes)
    seen = page("61_dragvideo_loss.html")
    sizes = seen.execute_script("return [...document.querySelectorAll('math')].map(m => m.getBoundingClientRect().height)")
    assert len(sizes) >= 3 and min(sizes) > 5
    seen = page("34_fans_demo.html")
    assert len(seen.find_elements("css selector", ".cell_output table tr")) > 4


@pytest.mark.slow
def test_names_and_search_in_a_browser(page):
    from selenium.webdriver.support.ui import WebDriverWait

    seen = page("api/lean.html")
    assert seen.find_element("id", "fanslib.lean.Judge.verify").text.startswith("verify(theorem: Theorem, proof: str")
    seen.find_element("partial link text", "The judge").click()
    assert seen.find_element("tag name", "h1").text.startswith("The judge")
    for word, target in (("RowLog", "api/core.html"), ("McNemar", "04_answers.html")):
        seen = page(f"search.html?q={word}")
        WebDriverWait(seen, 20).until(lambda b: b.find_elements("css selector", "#search-results li a"))
        found = [a.get_attribute("href") for a in seen.find_elements("css selector", "#search-results li a")]
        assert any(target in link for link in found), found


@pytest.mark.slow
def test_nothing_scrolls_sideways_on_a_phone(page, browser):
    for name in ("index.html", "05_minimath.html", "34_fans_demo.html", "61_dragvideo_loss.html", "api/core.html", "api/fans_paper.html", "CHANGELOG.html"):
        size(browser, 390)
        seen = page(name)
        assert seen.execute_script("return document.documentElement.scrollWidth") <= 390, name


# ---- numbers that the front page types by hand

FRONT = (ROOT / "README.md").read_text(encoding="utf-8")
TOLD = FRONT.split("## What it measures")[1].split("What an `accept`")[0]
CITED = [(m[2], re.sub(r"\(?\[[^]]+\]\(nbs/[^)]*\)\)?", "", m[1])) for m in re.finditer(r"(.*?)\[[^]]+\]\(nbs/(\w+)\.ipynb\)", TOLD, re.S)]


@pytest.mark.parametrize("chapter, words", [pytest.param(*c, id=c[0]) for c in CITED])
def test_numbers_of_the_front_page_stand_in_the_chapter_it_names(chapter, words):
    shown = []
    for cell in json.loads((ROOT / "nbs" / f"{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]:
        shown += ["".join(cell["source"])] + ["".join(o.get("text", "")) + "".join("".join(o.get("data", {}).get(k, "")) for k in ("text/plain", "text/markdown")) for o in cell.get("outputs", [])]
    for number in re.findall(r"(?<![\w.])\d+(?:[.,]\d+)*", words):
        assert re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", "\n".join(shown)), f"{number} is not in {chapter}"


def test_there_are_numbers_on_the_front_page_to_check():
    assert len(CITED) >= 4 and sum(bool(re.search(r"\d", words)) for _, words in CITED) >= 3


# ---- how a chapter ends

CHAPTER_FILES = [p for p in sorted((ROOT / "nbs").glob("*.ipynb")) if p.stem not in ("index", "97_glossary")]


@pytest.mark.parametrize("path", [pytest.param(p, id=p.stem) for p in CHAPTER_FILES])
def test_a_chapter_ends_with_something_to_try(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    last = ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"][-1]
    assert "Try this" in last and last.split("Try this", 1)[1].count("\n- ") >= 2
