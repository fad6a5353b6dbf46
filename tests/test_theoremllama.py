"The corpus: records and files, the three sources, and what joins them."
import json, os, re, sys
from collections import Counter
from dataclasses import replace

import pytest

from fanslib.core import EngineError, InputError
from fanslib.lean import Theorem, tokens
from fanslib.theoremllama import (OBT_COLUMNS, AlignedTheorem, DojoExtractor, LibraryExtractor, MinimathExtractor, accepted, extract,
                                  git_commit, library_statement, read_corpus, skip_reason, split_informal, statement_key, traced_theorems,
                                  write_corpus)

ONE = AlignedTheorem(3, "t", "theorem t (n : Nat) : n + 0 = n", "by\n  rfl", "Nothing added.", "Clear.", "by\n  -- clear\n  rfl", "a/b.lean", "c0ffee")


def test_any_record_survives_the_columns_of_obt():
    hypothesis = pytest.importorskip("hypothesis")
    st = hypothesis.strategies
    words = st.text(max_size=40).map(str.strip)
    unmarked = words.filter(lambda s: not re.search(r"^(\*\*Proof|Proof\.)", s, re.M))

    @hypothesis.settings(max_examples=150, deadline=None)
    @hypothesis.given(st.builds(AlignedTheorem, st.integers(0, 2**31 - 1), words.filter(bool), words.filter(bool), words, unmarked, words, words, words, words))
    def check(theorem):
        row = theorem.to_obt()
        assert tuple(row) == OBT_COLUMNS and AlignedTheorem.from_obt(json.loads(json.dumps(row))) == theorem

    check()


@pytest.mark.parametrize("text, parts", [
    ("S.\nProof. P", ("S.", "P")), ("S.\n**Proof:** P\nProof. Q", ("S.", "P\nProof. Q")), ("S.\n**Proof** P", ("S.", "P")), ("S. Proof. P", ("S. Proof. P", "")),
    ("Proof. P", ("", "P")), ("", ("", ""))])
def test_informal_text_is_split_at_the_first_mark(text, parts):
    assert split_informal(text) == parts


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz", "parquet"])
def test_files_give_back_what_was_written(tmp_path, suffix):
    if suffix == "parquet":
        pytest.importorskip("pyarrow")
    theorems = [replace(ONE, idx=n, name=f"t{n}", informal_statement="«λ»" + " x" * (n % 40)) for n in range(1500)]
    path = write_corpus(tmp_path / f"c.{suffix}", theorems)
    assert read_corpus(path) == theorems
    if suffix == "parquet":
        import pyarrow.parquet as pq

        assert pq.read_schema(path).names == list(OBT_COLUMNS) and str(pq.read_schema(path).field("idx").type) == "int32"


@pytest.mark.parametrize("change, said", [({"Statement": None}, "Statement"), ({"Statement": ""}, "Statement"), ({"Proof": ["rfl"]}, "Proof"), ({"idx": "0"}, "idx"),
                                          ({"idx": True}, "idx"), ({"Commit": 1}, "Commit"), ({"Name": 1.5}, "Name")])
def test_a_bad_row_names_file_and_line(tmp_path, change, said):
    path = tmp_path / "c.jsonl"
    path.write_text(json.dumps(ONE.to_obt()) + "\n\n" + json.dumps({**ONE.to_obt(), **change}) + "\n")
    with pytest.raises(InputError, match=rf"c\.jsonl:3: .*{said}"):
        read_corpus(path)


