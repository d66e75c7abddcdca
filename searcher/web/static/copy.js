// Copy the link or the citation of an item; the page shows both as text, too.
"use strict";
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const from = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(from.value ?? from.textContent);
    } catch { // without https
      if (from.select) from.select();
      else getSelection().selectAllChildren(from);
      document.execCommand("copy");
    }
    button.textContent = button.dataset.done;
  });
}
