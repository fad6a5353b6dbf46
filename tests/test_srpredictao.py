"SR-PredictAO's data: what is read is what stands in the file, every rule does what its recipe says, and no loop hides in the arrays."
import gzip, time

import numpy as np
import pytest

from fanslib.core import ConfigError, InputError
from fanslib.srpredictao import Batch, ClickWorld, Samples, SessionDataset, batches, hold_out, ragged, read_folder, read_sessions, sample_folder, write_folder
from fanslib.srpredictao_prepare import (Clicks, drop_rare, drop_repeats, drop_short, factorize, finish, keep_top, latest_share, parse_times, prepare,
                                         read_inter, session_ends, sessions_by_gap, settle, split_by_share, split_by_time, truncate)


def random_clicks(seed, sessions=30, items=12, clicks=200):
    rng = np.random.default_rng(seed)
    return Clicks.of(rng.integers(sessions, size=clicks), rng.integers(items, size=clicks), rng.integers(1000, size=clicks))


def lists(clicks):
    found = {}
    for s, i, t in zip(clicks.session.tolist(), clicks.item.tolist(), clicks.time.tolist()):
        found.setdefault(s, []).append((i, t))
    return found


def of(sessions):
    return [s.tolist() for s in (sessions[i] for i in range(len(sessions)))]


# ---- arrays

@pytest.mark.parametrize("seed", range(5))
def test_prefixes_are_all_prefixes(seed):
    rng = np.random.default_rng(seed)
    rows = [rng.integers(9, size=n).tolist() for n in rng.integers(1, 7, size=20)]
    samples = Samples.of(SessionDataset.of(rows, 9))
    batch = samples.batch(np.arange(len(samples)), max_len=99)
    found = [(row[:n].tolist(), int(t)) for row, n, t in zip(batch.items, batch.lengths, batch.targets)]
    assert found == [(row[:k], row[k]) for row in rows for k in range(1, len(row))]
    assert (batch.items[np.arange(batch.items.shape[1]) >= batch.lengths[:, None]] == 0).all()
    assert samples.session.tolist() == [i for i, row in enumerate(rows) for _ in row[1:]]


def test_a_batch_keeps_the_last_clicks():
    samples = Samples.of(SessionDataset.of([range(30)], 30))
    batch = samples.batch(np.array([28, 3]), max_len=5)
    assert batch.items.tolist() == [[24, 25, 26, 27, 28], [0, 1, 2, 3, 0]] and batch.targets.tolist() == [29, 4] and batch.lengths.tolist() == [5, 4]


def test_empty_sets_are_sets():
    empty = SessionDataset.of([], 3)
    assert len(empty) == 0 and len(Samples.of(empty)) == 0 and len(empty.select(slice(None))) == 0
    assert len(ragged(np.array([], int), np.array([], int))) == 0


@pytest.mark.parametrize("shuffled", [False, True])
def test_batches_hold_every_sample_once(shuffled):
    length = np.random.default_rng(0).integers(1, 20, size=1003)
    parts = batches(length, 64, np.random.default_rng(1) if shuffled else None, pool=3)
    assert sorted(np.concatenate(parts).tolist()) == list(range(1003)) and max(map(len, parts)) == 64
    if shuffled:
        again = batches(length, 64, np.random.default_rng(1), pool=3)
        other = batches(length, 64, np.random.default_rng(2), pool=3)
        assert all((a == b).all() for a, b in zip(parts, again)) and any(a.tolist() != b.tolist() for a, b in zip(parts, other))


def test_expansion_is_vectorised():
    data = SessionDataset.of([[1, 2, 3, 4, 5]], 6).select(np.zeros(200_000, int))
    start = time.perf_counter()
    samples = Samples.of(data)
    samples.batch(np.arange(len(samples)))
    assert 200_000 / (time.perf_counter() - start) > 100_000


# ---- readers

@pytest.mark.parametrize("text, line, words", [
    ("1,2\n\n3,4\n", 2, "empty line"), ("1,2\n3\n", 2, "one click"), ("1,2\n1,2\n0,7\n", 3, "id 7 is out of range"), ("1,-2\n", 1, "not item ids"),
    ("1;2\n", 1, "not item ids"), ("1,2,\n", 1, "not item ids"), ("1, 2\n", 1, "not item ids"), ("1,2\n\n", 2, "empty line"), ("a,b\n", 1, "not item ids"),
    ("1,2\n0,1_0\n", 2, "not item ids")])
