// node main.js serve FOLDER SNAPSHOT REQUESTS REPLIES LIFELINE | build FOLDER SNAPSHOT
//
// `serve` answers one JSON line per request. REQUESTS, REPLIES and LIFELINE are inherited descriptors; each reply is
// stamped with the nonce of the first request line. Standard input and output carry nothing. When the parent's end of
// the lifeline closes, the process ends at once, even in the middle of a proof.
'use strict';

const fs = require('fs');
const path = require('path');
const { Worker } = require('worker_threads');
const { load } = require('./loader.js');
const { Frontend } = require('./frontend.js');
const { Judge } = require('./judge.js');
const { Library } = require('./library.js');
const snapshot = require('./snapshot.js');

const CRASHED = 70;
const [command, folder, snapshotFolder, ...rest] = process.argv.slice(2);
const [REQUESTS, REPLIES, LIFELINE] = rest.map(Number);

function holdLifeline() {
  const watch = `
    const fs = require('fs');
    try { while (fs.readSync(${LIFELINE}, Buffer.alloc(64)) > 0); } catch (error) {}
    process.kill(process.pid, 'SIGKILL');`;
  new Worker(watch, { eval: true, stdout: true, stderr: true }).unref();
}

function* lines(descriptor) {
  const block = Buffer.alloc(1 << 16);
  let parts = [];
  for (;;) {
    const size = fs.readSync(descriptor, block);
    if (size === 0) return;
    let start = 0;
    for (let end; (end = block.indexOf(10, start)) >= 0 && end < size; start = end + 1) {
      parts.push(Buffer.from(block.subarray(start, end)));
      yield Buffer.concat(parts).toString('utf8');
      parts = [];
    }
    if (start < size) parts.push(Buffer.from(block.subarray(start, size)));
  }
}

function send(reply) {
  const data = Buffer.from(JSON.stringify(reply) + '\n');
  for (let at = 0; at < data.length;) at += fs.writeSync(REPLIES, data, at);
}

async function start(settings, library = null) {
  const { addresses, modules, prelude } = JSON.parse(fs.readFileSync(path.join(folder, 'engine.json'), 'utf8'));
  const loaded = await load(folder, { memoryMB: settings.memory_mb, library });
  const frontend = new Frontend(loaded, addresses);
  const judge = new Judge(frontend);
  const bases = JSON.parse(fs.readFileSync(path.join(snapshotFolder, 'bases.json'), 'utf8'));
  for (const [name, source] of Object.entries(bases)) judge.bases.set(name, { source: prelude + source, state: 0 });
  if (library) frontend.start(modules);
  else {
    const saved = snapshot.restore(snapshotFolder, frontend);
    judge.preludes.set(`\0${prelude}`, saved.state);
    for (const [name, state] of Object.entries(saved.bases)) judge.bases.get(name).state = state;
  }
  judge.prelude({ prelude });
  return { loaded, frontend, judge, library: new Library(frontend), prelude };
}

async function serve() {
  holdLifeline();
  const requests = lines(REQUESTS);
  const hello = JSON.parse(requests.next().value);
  const { nonce } = hello;
  const lean = await start(hello, hello.library ?? null);
  const version = lean.frontend.heap.readString(lean.frontend.heap.global('l_Lean_versionString'));
  const size = () => ({ wasm_mb: lean.frontend.heap.u8.length >> 20, rss_mb: process.memoryUsage.rss() >> 20 });
  send({ nonce, id: hello.id, ready: true, version, startup_ms: performance.now(), ...size() });
  const operations = {
    check: (request) => lean.judge.check(request),
    elaborate: (request) => lean.judge.elaborate(request),
    constants: (request) => lean.library.constants(request),
  };
  for (const line of requests) {
    const request = JSON.parse(line);
    const began = performance.now();
    try {
      const result = operations[request.op](request);
      send({ nonce, id: request.id, ...result, ms: performance.now() - began, ...size() });
    } catch (error) {
      // The Lean heap may be in any state now: tell, and end.
      const what = typeof error === 'number' ? 'uncaught C++ exception' : error?.message ?? error;
      const full = size().wasm_mb > 0.95 * hello.memory_mb ? 'out of memory' : '';
      send({ nonce, id: request.id, crash: [what, full, ...lean.loaded.output.slice(-5)].join(' ').trim().slice(0, 1000) });
      process.exit(CRASHED);
    }
  }
  process.exit(0);
}

async function build() {
  const { frontend, judge, prelude } = await start({ memory_mb: 2048 }, path.join(folder, 'lib'));
  const bases = {};
  for (const name of judge.bases.keys()) {
    try {
      bases[name] = judge.base(name);
    } catch (error) {
      const { line, column, text } = error.messages?.find((m) => m.severity === 'error') ?? { text: error.message };
      throw new Error(`base ${name}, ${line}:${column}: ${text}`);
    }
  }
  snapshot.save(snapshotFolder, frontend, { env: frontend.env, state: judge.prelude({ prelude }), bases });
  process.exit(0);
}

const failed = (error) => { fs.writeSync(2, `${error?.stack ?? error}\n`); process.exit(CRASHED); };
process.on('uncaughtException', failed);
(command === 'build' ? build() : serve()).catch(failed);
