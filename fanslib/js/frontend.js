// Lean's own front end, called directly: start the runtime, import the library, run source text command by command.
'use strict';

const { Heap } = require('./heap.js');
const { WASM_PAGE } = require('./pages.js');

const STACK_BYTES = 64 << 20;
const EOI = 'Lean.Parser.Command.eoi';
const [ARRAY, ENTRIES, COLLISION, REF] = [246, 0, 1, 1]; // tags of objects, of hash map nodes, of their entries
const MESSAGE_LIMIT = 60;
const TEXT_LIMIT = 6000;

class PreludeError extends Error {
  constructor(messages) { super('the prelude does not elaborate'); this.messages = messages; }
}

const CONSTANT_KINDS = ['axiom', 'def', 'theorem', 'opaque', 'quot', 'inductive', 'ctor', 'rec'];

// Lean functions with a `___boxed` twin may borrow arguments; the twin takes all of them owned, so it is the one called.
class Frontend {
  constructor(loaded, addresses) {
    this.heap = new Heap(loaded);
    this.wasm = loaded.wasm;
    this.loaded = loaded;
    this.addresses = addresses;
    this.env = 0; // the imported library
  }

  // ---- starting ---------------------------------------------------------------------------------------------------

  // The build's own stack is 64 KiB with the overflow check switched off: give it a large one with a true limit.
  moveStack() {
    const { heap, wasm } = this;
    const bottom = wasm.malloc(STACK_BYTES) >>> 0;
    const top = (bottom + STACK_BYTES) & ~15;
    wasm._emscripten_stack_restore(top);
    wasm.emscripten_stack_set_limits(top, bottom);
    heap.u32[this.addresses.thread_stack_size >> 2] = STACK_BYTES - WASM_PAGE;
  }

  start(modules) {
    const { heap, wasm } = this;
    this.moveStack();
    wasm.lean_initialize();
    heap.io(wasm.lean_enable_initializer_execution());
    wasm.lean_io_mark_end_initialization();
    wasm._ZN4lean15save_stack_infoEb(0);
    heap.io(wasm.l_Lean_initSearchPath(heap.string('/lean'), heap.box(0)));
    this.env = this.importModules(modules);
    // One task manager with no workers: every task runs in place (the wasm is patched so).
    wasm.lean_init_task_manager_using(1);
    const manager = heap.u32[this.addresses.task_manager >> 2];
    heap.u32[(manager + 40) >> 2] = 0;
    this.loaded.internals.FS.unmount('/lean/lib/lean');
  }

  importModules(modules) {
    const { heap, wasm } = this;
    const imports = heap.array(modules.map((name) => heap.ctor(0, [heap.name(name)], [0, 1, 0])));
    const [trustLevel, leak, loadExtensions, privateLevel, noArtefacts] = [1024, 1, 1, 2, heap.box(1)];
    return heap.io(wasm.l_Lean_importModules(
      imports, heap.box(0), trustLevel, heap.array([]), leak, loadExtensions, privateLevel, noArtefacts));
  }

  emptyLog() { return this.heap.inc(this.heap.global('l_Lean_MessageLog_empty')); }

  // The state before any command, and the state that a prelude of ours leaves behind.
  freshState() {
    const { heap, wasm } = this;
    heap.inc(this.env);
    const options = heap.inc(heap.global('l_Lean_Options_empty'));
    return wasm.l_Lean_Elab_Command_mkState(this.env, this.emptyLog(), options) >>> 0;
  }
  prelude(source, base = 0) {
    const state = base ? this.heap.inc(base) : this.freshState();
    const ran = this.run(state, source, { keepState: true });
    this.heap.dec(state);
    this.release(ran);
    if (ran.messages.some((m) => m.severity === 'error')) throw new PreludeError(ran.messages);
    return ran.state;
  }

  // ---- running source ---------------------------------------------------------------------------------------------

  // Elaborates `source` from `state` (borrowed). With `single`, at most one command: what follows it is parsed, named
  // in `extra`, and never elaborated. The caller releases the result.
  run(state, source, { single = false, keepState = false } = {}) {
    const { heap, wasm } = this;
    const context = wasm.l_Lean_Parser_mkInputContext___redArg(
      heap.string(source), heap.string('proof'), 1, heap.box(Buffer.byteLength(source))) >>> 0;
    const ref = this.frontendRef(state);
    const result = { messages: [], commands: [], syntaxError: false, extra: null, env: 0, state: 0 };
    let parser = heap.ctor(0, [heap.box(0)], [0]);
    for (;;) {
      const parsed = this.parseCommand(context, parser, ref);
      parser = parsed.parser;
      const kind = this.syntaxKind(parsed.syntax);
      const parseFailed = this.collect(parsed.log, result.messages);
      result.syntaxError ||= parseFailed;
      if (single && kind !== EOI && result.commands.length === 1) {
        result.extra = { kind, line: this.lineAt(source, parsed.start) };
        this.drop(parsed.syntax, parsed.log);
        break;
      }
      wasm.l_Lean_Elab_Frontend_setMessages___redArg(parsed.log, ref);
      const last = heap.unbox(wasm.l_Lean_Parser_isTerminalCommand___boxed(heap.inc(parsed.syntax))) === 1;
      heap.inc(context); heap.inc(ref);
      heap.io(wasm.l_Lean_Elab_Frontend_elabCommandAtFrontend(parsed.syntax, context, ref));
      this.collectElaborated(ref, result.messages);
      if (last) break;
      if (keepState) { heap.dec(result.state); result.state = this.commandState(ref); }
      result.commands.push(kind);
      if (single && parseFailed) break;
    }
    const finalState = this.commandState(ref);
    result.env = heap.take(finalState, 0);
    this.drop(finalState, ref, context, parser);
    return result;
  }

