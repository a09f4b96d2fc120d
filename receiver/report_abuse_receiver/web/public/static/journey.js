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
  var problems = document.getElementById("problems");
  if (problems) problems.focus();
  if (!form || !navigator.sendBeacon) return;
  // Back, another app, a closed tab: none of them asks whether we have kept what stands here.
  function keep() {
    var now = kept === null ? null : fields(form).toString();
    if (now === kept) return;
    kept = now;
    navigator.sendBeacon(form.action + "/left", fields(form));
  }
  kept = fields(form).toString();
  form.addEventListener("submit", function () { kept = fields(form).toString(); });
  window.addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", function () { if (document.hidden) keep(); });
})();
