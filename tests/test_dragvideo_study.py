"The study of drag edits: its arithmetic, its resuming, and that the plain drag step is the same step."
import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
pytest.importorskip("peft")
pytest.importorskip("cv2")

from fanslib.core import ConfigError, InputError
from fanslib.dragvideo import DragConfig
from fanslib.dragvideo_loss import FeatureMap, motion_loss
from fanslib.dragvideo_study import MEASURES, WAYS, edit_ways, edited_frames, plain_motion_loss, run_study, study_table, study_tests, time_drag_step
from fanslib.dragvideo_train import DragTrainConfig, load_laptop_pipeline, make_unet, make_vae, pack
from fanslib.dragvideo_world import HELD_OUT, DragWorld, held_out_clips

SMALL = dict(size=40, feature_blocks=(0,), r_m=1, num_frames=4, num_inference_steps=4, inversion_strength=0.5, drag_iterations=2, lora_steps=1, lora_rank=2, lora_lr=0.05, drag_lr=0.5)


@pytest.fixture(scope="module")
def pipe(tmp_path_factory):
    config = DragTrainConfig.tiny()
    torch.manual_seed(0)
    unet = make_unet(config)
    for p in unet.parameters():
        torch.nn.init.normal_(p, std=0.08)
    return load_laptop_pipeline(pack(tmp_path_factory.mktemp("model"), make_vae(config), unet, config))


@pytest.mark.parametrize("seed", range(6))
def test_loops_and_vectors_find_one_loss(seed):
    rng = torch.Generator().manual_seed(seed)
    draw = lambda *shape: torch.rand(*shape, generator=rng)
    maps = draw(3, 5, 6, 8).requires_grad_()
    size, radius = (12, 16), seed % 3
    handles, goal = (draw(3, 2, 2) * torch.tensor([15.0, 11.0]) for _ in range(2))
    goal[0, 0] = handles[0, 0] + 0.1  # near enough: takes no part
    active = (goal - handles).norm(dim=-1) >= 0.5
    ours = motion_loss(FeatureMap((maps,), size), handles, goal, radius, active)
    plain = plain_motion_loss(maps, size, handles, goal, radius, 0.5)
    assert float(ours.detach()) == pytest.approx(float(plain.detach()), rel=1e-4)
    a, b = (torch.autograd.grad(loss, maps, retain_graph=True)[0] for loss in (ours, plain))
    assert torch.allclose(a, b, atol=1e-4)


def test_a_timed_step_is_the_same_step_and_holds_less(pipe):
    plain, ours = time_drag_step(pipe, DragWorld(40, 4).clip(3, "open"), DragConfig.laptop(**SMALL), repeats=1)
    assert (plain["step"], ours["step"]) == ("plain", "ours")
    assert ours["loss"] == pytest.approx(plain["loss"], rel=1e-3) and ours["gradient"] == pytest.approx(plain["gradient"], rel=1e-2)
    assert 0 < ours["MB held"] < plain["MB held"] and min(ours["seconds"], plain["seconds"]) > 0


def test_ways_are_different_edits_of_one_size(pipe):
    config = DragConfig.laptop(**{**SMALL, "drag_lr": 5.0})  # far enough that mutual attention shows in whole grey levels
    clip = DragWorld(40, 4).clip(HELD_OUT, "move")
    found = {way: frames for way, frames, facts in edit_ways(pipe, clip, config)}
    assert set(found) == set(WAYS)
    assert all(f.shape == clip.frames.shape and f.dtype == np.uint8 for f in found.values())
    assert len({f.tobytes() for f in found.values()}) == len(WAYS)
    assert "clip" not in getattr(pipe.unet, "peft_config", {})  # nothing stays behind
    again = {way: frames for way, frames, _ in edit_ways(pipe, clip, config, ("DragVideo",))}
    np.testing.assert_array_equal(again["DragVideo"], found["DragVideo"])
    with pytest.raises(InputError, match="magic"):
        next(edit_ways(pipe, clip, config, ("magic",)))


def test_a_cut_study_goes_on(pipe, tmp_path):
    class Stop(Exception): ...
    said = []
    def stop(text):
        said.append(text)
        if len(said) == 3:
            raise Stop
    config = DragConfig.laptop(**SMALL)
    with pytest.raises(Stop):
        run_study(pipe, tmp_path / "cut", 2, config, WAYS[:2], say=stop)
    before = (tmp_path / "cut" / "edits.jsonl").read_bytes()
    rows = run_study(pipe, tmp_path / "cut", 2, config, WAYS[:2], say=said.append)
    assert len(said) == 4 and len(rows) == 4 and (tmp_path / "cut" / "edits.jsonl").read_bytes().startswith(before)
    assert run_study(pipe, tmp_path / "cut", 2, config, WAYS[:2], say=said.append) == rows and len(said) == 4
    whole = run_study(pipe, tmp_path / "whole", 2, config, WAYS[:2])
    drop = lambda row: {k: v for k, v in row.items() if k != "seconds"}
    assert [drop(r) for r in rows] == [drop(r) for r in whole]
    clip = held_out_clips(DragWorld(config.size, config.num_frames), 1)[0]
    for way, frames, _ in edit_ways(pipe, clip, config, WAYS[:2]):
        assert np.array_equal(edited_frames(tmp_path / "cut", clip.seed, way), frames)
    with pytest.raises(ConfigError, match="another configuration"):
        run_study(pipe, tmp_path / "cut", 1, DragConfig.laptop(**{**SMALL, "drag_lr": 0.7}))


def rows_of(scores):
    "Rows with every measure equal to the score; the distance before is 10."
    return [dict(way=way, seed=seed, kind="move", seconds=1.0, **{k: v for k in MEASURES}, **{"distance before": 10.0}) for way, values in scores.items() for seed, v in enumerate(values)]


def test_table_and_tests_arithmetic():
    rows = rows_of({"DragVideo": [1.0, 2, 3, 2, 1, 2, 1, 2], "per frame": [4.0, 5, 6, 5, 4, 5, 4, 5]})
    table = {row["way"]: row for row in study_table(rows)}
    assert table["DragVideo"]["distance"] == pytest.approx(1.75) and table["DragVideo"]["clips"] == 8
    assert table["DragVideo"]["reduced"] == pytest.approx(1 - 1.75 / 10)
    tests = {row["measure"]: row for row in study_tests(rows)}
    assert set(tests) == set(MEASURES)
    assert tests["distance"]["gain"] == pytest.approx(3) and tests["PSNR outside"]["gain"] == pytest.approx(-3)  # less distance is better, less PSNR is not
    assert tests["distance"]["low"] == pytest.approx(3) and tests["distance"]["p"] < 0.05


def test_only_clips_that_both_have_are_compared():
    rows = rows_of({"DragVideo": [1.0, 2, 3], "no LoRA": [2.0, 3]})
    assert {row["clips"] for row in study_tests(rows)} == {2}
    assert study_tests([row for row in rows if row["way"] == "DragVideo"]) == []
