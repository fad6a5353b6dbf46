"DragVideo's instruction, clips, propagation and loss: against plain loops, hostile files and every way to be wrong."
import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("av")
pytest.importorskip("cv2")
from hypothesis import given, settings, strategies as st

from fanslib.core import ConfigError, InputError
from fanslib.dragvideo import FORMAT, DragConfig, DragInstruction, DragResult, _from_runs, _runs
from fanslib.dragvideo_clips import fit, read_video, strip, write_gif, write_video
from fanslib.dragvideo_loss import FeatureMap, inside, latent_masks, masked_loss, motion_loss, patch, to_map, track
from fanslib.dragvideo_propagate import at_points, blend_targets, discs, propagate_masks, propagate_points, sweep_masks, track_between


def clip_of(frames=6, size=32, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (frames, size, size, 3), dtype=np.uint8)


def moving(frames=5, size=48, velocity=(2, 1)):
    y, x = np.mgrid[:size, :size].astype(float)
    rows = []
    for i in range(frames):
        u, v = x - 16 - velocity[0] * i, y - 16 - velocity[1] * i
        inside_disc = (np.hypot(u, v) < 9)[..., None]
        disc = np.stack([180 + 50 * np.sin(u), 120 + 50 * np.cos(v * 1.3), 90 + 40 * np.sin(u + v)], -1)
        rows.append(np.where(inside_disc, disc, (100 + 20 * np.sin(x / 3) * np.cos(y / 4))[..., None]))
    return np.clip(rows, 0, 255).astype(np.uint8)


def pull(frames=6, size=32, points=2):
    handles = np.random.default_rng(1).uniform(8, size - 9, (frames, points, 2))
    return DragInstruction(handles, handles + [3, -2], np.ones((frames, size, size), np.uint8), "a ball")


# ---- clips

def test_video_round_trip_even_and_odd(tmp_path):
    clip = moving()
    back = read_video(write_video(tmp_path / "a.mp4", clip))
    assert back.shape == clip.shape and np.abs(back.astype(int) - clip).mean() < 8
    odd = clip[:, :47, :45]
    back = read_video(write_video(tmp_path / "b.mp4", odd))
    assert back.shape == (5, 48, 46, 3) and np.abs(back[:, :47, :45].astype(int) - odd).mean() < 10


def test_reading_takes_the_asked_frames(tmp_path):
    clip = np.stack([np.full((16, 16, 3), 20 * i, np.uint8) for i in range(10)])
    path = write_video(tmp_path / "a.mp4", clip)
    got = read_video(path, max_frames=3, start=2, every=3).mean((1, 2, 3))
    assert np.abs(got - [40, 100, 160]).max() < 4
    assert read_video(path, size=8).shape == (10, 8, 8, 3)
    with pytest.raises(InputError, match="no frame from frame 50 on; the clip holds 10"):
        read_video(path, start=50)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_cut_off_video_is_told(tmp_path, share):
    data = write_video(tmp_path / "a.mp4", np.concatenate([clip_of(seed=i) for i in range(4)])).read_bytes()
    (tmp_path / "cut.mp4").write_bytes(data[: int(len(data) * share)])
    with pytest.raises(InputError, match="cut off"):
        read_video(tmp_path / "cut.mp4")


@pytest.mark.parametrize("data", [b"", b"hello", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, b"\0" * 4096])
def test_what_is_no_video_is_told(tmp_path, data):
    (tmp_path / "x.mp4").write_bytes(data)
    with pytest.raises(InputError, match="not a video|no video stream"):
        read_video(tmp_path / "x.mp4")


def test_missing_file_and_bad_options(tmp_path):
    with pytest.raises(InputError, match="no such video"):
        read_video(tmp_path / "none.mp4")
    path = write_video(tmp_path / "a.mp4", moving())
    for kw in (dict(every=0), dict(max_frames=0), dict(start=-1)):
        with pytest.raises(ConfigError):
            read_video(path, **kw)


@pytest.mark.parametrize("bad", [np.zeros((4, 8, 8, 3)), np.zeros((8, 8, 3), np.uint8), np.zeros((0, 8, 8, 3), np.uint8), np.zeros((2, 8, 8, 4), np.uint8)])
def test_what_is_no_clip_is_refused(tmp_path, bad):
    with pytest.raises(InputError, match="a clip is a uint8 array"):
        write_video(tmp_path / "a.mp4", bad)


