"Encoders against their papers' formulas written out for one session, and against themselves: alone, padded, renumbered, learning."
import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from fanslib.core import ConfigError
from fanslib.srpredictao import Samples, SessionDataset
from fanslib.srpredictao_encoders import ENCODERS, build, encode
from fanslib.srpredictao_layers import Graph, Settings, denoise

ITEMS = 15


def net_of(name, seed=0, **kw):
    torch.manual_seed(seed)
    net = build(name, ITEMS, Settings(**{"dim": 8, "layers": 4 if name == "lessr" else 2, "max_len": 12, **kw}))
    items, lengths = batch(seed + 100, 40)
    for p in net.parameters():
        torch.nn.init.normal_(p, std=0.4)
    encode(name, net, items, lengths)  # running means, DIDN's bank
    return net.eval()


def batch(seed, n, longest=9):
    rng = np.random.default_rng(seed)
    rows = [rng.integers(ITEMS // 2, size=k + 1) for k in rng.integers(1, longest + 1, size=n)]
    samples = Samples.of(SessionDataset.of(rows, ITEMS))
    ends = np.cumsum([len(r) - 1 for r in rows]) - 1
    return samples.batch(ends).torch()[:2]


@pytest.mark.parametrize("name", ENCODERS)
@torch.no_grad()
def test_a_session_is_alone(name):
    net, (items, lengths) = net_of(name), batch(1, 30)
    whole = encode(name, net, items, lengths)
    order = torch.randperm(30)
    mixed = encode(name, net, items[order], lengths[order])
    wide = torch.where(torch.arange(12) < lengths[:, None], torch.nn.functional.pad(items, (0, 3)), ITEMS - 1)
    padded = encode(name, net, wide, lengths)
    for field in ("query", "latent"):
        alone = torch.cat([getattr(encode(name, net, items[i:i + 1, :lengths[i]], lengths[i:i + 1]), field) for i in range(30)])
        torch.testing.assert_close(alone, getattr(whole, field), atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(getattr(mixed, field), getattr(whole, field)[order], atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(getattr(padded, field), getattr(whole, field), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("name", ENCODERS)
@torch.no_grad()
def test_numbers_of_items_do_not_matter(name):
    net, (items, lengths) = net_of(name), batch(2, 20)
    before = encode(name, net, items, lengths).logits()
    new = torch.randperm(ITEMS)
    moved = net.emb.weight.clone()
    moved[new] = net.emb.weight
    net.emb.weight.copy_(moved)
    torch.testing.assert_close(encode(name, net, new[items], lengths).logits()[:, new], before, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("name", ENCODERS)
def test_order_matters(name):
    net = net_of(name)
    a, b = (encode(name, net, torch.tensor([row]), torch.tensor([4])).logits() for row in ([1, 2, 3, 4], [2, 1, 3, 4]))
    assert (a - b).abs().max() > 1e-4


@pytest.mark.parametrize("name", ENCODERS)
def test_every_parameter_learns(name):
    torch.manual_seed(1)
    net = build(name, ITEMS, Settings(dim=8, layers=4 if name == "lessr" else 2, max_len=12))
    items, lengths = batch(3, 64)
    encode(name, net, items, lengths).logits().square().sum().backward()
    assert [n for n, p in net.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0] == []
    assert all(torch.isfinite(p.grad).all() for p in net.parameters())


@pytest.mark.parametrize("name", ENCODERS)
def test_it_can_learn_sessions_by_heart(name):
    torch.manual_seed(2)
    net = build(name, ITEMS, Settings(dim=16, layers=2, max_len=12)).train()
    rows = torch.tensor([[0, 1, 2], [1, 0, 3], [4, 5, 6], [5, 4, 7], [8, 8, 9], [9, 9, 10]])
    optimizer = torch.optim.Adam(net.parameters(), 0.02)
    for _ in range(150):
        loss = torch.nn.functional.cross_entropy(encode(name, net, rows[:, :2], torch.full((6,), 2)).logits(), rows[:, 2])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    found = encode(name, net.eval(), rows[:, :2], torch.full((6,), 2)).logits().argmax(1)
    assert (found == rows[:, 2]).float().mean() >= (0.8 if name == "didn" else 1)


@pytest.mark.parametrize("name", ENCODERS)
def test_sessions_of_one_click(name):
    net = build(name, ITEMS, Settings(dim=8, layers=3)).train()
    out = encode(name, net, torch.tensor([[1], [2], [3]]), torch.tensor([1, 1, 1]))
    assert torch.isfinite(out.logits()).all() and out.latent.shape == (3, ENCODERS[name].latent(net.settings))


@pytest.mark.parametrize("name", ENCODERS)
def test_weights_come_back(name):
    net = net_of(name)
    other = build(name, ITEMS, net.settings)
    other.load_state_dict(net.state_dict())
    items, lengths = batch(4, 9)
    torch.testing.assert_close(encode(name, other.eval(), items, lengths).logits(), encode(name, net, items, lengths).logits())


def test_wrong_settings_are_refused():
    for name, kw in (("mlp", {}), ("narm", dict(dim=0)), ("narm", dict(dropout=1.0)), ("lessr", dict(layers=0))):
        with pytest.raises(ConfigError):
            build(name, ITEMS, Settings(**kw))


# ---- graphs

def test_graphs_by_hand():
    items, lengths = batch(5, 25)
    graph = Graph.of(items, lengths)
    count, reach, (into, out) = graph.transitions(), graph.shortcuts(), graph.adjacency()
    for b, n in enumerate(lengths.tolist()):
        row = items[b, :n].tolist()
        first = {i: row.index(i) for i in row}
        assert graph.alias[b, :n].tolist() == [first[i] for i in row] and set(graph.node[b].nonzero()[:, 0].tolist()) == set(first.values())
        edges = {}
        for i, j in zip(row, row[1:]):
            edges[first[i], first[j]] = edges.get((first[i], first[j]), 0) + 1
        assert {(i, j): int(count[b, i, j]) for i, j in count[b].nonzero().tolist()} == edges
        assert {(i, j) for i, j in reach[b].nonzero().tolist()} == {(first[row[q]], first[row[p]]) for q in range(n) for p in range(q + 1)}
        for i in range(n):
            for j in range(n):
                ways = edges.get((i, j), 0)
                assert out[b, i, j] == pytest.approx(ways / max(1, sum(v for (a, _), v in edges.items() if a == i)))
                assert into[b, j, i] == pytest.approx(ways / max(1, sum(v for (_, a), v in edges.items() if a == j)))


def test_denoising_sets_small_weights_to_zero():
    weight, mask = torch.tensor([[0.9, 0.02, 0.08, 0.0]]), torch.tensor([[True, True, True, False]])
    assert denoise(weight, mask, 0.1).tolist() == [[pytest.approx(0.9), 0.0, pytest.approx(0.08), 0.0]]


# ---- the papers' formulas for one session, node by node

def sessions(n=12):
    items, lengths = batch(6, n)
    return [items[b, :k].tolist() for b, k in enumerate(lengths.tolist())]


def propagate(net, row, h):
    "SR-GNN, eq. 1-5, over a dict item -> state."
    edges = list(zip(row, row[1:]))
    new = {}
    for i in h:
        zero = torch.zeros_like(h[i])
        into, out = [a for a, b in edges if b == i], [b for a, b in edges if a == i]
        a_in = sum((h[j] for j in into), zero) / max(1, len(into))
        a_out = sum((h[j] for j in out), zero) / max(1, len(out))
        a = torch.cat([net.hear_in.weight @ a_in, net.hear_out.weight @ a_out])
        d = len(zero)
        gates = torch.sigmoid(net.w_gates.weight @ a + net.w_gates.bias + net.u_gates.weight @ h[i])
        z, r = gates[:d], gates[d:]
        new[i] = (1 - z) * h[i] + z * torch.tanh(net.w_new.weight @ a + net.w_new.bias + net.u_new.weight @ (r * h[i]))
    return new


def srgnn(net, row):
    h = {i: net.emb.weight[i] for i in row}
    for _ in range(net.settings.layers):
        h = propagate(net, row, h)
    local = h[row[-1]]
    whole = sum(net.q(torch.sigmoid(net.w1(local) + net.w2(h[i]))) * h[i] for i in row)
    return net.out.weight @ torch.cat([local, whole])


def narm(net, row):
    states = net.gru(net.emb.weight[row][None])[0][0]
    whole = sum(net.v(torch.sigmoid(net.a1(states[-1]) + net.a2(s))) * s for s in states)
    return net.out(torch.cat([states[-1], whole]))


def sgnnhn(net, row):
    d, nodes = net.settings.dim, list(dict.fromkeys(row))
    plain = {i: net.emb.weight[i] for i in nodes}
    h, star = plain, sum(plain.values()) / len(nodes)
    for _ in range(net.settings.layers):
        h = propagate(net, row, h)
        share = {i: torch.sigmoid(h[i] @ star / math.sqrt(d)) for i in nodes}
        h = {i: (1 - share[i]) * h[i] + share[i] * star for i in nodes}
        weight = torch.stack([h[i] @ star / math.sqrt(d) for i in nodes]).softmax(0)
        star = sum(w * h[i] for w, i in zip(weight, nodes))
    gate = {i: torch.sigmoid(net.highway(torch.cat([plain[i], h[i]]))) for i in nodes}
    h = {i: gate[i] * plain[i] + (1 - gate[i]) * h[i] for i in nodes}
    clicks = [h[i] + net.pos.weight[t] for t, i in enumerate(row)]
    whole = sum(net.v(torch.sigmoid(net.w1(x) + net.w2(star) + net.w3(clicks[-1]))) * x for x in clicks)
    query = net.out(torch.cat([whole, clicks[-1]]))
    query = query - query.mean()
    return query / query.norm()


def lessr(net, row):
    nodes = list(dict.fromkeys(row))
    x = {i: net.emb(torch.tensor(i)) for i in nodes}
    norm = lambda bn, v: (v - bn.running_mean) / torch.sqrt(bn.running_var + bn.eps) * bn.weight + bn.bias
    for k in range(net.settings.layers):
        layer = net[f"layer{k}"]
        y = {i: norm(layer["norm"], x[i]) for i in nodes}
        new = {}
        for i in nodes:
            if k % 2 == 0:
                before = [y[a] for a, b in zip(row, row[1:]) if b == i]
                new[i] = layer["self"](y[i]) + (layer["hear"](layer["gru"](torch.stack(before)[None])[1][0, 0]) if before else 0)
            else:
                reach = list(dict.fromkeys(row[:len(row) - row[::-1].index(i)]))
                weight = torch.stack([layer["e"](torch.sigmoid(layer["q"](y[j]) + layer["k"](y[i])))[0] for j in reach]).softmax(0)
                new[i] = sum(w * layer["v"](y[j]) for w, j in zip(weight, reach))
        x = {i: torch.cat([torch.where(new[i] > 0, new[i], layer["act"].weight * new[i]), x[i]]) for i in nodes}
    y = {i: norm(net.norm, x[i]) for i in nodes}
    weight = torch.stack([net.e(torch.sigmoid(net.u(y[i]) + net.w(y[row[-1]])))[0] for i in nodes]).softmax(0)
    whole = net.readout(sum(w * y[i] for w, i in zip(weight, nodes)))
    return net.out(norm(net.out_norm, torch.cat([x[row[-1]], whole])))


@pytest.mark.parametrize("name, formula", [("srgnn", srgnn), ("narm", narm), ("sgnnhn", sgnnhn), ("lessr", lessr)])
@torch.no_grad()
def test_the_formulas(name, formula):
    net = net_of(name)
    for row in sessions():
        found = encode(name, net, torch.tensor([row]), torch.tensor([len(row)])).query[0]
        torch.testing.assert_close(found, formula(net, row), atol=1e-5, rtol=1e-4)
