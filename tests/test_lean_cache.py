"The verdict cache: threads, processes, damage, age, size. What it says is believed, so it must never say what nobody computed."
import contextlib, dataclasses, json, multiprocessing, os, random, signal, sqlite3, statistics, subprocess, sys, threading, time, warnings
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from fanslib.core import InputError
from fanslib.lean import Judge, Message, Theorem, Verdict, VerdictCache, tier_of
from fanslib.lean_cache import APPLICATION, FORMAT, Cache, CacheWarning, Store, seal
from fanslib.lean_engine import About, EngineFailure

ACCEPT = Verdict("accept", "proved", tier="T1", axioms=("propext",))
TROUBLE = Verdict("inconclusive", "timeout: no answer")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "verdicts.sqlite"


@pytest.fixture(autouse=True)
def no_quiet_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error", CacheWarning)
        yield


def never():
    raise AssertionError("computed although it is known")


def damaged(path):
    return sorted(f.name for f in path.parent.iterdir() if ".damaged" in f.name and not f.name.endswith(("-wal", "-shm")))


# ---- what goes in comes out

verdicts = st.builds(
    Verdict, st.sampled_from(["accept", "reject", "refused"]), st.text(), tier=st.sampled_from(["T0", "T1", "T2"]), axioms=st.lists(st.text(), max_size=3).map(tuple),
    messages=st.lists(st.builds(Message, st.sampled_from(["error", "warning"]), st.integers(0, 9), st.integers(0, 9), st.text(st.characters())), max_size=3).map(tuple),
    seconds=st.floats(0, 1e6), dialect=st.text(max_size=5), warning=st.text(max_size=5))


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), verdicts, max_size=6))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_goes_in_comes_out(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("cache") / "v.sqlite"
    one = VerdictCache(path)
    for key, verdict in rows.items():
        assert one.get(key, lambda: verdict) == verdict
    one.close()
    two = VerdictCache(path)
    assert {key: two.get(key, never) for key in rows} == rows and (two.checks, two.hits) == (0, 0) and len(two.store) == len(rows)
    two.close()


def test_inconclusive_is_handed_out_and_not_kept(path):
    cache = VerdictCache(path)
    assert cache.get("k", lambda: TROUBLE) == TROUBLE and len(cache.store) == 0
    assert cache.get("k", lambda: ACCEPT) == ACCEPT and len(cache.store) == 1


def test_memory_is_bounded_and_the_file_is_not(path):
    cache = VerdictCache(path, remember=10)
    for i in range(100):
        cache.get(str(i), lambda: dataclasses.replace(ACCEPT, reason=str(i)))
    assert len(cache._known) == 10 and len(cache.store) == 100
    assert [cache.get(str(i), never).reason for i in range(100)] == list(map(str, range(100))) and cache.checks == 100
    assert len(VerdictCache(remember=3)._known) == 0


# ---- threads

def test_a_hundred_threads_ask_once(path):
    cache = VerdictCache(path)
    with ThreadPoolExecutor(100) as threads:
        found = list(threads.map(lambda i: cache.get(f"k{i % 5}", lambda: (time.sleep(0.05), dataclasses.replace(ACCEPT, reason=f"k{i % 5}"))[1]), range(500)))
    assert [v.reason for v in found] == [f"k{i % 5}" for i in range(500)] and (cache.checks, cache.hits) == (5, 495) and not cache._flights


def test_who_has_more_patience_asks_again():
    cache, started, go = VerdictCache(), threading.Event(), threading.Event()
    with ThreadPoolExecutor(3) as threads:
        short = threads.submit(cache.get, "k", lambda: (started.set(), go.wait(5), TROUBLE)[2], 0.1)
        started.wait(5)
        same = threads.submit(cache.get, "k", never, 0.1)
        longer = threads.submit(cache.get, "k", lambda: ACCEPT, 30)
        time.sleep(0.05)
        go.set()
        assert (short.result(), same.result(), longer.result()) == (TROUBLE, TROUBLE, ACCEPT)


def test_an_interrupted_caller_does_not_interrupt_the_others():
    cache, started, go = VerdictCache(), threading.Event(), threading.Event()

    def interrupted():
        started.set()
        go.wait(5)
        raise KeyboardInterrupt

    with ThreadPoolExecutor(5) as threads:
        first = threads.submit(cache.get, "k", interrupted)
        started.wait(5)
        others = [threads.submit(cache.get, "k", lambda: ACCEPT) for _ in range(4)]
        time.sleep(0.05)
        go.set()
        assert [f.result() for f in others] == [ACCEPT] * 4 and isinstance(first.exception(), KeyboardInterrupt)
    assert cache.checks == 1 and not cache._flights


def test_an_error_reaches_everyone_and_is_not_kept():
    cache = VerdictCache()

    def fail():
        time.sleep(0.1)
        raise EngineFailure("crash", "x")

    with ThreadPoolExecutor(8) as threads:
        assert all(isinstance(f.exception(), EngineFailure) for f in [threads.submit(cache.get, "k", fail) for _ in range(8)])
    assert cache.get("k", lambda: ACCEPT).ok


# ---- processes

WRITER = """
import sys, warnings
warnings.simplefilter("error")
from fanslib.lean import Verdict, VerdictCache
path, start, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
cache = VerdictCache(path)
print("ready", flush=True)
sys.stdin.readline()
for i in range(start, start + count):
    assert cache.get(str(i), lambda: Verdict("accept", str(i))).reason == str(i)
print(cache.checks, flush=True)
sys.stdin.readline()
"""


def writer(path, start, count):
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(start), str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


def tell(process):
    process.stdin.write("\n")
    process.stdin.flush()


def test_processes_share_one_file(path):
    writers = [writer(path, start, 1000) for start in (0, 500, 1000)]
    for process in writers:
        tell(process)
    computed = [int(process.stdout.readline()) for process in writers]
    for process in writers:
        tell(process)
        assert process.wait(10) == 0
    cache = VerdictCache(path)
    assert len(cache.store) == 2000 and 2000 <= sum(computed) <= 3000
    assert [cache.get(str(i), never).reason for i in range(2000)] == list(map(str, range(2000)))


def test_a_process_killed_while_it_writes_loses_nothing_that_was_kept(path):
    process = writer(path, 0, 1_000_000)
    tell(process)
    cache = VerdictCache(path)
    until = time.monotonic() + 10
    while len(cache.store) < 200 and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = len(cache.store)
    assert kept >= 200
    cache.close()
    again = VerdictCache(path)
    assert [again.get(str(i), never).reason for i in range(kept)] == list(map(str, range(kept))) and not damaged(path)


def test_a_forked_child_opens_the_file_anew(path):
    cache = VerdictCache(path)
    cache.get("parent", lambda: ACCEPT)
    pid = os.fork()
    if pid == 0:
        try:
            right = cache.store.get("parent") is not None
            cache.store.put("child", json.dumps(ACCEPT.to_dict()))
            os._exit(0 if right else 1)
        except BaseException:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert cache.get("child", never) == ACCEPT and cache.get("parent", never) == ACCEPT


# ---- damage

def fill(path, count=300):
    store = Store(path)
    for i in range(count):
        store.put(str(i), f"text {i} " + "x" * 200)
    store.close()
    return {str(i): f"text {i} " + "x" * 200 for i in range(count)}


def survives(path, rows):
    "Open what is there: right or absent, never wrong, and usable afterwards. How many rows are left."
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CacheWarning)
        store = Store(path)
        found = {key: store.get(key) for key in rows}
        assert all(found[key] in (None, text) for key, text in rows.items())
        store.put("new", "text")
        assert store.get("new") == "text"
        store.close()
    return sum(text is not None for text in found.values())


