"The drag editor: its memory as a value, its studio, and the page driven in a real headless browser."
import dataclasses, json, re, shutil, time, urllib.error, urllib.request

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

pytest.importorskip("cv2", reason="clicks are carried through a clip by OpenCV; run: pip install 'fanslib[video]'")

from fanslib.core import ConfigError, EngineError, FanslibError, InputError
from fanslib.dragvideo import DragConfig, DragInstruction
from fanslib.dragvideo_clips import read_video, write_video
from fanslib.dragvideo_editor import (EditorState, add_click, box, brush, clear, curve_svg, for_people, frame_svg, instruction_of, load_into, next_step, object_at,
                                      open_clip, set_reach, with_instruction)
from fanslib.dragvideo_studio import PaintPipeline, Stopped, Studio, adapter_key, bar, follow, gesture, meter, progress_of, said, write_outcome
from fanslib.dragvideo_world import DragWorld

FRAMES = DragWorld().clip(5, "open").frames
CONFIG = DragConfig(size=48, num_frames=8, lora_steps=3, drag_iterations=6)
places = st.tuples(st.floats(0, 47), st.floats(0, 47))


def clicked(*points, end="first", state=None):
    state = open_clip(FRAMES) if state is None else state
    for x, y in points:
        state = add_click(state, end, x, y)
    return state


# ---- the state -----------------------------------------------------------------------------------------------------

gestures = st.lists(st.one_of(
    st.tuples(st.just("click"), st.sampled_from(["first", "last"]), places), st.tuples(st.just("brush"), st.lists(places, min_size=1, max_size=4), st.booleans()),
    st.tuples(st.just("box"), places, places), st.tuples(st.just("reach"), st.sampled_from(["around", "drawn", "everything"])), st.tuples(st.just("clear"))), max_size=8)


def do(state, g):
    try:
        if g[0] == "click":
            return add_click(state, g[1], *g[2])
        if g[0] == "brush":
            return brush(state, g[1], 3, g[2])
        if g[0] == "box":
            return box(state, g[1], g[2])
        return set_reach(state, g[1]) if g[0] == "reach" else clear(state)
    except InputError as e:
        assert "on its handle" in str(e)
        return state


def seen(s):
    return s.clicks, s.reach, None if s.mask is None else s.mask.tobytes()


@given(gestures)
@settings(max_examples=60, deadline=None)
def test_every_gesture_can_be_undone_and_no_state_is_changed_in_place(todo):
    story = [open_clip(FRAMES)]
    before = [seen(story[0])]
    for g in todo:
        new = do(story[-1], g)
        if new is not story[-1]:
            story.append(new)
            before.append(seen(new))
    assert [seen(s) for s in story] == before
    state = story[-1]
    for wanted in reversed(story[:-1]):
        state = state.undo()
        assert state is wanted
    assert state.undo() is state


@given(gestures)
@settings(max_examples=40, deadline=None)
def test_ready_states_have_instructions_and_others_say_what_is_missing(todo):
    state = open_clip(FRAMES)
    for g in todo:
        state = do(state, g)
    wish = next_step(state)
    assert wish and wish[0].isupper() and wish.endswith(".")
    if not wish.startswith("Ready"):
        with pytest.raises(InputError) as e:
            instruction_of(state)
        assert str(e.value).lower() == wish.lower()
        return
    try:
        made = instruction_of(state)
    except InputError as e:  # the mask may miss the handle, or the flow may end with handle and target together
        assert re.search(r"mask|target", str(e))
        return
    assert made.check(FRAMES) is made
    assert np.allclose(made.handle_points[0], state.pairs("first")[0], atol=1e-3)
    if state.on("last"):
        assert np.allclose(made.handle_points[-1], state.pairs("last")[0], atol=1e-3)


def test_clicks_alternate_and_belong_to_their_end():
    state = clicked((1, 2), (3, 4), (5, 6), state=clicked((9, 9), end="last"))
    assert state.pairs("first")[0].tolist() == [[1, 2]] and state.pairs("first")[1].tolist() == [[3, 4]] and len(state.on("last")) == 1
    assert "point 2 should go on the first" in next_step(state) and "point 1 should go on the last" in next_step(add_click(state, "first", 9, 9))


@pytest.mark.parametrize("x, y", [(-1.5, 3), (3, 48.5), (float("nan"), 3), (3, float("inf")), (1e9, 1e9)])
def test_places_outside_are_refused_and_the_border_forgives_a_pixel(x, y):
    with pytest.raises(InputError, match="outside the frame"):
        clicked((x, y))
    assert clicked((-0.9, 47.9)).clicks[0].x == 0 and clicked((-0.9, 47.9)).clicks[0].y == 47


