// SyntaxError: a literal as parameter.
function f(1) { }
