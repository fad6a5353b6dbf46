"The study: random clicks that keep what was clicked, jobs that are never trained twice, summaries by hand, degrees of freedom of known predictors."
import dataclasses, json

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("safetensors")

from fanslib.core import ConfigError
from fanslib.srpredictao import Batch, Samples, SessionDataset
from fanslib.srpredictao_addon import AddOnConfig
from fanslib.srpredictao_baselines import metric
from fanslib.srpredictao_study import (ADDONS, ENCODERS_STUDIED, RATES, Job, StudyConfig, degrees_of_freedom, dof_rows, fit_forests, mars_add, on_validation,
                                       plan, power_add, run_study, sample_values, study_data, summarise, under_noise, with_random_clicks)

SMALL = StudyConfig(fields=dict(epochs=1, dim=8, options=dict(trees=3, depth=2)), world_items=20, world_sessions=60)


# ---- random clicks

def noisy(batch, rate, seed=0, items=1000, **kw):
    seen = []
    with_random_clicks(seen.append, rate, items, seed, **kw)(batch)
    return [row[:n].tolist() for row, n in zip(seen[0].items, seen[0].lengths)], seen[0]


def some(n=200):
    rng = np.random.default_rng(3)
    lengths = rng.integers(1, 9, size=n)
    return Batch(rng.integers(1000, 2000, size=(n, 8)) * (np.arange(8) < lengths[:, None]), lengths, np.arange(n))


def test_no_noise_changes_nothing_and_full_noise_follows_every_click():
    batch = some()
    plain = [row[:n].tolist() for row, n in zip(batch.items, batch.lengths)]
    assert noisy(batch, 0.0)[0] == plain
    full = noisy(batch, 1.0)[0]
    assert [row[::2] for row in full] == plain and all(len(row) == 2 * len(p) and max(row[1::2]) < 1000 for row, p in zip(full, plain))


def test_what_was_clicked_stays_in_order_and_the_rate_is_the_rate():
    batch = some()
    rows, given = noisy(batch, 0.3)
    assert [[i for i in row if i >= 1000] for row in rows] == [row[:n].tolist() for row, n in zip(batch.items, batch.lengths)]
    assert 0.25 < sum(i < 1000 for row in rows for i in row) / batch.lengths.sum() < 0.35
    assert (given.targets == batch.targets).all() and rows == noisy(batch, 0.3)[0] != noisy(batch, 0.3, seed=1)[0]


def test_a_long_prefix_keeps_its_last_clicks():
    batch = Batch(np.arange(1000, 1019)[None], np.array([19]), np.array([0]))
    short, whole = noisy(batch, 0.5, max_len=19)[0][0], noisy(batch, 0.5, max_len=99)[0][0]
    assert len(short) == 19 < len(whole) and short == whole[-19:]


# ---- plans and runs

def test_plans():
    main = plan("main")
    assert len(main) == 5 * 3 * len(ENCODERS_STUDIED) * len(ADDONS) and all(job.test for job in main)
    for name in ("grid", "alleviator", "merger", "search"):
        jobs = plan(name, seeds=range(2))
        assert len({job.id for job in jobs}) == len(jobs) and not any(job.test for job in jobs)
        assert all(AddOnConfig(**dict(job.options)) for job in jobs)
    with pytest.raises(ConfigError, match="unknown plan"):
        plan("x")
    with pytest.raises(ConfigError, match="no data 'netflix'"):
        study_data("netflix", SMALL)


def test_a_study_resumes_and_reads_the_test_only_where_it_may(tmp_path, monkeypatch):
    jobs = [Job("world", "gru4rec", "paper_intent", 0, (("merger", "gate"),)), Job("world", "gru4rec", "base", 0, test=True),
            Job("world", "gru4rec", "base", 1, test=True)]
    first = run_study(jobs[:1], tmp_path, SMALL)
    assert "above" not in first[0] and "noisy" not in first[0] and first[0]["options"] == {"merger": "gate"}
    rows = run_study(jobs, tmp_path, SMALL)
    assert rows[0] == first[0] and len(rows[1]["above"]) == len(Samples.of(study_data("world", SMALL)[1])) and set(rows[1]["noisy"]) == {str(r) for r in RATES}
    assert rows[1]["above"] != rows[2]["above"] and not any((tmp_path / "runs").iterdir())
    monkeypatch.setattr("fanslib.srpredictao_study.run_job", lambda *a: pytest.fail("trained again"))
    assert run_study(jobs, tmp_path, SMALL) == rows and json.dumps(rows)
    with pytest.raises(ConfigError, match="another configuration"):
        run_study(jobs, tmp_path, dataclasses.replace(SMALL, world_noise=0.5))


