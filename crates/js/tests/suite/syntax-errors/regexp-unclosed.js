// SyntaxError: a regular expression that does not end.
var a = /abc;
