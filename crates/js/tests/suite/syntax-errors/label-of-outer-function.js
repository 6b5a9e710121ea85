// SyntaxError: a label of the function around.
a: for (;;) { (function () { for (;;) break a; })(); }
