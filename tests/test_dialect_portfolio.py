"Statements in Mathlib's notation: reading, calculation, the promise of every family, and false statements that stay unproved."
from fractions import Fraction

import pytest

from fanslib import dialect_families, dialect_finite, dialect_portfolio as dp, dialect_terms, terms
from fanslib.dialect import read_statement
from fanslib.lean import Judge

TRUE = {
    "special facts": "(x p : ℝ) (h : x < 2) (k : |x - 2| = p) : x - p = 2 - 2 * p",
    "values": "(x : ℝ) (σ : Equiv ℝ ℝ) (h : ∀ x, σ.1 x = 5 * x - 12) (k : σ.1 (x + 1) = σ.2 x) : x = 47 / 24",
    "points": "(a b c : ℝ) (f : ℝ → ℝ) (h : ∀ x, f (x + 3) = 3 * x ^ 2 + 7 * x + 4) (k : ∀ x, f x = a * x ^ 2 + b * x + c) : a + b + c = 2",
    "inequalities": "(a b : ℝ) (h : a ^ 2 + b ^ 2 = 2) : a * b ≤ 1",
    "roots": "(b a : ℝ) (h : b = a ^ 2 + 4 * a + 6) (k : b = 1 / 2 * a ^ 2 + a + 6) (l : a < 0) : a = -6",
    "root goals": "(x y : ℝ) (h : x + y = 13) (k : x * y = 24) : √(x ^ 2 + y ^ 2) = 11",
    "logarithms": "(b : ℝ) (h : (4 : ℝ) ^ b + 2 ^ 3 = 12) : b = 1",
    "finite sets": "(S : Finset ℕ) (h : ∀ n : ℕ, n ∈ S ↔ n ∣ 36) : ∑ k in S, k = 91",
    "extremes": ": IsLeast {x : ℕ | 30 * x ≡ 42 [MOD 47]} 39",
    "closed values": "(x : ℕ) (h : x ≤ 100) (k : 77 ∣ (∑ k in Finset.range 101, k) - x) : x = 45",
    "sums": "(n : ℕ) : ∑ k in Finset.range n, (2 * k + 3) = (n + 1) ^ 2 - 1",
    "chains": "(f : ℝ → ℝ) (h : ∀ x, f x = x ^ 2 - 4 * √x + 1) : f (f 4) = 70",
    "casts": "(a b : ℕ) (h : (5 : ℚ) / 8 * b = 2 / 3 * a + 7) (k : (b : ℚ) - 5 / 8 * b = a - 2 / 3 * a + 7) : a = 42",
    "integer parts": ": ⌊√26⌋ = 5",
    "sequences": "(t : ℕ → ℚ) (h : t 1 = 20) (k : t 2 = 21) (l : ∀ n ≥ 3, t n = (5 * t (n - 1) + 1) / (25 * t (n - 2))) : t 2020 = 101 / 525",
}
CHANGED = [("2 - 2 * p", "1 - 2 * p"), ("47 / 24", "47 / 25"), ("+ c = 2", "+ c = 3"), ("a * b ≤ 1", "a * b ≤ 9 / 10"), ("a = -6", "a = -5"), ("= 11", "= 12"), ("b = 1", "b = 2"),
           ("k = 91", "k = 92"), ("47]} 39", "47]} 40"), ("x = 45", "x = 44"), ("^ 2 - 1", "^ 2 - 2"), ("= 70", "= 71"), ("a = 42", "a = 43"), ("= 5", "= 4"), ("= 101", "= 102")]


@pytest.fixture(scope="module")
def judge():
    with Judge(workers=2) as j: yield j


def family(statement, kind):
    return [a for a in dp.dialect_attempts(f"theorem t {statement}") if a.kind == kind]


@pytest.mark.parametrize("kind", TRUE)
def test_every_family_proves_its_example(judge, kind):
    tries = family(TRUE[kind], kind)
    assert tries and any(judge.verify(read_statement(f"theorem t {TRUE[kind]}"), a.proof, timeout=30).ok for a in tries)


@pytest.mark.parametrize("kind,change", list(zip(TRUE, CHANGED)), ids=list(TRUE))
def test_a_changed_answer_is_not_proved(judge, kind, change):
    statement = TRUE[kind].replace(*change)
    assert statement != TRUE[kind]
    theorem = read_statement(f"theorem t {statement}")
    for a in family(statement, kind)[:1]:
        assert not judge.verify(theorem, a.proof, timeout=10).ok


@pytest.mark.parametrize("text", ["√(x ^ 2) = |x|", "⌊x⌋ + 5! = ⌈y⌉", "{z : ℂ | z ^ 2 = 1} = {1, -1}", "∃! k, k ∣ 6 ∧ k ≡ 2 [MOD 4]", "a⁻¹ * (∏ i in Finset.Icc 1 n, f i) ≥ -2",
                                  "∀ x > 0, (if x ≤ 1 then x else 1 / x) < 2", "f ⁻¹' {3} = ∅", "(n.divisors.card : ℝ) = σ.2 4"])
def test_reading_and_writing_agree(text):
    term = dialect_terms.read_term(text)
    assert dialect_terms.read_term(dialect_terms.render(term)) == term


def test_what_is_not_understood_has_no_goal():
    for text in ("theorem t : ∫ x, f x = 0", "theorem t (x : ℝ", "nothing", "theorem t : x ="):
        assert dialect_terms.read_mathlib(text).goal is None
        assert dp.dialect_attempts(text), "the one-liners are always there"


def test_attempts_do_not_depend_on_the_name():
    a, b = (dp.dialect_attempts(f"theorem {n} {TRUE['inequalities']}") for n in ("one", "two"))
    assert [x.proof for x in a] == [x.proof for x in b]


def test_truth_follows_lean():
    t = lambda text, **env: dialect_families.truth(dialect_terms.read_term(text), env, {n: "Nat" for n in env})
    assert t("2 - 5 + n", n=3) == 3 and t("n / 0", n=3) == 0 and t("n % 0", n=3) == 3 and t("0 ∣ n", n=0)
    assert t("∑ k in Finset.range 5, k ^ 2") == 30 and t("5! = 120") and t("n.divisors.card", n=36) == 9
    with pytest.raises(dialect_families.Unclear):
        t("g n", n=1)


def test_linear_programme():
    x = dialect_families.Cone()
    one = {(("x", 1),): Fraction(1)}
    x.add(one, 1, "a")
    x.add(terms.poly_scale(one, -1), 0, "b")
    support, _ = x.solve()
    assert support == [0, 1]
    y = dialect_families.Cone()
    y.add(one, 1, "a")
    assert y.solve()[0] is None


def test_fit_is_exact():
    assert dialect_finite.fitted([Fraction(n, 2) for n in range(9)]) == [0, Fraction(1, 2)]
    assert dialect_finite.fitted([Fraction(2**n) for n in range(9)]) is None


def test_certificate_uses_only_what_it_needs():
    p = dialect_terms.poly(dialect_terms.read_term("2 * x * y - x ^ 2 - y ^ 2 - 1"), {"x": "Real", "y": "Real"}, "Real")
    lines = dialect_families.certificate([("h", p, 0)], "Real")
    assert lines is not None and len(lines) == 1
    assert dialect_families.certificate([("h", terms.poly_scale(p, -1), 0)], "Real", 1.0) is None
