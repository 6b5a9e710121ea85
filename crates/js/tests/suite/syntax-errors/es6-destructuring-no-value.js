// SyntaxError: a pattern without a value.
let [a];
