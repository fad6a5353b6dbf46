/- Numbers built from others: ℕ+, ℝ≥0, ℂ, ZMod. -/
/- ℕ+ -/
def PNat := { n : Nat // 0 < n }
notation "ℕ+" => PNat
namespace PNat
@[coe] def val (n : ℕ+) : Nat := n.1
instance : CoeOut ℕ+ Nat := ⟨val⟩
instance : Add ℕ+ := ⟨fun a b => ⟨a.1 + b.1, by have := a.2; omega⟩⟩
instance : Mul ℕ+ := ⟨fun a b => ⟨a.1 * b.1, Nat.mul_pos a.2 b.2⟩⟩
instance : HPow ℕ+ Nat ℕ+ := ⟨fun a n => ⟨a.1 ^ n, Nat.pow_pos a.2⟩⟩
instance (n : Nat) : OfNat ℕ+ (n + 1) := ⟨⟨n + 1, Nat.succ_pos n⟩⟩
instance : LE ℕ+ := ⟨fun a b => a.1 ≤ b.1⟩
instance : LT ℕ+ := ⟨fun a b => a.1 < b.1⟩
instance : DecidableEq ℕ+ := inferInstanceAs (DecidableEq { n : Nat // 0 < n })
theorem pos (n : ℕ+) : 0 < (n : Nat) := n.2
@[simp, grind =, norm_cast] theorem add_coe (a b : ℕ+) : ((a + b : ℕ+) : Nat) = a + b := rfl
@[simp, grind =, norm_cast] theorem mul_coe (a b : ℕ+) : ((a * b : ℕ+) : Nat) = a * b := rfl
@[simp, grind =, norm_cast] theorem pow_coe (a : ℕ+) (n : Nat) : ((a ^ n : ℕ+) : Nat) = (a : Nat) ^ n := rfl
theorem eq {a b : ℕ+} : (a : Nat) = b → a = b := Subtype.ext
theorem coe_inj {a b : ℕ+} : (a : Nat) = b ↔ a = b := ⟨eq, fun h => h ▸ rfl⟩
end PNat
grind_pattern PNat.pos => PNat.val n

/-- Integers modulo n; ℤ for n = 0. -/
def ZMod : Nat → Type
  | 0 => Int
  | n + 1 => Fin (n + 1)
instance ZMod.commRing : (n : Nat) → Lean.Grind.CommRing (ZMod n)
  | 0 => inferInstanceAs (Lean.Grind.CommRing Int)
  | n + 1 => inferInstanceAs (Lean.Grind.CommRing (Fin (n + 1)))
instance ZMod.decidableEq : (n : Nat) → DecidableEq (ZMod n)
  | 0 => inferInstanceAs (DecidableEq Int)
  | n + 1 => inferInstanceAs (DecidableEq (Fin (n + 1)))
instance ZMod.decidableForall {n : Nat} {p : ZMod (n + 1) → Prop} [DecidablePred p] : Decidable (∀ x, p x) :=
  inferInstanceAs (Decidable (∀ x : Fin (n + 1), p x))
instance ZMod.decidableExists {n : Nat} {p : ZMod (n + 1) → Prop} [DecidablePred p] : Decidable (∃ x, p x) :=
  inferInstanceAs (Decidable (∃ x : Fin (n + 1), p x))
/-- Euclid's algorithm with the coefficients; `fuel` bounds its steps. -/
def Nat.xgcdAux : Nat → Nat → Int → Int → Nat → Int → Int → Int × Int
  | 0, _, _, _, _, s', t' => (s', t')
  | _ + 1, 0, _, _, _, s', t' => (s', t')
  | fuel + 1, k + 1, s, t, r', s', t' =>
    let q : Int := (r' / (k + 1) : Nat)
    Nat.xgcdAux fuel (r' % (k + 1)) (s' - q * s) (t' - q * t) (k + 1) s t
def Nat.gcdA (x y : Nat) : Int := (Nat.xgcdAux (x + y + 1) x 1 0 y 0 1).1
def Nat.gcdB (x y : Nat) : Int := (Nat.xgcdAux (x + y + 1) x 1 0 y 0 1).2
/-- The inverse modulo n where there is one, else what Euclid's algorithm leaves. -/
instance ZMod.inv : (n : Nat) → Inv (ZMod n)
  | 0 => ⟨fun a => Int.sign a⟩
  | n + 1 => ⟨fun a => ((Nat.gcdA (show Fin (n + 1) from a).val (n + 1) : Int) : ZMod (n + 1))⟩

section
variable [RealNumbers Real]
def NNReal := { x : ℝ // 0 ≤ x }
macro "ℝ≥0" : term => `(NNReal)
namespace NNReal
@[coe] def toReal (x : NNReal) : ℝ := x.1
noncomputable instance : CoeOut NNReal ℝ := ⟨toReal⟩
noncomputable def ofReal (x : ℝ) : NNReal := if h : 0 ≤ x then ⟨x, h⟩ else ⟨0, by grind⟩
theorem mul_nonneg' {x y : ℝ} (hx : 0 ≤ x) (hy : 0 ≤ y) : 0 ≤ x * y := by
  by_cases h : x = 0
  · subst h; grind
  · by_cases k : y = 0
    · subst k; grind
    · have := Real.mul_pos' (x := x) (y := y) (by grind) (by grind); grind
theorem pow_nonneg' {x : ℝ} (hx : 0 ≤ x) (n : ℕ) : 0 ≤ x ^ n := by
  induction n with
  | zero => grind
  | succ n ih => rw [show x ^ (n + 1) = x ^ n * x by grind]; exact mul_nonneg' ih hx
noncomputable instance : Lean.Grind.CommSemiring NNReal where
  add a b := ⟨a.1 + b.1, by have := a.2; have := b.2; grind⟩
  mul a b := ⟨a.1 * b.1, mul_nonneg' a.2 b.2⟩
  natCast := ⟨fun n => ⟨n, Real.natCast_nonneg n⟩⟩
  ofNat n := ⟨⟨(n : ℝ), Real.natCast_nonneg n⟩⟩
  nsmul := ⟨fun n a => ⟨n * a.1, mul_nonneg' (Real.natCast_nonneg n) a.2⟩⟩
  npow := ⟨fun a n => ⟨a.1 ^ n, pow_nonneg' a.2 n⟩⟩
  add_zero a := Subtype.ext (by show a.1 + ((0 : ℕ) : ℝ) = a.1; grind)
  add_comm a b := Subtype.ext (by show a.1 + b.1 = b.1 + a.1; grind)
  add_assoc a b c := Subtype.ext (by show a.1 + b.1 + c.1 = a.1 + (b.1 + c.1); grind)
  mul_assoc a b c := Subtype.ext (by show a.1 * b.1 * c.1 = a.1 * (b.1 * c.1); grind)
  mul_comm a b := Subtype.ext (by show a.1 * b.1 = b.1 * a.1; grind)
  mul_one a := Subtype.ext (by show a.1 * ((1 : ℕ) : ℝ) = a.1; grind)
  one_mul a := Subtype.ext (by show ((1 : ℕ) : ℝ) * a.1 = a.1; grind)
  left_distrib a b c := Subtype.ext (by show a.1 * (b.1 + c.1) = a.1 * b.1 + a.1 * c.1; grind)
  right_distrib a b c := Subtype.ext (by show (a.1 + b.1) * c.1 = a.1 * c.1 + b.1 * c.1; grind)
  zero_mul a := Subtype.ext (by show ((0 : ℕ) : ℝ) * a.1 = ((0 : ℕ) : ℝ); grind)
  mul_zero a := Subtype.ext (by show a.1 * ((0 : ℕ) : ℝ) = ((0 : ℕ) : ℝ); grind)
  pow_zero a := Subtype.ext (by show a.1 ^ 0 = ((1 : ℕ) : ℝ); grind)
  pow_succ a n := Subtype.ext (by show a.1 ^ (n + 1) = a.1 ^ n * a.1; grind)
  ofNat_succ n := Subtype.ext (by show ((n + 1 : ℕ) : ℝ) = (n : ℝ) + ((1 : ℕ) : ℝ); grind)
  ofNat_eq_natCast _ := rfl
  nsmul_eq_natCast_mul _ _ := rfl
noncomputable instance : Sub NNReal := ⟨fun a b => ofReal (a.1 - b.1)⟩
noncomputable instance : Inv NNReal := ⟨fun a => ofReal a.1⁻¹⟩
noncomputable instance : Div NNReal := ⟨fun a b => a * b⁻¹⟩
noncomputable instance : LE NNReal := ⟨fun a b => a.1 ≤ b.1⟩
noncomputable instance : LT NNReal := ⟨fun a b => a.1 < b.1⟩
noncomputable def sqrt (x : NNReal) : NNReal := ⟨√x.1, Real.sqrt_nonneg _⟩
noncomputable def rpow (x : NNReal) (y : ℝ) : NNReal := ofReal (x.1 ^ y)
noncomputable instance : HPow NNReal ℝ NNReal := ⟨rpow⟩
@[simp, grind =, norm_cast] theorem coe_add (a b : NNReal) : ((a + b : NNReal) : ℝ) = a + b := rfl
@[simp, grind =, norm_cast] theorem coe_mul (a b : NNReal) : ((a * b : NNReal) : ℝ) = a * b := rfl
@[simp, grind =, norm_cast] theorem coe_pow (a : NNReal) (n : ℕ) : ((a ^ n : NNReal) : ℝ) = (a : ℝ) ^ n := rfl
@[simp, grind =, norm_cast] theorem coe_sqrt (a : NNReal) : ((sqrt a : NNReal) : ℝ) = √(a : ℝ) := rfl
@[simp, grind =] theorem coe_ofNat (n : ℕ) : ((OfNat.ofNat n : NNReal) : ℝ) = OfNat.ofNat n :=
  (Lean.Grind.Semiring.ofNat_eq_natCast n).symm
theorem eq {a b : NNReal} : (a : ℝ) = b → a = b := Subtype.ext
@[norm_cast] theorem coe_inj {a b : NNReal} : (a : ℝ) = b ↔ a = b := ⟨eq, fun h => h ▸ rfl⟩
theorem coe_nonneg (a : NNReal) : 0 ≤ (a : ℝ) := a.2
@[norm_cast] theorem coe_le_coe {a b : NNReal} : (a : ℝ) ≤ b ↔ a ≤ b := Iff.rfl
@[norm_cast] theorem coe_lt_coe {a b : NNReal} : (a : ℝ) < b ↔ a < b := Iff.rfl
end NNReal

structure Complex where
  re : ℝ
  im : ℝ
notation "ℂ" => Complex
namespace Complex
@[ext] theorem ext' {a b : ℂ} (h : a.re = b.re) (k : a.im = b.im) : a = b := by cases a; cases b; simp_all
@[coe] noncomputable def ofReal (x : ℝ) : ℂ := ⟨x, 0⟩
noncomputable instance : Coe ℝ ℂ := ⟨ofReal⟩
noncomputable def I : ℂ := ⟨0, 1⟩
noncomputable instance : Add ℂ := ⟨fun a b => ⟨a.re + b.re, a.im + b.im⟩⟩
noncomputable instance : Mul ℂ := ⟨fun a b => ⟨a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re⟩⟩
noncomputable instance : Neg ℂ := ⟨fun a => ⟨-a.re, -a.im⟩⟩
noncomputable instance : Sub ℂ := ⟨fun a b => ⟨a.re - b.re, a.im - b.im⟩⟩
noncomputable def normSq (a : ℂ) : ℝ := a.re * a.re + a.im * a.im
noncomputable def conj (a : ℂ) : ℂ := ⟨a.re, -a.im⟩
noncomputable def norm (a : ℂ) : ℝ := √(normSq a)
noncomputable def abs (a : ℂ) : ℝ := √(normSq a)
noncomputable instance : Inv ℂ := ⟨fun a => ⟨a.re * (normSq a)⁻¹, -a.im * (normSq a)⁻¹⟩⟩
noncomputable instance : Div ℂ := ⟨fun a b => a * b⁻¹⟩
noncomputable instance instNatCast : NatCast ℂ := ⟨fun n => ⟨n, 0⟩⟩
noncomputable instance instIntCast : IntCast ℂ := ⟨fun n => ⟨n, 0⟩⟩
noncomputable instance instRatCast : RatCast ℂ := ⟨fun q => ⟨q, 0⟩⟩
noncomputable instance instOfNat (n : ℕ) : OfNat ℂ n := ⟨⟨n, 0⟩⟩
noncomputable def npow (a : ℂ) : ℕ → ℂ
  | 0 => 1
  | n + 1 => npow a n * a
noncomputable instance instPow : HPow ℂ ℕ ℂ := ⟨npow⟩
noncomputable instance : SMul ℕ ℂ := ⟨fun n a => (n : ℂ) * a⟩
noncomputable instance : SMul ℤ ℂ := ⟨fun n a => (n : ℂ) * a⟩
@[simp, grind =] theorem add_re (a b : ℂ) : (a + b).re = a.re + b.re := rfl
@[simp, grind =] theorem add_im (a b : ℂ) : (a + b).im = a.im + b.im := rfl
@[simp, grind =] theorem mul_re (a b : ℂ) : (a * b).re = a.re * b.re - a.im * b.im := rfl
@[simp, grind =] theorem mul_im (a b : ℂ) : (a * b).im = a.re * b.im + a.im * b.re := rfl
@[simp, grind =] theorem neg_re (a : ℂ) : (-a).re = -a.re := rfl
@[simp, grind =] theorem neg_im (a : ℂ) : (-a).im = -a.im := rfl
@[simp, grind =] theorem sub_re (a b : ℂ) : (a - b).re = a.re - b.re := rfl
@[simp, grind =] theorem sub_im (a b : ℂ) : (a - b).im = a.im - b.im := rfl
@[simp, grind =] theorem natCast_re (n : ℕ) : ((n : ℂ)).re = n := rfl
@[simp, grind =] theorem natCast_im (n : ℕ) : ((n : ℂ)).im = 0 := rfl
@[simp, grind =] theorem intCast_re (n : ℤ) : ((n : ℂ)).re = n := rfl
@[simp, grind =] theorem intCast_im (n : ℤ) : ((n : ℂ)).im = 0 := rfl
@[simp, grind =] theorem ofReal_re (x : ℝ) : ((x : ℂ)).re = x := rfl
@[simp, grind =] theorem ofReal_im (x : ℝ) : ((x : ℂ)).im = 0 := rfl
@[simp, grind =] theorem I_re : I.re = 0 := rfl
@[simp, grind =] theorem I_im : I.im = 1 := rfl
@[simp] theorem ofNat_re (n : ℕ) : (no_index (OfNat.ofNat n) : ℂ).re = OfNat.ofNat n := (Lean.Grind.Semiring.ofNat_eq_natCast n).symm
@[simp] theorem ofNat_im (n : ℕ) : (no_index (OfNat.ofNat n) : ℂ).im = 0 := rfl
@[simp, grind =] theorem zero_re : (0 : ℂ).re = 0 := (Lean.Grind.Semiring.ofNat_eq_natCast 0).symm
@[simp, grind =] theorem zero_im : (0 : ℂ).im = 0 := rfl
@[simp, grind =] theorem one_re : (1 : ℂ).re = 1 := (Lean.Grind.Semiring.ofNat_eq_natCast 1).symm
@[simp, grind =] theorem one_im : (1 : ℂ).im = 0 := rfl
theorem inv_re (a : ℂ) : a⁻¹.re = a.re * (normSq a)⁻¹ := rfl
theorem inv_im (a : ℂ) : a⁻¹.im = -a.im * (normSq a)⁻¹ := rfl
noncomputable instance : Lean.Grind.CommRing ℂ where
  natCast := instNatCast
  ofNat := instOfNat
  npow := instPow
  intCast := instIntCast
  add_zero a := by ext <;> grind
  add_comm a b := by ext <;> grind
  add_assoc a b c := by ext <;> grind
  mul_assoc a b c := by ext <;> grind
  mul_comm a b := by ext <;> grind
  mul_one a := by ext <;> grind
  one_mul a := by ext <;> grind
  left_distrib a b c := by ext <;> grind
  right_distrib a b c := by ext <;> grind
  zero_mul a := by ext <;> grind
  mul_zero a := by ext <;> grind
  pow_zero _ := rfl
  pow_succ _ _ := rfl
  ofNat_succ n := by
    apply ext'
    · show ((n + 1 : ℕ) : ℝ) = (n : ℝ) + ((1 : ℕ) : ℝ); grind
    · show (0 : ℝ) = 0 + 0; grind
  ofNat_eq_natCast _ := rfl
  nsmul_eq_natCast_mul _ _ := rfl
  neg_add_cancel a := by ext <;> grind
  sub_eq_add_neg a b := by ext <;> grind
  neg_zsmul i a := by
    show ((-i : ℤ) : ℂ) * a = -((i : ℂ) * a)
    ext <;> simp [Lean.Grind.Ring.intCast_neg] <;> grind
  zsmul_natCast_eq_nsmul n a := by
    show (((n : ℤ) : ℂ)) * a = (n : ℂ) * a
    ext <;> simp <;> rw [Lean.Grind.Ring.intCast_natCast] <;> grind
  intCast_ofNat n := by
    apply ext'
    · exact Lean.Grind.Ring.intCast_natCast n
    · rfl
  intCast_neg i := by ext <;> simp [Lean.Grind.Ring.intCast_neg] <;> grind
theorem normSq_pos {a : ℂ} (h : a ≠ 0) : normSq a ≠ 0 := by
  intro e
  apply h
  have h1 := Real.sq_nonneg' a.re
  have h2 := Real.sq_nonneg' a.im
  have e' : a.re * a.re + a.im * a.im = 0 := e
  have e1 : a.re * a.re = 0 := by grind
  have e2 : a.im * a.im = 0 := by grind
  apply ext'
  · show a.re = ((0 : ℕ) : ℝ); grind
  · show a.im = 0; grind
noncomputable def zpow (a : ℂ) : ℤ → ℂ
  | .ofNat n => a ^ n
  | .negSucc n => (a ^ (n + 1))⁻¹
noncomputable instance instZPow : HPow ℂ ℤ ℂ := ⟨zpow⟩
theorem mul_inv_cancel {a : ℂ} (h : a ≠ 0) : a * a⁻¹ = 1 := by
  have k := normSq_pos h
  have e : a.re * a.re + a.im * a.im = normSq a := rfl
  apply ext'
  · show a.re * (a.re * (normSq a)⁻¹) - a.im * (-a.im * (normSq a)⁻¹) = ((1 : ℕ) : ℝ); grind
  · show a.re * (-a.im * (normSq a)⁻¹) + a.im * (a.re * (normSq a)⁻¹) = 0; grind
theorem inv_zero : (0 : ℂ)⁻¹ = 0 := by
  apply ext'
  · show ((0 : ℕ) : ℝ) * _ = ((0 : ℕ) : ℝ); grind
  · show -(0 : ℝ) * _ = 0; grind
theorem inv_inv (a : ℂ) : a⁻¹⁻¹ = a := by
  by_cases h : a = 0
  · subst h; rw [inv_zero, inv_zero]
  · have h1 := mul_inv_cancel h
    have h0 : a⁻¹ ≠ 0 := by
      intro e; rw [e] at h1
      have := congrArg re h1
      simp at this; grind
    have h2 := mul_inv_cancel h0
    calc a⁻¹⁻¹ = a * a⁻¹ * a⁻¹⁻¹ := by rw [h1]; grind
      _ = a * (a⁻¹ * a⁻¹⁻¹) := by grind
      _ = a := by rw [h2]; grind
noncomputable instance : Lean.Grind.Field ℂ where
  zpow := instZPow
  div_eq_mul_inv _ _ := rfl
  zero_ne_one h := by have := congrArg re h; simp at this; grind
  inv_zero := inv_zero
  mul_inv_cancel := mul_inv_cancel
  zpow_zero _ := rfl
  zpow_succ a n := by
    show a ^ (n + 1) = a ^ n * a
    rfl
  zpow_neg a n := by
    show zpow a (-n) = (zpow a n)⁻¹
    cases n with
    | ofNat n =>
      cases n with
      | zero => show (1 : ℂ) = (1 : ℂ)⁻¹; have := mul_inv_cancel (a := 1) (by intro h; have := congrArg re h; simp at this; grind); grind
      | succ n => rfl
    | negSucc n => exact (inv_inv _).symm
instance : Lean.Grind.IsCharP ℂ 0 := Lean.Grind.IsCharP.mk' 0 ℂ fun x => by
  constructor
  · intro h
    have := congrArg re h
    have e : ((x : ℕ) : ℝ) = ((0 : ℕ) : ℝ) := this
    cases x with
    | zero => rfl
    | succ n => have := Real.natCast_nonneg n; rw [Real.natCast_succ] at e; grind
  · intro h
    have : x = 0 := by omega
    subst this; rfl
end Complex
end
/-- |x| for real numbers, the distance from 0 for complex ones. -/
class Norm (E : Type) where
  norm : E → ℝ
macro:max atomic("‖" noWs) a:term noWs "‖" : term => `(Norm.norm $a)
@[app_unexpander Norm.norm] def Norm.unexpander : Lean.PrettyPrinter.Unexpander
  | `($_ $a) => `(‖$a‖)
  | _ => throw ()
noncomputable instance [RealNumbers Real] : Norm ℝ := ⟨abs⟩
noncomputable instance [RealNumbers Real] : Norm ℂ := ⟨Complex.norm⟩
@[simp, grind =] theorem Real.norm_eq_abs [RealNumbers Real] (x : ℝ) : ‖x‖ = |x| := rfl
@[simp, grind =] theorem Complex.norm_eq_sqrt [RealNumbers Real] (z : ℂ) : ‖z‖ = √(Complex.normSq z) := rfl

namespace BigOperators end BigOperators
namespace Topology end Topology
namespace Filter end Filter
