// SyntaxError: let as name of a let.
let let = 1;
