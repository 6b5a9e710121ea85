// SyntaxError: enum is reserved.
var enum = 1;
