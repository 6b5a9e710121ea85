// SyntaxError: nothing in the brackets.
var a = []; a[];
