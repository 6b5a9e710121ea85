// Labels, break and continue to them.
var n = 0;
outer: for (var i = 0; i < 5; i++) {
  for (var j = 0; j < 5; j++) {
    if (j === 2) continue outer;
    if (i === 3) break outer;
    n++;
  }
}
same(n, 6, "continue and break of the outer loop");
same(i, 3, "left at the break");
block: { n = 1; if (n) break block; n = 2; }
same(n, 1, "break of a block");
a: b: for (i = 0; i < 3; i++) { if (i === 1) continue a; if (i === 2) break b; }
same(i, 2, "two labels on a loop");
w: while (true) { do { break w; } while (true); }
same(true, true, "out of do inside while");
n = 0;
d: do { n++; for (;;) { if (n < 3) continue d; break d; } } while (n < 10);
same(n, 3, "continue of an outer do");
n = "";
x: for (var k in { p: 1, q: 2, r: 3 }) { for (;;) { if (k === "q") continue x; break; } n += k; }
same(n, "pr", "continue of an outer for-in");
s: switch (1) { case 1: for (;;) { break s; } n = "not"; }
same(n, "pr", "break of a switch from a loop inside");
i = 0;
l: for (;;) { switch (i++) { case 3: break l; default: continue l; } }
same(i, 4, "continue of a loop from a switch");
function f() { l: { m: { return "in"; } } }
same(f(), "in", "return from labelled blocks");
lab: if (true) { n = 1; break lab; }
same(n, 1, "label on an if");
same((function () { lab: for (var i = 0; ; i++) { (function () { lab: for (;;) break lab; })(); if (i > 1) break lab; } return i; })(), 2, "the same label in an inner function");
var lab = 5;
lab: for (;;) break lab;
same(lab, 5, "a label is no variable");
n = 0;
one: for (;;) { two: for (;;) { three: for (;;) { n++; break two; } } break one; }
same(n, 1, "middle of three");
n = 0;
p: for (i = 0; i < 2; i++) { q: for (j = 0; j < 2; j++) { for (k = 0; k < 2; k++) { n++; if (k === 0) continue q; } } }
same(n, 4, "continue of the middle loop");
e: try { break e; } finally { n = "fin"; }
same(n, "fin", "break out of a labelled try runs finally");
n = "";
g: for (i = 0; i < 3; i++) { try { continue g; } finally { n += i; } }
same(n, "012", "continue through finally");
n = "";
h: for (i = 0; i < 3; i++) { try { if (i === 1) break h; } finally { n += i; } }
same(n, "01", "break through finally");
n = "";
for (i = 0; i < 2; i++) { try { try { continue; } finally { n += "a"; } } finally { n += "b"; } }
same(n, "abab", "through two");
n = "";
u: for (i = 0; i < 2; i++) { for (k in { a: 1 }) { try { continue u; } finally { n += k; } } }
same(n, "aa", "out of a for-in through finally");
v: { try { throw 1; } catch (e) { break v; } finally { n = "done"; } }
same(n, "done", "break out of a catch");
function deep() { for (var k in { a: 1 }) { try { for (;;) { try { return k; } finally { n = "r"; } } } finally { n += "s"; } } }
same(deep() + n, "ars", "return through two finally and a for-in");
empty: ;
same(i, 2, "label on an empty statement");
