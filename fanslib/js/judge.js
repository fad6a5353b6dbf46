// What is true of a candidate's source: the facts a verdict is made of. The verdict itself is made by the caller.
'use strict';

const { LeanError } = require('./heap.js');
const { PreludeError } = require('./frontend.js');

const CACHE_LIMIT = 64;

class Judge {
  constructor(frontend) {
    this.lean = frontend;
    this.heap = frontend.heap;
    this.wasm = frontend.wasm;
    this.preludes = new Map(); // prelude source -> command state
    this.references = new Map(); // prelude + statement source -> { env, info, messages }
    this.library = new Map(); // library constant -> 'theorem' | 'definition' | 'axiom'
  }

  keep(cache, key, make, discard) {
    if (cache.has(key)) {
      const value = cache.get(key);
      cache.delete(key);
      cache.set(key, value);
      return value;
    }
    const value = make();
    cache.set(key, value);
    if (cache.size > CACHE_LIMIT) {
      const [oldest, old] = cache.entries().next().value;
      cache.delete(oldest);
      discard(old);
    }
    return value;
  }

  prelude(source) {
    return this.keep(this.preludes, source, () => this.lean.prelude(source), (state) => this.heap.dec(state));
  }

  // Our statement, elaborated with `sorry` from the pristine state: the type that an accepted proof must have.
  reference({ prelude, name, statement }) {
    let base;
    try {
      base = this.prelude(prelude);
    } catch (error) {
      if (error instanceof PreludeError) return { env: 0, info: 0, messages: error.messages, extra: null };
      throw error;
    }
    return this.keep(this.references, `${prelude}\0${name}\0${statement}`, () => {
      const ran = this.lean.run(base, statement, { single: true });
      const failed = ran.extra || ran.messages.some((m) => m.severity === 'error');
      const info = failed ? 0 : this.lean.find(ran.env, name);
      return { env: ran.env, info, messages: ran.messages, extra: ran.extra };
    }, ({ env, info }) => { this.heap.dec(env); this.heap.dec(info); });
  }

  elaborate(request) {
    const { info, env, messages, extra } = this.reference(request);
    return { ok: info !== 0, messages, extra, type: info ? this.lean.typeText(env, info) : null };
  }

  // { statement_ok, errors, syntax_error, extra, kind, same_statement, axioms, declared, replay } for one source text.
  check(request) {
    const reference = this.reference(request);
    if (!reference.info) return { statement_ok: false, messages: reference.messages, extra: reference.extra };
    const base = this.prelude(request.prelude);
    const ran = this.lean.run(base, request.source, { single: !request.lemmas });
    const facts = {
      statement_ok: true, messages: ran.messages, extra: ran.extra, syntax_error: ran.syntaxError,
      errors: ran.messages.filter((m) => m.severity === 'error').length,
      kind: null, same_statement: false, axioms: [], declared: [], replay: null,
    };
    if (!facts.errors && !ran.extra) this.examine(ran.env, this.heap.field(base, 0), reference, request, facts);
    this.lean.release(ran);
    return facts;
  }

  examine(env, pristine, reference, { name }, facts) {
    const known = this.lean.newConstants(pristine);
    const old = new Set(known.items.map((item) => item.name));
    this.heap.dec(known.list); this.heap.dec(known.stages);
    const constants = this.lean.newConstants(env);
    const fresh = constants.items.filter((item) => !old.has(item.name));
    const local = new Map(fresh.map((item) => [item.name, item]));
    facts.declared = fresh.map((item) => (
      { name: item.name, kind: this.lean.kind(item.info), unsafe: this.lean.isUnsafe(item.info) }));
    const target = local.get(name);
    if (target) {
      facts.kind = this.lean.kind(target.info);
      facts.same_statement = this.lean.sameType(reference.info, target.info);
      facts.axioms = this.axioms(env, fresh, local);
      facts.replay = this.replay(fresh, pristine);
    }
    this.heap.dec(constants.list); this.heap.dec(constants.stages);
  }

  // Axioms that the new constants rest on. Library theorems are stored without their proofs, which makes them look
  // like axioms; Lean records what each one was, and only true axioms count.
  axioms(env, fresh, local) {
    const { heap, wasm } = this;
    let state = heap.ctor(0, [heap.box(1), heap.array([])]);
    for (const { object } of fresh) {
      const result = wasm.l_Lean_CollectAxioms_collect(heap.inc(object), heap.inc(env), state) >>> 0;
      state = heap.take(result, 1);
      heap.dec(result);
    }
    const names = heap.readArray(heap.field(state, 1)).map((n) => heap.readName(n));
    heap.dec(state);
    return names.filter((name) => local.has(name) || this.isAxiom(env, name));
  }
  isAxiom(env, name) {
    if (!this.library.has(name)) {
      const { heap, wasm } = this;
      const kind = wasm.l_Lean_getOriginalConstKind_x3f(heap.inc(env), heap.name(name)) >>> 0;
      // Option ConstantKind: none is a scalar; the kind is defn, thm, axiom, ... in the order of ConstantKind.
      this.library.set(name, heap.isScalar(kind) ? null : heap.unbox(heap.field(kind, 0)));
      heap.dec(kind);
    }
    return this.library.get(name) === ORIGINALLY_AXIOM || this.library.get(name) === null;
  }

  // Lean's kernel, again, from the state that the candidate never touched. Null when it agrees.
  replay(fresh, pristine) {
    const { heap, wasm } = this;
    let list = heap.box(0);
    for (const { object, info } of fresh) list = heap.ctor(1, [heap.ctor(0, [heap.inc(object), heap.inc(info)]), list]);
    const map = wasm.l_Std_HashMap_ofList___redArg(
      heap.inc(heap.global('l_Lean_Name_instBEq')), heap.inc(heap.global('l_Lean_instHashableName')), list) >>> 0;
    try {
      heap.dec(heap.io(wasm.l_Lean_Environment_replay(map, heap.inc(pristine))));
      return null;
    } catch (error) {
      if (error instanceof LeanError) return error.message;
      throw error;
    }
  }
}

const ORIGINALLY_AXIOM = 2;

module.exports = { Judge };
