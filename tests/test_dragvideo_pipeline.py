"DragVideo's U-Net surgery, pipeline, run folder and memory count, on Stable Diffusion's plan with tiny random weights."
import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
pytest.importorskip("peft")
pytest.importorskip("av")

from fanslib.core import ConfigError, InputError
from fanslib.dragvideo import DragConfig, DragInstruction
from fanslib.dragvideo_loss import latent_masks
from fanslib.dragvideo_pipeline import _pipeline_class, edit, prepare
from fanslib.dragvideo_run import load_tensors, run_edit, save_tensors
from fanslib.dragvideo_steps import denoise, drag, drag_slice, encode_frames, invert, noise_levels, read_features, relative_error
from fanslib.dragvideo_unet import (add_lora, drop_lora, features, has_motion, load_lora, mutual_attention, predict, save_lora, spatial_attentions, tiny_parts,
                                    train_lora, without_motion)

SMALL = dict(num_inference_steps=4, drag_iterations=3, lora_steps=1, lora_rank=2, feature_blocks=(1,), msa_start_layer=5, drag_lr=0.05)


def config(**kw):
    return DragConfig(**{**SMALL, **kw})


def clip_of(frames=4, size=32):
    y, x = np.mgrid[:size, :size]
    return np.stack([np.stack([120 + 60 * np.sin((x + i) / 4), 120 + 60 * np.cos(y / 5), x * 255 / size], -1) for i in range(frames)]).astype(np.uint8)


def pull_of(frames=4, size=32, whole=False):
    handles = np.tile([[[12.0, 16.0], [20.0, 9.0]]], (frames, 1, 1))
    masks = np.ones((frames, size, size), np.uint8) if whole else np.zeros((frames, size, size), np.uint8)
    masks[:, :24] = 1
    return DragInstruction(handles, handles + [6, 2], masks)


@pytest.fixture(scope="module")
def parts():
    found = tiny_parts(layers=1)
    with torch.no_grad():
        for p in found["unet"].conv_out.parameters():
            p.mul_(0.1)
    return found


@pytest.fixture(scope="module")
def plain():
    return tiny_parts(motion=False, layers=1)


@pytest.fixture
def unet(parts):
    yield parts["unet"]
    drop_lora(parts["unet"])
    parts["unet"].requires_grad_(False).disable_gradient_checkpointing()


Z, CONTEXT = torch.randn(1, 4, 4, 4, 4, generator=torch.Generator().manual_seed(0)), torch.zeros(1, 1, 16)


# ---- the U-Net

def test_joint_frames_see_each_other_and_lone_ones_do_not(unet):
    changed = Z.clone()
    changed[:, :, 3] += 1
    with torch.no_grad():
        for joint in (True, False):
            d = (predict(unet, changed, 500, CONTEXT, joint) - predict(unet, Z, 500, CONTEXT, joint)).abs().mean((0, 1, 3, 4))
            assert d[3] > 1e-4 and (d[:3].min() > 1e-7) == joint


def test_motion_off_is_undone(unet):
    with torch.no_grad():
        before = predict(unet, Z, 500, CONTEXT)
        with pytest.raises(RuntimeError), without_motion(unet):
            inner = predict(unet, Z, 500, CONTEXT)
            raise RuntimeError
        assert torch.equal(before, predict(unet, Z, 500, CONTEXT)) and not torch.allclose(before, inner)


def test_without_motion_is_the_image_model(plain):
    "A motion model made from an image model, motion passed by, gives what the image model gives."
    from diffusers import UNetMotionModel

    image = tiny_parts(motion=False, layers=1)["unet"]
    motion = UNetMotionModel(in_channels=4, out_channels=4, block_out_channels=(16, 32, 32, 32), layers_per_block=1, norm_num_groups=8, cross_attention_dim=16, num_attention_heads=8,
                             motion_num_attention_heads=2, use_motion_mid_block=False).eval()
    image = type(image).from_config({**image.config, "attention_head_dim": 8}).eval()
    missing, unexpected = motion.load_state_dict(image.state_dict(), strict=False)
    assert not unexpected and all("motion_modules" in name for name in missing)
    with torch.no_grad():
        assert torch.allclose(predict(motion, Z, 500, CONTEXT, joint=False, motion_off=True), predict(image, Z, 500, CONTEXT), atol=1e-5)


