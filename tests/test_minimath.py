"Minimath: families against their contracts, splits that do not leak, a translator that does not misread, and Lean."
import gzip, json, random, re, string
from types import SimpleNamespace

import pytest
from hypothesis import given, settings, strategies as st

from fanslib import minimath as mm
from fanslib.core import FanslibError, InputError, data_path
from fanslib.minimath_families import FAMILIES, NAMES, fill, ordinal, wrong_answers

settings.register_profile("fanslib", deadline=None)
settings.load_profile("fanslib")
names = st.sampled_from(sorted(FAMILIES))
seeds, levels = st.integers(0, 10 ** 9), st.sampled_from((1, 2, 3))


def drawn(name, seed, level):
    return FAMILIES[name], FAMILIES[name].sample(random.Random(seed), level)


def conclusion(formal):
    "The part of a theorem header behind the colon that stands outside all brackets."
    depth = 0
    for k, c in enumerate(formal):
        depth += (c == "(") - (c == ")")
        if c == ":" and depth == 0:
            return formal[k + 1:]


@pytest.fixture(scope="module")
def items():
    return mm.load()


@settings(max_examples=400)
@given(names, seeds, levels)
def test_family_contract(name, seed, level):
    family, p = drawn(name, seed, level)
    assert json.loads(json.dumps(p)) == p
    answer, formal, wrong = family.answer(p), family.formal(p), family.distractors(p)
    assert re.fullmatch(r"-?\d+", answer)
    assert formal.startswith("theorem T") and formal.count("{answer}") == 1 and re.sub(r"\{answer\}", "", formal).count("{") == 0
    assert "{answer}" in conclusion(formal)
    assert family.statement(p) == formal.replace("{answer}", answer)
    assert len(wrong) == len(set(wrong)) >= 4 and answer not in wrong
    assert "Int" in formal or all(int(w) >= 0 for w in wrong)
    for text in (family.proof(p), family.nl_proof(p)):
        assert text.strip() and "{" not in text and "sorry" not in text
    assert family.proof(p).startswith("by") and mm.tactic_count(family.proof(p)) >= 1


@settings(max_examples=300)
@given(names, seeds, levels, st.integers(0, 99))
def test_translation_inverts_every_wording(name, seed, level, k):
    family, p = drawn(name, seed, level)
    question = family.question(p, k % len(family.phrasings))
    assert mm.translate(question) == mm.Translation(name, p, family.formal(p))
    loose = "  " + re.sub(r" ([*+=-]) ", r"  \1 ", question) + "\n"
    assert mm.translate(loose).formal == family.formal(p)
    sealed = family.held_out or k % len(family.phrasings) >= len(family.phrasings) - mm.HELD_OUT_PHRASINGS
    assert (mm.translate(question, "train") is None) == sealed


@settings(max_examples=300)
@given(names, seeds, levels, st.integers(0, 99), st.data())
def test_an_extra_word_is_never_swallowed(name, seed, level, k, data):
    family, p = drawn(name, seed, level)
    words = family.question(p, k % len(family.phrasings)).split()
    place = data.draw(st.integers(0, len(words)))
    extra = data.draw(st.sampled_from(["not", "approximately", "half", "7", "-", "twice", "Nobody", "minus"]))
    text = " ".join(words[:place] + [extra] + words[place:])
    read = mm.translate(text)
    assert read is None or read.formal != family.formal(p)
    if extra.isalpha():
        assert read is None


@settings(max_examples=200)
@given(names, seeds, levels, st.integers(0, 99), st.data())
def test_another_number_is_another_statement(name, seed, level, k, data):
    family, p = drawn(name, seed, level)
    question = family.question(p, k % len(family.phrasings))
    found = [m for m in re.finditer(r"\d+", question)]
    m = data.draw(st.sampled_from(found)) if found else None
    if m:
        changed = question[:m.start()] + str(int(m[0]) + data.draw(st.integers(1, 9))) + question[m.end():]
        read = mm.translate(changed)
        assert read is None or read.formal != family.formal(p)


@settings(max_examples=200)
@given(st.text(max_size=80))
def test_noise_is_not_translated(text):
    assert mm.translate(text) is None


