"""FANS: the selector never sees labels, votes are by equality, runs resume, bad input is named."""
import dataclasses, json
from types import SimpleNamespace

import pytest
from hypothesis import given, settings, strategies as st

from fanslib.core import ConfigError, InputError, RunFolder, write_jsonl
from fanslib.fans import FANS, Dossier, Evidence, Translation, read_problems, select_best_score, select_fans, select_fans_oracle, select_majority
from fanslib.fans_minif2f import convert_minif2f, slot_of, wrong_answers
from fanslib.fans_report import explorer_page, make_report, score, write_run
from fanslib.fans_translate import FirstOf, FormalTranslator, LMTranslator, answer_term, mentions_answer
from fanslib.lean import Judge, Theorem


@pytest.fixture(scope="module")
def lean_judge():
    with Judge(workers=2, timeout=10) as judge:
        yield judge


class Decide:
    "The smallest real prover."

    def __init__(self, judge):
        self.judge, self.asked = judge, []

    def prove(self, theorem):
        self.asked.append(theorem.statement)
        verdict = self.judge.verify(theorem, "by decide")
        return SimpleNamespace(proof="by decide" if verdict.ok else "", attempts=1, seconds=verdict.seconds, status=verdict.status)


def rows(gold=lambda i: str(i + 2)):
    return [dict(id=f"p{i}", question=f"What is {i} + 2?", formal=f"theorem p : {i} + 2 = {{answer}}", gold=gold(i),
                 candidates=[{"answer": str(i)}, {"answer": str(i)}, {"text": f"So \\boxed{{{i + 2}}}"}, {"answer": f"{i + 2}.0"}, {"answer": "no idea"}])
            for i in range(6)]


def test_poisoned_labels_change_nothing(tmp_path, lean_judge):
    outputs = []
    for name, gold in (("true", lambda i: str(i + 2)), ("poisoned", lambda i: str(i)), ("hostile", lambda i: "no idea")):
        write_jsonl(tmp_path / f"{name}.jsonl", rows(gold))
        problems, _ = read_problems(tmp_path / f"{name}.jsonl")
        dossiers, selections = FANS(FormalTranslator(), Decide(lean_judge), lean_judge).run(problems, tmp_path / name)
        outputs.append((tmp_path / name / "answers.jsonl").read_bytes())
        assert all(s.verified for s in selections)
    assert outputs[0] == outputs[1] == outputs[2]


def test_no_selector_type_has_room_for_a_label():
    from fanslib.fans import Candidate, Problem

    for record in (Problem, Candidate, Dossier, Evidence):
        assert not {f.name for f in dataclasses.fields(record)} & {"gold", "label", "correct", "solution"}


def test_end_to_end_report(tmp_path, lean_judge):
    write_jsonl(tmp_path / "in.jsonl", rows())
    problems, golds = read_problems(tmp_path / "in.jsonl")
    dossiers, selections = FANS(FormalTranslator(), Decide(lean_judge), lean_judge).run(problems, tmp_path / "run")
    report = write_run(tmp_path / "run", problems, dossiers, selections, golds)
    assert report["accuracy"]["fans"]["estimate"] == 1.0 and report["accuracy"]["pass@n"]["estimate"] == 1.0
    assert report["accuracy"]["majority"]["estimate"] == 0.0  # two string-equal wrong answers against 2 and 2.0: a tie, first seen wins
    assert report["false_proofs"] == [] and report["evidence"]["untranslated"] == 6
    assert {"answers.jsonl", "report.json", "figure.png", "figure.csv", "explorer.html", "dossiers.jsonl"} <= {p.name for p in (tmp_path / "run").iterdir()}
    assert [e.votes for e in dossiers[0].evidence] == [2, 2, 1]


def test_run_resumes_without_asking_again(tmp_path, lean_judge):
    write_jsonl(tmp_path / "in.jsonl", rows())
    problems, _ = read_problems(tmp_path / "in.jsonl")
    prover = Decide(lean_judge)
    fans = FANS(FormalTranslator(), prover, lean_judge)
    fans.run(problems[:3], tmp_path / "run")
    asked = len(prover.asked)
    with open(tmp_path / "run" / "dossiers.jsonl", "a") as file:
        file.write('{"id": "p3", "torn')
    fans.run(problems, tmp_path / "run")
    assert len(prover.asked) == 2 * asked


