// SyntaxError: nothing behind the point.
var a = {}; a.;
