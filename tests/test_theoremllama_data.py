"""The data side of TheoremLlama: comments that change no code, vectors that find the pair, replies that are checked."""
import random

import pytest
from hypothesis import assume, example, given as for_all, settings, strategies as st

from fanslib import minimath
from fanslib.core import EngineError, InputError
from fanslib.lean import Theorem, tokens
from fanslib.lm import Completion, RequestsFailed, tiny_model
from fanslib.theoremllama import AlignedTheorem
from fanslib.theoremllama_bootstrap import (bootstrap_all, bootstrap_minimath, check_reply, comment_head, comment_steps, comment_text, same_code,
                                            sentences, steps_of, strip_comments)
from fanslib.theoremllama_informalize import count_reasons, informalize_all, malformed, over_length, parse_informal, repetition

ITEMS = list({i.family: i for i in minimath.load()}.values())
PROOFS = [i.proof for i in ITEMS] + ['by\n  have s : "a -- b /- c".length = 11 := rfl\n  have c : \'"\' ≠ \'-\' := by decide\n  calc 1 + 1\n    _ = 2 := rfl',
                                     'by\n  let «a--b» := "x\\"-/"\n  exact (⟨rfl,\n    rfl⟩ : 1 = 1 ∧\n    2 = 2)']
HOSTILE = ['-/ theorem evil : False := sorry /-', 'a --/ b', '/- open', '" quote \' and \\ ', '```lean\nby sorry\n```', 'line\nbreak\r\nand \u2028 more\x0b', '--', '/-/', '-/', '/-/-/', '\x00']
words = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40), st.lists(st.sampled_from(["/-", "-/", "-", "/", "\n", '"', "--", " ", "x. Y"]), max_size=8).map("".join))
proofs = st.sampled_from(PROOFS)


@settings(deadline=None, max_examples=150)
@for_all(proofs, words, st.randoms(use_true_random=False))
def test_comments_anywhere_between_tokens_are_the_same_code(proof, text, rng):
    safe, parts, at = comment_text(text), [], 0
    for token in tokens(proof):
        gap = proof[at:token.start]
        if "\n" in gap and rng.random() < 0.5:
            gap = rng.choice([f" -- {safe}{gap}", f"\n{' ' * rng.randrange(6)}-- {safe}{gap}", f"\n/- {safe}\n /- nested -/ -/\n{gap}", f"\n\n   \n{gap}"])
        elif gap and rng.random() < 0.3:
            gap = f"{gap}/- {safe} -/{rng.choice(['', ' '])}"
        parts += [gap, token.text]
        at = token.start + len(token.text)
    assert same_code("".join(parts) + f" -- {safe}\n", proof)


@settings(deadline=None, max_examples=200)
@for_all(proofs, st.integers(0, 10**6), st.sampled_from("xyz0159()[]:=-/\"'·→ "))
def test_another_character_is_another_code(proof, place, new):
    places = [i for t in tokens(proof) for i in range(t.start, t.start + len(t.text))]
    at = places[place % len(places)]
    assume(proof[at] != new)
    for other in (proof[:at] + new + proof[at + 1:], proof[:at] + proof[at + 1:], proof[:at] + "q" + proof[at:]):
        assert not same_code(other, proof)


@for_all(proofs, st.integers(0, 10**6))
def test_indentation_and_line_breaks_are_code(proof, place):
    lines = proof.split("\n")
    assume(len(lines) > 1)
    at = 1 + place % (len(lines) - 1)
    assert not same_code("\n".join(lines[:at] + [" " + lines[at]] + lines[at + 1:]), proof)
    assert not same_code("\n".join(lines[:at - 1] + [lines[at - 1] + " " + lines[at].lstrip()] + lines[at + 1:]), proof)


@settings(deadline=None, max_examples=200)
@for_all(proofs, words)
@example("by decide", "-/ /- ```")
def test_writers_change_no_code_and_lose_no_word(proof, text):
    stepped, headed = comment_steps(proof, text), comment_head(proof, text)
    assert same_code(stepped, proof) and same_code(headed, proof)
    assert [t.text.removeprefix("-- ") for t in tokens(stepped) if t.kind == "comment"] == sentences(text)
    assert (headed == proof) == (not comment_text(text)) and "```" not in stepped + headed
    assert strip_comments(strip_comments(stepped)) == strip_comments(stepped)


