// let and const: block scope, dead zone, one binding per iteration.
let a = 1;
{ let a = 2; same(a, 2, "inner block"); }
same(a, 1, "outer untouched");
throws(function () { x; let x = 1; }, ReferenceError, "reading in the dead zone");
throws(function () { x = 1; let x; }, ReferenceError, "writing in it");
throws(function () { typeof x; let x; }, ReferenceError, "typeof in it");
throws(function () { { y; } let y = 1; }, ReferenceError, "from an inner block");
throws(function () { (function () { return z; })(); let z = 1; }, ReferenceError, "from a function called too early");
same((function () { function f() { return v; } let v = 5; return f(); })(), 5, "from a function called in time");
let u;
same(u, undefined, "without a value it is undefined");
const c = 5;
same(c, 5, "const");
throws(function () { const k = 1; k = 2; }, TypeError, "assigning a const");
throws(function () { const k = 1; k++; }, TypeError, "incrementing it");
throws(function () { const k = 1; k += 1; }, TypeError, "compound assignment to it");
const obj = { p: 1 };
obj.p = 2;
same(obj.p, 2, "its object can change");
same(this.a, undefined, "let is no property of the global object");
same(this.c, undefined, "nor is const");
same(a + c, 6, "but visible to functions and scripts");
same((function () { return a; })(), 1, "from a function");
let fs = [];
for (let i = 0; i < 3; i++) fs.push(function () { return i; });
same(fs.map(function (f) { return f(); }).join(), "0,1,2", "each iteration has its own");
fs = [];
for (let i = 0; i < 3; i++) { fs.push(function () { return i; }); i++; }
same(fs.map(function (f) { return f(); }).join(), "1,3", "changed in the body");
fs = [];
for (let i = 0, n = 2; i < n; i++) { let t = i * 10; fs.push(function () { return t + i; }); }
same(fs.map(function (f) { return f(); }).join(), "0,11", "and the body's own");
fs = [];
for (let k in { p: 1, q: 2 }) fs.push(function () { return k; });
same(fs.map(function (f) { return f(); }).join(), "p,q", "for-in");
fs = [];
for (const k in { p: 1, q: 2 }) fs.push(function () { return k; });
same(fs.map(function (f) { return f(); }).join(), "p,q", "for-in with const");
same(typeof i, "undefined", "not visible after the loop");
let w = 0;
while (w < 2) { let inside = w; fs[w] = function () { return inside; }; w++; }
same(fs[0]() + "" + fs[1](), "01", "let in a while body");
throws(function () { switch (1) { case 0: let s; case 1: s = 2; } }, ReferenceError, "the cases of a switch are one block, with a dead zone");
same((function () { switch (1) { case 1: let s = 3; return s; } })(), 3, "let in a case");
try { throw 1; } catch (e) { let e2 = e + 1; same(e2, 2, "let in a catch"); }
let shadow = 1;
(function () { same(shadow, 1, "outer let from a function"); { let shadow = 2; { let shadow = 3; same(shadow, 3, "three levels"); } same(shadow, 2, "two levels"); } })();
function param(p) { { let p = 2; } return p; }
same(param(1), 1, "a block hides a parameter");
same((function () { let x = 1; { var y = x; } return y; })(), 1, "var beside it");
let n = 0;
for (let i = 0; i < 3; i++) { for (let i = 0; i < 2; i++) n++; }
same(n, 6, "nested loops with the same name");
fs = [];
lab: for (let i = 0; i < 3; i++) { for (let j = 0; ; j++) { fs.push(function () { return i * 10 + j; }); if (j === 1) continue lab; } }
same(fs.map(function (f) { return f(); }).join(), "0,1,10,11,20,21", "continue of an outer loop");
fs = [];
for (let i = 0; ; i++) { fs.push(function () { return i; }); if (i === 1) break; }
same(fs[0]() + fs[1](), 1, "break");
same((function () { for (let i = 0; i < 5; i++) { try { if (i === 2) return i; } finally { n = i; } } })() + n, 4, "return through finally");
{ function inBlock() { return 1; } same(inBlock(), 1, "function in a block"); }
same((() => { "use strict"; { function g() { return 1; } } return typeof g; })(), "undefined", "which strict code does not see outside");
var letter = 1;
same(letter, 1, "a name that begins with let");
if (true) { const t = 7; same(t, 7, "const in an if"); }
const f1 = function () { return typeof f1; };
same(f1(), "function", "a const function sees itself");

(function () {
  "use strict";
  let a = 1;
  {
    let a = 2, b = a;
    same(b, 2, "let in strict code");
  }
  same(a, 1, "let of the outer block");
})();
var let_ = 0;
for (var i = 0; i < 1; i++) let_++
if (0) let // a name: the line ends
{ let_++; }
same(let_, 2, "let as a name in front of a block");
