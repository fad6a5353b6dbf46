"The published runs: versions are told apart, logs stand only beside their own version, a dry run goes the whole way and resumes."
import json

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("safetensors")

from fanslib.core import ConfigError
from fanslib.srpredictao import ClickWorld, Samples, SessionDataset, read_folder, sample_folder, write_folder
from fanslib.srpredictao_paper import REPORTED, VERSIONS, arithmetic, costs, identify, paper_table, run_paper
from fanslib.srpredictao_train import SRConfig


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    world = ClickWorld.make(num_items=30)
    return write_folder(tmp_path_factory.mktemp("sr") / "data", world.sample(260, seed=1), world.sample(60, seed=2))


@pytest.mark.skipif(sample_folder() is None, reason="the LESSR sample is not there")
def test_a_version_is_known_by_its_counts():
    train, test = read_folder(sample_folder())
    assert identify(train, test) == "LESSR's sample" and identify(train.select(slice(1, None)), test) == "unknown"


def test_every_log_has_a_version_and_a_configuration():
    assert {r.version for r in REPORTED} <= {v.name for v in VERSIONS} and len({(r.version, r.encoder) for r in REPORTED}) == len(REPORTED)
    assert all(SRConfig.paper(r.encoder) for r in REPORTED)


def test_logs_stand_beside_their_own_version_only():
    row = lambda version, addon: dict(id="x", version=version, encoder="lessr", addon=addon, seed=0, **{"HR@20": 0.5, "MRR@20": 0.2})
    table = paper_table([row("Diginetica (LESSR)", "paper_intent"), row("Diginetica (LESSR)", "base"),
                         row("Diginetica (SGNN-HN, DIDN)", "paper_intent"), row("unknown", "as_released")])
    assert [r["log HR@20"] for r in table] == [53.10, None, None, None]
    assert table[0]["the log scored"] == "best epochs on the test set" and table[0]["HR@20"] == 50.0


def test_a_dry_run_is_called_so_and_resumes(data, tmp_path, monkeypatch):
    kw = dict(encoders=["lessr"], addons=["base", "as_released"], device="cpu", dry=True)
    first = run_paper(data, tmp_path, **{**kw, "addons": ["base"]})
    rows = run_paper(data, tmp_path, **kw)
    assert rows[0] == first[0] and {r["version"] for r in rows} == {"dry run"} and all(r["log HR@20"] is None for r in paper_table(rows))
    assert rows[0]["samples"] == len(Samples.of(read_folder(data)[1].select(slice(0, 50))))
    monkeypatch.setattr("fanslib.srpredictao_paper.train", lambda *a: pytest.fail("trained again"))
    assert run_paper(data, tmp_path, **kw) == rows and json.dumps(rows)
    with pytest.raises(ConfigError, match="no published configuration"):
        run_paper(data, tmp_path, encoders=["narm"], device="cpu", dry=True)


def test_costs_by_hand():
    config = SRConfig.paper("lessr", addon="paper_intent", options=dict(trees=1, depth=1, rho=1.0))
    used, hidden = 160, (160 + 2) // 2
    forest = 2 * 100 + used * hidden + hidden + hidden * hidden + hidden + hidden + 1
    assert arithmetic(config, 100) == 6 * (32 * 100 + forest)
    one, two = costs(100, 10, ["base"], tflops=1.0)[0], costs(100, 20, ["base"], tflops=2.0)[0]
    assert one["hours"] == pytest.approx(two["hours"]) == pytest.approx(6 * 3200 * 10 * 140 / 1e12 / 3600) and one["epochs"] == 140
