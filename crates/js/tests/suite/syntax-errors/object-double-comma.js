// SyntaxError: two commas in an object.
var o = { a: 1,, b: 2 };
