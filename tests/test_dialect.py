"The dialect's definitions against Python, its laws against floating point, its refusals, and false statements that stay unproved."
import itertools, math, random, re
from fractions import Fraction

import pytest

from fanslib import lean_build
from fanslib.core import InputError
from fanslib.dialect import READINGS, Refused, compare_verdicts, defined_words, expressible, pick_dialect, read_statement, same_goal, unlisted
from fanslib.lean import Theorem


def theorem(statement, name="t"):
    return read_statement(f"theorem {name} : {statement}")


def primes(n):
    return [p for p in range(2, n + 1) if all(p % d for d in range(2, p))]


def digits(b, n):
    if b < 2:
        return [1] * n if b else [n] * (n > 0)
    return [] if n == 0 else [n % b, *digits(b, n // b)]


def lean(value):
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(str, value)) + "]"
    if isinstance(value, (set, frozenset)):
        return "{" + ", ".join(map(str, sorted(value))) + "}" if value else "(∅ : Finset ℕ)"
    return f"({value})" if value < 0 else str(value)




def each(claims):
    "A proof of a conjunction by deciding every part."
    return f"refine ⟨{', '.join('?_' for _ in claims)}⟩ <;> decide +kernel"


SMALL = range(13)
FUNCTIONS = {  # Lean term with {}, Python function, arguments
    "Nat.factorial {}": (math.factorial, [(n,) for n in SMALL]),
    "({})!": (math.factorial, [(n,) for n in SMALL]),
    "Nat.doubleFactorial {}": (lambda n: math.prod(range(n, 0, -2)), [(n,) for n in SMALL]),
    "Nat.choose {} {}": (math.comb, itertools.product(range(8), range(9))),
    "Nat.sqrt {}": (math.isqrt, [(n,) for n in range(60)]),
    "Nat.totient {}": (lambda n: sum(math.gcd(n, k) == 1 for k in range(n)), [(n,) for n in range(30)]),
    "Nat.divisors {}": (lambda n: {d for d in range(1, n + 1) if n % d == 0}, [(n,) for n in range(30)]),
    "Nat.properDivisors {}": (lambda n: {d for d in range(1, n) if n % d == 0}, [(n,) for n in range(30)]),
    "Nat.primeFactors {}": (lambda n: {p for p in primes(n) if n % p == 0}, [(n,) for n in range(1, 40)]),
    "Nat.digits {} {}": (digits, [*itertools.product((0, 1, 2, 3, 10, 16), (0, 1, 2, 7, 10, 99, 255)), (10, 90210)]),
    "Nat.ofDigits {} {}": (lambda b, l: sum(d * b**i for i, d in enumerate(l)), [(10, [4, 3, 2, 1]), (2, [1, 0, 1]), (7, [])]),
    "(Nat.digits 10 {}).sum": (lambda n: sum(map(int, str(n))), [(n,) for n in (1, 19, 2023, 987654321)]),
    "Finset.range {}": (lambda n: set(range(n)), [(n,) for n in range(6)]),
    "Finset.Icc {} {}": (lambda a, b: set(range(a, b + 1)), itertools.product(range(5), range(5))),
    "Finset.Ico {} {}": (lambda a, b: set(range(a, b)), itertools.product(range(5), range(5))),
    "Finset.Ioc {} {}": (lambda a, b: set(range(a + 1, b + 1)), itertools.product(range(5), range(5))),
    "Finset.Ioo {} {}": (lambda a, b: set(range(a + 1, b)), itertools.product(range(5), range(5))),
    "(Finset.Icc ({} : ℤ) {}).card": (lambda a, b: len(range(a, b + 1)), itertools.product(range(-3, 4), range(-3, 4))),
    "∑ k ∈ Finset.Icc ({} : ℤ) {}, k ^ 2": (lambda a, b: sum(k * k for k in range(a, b + 1)), itertools.product(range(-4, 3), range(-2, 5))),
    "∑ k in Finset.range {}, (2 * k + 1)": (lambda n: n * n, [(n,) for n in range(9)]),
    "∏ k ∈ Finset.Icc 1 {}, k": (math.factorial, [(n,) for n in range(9)]),
    "∑ k ∈ Finset.range {}, (1 : ℚ) / (k + 1)": (lambda n: sum((Fraction(1, k + 1) for k in range(n)), Fraction(0)), [(n,) for n in range(7)]),
    "(Finset.filter (fun n => {} ∣ n) (Finset.range {})).card": (lambda d, n: len([k for k in range(n) if k % d == 0]), itertools.product((1, 2, 7), (0, 1, 7, 30))),
    "({} : Finset ℕ) ∪ {{2, 3}}": (lambda s: s | {2, 3}, [({1, 2},), ({3},)]),
    "({} : Finset ℕ) \\ {{2, 3}}": (lambda s: s - {2, 3}, [({1, 2},), ({3},)]),
    "Finset.image (fun n => n % 3) (Finset.range {})": (lambda n: {k % 3 for k in range(n)}, [(n,) for n in range(7)]),
    "|({} : ℤ)|": (abs, [(n,) for n in range(-5, 6)]),
    "|({} : ℚ)|": (abs, [(Fraction(n, 3),) for n in range(-5, 6)]),
    "⌊({} : ℚ)⌋": (math.floor, [(Fraction(n, 4),) for n in range(-9, 10)]),
    "⌈({} : ℚ)⌉": (math.ceil, [(Fraction(n, 4),) for n in range(-9, 10)]),
    "⌊({} : ℚ)⌋₊": (lambda x: max(0, math.floor(x)), [(Fraction(n, 4),) for n in range(-9, 10)]),
    "⌈({} : ℚ)⌉₊": (lambda x: max(0, math.ceil(x)), [(Fraction(n, 4),) for n in range(-9, 10)]),
    "Int.fract ({} : ℚ)": (lambda x: x - math.floor(x), [(Fraction(n, 4),) for n in range(-9, 10)]),
    "([{}, {}, 2] : List ℕ).prod": (lambda a, b: a * b * 2, itertools.product(range(4), range(4))),
}
PREDICATES = {
    "Nat.Prime {}": (lambda n: n in primes(120), [(n,) for n in range(120)]),
    "Even ({} : ℤ)": (lambda n: n % 2 == 0, [(n,) for n in range(-6, 7)]),
    "Odd ({} : ℤ)": (lambda n: n % 2 == 1, [(n,) for n in range(-6, 7)]),
    "Even {}": (lambda n: n % 2 == 0, [(n,) for n in SMALL]),
    "Odd {}": (lambda n: n % 2 == 1, [(n,) for n in SMALL]),
    "{} ≡ {} [MOD {}]": (lambda a, b, n: (a - b) % n == 0 if n else a == b, itertools.product(range(6), range(6), range(4))),
    "{} ≡ {} [ZMOD {}]": (lambda a, b, n: (a - b) % n == 0, itertools.product(range(-4, 4), range(-4, 4), (1, 3, 4))),
    "({} : ZMod 7) * {} = 1": (lambda a, b: a * b % 7 == 1, itertools.product(range(7), range(7))),
    "({} : ZMod 10) + {} = 3": (lambda a, b: (a + b) % 10 == 3, itertools.product(range(10), range(4))),
    "{} ∈ Finset.filter Nat.Prime (Finset.Icc 10 20)": (lambda n: n in (11, 13, 17, 19), [(n,) for n in range(8, 22)]),
    "Finset.range {} ⊆ Finset.range {}": (lambda a, b: a <= b, itertools.product(range(4), range(4))),
    "({} : Finset ℕ) ⊂ Finset.range 3": (lambda s: s < {0, 1, 2}, [({0, 1, 2},), ({0},), ({3},)]),
    "Nat.Coprime {} {}": (lambda a, b: math.gcd(a, b) == 1, itertools.product(range(7), range(7))),
}


def arguments(term, values):
    return term.format(*(lean(v) for v in values))


@pytest.mark.parametrize("term", FUNCTIONS)
def test_functions_agree_with_python(judge, term):
    function, cases = FUNCTIONS[term]
    claims = [(arguments(term, values), function(*values)) for values in cases]
    whole = " ∧ ".join(f"{left} = {lean(value)}" for left, value in claims)
    assert judge.verify(theorem(whole), each(claims)).ok, whole
    left, value = random.Random(0).choice(claims)
    wrong = value + 1 if not isinstance(value, (set, list)) else (value ^ {77} if isinstance(value, set) else [*value, 7])
    assert judge.verify(theorem(f"{left} = {lean(wrong)}"), "decide +kernel").status == "reject"


@pytest.mark.parametrize("term", PREDICATES)
def test_predicates_agree_with_python(judge, term):
    predicate, cases = PREDICATES[term]
    claims = [(arguments(term, values), predicate(*values)) for values in cases]
    assert {True, False} == {bool(truth) for _, truth in claims}, "cases of both kinds are needed"
    whole = " ∧ ".join(f"({claim})" if truth else f"¬ ({claim})" for claim, truth in claims)
    assert judge.verify(theorem(whole), each(claims)).ok, whole
    claim, truth = claims[0]
    assert judge.verify(theorem(f"¬ ({claim})" if truth else claim), "decide +kernel").status == "reject"


def zmod_inverse(a, n):
    "The Bézout coefficient of a that Euclid's algorithm leaves."
    r, s, r2, s2 = a, 1, n, 0
    while r:
        q = r2 // r
        r, s, r2, s2 = r2 % r, s2 - q * s, r, s
    return s2 % n


def test_inverses_modulo_n(judge):
    claims = [f"(({a} : ZMod {n})⁻¹ = {zmod_inverse(a, n)})" for n in (2, 5, 7, 8, 12) for a in range(n)]
    assert judge.verify(theorem(" ∧ ".join(claims)), each(claims)).ok
    assert all(a * zmod_inverse(a, n) % n == math.gcd(a, n) % n for n in range(2, 30) for a in range(n))


def laws():
    "Each field of RealNumbers that is a law about exp, sin, cos, pi, and the same in Python."
    log = math.log
    yield "exp_zero", lambda x, y: math.exp(0) == 1
    yield "exp_add", lambda x, y: math.isclose(math.exp(x + y), math.exp(x) * math.exp(y))
    yield "exp_pos", lambda x, y: math.exp(x) > 0
    yield "exp_lt_exp", lambda x, y: (math.exp(x) < math.exp(y)) == (x < y)
    yield "add_one_le_exp", lambda x, y: x + 1 <= math.exp(x)
    yield "exists_log", lambda x, y: math.isclose(math.exp(log(abs(x))), abs(x))
    yield "exists_sqrt", lambda x, y: math.isclose(math.sqrt(abs(x)) ** 2, abs(x))
    yield "exists_floor", lambda x, y: math.floor(x) <= x < math.floor(x) + 1
    yield "sin_zero", lambda x, y: math.sin(0) == 0
    yield "cos_zero", lambda x, y: math.cos(0) == 1
    yield "sin_neg", lambda x, y: math.sin(-x) == -math.sin(x)
    yield "cos_neg", lambda x, y: math.cos(-x) == math.cos(x)
    yield "sin_add", lambda x, y: math.isclose(math.sin(x + y), math.sin(x) * math.cos(y) + math.cos(x) * math.sin(y), abs_tol=1e-12)
    yield "cos_add", lambda x, y: math.isclose(math.cos(x + y), math.cos(x) * math.cos(y) - math.sin(x) * math.sin(y), abs_tol=1e-12)
    yield "sin_sq_add_cos_sq", lambda x, y: math.isclose(math.sin(x) ** 2 + math.cos(x) ** 2, 1)
    yield "sin_pi_div_two", lambda x, y: math.isclose(math.sin(math.pi / 2), 1)
    yield "cos_pi_div_two", lambda x, y: math.isclose(math.cos(math.pi / 2), 0, abs_tol=1e-12)
    yield "pi_gt", lambda x, y: 3141592 / 1000000 < math.pi
    yield "pi_lt", lambda x, y: math.pi < 3141593 / 1000000
    yield "sin_pos", lambda x, y: not 0 < x < math.pi or math.sin(x) > 0
    yield "sin_lt", lambda x, y: not 0 < x or math.sin(x) < x
    yield "cos_lt_cos", lambda x, y: not 0 <= x < y <= math.pi or math.cos(y) < math.cos(x)


def test_every_law_of_the_reals_is_named_and_true_of_floats():
    text = lean_build.bases()["mathlib"]
    body = text[text.index("class RealNumbers") : text.index("/-- The type ℝ")]
    fields = set(re.findall(r"^  (\w+) :", body, re.M)) - {"exp", "sin", "cos", "pi"}
    checks = dict(laws())
    assert fields == {*checks, "exists_lub"}
    points = random.Random(1)
    for name, law in checks.items():
        assert all(law(points.uniform(-6, 6), points.uniform(-6, 6)) for _ in range(2000)), name
    listed = {word for r in READINGS for word in r.word.split()}
    assert fields <= listed


def test_every_definition_has_a_line_in_the_table():
    assert unlisted() == set()
    assert not re.search(r"\b(axiom|sorry|admit|native_decide|unsafe|implemented_by|extern)\b", re.sub(r"/-.*?-/|--[^\n]*", "", lean_build.bases()["mathlib"], flags=re.S))
    assert {"Nat.Prime", "Finset.sum", "Real.sqrt"} <= {w for r in READINGS for w in r.word.split()} <= defined_words(lean_build.bases()["mathlib"]) | {
        *"ℕ ℤ ℚ exp sin cos pi exists_lub exists_floor exists_sqrt exists_log".split(), *dict(laws())}


FALSE = [
    ("theorem t (x : ℝ) : x < x + 0", "grind"),
    ("theorem t (x : ℝ) : 0 < x ^ 2", "have := Real.sq_nonneg' x\ngrind"),
    ("theorem t : √(4 : ℝ) = -2", "have h := Real.sqrt_nonneg 4\nhave k := Real.mul_self_sqrt (x := 4) (by grind)\ngrind"),
    ("theorem t (x : ℝ) : √(x ^ 2) = x", "have h := Real.sqrt_nonneg (x ^ 2)\ngrind [Real.sqrt_sq]"),
    ("theorem t : Real.log 0 = 1", "grind [Real.log_zero]"),
    ("theorem t (x y : ℝ) : Real.log (x * y) = Real.log x + Real.log y", "grind [Real.log_mul]"),
    ("theorem t : (1 : ℝ) / 0 = 1", "grind"),
    ("theorem t : ∑ k ∈ Finset.range 10, k = 55", "decide +kernel"),
    ("theorem t : Nat.Prime 91", "decide +kernel"),
    ("theorem t (n : ℕ) (h : Even n) : n = 2", "grind"),
    ("theorem t : (5 : ℕ) - 7 = -2", "decide"),
    ("theorem t (x : ℂ) (h : x ^ 2 = -1) : x = Complex.I", "grind"),
    ("theorem t : (7 : ZMod 10)⁻¹ = 7", "decide +kernel"),
    ("theorem t : False", "exact absurd (RealNumbers.exists_floor (R := ℕ) 0) (by simp)"),
    ("theorem t (x : ℝ) : False", "have := RealNumbers.pi_gt (R := ℝ)\nhave := RealNumbers.pi_lt (R := ℝ)\ngrind"),
    ("theorem t : (ℝ = ℕ)", "rfl"),
    ("theorem t : (ℝ = PUnit)", "rfl"),
    ("theorem t (x y : ℝ) : x = y", "unfold Real at *\nrfl"),
    ("theorem t (x y : ℝ) : x = y", "rfl"),
    ("theorem t (x y : ℝ) : x = y", "cases x"),
    ("theorem t (x y : ℝ) : x = y", "delta Real at *\nexact Subsingleton.elim x y"),
]


@pytest.mark.parametrize("statement, proof", FALSE)
def test_false_statements_are_not_accepted(judge, statement, proof):
    verdict = judge.verify(read_statement(statement), proof)
    assert verdict.status in ("reject", "refused"), verdict
    assert verdict.dialect.startswith("mathlib ")


def test_real_statements_carry_the_hypothesis_and_no_axiom_of_ours(judge):
    theorem = read_statement("theorem t (x : ℝ) (h : 2 * x = 6) : x = 3")
    verdict = judge.verify(theorem, "grind")
    assert verdict.ok and set(verdict.axioms) <= {"propext", "Classical.choice", "Quot.sound"}
    assert judge.elaborate(theorem).type.startswith("∀ [inst : RealNumbers ℝ] (x : ℝ)")
    assert "RealNumbers" not in judge.elaborate(read_statement("theorem t (x : ℤ) (h : 2 * x = 6) : x = 3")).type


def test_the_candidate_cannot_change_the_dialect(judge):
    theorem = read_statement("theorem t : Nat.Prime 91")
    for body in ("decide\n\ninstance : DecidablePred Nat.Prime := fun _ => isTrue sorry", "local instance : Decidable (Nat.Prime 91) := isTrue (by omega)",
                 "by exact (fun _ => by trivial : True → Nat.Prime 91) trivial"):
        assert not judge.verify(theorem, body).ok
    text = "namespace Nat\ndef Prime' := 1\nend Nat\ndef Nat.Prime.{u} := 1\ntheorem t : Nat.Prime 91 := by decide"
    assert not judge.verify(theorem, text, lemmas=True).ok
    shadow = "def Mine.Nat.Prime (_ : ℕ) : Prop := True\nnamespace Mine\ntheorem _root_.t : Nat.Prime 91 := trivial\nend Mine"
    assert judge.verify(theorem, shadow, lemmas=True).reason.startswith("statement mismatch")
    assert not judge.verify(theorem, "instance : RealNumbers Real := sorry\ntheorem t : Nat.Prime 91 := by decide", lemmas=True).ok


@pytest.mark.parametrize("text, construct", [
    ("theorem t (f : ℝ → ℝ) (h : Continuous f) : f 0 = f 0", "Continuous"),
    ("theorem t : ∫ x in (0:ℝ)..1, x = 1 / 2", "∫"),
    ("theorem t (G : Type) [Group G] : True", "Group"),
    ("theorem t (u : ℕ → ℝ) : Filter.Tendsto u Filter.atTop (nhds 0)", "Filter.Tendsto"),
    ("theorem t : ∑' n : ℕ, (1 : ℝ) = 2", "∑'"),
    ("theorem t (s : Set ℝ) : sSup s = 0", "sSup"),
])
def test_refusals_name_the_construct(text, construct):
    with pytest.raises(Refused) as caught:
        read_statement(text)
    assert caught.value.construct == construct and isinstance(caught.value, InputError)


def test_words_in_comments_do_not_refuse():
    assert read_statement("-- deriv\ntheorem t /- Continuous -/ (n : ℕ) : n = n").dialect == "mathlib"


def test_unknown_words_are_named(judge):
    assert expressible("theorem t (x : ℝ) : Real.arctan x = x", judge) == (None, "Real.arctan")
    assert expressible("theorem t (x : ℝ) : ∑ k in Finset.range 3, a + k = x", judge)[1] in ("a", "k")
    assert expressible("theorem t (x : ℝ) : (2:ℝ) ^ x > 0", judge)[0] is not None


def test_headers_of_files():
    text = "import Mathlib\nset_option maxHeartbeats 0\nopen Nat Real\nopen scoped BigOperators\n\n/-- open the door -/\ntheorem t (n : ℕ) : n = n := by\n  sorry\n"
    assert read_statement(text).header == "open Nat Real BigOperators"
    assert read_statement("theorem t (n : ℕ) : n = n").header == "open BigOperators Real Nat Topology Rat"


def test_choice_of_dialect():
    assert pick_dialect("theorem t (n : Nat) : n = n", "by simp") == "core"
    assert pick_dialect("theorem t (a : Int) : Even a", "") == "mathlib"
    with pytest.raises(InputError, match="choose one of"):
        pick_dialect("theorem t : True", dialect="isabelle")


def test_goals_compare_by_meaning_not_by_layout():
    assert same_goal("x : ℝ\n⊢ ∀ (y : ℝ), y > 0 → x = y", "x : ℝ ⊢ ∀ y > 0,\n  x = y")
    assert not same_goal("x : ℝ\n⊢ ↑x = 1", "x : ℝ\n⊢ x = 1")


def test_comparison_of_two_readings(tmp_path):
    rows = [dict(id=i, status=s) for i, s in enumerate(["accept", "accept", "reject", "inconclusive"])]
    other = [dict(id=i, status=s) for i, s in enumerate(["accept", "reject", "accept", "accept"])]
    assert compare_verdicts(rows, other) == {"both_accept": 1, "neither": 0, "only_ours": [1], "only_theirs": [2], "undecided": 1, "missing": []}
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": 1}\n')
    with pytest.raises(InputError, match="bad.jsonl"):
        compare_verdicts(bad, other)
