/- Functions of real numbers. Those of `RealNumbers` that are not fields of it are defined here, as Mathlib defines them
   or by what determines them. -/
section
variable [RealNumbers Real]
noncomputable def Real.sqrt (x : ℝ) : ℝ := if h : 0 ≤ x then (RealNumbers.exists_sqrt x h).choose else 0
noncomputable def Real.exp (x : ℝ) : ℝ := RealNumbers.exp x
/-- log 0 = 0, and log (-x) = log x. -/
noncomputable def Real.log (x : ℝ) : ℝ :=
  if h : 0 < x then (RealNumbers.exists_log x h).choose
  else if h : 0 < -x then (RealNumbers.exists_log (-x) h).choose else 0
noncomputable def Real.logb (b x : ℝ) : ℝ := Real.log x / Real.log b
noncomputable def Real.sin (x : ℝ) : ℝ := RealNumbers.sin x
noncomputable def Real.cos (x : ℝ) : ℝ := RealNumbers.cos x
noncomputable def Real.tan (x : ℝ) : ℝ := Real.sin x / Real.cos x
noncomputable def Real.pi : ℝ := RealNumbers.pi
noncomputable def Real.rpow (x y : ℝ) : ℝ :=
  if x = 0 then (if y = 0 then 1 else 0)
  else if 0 < x then Real.exp (Real.log x * y) else Real.exp (Real.log x * y) * Real.cos (y * Real.pi)
noncomputable instance : HPow ℝ ℝ ℝ := ⟨Real.rpow⟩
prefix:max "√" => Real.sqrt
notation "π" => Real.pi

def Irrational (x : ℝ) : Prop := ¬ ∃ q : ℚ, (q : ℝ) = x

namespace Real
theorem sqrt_spec {x : ℝ} (h : 0 ≤ x) : 0 ≤ √x ∧ √x * √x = x := by
  unfold sqrt; rw [dif_pos h]; exact (RealNumbers.exists_sqrt x h).choose_spec
theorem sqrt_nonneg (x : ℝ) : 0 ≤ √x := by
  by_cases h : 0 ≤ x
  · exact (sqrt_spec h).1
  · unfold sqrt; rw [dif_neg h]; exact Std.IsPreorder.le_refl _
theorem sqrt_eq_zero_of_nonpos {x : ℝ} (h : x ≤ 0) : √x = 0 := by
  by_cases k : 0 ≤ x
  · have e : x = 0 := by grind
    have := (sqrt_spec k).2
    rw [e] at this ⊢
    grind
  · unfold sqrt; rw [dif_neg k]
theorem mul_self_sqrt {x : ℝ} (h : 0 ≤ x) : √x * √x = x := (sqrt_spec h).2
theorem sq_sqrt {x : ℝ} (h : 0 ≤ x) : √x ^ 2 = x := by have := (sqrt_spec h).2; grind
theorem mul_pos' {x y : ℝ} (hx : 0 < x) (hy : 0 < y) : 0 < x * y := by
  have := Lean.Grind.OrderedRing.mul_lt_mul_of_pos_left hy hx
  grind
theorem sq_nonneg' (x : ℝ) : 0 ≤ x * x := by
  rcases Std.IsLinearPreorder.le_total 0 x with h | h
  · by_cases k : x = 0
    · subst k; grind
    · have := mul_pos' (x := x) (y := x) (by grind) (by grind); grind
  · by_cases k : x = 0
    · subst k; grind
    · have := mul_pos' (x := -x) (y := -x) (by grind) (by grind); grind
theorem eq_of_mul_self_eq {x y : ℝ} (hx : 0 ≤ x) (hy : 0 ≤ y) (h : x * x = y * y) : x = y := by
  have e : (x - y) * (x + y) = 0 := by grind
  by_cases k : x + y = 0
  · grind
  · grind
