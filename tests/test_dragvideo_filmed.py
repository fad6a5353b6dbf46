"Filmed clips: fitting a model to one, keeping it, and the whole path from a file to an edited file; SAM 2's masks."
import functools
import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
pytest.importorskip("av")
pytest.importorskip("cv2")

from fanslib import assets, dragvideo_filmed
from fanslib.core import AssetError, ConfigError, InputError
from fanslib.dragvideo import DragConfig, DragInstruction
from fanslib.dragvideo_clips import read_video
from fanslib.dragvideo_filmed import FILMED, dice_drags, filmed, fit_clip, fitted, round_trip
from fanslib.dragvideo_metrics import psnr
from fanslib.dragvideo_paper import command_edit
from fanslib.dragvideo_train import DragTrainConfig, make_scheduler, make_unet, make_vae

TINY = DragTrainConfig.tiny()


def tiny():
    from fanslib.dragvideo_pipeline import _pipeline_class

    return _pipeline_class()(make_vae(TINY).eval(), make_unet(TINY).eval(), make_scheduler())


def weights(pipe):
    return {f"{name}.{k}": v.clone() for name in ("vae", "unet") for k, v in getattr(pipe, name).state_dict().items()}


def same(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[k], b[k]) for k in a)


def small_film(name="bunny"):
    return filmed(name, TINY.frames, TINY.size)


@pytest.mark.parametrize("name", FILMED)
def test_films_are_read_at_any_shape(name):
    assert filmed(name).shape == (8, 48, 48, 3)
    assert filmed(name, 3, 40).shape == (3, 40, 40, 3)
    whole = filmed(name, 1, None)
    assert whole.shape[1] < whole.shape[2] and whole.std() > 20


def test_fitting_leaves_the_given_model_alone_and_repeats_itself():
    pipe, heard = tiny(), []
    before = weights(pipe)
    config = DragConfig.laptop(lora_steps=1, num_inference_steps=4, feature_blocks=(1,))
    pipe.train_lora(small_film(), config)
    first, again = (fit_clip(pipe, small_film(), steps=3, vae_steps=2, on_step=lambda k, loss: heard.append((k, loss))) for _ in range(2))
    assert [k for k, _ in heard] == [0, 1, 2, 3, 4] * 2 and all(np.isfinite(loss) for _, loss in heard)
    assert same(weights(first), weights(again)) and not same(weights(first), before) and not getattr(first.unet, "peft_config", {})
    assert getattr(pipe.unet, "peft_config", {}) and not any(p.requires_grad for part in (first.vae, first.unet) for p in part.parameters())
    other = fit_clip(pipe, small_film(), steps=3, vae_steps=2, seed=1)
    assert not same(weights(first), weights(other))
    assert round_trip(first, small_film(), config).shape == small_film().shape


def test_a_fit_stops_when_it_is_asked_to():
    heard = []
    fit_clip(tiny(), small_film(), steps=5, vae_steps=5, on_step=lambda k, loss: heard.append(k) or k in (1, 6))
    assert heard == [0, 1, 5, 6]


def test_fitting_learns_the_film():
    pipe, film = tiny(), small_film()
    own = fit_clip(pipe, film, steps=0, vae_steps=60)
    assert psnr(own.decode(own.encode(film)), film) > psnr(pipe.decode(pipe.encode(film)), film) + 2


def test_larger_models_are_not_fitted_whole():
    from fanslib.dragvideo_unet import tiny_parts
    from fanslib.dragvideo_pipeline import _pipeline_class

    with pytest.raises(ConfigError, match="train an adapter"):
        fit_clip(_pipeline_class()(**tiny_parts()), small_film())


def test_a_fitted_model_is_kept_for_its_clip(tmp_path):
    pipe, how = tiny(), dict(steps=1, vae_steps=1)
    first = fitted(pipe, small_film(), tmp_path, **how)
    again = fitted(pipe, small_film(), tmp_path, on_step=lambda k, loss: pytest.fail("fitted again"), **how)
    assert same(weights(first), weights(again)) and not list(tmp_path.rglob("*.bin"))
    for film, other in ((small_film("bikes"), how), (small_film(), dict(steps=2, vae_steps=1))):
        with pytest.raises(InputError, match="another clip or in another way"):
            fitted(pipe, film, tmp_path, **other)
    (tmp_path / "clip.json").unlink()  # a run that was killed before the end
    heard = []
    assert same(weights(fitted(pipe, small_film(), tmp_path, on_step=lambda k, loss: heard.append(k) and None, **how)), weights(first)) and heard == [0, 1]


