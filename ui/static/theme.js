// The colours that the page around the widget asked for, before anything is drawn.
(() => {
  "use strict";

  const theme = new URLSearchParams(location.search).get("theme");
  if (["light", "dark"].includes(theme)) document.documentElement.dataset.theme = theme;
})();
