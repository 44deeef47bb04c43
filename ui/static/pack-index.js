// The demonstration page: the tag with the address that the pack has here, and a word to who opens it as a file.
(() => {
  "use strict";

  const tag = document.getElementById("tag");
  if (location.protocol === "file:") document.querySelector(".from-file").hidden = false;
  else tag.textContent = tag.textContent.replace("widget.js", new URL("widget.js", location.href).href);
})();
