// SyntaxError: a letter right behind a number.
var a = 12ab;
