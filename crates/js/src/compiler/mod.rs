//! The compiler: one pass over the tokens, no tree, no recursion.
//!
//! The grammar is data ([`rules`]), followed by a loop ([`grammar`]) that calls actions ([`step`]). What a recursive-descent
//! parser keeps on the native stack stands on the engine's stack: operands of rules, and places in the grammar to return to.
//! Between two steps the compiler can be left and entered again, so compiling is metered like running. Code grows in a buffer that floats above the heap; a function's code
//! is copied into its cell when the function ends. Names are operands of fixed width, resolved in place when
//! their scope ends.

mod ahead;
mod control;
mod expr;
mod function;
mod grammar;
mod lexical;
mod literal;
mod pattern;
mod reference;
mod rules;
mod scope;
mod step;
mod stmt;

pub(crate) use scope::cap;

use crate::heap::*;
use crate::lexer::{NL_BEFORE, Window, punct, tok};
use crate::message::{Message, m};
use crate::names::n;
use crate::opcode::{self as op, size};
use crate::value::{R, Thrown, Value};
use crate::words::{Field, Words, fields};

/// What is not in every build, for its size.
pub(crate) const DESTRUCTURING: bool = cfg!(feature = "destructuring");
pub(crate) const SPREADS: bool = cfg!(feature = "spread");
pub(crate) const EVAL: bool = cfg!(feature = "eval");

/// Where the text is that is being compiled.
pub(crate) mod text {
    /// Read through the window.
    pub(crate) const WINDOWED: u32 = 0;
    pub(crate) const MAPPED: u32 = 1;
    /// In the string cell of [`reg::again`](crate::heap::reg): text that a script made.
    pub(crate) const CELL: u32 = 2;
}

/// No position.
pub(crate) const NONE: u32 = 0xffff;

fields! {
    /// What the compiler remembers between two steps; it lives in a WORDS cell.
    mod st;
    const ST_WORDS;
    // What is nearest is tested by single bits, in shorter instructions.
    /// Flags, kind and value (of a number, the lower half of its bits) of the token that was read last.
    flags,
    tok,
    val,
    /// Where it starts, where reading goes on, where the token before it ended.
    start,
    pos,
    prev_end,
    // From here on: the function that is being compiled.
    fn_flags,
    /// Its first byte in the code buffer.
    base,
    /// Its first variable, and its first finished inner function.
    vars,
    first_kid,
    /// Operand stack now; slots of variables, without parameters.
    depth,
    locals,
    params,
    /// Start of the last instruction and of the last reference, if nothing jumps behind them.
    last,
    lvalue,
    /// The innermost control record on the stack (0: none).
    control,
    /// Start and end of a postfix increment, whose old value may turn out to be unused.
    post,
    post_end,
    name,
    /// Operand stack at most.
    max_depth,
    // From here on: the whole text. The place in the grammar; operand or result of a rule.
    rule,
    acc,
    /// Not 0: something is wrong, and the exception stands in the engine's register. The current step ends as it can: no
    /// token is read any more, nothing is emitted, nothing allocated.
    failed,
    src_len,
    /// How many code cells wait in the list `kids`, and entries in the list `vars`.
    kids,
    var_count,
    /// A name for the function expression that starts here, if one does.
    hint,
    hint_at,
    /// Where an assignment expression starts: only there an arrow function or a pattern may stand.
    assign_at,
    mapped,
    /// The character or number that the lexer read last; the number of the variable that was found last.
    read,
    // What is farther away takes longer instructions.
    /// Brackets that start before this place were looked at ahead of time.
    scanned,
    /// Upper half of a number's bits.
    num_hi,
    /// A place in the text, its line, and where that begins.
    #[cfg(feature = "lines")]
    place,
    #[cfg(feature = "lines")]
    line,
    #[cfg(feature = "lines")]
    line_start,
}
pub(crate) type State = Words<ST_WORDS>;