@pytest.mark.parametrize("which", ["motion", "image"])
@pytest.mark.parametrize("blocks", [(0,), (2,), (1, 3), (3, 1)])
def test_early_features_are_the_full_passs_features(parts, plain, which, blocks):
    unet = (parts if which == "motion" else plain)["unet"]
    with torch.no_grad():
        full, noise = features(unet, Z, 500, CONTEXT, blocks)
        early, none = features(unet, Z, 500, CONTEXT, blocks, want_noise=False)
    assert none is None and noise.shape == Z.shape and all(torch.equal(a, b) and len(a) == 4 for a, b in zip(full, early))
    assert not any(u._forward_hooks for u in unet.up_blocks)


def test_hooks_go_after_an_error(unet):
    with pytest.raises(Exception):
        features(unet, Z[:, :3], 500, CONTEXT, (1,))
    assert not any(u._forward_hooks for u in unet.up_blocks)


def test_early_features_have_the_same_gradient(unet):
    grads = []
    for want in (True, False):
        z = Z.clone().requires_grad_()
        (f,), _ = features(unet, z, 500, CONTEXT, (2,), want_noise=want)
        grads.append(torch.autograd.grad(f.square().sum(), z)[0])
    unet.enable_gradient_checkpointing()
    z = Z.clone().requires_grad_()
    (f,), _ = features(unet, z, 500, CONTEXT, (2,), want_noise=False)
    grads.append(torch.autograd.grad(f.square().sum(), z)[0])
    assert torch.allclose(grads[0], grads[1], rtol=1e-4, atol=1e-5) and torch.allclose(grads[0], grads[2], rtol=1e-3, atol=1e-4)


# ---- mutual self-attention

def test_layers_are_counted_as_the_network_runs():
    for u in (tiny_parts()["unet"], tiny_parts(motion=False)["unet"]):
        names = [n for n, _ in spatial_attentions(u)]
        assert len(names) == 16 and [n.split(".")[0] for n in names] == ["down_blocks"] * 6 + ["mid_block"] + ["up_blocks"] * 9
        assert names[10].startswith("up_blocks.2.attentions.0")


def test_one_layer_of_mutual_attention_by_hand(unet):
    "Equation 6 on one layer, against plain matrices."
    _, layer = spatial_attentions(unet)[7]
    x = torch.randn(8, 6, layer.to_q.in_features)
    from fanslib.dragvideo_unet import MutualSelfAttention

    before = layer.processor
    layer.processor = MutualSelfAttention(before)
    try:
        with torch.no_grad():
            got = layer(x)
            heads = lambda m, s: m(s).unflatten(-1, (layer.heads, -1)).transpose(1, 2)
            q, k, v = heads(layer.to_q, x), heads(layer.to_k, x[:4].repeat(2, 1, 1)), heads(layer.to_v, x[:4].repeat(2, 1, 1))
            weights = (q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5).softmax(-1)
            want = layer.to_out[0]((weights @ v).transpose(1, 2).flatten(2))
    finally:
        layer.processor = before
    assert torch.allclose(got, want, atol=1e-5)


def test_the_original_is_untouched_and_processors_return(unet):
    pair = torch.cat([Z, torch.randn_like(Z)])
    before = [m.processor for _, m in spatial_attentions(unet)]
    with torch.no_grad():
        plain_out = predict(unet, pair, 500, CONTEXT)
        with pytest.raises(ZeroDivisionError), mutual_attention(unet, 3) as processors:
            out = predict(unet, pair, 500, CONTEXT)
            for p in processors:
                p.on = False
            off = predict(unet, pair, 500, CONTEXT)
            1 / 0
    assert torch.allclose(out[0], plain_out[0], atol=1e-6) and not torch.allclose(out[1], plain_out[1], atol=1e-5) and torch.allclose(off, plain_out, atol=1e-6)
    assert [m.processor for _, m in spatial_attentions(unet)] == before


def test_mutual_attention_holds_frame_by_frame_too(unet):
    other = torch.randn_like(Z)
    with torch.no_grad(), mutual_attention(unet, 5):
        whole = predict(unet, torch.cat([Z, other]), 500, CONTEXT, joint=False)
        one = predict(unet, torch.cat([Z[:, :, 2:3], other[:, :, 2:3]]), 500, CONTEXT, joint=False)
    assert torch.allclose(whole[:, :, 2:3], one, atol=1e-5)


