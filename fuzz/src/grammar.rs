//! Scripts that the bytes of a fuzzer choose: always JavaScript, always ending, and printing what they come to, so that two runs
//! or two engines can be compared.

use std::fmt::Write;

/// Prints values so that engines need not agree on the text of functions.
const PRELUDE: &str = "
function show(v, deep) {
  if (typeof v === 'function') return 'function ' + v.length;
  if (typeof v === 'number' && v === 0) return 1 / v > 0 ? '0' : '-0';
  if (typeof v === 'string') return '<' + v + '>';
  if (v === null || typeof v !== 'object') return String(v);
  if (deep > 2) return '...';
  var keys = Object.keys(v), s = Array.isArray(v) ? '[' + v.length : '{';
  for (var i = 0; i < keys.length && i < 12; i++) s += ' ' + keys[i] + ':' + show(v[keys[i]], deep + 1);
  return s;
}
function out(v) { print(show(v, 0)); }
var a = 1, b = 'xyz', c = [1, 2.5, 'q'], d = { k: 1, get g() { return this.k + 1; }, set g(v) { this.k = v; } }, turns = 0;
function f(p, q) { return p + (q || 0); }
";

struct Maker<'b> {
    bytes: std::slice::Iter<'b, u8>,
    text: String,
    depth: u32,
    names: u32,
    /// Names that can be read here besides the global ones.
    scope: Vec<String>,
    in_function: bool,
    loops: u32,
}

/// The script of these bytes.
pub fn script(bytes: &[u8]) -> String {
    let mut maker = Maker {
        bytes: bytes.iter(),
        text: PRELUDE.to_string(),
        depth: 0,
        names: 0,
        scope: Vec::new(),
        in_function: false,
        loops: 0,
    };
    while maker.bytes.len() > 0 {
        maker.text.push_str("try {\n");
        maker.block(3);
        maker
            .text
            .push_str("} catch (e) { print('threw ' + (e && e.name || show(e, 0))); }\n");
    }
    maker
        .text
        .push_str("out(a); out(b); out(c); out(d); out(turns);\n");
    maker.text
}

const LITERALS: &[&str] = &[
    "0",
    "1",
    "-1",
    "7",
    "2.5",
    "-0",
    "1e21",
    "1073741823",
    "-1073741824",
    "4294967295",
    "0.1",
    "''",
    "'a'",
    "'10'",
    "'k'",
    "'\\u20ac\\ud83d\\ude00'",
    "true",
    "false",
    "null",
    "undefined",
    "NaN",
    "Infinity",
    "[]",
    "{}",
];
const BINARY: &[&str] = &[
    "+", "-", "*", "/", "%", "<<", ">>", ">>>", "&", "|", "^", "<", "<=", ">", ">=", "==", "!=", "===",
    "!==", "&&", "||", ",",
];
const METHODS: &[&str] = &[
    "c.slice(#, #)",
    "c.concat(#)",
    "c.join(#)",
    "c.indexOf(#)",
    "c.push(#)",
    "c.pop()",
    "c.shift()",
    "c.unshift(#)",
    "c.reverse()",
    "c.splice(#, 1, #)",
    "c.map(x => [x, #])",
    "c.filter(x => x > #)",
    "c.reduce((x, y) => x + y, #)",
    "c.slice().sort()",
    "c.some(x => x === #)",
    "c.lastIndexOf(#)",
    "String(#)",
    "Number(#)",
    "Boolean(#)",
    "Object.keys(Object(#))",
    "String(#).charAt(#)",
    "String(#).charCodeAt(1)",
    "String(#).indexOf(#)",
    "String(#).slice(#, #)",
    "String(#).substring(#)",
    "String(#).split(#)",
    "String(#).replace('a', #)",
    "String(#).toUpperCase()",
    "String(#).trim()",
    "String(#).concat(#)",
    "Math.floor(#)",
    "Math.max(#, #)",
    "Math.round(#)",
    "Math.abs(#)",
    "parseInt(#, 10)",
    "parseFloat(#)",
    "isNaN(#)",
    "Object.getOwnPropertyDescriptor(d, 'k').value",
    "d.hasOwnProperty(#)",
    "f.call(null, #, #)",
    "f.apply(d, [#])",
    "f.bind(null, #)(#)",
    "Object.create(d).k",
    "Array.isArray(#)",
    "(12.345).toFixed(1)",
    "Object.isFrozen(d)",
    "Number('0x1f')",
    "[#, , #].length",
    "(function () { return arguments.length; })(#, ...[#])",
    "((x = #, ...y) => [x, y])(#)",
    "c.includes(#)",
    "c.find(x => x > #)",
    "c.slice().fill(#, 1)",
    "String(#).includes(#)",
    "String(#).padStart(9, #)",
    "String(#).repeat(2)",
    "Array.from(String(#))",
    "JSON.stringify(#)",
    "JSON.stringify(d, null, #)",
    "JSON.parse(JSON.stringify([#, #, 'x']))",
    "JSON.parse(String(#))",
    "JSON.parse('[1,{\"k\":2}]', (k, v) => k === '0' ? # : v)",
    "new Uint8Array([#, #, #])",
    "new Int16Array([#, #]).map(x => x * 2)",
    "new Float32Array([#])[0]",
    "new Uint8Array(new Uint16Array([#, #]).buffer, 1, 2)",
    "new Uint8ClampedArray([#, #]).join(#)",
    "new Uint32Array([#, #, #]).subarray(1).sort()",
    "new DataView(new ArrayBuffer(8)).getInt16(#)",
    "Uint8Array.from([#, #]).slice(#)[0]",
    "new Date(#).getTime()",
    "new Date(2020, #, #).toISOString()",
    "Date.parse(String(#))",
    "(0, eval)(String(#))",
    "new Function('p', 'return p')(#)",
    "Function('q', String(#))(#)",
    "Math.hypot(3, #)",
    "Math.imul(#, #)",
    "/(a|b)*c?/.exec(String(#))",
    "String(#).replace(/[a-z]+/g, x => x + #)",
];

