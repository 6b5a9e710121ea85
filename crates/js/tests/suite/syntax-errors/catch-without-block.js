// SyntaxError: catch without a block.
try { } catch (e) 1;