# ---- the adapter

def test_a_fresh_adapter_changes_nothing_and_touches_the_right_layers(unet):
    with torch.no_grad():
        before = predict(unet, Z, 500, CONTEXT)
        add_lora(unet, config())
        assert torch.allclose(predict(unet, Z, 500, CONTEXT), before, atol=1e-6)
    names = {n.split(".lora_A")[0] for n, _ in unet.named_parameters() if "lora_A" in n}
    assert all(n.endswith(("to_q", "to_k", "to_v")) for n in names) and any("motion_modules" in n for n in names)
    add_lora(unet, config(lora_targets=("to_q", "to_k", "to_v", "to_out.0")))
    assert any("to_out" in n for n, _ in unet.named_parameters() if "lora_A" in n)
    assert all("lora_" in n for n, p in unet.named_parameters() if p.requires_grad)


def test_training_is_repeatable_and_visits_every_slice(unet, parts):
    runs = [train_lora(unet, parts["scheduler"], Z, CONTEXT, config(slice_length=k)) for k in (12, 12, 2)]
    assert runs[0] == runs[1] and len(runs[0]) == 1 and runs[2] != runs[0]
    heard = []
    assert len(train_lora(unet, parts["scheduler"], Z, CONTEXT, config(lora_steps=9), lambda k, loss: heard.append(k) or k == 1)) == 2 == len(heard)


@pytest.mark.parametrize("kind", ["epsilon", "v_prediction", "sample"])
def test_every_prediction_type_trains(unet, parts, kind):
    scheduler = type(parts["scheduler"]).from_config(parts["scheduler"].config, prediction_type=kind)
    assert all(np.isfinite(train_lora(unet, scheduler, Z, CONTEXT, config())))
    assert torch.isfinite(invert(unet, scheduler, Z, CONTEXT, config())).all()


def test_adapters_travel_by_file(unet, parts, tmp_path):
    train_lora(unet, parts["scheduler"], Z, CONTEXT, config(lora_lr=1e-2))
    with torch.no_grad():
        want = predict(unet, Z, 500, CONTEXT)
        save_lora(unet, tmp_path)
        load_lora(unet, tmp_path)
        assert torch.equal(predict(unet, Z, 500, CONTEXT), want)
    (tmp_path / "adapter.safetensors").unlink()
    with pytest.raises(InputError, match="train the adapter first"):
        load_lora(unet, tmp_path)


# ---- there and back

def test_levels_mirror_each_other(parts):
    for kw in ({}, dict(skip_first=True), dict(num_inference_steps=7, inversion_strength=1.0)):
        down_scheduler, _, up, down = noise_levels(parts["scheduler"], config(**kw))
        assert up.tolist() == down.tolist()[::-1] and set(down.tolist()) <= set(down_scheduler.timesteps.tolist())
        assert len(up) == config(**kw).noise_steps - config(**kw).skip_first


def test_inversion_and_sampling_are_inverse_for_a_constant_noise(parts):
    "With a model that always says the same noise, DDIM up and down is the identity."
    class Constant(torch.nn.Module):
        dtype = torch.float32
        config = {}

        def forward(self, x, t, encoder_hidden_states, return_dict):
            return (torch.full_like(x, 0.3),)

    c = config(num_inference_steps=10, msa=False)
    zt = invert(Constant(), parts["scheduler"], Z, CONTEXT, c)
    back, _ = denoise(Constant(), parts["scheduler"], zt, zt, CONTEXT, c)
    assert not torch.allclose(zt, Z, atol=0.1) and torch.allclose(back, Z, atol=1e-4)


def test_more_rounds_invert_better(unet, parts):
    errors = []
    for rounds in (1, 3):
        c = config(num_inference_steps=8, inversion_rounds=rounds)
        zt = invert(unet, parts["scheduler"], Z, CONTEXT, c)
        errors.append(relative_error(denoise(unet, parts["scheduler"], zt, zt, CONTEXT, c)[0], Z))
    assert errors[1] < 0.5 * errors[0]


# ---- the pull

