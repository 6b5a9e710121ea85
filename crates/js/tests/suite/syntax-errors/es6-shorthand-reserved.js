// SyntaxError: a reserved word as shorthand.
var a = { if };
