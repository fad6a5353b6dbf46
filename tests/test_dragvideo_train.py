"The small video model: pictures, autoencoder, resumable training, packing, and what ships."
import json
import subprocess
import sys

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")

from fanslib.core import AssetError, ConfigError, EngineError, InputError, RunFolder, data_path
from fanslib.dragvideo_autoencoder import adapt, autoencoder_class, dead_leaves, start_lines, to_frames, to_tensor
from fanslib.dragvideo_metrics import psnr
from fanslib.dragvideo_train import (DragTrainConfig, dream, encode_clips, fit_steps, load_laptop_pipeline, load_state, make_scheduler, make_unet, make_vae,
                                     noise_loss, pack, picture_batch, train_drag_model)
from fanslib.dragvideo_world import DragWorld, held_out_clips

TINY = DragTrainConfig.tiny()
SHIPPED = (data_path("dragvideo") / "unet").is_dir()


class Stop(Exception): ...


def weights(folder):
    return {name: (folder / name / "diffusion_pytorch_model.safetensors").read_bytes() for name in ("vae", "unet")}


def test_importing_the_rooms_brings_no_torch():
    code = "import sys, fanslib.dragvideo_train, fanslib.dragvideo_world, fanslib.dragvideo_metrics; print(sorted({'torch', 'diffusers', 'cv2', 'av'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_frames_come_back_from_tensors():
    frames = np.random.default_rng(0).integers(0, 256, (3, 8, 12, 3), dtype=np.uint8)
    tensor = to_tensor(frames)
    assert tensor.shape == (3, 3, 8, 12) and tensor.min() >= -1 and tensor.max() <= 1
    np.testing.assert_array_equal(to_frames(tensor), frames)
    np.testing.assert_array_equal(to_frames(tensor * 3)[frames > 250], 255)


def test_pictures_depend_on_seed_and_step_alone():
    a, b = picture_batch(TINY, 5), picture_batch(TINY, 5)
    assert torch.equal(a, b) and a.shape == (TINY.vae_batch, 3, 40, 40)
    assert not torch.equal(a, picture_batch(TINY, 6)) and not torch.equal(a, picture_batch(DragTrainConfig.tiny(seed=1), 5))
    for share in (0.0, 1.0):
        assert picture_batch(DragTrainConfig.tiny(leaves=share), 0).shape == a.shape
    np.testing.assert_array_equal(dead_leaves(np.random.default_rng(3), 40, 2), dead_leaves(np.random.default_rng(3), 40, 2))


def test_linear_start_is_the_best_linear_map():
    pictures = to_tensor(np.concatenate([c.frames for c in held_out_clips(DragWorld(40, 2), 10)]))
    patches = torch.nn.functional.unfold(pictures, 4, stride=4).transpose(1, 2).flatten(0, 1)
    lost = torch.linalg.eigvalsh(torch.cov(patches.T))[:-6].sum() / 48
    vae = autoencoder_class()(6)
    start_lines(vae, pictures)
    with torch.no_grad():
        error = (vae(pictures) - pictures).square().mean()
        z = vae.encode(pictures).latents
    assert float(error) == pytest.approx(float(lost), rel=0.05)
    flat = z.transpose(0, 1).flatten(1)
    together = torch.corrcoef(flat) - torch.eye(6)
    assert together.abs().max() < 1e-3  # components are uncorrelated
    assert (flat.std(1)[:-1] >= flat.std(1)[1:] * 0.999).all()


@pytest.mark.parametrize("channels", [4, 48])
def test_autoencoder_saves_and_loads(tmp_path, channels):
    torch.manual_seed(0)
    vae = autoencoder_class()(channels, (3, 8, 16))
    vae.register_to_config(scaling_factor=1.25)
    vae.save_pretrained(tmp_path)
    back = autoencoder_class().from_pretrained(tmp_path)
    x = torch.randn(2, 3, 16, 24)
    with torch.no_grad():
        assert torch.equal(vae.encode(x).latents, back.encode(x).latents) and back.config.scaling_factor == 1.25
        assert torch.equal(vae.decode(vae.encode(x).latents, return_dict=False)[0], back(x)) and back(x).shape == x.shape