  drop(...objects) { for (const object of objects) this.heap.dec(object); }
  release(result) { this.heap.dec(result.env); }

  frontendRef(state) {
    const { heap, wasm } = this;
    const parserState = heap.ctor(0, [heap.box(0)], [0]);
    return wasm.lean_st_mk_ref(heap.ctor(0, [heap.inc(state), parserState, heap.box(0), heap.array([])])) >>> 0;
  }
  commandState(ref) {
    const { heap, wasm } = this;
    const frontend = wasm.lean_st_ref_get(ref) >>> 0;
    const state = heap.take(frontend, 0);
    heap.dec(frontend);
    return state;
  }

  parseCommand(context, parser, ref) {
    const { heap, wasm } = this;
    const state = this.commandState(ref);
    const scope = heap.field(heap.field(state, 2), 0);
    const [env, options, namespace, openDecls] =
      [heap.take(state, 0), heap.take(scope, 1), heap.take(scope, 2), heap.take(scope, 3)];
    heap.dec(state);
    const start = this.parserPosition(parser);
    heap.inc(context);
    const result = wasm.l_Lean_Parser_parseCommand(
      context, heap.ctor(0, [env, options, namespace, openDecls]), parser, this.emptyLog()) >>> 0;
    const rest = heap.field(result, 1);
    const parsed = { start, syntax: heap.take(result, 0), parser: heap.take(rest, 0), log: heap.take(rest, 1) };
    heap.dec(result);
    return parsed;
  }
  parserPosition(parser) {
    const position = this.heap.field(parser, 0);
    return this.heap.isScalar(position) ? this.heap.unbox(position) : 0;
  }
  lineAt(source, byteOffset) {
    const text = Buffer.from(source, 'utf8');
    let at = byteOffset;
    while (at < text.length && (text[at] === 10 || text[at] === 32)) at++;
    let line = 1;
    for (let i = 0; i < at; i++) if (text[i] === 10) line++;
    return line;
  }
  syntaxKind(syntax) {
    return this.heap.tag(syntax) === 1 && !this.heap.isScalar(syntax) ? this.heap.readName(this.heap.field(syntax, 1)) : '';
  }

  // ---- messages ---------------------------------------------------------------------------------------------------

  collectElaborated(ref, messages) {
    const state = this.commandState(ref);
    this.collect(this.heap.field(state, 1), messages);
    this.heap.dec(state);
  }
  // Appends the log's messages (log borrowed); true when one of them is an error.
  collect(log, messages) {
    const { heap, wasm } = this;
    let failed = false;
    const list = wasm.l_Lean_MessageLog_toList(heap.inc(log)) >>> 0;
    for (const message of heap.readList(list)) {
      const json = wasm.l_Lean_Message_toJson(heap.inc(message)) >>> 0;
      const { severity, pos, endPos, data } = JSON.parse(heap.text(wasm.l_Lean_Json_compress(json) >>> 0));
      failed ||= severity === 'error';
      if (messages.length >= MESSAGE_LIMIT && severity !== 'error') continue;
      if (messages.length >= 2 * MESSAGE_LIMIT) continue;
      const text = data.length > TEXT_LIMIT ? data.slice(0, TEXT_LIMIT) + ' …' : data;
      messages.push({ severity, line: pos.line, column: pos.column, end_line: endPos?.line, end_column: endPos?.column, text });
    }
    heap.dec(list);
    return failed;
  }

  // ---- constants --------------------------------------------------------------------------------------------------

  // Constants that `env` has and `pristine`, an environment it grew from, has not: [{ name, object (Name), info
  // (ConstantInfo) }], borrowed from the returned holder, which the caller drops. Without `pristine`, those that the
  // imports have not. Both keep them in persistent hash maps that share what is equal, so only the difference is read.
  newConstants(env, pristine = 0) {
    const { heap } = this;
    const stages = this.stages(env);
    const older = pristine ? this.stages(pristine) : 0;
    const items = [];
    const root = (map) => { // of a PersistentHashMap, which is its root node or holds it
      const node = heap.field(map, 1);
      return heap.tag(heap.field(node, 0)) === ARRAY ? node : heap.field(node, 0);
    };
    const add = (object, info) => items.push({ object, info, name: heap.readName(object) });
    this.difference(root(stages), older ? root(older) : 0, add);
    heap.dec(older);
    return { items, stages };
  }
  stages(env) { return this.wasm.l_Lean_Environment_constants(this.heap.inc(env)) >>> 0; }