def test_hostile_calls_are_typed():
    empty = EditorState()
    for call in (lambda: add_click(empty, "first", 1, 1), lambda: brush(empty, [(1, 1)]), lambda: box(empty, (1, 1), (2, 2)), lambda: object_at(empty, 1, 1),
                 lambda: instruction_of(empty), lambda: with_instruction(empty, DragWorld().clip(1).instruction), lambda: open_clip(np.zeros((2, 3)))):
        with pytest.raises(InputError):
            call()
    for call in (lambda: clicked((1, 1), end="middle"), lambda: set_reach(empty, "nowhere")):
        with pytest.raises(ConfigError):
            call()
    assert clear(empty) is empty and frame_svg(empty).startswith("<div")


def test_points_on_the_last_frame_must_be_as_many():
    state = clicked((9, 9), (12, 12), end="last", state=clicked((20, 20), (20, 12), (28, 30), (30, 38)))
    with pytest.raises(InputError, match="2 points and the last 1"):
        instruction_of(state)
    with pytest.raises(InputError, match="same points on the first"):
        instruction_of(clicked((9, 9), (12, 12), end="last"))


@given(st.lists(places, min_size=1, max_size=5), st.integers(1, 6))
@settings(max_examples=40, deadline=None)
def test_the_eraser_takes_back_what_the_brush_marked(path, radius):
    state = brush(open_clip(FRAMES), path, radius)
    assert state.reach == "drawn" and all(state.mask[round(y), round(x)] for x, y in path)
    assert brush(state, path, radius, erase=True).mask is None
    twice = brush(state, path, radius)
    assert (twice.mask == state.mask).all() and set(np.unique(twice.mask)) <= {0, 1}


@given(places, places)
@settings(max_examples=30, deadline=None)
def test_a_box_is_the_same_from_every_corner(a, b):
    masks = [box(open_clip(FRAMES), p, q).mask for p, q in ((a, b), (b, a), ((a[0], b[1]), (b[0], a[1])))]
    assert all((m == masks[0]).all() for m in masks) and masks[0].any()


def test_a_click_on_a_plain_thing_marks_it_and_little_else():
    yy, xx = np.mgrid[:48, :48]
    disc = np.hypot(xx - 20, yy - 26) <= 9
    noise = np.random.default_rng(0).integers(0, 12, (48, 48, 3))
    frames = (np.where(disc[..., None], (200, 60, 40), (60, 90, 160)) + noise).astype(np.uint8)[None].repeat(3, 0)
    mask = object_at(open_clip(frames), 22, 24).mask.astype(bool)
    assert (mask & disc).sum() / (mask | disc).sum() > 0.85
    assert (object_at(open_clip(frames), 22, 24).mask == mask).all()


def test_an_instruction_survives_saving_until_something_is_changed(tmp_path):
    wanted = DragWorld().clip(5, "open").instruction
    state = load_into(open_clip(FRAMES), wanted.save(tmp_path / "a.json"))
    back = instruction_of(state)
    assert np.allclose(back.handle_points, wanted.handle_points, atol=1e-3) and (back.masks == wanted.masks).all()
    assert instruction_of(set_reach(state, "everything")).masks.all() and state.undo().clicks == ()
    scaled = with_instruction(open_clip(FRAMES.repeat(2, 1).repeat(2, 2)), wanted)
    assert instruction_of(scaled).masks.shape == (8, 96, 96)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": "fanslib drag instruction 1"}', '{"format": "fanslib drag instruction 1", "frames": 1, "height": 2, '
                                  '"width": 2, "handle_points": "x", "target_points": [], "masks": [[4]]}'])
