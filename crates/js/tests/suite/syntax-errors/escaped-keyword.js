// SyntaxError: an escape does not hide a reserved word.
var v\u0061r = 1;