/// Function flags, as they stand in the CODE cell's header from bit 7 on.
pub(crate) mod ff {
    pub(crate) const STRICT: u32 = 1;
    /// The function uses `arguments`.
    pub(crate) const ARGS: u32 = 2;
    /// Not a constructor: getter, setter.
    pub(crate) const METHOD: u32 = 4;
    /// Code of the whole script.
    pub(crate) const SCRIPT: u32 = 8;
    /// A function expression whose name is visible inside.
    pub(crate) const NAMED: u32 = 16;
    /// `this` and `arguments` are those of the function around.
    pub(crate) const ARROW: u32 = 32;
    /// The parameters are not just names: the first instruction has the function's length.
    pub(crate) const COMPLEX: u32 = 64;
    /// The last parameter takes all arguments that are left.
    pub(crate) const REST: u32 = 128;
    pub(crate) const SHIFT: u32 = 7;
}

/// What one compiler state works on, in this order: what is near the start is reached by shorter instructions.
#[repr(C)]
pub(crate) struct Compiler<'v, 'a> {
    pub(crate) vm: &'v mut Vm<'a>,
    pub(crate) s: State,
    pub(crate) win: Window,
}

/// What a step of the compiler came to.
pub(crate) enum Progress {
    /// Out of fuel.
    More,
    /// The script's code cell.
    Done(u16),
}

const CLASS: u8 = n::CLASS as u8;
const SUPER: u8 = n::SUPER as u8;
const IMPORT: u8 = n::IMPORT as u8;
const EXPORT: u8 = n::EXPORT as u8;
const WITH: u8 = n::WITH as u8;

/// Words of a token that is kept: those before `fn_flags`.
const HELD_WORDS: usize = st::fn_flags.0;
/// Words that every step may push without asking; number text finds its scratch there too.
const STATE_ROOM: usize = 8 + crate::number::SCRATCH_WORDS;

impl Vm<'_> {
    /// Prepares the compilation of a source of `len` bytes; `mapped` is one of [`text`].
    #[inline(never)]
    pub(crate) fn start_compiler(&mut self, len: u32, mapped: u32) -> R<()> {
        let h = self.alloc(t::WORDS, 2 + ST_WORDS)?;
        self.set_f(h, 1, pack(0, ST_WORDS as u16));
        self.end_compiler();
        self.r[reg::comp] = h as u32;
        self.r[reg::buf] = self.r[reg::heap_top];
        self.set_f(h, 2 + st::src_len.0, len);
        self.set_f(h, 2 + st::mapped.0, mapped);
        self.set_f(h, 2 + st::fn_flags.0, ff::SCRIPT);
        Ok(())
    }
    /// Compiles until the fuel is used up or the script ends; then the caller takes its registers back.
    #[inline(never)]
    pub(crate) fn run_compiler(&mut self) -> R<Progress> {
        let mut c = Compiler {
            vm: self,
            s: State::new(),
            win: Window::new(),
        };
        let words = c.vm.r[reg::comp] as usize + 2;
        for i in 0..ST_WORDS {
            c.s.set(Field(i), c.vm.w(words + i));
        }
        let result = loop {
            if c.s[st::rule] == NONE {
                break Ok(Progress::Done(c.s[st::acc] as u16));
            }
            if c.vm.fuel <= 0 {
                break Ok(Progress::More);
            }
            c.vm.fuel -= 1;
            c.room();
            if !c.failed() {
                c.step();
            }
            if c.failed() {
                break Err(Thrown);
            }
        };
        let words = c.vm.r[reg::comp] as usize + 2;
        for i in 0..ST_WORDS {
            let word = c.s.get(Field(i));
            c.vm.set_w(words + i, word);
        }
        result
    }
    /// Forgets what was being compiled.
    #[inline(never)]
    pub(crate) fn end_compiler(&mut self) {
        self.r[reg::buf] = 0;
        self.r[reg::buf_len] = 0;
        self.r[reg::comp] = 0;
        self.r[reg::vars] = 0;
        self.r[reg::kids] = 0;
    }
}

