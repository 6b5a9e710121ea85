// SyntaxError: a value without colon.
var o = { a 1 };