def test_fit_crops_and_does_not_squeeze():
    frame = np.zeros((40, 80, 3), np.uint8)
    frame[:, 20:60] = 255  # the middle square is white
    assert fit(frame, 20).min() > 250
    assert fit(frame, (20, 40)).shape == (20, 40, 3) and fit(frame, None) is frame


def test_gif_keeps_length_and_size(tmp_path):
    assert read_video(write_gif(tmp_path / "a.gif", moving(), scale=2)).shape == (5, 96, 96, 3)


def test_strip_shows_at_most_the_columns():
    import matplotlib.pyplot as plt

    fig = strip(clip_of(12), rows={"b": clip_of(12)}, columns=5)
    assert len(fig.axes) == 10 and ["".join(a.get_title(loc) for loc in ("left", "center")) for a in fig.axes[:5]] == [f"frame {i}" for i in (0, 3, 6, 8, 11)]
    plt.close(fig)


# ---- instructions

@given(st.lists(st.integers(0, 1), min_size=1, max_size=60))
@settings(deadline=None, max_examples=80)
def test_run_lengths_round_trip(bits):
    mask = np.array(bits, np.uint8).reshape(1, -1)
    assert sum(_runs(mask)) == len(bits) and np.array_equal(_from_runs(_runs(mask), 1, len(bits), 0), mask)


def test_file_round_trip(tmp_path):
    p = pull()
    back = DragInstruction.load(p.save(tmp_path / "i.json"))
    assert np.abs(back.handle_points - p.handle_points).max() < 1e-4 and np.array_equal(back.masks, p.masks) and back.prompt == "a ball"
    assert DragInstruction.load(back.save(tmp_path / "j.json")) == back


@pytest.mark.parametrize("change, words", [
    (dict(format="other"), "format"), (dict(masks=None), "lacks|damaged"), (dict(masks=[[3]] * 6), "run lengths"), (dict(masks=[[-5, 1029]] * 6), "run lengths"),
    (dict(masks=[["a"]] * 6), "run lengths"), (dict(handle_points=[[1, 2]]), "shape"), (dict(handle_points="x"), "damaged"), (dict(height=0), "run lengths"),
    (dict(masks=[[0, 1024]] * 5), "masks hold"), (dict(masks=[]), "damaged")])
def test_a_damaged_file_is_told(tmp_path, change, words):
    data = json.loads(pull().save(tmp_path / "i.json").read_text()) | change
    (tmp_path / "bad.json").write_text(json.dumps(data))
    with pytest.raises(InputError, match=words):
        DragInstruction.load(tmp_path / "bad.json")


@pytest.mark.parametrize("text", ["", "[", "[1, 2]", "null", '{"format": "%s"}' % FORMAT])
def test_what_is_no_instruction_is_told(tmp_path, text):
    (tmp_path / "i.json").write_text(text)
    with pytest.raises(InputError, match="instruction"):
        DragInstruction.load(tmp_path / "i.json")


def test_check_names_point_and_frame():
    clip = clip_of()

    def broken(name, place, value):
        p = pull()
        values = {k: getattr(p, k).copy() for k in ("handle_points", "target_points", "masks")}
        values[name][place] = value
        return DragInstruction(**values)

    cases = [("handle_points", (4, 1), np.inf, "handle of point 1 in frame 4 is no number"), ("target_points", (2, 0), np.nan, "target of point 0 in frame 2 is no number"),
             ("handle_points", (5, 1), (-0.5, 3), r"handle of point 1 in frame 5 lies at \(-0.5, 3.0\), outside"), ("target_points", (0, 1), (31.01, 3), "target of point 1 in frame 0"),
             ("masks", 3, 0, "mask of frame 3 is empty"), ("masks", (3, slice(0, 31)), 0, "handle of point 0 in frame 3 lies where the mask forbids")]
    for name, place, value, words in cases:
        with pytest.raises(InputError, match=words):
            broken(name, place, value).check(clip)
    still = broken("target_points", (slice(None), 1), pull().handle_points[:, 1])
    with pytest.raises(InputError, match="point 1 has its target on its handle in every frame"):
        still.check(clip)
    broken("target_points", (0, 1), pull().handle_points[0, 1]).check(clip)  # at rest in one frame only
    for wrong in (clip[:5], clip_of(size=30)):
        with pytest.raises(InputError, match="instruction is for"):
            pull().check(wrong)


