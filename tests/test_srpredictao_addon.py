"The forest against trees walked one by one, presets that mean what they say, controls of the right size, evaluation without the batch."
import dataclasses, math

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from fanslib.core import ConfigError
from fanslib.srpredictao import Batch, ClickWorld, Samples
from fanslib.srpredictao_addon import (CHOICES, AddOnConfig, Recommender, alleviate, decisions, forest_parameters, forest_scores, james_stein, memory,
                                       merge, normalised, preset, route)
from fanslib.srpredictao_encoders import ENCODERS
from fanslib.srpredictao_layers import Settings

ITEMS = 40
PRESETS = ("base", "paper_intent", "as_released", "temperature", "mlp", "linear", "ensemble", "gated")


@pytest.fixture(scope="module")
def batch():
    samples = Samples.of(ClickWorld.make(num_items=ITEMS).sample(60, seed=1))
    return samples.batch(np.arange(48))


def model_of(name, encoder="lessr", seed=0, **kw):
    torch.manual_seed(seed)
    return Recommender(encoder, ITEMS, Settings(dim=8, layers=2), preset(name, encoder, **{"trees": 5, "depth": 3, **kw}))


# ---- routing and trees

@pytest.mark.parametrize("depth", range(1, 7))
def test_leaf_chances_by_walking(depth):
    d = torch.rand(3, 2, 2 ** depth - 1, dtype=torch.float64)
    mu = route(d)
    assert mu.shape == (3, 2, 2 ** depth) and torch.allclose(mu.sum(-1), torch.ones(3, 2, dtype=torch.float64))
    for leaf in range(2 ** depth):
        node, chance = 0, 1.0
        for level in reversed(range(depth)):
            right = leaf >> level & 1
            chance = chance * (1 - d[..., node] if right else d[..., node])
            node = 2 * node + 1 + right
        assert torch.allclose(mu[..., leaf], chance + torch.zeros_like(d[..., 0]))


@pytest.mark.parametrize("kw", [{}, dict(wide=True), dict(conv=True), dict(normalise="items"), dict(normalise="leaves", frozen="leaves"),
                                dict(rank=3), dict(alleviator="none")])
def test_the_forest_is_the_mean_of_its_trees(kw):
    model = model_of("paper_intent", **kw)
    net, config = model.net.addon.eval(), model.addon
    latent = torch.randn(7, ENCODERS["lessr"].latent(model.settings))
    z = net.conv(latent[:, None])[:, 0] if config.conv else latent
    z = alleviate(net.alleviator, config.alleviator, z, False)
    table = net.leaf.u @ net.leaf.v if config.rank else net.leaf.table if config.frozen != "none" else normalised(net.leaf.table, config)
    total = torch.zeros(7, ITEMS)
    for t in range(config.trees):
        x = z[:, net.trunk.subset[t]]
        x = (torch.sigmoid if config.wide else torch.tanh)(x @ net.trunk.w0[t] + net.trunk.b0[t])
        x = torch.tanh(x @ net.trunk.w1[t] + net.trunk.b1[t])
        left = torch.sigmoid(x @ net.trunk.w2[t] + net.trunk.b2[t])
        total += route(left) @ table[t * config.leaves:(t + 1) * config.leaves]
    torch.testing.assert_close(forest_scores(net, config, latent), total / config.trees, atol=1e-5, rtol=1e-4)


def test_features_are_drawn_once_without_repeats():
    model = model_of("paper_intent", rho=0.5)
    subset = model.net.addon.trunk.subset
    assert subset.shape == (5, 16) and all(len(set(row)) == 16 for row in subset.tolist()) and len({tuple(r) for r in subset.tolist()}) == 5


def test_leaf_dropout_is_in_training_only_and_keeps_the_mean():
    net = model_of("paper_intent", alleviator="none", leaf_dropout=0.5, trees=40).net.addon
    config, latent = AddOnConfig(trees=40, depth=3, alleviator="none", leaf_dropout=0.5), torch.randn(1, 32)
    with torch.no_grad():
        calm = forest_scores(net.eval(), config, latent)
        noisy = torch.stack([forest_scores(net.train(), config, latent) for _ in range(400)])
    assert noisy.std(0).mean() > 0.01 and (noisy.mean(0) - calm).abs().mean() < 4 * noisy.std(0).mean() / 20


