// SyntaxError: an operator without right side.
var a = 1 +;
