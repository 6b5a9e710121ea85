// SyntaxError: a comma without right side.
var a = (1, );