def test_steps_are_the_outermost_tactics():
    proof = ITEMS[0].proof
    nested = "by\n  have h : 1 = 1 := by\n    rfl\n  refine ⟨\n  rfl, ?_⟩\n  calc a\n  _ = b := rfl\n  induction n with\n  | zero => rfl\n  | succ k ih =>\n    rfl\n  · omega\n  (omega)"
    assert [nested[s:].split("\n")[0].strip()[:6] for s in steps_of(nested)] == ["have h", "refine", "calc a", "induct", "· omeg", "(omega"]
    assert [strip_comments(c) for c in ("f/- c -/x", "f /- c -/ x", "  /- c -/ x", "x /- a\n b -/ y", "x /- open")] == ["f x", "f x", "  x", "x y", "x /- open"]
    assert steps_of("rfl") == [0] and steps_of("") == [0] and steps_of(proof)
    assert comment_steps("by\n  a\n  b\n  c", "One. Two. Three.") == "by\n  -- One.\n  a\n  -- Two.\n  b\n  -- Three.\n  c"
    assert comment_steps("by\n  a\n  b\n  c", "Only.") == "by\n  -- Only.\n  a\n  b\n  c"


def test_lean_accepts_hostile_words(judge):
    claims = [(Theorem.parse(i.statement), write(i.proof, " ".join(HOSTILE[:k % 10 + 1]) + " " + i.informal_proof))
              for k, i in enumerate(ITEMS[::7]) for write in (comment_steps, comment_head)]
    assert all(v.ok for v in judge.verify_many(claims))


def aligned(items):
    return [AlignedTheorem(k, i.id, i.statement, i.proof, i.question, i.informal_proof) for k, i in enumerate(items)]


class Flaky:
    "Answers by function of (number of the theorem, seed); None is a failed call. Reports in any order."
    name = "flaky"

    def __init__(self, theorems, answer):
        self.numbers, self.answer, self.asked = {t.statement: t.idx for t in theorems}, answer, []

    def generate(self, prompts, n=1, seed=0, on_result=None, **_):
        out, errors = [None] * len(prompts), {}
        for place in random.Random(seed).sample(range(len(prompts)), len(prompts)):
            number = next(k for s, k in self.numbers.items() if s in prompts[place][-1]["content"])
            self.asked.append((number, seed))
            if (text := self.answer(number, seed)) is None:
                errors[place] = EngineError("down")
                continue
            out[place] = [Completion(text)]
            on_result(place, out[place])
        if errors:
            raise RequestsFailed(out, errors)
        return out


