// SyntaxError: two commas among parameters.
function f(a,, b) { }
