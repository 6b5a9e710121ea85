// SyntaxError: a reserved word as variable.
var if = 1;