def test_the_loss_falls_and_the_mask_holds(unet, parts):
    c = config(drag_iterations=8, lambda_=3.0, drag_lr=0.02)
    tight, loose = (drag_slice(unet, parts["scheduler"], Z, pull_of(), CONTEXT, config(drag_iterations=8, lambda_=l, drag_lr=0.02)) for l in (3.0, 0.0))
    out = 1 - latent_masks(pull_of().masks, (4, 4))
    moved = [((s["latents"] - Z).abs() * out).sum() for s in (tight, loose)]
    assert moved[0] < 0.7 * moved[1] and (tight["losses"][1:, 2] >= 0).all() and loose["losses"][:, 2].abs().max() == 0 and c.lambda_ == 3


def test_early_stop_when_nothing_is_masked(unet, parts, monkeypatch):
    "With everything editable the noise is never computed, and the result is the one with a masked term that weighs nothing."
    seen = []
    import fanslib.dragvideo_steps as steps

    real = steps.features
    monkeypatch.setattr(steps, "features", lambda *a, **kw: seen.append(kw["want_noise"]) or real(*a, **kw))
    a = drag_slice(unet, parts["scheduler"], Z, pull_of(whole=True), CONTEXT, config())
    assert not any(seen)
    seen.clear()
    b = drag_slice(unet, parts["scheduler"], Z, pull_of(), CONTEXT, config(lambda_=1e-12))
    assert seen == [True] * 4 + [False] and torch.allclose(a["latents"], b["latents"], atol=1e-4)


def test_frame_by_frame_pulls_do_not_know_each_other(unet, parts):
    c = config(joint=False)
    whole = drag_slice(unet, parts["scheduler"], Z, pull_of(), CONTEXT, c)
    p = pull_of()
    alone = drag_slice(unet, parts["scheduler"], Z[:, :, 1:2], DragInstruction(p.handle_points[1:2], p.target_points[1:2], p.masks[1:2]), CONTEXT, c)
    assert torch.allclose(whole["latents"][:, :, 1:2], alone["latents"], atol=1e-3)


def test_slices_are_pulled_one_after_the_other(unet, parts):
    z, handles, losses = drag(unet, parts["scheduler"], Z, pull_of(), CONTEXT, config(slice_length=3))
    assert z.shape == Z.shape and handles.shape == (4, 4, 2, 2) and [(r["slice"], r["iteration"]) for r in losses] == [(s, k) for s in (0, 1) for k in range(3)]


def test_arrived_handles_end_the_pull(unet, parts):
    p = pull_of()
    near = DragInstruction(p.handle_points, p.handle_points + 0.3, p.masks)
    state = drag_slice(unet, parts["scheduler"], Z, near, CONTEXT, config())
    assert len(state["losses"]) == 0 and torch.equal(state["latents"], Z) and len(state["handles"]) == 1


def test_plain_descent_is_equation_4(unet, parts):
    c = config(optimizer="sgd", drag_iterations=1, drag_lr=0.01)
    state = drag_slice(unet, parts["scheduler"], Z, pull_of(whole=True), CONTEXT, c)
    from fanslib.dragvideo_loss import FeatureMap, motion_loss, to_map

    z = Z.clone().requires_grad_()
    t = noise_levels(parts["scheduler"], c)[2][-1]
    maps, _ = features(unet, z, t, CONTEXT, (1,), want_noise=False)
    h, g = (to_map(p, (32, 32), (16, 16)) for p in (pull_of().handle_points, pull_of().target_points))
    grad = torch.autograd.grad(motion_loss(FeatureMap(maps, (16, 16)), h, g), z)[0]
    assert torch.allclose(state["latents"], Z - 0.01 * grad, atol=1e-5)


@pytest.mark.parametrize("joint", [True, False])
@pytest.mark.parametrize("kind", ["epsilon", "v_prediction"])
def test_the_foreseen_latent_is_what_the_features_are_of(unet, parts, kind, joint):
    scheduler = type(parts["scheduler"]).from_config(parts["scheduler"].config, prediction_type=kind)
    c, levels = config(features_of="estimate", estimate_timestep=90, joint=joint), noise_levels(scheduler, config())
    t, z = levels[2][-1], Z.clone().requires_grad_()
    (found,), said = read_features(unet, levels[0], z, t, CONTEXT, c, True)
    a = scheduler.alphas_cumprod[t]
    clean = (z - (1 - a).sqrt() * said) / a.sqrt() if kind == "epsilon" else a.sqrt() * z - (1 - a).sqrt() * said
    (wanted,), _ = features(unet, clean, 90, CONTEXT, c.feature_blocks, joint=joint)
    assert torch.allclose(said, predict(unet, z, t, CONTEXT, joint)) and torch.allclose(found, wanted, atol=1e-4)
    assert float(torch.autograd.grad(found.square().sum(), z)[0].abs().max()) > 0  # the gradient comes through both passes


