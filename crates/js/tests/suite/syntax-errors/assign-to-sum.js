// SyntaxError: a sum is no assignment target.
var a = 1; a + 1 = 2;
