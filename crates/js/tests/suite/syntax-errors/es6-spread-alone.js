// SyntaxError: spread outside of a call or a literal.
var a = ...[];
