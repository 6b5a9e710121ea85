// SyntaxError: a number behind the point.
var a = {}; a.1;
