/- Mathlib's names for absolute values, square roots, logarithms, powers, sums, primes. -/
section
variable {α : Type} [Lean.Grind.CommRing α] [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [Lean.Grind.OrderedRing α]
  [Max α] [Std.LawfulOrderMax α]
grind_pattern abs_cases => abs a
theorem abs_nonneg (a : α) : 0 ≤ |a| := by grind
theorem abs_of_nonneg {a : α} (h : 0 ≤ a) : |a| = a := by grind
theorem abs_of_pos {a : α} (h : 0 < a) : |a| = a := abs_of_nonneg (le_of_lt h)
theorem abs_of_nonpos {a : α} (h : a ≤ 0) : |a| = -a := by grind
theorem abs_of_neg {a : α} (h : a < 0) : |a| = -a := abs_of_nonpos (le_of_lt h)
@[simp] theorem abs_zero : |(0 : α)| = 0 := abs_of_nonneg (le_refl 0)
@[simp] theorem abs_one : |(1 : α)| = 1 := abs_of_nonneg zero_le_one
@[simp] theorem abs_neg (a : α) : |-a| = |a| := by grind
@[simp] theorem abs_eq_zero {a : α} : |a| = 0 ↔ a = 0 := by grind
@[simp] theorem abs_pos {a : α} : 0 < |a| ↔ a ≠ 0 := by grind
theorem abs_sub_comm (a b : α) : |a - b| = |b - a| := by grind
theorem abs_le {a b : α} : |a| ≤ b ↔ -b ≤ a ∧ a ≤ b := by grind
theorem abs_lt {a b : α} : |a| < b ↔ -b < a ∧ a < b := by grind
theorem le_abs {a b : α} : a ≤ |b| ↔ a ≤ b ∨ a ≤ -b := by grind
theorem lt_abs {a b : α} : a < |b| ↔ a < b ∨ a < -b := by grind
theorem le_abs_self (a : α) : a ≤ |a| := by grind
theorem neg_le_abs (a : α) : -a ≤ |a| := by grind
theorem neg_abs_le (a : α) : -|a| ≤ a := by grind
theorem abs_add (a b : α) : |a + b| ≤ |a| + |b| := by grind
theorem abs_add_le (a b : α) : |a + b| ≤ |a| + |b| := abs_add a b
theorem abs_sub_abs_le_abs_sub (a b : α) : |a| - |b| ≤ |a - b| := by grind
theorem abs_eq {a b : α} (hb : 0 ≤ b) : |a| = b ↔ a = b ∨ a = -b := by grind
theorem abs_eq_abs {a b : α} : |a| = |b| ↔ a = b ∨ a = -b := by grind
theorem eq_or_eq_neg_of_abs_eq {a b : α} (h : |a| = b) : a = b ∨ a = -b := by grind
theorem abs_choice (a : α) : |a| = a ∨ |a| = -a := by grind
@[simp] theorem abs_abs (a : α) : |(|a|)| = |a| := abs_of_nonneg (abs_nonneg a)
@[simp] theorem sq_abs (a : α) : |a| ^ 2 = a ^ 2 := by rcases abs_cases a with h | h <;> rw [h.1]; exact neg_sq a
@[simp] theorem abs_mul_abs_self (a : α) : |a| * |a| = a * a := by rw [← pow_two, sq_abs, pow_two]
theorem abs_sq (a : α) : |a ^ 2| = a ^ 2 := abs_of_nonneg (sq_nonneg a)
theorem abs_mul (a b : α) : |a * b| = |a| * |b| := by
  rcases abs_cases a with h | h <;> rcases abs_cases b with k | k <;> rw [h.1, k.1]
  · exact abs_of_nonneg (mul_nonneg h.2 k.2)
  · rw [abs_of_nonpos (mul_nonpos_of_nonneg_of_nonpos h.2 (le_of_lt k.2)), mul_neg]
  · rw [abs_of_nonpos (mul_nonpos_of_nonpos_of_nonneg (le_of_lt h.2) k.2), neg_mul]
  · rw [neg_mul_neg, abs_of_nonneg (mul_nonneg_of_nonpos_of_nonpos (le_of_lt h.2) (le_of_lt k.2))]
theorem abs_le_of_sq_le {a b : α} (h : a ^ 2 ≤ b ^ 2) (hb : 0 ≤ b) : |a| ≤ b := abs_le.mpr (abs_le_of_sq_le' h hb)
theorem sq_lt_sq {a b : α} : a ^ 2 < b ^ 2 ↔ |a| < |b| := by
  rw [← sq_abs a, ← sq_abs b]; exact pow_lt_pow_iff_left₀ (abs_nonneg a) (abs_nonneg b) (by decide)
theorem sq_le_sq {a b : α} : a ^ 2 ≤ b ^ 2 ↔ |a| ≤ |b| := by
  rw [← sq_abs a, ← sq_abs b]; exact pow_le_pow_iff_left₀ (abs_nonneg a) (abs_nonneg b) (by decide)
end

section
variable [RealNumbers Real]
namespace Real
variable {x y : ℝ}
@[simp] theorem sqrt_zero : √(0 : ℝ) = 0 := sqrt_eq_zero_of_nonpos (le_refl 0)
@[simp] theorem sqrt_one : √(1 : ℝ) = 1 := by have := sqrt_sq (x := 1) zero_le_one; rwa [one_pow] at this
theorem sqrt_pos_of_pos (h : 0 < x) : 0 < √x := by
  refine lt_of_le_of_ne (sqrt_nonneg x) fun e => ?_
  have := mul_self_sqrt (le_of_lt h)
  rw [← e, mul_zero] at this
  exact ne_of_lt h this
@[simp] theorem sqrt_pos : 0 < √x ↔ 0 < x := ⟨fun h => lt_of_not_ge fun k => by rw [sqrt_eq_zero_of_nonpos k] at h; exact lt_irrefl 0 h, sqrt_pos_of_pos⟩
theorem sqrt_eq_zero' : √x = 0 ↔ x ≤ 0 := ⟨fun h => le_of_not_gt fun k => ne_of_lt (sqrt_pos_of_pos k) h.symm, sqrt_eq_zero_of_nonpos⟩
theorem sqrt_eq_zero (h : 0 ≤ x) : √x = 0 ↔ x = 0 := by rw [sqrt_eq_zero']; grind
theorem sqrt_ne_zero' : √x ≠ 0 ↔ 0 < x := by rw [Ne, sqrt_eq_zero', not_le]
theorem sqrt_mul (hx : 0 ≤ x) (y : ℝ) : √(x * y) = √x * √y := by
  by_cases hy : 0 ≤ y
  · have e : x * y = (√x * √y) ^ 2 := by rw [mul_pow, sq_sqrt hx, sq_sqrt hy]
    rw [e, sqrt_sq (mul_nonneg (sqrt_nonneg x) (sqrt_nonneg y))]
  · rw [sqrt_eq_zero_of_nonpos (mul_nonpos_of_nonneg_of_nonpos hx (by grind)), sqrt_eq_zero_of_nonpos (x := y) (by grind), mul_zero]
theorem sqrt_mul' (x : ℝ) (hy : 0 ≤ y) : √(x * y) = √x * √y := by rw [mul_comm, sqrt_mul hy, mul_comm]
theorem sqrt_mul_self_eq_abs (x : ℝ) : √(x * x) = |x| := by
  rw [← abs_mul_abs_self, sqrt_mul_self (abs_nonneg x)]
theorem sqrt_sq_eq_abs (x : ℝ) : √(x ^ 2) = |x| := by rw [pow_two, sqrt_mul_self_eq_abs]
theorem sqrt_le_sqrt (h : x ≤ y) : √x ≤ √y := by
  by_cases hx : 0 ≤ x
  · refine le_of_pow_le_pow_left (n := 2) (by decide) (sqrt_nonneg y) ?_
    rw [sq_sqrt hx, sq_sqrt (le_trans hx h)]; exact h
  · rw [sqrt_eq_zero_of_nonpos (by grind)]; exact sqrt_nonneg y
theorem sqrt_lt_sqrt (hx : 0 ≤ x) (h : x < y) : √x < √y := by
  refine lt_of_pow_lt_pow_left 2 (sqrt_nonneg y) ?_
  rw [sq_sqrt hx, sq_sqrt (le_trans hx (le_of_lt h))]; exact h
theorem sqrt_inj (hx : 0 ≤ x) (hy : 0 ≤ y) : √x = √y ↔ x = y :=
  ⟨fun h => by rw [← sq_sqrt hx, h, sq_sqrt hy], fun h => h ▸ rfl⟩
theorem sqrt_eq_iff_sq_eq (hx : 0 ≤ x) (hy : 0 ≤ y) : √x = y ↔ y ^ 2 = x :=
  ⟨fun h => by rw [← h, sq_sqrt hx], fun h => by rw [← h, sqrt_sq hy]⟩
theorem sqrt_eq_iff_mul_self_eq (hx : 0 ≤ x) (hy : 0 ≤ y) : √x = y ↔ y * y = x := by rw [sqrt_eq_iff_sq_eq hx hy, pow_two]
theorem sqrt_eq_iff_eq_sq (hx : 0 ≤ x) (hy : 0 ≤ y) : √x = y ↔ x = y ^ 2 := by rw [sqrt_eq_iff_sq_eq hx hy, eq_comm]
theorem sqrt_le_left (hy : 0 ≤ y) : √x ≤ y ↔ x ≤ y ^ 2 := by
  by_cases hx : 0 ≤ x
  · rw [← pow_le_pow_iff_left₀ (n := 2) (sqrt_nonneg x) hy (by decide), sq_sqrt hx]
  · rw [sqrt_eq_zero_of_nonpos (by grind)]; have := sq_nonneg y; grind
theorem sqrt_le' : √x ≤ y ↔ 0 ≤ y ∧ x ≤ y ^ 2 :=
  ⟨fun h => have k := le_trans (sqrt_nonneg x) h; ⟨k, (sqrt_le_left k).mp h⟩, fun h => (sqrt_le_left h.1).mpr h.2⟩
theorem sqrt_le_iff : √x ≤ y ↔ 0 ≤ y ∧ x ≤ y ^ 2 := sqrt_le'
theorem sqrt_lt' (hy : 0 < y) : √x < y ↔ x < y ^ 2 := by
  by_cases hx : 0 ≤ x
  · rw [← pow_lt_pow_iff_left₀ (n := 2) (sqrt_nonneg x) (le_of_lt hy) (by decide), sq_sqrt hx]
  · rw [sqrt_eq_zero_of_nonpos (by grind)]; have := sq_nonneg y; grind
theorem sqrt_lt_sqrt_iff (hx : 0 ≤ x) : √x < √y ↔ x < y :=
  ⟨fun h => lt_of_not_ge fun k => not_lt_of_ge (sqrt_le_sqrt k) h, sqrt_lt_sqrt hx⟩
theorem sqrt_le_sqrt_iff (hy : 0 ≤ y) : √x ≤ √y ↔ x ≤ y :=
  ⟨fun h => le_of_not_gt fun k => not_lt_of_ge h (sqrt_lt_sqrt hy k), sqrt_le_sqrt⟩
theorem lt_sqrt (hx : 0 ≤ x) : x < √y ↔ x ^ 2 < y := by
  have := sqrt_lt_sqrt_iff (x := x ^ 2) (y := y) (sq_nonneg x); rwa [sqrt_sq hx] at this
theorem le_sqrt' (hx : 0 < x) : x ≤ √y ↔ x ^ 2 ≤ y := by rw [← not_lt, ← not_lt, not_congr (sqrt_lt' hx)]
theorem le_sqrt_of_sq_le (h : x ^ 2 ≤ y) : x ≤ √y := by
  by_cases hx : 0 ≤ x
  · rw [← sqrt_sq hx]; exact sqrt_le_sqrt h
  · exact le_trans (by grind) (sqrt_nonneg y)
