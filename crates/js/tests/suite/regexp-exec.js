// Regular expressions (cargo feature `regexp`): literals, the constructor, exec and test, properties, lastIndex.
function groups(m) {
  if (m === null) return "null";
  var text = m.index + ":";
  for (var i = 0; i < m.length; i++) text += (i ? "," : "") + (m[i] === undefined ? "-" : m[i]);
  return text;
}
same(groups(/a|ab/.exec("abc")), "0:a", "the first alternative that fits");
same(groups(/((a)|(ab))((c)|(bc))/.exec("abc")), "0:abc,a,a,-,bc,-,bc", "groups that take no part");
same(groups(/(z)((a+)?(b+)?(c))*/.exec("zaacbbbcac")), "0:zaacbbbcac,z,ac,a,-,c", "groups are forgotten in each round");
same(groups(/(?=(a+))a*b\1/.exec("baaabac")), "3:aba,a", "look-ahead keeps its groups");
same(groups(/(.*?)a(?!(a+)b\2c)\2(.*)/.exec("baaabaac")), "0:baaabaac,ba,-,abaac", "negative look-ahead does not");
same(groups(/(a*)*/.exec("b")), "0:,-", "an empty round is none");
same(groups(/[a-c\d_-]+/.exec("xxa-9_cd")), "2:a-9_c", "class");
same(groups(/^\s*(\w+)\s*=\s*(.*?)\s*$/m.exec("# c\n  key = some value  \n")), "4:  key = some value  \n,key,some value", "lines");
same(groups(/HELLO/i.exec("say heLLo")), "4:heLLo", "ignoreCase");
same(groups(/x/.exec("abc")), "null", "no match");
same(groups(/é(.)/.exec("aé😀b")), "1:é\ud83d,\ud83d", "units, not characters");
same(/\ude00/.exec("a😀").index, 2, "the second half of a character");
same(groups(/[^]/.exec("😀".slice(1))), "0:\ude00", "a lone half");
same(groups(/(?:)/.exec("abc")), "0:", "empty pattern");
same(groups(/[/]\/[\]/]/.exec("a//]")), "1://]", "slashes in classes and escaped");

var m = /b(c)?/.exec("abd");
same(m.length, 2, "length counts the groups");
same(m.input, "abd", "input");
same(1 in m, true, "a group that took no part is there");
same(m[1], undefined, "and undefined");
same(Object.keys(m).join(), "0,1,index,input", "what is enumerable");
same(Object.prototype.toString.call(m), "[object Array]", "the result is an array");