def test_latents_follow_a_shift_by_whole_cells():
    torch.manual_seed(0)
    vae = autoencoder_class()(4, (3, 8, 16), blocks=1)
    torch.nn.init.normal_(vae.encode_out.weight, std=0.1)
    x = torch.zeros(1, 3, 80, 80)
    x[..., 30:42, 30:42] = torch.randn(3, 12, 12)
    with torch.no_grad():
        here, there = vae.encode(x).latents, vae.encode(torch.roll(x, (4, 8), (-2, -1))).latents
    middle = slice(5, 15)
    assert torch.allclose(here[..., 4:14, 3:13], there[..., middle, middle], atol=1e-5)


def test_adapt_helps_and_leaves_the_original_alone():
    vae = make_vae(TINY)
    kept = {k: v.clone() for k, v in vae.state_dict().items()}
    leaves = dead_leaves(np.random.default_rng(2), 40, 6)
    adapted = adapt(vae, leaves, steps=30)
    assert all(torch.equal(v, kept[k]) for k, v in vae.state_dict().items())
    with torch.no_grad():
        assert psnr(leaves, to_frames(adapted(to_tensor(leaves)))) > psnr(leaves, to_frames(vae(to_tensor(leaves)))) + 0.3


def test_config_goes_through_json_and_refuses_nonsense():
    assert DragTrainConfig.from_json(TINY.to_json()) == TINY
    for bad in (dict(size=50), dict(steps=0), dict(leaves=1.5), dict(ema=1.0), dict(channels=(20, 40)), dict(vae_widths=(8,))):
        with pytest.raises(ConfigError):
            DragTrainConfig(**bad)


def test_a_still_video_net_reads_time_and_space():
    torch.manual_seed(0)
    unet = make_unet(TINY).eval()
    for p in unet.parameters():  # a fresh motion module ends in zeros and lets nothing through
        torch.nn.init.normal_(p, std=0.05)
    x = torch.randn(1, 4, 4, 10, 10)
    changed = x.clone()
    changed[:, :, 0, 0, 0] += 3
    with torch.no_grad():
        a, b = (unet(v, 500, encoder_hidden_states=None).sample for v in (x, changed))
        both = unet(torch.cat([x, changed]), 500, encoder_hidden_states=None).sample
    assert (a - b)[:, :, 3].abs().max() > 1e-6 and (a - b)[:, :, 0, 9, 9].abs().max() > 1e-6
    assert torch.allclose(both, torch.cat([a, b]), atol=1e-5)


@pytest.mark.parametrize("patch, side", [(2, 20), (4, 10)])
def test_a_finer_autoencoder_and_levels_without_attention(patch, side):
    config = DragTrainConfig.tiny(patch=patch, plain_levels=1, latent_channels=12)
    vae, unet = make_vae(config), make_unet(config).eval()
    x = picture_batch(config, 0)
    with torch.no_grad():
        z = vae.encode(x).latents
        assert z.shape == (len(x), 12, side, side)
        assert unet(z[:4].transpose(0, 1)[None], 500, encoder_hidden_states=None).sample.shape == (1, 12, 4, side, side)
        if patch == 2:  # all twelve numbers of a patch are kept: the linear maps lose next to nothing
            assert torch.allclose(vae(x), x, atol=0.01)
    spatial = [name for name, part in unet.named_modules() if name.endswith("attn1") and ".attentions." in name]
    assert spatial and not any(name.startswith(("down_blocks.0", "up_blocks.1")) for name in spatial)


@pytest.mark.parametrize("wrong", [dict(patch=3), dict(plain_levels=2), dict(plain_levels=-1)])
def test_sizes_that_cannot_be(wrong):
    with pytest.raises(ConfigError, match="patch is 2 or 4"):
        DragTrainConfig.tiny(**wrong)


