// SyntaxError: a comma behind rest in a pattern.
let [...a, ] = [];
