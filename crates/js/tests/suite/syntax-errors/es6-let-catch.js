// SyntaxError: let of the catch variable's name.
try { } catch (e) { let e; }
