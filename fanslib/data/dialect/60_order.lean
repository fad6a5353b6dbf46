/- Mathlib's names for what holds in every semiring, ring, field and ordered ring. -/
namespace BigOperators end BigOperators
namespace Topology end Topology
namespace Rat end Rat
namespace Polynomial end Polynomial
namespace Finset end Finset
namespace Set end Set
namespace Complex end Complex
namespace NNReal end NNReal
namespace Filter end Filter

class NoZeroDivisors (α : Type) [Lean.Grind.Semiring α] : Prop where
  eq_zero_or_eq_zero_of_mul_eq_zero : ∀ {a b : α}, a * b = 0 → a = 0 ∨ b = 0
instance : NoZeroDivisors Nat := ⟨fun h => Nat.mul_eq_zero.mp h⟩
instance : NoZeroDivisors Int := ⟨fun h => Int.mul_eq_zero.mp h⟩
instance (priority := low) {α : Type} [Lean.Grind.Field α] : NoZeroDivisors α := ⟨fun {a b} h => by
  by_cases k : a = 0
  · exact Or.inl k
  · right; grind⟩

/- Logic. -/
section

theorem not_forall {α : Sort u} {p : α → Prop} : (¬∀ x, p x) ↔ ∃ x, ¬p x := Classical.not_forall
theorem or_iff_not_imp_left {a b : Prop} : a ∨ b ↔ (¬a → b) := Classical.or_iff_not_imp_left
theorem or_iff_not_imp_right {a b : Prop} : a ∨ b ↔ (¬b → a) := Classical.or_iff_not_imp_right
theorem by_contradiction {p : Prop} : (¬p → False) → p := Classical.byContradiction
theorem not_and_or {a b : Prop} : ¬(a ∧ b) ↔ ¬a ∨ ¬b := Classical.not_and_iff_not_or_not
theorem not_imp_not {a b : Prop} : ¬a → ¬b ↔ b → a := ⟨fun h b => Classical.byContradiction fun n => h n b, fun h n a => n (h a)⟩
theorem imp_iff_not_or {a b : Prop} : a → b ↔ ¬a ∨ b := ⟨fun h => (Classical.em a).elim (fun k => Or.inr (h k)) Or.inl, fun h k => h.elim (fun n => absurd k n) id⟩
theorem ne_eq' {α : Sort u} (a b : α) : (a ≠ b) = ¬a = b := rfl
theorem Ne.def {α : Sort u} (a b : α) : (a ≠ b) = ¬a = b := rfl
theorem em (p : Prop) : p ∨ ¬p := Classical.em p
theorem congr_arg {α : Sort u} {β : Sort v} {a b : α} (f : α → β) (h : a = b) : f a = f b := congrArg f h
theorem congr_fun {α : Sort u} {β : α → Sort v} {f g : (x : α) → β x} (h : f = g) (a : α) : f a = g a := congrFun h a

end

