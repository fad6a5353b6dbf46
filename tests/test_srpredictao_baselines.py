"Metrics against all orders of ties, baselines against slow sentences of Python, comparisons over sessions."
import itertools, math

import numpy as np
import pytest

from fanslib.core import InputError, read_jsonl
from fanslib.srpredictao import Batch, Samples, SessionDataset
from fanslib.srpredictao_baselines import (BASELINES, SKNN, STAN, VSKNN, Neighbours, compare, evaluate, export_top, exposure, markov, metric, nearest_sessions,
                                           places, popularity, sequential_rules, session_popularity)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    rows = [rng.integers(12, size=n).tolist() for n in rng.integers(2, 9, size=60)]
    return rows, SessionDataset.of(rows, 12)


@pytest.fixture(scope="module")
def prefixes():
    rng = np.random.default_rng(1)
    rows = [rng.integers(12, size=n).tolist() for n in (1, 2, 3, 4, 5, 6, 6, 7)]
    items = np.zeros((len(rows), 9), np.int64)
    for i, row in enumerate(rows):
        items[i, :len(row)] = row
    items[np.arange(9) >= np.array([len(r) for r in rows])[:, None]] = 5  # what stands in the padding must not matter
    return rows, Batch(items, np.array([len(r) for r in rows]), np.zeros(len(rows), np.int64))


# ---- metrics

def by_permutation(scores, target, name, k):
    total, gain = [], dict(HR=lambda r: 1.0, MRR=lambda r: 1 / r, NDCG=lambda r: 1 / math.log2(r + 1))[name]
    for order in itertools.permutations(range(len(scores))):
        place = sorted(order, key=lambda i: -scores[i]).index(target) + 1  # sorted is stable: equals stand in this order
        total.append(gain(place) if place <= k else 0.0)
    return sum(total) / len(total)


@pytest.mark.parametrize("seed", range(6))
def test_ties_are_the_mean_over_their_orders(seed):
    rng = np.random.default_rng(seed)
    scores, target = rng.integers(3, size=6).astype(float), int(rng.integers(6))
    for name in ("HR", "MRR", "NDCG"):
        for k in (1, 2, 4, 6):
            assert metric(f"{name}@{k}", *places(scores[None], np.array([target])))[0] == pytest.approx(by_permutation(scores, target, name, k))


@pytest.mark.parametrize("name", ["HR", "HR@", "HR@0", "HR@x", "recall@20", "@20"])
def test_unknown_metrics_are_refused(name):
    with pytest.raises(InputError, match="unknown metric"):
        metric(name, np.array([0]), np.array([0]))


def test_an_evaluation_stands_in_the_order_of_the_samples(data):
    _, train = data
    samples = Samples.of(train)
    whole = evaluate(markov(train), samples, top=5, batch_size=7)
    score = markov(train)
    for i in range(0, len(samples), 11):
        batch = samples.batch(np.array([i]))
        row = score(batch)[0]
        assert (whole.above[i], whole.ties[i]) == ((row > row[batch.targets[0]]).sum(), (row == row[batch.targets[0]]).sum() - 1)
        assert whole.top_scores[i].tolist() == sorted(row, reverse=True)[:5] and row[whole.top[i]].tolist() == whole.top_scores[i].tolist()
    assert whole.values("HR@5").mean() == whole.summary(("HR@5",))["HR@5"]


def test_a_catalogue_smaller_than_the_list(data):
    found = evaluate(popularity(data[1]), Samples.of(data[1]), top=50)
    assert found.top.shape[1] == 12 and all(sorted(row) == list(range(12)) for row in found.top.tolist())


def test_no_samples_and_no_numbers_are_refused(data):
    with pytest.raises(InputError, match="no sample"):
        evaluate(popularity(data[1]), Samples.of(SessionDataset.of([], 12)))
    with pytest.raises(InputError, match="NaN"):
        evaluate(lambda batch: np.full((len(batch.lengths), 12), np.nan), Samples.of(data[1]))


