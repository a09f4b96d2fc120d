// Everything works without this. With it, "Leave fast" leaves no step behind, Shift pressed 3 times does the same, and a
// page that is left in any other way is kept first.
(function () {
  "use strict";
  var way = document.querySelector(".leave"), form = document.getElementById("answers");
  var presses = 0, alone = false, last = 0, kept;
  function fields(of) { return new URLSearchParams(new FormData(of)); }
  function leave() {
    document.documentElement.hidden = true;
    kept = null;
    if (way.form) navigator.sendBeacon(way.formAction, fields(way.form));
    location.replace(way.href || way.formAction);
  }
  function forget() { presses = 0; alone = false; }
  document.addEventListener("click", function (event) {
    if (!event.target.closest(".leave")) return forget();
    event.preventDefault();
    leave();
  });
  // A capital letter is Shift with another key: only Shift by itself, three times in a row, counts.
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Shift") return forget();
    if (!event.repeat) alone = true;
  });
  document.addEventListener("keyup", function (event) {
    if (event.key !== "Shift" || !alone) return;
    alone = false;
    presses = event.timeStamp - last < 1000 ? presses + 1 : 1;
    last = event.timeStamp;
    if (presses === 3) leave();
  });
  // Some browsers show a page again as it was, whatever it says of caches: it may have been left since, or be emptied.
  window.addEventListener("pageshow", function (event) {
    if (!event.persisted) return;
    document.documentElement.hidden = true;
    location.reload();
  });
  var problems = document.getElementById("problems");
  if (problems) problems.focus();
  if (!form || !navigator.sendBeacon) return;
  // Which opening of the page this is: one that the browser has filled in by itself is told from the one that wrote.
  var view = document.createElement("input"), typed = false, sending = false;
  view.type = "hidden";
  view.name = "view";
  view.value = Math.random().toString(36).slice(2, 12);
  form.appendChild(view);
  kept = fields(form).toString();
  // Back, another app, a closed tab: none of them asks whether we have kept what stands here. Only what somebody has
  // typed since is sent, and nothing that a browser has put back or emptied.
  function keep() {
    var now = fields(form);
    if (kept === null || !typed || now.toString() === kept) return;
    if (navigator.sendBeacon(form.action + "/left", now)) { kept = now.toString(); typed = false; }
  }
  // A browser keeps no promise for more than 64 KiB, so that more is sent while it is typed.
  function keepMuch() {
    var now = fields(form), said = now.toString();
    if (kept === null || sending || said === kept || said.length < 60000) return;
    sending = true;
    fetch(form.action + "/left", { method: "POST", body: now }).then(function () { kept = said; }, function () {})
      .then(function () { sending = false; setTimeout(keepMuch, 0); });
  }
  form.addEventListener("input", function () { typed = true; keepMuch(); });
  form.addEventListener("submit", function () { kept = fields(form).toString(); typed = false; });
  window.addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", function () { if (document.hidden) keep(); });
})();
