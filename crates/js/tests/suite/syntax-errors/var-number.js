// SyntaxError: a number as variable.
var 1a = 1;
