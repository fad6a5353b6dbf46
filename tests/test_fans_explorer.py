"The FANS report and its explorer: what the page carries, and the page itself driven in a real headless browser."
import dataclasses, json, re

import pytest
from hypothesis import given, settings, strategies as st

from fanslib.core import InputError, page_json
from fanslib.fans import Candidate, Dossier, Evidence, Problem, select_fans, select_majority
from fanslib.fans_report import (LAST, all_rules, by_family, explorer_data, explorer_page, family_of, gain, label, make_report, methods_of, score,
                                 show_explorer, stage_shares, write_run)

HOSTILE = "</script><script>window.hurt = 1</script><img src=x onerror='window.hurt = 1'>&lt;b&gt; \u2028\u2029 {{x}} ${x} `"
LONG = "m" * 400


def evidence(k):
    "Three answers: 1 has most votes and is refuted, 2 is right and proved by every second problem, 3 is long."
    return (Evidence("1", (0, 1, 2), "refuted" if k % 3 == 0 else "unproved", "Lean accepts a proof of the opposite", "theorem t : 1 + 1 = 1", "by decide" if k % 3 == 0 else ""),
            Evidence("2", (3, 4), "verified" if k % 2 else "untranslated", "", "theorem t : 1 + 1 = 2" if k % 2 else "", "by decide" if k % 2 else "", "minimath",
                     ("info 1:0 fine",), 3, 0.5, checks={"self": True, "round_trip": None}, distinct=2),
            Evidence(LONG, (5,), "vacuous", "the hypotheses contradict each other", "theorem t : " + LONG, checks={"self": False}))


def made(n=12):
    "(problems, dossiers, selections, golds, rules): families sums and words; the last question is hostile."
    names = [f"{('sums', 'words')[k % 2]}-{k}" for k in range(n)]
    questions = [f"What is 1 + 1, asked the {k}th time? " + "word " * 20 for k in range(n)]
    questions[-1] = HOSTILE
    answers = ("1", "1", "1", "2", "2", LONG, None)
    dossiers = [Dossier(name, q, answers, tuple(0.1 * j for j in range(7)), evidence(k)) for k, (name, q) in enumerate(zip(names, questions))]
    problems = [Problem(d.id, d.question, tuple(Candidate(HOSTILE if a == "2" else "So it is.", a) for a in answers)) for d in dossiers]
    chosen = [select_fans(d) for d in dossiers]
    rules = {"fans_self": [select_fans(d, threshold=3) for d in dossiers]}
    return problems, dossiers, chosen, {d.id: "2" for d in dossiers}, rules


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    problems, dossiers, chosen, golds, rules = made()
    write_run(folder, problems, dossiers, chosen, golds, "Made up", rules=rules)
    return folder


# ---- the report ----------------------------------------------------------------------------------------------------

def embedded(page):
    return json.loads(page.split('type="application/json">', 1)[1].split("</script>", 1)[0])


def test_rules_stand_in_one_table():
    problems, dossiers, chosen, golds, rules = made()
    rows = score(dossiers, chosen, golds, rules=rules)
    assert methods_of(rows) == ["pass@1", "majority", "best_score", "fans", "fans_self", *LAST]
    assert [r["fans"] for r in rows] == [k % 2 == 1 for k in range(12)] and not any(r["majority"] or r["fans_self"] for r in rows)
    report = make_report(dossiers, chosen, golds, rules=rules)
    assert list(report["accuracy"]) == methods_of(rows) and report["gains"]["fans"]["problems"] == 6 and report["gains"]["fans_self"]["problems"] == 0
    assert sum(report["evidence"].values()) == report["answers"] == 36 and report["evidence"]["refuted"] == 4 and report["evidence"]["vacuous"] == 12
    json.dumps(report, allow_nan=False)
    assert label("fans_self") == "FANS self" and label("majority") == "majority vote" and label("weighted_votes") == "weighted votes"


