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
    this.bases = new Map(); // name -> { source, state (0: not elaborated yet) } of text that many preludes start from
    this.preludes = new Map(); // base + prelude source -> command state
    this.references = new Map(); // prelude + statement source -> { env, info, messages }
    this.library = new Map(); // library constant -> what it originally was
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

  base(name) {
    const base = this.bases.get(name);
    if (!base) throw new Error(`no base ${name}`);
    if (!base.state) base.state = this.lean.prelude(base.source);
    return base.state;
  }
  prelude({ base = '', prelude }) {
    const start = base ? this.base(base) : 0;
    if (start && !prelude.trim()) return start;
    const make = () => this.lean.prelude(prelude, start);
    return this.keep(this.preludes, `${base}\0${prelude}`, make, (state) => this.heap.dec(state));
  }

  // Our statement, elaborated with `sorry` from the pristine state: the type that an accepted proof must have.
  reference(request) {
    const { name, statement } = request;
    let base;
    try {
      base = this.prelude(request);
    } catch (error) {
      if (error instanceof PreludeError) return { env: 0, info: 0, messages: error.messages, extra: null };
      throw error;
    }
    const key = [request.base ?? '', request.prelude, name, statement].join('\0');
    return this.keep(this.references, key, () => {
      const ran = this.lean.run(base, statement, { single: true });
      const failed = ran.extra || ran.messages.some((m) => m.severity === 'error');
      let info = failed ? 0 : this.lean.find(ran.env, name);
      if (info && this.lean.hasSorry(info)) {
        ran.messages.unshift({ severity: 'error', line: 1, column: 0, text: 'the statement itself holds `sorry`' });
        this.heap.dec(info);
        info = 0;
      }
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
    const base = this.prelude(request);
    const ran = this.lean.run(base, request.source, { single: !request.lemmas });
    const facts = {
      statement_ok: true, messages: ran.messages, extra: ran.extra, syntax_error: ran.syntaxError,
      errors: ran.messages.filter((m) => m.severity === 'error').length,
      kind: null, same_statement: false, axioms: [], declared: [], replay: 'not run',
    };
    if (!facts.errors && !ran.extra) this.examine(ran.env, this.heap.field(base, 0), reference, request, facts);
    this.lean.release(ran);
    return facts;
  }

  examine(env, pristine, reference, { name }, facts) {
    const constants = this.lean.newConstants(env, pristine);
    const fresh = constants.items;
    const local = new Map(fresh.map((item) => [item.name, item]));
    facts.declared = fresh.map((item) => (
      { name: item.name, kind: this.lean.kind(item.info), unsafe: this.lean.isUnsafe(item.info) }));
    const target = local.get(this.lean.canonical(name));
    if (target) {
      facts.kind = this.lean.kind(target.info);
      facts.same_statement = this.lean.sameType(reference.info, target.info) && this.sameHelpers(reference, pristine, local);
      facts.axioms = this.axioms(env, fresh, local);
      facts.replay = this.replay(fresh, pristine);
    }
    this.heap.dec(constants.stages);
  }

  // A statement may bring definitions along (a `match` in it becomes one). The type only names them, so those that it
  // names must be the same in both environments, and what they name in turn.
  sameHelpers(reference, pristine, local) {
    const ours = this.lean.newConstants(reference.env, pristine);
    const helpers = new Map(ours.items.map((item) => [item.name, item]));
    const todo = [this.lean.type(reference.info)];
    const seen = new Set();
    let same = true;
    while (same && todo.length) {
      for (const name of this.lean.constantsIn(todo.pop())) {
        if (!helpers.has(name) || seen.has(name)) continue;
        seen.add(name);
        const { info } = helpers.get(name);
        same &&= local.has(name) && this.lean.sameConstant(info, local.get(name).info);
        todo.push(this.lean.type(info), ...this.lean.values(info));
      }
    }
    this.heap.dec(ours.stages);
    return same;
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
    const found = heap.readArray(heap.field(state, 1)).map((object) => ({ object, name: heap.readName(object) }));
    const names = found.filter(({ object, name }) => local.has(name) || this.isAxiom(env, object, name)).map(({ name }) => name);
    heap.dec(state);
    return names;
  }
  isAxiom(env, object, name) {
    if (!this.library.has(name)) {
      const { heap, wasm } = this;
      const kind = wasm.l_Lean_getOriginalConstKind_x3f(heap.inc(env), heap.inc(object)) >>> 0;
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