def test_damaged_instruction_files_leave_a_typed_error(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(InputError, match="a.json"):
        load_into(open_clip(FRAMES), tmp_path / "a.json")


@pytest.mark.parametrize("text, wanted", [
    ("point 0 in frame 9", "point 1 in frame 10"), ("frames 0 to 7", "frames 1 to 8"), ("frames of 48 x 48", "frames of 48 x 48"), ("for 8 frames", "for 8 frames"),
    ("checkpoint 3", "checkpoint 3")])
def test_people_count_from_one(text, wanted):
    assert for_people(text) == wanted


def test_pictures_are_well_formed():
    import xml.etree.ElementTree as tree

    for state in (open_clip(FRAMES), clicked((1, 1), (30, 30), (5, 5)), brush(clicked((1, 1)), [(9, 9)])):
        for end in ("first", "last"):
            root = tree.fromstring(frame_svg(state, end))
            assert root.get("viewBox") == "-0.5 -0.5 48 48" and sum(e.tag == "circle" for e in root.iter()) == len(state.on(end))
    for values in ([3.0], [3, 2, 1], [0.0, 0.0], [5, float("nan"), 4]):
        assert tree.fromstring(curve_svg(values, 4, 1.0)).tag == "svg"


# ---- gestures and the studio ----------------------------------------------------------------------------------------

def test_a_pull_is_two_clicks_and_one_undo():
    state = gesture(open_clip(FRAMES), "points", "first", [[20, 20], [25, 20]])
    assert state.pairs("first")[1].tolist() == [[25, 20]] and state.undo().clicks == ()
    assert gesture(clicked((3, 3)), "points", "first", [[20, 20], [40, 20]]).pairs("first")[1].tolist() == [[20, 20]]


@pytest.mark.parametrize("path", [[[1]], [["a", "b"]], [None], [[1, 2, 3]], 5, [[float("nan"), 1]], [[1e6, 1]]])
@pytest.mark.parametrize("tool", ["points", "brush", "box", "erase", "thing"])
def test_hostile_gestures(tool, path):
    with pytest.raises(InputError):
        gesture(open_clip(FRAMES), tool, "first", path)


def test_messages_are_escaped_and_unforeseen_ones_are_shown_and_traced(capsys):
    assert "<script>" not in bar("<script>") + meter(0.5, "<script>") + said(InputError("<script>"))
    assert "ZeroDivisionError" in said(ZeroDivisionError("by <0>")) and "ZeroDivisionError" in capsys.readouterr().err
    assert "clip.mp4: bad" in said(InputError("bad", "/private/folder/clip.mp4")).lower() and "private" not in said(InputError("bad", "/private/folder/clip.mp4"))


def drag(studio, config=CONFIG, frames=FRAMES):
    return [e for part in follow(studio, lambda say: studio.drag(frames, DragWorld().clip(5, "open").instruction, config, say), 0) for e in part]


def test_the_adapter_is_kept_while_clip_and_settings_stay():
    studio = Studio(PaintPipeline)
    assert [sum(e[0] == "lora" for e in drag(studio)) for _ in range(2)] == [3, 0]
    assert sum(e[0] == "lora" for e in drag(studio, dataclasses.replace(CONFIG, drag_iterations=2))) == 0
    assert sum(e[0] == "lora" for e in drag(studio, dataclasses.replace(CONFIG, lora_steps=2))) == 2
    drag(studio, dataclasses.replace(CONFIG, lora_steps=0))
    assert sum(e[0] == "lora" for e in drag(studio)) == 3
    assert adapter_key(FRAMES, CONFIG) != adapter_key(FRAMES[::-1], CONFIG)


def test_stop_keeps_what_was_reached_and_the_next_run_is_free():
    studio = Studio(lambda: PaintPipeline(0.01))
    many = dataclasses.replace(CONFIG, lora_steps=0, drag_iterations=5000)
    parts = follow(studio, lambda say: studio.drag(FRAMES, DragWorld().clip(5, "open").instruction, many, say), 0)
    next(parts)
    studio.stop()
    result = [e for part in parts for e in part][-1][2]
    assert 1 < len(result.handle_points) < 4000
    assert drag(studio)[-1][0] == "result"


def test_a_stopped_training_keeps_nothing():
    studio = Studio(lambda: PaintPipeline(0.01))
    parts = follow(studio, lambda say: studio.train(FRAMES, dataclasses.replace(CONFIG, lora_steps=5000), say), 0)
    next(parts)
    studio.stop()
    with pytest.raises(Stopped):
        list(parts)
    assert sum(e[0] == "lora" for e in drag(studio)) == 3


def test_a_model_fitted_to_a_clip_is_kept_for_that_clip():
    studio = Studio(lambda: PaintPipeline(0.01))
    fits = lambda frames, fit: sum(e[0] == "fit" for part in follow(studio, lambda say: studio.train(frames, CONFIG, say, fit), 0) for e in part)
    assert [fits(FRAMES, False), fits(FRAMES, True), fits(FRAMES, True), fits(FRAMES, False), fits(FRAMES[::-1].copy(), True)] == [0, 4, 0, 0, 4]
    parts = follow(studio, lambda say: studio.train(FRAMES, CONFIG, say, True), 0)
    next(parts)
    studio.stop()
    with pytest.raises(Stopped, match="before the model was fitted"):
        list(parts)
    assert fits(FRAMES, True) == 4
    assert sum(e[0] == "fit" for part in follow(studio, lambda say: studio.drag(FRAMES, DragWorld().clip(5, "open").instruction, CONFIG, say, True), 0) for e in part) == 0


def test_leaving_ends_the_work_and_errors_come_out():
    studio = Studio(lambda: PaintPipeline(0.01))
    parts = follow(studio, lambda say: studio.train(FRAMES, dataclasses.replace(CONFIG, lora_steps=5000), say), 0)
    next(parts)
    since = time.monotonic()
    parts.close()
    assert time.monotonic() - since < 10 and studio.lock.acquire(timeout=1)
    studio.lock.release()

    def broken():
        raise EngineError("no model here")

    with pytest.raises(EngineError, match="no model here"):
        drag(Studio(broken))
    with pytest.raises(InputError):
        drag(studio, frames=FRAMES[:2])


def test_what_is_written_can_be_read(tmp_path):
    result = drag(Studio(PaintPipeline))[-1][2]
    view, keep = write_outcome(result, tmp_path)
    assert read_video(view).shape == (8, 336, 686, 3) and read_video(keep[0]).shape == FRAMES.shape
    assert instruction_of(load_into(open_clip(FRAMES), keep[2])) == DragInstruction.load(keep[2]) and json.loads(keep[3].read_text())["frames"] == 8


def test_the_meter_counts():
    assert "3 of 6" in progress_of([("drag", 2, {"distance": 4.25})], CONFIG, way := [9.0]) and way == [9.0, 4.25] and "4.2 pixels" in progress_of([("drag", 2, {"distance": 4.2})], CONFIG, [])


# ---- the page ------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def site():
    pytest.importorskip("gradio", reason="the editor's page needs Gradio; run: pip install 'fanslib[demo]'")
    from fanslib.dragvideo_ui import serve

    url, close = serve(lambda: PaintPipeline(0.05), config=CONFIG)
    yield url
    close()


def fetched(url, **headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:
            return answer.status, answer.headers, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as e:
        return e.code, e.headers, e.read().decode(errors="replace")


def test_the_server_is_for_this_machine_only(site):
    code, headers, page = fetched(site)
    assert code == 200 and "default-src 'self'" in headers["content-security-policy"] and site.startswith("http://127.0.0.1:")
    assert fetched(site, Host="elsewhere.example")[0] == 403
    config = json.loads(fetched(site + "config")[2])
    assert config["analytics_enabled"] is False
    assert not re.search(r"https?://(?!127\.0\.0\.1|localhost|www\.w3\.org)[\w.]*(googleapis|gstatic|cloudflare|jsdelivr|unpkg)", page)


def test_a_port_in_use_is_said(site):
    from fanslib.dragvideo_ui import serve

    with pytest.raises(EngineError, match="choose another"):
        serve(PaintPipeline, port=int(site.rsplit(":", 1)[1].strip("/")), config=CONFIG)


@pytest.fixture(scope="module")
def browser():
    webdriver = pytest.importorskip("selenium.webdriver", reason="a browser is driven by selenium; run: pip install selenium")
    chromium, driver = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("no chromium with chromedriver on this machine; on Debian: apt install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
                 "--autoplay-policy=no-user-gesture-required", "--window-size=1100,1000"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    from selenium.webdriver.chrome.service import Service

    page = webdriver.Chrome(options=options, service=Service(driver))
    yield page
    page.quit()


class Page:
    "The editor in a browser."

    def __init__(self, browser, url):
        self.browser, self.url = browser, url
        browser.get(url)
        self.until("return document.querySelector('#run') && document.querySelector('.drag-bar') ? 1 : 0")

    def js(self, code, *args):
        return self.browser.execute_script(code, *args)

    def until(self, code, seconds=60):
        end = time.monotonic() + seconds
        while not (value := self.js(code)):
            assert time.monotonic() < end, f"never came true: {code}; the bar says {self.bar!r}"
            time.sleep(0.1)
        return value

    @property
    def bar(self):
        return self.js("return document.querySelector('.drag-bar')?.textContent ?? ''")

    def says(self, text):
        self.until(f"return (document.querySelector('.drag-bar')?.textContent ?? '').includes({json.dumps(text)})")

    def press(self, name):
        self.js("const e = document.getElementById(arguments[0]); (e.tagName == 'BUTTON' ? e : e.querySelector('button')).click()", name)

    def choose(self, group, value):
        self.js("document.querySelector(`#${arguments[0]} input[value='${arguments[1]}']`).click()", group, value)

    def upload(self, name, path):
        self.js("const e = document.getElementById(arguments[0]); (e.parentElement.querySelector('input[type=file]') ?? e.querySelector('input[type=file]')).dataset.at = arguments[0]", name)
        self.browser.find_element("css selector", f"input[data-at='{name}']").send_keys(str(path))

    def point(self, end, *path):
        "Press at the first place, move along, release: clip pixels, by real pointer events."
        from selenium.webdriver.common.action_chains import ActionChains

        svg = self.browser.find_element("css selector", f"#{end} svg.drag-frame")
        self.js("arguments[0].scrollIntoView({block: 'center'})", svg)
        width, height = self.js("const b = arguments[0].getBoundingClientRect(); return [b.width, b.height]", svg)
        scale = min(width, height) / 48
        off = [((x + 0.5 - 24) * scale, (y + 0.5 - 24) * scale) for x, y in path]
        chain = ActionChains(self.browser, duration=20).move_to_element_with_offset(svg, *map(round, off[0])).click_and_hold()
        for x, y in off[1:]:
            chain = chain.move_to_element_with_offset(svg, round(x), round(y))
        chain.release().perform()

    def count(self, selector, n):
        self.until(f"return document.querySelectorAll({json.dumps(selector)}).length == {n}")

    def requests(self):
        found = []
        for entry in self.browser.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                found.append(message["params"]["request"]["url"])
        return found


@pytest.fixture
def page(browser, site):
    browser.set_window_size(1100, 1000)
    return Page(browser, site)


def test_upload_two_clicks_run_and_the_result_plays(page, tmp_path):
    page.says("Open a video")
    page.upload("open", write_video(tmp_path / "mine.mp4", FRAMES))
    page.count("svg.drag-frame", 2)
    page.until("return document.querySelector('#fit input').checked")
    page.point("first", (24, 22))
    page.says("point 1 should go on the first frame")
    page.point("first", (24, 12))
    page.says("Ready")
    x, y = page.js("const c = document.querySelector('#first circle.target'); return [c.cx.baseVal.value, c.cy.baseVal.value]")
    assert abs(x - 24) < 0.2 and abs(y - 12) < 0.2
    page.press("run")
    page.until("return document.querySelector('#meter .drag-meter') && document.querySelector('#curve polyline')?.points.length > 2")
    page.says("Done")
    page.until("const v = document.querySelector('#video video'); return v && v.readyState >= 2 && v.videoWidth > 0 && !v.error")
    page.js("const v = document.querySelector('#video video'); v.muted = true; v.play()")
    page.until("return document.querySelector('#video video').currentTime > 0.2")
    for name in ("edited.mp4", "edited.gif", "instruction.json", "report.json"):
        page.until(f"return [...document.querySelectorAll('#files a[href]')].some(a => a.href.includes({json.dumps(name)}))")
    link = page.js("return [...document.querySelectorAll('#files a[href]')].find(a => a.href.includes('edited.mp4')).href")
    with urllib.request.urlopen(link, timeout=30) as answer:
        (tmp_path / "back.mp4").write_bytes(answer.read())
    assert read_video(tmp_path / "back.mp4").shape == FRAMES.shape
    foreign = [u for u in page.requests() if not re.match(r"(http|ws)://(127\.0\.0\.1|localhost)[:/]|data:|blob:|about:|chrome", u)]
    assert not foreign


def test_sample_undo_clear_brush_and_phone(page, browser):
    page.press("sample")
    page.says("Ready")
    page.until("return document.querySelectorAll('#first circle.handle').length > 0 && document.querySelector('#first .veil')")
    page.press("clear")
    page.count("#first circle", 0)
    page.point("first", (10, 10), (20, 10))
    page.count("#first circle", 2)
    page.press("undo")
    page.count("#first circle", 0)
    page.choose("tool", "brush")
    page.point("first", (10, 10), (20, 12), (30, 10))
    page.count("#first image.veil", 1)
    page.until("return document.querySelector(`#reach input[value='drawn']`).checked")
    browser.set_window_size(500, 900)
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 375, "height": 760, "deviceScaleFactor": 1, "mobile": True})
    try:
        time.sleep(0.5)
        assert page.js("return document.documentElement.scrollWidth") <= 376
        assert page.js("const r = document.querySelector('#first svg').getBoundingClientRect(); return r.width > 250 && r.right <= 376")
        page.choose("tool", "points")
        page.point("first", (40, 40))
        page.count("#first circle", 1)
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_errors_are_shown_on_the_page(page, tmp_path):
    page.press("run")
    page.until("return document.querySelector('.drag-bar.bad')?.textContent.startsWith('Open a video')")
    assert not page.bar.endswith("..")
    (tmp_path / "torn.mp4").write_bytes(write_video(tmp_path / "whole.mp4", FRAMES).read_bytes()[:700])
    page.upload("open", tmp_path / "torn.mp4")
    page.says("torn.mp4")
    assert "/" not in page.bar.split(":")[0]
    page.upload("open", write_video(tmp_path / "short.mp4", FRAMES[:3]))
    page.says("3 such frames and 8 are needed")
    page.press("sample")
    page.says("Ready")
    (tmp_path / "bad.json").write_text("{}")
    page.upload("load", tmp_path / "bad.json")
    page.says("not an instruction file")
    page.count("svg.drag-frame", 2)


def test_save_and_load_points_in_the_browser(page, tmp_path):
    page.press("sample")
    page.says("Ready")
    assert not page.js("return document.querySelector('#fit input').checked")
    page.press("save")
    page.says("Saved")
    link = page.until("return document.querySelector('#saved a[href]')?.href")
    with urllib.request.urlopen(link, timeout=30) as answer:
        (tmp_path / "points.json").write_bytes(answer.read())
    shown = page.js("return document.querySelectorAll('#first circle').length")
    page.press("clear")
    page.count("#first circle", 0)
    page.upload("load", tmp_path / "points.json")
    page.count("#first circle", shown)


def test_training_stops_on_demand(page):
    page.press("sample")
    page.says("Ready")
    page.js("const e = document.querySelector('#passes input[type=number]'); e.value = 200; e.dispatchEvent(new Event('input', {bubbles: true})); e.dispatchEvent(new Event('change', {bubbles: true})); e.blur()")
    page.press("train")
    page.until("return document.querySelector('#meter .drag-meter')?.textContent.includes('of 200')")
    page.press("stop")
    page.says("Stopped before the adapter was trained")


@pytest.mark.slow
def test_the_laptop_model_edits_in_the_browser(browser):
    pytest.importorskip("gradio", reason="the editor's page needs Gradio; run: pip install 'fanslib[demo]'")
    pytest.importorskip("diffusers", reason="the model needs diffusers; run: pip install 'fanslib[video]'")
    from fanslib.dragvideo_train import load_laptop_pipeline
    from fanslib.dragvideo_ui import serve

    try:
        load_laptop_pipeline()
    except FanslibError as e:
        pytest.skip(f"no laptop model: {e}")
    url, close = serve(load_laptop_pipeline, config=DragConfig.laptop(lora_steps=4, drag_iterations=4, num_inference_steps=10))
    try:
        page = Page(browser, url)
        page.press("sample")
        page.says("Ready")
        page.press("run")
        page.until("return document.querySelector('.drag-bar').textContent.startsWith('Done')", 500)
        page.until("const v = document.querySelector('#video video'); return v && v.readyState >= 2")
    finally:
        close()


@pytest.mark.slow
def test_the_studio_drives_the_real_pipeline():
    pytest.importorskip("diffusers", reason="the model needs diffusers; run: pip install 'fanslib[video]'")
    from fanslib.dragvideo_pipeline import DragVideoPipeline
    from fanslib.dragvideo_unet import tiny_parts

    studio = Studio(lambda: DragVideoPipeline(**tiny_parts()))
    config = DragConfig(num_inference_steps=4, drag_iterations=3, lora_steps=2, lora_rank=2, feature_blocks=(1,), msa_start_layer=10)
    events = drag(studio, config)
    assert {e[0] for e in events} == {"lora", "inversion", "drag", "denoise", "result"} and events[-1][2].frames.shape == FRAMES.shape
    assert sum(e[0] == "lora" for e in drag(studio, config)) == 0 and (drag(studio, config)[-1][2].frames == events[-1][2].frames).all()
    assert sum(e[0] == "lora" for e in drag(studio, config, frames=FRAMES[:, :, ::-1].copy())) == 2
    way = [progress_of([e], config, []) for e in events[:-1]]
    assert all("drag-meter" in w for w in way)
