if (0) l: function f() {}