theorem abs_le_sqrt (h : x ^ 2 ≤ y) : |x| ≤ √y := by rw [← sqrt_sq_eq_abs]; exact sqrt_le_sqrt h
theorem sqrt_inv (x : ℝ) : √(x⁻¹) = (√x)⁻¹ := by
  by_cases hx : 0 < x
  · rw [sqrt_eq_iff_sq_eq (inv_nonneg_of_nonneg (le_of_lt hx)) (inv_nonneg_of_nonneg (sqrt_nonneg x)), inv_pow, sq_sqrt (le_of_lt hx)]
  · rw [sqrt_eq_zero_of_nonpos (x := x) (by grind), inv_zero, sqrt_eq_zero_of_nonpos]
    by_cases h : x = 0
    · rw [h, inv_zero]
    · exact le_of_lt (inv_neg_of_neg (by grind))
theorem sqrt_div (hx : 0 ≤ x) (y : ℝ) : √(x / y) = √x / √y := by rw [div_eq_mul_inv, sqrt_mul hx, sqrt_inv, ← div_eq_mul_inv]
theorem sqrt_div_self' (x : ℝ) : √x / x = 1 / √x := by
  by_cases hx : 0 < x
  · have := sqrt_pos_of_pos hx; have := mul_self_sqrt (le_of_lt hx)
    rw [div_eq_div_iff (by grind) (by grind)]; grind
  · rw [sqrt_eq_zero_of_nonpos (by grind), zero_div, div_zero]
