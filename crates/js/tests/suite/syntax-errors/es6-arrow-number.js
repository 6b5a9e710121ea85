// SyntaxError: a number as parameter of an arrow.
var f = (1) => 1;
