// SyntaxError: two properties without comma.
var o = { a: 1 b: 2 };
