/- Sets are predicates. Finite sets are lists without repetition, up to order. Sums and products are folds over them. -/
def Set (α : Type u) := α → Prop
def setOf {α : Type u} (p : α → Prop) : Set α := p

syntax (name := setBuilder) "{" ident (" : " term)? " | " term "}" : term
macro_rules
  | `({ $x:ident | $p }) => `(setOf fun $x => $p)
  | `({ $x:ident : $t | $p }) => `(setOf fun ($x : $t) => $p)
syntax (name := setFilter) "{" ident " ∈ " term " | " term "}" : term
syntax (name := setPairs) "{" "(" ident ", " ident ")" " | " term "}" : term
@[app_unexpander setOf] def setOf.unexpander : Lean.PrettyPrinter.Unexpander
  | `($_ fun $x:ident => $p) => `({ $x:ident | $p })
  | _ => throw ()
macro_rules | `({ ($x:ident, $y:ident) | $p }) => `(setOf fun (($x, $y) : _ × _) => $p)

namespace Set
variable {α : Type u} {β : Type v}
instance : Membership α (Set α) := ⟨fun s a => s a⟩
instance : EmptyCollection (Set α) := ⟨fun _ => False⟩
instance : Singleton α (Set α) := ⟨fun a x => x = a⟩
instance : Insert α (Set α) := ⟨fun a s x => x = a ∨ x ∈ s⟩
instance : Union (Set α) := ⟨fun s t x => x ∈ s ∨ x ∈ t⟩
instance : Inter (Set α) := ⟨fun s t x => x ∈ s ∧ x ∈ t⟩
instance : SDiff (Set α) := ⟨fun s t x => x ∈ s ∧ x ∉ t⟩
instance : HasSubset (Set α) := ⟨fun s t => ∀ x, x ∈ s → x ∈ t⟩
def univ : Set α := fun _ => True
def compl (s : Set α) : Set α := fun x => x ∉ s
def image (f : α → β) (s : Set α) : Set β := fun y => ∃ x, x ∈ s ∧ f x = y
def preimage (f : α → β) (t : Set β) : Set α := fun x => f x ∈ t
def range {ι : Sort v} (f : ι → α) : Set α := fun y => ∃ x, f x = y
protected def Nonempty (s : Set α) : Prop := ∃ x, x ∈ s
def InjOn (f : α → β) (s : Set α) : Prop := ∀ ⦃a⦄, a ∈ s → ∀ ⦃b⦄, b ∈ s → f a = f b → a = b
def Finite (s : Set α) : Prop := ∃ l : List α, ∀ x, x ∈ s → x ∈ l
def Infinite (s : Set α) : Prop := ¬ s.Finite
def Icc [LE α] (a b : α) : Set α := fun x => a ≤ x ∧ x ≤ b
def Ico [LE α] [LT α] (a b : α) : Set α := fun x => a ≤ x ∧ x < b
def Ioc [LE α] [LT α] (a b : α) : Set α := fun x => a < x ∧ x ≤ b
def Ioo [LT α] (a b : α) : Set α := fun x => a < x ∧ x < b
def Ici [LE α] (a : α) : Set α := fun x => a ≤ x
def Iic [LE α] (a : α) : Set α := fun x => x ≤ a
def Ioi [LT α] (a : α) : Set α := fun x => a < x
def Iio [LT α] (a : α) : Set α := fun x => x < a