@pytest.mark.parametrize("seed", range(25))
def test_flipped_bytes(path, seed):
    rows, rng = fill(path), random.Random(seed)
    data = bytearray(path.read_bytes())
    for _ in range(rng.choice([1, 5, 100, 3000])):
        data[rng.randrange(len(data) if seed % 3 else 4096)] = rng.randrange(256)
    path.write_bytes(data)
    try:
        survives(path, rows)
    except InputError as e:  # the bytes that say whose file it is
        assert "something else" in str(e) or "newer" in str(e)


@pytest.mark.parametrize("size", [0, 1, 15, 16, 99, 100, 1000, 4095, 4096, 5000, 20000])
def test_a_file_cut_off(path, size):
    rows = fill(path)
    os.truncate(path, size)
    assert survives(path, rows) < len(rows)


@pytest.mark.parametrize("data", [b"\0" * 8192, b"SQLite format 3\0" + b"\xff" * 5000, b"verdicts\n" * 900, b"\x1f\x8b" + os.urandom(5000)], ids=["zeros", "header", "text", "gzip"])
def test_another_kind_of_file_is_set_aside_and_kept(path, data):
    path.write_bytes(data)
    with pytest.warns(CacheWarning, match="set aside as verdicts.sqlite.damaged"):
        cache = VerdictCache(path)
    assert (path.parent / "verdicts.sqlite.damaged").read_bytes() == data
    assert cache.get("k", lambda: ACCEPT) == ACCEPT and len(cache.store) == 1
    cache.close()
    path.write_bytes(data)
    with pytest.warns(CacheWarning, match="damaged-2"):
        VerdictCache(path).close()
    assert len(damaged(path)) == 2