theorem sqrt_mul_self {x : ℝ} (h : 0 ≤ x) : √(x * x) = x :=
  eq_of_mul_self_eq (sqrt_nonneg _) h (mul_self_sqrt (sq_nonneg' x))
theorem sqrt_sq {x : ℝ} (h : 0 ≤ x) : √(x ^ 2) = x := by
  have e : x ^ 2 = x * x := by grind
  rw [e]; exact sqrt_mul_self h
theorem exp_zero : exp 0 = 1 := RealNumbers.exp_zero
theorem exp_add (x y : ℝ) : exp (x + y) = exp x * exp y := RealNumbers.exp_add x y
theorem exp_pos (x : ℝ) : 0 < exp x := RealNumbers.exp_pos x
theorem exp_lt_exp {x y : ℝ} : exp x < exp y ↔ x < y := RealNumbers.exp_lt_exp x y
theorem add_one_le_exp (x : ℝ) : x + 1 ≤ exp x := RealNumbers.add_one_le_exp x
theorem exp_injective {x y : ℝ} (h : exp x = exp y) : x = y := by
  have a := @exp_lt_exp _ x y
  have b := @exp_lt_exp _ y x
  grind
theorem exp_log {x : ℝ} (h : 0 < x) : exp (log x) = x := by
  unfold log; rw [dif_pos h]; exact (RealNumbers.exists_log x h).choose_spec
theorem log_exp (x : ℝ) : log (exp x) = x := exp_injective (exp_log (exp_pos x))
theorem log_zero : log 0 = 0 := by unfold log; rw [dif_neg (by grind), dif_neg (by grind)]
theorem log_one : log 1 = 0 := by rw [← exp_zero, log_exp]
theorem log_neg_eq_log (x : ℝ) : log (-x) = log x := by
  by_cases h : 0 < x
  · apply exp_injective
    rw [exp_log h]
    unfold log
    rw [dif_neg (by grind), dif_pos (by grind)]
    have := (RealNumbers.exists_log (- -x) (by grind)).choose_spec
    exact this.trans (by grind)
  · by_cases k : 0 < -x
    · apply exp_injective
      rw [exp_log k]
      unfold log
      rw [dif_neg h, dif_pos k]
      exact (RealNumbers.exists_log (-x) k).choose_spec.symm
    · have : x = 0 := by grind
      subst this
      rw [show -(0:ℝ) = 0 by grind]
theorem log_mul_of_pos {x y : ℝ} (hx : 0 < x) (hy : 0 < y) : log (x * y) = log x + log y := by
  apply exp_injective
  rw [exp_log (mul_pos' hx hy), exp_add, exp_log hx, exp_log hy]
theorem log_mul {x y : ℝ} (hx : x ≠ 0) (hy : y ≠ 0) : log (x * y) = log x + log y := by
  rcases Std.IsLinearPreorder.le_total 0 x with h | h <;> rcases Std.IsLinearPreorder.le_total 0 y with k | k
  · exact log_mul_of_pos (by grind) (by grind)
  · rw [← log_neg_eq_log y, ← log_neg_eq_log (x * y), show -(x * y) = x * -y by grind]
    exact log_mul_of_pos (by grind) (by grind)
  · rw [← log_neg_eq_log x, ← log_neg_eq_log (x * y), show -(x * y) = -x * y by grind]
    exact log_mul_of_pos (by grind) (by grind)
  · rw [← log_neg_eq_log x, ← log_neg_eq_log y, show x * y = -x * -y by grind]
    exact log_mul_of_pos (by grind) (by grind)
theorem log_inv (x : ℝ) : log x⁻¹ = -log x := by
  by_cases h : x = 0
  · subst h; rw [show (0:ℝ)⁻¹ = 0 by grind, log_zero]; grind
  · have k : x⁻¹ ≠ 0 := by grind
    have e := log_mul h k
    rw [show x * x⁻¹ = 1 by grind, log_one] at e
    grind
theorem log_div {x y : ℝ} (hx : x ≠ 0) (hy : y ≠ 0) : log (x / y) = log x - log y := by
  rw [show x / y = x * y⁻¹ by grind, log_mul hx (by grind), log_inv]; grind
theorem log_pow (n : ℕ) (x : ℝ) : log (x ^ n) = n * log x := by
  by_cases h : x = 0
  · subst h
    cases n with
    | zero => rw [show ((0:ℝ) ^ 0) = 1 by grind, log_one, log_zero]; grind
    | succ n => rw [show ((0:ℝ) ^ (n + 1)) = 0 by grind, log_zero]; grind
  · induction n with
    | zero => rw [show (x ^ 0) = 1 by grind, log_one]; grind
    | succ n ih =>
      have k : x ^ n ≠ 0 := by
        clear ih
        induction n with
        | zero => grind
        | succ n ih => grind
      rw [show x ^ (n + 1) = x ^ n * x by grind, log_mul k h, ih]; grind
theorem log_lt_log_iff {x y : ℝ} (hx : 0 < x) (hy : 0 < y) : log x < log y ↔ x < y := by
  rw [← exp_lt_exp, exp_log hx, exp_log hy]
theorem log_injOn_pos {x y : ℝ} (hx : 0 < x) (hy : 0 < y) (h : log x = log y) : x = y := by
  rw [← exp_log hx, ← exp_log hy, h]
theorem rpow_def_of_pos {x : ℝ} (hx : 0 < x) (y : ℝ) : x ^ y = exp (log x * y) := by
  show rpow x y = _
  unfold rpow
  rw [if_neg (by grind), if_pos hx]
theorem rpow_pos_of_pos {x : ℝ} (hx : 0 < x) (y : ℝ) : 0 < x ^ y := by rw [rpow_def_of_pos hx]; exact exp_pos _
theorem rpow_add {x : ℝ} (hx : 0 < x) (y z : ℝ) : x ^ (y + z) = x ^ y * x ^ z := by
  rw [rpow_def_of_pos hx, rpow_def_of_pos hx, rpow_def_of_pos hx, ← exp_add]; congr 1; grind
theorem log_rpow {x : ℝ} (hx : 0 < x) (y : ℝ) : log (x ^ y) = y * log x := by
  rw [rpow_def_of_pos hx, log_exp]; grind
theorem rpow_zero (x : ℝ) : x ^ (0 : ℝ) = 1 := by
  show rpow x 0 = 1
  unfold rpow
  by_cases h : x = 0
  · rw [if_pos h, if_pos rfl]
  · have e : log x * 0 = 0 := by grind
    have f : (0 : ℝ) * pi = 0 := by grind
    rw [if_neg h, e, f, exp_zero, show cos 0 = 1 from RealNumbers.cos_zero]
    grind
theorem rpow_one (x : ℝ) : x ^ (1 : ℝ) = x := by
  rcases Std.IsLinearPreorder.le_total 0 x with h | h
  · by_cases k : x = 0
    · show rpow x 1 = x
      unfold rpow
      rw [if_pos k, if_neg (by grind)]; exact k.symm
    · rw [rpow_def_of_pos (by grind), show log x * 1 = log x by grind, exp_log (by grind)]
  · by_cases k : x = 0
    · show rpow x 1 = x
      unfold rpow
      rw [if_pos k, if_neg (by grind)]; exact k.symm
    · show rpow x 1 = x
      unfold rpow
      have c : cos pi = -1 := by
        have := RealNumbers.cos_add (R := ℝ) (RealNumbers.pi / 2) (RealNumbers.pi / 2)
        rw [RealNumbers.cos_pi_div_two, RealNumbers.sin_pi_div_two] at this
        show RealNumbers.cos RealNumbers.pi = -1
        rw [show (RealNumbers.pi : ℝ) = RealNumbers.pi / 2 + RealNumbers.pi / 2 by grind, this]; grind
      rw [if_neg k, if_neg (by grind), show log x * 1 = log x by grind, show (1 : ℝ) * pi = pi by grind, c,
        ← log_neg_eq_log, exp_log (by grind)]
      grind
theorem sin_sq_add_cos_sq (x : ℝ) : sin x ^ 2 + cos x ^ 2 = 1 := RealNumbers.sin_sq_add_cos_sq x
theorem sin_zero : sin 0 = 0 := RealNumbers.sin_zero
theorem cos_zero : cos 0 = 1 := RealNumbers.cos_zero
theorem sin_neg (x : ℝ) : sin (-x) = -sin x := RealNumbers.sin_neg x
theorem cos_neg (x : ℝ) : cos (-x) = cos x := RealNumbers.cos_neg x
theorem sin_add (x y : ℝ) : sin (x + y) = sin x * cos y + cos x * sin y := RealNumbers.sin_add x y
theorem cos_add (x y : ℝ) : cos (x + y) = cos x * cos y - sin x * sin y := RealNumbers.cos_add x y
theorem sin_sub (x y : ℝ) : sin (x - y) = sin x * cos y - cos x * sin y := by
  rw [show x - y = x + -y by grind, sin_add, cos_neg, sin_neg]; grind
theorem cos_sub (x y : ℝ) : cos (x - y) = cos x * cos y + sin x * sin y := by
  rw [show x - y = x + -y by grind, cos_add, cos_neg, sin_neg]; grind
theorem sin_two_mul (x : ℝ) : sin (2 * x) = 2 * sin x * cos x := by
  rw [show 2 * x = x + x by grind, sin_add]; grind
theorem cos_two_mul (x : ℝ) : cos (2 * x) = 2 * cos x ^ 2 - 1 := by
  have := sin_sq_add_cos_sq x
  rw [show 2 * x = x + x by grind, cos_add]; grind
theorem sin_pi_div_two : sin (π / 2) = 1 := RealNumbers.sin_pi_div_two
theorem cos_pi_div_two : cos (π / 2) = 0 := RealNumbers.cos_pi_div_two
theorem sin_pi : sin π = 0 := by
  rw [show (π : ℝ) = 2 * (π / 2) by grind, sin_two_mul, cos_pi_div_two]; grind
theorem cos_pi : cos π = -1 := by
  rw [show (π : ℝ) = 2 * (π / 2) by grind, cos_two_mul, cos_pi_div_two]; grind
theorem pi_pos : 0 < π := by have := RealNumbers.pi_gt (R := ℝ); show (0 : ℝ) < RealNumbers.pi; grind
theorem pi_gt_three : 3 < π := by have := RealNumbers.pi_gt (R := ℝ); show (3 : ℝ) < RealNumbers.pi; grind
theorem pi_lt_four : π < 4 := by have := RealNumbers.pi_lt (R := ℝ); show RealNumbers.pi < (4 : ℝ); grind
theorem sin_le_one (x : ℝ) : sin x ≤ 1 := by
  have := sin_sq_add_cos_sq x
  have := sq_nonneg' (cos x)
  have := sq_nonneg' (sin x - 1)
  grind
theorem cos_le_one (x : ℝ) : cos x ≤ 1 := by
  have := sin_sq_add_cos_sq x
  have := sq_nonneg' (sin x)
  have := sq_nonneg' (cos x - 1)
  grind
theorem neg_one_le_sin (x : ℝ) : -1 ≤ sin x := by have := sin_le_one (-x); rw [sin_neg] at this; grind
theorem neg_one_le_cos (x : ℝ) : -1 ≤ cos x := by
  have := sin_sq_add_cos_sq x
  have := sq_nonneg' (sin x)
  have := sq_nonneg' (cos x + 1)
  grind
theorem sin_pos_of_pos_of_lt_pi {x : ℝ} (h : 0 < x) (k : x < π) : 0 < sin x := RealNumbers.sin_pos x h k
theorem sin_lt {x : ℝ} (h : 0 < x) : sin x < x := RealNumbers.sin_lt x h
theorem cos_lt_cos_of_nonneg_of_le_pi {x y : ℝ} (h : 0 ≤ x) (k : y ≤ π) (l : x < y) : cos y < cos x :=
  RealNumbers.cos_lt_cos x y h k l
theorem natCast_succ (n : ℕ) : ((n + 1 : ℕ) : ℝ) = (n : ℝ) + 1 := by grind
theorem natCast_nonneg (n : ℕ) : (0 : ℝ) ≤ n := by
  induction n with
  | zero => grind
  | succ n ih => rw [natCast_succ]; grind
theorem exp_mul_natCast (a : ℝ) (n : ℕ) : exp (a * n) = exp a ^ n := by
  induction n with
  | zero => rw [show a * ((0 : ℕ) : ℝ) = 0 by grind, exp_zero]; grind
  | succ n ih => rw [natCast_succ, show a * ((n : ℝ) + 1) = a * n + a by grind, exp_add, ih]; grind
theorem cos_sin_natCast_mul_pi (n : ℕ) : cos (n * π) = (-1) ^ n ∧ sin (n * π) = 0 := by
  induction n with
  | zero => rw [show ((0 : ℕ) : ℝ) * π = 0 by grind, cos_zero, sin_zero]; grind
  | succ n ih =>
    rw [natCast_succ, show ((n : ℝ) + 1) * π = n * π + π by grind, cos_add, sin_add, ih.1, ih.2, cos_pi, sin_pi]
    grind
theorem cos_nat_mul_pi (n : ℕ) : cos (n * π) = (-1) ^ n := (cos_sin_natCast_mul_pi n).1
theorem sin_nat_mul_pi (n : ℕ) : sin (n * π) = 0 := (cos_sin_natCast_mul_pi n).2
theorem rpow_natCast (x : ℝ) (n : ℕ) : x ^ (n : ℝ) = x ^ n := by
  by_cases h : x = 0
  · subst h
    show rpow 0 (n : ℝ) = _
    unfold rpow
    rw [if_pos rfl]
    cases n with
    | zero => rw [if_pos (by grind)]; grind
    | succ n =>
      have : ((n + 1 : ℕ) : ℝ) ≠ 0 := by
        have := natCast_nonneg n
        rw [natCast_succ]; grind
      rw [if_neg this]; grind
  · by_cases k : 0 < x
    · rw [rpow_def_of_pos k, exp_mul_natCast, exp_log k]
    · show rpow x (n : ℝ) = _
      unfold rpow
      rw [if_neg h, if_neg k, exp_mul_natCast, cos_nat_mul_pi, ← log_neg_eq_log, exp_log (by grind)]
      clear h k
      induction n with
      | zero => grind
      | succ n ih =>
        rw [show (-x) ^ (n + 1) * (-1) ^ (n + 1) = ((-x) ^ n * (-1) ^ n) * x by grind, ih]; grind
end Real
end
