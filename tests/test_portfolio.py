"""The portfolio prover: reading of statements, calculation, the promise of every family, and the file-to-file command."""

import json
import random

import pytest

from fanslib import portfolio as pf, portfolio_algebra, portfolio_steps, terms
from fanslib.core import InputError, read_jsonl, write_jsonl
from fanslib.lean import Judge, Verdict

EASY = {
    "remainders": ["(a : Int) : a ^ 2 % 4 = 0 ∨ a ^ 2 % 4 = 1", ": 5 ^ 999999 % 7 = 6", "(n : Nat) (h : 3 ∣ 2 ^ n - 1) : 2 ∣ n",
                   "(x y : Int) : x ^ 2 ≠ 3 * y ^ 2 + 2", "(n : Nat) (h : n % 2 = 1) : n * n % 8 = 1"],
    "bounded search": ["(x y : Int) (h : 0 < y) (g : y < x) (e : x + y + x * y = 44) : x + y = 12 ∨ x = 14 ∨ x = 8 ∨ x = 22",
                       "(b : Nat) (h : 2 * b ^ 2 + b = 36) : b = 4", "(n : Nat) (h : 2 ^ n < 100) : n ≤ 6"],
    "factors": ["(x y : Nat) (h : x * y = 143) (g : 1 < x) (k : x < y) : x = 11"],
    "identities": ["(a b : Int) : a - b ∣ a ^ 3 - b ^ 3"],
    "integer roots": ["(n : Int) (h : (n - 1) * n * (n + 1) = 24) : n = 3"],
    "gcd": ["(n : Nat) : Nat.gcd (21 * n + 4) (14 * n + 3) = 1"],
    "products": ["(a b : Int) : 2 * a * b ≤ a ^ 2 + b ^ 2"],
    "induction": ["(n : Nat) (u : Nat → Nat) (h₀ : u 0 = 0) (h : ∀ n, u (n + 1) = 2 * u n + 1) : u n = 2 ^ n - 1"],
    "recurrences": ["(f : Nat → Nat) (a : f 0 = 0) (b : f 1 = 1) (h : ∀ n, f (n + 2) = f (n + 1) + f n) : f 15 = 610"],
    "closed forms": ["(u : Nat → Nat) (n : Nat) (a : u 0 = 15) (h : ∀ n, u (n + 1) = u n + 7) (e : u n = 85) : n = 10"],
    "witnesses": [": ∃ a b : Nat, a ^ 2 + b ^ 2 = 58 ∧ a < b"],
}

FALSE = ["(a : Int) : a ^ 2 % 4 = 0 ∨ a ^ 2 % 4 = 3", ": 5 ^ 999999 % 7 = 5", "(n : Nat) (h : 5 ∣ 3 ^ n - 1) : 8 ∣ n",
         "(x y : Nat) (h : x * y = 143) (g : 1 < x) (k : x < y) : x = 13", "(a b : Int) : a - b ∣ a ^ 3 + b ^ 3",
         "(f : Nat → Nat) (a : f 0 = 0) (b : f 1 = 1) (h : ∀ n, f (n + 2) = f (n + 1) + f n) : f 15 = 611",
         "(n : Nat) : Nat.gcd (2 * n + 4) (4 * n + 2) = 1", ": ∃ a : Nat, a ^ 2 = 58"]


@pytest.fixture(scope="module")
def judge():
    with Judge(workers=2) as j: yield j


@pytest.fixture(scope="module")
def prover(judge): return pf.PortfolioProver(judge, budget=60)


def family_proves(judge, kind, text):
    theorem = pf.as_theorem("theorem T " + text)
    return any(judge.verify(theorem, a.proof, timeout=40).ok for a in pf.attempts(theorem.statement) if a.kind in (kind, "evaluation"))


@pytest.mark.parametrize("kind", EASY)
def test_each_family_proves_its_own_kind(judge, kind):
    assert all(family_proves(judge, kind, text) for text in EASY[kind])


def test_false_statements_stay_unproved(judge):
    found = pf.PortfolioProver(judge, attempt_timeout=4, budget=6).prove_many(["theorem T " + text for text in FALSE])
    assert [r.status for r in found] == ["unproved"] * len(FALSE)


