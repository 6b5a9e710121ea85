"use strict"; "\8";
