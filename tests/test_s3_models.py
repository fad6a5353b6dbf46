"S3's data, small models, scores and measures: properties, hostile rows, reference implementations."
import dataclasses, json, math, random, re, string
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from fanslib.core import ConfigError, FanslibError, InputError
from fanslib.s3 import ADQA, IMDB, QNLI, RTE, SNIPPETS, Example
from fanslib.s3_data import HUB, Gold, check_apart, distinct, load_hub, place, read_gold, read_scored, snippets, split_by_place, to_example, without_leaks
from fanslib.s3_publish import card, from_row, read_dataset, settings_of, to_row, write_dataset
from fanslib.s3_scores import Prediction, correct, exact_match, references, score, squad_normalize, token_f1

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=40).filter(str.strip)


def example(text="a film", label="positive", id="e", **kw):
    return Example(fields={"text": text}, label=label, id=id, **kw)


def many(n, seed=0, label=None):
    rng = random.Random(seed)
    words = "bright dull slow quick warm cold film plot actor scene music joke story end start".split()
    return [example(" ".join(rng.choices(words, k=8)) + f" {i}", label or rng.choice(SNIPPETS.labels), f"m{i}", kind="gold") for i in range(n)]


# --- scores -------------------------------------------------------------------------------------------------------------------

def official_normalize(s):
    s = "".join(ch for ch in s.lower() if ch not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", s).split())


def official_f1(prediction, truth):
    p, t = official_normalize(prediction).split(), official_normalize(truth).split()
    if not p or not t:
        return float(p == t)
    same = sum((Counter(p) & Counter(t)).values())
    return 0.0 if not same else 2 * (same / len(p)) * (same / len(t)) / (same / len(p) + same / len(t))


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_squad_scores_are_the_official_ones(a, b):
    assert squad_normalize(a) == official_normalize(a)
    assert exact_match(a, [b]) == float(official_normalize(a) == official_normalize(b))
    assert math.isclose(token_f1(a, [b]), official_f1(a, b), abs_tol=1e-12)


@given(st.lists(st.text("ab the,.", max_size=12), min_size=1, max_size=4), st.text("ab the,.", max_size=12))
@settings(max_examples=200, deadline=None)
def test_more_references_never_hurt(refs, answer):
    assert token_f1(answer, refs) == max(token_f1(answer, [r]) for r in refs)
    assert exact_match(answer, refs) <= token_f1(answer, refs) + 1e-12
    assert token_f1(refs[0], refs) == 1 and token_f1(answer, refs) == token_f1(answer, refs[::-1])


def test_scores_count_what_they_say():
    examples = [example(id=str(i), label=label) for i, label in enumerate(["positive", "negative", "positive", "positive"])]
    assert score("accuracy", examples, ["positive"] * 4) == {"accuracy": 0.75}
    assert score("accuracy", examples, [Prediction("negative", 0.5)] * 4) == {"accuracy": 0.25}
    qa = [Example(fields={"context": "c", "question": "q"}, label="the red car", id="1", parameters={"answers": ["the red car", "a car"]})]
    assert score("squad", qa, ["Car!"]) == {"EM": 1.0, "F1": 1.0} and score("squad", qa, ["red"])["F1"] == pytest.approx(2 / 3)
    assert correct("squad", qa[0], "red", f1_below=0.6) and not correct("squad", qa[0], "red", f1_below=0.7) and not correct("squad", qa[0], "red")
    assert references(qa[0]) == ["the red car", "a car"]


@pytest.mark.parametrize("call", [
    lambda: score("accuracy", [], []), lambda: score("accuracy", [example()], []), lambda: score("bleu", [example()], ["x"]),
    lambda: correct("accuracy", example(), "x", f1_below=0.5), lambda: correct("squad", example(), "x", f1_below=0),
    lambda: references(example(label=None)), lambda: Prediction("x", 1.5), lambda: Prediction(None, 0.5), lambda: Prediction("x", float("nan"))])
def test_scores_refuse(call):
    with pytest.raises(FanslibError):
        call()


# --- gold data ----------------------------------------------------------------------------------------------------------------

def test_snippets_are_the_sentences_people_scored():
    gold = snippets()
    scored = {row.id: row for row in read_scored("movies")}
    everything = gold.train + gold.validation + gold.test
    assert len(everything) == len({e.words for e in everything}) and len(gold.validation) == 400
    for e in everything:
        assert abs(scored[e.id].score) > 0.5 and (e.label == "positive") == (scored[e.id].score > 0) and e.parameters["score"] == scored[e.id].score
    assert all(place(e) >= 0.5 for e in gold.test) and all(place(e) < 0.5 for e in gold.train + gold.validation)
    assert max(map(place, gold.validation)) < min(map(place, gold.train))
    with pytest.raises(InputError, match="known are movies"):
        snippets("../movies")


def test_other_sources_are_test_only():
    for source in ("tweets", "amazon", "nyt"):
        gold = snippets(source)
        assert not gold.train and not gold.validation and len(gold.test) > 2500
        assert not any("&amp;" in e.fields["text"] for e in gold.test)


@given(st.permutations(list(range(60))), st.integers(0, 40))
@settings(max_examples=40, deadline=None)
def test_a_split_knows_no_order_and_does_not_move(order, more):
    examples = many(60)
    base, shuffled = split_by_place(examples, 10), split_by_place([examples[i] for i in order], 10)
    for part in ("train", "validation", "test"):
        assert [e.id for e in getattr(base, part)] == [e.id for e in getattr(shuffled, part)]
    grown = split_by_place(examples + many(more + 60)[60:], 10)
    assert {e.id for e in base.test} <= {e.id for e in grown.test}  # nothing leaves test when data is added


def test_contradictions_and_repeats_go():
    rows = [example("Fine  film!", "positive", "1"), example("fine film", "positive", "2"), example("dull", "negative", "3"), example("DULL.", "positive", "4")]
    assert [e.id for e in distinct(rows)] == ["1"]


def test_leaks_are_refused_with_the_row_named():
    clean, leak = many(5, 1), example("  A FILM, ", id="leak")
    with pytest.raises(InputError, match=r"row 3 of validation \(leak\) has the text of e in test"):
        check_apart([*clean[:2], leak], [example()])
    with pytest.raises(InputError, match="of train"):
        Gold((leak,), (), (example(),))
    assert without_leaks([*clean, leak], [example()]) == (clean, 1)
    with pytest.raises(InputError, match="cannot give 400"):
        split_by_place(clean, 400)


@pytest.mark.parametrize("row, words", [
    ({"text": "fine", "label": "good"}, "must be one of"), ({"text": "fine"}, "not None"), ({"text": "fine", "label": -1}, "not -1"),
    ({"text": "fine", "label": True}, "not True"), ({"text": "fine", "label": 2}, "not 2"), ({"text": "fine", "label": [0]}, "must be one of"),
    ({"text": "", "label": 0}, "1 to 200,000"), ({"text": "\n\t", "label": 0}, "1 to 200,000"), ({"text": 7, "label": 0}, "not 7"),
    ({"label": 0}, "not None"), ({"text": "x" * 200_001, "label": 0}, "200,001 characters")])
def test_hostile_rows_are_refused(row, words, tmp_path):
    with pytest.raises(InputError, match=re.escape(words)):
        to_example(row, IMDB)
    file = tmp_path / "rows.jsonl"
    file.write_text('{"text": "fine", "label": 1}\n' + json.dumps(row) + "\n")
    with pytest.raises(InputError, match=r"rows\.jsonl:2"):
        read_gold(file, IMDB)


@pytest.mark.parametrize("answer", ["", " ", "missing", None, 3, [], {"text": []}, {"text": ["tower"], "answer_start": [0]}, {"text": ["tower", "zzz"], "answer_start": [4, 9]},
                                    {"text": ["tower"], "answer_start": [4, 4]}])
def test_answers_that_do_not_stand_there_are_refused(answer):
    with pytest.raises(InputError, match="answer"):
        to_example({"context": "The tower fell.", "question": "What fell?", "label": answer}, ADQA)


def test_answers_keep_their_place():
    found = to_example({"context": "red car, red bus", "question": "?", "label": {"text": ["red", "red bus"], "answer_start": [9, 9]}}, ADQA)
    assert found.label == "red" and found.parameters == {"answers": ["red", "red bus"], "start": 9}


def test_hub_rows_become_examples(monkeypatch):
    datasets = pytest.importorskip("datasets")
    asked = []

    def fake(path, name, split):
        asked.append((path, name, split))
        return [{"sentence1": "It rained.", "sentence2": "It was wet.", "label": 0, "idx": 0}, {"sentence1": "It rained.", "sentence2": "It was dry.", "label": bad, "idx": 1}]

    bad = 1
    monkeypatch.setattr(datasets, "load_dataset", fake)
    first, second = load_hub(RTE, "train")
    assert asked == [("nyu-mll/glue", "rte", "train")] and first.fields == {"premise": "It rained.", "hypothesis": "It was wet."}
    assert (first.label, second.label, second.id) == ("correct", "wrong", "rte-train-1")
    bad = -1
    with pytest.raises(InputError, match="row rte-train-1: .*not -1"):
        load_hub(RTE, "train")
    monkeypatch.setattr(datasets, "load_dataset", lambda *a, **k: (_ for _ in ()).throw(OSError("no network")))
    with pytest.raises(FanslibError, match="no network; go online once"):
        load_hub(QNLI)
    assert set(HUB) == {"imdb", "qnli", "rte", "adqa"} and all(set(HUB[t.name].columns) == set(t.fields) for t in (IMDB, QNLI, RTE, ADQA))


# --- data out -----------------------------------------------------------------------------------------------------------------

@given(st.lists(st.tuples(TEXT, st.sampled_from(SNIPPETS.labels), st.integers(0, 3), st.text(max_size=20), st.lists(TEXT, max_size=2)), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_rows_come_back(parts):
    examples = [Example({"text": t}, label, f"id{i}", r, "extrapolated" if r else "seed", prompt, tuple(source), "k", {"t": 0.9, "n": [1, None]})
                for i, (t, label, r, prompt, source) in enumerate(parts)]
    assert [from_row(SNIPPETS, json.loads(json.dumps(to_row(SNIPPETS, e)))) for e in examples] == examples
    head = card(SNIPPETS, examples).split("---\n")[1]
    assert "text-classification" in head and '"n<1K"' in head


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_folders_come_back(form, tmp_path):
    if form == "parquet":
        pytest.importorskip("pyarrow")
    examples = [example(f"Zeile {i} \u2028 mit „Anführung“ \x85 und\nUmbruch", id=f"x{i}", round=i % 2, parameters={"seed": i}) for i in range(9)]
    folder = write_dataset(tmp_path / "set", SNIPPETS, examples, {"writer": "w", "refused": {"echo": 3}}, "mit", form)
    assert read_dataset(folder, SNIPPETS) == examples
    told = (folder / "README.md").read_text()
    assert "license: \"mit\"" in told and "- echo: 3" in told and "- seed: 9 values" in told and f"train-00000-of-00001.{form}" in told
    with pytest.raises(InputError, match="already holds"):
        write_dataset(folder, SNIPPETS, examples, form={"jsonl": "parquet", "parquet": "jsonl"}[form])
    assert not list(tmp_path.rglob("*.pkl")) and len(list((folder / "data").iterdir())) == 1


@pytest.mark.parametrize("change, words", [
    (lambda rows: [], "at least one"), (lambda rows: [*rows, rows[0]], "'m0'"), (lambda rows: [dataclasses.replace(rows[0], label=None)], "label None"),
    (lambda rows: [Example({"words": "x"}, "positive", "w")], "fields words")])
def test_broken_sets_leave_nothing(change, words, tmp_path):
    with pytest.raises(InputError, match=re.escape(words)):
        write_dataset(tmp_path / "set", SNIPPETS, change(many(3)), form="jsonl")
    assert not (tmp_path / "set").exists()


def test_a_damaged_folder_says_so(tmp_path):
    folder = write_dataset(tmp_path / "set", SNIPPETS, many(3), form="jsonl")
    file = folder / "data" / "train-00000-of-00001.jsonl"
    file.write_text(file.read_text() + "{broken\n")
    with pytest.raises(InputError, match="jsonl:4"):
        read_dataset(folder, SNIPPETS)
    with pytest.raises(InputError, match="needs one file"):
        read_dataset(tmp_path, SNIPPETS)
    folder = write_dataset(tmp_path / "other", SNIPPETS, many(3), form="jsonl")
    file = folder / "data" / "train-00000-of-00001.jsonl"
    file.write_text(file.read_text().replace("positive", "negative"))
    with pytest.raises(InputError, match="not the file that the card beside it names"):
        read_dataset(folder, SNIPPETS)
    (folder / "README.md").unlink()
    assert len(read_dataset(folder, SNIPPETS)) == 3


def test_settings_are_told_shortly():
    rows = [example(id=str(i), parameters={"temperature": 0.9, "seed": i, "stop": ["\n"]}) for i in range(8)]
    assert settings_of(rows) == {"seed": ["8 values"], "stop": [["\n"]], "temperature": [0.9]}


# --- small models -------------------------------------------------------------------------------------------------------------

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
from fanslib import s3_frozen  # noqa: E402
from fanslib.s3_frozen import FrozenClassifier, check_training, fit_head, head_probabilities, reads  # noqa: E402
from fanslib.s3_models import EncoderClassifier, SmallConfig, fingerprint, tune  # noqa: E402
from fanslib.s3_spans import SpanExtractor, answer_span, best_span, target, windows  # noqa: E402


class Bag:
    "An encoder without weights: counts of a few words, so that tests of heads need no download and no time."
    width = 16
    WORDS = "bright dull slow quick warm cold film plot actor scene music joke story end start good".split()

    def vectors(self, texts):
        return np.array([[t.split().count(w) for w in self.WORDS] for t in texts], np.float32).reshape(len(texts), 16)


@pytest.fixture
def bag(monkeypatch):
    monkeypatch.setattr(s3_frozen, "frozen_encoder", lambda *a: Bag())


def truthful(n, seed=0):
    return [dataclasses.replace(e, label="positive" if " bright" in " " + e.fields["text"] else "negative") for e in many(n, seed)]


def test_the_head_solves_its_problem():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(80, 5)).astype(np.float32), rng.integers(0, 3, 80)
    weights = fit_head(x, y, 3, strength=2.0)
    p, onehot = head_probabilities(x, weights), np.eye(3)[y]
    gradient = x.T.astype(float) @ (p - onehot) / 80 + weights[:-1].numpy() / (2.0 * 80)
    assert abs(gradient).max() < 1e-5 and abs((p - onehot).mean(0)).max() < 1e-5  # the bias is not punished
    assert np.allclose(p.sum(1), 1) and np.allclose(head_probabilities(x, fit_head(x, y, 3, 2.0, start=weights + 0.1)), p, atol=1e-4)


def test_the_head_agrees_with_scikit_learn():
    linear = pytest.importorskip("sklearn.linear_model")
    rng = np.random.default_rng(1)
    x = rng.normal(size=(120, 6)).astype(np.float32)
    y = (x[:, 0] + rng.normal(size=120) > 0).astype(int)
    ours = head_probabilities(x, fit_head(x, y, 2, strength=1.0))[:, 1]
    theirs = linear.LogisticRegression(C=2.0, tol=1e-10, max_iter=1000).fit(x, y).predict_proba(x)[:, 1]  # two weight vectors share what one has there
    assert np.allclose(ours, theirs, atol=1e-3)


def test_the_frozen_classifier_learns_selects_and_keeps(bag, tmp_path):
    train, held, other = truthful(200, 1), truthful(80, 2), truthful(200, 3)
    model = FrozenClassifier(SNIPPETS)
    fitted = model.fit(train, held, out=tmp_path / "m")
    assert fitted.score(other)["accuracy"] > 0.95 and fitted.score(held)["accuracy"] == max(r["accuracy"] for r in fitted.history)
    again = model.load(tmp_path / "m")
    assert np.array_equal(again.probabilities(other), fitted.probabilities(other)) and again.history == fitted.history
    assert [e.id for e in fitted.errors(other)] == [e.id for e, p in zip(other, fitted.predict(other)) if p.answer != e.label]
    assert all(0.5 <= p.score <= 1 for p in fitted.predict(other)) and fitted.predict([]) == [] and fitted.errors([]) == []
    assert np.allclose(model.fit(train[::-1], held).probabilities(other), fitted.probabilities(other), atol=1e-3)  # no order, no seed
    with pytest.raises(InputError, match="has others"):
        FrozenClassifier(SNIPPETS, model="elsewhere").load(tmp_path / "m")
    (tmp_path / "m" / "head.safetensors").unlink()
    with pytest.raises(InputError, match="fit again"):
        model.load(tmp_path / "m")


def test_test_data_cannot_choose(bag):
    "The chosen head is a function of training and validation data alone."
    train, held, other = truthful(120, 4), truthful(60, 5), truthful(60, 6)
    fitted = FrozenClassifier(SNIPPETS).fit(train, held)
    before = fitted.probabilities(other)
    poisoned = [dataclasses.replace(e, label="positive") for e in other]
    fitted.score(poisoned)
    assert np.array_equal(FrozenClassifier(SNIPPETS).fit(train, held).probabilities(poisoned), before)


@pytest.mark.parametrize("train, held, words", [
    ([example(label="great", id="bad")], [example()], "'bad' has the label 'great'"), ([example()], [example(label=None, id="none")], "'none' has the label None"),
    ([example()], [example()], "two labels"), ([example(), example(label="negative")], [], "validation set")])
def test_unfit_training_data_is_refused(train, held, words):
    with pytest.raises(InputError, match=re.escape(words)):
        check_training(SNIPPETS, train, held)


def test_reading_order():
    pair = Example({"premise": "p", "hypothesis": "h"}, "correct", "r")
    assert reads(RTE, pair) == ("h", "p") and reads(IMDB, example("t")) == ("t",)
    with pytest.raises(InputError, match="no field 'question'"):
        reads(QNLI, pair)


def test_fingerprints_see_everything():
    config, a, b = SmallConfig(), many(3), many(3, 1)
    keys = [fingerprint(config, 0, a, b), fingerprint(SmallConfig(lr=2e-4), 0, a, b), fingerprint(config, 1, a, b), fingerprint(config, 0, b, a),
            fingerprint(config, 0, a[::-1], b), fingerprint(config, 0, a + b[:1], b[1:]), fingerprint(config, 0, [dataclasses.replace(a[0], label="x"), *a[1:]], b)]
    assert len(set(keys)) == len(keys) and fingerprint(config, 0, [dataclasses.replace(e, id="other") for e in a], b) == keys[0]


@pytest.mark.parametrize("kw", [dict(batch=0), dict(epochs=0), dict(lr=0), dict(looks=0), dict(patience=0), dict(schedule="cosine"), dict(stride=60), dict(stride=-1)])
def test_settings_are_checked(kw):
    with pytest.raises(ConfigError):
        SmallConfig(**kw)


def test_published_settings():
    assert [(SmallConfig.paper(t).batch, SmallConfig.paper(t).lr, SmallConfig.paper(t).epochs, SmallConfig.paper(t).patience, SmallConfig.paper(t).warmup)
            for t in ("imdb", "qnli", "rte", "adqa")] == [(8, 5e-6, 6, 10, 100), (32, 5e-6, 10, 20, 300), (16, 1e-5, 20, 60, 100), (8, 1e-5, 10, 20, 0)]
    assert all(SmallConfig.paper(t).max_length == 512 and SmallConfig.paper(t).stride == 170 and SmallConfig.paper(t).clip == 0 for t in ("imdb", "adqa"))


class Line(torch.nn.Module):
    "One number to learn; the Trainer sees a model."

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def forward(self, x, labels=None):
        return {"loss": ((self.weight * x - labels) ** 2).mean()}


ROWS = [{"x": float(i % 3 + 1), "labels": 2.0 * (i % 3 + 1)} for i in range(24)]
COLLATE = lambda batch: {k: torch.tensor([r[k] for r in batch]) for k in batch[0]}


def test_tuning_returns_to_its_best_state():
    model, seen = Line(), []
    wanted = iter([0.2, 0.9, 0.5, 0.9])

    def look():
        seen.append(float(model.weight.detach()))
        return next(wanted)

    history = tune(model, ROWS, COLLATE, SmallConfig(batch=8, lr=0.1, epochs=4, warmup=0), 0, look)
    assert [r["validation"] for r in history] == [0.2, 0.9, 0.5, 0.9] and float(model.weight) == seen[1] and len(set(seen)) == 4


def test_tuning_stops_early_and_looks_when_told():
    history = tune(Line(), ROWS, COLLATE, SmallConfig(batch=8, epochs=9, patience=2), 0, iter([0.5, 0.4, 0.5, 0.6]).__next__)
    assert [r["step"] for r in history] == [3, 6, 9]
    history = tune(Line(), ROWS, COLLATE, SmallConfig(batch=4, epochs=2, looks=3, patience=9), 0, lambda: 0.5)
    assert [r["step"] for r in history] == [2, 4, 6, 8, 10, 12] and history[-1]["epoch"] == 2


def test_the_released_schedule_rests_for_a_thousand_steps():
    model, seen = Line(), []

    def look():
        seen.append(float(model.weight.detach()))
        return 0.5

    tune(model, [{"x": 1.0, "labels": 5.0}] * 4, COLLATE, SmallConfig(batch=4, lr=1e-3, epochs=1050, patience=9999, schedule="as_released", weight_decay=0), 0, look)
    assert seen[49] == seen[-1] and seen[48] != seen[49] and len(seen) == 1050  # fifty steps learn, a thousand do nothing
    with pytest.raises(ConfigError, match="schedule='linear'"):
        tune(Line(), ROWS, COLLATE, SmallConfig(batch=8, epochs=40, schedule="as_released"), 0, lambda: 0)


# --- spans --------------------------------------------------------------------------------------------------------------------

@given(st.lists(st.floats(-5, 5), min_size=3, max_size=9), st.lists(st.floats(-5, 5), min_size=9, max_size=9), st.integers(1, 9))
@settings(max_examples=150, deadline=None)
def test_the_best_span_is_the_best(start, end, longest):
    n, end = len(start), end[:len(start)]
    offsets = [None, *[(4 * i, 4 * i + 3) for i in range(n - 1)]]
    pairs = [(start[i] + end[j], i, j) for i in range(1, n) for j in range(i, min(n, i + longest))]
    value, probability, first, last = best_span(start, end, offsets, longest)
    assert value == pytest.approx(max(pairs)[0]) and 0 < probability <= 1
    assert start[first // 4 + 1] + end[(last - 3) // 4 + 1] == pytest.approx(value) and first < last


def test_padding_changes_no_span():
    offsets = [None, (0, 3), (4, 7)]
    assert best_span([0, 1, 2, 99], [0, 1, 2, 99], offsets) == best_span([0, 1, 2], [0, 1, 2], offsets)


@given(st.integers(0, 30), st.integers(1, 12), st.integers(0, 30), st.integers(1, 20))
@settings(max_examples=150, deadline=None)
def test_targets_hold_the_whole_answer_or_nothing(begin, length, left, size):
    offsets = [None, *[(i, i + 3) for i in range(0, 60, 4)][left // 4:left // 4 + size], None]
    found = target(offsets, begin, begin + length)
    i, j = found["start_positions"], found["end_positions"]
    assert (i == 0) == (j == 0)
    if i:
        assert offsets[i][0] <= begin < offsets[i][1] and offsets[j][1] >= begin + length > offsets[j][0]


def test_an_answer_is_found_by_place_then_by_text():
    qa = Example({"context": "red car, red bus", "question": "?"}, "red", "q", parameters={"start": 9})
    assert answer_span(ADQA, qa) == (9, 12) and answer_span(ADQA, dataclasses.replace(qa, parameters={"start": 2})) == (0, 3)
    for label in ("blue", "", None):
        with pytest.raises(InputError, match="'q': the answer"):
            answer_span(ADQA, dataclasses.replace(qa, label=label))
    with pytest.raises(ConfigError, match="metric 'squad'"):
        SpanExtractor(RTE).fit([], [])


@pytest.fixture(scope="module")
def tiny_bert(tmp_path_factory):
    "A BERT of a few thousand random weights with a word-piece tokenizer of its own: real code, no download."
    import transformers
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    folder = tmp_path_factory.mktemp("bert")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *Bag.WORDS, "the", "opened", "in", "when", "did", "it", "?", ".", *map(str, range(10)), *(f"##{d}" for d in range(10))]
    raw = Tokenizer(models.WordPiece({w: i for i, w in enumerate(words)}, unk_token="[UNK]"))
    raw.normalizer, raw.pre_tokenizer = normalizers.BertNormalizer(lowercase=True), pre_tokenizers.BertPreTokenizer()
    raw.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    transformers.PreTrainedTokenizerFast(tokenizer_object=raw, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]").save_pretrained(folder)
    torch.manual_seed(0)
    transformers.BertModel(transformers.BertConfig(vocab_size=len(words), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64,
                                                   max_position_embeddings=128)).save_pretrained(folder)
    return str(folder)


def test_the_encoder_classifier_learns_and_is_found_again(tiny_bert, tmp_path):
    config = SmallConfig(model=tiny_bert, batch=16, lr=3e-3, epochs=6, max_length=24, stride=0)
    train, held, other = truthful(240, 1), truthful(60, 2), truthful(120, 3)
    fitted = EncoderClassifier(SNIPPETS, config).fit(train, held, seed=3, out=tmp_path / "m", watch={"other": other})
    assert fitted.score(other)["accuracy"] > 0.85 and max(r["validation"] for r in fitted.history) == fitted.score(held)["accuracy"]
    assert {"step", "epoch", "validation", "seconds", "other"} == set(fitted.history[0])
    again = EncoderClassifier(SNIPPETS, config).fit(train, held, seed=3, out=tmp_path / "m")
    assert np.allclose(again.probabilities(other), fitted.probabilities(other), atol=1e-6) and again.history == fitted.history
    twin = EncoderClassifier(SNIPPETS, config).fit(train, held, seed=3)
    assert np.allclose(twin.probabilities(other), fitted.probabilities(other), atol=1e-5), "the same seed must give the same model"
    assert np.allclose(fitted.probabilities(other)[::-1], fitted.probabilities(other[::-1]), atol=1e-5), "the batch must not matter"
    assert not [p for p in (tmp_path / "m").rglob("*") if p.suffix in (".bin", ".pt", ".pkl", ".pth")]


def test_the_span_extractor_answers_with_words_of_the_context(tiny_bert, tmp_path):
    rng = random.Random(0)
    rows = []
    for i in range(48):
        year = str(rng.randrange(100, 999))
        rows.append(Example({"context": f"the film opened in {year} . the music end in the story scene", "question": "when did it opened ?"}, year, f"y{i}"))
    config = SmallConfig(model=tiny_bert, batch=8, lr=3e-3, epochs=5, max_length=20, stride=4)
    fitted = SpanExtractor(ADQA, config).fit(rows[:36], rows[36:], seed=0, out=tmp_path / "m")
    assert all(p.answer in e.fields["context"] for e, p in zip(rows, fitted.predict(rows)))
    assert fitted.score(rows[36:])["EM"] > 0.6 and len(fitted.errors(rows[36:])) == round(12 * (1 - fitted.score(rows[36:])["EM"]))
    again = SpanExtractor(ADQA, config).fit(rows[:36], rows[36:], seed=0, out=tmp_path / "m")
    assert [p.answer for p in again.predict(rows)] == [p.answer for p in fitted.predict(rows)]
    found = windows(ADQA, fitted.tokenizer, rows[:3], config, targets=True)
    for i, e in enumerate(rows[:3]):
        mine = [r for r in found if r["example"] == i]
        whole = set(e.fields["context"].replace(" ", "\0"))
        assert len(mine) > 1 and {c for r in mine for o in r["offsets"] if o for c in range(*o)} == {k for k, ch in enumerate(e.fields["context"]) if ch != " "} and whole
        assert any(e.fields["context"][r["offsets"][r["start_positions"]][0]:r["offsets"][r["end_positions"]][1]] == e.label for r in mine if r["start_positions"])


# --- measures, the paper's tables, the study ----------------------------------------------------------------------------------

from fanslib.s3_metrics import coverage, equal_sizes, joint_map, nearest, pairs_of, quality, word_edit_distance  # noqa: E402
from fanslib.s3_paper import PLANS, TABLE2, estimate, headlines, plan_of, record_flops, table2  # noqa: E402
from fanslib.s3_study import accuracy, by_repetition, by_sentence, compare, from_hex, run_study, summary, to_hex  # noqa: E402

WORDS = st.lists(st.sampled_from(["a", "film", "dull", "kind"]), max_size=7).map(" ".join)


def slow_distance(a, b):
    if not a or not b:
        return len(a) + len(b)
    return min(slow_distance(a[1:], b) + 1, slow_distance(a, b[1:]) + 1, slow_distance(a[1:], b[1:]) + (a[0] != b[0]))


@given(WORDS, WORDS, WORDS)
@settings(max_examples=60, deadline=None)
def test_word_edit_distance_is_levenshtein(a, b, c):
    a, b, c = (t[:14] for t in (a, b, c))
    assert word_edit_distance(a, b) == slow_distance(a.split()[:5], b.split()[:5]) or len(a.split()) > 5 or len(b.split()) > 5
    assert word_edit_distance(a, c) <= word_edit_distance(a, b) + word_edit_distance(b, c)
    assert (word_edit_distance(a, b) == 0) == (a.split() == b.split()) and word_edit_distance(a, b) == word_edit_distance(b, a)


def test_quality_counts_and_controls():
    errors = many(30, 1)
    added = [dataclasses.replace(e, id=f"+{e.id}", kind="extrapolated", source=(e.id,)) for e in errors[::-1]]
    pairs = pairs_of([*added, *many(3, 2)], errors)
    assert [(a.id, b.id) for a, b in pairs] == [(e.id, f"+{e.id}") for e in errors[::-1]]

    class Unit(Bag):
        def vectors(self, texts):
            v = super().vectors(texts)
            return v / np.linalg.norm(v, axis=1, keepdims=True)

    row = quality(pairs, encoder=Unit())
    assert row["added"] == 30 and row["cosine"] == pytest.approx(1) and row["cosine of others"] < 0.9
    assert row["edit distance"] == 0 and row["words of error"] == row["words of addition"] == 9
    assert quality(pairs, encoder=Unit()) == row and quality(pairs[:1], encoder=Unit())["cosine of others"] == pytest.approx(1)


@given(st.integers(2, 30), st.integers(1, 30), st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_coverage_against_the_plain_definition(n, m, seed):
    rng = np.random.default_rng(seed)
    gold, other, radii = rng.normal(size=(n, 2)), rng.normal(size=(m, 2)), [0.3, 1, 3]
    far = np.linalg.norm(gold[:, None] - other[None], axis=-1).min(1)
    own = np.linalg.norm(gold[:, None] - gold[None], axis=-1) + np.diag([np.inf] * n)
    assert np.allclose(nearest(gold, other), far, atol=1e-6)
    shares = coverage(gold, other, radii)
    assert shares == pytest.approx([float((far <= r * np.median(own.min(1))).mean()) for r in radii], abs=1e-9)
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    assert coverage(5 * gold @ turn + 2, 5 * other @ turn + 2, radii) == pytest.approx(shares)
    assert coverage(gold, np.concatenate([other, gold[:1]]), radii) >= shares


def test_measures_refuse():
    for call in (lambda: coverage(np.zeros((1, 2)), np.zeros((1, 2))), lambda: coverage(np.zeros((4, 2)), np.ones((4, 2))), lambda: quality([]),
                 lambda: coverage(np.eye(2), np.zeros((0, 2))), lambda: equal_sizes({"a": many(2), "b": many(5)}, 3)):
        with pytest.raises(InputError):
            call()


def test_a_joint_map_has_every_point():
    pytest.importorskip("sklearn")
    texts = {"a": [e.fields["text"] for e in many(25, 1)], "b": [e.fields["text"] for e in many(15, 2)]}
    points = joint_map(texts, Bag(), perplexity=5)
    assert {k: v.shape for k, v in points.items()} == {"a": (25, 2), "b": (15, 2)} and all(np.isfinite(v).all() for v in points.values())
    with pytest.raises(InputError, match="needs more than 90 texts"):
        joint_map(texts, Bag())


def test_the_paper_arithmetic():
    by = {r.method: r for r in TABLE2}
    assert by["S3"].right_average == pytest.approx(55.818) and by["GoldGen"].right_size == 71.25 and by["Gold"].right_size == 40.625
    assert [m for m, r in by.items() if abs(r.average - r.right_average) > 0.0151] == ["S3"]
    assert [m for m, r in by.items() if abs(r.size - r.right_size) > 0.0151] == ["GoldGen"]
    assert sum("*" in str(v) for r in table2().rows for v in r.values()) == 2
    assert [r["from Table 2"] for r in headlines().rows][:3] == [9.48, 2.73, 38.04] and record_flops() == pytest.approx(2.03e11, rel=2e-3)


@pytest.mark.parametrize("task", list(PLANS))
def test_estimates_follow_the_plan(task):
    plan = plan_of(task)
    cost = lambda **kw: {r["quantity"]: r["value"] for r in estimate(task, **kw).rows}
    free = cost(refused=0.0)
    assert free["requests"] == plan.seeds + sum(plan.errors) < cost()["requests"] and free["final size"] == plan.sizes[-1]
    assert cost(price=(0, 0))["price"] == 0 and cost(price=(0, 2.0), refused=0.0)["price"] == pytest.approx(2 * free["written tokens"], rel=0.02)
    assert cost(tflops=30)["small models"] == pytest.approx(2 * cost(tflops=60)["small models"], rel=0.05, abs=0.02)


@given(st.lists(st.booleans(), min_size=1, max_size=300))
@settings(max_examples=100, deadline=None)
def test_bits_come_back(flags):
    assert from_hex(to_hex(flags)) == flags


def row(method, seed, flags, validation=0.5):
    return dict(id=f"{method} {seed}", method=method, seed=seed, n=10, validation=validation, right={"movies": to_hex(flags)})


def test_comparisons_are_paired_and_honest():
    rng = random.Random(0)
    hard = [rng.random() for _ in range(400)]
    draw = lambda skill, seed: [random.Random(f"{skill}{seed}{i}").random() * 0.4 + 0.6 * h < skill for i, h in enumerate(hard)]
    rows = [row(m, s, draw(skill, s)) for m, skill in (("better", 0.75), ("worse", 0.65), ("twin", 0.7500001)) for s in range(5)]
    table = {r["better against"]: r for r in compare(rows, "better", ["worse", "twin"], "movies").rows}
    assert table["worse"]["holds"] and table["worse"]["won"] == "5 of 5" and table["worse"]["difference"] > 5
    assert abs(table["twin"]["difference"]) < 3
    exact = [accuracy(a, "movies") - accuracy(b, "movies") for a, b in zip(rows[:5], rows[5:10])]
    assert by_sentence(rows, "better", "worse", "movies").estimate == pytest.approx(np.mean(exact))
    student = by_repetition(rows, "better", "worse", "movies")
    assert student.high - student.estimate == pytest.approx(2.776 * np.std(exact, ddof=1) / 5**0.5, rel=1e-3)
    assert summary(rows).rows[0]["movies"] == pytest.approx(100 * np.mean([accuracy(r, "movies") for r in rows[:5]]), abs=0.01)
    with pytest.raises(InputError, match="share no repetition"):
        by_sentence([row("a", 0, [True]), row("b", 1, [True])], "a", "b", "movies")
    with pytest.raises(InputError, match="2 to 10"):
        by_repetition(rows[:1] + rows[5:6], "better", "worse", "movies")


def test_a_study_resumes_and_asks_test_last(bag, tmp_path):
    held, tests, calls = truthful(40, 1), {"movies": truthful(60, 2), "shift": truthful(30, 3)}, []

    def method(n):
        def draw(seed):
            calls.append((n, seed))
            if len(calls) == 3:
                raise KeyboardInterrupt
            return truthful(n, 10 + seed)
        return draw

    methods = {"much": method(120), "little": method(6)}
    with pytest.raises(KeyboardInterrupt):
        run_study(methods, FrozenClassifier(SNIPPETS), held, tests, tmp_path, range(2))
    first = (tmp_path / "results.jsonl").read_text()
    rows = run_study(methods, FrozenClassifier(SNIPPETS), held, tests, tmp_path, range(2))
    assert (tmp_path / "results.jsonl").read_text().startswith(first) and calls == [(120, 0), (6, 0), (120, 1), (120, 1), (6, 1)]
    assert [(r["method"], r["seed"]) for r in rows] == [("much", 0), ("little", 0), ("much", 1), ("little", 1)]
    assert accuracy(rows[0], "movies") > accuracy(rows[1], "movies") and set(rows[0]["right"]) == {"movies", "shift"}
    with pytest.raises(InputError, match="choose a new folder"):
        run_study(methods, FrozenClassifier(SNIPPETS), held, {"movies": tests["shift"]}, tmp_path, range(2))