def test_no_attempt_depends_on_the_name():
    for texts in EASY.values():
        for text in texts:
            assert pf.attempts("theorem T " + text) == pf.attempts("theorem imo_1999_p9 " + text)


def test_attempts_are_sorted_and_distinct():
    for texts in EASY.values():
        for text in texts:
            found = pf.attempts("theorem T " + text)
            assert [a.cost for a in found] == sorted(a.cost for a in found)
            assert len({a.proof for a in found}) == len(found)


def test_numbers_follow_the_statement():
    proofs = {m: portfolio_steps.remainders(terms.shape(f"theorem T (n : Nat) : n ^ 2 % {m} = 0"))[0].proof for m in (5, 7)}
    assert "% 5 = 4" in proofs[5] and "% 7 = 6" in proofs[7] and "% 7" not in proofs[5]


@pytest.mark.parametrize("text", ["", "theorem", "theorem T", "theorem T : ", "theorem T (x : Real) : ∑ i in s, f i = § 3", "lemma x (", "def f := 3",
                                  "theorem T : " + "(" * 3000, "theorem T : " + "¬ " * 3000 + "False", "theorem T (h : ) : 1 = 1", "∀ ∃ ⟨⟩"])
def test_unreadable_statements_get_the_general_attempts(text):
    found = pf.attempts(text)
    assert {"omega", "grind", "simp"} <= {a.proof for a in found}


def random_term(rng, depth, names):
    if depth == 0: return rng.choice([*names, str(rng.randint(0, 9))])
    left, right = random_term(rng, depth - 1, names), random_term(rng, depth - 1, names)
    op = rng.choice(["+", "-", "*", "/", "%", "^"])
    return f"({left} ^ {rng.randint(0, 3)})" if op == "^" else f"({left} {op} {right})"


def test_show_and_parse_are_inverse():
    rng = random.Random(1)
    for _ in range(300):
        term = terms.parse_term(random_term(rng, 3, ["x", "y"]))
        assert terms.parse_term(terms.show(term)) == term


def test_evaluator_agrees_with_lean(judge):
    rng, claims = random.Random(2), []
    while len(claims) < 40:
        kind = rng.choice(["Nat", "Int"])
        text = random_term(rng, 2, [f"({rng.randint(-9, 9)} : Int)"] if kind == "Int" else [str(rng.randint(0, 9))])
        try: value = terms.evaluate(terms.parse_term(text), {}, {})
        except terms.Unknown: continue
        claims.append(f"{text} = {value}" if "Int" not in text else f"{text} = ({value} : Int)")
    statement = " ∧ ".join(claims)
    assert judge.verify(pf.as_theorem(f"theorem T : {statement}"), "decide +kernel", timeout=60).ok


def test_polynomials_agree_with_the_evaluator():
    rng, types = random.Random(3), {"x": "Int", "y": "Int"}
    for _ in range(200):
        term = terms.parse_term(random_term(rng, 3, ["x", "y"]).replace("/", "+").replace("%", "-"))
        env = {"x": rng.randint(-5, 5), "y": rng.randint(-5, 5)}
        p = terms.poly(term, types, "Int")
        assert sum(c * env["x"] ** dict(m).get("x", 0) * env["y"] ** dict(m).get("y", 0) for m, c in p.items()) == terms.evaluate(term, env, types, "Int")


def test_counterexamples_are_real():
    for text in EASY["bounded search"] + EASY["products"] + EASY["integer roots"]: assert terms.counterexample(terms.shape("theorem T " + text)) is None
    assert terms.counterexample(terms.shape("theorem T (a b : Nat) (h : a < b) : a + 2 ≤ b")) == {"a": 0, "b": 1}


def test_bounds_hold_for_every_solution():
    rng = random.Random(4)
    for _ in range(20):
        a, b, c = rng.randint(1, 4), rng.randint(1, 4), rng.randint(20, 90)
        o = terms.open_up(terms.shape(f"theorem T (x y : Nat) (h : {a} * x * y + {b} * x ^ 2 + y = {c}) : x = 0"))
        box = portfolio_steps.intervals(o)
        solutions = [(x, y) for x in range(100) for y in range(100) if a * x * y + b * x * x + y == c]
        for i, name in enumerate("xy"):
            if name in box: assert all(box[name][0] <= s[i] <= box[name][2] for s in solutions)


