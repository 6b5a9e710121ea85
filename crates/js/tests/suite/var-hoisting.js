// `var` belongs to the function, from its start.
same(early, undefined, "declared below, undefined above");
var early = 1;
same(early, 1, "assigned");
same(typeof never, "undefined", "typeof of what is not declared");
throws(function () { return never; }, ReferenceError, "reading what is not declared");
function f() {
  same(x, undefined, "inner var hides the outer one from the start");
  var x = 2;
  return x;
}
var x = 1;
same(f(), 2, "inner value");
same(x, 1, "outer untouched");
if (false) { var dead = 1; }
same(dead, undefined, "declared in code that never runs");
for (var i = 0; i < 3; i++) { var last = i; }
same(i, 3, "loop variable lives on");
same(last, 2, "and one of the body");
for (var k in { a: 1 }) {}
same(k, "a", "for-in variable lives on");
try { throw 1; } catch (e) { var inCatch = e; }
same(inCatch, 1, "var in a catch block");
var x;
same(x, 1, "declaring again changes nothing");
var x = 5;
same(x, 5, "but an initialiser assigns");
(function () {
  if (true) { var y = 1; }
  same(y, 1, "no block scope");
  { { var deep = 2; } }
  same(deep, 2, "however deep");
  switch (1) { case 0: var skipped = 1; case 1: skipped = 3; }
  same(skipped, 3, "declared in a case that was skipped");
})();
function param(a) {
  var a;
  return a;
}
same(param(7), 7, "var of a parameter's name keeps the argument");
function param2(a) {
  var a = 8;
  return a;
}
same(param2(7), 8, "unless it is assigned");
function args() {
  var arguments;
  return typeof arguments;
}
same(args(), "object", "var arguments keeps the object");
same((function () { return typeof inner; var inner = 1; })(), "undefined", "after return");
same((function () { z = 1; return z; var z; })(), 1, "assigned before the declaration");
same(typeof z, "undefined", "no global came of it");
(function () {
  lab: { var inLabel = 4; break lab; }
  same(inLabel, 4, "in a labelled block");
  while (false) var inWhile;
  same(inWhile, undefined, "as the body of a loop");
  do { var inDo = 6; } while (inDo < 6);
  same(inDo, 6, "in do-while");
  try {} finally { var inFinally = 7; }
  same(inFinally, 7, "in finally");
})();
var a1 = 1, b1 = a1 + 1, c1 = b1 + 1;
same(c1, 3, "a list is evaluated left to right");
