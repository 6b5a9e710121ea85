// switch: strict comparison, fall through, default anywhere.
function f(x) {
  var r = "";
  switch (x) {
    case 1: r += "1";
    case 2: r += "2"; break;
    default: r += "d";
    case 3: r += "3"; break;
    case "1": r += "s";
  }
  return r;
}
same(f(1), "12", "falls through");
same(f(2), "2", "break ends");
same(f(3), "3", "after default");
same(f(9), "d3", "default in the middle falls through");
same(f("1"), "s", "strict comparison");
same(f(NaN), "d3", "NaN matches nothing");
same(f(undefined), "d3", "undefined");
function noDefault(x) { switch (x) { case 1: return "a"; } return "none"; }
same(noDefault(1) + noDefault(2), "anone", "without default");
function first(x) { switch (x) { default: return "d"; case 1: return "1"; } }
same(first(1), "1", "default first does not hide a case");
same(first(2), "d", "default first");
var log = "";
function t(x) { log += x; return x; }
switch (t(2)) { case t(1): case t(2): case t(3): }
same(log, "212", "cases are evaluated in order until one matches");
switch (true) { case 1 > 2: log = "a"; break; case 2 > 1: log = "b"; break; default: log = "c"; }
same(log, "b", "switch (true)");
switch (0) { case -0: log = "zero"; }
same(log, "zero", "zeros are equal");
switch (1) {}
same(log, "zero", "empty");
switch (5) { default: log = "only"; }
same(log, "only", "only default");
var i, n = "";
for (i = 0; i < 4; i++) { switch (i) { case 1: continue; case 3: break; default: n += i; } n += ";"; }
same(n, "0;2;;", "continue in a switch in a loop");
function nested(a, b) { switch (a) { case 1: switch (b) { case 1: return "11"; default: break; } return "1x"; default: return "x"; } }
same(nested(1, 1) + nested(1, 2) + nested(2, 1), "111xx", "nested");
function vars(x) { switch (x) { case 0: var y = "init"; break; case 1: y = "other"; } return y; }
same(vars(0) + vars(1) + vars(2), "initotherundefined", "var in a case");
var o = {};
switch (o) { case {}: log = "no"; break; case o: log = "same object"; }
same(log, "same object", "objects by identity");
switch ("a" + "b") { case "ab": log = "text"; }
same(log, "text", "built text");
switch (1.5 + 1.5) { case 3: log = "three"; }
same(log, "three", "double that is whole");
switch (null) { case undefined: log = "no"; break; case null: log = "null"; }
same(log, "null", "null is not undefined");
function group(c) { switch (c) { case "a": case "e": case "i": return "vowel"; case "y": return "maybe"; default: return "other"; } }
same(group("e") + group("y") + group("z"), "vowelmaybeother", "grouped cases");
function big(x) { switch (x) { case 0: return 0; case 1: return 1; case 2: return 4; case 3: return 9; case 4: return 16; case 5: return 25; case 6: return 36; case 7: return 49; } }
same(big(0) + big(3) + big(7), 58, "many cases");
same(big(8), undefined, "and none of them");
function thrown(x) { try { switch (x) { case 1: throw "t"; default: return "d"; } } catch (e) { return e; } finally { log += "f"; } }
same(thrown(1) + thrown(2) + log, "tdnullff", "throw and return out of a switch");
var count = 0;
switch (count++) { case 0: count += 10; break; case 1: count += 100; }
same(count, 11, "the value is evaluated once");
lab: switch (1) { case 1: switch (2) { case 2: break lab; } count = 0; }
same(count, 11, "break to the outer switch");
same((function () { switch (1) { case 1: for (var i = 0; i < 9; i++) { switch (i) { case 5: return i; } } } })(), 5, "return from a loop in a switch");
