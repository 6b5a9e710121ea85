// SyntaxError: two parameters of one name in an arrow.
var f = (a, a) => a;
