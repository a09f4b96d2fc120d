// Everything works without this. With it, "Leave fast" leaves no step behind, and Shift pressed 3 times does the same.
(function () {
  "use strict";
  var way = document.querySelector("a.leave");
  var presses = 0, alone = false, last = 0;
  function leave() {
    document.documentElement.hidden = true;
    location.replace(way.href);
  }
  function forget() { presses = 0; alone = false; }
  document.addEventListener("click", function (event) {
    if (!event.target.closest("a.leave")) return forget();
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
})();
