"use strict"; l: function f() {}