impl Compiler<'_, '_> {
    /// Whether something is wrong.
    #[inline(always)]
    pub(crate) fn failed(&self) -> bool {
        self.s[st::failed] != 0
    }
    /// The exception is set: nothing more is compiled.
    #[cold]
    pub(crate) fn fail(&mut self) {
        self.s[st::failed] = 1;
        // Whoever reads on comes to an end.
        self.s[st::src_len] = 0;
    }
    /// Whether so many words are free below the stack; if not, that is the error.
    pub(crate) fn has_room(&mut self, words: usize) -> bool {
        if !self.failed() && !self.vm.ensure_stack(words) {
            self.vm.out_of_memory();
            self.fail();
        }
        !self.failed()
    }
    /// Makes room for what a state pushes, and keeps the heap out of it.
    fn room(&mut self) {
        if !self.has_room(STATE_ROOM) {
            return;
        }
        let limit = self.vm.r[reg::sp] - STATE_ROOM as u32;
        self.vm.r[reg::slimit] = limit;
        #[cfg(feature = "eval")]
        if self.vm.r[reg::fp] != 0 {
            // The frame that asked for it keeps what it may push to.
            self.vm.set_frame_limit();
            self.vm.r[reg::slimit] = limit.min(self.vm.r[reg::slimit]);
        }
    }
    // ---- the stack of rules ----

    pub(crate) fn keep(&mut self, word: u32) {
        self.vm.push(Value::int(word as i32));
    }
    pub(crate) fn pull(&mut self) -> u32 {
        self.vm.pop().as_int() as u32
    }
    /// The word `n` places below the top.
    pub(crate) fn seen(&self, n: usize) -> u32 {
        self.vm.top(n).as_int() as u32
    }
    /// Keeps the current token on the stack, which is not a number.
    pub(crate) fn hold(&mut self) {
        for i in 0..HELD_WORDS {
            self.keep(self.s.get(Field(i)));
        }
    }
    /// Back to the token that was kept.
    pub(crate) fn back(&mut self) {
        for i in (0..HELD_WORDS).rev() {
            let word = self.pull();
            self.s.set(Field(i), word);
        }
    }

    // ---- errors ----