def test_noise_loss_of_known_predictors():
    scheduler, latents, noise = make_scheduler(), torch.randn(2, 4, 3, 5, 5), torch.randn(2, 4, 3, 5, 5)
    class Says:
        def __init__(self, what): self.what = what
        def __call__(self, noisy, times, encoder_hidden_states):
            return type("Out", (), {"sample": self.what(noisy, times)})
    times = torch.tensor([10, 700])
    assert float(noise_loss(Says(lambda z, t: torch.zeros_like(z)), scheduler, latents, times, noise)) == pytest.approx(float(noise.square().mean()))
    alpha = scheduler.alphas_cumprod[times].view(-1, 1, 1, 1, 1)
    knows = Says(lambda z, t: (z - alpha.sqrt() * latents) / (1 - alpha).sqrt())
    assert float(noise_loss(knows, scheduler, latents, times, noise)) < 1e-9


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return train_drag_model(tmp_path_factory.mktemp("whole"), TINY)


@pytest.mark.parametrize("at", ["vae step 2", "vae step 4", "unet step 2", "unet step 4"])
def test_a_killed_run_ends_with_the_same_weights(whole, tmp_path, at):
    def kill(text):
        if text.startswith(at):
            raise Stop
    with pytest.raises(Stop):
        train_drag_model(tmp_path, TINY, kill)
    assert weights(train_drag_model(tmp_path, TINY)) == weights(whole)
    assert sorted(RunFolder(tmp_path).log("unet", "step").rows) == [2, 4]


def test_a_folder_belongs_to_one_configuration(whole):
    with pytest.raises(ConfigError, match="another configuration"):
        train_drag_model(whole.parent, DragTrainConfig.tiny(rate=2e-3))


def test_damaged_and_foreign_states_are_refused(tmp_path):
    run, net = RunFolder(tmp_path), torch.nn.Linear(3, 2)
    fit_steps(run, "line", net, lambda step: net(torch.ones(1, 3)).square().sum(), 2, 2, 1e-2, TINY)
    path = tmp_path / "line.safetensors"
    optimizer, ema = torch.optim.AdamW(net.parameters()), {k: v.clone() for k, v in net.state_dict().items()}
    assert load_state(path, net, ema, optimizer)["step"] == 2
    other = torch.nn.Linear(4, 2)
    with pytest.raises(InputError, match="delete the file"):
        load_state(path, other, dict(other.state_dict()), torch.optim.AdamW(other.parameters()))
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(InputError, match="line.safetensors.*delete the file"):
        fit_steps(run, "line", net, lambda step: net(torch.ones(1, 3)).sum(), 3, 3, 1e-2, TINY)


def test_training_learns_and_a_loss_that_is_no_number_stops_it(tmp_path):
    net = torch.nn.Linear(3, 1)
    config = DragTrainConfig.tiny(ema=0.5, save_every=50)
    fit_steps(RunFolder(tmp_path / "a"), "line", net, lambda step: (net(torch.ones(1, 3)) - 5).square().sum(), 400, 400, 5e-2, config)
    assert float(net(torch.ones(1, 3)).detach()) == pytest.approx(5, abs=0.1) and not net.training
    with pytest.raises(EngineError, match="step 1; lower the rate"):
        fit_steps(RunFolder(tmp_path / "b"), "line", net, lambda step: net(torch.ones(1, 3)).sum() * (float("nan") if step else 1), 3, 3, 1e-2, config)


def test_encoded_clips_are_kept_and_scaled(tmp_path):
    vae, run = make_vae(TINY), RunFolder(tmp_path)
    first = encode_clips(run, vae, TINY)
    assert first.shape == (6, 4, 4, 10, 10) and first.dtype == torch.float16
    with torch.no_grad():
        wanted = vae.encode(to_tensor(TINY.world.clip(1).edited)).latents.transpose(0, 1) * vae.config.scaling_factor
    assert torch.allclose(first[3].float(), wanted, atol=2e-2)
    files = {p: p.stat().st_mtime_ns for p in (tmp_path / "latents").iterdir()}
    assert torch.equal(first, encode_clips(run, vae, TINY)) and files == {p: p.stat().st_mtime_ns for p in (tmp_path / "latents").iterdir()}