def test_comparison_is_over_sessions():
    "One long session against many short ones: the interval is wider than samples alone would say."
    train = SessionDataset.of([[0] * 41, *[[0, 1]] * 10], 2)
    samples = Samples.of(train)
    a, b = (evaluate(lambda batch, i=i: np.tile(np.eye(2)[i], (len(batch.lengths), 1)), samples, top=1) for i in (0, 1))
    found = compare(a, b, "HR@1")
    assert found["difference"] == pytest.approx(a.values("HR@1").mean() - b.values("HR@1").mean()) == pytest.approx(0.6)
    assert (found["only first"], found["only second"]) == (40, 10) and found["low"] < -0.1
    with pytest.raises(InputError, match="different samples"):
        compare(a, evaluate(popularity(train), Samples.of(train.select([1]))))
    assert exposure(a, samples, train) == {"coverage": 0.5, "popularity": pytest.approx(51 / ((40 * 51 + 10 * 10) / 50))}


def test_export(tmp_path, data):
    samples = Samples.of(data[1])
    rows = read_jsonl(export_top(evaluate(markov(data[1]), samples, top=3), samples, tmp_path / "top.jsonl"))
    assert len(rows) == len(samples) and all(r["prefix"] + [r["target"]] == data[0][r["session"]][:len(r["prefix"]) + 1] for r in rows)


# ---- baselines

def test_rules_by_counting(data, prefixes):
    for steps in (1, 3, 10):
        expected = np.zeros((12, 12))
        for row in data[0]:
            for p, i in enumerate(row):
                for d, j in enumerate(row[p + 1:p + 1 + steps], 1):
                    expected[i, j] += 1 / d
        assert sequential_rules(data[1], steps)(prefixes[1]) == pytest.approx(expected[[row[-1] for row in prefixes[0]]])


def test_popularity_by_counting(data, prefixes):
    count = np.array([sum(row.count(i) for row in data[0]) for i in range(12)])
    assert (popularity(data[1])(prefixes[1]) == count).all()
    found = session_popularity(data[1])(prefixes[1])
    assert found == pytest.approx(np.array([[row.count(i) for i in range(12)] for row in prefixes[0]]) + count / (count.max() + 1))


def slow_neighbours(rows, prefix, how):
    scores, similar = np.zeros(12), []
    last = {item: p for p, item in enumerate(prefix, 1)}
    candidates = [n for n, row in enumerate(rows) if set(row) & set(prefix)][-how.sample:]
    for n in candidates:
        shared = set(rows[n]) & set(prefix)
        s = sum(float(how.weight(np.array([last[i]]), np.array([len(prefix)]))[0]) for i in shared)
        s /= math.sqrt(len(last) * len(set(rows[n]))) if how.normal else 1
        s *= math.exp((n - len(rows)) / how.age) if how.age else 1
        similar.append((s, n, max(shared, key=last.get)))
    for s, n, item in sorted(similar, key=lambda x: (round(x[0], 9), x[1]))[-how.k:]:
        s *= how.match(len(prefix) + 1 - last[item]) if how.match else 1
        place = {i: p for p, i in enumerate(rows[n])}
        for i in place:
            scores[i] += s * (math.exp(-abs(place[i] - place[item]) / how.near) if how.near else 1)
    return scores


@pytest.mark.parametrize("how", [SKNN, VSKNN, STAN, Neighbours(k=3, sample=9), Neighbours(k=5, sample=20, age=10, near=1.5, match=lambda s: 1 / s)])
def test_neighbours_by_hand(data, prefixes, how):
    found = nearest_sessions(data[1], how, chunk=3)(prefixes[1])
    for row, prefix in zip(found, prefixes[0]):
        assert row == pytest.approx(slow_neighbours(data[0], prefix, how))


@pytest.mark.parametrize("name", BASELINES)
def test_baselines_do_not_read_the_future_nor_the_padding(data, prefixes, name):
    score, batch = BASELINES[name](data[1]), prefixes[1]
    whole = score(batch)
    for i in range(len(batch.lengths)):
        alone = Batch(batch.items[i:i + 1, :batch.lengths[i]], batch.lengths[i:i + 1], batch.targets[i:i + 1] + 3)
        assert score(alone)[0] == pytest.approx(whole[i])
