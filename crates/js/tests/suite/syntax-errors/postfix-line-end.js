// SyntaxError: an operator alone after a line end.
var a
++
