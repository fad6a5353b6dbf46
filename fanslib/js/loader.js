// Loads the slim Lean build on one thread: no pthreads, no main, no file system but an empty one in memory.
'use strict';

const fs = require('fs');
const path = require('path');
const { WASM_PAGE } = require('./pages.js');

// symbols.bin maps every symbol the Lean interpreter may ask for to its table slot (>= 0) or data address (< 0).
// Layout: u32 count, u32 offsets[count + 1], i32 values[count], then the sorted names.
function loadSymbols(file) {
  const data = fs.readFileSync(file);
  const count = data.readUInt32LE(0);
  const values = 4 + 4 * (count + 1);
  const names = values + 4 * count;
  const offset = (i) => names + data.readUInt32LE(4 + 4 * i);
  return function lookup(symbol) {
    const key = Buffer.from(symbol);
    for (let low = 0, high = count - 1; low <= high;) {
      const middle = (low + high) >> 1;
      const order = data.compare(key, 0, key.length, offset(middle), offset(middle + 1));
      if (order === 0) return data.readInt32LE(values + 4 * middle);
      if (order < 0) low = middle + 1; else high = middle - 1;
    }
    return undefined;
  };
}

const IS_TRACE = /^\[DEBUG|^ {2}(- \/lean\/|mainModule\?)/;

// Resolves to { wasm, internals, output }. `output` collects what the runtime itself prints (panics), bounded.
function load(folder, { memoryMB = 2048, library = null } = {}) {
  return new Promise((resolve, reject) => {
    const output = [];
    const keep = (line) => { if (!IS_TRACE.test(line) && output.length < 50) output.push(String(line).slice(0, 500)); };
    console.log = keep;
    // Emscripten's `system` would start a shell. Nothing in Lean's library calls it; nothing ever shall.
    require('child_process').spawnSync = () => { throw new Error('no processes here'); };
    const lean = globalThis.LeanModule = {
      noInitialRun: true,
      noExitRuntime: true,
      thisProgram: '/lean/bin/lean',
      print: keep,
      printErr: keep,
      wasmMemory: new WebAssembly.Memory({ initial: 256, maximum: memoryMB * (1 << 20) / WASM_PAGE, shared: true }),
      locateFile: (name) => path.join(folder, name),
      lookupSymbol: loadSymbols(path.join(folder, 'symbols.bin')),
      preRun: [() => mountLibrary(lean.internals, library)],
      onRuntimeInitialized: () => resolve({ wasm: lean.wasm, internals: lean.internals, output }),
      onAbort: (why) => reject(new Error(`runtime aborted: ${why}`)),
    };
    lean.instantiateWasm = (imports, receive) => {
      const module = new WebAssembly.Module(fs.readFileSync(path.join(folder, 'lean-slim.wasm')));
      const instance = new WebAssembly.Instance(module, imports);
      lean.wasm = instance.exports;
      receive(instance, module);
      return {};
    };
    require(path.join(folder, 'lean-slim.js'));
  });
}

function mountLibrary({ FS, NODEFS, ENV }, library) {
  ENV.LEAN_PATH = '/lean/lib/lean';
  ENV.LEAN_SYSROOT = '/lean';
  for (const dir of ['/lean', '/lean/bin', '/lean/lib', '/lean/lib/lean']) FS.mkdir(dir);
  FS.writeFile('/lean/bin/lean', '');
  if (library) FS.mount(NODEFS, { root: library }, '/lean/lib/lean');
}

module.exports = { load };
