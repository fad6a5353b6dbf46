"The drawn world: geometry, masks and answers that hold for every kind, seed and size."
import itertools

import numpy as np
import pytest

from fanslib.core import InputError
from fanslib.dragvideo_world import (HELD_OUT, RIGS, SHAPES, DragWorld, Part, fill, ground, held_out_clips, paint, ramp, signed_distance, track,
                                     training_clips, weave, widen)

WORLD = DragWorld()
CLIPS = [WORLD.clip(seed, kind) for seed, kind in itertools.product(range(8), RIGS)]


def bilinear(frame, x, y):
    x0, y0 = int(np.floor(x)), int(np.floor(y))
    fx, fy = x - x0, y - y0
    f = frame.astype(float)
    return (1 - fy) * ((1 - fx) * f[y0, x0] + fx * f[y0, x0 + 1]) + fy * ((1 - fx) * f[y0 + 1, x0] + fx * f[y0 + 1, x0 + 1])


@pytest.mark.parametrize("shape", SHAPES)
def test_distance_is_negative_inside_zero_on_the_rim_and_grows_away_from_it(shape):
    half = np.array([8.0, 4.0])
    rng = np.random.default_rng(0)
    u = rng.uniform(-20, 20, (500, 2))
    d = signed_distance(shape, u, half)
    assert signed_distance(shape, np.zeros((1, 2)), half)[0] < 0
    assert (d[np.linalg.norm(u, axis=1) > np.hypot(8, 4) + 1] > 0).all()
    further = signed_distance(shape, u * 1.01, half)
    assert (further >= d)[d > 0].all()  # each shape is seen whole from the origin
    mirrored = signed_distance(shape, u * [1, -1], half)
    np.testing.assert_allclose(d, mirrored)


@pytest.mark.parametrize("shape", ["box", "bar", "wedge"])
def test_distance_never_overstates(shape):
    rng = np.random.default_rng(1)
    u = rng.uniform(-20, 20, (400, 2))
    v = u + rng.normal(0, 2, u.shape)
    half = np.array([8.0, 4.0])
    assert (np.abs(signed_distance(shape, u, half) - signed_distance(shape, v, half)) <= np.linalg.norm(u - v, axis=1) + 1e-9).all()


def test_unknown_shape_is_named():
    with pytest.raises(InputError, match="'star'.*disc, box, bar, wedge"):
        signed_distance("star", np.zeros((1, 2)), np.ones(2))


@pytest.mark.parametrize("pattern", ["plain", "stripes", "checks", "rings"])
def test_pattern_stays_between_the_two_colours(pattern):
    mix = weave(pattern, np.random.default_rng(0).uniform(-30, 30, (50, 50, 2)))
    assert mix.min() >= 0 and mix.max() <= 1
    assert (mix.max() > 0.9) == (pattern != "plain")


@pytest.mark.parametrize("shape", SHAPES)
def test_painting_follows_a_shift_by_whole_pixels(shape):
    coat = np.array([[0.9, 0.1, 0.2], [0.1, 0.2, 0.9]])
    floor = np.full((40, 44, 3), 0.5)
    part = lambda dx, dy: Part(shape, np.array([[18.3 + dx, 17.6 + dy]]), fill(1, 7, 4), np.array([0.8]), coat, "checks")
    here, there = paint(floor, [part(0, 0)])[0], paint(floor, [part(4, 3)])[0]
    assert np.abs(here[:-3, :-4].astype(int) - there[3:, 4:]).max() <= 1  # float32 rounding
    assert (here != 128).any()


def test_a_quarter_turn_of_a_part_is_a_quarter_turn_of_its_picture():
    coat = np.array([[0.9, 0.1, 0.2], [0.1, 0.2, 0.9]])
    floor = np.full((41, 41, 3), 0.5)
    part = lambda a: Part("wedge", fill(1, 20, 20), fill(1, 12, 6), np.array([a]), coat, "stripes")
    a, b = paint(floor, [part(0.3)])[0], paint(floor, [part(0.3 + np.pi / 2)])[0]
    assert np.abs(np.rot90(a, -1).astype(int) - b).max() <= 1  # y points down, so angles grow clockwise


def test_a_part_outside_the_frame_paints_nothing_and_the_last_part_lies_on_top():
    floor, red, blue = np.full((40, 40, 3), 0.5), np.array([[1.0, 0, 0]] * 2), np.array([[0, 0, 1.0]] * 2)
    make = lambda x, c: Part("disc", fill(2, x, 20), fill(2, 6, 6), np.zeros(2), c)
    for x in (-50, 300):
        assert (paint(floor, [make(x, red)]) == 128).all()
    assert (paint(floor, [make(20, red), make(20, blue)])[:, 20, 20] == [0, 0, 255]).all()
    assert (paint(floor, [make(20, blue), make(20, red)])[:, 20, 20] == [255, 0, 0]).all()


@pytest.mark.parametrize("seed", range(5))
def test_track_and_ramp_keep_their_bounds(seed):
    rng = np.random.default_rng(seed)
    path = track(rng, 9, 20, 30)
    assert path.shape == (9, 2) and (20 <= path[4] + 0.75).all() and (path[4] - 0.75 <= 30).all()
    assert np.linalg.norm(path[-1] - path[0]) <= np.hypot(6, 6) + 1e-9
    change = ramp(rng, 9, np.array([3.0, -4.0]))
    np.testing.assert_allclose(change[0], [3, -4])
    assert 0.8 <= change[-1, 0] / 3 <= 1.2
    floor = ground(rng, 48)
    assert floor.shape == (48, 48, 3) and floor.min() >= 0 and floor.max() <= 1


