// SyntaxError: a comma at the end of var.
var a, ;
