// SyntaxError: a substitution that does not end.
var a = `${1`;
