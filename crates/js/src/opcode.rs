//! The instruction set: one byte, then operands of fixed width.
//!
//! `k` is a slot of the frame, `n` a name (two bytes), `h` a slot hint, `r` a signed jump of two bytes
//! relative to the end of the instruction.

macro_rules! opcodes {
    ($($(#[$doc:meta])* $name:ident $len:literal,)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Index { $($name,)* }
        $($(#[$doc])* #[allow(dead_code)] pub(crate) const $name: u8 = Index::$name as u8;)*
        /// The same as words, for what compares them one after the other: a byte would be widened for each.
        pub(crate) mod word {
            $(#[allow(dead_code)] pub(crate) const $name: u32 = super::$name as u32;)*
        }
        /// Bytes of operands after each opcode.
        const OPERANDS: &[u8] = &[$($len,)*];
    };
}

opcodes! {
    // What the loop does at once comes first.
    NOP 0,
    /// Does nothing; its operand pads an instruction that became shorter.
    NOP2 1,
    UNDEF 0, NULL 0, FALSE 0, TRUE 0, I8 1, I16 2, I32 4, STR 2, POP 0, DUP 0,
    /// Slots that hold a cell with the variable.
    GET_CELL 1, SET_CELL 1, PUT_CELL 1,
    JMP 2,
    // Short forms for the code in flash: slots 0 to 9, integers 0 to 2. There, the jumps that follow a condition or nothing have one byte of
    // distance; JMP_FAR has two.
    GET_0 0, GET_1 0, GET_2 0, GET_3 0, GET_4 0, GET_5 0, GET_6 0, GET_7 0, GET_8 0, GET_9 0,
    PUT_0 0, PUT_1 0, PUT_2 0, PUT_3 0, PUT_4 0, PUT_5 0, PUT_6 0, PUT_7 0, PUT_8 0, PUT_9 0,
    INT_0 0, INT_1 0, INT_2 0,
    JMP_FAR 2,
    LT 0, LE 0, GT 0, GE 0, EQ 0, NE 0, SEQ 0, SNE 0,
    /// Fused comparison and jump, in the order of LT..SNE; first if true, then if false.
    JT_LT 2, JT_LE 2, JT_GT 2, JT_GE 2, JT_EQ 2, JT_NE 2, JT_SEQ 2, JT_SNE 2,
    JF_LT 2, JF_LE 2, JF_GT 2, JF_GE 2, JF_EQ 2, JF_NE 2, JF_SEQ 2, JF_SNE 2,
    /// Slots that hold the variable itself.
    GET_LOC 1, SET_LOC 1, PUT_LOC 1,
    /// The first value of a variable of a block.
    INIT_LOC 1,
    // Those in front, but for LT..JF_SNE, are done by the loop or not at all; `Vm::rare` has cases for all that follow.
    /// `slot = slot + 1` and `slot - 1` for a variable whose value is not used.
    INC_LOC 1, DEC_LOC 1,
    /// Captured variables of outer functions; two bytes of padding.
    GET_FREE 3, TYPEOF_FREE 3, SET_FREE 3, PUT_FREE 3,
    GET_FIELD 3, SET_FIELD 3, PUT_FIELD 3,
    /// `obj -> function obj`
    GET_METHOD 3,
    /// `obj -> obj value`
    GET_FIELD2 3,
    /// Names that are not resolved yet, or global; for `typeof`, which follows, one that is not there is undefined.
    GET_NAME 3, TYPEOF_NAME 3, SET_NAME 3, PUT_NAME 3, DEL_NAME 3,
    GET_ELEM 0, SET_ELEM 0, PUT_ELEM 0,
    ADD 0, SUB 0, MUL 0, DIV 0, MOD 0, SHL 0, SHR 0, USHR 0, AND 0, OR 0, XOR 0,
    NOT 0,
    J_TRUE 2, J_FALSE 2,
    /// Jump and keep the value, or drop it and go on.
    J_TRUE_KEEP 2, J_FALSE_KEEP 2,
    /// `a b -> ` and jump if `a === b`, else `a b -> a`.
    J_CASE 2,
    CALL 1, RETURN 0, RETURN_UNDEF 0,
    // What the loop leaves to `Vm::rare`.
    F64 8, THIS 0, CALLEE 0,
    DUP2 0, SWAP 0,
    /// `a b c -> c a b`
    ROT3 0,
    /// `a b c d -> d a b c`
    ROT4 0,
    /// `a b -> b`
    NIP 0,
    INIT_CELL 1,
    /// Wraps the value of a slot in a cell.
    MAKE_CELL 1,
    /// Makes the `arguments` object and puts it into a slot.
    MAKE_ARGS 1,
    /// Assignment to a constant: throws.
    CONST_ERR 0,
    DECL_VAR 2, DECL_FUN 2,
    CLOSURE 1,
    NEW_OBJ 0,
    /// An array of so many values from the stack.
    NEW_ARR 1, APPEND 0, APPEND_HOLE 0,
    INIT_FIELD 2, INIT_GET 2, INIT_SET 2, INIT_ELEM 0,
    GET_ELEM_METHOD 0,
    /// `obj key -> obj key value`
    GET_ELEM2 0,
    DEL_FIELD 2, DEL_ELEM 0,
    NEW 1,
    INSTANCEOF 0, IN 0,
    NEG 0, PLUS 0, BITNOT 0, TYPEOF 0, INC 0, DEC 0,
    /// Conversion for the old value of a postfix operator.
    TO_NUM 0,
    INC_CELL 1, DEC_CELL 1,
    TRY 2, END_TRY 0,
    /// Drops the handler below the value on top.
    NIP_TRY 0,
    THROW 0, GOSUB 2, RET_SUB 0,
    /// `obj -> obj keys index`
    FOR_IN 0,
    FOR_IN_NEXT 2,
    /// An operation of the built-ins written in JavaScript: number, and in the lower three bits the argument count.
    INTRINSIC 1,
    /// `length` of an object, for the built-ins written in JavaScript.
    LENGTH 0,
    /// A built-in function, for the built-ins written in JavaScript.
    ROM_FUN 2,
    /// Throws unless the variable of a slot was initialized.
    TDZ 1,
    /// Use of a variable before its declaration: throws.
    TDZ_ERR 0,
    /// Marks the variable of a slot as not initialized.
    HOLE 1,
    /// A new cell for a variable that is not initialized yet.
    NEW_CELL 1,
    /// A new cell with the value of the old one: each round of a loop has variables of its own.
    COPY_CELL 1,
    /// As INIT_CELL, for a constant.
    INIT_CONST 1,
    /// An object becomes a primitive, a string if it may choose.
    TO_PRIM 0,
    /// `function this array ->` call with the array's elements.
    CALL_ARR 0, NEW_CALL_ARR 0,
    /// `iterable -> iterable undefined 0`; FOR_IN_NEXT goes on with it.
    FOR_OF 0,
    /// What has elements, for a pattern.
    ITER 0,
    /// `obj key function -> obj`
    INIT_GETE 0, INIT_SETE 0,
    /// Where the statement stands that starts here: line (two bytes) and column. Does nothing.
    LINE 3,
}

/// How many there are. In flash, what lies above stands for several instructions.
pub(crate) const COUNT: u8 = OPERANDS.len() as u8;
/// Whether it is a jump whose distance is shorter in flash.
#[cfg(all(test, feature = "full"))]
pub(crate) fn is_near(op: u8) -> bool {
    matches!(Do::of(op), Do::Jump)
}

/// By how much an instruction changes the operand stack; of those with a count, without what it counts.
const fn effect(op: u8) -> i8 {
    match op {
        TRY => 3,
        FOR_IN | FOR_OF => 2,
        UNDEF | NULL | FALSE | TRUE | I8 | I16 | I32 | STR | DUP | GET_LOC | GET_FIELD2 | GET_NAME | F64
        | THIS | CALLEE | CLOSURE | NEW_OBJ | NEW_ARR | GET_ELEM2 | FOR_IN_NEXT | INTRINSIC | ROM_FUN
        | TDZ_ERR => 1,
        POP
        | PUT_LOC
        | INIT_LOC
        | PUT_CELL
        | INIT_CELL
        | INIT_CONST
        | SET_FIELD
        | PUT_NAME
        | GET_ELEM
        | ADD..=XOR
        | LT..=SNE
        | J_TRUE..=J_FALSE_KEEP
        | J_CASE
        | CALL
        | RETURN
        | NIP
        | DECL_FUN
        | APPEND
        | INIT_FIELD
        | INIT_GET
        | INIT_SET
        | DEL_ELEM
        | NEW
        | INSTANCEOF
        | IN
        | THROW => -1,
        PUT_FIELD
        | SET_ELEM
        | INIT_ELEM
        | RET_SUB
        | CALL_ARR
        | NEW_CALL_ARR
        | INIT_GETE
        | INIT_SETE
        | JT_LT..=JF_SNE => -2,
        PUT_ELEM | END_TRY | NIP_TRY => -3,
        _ => 0,
    }
}
#[allow(clippy::indexing_slicing)] // runs at compile time
const fn shapes() -> [u8; OPERANDS.len()] {
    let mut out = [1; OPERANDS.len()];
    let mut i = 0;
    while i < OPERANDS.len() {
        out[i] = (1 + OPERANDS[i]) | ((effect(i as u8) as u8) << 4);
        i += 1;
    }
    out
}
/// Size, and from bit 4 on the effect.
static SHAPES: [u8; OPERANDS.len()] = shapes();

fn shape(op: u8) -> u8 {
    SHAPES.get(op as usize).copied().unwrap_or(1)
}
/// Bytes of the instruction that starts with `op`.
#[inline]
pub(crate) fn size(op: u8) -> usize {
    (shape(op) & 0xf) as usize
}
/// By how much it changes the operand stack; of those with a count, without what it counts.
pub(crate) fn effect_of(op: u8) -> i32 {
    (shape(op) as i8 >> 4) as i32
}
/// What the loop does with an instruction.
#[derive(Clone, Copy)]
pub(crate) enum Do {
    Nop,
    #[cfg(feature = "lines")]
    Line,
    Special,
    I8,
    I16,
    I32,
    Str,
    Pop,
    Dup,
    GetLocal,
    GetShort,
    IntShort,
    PutShort,
    JumpFar,
    PutLocal,
    Step,
    GetCell,
    PutCell,
    Captured,
    Field,
    GetElement,
    PutElement,
    Arithmetic,
    Compare,
    Jump,
    Call,
    Return,
    /// In flash it stands for several, or is behind the last of them.
    Shared,
    /// Nothing: it is one for `Vm::rare`.
    Rare,
}
impl Do {
    const fn of(op: u8) -> Do {
        match op {
            NOP | NOP2 => Do::Nop,
            #[cfg(feature = "lines")]
            LINE => Do::Line,
            UNDEF | NULL | FALSE | TRUE => Do::Special,
            I8 => Do::I8,
            I16 => Do::I16,
            I32 => Do::I32,
            STR => Do::Str,
            POP => Do::Pop,
            DUP => Do::Dup,
            GET_LOC => Do::GetLocal,
            GET_0 | GET_1 | GET_2 | GET_3 | GET_4 | GET_5 | GET_6 | GET_7 | GET_8 | GET_9 => Do::GetShort,
            INT_0 | INT_1 | INT_2 => Do::IntShort,
            PUT_0 | PUT_1 | PUT_2 | PUT_3 | PUT_4 | PUT_5 | PUT_6 | PUT_7 | PUT_8 | PUT_9 => Do::PutShort,
            JMP_FAR => Do::JumpFar,
            SET_LOC | PUT_LOC | INIT_LOC => Do::PutLocal,
            INC_LOC | DEC_LOC => Do::Step,
            GET_CELL => Do::GetCell,
            SET_CELL | PUT_CELL => Do::PutCell,
            GET_FREE | SET_FREE | PUT_FREE | TYPEOF_FREE => Do::Captured,
            GET_FIELD | SET_FIELD | PUT_FIELD | GET_METHOD | GET_FIELD2 | GET_NAME | TYPEOF_NAME
            | SET_NAME | PUT_NAME => Do::Field,
            GET_ELEM => Do::GetElement,
            PUT_ELEM => Do::PutElement,
            ADD | SUB | MUL | SHR | AND | OR | XOR => Do::Arithmetic,
            LT | LE | GT | GE | EQ | NE | SEQ | SNE => Do::Compare,
            JMP | J_TRUE | J_FALSE | J_TRUE_KEEP | J_FALSE_KEEP | JT_LT | JT_LE | JT_GT | JT_GE | JT_EQ
            | JT_NE | JT_SEQ | JT_SNE | JF_LT | JF_LE | JF_GT | JF_GE | JF_EQ | JF_NE | JF_SEQ | JF_SNE => {
                Do::Jump
            }
            CALL => Do::Call,
            RETURN | RETURN_UNDEF => Do::Return,
            COUNT.. => Do::Shared,
            _ => Do::Rare,
        }
    }
}
#[allow(clippy::indexing_slicing)] // runs at compile time
static WHAT: [Do; 256] = {
    let mut all = [Do::Rare; 256];
    let mut i = 0;
    while i < 256 {
        all[i] = Do::of(i as u8);
        i += 1;
    }
    all
};
#[allow(clippy::indexing_slicing)] // there is an entry for every byte
#[inline(always)]
pub(crate) fn what(op: u8) -> Do {
    WHAT[op as usize]
}
