// SyntaxError: rest in a setter.
var o = { set a(...b) { } };
