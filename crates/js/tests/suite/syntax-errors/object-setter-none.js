// SyntaxError: a setter without parameter.
var o = { set a() { } };
