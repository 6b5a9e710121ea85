// SyntaxError: a literal as variable.
var null = 1;
