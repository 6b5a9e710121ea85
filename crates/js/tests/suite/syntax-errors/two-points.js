// SyntaxError: two points in a number.
var a = 1.2.3;
