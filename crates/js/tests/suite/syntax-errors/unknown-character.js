// SyntaxError: a character that is no token.
var a = 1 # 2;
