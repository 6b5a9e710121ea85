// SyntaxError: a getter with a parameter.
var o = { get a(b) { } };