def test_shares_along_the_way():
    found = stage_shares(made()[1])
    assert found == dict(tried=36, stated=30, verified=6, checks={"self": dict(yes=6, judged=18), "round_trip": dict(yes=0, judged=0)}), "no opinion is no judgement"
    skipped = [Dossier("a", "?", ("1",), None, (Evidence("1", (0,), "skipped"),))]
    assert stage_shares(skipped) == dict(tried=0, stated=0, verified=0, checks={})
    assert make_report(skipped, [select_fans(skipped[0])], {"a": "2"})["formal_coverage"] == 0


def test_families_add_up():
    _, dossiers, chosen, golds, _ = made()
    rows = score(dossiers, chosen, golds)
    found = make_report(dossiers, chosen, golds)["families"]
    assert [(f["family"], f["problems"], f["proved"], f["fans"]) for f in found] == [("sums", 6, 0, 0), ("words", 6, 6, 6)]
    given_names = make_report(dossiers, chosen, golds, families={d.id: "all" for d in dossiers})["families"]
    assert [(f["family"], f["fans"], f["pass@1"]) for f in given_names] == [("all", 6, round(12 * 2 / 7, 3))]
    assert by_family(rows, {})[0]["family"] == ""


@pytest.mark.parametrize("id, family", [("mathd_algebra_12", "mathd_algebra"), ("amc12a_2002_p6", "amc"), ("test/algebra/7.json", "test/algebra"), ("12", ""), ("", ""),
                                        ("sums", "sums"), ("a-_/ 1", "a")])
def test_family_of_a_name(id, family):
    assert family_of(id) == family


def test_gains_are_counts_of_problems():
    rows = [dict(fans=f, majority=m) for f, m in [(1, 0)] * 7 + [(0, 1)] * 2 + [(1, 1)] * 11]
    found = gain(rows)
    assert (found["problems"], found["points"], found["relative"], found["only_a"], found["only_b"]) == (5, 25.0, pytest.approx(500 / 13), 7, 2)
    assert gain([dict(fans=1, majority=0)])["relative"] is None


@given(st.lists(st.tuples(st.sampled_from(["verified", "refuted", "unproved", "vacuous", "skipped"]), st.integers(1, 3)), min_size=1, max_size=4), st.integers(0, 4))
@settings(max_examples=100, deadline=None)
def test_vote_oracle_and_pass_are_in_order(statuses, gold):
    found, start = [], 0
    for k, (status, votes) in enumerate(statuses):
        found.append(Evidence(str(k), tuple(range(start, start + votes)), status))
        start += votes
    dossier = Dossier("d1", "?", tuple(e.answer for e in found for _ in e.members), None, tuple(found))
    [row] = score([dossier], [select_fans(dossier)], {"d1": str(gold)})
    assert row["fans"] <= row["fans_oracle"] <= row["pass@n"] and row["majority"] <= row["pass@n"]
    if not any(e.status == "verified" for e in found):
        assert row["fans"] == row["majority"] == row["fans_oracle"]


def test_what_does_not_belong_together_is_refused():
    problems, dossiers, chosen, golds, _ = made()
    for rules in ({"half": chosen[:3]}, {"turned": chosen[::-1]}):
        with pytest.raises(InputError, match=next(iter(rules))):
            all_rules(dossiers, chosen, rules)
    with pytest.raises(InputError, match="in their order"):
        explorer_data(problems[::-1], dossiers, chosen, golds, make_report(dossiers, chosen, golds))


# ---- the page as text ----------------------------------------------------------------------------------------------

texts = st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(st.characters()) | st.sampled_from([HOSTILE, "half a \ud800 character"]),
                     lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12)


@given(texts)
@settings(max_examples=300, deadline=None)
def test_json_in_a_page_reads_back_and_cannot_end_its_element(value):
    text = page_json(value)
    assert json.loads(text) == value and "<" not in text and text.isascii() and "\n" not in text


@pytest.mark.parametrize("value", [float("nan"), [float("inf")], {"a": {"b": -float("inf")}}])
def test_numbers_that_json_lacks_are_refused(value):
    with pytest.raises(InputError, match="NaN or infinity"):
        page_json(value)


