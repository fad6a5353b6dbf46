/- Facts about a candidate proof, found by native Lean: the counterpart of `fanslib/js/judge.js`, command for command.
   The candidate's text is data here: it is parsed and elaborated in a state of its own, and nothing that it defines
   reaches the code below. `#fanslib_judge "…"` takes one JSON request and logs one JSON line. -/
namespace FanslibJudge
open Lean Elab

structure Ran where
  messages : Array Json := #[]
  errors : Nat := 0
  syntaxError : Bool := false
  extra : Json := Json.null
  commands : Nat := 0

def severity : MessageSeverity → String
  | .error => "error" | .warning => "warning" | .information => "info"

def note (ran : Ran) (log : MessageLog) : IO Ran := do
  let mut ran := ran
  for m in log.toList do
    let said := severity m.severity
    if said == "error" then ran := { ran with errors := ran.errors + 1 }
    if ran.messages.size < (if said == "error" then 120 else 60) then
      let text := toString ((← m.data.toString).take 6000)
      let row := Json.mkObj [("severity", toJson said), ("line", toJson m.pos.line), ("column", toJson m.pos.column), ("text", toJson text)]
      ran := { ran with messages := ran.messages.push row }
  return ran

partial def commands (single : Bool) (ran : Ran) : Frontend.FrontendM Ran := do
  let input := (← read).inputCtx
  let state ← get
  let scope := state.commandState.scopes.head!
  let place := { env := state.commandState.env, options := scope.opts, currNamespace := scope.currNamespace, openDecls := scope.openDecls }
  let (stx, parserState, log) := Parser.parseCommand input place state.parserState {}
  let failed := log.hasErrors
  let ran ← note { ran with syntaxError := ran.syntaxError || failed } log
  if stx.getKind.toString == "Lean.Parser.Command.eoi" then return ran
  if single && ran.commands == 1 then
    let line := (input.fileMap.toPosition (stx.getPos?.getD state.parserState.pos)).line
    return { ran with extra := Json.mkObj [("kind", toJson stx.getKind.toString), ("line", toJson line)] }
  set { state with parserState, commandState := { state.commandState with messages := {} } }
  Frontend.elabCommandAtFrontend stx
  let ran ← note { ran with commands := ran.commands + 1 } (← get).commandState.messages
  if Parser.isTerminalCommand stx || (single && failed) then return ran
  commands single ran

def run (state : Command.State) (source : String) (single : Bool) : IO (Ran × Command.State) := do
  let input := Parser.mkInputContext source "proof"
  let (ran, done) ← ((commands single {}).run { inputCtx := input }).run { commandState := state, parserState := {}, cmdPos := 0 }
  return (ran, { done.commandState with messages := {} })

abbrev Items := List (Name × ConstantInfo)

def fresh (env pristine : Environment) : Items :=
  env.constants.map₂.toList.filter fun (name, _) => !pristine.contains name

def kind : ConstantInfo → String
  | .axiomInfo _ => "axiom" | .defnInfo _ => "def" | .thmInfo _ => "theorem" | .opaqueInfo _ => "opaque"
  | .quotInfo _ => "quot" | .inductInfo _ => "inductive" | .ctorInfo _ => "ctor" | .recInfo _ => "rec"

def value : ConstantInfo → Option Expr
  | .defnInfo v => some v.value | .opaqueInfo v => some v.value | _ => none

def sameType (a b : ConstantInfo) : Bool := a.levelParams == b.levelParams && a.type == b.type

def sameConstant (a b : ConstantInfo) : Bool :=
  kind a == kind b && ["def", "theorem", "opaque"].contains (kind a) && sameType a b && value a == value b