    /// A SyntaxError at the current token.
    #[cold]
    pub(crate) fn error(&mut self, message: Message) -> Thrown {
        self.error_of(message, [b"", b""])
    }
    /// The same; the message names these texts.
    pub(crate) fn error_of(&mut self, message: Message, texts: [&[u8]; 2]) -> Thrown {
        // The first error counts.
        if !self.failed() {
            let (line, column) = self.place();
            self.vm.syntax_error(message, texts, line, column);
            self.fail();
        }
        Thrown
    }
    /// The current token does not belong here; one of many others would.
    #[cold]
    pub(crate) fn unexpected(&mut self) -> Thrown {
        self.expected(b"something else")
    }
    /// The current token does not belong here, but this does.
    #[cold]
    pub(crate) fn expected(&mut self, wanted: &[u8]) -> Thrown {
        let message = match self.s[st::tok] {
            // The lower byte tells the words of the language apart.
            tok::WORD | tok::KEY..tok::SOFT => match self.s[st::val] as u8 {
                CLASS | SUPER => m!("class is not supported"),
                IMPORT | EXPORT => m!("modules are not supported"),
                WITH => m!("with is not supported"),
                _ => Message::NONE,
            },
            #[cfg(not(feature = "regexp"))]
            _ if self.is_p(punct!(b"/")) || self.is_p(punct!(b"/=")) => {
                m!("regular expressions are not in this build")
            }
            _ if !SPREADS && self.is_p(punct!(b"...")) => m!("spread is not in this build"),
            _ if !DESTRUCTURING && (self.is_p(punct!(b"[")) || self.is_p(punct!(b"{"))) => {
                m!("unexpected bracket; destructuring is not in this build")
            }
            _ if self.is_p(punct!(b"=>")) => m!("no arrow function can stand here, nor an async one"),
            _ => Message::NONE,
        };
        if message != Message::NONE {
            return self.error(message);
        }
        // An operator of later editions is read as two of this one, with nothing between them.
        let start = self.s[st::start];
        let later = match (self.byte(start.wrapping_sub(1)), self.byte(start)) {
            _ if start != self.s[st::prev_end] => 0,
            (b'*', b'*') | (b'?', b'?' | b'.') => 1,
            (b'|' | b'&', b'=') => 2,
            _ => 0,
        };
        let from = start.wrapping_sub(later);
        let mut text = [0; 24];
        for (at, b) in (0..).zip(&mut text) {
            *b = self.byte(from.wrapping_add(at));
        }
        let mut len = self.s[st::pos]
            .min(self.s[st::src_len])
            .wrapping_sub(from)
            .min(24);
        while self.byte(from.wrapping_add(len)) & 0xc0 == 0x80 && len > 0 {
            len -= 1;
        }
        let text = text.get(..len as usize).unwrap_or(b"");
        let message = if later != 0 {
            m!("= is not supported")
        } else if self.s[st::tok] == tok::EOF {
            m!("expected <, not the end of the script")
        } else {
            m!("expected <, not =")
        };
        self.error_of(message, [wanted, text])
    }
    /// Behind a name: what is an operator in later editions has an operand.
    pub(crate) fn no_async(&mut self, name: u16) {
        let operand = matches!(self.s[st::tok], tok::NUM..=tok::WORD | tok::KEY..);
        if operand && self.s[st::flags] & NL_BEFORE == 0 {
            match name {
                n::ASYNC | n::AWAIT => {
                    self.error(m!("async functions are not supported"));
                }
                n::YIELD => {
                    self.error(m!("generators are not supported"));
                }
                _ => {}
            }
        }
    }
    pub(crate) fn expect(&mut self, token: u32) {
        if self.is_p(token) {
            self.next()
        } else {
            let text = crate::lexer::characters(token);
            let len = text.iter().take_while(|b| **b != 0).count();
            let text = match token {
                tok::KEY.. => crate::names::engine_text((token - tok::KEY) as usize),
                _ => text.get(..len).unwrap_or(b""),
            };
            self.expected(text);
        }
    }
    pub(crate) fn statement_may_end(&self) -> bool {
        self.is_p(punct!(b";"))
            || self.is_p(punct!(b"}"))
            || self.s[st::tok] == tok::EOF
            || self.s[st::flags] & NL_BEFORE != 0
    }
    /// At a bracket that starts a pattern where one may stand.
    pub(crate) fn at_pattern(&self) -> bool {
        DESTRUCTURING && (self.is_p(punct!(b"[")) || self.is_p(punct!(b"{")))
    }
    /// The top level of text that a script made: its last value counts, in the first slot.
    pub(crate) fn counts_value(&self) -> bool {
        EVAL && self.s[st::mapped] == text::CELL && self.s[st::fn_flags] & ff::SCRIPT != 0
    }
    pub(crate) fn strict(&self) -> bool {
        self.s[st::fn_flags] & ff::STRICT != 0
    }

    // ---- code ----