def test_damage_while_in_use(path):
    cache = VerdictCache(path, remember=1)
    for i in range(400):
        cache.get(str(i), lambda: dataclasses.replace(ACCEPT, reason=f"{i} " + "x" * 300))
    cache.store._db.execute("pragma wal_checkpoint(truncate)")
    with open(path, "r+b") as file:
        file.seek(100)
        file.write(os.urandom(path.stat().st_size - 100))
    cache.close()
    with pytest.warns(CacheWarning, match="damaged"):
        assert cache.get("7", lambda: ACCEPT) == ACCEPT
    assert cache.get("8", lambda: ACCEPT) == ACCEPT and len(cache.store) == 2 and len(damaged(path)) == 1


BOTH = """
import sys, warnings
from fanslib.lean_cache import Store
sys.stdin.readline()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    store = Store(sys.argv[1])
    store.put(sys.argv[2], "text")
    print(len(caught), flush=True)
sys.stdin.readline()
"""


@pytest.mark.parametrize("again", range(6))
def test_two_processes_find_the_damage_and_one_sets_it_aside(path, again):
    path.write_bytes(b"nonsense" * 1000)
    two = [subprocess.Popen([sys.executable, "-c", BOTH, str(path), name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for name in "ab"]
    for process in two:
        tell(process)
    told = [int(process.stdout.readline()) for process in two]
    for process in two:
        tell(process)
        assert process.wait(10) == 0
    store = Store(path)
    assert sum(told) == 1 and len(damaged(path)) == 1 and [store.get(name) for name in "ab"] == ["text"] * 2


@pytest.mark.parametrize("column, value", [("verdict", '{"status": "accept"}'), ("verdict", None), ("verdict", b"\xff\xfe"), ("seal", ""), ("seal", None), ("seal", "0" * 16), ("key", "other")])
def test_a_row_changed_by_hand_is_absent(path, column, value):
    cache = VerdictCache(path)
    cache.get("k", lambda: dataclasses.replace(ACCEPT, status="reject", reason="lean: no"))
    cache.close()
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute(f"update verdicts set {column} = ?", (value,))
    again, computed = VerdictCache(path), dataclasses.replace(ACCEPT, reason="anew")
    assert again.get("k", lambda: computed) == computed and again.checks == 1
    again.close()
    assert VerdictCache(path).get("k", never) == computed


def test_one_row_in_place_of_another(path):
    "A sealed row under another key is not that key's."
    store = Store(path)
    store.put("accepted", "yes")
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("insert into verdicts select 'asked', verdict, seal from verdicts")
    assert store.get("accepted") == "yes" and store.get("asked") is None


@pytest.mark.parametrize("text", ["[]", "null", "3", '"accept"', "{}", '{"status": "accept"}', '{"status": "ACCEPT", "reason": "", "axioms": [], "messages": []}',
                                  '{"status": "accept", "reason": "", "axioms": [], "messages": [], "colour": 1}', "{", "[" * 100_000])
def test_a_sealed_row_that_is_no_verdict(path, text):
    Store(path).put("k", text)
    cache = VerdictCache(path)
    assert cache.get("k", lambda: ACCEPT) == ACCEPT and cache.checks == 1


# ---- other files, other times

def old_file(path, rows):
    "As fanslib wrote it before the format had a number."
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("create table if not exists verdicts (key text primary key, verdict text)")
        db.executemany("insert into verdicts values (?, ?)", rows.items())


def test_migration(path):
    old_file(path, {**{str(i): json.dumps({k: v for k, v in dataclasses.replace(ACCEPT, reason=str(i)).to_dict().items() if k != "warning"}) for i in range(500)},
                    "torn": '{"status": "acc', "null": None})
    cache = VerdictCache(path)
    assert [cache.get(str(i), never).reason for i in range(500)] == list(map(str, range(500)))
    assert cache.get("torn", lambda: TROUBLE) == TROUBLE and cache.get("null", lambda: ACCEPT) == ACCEPT
    with contextlib.closing(sqlite3.connect(path)) as db:
        assert db.execute("pragma user_version").fetchone() == (FORMAT,) and db.execute("pragma application_id").fetchone() == (APPLICATION,)
        assert db.execute("pragma journal_mode").fetchone() == ("wal",)
    assert not damaged(path)


def test_four_processes_migrate_at_once(path):
    old_file(path, {str(i): json.dumps(dataclasses.replace(ACCEPT, reason=str(i)).to_dict()) for i in range(2000)})
    four = [subprocess.Popen([sys.executable, "-c", BOTH, str(path), name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for name in "abcd"]
    for process in four:
        tell(process)
    assert [process.stdout.readline() for process in four] == ["0\n"] * 4
    for process in four:
        tell(process)
        process.wait(10)
    assert len(Store(path)) == 2004 and VerdictCache(path).get("1999", never).reason == "1999"


def test_files_that_are_not_ours_are_left_alone(path, tmp_path):
    for make in ("create table notes (text)", "create table verdicts (key text, verdict text, more text)", "create table verdicts (key text primary key, verdict text); create table b (x)",
                 f"pragma application_id = {APPLICATION}; pragma user_version = {FORMAT + 1}; create table verdicts (key text)", "pragma application_id = 7; create table verdicts (key text primary key, verdict text)"):
        path.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(path)) as db:
            db.executescript(make)
        before = path.read_bytes()
        with pytest.raises(InputError, match="verdicts.sqlite: (is a database of something else|was written by a newer fanslib)"):
            VerdictCache(path)
        with contextlib.closing(sqlite3.connect(path)) as db:
            db.execute("pragma journal_mode = delete")
        assert path.read_bytes()[100:] == before[100:] and not damaged(path)
    for place in (tmp_path, tmp_path / "file" / "x"):
        (tmp_path / "file").write_text("")
        with pytest.raises(InputError, match="cannot be opened"):
            VerdictCache(place)


def test_a_new_folder_is_made(tmp_path):
    cache = VerdictCache(tmp_path / "a" / "b" / "v.sqlite")
    assert cache.get("k", lambda: ACCEPT) == ACCEPT and (tmp_path / "a" / "b" / "v.sqlite").exists()


# ---- trouble with the disk costs time, nothing else

def test_a_full_disk(path):
    cache = VerdictCache(path)
    cache.store._db.execute("pragma max_page_count = 8")
    with pytest.warns(CacheWarning, match="could not be kept") as told:
        for i in range(200):
            assert cache.get(str(i), lambda: dataclasses.replace(ACCEPT, reason=f"{i} " + "x" * 500)).ok
    assert len(told) == 1 and cache.checks == 200
    assert [cache.get(str(i), never).reason.split()[0] for i in range(200)] == list(map(str, range(200)))
    assert 0 < len(cache.store) < 200 and not damaged(path)


def test_a_file_locked_for_long(path, monkeypatch):
    monkeypatch.setattr(Store, "patience", 0.2)
    cache = VerdictCache(path)
    cache.get("before", lambda: ACCEPT)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.warns(CacheWarning, match="locked"):
            assert cache.get("during", lambda: ACCEPT).ok
        assert cache.store.get("before"), "readers go on while another process writes"
        other.execute("rollback")
    assert cache.get("after", lambda: ACCEPT).ok and len(cache.store) == 2 and not damaged(path)


# ---- size and speed

def test_a_hundred_thousand_verdicts(path):
    store = Store(path)
    text = json.dumps(dataclasses.replace(ACCEPT, status="reject", reason="lean: " + "x" * 150, messages=(Message("error", 1, 2, "x" * 150),)).to_dict())
    keys = [f"{i:064x}" for i in range(100_000)]
    with store._lock:
        store._db.execute("begin")
        store._db.executemany("insert into verdicts values (?, ?, ?)", ((key, text, seal(key, text)) for key in keys))
        store._db.execute("commit")
    store.close()
    cache, rng, times = VerdictCache(path), random.Random(0), []
    assert len(cache.store) == 100_000
    for key in rng.sample(keys, 3000):
        start = time.perf_counter()
        verdict = cache.get(key, never)
        times.append(time.perf_counter() - start)
        assert verdict.status == "reject"
    assert statistics.median(times) < 1e-3 and sum(times) / len(times) < 1e-3, statistics.quantiles(times, n=100)[::33]
    known = []
    for key in rng.sample(list(cache._known), 1000):
        start = time.perf_counter()
        cache.get(key, never)
        known.append(time.perf_counter() - start)
    assert statistics.median(known) < 1e-4


# ---- behind a judge, with an engine that is not Lean

GOOD = dict(statement_ok=True, messages=[], extra=None, syntax_error=False, errors=0, kind="theorem", same_statement=True, axioms=[], declared=[], replay=None, ms=1.0)


class Engine:
    size, about = 4, About("fake", "4.40.0", "f1", "T2")

    def __init__(self, answer=GOOD):
        self.answer, self.asked = answer, 0

    def ask(self, request, timeout):
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def kill_busy(self): ...
    def close(self): ...


THEOREM = Theorem.parse("theorem t : 1 = 1")


def test_judges_share_a_file_and_engines_do_not(path):
    one, two, other = Engine(), Engine(), Engine()
    other.about = dataclasses.replace(Engine.about, fingerprint="f2")
    first = Judge(pool=one, cache=path).verify(THEOREM, "by rfl")
    assert first.ok and (first.engine, first.lean_version, first.tier, first.warning) == ("fake", "4.40.0", "T2", "")
    assert Judge(pool=two, cache=path).verify(THEOREM, "by rfl") == first and two.asked == 0
    assert Judge(pool=other, cache=path).verify(THEOREM, "by rfl").ok and other.asked == 1
    assert Judge(pool=two, cache=path, heartbeats=1000).verify(THEOREM, "by rfl").ok and two.asked == 1


@pytest.mark.parametrize("kind", ["timeout", "memory", "crash", "closed"])
def test_machinery_trouble_is_inconclusive_and_asked_again(path, kind):
    engine = Engine(EngineFailure(kind, "x"))
    judge = Judge(pool=engine, cache=path)
    assert [judge.verify(THEOREM, "by rfl").status for _ in range(2)] == ["inconclusive"] * 2 and engine.asked == 2
    engine.answer = GOOD
    assert judge.verify(THEOREM, "by rfl").ok


@pytest.mark.parametrize("version, claim, tier", [("4.28.0", "T2", "T1"), ("4.34.0", "T3", "T1"), ("4.34.1", "T2", "T2"), ("4.35.0-rc1", "T2", "T2"), ("v4.9.0", "T1", "T1"), ("", "T2", "T1"), ("nightly", "T2", "T1"), ("5.0.0", "T3", "T3"), ("4.100.0", "T2", "T2")])
def test_an_old_lean_caps_the_tier(version, claim, tier):
    found, warning = tier_of(About("x", version, "f", claim))
    assert found == tier and bool(warning) == (claim != tier)
    engine = Engine()
    engine.about = About("x", version, "f", claim)
    verdict = Judge(pool=engine).verify(THEOREM, "by rfl")
    assert (verdict.tier, verdict.warning) == (found, warning) and (warning in verdict._repr_markdown_())
