// SyntaxError: a reserved word as parameter.
function f(this) { }
