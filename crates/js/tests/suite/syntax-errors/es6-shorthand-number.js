// SyntaxError: a number as shorthand.
var a = { 1 };
