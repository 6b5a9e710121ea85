// SyntaxError: var that leaves a block with a let of its name.
{ let a; { var a; } }
