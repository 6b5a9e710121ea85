// finally: always runs, and what it completes with wins.
var log = "";
function a() { try { return "try"; } finally { log += "f"; } }
same(a() + log, "tryf", "runs after return");
function b() { try { return "try"; } finally { return "finally"; } }
same(b(), "finally", "its return wins");
function c() { try { throw 1; } finally { return "finally"; } }
same(c(), "finally", "over a throw too");
function d() { try { throw 1; } catch (e) { return "catch"; } finally { return "finally"; } }
same(d(), "finally", "over a return of catch");
function e() { try { throw 1; } catch (x) { throw 2; } finally { return "finally"; } }
same(e(), "finally", "over a throw of catch");
function f() { try { return 1; } finally { throw 2; } }
var r;
try { f(); } catch (x) { r = x; }
same(r, 2, "its throw wins over return");
function g() { try { throw 1; } finally { throw 2; } }
try { g(); } catch (x) { r = x; }
same(r, 2, "and over a throw");
function h() { for (;;) { try { return 1; } finally { break; } } return "after"; }
same(h(), "after", "its break wins over return");
function i() { for (var n = 0; n < 3; n++) { try { throw n; } finally { continue; } } return n; }
same(i(), 3, "its continue wins over throw");
function j() { var x = 1; try { return x; } finally { x = 2; } }
same(j(), 1, "the returned value is already there");
function k() { var x = { v: 1 }; try { return x; } finally { x.v = 2; } }
same(k().v, 2, "but an object can be changed");
function l() { try { return "a"; } finally { try { return "b"; } finally { return "c"; } } }
same(l(), "c", "nested in finally");
log = "";
function m() { try { try { log += 1; throw "x"; } finally { log += 2; } } catch (x) { log += x; } finally { log += 3; } log += 4; }
m();
same(log, "12x34", "order of two levels");
log = "";
(function () { try { log += "t"; } finally { log += "f"; } log += "e"; })();
same(log, "tfe", "nothing happened");
log = "";
for (var n = 0; n < 3; n++) { try { if (n === 1) continue; log += "t" + n; } finally { log += "f" + n; } }
same(log, "t0f0f1t2f2", "continue runs it");
log = "";
for (n = 0; n < 3; n++) { try { if (n === 1) break; log += "t" + n; } finally { log += "f" + n; } }
same(log, "t0f0f1", "break runs it");
function o() { try { return log = "value"; } finally { log += "!"; } }
same(o() + log, "valuevalue!", "the expression of return is evaluated first");
function p() { lab: try { return 1; } finally { break lab; } return 2; }
same(p(), 2, "break to a label cancels the return");
function q() { try { throw 1; } catch (x) { } finally { return "f"; } }
same(q(), "f", "after a catch that swallows");
function s() { var t = ""; try { t += 1; try { throw "i"; } catch (x) { t += x; throw "j"; } finally { t += 2; } } catch (x) { t += x; } finally { t += 3; } return t; }
same(s(), "1i2j3", "throw from catch runs its finally first");
function u() { for (var k in { a: 1, b: 2 }) { try { continue; } finally { log += k; } } return log; }
log = "";
same(u(), "ab", "in a for-in");
function v() { while (true) { try { try { return 1; } finally { log = "in"; } } finally { break; } } return "out" + log; }
same(v(), "outin", "outer break cancels the inner return");
function w(x) { try { if (x) return "r"; } finally { if (x > 1) return "f"; } return "e"; }
same(w(0) + w(1) + w(2), "erf", "finally that sometimes returns");
function y() { try { return (function () { try { throw 1; } finally { log = "inner"; } })(); } catch (e) { return "caught" + e + log; } }
same(y(), "caught1inner", "across functions");
function z(n) { try { return n && z(n - 1); } finally { log += n; } }
log = "";
z(3);
same(log, "0123", "recursion");
function aa() { var x = 0; try { x = 1; throw 0; } catch (e) { x += 10; return x; } finally { x += 100; log = x; } }
same(aa() + log, 122, "value of a return in catch against later changes");
function bb() { switch (1) { case 1: try { break; } finally { log = "sw"; } } return log; }
same(bb(), "sw", "break of a switch");
function cc() { do { try { continue; } finally { log = "do"; } } while (false); return log; }
same(cc(), "do", "continue of do");
function dd() { try { } finally { return 5; } }
same(dd(), 5, "empty try");
