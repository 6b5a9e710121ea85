// SyntaxError: let of a parameter's name.
function f(a) { let a; }