def test_a_run_folder_belongs_to_its_settings(tmp_path):
    RunFolder(tmp_path / "run", {"budget": 1})
    with pytest.raises(ConfigError, match="another configuration"):
        RunFolder(tmp_path / "run", {"budget": 2})


def test_a_prover_that_lies_is_not_believed(lean_judge):
    class Liar:
        def prove(self, theorem):
            return SimpleNamespace(proof="by decide", attempts=1, seconds=0.0, status="proved")

    from fanslib.fans import read_problem

    dossier = FANS(FormalTranslator(), Liar(), lean_judge).dossier(read_problem(rows()[0]))
    assert [e.status for e in dossier.evidence] == ["unproved", "verified", "untranslated"]


def test_machinery_trouble_is_inconclusive_for_one_answer_only(lean_judge):
    from fanslib.fans import read_problem

    class Breaks(FormalTranslator):
        def translate(self, question, answer, formal=None):
            if answer == "0":
                raise RuntimeError("endpoint gone")
            return super().translate(question, answer, formal)

    dossier = FANS(Breaks(), Decide(lean_judge), lean_judge).dossier(read_problem(rows()[0]))
    assert [e.status for e in dossier.evidence] == ["inconclusive", "verified", "untranslated"]


def test_an_unfaithful_statement_is_not_proved(lean_judge):
    from fanslib.fans import read_problem

    prover = Decide(lean_judge)
    fans = FANS(FormalTranslator(), prover, lean_judge, checks={"size": lambda question, answer, statement: "= 2" not in statement}, gate=["size"])
    assert fans.dossier(read_problem(rows()[0])).evidence[1].status == "unfaithful" and len(prover.asked) == 1


evidence = st.lists(st.sampled_from(["verified", "unproved", "untranslated", "inconclusive"]), min_size=1, max_size=5)


@given(evidence, st.integers(1, 3), st.randoms())
@settings(max_examples=200, deadline=None)
def test_selection_rule(statuses, threshold, random):
    members, rows_, start = [], [], 0
    for i, status in enumerate(statuses):
        count = random.randint(1, 4)
        rows_.append(Evidence(str(i), tuple(range(start, start + count)), status))
        start += count
    dossier = Dossier("d", "?", tuple(str(i) for i, e in enumerate(rows_) for _ in e.members), None, tuple(rows_))
    chosen, majority = select_fans(dossier, threshold), select_majority(dossier)
    verified = [e for e in rows_ if e.status == "verified"]
    assert chosen.conflict == (len(verified) > 1)
    if chosen.verified:
        best = next(e for e in rows_ if e.answer == chosen.answer)
        assert best.status == "verified" and best.votes >= threshold and all(e.votes <= best.votes for e in verified)
    else:
        assert chosen.answer == majority.answer and all(e.votes < threshold for e in verified)
    oracle = select_fans_oracle(dossier, gold="0")
    assert oracle.method == "fans_oracle"


def test_best_score_and_ties():
    dossier = Dossier("d", "?", ("1", "2", "2"), (0.5, 0.5, 0.1), (Evidence("1", (0,), "unproved"), Evidence("2", (1, 2), "unproved")))
    assert select_best_score(dossier).answer == "1" and select_majority(dossier).answer == "2"


@pytest.mark.parametrize("row, message", [
    ({"id": 1, "question": "q"}, "missing field 'candidates'"),
    ({"id": 1, "question": "q", "candidates": []}, "at least one candidate"),
    ({"id": 1, "question": "q", "candidates": [{}]}, "'text' or 'answer'"),
    ({"id": 1, "question": "q", "candidates": [{"answer": "1", "score": "high"}]}, "not a finite number"),
    ({"id": 1, "question": "q", "candidates": [{"answer": "1"}], "formal": "theorem t : 1 = 1"}, "exactly once"),
    ({"id": 1, "question": ["q"], "candidates": [{"answer": "1"}]}, "must be text"),
])
def test_bad_problems_are_named(tmp_path, row, message):
    good = json.dumps({"id": 0, "question": "q", "candidates": [{"answer": "1"}]})
    (tmp_path / "p.jsonl").write_text(good + "\n" + json.dumps(row) + "\n")
    with pytest.raises(InputError, match=message) as error:
        read_problems(tmp_path / "p.jsonl")
    assert "p.jsonl:2:" in str(error.value)