  // Calls add(key, value) for what the map under `node` has and the one under `old` (0: nothing) has not.
  difference(node, old, add) {
    const { heap } = this;
    if (node === old) return;
    const slots = (n) => {
      const first = heap.readArray(heap.field(n, 0));
      if (heap.tag(n) === ENTRIES) return first;
      const values = heap.readArray(heap.field(n, 1));
      return first.map((key, i) => [key, values[i]]);
    };
    if (heap.tag(node) === COLLISION || (old && heap.tag(old) === COLLISION)) {
      const known = new Set();
      if (old) this.difference(old, 0, (key) => known.add(heap.readName(key)));
      const all = heap.tag(node) === COLLISION ? (each) => slots(node).forEach(([key, value]) => each(key, value))
        : (each) => this.difference(node, 0, each);
      all((key, value) => { if (!known.has(heap.readName(key))) add(key, value); });
      return;
    }
    const before = old ? slots(old) : null;
    slots(node).forEach((entry, i) => this.differenceOfEntries(entry, before ? before[i] : 0, add));
  }
  differenceOfEntries(entry, old, add) {
    const { heap } = this;
    if (entry === old || heap.isScalar(entry)) return;
    const nothing = !old || heap.isScalar(old);
    if (heap.tag(entry) === REF) {
      const node = heap.field(entry, 0);
      if (nothing) this.difference(node, 0, add);
      else if (heap.tag(old) === REF) this.difference(node, heap.field(old, 0), add);
      else {
        const name = heap.readName(heap.field(old, 0)); // the slot held one entry, now among those below
        this.difference(node, 0, (key, value) => { if (heap.readName(key) !== name) add(key, value); });
      }
    } else if (nothing || heap.tag(old) === REF || heap.readName(heap.field(old, 0)) !== heap.readName(heap.field(entry, 0))) {
      add(heap.field(entry, 0), heap.field(entry, 1));
    }
  }
  find(env, name) {
    const { heap, wasm } = this;
    const found = wasm.l_Lean_Environment_find_x3f___boxed(heap.inc(env), heap.name(name), heap.box(0)) >>> 0;
    if (heap.isScalar(found)) return 0;
    const info = heap.take(found, 0);
    heap.dec(found);
    return info;
  }
  kind(info) { return CONSTANT_KINDS[this.heap.tag(info)]; }
  // ConstantInfo -> …Val -> ConstantVal { name, levelParams, type }
  constantVal(info) { return this.heap.field(this.heap.field(info, 0), 0); }
  type(info) { return this.heap.field(this.constantVal(info), 2); }
  levels(info) { return this.heap.readList(this.heap.field(this.constantVal(info), 1)).map((n) => this.heap.readName(n)); }
  isUnsafe(info) { return this.heap.unbox(this.wasm.l_Lean_ConstantInfo_isUnsafe___boxed(this.heap.inc(info))) === 1; }
  sameType(a, b) {
    const same = (this.wasm.lean_expr_eqv(this.type(a), this.type(b)) & 1) === 1;
    return same && this.levels(a).join() === this.levels(b).join();
  }
  // DefinitionVal, TheoremVal and OpaqueVal are ConstantVal followed by the value; a proof's value does not matter.
  values(info) { return ['def', 'opaque'].includes(this.kind(info)) ? [this.heap.field(this.heap.field(info, 0), 1)] : []; }
  sameConstant(a, b) {
    if (this.kind(a) !== this.kind(b) || !['def', 'theorem', 'opaque'].includes(this.kind(a)) || !this.sameType(a, b)) return false;
    const [one, other] = [this.values(a), this.values(b)];
    return one.every((value, i) => (this.wasm.lean_expr_eqv(value, other[i]) & 1) === 1);
  }
  constantsIn(expression) {
    const names = this.wasm.l_Lean_Expr_getUsedConstants(this.heap.inc(expression)) >>> 0;
    const texts = this.heap.readArray(names).map((name) => this.heap.readName(name));
    this.heap.dec(names);
    return texts;
  }
  hasSorry(info) { return this.heap.unbox(this.wasm.l_Lean_Expr_hasSorry___boxed(this.heap.inc(this.type(info)))) === 1; }
  // The text that names have here, whatever way the caller writes one.
  canonical(dotted) {
    const name = this.heap.name(dotted);
    const text = this.heap.readName(name);
    this.heap.dec(name);
    return text;
  }
  typeText(env, info) {
    const { heap, wasm } = this;
    const format = heap.io(wasm.l_Lean_PrettyPrinter_ppExprLegacy___boxed(
      heap.inc(env), heap.inc(heap.global('l_Lean_instInhabitedMetavarContext')), heap.inc(heap.global('l_Lean_LocalContext_empty')),
      heap.inc(heap.global('l_Lean_Options_empty')), heap.inc(this.type(info))));
    return heap.text(wasm.l_Std_Format_pretty_x27___boxed(format, heap.inc(heap.global('l_Lean_Options_empty'))) >>> 0);
  }
}

module.exports = { Frontend, PreludeError };
