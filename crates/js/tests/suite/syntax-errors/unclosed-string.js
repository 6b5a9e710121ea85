// SyntaxError: a string that does not end.
var a = "abc;