grind_pattern sqrt_nonneg => √x
theorem log_pos (h : 1 < x) : 0 < log x := by rw [← log_one, log_lt_log_iff zero_lt_one (lt_trans zero_lt_one h)]; exact h
theorem log_lt_log (hx : 0 < x) (h : x < y) : log x < log y := (log_lt_log_iff hx (lt_trans hx h)).mpr h
theorem log_le_log (hx : 0 < x) (h : x ≤ y) : log x ≤ log y := by
  rcases eq_or_lt_of_le h with h | h
  · rw [h]
  · exact le_of_lt (log_lt_log hx h)
theorem log_nonneg (h : 1 ≤ x) : 0 ≤ log x := by have := log_le_log zero_lt_one h; rwa [log_one] at this
theorem log_neg (h0 : 0 < x) (h : x < 1) : log x < 0 := by have := log_lt_log h0 h; rwa [log_one] at this
theorem log_ne_zero_of_pos_of_ne_one (h0 : 0 < x) (h : x ≠ 1) : log x ≠ 0 := fun e =>
  h (log_injOn_pos h0 zero_lt_one (by rw [e, log_one]))
theorem exp_ne_zero (x : ℝ) : exp x ≠ 0 := ne_of_gt (exp_pos x)
theorem exp_le_exp : exp x ≤ exp y ↔ x ≤ y := by rw [← not_lt, ← not_lt, exp_lt_exp]
theorem exp_eq_exp : exp x = exp y ↔ x = y := ⟨exp_injective, fun h => h ▸ rfl⟩
theorem exp_neg (x : ℝ) : exp (-x) = (exp x)⁻¹ := eq_inv_of_mul_eq_one_left (by rw [← exp_add, neg_add_cancel, exp_zero])
theorem exp_sub (x y : ℝ) : exp (x - y) = exp x / exp y := by rw [sub_eq_add_neg, exp_add, exp_neg, div_eq_mul_inv]
theorem log_le_sub_one_of_pos (h : 0 < x) : log x ≤ x - 1 := by have := add_one_le_exp (log x); rw [exp_log h] at this; grind
theorem rpow_nonneg (hx : 0 ≤ x) (y : ℝ) : 0 ≤ x ^ y := by
  rcases eq_or_lt_of_le hx with h | h
  · subst h; show 0 ≤ rpow 0 y; unfold rpow; rw [if_pos rfl]; split
    · exact zero_le_one
    · exact le_refl 0
  · exact le_of_lt (rpow_pos_of_pos h y)
theorem zero_rpow (h : x ≠ 0) : (0 : ℝ) ^ x = 0 := by show rpow 0 x = 0; unfold rpow; rw [if_pos rfl, if_neg h]
@[simp] theorem one_rpow (x : ℝ) : (1 : ℝ) ^ x = 1 := by rw [rpow_def_of_pos zero_lt_one, log_one, zero_mul, exp_zero]
theorem rpow_mul (hx : 0 ≤ x) (y z : ℝ) : x ^ (y * z) = (x ^ y) ^ z := by
  rcases eq_or_lt_of_le hx with h | h
  · subst h
    by_cases hy : y = 0
    · subst hy; rw [zero_mul, rpow_zero, one_rpow]
    by_cases hz : z = 0
    · subst hz; rw [mul_zero, rpow_zero, rpow_zero]
    rw [zero_rpow (mul_ne_zero hy hz), zero_rpow hy, zero_rpow hz]
  · rw [rpow_def_of_pos h, rpow_def_of_pos (rpow_pos_of_pos h y), log_rpow h]; congr 1; grind
theorem rpow_neg (hx : 0 ≤ x) (y : ℝ) : x ^ (-y) = (x ^ y)⁻¹ := by
  rcases eq_or_lt_of_le hx with h | h
  · subst h
    by_cases hy : y = 0
    · subst hy; rw [neg_zero, rpow_zero, inv_one]
    rw [zero_rpow (neg_ne_zero.mpr hy), zero_rpow hy, inv_zero]
  · rw [rpow_def_of_pos h, rpow_def_of_pos h, ← exp_neg, mul_neg]
theorem rpow_sub (hx : 0 < x) (y z : ℝ) : x ^ (y - z) = x ^ y / x ^ z := by rw [sub_eq_add_neg, rpow_add hx, rpow_neg (le_of_lt hx), div_eq_mul_inv]
theorem mul_rpow {z : ℝ} (hx : 0 ≤ x) (hy : 0 ≤ y) : (x * y) ^ z = x ^ z * y ^ z := by
  rcases eq_or_lt_of_le hx with h | h
  · subst h; rw [zero_mul]; by_cases hz : z = 0
    · subst hz; rw [rpow_zero, rpow_zero, one_mul]
    · rw [zero_rpow hz, zero_mul]
  rcases eq_or_lt_of_le hy with k | k
  · subst k; rw [mul_zero]; by_cases hz : z = 0
    · subst hz; rw [rpow_zero, rpow_zero, mul_one]
    · rw [zero_rpow hz, mul_zero]
  · rw [rpow_def_of_pos (mul_pos h k), rpow_def_of_pos h, rpow_def_of_pos k, ← exp_add, log_mul_of_pos h k]; congr 1; grind
theorem rpow_two (x : ℝ) : x ^ (2 : ℝ) = x ^ 2 := by have := rpow_natCast x 2; rwa [Nat.cast_ofNat] at this
theorem sqrt_eq_rpow (x : ℝ) : √x = x ^ (1 / 2 : ℝ) := by
  by_cases h : 0 < x
  · rw [sqrt_eq_iff_sq_eq (le_of_lt h) (rpow_nonneg (le_of_lt h) _), pow_two, ← rpow_add h, show (1 / 2 + 1 / 2 : ℝ) = 1 by grind, rpow_one]
  · rw [sqrt_eq_zero_of_nonpos (by grind)]
    by_cases k : x = 0
    · rw [k, zero_rpow (by grind)]
    · show 0 = rpow x (1 / 2)
      unfold rpow
      rw [if_neg k, if_neg h, show (1 / 2 * π : ℝ) = π / 2 by grind, cos_pi_div_two, mul_zero]
