// SyntaxError: a function without body.
function f();
