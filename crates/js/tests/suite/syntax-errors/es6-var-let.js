// SyntaxError: var and let of one name.
var a; let a;