# ---- summaries

def row(encoder, addon, seed, above, **kw):
    return dict(id=f"{encoder} {addon} {seed}", encoder=encoder, addon=addon, seed=seed, options={}, above=above, ties=[0] * len(above), **kw)


def test_summaries_by_hand():
    test = SessionDataset.of([[0, 1, 2], [0, 1]], 5)  # samples of sessions 0, 0, 1
    rows = [row("e", "base", 0, [0, 30, 30]), row("e", "base", 1, [0, 0, 30]), row("e", "new", 0, [0, 0, 0]), row("e", "new", 1, [30, 0, 0])]
    base, new = summarise(rows, test)
    assert base["HR@20"] == pytest.approx(0.5) and base["sd"] == pytest.approx(np.std([1 / 3, 2 / 3], ddof=1)) and "minus base" not in base
    assert new["HR@20"] == pytest.approx(5 / 6) and new["minus base"] == pytest.approx(1 / 3) and new["low"] <= 1 / 3 <= new["high"] and new["seeds"] == 2
    assert sample_values(rows[:2]).tolist() == [1.0, 0.5, 0.0]
    assert sample_values(rows[:1], "MRR@20").tolist() == metric("MRR@20", np.array([0, 30, 30]), np.zeros(3, int)).tolist()


def test_validation_and_noise_tables_by_hand():
    rows = [dict(options={"merger": m}, validation={"MRR@20": v, "HR@20": 0}) for m, v in (("mean", 0.1), ("mean", 0.3), ("gate", 0.25))]
    found = on_validation(rows, "merger")
    assert [(r["merger"], r["seeds"]) for r in found] == [("gate", 1), ("mean", 2)] and found[1]["MRR@20"] == pytest.approx(0.2) and found[0]["sd"] is None
    noise = lambda *values: {"noisy": {str(r): {"HR@20": v} for r, v in zip(RATES, values)}}
    table = under_noise([row("e", "base", s, [0], **noise(0.5, 0.4, 0.3, 0.2 + s / 10)) for s in (0, 1)])
    assert table[0]["40%"] == pytest.approx(0.25) and table[0]["lost"] == pytest.approx(0.5) and len(table) == 1


# ---- degrees of freedom

def test_degrees_of_freedom_of_known_predictors():
    rng = np.random.default_rng(0)
    y = rng.standard_normal((40, 6000)) + rng.standard_normal((40, 1))
    assert degrees_of_freedom(y, y) == pytest.approx(40, rel=0.03) and degrees_of_freedom(np.zeros_like(y), y) == 0
    assert degrees_of_freedom(np.broadcast_to(y.mean(0), y.shape), y) == pytest.approx(1, rel=0.1)
    assert degrees_of_freedom(2 * y, 2 * y, variance=4.0) == pytest.approx(40, rel=0.03)


def test_the_laws():
    x = np.array([[0.0, 0.5, 1.0, 2.0, 3.0, 9.0]])
    assert mars_add(x)[0] == pytest.approx(0.1 + 2 + 3 + 4 + 3) and power_add(x)[0] == pytest.approx(0.5 ** 4 + 1 + 16 + 81)


def test_forests_are_fitted_side_by_side_and_bend():
    "A trial's fit does not depend on the other trials' data; more leaf dropout leaves fewer degrees of freedom."
    rng = np.random.default_rng(1)
    x = rng.random((30, 5))
    y = mars_add(np.column_stack([x]))[:, None] + rng.standard_normal((30, 3))
    config = AddOnConfig(trees=4, depth=2, leaf_dropout=0.0)
    both = fit_forests(x, y, config, 40, 0.1)
    other = fit_forests(x, np.column_stack([y[:, 0], -y[:, 1], y[:, 2] ** 2]), config, 40, 0.1)
    assert both[:, 0] == pytest.approx(other[:, 0], abs=1e-4) and np.var(both[:, 0]) > 0.1 * np.var(y[:, 0])
    rows = dof_rows("mars", (3,), (0.0, 0.9), n=50, trials=6, trees=6, steps=80)
    assert rows[1]["dof"] > rows[2]["dof"] > 0 and rows[0]["model"] == "linear"
