// SyntaxError: let twice in a block.
let a; let a;
