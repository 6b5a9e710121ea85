// SyntaxError: a string behind the point.
var a = {}; a."b";
