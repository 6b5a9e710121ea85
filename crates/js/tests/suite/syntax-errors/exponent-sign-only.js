// SyntaxError: an exponent of a sign only.
var a = 1e+;
