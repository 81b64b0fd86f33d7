/* The little that pages do by themselves: open a question, submit a filter when it changes, move through lists by keys. */

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    event.preventDefault();
    const dialog = document.getElementById(opener.dataset.opens);
    /* One question serves every row of a list: data-fill-name goes to data-slot="name". */
    for (const slot of dialog.querySelectorAll("[data-slot]")) {
      const value = opener.getAttribute(`data-fill-${slot.dataset.slot}`) ?? "";
      if (slot.nodeName === "FORM") slot.action = value;
      else if ("value" in slot) slot.value = value;
      else slot.textContent = value;
    }
    for (const place of dialog.querySelectorAll("[data-count-of]")) {
      const chosen = document.querySelectorAll(`input[name="${place.dataset.countOf}"]:checked`).length;
      place.textContent = `${chosen} invoice${chosen === 1 ? "" : "s"}`;
    }
    opener.closest("details.menu")?.removeAttribute("open");
    dialog.showModal();
    return;
  }
  const closer = event.target.closest("[data-closes]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
    return;
  }
  if (event.target.nodeName === "DIALOG") {
    event.target.close();
    return;
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("change", (event) => {
  if (event.target.closest("[data-submits]")) event.target.form.requestSubmit();
  const master = event.target.closest("[data-checks]");
  if (master) {
    for (const box of document.querySelectorAll(`input[name="${master.dataset.checks}"]`)) box.checked = master.checked;
  }
  allowWhatIsChosen();
});

/* Buttons that need something to be chosen are off until it is. */
function allowWhatIsChosen() {
  for (const button of document.querySelectorAll("[data-needs]")) {
    button.disabled = !document.querySelector(`input[name="${button.dataset.needs}"]:checked`);
  }
}
document.addEventListener("DOMContentLoaded", allowWhatIsChosen);

/* Fields that only one choice of another needs, such as data-shown-when="frequency=weekly". */
function showWhatIsNeeded() {
  for (const part of document.querySelectorAll("[data-shown-when]")) {
    const [name, wanted] = part.dataset.shownWhen.split("=");
    part.hidden = part.closest("form").elements[name].value !== wanted;
  }
}
document.addEventListener("DOMContentLoaded", showWhatIsNeeded);
document.addEventListener("change", showWhatIsNeeded);

/* A day is shown as everywhere on the page, not as the browser's own calendar writes it; while it is filled in, as there. */
const sayDay = new Intl.DateTimeFormat(document.documentElement.dataset.dates || navigator.language, { dateStyle: "medium" });
function sayDays() {
  for (const field of document.querySelectorAll('.ts input[type="date"]')) {
    const none = field.closest("[data-filters]") ? "Any day" : "–";
    field.dataset.says = field.value ? sayDay.format(new Date(`${field.value}T00:00`)) : none;
  }
}
document.addEventListener("DOMContentLoaded", sayDays);
document.addEventListener("change", sayDays);

/* Empty filters stay out of the address; a form is sent once. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-filters]")) {
    for (const field of form.elements) if (!field.value) field.disabled = true;
    return;
  }
  if (form.method === "post") {
    if (form.hasAttribute("data-repeats")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  }
});

window.addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("[data-filters] :disabled")) field.disabled = false;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

/* j and k move through the rows of a list, Enter opens one, / goes to its search box, p and n turn the page. */
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, dialog, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = [...document.querySelectorAll("table[data-walked] tbody tr")];
  const at = rows.findIndex((row) => row.classList.contains("here"));
  const walk = (to) => {
    if (!rows[to]) return;
    rows[at]?.classList.remove("here");
    rows[to].classList.add("here");
    rows[to].scrollIntoView({ block: "nearest" });
  };
  const follow = (selector) => document.querySelector(selector)?.click();
  if (event.key === "j") walk(at + 1);
  else if (event.key === "k") walk(Math.max(at - 1, 0));
  else if (event.key === "Enter") rows[at]?.querySelector("a")?.click();
  else if (event.key === "n") follow("[data-next]");
  else if (event.key === "p") follow("[data-previous]");
  else if (event.key === "/") {
    const box = document.querySelector("[data-search]");
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  }
});

/* Copy buttons. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent.trim());
  button.textContent = "Copied";
});

/* A dialog whose answer was refused stays open, with what was typed in it. */
document.addEventListener("DOMContentLoaded", () => {
  for (const dialog of document.querySelectorAll("dialog[data-opened]")) dialog.showModal();
});
