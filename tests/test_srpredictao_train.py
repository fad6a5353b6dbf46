"Runs that resume to the same numbers, choose on validation only, come back from their folder, and answer for one session."
import json, math

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("safetensors")

from fanslib.core import ConfigError, EngineError, InputError, read_jsonl
from fanslib.srpredictao import ClickWorld, Samples, SessionDataset, hold_out, read_folder, write_folder
from fanslib.srpredictao_baselines import evaluate
from fanslib.srpredictao_train import (SRConfig, best_row, command_evaluate, command_prepare, command_recommend, command_train, evaluate_run, load_run,
                                       load_state, make_optimizer, needed_memory, recommend, save_state, train, train_epoch)

SMALL = dict(dim=8, batch_size=64, epochs=3, learning_rate=0.01)


@pytest.fixture(scope="module")
def world():
    world = ClickWorld.make(num_items=30)
    return world.sample(150, seed=1), world.sample(40, seed=2)


def without_time(rows):
    return [{k: v for k, v in r.items() if k != "seconds"} for r in rows]


class Killed(Exception):
    "Stands for a power cut."


@pytest.mark.parametrize("encoder, addon", [("gru4rec", "base"), ("didn", "paper_intent"), ("lessr", "as_released"), ("sgnnhn", "gated")])
@pytest.mark.parametrize("moment", ["after the state", "after the row"])
def test_a_killed_run_ends_with_the_same_numbers(tmp_path, world, monkeypatch, encoder, addon, moment):
    config = SRConfig.laptop(encoder, addon=addon, options=dict(trees=4, depth=2) if addon != "base" else {}, decay_every=2, **SMALL)
    whole = train(world[0], config, tmp_path / "whole")

    def die(text):
        if text.startswith("epoch 2"):
            raise Killed

    if moment == "after the state":
        from fanslib import core
        keep = core.RowLog.append
        monkeypatch.setattr(core.RowLog, "append", lambda self, row: die(f"epoch {row['id']}") or keep(self, row))
    with pytest.raises(Killed):
        train(world[0], config, tmp_path / "killed", say=die)
    monkeypatch.undo()
    again = train(world[0], config, tmp_path / "killed")
    assert without_time(again.rows) == without_time(whole.rows) and len(whole.rows) == 3
    for a, b in zip(again.model.net.state_dict().values(), whole.model.net.state_dict().values()):
        assert torch.equal(a, b)


def test_a_finished_run_is_read_back(tmp_path, world, monkeypatch):
    config = SRConfig(**SMALL)
    run = train(world[0], config, tmp_path)
    monkeypatch.setattr("fanslib.srpredictao_train.train_epoch", lambda *a: pytest.fail("trained again"))
    assert train(world[0], config, tmp_path).rows == run.rows
    back = load_run(tmp_path)
    assert back.rows == run.rows and back.config == config
    samples = Samples.of(world[1])
    assert evaluate(back.model.scores, samples).summary() == evaluate(run.model.scores, samples).summary()
    with pytest.raises(ConfigError, match="another configuration"):
        train(world[0], SRConfig(**{**SMALL, "seed": 1}), tmp_path)


def test_a_loss_that_is_no_number_ends_the_run(tmp_path, world, monkeypatch):
    monkeypatch.setattr("fanslib.srpredictao_train.train_epoch", lambda *a: float("nan"))
    with pytest.raises(EngineError, match="lower learning_rate"):
        train(world[0], SRConfig(**SMALL), tmp_path)
    assert not list(tmp_path.glob("*.safetensors"))


def test_the_best_epoch_is_the_best_on_validation(tmp_path, world):
    run = train(world[0], SRConfig(**{**SMALL, "epochs": 5}), tmp_path)
    _, valid = hold_out(world[0], 0.1)
    assert evaluate(run.model.scores, Samples.of(valid)).summary() == {k: run.best[k] for k in run.best if "@" in k}
    assert run.best["MRR@20"] == max(r["MRR@20"] for r in run.rows)
    assert best_row([dict(id=1, x=2), dict(id=2, x=3), dict(id=3, x=3)], "x")["id"] == 2


def test_patience_ends_a_run_that_gets_no_better(tmp_path, world):
    run = train(world[0], SRConfig(**{**SMALL, "epochs": 40, "patience": 2, "learning_rate": 0.05}), tmp_path)
    assert len(run.rows) == run.best["id"] + 2 < 40
    assert train(world[0], SRConfig(**{**SMALL, "epochs": 40, "patience": 2, "learning_rate": 0.05}), tmp_path).rows == run.rows


def test_the_test_set_is_not_read_in_training(tmp_path, world):
    "Sessions of the held-out end do not change the weights of the first epoch."
    config = SRConfig(**{**SMALL, "epochs": 1})
    a = train(world[0], config, tmp_path / "a")
    fit, valid = hold_out(world[0], 0.1)
    other = SessionDataset(np.concatenate([fit.items, valid.items[::-1]]), world[0].starts, 30)
    b = train(other, config, tmp_path / "b")
    assert all(torch.equal(x, y) for x, y in zip(a.model.net.state_dict().values(), b.model.net.state_dict().values())) and a.rows != b.rows


