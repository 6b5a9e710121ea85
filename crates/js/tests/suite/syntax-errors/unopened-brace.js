// SyntaxError: a brace too many.
}