def test_pack_and_load(whole):
    pipe = load_laptop_pipeline(whole)
    assert type(pipe).__name__ == "DragVideoPipeline" and pipe.unet.dtype == torch.float32
    frames = TINY.world.clip(0).frames
    assert pipe.encode(frames).shape == (1, 4, 4, 10, 10) and pipe.decode(pipe.encode(frames)).shape == frames.shape
    assert [c.shape for c in dream(pipe, 2, steps=2, frames=3)] == [(3, 40, 40, 3)] * 2
    assert json.loads((whole / "training.json").read_text())["size"] == 40
    card = (whole / "README.md").read_text()
    assert "PSNR" in card and "{" not in card


def test_packing_leaves_the_model_in_single_precision(tmp_path):
    vae, unet = make_vae(TINY), make_unet(TINY)
    pack(tmp_path, vae, unet, TINY)
    assert vae.dtype == unet.dtype == torch.float32
    with pytest.raises(AssetError, match="no drag model"):
        load_laptop_pipeline(tmp_path / "elsewhere")


class Trap:
    "What a pickle may do when it is read."

    def __reduce__(self):
        return open, ("sprung", "w")


@pytest.mark.parametrize("part", ["vae", "unet"])
def test_pickled_and_damaged_models_are_refused(tmp_path, monkeypatch, part):
    from fanslib.dragvideo_paper import load_model

    monkeypatch.chdir(tmp_path)
    pack(tmp_path / "model", make_vae(TINY), make_unet(TINY), TINY)
    weights = tmp_path / "model" / part / "diffusion_pytorch_model.safetensors"
    whole = weights.read_bytes()
    load_laptop_pipeline(tmp_path / "model").save_pretrained(tmp_path / "saved")
    again, frames = load_model(str(tmp_path / "saved"), "laptop"), TINY.world.clip(0).frames
    assert torch.equal(again.encode(frames), load_laptop_pipeline(tmp_path / "model").encode(frames))
    index = tmp_path / "saved" / "model_index.json"
    told = index.read_text()
    index.write_text(told.replace('"fanslib.dragvideo_autoencoder"', '"antigravity"'))
    with pytest.raises(InputError, match="its parts come from antigravity"):
        load_model(str(tmp_path / "saved"), "laptop")
    for damaged in ("{", "[]", '{"vae": []}'):
        index.write_text(damaged)
        with pytest.raises(InputError, match="damaged"):
            load_model(str(tmp_path / "saved"), "laptop")
    index.write_text(told)
    for folder, load in ((tmp_path / "model", load_laptop_pipeline), (tmp_path / "saved", lambda f: load_model(str(f), "laptop"))):
        weights = folder / part / "diffusion_pytorch_model.safetensors"
        weights.write_bytes(whole[: len(whole) // 2])
        with pytest.raises((AssetError, InputError), match="cannot be loaded"):
            load(folder)
        weights.unlink()
        torch.save({"x": Trap()}, weights.with_suffix(".bin"))
        with pytest.raises((AssetError, InputError), match="cannot be loaded"):
            load(folder)
    assert not (tmp_path / "sprung").exists()


def test_a_pickled_motion_module_is_refused(tmp_path):
    from fanslib.dragvideo_paper import paper_pipeline

    torch.save({"x": Trap()}, tmp_path / "mm.ckpt")
    with pytest.raises(InputError, match="must be .safetensors"):
        paper_pipeline(adapter=str(tmp_path / "mm.ckpt"))


@pytest.mark.skipif(not SHIPPED, reason="the drag model is not packed yet")
def test_the_shipped_model_knows_the_held_out_world():
    pipe = load_laptop_pipeline()
    clips = held_out_clips(DragWorld(), 8)
    assert min(psnr(c.frames, pipe.decode(pipe.encode(c.frames))) for c in clips) > 27
    latents = torch.cat([pipe.encode(c.frames) for c in clips])
    noise = torch.randn(latents.shape, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        assert float(noise_loss(pipe.unet, pipe.scheduler, latents, torch.full((8,), 400), noise)) < 0.35
    sizes = [p.stat().st_size for p in data_path("dragvideo").rglob("*") if p.is_file()]
    assert max(sizes) < 12e6 and sum(sizes) < 25e6
