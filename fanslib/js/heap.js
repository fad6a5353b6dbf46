// The Lean runtime's objects as they lie in wasm memory (32-bit layout).
//
//   object        8-byte header { i32 rc; u16 size; u8 fields; u8 tag }, fields as u32 from +8
//   scalar        (n << 1) | 1
//   string (249)  +8 bytes incl. NUL, +12 capacity, +16 length, +20 UTF-8 bytes
//   array  (246)  +8 size, +12 capacity, +16 elements
//
// Reference counts: positive is owned by one thread, negative is shared (counts away from zero), zero is immortal.
'use strict';

const TAG_ARRAY = 246;

// What Lean's lexer takes as an identifier without «»; `_@` occurs in names that Lean makes.
const LETTER = 'A-Za-z_\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u017f\\u0391-\\u039f\\u03a1\\u03a2\\u03a4-\\u03a9\\u03b1-\\u03ba'
  + '\\u03bc-\\u03fb\\u1f00-\\u1ffe\\u2100-\\u214f\\u{1d49c}-\\u{1d59f}';
const PLAIN = new RegExp(`^[${LETTER}][${LETTER}0-9'!?@\\u2080-\\u2089\\u2090-\\u209c\\u1d62-\\u1d6a\\u2c7c]*$`, 'u');

class LeanError extends Error {}

class Heap {
  constructor(loaded) {
    this.loaded = loaded;
    this.wasm = loaded.wasm;
  }

  // Growing the memory replaces its buffer, so the views are looked up through here.
  get views() {
    const buffer = this.loaded.internals.wasmMemory.buffer;
    if (this.buffer !== buffer) {
      this.buffer = buffer;
      this.cached = { u8: new Uint8Array(buffer), u32: new Uint32Array(buffer), i32: new Int32Array(buffer) };
    }
    return this.cached;
  }
  get u8() { return this.views.u8; }
  get u32() { return this.views.u32; }
  get i32() { return this.views.i32; }

  isScalar(object) { return (object & 1) === 1; }
  box(n) { return (n << 1) | 1; }
  unbox(object) { return object >>> 1; }
  tag(object) { return this.isScalar(object) ? this.unbox(object) : this.u8[object + 7]; }
  field(object, index) { return this.u32[((object + 8) >> 2) + index]; }
  fieldCount(object) { return this.u8[object + 6]; }

  inc(object) {
    if (!this.isScalar(object)) {
      const rc = this.i32[object >> 2];
      if (rc > 0) this.i32[object >> 2] = rc + 1;
      else if (rc < 0) this.i32[object >> 2] = rc - 1;
    }
    return object;
  }
  dec(object) {
    if (object === 0 || this.isScalar(object)) return;
    const rc = this.i32[object >> 2];
    if (rc > 1) this.i32[object >> 2] = rc - 1;
    else if (rc !== 0) this.wasm.lean_dec_ref_cold(object);
  }
  // A field, owned by the caller.
  take(object, index) { return this.inc(this.field(object, index)); }

  ctor(tag, fields, scalars = []) {
    const padded = (scalars.length + 3) & ~3;
    const size = 8 + 4 * fields.length + padded;
    const object = this.wasm.lean_alloc_object(size) >>> 0;
    this.header(object, size, fields.length, tag);
    fields.forEach((value, i) => { this.u32[((object + 8) >> 2) + i] = value; });
    for (let i = 0; i < padded; i++) this.u8[object + 8 + 4 * fields.length + i] = scalars[i] || 0;
    return object;
  }
  array(items) {
    const object = this.wasm.lean_alloc_object(16 + 4 * items.length) >>> 0;
    this.header(object, 0, 0, TAG_ARRAY);
    this.u32[(object + 8) >> 2] = items.length;
    this.u32[(object + 12) >> 2] = items.length;
    items.forEach((value, i) => { this.u32[((object + 16) >> 2) + i] = value; });
    return object;
  }
  header(object, size, fields, tag) {
    this.i32[object >> 2] = 1;
    this.u8[object + 4] = size & 255;
    this.u8[object + 5] = size >> 8;
    this.u8[object + 6] = fields;
    this.u8[object + 7] = tag;
  }

  string(text) {
    const bytes = Buffer.from(text, 'utf8');
    const copy = this.wasm.malloc(bytes.length + 1) >>> 0;
    this.u8.set(bytes, copy);
    this.u8[copy + bytes.length] = 0;
    const object = this.wasm.lean_mk_string(copy) >>> 0;
    this.wasm.free(copy);
    return object;
  }
  // A name as Lean writes it; a component in «» may hold anything, a dot too.
  name(dotted) {
    let name = this.box(0);
    for (const [, quoted, plain] of dotted.matchAll(/«([^»]*)»|([^.«»]+)/g)) {
      name = this.wasm.lean_name_mk_string(name, this.string(quoted ?? plain)) >>> 0;
    }
    return name;
  }

  readString(object) {
    const size = this.u32[(object + 8) >> 2];
    return Buffer.from(this.u8.slice(object + 20, object + 20 + size - 1)).toString('utf8');
  }
  // Takes ownership of a string object and gives its text.
  text(object) {
    const text = this.readString(object);
    this.dec(object);
    return text;
  }
  readName(name) {
    if (this.isScalar(name)) return '[anonymous]';
    const parts = [];
    for (; !this.isScalar(name); name = this.field(name, 0)) {
      const part = this.field(name, 1);
      parts.unshift(this.tag(name) === 1 ? this.quoted(this.readString(part)) : String(this.isScalar(part) ? this.unbox(part) : '?'));
    }
    return parts.join('.');
  }
  // Different names have different texts: `«a.b»` is not `a.b`.
  quoted(part) { return PLAIN.test(part) ? part : `«${part}»`; }
  readList(list) {
    const items = [];
    for (; !this.isScalar(list); list = this.field(list, 1)) items.push(this.field(list, 0));
    return items;
  }
  readArray(array) {
    const items = [];
    for (let i = 0, n = this.u32[(array + 8) >> 2]; i < n; i++) items.push(this.u32[((array + 16) >> 2) + i]);
    return items;
  }

  // The value of an IO result (ok is constructor 0, error is 1); an error becomes a LeanError.
  io(result) {
    result >>>= 0;
    const value = this.take(result, 0);
    const failed = this.tag(result) !== 0;
    this.dec(result);
    if (failed) throw new LeanError(this.text(this.wasm.lean_io_error_to_string(value) >>> 0));
    return value;
  }
  // A constant of the compiled library, initialised by the runtime; owned by the library.
  global(symbol) { return this.u32[this.wasm[symbol].value >> 2]; }
}

module.exports = { Heap, LeanError };
