// SyntaxError: two parameters of one name with a default.
function f(a, a = 1) { }
