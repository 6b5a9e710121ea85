//! The grammar of the language.
//!
//! In comments, in brackets: what a rule finds on the stack above the place it returns to, the top last. The operand of a
//! rule and its result are in [`st::acc`](crate::compiler::st).

mod expression;
mod function;
#[cfg(feature = "destructuring")]
mod pattern;
mod primary;
mod statement;

use super::control::{C_BREAKS, C_CONTS, C_LABEL};
use super::ff;
use super::grammar::I::{
    self, At, Back, Call, Chain, Depth, Do, Error, Expect, Goto, If, Is, Jump, Op, Patch, Set, Then, When,
};
use super::grammar::{labels, when};
#[cfg(feature = "destructuring")]
use super::pattern::LET;
use super::pattern::{CONSTANT, VARIABLE};
use super::step::a::*;
use super::stmt::{BODY, BRANCH, ITEM, NO_IN};
use crate::lexer::{p, tok, word};
use crate::message::m;
use crate::names::n;
use crate::opcode as op;
use L::*;

/// All rules; a part may go on in the next one. The first one is the script.
pub(super) const RULES: &[&[I]] = &[
    statement::STATEMENTS,
    expression::EXPRESSIONS,
    primary::PRIMARIES,
    function::FUNCTIONS,
    #[cfg(feature = "destructuring")]
    pattern::PATTERNS,
];

labels! {
    Program Script CaseList Body Statement Block BraceList Semicolon ExpressionStatement Reserved NameStatement Labelled
    Var Const Declaration Variables Variable Initial Initializer VariableNext DropReturn Return
    IfStatement Else PatchReturn Parenthesized While DoWhile DoEnd
    For ForLoop ForExpression ForConst ForVar ForDeclaration ForLet ForDeclared ForCondition ForTest ForUpdate ForUpdated
    ForVarIn ForIn ForInError ForObject
    Continue Break Leave ReturnStatement ReturnNothing ReturnValue Throw ThrowLine
    Switch Cases CaseBody Default SwitchEnd
    Try LeaveTry BlockRule CatchParameter CatchBody Catch FinishTry Finally SubroutineEnd FunctionStatement
    Expression Expr Comma CommaNext AssignPlain Assign Tail Conditional Binary Operators Unary Operand
    Member Postfix Dot Index IndexRest CallTail Tagged
    New NewMember NewDot NewIndex NewArguments NewCall
    Arguments Argument ArgumentNext ArgumentMore ArgumentsEnd
    Primary OctalNumber Number OctalText Text Identifier This Null True False Group
    Array Hole HoleComma ArrayNext OpenObject Object ObjectComputed ObjectAccessor Key ObjectMethod ObjectColon ObjectValue ObjectNext
    AccessorComputed Accessor Template TemplateNext TemplateValue FunctionExpression
    Function Parameters Parameter ParameterDefault ParameterNext ParameterClose ParametersEnd RestParameter
    ArrowBody Arrow DefaultValue Scan
    #[cfg(feature = "regexp")] RegExp
    #[cfg(feature = "regexp")] RegExpCheck
    #[cfg(feature = "spread")] SpreadArgument
    #[cfg(feature = "spread")] ArraySpread
    #[cfg(feature = "spread")] ObjectSpread
    #[cfg(all(test, feature = "full"))] Intrinsic
    #[cfg(all(test, feature = "full"))] IntrinsicArgument
    #[cfg(all(test, feature = "full"))] IntrinsicMore
    #[cfg(all(test, feature = "full"))] IntrinsicEnd
    #[cfg(feature = "destructuring")] VariablePattern
    #[cfg(feature = "destructuring")] PatternInitializer
    #[cfg(feature = "destructuring")] ForHead
    #[cfg(feature = "destructuring")] ForPattern
    #[cfg(feature = "destructuring")] ForPatternRest
    #[cfg(feature = "destructuring")] CatchPattern
    #[cfg(feature = "destructuring")] ParameterPattern
    #[cfg(feature = "destructuring")] PatternAssignment
    #[cfg(feature = "destructuring")] Pattern
    #[cfg(feature = "destructuring")] ArrayPattern
    #[cfg(feature = "destructuring")] ArrayPatternHole
    #[cfg(feature = "destructuring")] ArrayPatternNext
    #[cfg(feature = "destructuring")] ArrayPatternEnd
    #[cfg(feature = "destructuring")] ObjectPatternLast
    #[cfg(feature = "destructuring")] PatternReturn
    #[cfg(feature = "destructuring")] ObjectPattern
    #[cfg(feature = "destructuring")] ObjectPatternEnd
    #[cfg(feature = "destructuring")] ObjectPatternNext
    #[cfg(feature = "destructuring")] PatternKey
    #[cfg(feature = "destructuring")] PatternValue
    #[cfg(feature = "destructuring")] ObjectRest
    #[cfg(feature = "destructuring")] Target
    #[cfg(feature = "destructuring")] NestedPattern
    #[cfg(feature = "destructuring")] NestedDefault
    #[cfg(feature = "destructuring")] TargetMember
    #[cfg(feature = "destructuring")] TargetEnd
    #[cfg(feature = "destructuring")] TargetDefault
    #[cfg(feature = "destructuring")] TargetStore
    #[cfg(feature = "destructuring")] NameDefault
    #[cfg(feature = "destructuring")] BindReturn
}

/// A punctuation.
const fn t(s: &str) -> u32 {
    p(s.as_bytes())
}
/// A word of the language.
const fn w(name: u16) -> u32 {
    word(name)
}
