// Function declarations exist from the start of their function.
same(early(), 1, "called above its declaration");
function early() { return 1; }
same(typeof late, "undefined", "a function expression is not hoisted");
var late = function () { return 2; };
same(late(), 2, "it is there after the assignment");
same(twice(), 2, "the last of two declarations wins");
function twice() { return 1; }
function twice() { return 2; }
same(typeof both, "function", "a function beats a var without value");
var both;
function both() {}
same(typeof both, "function", "after the var too");
var assigned = 1;
function assigned() {}
same(assigned, 1, "an assignment beats the function");
(function () {
  same(inner(), "in", "in a function");
  function inner() { return "in"; }
  same(mutual(4), true, "mutual recursion, even");
  same(mutual(5), false, "mutual recursion, odd");
  function mutual(n) { return n === 0 ? true : other(n - 1); }
  function other(n) { return n === 0 ? false : mutual(n - 1); }
})();
function p(a) {
  return typeof a;
  function a() {}
}
same(p(1), "function", "a function beats a parameter");
function q() {
  return typeof arguments;
  function arguments() {}
}
same(q(), "function", "and the arguments object");
function afterReturn() {
  return g();
  function g() { return 3; }
}
same(afterReturn(), 3, "declared after return");
function counter() {
  counter.n = (counter.n || 0) + 1;
  return counter.n;
}
counter();
same(counter(), 2, "a function has properties");
same(counter.length, 0, "length without parameters");
same((function (a, b, c) {}).length, 3, "length counts parameters");
var fac = function f(n) { return n < 2 ? 1 : n * f(n - 1); };
same(fac(5), 120, "an expression calls itself by its name");
same(typeof f, "undefined", "the name is not outside");
var g = function h() { h = 1; return typeof h; };
same(g(), "function", "the name cannot be assigned");
var k = function m() { var m = 1; return m; };
same(k(), 1, "but it can be hidden by a var");
var n = function o(o) { return o; };
same(n(4), 4, "or by a parameter");
same((function () { return typeof late2; })(), "undefined", "global var seen before its value");
var late2 = 1;
same(function () { return 1; }(), 1, "called at once");
same((function () { return this; }).call(5) == 5, true, "expression in parentheses");
!function () { early = null; }();
same(early, null, "a declaration is a variable");

if (true) function branch() { return 1; }
same(branch(), 1, "a function as a branch");
label: function labelled() { return 2; }
same(labelled(), 2, "a function behind a label");