def test_shapes_that_do_not_fit_each_other():
    h, m = np.zeros((3, 1, 2)), np.ones((3, 8, 8), np.uint8)
    for args in ((h[:, 0], h[:, 0], m), (h, np.zeros((3, 2, 2)), m), (h, h, m[:2]), (h, h, m * 2), (h, h, m[0]), (np.zeros((3, 0, 2)), np.zeros((3, 0, 2)), m)):
        with pytest.raises(InputError):
            DragInstruction(*args)


def test_scaling_keeps_centres_and_goes_back():
    p = pull()
    up = p.scaled(96, 64)
    assert up.masks.shape == (6, 96, 64) and np.allclose(up.handle_points[..., 0], (p.handle_points[..., 0] + 0.5) * 2 - 0.5, atol=1e-4)
    assert np.allclose(up.scaled(32, 32).handle_points, p.handle_points, atol=1e-3)


def test_config_round_trip_and_refusals():
    for make in (DragConfig.laptop, DragConfig.paper, DragConfig.as_released):
        assert DragConfig.from_json(make().to_json()) == make()
    for bad in (dict(dtype="int8"), dict(r_m=-1), dict(drag_lr=0), dict(inversion_strength=1.2), dict(num_inference_steps=1, inversion_strength=0.5), dict(feature_blocks=()),
                dict(lambda_=float("nan"))):
        with pytest.raises(ConfigError):
            DragConfig(**bad)
    p, r = DragConfig.paper(), DragConfig.as_released()
    assert (p.lora_rank, p.lora_lr, p.lora_steps, p.num_inference_steps, p.noise_steps, p.drag_iterations, p.drag_lr, p.lambda_) == (16, 5e-4, 100, 50, 40, 40, 0.01, 0.1)
    assert (r.num_inference_steps, r.noise_steps, r.slice_length, r.r_m, r.r_p, r.feature_blocks, r.msa_start_layer, r.seed) == (49, 39, 12, 1, 3, (2,), 10, 42)


def test_result_tells_distances():
    p = pull()
    path = np.stack([p.handle_points, p.target_points])
    result = DragResult(clip_of(), path, p, [], {"drag": 1.0}, DragConfig())
    assert np.allclose(result.distances, [np.sqrt(13), 0], atol=1e-4) and "3.6 -> 0.0 px" in repr(result) and result._repr_png_()[:4] == b"\x89PNG"


# ---- propagation

@pytest.mark.parametrize("tracker", ["flow", "features"])
@pytest.mark.parametrize("velocity", [(2, 1), (-1, 2), (0, 0)])
def test_trackers_follow_a_disc(tracker, velocity):
    clip = moving(velocity=velocity)
    start = np.array([[16.0, 16], [19, 13]])
    truth = start + np.arange(5)[:, None, None] * np.array(velocity)
    assert np.linalg.norm(propagate_points(clip, start, tracker) - truth, axis=-1).max() < 1.5


def test_features_of_another_resolution_track_too():
    clip = moving()
    features = np.stack([f[::2, ::2] for f in clip.astype(np.float32) / 255]).transpose(0, 3, 1, 2)
    got = propagate_points(clip, [[16.0, 16]], "features", features)
    assert np.linalg.norm(got[-1, 0] - [24, 20]) < 3


def test_tracker_of_ones_own_is_checked():
    clip = moving()
    with pytest.raises(InputError, match="tracker gave"):
        propagate_points(clip, [[5, 5]], lambda f, p: p)
    with pytest.raises(InputError, match="tracker gave"):
        propagate_points(clip, [[5, 5]], lambda f, p: np.full((5, 1, 2), np.nan))
    for points in ([[5]], [5, 5], np.zeros((0, 2)), [[np.nan, 1]], [[-1, 0]]):
        with pytest.raises(InputError):
            propagate_points(clip, points)
    assert propagate_points(clip, [[5, 5]], lambda f, p: np.full((5, 1, 2), 99.0)).max() == 47  # kept inside