def test_a_bad_line_is_named(tmp_path, text, line, words):
    path = tmp_path / "train.txt"
    path.write_text(text)
    with pytest.raises(InputError, match=words) as error:
        read_sessions(path, num_items=7)
    assert (error.value.path, error.value.line) == (path, line)


def test_good_files_are_read(tmp_path):
    for name, text in (("a", "0,1,1\n2,0\n"), ("b", "0,1,1\r\n2,0\r\n"), ("c", "0,1,1\n2,0")):
        (tmp_path / name).write_bytes(text.encode())
        data = read_sessions(tmp_path / name)
        assert of(data) == [[0, 1, 1], [2, 0]] and data.num_items == 3
    (tmp_path / "d.gz").write_bytes(gzip.compress(b"0,1\n"))
    assert of(read_sessions(tmp_path / "d.gz")) == [[0, 1]]
    (tmp_path / "e").write_text("")
    assert len(read_sessions(tmp_path / "e", 3)) == 0


def test_a_folder_comes_back(tmp_path):
    train, test = SessionDataset.of([[0, 1], [2, 3, 2]], 4), SessionDataset.of([[3, 0]], 4)
    found = read_folder(write_folder(tmp_path / "x", train, test))
    assert [of(s) for s in found] == [of(train), of(test)] and found[1].num_items == 4
    (tmp_path / "x" / "num_items.txt").write_text("three")
    with pytest.raises(InputError, match="one number"):
        read_folder(tmp_path / "x")


def test_inter_by_column_name(tmp_path):
    path = tmp_path / "x.inter"
    path.write_text("timestamp:float\titem_id:token\tsession_id:token\n2\tx\ts\n1\ty\ts\n1\t\ts\n")
    assert read_inter(path).item.tolist() == [1, 0]  # sorted by time; the row without an item is dropped
    path.write_text("timestamp:float\titem_id:token\tsession_id:token\n2\tx\n")
    with pytest.raises(InputError, match="x.inter:2: 2 fields"):
        read_inter(path)


def test_times():
    found = parse_times(["2014-04-07T10:51:09.277Z", "2014-04-07"], "f", "time")
    assert found[0] - found[1] == pytest.approx(10 * 3600 + 51 * 60 + 9.277)
    for bad in ("yesterday", "NaT", "2014-13-01"):
        with pytest.raises(InputError, match=f"'{bad}' is no time"):
            parse_times(["2014-04-07", bad], "f", "time")


# ---- rules, against slow ones

@pytest.mark.parametrize("seed", range(8))
def test_rules_against_plain_python(seed):
    clicks = random_clicks(seed)
    plain = lists(clicks)
    assert all(rows == sorted(rows, key=lambda r: r[1]) for rows in plain.values())
    assert lists(truncate(clicks, 3)) == {s: rows[:3] for s, rows in plain.items()}
    assert lists(drop_short(clicks, 6)) == {s: rows for s, rows in plain.items() if len(rows) >= 6}
    count = {i: sum(i == j for rows in plain.values() for j, _ in rows) for i in range(12)}
    assert lists(drop_rare(clicks, 16)) == {s: kept for s, rows in plain.items() if (kept := [r for r in rows if count[r[0]] >= 16])}
    assert lists(drop_repeats(clicks)) == {s: [r for k, r in enumerate(rows) if k == 0 or rows[k - 1][0] != r[0]] for s, rows in plain.items()}
    top = sorted(count, key=lambda i: (-count[i], i))[:4]
    assert lists(keep_top(clicks, 4)) == {s: kept for s, rows in plain.items() if (kept := [r for r in rows if r[0] in top])}
    pieces = []
    for rows in plain.values():
        for k, row in enumerate(rows):
            if k == 0 or row[1] - rows[k - 1][1] > 100 or len(pieces[-1]) == 2:
                pieces.append([])
            pieces[-1].append(row)
    assert list(lists(sessions_by_gap(clicks, 100, longest=2)).values()) == pieces


