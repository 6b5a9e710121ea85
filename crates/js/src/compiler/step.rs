//! The actions of the grammar: what its rules do by their number.

use super::control::{C_FINALLY, C_TRY};
use super::grammar::ACTION;
use super::{Compiler, NONE, ff};
use crate::compiler::st;
use crate::message::m;
use crate::opcode as op;

/// Numbers the actions, and says what each one does.
macro_rules! actions {
    ($c:ident; $($(#[$on:meta])* $name:ident => $what:expr,)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Index { $($(#[$on])* $name,)* }
        pub(super) mod a {
            $($(#[$on])* pub(crate) const $name: u8 = super::ACTION + super::Index::$name as u8;)*
        }
        impl Compiler<'_, '_> {
            /// One action.
            pub(super) fn act(&mut self, action: u32) {
                let $c = self;
                match action as u8 {
                    $($(#[$on])* a::$name => { $what; })*
                    _ => {}
                }
            }
        }
    };
}

actions! { c;
    // The machine.
    RET => c.ret(),
    NEXT => c.next(),
    PUSH => c.keep(c.s[st::acc]),
    POP => c.s[st::acc] = c.pull(),
    PEEK => c.s[st::acc] = c.seen(0),
    DROP => { c.pull(); },
    PATCH => { let jump = c.pull(); c.patch_here(jump); },
    ELSE => c.else_jump(),
    LABEL => c.label(),
    LABEL_HERE => { c.label(); let here = c.here(); c.keep(here); },
    // The script.
    #[cfg(feature = "eval")]
    VALUE_SLOT => c.value_slot(),
    DIRECTIVES => c.directives(),
    END_PROGRAM => c.end_program(),
    // Statements.
    #[cfg(feature = "lines")]
    LINE => c.line(),
    EXPRESSION_VALUE => c.expression_value(),
    SEMICOLON => c.semicolon(),
    NAME_STATEMENT => c.name_statement(),
    OPEN_SCOPE => c.open_scope(),
    CLOSE_SCOPE => c.close_scope(),
    END_CONTROL => c.end_control(),
    UNEXPECTED => c.unexpected(),
    NEED_ITEM => c.need_item(),
    DECLARED_NAME => c.declared_name(),
    NO_INITIALIZER => c.no_initializer(),
    NO_IN_BELOW => c.s[st::acc] = c.seen(1) & super::stmt::NO_IN,
    BIND_VARIABLE => { let name = c.pull(); let kind = c.seen(0) >> 1; c.bind(kind, name as u16); },
    LOOP => c.begin_loop(),
    DO_END => { let body = c.pull(); c.jump_back(op::J_TRUE, body); c.end_control(); },
    FOR_LET => c.for_let(),
    FOR_TEST => c.for_test(),
    FOR_DROP => c.for_drop(),
    FOR_UPDATE => c.for_update(),
    FOR_END => c.for_end(),
    FOR_VAR_IN => c.for_var_in(),
    FOR_IN => { let start = c.pull(); c.for_in(start); },
    FOR_OBJECT => c.for_object(),
    FOR_IN_ROUND => c.for_in_round(),
    NO_REFERENCE => c.error(m!("this cannot be assigned to")),
    JUMP_OUT => c.jump_out(),
    CHECK_RETURN => c.check_return(),
    RETURN_VALUE => c.return_value(),
    CHECK_THROW => c.check_throw(),
    SWITCH => c.switch(),
    DEFAULT_CASE => c.default_case(),
    DEFAULT_JUMP => c.default_jump(),
    TRY => c.open(C_TRY, NONE, 3),
    NEED_FINALLY => c.need_finally(),
    CLOSE_TRY => c.close_try(),
    FINALLY => c.open(C_FINALLY, 0, 2),
    CLOSE => c.close(),
    CATCH_BODY => c.catch_body(),
    CATCH_NAME => c.catch_name(),
    CHECK_FUNCTION => c.check_function(),
    NO_GENERATOR => c.no_generator(),
    BINDING_NAME => { let name = c.binding_name(); c.keep(name as u32); },
    DECLARE_FUNCTION => c.declare_function_statement(),
    // Expressions.
    DROP_VALUE => c.drop_value(),
    NO_LVALUE => c.s[st::lvalue] = NONE,
    LVALUE => c.s[st::lvalue] = c.s[st::last],
    ASSIGN => c.assign(),
    ASSIGN_OPERATOR => c.assign_operator(),
    ASSIGN_END => c.assign_end(),
    ELSE_VALUE => { c.shift_depth(-1); c.s[st::acc] = c.seen(1); },
    BINARY_OPERATOR => c.binary_operator(),
    BINARY_END => c.binary_end(),
    PREFIX => c.prefix(),
    UNARY_END => c.unary_end(),
    POST_INCREMENT => c.post_increment(),
    DOT => c.dot(),
    CALLEE => c.callee(),
    CALL => c.call(op::CALL),
    NEW => c.call(op::NEW),
    TAGGED => c.error(m!("tagged templates are not supported")),
    ARGUMENT => { let count = c.pull(); c.keep(count + 1); },
    ARGUMENT_LIMIT => c.argument_limit(),
    #[cfg(feature = "spread")]
    ARGUMENT_END => c.argument_end(),
    #[cfg(feature = "spread")]
    SPREAD_ARGUMENT => c.spread_argument(),
    #[cfg(feature = "spread")]
    OBJECT_SPREAD => c.spread_begin(crate::rom::f::OBJECT_SPREAD),
    #[cfg(feature = "spread")]
    ARRAY_SPREAD => c.spread_begin(crate::rom::f::SPREAD),
    #[cfg(feature = "spread")]
    SPREAD_END => c.op8(op::CALL, 1),
    THIS => c.this_out(),
    AHEAD => c.look_ahead(),
    NUMBER => c.number_literal(),
    TEXT => c.text_literal(),
    IDENTIFIER => c.identifier_value(),
    GROUP => c.group(),
    OPEN_ARRAY => c.op8(op::NEW_ARR, 0),
    HOLES => c.holes(),
    OPEN_OBJECT => c.open_object(),
    PROPERTY_NAME => c.object_key(),
    SHORTHAND => c.shorthand(),
    INIT_FIELD => { let name = c.pull(); c.init_field(op::INIT_FIELD, name); },
    ACCESSOR => c.accessor(),
    CHECK_ACCESSOR => c.check_accessor(),
    INIT_ACCESSOR => { let name = c.pull(); let code = c.pull(); c.init_field(code as u8, name); },
    TEMPLATE => c.template(),
    TEMPLATE_VALUE => if !c.is_p(crate::lexer::punct!(b"}")) { c.expected(b"}"); },
    #[cfg(feature = "regexp")]
    REGEXP => c.regexp(),
    #[cfg(feature = "regexp")]
    REGEXP_CHECK => c.check_regexp(),
    #[cfg(all(test, feature = "full"))]
    INTRINSIC => { let id = c.intrinsic_name().unwrap_or(0xff); c.keep(id as u32); c.keep(0); },
    #[cfg(all(test, feature = "full"))]
    INTRINSIC_END => c.intrinsic_end(),
    SCAN => c.scan(),
    // Functions.
    FUNCTION_EXPRESSION => c.function_expression(),
    OPEN_FUNCTION => { let name = c.seen(1) as u16; c.open_function(name, c.s[st::acc]); },
    CLOSURE => c.closure(),
    HINT => { let name = c.seen(0) as u16; c.hint(name); },
    PARAMETER => c.parameter(),
    REST => { c.complex(); c.s[st::fn_flags] |= ff::REST; },
    PARAMETERS_END => c.parameters_end(),
    BIND => { let name = c.pull(); let kind = c.pull(); c.bind(kind, name as u16); },
    CHECK_ARROW => if c.s[st::flags] & crate::lexer::NL_BEFORE != 0 { c.unexpected(); },
    LEAVE_FUNCTION => c.leave_function(BRACE),
    LEAVE_ARROW => c.leave_function(0),
    DEFAULT_VALUE => { c.next(); c.hint(c.s[st::acc] as u16); },
    // Patterns.
    #[cfg(feature = "destructuring")]
    DECLARATION_PATTERN => c.declaration_pattern(),
    #[cfg(feature = "destructuring")]
    PATTERN_DECLARED => c.pattern_declared(),
    #[cfg(feature = "destructuring")]
    PATTERN_INITIALIZED => c.pattern_initialized(),
    #[cfg(feature = "destructuring")]
    FOR_HEAD => c.for_head(),
    #[cfg(feature = "destructuring")]
    FOR_PATTERN => c.for_pattern(),
    #[cfg(feature = "destructuring")]
    PATTERN_ASSIGNMENT => c.pattern_assignment(),
    #[cfg(feature = "destructuring")]
    CUT_PATTERN => { c.s[st::depth] -= 1; let start = c.pull(); c.cut(start); },
    #[cfg(feature = "destructuring")]
    PASTE => c.paste(),
    #[cfg(feature = "destructuring")]
    PATTERN => c.pattern(),
    #[cfg(feature = "destructuring")]
    PATTERN_ELEMENT => c.pattern_element(),
    #[cfg(feature = "destructuring")]
    PATTERN_PROPERTY => c.pattern_property(),
    #[cfg(feature = "destructuring")]
    PATTERN_KIND => c.pattern_kind(),
    #[cfg(feature = "destructuring")]
    KEY_COMPUTED => c.key_computed(),
    #[cfg(feature = "destructuring")]
    OBJECT_REST => c.object_rest(),
    #[cfg(feature = "destructuring")]
    OBJECT_PATTERN_END => c.object_pattern_end(),
    #[cfg(feature = "destructuring")]
    TARGET => c.target(),
    #[cfg(feature = "destructuring")]
    TARGET_END => c.target_end(),
    #[cfg(feature = "destructuring")]
    TARGET_STORE => c.target_store(),
    #[cfg(feature = "destructuring")]
    NESTED => c.nested(),
    #[cfg(feature = "destructuring")]
    NESTED_END => c.nested_end(),
}

/// With the number of a function that was left: its brace is the current token.
pub(super) const BRACE: u32 = 0x100;