def test_seeds_are_runs_of_their_own(tmp_path, world):
    losses = [train(world[0], SRConfig(**{**SMALL, "epochs": 1, "seed": s}), tmp_path / str(i)).rows[0]["loss"] for i, s in enumerate((0, 0, 1))]
    assert losses[0] == losses[1] != losses[2]


def test_weight_decay_is_on_matrices_only():
    config = SRConfig(encoder="lessr", **SMALL)
    optimizer = make_optimizer(config.recommender(30), config)
    assert all(p.ndim > 1 for p in optimizer.param_groups[0]["params"]) and all(p.ndim < 2 for p in optimizer.param_groups[1]["params"])
    assert optimizer.param_groups[0]["weight_decay"] == config.weight_decay and optimizer.param_groups[1]["weight_decay"] == 0


def test_the_rate_falls_when_it_should(world):
    config = SRConfig(**{**SMALL, "decay_every": 2})
    model = config.recommender(30)
    optimizer, samples, rates = make_optimizer(model, config), Samples.of(world[0].select(slice(0, 5))), []
    for epoch in range(1, 6):
        train_epoch(model, optimizer, samples, config, epoch)
        rates.append(round(math.log10(optimizer.param_groups[0]["lr"] / config.learning_rate)))
    assert rates == [0, 0, -1, -1, -2]


def test_a_damaged_state_is_named(tmp_path):
    config = SRConfig(**SMALL)
    model = config.recommender(30)
    path = tmp_path / "last.safetensors"
    save_state(path, model, row={"id": 1})
    assert load_state(path, model) == {"id": 1}
    with pytest.raises(InputError, match="not weights of this model"):
        load_state(path, config.recommender(31))
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(InputError, match="not weights of this model"):
        load_state(path, model)
    with pytest.raises(InputError, match="no finished epoch"):
        load_run(tmp_path)


def test_reports_and_lists(tmp_path, world):
    run = train(world[0], SRConfig(**{**SMALL, "epochs": 1}), tmp_path)
    found, report = evaluate_run(run, *world)
    rows = read_jsonl(tmp_path / "top.jsonl")
    assert json.loads((tmp_path / "report.json").read_text()) == report and len(rows) == report["samples"] == len(Samples.of(world[1]))
    assert report["HR@20"] == pytest.approx(np.mean([r["target"] in r["items"] for r in rows]))
    assert [r["item"] for r in recommend(run, rows[3]["prefix"])] == rows[3]["items"]


@pytest.mark.parametrize("session", ["", "1,,2", "a", "30", "-1", []])
def test_a_wrong_session_is_refused(tmp_path_factory, world, session):
    run = train(world[0], SRConfig(**{**SMALL, "epochs": 1}), tmp_path_factory.getbasetemp() / "shared-run")
    with pytest.raises(InputError, match="a session "):
        recommend(run, session)


def test_a_long_session_keeps_its_last_clicks(tmp_path_factory, world):
    run = train(world[0], SRConfig(**{**SMALL, "epochs": 1}), tmp_path_factory.getbasetemp() / "shared-run")
    clicks = list(range(30))
    assert recommend(run, clicks) == recommend(run, clicks[-19:]) != recommend(run, clicks[:19])


def test_the_four_commands(tmp_path):
    raw = tmp_path / "ml.inter"
    raw.write_text("user_id:token\titem_id:token\ttimestamp:float\n" + "".join(
        f"{u}\t{(u * 7 + i * i) % 12}\t{10_000 * u + 60 * i}\n" for u in range(40) for i in range(9)))
    made = command_prepare(str(raw), "movielens", str(tmp_path / "data"))
    assert made["train sessions"] + made["test sessions"] == 40 and made["items"] == read_folder(tmp_path / "data")[0].num_items
    told = []
    done = command_train(str(tmp_path / "data"), str(tmp_path / "run"), "gru4rec", "paper_intent", say=told.append, dim=8, epochs=1, seed=None,
                         options=dict(trees=3))
    assert told[0].startswith("leaf table") and told[1].startswith("epoch 1") and done["best"]["id"] == 1
    report = command_evaluate(str(tmp_path / "run"))
    assert report == command_evaluate(str(tmp_path / "run"), str(tmp_path / "data")) and json.dumps(report)
    assert len(command_recommend(str(tmp_path / "run"), "1,5,7", 4)["items"]) == 4
    (tmp_path / "run" / "data.json").unlink()
    with pytest.raises(InputError, match="where its data is"):
        command_evaluate(str(tmp_path / "run"))


def test_published_configurations():
    lessr = SRConfig.paper("lessr", addon="as_released")
    assert (lessr.dim, lessr.batch_size, lessr.learning_rate, lessr.addon_config().trees) == (32, 1024, 3e-4, 256)
    assert needed_memory(lessr, 17_189)["leaf table"] == pytest.approx(563, abs=1)
    assert needed_memory(SRConfig.paper("sgnnhn", addon="paper_intent"), 43_098)["leaf table"] == pytest.approx(706, abs=1)
    for kw in (dict(epochs=0), dict(batch_size=1), dict(learning_rate=0), dict(validation=1.0), dict(options=dict(treees=3))):
        with pytest.raises(ConfigError):
            SRConfig(addon="paper_intent", **kw)