@[ext] theorem ext {s t : Set α} (h : ∀ x, x ∈ s ↔ x ∈ t) : s = t := funext fun x => propext (h x)
@[simp, grind norm] theorem mem_setOf_eq {a : α} {p : α → Prop} : (a ∈ {x | p x}) = p a := rfl
@[simp] theorem setOf_mem_eq {s : Set α} : {x | x ∈ s} = s := rfl
@[simp, grind =] theorem mem_univ_iff {a : α} : (a ∈ (univ : Set α)) = True := rfl
theorem mem_univ (a : α) : a ∈ (univ : Set α) := trivial
@[simp, grind =] theorem mem_empty_iff_false (a : α) : (a ∈ (∅ : Set α)) ↔ False := Iff.rfl
@[simp, grind =] theorem mem_singleton_iff {a b : α} : a ∈ ({b} : Set α) ↔ a = b := Iff.rfl
@[simp, grind =] theorem mem_insert_iff {a b : α} {s : Set α} : a ∈ insert b s ↔ a = b ∨ a ∈ s := Iff.rfl
@[simp, grind =] theorem mem_union {a : α} {s t : Set α} : a ∈ s ∪ t ↔ a ∈ s ∨ a ∈ t := Iff.rfl
@[simp, grind =] theorem mem_inter_iff {a : α} {s t : Set α} : a ∈ s ∩ t ↔ a ∈ s ∧ a ∈ t := Iff.rfl
@[simp, grind =] theorem mem_diff {a : α} {s t : Set α} : a ∈ s \ t ↔ a ∈ s ∧ a ∉ t := Iff.rfl
@[simp, grind =] theorem mem_compl_iff {a : α} {s : Set α} : a ∈ s.compl ↔ a ∉ s := Iff.rfl
@[simp, grind =] theorem mem_Icc [LE α] {a b x : α} : x ∈ Icc a b ↔ a ≤ x ∧ x ≤ b := Iff.rfl
@[simp, grind =] theorem mem_Ico [LE α] [LT α] {a b x : α} : x ∈ Ico a b ↔ a ≤ x ∧ x < b := Iff.rfl
@[simp, grind =] theorem mem_Ioc [LE α] [LT α] {a b x : α} : x ∈ Ioc a b ↔ a < x ∧ x ≤ b := Iff.rfl
@[simp, grind =] theorem mem_Ioo [LT α] {a b x : α} : x ∈ Ioo a b ↔ a < x ∧ x < b := Iff.rfl
@[simp, grind =] theorem mem_Ici [LE α] {a x : α} : x ∈ Ici a ↔ a ≤ x := Iff.rfl
@[simp, grind =] theorem mem_Iic [LE α] {a x : α} : x ∈ Iic a ↔ x ≤ a := Iff.rfl
@[simp, grind =] theorem mem_Ioi [LT α] {a x : α} : x ∈ Ioi a ↔ a < x := Iff.rfl
@[simp, grind =] theorem mem_Iio [LT α] {a x : α} : x ∈ Iio a ↔ x < a := Iff.rfl
@[simp, grind =] theorem mem_image (f : α → β) (s : Set α) (y : β) : y ∈ image f s ↔ ∃ x, x ∈ s ∧ f x = y := Iff.rfl
@[simp, grind =] theorem mem_preimage {f : α → β} {t : Set β} {x : α} : x ∈ preimage f t ↔ f x ∈ t := Iff.rfl
@[simp, grind =] theorem mem_range {ι : Sort v} {f : ι → α} {y : α} : y ∈ range f ↔ ∃ x, f x = y := Iff.rfl
theorem subset_def {s t : Set α} : s ⊆ t ↔ ∀ x, x ∈ s → x ∈ t := Iff.rfl
theorem Subset.antisymm {s t : Set α} (h : s ⊆ t) (h' : t ⊆ s) : s = t := ext fun x => ⟨h x, h' x⟩
theorem eq_empty_iff_forall_notMem {s : Set α} : s = ∅ ↔ ∀ x, x ∉ s := by
  constructor
  · rintro rfl x h; exact h
  · intro h; exact ext fun x => ⟨fun hx => h x hx, fun hx => hx.elim⟩
end Set
macro_rules | `({ $x:ident ∈ $s | $p }) => `(setOf fun $x => $x ∈ $s ∧ $p)
infixl:80 " '' " => Set.image
infixl:80 " ⁻¹' " => Set.preimage
postfix:1024 "ᶜ" => Set.compl

section
variable {α : Type u} [LE α]
def upperBounds (s : Set α) : Set α := {x | ∀ ⦃a⦄, a ∈ s → a ≤ x}
def lowerBounds (s : Set α) : Set α := {x | ∀ ⦃a⦄, a ∈ s → x ≤ a}
def IsLeast (s : Set α) (a : α) : Prop := a ∈ s ∧ a ∈ lowerBounds s
def IsGreatest (s : Set α) (a : α) : Prop := a ∈ s ∧ a ∈ upperBounds s
def IsLUB (s : Set α) (a : α) : Prop := IsLeast (upperBounds s) a
def IsGLB (s : Set α) (a : α) : Prop := IsGreatest (lowerBounds s) a
def BddAbove (s : Set α) : Prop := (upperBounds s).Nonempty
def BddBelow (s : Set α) : Prop := (lowerBounds s).Nonempty
@[simp, grind =] theorem mem_upperBounds {s : Set α} {x : α} : x ∈ upperBounds s ↔ ∀ a, a ∈ s → a ≤ x := Iff.rfl
@[simp, grind =] theorem mem_lowerBounds {s : Set α} {x : α} : x ∈ lowerBounds s ↔ ∀ a, a ∈ s → x ≤ a := Iff.rfl
end

def ExistsUnique {α : Sort u} (p : α → Prop) : Prop := ∃ x, p x ∧ ∀ y, p y → y = x
syntax "∃! " ident (" : " term)? ", " term : term
syntax "∃! " "(" ident " : " term ")" ", " term : term
macro_rules
  | `(∃! $x:ident, $p) => `(ExistsUnique fun $x => $p)
  | `(∃! $x:ident : $t, $p) => `(ExistsUnique fun ($x : $t) => $p)
  | `(∃! ($x:ident : $t), $p) => `(ExistsUnique fun ($x : $t) => $p)

@[app_unexpander ExistsUnique] def ExistsUnique.unexpander : Lean.PrettyPrinter.Unexpander
  | `($_ fun $x:ident => $p) => `(∃! $x:ident, $p)
  | _ => throw ()

/- Lists without repetition that have the same members are permutations of each other. -/
theorem List.perm_of_nodup_mem {α : Type u} {l m : List α} (hl : l.Nodup) (hm : m.Nodup) (h : ∀ a, a ∈ l ↔ a ∈ m) :
    l.Perm m := by
  classical
  rw [List.perm_iff_count]
  intro a
  rw [hl.count, hm.count]
  simp [h a]

def Finset.setoid (α : Type u) : Setoid {l : List α // l.Nodup} where
  r a b := a.1.Perm b.1
  iseqv := ⟨fun a => .refl a.1, fun h => h.symm, fun h k => h.trans k⟩
def Finset (α : Type u) := Quotient (Finset.setoid α)

namespace Finset
variable {α : Type u} {β : Type v}
/-- The finite set of a list without repetition. -/
def ofList (l : List α) (h : l.Nodup) : Finset α := Quotient.mk (setoid α) ⟨l, h⟩
theorem ofList_eq {l m : List α} {h k} (p : l.Perm m) : ofList l h = ofList m k := Quotient.sound (s := setoid α) p
theorem ind {p : Finset α → Prop} (h : ∀ l k, p (ofList l k)) (s : Finset α) : p s := Quotient.ind (fun l => h l.1 l.2) s
def lift {γ : Sort v} (f : List α → γ) (h : ∀ l m : List α, l.Perm m → f l = f m) (s : Finset α) : γ :=
  Quotient.lift (s := setoid α) (fun l => f l.1) (fun a b p => h a.1 b.1 p) s
@[simp] theorem lift_ofList {γ : Sort v} (f : List α → γ) (h) (l : List α) (k) : lift f h (ofList l k) = f l := rfl

instance : Membership α (Finset α) := ⟨fun s a => lift (a ∈ ·) (fun _ _ p => propext p.mem_iff) s⟩
@[simp] theorem mem_ofList {a : α} {l : List α} {h} : a ∈ ofList l h ↔ a ∈ l := Iff.rfl
instance [DecidableEq α] (a : α) (s : Finset α) : Decidable (a ∈ s) :=
  Quotient.recOnSubsingleton (s := setoid α) (motive := fun (s : Finset α) => Decidable (a ∈ s)) s
    fun l => inferInstanceAs (Decidable (a ∈ l.1))
@[ext] theorem ext {s t : Finset α} : (∀ a, a ∈ s ↔ a ∈ t) → s = t := by
  revert s; apply ind; intro l hl; revert t; apply ind; intro m hm h
  exact ofList_eq (List.perm_of_nodup_mem hl hm h)
theorem ext_iff' {s t : Finset α} : s = t ↔ ∀ a, a ∈ s ↔ a ∈ t := ⟨fun h _ => h ▸ Iff.rfl, ext⟩
instance [DecidableEq α] : DecidableEq (Finset α) := fun s t =>
  Quotient.recOnSubsingleton₂ (s₁ := setoid α) (s₂ := setoid α) (motive := fun (s t : Finset α) => Decidable (s = t)) s t fun l m =>
    if h : l.1.Perm m.1 then isTrue (Quotient.sound (s := setoid α) h) else isFalse fun e => h (Quotient.exact (s := setoid α) e)

def card (s : Finset α) : Nat := lift List.length (fun _ _ p => p.length_eq) s
@[simp] theorem card_ofList {l : List α} {h} : (ofList l h).card = l.length := rfl
instance : EmptyCollection (Finset α) := ⟨ofList [] List.nodup_nil⟩
@[simp, grind ←] theorem notMem_empty (a : α) : a ∉ (∅ : Finset α) := nofun
instance : Singleton α (Finset α) := ⟨fun a => ofList [a] (by simp)⟩
@[simp, grind =] theorem mem_singleton {a b : α} : a ∈ ({b} : Finset α) ↔ a = b := List.mem_singleton

/-- Without repetition, the last of equals stays. -/
def dedup [DecidableEq α] : List α → List α
  | [] => []
  | a :: l => if a ∈ dedup l then dedup l else a :: dedup l
theorem mem_dedup [DecidableEq α] {a : α} {l : List α} : a ∈ dedup l ↔ a ∈ l := by
  induction l with
  | nil => simp [dedup]
  | cons b l ih => 
    simp only [dedup]
    split
    · rename_i h
      rw [ih, List.mem_cons]
      exact ⟨Or.inr, fun k => k.elim (fun e => by subst e; exact ih.mp h) id⟩
    · simp [ih]
theorem nodup_dedup [DecidableEq α] (l : List α) : (dedup l).Nodup := by
  induction l with
  | nil => simp [dedup]
  | cons b l ih => simp only [dedup]; split <;> simp_all
def ofMembers [DecidableEq α] (l : List α) : Finset α := ofList (dedup l) (nodup_dedup l)
@[simp] theorem mem_ofMembers [DecidableEq α] {a : α} {l : List α} : a ∈ ofMembers l ↔ a ∈ l := mem_dedup
theorem ofMembers_eq [DecidableEq α] {l m : List α} (h : ∀ a, a ∈ l ↔ a ∈ m) : ofMembers l = ofMembers m :=
  ext fun a => by simp [h]

instance [DecidableEq α] : Insert α (Finset α) :=
  ⟨fun a s => lift (fun l => ofMembers (a :: l)) (fun _ _ p => ofMembers_eq fun b => by simp [p.mem_iff]) s⟩
@[simp, grind =] theorem mem_insert [DecidableEq α] {a b : α} {s : Finset α} : a ∈ insert b s ↔ a = b ∨ a ∈ s :=
  ind (p := fun s => a ∈ insert b s ↔ a = b ∨ a ∈ s) (fun l _ => (mem_ofMembers (l := b :: l)).trans (by simp)) s
instance [DecidableEq α] : Union (Finset α) := ⟨fun s t =>
  lift (fun l => lift (fun m => ofMembers (l ++ m)) (fun _ _ p => ofMembers_eq fun b => by simp [p.mem_iff]) t)
    (fun l m p => by revert t; exact ind fun k _ => ofMembers_eq fun b => by simp [p.mem_iff]) s⟩
@[simp, grind =] theorem mem_union [DecidableEq α] {a : α} {s t : Finset α} : a ∈ s ∪ t ↔ a ∈ s ∨ a ∈ t := by
  revert s; apply ind; intro l hl; revert t; apply ind; intro m hm
  exact (mem_ofMembers (l := l ++ m)).trans (by simp)
def filter (p : α → Prop) [DecidablePred p] (s : Finset α) : Finset α :=
  Quotient.lift (s := setoid α) (fun l => ofList (l.1.filter p) (l.2.filter _)) (fun _ _ h => ofList_eq (h.filter _)) s
@[simp, grind =] theorem mem_filter {p : α → Prop} [DecidablePred p] {s : Finset α} {a : α} : a ∈ filter p s ↔ a ∈ s ∧ p a := by
  revert s; apply ind; intro l hl
  show a ∈ l.filter p ↔ a ∈ l ∧ p a
  simp
instance [DecidableEq α] : Inter (Finset α) := ⟨fun s t => s.filter (· ∈ t)⟩
@[simp, grind =] theorem mem_inter [DecidableEq α] {a : α} {s t : Finset α} : a ∈ s ∩ t ↔ a ∈ s ∧ a ∈ t := mem_filter
instance [DecidableEq α] : SDiff (Finset α) := ⟨fun s t => s.filter (· ∉ t)⟩
@[simp, grind =] theorem mem_sdiff [DecidableEq α] {a : α} {s t : Finset α} : a ∈ s \ t ↔ a ∈ s ∧ a ∉ t := mem_filter
def erase [DecidableEq α] (s : Finset α) (a : α) : Finset α := s.filter (· ≠ a)
@[simp, grind =] theorem mem_erase [DecidableEq α] {a b : α} {s : Finset α} : a ∈ s.erase b ↔ a ≠ b ∧ a ∈ s := by
  simp [erase, and_comm]
def image [DecidableEq β] (f : α → β) (s : Finset α) : Finset β :=
  lift (fun l => ofMembers (l.map f)) (fun _ _ p => ofMembers_eq fun b => by simp [p.mem_iff]) s
@[simp, grind =] theorem mem_image [DecidableEq β] {f : α → β} {s : Finset α} {b : β} : b ∈ s.image f ↔ ∃ a, a ∈ s ∧ f a = b :=
  ind (p := fun s => b ∈ s.image f ↔ ∃ a, a ∈ s ∧ f a = b) (fun l _ => (mem_ofMembers (l := l.map f)).trans (by simp)) s
/-- Pairs. -/
def product [DecidableEq α] [DecidableEq β] (s : Finset α) (t : Finset β) : Finset (α × β) :=
  lift (fun l => lift (fun m => ofMembers (l.flatMap fun a => m.map (a, ·))) (fun _ _ p => ofMembers_eq fun b => by simp [p.mem_iff]) t)
    (fun l m p => by revert t; exact ind fun k _ => ofMembers_eq fun b => by simp [p.mem_iff]) s
instance [DecidableEq α] [DecidableEq β] : HMul (Finset α) (Finset β) (Finset (α × β)) := ⟨product⟩
@[simp, grind =] theorem mem_product [DecidableEq α] [DecidableEq β] {s : Finset α} {t : Finset β} {p : α × β} :
    p ∈ product s t ↔ p.1 ∈ s ∧ p.2 ∈ t := by
  revert s; apply ind; intro l hl; revert t; apply ind; intro m hm
  exact (mem_ofMembers (l := l.flatMap fun a => m.map (a, ·))).trans (by
    constructor
    · simp; rintro a ha b hb rfl; exact ⟨ha, hb⟩
    · simp; intro h k; exact ⟨p.1, h, p.2, k, rfl⟩)
instance : HasSubset (Finset α) := ⟨fun s t => ∀ a, a ∈ s → a ∈ t⟩
instance : HasSSubset (Finset α) := ⟨fun s t => s ⊆ t ∧ ¬ t ⊆ s⟩
theorem subset_iff {s t : Finset α} : s ⊆ t ↔ ∀ x, x ∈ s → x ∈ t := Iff.rfl
protected def Nonempty (s : Finset α) : Prop := ∃ x, x ∈ s
instance : Coe (Finset α) (Set α) := ⟨fun s => fun x => x ∈ s⟩
instance (s : Finset α) (p : α → Prop) [DecidablePred p] : Decidable (∀ a, a ∈ s → p a) :=
  Quotient.recOnSubsingleton (s := setoid α) (motive := fun (s : Finset α) => Decidable (∀ a, a ∈ s → p a)) s
    fun l => inferInstanceAs (Decidable (∀ a, a ∈ l.1 → p a))
instance (s : Finset α) (p : α → Prop) [DecidablePred p] : Decidable (∃ a, a ∈ s ∧ p a) :=
  Quotient.recOnSubsingleton (s := setoid α) (motive := fun (s : Finset α) => Decidable (∃ a, a ∈ s ∧ p a)) s
    fun l => inferInstanceAs (Decidable (∃ a, a ∈ l.1 ∧ p a))
instance [DecidableEq α] (s t : Finset α) : Decidable (s ⊆ t) := inferInstanceAs (Decidable (∀ a, a ∈ s → a ∈ t))
instance [DecidableEq α] (s t : Finset α) : Decidable (s ⊂ t) := inferInstanceAs (Decidable (s ⊆ t ∧ ¬ t ⊆ s))

/-- The values of members of a subtype: no two are equal. -/
def ofListOf {p : α → Prop} (l : List { x // p x }) : Finset α :=
  @ofMembers α (fun _ _ => Classical.propDecidable _) (l.map Subtype.val)
theorem ofListOf_eq {p : α → Prop} {l m : List { x // p x }} (h : l.Perm m) : ofListOf l = ofListOf m :=
  @ofMembers_eq α (fun _ _ => Classical.propDecidable _) _ _ fun b => by simp [h.mem_iff]
theorem mem_ofListOf {p : α → Prop} {l : List { x // p x }} {a : α} : a ∈ ofListOf l ↔ ∃ h : p a, ⟨a, h⟩ ∈ l := by
  refine Iff.trans (@mem_ofMembers α (fun _ _ => Classical.propDecidable _) a (l.map Subtype.val)) ?_
  simp

/- Sums and products. -/
def sum {M : Type v} [Lean.Grind.Semiring M] (s : Finset α) (f : α → M) : M :=
  lift (fun l => l.foldr (fun a x => f a + x) 0) (fun _ _ p => p.foldr_eq' (by intros; grind) _) s
def prod {M : Type v} [Lean.Grind.CommSemiring M] (s : Finset α) (f : α → M) : M :=
  lift (fun l => l.foldr (fun a x => f a * x) 1) (fun _ _ p => p.foldr_eq' (by intros; grind) _) s
end Finset

syntax "∑ " ident " in " term:51 ", " term:67 : term
syntax "∑ " ident " : " term:51 " in " term:51 ", " term:67 : term
syntax "∑ " "(" ident " : " term ")" " in " term:51 ", " term:67 : term
syntax "∑ " ident " ∈ " term:51 ", " term:67 : term
syntax "∑ " ident " : " term:51 " ∈ " term:51 ", " term:67 : term
syntax "∑ " "(" ident " : " term ")" " ∈ " term:51 ", " term:67 : term
macro_rules
  | `(∑ $x:ident in $s, $f) => `(Finset.sum $s fun $x => $f)
  | `(∑ $x:ident : $t in $s, $f) => `(Finset.sum $s fun ($x : $t) => $f)
  | `(∑ ($x:ident : $t) in $s, $f) => `(Finset.sum $s fun ($x : $t) => $f)
  | `(∑ $x:ident ∈ $s, $f) => `(Finset.sum $s fun $x => $f)
  | `(∑ $x:ident : $t ∈ $s, $f) => `(Finset.sum $s fun ($x : $t) => $f)
  | `(∑ ($x:ident : $t) ∈ $s, $f) => `(Finset.sum $s fun ($x : $t) => $f)
syntax "∏ " ident " in " term:51 ", " term:67 : term
syntax "∏ " ident " : " term:51 " in " term:51 ", " term:67 : term
syntax "∏ " "(" ident " : " term ")" " in " term:51 ", " term:67 : term
syntax "∏ " ident " ∈ " term:51 ", " term:67 : term
syntax "∏ " ident " : " term:51 " ∈ " term:51 ", " term:67 : term
syntax "∏ " "(" ident " : " term ")" " ∈ " term:51 ", " term:67 : term
macro_rules
  | `(∏ $x:ident in $s, $f) => `(Finset.prod $s fun $x => $f)
  | `(∏ $x:ident : $t in $s, $f) => `(Finset.prod $s fun ($x : $t) => $f)
  | `(∏ ($x:ident : $t) in $s, $f) => `(Finset.prod $s fun ($x : $t) => $f)
  | `(∏ $x:ident ∈ $s, $f) => `(Finset.prod $s fun $x => $f)
  | `(∏ $x:ident : $t ∈ $s, $f) => `(Finset.prod $s fun ($x : $t) => $f)
  | `(∏ ($x:ident : $t) ∈ $s, $f) => `(Finset.prod $s fun ($x : $t) => $f)

@[app_unexpander Finset.sum] def Finset.sum.unexpander : Lean.PrettyPrinter.Unexpander
  | `($_ $s fun $x:ident => $f) => `(∑ $x:ident ∈ $s, $f)
  | _ => throw ()
@[app_unexpander Finset.prod] def Finset.prod.unexpander : Lean.PrettyPrinter.Unexpander
  | `($_ $s fun $x:ident => $f) => `(∏ $x:ident ∈ $s, $f)
  | _ => throw ()

/-- Types whose intervals are finite: ℕ and ℤ. -/
class LocallyFiniteOrder (α : Type u) [LE α] [LT α] where
  icc : α → α → List α
  nodup : ∀ a b, (icc a b).Nodup
  mem : ∀ a b x, x ∈ icc a b ↔ a ≤ x ∧ x ≤ b
instance : LocallyFiniteOrder Nat where
  icc a b := List.range' a (b + 1 - a)
  nodup a b := List.nodup_range' 1
  mem a b x := by simp only [List.mem_range'_1]; omega
instance : LocallyFiniteOrder Int where
  icc a b := List.map (fun k : Nat => a + (k : Int)) (List.range (b + 1 - a).toNat)
  nodup a b := by
    refine List.pairwise_map.mpr (List.Pairwise.imp ?_ List.nodup_range)
    intro i j h e
    omega
  mem a b x := by
    simp only [List.mem_map, List.mem_range]
    constructor
    · rintro ⟨k, hk, rfl⟩; omega
    · intro h; exact ⟨(x - a).toNat, by omega, by omega⟩

namespace Finset
def range (n : Nat) : Finset Nat := ofList (List.range n) List.nodup_range
@[simp, grind =] theorem mem_range {n m : Nat} : m ∈ range n ↔ m < n := List.mem_range
section
variable {α : Type} [LE α] [LT α] [LocallyFiniteOrder α]
def Icc (a b : α) : Finset α := ofList (LocallyFiniteOrder.icc a b) (LocallyFiniteOrder.nodup a b)
@[simp, grind =] theorem mem_Icc {a b x : α} : x ∈ Icc a b ↔ a ≤ x ∧ x ≤ b := LocallyFiniteOrder.mem a b x
variable [DecidableEq α]
def Ico (a b : α) : Finset α := (Icc a b).filter (· ≠ b)
def Ioc (a b : α) : Finset α := (Icc a b).filter (· ≠ a)
def Ioo (a b : α) : Finset α := (Icc a b).filter fun x => x ≠ a ∧ x ≠ b
end
@[simp, grind =] theorem mem_Ico {a b x : Nat} : x ∈ Ico a b ↔ a ≤ x ∧ x < b := by simp [Ico]; omega
@[simp, grind =] theorem mem_Ioc {a b x : Nat} : x ∈ Ioc a b ↔ a < x ∧ x ≤ b := by simp [Ioc]; omega
@[simp, grind =] theorem mem_Ioo {a b x : Nat} : x ∈ Ioo a b ↔ a < x ∧ x < b := by simp [Ioo]; omega
@[simp, grind =] theorem mem_Ico_int {a b x : Int} : x ∈ Ico a b ↔ a ≤ x ∧ x < b := by simp [Ico]; omega
@[simp, grind =] theorem mem_Ioc_int {a b x : Int} : x ∈ Ioc a b ↔ a < x ∧ x ≤ b := by simp [Ioc]; omega
@[simp, grind =] theorem mem_Ioo_int {a b x : Int} : x ∈ Ioo a b ↔ a < x ∧ x < b := by simp [Ioo]; omega
end Finset

/-- A type with a list of all its members. -/
class Fintype (α : Type u) where
  elems : Finset α
  complete : ∀ x : α, x ∈ elems
instance {α : Type u} : CoeSort (Set α) (Type u) := ⟨fun s => { x // x ∈ s }⟩
namespace Set
variable {α : Type u}
/-- The members of a set that has finitely many. -/
def toFinset (s : Set α) [h : Fintype s] : Finset α :=
  Finset.lift (fun l => Finset.ofListOf l) (fun _ _ p => Finset.ofListOf_eq p) h.elems
@[simp, grind =] theorem mem_toFinset {s : Set α} [Fintype s] {a : α} : a ∈ s.toFinset ↔ a ∈ s := by
  rename_i h
  have key : ∀ t : Finset s, (∀ x : s, x ∈ t) →
      (a ∈ Finset.lift (fun l => Finset.ofListOf l) (fun _ _ p => Finset.ofListOf_eq p) t ↔ a ∈ s) := by
    apply Finset.ind
    intro l k full
    refine Iff.trans (Finset.mem_ofListOf (l := l)) ?_
    exact ⟨fun ⟨h, _⟩ => h, fun h => ⟨h, full ⟨a, h⟩⟩⟩
  exact key h.elems h.complete
/-- The number of members, 0 for an infinite set. -/
noncomputable def ncard (s : Set α) : Nat :=
  open Classical in if h : ∃ t : Finset α, ∀ x, x ∈ t ↔ x ∈ s then h.choose.card else 0
end Set
