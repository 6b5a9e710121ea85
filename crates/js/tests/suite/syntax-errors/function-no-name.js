// SyntaxError: a function declaration without name.
function () { }