def test_the_page_needs_nothing_else(run):
    page = (run / "explorer.html").read_text(encoding="utf-8")
    assert not re.search(r"""(src|href)\s*=\s*["']|https?://|@import|url\(""", page), "self-contained"
    assert page.count("</script>") == 2 and "window.hurt" not in page.split('type="application/json">')[0] + page.split("</script>", 1)[1]
    assert embedded(page)["problems"][-1]["question"] == HOSTILE
    assert "/*DATA*/" not in page and explorer_page({"question": "half a \ud800 character"}).encode()


def test_a_page_without_labels(tmp_path):
    problems, dossiers, chosen, _, _ = made(3)
    write_run(tmp_path, problems, dossiers, chosen, {})
    data = embedded((tmp_path / "explorer.html").read_text())
    assert data["labelled"] is False and data["table"] == [] and {p["right"] for p in data["problems"]} == {None}


def test_the_other_explorer_still_finds_its_parts():
    from fanslib.malot_loop import Attempts, attempts_page
    from fanslib.theoremllama import AlignedTheorem

    page = attempts_page([AlignedTheorem(0, "t", "theorem t : 1 = 1", "by rfl")], Attempts())
    assert "const chip" in page and ":root" in page and "/*SHARED*/" not in page and "const rules" not in page


# ---- the page in a browser -----------------------------------------------------------------------------------------



def phone(browser, width=375, height=700):
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", dict(width=width, height=height, deviceScaleFactor=1, mobile=width < 760))


@pytest.fixture
def page(browser, run):
    "The explorer on a desktop, fresh; afterwards nothing may have gone wrong in it, and nothing hostile may have run."
    phone(browser, 1200, 800)
    browser.get((run / "explorer.html").as_uri())
    yield browser
    assert browser.execute_script("return window.hurt") is None
    assert [e for e in browser.get_log("browser") if e["level"] == "SEVERE"] == []


def js(browser, script, *args):
    return browser.execute_script("return " + script, *args)


def listed(browser):
    return js(browser, "[...document.querySelectorAll('nav li button')].map((b) => b.dataset.id)")


def choose(browser, **values):
    for id, value in values.items():
        assert js(browser, "[...document.getElementById(arguments[0]).options].some((o) => o.value === arguments[1])", id, value), f"no {value!r} in {id}"
        browser.execute_script("const s = document.getElementById(arguments[0]); s.value = arguments[1]; s.dispatchEvent(new Event('change'))", id, value)
    return listed(browser)


def press(browser, *keys):
    from selenium.webdriver.common.action_chains import ActionChains

    for key in keys:
        ActionChains(browser).send_keys(key).perform()


def names(*numbers):
    return [f"{('sums', 'words')[k % 2]}-{k}" for k in numbers]


def test_the_page_starts_with_all_problems_and_the_table(page):
    assert listed(page) == names(*range(12)) and "12 of 12" in js(page, "document.getElementById('count').textContent")
    rows = js(page, "[...document.querySelectorAll('main tr')].map((r) => r.cells[0].textContent)")
    assert rows == ["method", "one sample (pass@1)", "majority vote", "best reward", "FANS", "FANS self", "FANS, oracle rule", "any sample right (pass@n)"]


def test_filters_by_family_verdict_and_words(page):
    assert choose(page, family="words") == names(1, 3, 5, 7, 9, 11)
    assert choose(page, verdict="refuted") == names(3, 9)
    assert choose(page, family="") == names(0, 3, 6, 9)
    assert choose(page, verdict="verified", filter="wrong") == []
    assert choose(page, verdict="", filter="right") == names(1, 3, 5, 7, 9, 11)
    choose(page, filter="all problems")
    field = page.find_element("id", "find")
    field.send_keys("ASKED THE 7TH")
    assert listed(page) == names(7) and "1 of 12" in js(page, "document.getElementById('count').textContent")
    field.clear()
    field.send_keys("no such words")
    assert listed(page) == []


