// SyntaxError: an exponent without digits.
var a = 1e;