// Where a slash starts a regular expression, and where it divides.
var a = 8, g = 2, i = 1;
same(a / 2 / g, 2, "division");
same(a /g/ i, 4, "division, no literal");
same([/]/.source, /[)}]/g.global][0], "]", "in an array");
same((function () { return /a/ })().source, "a", "behind return");
same(typeof /a/, "object", "behind typeof");
same({ a: /=/ }.a.source, "=", "behind a colon");
if (a) /x/.test("x");
{ } /y/.test("y");
same(a++ / 2, 4, "behind an increment");
same((a) / 3, 3, "behind a parenthesis");
same([9][0] / 3, 3, "behind a bracket");
same(/=a/.test("=a"), true, "a pattern that starts like an assignment");
var f = (p, q = /[)]=>{/) => q.source;
same(f(1), "[)]=>{", "in the parameters of an arrow");
var o = [function () { if (a) /"/.test(a); return /'\//.source; }, `${/`/.source}`, a / 2];
same(o[0](), "'\\/", "in what is looked at ahead");
same(o[1], "`", "in a template");
o = { if: 8, g: 2 };
o = [o.if / 2 / o.g, o.g / 2, /'/.source];
same(o.join(), "2,1,'", "behind a dot, a word is a name");

// Each evaluation makes an object.
function literal() { return /a/g; }
same(literal() === literal(), false, "a new object each time");
var re = /a(b)/gim;
same(Object.prototype.toString.call(re), "[object RegExp]", "class");
same(re instanceof RegExp, true, "instanceof");
same(re.constructor, RegExp, "constructor");
same(re.source + re.global + re.ignoreCase + re.multiline + re.flags + re.lastIndex, "a(b)truetruetruegim0", "properties");
same(String(re), "/a(b)/gim", "toString");
same(Object.getOwnPropertyNames(re).join(), "lastIndex", "its only own property");
var d = Object.getOwnPropertyDescriptor(re, "lastIndex");
same(d.writable + "," + d.enumerable + "," + d.configurable, "true,false,false", "lastIndex");
re.x = 1;
same(re.x, 1, "it is an object like others");
d = Object.getOwnPropertyDescriptor(RegExp.prototype, "global");
same(typeof d.get + "," + d.set + "," + d.get.name, "function,undefined,get global", "flags are getters");
same(RegExp.prototype.global, undefined, "the prototype has no flags");
same(RegExp.prototype.source, "(?:)", "nor a pattern");
throws(function () { d.get.call({}); }, TypeError, "getters want a regular expression");
throws(function () { "use strict"; re.global = 1; }, TypeError, "and cannot be written");
throws(function () { RegExp.prototype.exec.call({}, ""); }, TypeError, "exec wants one");

// The constructor.
same(new RegExp("a+", "g").exec("baa")[0], "aa", "new RegExp");
same(RegExp("a").test("b"), false, "RegExp as a function");
same(RegExp(re), re, "a regular expression stays itself");
var copy = new RegExp(re);
same(copy !== re && copy.source === "a(b)" && copy.flags === "gim", true, "new copies it");
same(new RegExp(re, "").flags, "", "with other flags");
same(new RegExp().source, "(?:)", "nothing");
same(new RegExp(undefined, undefined).source, "(?:)", "undefined");
same(new RegExp(null).source, "null", "null");
same(new RegExp("/").source, "\\/", "a slash is escaped");
same(new RegExp("[/]\\/").source, "[/]\\/", "unless it needs none");
same(new RegExp("\n\r\\\n\u2028").source, "\\n\\r\\n\\u2028", "ends of lines are escaped");
same(eval === undefined || new RegExp(new RegExp("/\n").source).test("/\n"), true, "and mean the same");
same(new RegExp({ toString: function () { return "b"; } }, { toString: function () { return "i"; } }).test("B"), true, "conversions");
throws(function () { new RegExp("("); }, SyntaxError, "a pattern that is none");
throws(function () { new RegExp("a", "u"); }, SyntaxError, "flags that are none");
throws(function () { new RegExp("a", "gg"); }, SyntaxError, "a flag twice");
try { new RegExp("a**"); } catch (e) { same(e.message, "nothing to repeat in a regular expression", "message"); }
same(RegExp.length, 2, "length");

// lastIndex.
re = /a/g;
var text = "abaca", at = [];
while ((m = re.exec(text))) at.push(m.index + "-" + re.lastIndex);
same(at.join(), "0-1,2-3,4-5", "a loop over all matches");
same(re.lastIndex, 0, "and back to the start");
re.lastIndex = 3;
same(re.test(text), true, "from lastIndex on");
same(re.lastIndex, 5, "behind the match");
re.lastIndex = 6;
same(re.exec(text), null, "beyond the end");
same(re.lastIndex, 0, "and reset");
re.lastIndex = -1;
same(re.exec(text).index, 0, "a negative one is zero");
re.lastIndex = { valueOf: function () { return 2.9; } };
same(re.exec(text).index, 2, "it is converted");
var once = /a/;
once.lastIndex = 4;
same(once.exec(text).index, 0, "without g it does not count");
same(once.lastIndex, 4, "and stays");
Object.defineProperty(re, "lastIndex", { value: 5, writable: false });
throws(function () { re.exec(text); }, TypeError, "it cannot be written");
re = /😀/g;
re.test("x😀😀");
same(re.lastIndex, 3, "counted in units");
same(re.exec("x😀😀").index, 3, "from units");
re = /./g;
re.lastIndex = 2;
same(re.exec("x😀").index, 2, "from the middle of a character");

// compile
re = /a/g;
re.lastIndex = 1;
same(re.compile("b+", "i"), re, "compile gives the same object");
same(String(re) + re.lastIndex, "/b+/i0", "which is another one now");
throws(function () { re.compile("("); }, SyntaxError, "compile of what is none");
same(re.test("B"), true, "leaves it as it was");

// Long texts and much to go back to.
var long = "";
for (i = 0; i < 200; i++) long += "ab";
same(/^(?:ab)*$/.test(long), true, "many rounds");
same(/^(a|b)*?c|(?:a|b)+$/.exec(long)[0].length, 400, "and back");
same(/(\w+)\1/.exec(long)[1].length, 200, "the longest that comes twice");
same(/(x+x+)+y/.test("xxxxxxxxxx"), false, "nothing but time");
