// SyntaxError: let of a function's name.
let a; function a() { }
