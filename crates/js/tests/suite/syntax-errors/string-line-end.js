// SyntaxError: a line end in a string.
var a = "abc
def";