def test_dice_drags_are_followed_and_inside():
    film = filmed("bunny")
    for seed in range(3):
        for pull in dice_drags(film, 3, seed=seed):
            pull.check(film)
            assert np.allclose(pull.distances, 6, atol=1e-3)
    with pytest.raises(InputError, match="only 0 of 1"):
        dice_drags(np.full((4, 48, 48, 3), 90, np.uint8), 1)


@pytest.mark.parametrize("file", ["carphone_pristine.mp4", "carphone_distorted.mp4", "bikes.mp4", "bigbuckbunny.mp4"])
def test_a_film_goes_through_the_whole_path(tmp_path, monkeypatch, file):
    "Reading, fitting, LoRA, inversion, drag, decoding and the files of the run, by the command; a second call computes nothing."
    monkeypatch.setattr(dragvideo_filmed, "fit_clip", functools.partial(fit_clip, steps=2, vae_steps=2))
    film = next(assets.path("clips").rglob(file))
    frames, heard = read_video(film, 8, 48, 4, 2), []
    DragInstruction.from_ends(frames, ([[20, 20]], [[25, 18]]), tracker="features", radius=8).save(tmp_path / "pull.json")
    edit = functools.partial(command_edit, str(film), str(tmp_path / "pull.json"), out=str(tmp_path / "run"), fit=True, say=heard.append, first_frame=5, every=2,
                             drag_iterations=1, lora_steps=1, num_inference_steps=4)
    report = edit()
    assert report["frames"] == 8 and report["reconstruction_psnr"] > 20 and report["inversion_error"] < 0.6
    assert read_video(tmp_path / "run" / "edited.mp4").shape == (8, 48, 48, 3) and {line.split()[0] for line in heard} == {"fit", "lora", "inversion", "drag", "denoise"}
    heard.clear()
    assert edit()["mean_distance"] == report["mean_distance"] and {line.split()[0] for line in heard} == {"denoise"}
    other = edit(fit=False, model=str(tmp_path / "run" / "model"), out=str(tmp_path / "other"))
    assert other["reconstruction_psnr"] == report["reconstruction_psnr"]


def test_bad_instructions_are_refused_before_anything_is_fitted(tmp_path, monkeypatch):
    monkeypatch.setattr(dragvideo_filmed, "fit_clip", lambda *args, **kw: pytest.fail("fitted"))
    film = next(assets.path("clips").rglob("bikes.mp4"))
    handles = np.tile([[[20.0, 20.0]]], (8, 1, 1))
    DragInstruction(handles, handles, np.ones((8, 48, 48), np.uint8)).save(tmp_path / "still.json")
    with pytest.raises(InputError, match="has its target on its handle"):
        command_edit(str(film), str(tmp_path / "still.json"), str(tmp_path / "run"), fit=True)
    with pytest.raises(InputError, match="is for 8 frames, the clip has 1"):
        command_edit(str(film), str(tmp_path / "still.json"), str(tmp_path / "run"), first_frame=250)
    with pytest.raises(ConfigError, match="only the small model is fitted"):
        command_edit(str(film), str(tmp_path / "still.json"), str(tmp_path / "run"), preset="paper", fit=True)


def test_no_drag_gives_the_clip_back():
    "With no iteration the edit is the reconstruction, to the grey level."
    pipe, film = tiny(), small_film()
    pull = DragInstruction.from_ends(film, ([[20, 20]], [[25, 18]]), tracker="features", radius=8)
    done = pipe(film, pull, DragConfig.laptop(drag_iterations=0, lora_steps=1, num_inference_steps=4, feature_blocks=(1,), feature_scale=0.25))
    assert np.abs(done.frames.astype(int) - done.reconstruction).max() <= 1


# ---- SAM 2

def test_sam_says_what_it_lacks():
    pytest.importorskip("transformers")
    from fanslib.dragvideo_sam import sam2_tracker

    with pytest.raises(AssetError, match="no-such-folder cannot be loaded: fetch it once with a network"):
        sam2_tracker("/no-such-folder")