/-- What our statement brought along (a `match` in it becomes a definition) is the same in both. -/
partial def sameHelpers (ours theirs : Items) (todo : List Name) (seen : NameSet) : Bool :=
  match todo with
  | [] => true
  | name :: rest =>
    if seen.contains name then sameHelpers ours theirs rest seen else
    match ours.lookup name, theirs.lookup name with
    | none, _ => sameHelpers ours theirs rest (seen.insert name)
    | some _, none => false
    | some a, some b =>
      let more := a.type.getUsedConstants ++ ((value a).map Expr.getUsedConstants |>.getD #[])
      sameConstant a b && sameHelpers ours theirs (more.toList ++ rest) (seen.insert name)

/-- Lean's kernel, again, from the state that the candidate never touched. -/
def replay (pristine : Environment) (items : Items) : IO Json := do
  try
    let _ ← pristine.replay (.ofList items)
    return Json.null
  catch e => return toJson (toString e)

def within {α : Type} (env : Environment) (act : Command.CommandElabM α) : Command.CommandElabM α := do
  let saved ← getEnv
  setEnv env
  try act finally setEnv saved

def examine (request : Json) (start : Command.State) (ours : Items) (target : ConstantInfo) (env : Environment) :
    Command.CommandElabM (List (String × Json)) := do
  let name := ((request.getObjValAs? String "name").toOption.getD "").toName
  let items := fresh env start.env
  let declared := items.map fun (n, c) => Json.mkObj [("name", toJson n.toString), ("kind", toJson (kind c)), ("unsafe", toJson c.isUnsafe)]
  let mut found : List (String × Json) := [("declared", toJson declared.toArray)]
  if let some theirs := items.lookup name then
    let same := sameType target theirs && sameHelpers ours items target.type.getUsedConstants.toList {}
    let mut axioms : Array Name := #[]
    for (n, _) in items do axioms := axioms ++ (← within env (collectAxioms n))
    found := found ++ [("kind", toJson (kind theirs)), ("same_statement", toJson same),
      ("axioms", toJson (axioms.toList.eraseDups.map Name.toString).toArray), ("replay", ← replay start.env items)]
  return found

def about : List (String × Json) :=
  [("lean_version", toJson Lean.versionString), ("githash", toJson Lean.githash)]

def facts (request : Json) : Command.CommandElabM (List (String × Json)) := do
  let text := fun key => (request.getObjValAs? String key).toOption.getD ""
  if text "op" == "about" then return about
  let single := !((request.getObjValAs? Bool "lemmas").toOption.getD false)
  let options := ({} : Options).setBool `Elab.async false
  let (before, start) ← run (Command.mkState (← getEnv) {} options) (text "prelude") false
  let (reference, after) ← run start (text "statement") true
  let bad := before.errors + reference.errors > 0 || !reference.extra.isNull
  let messages := before.messages ++ reference.messages
  let target := if bad then none else after.env.find? (text "name").toName
  let stated := target.isSome && !(target.any fun c => c.type.hasSorry)
  if text "op" == "elaborate" then
    let type ← match target with
      | some c => within after.env (Command.liftTermElabM (do return toJson (toString (← Meta.ppExpr c.type))))
      | none => pure Json.null
    return [("ok", toJson stated), ("messages", toJson messages), ("extra", reference.extra), ("type", type)]
  let some target := target | return [("statement_ok", toJson false), ("messages", toJson messages), ("extra", reference.extra)]
  if !stated then
    let row := Json.mkObj [("severity", toJson "error"), ("line", toJson (1 : Nat)), ("column", toJson (0 : Nat)),
      ("text", toJson "the statement itself holds `sorry`")]
    return [("statement_ok", toJson false), ("messages", toJson #[row]), ("extra", Json.null)]
  let (ran, done) ← run start (text "source") single
  let seen := if ran.errors == 0 && ran.extra.isNull
    then examine request start (fresh after.env start.env) target done.env else pure []
  return [("statement_ok", toJson true), ("messages", toJson ran.messages), ("errors", toJson ran.errors),
    ("syntax_error", toJson ran.syntaxError), ("extra", ran.extra)] ++ (← seen)

def answer (text : String) : Command.CommandElabM Unit := do
  match Json.parse text with
  | .error e => throwError "no request: {e}"
  | .ok request =>
    let nonce := (request.getObjVal? "nonce").toOption.getD Json.null
    let began ← IO.monoMsNow
    let found ← facts request
    let ms := (← IO.monoMsNow) - began
    logInfo (Json.mkObj [("fanslib", nonce), ("facts", Json.mkObj (found ++ [("ms", toJson ms)]))]).compress

end FanslibJudge

elab "#fanslib_judge " text:str : command => FanslibJudge.answer text.getString
set_option maxHeartbeats 0
