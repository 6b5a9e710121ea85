// SyntaxError: two values in a row.
var a = 1 2;