attribute [local instance] Lean.Grind.Semiring.natCast Lean.Grind.Ring.intCast
section Semiring
variable {α : Type} [Lean.Grind.Semiring α]
theorem add_assoc (a b c : α) : a + b + c = a + (b + c) := Lean.Grind.Semiring.add_assoc a b c
theorem add_comm (a b : α) : a + b = b + a := Lean.Grind.Semiring.add_comm a b
theorem add_left_comm (a b c : α) : a + (b + c) = b + (a + c) := by rw [← add_assoc, add_comm a b, add_assoc]
theorem add_right_comm (a b c : α) : a + b + c = a + c + b := by rw [add_assoc, add_comm b c, add_assoc]
theorem add_add_add_comm (a b c d : α) : a + b + (c + d) = a + c + (b + d) := by grind
@[simp] theorem add_zero (a : α) : a + 0 = a := Lean.Grind.Semiring.add_zero a
@[simp] theorem zero_add (a : α) : 0 + a = a := by rw [add_comm, add_zero]
theorem mul_assoc (a b c : α) : a * b * c = a * (b * c) := Lean.Grind.Semiring.mul_assoc a b c
@[simp] theorem mul_one (a : α) : a * 1 = a := Lean.Grind.Semiring.mul_one a
@[simp] theorem one_mul (a : α) : 1 * a = a := Lean.Grind.Semiring.one_mul a
@[simp] theorem mul_zero (a : α) : a * 0 = 0 := Lean.Grind.Semiring.mul_zero a
@[simp] theorem zero_mul (a : α) : 0 * a = 0 := Lean.Grind.Semiring.zero_mul a
theorem mul_add (a b c : α) : a * (b + c) = a * b + a * c := Lean.Grind.Semiring.left_distrib a b c
theorem add_mul (a b c : α) : (a + b) * c = a * c + b * c := Lean.Grind.Semiring.right_distrib a b c
theorem left_distrib (a b c : α) : a * (b + c) = a * b + a * c := mul_add a b c
theorem right_distrib (a b c : α) : (a + b) * c = a * c + b * c := add_mul a b c
@[simp] theorem pow_zero (a : α) : a ^ 0 = 1 := Lean.Grind.Semiring.pow_zero a
theorem pow_succ (a : α) (n : ℕ) : a ^ (n + 1) = a ^ n * a := Lean.Grind.Semiring.pow_succ a n
@[simp] theorem pow_one (a : α) : a ^ 1 = a := by rw [show 1 = 0 + 1 from rfl, pow_succ, pow_zero, one_mul]
theorem pow_add (a : α) (m n : ℕ) : a ^ (m + n) = a ^ m * a ^ n := Lean.Grind.Semiring.pow_add a m n
theorem pow_succ' (a : α) (n : ℕ) : a ^ (n + 1) = a * a ^ n := by rw [Nat.add_comm, pow_add, pow_one]
theorem pow_two (a : α) : a ^ 2 = a * a := by rw [show 2 = 1 + 1 from rfl, pow_succ, pow_one]
theorem sq (a : α) : a ^ 2 = a * a := pow_two a
theorem pow_three' (a : α) : a ^ 3 = a * a * a := by rw [show 3 = 2 + 1 from rfl, pow_succ, pow_two]
theorem pow_three (a : α) : a ^ 3 = a * (a * a) := by rw [pow_three', mul_assoc]
@[simp] theorem one_pow (n : ℕ) : (1 : α) ^ n = 1 := by
  induction n with
  | zero => exact pow_zero 1
  | succ n ih => rw [pow_succ, ih, one_mul]
theorem pow_mul (a : α) (m n : ℕ) : a ^ (m * n) = (a ^ m) ^ n := by
  induction n with
  | zero => simp
  | succ n ih => rw [Nat.mul_succ, pow_add, ih, pow_succ]
theorem pow_mul' (a : α) (m n : ℕ) : a ^ (m * n) = (a ^ n) ^ m := by rw [Nat.mul_comm, pow_mul]
theorem pow_right_comm (a : α) (m n : ℕ) : (a ^ m) ^ n = (a ^ n) ^ m := by rw [← pow_mul, pow_mul']
theorem pow_mul_comm (a : α) (m n : ℕ) : a ^ m * a ^ n = a ^ n * a ^ m := by rw [← pow_add, Nat.add_comm, pow_add]
theorem zero_pow {n : ℕ} (h : n ≠ 0) : (0 : α) ^ n = 0 := by
  cases n with
  | zero => exact absurd rfl h
  | succ n => rw [pow_succ, mul_zero]
@[simp] theorem zero_pow_succ (n : ℕ) : (0 : α) ^ (n + 1) = 0 := by rw [pow_succ, mul_zero]
theorem two_mul (a : α) : 2 * a = a + a := by
  rw [show (2 : α) = 1 + 1 from by grind, add_mul, one_mul]
theorem mul_two (a : α) : a * 2 = a + a := by
  rw [show (2 : α) = 1 + 1 from by grind, mul_add, mul_one]
theorem one_add_one_eq_two : (1 : α) + 1 = 2 := by grind
theorem two_add_two_eq_four : (2 : α) + 2 = 4 := by grind
theorem one_mul_one : (1 : α) * 1 = 1 := one_mul 1
theorem bit0_eq_two_mul (a : α) : a + a = 2 * a := (two_mul a).symm
@[simp, norm_cast] theorem Nat.cast_ofNat {n : ℕ} : ((no_index (OfNat.ofNat n) : ℕ) : α) = OfNat.ofNat n :=
  (Lean.Grind.Semiring.ofNat_eq_natCast n).symm
@[simp, norm_cast] theorem Nat.cast_zero : ((0 : ℕ) : α) = 0 := Nat.cast_ofNat
@[simp, norm_cast] theorem Nat.cast_one : ((1 : ℕ) : α) = 1 := Nat.cast_ofNat
@[simp, norm_cast] theorem Nat.cast_add (m n : ℕ) : ((m + n : ℕ) : α) = m + n := Lean.Grind.Semiring.natCast_add m n
@[simp, norm_cast] theorem Nat.cast_mul (m n : ℕ) : ((m * n : ℕ) : α) = m * n := Lean.Grind.Semiring.natCast_mul m n
theorem Nat.cast_succ (n : ℕ) : ((n.succ : ℕ) : α) = n + 1 := by rw [Nat.succ_eq_add_one, Nat.cast_add, Nat.cast_one]
theorem Nat.cast_add_one (n : ℕ) : ((n + 1 : ℕ) : α) = n + 1 := Nat.cast_succ n
theorem Nat.cast_two : ((2 : ℕ) : α) = 2 := Nat.cast_ofNat
@[simp, norm_cast] theorem Nat.cast_pow (m n : ℕ) : ((m ^ n : ℕ) : α) = (m : α) ^ n := by
  induction n with
  | zero => simp
  | succ n ih => rw [Nat.pow_succ, Nat.cast_mul, ih, pow_succ]
end Semiring

section CommSemiring
variable {α : Type} [Lean.Grind.CommSemiring α]
theorem mul_comm (a b : α) : a * b = b * a := Lean.Grind.CommSemiring.mul_comm a b
theorem mul_left_comm (a b c : α) : a * (b * c) = b * (a * c) := by rw [← mul_assoc, mul_comm a b, mul_assoc]
theorem mul_right_comm (a b c : α) : a * b * c = a * c * b := by rw [mul_assoc, mul_comm b c, mul_assoc]
theorem mul_mul_mul_comm (a b c d : α) : a * b * (c * d) = a * c * (b * d) := by rw [mul_assoc, mul_left_comm b, mul_assoc]
theorem mul_pow (a b : α) (n : ℕ) : (a * b) ^ n = a ^ n * b ^ n := by
  induction n with
  | zero => simp
  | succ n ih => rw [pow_succ, ih, pow_succ, pow_succ, mul_mul_mul_comm]
theorem add_sq (a b : α) : (a + b) ^ 2 = a ^ 2 + 2 * a * b + b ^ 2 := by
  simp only [pow_two, add_mul, mul_add, two_mul, mul_comm b a, add_assoc]
theorem add_sq' (a b : α) : (a + b) ^ 2 = a ^ 2 + b ^ 2 + 2 * a * b := by rw [add_sq, add_right_comm]
theorem add_pow_two (a b : α) : (a + b) ^ 2 = a ^ 2 + 2 * a * b + b ^ 2 := add_sq a b
theorem add_pow_three (a b : α) : (a + b) ^ 3 = a ^ 3 + 3 * a ^ 2 * b + 3 * a * b ^ 2 + b ^ 3 := by
  rw [show (3 : α) = 1 + 1 + 1 by grind]
  simp only [pow_three, pow_two, add_mul, mul_add, one_mul, mul_one, mul_comm, mul_left_comm, add_assoc, add_left_comm]
end CommSemiring

section Ring
variable {α : Type} [Lean.Grind.Ring α]
theorem sub_eq_add_neg (a b : α) : a - b = a + -b := Lean.Grind.Ring.sub_eq_add_neg a b
theorem neg_add_cancel (a : α) : -a + a = 0 := Lean.Grind.Ring.neg_add_cancel a
theorem add_left_neg (a : α) : -a + a = 0 := neg_add_cancel a
theorem neg_add_self (a : α) : -a + a = 0 := neg_add_cancel a
theorem add_right_neg (a : α) : a + -a = 0 := by grind
theorem add_neg_cancel (a : α) : a + -a = 0 := by grind
theorem add_neg_self (a : α) : a + -a = 0 := by grind
@[simp] theorem sub_self (a : α) : a - a = 0 := by grind
@[simp] theorem sub_zero (a : α) : a - 0 = a := by grind
@[simp] theorem zero_sub (a : α) : 0 - a = -a := by grind
@[simp] theorem neg_neg (a : α) : - -a = a := by grind
@[simp] theorem neg_zero : -(0 : α) = 0 := by grind
@[simp] theorem neg_mul (a b : α) : -a * b = -(a * b) := by grind
@[simp] theorem mul_neg (a b : α) : a * -b = -(a * b) := by grind
theorem neg_mul_neg (a b : α) : -a * -b = a * b := by grind
theorem neg_mul_eq_neg_mul (a b : α) : -(a * b) = -a * b := by grind
theorem neg_mul_eq_mul_neg (a b : α) : -(a * b) = a * -b := by grind
theorem mul_neg_one (a : α) : a * -1 = -a := by grind
theorem neg_one_mul (a : α) : -1 * a = -a := by grind
theorem neg_eq_neg_one_mul (a : α) : -a = -1 * a := by grind
@[simp] theorem neg_inj {a b : α} : -a = -b ↔ a = b := by grind
theorem neg_eq_zero {a : α} : -a = 0 ↔ a = 0 := by grind
theorem neg_ne_zero {a : α} : -a ≠ 0 ↔ a ≠ 0 := by grind
theorem neg_add (a b : α) : -(a + b) = -a + -b := by grind
theorem neg_add_rev (a b : α) : -(a + b) = -b + -a := by grind
theorem neg_sub (a b : α) : -(a - b) = b - a := by grind
theorem sub_neg_eq_add (a b : α) : a - -b = a + b := by grind
theorem mul_sub (a b c : α) : a * (b - c) = a * b - a * c := by grind
theorem sub_mul (a b c : α) : (a - b) * c = a * c - b * c := by grind
theorem mul_sub_left_distrib (a b c : α) : a * (b - c) = a * b - a * c := by grind
theorem mul_sub_right_distrib (a b c : α) : (a - b) * c = a * c - b * c := by grind
theorem mul_sub_one (a b : α) : a * (b - 1) = a * b - a := by grind
theorem sub_one_mul (a b : α) : (a - 1) * b = a * b - b := by grind
theorem mul_add_one (a b : α) : a * (b + 1) = a * b + a := by grind
theorem add_one_mul (a b : α) : (a + 1) * b = a * b + b := by grind
theorem sub_sub (a b c : α) : a - b - c = a - (b + c) := by grind
theorem sub_sub_self (a b : α) : a - (a - b) = b := by grind
theorem sub_sub_cancel (a b : α) : a - (a - b) = b := by grind
theorem sub_add (a b c : α) : a - b + c = a - (b - c) := by grind
theorem add_sub (a b c : α) : a + (b - c) = a + b - c := by grind
theorem sub_add_eq_sub_sub (a b c : α) : a - (b + c) = a - b - c := by grind
theorem sub_add_eq_add_sub (a b c : α) : a - b + c = a + c - b := by grind
theorem add_sub_assoc (a b c : α) : a + b - c = a + (b - c) := by grind
theorem add_sub_right_comm (a b c : α) : a + b - c = a - c + b := by grind
theorem add_sub_comm (a b c d : α) : a + b - (c + d) = a - c + (b - d) := by grind
@[simp] theorem add_sub_cancel_right (a b : α) : a + b - b = a := by grind
@[simp] theorem add_sub_cancel_left (a b : α) : a + b - a = b := by grind
@[simp] theorem sub_add_cancel (a b : α) : a - b + b = a := by grind
@[simp] theorem add_sub_cancel (a b : α) : a + (b - a) = b := by grind
@[simp] theorem add_neg_cancel_right (a b : α) : a + b + -b = a := by grind
@[simp] theorem add_neg_cancel_left (a b : α) : a + (-a + b) = b := by grind
@[simp] theorem neg_add_cancel_right (a b : α) : a + -b + b = a := by grind
@[simp] theorem neg_add_cancel_left (a b : α) : -a + (a + b) = b := by grind
theorem sub_right_comm (a b c : α) : a - b - c = a - c - b := by grind
theorem sub_eq_zero {a b : α} : a - b = 0 ↔ a = b := by grind
theorem sub_eq_zero_of_eq {a b : α} (h : a = b) : a - b = 0 := by grind
theorem eq_of_sub_eq_zero {a b : α} (h : a - b = 0) : a = b := by grind
theorem sub_ne_zero {a b : α} : a - b ≠ 0 ↔ a ≠ b := by grind
theorem sub_ne_zero_of_ne {a b : α} (h : a ≠ b) : a - b ≠ 0 := by grind
theorem sub_eq_iff_eq_add {a b c : α} : a - b = c ↔ a = c + b := by grind
theorem sub_eq_iff_eq_add' {a b c : α} : a - b = c ↔ a = b + c := by grind
theorem eq_sub_iff_add_eq {a b c : α} : a = b - c ↔ a + c = b := by grind
theorem eq_sub_iff_add_eq' {a b c : α} : a = b - c ↔ c + a = b := by grind
theorem eq_sub_of_add_eq {a b c : α} (h : a + c = b) : a = b - c := by grind
theorem eq_sub_of_add_eq' {a b c : α} (h : b + a = c) : a = c - b := by grind
theorem eq_add_of_sub_eq {a b c : α} (h : a - c = b) : a = b + c := by grind
theorem eq_add_of_sub_eq' {a b c : α} (h : a - b = c) : a = b + c := by grind
theorem add_eq_of_eq_sub {a b c : α} (h : a = c - b) : a + b = c := by grind
theorem sub_eq_of_eq_add {a b c : α} (h : a = c + b) : a - b = c := by grind
theorem sub_eq_of_eq_add' {a b c : α} (h : a = b + c) : a - b = c := by grind
theorem sub_left_inj {a b c : α} : b - a = c - a ↔ b = c := by grind
theorem sub_right_inj {a b c : α} : a - b = a - c ↔ b = c := by grind
theorem neg_eq_iff_eq_neg {a b : α} : -a = b ↔ a = -b := by grind
theorem eq_neg_iff_add_eq_zero {a b : α} : a = -b ↔ a + b = 0 := by grind
theorem neg_eq_iff_add_eq_zero {a b : α} : -a = b ↔ a + b = 0 := by grind
theorem add_eq_zero_iff_eq_neg {a b : α} : a + b = 0 ↔ a = -b := by grind
theorem add_eq_zero_iff_neg_eq {a b : α} : a + b = 0 ↔ -a = b := by grind
theorem eq_neg_of_add_eq_zero_left {a b : α} (h : a + b = 0) : a = -b := by grind
theorem eq_neg_of_add_eq_zero_right {a b : α} (h : a + b = 0) : b = -a := by grind
theorem neg_eq_of_add_eq_zero_right {a b : α} (h : a + b = 0) : -a = b := by grind
theorem add_left_cancel {a b c : α} (h : a + b = a + c) : b = c := by grind
theorem add_right_cancel {a b c : α} (h : a + b = c + b) : a = c := by grind
theorem add_left_cancel_iff {a b c : α} : a + b = a + c ↔ b = c := by grind
theorem add_right_cancel_iff {a b c : α} : b + a = c + a ↔ b = c := by grind
@[simp] theorem add_left_inj (a : α) {b c : α} : b + a = c + a ↔ b = c := by grind
@[simp] theorem add_right_inj (a : α) {b c : α} : a + b = a + c ↔ b = c := by grind
@[simp] theorem add_eq_left {a b : α} : a + b = a ↔ b = 0 := by grind
@[simp] theorem add_eq_right {a b : α} : a + b = b ↔ a = 0 := by grind
theorem add_right_eq_self {a b : α} : a + b = a ↔ b = 0 := by grind
theorem add_left_eq_self {a b : α} : a + b = b ↔ a = 0 := by grind
theorem neg_pow_two (a : α) : (-a) ^ 2 = a ^ 2 := by grind
theorem neg_sq (a : α) : (-a) ^ 2 = a ^ 2 := by grind
theorem Even.neg_one_pow' (n : ℕ) : (-1 : α) ^ (n + n) = 1 := by
  rw [← Nat.two_mul, pow_mul, neg_sq, pow_two, one_mul, one_pow]
@[simp, norm_cast] theorem Int.cast_natCast (n : ℕ) : ((n : ℤ) : α) = n := Lean.Grind.Ring.intCast_natCast n
@[simp, norm_cast] theorem Int.cast_ofNat {n : ℕ} : ((no_index (OfNat.ofNat n) : ℤ) : α) = OfNat.ofNat n := Lean.Grind.Ring.intCast_ofNat n
@[simp, norm_cast] theorem Int.cast_zero : ((0 : ℤ) : α) = 0 := Int.cast_ofNat
@[simp, norm_cast] theorem Int.cast_one : ((1 : ℤ) : α) = 1 := Int.cast_ofNat
@[simp, norm_cast] theorem Int.cast_neg (a : ℤ) : ((-a : ℤ) : α) = -a := Lean.Grind.Ring.intCast_neg a
@[simp, norm_cast] theorem Int.cast_add (a b : ℤ) : ((a + b : ℤ) : α) = a + b := Lean.Grind.Ring.intCast_add a b
@[simp, norm_cast] theorem Int.cast_sub (a b : ℤ) : ((a - b : ℤ) : α) = a - b := Lean.Grind.Ring.intCast_sub a b
@[simp, norm_cast] theorem Int.cast_mul (a b : ℤ) : ((a * b : ℤ) : α) = a * b := Lean.Grind.Ring.intCast_mul a b
@[simp, norm_cast] theorem Int.cast_pow (a : ℤ) (n : ℕ) : ((a ^ n : ℤ) : α) = (a : α) ^ n := by
  induction n with
  | zero => simp
  | succ n ih => rw [Int.pow_succ, Int.cast_mul, ih, pow_succ]
@[simp, norm_cast] theorem Nat.cast_sub {m n : ℕ} (h : m ≤ n) : ((n - m : ℕ) : α) = n - m := by
  have := Nat.cast_add (α := α) (n - m) m
  rw [Nat.sub_add_cancel h] at this
  grind
theorem Nat.cast_pred {n : ℕ} (h : 0 < n) : ((n - 1 : ℕ) : α) = n - 1 := by rw [Nat.cast_sub h, Nat.cast_one]
end Ring

section CommRing
variable {α : Type} [Lean.Grind.CommRing α]
theorem sub_sq (a b : α) : (a - b) ^ 2 = a ^ 2 - 2 * a * b + b ^ 2 := by grind
theorem sub_sq' (a b : α) : (a - b) ^ 2 = a ^ 2 + b ^ 2 - 2 * a * b := by grind
theorem sub_pow_two (a b : α) : (a - b) ^ 2 = a ^ 2 - 2 * a * b + b ^ 2 := by grind
theorem sq_sub_sq (a b : α) : a ^ 2 - b ^ 2 = (a + b) * (a - b) := by grind
theorem sq_sub_sq' (a b : α) : a ^ 2 - b ^ 2 = (a + b) * (a - b) := by grind
theorem pow_two_sub_pow_two (a b : α) : a ^ 2 - b ^ 2 = (a + b) * (a - b) := by grind
theorem mul_self_sub_mul_self (a b : α) : a * a - b * b = (a + b) * (a - b) := by grind
theorem sub_dvd_pow_sub_pow' (a b : α) (n : ℕ) : ∃ c, a ^ n - b ^ n = (a - b) * c := by
  induction n with
  | zero => exact ⟨0, by simp⟩
  | succ n ih => obtain ⟨c, h⟩ := ih; exact ⟨c * a + b ^ n, by rw [pow_succ, pow_succ]; grind⟩
end CommRing

section NoZeroDivisors
variable {α : Type} [Lean.Grind.Semiring α] [NoZeroDivisors α]
@[simp] theorem mul_eq_zero {a b : α} : a * b = 0 ↔ a = 0 ∨ b = 0 :=
  ⟨NoZeroDivisors.eq_zero_or_eq_zero_of_mul_eq_zero, fun h => h.elim (fun h => by rw [h, zero_mul]) (fun h => by rw [h, mul_zero])⟩
theorem zero_eq_mul {a b : α} : 0 = a * b ↔ a = 0 ∨ b = 0 := by rw [eq_comm, mul_eq_zero]
theorem mul_ne_zero {a b : α} (ha : a ≠ 0) (hb : b ≠ 0) : a * b ≠ 0 := fun h => (mul_eq_zero.mp h).elim ha hb
theorem mul_ne_zero_iff {a b : α} : a * b ≠ 0 ↔ a ≠ 0 ∧ b ≠ 0 := by rw [Ne, mul_eq_zero, not_or]
theorem left_ne_zero_of_mul {a b : α} (h : a * b ≠ 0) : a ≠ 0 := (mul_ne_zero_iff.mp h).1
theorem right_ne_zero_of_mul {a b : α} (h : a * b ≠ 0) : b ≠ 0 := (mul_ne_zero_iff.mp h).2
theorem eq_zero_or_eq_zero_of_mul_eq_zero {a b : α} (h : a * b = 0) : a = 0 ∨ b = 0 := mul_eq_zero.mp h
theorem mul_self_eq_zero {a : α} : a * a = 0 ↔ a = 0 := by simp
theorem mul_self_ne_zero {a : α} : a * a ≠ 0 ↔ a ≠ 0 := by simp
theorem sq_eq_zero' {a : α} : a ^ 2 = 0 ↔ a = 0 := by rw [pow_two, mul_self_eq_zero]
theorem sq_eq_zero_iff {a : α} : a ^ 2 = 0 ↔ a = 0 := sq_eq_zero'
theorem pow_eq_zero_of_ne {a : α} {n : ℕ} (h : a ^ n = 0) (hn : n ≠ 0) : a = 0 := by
  induction n with
  | zero => exact absurd rfl hn
  | succ n ih =>
    rw [pow_succ, mul_eq_zero] at h
    rcases h with h | h
    · by_cases k : n = 0
      · subst k; rw [pow_zero] at h; rw [← mul_one a, h, mul_zero]
      · exact ih h k
    · exact h
@[simp] theorem pow_eq_zero_iff {a : α} {n : ℕ} (hn : n ≠ 0) : a ^ n = 0 ↔ a = 0 :=
  ⟨fun h => pow_eq_zero_of_ne h hn, fun h => by rw [h, zero_pow hn]⟩
theorem pow_eq_zero {a : α} {n : ℕ} (h : a ^ n = 0) : a = 0 := by
  by_cases k : n = 0
  · subst k; rw [pow_zero] at h; rw [← mul_one a, h, mul_zero]
  · exact pow_eq_zero_of_ne h k
theorem pow_eq_zero_iff_of_pos {a : α} {n : ℕ} (hn : 0 < n) : a ^ n = 0 ↔ a = 0 := pow_eq_zero_iff (by omega)
theorem pow_ne_zero {a : α} (n : ℕ) (h : a ≠ 0) : a ^ n ≠ 0 := fun k => h (pow_eq_zero k)
theorem sq_eq_zero {a : α} : a ^ 2 = 0 ↔ a = 0 := sq_eq_zero'
end NoZeroDivisors

section Domain
variable {α : Type} [Lean.Grind.CommRing α] [NoZeroDivisors α]
theorem mul_left_cancel₀ {a b c : α} (ha : a ≠ 0) (h : a * b = a * c) : b = c := by
  have : a * (b - c) = 0 := by grind
  rcases mul_eq_zero.mp this with h | h
  · exact absurd h ha
  · grind
theorem mul_right_cancel₀ {a b c : α} (hb : b ≠ 0) (h : a * b = c * b) : a = c := mul_left_cancel₀ hb (by grind)
theorem mul_right_inj' {a b c : α} (ha : a ≠ 0) : a * b = a * c ↔ b = c := ⟨mul_left_cancel₀ ha, fun h => h ▸ rfl⟩
theorem mul_left_inj' {a b c : α} (hc : c ≠ 0) : a * c = b * c ↔ a = b := ⟨mul_right_cancel₀ hc, fun h => h ▸ rfl⟩
theorem mul_eq_mul_left_iff {a b c : α} : a * b = a * c ↔ b = c ∨ a = 0 := by
  by_cases h : a = 0
  · simp [h]
  · simp [h, mul_right_inj' h]
theorem mul_eq_mul_right_iff {a b c : α} : a * c = b * c ↔ a = b ∨ c = 0 := by
  by_cases h : c = 0
  · simp [h]
  · simp [h, mul_left_inj' h]
theorem sq_eq_sq_iff_eq_or_eq_neg {a b : α} : a ^ 2 = b ^ 2 ↔ a = b ∨ a = -b := by
  constructor
  · intro h
    have : (a - b) * (a + b) = 0 := by grind
    rcases mul_eq_zero.mp this with h | h
    · left; grind
    · right; grind
  · rintro (h | h) <;> subst h <;> grind
theorem eq_or_eq_neg_of_sq_eq_sq (a b : α) (h : a ^ 2 = b ^ 2) : a = b ∨ a = -b := sq_eq_sq_iff_eq_or_eq_neg.mp h
theorem mul_self_eq_mul_self_iff {a b : α} : a * a = b * b ↔ a = b ∨ a = -b := by
  rw [← pow_two, ← pow_two]; exact sq_eq_sq_iff_eq_or_eq_neg
theorem sq_eq_one_iff_of_ne_neg_one' {a : α} : a ^ 2 = 1 ↔ a = 1 ∨ a = -1 := by
  have := @sq_eq_sq_iff_eq_or_eq_neg _ _ _ a 1
  rwa [one_pow] at this
theorem mul_self_eq_one_iff {a : α} : a * a = 1 ↔ a = 1 ∨ a = -1 := by rw [← pow_two]; exact sq_eq_one_iff_of_ne_neg_one'
theorem sq_eq_one_iff {a : α} : a ^ 2 = 1 ↔ a = 1 ∨ a = -1 := sq_eq_one_iff_of_ne_neg_one'
end Domain
theorem Nat.mul_left_cancel₀' {a b c : ℕ} (ha : a ≠ 0) (h : a * b = a * c) : b = c := Nat.eq_of_mul_eq_mul_left (by omega) h
theorem Nat.add_left_inj' (a : ℕ) {b c : ℕ} : b + a = c + a ↔ b = c := by omega

section Order
variable {α : Type} [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α]
@[simp, refl] theorem le_refl (a : α) : a ≤ a := Std.le_refl a
theorem le_rfl {a : α} : a ≤ a := Std.le_refl a
theorem le_trans {a b c : α} (h : a ≤ b) (k : b ≤ c) : a ≤ c := Std.le_trans h k
theorem lt_irrefl (a : α) : ¬a < a := by grind
@[simp] theorem lt_self_iff_false (a : α) : a < a ↔ False := by grind
theorem lt_trans {a b c : α} (h : a < b) (k : b < c) : a < c := by grind
theorem lt_of_lt_of_le {a b c : α} (h : a < b) (k : b ≤ c) : a < c := by grind
theorem lt_of_le_of_lt {a b c : α} (h : a ≤ b) (k : b < c) : a < c := by grind
theorem gt_trans {a b c : α} (h : a > b) (k : b > c) : a > c := by grind
theorem ge_trans {a b c : α} (h : a ≥ b) (k : b ≥ c) : a ≥ c := Std.le_trans k h
theorem le_antisymm {a b : α} (h : a ≤ b) (k : b ≤ a) : a = b := Std.le_antisymm h k
theorem le_antisymm_iff {a b : α} : a = b ↔ a ≤ b ∧ b ≤ a := by grind
theorem ge_antisymm {a b : α} (h : a ≤ b) (k : b ≤ a) : b = a := Std.le_antisymm k h
theorem eq_of_le_of_not_lt {a b : α} (h : a ≤ b) (k : ¬a < b) : a = b := by grind
theorem eq_of_le_of_ge {a b : α} (h : a ≤ b) (k : b ≤ a) : a = b := Std.le_antisymm h k
theorem le_total (a b : α) : a ≤ b ∨ b ≤ a := Std.le_total
theorem lt_trichotomy (a b : α) : a < b ∨ a = b ∨ b < a := by grind
theorem lt_or_ge (a b : α) : a < b ∨ b ≤ a := by grind
theorem le_or_gt (a b : α) : a ≤ b ∨ b < a := by grind
theorem le_or_lt (a b : α) : a ≤ b ∨ b < a := by grind
theorem lt_or_le (a b : α) : a < b ∨ b ≤ a := by grind
theorem lt_or_gt_of_ne {a b : α} (h : a ≠ b) : a < b ∨ a > b := by grind
theorem lt_or_lt_iff_ne {a b : α} : a < b ∨ b < a ↔ a ≠ b := by grind
theorem ne_iff_lt_or_gt {a b : α} : a ≠ b ↔ a < b ∨ b < a := by grind
theorem ne_of_lt {a b : α} (h : a < b) : a ≠ b := by grind
theorem ne_of_gt {a b : α} (h : a > b) : a ≠ b := by grind
theorem ne_of_gt' {a b : α} (h : b < a) : a ≠ b := by grind
theorem not_lt_of_ge {a b : α} (h : a ≥ b) : ¬a < b := by grind
theorem not_lt_of_le {a b : α} (h : a ≤ b) : ¬b < a := by grind
theorem not_le_of_gt {a b : α} (h : a > b) : ¬a ≤ b := by grind
theorem not_le_of_lt {a b : α} (h : a < b) : ¬b ≤ a := by grind
theorem not_lt_of_gt {a b : α} (h : a > b) : ¬a < b := by grind
theorem not_lt_of_lt {a b : α} (h : a < b) : ¬b < a := by grind
@[simp] theorem not_lt {a b : α} : ¬a < b ↔ b ≤ a := Std.not_lt
@[simp] theorem not_le {a b : α} : ¬a ≤ b ↔ b < a := Std.not_le
theorem lt_of_not_ge {a b : α} (h : ¬b ≤ a) : a < b := by grind
theorem lt_of_not_le {a b : α} (h : ¬b ≤ a) : a < b := by grind
theorem le_of_not_gt {a b : α} (h : ¬b < a) : a ≤ b := by grind
theorem le_of_not_lt {a b : α} (h : ¬b < a) : a ≤ b := by grind
theorem le_of_not_le {a b : α} (h : ¬a ≤ b) : b ≤ a := by grind
theorem le_of_lt {a b : α} (h : a < b) : a ≤ b := by grind
theorem le_of_eq {a b : α} (h : a = b) : a ≤ b := by grind
theorem ge_of_eq {a b : α} (h : a = b) : a ≥ b := by grind
theorem lt_of_le_of_ne {a b : α} (h : a ≤ b) (k : a ≠ b) : a < b := by grind
theorem lt_of_le_of_ne' {a b : α} (h : a ≤ b) (k : b ≠ a) : a < b := by grind
theorem lt_of_le_not_le {a b : α} (h : a ≤ b) (k : ¬b ≤ a) : a < b := by grind
theorem lt_iff_le_and_ne {a b : α} : a < b ↔ a ≤ b ∧ a ≠ b := by grind
theorem lt_iff_le_not_le {a b : α} : a < b ↔ a ≤ b ∧ ¬b ≤ a := by grind
theorem lt_iff_not_ge (a b : α) : a < b ↔ ¬a ≥ b := by grind
theorem le_iff_lt_or_eq {a b : α} : a ≤ b ↔ a < b ∨ a = b := by grind
theorem le_iff_eq_or_lt {a b : α} : a ≤ b ↔ a = b ∨ a < b := by grind
theorem eq_or_lt_of_le {a b : α} (h : a ≤ b) : a = b ∨ a < b := by grind
theorem lt_or_eq_of_le {a b : α} (h : a ≤ b) : a < b ∨ a = b := by grind
theorem eq_of_not_lt_of_not_lt {a b : α} (h : ¬a < b) (k : ¬b < a) : a = b := by grind
theorem lt_asymm {a b : α} (h : a < b) : ¬b < a := by grind
theorem ge_antisymm' {a b : α} (h : a ≥ b) (k : b ≥ a) : a = b := by grind
theorem eq_iff_le_not_lt {a b : α} : a = b ↔ a ≤ b ∧ ¬a < b := by grind
theorem LE.le.lt_of_ne {a b : α} (h : a ≤ b) (k : a ≠ b) : a < b := by grind
theorem LE.le.lt_of_ne' {a b : α} (h : a ≤ b) (k : b ≠ a) : a < b := by grind
theorem LE.le.trans {a b c : α} (h : a ≤ b) (k : b ≤ c) : a ≤ c := Std.le_trans h k
theorem LE.le.trans_lt {a b c : α} (h : a ≤ b) (k : b < c) : a < c := by grind
theorem LE.le.antisymm {a b : α} (h : a ≤ b) (k : b ≤ a) : a = b := Std.le_antisymm h k
theorem LE.le.eq_or_lt {a b : α} (h : a ≤ b) : a = b ∨ a < b := by grind
theorem LE.le.lt_or_eq {a b : α} (h : a ≤ b) : a < b ∨ a = b := by grind
theorem LE.le.not_lt {a b : α} (h : a ≤ b) : ¬b < a := by grind
theorem LE.le.not_gt {a b : α} (h : a ≤ b) : ¬b < a := by grind
theorem LE.le.ge {a b : α} (h : a ≤ b) : b ≥ a := h
theorem LE.le.eq_of_not_lt {a b : α} (h : a ≤ b) (k : ¬a < b) : a = b := by grind
theorem LT.lt.le {a b : α} (h : a < b) : a ≤ b := by grind
theorem LT.lt.ne {a b : α} (h : a < b) : a ≠ b := by grind
theorem LT.lt.ne' {a b : α} (h : a < b) : b ≠ a := by grind
theorem LT.lt.trans {a b c : α} (h : a < b) (k : b < c) : a < c := by grind
theorem LT.lt.trans_le {a b c : α} (h : a < b) (k : b ≤ c) : a < c := by grind
theorem LT.lt.not_le {a b : α} (h : a < b) : ¬b ≤ a := by grind
theorem LT.lt.not_ge {a b : α} (h : a < b) : ¬b ≤ a := by grind
theorem LT.lt.not_lt {a b : α} (h : a < b) : ¬b < a := by grind
theorem LT.lt.gt {a b : α} (h : a < b) : b > a := h
theorem LT.lt.asymm {a b : α} (h : a < b) : ¬b < a := by grind
theorem GT.gt.lt {a b : α} (h : a > b) : b < a := h
theorem GE.ge.le {a b : α} (h : a ≥ b) : b ≤ a := h
theorem Eq.le {a b : α} (h : a = b) : a ≤ b := by grind
theorem Eq.ge {a b : α} (h : a = b) : a ≥ b := by grind
theorem Eq.not_lt {a b : α} (h : a = b) : ¬a < b := by grind
theorem Ne.lt_or_lt {a b : α} (h : a ≠ b) : a < b ∨ b < a := by grind
theorem Ne.lt_of_le {a b : α} (h : a ≠ b) (k : a ≤ b) : a < b := by grind
theorem Ne.lt_of_le' {a b : α} (h : b ≠ a) (k : a ≤ b) : a < b := by grind
theorem Ne.lt_or_gt {a b : α} (h : a ≠ b) : a < b ∨ b < a := by grind
end Order

section OrderedSemiring
variable {α : Type} [Lean.Grind.CommSemiring α] [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [Lean.Grind.OrderedRing α]
theorem zero_lt_one : (0 : α) < 1 := Lean.Grind.OrderedRing.zero_lt_one
theorem zero_le_one : (0 : α) ≤ 1 := le_of_lt zero_lt_one
theorem one_pos : (0 : α) < 1 := zero_lt_one
theorem mul_lt_mul_of_pos_left {a b c : α} (h : b < c) (k : 0 < a) : a * b < a * c := Lean.Grind.OrderedRing.mul_lt_mul_of_pos_left h k
theorem mul_lt_mul_of_pos_right {a b c : α} (h : b < c) (k : 0 < a) : b * a < c * a := Lean.Grind.OrderedRing.mul_lt_mul_of_pos_right h k
theorem mul_pos {a b : α} (ha : 0 < a) (hb : 0 < b) : 0 < a * b := by have := mul_lt_mul_of_pos_left hb ha; rwa [mul_zero] at this
theorem mul_le_mul_of_nonneg_left {a b c : α} (h : b ≤ c) (k : 0 ≤ a) : a * b ≤ a * c := by
  rcases eq_or_lt_of_le h with h | h
  · rw [h]
  · rcases eq_or_lt_of_le k with k | k
    · rw [← k, zero_mul, zero_mul]
    · exact le_of_lt (mul_lt_mul_of_pos_left h k)
theorem mul_le_mul_of_nonneg_right {a b c : α} (h : b ≤ c) (k : 0 ≤ a) : b * a ≤ c * a := by
  rw [mul_comm b, mul_comm c]; exact mul_le_mul_of_nonneg_left h k
theorem mul_nonneg {a b : α} (ha : 0 ≤ a) (hb : 0 ≤ b) : 0 ≤ a * b := by have := mul_le_mul_of_nonneg_left hb ha; rwa [mul_zero] at this
theorem mul_nonpos_of_nonneg_of_nonpos' {a b : α} (ha : 0 ≤ a) (hb : b ≤ 0) : a * b ≤ 0 := by have := mul_le_mul_of_nonneg_left hb ha; rwa [mul_zero] at this
theorem mul_neg_of_pos_of_neg {a b : α} (ha : 0 < a) (hb : b < 0) : a * b < 0 := by have := mul_lt_mul_of_pos_left hb ha; rwa [mul_zero] at this
theorem mul_neg_of_neg_of_pos {a b : α} (ha : a < 0) (hb : 0 < b) : a * b < 0 := by rw [mul_comm]; exact mul_neg_of_pos_of_neg hb ha
theorem mul_le_mul {a b c d : α} (h : a ≤ b) (k : c ≤ d) (hc : 0 ≤ c) (hb : 0 ≤ b) : a * c ≤ b * d :=
  Std.le_trans (mul_le_mul_of_nonneg_right h hc) (mul_le_mul_of_nonneg_left k hb)
theorem mul_lt_mul {a b c d : α} (h : a < c) (k : b ≤ d) (hb : 0 < b) (hc : 0 ≤ c) : a * b < c * d :=
  lt_of_lt_of_le (mul_lt_mul_of_pos_right h hb) (mul_le_mul_of_nonneg_left k hc)
theorem mul_lt_mul' {a b c d : α} (h : a ≤ c) (k : b < d) (hb : 0 ≤ b) (hc : 0 < c) : a * b < c * d :=
  lt_of_le_of_lt (mul_le_mul_of_nonneg_right h hb) (mul_lt_mul_of_pos_left k hc)
theorem mul_lt_mul'' {a b c d : α} (h : a < c) (k : b < d) (ha : 0 ≤ a) (hb : 0 ≤ b) : a * b < c * d :=
  mul_lt_mul' (le_of_lt h) k hb (lt_of_le_of_lt ha h)
theorem mul_self_le_mul_self {a b : α} (h1 : 0 ≤ a) (h2 : a ≤ b) : a * a ≤ b * b := mul_le_mul h2 h2 h1 (le_trans h1 h2)
theorem mul_self_lt_mul_self {a b : α} (h1 : 0 ≤ a) (h2 : a < b) : a * a < b * b := mul_lt_mul'' h2 h2 h1 h1
theorem pow_pos {a : α} (h : 0 < a) (n : ℕ) : 0 < a ^ n := by
  induction n with
  | zero => rw [pow_zero]; exact zero_lt_one
  | succ n ih => rw [pow_succ]; exact mul_pos ih h
theorem pow_nonneg {a : α} (h : 0 ≤ a) (n : ℕ) : 0 ≤ a ^ n := by
  induction n with
  | zero => rw [pow_zero]; exact zero_le_one
  | succ n ih => rw [pow_succ]; exact mul_nonneg ih h
theorem pow_le_pow_left {a b : α} (ha : 0 ≤ a) (h : a ≤ b) (n : ℕ) : a ^ n ≤ b ^ n := by
  induction n with
  | zero => rw [pow_zero, pow_zero]
  | succ n ih => rw [pow_succ, pow_succ]; exact mul_le_mul ih h ha (pow_nonneg (le_trans ha h) n)
theorem pow_le_pow_left₀ {a b : α} (ha : 0 ≤ a) (h : a ≤ b) (n : ℕ) : a ^ n ≤ b ^ n := pow_le_pow_left ha h n
theorem pow_le_pow_of_le_left {a b : α} (ha : 0 ≤ a) (h : a ≤ b) (n : ℕ) : a ^ n ≤ b ^ n := pow_le_pow_left ha h n
theorem pow_lt_pow_left {a b : α} (h : a < b) (ha : 0 ≤ a) {n : ℕ} (hn : n ≠ 0) : a ^ n < b ^ n := by
  induction n with
  | zero => exact absurd rfl hn
  | succ n ih =>
    rw [pow_succ, pow_succ]
    by_cases k : n = 0
    · subst k; rw [pow_zero, pow_zero, one_mul, one_mul]; exact h
    · exact mul_lt_mul'' (ih k) h (pow_nonneg ha n) ha
theorem pow_lt_pow_left₀ {a b : α} (h : a < b) (ha : 0 ≤ a) {n : ℕ} (hn : n ≠ 0) : a ^ n < b ^ n := pow_lt_pow_left h ha hn
theorem one_le_pow₀ {a : α} (h : 1 ≤ a) {n : ℕ} : 1 ≤ a ^ n := by have := pow_le_pow_left zero_le_one h n; rwa [one_pow] at this
theorem one_le_pow_of_one_le {a : α} (h : 1 ≤ a) (n : ℕ) : 1 ≤ a ^ n := one_le_pow₀ h
theorem one_lt_pow₀ {a : α} (h : 1 < a) {n : ℕ} (hn : n ≠ 0) : 1 < a ^ n := by have := pow_lt_pow_left h zero_le_one hn; rwa [one_pow] at this
theorem one_lt_pow {a : α} (h : 1 < a) {n : ℕ} (hn : n ≠ 0) : 1 < a ^ n := one_lt_pow₀ h hn
theorem pow_le_one₀ {n : ℕ} {a : α} (ha : 0 ≤ a) (h : a ≤ 1) : a ^ n ≤ 1 := by have := pow_le_pow_left ha h n; rwa [one_pow] at this
theorem pow_le_one {a : α} (n : ℕ) (ha : 0 ≤ a) (h : a ≤ 1) : a ^ n ≤ 1 := pow_le_one₀ ha h
theorem pow_lt_one₀ {a : α} (ha : 0 ≤ a) (h : a < 1) {n : ℕ} (hn : n ≠ 0) : a ^ n < 1 := by have := pow_lt_pow_left h ha hn; rwa [one_pow] at this
theorem pow_le_pow_right₀ {a : α} (h : 1 ≤ a) {m n : ℕ} (k : m ≤ n) : a ^ m ≤ a ^ n := by
  obtain ⟨d, rfl⟩ := Nat.exists_eq_add_of_le k
  rw [pow_add]
  have := mul_le_mul_of_nonneg_left (one_le_pow₀ (n := d) h) (pow_nonneg (le_trans zero_le_one h) m)
  rwa [mul_one] at this
theorem pow_le_pow_right {a : α} (h : 1 ≤ a) {m n : ℕ} (k : m ≤ n) : a ^ m ≤ a ^ n := pow_le_pow_right₀ h k
theorem pow_le_pow {a : α} (h : 1 ≤ a) {m n : ℕ} (k : m ≤ n) : a ^ m ≤ a ^ n := pow_le_pow_right₀ h k
theorem pow_lt_pow_right₀ {a : α} (h : 1 < a) {m n : ℕ} (k : m < n) : a ^ m < a ^ n := by
  obtain ⟨d, rfl⟩ := Nat.exists_eq_add_of_lt k
  rw [Nat.add_assoc, pow_add]
  have := mul_lt_mul_of_pos_left (one_lt_pow₀ (n := d + 1) h (by omega)) (pow_pos (lt_trans zero_lt_one h) m)
  rwa [mul_one] at this
theorem pow_lt_pow_right {a : α} (h : 1 < a) {m n : ℕ} (k : m < n) : a ^ m < a ^ n := pow_lt_pow_right₀ h k
theorem pow_lt_pow {a : α} (h : 1 < a) {m n : ℕ} (k : m < n) : a ^ m < a ^ n := pow_lt_pow_right₀ h k
theorem lt_of_pow_lt_pow_left {a b : α} (n : ℕ) (hb : 0 ≤ b) (h : a ^ n < b ^ n) : a < b :=
  lt_of_not_ge fun k => not_lt_of_ge (pow_le_pow_left hb k n) h
theorem lt_of_pow_lt_pow_left₀ {a b : α} (n : ℕ) (hb : 0 ≤ b) (h : a ^ n < b ^ n) : a < b := lt_of_pow_lt_pow_left n hb h
theorem le_of_pow_le_pow_left {a b : α} {n : ℕ} (hn : n ≠ 0) (hb : 0 ≤ b) (h : a ^ n ≤ b ^ n) : a ≤ b :=
  le_of_not_gt fun k => not_le_of_gt (pow_lt_pow_left k hb hn) h
theorem pow_left_injective' {a b : α} {n : ℕ} (ha : 0 ≤ a) (hb : 0 ≤ b) (hn : n ≠ 0) (h : a ^ n = b ^ n) : a = b :=
  le_antisymm (le_of_pow_le_pow_left hn hb (le_of_eq h)) (le_of_pow_le_pow_left hn ha (le_of_eq h.symm))
theorem pow_left_inj₀ {a b : α} {n : ℕ} (ha : 0 ≤ a) (hb : 0 ≤ b) (hn : n ≠ 0) : a ^ n = b ^ n ↔ a = b :=
  ⟨pow_left_injective' ha hb hn, fun h => h ▸ rfl⟩
theorem pow_left_inj {a b : α} {n : ℕ} (ha : 0 ≤ a) (hb : 0 ≤ b) (hn : n ≠ 0) : a ^ n = b ^ n ↔ a = b := pow_left_inj₀ ha hb hn
theorem sq_eq_sq' {a b : α} (ha : 0 ≤ a) (hb : 0 ≤ b) : a ^ 2 = b ^ 2 ↔ a = b := pow_left_inj₀ ha hb (by decide)
theorem sq_eq_sq₀ {a b : α} (ha : 0 ≤ a) (hb : 0 ≤ b) : a ^ 2 = b ^ 2 ↔ a = b := pow_left_inj₀ ha hb (by decide)
theorem sq_eq_sq {a b : α} (ha : 0 ≤ a) (hb : 0 ≤ b) : a ^ 2 = b ^ 2 ↔ a = b := pow_left_inj₀ ha hb (by decide)
theorem mul_self_inj {a b : α} (ha : 0 ≤ a) (hb : 0 ≤ b) : a * a = b * b ↔ a = b := by rw [← pow_two, ← pow_two]; exact sq_eq_sq ha hb
theorem pow_le_pow_iff_left₀ {a b : α} {n : ℕ} (ha : 0 ≤ a) (hb : 0 ≤ b) (hn : n ≠ 0) : a ^ n ≤ b ^ n ↔ a ≤ b :=
  ⟨le_of_pow_le_pow_left hn hb, fun h => pow_le_pow_left ha h n⟩
theorem pow_le_pow_iff_left {a b : α} {n : ℕ} (ha : 0 ≤ a) (hb : 0 ≤ b) (hn : n ≠ 0) : a ^ n ≤ b ^ n ↔ a ≤ b := pow_le_pow_iff_left₀ ha hb hn
theorem pow_lt_pow_iff_left₀ {a b : α} {n : ℕ} (ha : 0 ≤ a) (hb : 0 ≤ b) (hn : n ≠ 0) : a ^ n < b ^ n ↔ a < b :=
  ⟨lt_of_pow_lt_pow_left n hb, fun h => pow_lt_pow_left h ha hn⟩
theorem pow_lt_pow_iff_left {a b : α} {n : ℕ} (ha : 0 ≤ a) (hb : 0 ≤ b) (hn : n ≠ 0) : a ^ n < b ^ n ↔ a < b := pow_lt_pow_iff_left₀ ha hb hn
theorem pow_lt_pow_iff_right₀ {a : α} {m n : ℕ} (h : 1 < a) : a ^ m < a ^ n ↔ m < n :=
  ⟨fun k => Nat.lt_of_not_le fun l => not_lt_of_ge (pow_le_pow_right₀ (le_of_lt h) l) k, pow_lt_pow_right₀ h⟩
theorem pow_le_pow_iff_right₀ {a : α} {m n : ℕ} (h : 1 < a) : a ^ m ≤ a ^ n ↔ m ≤ n :=
  ⟨fun k => Nat.le_of_not_lt fun l => not_le_of_gt (pow_lt_pow_right₀ h l) k, pow_le_pow_right₀ (le_of_lt h)⟩
theorem pow_lt_pow_iff_right {a : α} {m n : ℕ} (h : 1 < a) : a ^ m < a ^ n ↔ m < n := pow_lt_pow_iff_right₀ h
theorem pow_le_pow_iff_right {a : α} {m n : ℕ} (h : 1 < a) : a ^ m ≤ a ^ n ↔ m ≤ n := pow_le_pow_iff_right₀ h
theorem pow_right_injective₀ {a : α} {m n : ℕ} (h : 1 < a) (k : a ^ m = a ^ n) : m = n :=
  Nat.le_antisymm ((pow_le_pow_iff_right₀ h).mp (le_of_eq k)) ((pow_le_pow_iff_right₀ h).mp (le_of_eq k.symm))
theorem pow_right_inj₀ {a : α} {m n : ℕ} (h : 1 < a) : a ^ m = a ^ n ↔ m = n := ⟨pow_right_injective₀ h, fun k => k ▸ rfl⟩
theorem pos_of_mul_pos_left' {a b : α} (h : 0 < a * b) (ha : 0 ≤ a) : 0 < b :=
  lt_of_not_ge fun k => not_lt_of_ge (mul_nonpos_of_nonneg_of_nonpos' ha k) h
theorem pos_of_mul_pos_right' {a b : α} (h : 0 < a * b) (hb : 0 ≤ b) : 0 < a := by rw [mul_comm] at h; exact pos_of_mul_pos_left' h hb
theorem lt_of_mul_lt_mul_left {a b c : α} (h : a * b < a * c) (ha : 0 ≤ a) : b < c :=
  lt_of_not_ge fun k => not_lt_of_ge (mul_le_mul_of_nonneg_left k ha) h
theorem lt_of_mul_lt_mul_right {a b c : α} (h : b * a < c * a) (ha : 0 ≤ a) : b < c :=
  lt_of_not_ge fun k => not_lt_of_ge (mul_le_mul_of_nonneg_right k ha) h
theorem le_of_mul_le_mul_left {a b c : α} (h : c * a ≤ c * b) (hc : 0 < c) : a ≤ b :=
  le_of_not_gt fun k => not_le_of_gt (mul_lt_mul_of_pos_left k hc) h
theorem le_of_mul_le_mul_right {a b c : α} (h : a * c ≤ b * c) (hc : 0 < c) : a ≤ b :=
  le_of_not_gt fun k => not_le_of_gt (mul_lt_mul_of_pos_right k hc) h
theorem mul_le_mul_left {a b c : α} (hc : 0 < c) : c * a ≤ c * b ↔ a ≤ b :=
  ⟨fun h => le_of_mul_le_mul_left h hc, fun h => mul_le_mul_of_nonneg_left h (le_of_lt hc)⟩
theorem mul_le_mul_right {a b c : α} (hc : 0 < c) : a * c ≤ b * c ↔ a ≤ b :=
  ⟨fun h => le_of_mul_le_mul_right h hc, fun h => mul_le_mul_of_nonneg_right h (le_of_lt hc)⟩
theorem mul_lt_mul_left {a b c : α} (hc : 0 < c) : c * a < c * b ↔ a < b :=
  ⟨fun h => lt_of_mul_lt_mul_left h (le_of_lt hc), fun h => mul_lt_mul_of_pos_left h hc⟩
theorem mul_lt_mul_right {a b c : α} (hc : 0 < c) : a * c < b * c ↔ a < b :=
  ⟨fun h => lt_of_mul_lt_mul_right h (le_of_lt hc), fun h => mul_lt_mul_of_pos_right h hc⟩
theorem mul_le_mul_iff_right₀ {a b c : α} (hc : 0 < c) : c * a ≤ c * b ↔ a ≤ b := mul_le_mul_left hc
theorem mul_le_mul_iff_left₀ {a b c : α} (hc : 0 < c) : a * c ≤ b * c ↔ a ≤ b := mul_le_mul_right hc
theorem mul_lt_mul_iff_right₀ {a b c : α} (hc : 0 < c) : c * a < c * b ↔ a < b := mul_lt_mul_left hc
theorem mul_lt_mul_iff_left₀ {a b c : α} (hc : 0 < c) : a * c < b * c ↔ a < b := mul_lt_mul_right hc
theorem add_lt_add_left {a b : α} (h : a < b) (c : α) : c + a < c + b := (Lean.Grind.OrderedAdd.add_lt_right_iff c).mp h
theorem add_lt_add_right {a b : α} (h : a < b) (c : α) : a + c < b + c := (Lean.Grind.OrderedAdd.add_lt_left_iff c).mp h
theorem add_le_add_left {a b : α} (h : a ≤ b) (c : α) : c + a ≤ c + b := (Lean.Grind.OrderedAdd.add_le_right_iff c).mp h
theorem add_le_add_right {a b : α} (h : a ≤ b) (c : α) : a + c ≤ b + c := (Lean.Grind.OrderedAdd.add_le_left_iff c).mp h
theorem add_le_add {a b c d : α} (h : a ≤ b) (k : c ≤ d) : a + c ≤ b + d := le_trans (add_le_add_right h c) (add_le_add_left k b)
theorem add_lt_add {a b c d : α} (h : a < b) (k : c < d) : a + c < b + d := lt_trans (add_lt_add_right h c) (add_lt_add_left k b)
theorem add_lt_add_of_le_of_lt {a b c d : α} (h : a ≤ b) (k : c < d) : a + c < b + d := lt_of_le_of_lt (add_le_add_right h c) (add_lt_add_left k b)
theorem add_lt_add_of_lt_of_le {a b c d : α} (h : a < b) (k : c ≤ d) : a + c < b + d := lt_of_lt_of_le (add_lt_add_right h c) (add_le_add_left k b)
theorem add_pos {a b : α} (ha : 0 < a) (hb : 0 < b) : 0 < a + b := by have := add_lt_add ha hb; rwa [add_zero] at this
theorem add_nonneg {a b : α} (ha : 0 ≤ a) (hb : 0 ≤ b) : 0 ≤ a + b := by have := add_le_add ha hb; rwa [add_zero] at this
theorem add_pos_of_pos_of_nonneg {a b : α} (ha : 0 < a) (hb : 0 ≤ b) : 0 < a + b := by have := add_lt_add_of_lt_of_le ha hb; rwa [add_zero] at this
theorem add_pos_of_nonneg_of_pos {a b : α} (ha : 0 ≤ a) (hb : 0 < b) : 0 < a + b := by have := add_lt_add_of_le_of_lt ha hb; rwa [add_zero] at this
theorem add_neg {a b : α} (ha : a < 0) (hb : b < 0) : a + b < 0 := by have := add_lt_add ha hb; rwa [add_zero] at this
theorem add_nonpos {a b : α} (ha : a ≤ 0) (hb : b ≤ 0) : a + b ≤ 0 := by have := add_le_add ha hb; rwa [add_zero] at this
@[simp] theorem add_le_add_iff_left (a : α) {b c : α} : a + b ≤ a + c ↔ b ≤ c := (Lean.Grind.OrderedAdd.add_le_right_iff a).symm
@[simp] theorem add_le_add_iff_right (a : α) {b c : α} : b + a ≤ c + a ↔ b ≤ c := (Lean.Grind.OrderedAdd.add_le_left_iff a).symm
@[simp] theorem add_lt_add_iff_left (a : α) {b c : α} : a + b < a + c ↔ b < c := (Lean.Grind.OrderedAdd.add_lt_right_iff a).symm
@[simp] theorem add_lt_add_iff_right (a : α) {b c : α} : b + a < c + a ↔ b < c := (Lean.Grind.OrderedAdd.add_lt_left_iff a).symm
theorem le_add_of_nonneg_right {a b : α} (h : 0 ≤ b) : a ≤ a + b := by have := add_le_add_left h a; rwa [add_zero] at this
theorem le_add_of_nonneg_left {a b : α} (h : 0 ≤ b) : a ≤ b + a := by have := add_le_add_right h a; rwa [zero_add] at this
theorem lt_add_of_pos_right (a : α) {b : α} (h : 0 < b) : a < a + b := by have := add_lt_add_left h a; rwa [add_zero] at this
theorem lt_add_of_pos_left (a : α) {b : α} (h : 0 < b) : a < b + a := by have := add_lt_add_right h a; rwa [zero_add] at this
theorem lt_add_one (a : α) : a < a + 1 := lt_add_of_pos_right a zero_lt_one
theorem one_le_mul_of_one_le_of_one_le {a b : α} (ha : 1 ≤ a) (hb : 1 ≤ b) : 1 ≤ a * b := by
  have := mul_le_mul ha hb zero_le_one (le_trans zero_le_one ha); rwa [one_mul] at this
theorem zero_lt_two : (0 : α) < 2 := by have := add_pos (α := α) zero_lt_one zero_lt_one; rwa [one_add_one_eq_two] at this
theorem two_pos : (0 : α) < 2 := zero_lt_two
theorem natCast_nonneg' (n : ℕ) : (0 : α) ≤ (n : α) := by
  induction n with
  | zero => rw [Nat.cast_zero]
  | succ n ih => rw [Nat.cast_succ]; exact add_nonneg ih zero_le_one
theorem Nat.cast_nonneg (n : ℕ) : (0 : α) ≤ (n : α) := natCast_nonneg' n
theorem Nat.cast_mono' {m n : ℕ} (h : m ≤ n) : (m : α) ≤ (n : α) := by
  obtain ⟨d, rfl⟩ := Nat.exists_eq_add_of_le h
  rw [Nat.cast_add]; exact le_add_of_nonneg_right (natCast_nonneg' d)
theorem Nat.cast_strictMono' {m n : ℕ} (h : m < n) : (m : α) < (n : α) := by
  have := Nat.cast_mono' (α := α) (Nat.succ_le_of_lt h)
  rw [Nat.cast_succ] at this; exact lt_of_lt_of_le (lt_add_one _) this
@[simp, norm_cast] theorem Nat.cast_le {m n : ℕ} : (m : α) ≤ (n : α) ↔ m ≤ n :=
  ⟨fun h => Nat.le_of_not_lt fun k => not_lt_of_ge h (Nat.cast_strictMono' k), Nat.cast_mono'⟩
@[simp, norm_cast] theorem Nat.cast_lt {m n : ℕ} : (m : α) < (n : α) ↔ m < n :=
  ⟨fun h => Nat.lt_of_not_le fun k => not_lt_of_ge (Nat.cast_mono' k) h, Nat.cast_strictMono'⟩
@[simp, norm_cast] theorem Nat.cast_inj {m n : ℕ} : (m : α) = (n : α) ↔ m = n :=
  ⟨fun h => Nat.le_antisymm (Nat.cast_le.mp (le_of_eq h)) (Nat.cast_le.mp (le_of_eq h.symm)), fun h => h ▸ rfl⟩
theorem Nat.cast_injective : Function.Injective (Nat.cast : ℕ → α) := fun _ _ h => Nat.cast_inj.mp h
@[simp, norm_cast] theorem Nat.cast_eq_zero {n : ℕ} : (n : α) = 0 ↔ n = 0 := by rw [← Nat.cast_zero, Nat.cast_inj]
@[simp, norm_cast] theorem Nat.cast_eq_one {n : ℕ} : (n : α) = 1 ↔ n = 1 := by rw [← Nat.cast_one, Nat.cast_inj]
theorem Nat.cast_ne_zero {n : ℕ} : (n : α) ≠ 0 ↔ n ≠ 0 := not_congr Nat.cast_eq_zero
@[simp, norm_cast] theorem Nat.cast_pos {n : ℕ} : (0 : α) < n ↔ 0 < n := by rw [← Nat.cast_zero, Nat.cast_lt]
theorem Nat.cast_pos' {n : ℕ} (h : 0 < n) : (0 : α) < n := Nat.cast_pos.mpr h
@[simp, norm_cast] theorem Nat.one_le_cast {n : ℕ} : (1 : α) ≤ n ↔ 1 ≤ n := by rw [← Nat.cast_one, Nat.cast_le]
@[simp, norm_cast] theorem Nat.one_lt_cast {n : ℕ} : (1 : α) < n ↔ 1 < n := by rw [← Nat.cast_one, Nat.cast_lt]
@[simp, norm_cast] theorem Nat.cast_le_one {n : ℕ} : (n : α) ≤ 1 ↔ n ≤ 1 := by rw [← Nat.cast_one, Nat.cast_le]
@[simp, norm_cast] theorem Nat.cast_lt_one {n : ℕ} : (n : α) < 1 ↔ n < 1 := by rw [← Nat.cast_one, Nat.cast_lt]
@[simp, norm_cast] theorem Nat.ofNat_le_cast {m n : ℕ} : (no_index (OfNat.ofNat m) : α) ≤ n ↔ OfNat.ofNat m ≤ n := by rw [← Nat.cast_ofNat, Nat.cast_le]
@[simp, norm_cast] theorem Nat.ofNat_lt_cast {m n : ℕ} : (no_index (OfNat.ofNat m) : α) < n ↔ OfNat.ofNat m < n := by rw [← Nat.cast_ofNat, Nat.cast_lt]
@[simp, norm_cast] theorem Nat.cast_le_ofNat {m n : ℕ} : (n : α) ≤ no_index (OfNat.ofNat m) ↔ n ≤ OfNat.ofNat m := by rw [← Nat.cast_ofNat, Nat.cast_le]
@[simp, norm_cast] theorem Nat.cast_lt_ofNat {m n : ℕ} : (n : α) < no_index (OfNat.ofNat m) ↔ n < OfNat.ofNat m := by rw [← Nat.cast_ofNat, Nat.cast_lt]
@[simp, norm_cast] theorem Nat.cast_eq_ofNat {m n : ℕ} : (n : α) = no_index (OfNat.ofNat m) ↔ n = OfNat.ofNat m := by rw [← Nat.cast_ofNat, Nat.cast_inj]
@[simp] theorem ofNat_le_ofNat {m n : ℕ} : (no_index (OfNat.ofNat m) : α) ≤ no_index (OfNat.ofNat n) ↔ m ≤ n := by
  rw [← Nat.cast_ofNat (n := m), ← Nat.cast_ofNat (n := n), Nat.cast_le]; exact Iff.rfl
@[simp] theorem ofNat_lt_ofNat {m n : ℕ} : (no_index (OfNat.ofNat m) : α) < no_index (OfNat.ofNat n) ↔ m < n := by
  rw [← Nat.cast_ofNat (n := m), ← Nat.cast_ofNat (n := n), Nat.cast_lt]; exact Iff.rfl
@[simp] theorem ofNat_eq_ofNat {m n : ℕ} : (no_index (OfNat.ofNat m) : α) = no_index (OfNat.ofNat n) ↔ m = n := by
  rw [← Nat.cast_ofNat (n := m), ← Nat.cast_ofNat (n := n), Nat.cast_inj]; exact Iff.rfl
theorem one_ne_zero : (1 : α) ≠ 0 := fun h => absurd (h ▸ zero_lt_one (α := α)) (lt_irrefl 0)
theorem zero_ne_one : (0 : α) ≠ 1 := fun h => one_ne_zero h.symm
theorem two_ne_zero : (2 : α) ≠ 0 := (ne_of_lt zero_lt_two).symm
theorem three_pos : (0 : α) < 3 := by have := Nat.cast_strictMono' (α := α) (show 0 < 3 by decide); rwa [Nat.cast_zero, Nat.cast_ofNat] at this
theorem four_pos : (0 : α) < 4 := by have := Nat.cast_strictMono' (α := α) (show 0 < 4 by decide); rwa [Nat.cast_zero, Nat.cast_ofNat] at this
theorem three_ne_zero : (3 : α) ≠ 0 := (ne_of_lt three_pos).symm
theorem four_ne_zero : (4 : α) ≠ 0 := (ne_of_lt four_pos).symm
theorem pow_pos' {a : α} (h : 0 < a) {n : ℕ} : 0 < a ^ n := pow_pos h n
end OrderedSemiring

section OrderedRing
variable {α : Type} [Lean.Grind.CommRing α] [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [Lean.Grind.OrderedRing α]
theorem sub_nonneg {a b : α} : 0 ≤ a - b ↔ b ≤ a := by grind
theorem sub_nonneg_of_le {a b : α} (h : b ≤ a) : 0 ≤ a - b := by grind
theorem le_of_sub_nonneg {a b : α} (h : 0 ≤ a - b) : b ≤ a := by grind
theorem sub_pos {a b : α} : 0 < a - b ↔ b < a := by grind
theorem sub_pos_of_lt {a b : α} (h : b < a) : 0 < a - b := by grind
theorem lt_of_sub_pos {a b : α} (h : 0 < a - b) : b < a := by grind
theorem sub_nonpos {a b : α} : a - b ≤ 0 ↔ a ≤ b := by grind
theorem sub_neg {a b : α} : a - b < 0 ↔ a < b := by grind
theorem sub_lt_zero {a b : α} : a - b < 0 ↔ a < b := by grind
theorem mul_nonneg_of_nonpos_of_nonpos {a b : α} (ha : a ≤ 0) (hb : b ≤ 0) : 0 ≤ a * b := by
  have := mul_nonneg (a := -a) (b := -b) (by grind) (by grind); rwa [neg_mul_neg] at this
theorem mul_nonneg_of_neg_of_neg {a b : α} (ha : a ≤ 0) (hb : b ≤ 0) : 0 ≤ a * b := mul_nonneg_of_nonpos_of_nonpos ha hb
theorem mul_nonneg_of_nonpos_nonpos {a b : α} (ha : a ≤ 0) (hb : b ≤ 0) : 0 ≤ a * b := mul_nonneg_of_nonpos_of_nonpos ha hb
theorem mul_pos_of_neg_of_neg {a b : α} (ha : a < 0) (hb : b < 0) : 0 < a * b := by
  have := mul_pos (a := -a) (b := -b) (by grind) (by grind); rwa [neg_mul_neg] at this
theorem mul_nonpos_of_nonneg_of_nonpos {a b : α} (ha : 0 ≤ a) (hb : b ≤ 0) : a * b ≤ 0 := mul_nonpos_of_nonneg_of_nonpos' ha hb
theorem mul_nonpos_of_nonpos_of_nonneg {a b : α} (ha : a ≤ 0) (hb : 0 ≤ b) : a * b ≤ 0 := by rw [mul_comm]; exact mul_nonpos_of_nonneg_of_nonpos' hb ha
theorem mul_le_mul_of_nonpos_left {a b c : α} (h : b ≤ a) (hc : c ≤ 0) : c * a ≤ c * b := by
  have := mul_nonneg_of_nonpos_of_nonpos hc (show b - a ≤ 0 by grind); grind
theorem mul_le_mul_of_nonpos_right {a b c : α} (h : b ≤ a) (hc : c ≤ 0) : a * c ≤ b * c := by
  have := mul_nonneg_of_nonpos_of_nonpos hc (show b - a ≤ 0 by grind); grind
theorem mul_lt_mul_of_neg_left {a b c : α} (h : b < a) (hc : c < 0) : c * a < c * b := by
  have := mul_pos_of_neg_of_neg hc (show b - a < 0 by grind); grind
theorem mul_lt_mul_of_neg_right {a b c : α} (h : b < a) (hc : c < 0) : a * c < b * c := by
  have := mul_pos_of_neg_of_neg hc (show b - a < 0 by grind); grind
theorem mul_self_nonneg (a : α) : 0 ≤ a * a := (le_total 0 a).elim (fun h => mul_nonneg h h) (fun h => mul_nonneg_of_nonpos_of_nonpos h h)
theorem sq_nonneg (a : α) : 0 ≤ a ^ 2 := by rw [pow_two]; exact mul_self_nonneg a
theorem pow_two_nonneg (a : α) : 0 ≤ a ^ 2 := sq_nonneg a
theorem mul_self_pos' {a : α} (h : a ≠ 0) : 0 < a * a :=
  (lt_or_gt_of_ne h).elim (fun h => mul_pos_of_neg_of_neg h h) (fun h => mul_pos h h)
theorem mul_self_pos {a : α} : 0 < a * a ↔ a ≠ 0 := ⟨fun h k => by rw [k, zero_mul] at h; exact lt_irrefl 0 h, mul_self_pos'⟩
theorem sq_pos_of_ne_zero {a : α} (h : a ≠ 0) : 0 < a ^ 2 := by rw [pow_two]; exact mul_self_pos' h
theorem pow_two_pos_of_ne_zero {a : α} (h : a ≠ 0) : 0 < a ^ 2 := sq_pos_of_ne_zero h
theorem sq_pos_of_pos {a : α} (h : 0 < a) : 0 < a ^ 2 := pow_pos h 2
theorem sq_pos_of_neg {a : α} (h : a < 0) : 0 < a ^ 2 := sq_pos_of_ne_zero (ne_of_lt h)
theorem sq_pos_iff {a : α} : 0 < a ^ 2 ↔ a ≠ 0 := by rw [pow_two]; exact mul_self_pos
theorem sq_pos' {a : α} : 0 < a ^ 2 ↔ a ≠ 0 := sq_pos_iff
theorem even_two_mul_pow_nonneg (a : α) (n : ℕ) : 0 ≤ a ^ (2 * n) := by rw [pow_mul]; exact pow_nonneg (sq_nonneg a) n
theorem pow_bit0_nonneg (a : α) (n : ℕ) : 0 ≤ a ^ (n + n) := by rw [← Nat.two_mul]; exact even_two_mul_pow_nonneg a n
theorem two_mul_le_add_sq (a b : α) : 2 * a * b ≤ a ^ 2 + b ^ 2 := by have := sq_nonneg (a - b); grind
theorem two_mul_le_add_pow_two (a b : α) : 2 * a * b ≤ a ^ 2 + b ^ 2 := two_mul_le_add_sq a b
theorem sq_nonpos_iff (a : α) : a ^ 2 ≤ 0 ↔ a = 0 := by
  constructor
  · intro h
    by_cases k : a = 0
    · exact k
    · exact absurd (sq_pos_of_ne_zero k) (not_lt_of_ge h)
  · rintro rfl; simp [zero_pow]
theorem add_sq_eq_zero' {a b : α} (h : a ^ 2 + b ^ 2 = 0) : a = 0 ∧ b = 0 := by
  have := sq_nonneg a; have := sq_nonneg b
  exact ⟨(sq_nonpos_iff a).mp (by grind), (sq_nonpos_iff b).mp (by grind)⟩
theorem add_eq_zero_iff_of_nonneg {a b : α} (ha : 0 ≤ a) (hb : 0 ≤ b) : a + b = 0 ↔ a = 0 ∧ b = 0 := by grind
theorem neg_pos {a : α} : 0 < -a ↔ a < 0 := by grind
theorem neg_nonneg {a : α} : 0 ≤ -a ↔ a ≤ 0 := by grind
theorem neg_neg_iff_pos {a : α} : -a < 0 ↔ 0 < a := by grind
theorem neg_lt_zero {a : α} : -a < 0 ↔ 0 < a := by grind
theorem neg_nonpos {a : α} : -a ≤ 0 ↔ 0 ≤ a := by grind
theorem neg_le_neg {a b : α} (h : a ≤ b) : -b ≤ -a := by grind
theorem neg_lt_neg {a b : α} (h : a < b) : -b < -a := by grind
theorem neg_le_neg_iff {a b : α} : -a ≤ -b ↔ b ≤ a := by grind
theorem neg_lt_neg_iff {a b : α} : -a < -b ↔ b < a := by grind
theorem neg_le {a b : α} : -a ≤ b ↔ -b ≤ a := by grind
theorem neg_lt {a b : α} : -a < b ↔ -b < a := by grind
theorem le_neg {a b : α} : a ≤ -b ↔ b ≤ -a := by grind
theorem lt_neg {a b : α} : a < -b ↔ b < -a := by grind
theorem neg_le_self {a : α} (h : 0 ≤ a) : -a ≤ a := by grind
theorem le_sub_iff_add_le {a b c : α} : a ≤ c - b ↔ a + b ≤ c := by grind
theorem le_sub_iff_add_le' {a b c : α} : b ≤ c - a ↔ a + b ≤ c := by grind
theorem lt_sub_iff_add_lt {a b c : α} : a < c - b ↔ a + b < c := by grind
theorem lt_sub_iff_add_lt' {a b c : α} : b < c - a ↔ a + b < c := by grind
theorem sub_le_iff_le_add {a b c : α} : a - c ≤ b ↔ a ≤ b + c := by grind
theorem sub_le_iff_le_add' {a b c : α} : a - b ≤ c ↔ a ≤ b + c := by grind
theorem sub_lt_iff_lt_add {a b c : α} : a - c < b ↔ a < b + c := by grind
theorem sub_lt_iff_lt_add' {a b c : α} : a - b < c ↔ a < b + c := by grind
theorem sub_le_sub_left {a b : α} (h : a ≤ b) (c : α) : c - b ≤ c - a := by grind
theorem sub_le_sub_right {a b : α} (h : a ≤ b) (c : α) : a - c ≤ b - c := by grind
theorem sub_lt_sub_left {a b : α} (h : a < b) (c : α) : c - b < c - a := by grind
theorem sub_lt_sub_right {a b : α} (h : a < b) (c : α) : a - c < b - c := by grind
theorem sub_le_sub {a b c d : α} (h : a ≤ b) (k : c ≤ d) : a - d ≤ b - c := by grind
theorem sub_lt_sub {a b c d : α} (h : a < b) (k : c < d) : a - d < b - c := by grind
theorem sub_le_self (a : α) {b : α} (h : 0 ≤ b) : a - b ≤ a := by grind
theorem sub_lt_self (a : α) {b : α} (h : 0 < b) : a - b < a := by grind
theorem le_of_add_le_add_left {a b c : α} (h : a + b ≤ a + c) : b ≤ c := by grind
theorem le_of_add_le_add_right {a b c : α} (h : a + b ≤ c + b) : a ≤ c := by grind
theorem lt_of_add_lt_add_left {a b c : α} (h : a + b < a + c) : b < c := by grind
theorem lt_of_add_lt_add_right {a b c : α} (h : a + b < c + b) : a < c := by grind
theorem le_neg_add_iff_add_le {a b c : α} : b ≤ -a + c ↔ a + b ≤ c := by grind
theorem lt_of_sub_neg {a b : α} (h : a - b < 0) : a < b := by grind
theorem sub_one_lt (a : α) : a - 1 < a := by have := zero_lt_one (α := α); grind
theorem pos_of_mul_neg_left' {a b : α} (h : a * b < 0) (ha : b ≤ 0) : 0 < a := lt_of_not_ge fun k => not_lt_of_ge (mul_nonneg_of_nonpos_of_nonpos k ha) h
theorem neg_of_mul_neg_left {a b : α} (h : a * b < 0) (ha : 0 ≤ a) : b < 0 := lt_of_not_ge fun k => not_lt_of_ge (mul_nonneg ha k) h
theorem neg_of_mul_neg_right {a b : α} (h : a * b < 0) (hb : 0 ≤ b) : a < 0 := lt_of_not_ge fun k => not_lt_of_ge (mul_nonneg k hb) h
theorem pos_of_mul_pos_left {a b : α} (h : 0 < a * b) (ha : 0 ≤ b) : 0 < a := pos_of_mul_pos_right' h ha
theorem pos_of_mul_pos_right {a b : α} (h : 0 < a * b) (ha : 0 ≤ a) : 0 < b := pos_of_mul_pos_left' h ha
theorem pos_and_pos_or_neg_and_neg_of_mul_pos {a b : α} (h : 0 < a * b) : 0 < a ∧ 0 < b ∨ a < 0 ∧ b < 0 := by
  rcases lt_trichotomy a 0 with k | k | k
  · right; exact ⟨k, lt_of_not_ge fun l => not_lt_of_ge (mul_nonpos_of_nonpos_of_nonneg (le_of_lt k) l) h⟩
  · rw [k, zero_mul] at h; exact absurd h (lt_irrefl 0)
  · left; exact ⟨k, pos_of_mul_pos_right h (le_of_lt k)⟩
theorem mul_pos_iff {a b : α} : 0 < a * b ↔ 0 < a ∧ 0 < b ∨ a < 0 ∧ b < 0 :=
  ⟨pos_and_pos_or_neg_and_neg_of_mul_pos, fun h => h.elim (fun h => mul_pos h.1 h.2) (fun h => mul_pos_of_neg_of_neg h.1 h.2)⟩
theorem mul_nonneg_iff_of_pos_left {a b : α} (h : 0 < a) : 0 ≤ a * b ↔ 0 ≤ b := by
  have := mul_le_mul_left (a := 0) (b := b) h; rwa [mul_zero] at this
theorem mul_nonneg_iff_of_pos_right {a b : α} (h : 0 < b) : 0 ≤ a * b ↔ 0 ≤ a := by
  have := mul_le_mul_right (a := 0) (b := a) h; rwa [zero_mul] at this
theorem mul_pos_iff_of_pos_left {a b : α} (h : 0 < a) : 0 < a * b ↔ 0 < b := by
  have := mul_lt_mul_left (a := 0) (b := b) h; rwa [mul_zero] at this
theorem mul_pos_iff_of_pos_right {a b : α} (h : 0 < b) : 0 < a * b ↔ 0 < a := by
  have := mul_lt_mul_right (a := 0) (b := a) h; rwa [zero_mul] at this
theorem mul_neg_iff {a b : α} : a * b < 0 ↔ 0 < a ∧ b < 0 ∨ a < 0 ∧ 0 < b := by
  have := mul_pos_iff (a := a) (b := -b); grind
theorem mul_nonneg_iff {a b : α} : 0 ≤ a * b ↔ 0 ≤ a ∧ 0 ≤ b ∨ a ≤ 0 ∧ b ≤ 0 := by
  have := mul_neg_iff (a := a) (b := b); grind
theorem sq_lt_sq_of_pos' {a b : α} (h1 : -b < a) (h2 : a < b) : a ^ 2 < b ^ 2 := by
  have := mul_pos (show 0 < b - a by grind) (show 0 < b + a by grind); grind
theorem sq_lt_sq' {a b : α} (h1 : -b < a) (h2 : a < b) : a ^ 2 < b ^ 2 := sq_lt_sq_of_pos' h1 h2
theorem sq_le_sq' {a b : α} (h1 : -b ≤ a) (h2 : a ≤ b) : a ^ 2 ≤ b ^ 2 := by
  have := mul_nonneg (show 0 ≤ b - a by grind) (show 0 ≤ b + a by grind); grind
theorem abs_le_of_sq_le' {a b : α} (h : a ^ 2 ≤ b ^ 2) (hb : 0 ≤ b) : -b ≤ a ∧ a ≤ b := by
  constructor <;> refine le_of_not_gt fun k => ?_
  · have := mul_pos (show 0 < -b - a by grind) (show 0 < b - a by grind); grind
  · have := mul_pos (show 0 < a - b by grind) (show 0 < a + b by grind); grind
theorem pow_le_pow_left' {a b : α} (h : a ≤ b) (ha : 0 ≤ a) (n : ℕ) : a ^ n ≤ b ^ n := pow_le_pow_left ha h n
theorem abs_lt_of_sq_lt' {a b : α} (h : a ^ 2 < b ^ 2) (hb : 0 ≤ b) : -b < a ∧ a < b := by
  constructor <;> refine lt_of_not_ge fun k => ?_
  · have := mul_nonneg (show 0 ≤ -b - a by grind) (show 0 ≤ b - a by grind); grind
  · have := mul_nonneg (show 0 ≤ a - b by grind) (show 0 ≤ a + b by grind); grind
theorem one_add_mul_le_pow {a : α} (h : -2 ≤ a) (n : ℕ) : 1 + n * a ≤ (1 + a) ^ n := by
  have key : ∀ n : ℕ, 1 + (n : α) * a ≤ (1 + a) ^ n ∧ 1 + ((n + 1 : ℕ) : α) * a ≤ (1 + a) ^ (n + 1) := by
    intro n
    induction n with
    | zero => simp
    | succ n ih =>
      refine ⟨ih.2, ?_⟩
      have e : (1 + a) ^ (n + 1 + 1) = (1 + a) ^ n * (1 + a) ^ 2 := by rw [← pow_add]
      have k := mul_le_mul_of_nonneg_right ih.1 (sq_nonneg (1 + a))
      have l := mul_nonneg (mul_nonneg (natCast_nonneg' (α := α) n) (sq_nonneg a)) (show 0 ≤ 2 + a by grind)
      have m := sq_nonneg a
      rw [e]; push_cast; grind
  exact (key n).1
@[simp, norm_cast] theorem Int.cast_le {m n : ℤ} : (m : α) ≤ (n : α) ↔ m ≤ n := by
  have key : (0 : α) ≤ ((n - m : ℤ) : α) ↔ 0 ≤ n - m := by
    rcases Int.eq_nat_or_neg (n - m) with ⟨k, h | h⟩ <;> rw [h]
    · rw [Int.cast_natCast]; exact ⟨fun _ => Int.natCast_nonneg k, fun _ => natCast_nonneg' k⟩
    · rw [Int.cast_neg, Int.cast_natCast, neg_nonneg, ← Nat.cast_zero, Nat.cast_le]; omega
  rw [Int.cast_sub] at key; grind
@[simp, norm_cast] theorem Int.cast_lt {m n : ℤ} : (m : α) < (n : α) ↔ m < n := by
  rw [← not_le, Int.cast_le]; omega
@[simp, norm_cast] theorem Int.cast_inj {m n : ℤ} : (m : α) = (n : α) ↔ m = n := by
  rw [le_antisymm_iff, Int.cast_le, Int.cast_le]; omega
theorem Int.cast_injective : Function.Injective (Int.cast : ℤ → α) := fun _ _ h => Int.cast_inj.mp h
@[simp, norm_cast] theorem Int.cast_eq_zero {n : ℤ} : (n : α) = 0 ↔ n = 0 := by rw [← Int.cast_zero, Int.cast_inj]
@[simp, norm_cast] theorem Int.cast_eq_one {n : ℤ} : (n : α) = 1 ↔ n = 1 := by rw [← Int.cast_one, Int.cast_inj]
theorem Int.cast_ne_zero {n : ℤ} : (n : α) ≠ 0 ↔ n ≠ 0 := not_congr Int.cast_eq_zero
@[simp, norm_cast] theorem Int.cast_nonneg {n : ℤ} : (0 : α) ≤ n ↔ 0 ≤ n := by rw [← Int.cast_zero, Int.cast_le]
@[simp, norm_cast] theorem Int.cast_nonpos {n : ℤ} : (n : α) ≤ 0 ↔ n ≤ 0 := by rw [← Int.cast_zero, Int.cast_le]
@[simp, norm_cast] theorem Int.cast_pos {n : ℤ} : (0 : α) < n ↔ 0 < n := by rw [← Int.cast_zero, Int.cast_lt]
@[simp, norm_cast] theorem Int.cast_lt_zero {n : ℤ} : (n : α) < 0 ↔ n < 0 := by rw [← Int.cast_zero, Int.cast_lt]
end OrderedRing

section Field
variable {α : Type} [Lean.Grind.Field α]
theorem div_eq_mul_inv (a b : α) : a / b = a * b⁻¹ := Lean.Grind.Field.div_eq_mul_inv a b
@[simp] theorem inv_zero : (0 : α)⁻¹ = 0 := Lean.Grind.Field.inv_zero
@[simp] theorem inv_one : (1 : α)⁻¹ = 1 := by have := Lean.Grind.Field.mul_inv_cancel (α := α) (a := 1); grind
@[simp] theorem inv_inv (a : α) : a⁻¹⁻¹ = a := by grind
theorem mul_inv_cancel₀ {a : α} (h : a ≠ 0) : a * a⁻¹ = 1 := Lean.Grind.Field.mul_inv_cancel h
theorem inv_mul_cancel₀ {a : α} (h : a ≠ 0) : a⁻¹ * a = 1 := by rw [mul_comm]; exact mul_inv_cancel₀ h
theorem mul_inv_cancel {a : α} (h : a ≠ 0) : a * a⁻¹ = 1 := mul_inv_cancel₀ h
theorem inv_mul_cancel {a : α} (h : a ≠ 0) : a⁻¹ * a = 1 := inv_mul_cancel₀ h
theorem inv_ne_zero {a : α} (h : a ≠ 0) : a⁻¹ ≠ 0 := fun k => by have := mul_inv_cancel₀ h; rw [k, mul_zero] at this; grind
@[simp] theorem inv_eq_zero {a : α} : a⁻¹ = 0 ↔ a = 0 := ⟨fun h => Classical.byContradiction fun k => inv_ne_zero k h, fun h => by rw [h, inv_zero]⟩
theorem div_eq_inv_mul (a b : α) : a / b = b⁻¹ * a := by rw [div_eq_mul_inv, mul_comm]
theorem one_div (a : α) : 1 / a = a⁻¹ := by rw [div_eq_mul_inv, one_mul]
theorem inv_eq_one_div (a : α) : a⁻¹ = 1 / a := (one_div a).symm
@[simp] theorem div_one (a : α) : a / 1 = a := by rw [div_eq_mul_inv, inv_one, mul_one]
@[simp] theorem zero_div (a : α) : 0 / a = 0 := by rw [div_eq_mul_inv, zero_mul]
@[simp] theorem div_zero (a : α) : a / 0 = 0 := by rw [div_eq_mul_inv, inv_zero, mul_zero]
@[simp] theorem div_self {a : α} (h : a ≠ 0) : a / a = 1 := by rw [div_eq_mul_inv, mul_inv_cancel₀ h]
theorem div_self' {a : α} (h : a ≠ 0) : a / a = 1 := div_self h
theorem mul_inv (a b : α) : (a * b)⁻¹ = a⁻¹ * b⁻¹ := by
  by_cases ha : a = 0
  · simp [ha]
  by_cases hb : b = 0
  · simp [hb]
  have := mul_inv_cancel₀ (mul_ne_zero ha hb)
  have h : (a * b) * (a⁻¹ * b⁻¹) = 1 := by rw [mul_mul_mul_comm, mul_inv_cancel₀ ha, mul_inv_cancel₀ hb, mul_one]
  exact mul_left_cancel₀ (mul_ne_zero ha hb) (this.trans h.symm)
theorem neg_inv (a : α) : -a⁻¹ = (-a)⁻¹ := by grind
theorem inv_neg (a : α) : (-a)⁻¹ = -a⁻¹ := by grind
theorem inv_div (a b : α) : (a / b)⁻¹ = b / a := by rw [div_eq_mul_inv, mul_inv, inv_inv, mul_comm, ← div_eq_mul_inv]
theorem one_div_div (a b : α) : 1 / (a / b) = b / a := by rw [one_div, inv_div]
theorem one_div_one_div (a : α) : 1 / (1 / a) = a := by rw [one_div, one_div, inv_inv]
theorem inv_pow (a : α) (n : ℕ) : a⁻¹ ^ n = (a ^ n)⁻¹ := by
  induction n with
  | zero => simp
  | succ n ih => rw [pow_succ, pow_succ, mul_inv, ih]
theorem div_pow (a b : α) (n : ℕ) : (a / b) ^ n = a ^ n / b ^ n := by rw [div_eq_mul_inv, mul_pow, inv_pow, ← div_eq_mul_inv]
theorem one_div_pow (a : α) (n : ℕ) : (1 / a) ^ n = 1 / a ^ n := by rw [div_pow, one_pow]
theorem mul_div_assoc (a b c : α) : a * b / c = a * (b / c) := by rw [div_eq_mul_inv, mul_assoc, ← div_eq_mul_inv]
theorem mul_div_assoc' (a b c : α) : a * (b / c) = a * b / c := (mul_div_assoc a b c).symm
theorem mul_div (a b c : α) : a * (b / c) = a * b / c := (mul_div_assoc a b c).symm
theorem div_mul_eq_mul_div (a b c : α) : a / b * c = a * c / b := by rw [div_eq_mul_inv, mul_right_comm, ← div_eq_mul_inv]
theorem mul_div_right_comm (a b c : α) : a * b / c = a / c * b := (div_mul_eq_mul_div a c b).symm
theorem mul_one_div (a b : α) : a * (1 / b) = a / b := by rw [mul_div, mul_one]
theorem div_eq_mul_one_div (a b : α) : a / b = a * (1 / b) := (mul_one_div a b).symm
theorem one_div_mul_eq_div (a b : α) : 1 / a * b = b / a := by rw [div_mul_eq_mul_div, one_mul]
theorem div_mul_eq_div_div' (a b c : α) : a / (b * c) = a / b / c := by rw [div_eq_mul_inv, mul_inv, ← mul_assoc, ← div_eq_mul_inv, ← div_eq_mul_inv]
theorem div_div (a b c : α) : a / b / c = a / (b * c) := (div_mul_eq_div_div' a b c).symm
theorem div_div_eq_mul_div (a b c : α) : a / (b / c) = a * c / b := by rw [div_eq_mul_inv, inv_div, mul_div]
theorem div_div_eq_div_mul (a b c : α) : a / b / c = a / (b * c) := div_div a b c
theorem div_mul_div_comm (a b c d : α) : a / b * (c / d) = a * c / (b * d) := by rw [div_mul_eq_mul_div, mul_div, div_div, mul_comm d]
theorem div_div_div_eq (a b c d : α) : a / b / (c / d) = a * d / (b * c) := by rw [div_div_eq_mul_div, div_mul_eq_mul_div, div_div]
theorem add_div (a b c : α) : (a + b) / c = a / c + b / c := by grind
theorem sub_div (a b c : α) : (a - b) / c = a / c - b / c := by grind
theorem div_add_div_same (a b c : α) : a / c + b / c = (a + b) / c := by grind
theorem div_sub_div_same (a b c : α) : a / c - b / c = (a - b) / c := by grind
theorem neg_div (a b : α) : -b / a = -(b / a) := by grind
theorem neg_div' (a b : α) : -(b / a) = -b / a := by grind
theorem div_neg (a : α) {b : α} : a / -b = -(a / b) := by grind
theorem neg_div_neg_eq (a b : α) : -a / -b = a / b := by grind
theorem div_add_div (a c : α) {b d : α} (hb : b ≠ 0) (hd : d ≠ 0) : a / b + c / d = (a * d + b * c) / (b * d) := by have := mul_ne_zero hb hd; grind
theorem div_sub_div (a c : α) {b d : α} (hb : b ≠ 0) (hd : d ≠ 0) : a / b - c / d = (a * d - b * c) / (b * d) := by have := mul_ne_zero hb hd; grind
theorem div_add' (a b c : α) (hc : c ≠ 0) : a / c + b = (a + b * c) / c := by grind
theorem add_div' (a b c : α) (hc : c ≠ 0) : b + a / c = (b * c + a) / c := by grind
theorem sub_div' (a b c : α) (hc : c ≠ 0) : b - a / c = (b * c - a) / c := by grind
theorem div_sub' (a b c : α) (hc : c ≠ 0) : a / c - b = (a - c * b) / c := by grind
theorem mul_div_cancel_left₀ (b : α) {a : α} (h : a ≠ 0) : a * b / a = b := by grind
theorem mul_div_cancel_right₀ (a : α) {b : α} (h : b ≠ 0) : a * b / b = a := by grind
theorem mul_div_cancel_left (b : α) {a : α} (h : a ≠ 0) : a * b / a = b := by grind
theorem mul_div_cancel_right (a : α) {b : α} (h : b ≠ 0) : a * b / b = a := by grind
theorem mul_div_cancel (a : α) {b : α} (h : b ≠ 0) : a * b / b = a := by grind
theorem mul_div_cancel' (a : α) {b : α} (h : b ≠ 0) : b * (a / b) = a := by grind
theorem mul_div_cancel₀ (a : α) {b : α} (h : b ≠ 0) : a * b / b = a := by grind
theorem div_mul_cancel₀ (a : α) {b : α} (h : b ≠ 0) : a / b * b = a := by grind
theorem div_mul_cancel (a : α) {b : α} (h : b ≠ 0) : a / b * b = a := by grind
theorem mul_div_mul_left (a b : α) {c : α} (h : c ≠ 0) : c * a / (c * b) = a / b := by rw [← div_mul_div_comm, div_self h, one_mul]
theorem mul_div_mul_right (a b : α) {c : α} (h : c ≠ 0) : a * c / (b * c) = a / b := by rw [← div_mul_div_comm, div_self h, mul_one]
theorem div_eq_iff {a b c : α} (h : b ≠ 0) : a / b = c ↔ a = c * b := by grind
theorem eq_div_iff {a b c : α} (h : c ≠ 0) : a = b / c ↔ a * c = b := by grind
theorem div_eq_iff_mul_eq {a b c : α} (h : b ≠ 0) : a / b = c ↔ c * b = a := by grind
theorem eq_div_iff_mul_eq {a b c : α} (h : c ≠ 0) : a = b / c ↔ a * c = b := by grind
theorem eq_div_of_mul_eq {a b c : α} (h : c ≠ 0) (k : a * c = b) : a = b / c := by grind
theorem div_eq_of_eq_mul {a b c : α} (h : b ≠ 0) (k : a = c * b) : a / b = c := by grind
theorem eq_mul_of_div_eq {a b c : α} (h : b ≠ 0) (k : a / b = c) : a = c * b := by grind
theorem div_eq_div_iff {a b c d : α} (hb : b ≠ 0) (hd : d ≠ 0) : a / b = c / d ↔ a * d = c * b := by
  rw [div_eq_iff hb, div_mul_eq_mul_div, eq_div_iff hd]
theorem div_eq_one_iff_eq {a b : α} (h : b ≠ 0) : a / b = 1 ↔ a = b := by grind
theorem div_eq_zero_iff {a b : α} : a / b = 0 ↔ a = 0 ∨ b = 0 := by rw [div_eq_mul_inv, mul_eq_zero, inv_eq_zero]
theorem div_ne_zero {a b : α} (ha : a ≠ 0) (hb : b ≠ 0) : a / b ≠ 0 := by rw [div_eq_mul_inv]; exact mul_ne_zero ha (inv_ne_zero hb)
theorem one_div_ne_zero {a : α} (h : a ≠ 0) : 1 / a ≠ 0 := by rw [one_div]; exact inv_ne_zero h
theorem inv_eq_of_mul_eq_one_right {a b : α} (h : a * b = 1) : a⁻¹ = b := by
  have : a ≠ 0 := fun k => by rw [k, zero_mul] at h; have := mul_inv_cancel₀ (α := α) (a := 1); grind
  grind
theorem eq_inv_of_mul_eq_one_left {a b : α} (h : a * b = 1) : a = b⁻¹ := by rw [mul_comm] at h; exact (inv_eq_of_mul_eq_one_right h).symm
theorem inv_inj {a b : α} : a⁻¹ = b⁻¹ ↔ a = b := ⟨fun h => by rw [← inv_inv a, h, inv_inv], fun h => h ▸ rfl⟩
theorem mul_inv_eq_iff_eq_mul₀ {a b c : α} (h : b ≠ 0) : a * b⁻¹ = c ↔ a = c * b := by grind
theorem mul_inv_cancel_right₀ {b : α} (h : b ≠ 0) (a : α) : a * b * b⁻¹ = a := by grind
theorem inv_mul_cancel_left₀ {a : α} (h : a ≠ 0) (b : α) : a⁻¹ * (a * b) = b := by grind
theorem inv_mul_cancel_right₀ {b : α} (h : b ≠ 0) (a : α) : a * b⁻¹ * b = a := by grind
theorem mul_inv_cancel_left₀ {a : α} (h : a ≠ 0) (b : α) : a * (a⁻¹ * b) = b := by grind
theorem pow_sub₀ (a : α) {m n : ℕ} (ha : a ≠ 0) (h : n ≤ m) : a ^ (m - n) = a ^ m * (a ^ n)⁻¹ := by
  have := pow_add a (m - n) n
  rw [Nat.sub_add_cancel h] at this
  rw [this, mul_assoc, mul_inv_cancel₀ (pow_ne_zero n ha), mul_one]
end Field

section OrderedField
variable {α : Type} [Lean.Grind.Field α] [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [Lean.Grind.OrderedRing α]
theorem inv_pos_of_pos {a : α} (h : 0 < a) : 0 < a⁻¹ := by
  refine lt_of_not_ge fun k => ?_
  have := mul_nonpos_of_nonneg_of_nonpos (le_of_lt h) k
  rw [mul_inv_cancel₀ (ne_of_gt h)] at this
  exact not_lt_of_ge this zero_lt_one
@[simp] theorem inv_pos {a : α} : 0 < a⁻¹ ↔ 0 < a := ⟨fun h => by have := inv_pos_of_pos h; rwa [inv_inv] at this, inv_pos_of_pos⟩
@[simp] theorem inv_nonneg {a : α} : 0 ≤ a⁻¹ ↔ 0 ≤ a := by
  rw [le_iff_lt_or_eq, le_iff_lt_or_eq, inv_pos, eq_comm, inv_eq_zero, eq_comm]
theorem inv_nonneg_of_nonneg {a : α} (h : 0 ≤ a) : 0 ≤ a⁻¹ := inv_nonneg.mpr h
theorem div_pos {a b : α} (ha : 0 < a) (hb : 0 < b) : 0 < a / b := by rw [div_eq_mul_inv]; exact mul_pos ha (inv_pos_of_pos hb)
theorem div_nonneg {a b : α} (ha : 0 ≤ a) (hb : 0 ≤ b) : 0 ≤ a / b := by rw [div_eq_mul_inv]; exact mul_nonneg ha (inv_nonneg.mpr hb)
theorem div_nonpos_of_nonpos_of_nonneg {a b : α} (ha : a ≤ 0) (hb : 0 ≤ b) : a / b ≤ 0 := by rw [div_eq_mul_inv]; exact mul_nonpos_of_nonpos_of_nonneg ha (inv_nonneg.mpr hb)
theorem div_neg_of_neg_of_pos {a b : α} (ha : a < 0) (hb : 0 < b) : a / b < 0 := by rw [div_eq_mul_inv]; exact mul_neg_of_neg_of_pos ha (inv_pos_of_pos hb)
theorem inv_neg_of_neg {a : α} (h : a < 0) : a⁻¹ < 0 := by have := inv_pos_of_pos (a := -a) (by grind); rw [inv_neg] at this; grind
theorem div_neg_of_pos_of_neg {a b : α} (ha : 0 < a) (hb : b < 0) : a / b < 0 := by rw [div_eq_mul_inv]; exact mul_neg_of_pos_of_neg ha (inv_neg_of_neg hb)
theorem div_pos_of_neg_of_neg {a b : α} (ha : a < 0) (hb : b < 0) : 0 < a / b := by rw [div_eq_mul_inv]; exact mul_pos_of_neg_of_neg ha (inv_neg_of_neg hb)
theorem one_div_pos {a : α} : 0 < 1 / a ↔ 0 < a := by rw [one_div, inv_pos]
theorem one_div_nonneg {a : α} : 0 ≤ 1 / a ↔ 0 ≤ a := by rw [one_div, inv_nonneg]
theorem div_le_iff {a b c : α} (hc : 0 < c) : a / c ≤ b ↔ a ≤ b * c := by
  have := mul_le_mul_right (a := a / c) (b := b) hc; rw [div_mul_cancel₀ a (ne_of_gt hc)] at this; exact this.symm
theorem div_lt_iff {a b c : α} (hc : 0 < c) : a / c < b ↔ a < b * c := by
  have := mul_lt_mul_right (a := a / c) (b := b) hc; rw [div_mul_cancel₀ a (ne_of_gt hc)] at this; exact this.symm
theorem le_div_iff {a b c : α} (hc : 0 < c) : a ≤ b / c ↔ a * c ≤ b := by
  have := mul_le_mul_right (a := a) (b := b / c) hc; rw [div_mul_cancel₀ b (ne_of_gt hc)] at this; exact this.symm
theorem lt_div_iff {a b c : α} (hc : 0 < c) : a < b / c ↔ a * c < b := by
  have := mul_lt_mul_right (a := a) (b := b / c) hc; rw [div_mul_cancel₀ b (ne_of_gt hc)] at this; exact this.symm
theorem div_le_iff₀ {a b c : α} (hc : 0 < c) : a / c ≤ b ↔ a ≤ b * c := div_le_iff hc
theorem div_lt_iff₀ {a b c : α} (hc : 0 < c) : a / c < b ↔ a < b * c := div_lt_iff hc
theorem le_div_iff₀ {a b c : α} (hc : 0 < c) : a ≤ b / c ↔ a * c ≤ b := le_div_iff hc
theorem lt_div_iff₀ {a b c : α} (hc : 0 < c) : a < b / c ↔ a * c < b := lt_div_iff hc
theorem div_le_iff' {a b c : α} (hc : 0 < c) : a / c ≤ b ↔ a ≤ c * b := by rw [div_le_iff hc, mul_comm]
theorem div_lt_iff' {a b c : α} (hc : 0 < c) : a / c < b ↔ a < c * b := by rw [div_lt_iff hc, mul_comm]
theorem le_div_iff' {a b c : α} (hc : 0 < c) : a ≤ b / c ↔ c * a ≤ b := by rw [le_div_iff hc, mul_comm]
theorem lt_div_iff' {a b c : α} (hc : 0 < c) : a < b / c ↔ c * a < b := by rw [lt_div_iff hc, mul_comm]
theorem div_le_div_iff {a b c d : α} (hc : 0 < c) (hd : 0 < d) : a / c ≤ b / d ↔ a * d ≤ b * c := by
  rw [div_le_iff hc, div_mul_eq_mul_div, le_div_iff hd]
theorem div_lt_div_iff {a b c d : α} (hc : 0 < c) (hd : 0 < d) : a / c < b / d ↔ a * d < b * c := by
  rw [div_lt_iff hc, div_mul_eq_mul_div, lt_div_iff hd]
theorem div_le_div_iff_of_pos {a b c d : α} (hc : 0 < c) (hd : 0 < d) : a / c ≤ b / d ↔ a * d ≤ b * c := div_le_div_iff hc hd
theorem div_lt_div_iff_of_pos {a b c d : α} (hc : 0 < c) (hd : 0 < d) : a / c < b / d ↔ a * d < b * c := div_lt_div_iff hc hd
theorem div_le_one {a b : α} (hb : 0 < b) : a / b ≤ 1 ↔ a ≤ b := by rw [div_le_iff hb, one_mul]
theorem div_lt_one {a b : α} (hb : 0 < b) : a / b < 1 ↔ a < b := by rw [div_lt_iff hb, one_mul]
theorem one_le_div {a b : α} (hb : 0 < b) : 1 ≤ a / b ↔ b ≤ a := by rw [le_div_iff hb, one_mul]
theorem one_lt_div {a b : α} (hb : 0 < b) : 1 < a / b ↔ b < a := by rw [lt_div_iff hb, one_mul]
theorem div_le_one_of_le {a b : α} (h : a ≤ b) (hb : 0 ≤ b) : a / b ≤ 1 := by
  rcases eq_or_lt_of_le hb with k | k
  · rw [← k, div_zero]; exact zero_le_one
  · exact (div_le_one k).mpr h
theorem inv_le_inv_of_le {a b : α} (ha : 0 < a) (h : a ≤ b) : b⁻¹ ≤ a⁻¹ := by
  rw [← one_div, ← one_div, div_le_div_iff (lt_of_lt_of_le ha h) ha, one_mul, one_mul]; exact h
theorem inv_lt_inv_of_lt {a b : α} (ha : 0 < a) (h : a < b) : b⁻¹ < a⁻¹ := by
  rw [← one_div, ← one_div, div_lt_div_iff (lt_trans ha h) ha, one_mul, one_mul]; exact h
theorem inv_le_inv₀ {a b : α} (ha : 0 < a) (hb : 0 < b) : a⁻¹ ≤ b⁻¹ ↔ b ≤ a := by
  rw [← one_div, ← one_div, div_le_div_iff ha hb, one_mul, one_mul]
theorem inv_lt_inv₀ {a b : α} (ha : 0 < a) (hb : 0 < b) : a⁻¹ < b⁻¹ ↔ b < a := by
  rw [← one_div, ← one_div, div_lt_div_iff ha hb, one_mul, one_mul]
theorem inv_le_inv {a b : α} (ha : 0 < a) (hb : 0 < b) : a⁻¹ ≤ b⁻¹ ↔ b ≤ a := inv_le_inv₀ ha hb
theorem inv_lt_inv {a b : α} (ha : 0 < a) (hb : 0 < b) : a⁻¹ < b⁻¹ ↔ b < a := inv_lt_inv₀ ha hb
theorem one_div_le_one_div_of_le {a b : α} (ha : 0 < a) (h : a ≤ b) : 1 / b ≤ 1 / a := by rw [one_div, one_div]; exact inv_le_inv_of_le ha h
theorem one_div_lt_one_div_of_lt {a b : α} (ha : 0 < a) (h : a < b) : 1 / b < 1 / a := by rw [one_div, one_div]; exact inv_lt_inv_of_lt ha h
theorem one_div_le_one_div {a b : α} (ha : 0 < a) (hb : 0 < b) : 1 / a ≤ 1 / b ↔ b ≤ a := by rw [one_div, one_div]; exact inv_le_inv₀ ha hb
theorem one_div_lt_one_div {a b : α} (ha : 0 < a) (hb : 0 < b) : 1 / a < 1 / b ↔ b < a := by rw [one_div, one_div]; exact inv_lt_inv₀ ha hb
theorem inv_le_one_of_one_le₀ {a : α} (h : 1 ≤ a) : a⁻¹ ≤ 1 := by have := inv_le_inv_of_le zero_lt_one h; rwa [inv_one] at this
theorem inv_le_one {a : α} (h : 1 ≤ a) : a⁻¹ ≤ 1 := inv_le_one_of_one_le₀ h
theorem div_le_div_of_nonneg_right {a b c : α} (h : a ≤ b) (hc : 0 ≤ c) : a / c ≤ b / c := by
  rw [div_eq_mul_inv, div_eq_mul_inv]; exact mul_le_mul_of_nonneg_right h (inv_nonneg.mpr hc)
theorem div_le_div_of_nonneg_left {a b c : α} (ha : 0 ≤ a) (hc : 0 < c) (h : c ≤ b) : a / b ≤ a / c := by
  rw [div_eq_mul_inv, div_eq_mul_inv]; exact mul_le_mul_of_nonneg_left (inv_le_inv_of_le hc h) ha
theorem div_le_div_of_le {a b c : α} (hc : 0 ≤ c) (h : a ≤ b) : a / c ≤ b / c := div_le_div_of_nonneg_right h hc
theorem div_le_div_right {a b c : α} (hc : 0 < c) : a / c ≤ b / c ↔ a ≤ b := by rw [div_le_iff hc, div_mul_cancel₀ b (ne_of_gt hc)]
theorem div_lt_div_right {a b c : α} (hc : 0 < c) : a / c < b / c ↔ a < b := by rw [div_lt_iff hc, div_mul_cancel₀ b (ne_of_gt hc)]
theorem div_le_div_iff_of_pos_right {a b c : α} (hc : 0 < c) : a / c ≤ b / c ↔ a ≤ b := div_le_div_right hc
theorem div_lt_div_iff_of_pos_right {a b c : α} (hc : 0 < c) : a / c < b / c ↔ a < b := div_lt_div_right hc
theorem div_lt_div_of_pos_right {a b c : α} (h : a < b) (hc : 0 < c) : a / c < b / c := (div_lt_div_right hc).mpr h
theorem div_lt_div_of_pos_left {a b c : α} (ha : 0 < a) (hc : 0 < c) (h : c < b) : a / b < a / c := by
  rw [div_eq_mul_inv, div_eq_mul_inv]; exact mul_lt_mul_of_pos_left (inv_lt_inv_of_lt hc h) ha
theorem div_le_div {a b c d : α} (hc : 0 ≤ c) (h : a ≤ c) (hd : 0 < d) (k : d ≤ b) : a / b ≤ c / d :=
  le_trans (div_le_div_of_nonneg_right h (le_of_lt (lt_of_lt_of_le hd k))) (div_le_div_of_nonneg_left hc hd k)
theorem div_le_self {a b : α} (ha : 0 ≤ a) (hb : 1 ≤ b) : a / b ≤ a := by
  rw [div_le_iff (lt_of_lt_of_le zero_lt_one hb)]; have := mul_le_mul_of_nonneg_left hb ha; rwa [mul_one] at this
theorem half_pos {a : α} (h : 0 < a) : 0 < a / 2 := div_pos h two_pos
theorem half_lt_self {a : α} (h : 0 < a) : a / 2 < a := by rw [div_lt_iff two_pos, mul_two]; exact lt_add_of_pos_right a h
theorem add_halves (a : α) : a / 2 + a / 2 = a := by have := two_ne_zero (α := α); grind
theorem div_nonpos_iff' {a b : α} (hb : 0 < b) : a / b ≤ 0 ↔ a ≤ 0 := by rw [div_le_iff hb, zero_mul]
theorem div_pos_iff_of_pos_right {a b : α} (hb : 0 < b) : 0 < a / b ↔ 0 < a := by rw [lt_div_iff hb, zero_mul]
theorem exists_between {a b : α} (h : a < b) : ∃ c, a < c ∧ c < b := by
  have := two_pos (α := α)
  exact ⟨(a + b) / 2, by rw [lt_div_iff this]; grind, by rw [div_lt_iff this]; grind⟩
theorem le_of_forall_pos_le_add {a b : α} (h : ∀ ε, 0 < ε → a ≤ b + ε) : a ≤ b := by
  refine le_of_not_gt fun k => ?_
  obtain ⟨c, h1, h2⟩ := exists_between k
  have := h (c - b) (by grind); grind
theorem zpow_natCast (a : α) (n : ℕ) : a ^ (n : ℤ) = a ^ n := Lean.Grind.Field.zpow_natCast a n
end OrderedField
