// SyntaxError: var without a name.
var ;