    /// Where the next instruction goes, relative to the function's first.
    #[inline(never)]
    pub(crate) fn here(&self) -> u32 {
        if self.failed() {
            return 0;
        }
        self.vm.r[reg::buf_len] - self.s[st::base]
    }
    pub(crate) fn place_of(&self, pos: u32) -> usize {
        self.vm.r[reg::buf] as usize * 4 + (self.s[st::base] + pos) as usize
    }
    /// The byte of code at `pos`. Once something is wrong, what ends every chain; this also keeps the compiler from handing over
    /// two words, at each of the calls, instead of one.
    #[inline(always)]
    pub(crate) fn code(&self, pos: u32) -> u8 {
        self.code_word(pos) as u8
    }
    /// The same as a word, which no caller has to extend.
    #[inline(never)]
    fn code_word(&self, pos: u32) -> u32 {
        if self.failed() {
            return NONE & 0xff;
        }
        self.vm.bytes().get(self.place_of(pos)).copied().unwrap_or(0) as u32
    }
    pub(crate) fn set_code(&mut self, pos: u32, b: u8) {
        let at = self.place_of(pos);
        if !self.failed()
            && let Some(to) = self.vm.bytes_mut().get_mut(at)
        {
            *to = b;
        }
    }
    #[inline(always)]
    pub(crate) fn code16(&self, pos: u32) -> u16 {
        self.code16_word(pos) as u16
    }
    #[inline(never)]
    fn code16_word(&self, pos: u32) -> u32 {
        self.code_word(pos) | self.code_word(pos + 1) << 8
    }
    pub(crate) fn set_code16(&mut self, pos: u32, v: u16) {
        self.set_code(pos, v as u8);
        self.set_code(pos + 1, (v >> 8) as u8);
    }
    pub(crate) fn byte_out(&mut self, b: u8) {
        let pos = self.here();
        self.set_code(pos, b);
        self.vm.r[reg::buf_len] += u32::from(!self.failed());
    }
    /// Emits an opcode; the operand stack changes as it says.
    pub(crate) fn op(&mut self, code: u8) {
        self.s[st::last] = self.here();
        self.s[st::lvalue] = NONE;
        self.byte_out(code);
        self.shift_depth(op::effect_of(code));
    }
    #[inline(never)]
    pub(crate) fn shift_depth(&mut self, effect: i32) {
        self.s[st::depth] = self.s[st::depth].wrapping_add_signed(effect);
        self.s[st::max_depth] = self.s[st::max_depth].max(self.s[st::depth]);
    }
    /// An instruction with its operand, in as many bytes as it has: behind a name comes an empty hint.
    #[inline(never)]
    pub(crate) fn emit(&mut self, code: u8, operand: u32) {
        self.op(code);
        for k in 1..size(code) as u32 {
            self.byte_out((operand >> (8 * k - 8)) as u8);
        }
    }
    #[inline(always)]
    pub(crate) fn op8(&mut self, code: u8, operand: u8) {
        self.emit(code, operand as u32);
    }
    /// An instruction of two bytes on the slot of a variable.
    #[inline(always)]
    pub(crate) fn op_slot(&mut self, code: u8, var: u32) {
        self.emit(code, var >> 16);
    }
    #[inline(always)]
    pub(crate) fn op16(&mut self, code: u8, operand: u16) {
        self.emit(code, operand as u32);
    }
    #[inline(always)]
    pub(crate) fn op_name(&mut self, code: u8, name: u16) {
        self.emit(code, name as u32);
    }
    /// The operand of the instruction at `pos`, without a hint.
    #[inline(always)]
    pub(crate) fn operand(&self, pos: u32) -> u16 {
        self.operand_word(pos) as u16
    }
    #[inline(never)]
    fn operand_word(&self, pos: u32) -> u32 {
        match self.code_size(pos) {
            1 => 0,
            2 => self.code_word(pos + 1),
            _ => self.code16_word(pos + 1),
        }
    }
    #[inline(never)]
    pub(crate) fn cut_to(&mut self, pos: u32) {
        self.vm.r[reg::buf_len] = self.s[st::base] + pos;
        self.s[st::last] = NONE;
        self.s[st::lvalue] = NONE;
    }
    /// The opcode of the last instruction, if nothing jumps behind it; else NOP.
    #[inline(always)]
    pub(crate) fn last_op(&self) -> u8 {
        self.last_word() as u8
    }
    #[inline(never)]
    fn last_word(&self) -> u32 {
        if self.s[st::last] == NONE {
            op::NOP as u32
        } else {
            self.code_word(self.s[st::last])
        }
    }

