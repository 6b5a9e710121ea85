// JSON (cargo feature `json`): reading, writing, what a reviver and a replacer see.
same(Object.prototype.toString.call(JSON), "[object JSON]", "class");
same(JSON.parse("1"), 1, "number");
same(JSON.parse(" -0.5e1 "), -5, "number with all parts");
same(JSON.parse("-0"), -0, "minus zero");
same(JSON.parse("1e400"), Infinity, "too large");
same(JSON.parse("12345678901"), 12345678901, "beyond 31 bits");
same(JSON.parse("true"), true, "true");
same(JSON.parse("null"), null, "null");
same(JSON.parse('"a\\u0041\\n\\"\\/\\\\"'), 'aA\n"/\\', "escapes");
same(JSON.parse('"\\ud83d\\ude00"'), "😀", "two halves become one character");
same(JSON.parse('"\\ud83d"').length, 1, "a lone half");
same(JSON.parse('"\\ude00\\ud83d"').length, 2, "halves in the wrong order");
same(JSON.parse('"é😀"').length, 3, "characters beyond ASCII");
same(list(JSON.parse("[1, [2] ,\t3\r\n]")), "1,2,3", "array");
same(list(JSON.parse("[]")), "", "empty array");
same(JSON.parse('{"a":{"b":[{}]}}').a.b.length, 1, "nested");
same(JSON.parse('{"a":1,"a":2}').a, 2, "the last one of a name counts");
same(JSON.parse('{"é😀":[7]}')["é😀"][0], 7, "keys beyond ASCII");
same(Object.keys(JSON.parse('{"2":0,"b":0,"a":0}')).length, 3, "keys");
var o = JSON.parse('{"toString":1,"":2,"0":3}');
same(o.toString + o[""] + o[0], 6, "keys that are special elsewhere");
var bad = [
  "", " ", "{", "[", "]", "{]", "[1,]", "[,1]", "{,}", '{"a"}', '{"a":}', '{"a":1,}', "{a:1}", "{'a':1}", "{1:1}",
  "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1", "NaN", "Infinity", "undefined", "tru", "nulll", "true false",
  '"', '"\\x41"', '"\\u12"', '"\\u123g"', '"\n"', '"\t"', "'a'", "1 2", "[1 2]", '{"a" 1}', "\u00a01", "\ufeff1",
  "/**/1", "\u0000", "1\u0000", "[1\u0000]", '"a\u0000"', "[[[[", '{"a":{"b":'
];
for (var i = 0; i < bad.length; i++) {
  throws(function () { JSON.parse(bad[i]); }, SyntaxError, "refused: " + bad[i]);
}
throws(function () { JSON.parse(); }, SyntaxError, "undefined is no text");
try {
  JSON.parse('{"a": x}');
} catch (e) {
  same(e.message, "JSON: not understood at byte 6", "where it is wrong");
}
var seen = [];
o = JSON.parse('{"a":[1,2,{"b":3}],"c":4}', function (k, v) {
  seen.push(k);
  if (k === "1") return undefined;
  if (k === "c") return v + 1;
  if (this === o) check(false, "not yet");
  return v;
});
same(seen.join(), "0,1,b,2,a,c,", "a reviver sees the inner ones first");
same(1 in o.a, false, "undefined removes");
same(o.c, 5, "the rest is replaced");
same(JSON.parse("[1]", 5)[0], 1, "a reviver that is no function");

same(JSON.stringify(1), "1", "number");
same(JSON.stringify(-0), "0", "minus zero");
same(JSON.stringify(NaN), "null", "NaN");
same(JSON.stringify(1e21), "1e+21", "large");
same(JSON.stringify(null), "null", "null");
same(JSON.stringify(true), "true", "true");
same(JSON.stringify(undefined), undefined, "undefined");
same(JSON.stringify(function () {}), undefined, "function");
same(JSON.stringify('a"\\\b\f\n\r\t\u0001/é😀'), '"a\\"\\\\\\b\\f\\n\\r\\t\\u0001/é😀"', "string");
same(JSON.stringify("\ud800x\udc00"), '"\\ud800x\\udc00"', "lone halves are written as escapes");
same(JSON.stringify([1, , undefined, function () {}, "x"]), '[1,null,null,null,"x"]', "array");
same(JSON.stringify({ a: 1, b: undefined, c: [{}], "d e": null }), '{"a":1,"c":[{}],"d e":null}', "object");
same(JSON.stringify({}), "{}", "empty object");
same(JSON.stringify([new Number(3), new String("s"), new Boolean(false)]), '[3,"s",false]', "wrappers");
same(JSON.stringify({ toJSON: function (k) { return "<" + k + ">"; } }), '"<>"', "toJSON");
same(JSON.stringify([{ toJSON: function (k) { return k; } }]), '["0"]', "toJSON gets the key as a text");
same(JSON.stringify({ a: [1, { b: 2 }], c: {} }, null, 2),
  '{\n  "a": [\n    1,\n    {\n      "b": 2\n    }\n  ],\n  "c": {}\n}', "indented");
same(JSON.stringify([1], null, "--------------"), "[\n----------1\n]", "at most ten characters");
same(JSON.stringify([1], null, new Number(1)), "[\n 1\n]", "a wrapped number");
same(JSON.stringify([1], null, 0.5), "[1]", "less than one");
same(JSON.stringify({ a: 1, b: 2, 3: 4 }, ["b", 3, "b", {}]), '{"b":2,"3":4}', "a list of keys");
same(JSON.stringify({ a: 1, b: [2, 3] }, function (k, v) { return typeof v === "number" ? v * 2 : v; }),
  '{"a":2,"b":[4,6]}', "a replacer");
o = { a: {} };
o.a.b = [o];
throws(function () { JSON.stringify(o); }, TypeError, "a cycle");
o = {};
same(JSON.stringify([o, o]), "[{},{}]", "twice is no cycle");
throws(function () { JSON.stringify({ get a() { throw new RangeError("mine"); } }); }, RangeError, "a getter throws");
var text = '{"id":17,"on":true,"name":"lamp \\u2603","at":[1.5,-2,3e-7],"more":{"deep":[[[[]]]]}}';
same(JSON.stringify(JSON.parse(text)), '{"id":17,"on":true,"name":"lamp ☃","at":[1.5,-2,3e-7],"more":{"deep":[[[[]]]]}}', "there and back");
var deep = "";
for (i = 0; i < 20000; i++) deep += "[";
throws(function () { JSON.parse(deep); }, RangeError, "too deep is an error");
