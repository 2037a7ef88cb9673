// One script for both sides: the page, and the worker that is made of the same text.
import { serve } from "./engine.js";
import { page } from "./page.js";

if (self.document) {
  page(document.currentScript.textContent);
  self.yipiao = true; // the old-browser sentence stays away
} else serve();
