// SyntaxError: 0x without digits.
var a = 0x;