def test_points_of_a_single_frame_clip():
    assert np.allclose(propagate_points(moving(1), [[4, 5]]), [[[4, 5]]])
    assert np.allclose(blend_targets(np.zeros((1, 1, 2)), [[3, 4]], [[9, 9]], (20, 20)), [[[3, 4]]])
    assert np.allclose(track_between(np.zeros((1, 1, 2)), [[3, 4]]), [[[3, 4]]])


@given(st.integers(2, 9), st.floats(-6, 6), st.floats(-6, 6))
@settings(deadline=None, max_examples=40)
def test_blend_is_linear_and_meets_both_ends(frames, a, b):
    handles = np.full((frames, 1, 2), 20.0)
    moved = (blend_targets(handles, [[a, 0]], [[b, 0]], (64, 64)) - handles)[:, 0, 0]
    assert np.allclose(moved, np.linspace(a, b, frames), atol=1e-3)
    released = (blend_targets(handles, [[a, 0]], [[b, 0]], (64, 64), "released") - handles)[:, 0, 0]
    assert np.allclose(released, a + (b - a) * np.arange(frames) / frames, atol=1e-3)


def test_drift_is_given_back_evenly():
    tracked = np.cumsum(np.ones((5, 1, 2)), 0)
    fixed = track_between(tracked, tracked[-1] + [4, -8])
    assert np.allclose(fixed - tracked, np.linspace(0, 1, 5)[:, None, None] * [4, -8])
    assert track_between(tracked, None) is tracked


def test_at_points_is_bilinear_and_clamps():
    field = np.random.default_rng(0).random((5, 7, 2))
    for x, y in ((0, 0), (6, 4), (2.25, 3.5), (5.9, 0.1)):
        x0, y0 = int(min(x, 5)), int(min(y, 3))
        fx, fy = x - x0, y - y0
        want = (1 - fy) * ((1 - fx) * field[y0, x0] + fx * field[y0, x0 + 1]) + fy * ((1 - fx) * field[y0 + 1, x0] + fx * field[y0 + 1, x0 + 1])
        assert np.allclose(at_points(field, np.array([[x, y]]))[0], want)
    assert np.allclose(at_points(field, np.array([[-9.0, 99]]))[0], field[4, 0])


def test_masks_travel_piece_by_piece():
    clip = moving()
    mask = discs(np.array([[[16, 16]]]), (48, 48), 9)[0]
    mask[40:47, 2:9] = 1  # a piece of ground that stays
    got = propagate_masks(clip, mask)
    want = discs(np.array([[[24, 20]]]), (48, 48), 9)[0]
    want[40:47, 2:9] = 1
    assert (got[-1] & want).sum() / (got[-1] | want).sum() > 0.85 and np.array_equal(got[0], mask)
    assert not propagate_masks(clip, mask * 0).any() and propagate_masks(clip, mask, dilate=2).sum() > got.sum()
    with pytest.raises(InputError, match="frames' shape"):
        propagate_masks(clip, mask[:20])


@given(st.integers(4, 27), st.integers(4, 27), st.integers(0, 31), st.integers(0, 31))
@settings(deadline=None, max_examples=40)
def test_a_sweep_covers_the_way_and_never_shrinks(x, y, tx, ty):
    mask = discs(np.array([[[x, y]]], float), (32, 32), 3)
    got = sweep_masks(mask, np.array([[[x, y]]], float), np.array([[[tx, ty]]], float))[0]
    assert (got >= mask[0]).all()
    for s in np.linspace(0, 1, 9):
        assert got[round(y + s * (ty - y)), round(x + s * (tx - x))]


def test_a_sweep_leaves_other_pieces_alone():
    mask = np.zeros((1, 32, 32), np.uint8)
    mask[0, 2:6, 2:6] = mask[0, 20:24, 2:6] = 1
    got = sweep_masks(mask, np.array([[[3.0, 3]]]), np.array([[[20.0, 3]]]))[0]
    assert got[2:6, 2:23].all() and got[20:24].sum() == 16


def test_from_ends_the_whole_way():
    clip = moving()
    p = DragInstruction.from_ends(clip, ([[16, 16]], [[16, 10]]), ([[24, 20]], [[24, 8]]), correct=True)
    assert np.allclose(p.handle_points[-1, 0], [24, 20], atol=1e-3) and np.allclose(p.distances[:, 0], [6, 7.5, 9, 10.5, 12], atol=1e-2)
    free = DragInstruction.from_ends(clip, ([[16, 16]], [[16, 10]]), correct=False)
    assert np.allclose(free.distances, 6, atol=1e-3) and np.linalg.norm(free.handle_points[-1, 0] - [24, 20]) < 1.5
    for bad in ((([[16, 16]], [[16, 10], [1, 1]]), None), (([[16, 16]], [[16, 10]]), ([[24, 20], [2, 2]], [[24, 8], [2, 3]]))):
        with pytest.raises(InputError, match="as many handles as targets"):
            DragInstruction.from_ends(clip, *bad)