theorem logb_rpow {b : ℝ} (h : 0 < b) (h1 : b ≠ 1) : logb b (b ^ x) = x := by
  have := log_ne_zero_of_pos_of_ne_one h h1
  unfold logb; rw [log_rpow h]; grind
theorem rpow_logb {b : ℝ} (h : 0 < b) (h1 : b ≠ 1) (hx : 0 < x) : b ^ logb b x = x := by
  have := log_ne_zero_of_pos_of_ne_one h h1
  rw [rpow_def_of_pos h]; unfold logb; rw [show log b * (log x / log b) = log x by grind, exp_log hx]
theorem logb_eq_iff_rpow_eq {b : ℝ} (h : 0 < b) (h1 : b ≠ 1) (hy : 0 < y) : logb b y = x ↔ b ^ x = y :=
  ⟨fun k => by rw [← k, rpow_logb h h1 hy], fun k => by rw [← k, logb_rpow h h1]⟩
theorem logb_mul {b : ℝ} (hx : x ≠ 0) (hy : y ≠ 0) : logb b (x * y) = logb b x + logb b y := by unfold logb; rw [log_mul hx hy, add_div]
theorem logb_div {b : ℝ} (hx : x ≠ 0) (hy : y ≠ 0) : logb b (x / y) = logb b x - logb b y := by unfold logb; rw [log_div hx hy, sub_div]
theorem logb_pow (b x : ℝ) (k : ℕ) : logb b (x ^ k) = k * logb b x := by unfold logb; rw [log_pow, mul_div_assoc]
@[simp] theorem logb_one (b : ℝ) : logb b 1 = 0 := by unfold logb; rw [log_one, zero_div]
theorem logb_self_eq_one {b : ℝ} (h : 1 < b) : logb b b = 1 := by unfold logb; exact div_self (ne_of_gt (log_pos h))
theorem logb_pos {b : ℝ} (h : 1 < b) (hx : 1 < x) : 0 < logb b x := div_pos (log_pos hx) (log_pos h)
theorem log_div_log {b : ℝ} : log x / log b = logb b x := rfl
theorem cos_sq_add_sin_sq (x : ℝ) : cos x ^ 2 + sin x ^ 2 = 1 := by rw [add_comm]; exact sin_sq_add_cos_sq x
theorem sin_sq (x : ℝ) : sin x ^ 2 = 1 - cos x ^ 2 := by have := sin_sq_add_cos_sq x; grind
theorem cos_sq' (x : ℝ) : cos x ^ 2 = 1 - sin x ^ 2 := by have := sin_sq_add_cos_sq x; grind
theorem cos_sq (x : ℝ) : cos x ^ 2 = 1 / 2 + cos (2 * x) / 2 := by rw [cos_two_mul]; grind
theorem cos_two_mul' (x : ℝ) : cos (2 * x) = cos x ^ 2 - sin x ^ 2 := by have := sin_sq_add_cos_sq x; rw [cos_two_mul]; grind
theorem sin_pi_sub (x : ℝ) : sin (π - x) = sin x := by rw [sin_sub, sin_pi, cos_pi]; grind
theorem cos_pi_sub (x : ℝ) : cos (π - x) = -cos x := by rw [cos_sub, sin_pi, cos_pi]; grind
theorem sin_pi_div_two_sub (x : ℝ) : sin (π / 2 - x) = cos x := by rw [sin_sub, sin_pi_div_two, cos_pi_div_two]; grind
theorem cos_pi_div_two_sub (x : ℝ) : cos (π / 2 - x) = sin x := by rw [cos_sub, sin_pi_div_two, cos_pi_div_two]; grind
theorem tan_eq_sin_div_cos (x : ℝ) : tan x = sin x / cos x := rfl
theorem sin_nonneg_of_nonneg_of_le_pi (h : 0 ≤ x) (k : x ≤ π) : 0 ≤ sin x := by
  rcases eq_or_lt_of_le h with h | h
  · rw [← h, sin_zero]
  rcases eq_or_lt_of_le k with k | k
  · rw [k, sin_pi]
  · exact le_of_lt (sin_pos_of_pos_of_lt_pi h k)
theorem pi_nonneg : 0 ≤ π := le_of_lt pi_pos
theorem pi_ne_zero : π ≠ 0 := ne_of_gt pi_pos
theorem two_pi_pos : 0 < 2 * π := mul_pos two_pos pi_pos
end Real
end

