// SyntaxError: a name twice in a pattern.
let [a, a] = [];
