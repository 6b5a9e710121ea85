// SyntaxError: let and var of one name.
let a; var a;