def test_normalisation():
    config = AddOnConfig(trees=5, depth=3)
    table = torch.randn(40, ITEMS)
    assert torch.allclose(normalised(table, dataclasses.replace(config, normalise="items")).sum(1), torch.ones(40))
    assert torch.allclose(normalised(table, dataclasses.replace(config, normalise="leaves")).view(5, 8, ITEMS).sum(1), torch.ones(5, ITEMS))
    assert normalised(table, config) is table


# ---- alleviators

def test_james_stein_as_published():
    z = torch.randn(9, 4)
    for j in range(4):
        assert james_stein(z)[j] == pytest.approx(7 / float((z[:, j] ** 2).sum()), rel=1e-5)
    assert james_stein(z[:2]).tolist() == [0] * 4 and torch.isfinite(james_stein(torch.zeros(5, 2))).all()
    model = model_of("as_released").net.addon.train()
    assert torch.allclose(alleviate(model.alleviator, "james_stein", torch.ones(10, 32), True), torch.full((10, 32), 1 - 8 / 10))


def test_james_stein_wins_where_its_assumptions_hold():
    "Normal means with noise of variance one: the total squared error falls, which is the theorem."
    torch.manual_seed(0)
    mu = 0.7 * torch.randn(2000, 20)
    z = mu + torch.randn(2000, 20)
    assert ((1 - james_stein(z)) * z - mu).square().sum() < 0.5 * (z - mu).square().sum()


@pytest.mark.parametrize("kind", ["positive", "session"])
def test_sound_alleviators_never_turn_a_sign(kind):
    part = model_of("paper_intent", alleviator=kind).net.addon.alleviator
    z = 0.01 * torch.randn(64, 32) + 5
    normal = part.norm.train()(z)
    part.noise.data.fill_(3.0)
    found = alleviate(part, kind, z, True)
    assert (found * normal >= 0).all() and found.abs().sum() < 0.5 * normal.abs().sum()


def test_the_session_alleviator_moves_the_faint_ones():
    part = model_of("paper_intent", alleviator="session").net.addon.alleviator.eval()
    part.noise.data.fill_(0.0)
    z = torch.randn(2, 32) * torch.tensor([[0.1], [10.0]])
    found = alleviate(part, "session", z, False)
    assert found[0].abs().sum() == 0 and (found[1] / z[1]).mean() > 0.95


# ---- mergers

def test_mergers():
    torch.manual_seed(0)
    a, b = torch.randn(5, 30), 3 * torch.randn(5, 30)
    assert torch.allclose(merge(a, b, "mean"), (a + b) / 2)
    u, v = a.var(1, keepdim=True).exp().double(), b.var(1, keepdim=True).exp().double()
    torch.testing.assert_close(merge(a, b, "variance").double(), (a * u + b * v) / (u + v), atol=1e-4, rtol=1e-4)
    g = torch.randn(5, 1)
    mixed = (1 - torch.sigmoid(g)) * a.softmax(-1) + torch.sigmoid(g) * b.softmax(-1)
    torch.testing.assert_close(merge(a, b, "gate", g).exp(), mixed)
    assert torch.isfinite(merge(1e3 * a, b, "variance")).all() and torch.isfinite(merge(1e3 * a, b, "gate", 50 * g)).all()


# ---- recommenders

@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("encoder", ["lessr", "didn", "sgnnhn"])
def test_a_list_does_not_depend_on_the_batch(batch, name, encoder):
    model = model_of(name, encoder)
    model.net.train()
    for _ in range(3):
        model.logits(*batch.torch()[:2])
    whole = model.scores(batch)
    for i in (0, 7, 30):
        alone = model.scores(Batch(batch.items[i:i + 1], batch.lengths[i:i + 1], batch.targets[i:i + 1]))
        assert alone[0] == pytest.approx(whole[i], abs=2e-4)
    assert model.net.training


@pytest.mark.parametrize("name", PRESETS)
def test_what_is_trained_moves_and_what_is_frozen_stays(batch, name):
    model = model_of(name)
    before = {k: v.clone() for k, v in model.net.state_dict().items()}
    items, lengths, targets = batch.torch()
    optimizer = torch.optim.Adam([p for p in model.net.parameters() if p.requires_grad], 0.01)
    torch.nn.functional.cross_entropy(model.logits(items, lengths), targets).backward()
    assert [n for n, p in model.net.named_parameters() if p.requires_grad and (p.grad is None or not p.grad.abs().sum() > 0)] == []
    optimizer.step()
    after = model.net.state_dict()
    if name == "as_released":
        assert torch.equal(after["addon.leaf.table"], before["addon.leaf.table"]) and not torch.equal(after["addon.trunk.w2"], before["addon.trunk.w2"])
    if name in ("paper_intent", "gated"):
        assert not torch.equal(after["addon.leaf.table"], before["addon.leaf.table"])