impl Maker<'_> {
    fn byte(&mut self) -> usize {
        self.bytes.next().map_or(0, |byte| usize::from(*byte))
    }
    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.byte() % from.len()]
    }
    fn new_name(&mut self) -> String {
        self.names += 1;
        format!("v{}", self.names)
    }
    /// A variable that can be read.
    fn name(&mut self) -> String {
        let at = self.byte() % (4 + self.scope.len());
        match ["a", "b", "c", "d"].get(at) {
            Some(name) => (*name).to_string(),
            None => self.scope[at - 4].clone(),
        }
    }
    /// An expression in parentheses, where it is one of several tokens.
    fn expression(&mut self) -> String {
        self.depth += 1;
        let choice = if self.depth > 5 {
            self.byte() % 2
        } else {
            self.byte() % 15
        };
        let text = match choice {
            0 => self.pick(LITERALS).to_string(),
            1 => self.name(),
            2 | 3 => format!(
                "({} {} {})",
                self.expression(),
                self.pick(BINARY),
                self.expression()
            ),
            4 => format!(
                "({} ? {} : {})",
                self.expression(),
                self.expression(),
                self.expression()
            ),
            5 => {
                let operator = self.pick(&["-", "+", "!", "~", "typeof ", "void "]);
                format!("({operator} {})", self.expression())
            }
            6 => {
                let form = self.pick(&[
                    "a = #", "a += #", "b += #", "c[1] = #", "d.k = #", "d.g = #", "a++", "--a", "d[#] = #",
                    "a |= #",
                ]);
                format!("({})", self.fill(form))
            }
            7 | 8 => {
                let form = self.pick(METHODS);
                self.fill(form)
            }
            9 => self.fill("[#, #]"),
            10 => {
                let form = self.pick(&[
                    "({ k: #, l: # })",
                    "({ a, b, m() { return #; } })",
                    "({ [#]: # })",
                    "({ ...d, z: # })",
                    "[#, ...c]",
                ]);
                self.fill(form)
            }
            11 => {
                let form = self.pick(&[
                    "d.k",
                    "d.g",
                    "c[0]",
                    "c[#]",
                    "c.length",
                    "d[#]",
                    "String(#).length",
                    "('k' in d)",
                    "(# in d)",
                    "delete d.l",
                    "(c instanceof Array)",
                ]);
                self.fill(form)
            }
            12 => self.fill("`x${#}y${#}`"),
            13 => self.fill("(x => [x, #])(#)"),
            _ => self.fill("f(#, #)"),
        };
        self.depth -= 1;
        text
    }
    /// The form with an expression for each `#`.
    fn fill(&mut self, form: &str) -> String {
        let mut pieces = form.split('#');
        let mut text = pieces.next().unwrap_or_default().to_string();
        for piece in pieces {
            text += &self.expression();
            text += piece;
        }
        text
    }
    /// Up to `most` statements.
    fn block(&mut self, most: usize) {
        let scope = self.scope.len();
        for _ in 0..=self.byte() % most {
            self.statement();
        }
        self.scope.truncate(scope);
    }
    fn braces(&mut self) {
        self.text.push_str("{\n");
        self.block(3);
        self.text.push_str("}\n");
    }
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.text, "{text}");
    }
    fn statement(&mut self) {
        self.depth += 1;
        let choice = if self.depth > 4 {
            self.byte() % 3
        } else {
            self.byte() % 16
        };
        match choice {
            0 | 1 => {
                let line = self.fill("out(#);");
                self.line(&line);
            }
            2 => {
                let line = self.fill("#;");
                self.line(&line);
            }
            3 | 4 => {
                let (word, name) = (self.pick(&["var", "let", "const"]), self.new_name());
                let value = self.expression();
                self.line(&format!("{word} {name} = {value};"));
                self.scope.push(name);
            }
            5 => {
                let condition = self.expression();
                self.line(&format!("if ({condition})"));
                self.braces();
                self.line("else");
                self.braces();
            }
            6 => self.bounded_loop(),
            7 => {
                let (word, name) = (self.pick(&["var", "let", "const"]), self.new_name());
                let over = self.pick(&[
                    "in d",
                    "in c",
                    "of c.slice(0, 5)",
                    "of String(b).slice(0, 5)",
                    "of [1, 'z']",
                    "in 'ab'",
                ]);
                self.line(&format!("for ({word} {name} {over})"));
                self.scope.push(name);
                self.loops += 1;
                self.braces();
                self.loops -= 1;
                self.scope.pop();
            }
            8 => {
                self.line("try");
                self.braces();
                let form = self.pick(&[
                    "catch (e) { out(e && e.name); }",
                    "finally { turns++; }",
                    "catch (e) {} finally { out(a); }",
                ]);
                self.line(form);
            }
            9 => {
                let line = self.fill("throw #;");
                self.line(&format!("if (turns++ % 3 === 1) {line}"));
            }
            10 => {
                let value = self.expression();
                self.line(&format!("switch ({value}) {{ case 1:"));
                self.block(2);
                self.line(if self.depth % 2 == 0 {
                    "break; case 'a':"
                } else {
                    "default:"
                });
                self.block(2);
                self.line("}");
            }
            11 | 12 => self.function(),
            13 => {
                let (x, y) = (self.new_name(), self.new_name());
                let form = self.pick(&[
                    "[@ = #, ...%] = c",
                    "{ k: @ = #, ...% } = d",
                    "[@, [%] = [#]] = [#]",
                    "{ length: @, [0]: % = # } = c",
                ]);
                let pattern = form.replace('@', &x).replace('%', &y);
                let line = self.fill(&format!("let {pattern};"));
                self.line(&line);
                self.scope.extend([x, y]);
            }
            14 if self.in_function => {
                let line = self.fill("if (#) return #;");
                self.line(&line);
            }
            14 if self.loops > 0 => {
                let line = self.fill("if (#) ");
                let jump = self.pick(&["break;", "continue;"]);
                self.line(&format!("{line}{jump}"));
            }
            _ => self.braces(),
        }
        self.depth -= 1;
    }
    /// At most four turns, and at most a hundred in the whole run.
    fn bounded_loop(&mut self) {
        let name = self.new_name();
        let word = self.pick(&["var", "let"]);
        self.line(&format!(
            "for ({word} {name} = 0; {name} < 4 && turns++ < 100; {name}++)"
        ));
        self.scope.push(name);
        self.loops += 1;
        self.braces();
        self.loops -= 1;
        self.scope.pop();
    }
    fn function(&mut self) {
        let (name, x, y) = (self.new_name(), self.new_name(), self.new_name());
        let parameters = self.pick(&["@, %", "@ = 1, ...%", "{ k: @ } = d, %", "[@, %] = c"]);
        let parameters = parameters.replace('@', &x).replace('%', &y);
        // Not a name of the scope: it cannot call itself.
        self.line(&format!("function {name}({parameters}) {{"));
        let outer = (
            self.in_function,
            std::mem::take(&mut self.loops),
            self.scope.len(),
        );
        self.in_function = true;
        self.scope.extend([x, y]);
        self.block(3);
        let line = self.fill("return #;");
        self.line(&line);
        self.scope.truncate(outer.2);
        (self.in_function, self.loops) = (outer.0, outer.1);
        self.line("}");
        let call = self.fill(&format!("if (turns++ < 100) out({name}(#, #));"));
        self.line(&call);
    }
}
