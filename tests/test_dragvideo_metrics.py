"Metrics of edits, on clips whose answers are known."
import numpy as np
import pytest

cv2 = pytest.importorskip("cv2", reason="optical flow needs OpenCV")

from fanslib.core import InputError
from fanslib.dragvideo_metrics import (clip_features, colour_grid, compare, find_handles, flow_distance, flow_peak, frame_cosine, frechet_distance,
                                       handle_distance, jitter, motion_error, psnr, score_edit)
from fanslib.dragvideo_world import RIGS, DragWorld

WORLD = DragWorld(frames=3)


@pytest.mark.parametrize("kind", RIGS)
@pytest.mark.parametrize("share", [0, 0.4, 0.8, 1])
def test_the_tracker_finds_the_beads(kind, share):
    clip = WORLD.clip(77, kind)
    frames, beads = WORLD.partial(77, kind, share)
    for known in (dict(truth=clip.edited), dict(original=clip.frames)):
        found, cost = find_handles(frames, clip.instruction, **known)
        assert np.linalg.norm(found - beads, axis=-1).max() < 0.5
        assert found.shape == beads.shape and cost.shape == beads.shape[:2] and cost.min() >= 0
    left = np.linalg.norm(beads - clip.targets, axis=-1).mean()
    assert handle_distance(frames, clip.instruction, clip.edited) == pytest.approx(left, abs=0.3)


def test_the_tracker_bears_noise_and_a_change_of_light():
    clip = WORLD.clip(5, "move")
    rng = np.random.default_rng(0)
    noisy = np.clip(clip.edited + rng.normal(0, 12, clip.edited.shape), 0, 255).astype(np.uint8)
    darker = (clip.edited * 0.85).astype(np.uint8)
    for frames in (noisy, darker):
        assert handle_distance(frames, clip.instruction, clip.edited) < 0.7


def test_a_vanished_handle_costs_more_than_one_in_place():
    clip = WORLD.clip(5, "move")
    gone = np.repeat(np.repeat(clip.frames[:, :1, :1], 48, 1), 48, 2)
    assert find_handles(gone, clip.instruction, clip.edited)[1].min() > 20 * find_handles(clip.edited, clip.instruction, clip.edited)[1].max()


def test_tracking_is_blind_to_what_lies_far_away():
    clip = WORLD.clip(8, "stretch")
    spoiled = clip.edited.copy()
    low = np.minimum(clip.handles, clip.targets).min((0, 1)) - 11
    high = np.maximum(clip.handles, clip.targets).max((0, 1)) + 11
    y, x = np.mgrid[:48, :48]
    far = (x < low[0]) | (x > high[0]) | (y < low[1]) | (y > high[1])
    spoiled[:, far] = 255 - spoiled[:, far]
    np.testing.assert_array_equal(find_handles(spoiled, clip.instruction, clip.edited)[0], find_handles(clip.edited, clip.instruction, clip.edited)[0])


def test_jitter_ignores_a_steady_error_and_sums_up_shaking():
    rng = np.random.default_rng(0)
    targets = rng.uniform(0, 48, (6, 2, 2))
    assert jitter(targets + [3, 4], targets) == pytest.approx(0)
    step = np.arange(6)[:, None, None] * np.array([3.0, 4.0])
    assert jitter(targets + step, targets) == pytest.approx(5)


def test_psnr_against_the_formula_and_its_mask():
    a = np.zeros((2, 4, 4, 3), np.uint8)
    b = a.copy()
    b[0, 0, 0] = 10
    assert psnr(a, b) == pytest.approx(10 * np.log10(255**2 / (100 / 32)))
    where = np.zeros((2, 4, 4))
    where[0, 0, 0] = 1
    assert psnr(a, b, where) == pytest.approx(10 * np.log10(255**2 / 100))
    assert psnr(a, b, 1 - where) == 100 == psnr(a, a)
    assert psnr(a, b) == psnr(b, a)
    with pytest.raises(InputError, match="no pixel"):
        psnr(a, b, np.zeros((2, 4, 4)))
    with pytest.raises(InputError, match="one size"):
        psnr(a, b[:1])