def test_sgnnhn_as_released_never_trains_its_forest(batch):
    model = model_of("as_released", "sgnnhn")
    assert not any(p.requires_grad for p in model.net.addon.parameters()) and model.addon.merger == "variance"
    torch.nn.functional.cross_entropy(model.logits(*batch.torch()[:2]), batch.torch()[2]).backward()
    assert all(p.grad is None for p in model.net.addon.parameters())


def test_released_leaves_come_back_from_the_weights(batch):
    one, two = model_of("as_released", seed=0), model_of("as_released", seed=9)
    assert abs(one.scores(batch) - two.scores(batch)).max() > 1e-3
    two.net.load_state_dict(one.net.state_dict())
    assert two.scores(batch) == pytest.approx(one.scores(batch))


def test_temperature_halves_and_the_ensemble_is_a_mean(batch):
    base, half = model_of("base"), model_of("temperature")
    assert half.scores(batch) == pytest.approx(base.scores(batch) / 2)
    both = model_of("ensemble")
    a, b = model_of("base", seed=1), model_of("base", seed=1)
    a.net.base.load_state_dict(both.net.base.state_dict())
    b.net.base.load_state_dict(both.net.addon.state_dict())
    assert both.scores(batch) == pytest.approx((a.scores(batch) + b.scores(batch)) / 2, abs=1e-6) and abs(a.scores(batch) - b.scores(batch)).max() > 1e-3


def test_as_released_ranks_as_its_base(batch):
    "The frozen, leaf-normalised forest adds a constant: on a base with scores of order one the order hardly moves."
    model = model_of("as_released", trees=64, depth=5)
    for p in model.net.base.parameters():
        torch.nn.init.normal_(p, std=0.7)
    base = model_of("base")
    base.net.base.load_state_dict(model.net.base.state_dict())
    a, b = model.scores(batch), base.scores(batch)
    assert b.std(1).mean() > 0.3 and abs((a - a.mean(1, keepdims=True)) - (b - b.mean(1, keepdims=True)) / 2).max() < 0.01
    assert (a.argmax(1) == b.argmax(1)).mean() > 0.9


# ---- sizes

@pytest.mark.parametrize("kw", [{}, dict(conv=True, wide=True), dict(rank=4), dict(depth=5, rho=0.25)])
def test_parameters_are_counted(kw):
    model = model_of("paper_intent", alleviator="none", **kw)
    found = sum(p.numel() for n, p in model.net.addon.named_parameters() if not n.startswith("conv"))
    assert found == forest_parameters(model.addon, 32, ITEMS)
    for control in ("mlp", "linear"):
        own = sum(p.numel() for p in model_of(control, **kw).net.addon.parameters())
        assert own == pytest.approx(found, rel=0.03)


def test_memory_is_computed_before_it_is_used():
    full = memory(preset("paper_intent", trees=256), 160, 17_189, base=17_189 * 32)
    assert full["leaf table"] == pytest.approx(256 * 32 * 17_189 * 4 / 1e6) and full["weights and Adam"] > 4 * full["leaf table"]
    frozen = memory(preset("as_released", "lessr"), 160, 17_189, base=17_189 * 32)
    assert frozen["leaf table"] == full["leaf table"] and frozen["weights and Adam"] < 1.5 * full["leaf table"]
    assert memory(preset("paper_intent", rank=64), 160, 17_189, 0)["leaf table"] < 0.03 * full["leaf table"]
    assert memory(preset("base"), 160, 100, 10)["weights and Adam"] == pytest.approx(160e-6)


@pytest.mark.parametrize("kw", [dict(kind="tree"), dict(alleviator="james"), dict(normalise="x"), dict(frozen="trunk"), dict(merger="sum"), dict(trees=0),
                                dict(depth=0), dict(rho=0), dict(rho=1.1), dict(leaf_dropout=1), dict(rank=-1), dict(rank=2, frozen="leaves")])
def test_wrong_configurations_are_refused(kw):
    with pytest.raises(ConfigError):
        AddOnConfig(**kw)


def test_configurations_come_back():
    for name in PRESETS:
        config = preset(name, "didn")
        assert AddOnConfig.from_json(config.to_json()) == config
    assert set(CHOICES) <= {f.name for f in dataclasses.fields(AddOnConfig)}
    with pytest.raises(ConfigError, match="unknown add-on"):
        preset("forest")