def test_bad_parquet_is_an_input_error(tmp_path):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    def written(name, rows):
        pq.write_table(pa.Table.from_pylist(rows), tmp_path / name)
        return tmp_path / name

    with pytest.raises(InputError, match="row 2: a theorem needs Statement"):
        read_corpus(written("null.parquet", [ONE.to_obt(), {**ONE.to_obt(), "Statement": None}]))
    with pytest.raises(InputError, match="row 1: Statement of the wrong type"):
        read_corpus(written("type.parquet", [{**ONE.to_obt(), "Statement": 5}]))
    with pytest.raises(InputError, match="row 1: a theorem needs Statement"):
        read_corpus(written("column.parquet", [{k: v for k, v in ONE.to_obt().items() if k != "Statement"}]))
    whole = write_corpus(tmp_path / "whole.parquet", [ONE] * 50).read_bytes()
    for n, data in enumerate([whole[: len(whole) // 2], whole[:-1], b"", b"PAR1", b"{}\n" * 50, b"PAR1" + b"\0" * 60 + b"PAR1", whole[:8] + b"\xff" * 40 + whole[48:]]):
        (tmp_path / f"{n}.parquet").write_bytes(data)
        with pytest.raises(InputError, match=rf"{n}\.parquet"):
            read_corpus(tmp_path / f"{n}.parquet")
    with pytest.raises(InputError, match="no such file"):
        read_corpus(tmp_path / "none.parquet")


def test_without_pyarrow_the_user_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "c.parquet").write_bytes(b"")
    for act in (lambda: read_corpus(tmp_path / "c.parquet"), lambda: write_corpus(tmp_path / "d.parquet", [ONE])):
        with pytest.raises(EngineError, match=r"pip install 'fanslib\[parquet\]'"):
            act()


# ---- joining -------------------------------------------------------------------------------------------------------


class Some:
    def __init__(self, name, theorems, rejected=()):
        self.name, self.some, self.rejected = name, theorems, Counter(rejected)

    def provenance(self):
        return {"file": self.name}

    def theorems(self):
        return iter(self.some)


def numbered(numbers):
    return [replace(ONE, name=f"t{n}", statement=f"theorem t{n} : {n} = {n}", proof="rfl") for n in numbers]


def test_statements_are_compared_without_name_comments_and_layout():
    same = ["theorem a (n : Nat) : n = n", "theorem  b.c'\n  (n : Nat) /- so -/ : n=n -- yes", "lemma «d e».{u} (n:Nat):n = n"]
    assert len(set(map(statement_key, same))) == 1
    assert statement_key("theorem a (m : Nat) : m = m") != statement_key(same[0]) != statement_key("theorem a (n : Int) : n = n")


def test_a_stopped_run_goes_on_as_if_it_had_not_stopped(tmp_path):
    sources = lambda: [Some("a", numbered([*range(50), 0, 1])), Some("b", [replace(t, name="other") for t in numbered(range(45, 60))], ["long"])]
    report = extract(sources(), tmp_path / "whole.jsonl")
    assert [(s["seen"], s["kept"], s["duplicates"], s["rejected"]) for s in report["sources"].values()] == [(52, 50, 2, {}), (16, 10, 5, {"long": 1})]
    whole = (tmp_path / "whole.jsonl").read_bytes()
    (tmp_path / "torn.jsonl").write_bytes(whole[: len(whole) * 2 // 3])
    resumed = extract(sources(), tmp_path / "torn.jsonl")
    assert (tmp_path / "torn.jsonl").read_bytes() == whole and resumed == {**report, "file": "torn.jsonl"}
    assert [t.idx for t in read_corpus(tmp_path / "torn.jsonl")] == list(range(60)) == list(range(resumed["rows"]))
    saved = json.loads((tmp_path / "torn.provenance.json").read_text())
    assert saved == resumed and saved["sources"]["b"]["provenance"] == {"file": "b"}
    with pytest.raises(InputError, match="write_corpus"):
        extract(sources(), tmp_path / "c.parquet")


def test_what_lean_does_not_accept_is_counted_by_reason(tmp_path, judge):
    good = numbered(range(3))
    bad = [replace(good[0], statement="theorem t : 5 = 6"), replace(good[0], statement="theorem t : 7 = 7", proof="by sorry"),
           replace(good[0], statement="theorem t : π = 3"), replace(good[0], statement="def t : Nat")]
    kept, reasons = accepted([*good, *bad], judge)
    assert kept == good and reasons == Counter({"reject: lean": 1, "reject: unfinished": 1, "refused: statement": 1, "refused: not a statement": 1})
    report = extract([Some("a", [*bad, *good, good[1]])], tmp_path / "c.jsonl", judge)["sources"]["a"]
    assert (report["seen"], report["kept"], report["duplicates"], report["rejected"]) == (8, 3, 1, dict(reasons))
    late = replace(bad[1], proof="rfl")
    assert extract([Some("a", [bad[1], late])], tmp_path / "d.jsonl", judge)["sources"]["a"]["kept"] == 1


def test_minimath_is_its_training_split():
    from fanslib import minimath

    theorems, items = list(MinimathExtractor().theorems()), minimath.load("train")
    assert [t.informal_statement for t in theorems] == [i.question for i in items] and [t.difficulty for t in theorems] == [i.difficulty for i in items]
    assert all(Theorem.parse(t.statement).name == t.name for t in theorems) and MinimathExtractor().provenance()["split"] == "train"


# ---- the library ---------------------------------------------------------------------------------------------------


def test_universe_levels_become_parameters():
    assert library_statement("A.«b c».d'", "∀ {α : Type (max u v_1)} {β : Sort w'}, P α β").startswith("theorem lib_A_b_c_d'.{u, v_1, w'} : ")
    assert library_statement("A.b", "∀ (Typed : Type), True") == "theorem lib_A_b : ∀ (Typed : Type), True"
    assert [skip_reason(n, "True") for n in ("A.match_1.congr_eq_2", "A._proof_3", "A.mk.injEq", "Std.Internal.x", "A.injective")] == [
        "auxiliary name", "auxiliary name", "auxiliary name", "internal name", None]


def test_library_theorems_are_accepted_and_remembered(tmp_path, judge, monkeypatch):
    source = lambda **kw: LibraryExtractor(judge, limit=10, prefix="Nat.gcd_", log=tmp_path / "log.jsonl", **kw)
    plain, proved = list(source().theorems()), list(source(prove=True, tactics=("rfl", "simp", "omega")).theorems())
    assert [t.name for t in plain] == [t.name for t in proved] and len(plain) == 10 and all(t.name.startswith("lib_Nat_gcd_") for t in plain)
    assert all(t.proof.startswith("by exact @Nat.gcd_") for t in plain) and any(t.proof == "by simp" for t in proved)
    assert accepted([*plain, *proved], judge) == ([*plain, *proved], Counter())
    monkeypatch.setattr(judge, "verify", lambda *a, **k: pytest.fail("this was decided before"))
    assert list(source().theorems()) == plain


def test_a_type_that_reads_back_as_another_is_rejected(tmp_path, judge):
    source = LibraryExtractor(judge, prefix="UInt16.zero_ne_one", log=tmp_path / "log.jsonl")
    assert list(source.theorems()) == [] and source.rejected["another type"] == 1


# ---- LeanDojo ------------------------------------------------------------------------------------------------------

BASIC = """import Init
open Nat

namespace Demo.Δ
section
/-- Zero is neutral:  α + 0
is α. -/
@[simp] theorem add_zero' (α : Nat) : α + 0 = α := rfl
end
theorem swap (p : Nat × Nat) : p.swap.swap = p := by
  cases p -- «both»
  rfl

def two := 2
theorem by_cases_on : ∀ n : Nat, n = n
  | 0 => rfl
  | _ + 1 => rfl
end Demo.Δ
open Nat in
theorem _root_.last : 1 + 1 = 2 := by decide
"""
OTHER = "lemma nested (h : 1 = 2) : (fun x : Nat => x) 1 = 2 := by\n  have := h\n  exact this\n"
EXPECTED = [("Demo.Δ.add_zero'", "theorem Demo.Δ.add_zero' (α : Nat) : α + 0 = α", "rfl"),
            ("Demo.Δ.swap", "theorem Demo.Δ.swap (p : Nat × Nat) : p.swap.swap = p", "by\n  cases p -- «both»\n  rfl"),
            ("last", "theorem last : 1 + 1 = 2", "by decide"),
            ("nested", "theorem nested (h : 1 = 2) : (fun x : Nat => x) 1 = 2", "by\n  have := h\n  exact this")]


def node(kind, *args):
    return {"node": {"info": "none", "kind": kind, "args": list(args)}}


def leaves(source, start, end):
    "The leaves of a piece of source as Lean's syntax tree has them; places are bytes."
    for token in tokens(source[start:end]):
        if token.kind == "comment" and not token.text.startswith("/--"):
            continue
        at = len(source[: start + token.start].encode())
        info = {"original": {"leading": "", "pos": at, "trailing": " ", "endPos": at + len(token.text.encode())}}
        named = token.kind == "name" and token.text not in ("namespace", "section", "end", "theorem", "open", "in")
        yield {"ident": {"info": info, "rawVal": token.text, "val": token.text, "preresolved": []}} if named else {"atom": {"info": info, "val": token.text}}


def tree(source):
    "A hand-made syntax tree: one command for each piece that starts in column 0."
    heads = [m.start() for m in re.finditer(r"^(import|open|namespace|section|end|/--|@\[simp\]|theorem|lemma|def)", source, re.M)]
    commands, spans = [], [*zip(heads, [*heads[1:], len(source)])]
    while spans:
        start, end = spans.pop(0)
        word = source[start:end].split()[0]
        if word == "/--":
            end = spans.pop(0)[1]
        inside = [*leaves(source, start, end), "missing", {"atom": {"info": {"synthetic": {"pos": 0, "endPos": 10**6, "canonical": False}}, "val": ""}}]
        if word in ("/--", "theorem"):
            command = node("Lean.Parser.Command.declaration", node("Lean.Parser.Command.declModifiers"), node("Lean.Parser.Command.theorem", *inside))
        elif word == "open" and " in\n" in source[start:end]:
            rest = spans.pop(0)
            declaration = node("Lean.Parser.Command.declaration", node("Lean.Parser.Command.declModifiers"), node("Lean.Parser.Command.theorem", *leaves(source, *rest)))
            command = node("Lean.Parser.Command.in", node("Lean.Parser.Command.open", *inside), {"atom": {"info": "none", "val": "in"}}, declaration)
        else:
            command = node({"import": "Lean.Parser.Module.header", "lemma": "lemma"}.get(word, f"Lean.Parser.Command.{word}"), *inside)
        commands.append(command)
    return {"commandASTs": commands, "tactics": [], "premises": []}


@pytest.fixture
def repository(tmp_path):
    root = tmp_path / "repo"
    (root / "Sub").mkdir(parents=True)
    (root / ".git/refs/heads").mkdir(parents=True)
    (root / ".git/HEAD").write_text("ref: refs/heads/main\n")
    (root / ".git/refs/heads/main").write_text("ab" * 20 + "\n")
    (root / "Basic.lean").write_text(BASIC)
    (root / "Sub/Other.lean").write_bytes(OTHER.replace("\n", "\r\n").encode())
    return root


def add_trees(root):
    for name, source in (("Basic", BASIC), ("Sub/Other", OTHER)):
        file = root / f".lake/build/ir/{name}.ast.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(tree(source)))
        file.with_name(file.name.replace("ast.json", "dep_paths")).write_text("")
    return root


def export_row(file, source, first, last, name):
    "A row of LeanDojo's benchmark; `first` and `last` are texts at which the theorem begins and ends."
    start, end = source.index(first), source.index(last) + len(last)
    place = lambda at: [source.count("\n", 0, at) + 1, at - (source.rfind("\n", 0, at) + 1) + 1]
    return dict(url="u", commit="c", file_path=file, full_name=name, start=place(start), end=place(end), traced_tactics=[])


def test_syntax_trees_give_statements_and_proofs(repository, judge):
    rejected = Counter()
    theorems = list(traced_theorems(add_trees(repository), rejected))
    assert [(t.name, t.statement, t.proof) for t in theorems] == EXPECTED and rejected == {"no := before the proof": 1}
    assert theorems[0].informal_statement == "Zero is neutral: α + 0 is α." and theorems[-1].file_path == "Sub/Other.lean"
    assert {t.commit for t in theorems} == {"ab" * 20} and [t.idx for t in theorems] == [0, 1, 2, 3]
    assert accepted(theorems, judge) == (theorems, Counter())


def test_an_export_gives_the_same(repository):
    add_trees(repository)
    rows = [export_row("Basic.lean", BASIC, "@[simp]", ":= rfl", "Demo.Δ.add_zero'"), export_row("Basic.lean", BASIC, "theorem swap", "«both»\n  rfl", "Demo.Δ.swap"),
            export_row("Basic.lean", BASIC, "theorem _root_.last", "decide", "last"), export_row("Sub/Other.lean", OTHER, "lemma", "exact this", "nested"),
            {**export_row("Basic.lean", BASIC, "theorem swap", "rfl", "x"), "file_path": "Gone.lean"},
            {**export_row("Basic.lean", BASIC, "theorem swap", "rfl", "x"), "file_path": "../../etc/passwd"}, export_row("Basic.lean", BASIC, "def two", "2", "two")]
    (repository / "train.json").write_text(json.dumps(rows))
    source = DojoExtractor(repository)
    assert [(t.name, t.statement, t.proof) for t in source.theorems()] == EXPECTED
    assert source.rejected == {"no source file": 2, "not a theorem": 1} and source.provenance()["commit"] == "ab" * 20


@pytest.mark.parametrize("text", ["[{}]", "[3]", "{}", "[", '[{"file_path": "Basic.lean", "full_name": "x", "start": [0, 1], "end": [1, 1]}]', "[" * 5000])
def test_an_export_that_is_none_is_named(repository, text):
    (repository / "train.json").write_text(text)
    with pytest.raises(InputError, match=r"train\.json"):
        list(traced_theorems(repository))


@pytest.mark.parametrize("text", ["{}", '{"commandASTs": [{"node": {}}]}', '{"commandASTs": 3}', "[" * 5000, "\x00"])
def test_a_tree_that_is_none_is_named(repository, text):
    add_trees(repository)
    (repository / ".lake/build/ir/Basic.ast.json").write_text(text)
    with pytest.raises(InputError, match=r"Basic\.ast\.json"):
        list(traced_theorems(repository))


FAKE = """
import os
seen = [dict(os.environ)]
class LeanGitRepo:
    def __init__(self, url, commit): self.url, self.commit = url, commit
def trace(repo, dst_dir=None, build_deps=True):
    seen.append(dict(os.environ))
    if repo.commit.startswith("f"): raise RuntimeError("no lake")
    class Traced: root_dir = TRACED
    seen.append((repo.url, repo.commit, build_deps))
    return Traced
"""


@pytest.fixture
def no_network(monkeypatch):
    import socket

    refuse = lambda *a, **k: pytest.fail("nothing here may use the network")
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_a_repository_without_a_trace_goes_to_lean_dojo(repository, tmp_path, monkeypatch, no_network):
    (tmp_path / "traced").mkdir()
    for name in ("Basic.lean", "Sub"):
        os.symlink(repository / name, tmp_path / "traced" / name)
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules/lean_dojo.py").write_text(FAKE.replace("TRACED", repr(str(add_trees(tmp_path / "traced")))))
    monkeypatch.syspath_prepend(tmp_path / "modules")
    monkeypatch.setenv("GITHUB_ACCESS_TOKEN", "secret")
    monkeypatch.delenv("DISABLE_REMOTE_CACHE", raising=False)
    try:
        source = DojoExtractor(repository)
        assert "lean_dojo" not in sys.modules
        assert [t.name for t in source.theorems()] == [name for name, *_ in EXPECTED]
        at_import, at_trace, called = sys.modules["lean_dojo"].seen
        assert called == (str(repository), "ab" * 20, False)
        for environment in (at_import, at_trace):
            assert "GITHUB_ACCESS_TOKEN" not in environment and environment["DISABLE_REMOTE_CACHE"] == "1"
        (repository / ".git/HEAD").write_text("f" * 40)
        with pytest.raises(EngineError, match="RuntimeError.*no lake"):
            list(DojoExtractor(repository).theorems())
        assert os.environ["GITHUB_ACCESS_TOKEN"] == "secret" and "DISABLE_REMOTE_CACHE" not in os.environ
    finally:
        sys.modules.pop("lean_dojo", None)


def test_what_is_missing_for_tracing_is_said(repository, tmp_path, monkeypatch, no_network):
    monkeypatch.setitem(sys.modules, "lean_dojo", None)
    with pytest.raises(EngineError, match=r"install .fanslib\[dojo\].*elan"):
        list(DojoExtractor(repository).theorems())
    with pytest.raises(InputError, match="local clone"):
        DojoExtractor("https://github.com/leanprover-community/mathlib4")
    (tmp_path / "bare").mkdir()
    with pytest.raises(InputError, match="no git repository"):
        list(DojoExtractor(tmp_path / "bare").theorems())


def test_the_commit_is_read_from_git_itself(repository, tmp_path):
    (repository / ".git/refs/heads/main").unlink()
    (repository / ".git/packed-refs").write_text("# pack-refs\n" + "cd" * 20 + " refs/heads/main\n")
    (tmp_path / "worktree").mkdir()
    (tmp_path / "worktree/.git").write_text(f"gitdir: {repository / '.git'}\n")
    assert git_commit(repository) == git_commit(tmp_path / "worktree") == "cd" * 20 and git_commit(tmp_path) == ""
