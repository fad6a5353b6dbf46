// The memory of a started Lean as a file: the pages that are not zero, and the few numbers that live outside memory.
'use strict';

const fs = require('fs');
const path = require('path');
const { WASM_PAGE } = require('./pages.js');

function save(folder, frontend, roots) {
  const { heap, wasm } = frontend;
  const memory = Buffer.from(heap.u8); // a copy: nothing runs between here and the write
  const words = new BigUint64Array(memory.buffer, memory.byteOffset, memory.length / 8);
  const perPage = WASM_PAGE / 8;
  const pages = [];
  for (let page = 0; page < memory.length / WASM_PAGE; page++) {
    if (words.subarray(page * perPage, (page + 1) * perPage).some((word) => word !== 0n)) pages.push(page);
  }
  const file = fs.openSync(path.join(folder, 'snapshot.bin'), 'w');
  for (const page of pages) fs.writeSync(file, memory, page * WASM_PAGE, WASM_PAGE);
  fs.closeSync(file);
  fs.writeFileSync(path.join(folder, 'snapshot.json'), JSON.stringify({
    bytes: memory.length, pages, roots, stack_pointer: wasm.__stack_pointer.value,
    stack: [wasm.emscripten_stack_get_base(), wasm.emscripten_stack_get_end()],
  }));
}

function restore(folder, frontend) {
  const { wasm, loaded } = frontend;
  const saved = JSON.parse(fs.readFileSync(path.join(folder, 'snapshot.json'), 'utf8'));
  const data = fs.readFileSync(path.join(folder, 'snapshot.bin'));
  if (data.length !== saved.pages.length * WASM_PAGE) throw new Error('the snapshot file is cut off');
  const memory = loaded.internals.wasmMemory;
  const missing = (saved.bytes - memory.buffer.byteLength) / WASM_PAGE;
  const before = memory.buffer.byteLength;
  if (missing > 0) memory.grow(missing);
  loaded.internals.updateMemoryViews();
  const bytes = new Uint8Array(memory.buffer);
  bytes.fill(0, 0, Math.min(before, saved.bytes));
  for (let first = 0, next; first < saved.pages.length; first = next) {
    for (next = first + 1; saved.pages[next] === saved.pages[next - 1] + 1;) next++;
    bytes.set(data.subarray(first * WASM_PAGE, next * WASM_PAGE), saved.pages[first] * WASM_PAGE);
  }
  wasm.emscripten_stack_set_limits(...saved.stack);
  wasm.__stack_pointer.value = saved.stack_pointer;
  frontend.env = saved.roots.env;
  return saved.roots;
}

module.exports = { save, restore };