@pytest.mark.parametrize("question", [
    "", "?", "What is 7?", "What is (3 + 4) * 5 * 6?", "What is (3 + 4) * 5.5?", "Compute gcd(0, 0).", "Compute gcd(12, 18) + 1.",
    "What is the remainder when 3^5 is divided by 0?", "What is the remainder when 07 is divided by 5?",
    "What is the remainder when 99999999999999999999999999 is divided by 5?", "Solve 3x + 5 = 21 for the integer x.",
    "Solve 3x + -5 = 22 for the integer x.", "Solve 3y + 5 = 20 for the integer x.", "3 consecutive integers add up to 7. Find the smallest one.",
    "Ada is 2 years older than Ada, or not. Together they are 20 years old. How old is Ada?",
    "A clock with hours 0 to 11 shows 15. Which hour does it show after 20 hours?", "Find the smallest prime factor of 1.",
    "Find the greatest proper divisor of 13.", "What is the sum of the digits of 4711?", "Find sigma(123456789012)."])
def test_foreign_or_meaningless_questions(question):
    assert mm.translate(question) is None


def test_two_people_must_be_two():
    text = "{} is 2 years older than {}. Together they are 20 years old. How old is {}?"
    assert mm.translate(text.format("Ada", "Bea", "Ada")).params == dict(name="Ada", other="Bea", d=2, s=20)
    assert mm.translate(text.format("Ada", "Ada", "Ada")) is None
    assert mm.translate(text.format("Ada", "Bea", "Zoe")) is None


def test_shipped_items(items):
    assert len({i.family for i in items}) == len(FAMILIES) >= 44 and len(items) >= 1300
    assert data_path("minimath.jsonl.gz").stat().st_size < 600_000
    mm.check_walls(items)
    for i in items:
        family = FAMILIES[i.family]
        assert (i.answer, i.formal, i.statement, i.proof) == (
            family.answer(i.params), family.formal(i.params), family.statement(i.params), family.proof(i.params)), i.id
        assert i == mm.make_item(family, i.params, i.level, i.phrasing, i.split)
        assert mm.translate(i.question) == mm.Translation(i.family, i.params, i.formal)


def test_shipped_file_is_what_generate_draws(items):
    assert mm.generate(30, 0) == items
    rows = gzip.decompress(data_path("minimath.jsonl.gz").read_bytes()).decode().splitlines()
    assert [mm.Item.from_dict(json.loads(r)) for r in rows] == items


def test_a_bigger_generation_never_trains_on_shipped_test_problems(items):
    sealed = {i.formal for i in items if i.split == "test"}
    assert not sealed & {i.formal for i in mm.generate(60, seed=7) if i.split != "test"}


def test_load_filters_and_refuses(items):
    assert {i.split for i in mm.load("train")} == {"train"} and {i.level for i in mm.load(levels=[1, 3])} == {1, 3}
    assert {i.family for i in mm.load(families=("ages", "coins"))} == {"ages", "coins"}
    assert len(mm.load()) == sum(len(mm.load(s)) for s in mm.SPLITS)
    for bad in (dict(split="tests"), dict(families="age"), dict(levels=4)):
        with pytest.raises(InputError, match="unknown"):
            mm.load(**bad)
    with pytest.raises(InputError, match="build"):
        mm.load(path="nowhere.jsonl.gz")


def test_load_names_the_line_of_a_damaged_row(tmp_path, items):
    rows = [i.to_dict() for i in items[:3]]
    rows[1].pop("level")
    path = tmp_path / "set.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))
    with pytest.raises(InputError, match=r"set\.jsonl:2: .*level"):
        mm.load(path=path)


class Stub:
    "Judges by a rule; raises after some claims when told to."
    def __init__(self, rule, stop_after=None):
        self.rule, self.stop_after, self.seen = rule, stop_after, []

    def verify_many(self, pairs):
        if self.stop_after is not None and len(self.seen) >= self.stop_after:
            raise KeyboardInterrupt
        self.seen += [t.statement for t, _ in pairs]
        return [SimpleNamespace(status=self.rule(t.statement), reason="why", seconds=0.1) for t, _ in pairs]


