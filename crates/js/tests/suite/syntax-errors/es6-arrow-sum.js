// SyntaxError: a sum as parameter of an arrow.
var f = (a + b) => 1;
