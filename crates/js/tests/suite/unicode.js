// Strings beyond ASCII: units, surrogates, halves that meet.
var e = "é", euro = "€", face = "😀";
same(e.length, 1, "a letter above ASCII is one unit");
same(euro.length, 1, "the euro sign too");
same(face.length, 2, "a character beyond the BMP is two");
same(e.charCodeAt(0), 233, "code of the letter");
same(euro.charCodeAt(0), 0x20ac, "code of the euro sign");
same(face.charCodeAt(0), 0xd83d, "upper half");
same(face.charCodeAt(1), 0xde00, "lower half");
same(face.charAt(0) + face.charAt(1), face, "the halves joined are the character");
same(face[0] + face[1] === "\ud83d\ude00", true, "by index too");
same(face[1] + face[0] === face, false, "the wrong way round is not");
same((face[1] + face[0]).length, 2, "but still two units");
same("\ud83d".length, 1, "a half alone");
same("\ud83d".charCodeAt(0), 0xd83d, "keeps its code");
same(String.fromCharCode(0xd83d, 0xde00), face, "fromCharCode of two");
same(String.fromCharCode(0xd83d) + String.fromCharCode(0xde00), face, "joined later");
same(String.fromCharCode(0xde00).charCodeAt(0), 0xde00, "lower half alone");
var mixed = "aé€😀z";
same(mixed.length, 6, "mixed length");
same(mixed.charAt(1), "é", "second");
same(mixed.charAt(2), "€", "third");
same(mixed.charAt(5), "z", "last");
same(mixed.indexOf("z"), 5, "indexOf counts units");
same(mixed.indexOf("😀"), 3, "indexOf of the character");
same(mixed.indexOf("\ude00"), 4, "indexOf of the lower half");
same(mixed.slice(3, 5), "😀", "slice");
same(mixed.slice(4), "\ude00z", "slice through the middle");
same(mixed.slice(0, 4) + mixed.slice(4), mixed, "cut and joined again");
same(mixed.substring(1, 3), "é€", "substring");
same(mixed.split("").length, 6, "split into units");
same(mixed.split("").join(""), mixed, "and joined again");
same(mixed.split("€").join("-"), "aé-😀z", "split by a character");
same(mixed.lastIndexOf("é"), 1, "lastIndexOf");
same("é" < "z", false, "compared by unit");
same("😀" < "\uffff", true, "halves are below ffff");
same("é" === "\u00e9", true, "escape and letter");
same("é" === "e\u0301", false, "no normalisation");
var o = { "é": 1, "😀": 2 };
same(o["\u00e9"] + o["\ud83d\ude00"], 3, "as keys");
var ключ = 5;
same(ключ, 5, "a Cyrillic name");
same("ÀÉ".toLowerCase(), "àé", "lower case of Latin letters");
same("àé".toUpperCase(), "ÀÉ", "upper case of Latin letters");
same("日本語".length, 3, "Japanese");
same("日本語".charAt(1), "本", "the middle");
same("日本語".split("").reverse().join(""), "語本日", "reversed");
same("\u0000é".length, 2, "NUL before");
var long = "";
for (var i = 0; i < 20; i++) long += i % 2 ? "é" : "x";
same(long.length, 20, "built of both kinds");
same(long.charAt(19) + long.charAt(18), "éx", "indexed from the end");
long = "";
for (i = 0; i < 5; i++) { long += "\ud83d"; long += "\ude00"; }
same(long, "😀😀😀😀😀", "halves appended one by one");
same(long.length, 10, "ten units");
same(encodeByHand("é😀"), "c3,a9,f0,9f,98,80", "UTF-8 by hand");
function encodeByHand(t) {
  var r = [];
  for (var i = 0; i < t.length; i++) {
    var c = t.charCodeAt(i);
    if (c >= 0xd800 && c < 0xdc00) c = 0x10000 + ((c & 0x3ff) << 10) + (t.charCodeAt(++i) & 0x3ff);
    if (c < 0x80) r.push(c);
    else if (c < 0x800) r.push(0xc0 | c >> 6, 0x80 | c & 63);
    else if (c < 0x10000) r.push(0xe0 | c >> 12, 0x80 | c >> 6 & 63, 0x80 | c & 63);
    else r.push(0xf0 | c >> 18, 0x80 | c >> 12 & 63, 0x80 | c >> 6 & 63, 0x80 | c & 63);
  }
  return r.map(function (b) { return b.toString(16); }).join();
}

// Halves of characters, searched for and cut out.
same("a😀".indexOf("\ude00"), 2, "the second half of a character");
same("a😀".lastIndexOf("\ude00"), 2, "the second half, from the end");
same("😀😀".lastIndexOf("\ud83d"), 2, "the first half of the last character");
same("😀😀".lastIndexOf("\ud83d", 1), 0, "the first half, from the first character on");
same("éaéa".lastIndexOf("é", 1), 0, "from the middle to the front");
same("éaéa".lastIndexOf("a"), 3, "ASCII in what is not");
same("é".lastIndexOf(""), 1, "nothing, at the end");
same("é".lastIndexOf("éé"), -1, "longer than what it is looked for in");
same("😀é😀".substring(1, 4), "\ude00é\ud83d", "cut in two at both ends");
same("😀é😀".substring(1, 4).length, 3, "three units");
same("😀".slice(1, 2), "\ude00", "one half alone");
