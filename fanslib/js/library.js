// The constants of the imported library as rows: name, kind, module-free type text, docstring where the files have one.
'use strict';

const KIND_OF_ORIGINAL = ['def', 'theorem', 'axiom', 'opaque', 'quot', 'inductive', 'ctor', 'rec'];

class Library {
  constructor(frontend) {
    this.lean = frontend;
    this.heap = frontend.heap;
    this.wasm = frontend.wasm;
  }

  // Std.HashMap: { size, buckets }, buckets an array of association lists cons(key, value, tail).
  *entries() {
    const { heap, wasm, lean } = this;
    heap.inc(lean.env);
    const stages = wasm.l_Lean_Environment_constants(lean.env) >>> 0;
    const buckets = heap.field(heap.field(stages, 0), 1);
    for (let bucket of heap.readArray(buckets)) {
      for (; !heap.isScalar(bucket); bucket = heap.field(bucket, 2)) {
        yield { name: heap.readName(heap.field(bucket, 0)), object: heap.field(bucket, 0), info: heap.field(bucket, 1) };
      }
    }
    heap.dec(stages);
  }

  names() {
    if (!this.sorted) this.sorted = [...this.entries()].map(({ name }) => name).sort();
    return this.sorted;
  }

  kind(name, info) {
    const { heap, wasm, lean } = this;
    const original = wasm.l_Lean_getOriginalConstKind_x3f(heap.inc(lean.env), heap.name(name)) >>> 0;
    const kind = heap.isScalar(original) ? lean.kind(info) : KIND_OF_ORIGINAL[heap.unbox(heap.field(original, 0))];
    heap.dec(original);
    return kind;
  }

  docstring(name) {
    const { heap, wasm, lean } = this;
    const found = heap.io(wasm.l_Lean_findDocString_x3f(heap.inc(lean.env), heap.name(name), 1));
    if (heap.isScalar(found)) return null;
    const text = heap.text(heap.take(found, 0));
    heap.dec(found);
    return text;
  }

  // Rows [start, start + count) in name order; `kinds` keeps only some.
  constants({ start = 0, count = 500, kinds = null }) {
    const names = this.names().slice(start, start + count);
    const rows = [];
    for (const name of names) {
      const info = this.lean.find(this.lean.env, name);
      if (!info) continue;
      const kind = this.kind(name, info);
      if (!kinds || kinds.includes(kind)) {
        rows.push({ name, kind, type: this.lean.typeText(this.lean.env, info), docstring: this.docstring(name) });
      }
      this.heap.dec(info);
    }
    return { rows, next: start + count < this.names().length ? start + count : null, total: this.names().length };
  }
}

module.exports = { Library };