@pytest.mark.parametrize("clip", CLIPS, ids=lambda c: f"{c.kind}-{c.seed}")
def test_the_bead_under_every_handle_lies_under_its_target_in_the_true_edit(clip):
    for i, j in np.ndindex(clip.handles.shape[:2]):
        here, there = bilinear(clip.frames[i], *clip.handles[i, j]), bilinear(clip.edited[i], *clip.targets[i, j])
        assert np.abs(here - there).max() <= 3, (clip, i, j)


@pytest.mark.parametrize("clip", CLIPS, ids=lambda c: f"{c.kind}-{c.seed}")
def test_instruction_fits_its_clip_and_the_mask_holds_all_change(clip):
    instruction = clip.instruction
    assert instruction.check(clip.frames) is instruction
    changed = np.abs(clip.frames.astype(int) - clip.edited).max(-1)
    assert changed[clip.masks == 0].max() <= 8 < changed.max()
    assert 0.02 < clip.masks.mean() < 0.7
    assert instruction.distances.min() > 2 and instruction.distances.max() < 20
    assert clip.handles.min() >= 4 and max(clip.handles.max(), clip.targets.max()) <= 43
    assert clip.handles.shape[1] == (2 if clip.kind in ("open", "close") else 1)


@pytest.mark.parametrize("kind", RIGS)
@pytest.mark.parametrize("size,frames", [(40, 2), (56, 16), (64, 8)])
def test_other_sizes(kind, size, frames):
    clip = DragWorld(size, frames).clip(5, kind)
    assert clip.frames.shape == clip.edited.shape == (frames, size, size, 3) and clip.handles.shape[0] == frames
    clip.instruction.check(clip.frames)


@pytest.mark.parametrize("kind,sign", [("open", 1), ("close", -1)])
def test_lips_part_when_a_mouth_opens(kind, sign):
    for seed in range(10):
        clip = WORLD.clip(seed, kind)
        gap = lambda points: points[:, 1, 1] - points[:, 0, 1]
        assert (sign * (gap(clip.targets) - gap(clip.handles)) > 4).all()
        np.testing.assert_allclose(clip.targets.mean(1), clip.handles.mean(1), atol=1e-4)


@pytest.mark.parametrize("kind", ["stretch", "turn"])
def test_an_arm_keeps_what_its_lever_does_not_change(kind):
    for seed in range(10):
        world = DragWorld()
        rng = np.random.default_rng(seed)
        rig = RIGS[kind](rng, 48, 8)
        feet, tips = zip(*((rig.pose(a)[0][1].centre, rig.pose(a)[1][:, 0]) for a in (rig.before, rig.after)))
        np.testing.assert_array_equal(*feet)
        arms = [t - f for t, f in zip(tips, feet)]
        if kind == "turn":
            np.testing.assert_allclose(*(np.linalg.norm(a, axis=1) for a in arms))
        else:
            cross = arms[0][:, 0] * arms[1][:, 1] - arms[0][:, 1] * arms[1][:, 0]
            np.testing.assert_allclose(cross, 0, atol=1e-9)
        assert world.frames == 8


def test_widen_against_a_loop():
    rng = np.random.default_rng(0)
    mask = (rng.random((2, 14, 17)) > 0.95).astype(np.uint8)
    for radius in (0, 1, 3):
        wanted = np.zeros_like(mask)
        for f, y, x in zip(*np.nonzero(mask)):
            for v in range(14):
                for u in range(17):
                    if (v - y) ** 2 + (u - x) ** 2 <= radius**2:
                        wanted[f, v, u] = 1
        np.testing.assert_array_equal(widen(mask, radius), wanted)


def test_a_seed_is_a_clip():
    for a, b in ((3, 3), (HELD_OUT + 3, HELD_OUT + 3)):
        np.testing.assert_array_equal(WORLD.clip(a).frames, DragWorld().clip(b).frames)
    frames = {WORLD.clip(seed).frames.tobytes() for seed in range(60)}
    assert len(frames) == 60
    assert {WORLD.clip(seed).kind for seed in range(60)} == set(RIGS)


def test_training_and_held_out_never_meet():
    first = [clip.seed for clip, _ in zip(training_clips(WORLD, HELD_OUT - 3), range(10))]
    assert first == [HELD_OUT - 3, HELD_OUT - 2, HELD_OUT - 1]
    held = held_out_clips(WORLD, 12, start=3)
    assert [c.seed for c in held] == list(range(HELD_OUT + 3, HELD_OUT + 15))
    assert [c.kind for c in held[:5]] == ["open", "close", "move", "stretch", "turn"]


@pytest.mark.parametrize("call,match", [
    (lambda: WORLD.clip(-1), "not -1"), (lambda: WORLD.clip(0, "explode"), "move, stretch, turn, open, close"),
    (lambda: DragWorld(size=39), "39"), (lambda: DragWorld(frames=1), "2 frames")])
def test_refusals(call, match):
    with pytest.raises(InputError, match=match):
        call()
