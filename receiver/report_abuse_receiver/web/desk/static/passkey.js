const form = document.getElementById("passkey"), said = document.getElementById("passkey-said");
form.addEventListener("submit", async event => {
  event.preventDefault();
  try {
    const asked = JSON.parse(form.dataset.options), kind = PublicKeyCredential;
    const shown = form.dataset.task === "make"
      ? await navigator.credentials.create({ publicKey: kind.parseCreationOptionsFromJSON(asked) })
      : await navigator.credentials.get({ publicKey: kind.parseRequestOptionsFromJSON(asked) });
    form.elements.answer.value = JSON.stringify(shown.toJSON());
    form.submit();
  } catch (error) {
    said.textContent = `The browser said no (${error.name}). Try again, or use a code.`;
  }
});
