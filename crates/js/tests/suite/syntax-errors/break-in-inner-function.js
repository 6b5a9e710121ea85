// SyntaxError: break does not leave a function.
for (;;) { (function () { break; })(); }
