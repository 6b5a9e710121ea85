// SyntaxError: an arrow with a body cannot be called at once.
() => { }();