/- Integer parts. -/
section
variable {α : Type} [Lean.Grind.CommRing α] [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [Lean.Grind.OrderedRing α] [FloorRing α]
attribute [local instance] Lean.Grind.Ring.intCast Lean.Grind.Semiring.natCast
theorem Int.floor_le (a : α) : (⌊a⌋ : α) ≤ a := (Int.floor_spec a).1
theorem Int.lt_floor_add_one (a : α) : a < (⌊a⌋ : α) + 1 := (Int.floor_spec a).2
theorem Int.le_floor {z : ℤ} {a : α} : z ≤ ⌊a⌋ ↔ (z : α) ≤ a := by
  constructor
  · intro h; exact le_trans (Int.cast_le.mpr h) (Int.floor_le a)
  · intro h
    have := lt_of_le_of_lt h (Int.lt_floor_add_one a)
    rw [← Int.cast_one, ← Int.cast_add, Int.cast_lt] at this; omega
theorem Int.floor_lt {z : ℤ} {a : α} : ⌊a⌋ < z ↔ a < (z : α) := by rw [← not_le, ← not_le, Int.le_floor]
theorem Int.floor_eq_iff {z : ℤ} {a : α} : ⌊a⌋ = z ↔ (z : α) ≤ a ∧ a < (z : α) + 1 := by
  rw [← Int.le_floor, ← Int.cast_one, ← Int.cast_add, ← Int.floor_lt]; omega
theorem Int.sub_one_lt_floor (a : α) : a - 1 < (⌊a⌋ : α) := by have := Int.lt_floor_add_one a; grind
theorem Int.floor_nonneg {a : α} : 0 ≤ ⌊a⌋ ↔ 0 ≤ a := by rw [Int.le_floor, Int.cast_zero]
@[simp] theorem Int.floor_intCast (z : ℤ) : ⌊(z : α)⌋ = z := Int.floor_eq_iff.mpr ⟨le_refl _, lt_add_one _⟩
@[simp] theorem Int.floor_natCast (n : ℕ) : ⌊(n : α)⌋ = n := by rw [← Int.cast_natCast]; exact Int.floor_intCast _
end

/- Sums and products. -/
namespace Finset
section
variable {M : Type} [Lean.Grind.Semiring M]
theorem foldr_add_const {β : Type} (l : List β) (f : β → M) (c : M) : l.foldr (fun a x => f a + x) c = l.foldr (fun a x => f a + x) 0 + c := by
  induction l with
  | nil => simp
  | cons a l ih => simp only [List.foldr_cons]; rw [ih, add_assoc]
@[simp] theorem sum_range_zero (f : ℕ → M) : ∑ k ∈ range 0, f k = 0 := rfl
theorem sum_range_succ (f : ℕ → M) (n : ℕ) : ∑ k ∈ range (n + 1), f k = ∑ k ∈ range n, f k + f n := by
  show (List.range (n + 1)).foldr (fun a x => f a + x) 0 = (List.range n).foldr (fun a x => f a + x) 0 + f n
  rw [List.range_succ, List.foldr_append, List.foldr_cons, List.foldr_nil, add_zero, foldr_add_const]
@[simp] theorem sum_range_one (f : ℕ → M) : ∑ k ∈ range 1, f k = f 0 := by rw [sum_range_succ, sum_range_zero, zero_add]
@[simp] theorem sum_empty {β : Type} (f : β → M) : ∑ k ∈ (∅ : Finset β), f k = 0 := rfl
@[simp] theorem sum_singleton {β : Type} (f : β → M) (a : β) : ∑ k ∈ ({a} : Finset β), f k = f a := by
  show f a + 0 = f a; rw [add_zero]
theorem sum_Icc_succ_top {a b : ℕ} (h : a ≤ b + 1) (f : ℕ → M) : ∑ k ∈ Icc a (b + 1), f k = ∑ k ∈ Icc a b, f k + f (b + 1) := by
  show (List.range' a (b + 1 + 1 - a)).foldr (fun a x => f a + x) 0 = (List.range' a (b + 1 - a)).foldr (fun a x => f a + x) 0 + f (b + 1)
  rw [show b + 1 + 1 - a = (b + 1 - a) + 1 by omega, List.range'_1_concat, List.foldr_append, List.foldr_cons, List.foldr_nil, add_zero,
    foldr_add_const, show a + (b + 1 - a) = b + 1 by omega]
theorem sum_congr {β : Type} {s t : Finset β} {f g : β → M} (h : s = t) (k : ∀ x, x ∈ t → f x = g x) : s.sum f = t.sum g := by
  subst h
  have key : ∀ l : List β, (∀ x, x ∈ l → f x = g x) → l.foldr (fun a x => f a + x) 0 = l.foldr (fun a x => g a + x) 0 := by
    intro l
    induction l with
    | nil => intro _; rfl
    | cons a l ih => intro k; rw [List.foldr_cons, List.foldr_cons, ih fun x hx => k x (List.mem_cons_of_mem a hx), k a (List.mem_cons_self)]
  revert k; revert s; apply ind; intro l hl k
  exact key l k
theorem sum_add_distrib {β : Type} {s : Finset β} {f g : β → M} : ∑ k ∈ s, (f k + g k) = ∑ k ∈ s, f k + ∑ k ∈ s, g k := by
  revert s; apply ind; intro l hl
  show l.foldr (fun a x => f a + g a + x) 0 = l.foldr (fun a x => f a + x) 0 + l.foldr (fun a x => g a + x) 0
  clear hl
  induction l with
  | nil => simp
  | cons a l ih => simp only [List.foldr_cons]; rw [ih]; exact add_add_add_comm _ _ _ _
theorem mul_sum {β : Type} (s : Finset β) (f : β → M) (c : M) : c * ∑ k ∈ s, f k = ∑ k ∈ s, c * f k := by
  revert s; apply ind; intro l hl
  show c * l.foldr (fun a x => f a + x) 0 = l.foldr (fun a x => c * f a + x) 0
  clear hl
  induction l with
  | nil => simp
  | cons a l ih => simp only [List.foldr_cons]; rw [← ih, mul_add]
theorem sum_mul {β : Type} (s : Finset β) (f : β → M) (c : M) : (∑ k ∈ s, f k) * c = ∑ k ∈ s, f k * c := by
  revert s; apply ind; intro l hl
  show l.foldr (fun a x => f a + x) 0 * c = l.foldr (fun a x => f a * c + x) 0
  clear hl
  induction l with
  | nil => simp
  | cons a l ih => simp only [List.foldr_cons]; rw [← ih, add_mul]
end
section
variable {M : Type} [Lean.Grind.CommSemiring M]
theorem foldr_mul_const {β : Type} (l : List β) (f : β → M) (c : M) : l.foldr (fun a x => f a * x) c = l.foldr (fun a x => f a * x) 1 * c := by
  induction l with
  | nil => simp
  | cons a l ih => simp only [List.foldr_cons]; rw [ih, mul_assoc]
@[simp] theorem prod_range_zero (f : ℕ → M) : ∏ k ∈ range 0, f k = 1 := rfl
theorem prod_range_succ (f : ℕ → M) (n : ℕ) : ∏ k ∈ range (n + 1), f k = (∏ k ∈ range n, f k) * f n := by
  show (List.range (n + 1)).foldr (fun a x => f a * x) 1 = (List.range n).foldr (fun a x => f a * x) 1 * f n
  rw [List.range_succ, List.foldr_append, List.foldr_cons, List.foldr_nil, mul_one, foldr_mul_const]
@[simp] theorem prod_empty {β : Type} (f : β → M) : ∏ k ∈ (∅ : Finset β), f k = 1 := rfl
@[simp] theorem prod_singleton {β : Type} (f : β → M) (a : β) : ∏ k ∈ ({a} : Finset β), f k = f a := by
  show f a * 1 = f a; rw [mul_one]
theorem prod_Icc_succ_top {a b : ℕ} (h : a ≤ b + 1) (f : ℕ → M) : ∏ k ∈ Icc a (b + 1), f k = (∏ k ∈ Icc a b, f k) * f (b + 1) := by
  show (List.range' a (b + 1 + 1 - a)).foldr (fun a x => f a * x) 1 = (List.range' a (b + 1 - a)).foldr (fun a x => f a * x) 1 * f (b + 1)
  rw [show b + 1 + 1 - a = (b + 1 - a) + 1 by omega, List.range'_1_concat, List.foldr_append, List.foldr_cons, List.foldr_nil, mul_one,
    foldr_mul_const, show a + (b + 1 - a) = b + 1 by omega]
end
@[simp] theorem card_range (n : ℕ) : (range n).card = n := List.length_range
@[simp] theorem card_singleton {β : Type} (a : β) : ({a} : Finset β).card = 1 := rfl
@[simp] theorem card_empty {β : Type} : (∅ : Finset β).card = 0 := rfl
end Finset

/- Natural numbers and integers. -/
namespace Nat
theorem le_induction {m : ℕ} {p : (n : ℕ) → m ≤ n → Prop} (base : p m (Nat.le_refl m)) (succ : ∀ n (h : m ≤ n), p n h → p (n + 1) (Nat.le_succ_of_le h)) :
    ∀ n (h : m ≤ n), p n h := by
  intro n h
  induction h with
  | refl => exact base
  | step h ih => exact succ _ h ih
theorem pow_le_pow_of_le_left {m n : ℕ} (h : m ≤ n) (i : ℕ) : m ^ i ≤ n ^ i := Nat.pow_le_pow_left h i
theorem pow_le_pow_of_le_right {n m i : ℕ} (h : n > 0) (k : m ≤ i) : n ^ m ≤ n ^ i := Nat.pow_le_pow_right h k
theorem Prime.two_le {p : ℕ} (h : p.Prime) : 2 ≤ p := h.1
theorem Prime.pos {p : ℕ} (h : p.Prime) : 0 < p := Nat.lt_of_lt_of_le (by decide) h.1
theorem Prime.one_lt {p : ℕ} (h : p.Prime) : 1 < p := h.1
theorem Prime.ne_zero {p : ℕ} (h : p.Prime) : p ≠ 0 := by have := h.1; omega
theorem Prime.ne_one {p : ℕ} (h : p.Prime) : p ≠ 1 := by have := h.1; omega
theorem Prime.one_le {p : ℕ} (h : p.Prime) : 1 ≤ p := h.pos
theorem Prime.eq_one_or_self_of_dvd {p : ℕ} (h : p.Prime) (m : ℕ) (k : m ∣ p) : m = 1 ∨ m = p := h.2 m k
theorem dvd_prime {p m : ℕ} (h : p.Prime) : m ∣ p ↔ m = 1 ∨ m = p :=
  ⟨h.2 m, fun k => k.elim (fun e => e ▸ Nat.one_dvd p) (fun e => e ▸ Nat.dvd_refl m)⟩
theorem prime_two : Nat.Prime 2 := by decide
theorem prime_three : Nat.Prime 3 := by decide
theorem prime_dvd_prime_iff_eq {p q : ℕ} (hp : p.Prime) (hq : q.Prime) : p ∣ q ↔ p = q := by
  rw [dvd_prime hq]; exact ⟨fun h => h.resolve_left hp.ne_one, Or.inr⟩
theorem Prime.eq_two_or_odd {p : ℕ} (h : p.Prime) : p = 2 ∨ p % 2 = 1 := by
  rcases Nat.mod_two_eq_zero_or_one p with k | k
  · rcases h.2 2 (Nat.dvd_of_mod_eq_zero k) with e | e
    · omega
    · exact Or.inl e.symm
  · exact Or.inr k
theorem Prime.eq_two_or_odd' {p : ℕ} (h : p.Prime) : p = 2 ∨ Odd p := h.eq_two_or_odd.imp_right Nat.odd_iff.mpr
theorem Prime.odd_of_ne_two {p : ℕ} (h : p.Prime) (k : p ≠ 2) : Odd p := h.eq_two_or_odd'.resolve_left k
theorem Prime.coprime_iff_not_dvd {p n : ℕ} (h : p.Prime) : Nat.Coprime p n ↔ ¬p ∣ n := by
  constructor
  · intro c d
    have := Nat.dvd_gcd (Nat.dvd_refl p) d
    rw [show Nat.gcd p n = 1 from c] at this
    exact h.ne_one (Nat.dvd_one.mp this)
  · intro d
    rcases h.2 _ (Nat.gcd_dvd_left p n) with e | e
    · exact e
    · exact absurd (e ▸ Nat.gcd_dvd_right p n) d
theorem Prime.dvd_mul {p m n : ℕ} (h : p.Prime) : p ∣ m * n ↔ p ∣ m ∨ p ∣ n := by
  constructor
  · intro k
    by_cases d : p ∣ m
    · exact Or.inl d
    · exact Or.inr ((h.coprime_iff_not_dvd.mpr d).dvd_of_dvd_mul_left k)
  · rintro (k | k)
    · exact Nat.dvd_mul_right_of_dvd k n
    · exact Nat.dvd_mul_left_of_dvd k m
theorem Prime.dvd_of_dvd_pow {p m n : ℕ} (h : p.Prime) (k : p ∣ m ^ n) : p ∣ m := by
  induction n with
  | zero => exact absurd (Nat.dvd_one.mp k) h.ne_one
  | succ n ih => rw [Nat.pow_succ] at k; exact (h.dvd_mul.mp k).elim ih id
theorem not_prime_of_dvd_of_ne {m n : ℕ} (h : m ∣ n) (h1 : m ≠ 1) (h2 : m ≠ n) : ¬n.Prime := fun p => (p.2 m h).elim h1 h2
theorem not_prime_of_dvd_of_lt {m n : ℕ} (h : m ∣ n) (h1 : 2 ≤ m) (h2 : m < n) : ¬n.Prime := not_prime_of_dvd_of_ne h (by omega) (by omega)
theorem not_prime_one : ¬Nat.Prime 1 := by decide
theorem not_prime_zero : ¬Nat.Prime 0 := by decide
theorem not_prime_mul {a b : ℕ} (ha : a ≠ 1) (hb : b ≠ 1) : ¬(a * b).Prime := fun h => by
  rcases h.2 a (Nat.dvd_mul_right a b) with e | e
  · exact ha e
  · have := h.pos
    rcases Nat.eq_zero_or_pos a with z | z
    · rw [z, Nat.zero_mul] at this; omega
    · exact hb (Nat.eq_of_mul_eq_mul_left z (by omega))
theorem even_or_odd (n : ℕ) : Even n ∨ Odd n := by rw [Nat.even_iff, Nat.odd_iff]; omega
theorem even_or_odd' (n : ℕ) : ∃ k, n = 2 * k ∨ n = 2 * k + 1 := ⟨n / 2, by omega⟩
theorem not_even_iff_odd {n : ℕ} : ¬Even n ↔ Odd n := by rw [Nat.even_iff, Nat.odd_iff]; omega
theorem not_odd_iff_even {n : ℕ} : ¬Odd n ↔ Even n := by rw [Nat.even_iff, Nat.odd_iff]; omega
theorem odd_iff_not_even {n : ℕ} : Odd n ↔ ¬Even n := not_even_iff_odd.symm
theorem even_iff_not_odd {n : ℕ} : Even n ↔ ¬Odd n := not_odd_iff_even.symm
theorem even_add {m n : ℕ} : Even (m + n) ↔ (Even m ↔ Even n) := by simp only [Nat.even_iff]; omega
theorem even_add_one {n : ℕ} : Even (n + 1) ↔ ¬Even n := by simp only [Nat.even_iff]; omega
theorem even_sub {m n : ℕ} (h : n ≤ m) : Even (m - n) ↔ (Even m ↔ Even n) := by simp only [Nat.even_iff]; omega
theorem even_mul {m n : ℕ} : Even (m * n) ↔ Even m ∨ Even n := by
  rw [Nat.even_iff, Nat.even_iff, Nat.even_iff, Nat.mul_mod]
  rcases Nat.mod_two_eq_zero_or_one m with h | h <;> rcases Nat.mod_two_eq_zero_or_one n with k | k <;> rw [h, k] <;> decide
theorem even_pow {m n : ℕ} : Even (m ^ n) ↔ Even m ∧ n ≠ 0 := by
  induction n with
  | zero => exact ⟨fun h => by rw [Nat.pow_zero, Nat.even_iff] at h; omega, fun h => absurd rfl h.2⟩
  | succ n ih => rw [Nat.pow_succ, even_mul, ih]; grind
theorem odd_mul {m n : ℕ} : Odd (m * n) ↔ Odd m ∧ Odd n := by rw [← not_even_iff_odd, even_mul, not_or, not_even_iff_odd, not_even_iff_odd]
theorem even_iff_two_dvd' {n : ℕ} : Even n ↔ 2 ∣ n := by rw [Nat.even_iff]; omega
theorem dvd_sub' {k m n : ℕ} (h : k ∣ m) (h' : k ∣ n) : k ∣ m - n := Nat.dvd_sub h h'
@[simp] theorem factorial_zero : 0! = 1 := rfl
@[simp] theorem factorial_one : 1! = 1 := rfl
theorem factorial_two : 2! = 2 := rfl
theorem factorial_succ (n : ℕ) : (n + 1)! = (n + 1) * n ! := rfl
theorem factorial_pos (n : ℕ) : 0 < n ! := by
  induction n with
  | zero => decide
  | succ n ih => exact Nat.mul_pos (Nat.succ_pos n) ih
