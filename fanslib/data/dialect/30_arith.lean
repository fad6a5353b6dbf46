/- Arithmetic. -/
def Even {α : Type u} [Add α] (a : α) : Prop := ∃ r, a = r + r
def Odd {α : Type u} [Lean.Grind.Semiring α] (a : α) : Prop := ∃ m, a = 2 * m + 1
def IsSquare {α : Type u} [Mul α] (a : α) : Prop := ∃ r, a = r * r
theorem Nat.even_iff {n : Nat} : Even n ↔ n % 2 = 0 := ⟨fun ⟨r, h⟩ => by omega, fun h => ⟨n / 2, by omega⟩⟩
theorem Nat.odd_iff {n : Nat} : Odd n ↔ n % 2 = 1 :=
  ⟨fun ⟨r, h⟩ => by have h : n = 2 * r + 1 := h; omega, fun h => ⟨n / 2, by show n = 2 * (n / 2) + 1; omega⟩⟩
theorem Int.even_iff {n : Int} : Even n ↔ n % 2 = 0 := ⟨fun ⟨r, h⟩ => by omega, fun h => ⟨n / 2, by omega⟩⟩
theorem Int.odd_iff {n : Int} : Odd n ↔ n % 2 = 1 :=
  ⟨fun ⟨r, h⟩ => by have h : n = 2 * r + 1 := h; omega, fun h => ⟨n / 2, by show n = 2 * (n / 2) + 1; omega⟩⟩
grind_pattern Nat.even_iff => Even n
grind_pattern Nat.odd_iff => Odd n
grind_pattern Int.even_iff => Even n
grind_pattern Int.odd_iff => Odd n
instance (n : Nat) : Decidable (Even n) := decidable_of_iff _ Nat.even_iff.symm
instance (n : Nat) : Decidable (Odd n) := decidable_of_iff _ Nat.odd_iff.symm
instance (n : Int) : Decidable (Even n) := decidable_of_iff _ Int.even_iff.symm
instance (n : Int) : Decidable (Odd n) := decidable_of_iff _ Int.odd_iff.symm

