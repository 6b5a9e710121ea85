// SyntaxError: a line end before the arrow.
var f = a
=> a;
