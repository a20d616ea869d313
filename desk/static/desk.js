"use strict";
/* Copies the text of a field. Without this script the field can be selected and copied by hand. */
for (const button of document.querySelectorAll("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const said = document.getElementById("tersalin");
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); /* on plain HTTP browsers give no clipboard */
    }
    said.textContent = "Teks tersalin.";
  });
}