def abs {α : Type u} [Neg α] [Max α] (a : α) : α := max a (-a)
macro:max atomic("|" noWs) a:term noWs "|" : term => `(abs $a)
@[app_unexpander abs] def abs.unexpander : Lean.PrettyPrinter.Unexpander
  | `($_ $a) => `(|$a|)
  | _ => throw ()

instance [RealNumbers Real] : Std.LawfulOrderMax Real where
  max_eq_or a b := by show (if a ≤ b then b else a) = a ∨ (if a ≤ b then b else a) = b; grind
  max_le_iff a b c := by show (if a ≤ b then b else a) ≤ c ↔ a ≤ c ∧ b ≤ c; grind
instance [RealNumbers Real] : Std.LawfulOrderMin Real where
  min_eq_or a b := by show (if a ≤ b then a else b) = a ∨ (if a ≤ b then a else b) = b; grind
  le_min_iff a b c := by show a ≤ (if b ≤ c then b else c) ↔ a ≤ b ∧ a ≤ c; grind
section
variable {α : Type u} [Lean.Grind.Ring α] [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [Lean.Grind.OrderedRing α]
  [Max α] [Std.LawfulOrderMax α]
theorem abs_cases (a : α) : |a| = a ∧ 0 ≤ a ∨ |a| = -a ∧ a < 0 := by
  have h : max a (-a) = a ∨ max a (-a) = -a := Std.MaxEqOr.max_eq_or a (-a)
  have k : max a (-a) ≤ max a (-a) ↔ a ≤ max a (-a) ∧ -a ≤ max a (-a) := Std.LawfulOrderSup.max_le_iff _ _ _
  have r : max a (-a) ≤ max a (-a) := Std.IsPreorder.le_refl _
  unfold abs
  grind
end

/-- `⌊x⌋` and `⌈x⌉`: the integers with `⌊x⌋ ≤ x < ⌊x⌋ + 1` and `⌈x⌉ - 1 < x ≤ ⌈x⌉`. -/
class FloorRing (α : Type) [Lean.Grind.Ring α] [LE α] [LT α] where
  floor : α → Int
  ceil : α → Int
  floor_spec : ∀ x : α, (floor x : α) ≤ x ∧ x < (floor x : α) + 1
  ceil_spec : ∀ x : α, x ≤ (ceil x : α) ∧ (ceil x : α) < x + 1
noncomputable instance [RealNumbers Real] : FloorRing Real where
  floor x := (RealNumbers.exists_floor x).choose
  ceil x := -(RealNumbers.exists_floor (-x)).choose
  floor_spec x := (RealNumbers.exists_floor x).choose_spec
  ceil_spec x := by
    have h := (RealNumbers.exists_floor (-x)).choose_spec
    rw [Lean.Grind.Ring.intCast_neg]
    grind
instance : FloorRing Rat where
  floor := Rat.floor
  ceil := Rat.ceil
  floor_spec x := by
    have h := Rat.floor_le x
    have k := Rat.lt_floor_add_one x
    rw [Rat.intCast_add] at k
    exact ⟨h, k⟩
  ceil_spec x := by
    have h := Rat.floor_le (-x)
    have k := Rat.lt_floor_add_one (-x)
    rw [Rat.intCast_add] at k
    rw [Rat.ceil_eq_neg_floor_neg, Rat.intCast_neg]
    grind
section
variable {α : Type} [Lean.Grind.Ring α] [LE α] [LT α] [FloorRing α]
def Int.floor (a : α) : Int := FloorRing.floor a
def Int.ceil (a : α) : Int := FloorRing.ceil a
def Int.fract (a : α) : α := a - (Int.floor a : α)
def Nat.floor (a : α) : Nat := (Int.floor a).toNat
def Nat.ceil (a : α) : Nat := (Int.ceil a).toNat
theorem Int.floor_spec (a : α) : (Int.floor a : α) ≤ a ∧ a < (Int.floor a : α) + 1 := FloorRing.floor_spec a
theorem Int.ceil_spec (a : α) : a ≤ (Int.ceil a : α) ∧ (Int.ceil a : α) < a + 1 := FloorRing.ceil_spec a
end
notation:max "⌊" a "⌋" => Int.floor a
notation:max "⌈" a "⌉" => Int.ceil a
notation:max "⌊" a "⌋₊" => Nat.floor a
notation:max "⌈" a "⌉₊" => Nat.ceil a

/- Divisibility in ℚ and ℝ, where it says little: every number but zero divides everything. -/
instance (priority := low) {α : Type u} [Lean.Grind.CommSemiring α] : Dvd α := ⟨fun a b => ∃ c, b = a * c⟩

/-- No m with k ≤ m and m * m ≤ n divides n; `fuel` bounds the search. -/
def Nat.noDivisorFrom (n k : Nat) : Nat → Bool
  | 0 => true
  | fuel + 1 => if n < k * k then true else if n % k = 0 then false else Nat.noDivisorFrom n (k + 1) fuel
protected def Nat.Prime (p : Nat) : Prop := 2 ≤ p ∧ ∀ m, m ∣ p → m = 1 ∨ m = p
theorem Nat.noDivisorFrom_iff (n : Nat) : ∀ fuel k, n ≤ k + fuel → 2 ≤ k →
    (Nat.noDivisorFrom n k fuel = true ↔ ∀ m, k ≤ m → m * m ≤ n → ¬ m ∣ n) := by
  intro fuel
  induction fuel with
  | zero =>
    intro k h h2
    simp only [Nat.noDivisorFrom, true_iff]
    intro m hm hmm
    have : 2 * m ≤ m * m := Nat.mul_le_mul_right m (by omega)
    omega
  | succ f ih =>
    intro k h h2
    simp only [Nat.noDivisorFrom]
    split
    · rename_i hk
      simp only [true_iff]
      intro m hm hmm
      have : k * k ≤ m * m := Nat.mul_le_mul hm hm
      omega
    · split
      · rename_i hk hd
        constructor
        · intro h; cases h
        · intro h; exact absurd (Nat.dvd_of_mod_eq_zero hd) (h k (Nat.le_refl k) (by omega))
      · rename_i hk hd
        rw [ih (k + 1) (by omega) (by omega)]
        constructor
        · intro h m hm hmm
          rcases Nat.lt_or_ge k m with h' | h'
          · exact h m h' hmm
          · have e : m = k := by omega
            subst e
            exact fun hdvd => hd (Nat.mod_eq_zero_of_dvd hdvd)
        · intro h m hm hmm; exact h m (by omega) hmm
theorem Nat.prime_iff_noDivisor (n : Nat) : n.Prime ↔ 2 ≤ n ∧ Nat.noDivisorFrom n 2 n = true := by
  rw [Nat.noDivisorFrom_iff n n 2 (by omega) (by omega)]
  constructor
  · rintro ⟨h2, h⟩
    refine ⟨h2, fun m hm hmm hd => ?_⟩
    rcases h m hd with e | e
    · omega
    · subst e
      have : 2 * m ≤ m * m := Nat.mul_le_mul_right m hm
      omega
  · rintro ⟨h2, h⟩
    refine ⟨h2, fun m hd => ?_⟩
    obtain ⟨c, rfl⟩ := hd
    by_cases h1 : m = 1
    · exact Or.inl h1
    · right
      by_cases hc : c = 1
      · simp [hc]
      · have hm0 : m ≠ 0 := by rintro rfl; omega
        have hc0 : c ≠ 0 := by rintro rfl; omega
        exfalso
        rcases Nat.le_total m c with hle | hle
        · exact h m (by omega) (Nat.mul_le_mul_left m hle) (Nat.dvd_mul_right m c)
        · exact h c (by omega) (Nat.mul_le_mul_right c hle) (Nat.dvd_mul_left c m)
instance : DecidablePred Nat.Prime := fun n => decidable_of_iff _ (Nat.prime_iff_noDivisor n).symm

def Nat.ModEq (n a b : Nat) : Prop := a % n = b % n
def Int.ModEq (n a b : Int) : Prop := a % n = b % n
notation:50 a " ≡ " b " [MOD " n "]" => Nat.ModEq n a b
notation:50 a " ≡ " b " [ZMOD " n "]" => Int.ModEq n a b
instance (n a b : Nat) : Decidable (Nat.ModEq n a b) := inferInstanceAs (Decidable (a % n = b % n))
instance (n a b : Int) : Decidable (Int.ModEq n a b) := inferInstanceAs (Decidable (a % n = b % n))
@[grind =] theorem Nat.modEq_iff_mod {n a b : Nat} : a ≡ b [MOD n] ↔ a % n = b % n := Iff.rfl
@[grind =] theorem Int.modEq_iff_mod {n a b : Int} : a ≡ b [ZMOD n] ↔ a % n = b % n := Iff.rfl

def Nat.factorial : Nat → Nat
  | 0 => 1
  | n + 1 => (n + 1) * Nat.factorial n
notation:10000 n "!" => Nat.factorial n
def Nat.choose : Nat → Nat → Nat
  | _, 0 => 1
  | 0, _ + 1 => 0
  | n + 1, k + 1 => Nat.choose n k + Nat.choose n (k + 1)
def Nat.doubleFactorial : Nat → Nat
  | 0 => 1
  | 1 => 1
  | n + 2 => (n + 2) * Nat.doubleFactorial n
def Nat.digitsAux (b : Nat) : Nat → Nat → List Nat
  | 0, _ => []
  | fuel + 1, n => if n = 0 then [] else n % b :: Nat.digitsAux b fuel (n / b)
/-- Digits, the smallest first. In base 0 the number itself, in base 1 as many ones. -/
def Nat.digits (b n : Nat) : List Nat :=
  match b with
  | 0 => if n = 0 then [] else [n]
  | 1 => List.replicate n 1
  | b + 2 => Nat.digitsAux (b + 2) n n
def Nat.ofDigits (b : Nat) (l : List Nat) : Nat := l.foldr (fun d n => d + b * n) 0
def Nat.sqrtFrom (n : Nat) : Nat → Nat
  | 0 => 0
  | k + 1 => if (k + 1) * (k + 1) ≤ n then k + 1 else Nat.sqrtFrom n k
/-- The largest r with r * r ≤ n. -/
def Nat.sqrt (n : Nat) : Nat := Nat.sqrtFrom n n
def Nat.divisors (n : Nat) : Finset Nat := Finset.filter (· ∣ n) (Finset.Icc 1 n)
def Nat.properDivisors (n : Nat) : Finset Nat := Finset.filter (· ∣ n) (Finset.Ico 1 n)
def Nat.totient (n : Nat) : Nat := (Finset.filter (Nat.Coprime n) (Finset.range n)).card
notation "φ" => Nat.totient
def Nat.primeFactors (n : Nat) : Finset Nat := Finset.filter Nat.Prime (Nat.divisors n)
@[simp, grind =] theorem Nat.mem_divisors {n m : Nat} : n ∈ Nat.divisors m ↔ n ∣ m ∧ m ≠ 0 := by
  simp only [Nat.divisors, Finset.mem_filter, Finset.mem_Icc]
  constructor
  · rintro ⟨⟨h1, h2⟩, h⟩; exact ⟨h, by omega⟩
  · rintro ⟨h, h0⟩
    have := Nat.le_of_dvd (by omega) h
    have : n ≠ 0 := by rintro rfl; simp at h; omega
    exact ⟨⟨by omega, by omega⟩, h⟩
@[simp, grind =] theorem Nat.mem_properDivisors {n m : Nat} : n ∈ Nat.properDivisors m ↔ n ∣ m ∧ n < m := by
  simp only [Nat.properDivisors, Finset.mem_filter, Finset.mem_Ico]
  constructor
  · rintro ⟨⟨h1, h2⟩, h⟩; exact ⟨h, by omega⟩
  · rintro ⟨h, h2⟩
    have : n ≠ 0 := by rintro rfl; simp at h; omega
    exact ⟨⟨by omega, by omega⟩, h⟩

def List.prod {α : Type u} [Mul α] [OfNat α 1] (l : List α) : α := l.foldr (· * ·) 1

/- Functions. -/
def Function.Bijective {α : Sort u} {β : Sort v} (f : α → β) : Prop := Function.Injective f ∧ Function.Surjective f
structure Equiv (α : Sort u) (β : Sort v) where
  toFun : α → β
  invFun : β → α
  left_inv : Function.LeftInverse invFun toFun
  right_inv : Function.RightInverse invFun toFun
infix:25 " ≃ " => Equiv
namespace Equiv
variable {α : Sort u} {β : Sort v}
instance : CoeFun (α ≃ β) fun _ => α → β := ⟨Equiv.toFun⟩
def symm (e : α ≃ β) : β ≃ α := ⟨e.invFun, e.toFun, e.right_inv, e.left_inv⟩
@[simp, grind =] theorem symm_apply_apply (e : α ≃ β) (a : α) : e.invFun (e.toFun a) = a := e.left_inv a
@[simp, grind =] theorem apply_symm_apply (e : α ≃ β) (b : β) : e.toFun (e.invFun b) = b := e.right_inv b
@[simp] theorem invFun_as_coe (e : α ≃ β) (b : β) : e.symm.toFun b = e.invFun b := rfl
end Equiv
def StrictMono {α : Type u} {β : Type v} [LT α] [LT β] (f : α → β) : Prop := ∀ ⦃a b⦄, a < b → f a < f b
def Monotone {α : Type u} {β : Type v} [LE α] [LE β] (f : α → β) : Prop := ∀ ⦃a b⦄, a ≤ b → f a ≤ f b
def StrictAnti {α : Type u} {β : Type v} [LT α] [LT β] (f : α → β) : Prop := ∀ ⦃a b⦄, a < b → f b < f a
def Antitone {α : Type u} {β : Type v} [LE α] [LE β] (f : α → β) : Prop := ∀ ⦃a b⦄, a ≤ b → f b ≤ f a