def test_motion_error_sees_flicker_and_not_a_constant_shade():
    clip = WORLD.clip(1)
    shaded = (clip.edited.astype(int) // 2 + 20).astype(np.uint8)
    assert motion_error(clip.edited, clip.edited) == 0
    flicker = clip.edited // 2
    assert motion_error(flicker + np.array([0, 30, 0], np.uint8)[:, None, None, None], flicker) == pytest.approx(30)
    assert motion_error(shaded, clip.edited // 2) < 1e-9


def test_cosine_and_flow_of_a_still_clip():
    still = np.repeat(WORLD.clip(2).frames[:1], 4, 0)
    assert frame_cosine(still, colour_grid) == pytest.approx(1)
    assert flow_peak(still) < 0.1
    moving = WORLD.clip(2, "move").frames
    assert frame_cosine(moving, colour_grid) < 1 and flow_peak(moving) > 0.2


def test_cosine_takes_any_embedding():
    frames = np.zeros((3, 40, 40, 3), np.uint8)
    table = np.array([[1.0, 0], [0, 1.0], [0, 1.0]])
    assert frame_cosine(frames, lambda f: table) == pytest.approx(0.5)
    assert frame_cosine(frames, lambda f: table * 7) == pytest.approx(0.5)
    assert frame_cosine(frames, lambda f: table * 0) == 0  # an empty embedding is no agreement and no crash


def test_flow_distance_is_nothing_when_nothing_moved():
    clip = WORLD.clip(4, "move")
    assert flow_distance(clip.frames, clip.instruction, clip.frames) == pytest.approx(clip.instruction.distances.mean(), abs=0.05)


def test_frechet_distance_of_normals():
    rng = np.random.default_rng(0)
    mixing = rng.normal(size=(4, 4))
    a, b = rng.normal(size=(60_000, 4)) @ mixing, 1 + 2 * rng.normal(size=(60_000, 4)) @ mixing
    wanted = 4 + np.trace(mixing.T @ mixing)  # |1|^2 + trace of (S + 4 S - 2 * 2 S)
    assert frechet_distance(a, b) == pytest.approx(wanted, rel=0.03)
    assert frechet_distance(a, b) == pytest.approx(frechet_distance(b, a), rel=1e-6)
    turn = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    assert frechet_distance(a @ turn, b @ turn) == pytest.approx(frechet_distance(a, b), rel=1e-6)
    assert frechet_distance(a[:3], a[:3]) == pytest.approx(0, abs=1e-6)  # fewer rows than columns
    for bad in ((a[:1], b), (a, b[:, :3]), (a[0], b)):
        with pytest.raises(InputError, match="two sets"):
            frechet_distance(*bad)


def test_clip_features_tell_edits_from_copies():
    clips = [WORLD.clip(i) for i in range(12)]
    of = lambda frames: np.stack([clip_features(f) for f in frames])
    same, dark = of([c.frames for c in clips]), of([c.frames // 2 for c in clips])
    assert frechet_distance(same, same) < 1e-6 < frechet_distance(same, dark)
    assert same.shape == (12, 24)


def test_compare_is_antisymmetric_and_honest():
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(200, 30))
    ps = [compare(row, np.zeros(30), flips=400).p_value for row in noise]
    assert 0.01 <= np.mean(np.array(ps) < 0.05) <= 0.12  # no effect: one in twenty
    a, b = rng.normal(0, 1, 50), rng.normal(0.8, 1, 50)
    one, two = compare(a, b), compare(b, a)
    assert one.p_value == two.p_value < 0.05 and one.difference.estimate == -two.difference.estimate < 0
    assert one.wins + two.wins == one.n == 50


def test_score_of_truth_and_of_nothing():
    clip = WORLD.clip(9, "turn")
    good, none = (score_edit(f, clip.instruction, clip.frames, clip.edited) for f in (clip.edited, clip.frames))
    assert good["reduced"] > 0.95 and good["PSNR to truth"] == 100 and good["motion error"] == 0 and good["PSNR outside"] > 40
    assert none["reduced"] == 0 and none["PSNR outside"] == 100 and none["PSNR to truth"] < 30
    assert "PSNR to truth" not in score_edit(clip.frames, clip.instruction, clip.frames)


@pytest.mark.parametrize("call", [
    lambda c: find_handles(c.frames, c.instruction), lambda c: find_handles(c.frames[:2], c.instruction, c.edited[:2]),
    lambda c: find_handles(c.frames, c.instruction, c.edited[:, :40]), lambda c: find_handles(c.frames.astype(float), c.instruction, c.edited)])
def test_refusals(call):
    with pytest.raises(InputError):
        call(WORLD.clip(0))
