// The code of an invitation stands behind the "#" of its link: into the field with it, and out of the address and the history.
(function () {
  var field = document.getElementById("f-link");
  var code = window.location.hash.slice(1);
  if (!field || !/^[A-Za-z0-9_-]{20,100}$/.test(code)) return;
  window.history.replaceState(null, "", window.location.pathname);
  field.value = code;
  field.form.submit();
})();