def test_linear_solver():
    columns = [{"a": 1, "b": 2}, {"a": 1, "b": -1}]
    assert portfolio_algebra.solve(columns, {"a": 3, "b": 3}) == [2, 1]
    assert portfolio_algebra.solve(columns, {"a": 1, "c": 1}) is None


class Scripted:
    "A judge that accepts one proof, to look at the prover's bookkeeping."
    class pool: size = 2

    def __init__(self, good): self.good, self.limits = good, []

    def verify(self, theorem, proof, timeout=None):
        self.limits.append(timeout)
        return Verdict("accept" if proof == self.good else "reject", "", seconds=0.0)


def test_prover_stops_at_the_first_accept_and_keeps_the_clock():
    judge = Scripted("simp_all")
    record = pf.PortfolioProver(judge, attempt_timeout=3, budget=10).prove("theorem T (n : Nat) : n = n + 0")
    assert (record.status, record.proof, record.id) == ("proved", "simp_all", "T")
    assert record.attempts == len(record.tried) == len(judge.limits) and record.tried[-1][:2] == ("one tactic", "accept")
    assert max(judge.limits) <= 10
    assert pf.PortfolioProver(Scripted("none"), budget=10).prove("theorem T (n : Nat) : n = n + 0", n=3).attempts == 3
    assert pf.PortfolioProver(Scripted("simp_all"), budget=0).prove("theorem T : 1 = 1").status == "unproved"


def test_statement_errors_carry_leans_words(prover):
    record = prover.prove("theorem T (n : Natt) : n = n")
    assert record.status == "error" and "Natt" in record.message and record.attempts == 1
    assert prover.prove("this is no theorem").status == "error"


def test_a_false_goal_under_contradictory_hypotheses_is_still_searched(prover):
    assert prover.prove("theorem T (x y : Int) (h : x ^ 2 = 3 * y ^ 2 + 2) : False").ok
    record = prover.prove("theorem T : 2 ^ 10 = 1000")
    assert record.status == "unproved" and record.attempts <= 3


def test_run_prove_reads_writes_and_resumes(tmp_path, prover):
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    rows = [{"id": "a", "statement": "theorem a : 2 + 2 = 4 := by"}, {"id": 7, "statement": "theorem b : 2 + 2 = 5"}, {"id": "c", "statement": "lemma c : 1 < 2", "informal": "?"}, {"id": 0, "statement": "theorem d : 1 = 1"}]
    write_jsonl(source, rows)
    report = pf.run_prove(source, out, prover)
    assert (report["rows"], report["proved"], report["unproved"], report["error"]) == (4, 3, 1, 0)
    done = read_jsonl(out)
    assert [r["id"] for r in done] == ["a", 7, "c", 0] and all({"id", "status", "proof", "attempts", "seconds"} <= set(r) for r in done)
    out.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in done[:1]) + '{"id": 7, "sta')
    assert pf.run_prove(source, out, pf.PortfolioProver(Scripted("none"), budget=5)) | {"seconds": 0} == \
        {"rows": 4, "proved": 1, "unproved": 3, "error": 0, "seconds": 0}
    assert read_jsonl(out)[0] == done[0]
    write_jsonl(source, [{"id": "a", "statement": "theorem a : 2 + 2 = 5"}])
    assert pf.run_prove(source, out, prover)["unproved"] == 1


@pytest.mark.parametrize("line, place", [('{"id": 1}', ":2"), ('{"id": 1, "statement": 3}', ":2"), ('{"id": "a", "statement": "theorem x : 1 = 1"}', ":2"),
                                         ('{"id": null, "statement": "theorem x : 1 = 1"}', ":2"), ("[1]", ":2"), ("{", ":2"), ('{"id": 1, "statement": " "}', ":2")])
def test_bad_rows_are_named_with_file_and_line(tmp_path, line, place):
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": "a", "statement": "theorem a : 1 = 1"}\n' + line + "\n")
    with pytest.raises(InputError, match=f"in.jsonl{place}"): pf.run_prove(source, tmp_path / "out.jsonl", pf.PortfolioProver(Scripted("rfl")))
    assert not (tmp_path / "out.jsonl").exists()