    /// Notes where the statement stands that starts with the current token.
    #[cfg(feature = "lines")]
    pub(crate) fn note_line(&mut self) {
        let to = self.s[st::start];
        if to < self.s[st::place] || self.s[st::line] == 0 {
            self.s[st::place] = 0;
            self.s[st::line] = 1;
            self.s[st::line_start] = 0;
        }
        let mut at = self.s[st::place];
        self.vm.fuel -= (to - at) as i32 / 16;
        while at < to {
            at += 1;
            if self.byte(at - 1) == b'\n' {
                self.s[st::line] += 1;
                self.s[st::line_start] = at;
            }
        }
        self.s[st::place] = to;
        let column = (to - self.s[st::line_start] + 1).min(255) as u8;
        let line = self.s[st::line].min(0xffff);
        self.emit(op::LINE, line | (column as u32) << 16);
        self.label();
    }

    // ---- jumps ----

    /// Emits a jump to a place not known yet; returns where it stands. `chain` links it to another one.
    pub(crate) fn jump(&mut self, code: u8, chain: u32) -> u32 {
        let mut code = code;
        if matches!(code, op::J_TRUE | op::J_FALSE) {
            let last = self.last_op();
            let pos = self.s[st::last];
            if (op::LT..=op::SNE).contains(&last) {
                let fused = if code == op::J_TRUE { op::JT_LT } else { op::JF_LT };
                self.cut_to(pos);
                // The comparison took two values and left one; the fused jump takes two.
                self.s[st::depth] += 1;
                code = fused + (last - op::LT);
            } else if last == op::NOT {
                self.cut_to(pos);
                code ^= op::J_TRUE ^ op::J_FALSE;
            }
        }
        let pos = self.here();
        self.op16(code, chain as u16);
        self.s[st::last] = NONE;
        pos
    }
    /// Makes the chain of jumps that ends with the one at `pos` land at `to`.
    pub(crate) fn patch_to(&mut self, mut pos: u32, to: u32) {
        while pos != NONE {
            let next = self.code16(pos + 1) as u32;
            let distance = to as i32 - (pos as i32 + 3);
            if i16::try_from(distance).is_err() {
                self.error(m!("function too large: a jump of more than 32767 bytes"));
                return;
            }
            self.set_code16(pos + 1, distance as i16 as u16);
            pos = next;
        }
    }
    /// The same, to the next instruction.
    pub(crate) fn patch_here(&mut self, pos: u32) {
        self.label();
        let here = self.here();
        self.patch_to(pos, here)
    }
    /// Something may jump here: no instruction may be merged with one before.
    #[inline(never)]
    pub(crate) fn label(&mut self) {
        self.s[st::last] = NONE;
        self.s[st::lvalue] = NONE;
        self.s[st::post_end] = NONE;
    }
    pub(crate) fn jump_back(&mut self, code: u8, to: u32) {
        let pos = self.jump(code, NONE);
        self.patch_to(pos, to)
    }

    /// Takes the code from `from` on out, into a cell on the stack, to be put back by [`Self::paste`].
    pub(crate) fn cut(&mut self, from: u32) {
        if self.failed() {
            return;
        }
        let len = self.here() - from;
        let words = len.div_ceil(4);
        let Ok(cell) = self.vm.alloc(t::WORDS, 2 + words as usize) else {
            return self.fail();
        };
        self.vm.set_f(cell, 1, pack(len as u16, words as u16));
        let code = self.place_of(from);
        self.vm.move_bytes(code, len as usize, (cell as usize + 2) * 4);
        // Before `from` or NONE, it is far beyond the length.
        self.keep(self.s[st::last].wrapping_sub(from) & NONE);
        self.vm.push(Value::cell(cell));
        self.cut_to(from);
    }
    /// Puts the code back that the last [`Self::cut`] took.
    pub(crate) fn paste(&mut self) {
        let from = self.here();
        let len = self.vm.f_lo(self.vm.top(0).payload(), 1) as u32;
        if !self.has_room(len as usize / 4 + STATE_ROOM) {
            return;
        }
        let cell = self.vm.pop().payload();
        let code = self.place_of(from);
        self.vm.move_bytes((cell as usize + 2) * 4, len as usize, code);
        self.vm.drop_last(cell);
        self.vm.r[reg::buf_len] += len;
        let last = self.pull();
        self.s[st::last] = if last < len { from + last } else { NONE };
        self.s[st::lvalue] = NONE;
    }

