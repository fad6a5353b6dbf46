/- Numbers. ℕ, ℤ and ℚ are core types. ℝ is a type of which nothing is known but what `RealNumbers` says, and each of
   its fields is a theorem of Mathlib about the real numbers. -/
universe u v
notation "ℕ" => Nat
notation "ℤ" => Int
notation "ℚ" => Rat

attribute [instance 10] Lean.Grind.Semiring.natCast Lean.Grind.Ring.intCast

/-- Type casts, in Mathlib's arrangement. -/
class RatCast (R : Type u) where
  ratCast : Rat → R
@[coe] abbrev Rat.cast {R : Type u} [RatCast R] (q : Rat) : R := RatCast.ratCast q
instance {R : Type u} [RatCast R] : CoeTail Rat R := ⟨Rat.cast⟩
instance {R : Type u} [RatCast R] : CoeHTCT Rat R := ⟨Rat.cast⟩

/-- The real numbers, as a structure that any type may carry. -/
class RealNumbers (R : Type) extends Lean.Grind.Field R, LE R, LT R, Std.IsLinearOrder R, Std.LawfulOrderLT R,
    Lean.Grind.OrderedRing R where
  /-- Every set that is not empty and has an upper bound has a least one. -/
  exists_lub : ∀ s : R → Prop, (∃ x, s x) → (∃ b, ∀ x, s x → x ≤ b) →
    ∃ u, (∀ x, s x → x ≤ u) ∧ ∀ b, (∀ x, s x → x ≤ b) → u ≤ b
  /-- `Int.floor_le`, `Int.lt_floor_add_one`. -/
  exists_floor : ∀ x : R, ∃ n : Int, (n : R) ≤ x ∧ x < (n : R) + 1
  /-- `Real.sqrt_nonneg`, `Real.mul_self_sqrt`. -/
  exists_sqrt : ∀ x : R, 0 ≤ x → ∃ y : R, 0 ≤ y ∧ y * y = x
  exp : R → R
  exp_zero : exp 0 = 1
  exp_add : ∀ x y, exp (x + y) = exp x * exp y
  exp_pos : ∀ x, 0 < exp x
  exp_lt_exp : ∀ x y, exp x < exp y ↔ x < y
  add_one_le_exp : ∀ x, x + 1 ≤ exp x
  /-- `Real.exp_log`. -/
  exists_log : ∀ x, 0 < x → ∃ y, exp y = x
  sin : R → R
  cos : R → R
  pi : R
  sin_zero : sin 0 = 0
  cos_zero : cos 0 = 1
  sin_neg : ∀ x, sin (-x) = -sin x
  cos_neg : ∀ x, cos (-x) = cos x
  sin_add : ∀ x y, sin (x + y) = sin x * cos y + cos x * sin y
  cos_add : ∀ x y, cos (x + y) = cos x * cos y - sin x * sin y
  sin_sq_add_cos_sq : ∀ x, sin x ^ 2 + cos x ^ 2 = 1
  sin_pi_div_two : sin (pi / 2) = 1
  cos_pi_div_two : cos (pi / 2) = 0
  /-- `Real.pi_gt_d6`, `Real.pi_lt_d6`. -/
  pi_gt : 3141592 / 1000000 < pi
  pi_lt : pi < 3141593 / 1000000
  /-- `Real.sin_pos_of_pos_of_lt_pi`, `Real.sin_lt`, `Real.cos_lt_cos_of_nonneg_of_le_pi`. -/
  sin_pos : ∀ x, 0 < x → x < pi → 0 < sin x
  sin_lt : ∀ x, 0 < x → sin x < x
  cos_lt_cos : ∀ x y, 0 ≤ x → y ≤ pi → x < y → cos y < cos x

/-- The type ℝ: opaque, so that a theorem about it is a theorem about every type with real numbers. -/
opaque Real : Type
notation "ℝ" => Real

section
variable [RealNumbers Real]
instance : NatCast Real := Lean.Grind.Semiring.natCast
instance : IntCast Real := Lean.Grind.Ring.intCast
noncomputable instance : RatCast Real := ⟨fun q => (q.num : Real) / (q.den : Real)⟩
noncomputable instance : OfScientific Real := ⟨fun m s e => if s then (m : Real) / (10 : Real) ^ e else (m : Real) * (10 : Real) ^ e⟩
noncomputable instance (priority := low) : DecidableEq Real := fun _ _ => Classical.propDecidable _
noncomputable instance (priority := low) (a b : Real) : Decidable (a ≤ b) := Classical.propDecidable _
noncomputable instance (priority := low) (a b : Real) : Decidable (a < b) := Classical.propDecidable _
noncomputable instance : Max Real := ⟨fun a b => if a ≤ b then b else a⟩
noncomputable instance : Min Real := ⟨fun a b => if a ≤ b then a else b⟩
end