def test_the_original_patch_is_asked_for_at_every_step(unet, parts):
    "With nothing to pull towards but the place where the handle is, both references agree; after a step they differ."
    one, other = (drag_slice(unet, parts["scheduler"], Z, pull_of(), CONTEXT, config(reference=r, drag_iterations=1)) for r in ("current", "original"))
    assert torch.equal(one["latents"], other["latents"])  # the first step copies the same patch
    one, other = (drag_slice(unet, parts["scheduler"], Z, pull_of(), CONTEXT, config(reference=r, drag_iterations=3, drag_lr=0.2)) for r in ("current", "original"))
    assert not torch.equal(one["latents"], other["latents"])


@pytest.mark.parametrize("optimizer, how", [("adam", {}), ("sgd", {}), ("sgd", dict(features_of="estimate", reference="original"))])
def test_a_pull_goes_on_where_it_was(unet, parts, optimizer, how):
    seen, c = [], config(drag_iterations=4, optimizer=optimizer, **how)
    whole = drag_slice(unet, parts["scheduler"], Z, pull_of(), CONTEXT, c, on_step=lambda s: seen.append({k: v.clone() for k, v in s.items()}))
    for k in (0, 2, 3):
        again = drag_slice(unet, parts["scheduler"], Z, pull_of(), CONTEXT, c, state=seen[k])
        assert torch.equal(again["latents"], whole["latents"]) and torch.equal(again["handles"], whole["handles"])


# ---- the pipeline

@pytest.fixture(scope="module")
def pipe(parts):
    return _pipeline_class()(**parts)


def test_the_class_is_lazy_and_diffusers_own():
    import fanslib.dragvideo_pipeline as module
    from diffusers import DiffusionPipeline

    assert issubclass(module.DragVideoPipeline, DiffusionPipeline) and module.DragVideoPipeline is _pipeline_class()
    with pytest.raises(AttributeError, match="no attribute 'DragImagePipeline'"):
        module.DragImagePipeline


def test_saved_and_loaded_the_same(pipe, tmp_path):
    from safetensors.torch import load_file

    drop_lora(pipe.unet)
    pipe.save_pretrained(tmp_path)
    again = _pipeline_class().from_pretrained(tmp_path)
    a, b = (p(clip_of(), pull_of(), config(drag_iterations=1)) for p in (pipe, again))
    pipe.save_pretrained(tmp_path / "b")  # the clip's adapter stays on the pipeline and out of the folder
    assert "clip" in pipe.unet.peft_config and not any("lora" in k for k in load_file(tmp_path / "b" / "unet" / "diffusion_pytorch_model.safetensors"))
    assert np.abs(a.frames.astype(int) - b.frames).max() <= 2 and json.loads((tmp_path / "model_index.json").read_text())["_class_name"] == "DragVideoPipeline"


def test_no_drag_is_the_reconstruction(pipe):
    result = pipe(clip_of(), pull_of(), config(drag_iterations=0))
    assert np.abs(result.frames.astype(int) - result.reconstruction).max() <= 1 and result.losses == [] and result.inversion_error >= 0


def test_an_image_model_works_frame_by_frame(plain):
    result = _pipeline_class()(**plain)(clip_of(), pull_of(), config(lora_steps=1))
    assert result.frames.shape == (4, 32, 32, 3) and not has_motion(plain["unet"])


def test_callbacks_hear_and_change(pipe):
    heard, seen = [], []

    def on_step_end(p, step, timestep, tensors):
        seen.append((step, timestep))
        return {"latents": torch.zeros_like(tensors["latents"])}

    result = pipe(clip_of(), pull_of(), config(), callback_on_step_end=on_step_end, callback=lambda s, k, n: heard.append((s, k, sorted(n))))
    assert [s for s, _ in seen] == [0, 1, 2] and seen[0][1] > seen[-1][1]
    assert [k for s, k, _ in heard if s == "drag"] == [0, 1, 2] and {s for s, _, _ in heard} == {"lora", "inversion", "drag", "denoise"}
    assert np.ptp(result.frames.astype(int), axis=0).max() <= 1  # zeros decode to a clip that stands still


