// The phone that opened the address says so by itself: a robot that only looks at the page does not.
"use strict";
document.querySelector("form[data-go]").requestSubmit();
