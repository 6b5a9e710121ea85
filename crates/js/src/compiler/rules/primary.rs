//! Rules of what expressions are made of: names, literals, brackets.

use super::*;

pub(super) const PRIMARIES: &[I] = &[
    // ---- primaries ----
    Is(Primary),
    At(tok::NUM, Number),
    At(tok::STR, Text),
    When(when::NAME, Identifier),
    At(t("`"), Template),
    If(w(n::NEW), New),
    At(w(n::FUNCTION), FunctionExpression),
    #[cfg(feature = "regexp")]
    At(t("/"), RegExp),
    #[cfg(feature = "regexp")]
    At(t("/="), RegExp),
    #[cfg(all(test, feature = "full"))]
    At(t("%"), Intrinsic),
    Do(AHEAD),
    At(t("("), Group),
    If(t("["), Array),
    If(w(n::THIS), This),
    If(w(n::NULL), Null),
    If(w(n::TRUE), True),
    If(w(n::FALSE), False),
    If(t("{"), OpenObject),
    Do(NO_EXPRESSION),
    Is(OpenObject),
    Op(op::NEW_OBJ),
    Is(Object),
    If(t("}"), Return),
    At(t("["), ObjectComputed),
    At(w(n::GET), ObjectAccessor),
    At(w(n::SET), ObjectAccessor),
    #[cfg(feature = "spread")]
    If(t("..."), ObjectSpread),
    Do(PROPERTY_NAME),
    // [name, or 0 for a key on the operand stack]
    Is(Key),
    If(t(":"), ObjectColon),
    At(t("("), ObjectMethod),
    Do(SHORTHAND),
    Is(ObjectNext),
    At(t("}"), Object),
    Expect(t(",")),
    Goto(Object),
    Is(ObjectColon),
    Do(HINT),
    Is(ObjectValue),
    Call(AssignPlain),
    Do(INIT_FIELD),
    Goto(ObjectNext),
    Is(ObjectMethod),
    Set(ff::METHOD),
    Call(Function),
    Do(CLOSURE),
    Do(INIT_FIELD),
    Goto(ObjectNext),
    Is(ObjectComputed),
    Call(AccessorComputed),
    Do(PUSH),
    At(t("("), ObjectMethod),
    Expect(t(":")),
    Goto(ObjectValue),
    // A computed key, at its bracket; result: 0.
    Is(AccessorComputed),
    Do(NEXT),
    Call(AssignPlain),
    Expect(t("]")),
    Op(op::TO_PRIM),
    Set(0),
    Do(RET),
    Is(ObjectAccessor),
    Do(ACCESSOR),
    Call(AccessorComputed),
    Do(PUSH),
    // [opcode, name or 0]
    Is(Accessor),
    Set(ff::METHOD),
    Call(Function),
    Do(CHECK_ACCESSOR),
    Do(CLOSURE),
    Do(INIT_ACCESSOR),
    Goto(ObjectNext),
    #[cfg(feature = "spread")]
    Is(ObjectSpread),
    #[cfg(feature = "spread")]
    Do(OBJECT_SPREAD),
    #[cfg(feature = "spread")]
    Call(AssignPlain),
    #[cfg(feature = "spread")]
    Do(SPREAD_END),
    #[cfg(feature = "spread")]
    Goto(ObjectNext),
    Is(Array),
    Op(op::NEW_ARR),
    Is(Hole),
    If(t(","), HoleComma),
    If(t("]"), Return),
    #[cfg(feature = "spread")]
    If(t("..."), ArraySpread),
    Call(AssignPlain),
    Op(op::APPEND),
    Is(ArrayNext),
    At(t("]"), Hole),
    Expect(t(",")),
    Goto(Hole),
    #[cfg(feature = "spread")]
    Is(ArraySpread),
    #[cfg(feature = "spread")]
    Do(ARRAY_SPREAD),
    #[cfg(feature = "spread")]
    Call(AssignPlain),
    #[cfg(feature = "spread")]
    Do(SPREAD_END),
    #[cfg(feature = "spread")]
    Goto(ArrayNext),
    Is(HoleComma),
    Op(op::APPEND_HOLE),
    Goto(Hole),
    Is(OctalNumber),
    Error(m!("old octal number in strict code")),
    Is(OctalText),
    Error(m!("octal escape in strict code")),
    Is(Number),
    When(when::OCTAL, OctalNumber),
    Do(NUMBER),
    Do(NEXT),
    Do(RET),
    Is(Text),
    When(when::OCTAL, OctalText),
    Do(TEXT),
    Do(NEXT),
    Do(RET),
    Is(Identifier),
    Do(IDENTIFIER),
    Do(RET),
    Is(This),
    Do(THIS),
    Do(RET),
    Is(Null),
    Op(op::NULL),
    Do(RET),
    Is(True),
    Op(op::TRUE),
    Do(RET),
    Is(False),
    Op(op::FALSE),
    Do(RET),
    Is(Group),
    Do(GROUP),
    Call(Expression),
    Expect(t(")")),
    Do(RET),
    Is(Template),
    Do(TEMPLATE),
    Is(TemplateNext),
    Do(NEXT),
    When(when::ZERO, Return),
    Call(Expression),
    At(t("}"), TemplateValue),
    Expect(t("}")),
    Is(TemplateValue),
    Op(op::TO_PRIM),
    Op(op::ADD),
    Do(TEMPLATE),
    Op(op::ADD),
    Goto(TemplateNext),
    #[cfg(feature = "regexp")]
    Is(RegExp),
    #[cfg(feature = "regexp")]
    Do(REGEXP),
    #[cfg(feature = "regexp")]
    Is(RegExpCheck),
    #[cfg(feature = "regexp")]
    Do(REGEXP_CHECK),
    #[cfg(feature = "regexp")]
    Do(RET),
    #[cfg(all(test, feature = "full"))]
    Is(Intrinsic),
    #[cfg(all(test, feature = "full"))]
    Do(INTRINSIC),
    // [id, count]
    #[cfg(all(test, feature = "full"))]
    Is(IntrinsicArgument),
    #[cfg(all(test, feature = "full"))]
    If(t(")"), IntrinsicEnd),
    #[cfg(all(test, feature = "full"))]
    Do(ARGUMENT),
    #[cfg(all(test, feature = "full"))]
    Call(AssignPlain),
    #[cfg(all(test, feature = "full"))]
    If(t(","), IntrinsicMore),
    #[cfg(all(test, feature = "full"))]
    Is(IntrinsicMore),
    #[cfg(all(test, feature = "full"))]
    Goto(IntrinsicArgument),
    #[cfg(all(test, feature = "full"))]
    Is(IntrinsicEnd),
    #[cfg(all(test, feature = "full"))]
    Do(INTRINSIC_END),
    #[cfg(all(test, feature = "full"))]
    Do(RET),
];
