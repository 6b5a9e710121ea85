// SyntaxError: a default outside of a pattern.
var a = { b = 1 };
