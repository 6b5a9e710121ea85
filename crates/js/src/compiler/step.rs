//! The actions of the grammar: what its rules do by their number.

use super::control::{C_FINALLY, C_TRY};
use super::grammar::ACTION;
use super::{Compiler, NONE, ff};
use crate::compiler::st;
use crate::message::Message;
use crate::opcode as op;

/// Numbers the actions, and says what each one does: those that only call a function, in a table; those with an operand; others.
macro_rules! actions {
    ($c:ident, $k:ident;
     calls { $($(#[$on_call:meta])* $call:ident => $function:ident,)* }
     operands { $($with:ident => $does:expr,)* }
     others { $($(#[$on:meta])* $name:ident => $what:expr,)* }) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Index { $($(#[$on_call])* $call,)* CALLS, $($with,)* OPERANDS, $($(#[$on])* $name,)* }
        pub(super) mod a {
            $($(#[$on_call])* pub(crate) const $call: u8 = super::ACTION + super::Index::$call as u8;)*
            $(pub(crate) const $with: u8 = super::ACTION + super::Index::$with as u8;)*
            $($(#[$on])* pub(crate) const $name: u8 = super::ACTION + super::Index::$name as u8;)*
        }
        impl Compiler<'_, '_> {
            const CALLS: [fn(&mut Self); Index::CALLS as usize] = [$($(#[$on_call])* Self::$function,)*];
            /// One action.
            pub(super) fn act(&mut self, action: u32) {
                let calls = &Self::CALLS;
                if let Some(call) = calls.get(action as usize - ACTION as usize) {
                    return call(self);
                }
                let $c = self;
                let $k = if action < ACTION as u32 + Index::OPERANDS as u32 { $c.rule_byte() } else { 0 };
                match action as u8 {
                    $(a::$with => { $does; })*
                    $($(#[$on])* a::$name => { $what; })*
                    _ => {}
                }
            }
        }
    };
}

actions! { c, k;
    calls {
        LABEL => label,
        DIRECTIVES => directives,
        END_PROGRAM => end_program,
        NAME_STATEMENT => name_statement,
        OPEN_SCOPE => open_scope,
        CLOSE_SCOPE => close_scope,
        DECLARED_NAME => declared_name,
        NO_INITIALIZER => no_initializer,
        FOR_LET => for_let,
        FOR_TEST => for_test,
        FOR_UPDATE => for_update,
        FOR_END => for_end,
        FOR_VAR_IN => for_var_in,
        FOR_OBJECT => for_object,
        JUMP_OUT => jump_out,
        CLOSE => close,
        NO_GENERATOR => no_generator,
        DECLARE_FUNCTION => declare_function_statement,
        ASSIGN_OPERATOR => assign_operator,
        BINARY_OPERATOR => binary_operator,
        PREFIX => prefix,
        UNARY_END => unary_end,
        POST_INCREMENT => post_increment,
        CALLEE => callee,
        AHEAD => look_ahead,
        PROPERTY_NAME => object_key,
        SHORTHAND => shorthand,
        ACCESSOR => accessor,
        #[cfg(feature = "regexp")]
        REGEXP => regexp,
        #[cfg(feature = "regexp")]
        REGEXP_CHECK => check_regexp,
        SCAN => scan,
        FUNCTION_EXPRESSION => function_expression,
        PARAMETER => parameter,
        PARAMETERS_END => parameters_end,
        #[cfg(feature = "destructuring")]
        DECLARATION_PATTERN => declaration_pattern,
        #[cfg(feature = "destructuring")]
        PATTERN_DECLARED => pattern_declared,
        #[cfg(feature = "destructuring")]
        PATTERN_INITIALIZED => pattern_initialized,
        #[cfg(feature = "destructuring")]
        FOR_HEAD => for_head,
        #[cfg(feature = "destructuring")]
        FOR_PATTERN => for_pattern,
        #[cfg(feature = "destructuring")]
        PATTERN_ASSIGNMENT => pattern_assignment,
        #[cfg(feature = "destructuring")]
        PASTE => paste,
        #[cfg(feature = "destructuring")]
        PATTERN => pattern,
        #[cfg(feature = "destructuring")]
        PATTERN_ELEMENT => pattern_element,
        #[cfg(feature = "destructuring")]
        PATTERN_PROPERTY => pattern_property,
        #[cfg(feature = "destructuring")]
        PATTERN_KIND => pattern_kind,
        #[cfg(feature = "destructuring")]
        KEY_COMPUTED => key_computed,
        #[cfg(feature = "destructuring")]
        OBJECT_REST => object_rest,
        #[cfg(feature = "destructuring")]
        OBJECT_PATTERN_END => object_pattern_end,
        #[cfg(feature = "destructuring")]
        TARGET => target,
        #[cfg(feature = "destructuring")]
        TARGET_END => target_end,
        #[cfg(feature = "destructuring")]
        TARGET_STORE => target_store,
        #[cfg(feature = "destructuring")]
        NESTED => nested,
        #[cfg(feature = "destructuring")]
        NESTED_END => nested_end,
    }
    operands {
        OP => c.emit(k as u8, 0),
        JUMP => { let pos = c.jump(k as u8, NONE); c.keep(pos); },
        BACK => { let to = c.pull(); c.jump_back(k as u8, to); },
        EXPECT => c.expect(k),
        CHAIN => { let field = c.rule_byte(); c.chain(k as u8, field); },
        PATCH_FIELD => c.patch_field(k),
        DEPTH => c.shift_depth(k as i8 as i32),
        ERROR => c.error(Message::numbered(k as u8)),
    }
    others {
        // The machine.
        RET => c.ret(),
        NEXT => c.next(),
        PUSH => c.keep(c.s[st::acc]),
        POP => c.s[st::acc] = c.pull(),
        PEEK => c.s[st::acc] = c.seen(0),
        DROP => { c.pull(); },
        PATCH => { let jump = c.pull(); c.patch_here(jump); },
        LABEL_HERE => { c.label(); let here = c.here(); c.keep(here); },
        // The script.
        #[cfg(feature = "eval")]
        VALUE_SLOT => c.value_slot(),
        PATCH_ACC => c.patch_here(c.s[st::acc]),
        // Statements.
        #[cfg(feature = "lines")]
        LINE => c.line(),
        EXPRESSION_VALUE => c.expression_value(),
        END_CONTROL => c.end_control(),
        UNEXPECTED => c.unexpected(),
        NEED_ITEM => c.need_item(),
        NO_IN_BELOW => c.s[st::acc] = c.seen(1) & super::stmt::NO_IN,
        BIND_VARIABLE => { let name = c.pull(); let kind = c.seen(0) >> 1; c.bind(kind, name as u16); },
        LOOP => c.begin_loop(),
        FOR_DROP => c.for_drop(),
        FOR_IN => { let start = c.pull(); c.for_in(start); },
        FOR_IN_ROUND => c.for_in_round(),
        CHECK_RETURN => c.check_return(),
        RETURN_VALUE => c.return_value(),
        SWITCH => c.switch(),
        DEFAULT_CASE => c.default_case(),
        DEFAULT_JUMP => c.default_jump(),
        TRY => c.open(C_TRY, NONE, 3),
        CLOSE_TRY => c.close_try(),
        FINALLY => c.open(C_FINALLY, 0, 2),
        CATCH_BODY => c.catch_body(),
        CATCH_NAME => c.catch_name(),
        CHECK_FUNCTION => c.check_function(),
        BINDING_NAME => { let name = c.binding_name(); c.keep(name as u32); },
        // Expressions.
        NO_EXPRESSION => c.expected(b"an expression"),
        DROP_VALUE => c.drop_value(),
        NO_LVALUE => c.s[st::lvalue] = NONE,
        LVALUE => c.s[st::lvalue] = c.s[st::last],
        ASSIGN => c.assign(),
        ASSIGN_END => c.assign_end(),
        BINARY_END => c.binary_end(),
        DOT => c.dot(),
        CALL => c.call(op::CALL),
        NEW => c.call(op::NEW),
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
        NUMBER => c.number_literal(),
        TEXT => c.text_out(),
        IDENTIFIER => c.identifier_value(),
        GROUP => c.group(),
        INIT_FIELD => { let name = c.pull(); c.init_field(op::INIT_FIELD, name); },
        CHECK_ACCESSOR => c.check_accessor(),
        INIT_ACCESSOR => { let name = c.pull(); let code = c.pull(); c.init_field(code as u8, name); },
        TEMPLATE => c.template(),
        #[cfg(all(test, feature = "full"))]
        INTRINSIC => { let id = c.intrinsic_name().unwrap_or(0xff); c.keep(id as u32); c.keep(0); },
        #[cfg(all(test, feature = "full"))]
        INTRINSIC_END => c.intrinsic_end(),
        // Functions.
        OPEN_FUNCTION => { let name = c.seen(1) as u16; c.open_function(name, c.s[st::acc]); },
        CLOSURE => c.closure(),
        HINT => { let name = c.seen(0) as u16; c.hint(name); },
        REST => { c.complex(); c.s[st::fn_flags] |= ff::REST; },
        BIND => { let name = c.pull(); let kind = c.pull(); c.bind(kind, name as u16); },
        LEAVE_FUNCTION => c.leave_function(BRACE),
        LEAVE_ARROW => c.leave_function(0),
        DEFAULT_VALUE => { c.next(); c.hint(c.s[st::acc] as u16); },
        // Patterns.
        #[cfg(feature = "destructuring")]
        CUT_PATTERN => { c.s[st::depth] -= 1; let start = c.pull(); c.cut(start); },
    }
}

/// With the number of a function that was left: its brace is the current token.
pub(super) const BRACE: u32 = 0x100;
