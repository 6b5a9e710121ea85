for (;;) l: function f() {}
