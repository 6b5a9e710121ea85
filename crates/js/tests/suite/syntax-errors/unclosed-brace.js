// SyntaxError: a block that does not end.
function f() { if (1) {
