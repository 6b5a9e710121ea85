// Regular expressions (cargo feature `regexp`) in the methods of strings: match, search, replace, split.
same("abc".match(/b/).index, 1, "match without g is exec");
same("aBbAb".match(/b/gi).join(), "B,b,b", "match with g");
same("abc".match(/x/g), null, "no match");
same("aaa".match(/a*?/g).join("|"), "|||", "empty matches go on");
same("a😀".match(/(?:)/g).length, 4, "by units");
same("abc".match("b").index, 1, "match makes a regular expression");
same("a.c".match(".").index, 0, "of the text");
same("abc".match().length, 1, "of nothing");
var re = /a/g;
re.lastIndex = 2;
same("aaa".match(re).length, 3, "match starts at the start");
same(re.lastIndex, 0, "and leaves it there");

same("abc".search(/c/), 2, "search");
same("abc".search(/x/), -1, "search finds nothing");
same("a.c".search("\\."), 1, "search makes a regular expression");
re = /c/g;
re.lastIndex = 3;
same("abc".search(re), 2, "lastIndex is not read");
same(re.lastIndex, 3, "nor written");
same("é😀x".search(/x/), 3, "search counts units");

same("abcabc".replace(/b/, "x"), "axcabc", "replace once");
same("abcabc".replace(/b/g, "x"), "axcaxc", "replace all");
same("abc".replace(/x/g, "y"), "abc", "replace nothing");
same("abc".replace(/(?:)/g, "-"), "-a-b-c-", "replace what is empty");
same("John Smith".replace(/(\w+)\s(\w+)/, "$2, $1"), "Smith, John", "groups");
same("abc".replace(/(b)/, "[$`|$&|$'|$$|$1|$2|$0|$01|$10|$]"), "a[a|b|c|$|b|$2|$0|b|b0|$]c", "what $ stands for");
same("abcdefghijkl".replace(/(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)/, "$11-$10-$1-$12"), "k-j-a-a2l", "two digits");
same("ab".replace(/(x)?b/, "[$1]"), "a[]", "a group that took no part");
same("abc".replace(/b/, function (m, at, s) { return m + at + s; }), "ab1abcc", "a function");
same("a1b22".replace(/([a-z])(\d+)/g, function (m, letter, digits, at) { return digits + letter + at; }), "1a022b2", "gets the groups");
same("ab".replace(/(x)?(b)/, function (m, x, b) { return typeof x + arguments.length; }), "aundefined5", "undefined ones too");
same("abc".replace(/b/, function () { return "$&"; }), "a$&c", "a function's result is text");
same("abc".replace(/b/, function () { return; }), "aundefinedc", "whatever it is");
same("abc".replace("b", "[$&]"), "a[b]c", "texts are still replaced");
same("a.c.".replace(".", "$$"), "a$c.", "once, as text");
re = /a/g;
re.lastIndex = 1;
same("aa".replace(re, "b"), "bb", "replace all starts at the start");
same(re.lastIndex, 0, "and leaves it there");
same("aXbX".replace(/x/gi, function (m) { return "ab".replace(/b/g, m); }), "aaXbaX", "a function that replaces");
throws(function () { "a".replace(/a/, function () { throw new RangeError("x"); }); }, RangeError, "a function that throws");
same("é😀é".replace(/é/g, "e"), "e😀e", "beyond ASCII");

same("a1b2c".split(/\d/).join(), "a,b,c", "split");
same("a1b2c".split(/(\d)/).join(), "a,1,b,2,c", "groups are kept");
same("A<B>bold</B>and<CODE>coded</CODE>".split(/<(\/)?([^<>]+)>/).join(),
  "A,,B,bold,/,B,and,,CODE,coded,/,CODE,", "the standard's example");
same("abc".split(/(?:)/).join(), "a,b,c", "by nothing");
same("ab".split(/a*?/).join(), "a,b", "as little as can be");
same("ab".split(/a*/).join(), ",b", "as much as can be");
same("".split(/a/).length, 1, "nothing, by something");
same("".split(/a*/).length, 0, "nothing, by nothing");
same("abc".split(/$/).join(), "abc", "the end is no place to split");
same("a,b,c".split(/,/, 2).join(), "a,b", "limit");
same("a1b2c".split(/(\d)/, 2).join(), "a,1", "limit counts groups");
same("abc".split(/b/, 0).length, 0, "no pieces");
same("aXbxc".split(/x/i).join(), "a,b,c", "ignoreCase");
same("a b  c".split(" ").join(), "a,b,,c", "texts still split");
same("abc".split().join(), "abc", "so does nothing");
re = /,/g;
re.lastIndex = 2;
same("a,b,c".split(re).length, 3, "lastIndex is not read");
same("é😀é😀".split(/😀/).join("|"), "é|é|", "beyond ASCII");

throws(function () { String.prototype.match.call(null, /a/); }, TypeError, "match of null");
throws(function () { String.prototype.search.call(undefined, /a/); }, TypeError, "search of undefined");
throws(function () { "a".match("("); }, SyntaxError, "a text that is no pattern");
same(String.prototype.match.length + String.prototype.search.length, 2, "length");
same("(".replace("(", ")"), ")", "a text need be none");

throws(function () { "/a/".includes(/a/); }, TypeError, "includes takes a text");
throws(function () { "/a/".startsWith(/a/); }, TypeError, "startsWith too");
throws(function () { "/a/".endsWith(/a/); }, TypeError, "endsWith too");
same("/a/".includes(String(/a/)), true, "what it is written as is one");
same("abc".startsWith("b", 1) && "abc".endsWith("b", 2) && "abc".includes("b", 1), true, "places stay");
same("".startsWith.name + "".endsWith.name + "".includes.name, "startsWithendsWithincludes", "names");
