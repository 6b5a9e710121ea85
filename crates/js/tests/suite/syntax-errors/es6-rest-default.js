// SyntaxError: a default of rest.
function f(...a = []) { }