def test_generator_and_lora_choices(pipe):
    quick = dict(drag_iterations=1, num_inference_steps=2)
    same = [pipe(clip_of(), pull_of(), config(lora_lr=0.02, lora_steps=2, **quick), generator=torch.Generator().manual_seed(s)).frames for s in (1, 2)]
    assert not np.array_equal(same[0], same[1])
    kept = pipe(clip_of(), pull_of(), config(lora_steps=0, **quick), lora="keep").frames
    assert np.array_equal(kept, same[1])
    bare = pipe(clip_of(), pull_of(), config(**quick), lora="none").frames
    assert not np.array_equal(bare, kept) and not getattr(pipe.unet, "peft_config", {})
    with pytest.raises(ConfigError, match="known are train, keep, none"):
        pipe(clip_of(), pull_of(), config(), lora="maybe")


def test_refusals_come_before_any_work(pipe, monkeypatch):
    import fanslib.dragvideo_pipeline as module

    monkeypatch.setattr(module, "encode_frames", lambda *a: pytest.fail("too late"))
    for bad, words in ((dict(feature_blocks=(4,)), "up block 4"), (dict(msa_start_layer=10), "10 spatial")):
        with pytest.raises(ConfigError, match=words):
            pipe(clip_of(), pull_of(), config(**bad))
    with pytest.raises(InputError, match="40 frames are more than the 32"):
        pipe(clip_of(40), pull_of(40), config())
    with pytest.raises(InputError, match="instruction is for"):
        pipe(clip_of(5), pull_of(), config())
    clipping = type(pipe)(**{**pipe.components, "scheduler": type(pipe.scheduler).from_config(pipe.scheduler.config, thresholding=True)})
    with pytest.raises(ConfigError, match="thresholding"):
        prepare(clipping, clip_of(), pull_of(), config())


def test_frames_that_do_not_fit_the_autoencoder(parts):
    with pytest.raises(InputError, match="multiples of 8"):
        encode_frames(parts["vae"], clip_of(size=30))


def test_bfloat16_and_checkpointing_run(pipe):
    try:
        result = pipe(clip_of(), pull_of(), config(dtype="bfloat16", gradient_checkpointing=True))
        assert pipe.unet.dtype == torch.bfloat16 and np.isfinite([r["loss"] for r in result.losses]).all()
    finally:
        drop_lora(pipe.unet)
        torch.nn.Module.to(pipe.unet, torch.float32)


# ---- the run folder

class Cut(Exception):
    pass


@pytest.mark.parametrize("where", [("inversion", 1), ("drag", 2), ("denoise", 0)])
def test_a_run_resumes_to_the_same_clip(pipe, tmp_path, where):
    def cut(stage, step, numbers):
        if (stage, step) == where:
            raise Cut

    with pytest.raises(Cut):
        run_edit(pipe, clip_of(), pull_of(), tmp_path / "a", config(), callback=cut, save_every=1)
    heard = []
    resumed = run_edit(pipe, clip_of(), pull_of(), tmp_path / "a", config(), callback=lambda s, k, n: heard.append((s, k)))
    whole = edit(pipe, clip_of(), pull_of(), config())
    assert np.array_equal(resumed.frames, whole.frames)
    later = ["lora", "inversion", "drag", "denoise"].index(where[0])
    assert not any(s in ("lora", "inversion", "drag")[:later] for s, _ in heard)


def test_a_folder_belongs_to_one_edit(pipe, tmp_path):
    run_edit(pipe, clip_of(), pull_of(), tmp_path, config())
    report = json.loads((tmp_path / "report.json").read_text())
    assert {"mean_distance", "mean_distance_before", "seconds", "inversion_error"} <= set(report) and report["iterations"] == 3
    assert {"edited.mp4", "edited.gif", "strip.png", "strip.csv", "distance.png", "instruction.json"} <= {p.name for p in tmp_path.iterdir()}
    heard = []
    run_edit(pipe, clip_of(), pull_of(), tmp_path, config(), callback=lambda s, k, n: heard.append(s))
    assert set(heard) == {"denoise"}
    shifted = DragInstruction(pull_of().handle_points, pull_of().target_points + 1, pull_of().masks)
    for args, kw in (((clip_of()[::-1], pull_of()), {}), ((clip_of(), shifted), {}), ((clip_of(), pull_of()), dict(prompt="a cat"))):
        with pytest.raises(ConfigError, match="another configuration"):
            run_edit(pipe, *args, tmp_path, config(), **kw)


