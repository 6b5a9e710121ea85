// SyntaxError: empty parentheses without an arrow.
var a = ();
