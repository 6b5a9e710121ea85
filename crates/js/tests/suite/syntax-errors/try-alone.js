// SyntaxError: try without catch or finally.
try { }
