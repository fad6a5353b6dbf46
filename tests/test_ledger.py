"The ledger: tables in outputs, numbers in cells, pointers, rules, and every row of the data."
import base64, json, re
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from fanslib.answers import wilson
from fanslib.core import InputError, Table, read_jsonl, write_jsonl
from fanslib.figures import draw, frame, our_picture, our_rows, sections, verdict_line
from fanslib.ledger import (AGREE, DISAGREE, KEYS, NOT_RUN, NOT_TESTABLE, PAPERS, RULES, UNDECIDED, VERDICTS, Notebooks, Reading, command_ledger, counts, is_sum, ledger_table,
                            load_claims, parse_facts, parse_tables, read_cell, read_ledger, read_row, select, selectors)
from fanslib.paper_sums import PEOPLE, further_sums, level_of

ROOT = Path(__file__).parents[1]
PNG = b"\x89PNG not really"


# ---- tables in outputs

@given(st.lists(st.lists(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12), min_size=3, max_size=3), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_what_a_table_shows_is_what_is_read(cells):
    names = ("a", "b|c", "minus base")
    shown = Table([dict(zip(names, row)) for row in cells])._repr_markdown_()
    [(columns, rows)] = parse_tables(f"before\n\n{shown}\n\nafter")
    assert columns == names
    assert [list(row.values()) for row in rows] == [[c.strip() for c in row] for row in cells]


def test_pipes_backslashes_and_empty_cells():
    [(columns, rows)] = parse_tables("| x \\| y |  |\n| --- | --- |\n| \\|a\\| | 1 |\n|  |  |\n| a\\\\|b | z |")
    assert columns == ("x | y", "") and [r["x | y"] for r in rows] == ["|a|", "", "a\\|b"]


@pytest.mark.parametrize("text", ["", "| a | b |", "| a |\n| -- |\n| 1 |", "a | b\n--- | ---\n1 | 2", "| --- | --- |\n| 1 | 2 |", "no table"])
def test_what_is_no_table(text):
    assert parse_tables(text) == []


def test_two_tables_and_a_ragged_one():
    assert [len(rows) for _, rows in parse_tables("| a |\n| --- |\n| 1 |\n\n| a |\n|:---:|\n| 1 |\n| 2 |")] == [1, 2]
    with pytest.raises(InputError, match="2 columns has a row of 3"):
        parse_tables("| a | b |\n| --- | --- |\n| 1 | 2 | 3 |")


@pytest.mark.parametrize("text, found", [("{'a': 1, 'b': 0.123456}", {"a": "1", "b": "0.123"}), ("{'why': 'no'}", {"why": "no"}), ("{}", None), ("{'a': [1]}", None),
                                         ("{'a': __import__('os')}", None), ("{1, 2}", None), ("'text'", None), ("{'a': 1", None)])
def test_dicts_as_rows(text, found):
    assert parse_facts(text) == ([] if found is None else [(tuple(found), (found,))])


# ---- numbers in cells

@pytest.mark.parametrize("text, value, low, high", [
    ("0.836 [0.795, 0.870]", 0.836, 0.795, 0.87), ("+3.1 [+1.0, +5.2]", 3.1, 1, 5.2), ("-1.0 [-2.5, 0.4]", -1, -2.5, 0.4), ("-1.13 (-2.05 to -0.22)", -1.13, -2.05, -0.22),
    ("44 / 395 = 11.1 % [8.4, 14.6]", 11.1, 8.4, 14.6), ("20 / 22 = 90.9 % [72.2, 97.5]", 90.9, 72.2, 97.5), ("21.7 %", 21.7, None, None), ("+1.92 %", 1.92, None, None),
    ("8.4e-06", 8.4e-06, None, None), ("2.03e+11", 2.03e11, None, None), ("348,617", 348617, None, None), ("1,234.5", 1234.5, None, None), ("61.25 *", 61.25, None, None),
    ("−0.69", -0.69, None, None), ("+2.17 to +9.50", None, 2.17, 9.5), ("13.1 to 33.6", None, 13.1, 33.6), (".5", 0.5, None, None), ("7", 7, None, None),
    ("no count of 244 theorems", None, None, None), ("", None, None, None), ("25.80 24.60", None, None, None), ("0.602-0.657", None, None, None), ("worse: 3", None, None, None),
    ("True", None, None, None), ("1 of", None, None, None), ("[1, 2]", None, 1.0, 2.0), ("3 of 4 = ", None, None, None), ("0 of 0", None, None, None)])
def test_cells(text, value, low, high):
    r = read_cell(text)
    assert (r.text, r.value) == (text, value) and (r.low, r.high) == (low, high)


@given(st.integers(0, 500), st.integers(1, 500))
@settings(max_examples=100, deadline=None)
def test_counts_get_wilsons_interval(count, of):
    count = min(count, of)
    r, w = read_cell(f"{count} of {of}"), wilson(count, of)
    assert (r.value, r.low, r.high, r.count, r.of) == (w.estimate, w.low, w.high, count, of)


@given(st.floats(-1e6, 1e6), st.floats(0, 1e3), st.sampled_from(["{:.2f} [{:.2f}, {:.2f}]", "{:+.1f} [{:+.1f}, {:+.1f}]", "{:.3g} ({:.3g} to {:.3g})", "{:,.2f} [{:,.2f}, {:,.2f}]"]))
@settings(max_examples=60, deadline=None)
def test_intervals_come_back(value, half, form):
    r = read_cell(form.format(value, value - half, value + half))
    assert r.value == pytest.approx(value, rel=6e-3, abs=0.06) and r.low == pytest.approx(value - half, rel=6e-3, abs=0.06) and r.high == pytest.approx(value + half, rel=6e-3, abs=0.06)


def test_per_cent_and_share_meet():
    assert read_cell("50.0 % [40.0, 60.0]").interval == pytest.approx((0.4, 0.6)) and read_cell("0.5").interval == (0.5, 0.5)


# ---- pointers

def notebook(folder, name, *cells):
    "A notebook of (heading or None, Markdown or facts or bytes) pairs."
    made = []
    for heading, output in cells:
        if heading:
            made.append(dict(cell_type="markdown", source=[f"## {heading}\n", "text\n```\n# no heading\n```"]))
        data = {"image/png": base64.b64encode(output).decode()} if isinstance(output, bytes) else {"text/plain": output} if output.startswith("{") else {"text/markdown": [output]}
        made.append(dict(cell_type="code", source=[], outputs=[dict(output_type="execute_result", data=data)]))
    (folder / f"{name}.ipynb").write_text(json.dumps(dict(cells=made, metadata={}, nbformat=4, nbformat_minor=5)))
    return Notebooks(folder)


def shown(*rows):
    return Table(rows)._repr_markdown_()


TOY = [dict(method="a", data="x", score="0.9 [0.8, 1.0]", low=1, high=2, sd=0.5, p="0.01"), dict(method="b", data="x", score="0.2", low=-1, high=1, sd=0.1, p="")]


def test_one_row_of_one_table(tmp_path):
    books = notebook(tmp_path, "10_x", ("First", shown(dict(method="a", score="0.1"))), ("Second", shown(*TOY)), (None, PNG), (None, "{'cosine': 0.5}"))
    point = lambda **kw: select(books, {"chapter": "10_x", "column": "score", "match": {"method": "a"}, **kw})
    assert (point(heading="First").value, point(heading="Second").value) == (0.1, 0.9)
    assert point(**{"with": ["data"]}).value == 0.9 and point(without=["data"]).value == 0.1
    assert point(**{"with": ["data"]}).cell == 3
    with pytest.raises(InputError, match="2 rows of 10_x"):
        point()
    with pytest.raises(InputError, match="0 rows"):
        point(heading="First", match={"method": "c"})
    with pytest.raises(InputError, match="no 'row'"):
        point(row=1)
    assert point(heading="Third") is None and point(column="other") is None and point(match={"way": "a"}) is None and point(chapter="11_x") is None
    assert select(books, dict(chapter="10_x", column="cosine")).value == 0.5
    assert [(o.cell, o.png) for o in books.outputs("10_x") if o.png] == [(4, PNG)]


def test_limits_from_other_columns(tmp_path):
    books = notebook(tmp_path, "10_x", ("H", shown(*TOY)))
    point = lambda **kw: select(books, {"chapter": "10_x", "column": "score", "match": {"method": "b"}, **kw})
    assert (point().low, point(low="low", high="high").low, point(spread="sd").high) == (None, -1, pytest.approx(0.3))
    turned = point(low="low", high="high", sign=-1)
    assert (turned.value, turned.low, turned.high) == (-0.2, -1, 1)
    assert select(books, dict(chapter="10_x", column="score", match={"method": "a"}, sign=-1)).interval == (-1.0, -0.8)
    assert point(beside=["low", "high"]).beside["high"].value == 1


def test_second_selectors_say_only_what_differs():
    first, second, third = selectors(dict(chapter="a", column="x", match={"m": "1", "n": "2"}, against=[{"match": {"m": "3"}}, {"chapter": "b", "match": {"q": "4"}}]))
    assert (first["match"], second) == ({"m": "1", "n": "2"}, dict(chapter="a", column="x", match={"m": "3", "n": "2"}))
    assert third == dict(chapter="b", column="x", match={"q": "4"})


def test_folders_and_files_that_are_no_notebooks(tmp_path):
    with pytest.raises(InputError, match="--notebooks"):
        Notebooks(tmp_path)
    (tmp_path / "10_x.ipynb").write_text("not json")
    with pytest.raises(InputError, match="not a notebook"):
        Notebooks(tmp_path).outputs("10_x")


# ---- rules

def said(rule, *cells, beside=(), **row):
    readings = [read_cell(c) for c in cells]
    readings[0] = Reading(**{**readings[0].__dict__, "beside": {str(k): read_cell(b) for k, b in enumerate(beside)}})
    return RULES[rule](readings, row)


OTHER = {AGREE: DISAGREE, DISAGREE: AGREE, UNDECIDED: UNDECIDED}


@given(st.floats(-100, 100), st.floats(0, 50))
@settings(max_examples=200, deadline=None)
def test_gain_turns_with_its_sign(value, half):
    r, turned = Reading("", value, value - half, value + half), Reading("", -value, -value - half, -value + half)
    assert RULES["gain"]([turned], {}) == OTHER[RULES["gain"]([r], {})]
    assert RULES["gain"]([r], {}) == (AGREE if value > half else DISAGREE if -value > half else UNDECIDED)


@given(st.floats(-100, 100), st.floats(0, 50), st.floats(-100, 100), st.floats(0, 50))
@settings(max_examples=200, deadline=None)
def test_larger_than_turns_with_its_cells(a, wa, b, wb):
    x, y = Reading("", a, a - wa, a + wa), Reading("", b, b - wb, b + wb)
    assert RULES["larger_than"]([y, x], {}) == OTHER[RULES["larger_than"]([x, y], {})]
    assert RULES["order"]([x, y], {}) == RULES["larger_than"]([x, y], {})
    assert (RULES["no_difference"]([x, y], {}) == AGREE) == (RULES["larger_than"]([x, y], {}) == UNDECIDED)


@pytest.mark.parametrize("cells, verdict", [(("3", "2", "1"), AGREE), (("3", "1", "2"), DISAGREE), (("3", "3", "1"), UNDECIDED), (("3 [1, 5]", "2 [1, 3]", "0"), UNDECIDED), (("1", "2", "3"), DISAGREE)])
def test_order(cells, verdict):
    assert said("order", *cells) == verdict


@pytest.mark.parametrize("p, beside, verdict", [("0.049", ("9", "1"), AGREE), ("0.05", ("9", "1"), UNDECIDED), ("0.001", ("1", "9"), DISAGREE), ("0.001", ("4", "4"), UNDECIDED), ("8.4e-06", ("34", "6"), AGREE)])
def test_p_below(p, beside, verdict):
    assert said("p_below", p, beside=beside) == verdict


@pytest.mark.parametrize("printed, follows, verdict", [
    ("9.48", "9.48", AGREE), ("59.22", "59.43", DISAGREE), ("55.73", "55.8", DISAGREE), ("46.34", "46.3", AGREE), ("56.51", "56.5", AGREE), ("+1.91", "+1.92 %", AGREE), ("+1.90", "+1.92 %", DISAGREE),
    ("30.43", "38", DISAGREE), ("15.17", "15.2", AGREE), ("200", "200", AGREE), ("201", "200", DISAGREE), ("76.08", "76.1", AGREE), ("61.25", "71.2", DISAGREE), ("0.9664", "0.9618", DISAGREE),
    ("2.03e11", "2.03e+11", AGREE), ("2.05e11", "2.03e+11", DISAGREE), ("162,181", "162,181", AGREE), ("162,182", "162,181", DISAGREE), ("7.47", "together 7.4", DISAGREE), ("98", "94.9", DISAGREE)])
def test_same_arithmetic(printed, follows, verdict):
    assert said("same_arithmetic", follows, number=printed) == verdict


@pytest.mark.parametrize("number, cell, verdict", [("25.83", "25.83", DISAGREE), ("24.60", "25.80 24.60", DISAGREE), ("33.61", "", AGREE), ("5.83", "25.83", AGREE), ("25.8", "25.83", AGREE),
                                                   ("26.5", "no count of 244 theorems", DISAGREE)])
def test_is_a_count(number, cell, verdict):
    assert said("is_a_count", cell, number=number) == verdict


@pytest.mark.parametrize("number, cell, verdict", [("32", "30.8", AGREE), ("32", "15.9", DISAGREE), ("32", "64", AGREE), ("5 to 10", "2.66", AGREE), ("5 to 10", "2.4", DISAGREE), ("13,616", "13617", AGREE)])
def test_same_size(number, cell, verdict):
    assert said("same_size", cell, number=number) == verdict


def test_zero_and_none():
    assert [said("zero", c) for c in ("0 / 465 = 0.0 % [0.0, 0.8]", "1 of 500", "0")] == [AGREE, DISAGREE, AGREE]
    assert RULES["none"]([], {}) == NOT_TESTABLE
    with pytest.raises(InputError, match="needs a printed number"):
        said("same_arithmetic", "1", number="none", id="x")


# ---- rows

GOOD = dict(id="x", paper="S3", where="Table 1", claim="a over b", number="1", unit="%", command="make test", compare="larger_than",
            ours=dict(chapter="10_x", column="score", match={"method": "a"}, heading="H", against=[{"match": {"method": "b"}}]))


@pytest.mark.parametrize("change, message", [(dict(paper="S4"), "unknown paper"), (dict(compare="looks_good"), "unknown rule"), (dict(ours=None), "null exactly when"), (dict(compare="none"), "null exactly when"),
                                             (dict(compare="p_below"), "two columns `beside`"), (dict(ours={**GOOD["ours"], "against": []}), "needs 2 cells")])
def test_bad_rows_name_file_and_line(tmp_path, change, message):
    path = write_jsonl(tmp_path / "claims.jsonl", [dict(GOOD, id="first"), {**GOOD, **change}])
    with pytest.raises(InputError, match=message) as caught:
        load_claims(path)
    assert "claims.jsonl:2" in str(caught.value)


def test_missing_fields_and_ids_used_twice(tmp_path):
    for rows, message in (([GOOD, GOOD], "used in line 1"), ([{k: v for k, v in GOOD.items() if k != "ours"}], "missing field 'ours'"), ([{k: v for k, v in GOOD.items() if k != "where"}], "missing field 'where'")):
        with pytest.raises(InputError, match=message):
            load_claims(write_jsonl(tmp_path / "claims.jsonl", rows))


def test_a_row_follows_its_chapter(tmp_path):
    read = lambda *rows: read_row(GOOD, notebook(tmp_path, "10_x", ("H", shown(*rows))))
    assert read(*TOY).verdict == AGREE and read(*TOY).ours == "0.9 [0.8, 1.0] against 0.2"
    assert read(dict(TOY[0], score="0.1"), TOY[1]).verdict == DISAGREE
    assert read(dict(TOY[0], score="0.3 [0.1, 0.5]"), TOY[1]).verdict == UNDECIDED
    late, broken, double, words = read(dict(other=1)), read(TOY[0]), read(*TOY, TOY[0]), read(dict(TOY[0], score="fine"), TOY[1])
    assert (late.verdict, late.error) == (NOT_RUN, "")
    assert all(e.verdict == NOT_RUN and e.error for e in (broken, double, words))


# ---- the data

@pytest.fixture(scope="module")
def books():
    return Notebooks(ROOT / "nbs")


@pytest.fixture(scope="module")
def entries(books):
    return read_ledger(books)


def test_no_pointer_is_broken(entries):
    assert [f"{e.row['id']}: {e.error}" for e in entries if e.error] == []


def test_what_waits_for_a_study_is_listed(entries):
    waiting = {}
    for e in entries:
        if e.verdict == NOT_RUN:
            waiting.setdefault(e.row["ours"]["chapter"], []).append(e.row["id"])
    print("\n".join(f"{chapter}: {len(ids)} rows wait: {', '.join(ids)}" for chapter, ids in waiting.items()))
    assert set(waiting) <= {"24_malot_tables", "27_malot_agents", "38a_fans_study", "38d_fans_real", "47_s3_study", "55_srpredictao_study", "66_dragvideo_study"}


def sources(chapter, kind):
    path = ROOT / "nbs" / f"{chapter}.ipynb"
    return ["".join(c["source"]) for c in json.loads(path.read_text())["cells"] if c["cell_type"] == kind] if path.exists() else None


def test_headings_and_columns_stand_in_the_chapters(entries):
    made = {"drafts_and_corrections", "matched mean", "unmatched mean", "minus base", "minus temperature", "minus mlp", "minus ensemble", "pass@4", "S3, 3 rounds against", "within 2", "HR@20", "MRR@20"}
    for e in entries:
        for s in selectors(e.row["ours"]) if e.row["ours"] else ():
            if (words := sources(s["chapter"], "markdown")) is None:
                assert s["chapter"] == "27_malot_agents"
                continue
            if "heading" in s:
                assert re.search(rf"^#+ {re.escape(s['heading'])}\s*$", "\n".join(words), re.M), (e.row["id"], s["heading"])
            if e.ours:  # read from the outputs: the columns are there
                continue
            code = "\n".join(sources(s["chapter"], "code")) + "".join(p.read_text() for p in (ROOT / "fanslib").glob("*.py"))
            for name in {s["column"], *s.get("match", ()), *s.get("with", ()), *s.get("beside", ()), *(s[k] for k in ("low", "high", "interval", "spread") if k in s)} - made:
                assert not re.search(r"dropout", name) and name in code or "dropout" in name, (e.row["id"], name)


def test_rows_hold_no_number_of_ours():
    for row in load_claims():
        def walk(value, key=""):
            if isinstance(value, dict):
                return all(walk(v, k) for k, v in value.items())
            if isinstance(value, list):
                return all(walk(v) for v in value)
            return isinstance(value, str) or (key == "sign" and value == -1)
        assert walk(row["ours"] or {}), row["id"]
        assert set(row["ours"] or ()) <= KEYS and set(row) <= {"id", "paper", "where", "claim", "number", "unit", "ours", "command", "compare", "note"}
        assert row["number"] and row["claim"] and row["where"] and len(row["claim"]) < 160, row["id"]


def test_commands_name_a_chapter_that_is_there():
    for row in load_claims():
        name = re.search(r"nbs/(\S+)\.ipynb", row["command"])[1]
        assert (ROOT / "nbs" / f"{name}.ipynb").exists() or name == "27_malot_agents"
        assert row["ours"] is None or row["ours"]["chapter"] == name


def test_ids_begin_with_their_paper():
    begin = {"TheoremLlama": "tl-", "MA-LoT": "ml-", "FANS": "fa-", "S3": "s3-", "SR-PredictAO": "sr-", "DragVideo": "dv-"}
    assert all(row["id"].startswith(begin[row["paper"]]) for row in load_claims()) and set(begin) == set(PAPERS)


def numbers_of(paper):
    return " ".join(f"{row['number']} {row['claim']}" for row in load_claims() if row["paper"] == paper).replace(",", " ")


def test_printed_tables_are_covered():
    from fanslib import s3_paper
    from fanslib.dragvideo_paper import TABLE_1
    from fanslib.fans_published import printed
    from fanslib.malot_paper import published as malot
    from fanslib.srpredictao_paper import REPORTED
    from fanslib.theoremllama_paper import published as llama

    wanted = {"TheoremLlama": [r[k] for t in (2, 3, 4, 5) for r in llama(t) for k in ("valid", "test") if r[k] is not None and "10,000" not in r["setting"]],
              "MA-LoT": [r["test"] for t in (2, 3, 4) for r in malot(t)],
              "FANS": [v for t in (2, 5) for (_, _, where), v in printed(t).items() if where == "MATH500"],
              "S3": [*(v for r in s3_paper.TABLE2 for v in r.results), *(r.average for r in s3_paper.TABLE2), *(r["edit distance"] for r in s3_paper.QUALITY), *(r["S3"] for r in s3_paper.COVERAGE)],
              "SR-PredictAO": [v for r in REPORTED for v in (r.hr, r.mrr)],
              "DragVideo": [v for r in TABLE_1 for v in (r.clip, r.flow, r.fvd) if v is not None] + [row[2] for row in PEOPLE]}
    for paper, values in wanted.items():
        found = {float(n) for n in re.findall(r"\d+\.?\d*", numbers_of(paper))}
        assert [v for v in values if v not in found] == [], paper


def test_every_table_and_figure_of_the_papers_has_rows():
    places = {"TheoremLlama": ("Table 1", "Table 2", "Table 3", "Table 4", "Table 5", "Figure 2", "appendix F", "appendix I"), "MA-LoT": ("Table 1", "Table 2", "Table 3", "Table 4", "Figure 3"),
              "FANS": tuple(f"Table {k}" for k in range(1, 7)) + ("Figure 1",), "S3": tuple(f"Table {k}" for k in (2, 3, 4, 5, 6, 8, 9)) + ("Figure 1", "appendix B"),
              "SR-PredictAO": ("abstract", "report, Figure 1", "logs", "released code"), "DragVideo": ("Table 1", "Figure 8", "appendix A")}
    for paper, wanted in places.items():
        said_at = " ; ".join(row["where"] for row in load_claims() if row["paper"] == paper)
        assert [w for w in wanted if w not in said_at] == [], paper


def test_the_counts_add_up(entries):
    rows = counts(entries).rows
    assert all(r["rows"] == sum(r[v] for v in VERDICTS) for r in rows) and rows[-1]["rows"] == len(entries) == sum(r["rows"] for r in rows[:-1])
    both = [counts([e for e in entries if is_sum(e) == k]).rows[-1]["rows"] for k in (False, True)]
    assert sum(both) == len(entries)
    assert all(len(ledger_table(entries, p).rows) == r["rows"] for p, r in zip(PAPERS, rows))


def test_the_printed_ledger_is_that_of_the_chapters(entries, books):
    "Fails when chapters have changed since: run `jupyter nbconvert --to notebook --execute --inplace nbs/90_ledger.ipynb`."
    tables = [o.rows for o in books.outputs("90_ledger") if o.columns[:2] == ("where", "claim")]
    now = [parse_tables(ledger_table(entries, p)._repr_markdown_())[0][1] for p in PAPERS]
    changed = [f"{p}: {a['where']}, {a['claim']}: {b['verdict']}, now {a['verdict']}" for p, new, old in zip(PAPERS, now, tables) for a, b in zip(new, old) if a != b]
    assert len(tables) == len(PAPERS) and [len(t) for t in tables] == [len(t) for t in now] and changed == []


def test_a_renamed_row_is_noticed(tmp_path, books):
    for name, old, new in (("18_theoremllama_tables", "w/o curriculum |", "without curriculum |"), ("47_s3_study", "| GoldGen |", "| Goldgen |")):
        (tmp_path / f"{name}.ipynb").write_text((ROOT / "nbs" / f"{name}.ipynb").read_text().replace(old, new))
    mine = [row for row in load_claims() if row["ours"] and row["ours"]["chapter"] in ("18_theoremllama_tables", "47_s3_study")]
    wrong = {e.row["id"] for e in read_ledger(Notebooks(tmp_path), mine) if e.error}
    assert {"tl-2-curr", "tl-2-order", "s3-2-over-goldgen"} <= wrong and not {"tl-2-nl", "s3-2-over-gold"} & wrong


def test_the_command(tmp_path, capsys):
    told = command_ledger("MA-LoT", DISAGREE, str(ROOT / "nbs"))
    out = capsys.readouterr().out
    assert {r["verdict"] for r in told["rows"]} == {DISAGREE} and "59.22" in out and "nbs/25_malot_paper.ipynb" in out
    assert json.loads(json.dumps(told))["counts"][-1]["rows"] == len(told["rows"])
    for wrong in (dict(paper="x"), dict(verdict="maybe"), dict(notebooks=str(tmp_path))):
        with pytest.raises(InputError):
            command_ledger(**wrong)


# ---- figures and sums

def test_sections_point_at_tables_and_rows(books, entries):
    every = sections()
    assert len({s.name for s in every}) == len(every) and {s.paper for s in every} == set(PAPERS)
    for s in every:
        assert verdict_line(entries, s), s.name
        if s.ours:
            words = "\n".join(sources(s.ours["chapter"], "markdown"))
            assert re.search(rf"^#+ {re.escape(s.ours['heading'])}\s*$", words, re.M), s.name
    ready = {s.name for s in every if our_rows(books, s) or our_picture(books, s)}
    assert {"theoremllama-1", "theoremllama-2", "theoremllama-3", "theoremllama-4", "theoremllama-fig2", "fans-minif2f", "s3-2", "s3-3", "s3-8", "s3-9", "s3-fig3", "srpredictao-dof"} <= ready


def test_a_pair_as_numbers_and_as_a_picture(books):
    s = next(s for s in sections() if s.name == "theoremllama-2")
    rows = frame(s, books)
    assert [r["side"] for r in rows].count("paper") == 6 and dict((r["name"], r["value"]) for r in rows)["w/o curriculum"] == 0.957
    figure = draw(s, books)
    assert [len(ax.patches) for ax in figure.axes] == [6, 5]


def test_a_pair_without_an_answer_says_so(tmp_path):
    notebook(tmp_path, "00_x", (None, "{'a': 1}"))
    empty = Notebooks(tmp_path)
    for s in sections():
        assert [r["name"] for r in frame(s, empty) if r["side"] == "here"] == ["not run yet" if s.ours else s.ours_title]
    s = next(s for s in sections() if s.name == "malot-1")
    assert any("not run yet: chapter 24" in t.get_text() for t in draw(s, empty).axes[1].texts)


@given(st.floats(6.5, 9.5), st.floats(0.05, 1), st.floats(0.5, 0.999))
@settings(max_examples=60, deadline=None)
def test_level_of_finds_the_level(mean, error, level):
    from statistics import NormalDist

    half = NormalDist().inv_cdf(0.5 + level / 2) * error
    assert level_of(mean, mean - half, mean + half, (mean - 6) / error) == pytest.approx(level, abs=1e-6)


def test_sums_are_used(entries):
    used = {e.row["ours"]["match"]["what"] for e in entries if e.row["ours"] and e.row["ours"]["chapter"] == "90b_sums"}
    assert used == {r["what"] for r in further_sums().rows}
    for e in entries:
        if e.row["ours"] and e.row["ours"]["chapter"] == "90b_sums":
            assert next(r["printed"] for r in further_sums().rows if r["what"] == e.row["ours"]["match"]["what"]) == e.row["number"]


def test_the_data_file_is_plain():
    rows = read_jsonl(ROOT / "fanslib" / "data" / "ledger.jsonl")
    assert len(rows) == len(load_claims()) > 250