def test_rules_that_disagree(page):
    shown = lambda id: js(page, "!document.getElementById(arguments[0]).parentElement.hidden", id)
    assert not shown("other") and not shown("outcome")
    assert choose(page, rule="fans") == names(*range(12)), "best reward says the long answer everywhere"
    assert shown("other") and not shown("outcome")
    assert choose(page, other="majority") == names(1, 3, 5, 7, 9, 11) and shown("outcome")
    assert choose(page, outcome="only the first is right") == names(1, 3, 5, 7, 9, 11)
    assert choose(page, outcome="only the second is right") == []
    assert choose(page, rule="majority", other="fans_self", outcome="they differ") == []
    assert choose(page, rule="majority", other="fans", outcome="only the second is right") == names(1, 3, 5, 7, 9, 11)
    assert choose(page, rule="") == names(*range(12))


def test_a_problem_shows_its_evidence(page):
    page.find_element("css selector", "[data-id='words-3']").click()
    text = page.find_element("id", "main").text
    for said in ("words-3 · words", "Selected 2: Lean accepts a proof", "The answer on record is 2.", "theorem t : 1 + 1 = 2", "A proof of the opposite:", "by decide",
                 "refuted", "vacuous", "the hypotheses contradict each other", "1 sample gives no answer."):
        assert said in text, said
    rows = js(page, "[...document.querySelectorAll('#rules tr')].slice(1).map((r) => [...r.cells].map((c) => c.textContent))")
    assert rows == [["majority vote", "1", "wrong"], ["best reward", LONG, "wrong"], ["FANS", "2", "right"], ["FANS self", "1", "wrong"]]
    notes = js(page, "[...document.querySelectorAll('main details pre')].map((n) => n.textContent).join('\\n')")
    assert "check self: yes" in notes and "check round trip: no opinion" in notes and "2 different statements" in notes and "3 attempts in 0.5 s, translated by minimath" in notes
    assert js(page, "location.hash") == "#words-3" and js(page, "document.activeElement.id") == "main"


def test_what_models_wrote_stays_text(page):
    page.find_element("css selector", "[data-id='words-11']").click()
    shown = js(page, "document.querySelector('.question').textContent")
    assert shown.startswith("</script><script>window.hurt = 1</script><img") and js(page, "document.querySelectorAll('main img, main b, main script').length") == 0
    assert js(page, "[...document.querySelectorAll('main details pre')].some((n) => n.textContent.startsWith('</script>'))")


def test_the_keyboard_is_enough(page):
    from selenium.webdriver.common.keys import Keys

    current = lambda: js(page, "document.querySelector('[aria-current=\"true\"]')?.dataset.id")
    press(page, Keys.ARROW_DOWN)
    assert current() == "sums-0"
    press(page, Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_UP)
    assert current() == "words-1" and js(page, "document.querySelector('main h2').textContent") == "words-1 · words"
    press(page, Keys.ESCAPE)
    assert current() is None and js(page, "document.querySelector('main h2').textContent") == "Summary" and js(page, "document.activeElement.dataset.id") == "words-1"
    press(page, "/", "5", "t", "h")
    assert listed(page) == names(5) and js(page, "document.getElementById('find').value") == "5th"
    press(page, Keys.ARROW_DOWN)
    assert current() == "words-5"
    press(page, Keys.ESCAPE)
    assert js(page, "document.activeElement.dataset.id") == "words-5"
    press(page, Keys.ENTER)
    assert current() == "words-5" and js(page, "document.activeElement.id") == "main"
    order = []
    js(page, "document.getElementById('find').focus()")
    for _ in range(4):
        press(page, Keys.TAB)
        order.append(js(page, "document.activeElement.id || document.activeElement.tagName"))
    assert order == ["SUMMARY", "filter", "family", "verdict"], "the filters are reached in the order of reading"
    assert js(page, "[...document.querySelectorAll('select, input')].every((n) => n.labels.length || n.getAttribute('aria-label'))")


