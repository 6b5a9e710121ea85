// SyntaxError: an escape that makes no identifier.
var a\u0020b = 1;