def test_nan_scores_and_duplicates(tmp_path):
    (tmp_path / "nan.jsonl").write_text('{"id": 1, "question": "q", "candidates": [{"answer": "1", "score": NaN}]}\n')
    with pytest.raises(InputError, match="nan.jsonl:1: not a JSON row: NaN"):
        read_problems(tmp_path / "nan.jsonl")
    write_jsonl(tmp_path / "twice.jsonl", [{"id": 1, "question": "q", "candidates": [{"answer": "1"}]}] * 2)
    with pytest.raises(InputError, match="twice.jsonl:2: the id '1' was used in line 1"):
        read_problems(tmp_path / "twice.jsonl")


@pytest.mark.parametrize("hostile", ["5 ∨ True", "1) ∨ (1 = 1", "sorry", "0 /- ", "∀ x, x", "12 --", "⟨1⟩", "1\n:= sorry", "(by trivial)"])
def test_a_hostile_answer_never_enters_a_statement(hostile):
    assert answer_term(hostile) is None
    assert FormalTranslator().translate("q", hostile, "theorem t : 1 = {answer}").theorem is None


def test_a_fraction_cannot_be_truncated(lean_judge):
    "In Nat, 1 / 2 is 0; as an answer it must stay a half."
    theorem = FormalTranslator().translate("q", "1/2", "theorem t (x : Nat) (h : x = 0) : x = {answer}").theorem
    assert not any(lean_judge.verify(theorem, proof).ok for proof in ("by subst h; rfl", "by subst h; decide", "by simp [h]", "by grind", "by omega"))


@given(st.integers(-10**6, 10**6))
def test_integers_survive_as_terms(value):
    assert answer_term(str(value)) == (str(value) if value >= 0 else f"({value})")
    assert mentions_answer(f"theorem t (x : Int) (h : x = 3) : x = {value}", str(value))
    assert not mentions_answer(f"theorem t (x : Int) (h : x = {value}) : x = {value + 1}", str(value)) or value in (-1, 0) or value + 1 == -value


def test_lm_translator_asks_and_reads():
    class Fake:
        def generate(self, prompts, **sampling):
            self.prompt = prompts[0]
            return [[SimpleNamespace(text="```lean\ntheorem x : 3 + 4 = 7 := by norm_num\n```")]]

    lm = Fake()
    found = LMTranslator(lm).translate("What is 3 + 4?", "7")
    assert found.theorem == Theorem("candidate", "theorem candidate : 3 + 4 = 7")
    assert lm.prompt[-1]["content"] == "What is 3 + 4? The answer is 7."


def test_first_of_stops_at_a_formal_that_cannot_be_filled():
    assert FirstOf(FormalTranslator(), LMTranslator(None)).translate("q", "x y", "theorem t : 1 = {answer}").theorem is None


@given(st.integers(0, 10**6))
def test_wrong_answers_are_wrong_distinct_and_natural(value):
    wrong = wrong_answers(value)
    assert len(wrong) == len(set(wrong)) == 4 and value not in wrong and min(wrong) >= 0


def test_minif2f_conversion(tmp_path):
    write_jsonl(tmp_path / "b.jsonl", [dict(name="a", core_statement="theorem a (x : Nat) (h : x + 1 = 3) : x = 2 := by", informal_statement="Find x. Show that it is 2.")])
    assert convert_minif2f(tmp_path / "b.jsonl", tmp_path / "p.jsonl")["problems"] == 1
    problems, golds = read_problems(tmp_path / "p.jsonl")
    assert golds == {"a": "2"} and problems[0].question == "Find x." and problems[0].formal.endswith("x = {answer}")
    assert sorted(problems[0].answers).count("2") == 1 and len(problems[0].answers) == 5
    assert slot_of("theorem a (x : Nat) (h : x = 2) : ∃ y, y = x") is None


def test_explorer_keeps_hostile_text_as_data():
    page = explorer_page(dict(labelled=False, table=[], note="</script><script>alert(1)</script>", problems=[]))
    assert page.count("</script>") == 2 and "<script>alert" not in page


def test_report_without_labels_has_no_accuracy():
    dossier = Dossier("d", "?", ("1",), None, (Evidence("1", (0,), "verified"),))
    assert "accuracy" not in make_report([dossier], [select_fans(dossier)], {}) and score([dossier], [select_fans(dossier)], {}) == []