def test_addresses_and_the_browsers_back(page, run):
    page.get((run / "explorer.html").as_uri() + "#words-5")
    page.refresh()
    assert js(page, "document.querySelector('main h2').textContent") == "words-5 · words"
    page.get((run / "explorer.html").as_uri())
    page.find_element("css selector", "[data-id='sums-2']").click()
    page.back()
    assert js(page, "document.querySelector('main h2').textContent") == "Summary"
    page.get((run / "explorer.html").as_uri() + "#nothing-9")
    page.refresh()
    assert js(page, "document.querySelector('main h2').textContent") == "Summary"


@pytest.mark.parametrize("width", [320, 375, 760, 1200])
def test_nothing_scrolls_sideways(page, run, width):
    phone(page, width)
    page.get((run / "explorer.html").as_uri())
    for id in (None, "words-3", "words-11"):
        if id:
            page.execute_script("location.hash = arguments[0]", id)
            js(page, "document.querySelectorAll('main details').forEach((d) => { d.open = true; })")
        assert js(page, "document.documentElement.scrollWidth") <= width, (id, width)
        wide = js(page, "[...document.querySelectorAll('main *')].filter((n) => n.getBoundingClientRect().right > innerWidth + 1).map((n) => n.outerHTML.slice(0, 60))")
        assert wide == [], (id, width)


def test_a_phone_shows_one_thing_at_a_time(page, run):
    phone(page)
    page.get((run / "explorer.html").as_uri())
    visible = lambda query: js(page, "[...document.querySelectorAll(arguments[0])].some((n) => n.checkVisibility({ contentVisibilityAuto: true }))", query)
    assert visible("nav li button") and not visible("#family"), "filters are folded away"
    page.find_element("css selector", "#filters summary").click()
    assert visible("#family") and choose(page, family="words") == names(1, 3, 5, 7, 9, 11)
    assert js(page, "Math.min(...[...document.querySelectorAll('nav li button')].map((b) => b.getBoundingClientRect().height))") >= 44
    page.find_element("css selector", "[data-id='words-7']").click()
    assert not visible("nav") and visible("main .question") and js(page, "scrollY") == 0
    page.find_element("css selector", ".back").click()
    assert visible("nav li button") and js(page, "document.activeElement.dataset.id") == "words-7" and listed(page) == names(1, 3, 5, 7, 9, 11)


def test_without_labels_no_word_of_right_or_wrong(browser, tmp_path):
    problems, dossiers, chosen, _, _ = made(3)
    write_run(tmp_path, problems, dossiers, chosen, {})
    phone(browser, 1200, 800)
    browser.get((tmp_path / "explorer.html").as_uri() + "#words-1")
    browser.refresh()
    assert js(browser, "[...document.querySelectorAll('.chip, option')].every((n) => !/right|wrong/.test(n.textContent))")
    assert "on record" not in browser.find_element("id", "main").text


def test_inside_a_notebooks_page(browser, run, tmp_path):
    "What a notebook shows is a frame without an origin: the page has to work without an address, and cannot touch the notebook."
    pytest.importorskip("IPython")
    phone(browser, 1200, 800)
    (tmp_path / "notebook.html").write_text(f"<!doctype html><meta charset=utf-8><p>cell</p>{show_explorer(run, height=500).data}", encoding="utf-8")
    browser.get((tmp_path / "notebook.html").as_uri())
    assert js(browser, "document.querySelector('iframe').getBoundingClientRect().height") == 500
    browser.switch_to.frame(browser.find_element("css selector", "iframe"))
    try:
        assert listed(browser) == names(*range(12)) and choose(browser, family="sums") == names(0, 2, 4, 6, 8, 10)
        browser.find_element("css selector", "[data-id='sums-6']").click()
        assert js(browser, "document.querySelector('main h2').textContent") == "sums-6 · sums"
        touched = js(browser, "(() => { try { return parent.document.title; } catch (e) { return e.name; } })()")
        assert touched == "SecurityError" and js(browser, "window.hurt") is None
    finally:
        browser.switch_to.default_content()
    assert [e["message"] for e in browser.get_log("browser") if e["level"] == "SEVERE"] == []
    with pytest.raises(InputError, match="finished"):
        show_explorer(tmp_path)
