// SyntaxError: a setter with two parameters.
var o = { set a(b, c) { } };