def test_damaged_tensors_are_told(tmp_path):
    path = save_tensors(tmp_path / "a.safetensors", {"x": torch.ones(3)})
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(InputError, match="delete this file and run again"):
        load_tensors(path)
    assert load_tensors(tmp_path / "none.safetensors") is None


# ---- memory

def test_memory_is_counted_as_it_is_kept():
    from fanslib.dragvideo_memory import advice, kept_for_backward, memory_estimate

    shape, c = (1, 4, 3, 8, 8), config(feature_blocks=(2,))
    real, true = tiny_parts(layers=1)["unet"], {}
    weights = {p.untyped_storage()._cdata for p in real.parameters()}

    def count(t):
        if t.untyped_storage()._cdata not in weights:
            true[t.untyped_storage()._cdata] = t.untyped_storage()
        return t

    with torch.autograd.graph.saved_tensors_hooks(count, lambda t: t):
        features(real, torch.randn(shape).requires_grad_(), 500, torch.zeros(1, 5, 16), (2,))
    meta = lambda: tiny_parts(layers=1)["unet"].to("meta")
    counted = kept_for_backward(meta(), shape, c, tokens=5)
    assert 0.9 < counted / sum(s.nbytes() for s in true.values()) < 1.1
    assert kept_for_backward(meta(), shape, config(feature_blocks=(2,), gradient_checkpointing=True), 5) < counted
    assert kept_for_backward(meta(), shape, config(feature_blocks=(1,), mask_term="current"), 5) < counted
    foreseen = dict(feature_blocks=(2,), features_of="estimate")
    assert 1.5 * counted < kept_for_backward(meta(), shape, config(**foreseen), 5) < 2.1 * counted
    assert kept_for_backward(meta(), shape, config(**foreseen, gradient_checkpointing=True), 5) < counted
    small, large = (memory_estimate(meta(), config(size=n, num_frames=4)) for n in (64, 128))
    assert small["in all"] < large["in all"] and small["U-Net"] == large["U-Net"]
    assert advice(large, config(size=128), 1e3) == [] and "bfloat16" in advice(large, config(size=128), 1e-3)[0]


def test_a_model_without_cross_attention_reads_no_text(parts):
    from diffusers import UNetMotionModel

    from fanslib.dragvideo_unet import context_width

    bare = UNetMotionModel(in_channels=4, out_channels=4, block_out_channels=(16, 32), layers_per_block=1, down_block_types=("CrossAttnDownBlockMotion",) * 2,
                           up_block_types=("CrossAttnUpBlockMotion",) * 2, cross_attention_dim=(None, None), norm_num_groups=8, num_attention_heads=2,
                           motion_num_attention_heads=2).eval()
    result = _pipeline_class()(**{**parts, "unet": bare})(clip_of(), pull_of(), config(feature_blocks=(0,), msa_start_layer=1))
    assert result.frames.shape == (4, 32, 32, 3) and context_width(bare) == 1 and context_width(parts["unet"]) == 16


# ---- commands and the paper's size

def test_demo_reports_an_independent_distance(parts, tmp_path, monkeypatch):
    import fanslib.dragvideo_paper as paper

    monkeypatch.setattr(paper, "load_model", lambda model, preset, device: _pipeline_class()(**parts))
    said = []
    report = paper.command_demo(str(tmp_path), say=said.append, num_inference_steps=3, drag_iterations=1, lora_steps=1, lora_rank=2)
    assert report["handle_distance_before"] > 2 and report["handle_distance"] >= 0 and report["iterations"] == 1 and (tmp_path / "answer.gif").is_file()
    assert said[0].startswith("lora 1: loss") and any(s.startswith("drag 1:") for s in said)


def test_models_that_are_not_there(tmp_path):
    import fanslib.dragvideo_paper as paper

    with pytest.raises(InputError, match="no model_index.json"):
        paper.load_model(str(tmp_path), "laptop")
    with pytest.raises(ConfigError, match="known are laptop, paper, as_released"):
        paper.command_edit("a.mp4", "b.json", str(tmp_path), preset="poster")
    assert [r.method for r in paper.TABLE_1][2] == "DragVideo" and paper.told(None) is None