theorem factorial_ne_zero (n : ℕ) : n ! ≠ 0 := by have := factorial_pos n; omega
@[simp] theorem choose_zero_right (n : ℕ) : choose n 0 = 1 := by cases n <;> rfl
@[simp] theorem choose_zero_succ (k : ℕ) : choose 0 (k + 1) = 0 := rfl
theorem choose_succ_succ (n k : ℕ) : choose (n + 1) (k + 1) = choose n k + choose n (k + 1) := rfl
theorem choose_succ_succ' (n k : ℕ) : choose (n + 1) (k + 1) = choose n k + choose n (k + 1) := rfl
theorem ModEq.refl {n : ℕ} (a : ℕ) : a ≡ a [MOD n] := rfl
theorem ModEq.symm {n a b : ℕ} (h : a ≡ b [MOD n]) : b ≡ a [MOD n] := Eq.symm h
theorem ModEq.trans {n a b c : ℕ} (h : a ≡ b [MOD n]) (k : b ≡ c [MOD n]) : a ≡ c [MOD n] := Eq.trans h k
theorem ModEq.add {n a b c d : ℕ} (h : a ≡ b [MOD n]) (k : c ≡ d [MOD n]) : a + c ≡ b + d [MOD n] := by
  show (a + c) % n = (b + d) % n; rw [Nat.add_mod, show a % n = b % n from h, show c % n = d % n from k, ← Nat.add_mod]