def test_build_resumes_and_asks_nothing_twice(tmp_path):
    right = {i.statement for i in mm.generate(2)}
    rule = lambda statement: "accept" if statement in right else "reject"
    out, log = tmp_path / "s.jsonl.gz", tmp_path / "log.jsonl"
    dying = Stub(rule, stop_after=100)
    with pytest.raises(KeyboardInterrupt):
        mm.build(out, 2, judge=dying, log=log)
    assert not out.exists()
    second = Stub(rule)
    report = mm.build(out, 2, judge=second, log=log)
    asked = dying.seen + second.seen
    assert len(asked) == len(set(asked)) and right <= set(asked) and report["items"] == len(mm.load(path=out))


@pytest.mark.parametrize("status, wrong", [("reject", False), ("inconclusive", False), ("refused", False), ("accept", True)])
def test_build_refuses_and_names_the_item(tmp_path, status, wrong):
    items = mm.generate(1)
    victim = items[10]
    right = {i.statement for i in items}
    bad = mm.wrong_claim(victim) if wrong else victim.statement
    rule = lambda statement: status if statement == bad else "accept" if statement in right else "reject"
    with pytest.raises(FanslibError, match=f"{victim.id}.*{victim.family}"):
        mm.build(tmp_path / "s.jsonl", 1, judge=Stub(rule), log=tmp_path / "log.jsonl")
    assert not (tmp_path / "s.jsonl").exists()
    fixed = Stub(lambda statement: "accept" if statement in right else "reject")
    if status == "inconclusive":
        assert mm.build(tmp_path / "s.jsonl", 1, judge=fixed, log=tmp_path / "log.jsonl")["items"] == len(items)
        assert fixed.seen == [victim.statement]


def test_tactic_count_is_about_positions():
    assert mm.tactic_count("by\n  have omega2 : x = rfl_lemma := by omega") == 2
    assert mm.tactic_count("by\n  calc a = b := by rfl\n    _ = c := by rw [h]") == 3
    assert mm.tactic_count("by intro h; exact h") == 2 and mm.tactic_count("by\n  constructor\n  · omega\n  · omega") == 3


@given(st.integers(-10 ** 6, 10 ** 6), st.lists(st.integers(-50, 50)), st.booleans())
def test_wrong_answers_are_wrong(answer, mistakes, signed):
    found = wrong_answers(abs(answer) if not signed else answer, mistakes, signed)
    assert len(found) == len(set(found)) >= 4 and str(answer if signed else abs(answer)) not in found


def test_templates_mention_the_same_slots():
    slots = lambda t: {s for _, s, _, _ in string.Formatter().parse(t) if s}
    for f in FAMILIES.values():
        assert len({frozenset(slots(t)) for t in f.phrasings}) == 1 and len(set(f.phrasings)) == len(f.phrasings) >= 8
    assert fill("{a:+} {b:z}", dict(a=-3, b=-4)) == "- 3 (-4)" and ordinal(113) == "113th" and len(set(NAMES)) == len(NAMES)


@pytest.fixture(scope="module")
def judge():
    from fanslib.core import EngineError
    from fanslib.lean import Judge
    try:
        judge = Judge(workers=1)
        judge.verify(*claim("theorem T : 1 + 1 = 2", "by rfl"))
    except EngineError as e:
        pytest.skip(str(e))
    yield judge
    judge.close()


def claim(statement, proof):
    from fanslib.lean import Theorem
    return Theorem.parse(statement), proof


def test_lean_accepts_a_sample_and_rejects_its_wrong_answers(judge, items):
    sample = random.Random(3).sample(items, 12)
    assert all(v.ok for v in judge.verify_many([claim(i.statement, i.proof) for i in sample]))
    wrong = [claim(mm.wrong_claim(i), i.proof) for i in sample]
    assert not any(v.ok for v in judge.verify_many(wrong))


@pytest.mark.slow
def test_no_portfolio_tactic_proves_a_wrong_answer(judge, items):
    "Contradictory hypotheses would make every answer provable: strong automation must fail on all distractors."
    one_each = {i.family: i for i in items}.values()
    attacks = [claim(i.claim(d), f"by {t}") for i in one_each for d in i.distractors[:2] for t in ("omega", "grind", "simp_all <;> omega")]
    assert not [c for c, v in zip(attacks, judge.verify_many(attacks)) if v.ok]