# ---- the loss, against loops

def loop_motion(maps, size, handles, targets, radius, channel_mean):
    "Equation 3 as plain loops on enlarged maps."
    big = torch.cat([torch.nn.functional.interpolate(m, size, mode="bilinear", align_corners=False) for m in maps], 1)

    def read(frame, x, y):
        x0, y0 = int(np.floor(x)), int(np.floor(y))
        fx, fy, out = x - x0, y - y0, 0
        for dx, dy, w in ((0, 0, (1 - fx) * (1 - fy)), (1, 0, fx * (1 - fy)), (0, 1, (1 - fx) * fy), (1, 1, fx * fy)):
            out = out + w * big[frame, :, min(max(y0 + dy, 0), size[0] - 1), min(max(x0 + dx, 0), size[1] - 1)]
        return out

    total = 0
    for i in range(handles.shape[0]):
        for j in range(handles.shape[1]):
            d = targets[i, j] - handles[i, j]
            d = d / max(float(d.norm()), 1.0)
            for oy in range(-radius, radius + 1):
                for ox in range(-radius, radius + 1):
                    x, y = float(handles[i, j, 0]) + ox, float(handles[i, j, 1]) + oy
                    ax, ay = x + float(d[0]), y + float(d[1])
                    if all(0 <= v <= n - 1 for v, n in ((x, size[1]), (y, size[0]), (ax, size[1]), (ay, size[0]))):
                        diff = (read(i, ax, ay) - read(i, x, y).detach()).abs()
                        total = total + (diff.mean() if channel_mean else diff.sum())
    return total


@pytest.mark.parametrize("channel_mean", [True, False])
@pytest.mark.parametrize("radius", [0, 1, 2])
def test_motion_loss_equals_loops_with_gradient(radius, channel_mean):
    torch.manual_seed(radius)
    maps = [torch.randn(2, 3, 6, 5, requires_grad=True), torch.randn(2, 4, 3, 5, requires_grad=True)]
    handles, targets = torch.rand(2, 3, 2) * torch.tensor([19.0, 23]), torch.rand(2, 3, 2) * torch.tensor([19.0, 23])
    handles[0, 0], targets[0, 1] = torch.tensor([0.0, 23.0]), handles[0, 1] + 0.3  # a corner; a short way
    ours = motion_loss(FeatureMap(tuple(maps), (24, 20)), handles, targets, radius, None, channel_mean)
    theirs = loop_motion(maps, (24, 20), handles, targets, radius, channel_mean)
    assert torch.allclose(ours, theirs, rtol=1e-4, atol=1e-4)
    # near the border the enlarged map is flat, and the slope of |0| is anybody's choice
    handles, targets = 5 + torch.rand(2, 3, 2) * 9, 5 + torch.rand(2, 3, 2) * 9
    ours = motion_loss(FeatureMap(tuple(maps), (24, 20)), handles, targets, radius, None, channel_mean)
    theirs = loop_motion(maps, (24, 20), handles, targets, radius, channel_mean)
    for a, b in zip(torch.autograd.grad(ours, maps), torch.autograd.grad(theirs, maps)):
        assert torch.allclose(a, b, atol=1e-4)


def test_tracking_equals_loops():
    torch.manual_seed(0)
    small = torch.randn(3, 6, 5, 5)
    big = torch.nn.functional.interpolate(small, (15, 15), mode="bilinear", align_corners=False)
    handles, reference = torch.randint(0, 15, (3, 4, 2)).float(), torch.randn(3, 4, 6)
    got = track(FeatureMap((small,), (15, 15)), reference, handles, 3)
    for i in range(3):
        for j in range(4):
            x, y = handles[i, j].int().tolist()
            places = [(a, b) for a in range(max(x - 3, 0), min(x + 3, 14) + 1) for b in range(max(y - 3, 0), min(y + 3, 14) + 1)]
            cost = lambda p: float((big[i, :, p[1], p[0]] - reference[i, j]).abs().sum())
            chosen = tuple(got[i, j].int().tolist())  # an enlarged map is flat at its border, so equals are allowed
            assert chosen in places and cost(chosen) <= min(map(cost, places)) + 1e-4


