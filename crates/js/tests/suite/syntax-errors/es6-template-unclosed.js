// SyntaxError: a template that does not end.
var a = `abc;