theorem ModEq.mul {n a b c d : ℕ} (h : a ≡ b [MOD n]) (k : c ≡ d [MOD n]) : a * c ≡ b * d [MOD n] := by
  show (a * c) % n = (b * d) % n; rw [Nat.mul_mod, show a % n = b % n from h, show c % n = d % n from k, ← Nat.mul_mod]
theorem ModEq.pow {n a b : ℕ} (m : ℕ) (h : a ≡ b [MOD n]) : a ^ m ≡ b ^ m [MOD n] := by
  show a ^ m % n = b ^ m % n; rw [Nat.pow_mod, show a % n = b % n from h, ← Nat.pow_mod]
theorem modEq_zero_iff_dvd {n a : ℕ} : a ≡ 0 [MOD n] ↔ n ∣ a := by
  show a % n = 0 % n ↔ _; rw [Nat.zero_mod]; exact ⟨Nat.dvd_of_mod_eq_zero, Nat.mod_eq_zero_of_dvd⟩
end Nat
namespace Int
theorem even_or_odd (n : ℤ) : Even n ∨ Odd n := by rw [Int.even_iff, Int.odd_iff]; omega
theorem not_even_iff_odd {n : ℤ} : ¬Even n ↔ Odd n := by rw [Int.even_iff, Int.odd_iff]; omega
theorem not_odd_iff_even {n : ℤ} : ¬Odd n ↔ Even n := by rw [Int.even_iff, Int.odd_iff]; omega
theorem odd_iff_not_even {n : ℤ} : Odd n ↔ ¬Even n := not_even_iff_odd.symm
theorem even_iff_not_odd {n : ℤ} : Even n ↔ ¬Odd n := not_odd_iff_even.symm
theorem even_add {m n : ℤ} : Even (m + n) ↔ (Even m ↔ Even n) := by simp only [Int.even_iff]; omega
theorem even_sub {m n : ℤ} : Even (m - n) ↔ (Even m ↔ Even n) := by simp only [Int.even_iff]; omega
theorem emod_emod_of_dvd' (n : ℤ) {m k : ℤ} (h : m ∣ k) : n % k % m = n % m := Int.emod_emod_of_dvd n h
theorem ModEq.symm {n a b : ℤ} (h : a ≡ b [ZMOD n]) : b ≡ a [ZMOD n] := Eq.symm h
theorem ModEq.trans {n a b c : ℤ} (h : a ≡ b [ZMOD n]) (k : b ≡ c [ZMOD n]) : a ≡ c [ZMOD n] := Eq.trans h k
theorem emod_emod_of_dvd_eq {n a b : ℤ} : a ≡ b [ZMOD n] ↔ a % n = b % n := Iff.rfl
end Int
theorem even_iff_two_dvd {n : ℕ} : Even n ↔ 2 ∣ n := Nat.even_iff_two_dvd'
theorem Even.two_dvd {n : ℕ} (h : Even n) : 2 ∣ n := even_iff_two_dvd.mp h
theorem Odd.pos {n : ℕ} (h : Odd n) : 0 < n := by rw [Nat.odd_iff] at h; omega
theorem dvd_mul_right {α : Type} [Lean.Grind.CommSemiring α] (a b : α) : a ∣ a * b := ⟨b, rfl⟩
theorem dvd_mul_left {α : Type} [Lean.Grind.CommSemiring α] (a b : α) : a ∣ b * a := ⟨b, mul_comm b a⟩

