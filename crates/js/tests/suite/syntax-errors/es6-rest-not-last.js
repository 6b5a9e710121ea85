// SyntaxError: a parameter behind rest.
function f(...a, b) { }
