// SyntaxError: an octal escape in a template.
var a = `\01`;
