// Template literals.
const a = 1, b = "two";
same(`plain`, "plain", "no substitution");
same(``, "", "empty");
same(`${a}`, "1", "only one");
same(`a=${a}`, "a=1", "at the end");
same(`${a}=a`, "1=a", "at the start");
same(`${a}${b}`, "1two", "two in a row");
same(`x${a}y${b}z`, "x1ytwoz", "between");
same(`${a + 1}`, "2", "expression");
same(`${`in ${a}`}`, "in 1", "nested");
same(`${`${`${a}`}`}`, "1", "nested three deep");
same(`line
two`, "line\ntwo", "line end");
same(`a\nb`, "a\nb", "escape");
same(`\``, "`", "escaped backtick");
same(`\${a}`, "${a}", "escaped dollar");
same(`$a`, "$a", "dollar alone");
same(`$`, "$", "only a dollar");
same(`$${a}`, "$1", "dollar before a substitution");
same(`{${a}}`, "{1}", "braces around");
same(`}`, "}", "closing brace");
same(`\u0041\x42`, "AB", "numeric escapes");
same(`a\
b`, "ab", "line continuation");
same(`${{ k: 5 }.k}`, "5", "object literal inside");
same(`${(() => { return "f"; })()}`, "f", "function inside");
same(`${[1, 2]}`, "1,2", "array");
same(`${null} ${undefined} ${true}`, "null undefined true", "other values");
same(`${{ toString() { return "t"; }, valueOf() { return "v"; } }}`, "t", "objects by toString");
same(`${1.5}`, "1.5", "fraction");
same(`${-0}`, "0", "minus zero");
same(typeof `x`, "string", "typeof");
same(`abc`.length, 3, "method of it");
same(`a` + `b`, "ab", "joined");
same(`${a ? `y${b}` : `n`}`, "ytwo", "conditional inside");
same(`é€😀${a}`, "é€😀1", "beyond ASCII");
same(`'"`, "'\"", "quotes");
same(`// no comment ${a} /* none */`, "// no comment 1 /* none */", "no comments inside");
same({ [`k${a}`]: 1 }.k1, 1, "as computed key");
let log = "";
const t = v => { log += v; return v; };
same(`${t(1)}${t(2)}${t(3)}`, "123", "three calls");
same(log, "123", "left to right");
throws(() => `${(() => { throw new RangeError("x"); })()}`, RangeError, "throw inside");
switch (`one`) { case "one": log = "hit"; }
same(log, "hit", "in a switch");
