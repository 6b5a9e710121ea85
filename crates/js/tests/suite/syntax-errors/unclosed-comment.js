// SyntaxError: a comment that does not end.
var a = 1; /* comment