@pytest.mark.parametrize("seed", range(8))
def test_splits_against_plain_python(seed):
    clicks = random_clicks(seed)
    plain = lists(clicks)
    end = {s: rows[-1][1] for s, rows in plain.items()}
    order = sorted(end, key=lambda s: (end[s], s))
    assert session_ends(clicks)[0].tolist() == order
    train, test = split_by_time(clicks, 150)
    assert set(lists(test)) == {s for s in end if end[s] >= max(end.values()) - 150} and set(lists(train)) | set(lists(test)) == set(end)
    _, test = split_by_share(clicks, 0.3)
    assert set(lists(test)) == set(order[len(order) - int(len(order) * 0.3):])
    samples = [(s, k) for s in order for k in range(len(plain[s]) - 1, 0, -1)]  # SR-GNN's list, the longest prefix first
    kept = set(samples[len(samples) - len(samples) // 3:])
    found = latest_share(clicks, 3)
    assert {(s, k) for s, rows in lists(found).items() for k in range(1, len(rows))} == kept


def test_settle_is_a_fixpoint():
    for seed in range(5):
        found = settle(random_clicks(seed, sessions=60, items=40))
        assert len(drop_rare(found)) == len(drop_short(found)) == len(found)


def test_finish_numbers_what_training_saw():
    train, test = Clicks.of([1, 1, 0, 0], list("baac"), [1, 2, 3, 4]), Clicks.of([0, 0, 0, 1, 1], list("abzzc"), [5, 6, 7, 8, 9])
    test = Clicks(test.session, np.array([1, 0, 5, 5, 2]), test.time)  # the codes of a log read whole: b a c and an item training lacks
    fit, rest = finish(train, test)
    assert of(fit) == [[0, 1], [1, 2]] and of(rest) == [[1, 0]] and fit.num_items == rest.num_items == 3 and fit.times.tolist() == [2, 4]
    with pytest.raises(InputError, match="no training session"):
        finish(train.keep(np.zeros(4, bool)), test)


def test_codes_follow_first_appearance():
    assert factorize(["b", "a", "b", "c"]).tolist() == [0, 1, 0, 2] and factorize([]).tolist() == []


def test_validation_is_the_end_of_training():
    data = SessionDataset.of([[i, i + 1] for i in range(10)], 11)
    fit, valid = hold_out(data, 0.25)
    assert of(fit) + of(valid) == of(data) and len(valid) == 2
    assert [len(x) for x in hold_out(data, 0.0)] == [9, 1] and [len(x) for x in hold_out(data, 1.0)] == [1, 9]
    with pytest.raises(InputError, match="two training sessions"):
        hold_out(data.select([0]))


# ---- recipes on hand-made raw files

def test_diginetica(tmp_path):
    "Twelve days; the frame decides the order; the rare item and the 21st click go; the last seven days are the test."
    rows = [(day, item, frame) for day in range(1, 13) for item, frame in ((11, 900), (12, 300), (13, 600))]
    rows += [(30, 11, 1000 * k) for k in range(21)] + [(30, 12, 21_000)] + [(31, 99, 0), (31, 11, 1), (31, 13, 2), (32, 11, 0)]
    path = tmp_path / "train-item-views.csv"
    path.write_text("sessionId;userId;itemId;timeframe;eventdate\n" + "".join(f"{s};NA;{i};{t};2016-05-{min(s, 12):02d}\n" for s, i, t in rows))
    train, test = prepare(path, "diginetica")
    assert of(train) == [[0, 1, 2]] * 5  # 12, 13, 11 by frame; day 5 is before the last click, at second 19 of day 12, minus seven days
    found = of(test)
    assert [2] * 20 in found and [2, 1] in found and len(found) == 7 + 2 and train.num_items == 3


def test_yoochoose(tmp_path):
    path = tmp_path / "clicks.dat"
    lines = [f"{d * 10 + k},2014-04-{d:02d}T0{k + (d == 8)}:00:0{j}.000Z,{item},0\n" for d in range(1, 9) for k in range(2) for j, item in enumerate((7, 8, 9))]
    lines += ["999,2014-04-08T05:00:00.000Z,7,0\n", "998,2014-04-08T05:00:00.000Z,5,0\n", "998,2014-04-08T05:00:01.000Z,7,0\n"]
    path.write_text("".join(lines))
    train, test = prepare(path, "yoochoose4")
    assert of(test) == [[0, 1, 2]] * 2 and of(train) == [[0, 1], *[[0, 1, 2]] * 3]  # 14 sessions with 2 samples each, 28 // 4 = 7


@pytest.mark.parametrize("recipe, hours", [("gowalla", 24), ("lastfm", 8)])
def test_check_ins(tmp_path, recipe, hours):
    "A gap of more than the recipe's hours begins a session, a repeat goes, an item of four clicks goes with what then is short."
    path, lines = tmp_path / "raw.tsv", []
    for day in range(5):
        for minute, item in ((0, "x"), (1, "x"), (2, "y"), (60 * hours + 2, "y"), (60 * hours + 3, "z"), (2 * 60 * hours + 4, "z"), (2 * 60 * hours + 5, "w")):
            when = np.datetime64("2010-10-01T00:00:00") + np.timedelta64(day * 20, "D") + np.timedelta64(minute, "m")
            lines.append(f"u\t{when}Z\t{item}\t0\t{item}\n" if (day, item) != (4, "w") else f"u\t{when}Z\t\t0\t\n")
    path.write_text("".join(lines[::-1]))
    train, test = prepare(path, recipe)
    found = of(train) + of(test)
    assert len(found) == 5 and len(test) == 1 and len({tuple(s) for s in found}) == 1 and len(found[0]) == train.num_items == 3


def test_movielens(tmp_path):
    path = tmp_path / "ml.inter"
    rows = [(u, i, 10_000 * u + 60 * i) for u in range(6) for i in range(24)] + [(0, 3, 1e6), (0, 4, 1e6 + 1801)]
    path.write_text("user_id:token\titem_id:token\trating:float\ttimestamp:float\n" + "".join(f"{u}\t{i}\t5\t{t}\n" for u, i, t in rows))
    train, test = prepare(path, "movielens")
    assert [len(s) for s in of(train) + of(test)] == [20, 4] * 6 and len(test) == 2 and train.num_items == 24


def test_unknown_recipes_and_wrong_files(tmp_path):
    with pytest.raises(ConfigError, match="known are diginetica"):
        prepare(tmp_path, "netflix")
    with pytest.raises(ConfigError, match="needs the raw file"):
        prepare(None, "gowalla")
    with pytest.raises(InputError, match="no such file"):
        prepare(tmp_path / "x", "diginetica")
    (tmp_path / "y").write_text("a;b\n")
    with pytest.raises(InputError, match="no column sessionId, itemId"):
        prepare(tmp_path / "y", "diginetica")


# ---- the world whose law is known

def test_the_world_knows_its_law():
    "Bayes by hand for one prefix, and over many samples the chance given to what came equals the chance it had."
    world = ClickWorld.make(num_items=6, intents=2, noise=0.3, seed=1)
    law = 0.7 * world.law + 0.3 / 6
    weight = [law[c, 1, 4] * law[c, 4, 2] for c in range(2)]
    by_hand = sum(w * law[c, 2] for c, w in enumerate(weight)) / sum(weight)
    assert world.scores(Batch(np.array([[1, 4, 2, 0]]), np.array([3]), np.array([0])))[0] == pytest.approx(by_hand)
    samples = Samples.of(world.sample(4000, seed=2))
    batch = samples.batch(np.arange(len(samples)))
    best = world.scores(batch)
    assert best[np.arange(len(best)), batch.targets].mean() == pytest.approx((best ** 2).sum(1).mean(), abs=0.01)


def test_sessions_of_the_world():
    world = ClickWorld.make(num_items=50, seed=3)
    a, b, c = world.sample(300, seed=1), world.sample(300, seed=1), world.sample(300, seed=2)
    assert (a.items == b.items).all() and a.items.tolist() != c.items.tolist() and a.lengths.min() >= 2 and a.lengths.max() <= 20
    assert 3.5 < a.lengths.mean() < 6 and set(a.items.tolist()) <= set(range(50))


@pytest.mark.skipif(sample_folder() is None, reason="the LESSR sample is not there")
def test_the_sample_is_the_one_we_know():
    train, test = read_folder(sample_folder())
    assert (len(train), len(test), train.num_items, len(Samples.of(train)), len(Samples.of(test))) == (9381, 1465, 3429, 29140, 3593)