namespace Complex
variable [RealNumbers Real]
theorem ext_iff {a b : ℂ} : a = b ↔ a.re = b.re ∧ a.im = b.im := ⟨fun h => h ▸ ⟨rfl, rfl⟩, fun h => ext' h.1 h.2⟩
theorem ext {a b : ℂ} (h : a.re = b.re) (k : a.im = b.im) : a = b := ext' h k
@[simp] theorem I_mul_I : I * I = -1 := by apply ext' <;> simp
@[simp] theorem I_sq : I ^ 2 = -1 := by rw [pow_two, I_mul_I]
theorem I_ne_zero : I ≠ 0 := fun h => by have := congrArg im h; rw [I_im, zero_im] at this; exact one_ne_zero this
theorem normSq_apply (z : ℂ) : normSq z = z.re * z.re + z.im * z.im := rfl
end Complex

/- Square roots, digits, divisors of powers. -/
theorem Nat.sqrtFrom_spec (n : ℕ) : ∀ k, n < (k + 1) * (k + 1) → Nat.sqrtFrom n k * Nat.sqrtFrom n k ≤ n ∧ n < (Nat.sqrtFrom n k + 1) * (Nat.sqrtFrom n k + 1)
  | 0, h => ⟨Nat.zero_le n, h⟩
  | k + 1, h => by
    unfold Nat.sqrtFrom
    split
    · rename_i c; exact ⟨c, h⟩
    · rename_i c; exact Nat.sqrtFrom_spec n k (Nat.lt_of_not_le c)
theorem Nat.sqrt_spec (n : ℕ) : n.sqrt * n.sqrt ≤ n ∧ n < (n.sqrt + 1) * (n.sqrt + 1) :=
  Nat.sqrtFrom_spec n n (Nat.lt_of_lt_of_le (Nat.lt_succ_self n) (Nat.le_mul_of_pos_right (n + 1) (Nat.succ_pos n)))
theorem Nat.sqrt_le (n : ℕ) : n.sqrt * n.sqrt ≤ n := (Nat.sqrt_spec n).1
theorem Nat.sqrt_le' (n : ℕ) : n.sqrt ^ 2 ≤ n := by rw [Nat.pow_two]; exact Nat.sqrt_le n
theorem Nat.lt_succ_sqrt (n : ℕ) : n < n.sqrt.succ * n.sqrt.succ := (Nat.sqrt_spec n).2
theorem Nat.lt_succ_sqrt' (n : ℕ) : n < n.sqrt.succ ^ 2 := by rw [Nat.pow_two]; exact Nat.lt_succ_sqrt n
theorem Nat.digitsAux_fuel (b : ℕ) (hb : 2 ≤ b) : ∀ f g n : ℕ, n ≤ f → n ≤ g → Nat.digitsAux b f n = Nat.digitsAux b g n := by
  intro f
  induction f with
  | zero => intro g n h k; have : n = 0 := by omega
            subst this; cases g <;> simp [Nat.digitsAux]
  | succ f ih =>
    intro g n h k
    cases g with
    | zero => have : n = 0 := by omega
              subst this; simp [Nat.digitsAux]
    | succ g =>
      unfold Nat.digitsAux
      by_cases hn : n = 0
      · simp [hn]
      · have : n / b < n := Nat.div_lt_self (by omega) (by omega)
        simp only [hn, if_false]
        rw [ih g (n / b) (by omega) (by omega)]
@[simp] theorem Nat.digits_add_two_add_one (b n : ℕ) : Nat.digits (b + 2) (n + 1) = (n + 1) % (b + 2) :: Nat.digits (b + 2) ((n + 1) / (b + 2)) := by
  show Nat.digitsAux (b + 2) (n + 1) (n + 1) = _ :: Nat.digitsAux (b + 2) _ _
  rw [Nat.digitsAux]
  have : (n + 1) / (b + 2) < n + 1 := Nat.div_lt_self (by omega) (by omega)
  simp only [Nat.succ_ne_zero, if_false]
  rw [Nat.digitsAux_fuel (b + 2) (by omega) n ((n + 1) / (b + 2)) _ (by omega) (by omega)]
@[simp] theorem Nat.digits_zero (b : ℕ) : Nat.digits b 0 = [] := by
  unfold Nat.digits; split <;> simp [Nat.digitsAux]
theorem dvd_pow {α : Type} [Lean.Grind.CommSemiring α] {x y : α} (h : x ∣ y) {n : ℕ} (hn : n ≠ 0) : x ∣ y ^ n := by
  obtain ⟨c, rfl⟩ := h
  obtain ⟨m, rfl⟩ := Nat.exists_eq_succ_of_ne_zero hn
  exact ⟨c * (x * c) ^ m, by rw [Nat.succ_eq_add_one, pow_succ', mul_assoc]⟩
theorem Finset.sum_filter {M β : Type} [Lean.Grind.Semiring M] {s : Finset β} (p : β → Prop) [DecidablePred p] (f : β → M) :
    ∑ k ∈ Finset.filter p s, f k = ∑ k ∈ s, if p k then f k else 0 := by
  revert s; apply Finset.ind; intro l hl
  show (l.filter p).foldr (fun a x => f a + x) 0 = l.foldr (fun a x => (if p a then f a else 0) + x) 0
  clear hl
  induction l with
  | nil => rfl
  | cons a l ih =>
    rw [List.foldr_cons, ← ih, List.filter_cons]
    by_cases h : p a
    · simp [h]
    · simp [h]
theorem Nat.floor_eq_iff {α : Type} [Lean.Grind.CommRing α] [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [Lean.Grind.OrderedRing α]
    [FloorRing α] {a : α} {n : ℕ} (h : 0 ≤ a) : Nat.floor a = n ↔ ((Lean.Grind.Semiring.natCast (α := α)).natCast n) ≤ a ∧ a < ((Lean.Grind.Semiring.natCast (α := α)).natCast n) + 1 := by
  have k := Int.floor_nonneg.mpr h
  have e : Nat.floor a = n ↔ Int.floor a = (n : ℤ) := by unfold Nat.floor; omega
  rw [e, Int.floor_eq_iff, Lean.Grind.Ring.intCast_natCast]
  rfl
