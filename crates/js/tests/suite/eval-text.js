// Text that becomes code (cargo feature `eval`): the Function constructor and indirect eval.
var indirect = eval;
same(indirect("1 + 2"), 3, "a value");
same(indirect(5), 5, "what is no text comes back");
same(indirect(""), undefined, "nothing");
same(indirect("var a = 1;"), undefined, "a declaration has no value");
same(a, 1, "a variable of the global object");
same(indirect("1; if (false) 2;"), 1, "the last value counts");
same(indirect("for (var i = 0; i < 3; i++) i * 2;"), 4, "of a loop");
same(indirect("{ 7; }"), 7, "of a block");
same(indirect("x1 = 3; x1++"), 3, "a postfix increment");
same(x1, 4, "and what it did");
same((0, eval)("this") === this, true, "this is the global object");
same(indirect("'use strict'; (function () { return this; })()"), undefined, "strict text");
(function () {
  var hidden = 1;
  same(indirect("typeof hidden"), "undefined", "it does not see the variables around");
})();
indirect("function made(n) { return n < 2 ? n : made(n - 1) + made(n - 2); }");
same(made(10), 55, "a function that stays");
throws(function () { indirect("1 +"); }, SyntaxError, "a mistake in the text");
throws(function () { indirect("throw new RangeError('x')"); }, RangeError, "an exception of the text");
try {
  indirect("\n  )");
} catch (e) {
  check(e.message.indexOf("line 2, column 3") >= 0, "where the mistake is");
}
same(indirect("(0, eval)('(0, eval)(\"42\")')"), 42, "text in text");
same(typeof indirect("(function () {})"), "function", "a function as the value");

var f = new Function("a", "b", "return a * b;");
same(f(6, 7), 42, "a function of text");
same(f.length, 2, "its length");
same(f.name, "anonymous", "its name");
same(Function("return 1")(), 1, "without new");
same(Function()(), undefined, "of nothing");
same(new Function("a, b", "c", "return a + b + c")(1, 2, 3), 6, "parameters in one text");
same(new Function("return this")() === this, true, "sloppy this");
same(new Function("'use strict'; return this")(), undefined, "strict this");
same(new Function("a // comment", "return a")(8), 8, "a comment ends with its line");
same(new Function("return typeof f2; // comment")(), "undefined", "at the end too");
same(f.constructor === Function, true, "its constructor");
same(f instanceof Function, true, "an instance");
check(typeof new f(1, 2) === "object", "a constructor itself");
same(new Function({ toString: function () { return "q"; } }, "return q + 1")(1), 2, "parameters that are objects");
throws(function () { new Function("a", "return }"); }, SyntaxError, "a bad body");
throws(function () { new Function("1", ""); }, SyntaxError, "a bad parameter");
throws(function () { new Function("}), (function () {"); }, SyntaxError, "more than one function");
var long = "";
for (i = 0; i < 400; i++) long += "n += " + i + ";\n";
same(new Function("n", long + "return n;")(0), 79800, "a longer text");
var g = [];
for (i = 0; i < 20; i++) g.push(new Function("return " + i));
same(g[7]() + g[19](), 26, "many");
function deep(n) { return n ? deep(n - 1) : new Function("a", "return a ? a * 2 : 0")(4); }
same(deep(10), 8, "from deep inside");
