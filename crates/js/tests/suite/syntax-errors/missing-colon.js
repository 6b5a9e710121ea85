// SyntaxError: a conditional without its second part.
var a = 1 ? 2;
