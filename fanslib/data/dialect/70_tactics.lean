/- Mathlib's tactics, made of the tactics of core. A macro cannot see the goal, so each tries ways in turn. -/

/- Products of comparisons, for `nlinarith`: patterns are the comparisons themselves. -/
section
variable {α : Type} [Lean.Grind.CommRing α] [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [Lean.Grind.OrderedRing α]
  {a b c d : α}
/-- While it is known, `grind` multiplies. -/
def Multiply : Prop := True
theorem multiply : Multiply := trivial
theorem nl_le_le (_ : Multiply) (h : a ≤ b) (k : c ≤ d) : 0 ≤ (b - a) * (d - c) := mul_nonneg (sub_nonneg.mpr h) (sub_nonneg.mpr k)
theorem nl_lt_lt (_ : Multiply) (h : a < b) (k : c < d) : 0 < (b - a) * (d - c) := mul_pos (sub_pos.mpr h) (sub_pos.mpr k)
theorem nl_lt_le (m : Multiply) (h : a < b) (k : c ≤ d) : 0 ≤ (b - a) * (d - c) := nl_le_le m (le_of_lt h) k
theorem nl_sq (_ : Multiply) (a : α) : 0 ≤ a ^ 2 := sq_nonneg a
theorem nl_mul_self (_ : Multiply) (a : α) : 0 ≤ a * a := mul_self_nonneg a
grind_pattern nl_le_le => Multiply, a ≤ b, c ≤ d
grind_pattern nl_lt_lt => Multiply, a < b, c < d
grind_pattern nl_lt_le => Multiply, a < b, c ≤ d
grind_pattern nl_sq => Multiply, a ^ 2
grind_pattern nl_mul_self => Multiply, a * a
end
theorem nl_nat_le_le {a b c d : ℕ} (_ : Multiply) (h : a ≤ b) (k : c ≤ d) : a * d + b * c ≤ a * c + b * d := by
  obtain ⟨x, rfl⟩ := Nat.exists_eq_add_of_le h
  obtain ⟨y, rfl⟩ := Nat.exists_eq_add_of_le k
  grind
theorem nl_nat_lt_lt {a b c d : ℕ} (_ : Multiply) (h : a < b) (k : c < d) : a * d + b * c < a * c + b * d := by
  obtain ⟨x, rfl⟩ := Nat.exists_eq_add_of_lt h
  obtain ⟨y, rfl⟩ := Nat.exists_eq_add_of_lt k
  grind
grind_pattern nl_nat_le_le => Multiply, a ≤ b, c ≤ d
grind_pattern nl_nat_lt_lt => Multiply, a < b, c < d

section
open Lean Parser.Tactic

/-- `have := t` for each of the terms, and then a tactic. -/
def withFactList (tac : TSyntax `tactic) : List Syntax → MacroM (TSyntax `tactic)
  | [] => pure tac
  | t :: ts => do
    let r ← withFactList tac ts
    let t : TSyntax `term := ⟨t⟩
    `(tactic| (have := $t; $r))
def withFacts (facts : Array Syntax) (tac : TSyntax `tactic) : MacroM (TSyntax `tactic) := withFactList tac facts.toList

def factsOf : List Syntax → List Syntax
  | [] => []
  | s :: ss => if s.isOfKind ``simpLemma && s[0].isNone && s[1].isNone then s[2] :: factsOf ss else factsOf ss
/-- Of a list of simp arguments those that are terms. -/
def listedFacts (stx : Syntax) : Array Syntax := (factsOf stx[1].getSepArgs.toList).toArray

def commas : List Syntax → List Syntax
  | [] => []
  | [a] => [a]
  | a :: as => a :: mkAtom "," :: commas as
/-- A call of `simp` with the arguments and the place given as syntax. -/
def mkSimp (args loc : Syntax) : TSyntax `tactic :=
  let items := commas args[1].getSepArgs.toList
  let list := match items with
    | [] => mkNullNode
    | _ :: _ => mkNullNode #[mkAtom "[", mkNullNode items.toArray, mkAtom "]"]
  ⟨Syntax.node .none ``Lean.Parser.Tactic.simp #[mkAtom "simp", Syntax.node .none ``optConfig #[mkNullNode], mkNullNode,
    mkNullNode, list, loc]⟩

syntax simpArgList := " [" withoutPosition((simpStar <|> simpErase <|> simpLemma),*,?) "]"

/- Nothing to prove is no error: what follows a tactic that did more than Mathlib's must not fail. -/
macro_rules | `(tactic| omega) => `(tactic| done)
macro_rules | `(tactic| assumption) => `(tactic| done)
macro_rules | `(tactic| rfl) => `(tactic| done)
macro_rules | `(tactic| contradiction) => `(tactic| done)
macro_rules | `(tactic| decide) => `(tactic| done)
macro_rules | `(tactic| trivial) => `(tactic| done)
macro_rules | `(tactic| exact $_) => `(tactic| done)
macro_rules | `(tactic| apply $_) => `(tactic| done)
macro_rules | `(tactic| simp) => `(tactic| done)
macro_rules | `(tactic| simp_all) => `(tactic| done)
macro_rules | `(tactic| repeat $s:tacticSeq) => `(tactic| first | done | (($s:tacticSeq); repeat $s:tacticSeq) | skip)

@[macro Lean.Parser.Tactic.simp] def simpDone : Macro := fun _ => `(tactic| done)
@[macro Lean.Parser.Tactic.rwSeq] def rwDone : Macro := fun _ => `(tactic| done)

/- linarith -/
macro "linarith_core" : tactic => `(tactic| first
  | done
  | omega
  | grind (splits := 3) (ematch := 2) (gen := 2) [Nat.cast_nonneg]
  | (refine Nat.cast_inj (α := ℝ) |>.mp ?_; push_cast; grind (splits := 3) (ematch := 2) (gen := 2))
  | (refine Nat.cast_le (α := ℝ) |>.mp ?_; push_cast; grind (splits := 3) (ematch := 2) (gen := 2))
  | (refine Nat.cast_lt (α := ℝ) |>.mp ?_; push_cast; grind (splits := 3) (ematch := 2) (gen := 2))
  | (refine Int.cast_inj (α := ℝ) |>.mp ?_; push_cast; grind (splits := 3) (ematch := 2) (gen := 2))
  | (refine Int.cast_le (α := ℝ) |>.mp ?_; push_cast; grind (splits := 3) (ematch := 2) (gen := 2))
  | (refine Int.cast_lt (α := ℝ) |>.mp ?_; push_cast; grind (splits := 3) (ematch := 2) (gen := 2)))
syntax (name := linarith') "linarith" "!"? (config)? (&" only")? " [" term,*,? "]" : tactic
syntax (name := linarith0) "linarith" : tactic
@[macro linarith'] def expandLinarith : Macro := fun stx => do
  let t ← withFacts stx[5].getSepArgs (← `(tactic| linarith_core))
  `(tactic| first | done | $t:tactic)
@[macro linarith0] def expandLinarith0 : Macro := fun _ => `(tactic| linarith_core)

/- nlinarith -/
macro "nlinarith_core" : tactic => `(tactic| (have := multiply; grind (splits := 3) (gen := 1) (ematch := 2)))
macro "nlinarith_goal" : tactic => `(tactic| first
  | done
  | linarith_core
  | ((first | refine le_of_not_gt fun _ => ?_ | refine lt_of_not_ge fun _ => ?_ | skip); (try simp only [not_le, not_lt] at *); nlinarith_core)
  | (apply le_antisymm <;> (refine le_of_not_gt fun _ => ?_) <;> nlinarith_core))
syntax (name := nlinarith') "nlinarith" "!"? (config)? (&" only")? " [" term,*,? "]" : tactic
syntax (name := nlinarith0) "nlinarith" : tactic
@[macro nlinarith'] def expandNlinarith : Macro := fun stx => do
  let t ← withFacts stx[5].getSepArgs (← `(tactic| nlinarith_goal))
  `(tactic| first | done | $t:tactic)
@[macro nlinarith0] def expandNlinarith0 : Macro := fun _ => `(tactic| nlinarith_goal)
macro "polyrith" : tactic => `(tactic| nlinarith_goal)

/- positivity -/
theorem ofNat_pos' {α : Type} [Lean.Grind.CommSemiring α] [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [Lean.Grind.OrderedRing α]
    {n : ℕ} : (0 : α) < OfNat.ofNat (n + 1) := by
  have := Nat.cast_strictMono' (α := α) (show 0 < n + 1 by omega)
  rw [Nat.cast_zero] at this
  exact lt_of_lt_of_le this (le_of_eq (Lean.Grind.Semiring.ofNat_eq_natCast (n + 1)).symm)
syntax "positivity_core" : tactic
macro_rules | `(tactic| positivity_core) => `(tactic| first
  | assumption
  | exact zero_lt_one | exact zero_le_one | exact ofNat_pos' | exact le_of_lt ofNat_pos' | exact le_refl 0
  | (with_reducible apply mul_pos <;> positivity_core)
  | (with_reducible apply div_pos <;> positivity_core)
  | (with_reducible apply pow_pos; positivity_core)
  | (with_reducible apply add_pos <;> positivity_core)
  | (with_reducible apply add_pos_of_pos_of_nonneg <;> positivity_core)
  | (with_reducible apply add_pos_of_nonneg_of_pos <;> positivity_core)
  | (with_reducible apply inv_pos_of_pos; positivity_core)
  | with_reducible apply sq_nonneg | with_reducible apply mul_self_nonneg | with_reducible apply even_two_mul_pow_nonneg
  | (with_reducible apply sq_pos_of_ne_zero; assumption)
  | (with_reducible apply mul_nonneg <;> positivity_core)
  | (with_reducible apply div_nonneg <;> positivity_core)
  | (with_reducible apply pow_nonneg; positivity_core)
  | (with_reducible apply add_nonneg <;> positivity_core)
  | (with_reducible apply inv_nonneg_of_nonneg; positivity_core)
  | with_reducible apply Nat.cast_nonneg
  | (with_reducible apply Nat.cast_pos'; first | assumption | omega)
  | with_reducible apply Real.sqrt_nonneg | with_reducible apply Real.exp_pos | with_reducible apply Real.pi_pos
  | (with_reducible apply Real.rpow_pos_of_pos; positivity_core)
  | (with_reducible apply mul_ne_zero <;> positivity_core)
  | (with_reducible apply pow_ne_zero; positivity_core)
  | (with_reducible apply div_ne_zero <;> positivity_core)
  | (with_reducible apply le_of_lt; positivity_core)
  | (with_reducible apply ne_of_gt'; positivity_core)
  | (with_reducible apply ne_of_gt; positivity_core)
  | omega)
macro "positivity" : tactic => `(tactic| first | done | positivity_core | linarith_core)

/- ring -/
macro "ring_core" : tactic => `(tactic| first
  | done
  | rfl
  | grind -linarith -lia (splits := 0) (ematch := 0)
  | grind (splits := 1) (ematch := 1)
  | (simp only [pow_succ, pow_add, pow_mul, mul_pow, pow_zero, one_mul, div_eq_mul_inv, mul_inv, inv_pow] <;> grind (splits := 1) (ematch := 1)))
macro "ring1" : tactic => `(tactic| ring_core)
syntax (name := ring_nf) "ring_nf" (location)? : tactic
@[macro ring_nf] def expandRingNf : Macro := fun stx =>
  if stx[1].isNone then `(tactic| first | ring_core | skip) else `(tactic| skip)
macro "ring" : tactic => `(tactic| first | ring_core | skip)
macro "ring!" : tactic => `(tactic| ring_core)
macro "ring1_nf" : tactic => `(tactic| first | ring_core | skip)
macro "group" : tactic => `(tactic| ring_core)
macro "abel" : tactic => `(tactic| ring_core)
macro "noncomm_ring" : tactic => `(tactic| ring_core)
macro "linear_combination" e:term : tactic => `(tactic| (have := $e; first | grind | linarith_core))

/- norm_num -/
macro "norm_num_close" : tactic => `(tactic| first
  | done
  | with_reducible rfl
  | decide +kernel
  | grind -splitIte (splits := 1) (ematch := 1) (gen := 1))
syntax (name := normNum) "norm_num" optConfig (&" only")? (simpArgList)? (location)? : tactic
syntax (name := normNum1) "norm_num1" (location)? : tactic
def isAtHyps (loc : Syntax) : Bool := !loc.isNone
@[macro normNum] def expandNormNum : Macro := fun stx => do
  let args := stx[3][0]
  let loc := stx[4]
  let s := mkSimp args loc
  let s0 := mkSimp mkNullNode loc
  if loc.isNone then
    `(tactic| first
      | done
      | ($s:tactic; done)
      | (try first | $s:tactic | $s0:tactic
         all_goals try norm_num_close))
  else
    `(tactic| first | done | $s:tactic | $s0:tactic | skip)
@[macro normNum1] def expandNormNum1 : Macro := fun stx => do
  let s0 := mkSimp mkNullNode stx[1]
  `(tactic| first | done | $s0:tactic | norm_num_close | skip)

/- field_simp: what is listed becomes facts that the tactics after it see. -/
syntax (name := fieldSimp) "field_simp" optConfig (simpArgList)? (location)? : tactic
@[macro fieldSimp] def expandFieldSimp : Macro := fun stx => do
  let loc : TSyntax ``location := ⟨stx[3][0]⟩
  let t ← if stx[3].isNone then
    let s := mkSimp stx[2][0] mkNullNode
    withFacts (listedFacts stx[2][0]) (← `(tactic| (
      first
      | done
      | simp (disch := first | assumption | positivity_core) only [div_add_div, div_sub_div, div_eq_iff, eq_div_iff,
          div_eq_div_iff, div_le_iff, le_div_iff, div_lt_iff, lt_div_iff, div_add', add_div', div_sub', sub_div', ne_eq, not_false_eq_true,
          div_div, div_div_eq_mul_div, div_mul_eq_mul_div, mul_div_assoc', neg_div', div_pow, div_self, mul_one, one_mul]
      | skip
      try first | ($s:tactic; done) | ring_core)))
  else
    withFacts (listedFacts stx[2][0]) (← `(tactic| (first
      | done
      | simp (disch := first | assumption | positivity_core) only [div_add_div, div_sub_div, div_eq_iff, eq_div_iff,
          div_eq_div_iff, div_le_iff, le_div_iff, div_lt_iff, lt_div_iff, div_add', add_div', div_sub', sub_div', ne_eq, not_false_eq_true,
          div_div, div_div_eq_mul_div, div_mul_eq_mul_div, mul_div_assoc', neg_div', div_pow, div_self, mul_one, one_mul] $loc:location
      | skip)))
  `(tactic| first | done | $t:tactic)

/- Negations. -/
syntax (name := pushNeg) "push_neg" (location)? : tactic
def pushNegAt (loc : Syntax) : MacroM (TSyntax `tactic) := do
  if loc.isNone then
    `(tactic| try simp only [Classical.not_not, not_and, not_or, Classical.not_forall, not_exists, Classical.not_imp, not_lt, not_le, Nat.not_lt, Nat.not_le,
        Int.not_lt, Int.not_le, ne_eq, exists_prop, gt_iff_lt, ge_iff_le, not_true_eq_false, not_false_eq_true, Classical.not_iff])
  else
    let loc : TSyntax ``location := ⟨loc[0]⟩
    `(tactic| try simp only [Classical.not_not, not_and, not_or, Classical.not_forall, not_exists, Classical.not_imp, not_lt, not_le, Nat.not_lt, Nat.not_le,
        Int.not_lt, Int.not_le, ne_eq, exists_prop, gt_iff_lt, ge_iff_le, not_true_eq_false, not_false_eq_true, Classical.not_iff] $loc:location)
@[macro pushNeg] def expandPushNeg : Macro := fun stx => pushNegAt stx[1]
theorem not_intro' {a : Prop} (h : a → False) : ¬a := h
macro "by_contra" : tactic => `(tactic| first | refine not_intro' fun _ => ?_ | refine Classical.byContradiction fun _ => ?_)
macro "by_contra" h:ident : tactic => `(tactic| first | refine not_intro' fun $h => ?_ | refine Classical.byContradiction fun $h => ?_)
macro "by_contra" "_" : tactic => `(tactic| by_contra)
macro "by_contra'" h:ident : tactic => `(tactic| ((first | refine not_intro' fun $h => ?_ | refine Classical.byContradiction fun $h => ?_); push_neg at $h:ident))
macro "by_contra!" h:ident : tactic => `(tactic| ((first | refine not_intro' fun $h => ?_ | refine Classical.byContradiction fun $h => ?_); push_neg at $h:ident))
macro "by_contra!" : tactic => `(tactic| ((first | refine not_intro' fun this => ?_ | refine Classical.byContradiction fun this => ?_); push_neg at *))
theorem mt' {a b : Prop} (h : ¬b → ¬a) : a → b := fun x => Classical.byContradiction fun n => h n x
macro "contrapose" : tactic => `(tactic| refine mt' ?_)
macro "contrapose" h:ident : tactic => `(tactic| (revert $h:ident; refine mt' ?_; intro $h:ident))
macro "contrapose!" : tactic => `(tactic| (refine mt' ?_; push_neg))
macro "contrapose!" h:ident : tactic => `(tactic| (revert $h:ident; refine mt' ?_; intro $h:ident; push_neg at *))

/- Witnesses. -/
syntax "use_discharger" : tactic
macro_rules | `(tactic| use_discharger) => `(tactic| first
  | with_reducible rfl | assumption | exact True.intro | (apply And.intro <;> use_discharger) | (intros; first | with_reducible rfl | assumption))
syntax (name := useTac) "use" term,+ : tactic
syntax (name := useTac!) "use!" term,+ : tactic
syntax (name := existsiTac) "existsi" term,+ : tactic
def expandUseList : List Syntax → MacroM (TSyntax `tactic)
  | [] => `(tactic| try use_discharger)
  | t :: ts => do
    let r ← expandUseList ts
    let t : TSyntax `term := ⟨t⟩
    `(tactic| ((first | refine ⟨$t, ?_⟩ | exact $t | refine ⟨_, $t, ?_⟩); $r))
def expandUses (ts : Array Syntax) : MacroM (TSyntax `tactic) := expandUseList ts.toList
@[macro useTac] def expandUse : Macro := fun stx => do
  let t ← expandUses stx[1].getSepArgs
  `(tactic| first | done | $t:tactic)
@[macro useTac!] def expandUse! : Macro := fun stx => expandUses stx[1].getSepArgs
@[macro existsiTac] def expandExistsi : Macro := fun stx => expandUses stx[1].getSepArgs

/- Cases. -/
syntax (name := casesTac') "cases'" term " with" (colGt binderIdent)* : tactic
def identOf (s : Syntax) : TSyntax `ident := if s[0].isIdent then ⟨s[0]⟩ else mkIdent `_x
@[macro casesTac'] def expandCases' : Macro := fun stx => do
  let e : TSyntax `term := ⟨stx[1]⟩
  let n := stx[3].getNumArgs
  let a := identOf stx[3][0]
  let b := identOf stx[3][1]
  let c := identOf stx[3][2]
  if n == 1 then
    `(tactic| first
      | cases $e:term with | zero => ?_ | succ $a => ?_
      | rcases $e:term with ⟨$a:ident⟩)
  else if n == 2 then
    `(tactic| first
      | cases $e:term with | inl $a => ?_ | inr $b => ?_
      | cases $e:term with | intro $a $b => ?_
      | rcases $e:term with ⟨$a:ident, $b:ident⟩)
  else
    `(tactic| rcases $e:term with ⟨$a:ident, $b:ident, $c:ident⟩)
syntax (name := inductionTac') "induction'" ident " with" (colGt binderIdent)* : tactic
@[macro inductionTac'] def expandInduction' : Macro := fun stx => do
  let e : TSyntax `ident := ⟨stx[1]⟩
  let n := stx[3].getNumArgs
  let a := identOf stx[3][0]
  let b := identOf stx[3][1]
  if n == 1 then `(tactic| induction $e:ident with | zero => ?_ | succ $a _ => ?_)
  else `(tactic| induction $e:ident with | zero => ?_ | succ $a $b => ?_)

/- interval_cases: the bounds that `omega` finds, and a case for each number between. -/
theorem ic_nat {x a b : ℕ} (h : a ≤ x) (e : a + 1 = b) : x = a ∨ b ≤ x := by omega
theorem ic_int {x a b : ℤ} (h : a ≤ x) (e : a + 1 = b) : x = a ∨ b ≤ x := by omega
theorem ic_int_le {x a : ℤ} (h : a ≤ x) : a ≤ x := h
theorem ic_nat_le {x a : ℕ} (h : a ≤ x) : a ≤ x := h
def icLit (int : Bool) (m : Nat) : MacroM (TSyntax `term) :=
  if int then
    if m < 2048 then `(-$(Syntax.mkNumLit (toString (2048 - m)))) else pure (Syntax.mkNumLit (toString (m - 2048)))
  else pure (Syntax.mkNumLit (toString m))
theorem ic_cut_nat (x a : ℕ) {b : ℕ} (e : a + 1 = b) : x ≤ a ∨ b ≤ x := by omega
theorem ic_cut_int (x a : ℤ) {b : ℤ} (e : a + 1 = b) : x ≤ a ∨ b ≤ x := by omega
/- name of equation, term, fact `lo ≤ term`, fact `term ≤ hi`, 1 for ℤ, lo, hi - lo -/
syntax (name := icSplit) "ic_split" ident term:max ident ident num num num : tactic
syntax (name := icHi) "ic_hi" ident term:max ident num num num num : tactic
syntax (name := icLo) "ic_lo" ident term:max ident num num num : tactic
@[macro icSplit] def expandIcSplit : Macro := fun stx => do
  let k : TSyntax `ident := ⟨stx[1]⟩
  let x : TSyntax `term := ⟨stx[2]⟩
  let h : TSyntax `ident := ⟨stx[3]⟩
  let g : TSyntax `ident := ⟨stx[4]⟩
  let f : TSyntax `num := ⟨stx[5]⟩
  let int := f.getNat == 1
  let m := (⟨stx[6]⟩ : TSyntax `num).getNat
  let n := (⟨stx[7]⟩ : TSyntax `num).getNat
  let lo ← icLit int m
  if n == 0 then
    `(tactic| (have $k : $x = $lo := by first | exact Nat.le_antisymm $g $h | exact Int.le_antisymm $g $h | omega
               clear $h $g
               first | subst $k | simp only [$k:ident] at * | skip))
  else
    let d := n / 2
    let a ← icLit int (m + d)
    let b ← icLit int (m + d + 1)
    let step ← if int then `(ic_cut_int $x $a (b := $b) rfl) else `(ic_cut_nat $x $a (b := $b) rfl)
    `(tactic| (rcases $step:term with $k:ident | $k:ident <;> first
        | ((have _i : $x ≤ $a := $k); clear $k $g; ic_split $k $x $h _i $f $(Syntax.mkNumLit (toString m)) $(Syntax.mkNumLit (toString d)))
        | ((have _i : $b ≤ $x := $k); clear $k $h; ic_split $k $x _i $g $f $(Syntax.mkNumLit (toString (m + d + 1))) $(Syntax.mkNumLit (toString (n - d - 1))))))
@[macro icHi] def expandIcHi : Macro := fun stx => do
  let k : TSyntax `ident := ⟨stx[1]⟩
  let x : TSyntax `term := ⟨stx[2]⟩
  let h : TSyntax `ident := ⟨stx[3]⟩
  let f : TSyntax `num := ⟨stx[4]⟩
  let lo : TSyntax `num := ⟨stx[5]⟩
  let n := (⟨stx[6]⟩ : TSyntax `num).getNat  -- known: x ≤ lo + n
  let d := (⟨stx[7]⟩ : TSyntax `num).getNat
  if d == 0 then
    let hi ← icLit (f.getNat == 1) (lo.getNat + n)
    `(tactic| (have _g : $x ≤ $hi := by omega
               ic_split $k $x $h _g $f $lo $(Syntax.mkNumLit (toString n))))
  else
  let e := Syntax.mkNumLit (toString (d / 2))
  if d > n then `(tactic| ic_hi $k $x $h $f $lo $(Syntax.mkNumLit (toString n)) $e) else
  let hi ← icLit (f.getNat == 1) (lo.getNat + n - d)
  `(tactic| first
    | (have _b : $x ≤ $hi := by omega
       clear _b
       ic_hi $k $x $h $f $lo $(Syntax.mkNumLit (toString (n - d))) $e)
    | ic_hi $k $x $h $f $lo $(Syntax.mkNumLit (toString n)) $e)
@[macro icLo] def expandIcLo : Macro := fun stx => do
  let k : TSyntax `ident := ⟨stx[1]⟩
  let x : TSyntax `term := ⟨stx[2]⟩
  let h : TSyntax `ident := ⟨stx[3]⟩
  let f : TSyntax `num := ⟨stx[4]⟩
  let m := (⟨stx[5]⟩ : TSyntax `num).getNat
  let d := (⟨stx[6]⟩ : TSyntax `num).getNat
  if d == 0 then
    let up (j : Nat) : MacroM (TSyntax `term) := icLit (f.getNat == 1) (m + j)
    let go (j : Nat) : MacroM (TSyntax `tactic) := `(tactic|
      ic_hi $k $x $h $f $(Syntax.mkNumLit (toString m)) $(Syntax.mkNumLit (toString j)) $(Syntax.mkNumLit (toString ((j + 1) / 2))))
    `(tactic| first
      | (exfalso; omega)
      | ((have _b : $x ≤ $(← up 15) := by omega); clear _b; $(← go 15):tactic)
      | ((have _b : $x ≤ $(← up 127) := by omega); clear _b; $(← go 127):tactic)
      | ((have _b : $x ≤ $(← up 1023) := by omega); clear _b; $(← go 1023):tactic))
  else
    let e := Syntax.mkNumLit (toString (d / 2))
    let lo ← icLit (f.getNat == 1) (m + d)
    `(tactic| first
      | (have _b : $lo ≤ $x := by omega
         clear $h
         ic_lo $k $x _b $f $(Syntax.mkNumLit (toString (m + d))) $e)
      | ic_lo $k $x $h $f $(Syntax.mkNumLit (toString m)) $e)
syntax (name := intervalCases) "interval_cases" (atomic(ident " : "))? term : tactic
@[macro intervalCases] def expandIntervalCases : Macro := fun stx => do
  let x : TSyntax `term := ⟨stx[2]⟩
  let k : TSyntax `ident := if stx[1].isNone then mkIdent `_this else ⟨stx[1][0]⟩
  `(tactic| first
    | done
    | (have _b : 0 ≤ $x := by first | exact Nat.zero_le _ | (show _; omega)
       first
       | ((have _c := ic_nat_le _b); clear _c; ic_lo $k ($x) _b 0 0 512)
       | ((have _c := ic_int_le _b); clear _c; ic_lo $k ($x) _b 1 2048 512))
    | (have _b : -2048 ≤ $x := by omega
       ic_lo $k ($x) _b 1 0 1024))

/- The rest. -/
macro "tauto" : tactic => `(tactic| first | done | assumption | grind | (simp_all; done) | omega)
syntax (name := aesopTac) "aesop" : tactic
@[macro aesopTac] def expandAesop : Macro := fun _ => `(tactic| first | done | (simp_all; done) | grind | (constructor <;> simp_all; done) | simp_all)
macro "bound" : tactic => `(tactic| first | positivity | linarith_core | nlinarith_goal)
macro "simp_arith" : tactic => `(tactic| simp +arith)
macro "decide!" : tactic => `(tactic| decide +kernel)
macro "assumption'" : tactic => `(tactic| any_goals assumption)
macro "swap" : tactic => `(tactic| rotate_left)
macro "pick_goal" n:num : tactic => `(tactic| rotate_left $(Syntax.mkNumLit (toString (n.getNat - 1))))
syntax (name := exactsTac) "exacts" " [" term,*,? "]" : tactic
def expandExactList : List Syntax → MacroM (TSyntax `tactic)
  | [] => `(tactic| skip)
  | t :: ts => do
    let r ← expandExactList ts
    let t : TSyntax `term := ⟨t⟩
    `(tactic| (exact $t; $r))
@[macro exactsTac] def expandExacts : Macro := fun stx => do
  let r ← expandExactList stx[2].getSepArgs.toList
  return r.raw
syntax (name := refineTac') "refine' " term : tactic
mutual
partial def holes : Syntax → Syntax
  | stx@(.node info kind args) =>
    if kind == `Lean.Parser.Term.hole then Syntax.node .none `Lean.Parser.Term.syntheticHole #[mkAtom "?", mkAtom "_"]
    else .node info kind (holesList args.toList).toArray
  | stx => stx
partial def holesList : List Syntax → List Syntax
  | [] => []
  | s :: ss => holes s :: holesList ss
end
@[macro refineTac'] def expandRefine' : Macro := fun stx => do
  let t : TSyntax `term := ⟨holes stx[1]⟩
  let u : TSyntax `term := ⟨stx[1]⟩
  `(tactic| first | refine $u | refine $t)
macro "convert " e:term : tactic => `(tactic| first | exact $e | (refine cast ?_ $e; congr 1) | (refine Eq.mp ?_ $e; congr))
macro "convert " e:term " using " n:num : tactic => `(tactic| first | exact $e | (refine cast ?_ $e; congr $n))
macro "set" x:ident " := " e:term : tactic => `(tactic| generalize _h : $e = $x at *)
macro "set" x:ident " := " e:term " with " h:ident : tactic => `(tactic| (generalize $h : $e = $x at *; replace $h := Eq.symm $h))
macro "apply_fun" f:term " at " h:ident : tactic => `(tactic| (replace $h := congrArg $f $h; try dsimp only at $h:ident))
macro "lift" x:ident " to " "ℕ" " using " h:term : tactic => `(tactic| (obtain ⟨$x:ident, rfl⟩ := Int.eq_ofNat_of_zero_le $h))
macro "lift" x:ident " to " "ℕ" " using " h:term " with " y:ident : tactic => `(tactic| (obtain ⟨$y:ident, rfl⟩ := Int.eq_ofNat_of_zero_le $h))
macro "gcongr" : tactic => `(tactic| first | done | assumption | positivity_core | linarith_core | nlinarith_goal)
macro "rel" " [" term,* "]" : tactic => `(tactic| first | assumption | linarith_core | nlinarith_goal)
macro "split_ifs" : tactic => `(tactic| repeat' split)
macro "congr!" : tactic => `(tactic| congr)
macro "clear_value" ident+ : tactic => `(tactic| skip)
macro "unfold_let" : tactic => `(tactic| skip)
macro "generalize_proofs" : tactic => `(tactic| skip)
macro "omega_nat" : tactic => `(tactic| omega)
macro "trans" e:term : tactic => `(tactic| first | refine Eq.trans (b := $e) ?_ ?_ | refine le_trans (b := $e) ?_ ?_ | refine lt_trans (b := $e) ?_ ?_)
syntax (name := zifyTac) "zify" (simpArgList)? (location)? : tactic
@[macro zifyTac] def expandZify : Macro := fun stx => do
  let facts ← withFacts #[] (← `(tactic| skip))
  let s := mkSimp stx[1][0] stx[2]
  if stx[2].isNone then
    `(tactic| (try simp only [← Int.ofNat_inj, ← Int.ofNat_le, ← Int.ofNat_lt, ne_eq, ← Int.natCast_dvd_natCast]
               try push_cast
               try $s:tactic))
  else
    let loc : TSyntax ``location := ⟨stx[2][0]⟩
    `(tactic| (try simp only [← Int.ofNat_inj, ← Int.ofNat_le, ← Int.ofNat_lt, ne_eq, ← Int.natCast_dvd_natCast] $loc:location
               try push_cast $loc:location))
syntax (name := nthRewrite) "nth_rewrite" num rwRuleSeq (location)? : tactic
syntax (name := nthRw) "nth_rw" num rwRuleSeq (location)? : tactic
def expandNth (stx : Syntax) : MacroM (TSyntax `tactic) := do
  let n : TSyntax `num := ⟨stx[1]⟩
  let r : TSyntax ``rwRuleSeq := ⟨stx[2]⟩
  if stx[3].isNone then `(tactic| rw (occs := .pos [$n]) $r:rwRuleSeq)
  else
    let loc : TSyntax ``location := ⟨stx[3][0]⟩
    `(tactic| rw (occs := .pos [$n]) $r:rwRuleSeq $loc:location)
@[macro nthRewrite] def expandNthRewrite : Macro := fun stx => expandNth stx
@[macro nthRw] def expandNthRw : Macro := fun stx => expandNth stx
end