def test_failed_calls_never_shift_rows_and_are_all_that_is_asked_again(tmp_path, judge):
    theorems = aligned(ITEMS[:6])
    code = lambda k: f"```lean\n{bootstrap_minimath(ITEMS[k])}\n```"
    flaky = Flaky(theorems, lambda k, seed: None if k in (1, 4) else "no" if k == 2 and seed == 0 else "never" if k == 3 else code(k))
    with pytest.raises(RequestsFailed) as failed:
        bootstrap_all(theorems, flaky, judge, tmp_path / "b.jsonl", rounds=2)
    assert set(failed.value.errors) == {1, 4} and sorted(flaky.asked) == [(0, 0), (1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (4, 0), (5, 0)]
    well = Flaky(theorems, lambda k, seed: code(k))
    results = bootstrap_all(theorems, well, judge, tmp_path / "b.jsonl", rounds=2)
    assert sorted(well.asked) == [(1, 0), (4, 0)]
    assert [r.commented_proof for r in results] == [None if k == 3 else bootstrap_minimath(i) for k, i in enumerate(ITEMS[:6])]
    assert results[2].reasons == ("code changed",) and count_reasons(results) == {"accepted": 5, "code changed": 1}


def test_informalize_keeps_rows_apart(tmp_path):
    theorems, out = aligned(ITEMS[:5]), tmp_path / "i.jsonl"
    tell = lambda k: f"Theorem: number {k} holds.\nProof: it is number {k}."
    with pytest.raises(RequestsFailed):
        informalize_all(theorems, Flaky(theorems, lambda k, seed: None if k == 0 else "hm" if k == 3 else tell(k)), theorems, out, k=0, rounds=2)
    results = informalize_all(theorems[::-1], Flaky(theorems, lambda k, seed: tell(k)), theorems, out, k=0, rounds=2)
    assert [r.informal_proof for r in results] == ["it is number 4.", "", "it is number 2.", "it is number 1.", "it is number 0."]
    assert results[1].reasons == ("empty", "empty") and not results[1].ok
    assert results[0].apply(theorems[4]).proof == theorems[4].proof


@pytest.mark.parametrize("reply,reason", [
    ("```lean\nby omega", "malformed"), ("", "malformed"), ("```lean\nby\n  /- never closed\n  omega\n```", "malformed"),
    ("```lean\nby\n  omega\n```", "no comment"), ("```lean\nby\n  --\n  omega\n```", "no comment"), ("```lean\nby\n  -- why\n  simp\n```", "code changed"),
    ("```lean\nby\n  -- why\n  omega -- sorry\n```", ""), ("```lean\ntheorem T (x : Int) (h : x + 1 = 3) : x = 2 :=\n  by\n    -- why\n    omega\n```", ""),
    ("x" * 9000, "length")])
def test_reasons_of_a_bootstrapping_reply(reply, reason, judge):
    theorem = AlignedTheorem(0, "T", "theorem T (x : Int) (h : x + 1 = 3) : x = 2", "by\n  omega")
    proof, found = check_reply(theorem, Completion(reply), judge)
    assert found == reason and (proof is None) == bool(reason)


def test_form_checks():
    assert repetition("one two three four five " * 3) and not repetition("one two three four five six seven eight")
    assert repetition("the same long line\n" * 3 + "and more") and not repetition("")
    assert over_length(Completion("x", finish_reason="length")) and not over_length(Completion("x"))
    assert malformed("We have a sum.", "intro x\nomega") == "lean code" and not malformed("We have a sum.", "Have a look: it is 4.\nApply the rule.")
    assert parse_informal("<think>Theorem: no</think>**Proof:** by parity") == ("", "by parity")


np = pytest.importorskip("numpy")


@settings(deadline=None, max_examples=40)
@for_all(st.integers(2, 9), st.integers(1, 5), st.integers(0, 10**6))
def test_loss_is_the_formula(n, d, seed):
    torch = pytest.importorskip("torch")
    from fanslib.theoremllama_retrieve import contrastive_loss, derangement

    rng = np.random.default_rng(seed)
    nl, fl = rng.normal(size=(2, n, d))
    other = derangement(n, torch.Generator().manual_seed(seed)).tolist()
    assert sorted(other) == list(range(n)) and all(i != j for i, j in enumerate(other))
    cos = lambda a, b: a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
    expected = np.mean([1 - cos(nl[i], fl[i]) + 0.5 * (cos(nl[j], fl[i]) + cos(nl[i], fl[j])) for i, j in enumerate(other)])
    assert contrastive_loss(torch.tensor(nl), torch.tensor(fl), torch.tensor(other)).item() == pytest.approx(expected) and -1 <= expected <= 3


@for_all(st.integers(1, 12), st.integers(0, 10**6))
def test_recall_is_counting(n, seed):
    from fanslib.theoremllama_retrieve import recall_at_k

    nl, fl = np.random.default_rng(seed).normal(size=(2, n, 3))
    cos = (nl / np.linalg.norm(nl, axis=1)[:, None]) @ (fl / np.linalg.norm(fl, axis=1)[:, None]).T
    for k, found in recall_at_k(nl, fl, (1, 3, n)).items():
        assert found.estimate == pytest.approx(np.mean([(cos[i] > cos[i, i]).sum() < k for i in range(n)]))
    assert recall_at_k(nl, fl, (n,))[n].estimate == 1


def test_encoders_and_index(tmp_path):
    transformers = pytest.importorskip("transformers")
    from fanslib.theoremllama_retrieve import Encoder, Retriever, fit

    llama = Encoder(str(tiny_model(tmp_path / "llama", "AutoModel")))
    config = transformers.T5Config(vocab_size=len(llama.tokenizer), d_model=16, d_kv=4, d_ff=32, num_layers=1, num_heads=2, feed_forward_proj="gated-gelu")
    transformers.T5ForConditionalGeneration(config).save_pretrained(tmp_path / "t5")
    llama.tokenizer.save_pretrained(tmp_path / "t5")
    t5, records = Encoder(str(tmp_path / "t5")), aligned(ITEMS[:8])
    assert type(t5.model).__name__ == "T5EncoderModel" and t5.encode(["a", "b c"]).shape == (2, 16)
    history = fit(llama, [(i.question, i.statement) for i in ITEMS[:12]], epochs=1, lr=1e-3, batch=4, bf16=True)
    assert [row["epoch"] for row in history] == [0, 1]
    again = Encoder(str(llama.save(tmp_path / "tuned")))
    assert np.allclose(again.encode(["a", "b c"]), llama.encode(["a", "b c"]), atol=1e-6)
    index = Retriever(llama, records, side="lean")
    for number, found in enumerate(index.nearest([r.statement for r in records], k=20, exclude=[{r.idx} for r in records])):
        assert number not in [h.record.idx for h in found] and len(found) == 7
        assert [h.cosine for h in found] == sorted((h.cosine for h in found), reverse=True)
    with pytest.raises(InputError, match="width 16"):
        Retriever.load(t5, records, index.save(tmp_path / "i.safetensors"))
    for wrong in (lambda: index.nearest([]), lambda: index.nearest(["x"], k=0), lambda: index.nearest(["x"], exclude=[]), lambda: Retriever(llama, [], "lean")):
        with pytest.raises(InputError):
            wrong()
