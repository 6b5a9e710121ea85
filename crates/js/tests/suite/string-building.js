// Building long strings piece by piece.
var s = "";
for (var i = 0; i < 500; i++) s += "x";
same(s.length, 500, "five hundred characters");
same(s.charAt(499), "x", "the last");
s = "";
for (i = 0; i < 100; i++) s += i + ",";
same(s.length, 290, "numbers joined");
same(s.slice(-6), "98,99,", "the end");
var front = "";
for (i = 0; i < 20; i++) front = i + front;
same(front, "191817161514131211109876543210", "prepended");
var parts = [];
for (i = 0; i < 50; i++) parts.push("item" + i);
s = parts.join(";");
same(s.length, 339, "join of fifty");
same(s.split(";").length, 50, "and split");
same(s.split(";")[49], "item49", "the last piece");
var twice = "ab";
for (i = 0; i < 8; i++) twice += twice;
same(twice.length, 512, "doubled");
same(twice.lastIndexOf("ab"), 510, "searched from the end");
same(twice.indexOf("ba"), 1, "searched from the start");
function rev(t) { var r = ""; for (var i = t.length; i--;) r += t.charAt(i); return r; }
same(rev("motebox"), "xobetom", "reversed");
same(rev(rev("abc")) === "abc", true, "twice");
function pad(n, w) { n = "" + n; while (n.length < w) n = "0" + n; return n; }
same(pad(7, 3) + pad(1234, 3), "0071234", "padded");
function hex(b) { return "0123456789abcdef".charAt(b >> 4) + "0123456789abcdef".charAt(b & 15); }
s = "";
for (i = 0; i < 256; i += 51) s += hex(i);
same(s, "00336699ccff", "hex by hand");
var counts = {};
var text = "the cat and the dog and the bird";
text.split(" ").forEach(function (w) { counts[w] = (counts[w] || 0) + 1; });
same(counts.the + "" + counts.and + counts.cat, "321", "words counted");
var key = "";
for (i = 0; i < 5; i++) key += "k";
var o = {};
o[key] = 1;
same(o.kkkkk, 1, "a built text as key");
same(o["kk" + "kkk"], 1, "built another way");
same(key === "kkkkk", true, "equal to a literal");
same("a" + 1 + true + null + undefined + 1.5 + [1, 2] + {}, "a1truenullundefined1.51,2[object Object]", "all kinds");
var t = "abc";
var u = t;
t += "d";
same(u, "abc", "the old one is not changed");
function rle(x) { var r = "", n = 1; for (var i = 0; i < x.length; i++) { if (x[i] === x[i + 1]) n++; else { r += x[i] + n; n = 1; } } return r; }
same(rle("aaabbc"), "a3b2c1", "run lengths");
s = "";
for (var k in { a: 1, b: 2 }) s += k + "=" + { a: 1, b: 2 }[k] + "&";
same(s, "a=1&b=2&", "a query");
same(("" + s).substring(0, s.length - 1), "a=1&b=2", "the last cut off");
var rows = [];
for (i = 1; i <= 3; i++) { var row = []; for (var j = 1; j <= 3; j++) row.push(i * j); rows.push(row.join(" ")); }
same(rows.join("|"), "1 2 3|2 4 6|3 6 9", "a table");
same(new Array(6).join("ab"), "ababababab", "repeated by join");
same(escapeText("<a&b>"), "&lt;a&amp;b&gt;", "replaced character by character");
function escapeText(x) { var r = ""; for (var i = 0; i < x.length; i++) { var c = x.charAt(i); r += c === "<" ? "&lt;" : c === ">" ? "&gt;" : c === "&" ? "&amp;" : c; } return r; }
same(isPalin("level") && !isPalin("levels"), true, "palindrome");
function isPalin(x) { return x === x.split("").reverse().join(""); }
