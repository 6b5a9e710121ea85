// SyntaxError: an object pattern without a value.
let { a };