    // ---- functions ----

    /// Begins a function: saves the outer one.
    pub(crate) fn open_function(&mut self, name: u16, flags: u32) {
        for i in st::fn_flags.0..st::rule.0 {
            self.keep(self.s.get(Field(i)));
        }
        let strict = self.s[st::fn_flags] & ff::STRICT;
        self.s[st::base] = self.vm.r[reg::buf_len];
        self.s[st::vars] = self.s[st::var_count];
        self.s[st::first_kid] = self.s[st::kids];
        self.s[st::depth] = 0;
        self.s[st::max_depth] = 0;
        self.s[st::locals] = 0;
        self.s[st::params] = 0;
        self.s[st::fn_flags] = flags | strict;
        self.s[st::control] = 0;
        self.s[st::name] = name as u32;
        self.label();
    }
    /// Ends a function: its code cell joins the inner functions of the outer one, whose state comes back.
    /// Result: the number of the inner function, and `flags`.
    #[inline(never)]
    pub(crate) fn leave_function(&mut self, flags: u32) {
        let code = self.finish_code();
        if self.failed() {
            return;
        }
        self.vm.push(Value::cell(code));
        // The value lies above the saved words: take it into the list first.
        self.s[st::kids] = self.s[st::first_kid];
        self.add_entry(reg::kids, st::kids, t::NAMES, 0);
        if self.failed() {
            return;
        }
        self.vm.drop_n(1);
        for word in self.s.range(st::fn_flags, st::rule).iter_mut().rev() {
            *word = self.vm.pop().as_int() as u32;
        }
        let kid = self.s[st::kids] - 1 - self.s[st::first_kid];
        if kid > 255 {
            self.error(m!("more than 255 functions in one function"));
        }
        self.s[st::acc] = kid | flags;
    }
    /// Completes the code in the buffer, and moves it into a CODE cell.
    pub(crate) fn finish_code(&mut self) -> u16 {
        self.op(op::RETURN_UNDEF);
        let entry = self.close_function();
        let len = self.here() as usize;
        let captures = self.capture_count();
        let kids = (self.s[st::kids] - self.s[st::first_kid]) as usize;
        let slots = self.s[st::locals] as usize;
        if len > 0xffff || captures > 255 || slots > 200 || kids > 255 {
            self.error(m!("function too large"));
        }
        if self.failed() {
            return 0;
        }
        let Ok(cell) = self.vm.alloc(
            t::CODE | self.s[st::fn_flags] << ff::SHIFT,
            4 + captures + kids.div_ceil(2) + len.div_ceil(4),
        ) else {
            self.fail();
            return 0;
        };
        self.vm.set_f(
            cell,
            1,
            len as u32 | (captures as u32) << 16 | (kids as u32) << 24,
        );
        self.vm.set_f(
            cell,
            2,
            self.s[st::name] | self.s[st::params] << 16 | (slots as u32) << 24,
        );
        self.vm
            .set_f(cell, 3, pack(self.s[st::max_depth] as u16 + 2, entry as u16));
        self.store_captures(cell);
        for i in 0..kids {
            let kid = self.kid(self.s[st::first_kid] + i as u32);
            self.vm.add_half(cell, 4 + captures, i, kid);
        }
        let from = self.place_of(0);
        let to = (cell as usize + 4 + captures + kids.div_ceil(2)) * 4;
        self.vm.move_bytes(from, len, to);
        self.vm.r[reg::buf_len] = self.s[st::base];
        self.s[st::var_count] = self.s[st::vars];
        cell
    }
    pub(crate) fn code_size(&self, pos: u32) -> u32 {
        size(self.code(pos)) as u32
    }
}