def test_tracking_is_equivariant_and_stays_on_the_map():
    torch.manual_seed(0)
    small = torch.randn(1, 8, 24, 24)
    reference = FeatureMap((small,), (24, 24)).at_pixels(torch.tensor([[[10.0, 12]]]))
    for dx, dy in ((3, 0), (-2, 1), (0, -3)):
        moved = torch.roll(small, (dy, dx), (2, 3))
        assert track(FeatureMap((moved,), (24, 24)), reference, torch.tensor([[[10.0, 12]]]))[0, 0].tolist() == [10 + dx, 12 + dy]
    for corner in ([0.0, 0], [23, 23], [0, 23], [22.6, 0.4]):
        assert inside(track(FeatureMap((small,), (24, 24)), reference, torch.tensor([[corner]])), (24, 24)).all()


def test_a_pull_is_per_frame_and_per_point():
    torch.manual_seed(0)
    m, h, t = torch.randn(3, 4, 8, 8), torch.rand(3, 2, 2) * 7, torch.rand(3, 2, 2) * 7
    whole = motion_loss(FeatureMap((m,), (8, 8)), h, t)
    parts = sum(motion_loss(FeatureMap((m[i : i + 1],), (8, 8)), h[i : i + 1, j : j + 1], t[i : i + 1, j : j + 1]) for i in range(3) for j in range(2))
    assert torch.allclose(whole, parts, rtol=1e-5)
    off = torch.tensor([[1.0, 0], [1, 1], [0, 1]])
    assert motion_loss(FeatureMap((m,), (8, 8)), h, t, active=off) < whole


def test_descent_on_the_loss_moves_the_feature():
    "The mechanism itself: a bump in a free feature map walks to the target under the loss and the tracking."
    y, x = torch.meshgrid(torch.arange(24.0), torch.arange(24.0), indexing="ij")
    bump = lambda cx, cy: torch.stack([torch.exp(-((x - cx) ** 2 + (y - cy) ** 2) / s) for s in (4.0, 9.0, 25.0)])[None]
    z = bump(7, 12).clone().requires_grad_()
    reference = FeatureMap((z.detach().clone(),), (24, 24)).at_pixels(torch.tensor([[[7.0, 12]]]))
    handle, target = torch.tensor([[[7.0, 12]]]), torch.tensor([[[13.0, 12]]])
    optimizer, way = torch.optim.Adam([z], lr=0.1), []
    for _ in range(120):
        handle = track(FeatureMap((z.detach(),), (24, 24)), reference, handle)
        way.append(float((target - handle).norm()))
        if way[-1] < 1:
            break
        loss = motion_loss(FeatureMap((z,), (24, 24)), handle, target, 2)
        optimizer.zero_grad(); loss.backward(); optimizer.step()
    assert way[0] == 6 and way[-1] <= 1


def test_masks_at_the_latents_resolution():
    masks = np.zeros((2, 32, 48), np.uint8)
    masks[0, 8:24, 16:32] = 1
    cells = latent_masks(masks, (4, 6))
    assert cells.shape == (1, 1, 2, 4, 6) and cells[0, 0, 0].sum() == 4 and cells[0, 0, 0, 1, 2] == 1 and not cells[0, 0, 1].any()
    z = torch.randn(1, 3, 2, 4, 6, requires_grad=True)
    loss = masked_loss(z, torch.zeros(1, 3, 2, 4, 6), cells)
    (grad,) = torch.autograd.grad(loss, z)
    assert torch.equal(grad, torch.sign(z.detach()) * (1 - cells))


def test_patch_and_map_coordinates():
    p = patch(2)
    assert p.shape == (25, 2) and p[0].tolist() == [0, 0] and p.square().sum(-1).diff().min() >= 0 and len({tuple(q) for q in p.tolist()}) == 25
    points = torch.rand(5, 2) * 60
    assert torch.allclose(to_map(to_map(points, (64, 96), (16, 24)), (16, 24), (64, 96)), points, atol=1e-4)
